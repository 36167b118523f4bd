// The tokens, for admins: a list with a form for a further one, which is shown once, on the page that answers the form.

import Engine
import Foundation
import HTTPTypes
import Spec
import Store

extension Route {
  static let tokenPages: [Route] = [
    .get("/tokens", .role(.admin), "Lists the tokens.") { request, site in
      .page(try await TokenPages.list(request, site))
    },
    .post("/tokens", .role(.admin), "Makes a token.") { request, site in
      try await TokenPages.create(request, site)
    },
    .post("/tokens/:token/revoke", .role(.admin), "Revokes a token.") { request, site in
      try await TokenPages.revoke(request, site)
    },
  ]
}

enum TokenPages {
  /// What a token is made from.
  struct Wish: Sendable {
    var name = ""
    var role = Role.viewer
    /// A length of time; empty for no end.
    var expires = "90d"
  }

  /// - Parameter failure: why no token was made from what was wished.
  static func list(
    _ request: WebRequest, _ site: Site, failure: String? = nil, wish: Wish = Wish()
  ) async throws -> Page {
    let now = site.now
    let tokens = try await site.store.tokens()
    let view = TokenListView(
      hasTokens: !tokens.isEmpty, tokens: tokens.map { TokenRow($0, now: now) }, failure: failure, givenName: wish.name,
      givenExpiry: wish.expires,
      roles: RoleChoice.all(chosen: wish.role, atMost: request.identity?.role ?? .viewer))
    return Page("Tokens", in: .tokens, .tokens, view, status: failure == nil ? .ok : .unprocessableContent)
  }

  static func create(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    // What a token makes would outlive it, and the account that made it.
    guard let maker = request.identity?.session?.user else {
      throw WebProblem(.forbidden, "no_account", "A token makes no tokens", remedy: "sign in with a browser")
    }
    let now = site.now
    var wish = Wish(name: request.field("name") ?? "", expires: request.field("expires") ?? "")
    guard let role = request.field("role").flatMap(Role.init(rawValue:)), request.may(role) else {
      return .page(try await list(request, site, failure: "Choose a role that is not above your own.", wish: wish))
    }
    wish.role = role
    let name: ResourceName
    let end: Date?
    do throws(UnfitToken) {
      name = try wish.checkedName()
      end = try wish.end(from: now)
    } catch {
      return .page(try await list(request, site, failure: error.description, wish: wish))
    }
    let secret = TokenSecret()
    do {
      _ = try await site.store.createToken(
        name, digest: secret.digest, role: role, by: maker.description, expiresAt: end,
        noting: NewAuditEntry(
          by: request, "token.create", on: "token/\(name)",
          after: .map([.role(role), YAMLPair("expires_at", end.map { .string(Timestamp.text($0)) } ?? .null)])),
        at: now)
    } catch let error as StoreError where error.code == .tokenExists {
      return .page(try await list(request, site, failure: "There is a token \(name) already.", wish: wish))
    }
    let view = TokenMadeView(
      name: name.description, role: role.rawValue, expires: Shown.time(end, now: now), secret: secret.text)
    var response = WebResponse.page(Page("Token \(name)", in: .tokens, .tokenMade, view))
    response.headers[.cacheControl] = "no-store"
    return response
  }

  static func revoke(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let text = request.parameter("token") ?? ""
    guard let name = try? ResourceName(text: text) else { throw WebProblem.notFound("a token \(text.excerpt.quoted)") }
    try await site.store.revokeToken(
      name,
      noting: { NewAuditEntry(by: request, "token.revoke", on: "token/\(name)", before: .map([.role($0.role)])) },
      at: site.now)
    return .redirect(to: "/tokens", notice: "The token \(name) is revoked.")
  }
}

/// Why no token is made, as a sentence.
private struct UnfitToken: Error {
  let description: String
}

extension TokenPages.Wish {
  fileprivate func checkedName() throws(UnfitToken) -> ResourceName {
    do throws(InvalidText) {
      return try ResourceName(text: name)
    } catch {
      throw UnfitToken(description: "The name is not taken: \(error).")
    }
  }

  fileprivate func end(from now: Date) throws(UnfitToken) -> Date? {
    guard !expires.isEmpty else { return nil }
    let span: TimeSpan
    do throws(TimeSpanError) {
      span = try TimeSpan(parsing: expires)
    } catch {
      throw UnfitToken(description: "When it expires is not understood: \(error.message).")
    }
    guard span.seconds > 0 else { throw UnfitToken(description: "A token that expires at once could not be used.") }
    return now.addingTimeInterval(Double(span.seconds))
  }
}

struct TokenListView: Sendable {
  let hasTokens: Bool
  let tokens: [TokenRow]
  let failure: String?
  let givenName: String
  let givenExpiry: String
  let roles: [RoleChoice]
}

/// A token in the list.
struct TokenRow: Sendable {
  let name: String
  let role: String
  let maker: String
  let made: ShownTime
  let expiry: ShownTime?
  let isExpired: Bool
  let used: ShownTime?

  init(_ token: ApiToken, now: Date) {
    name = token.name.description
    role = token.role.rawValue
    maker = token.createdBy
    made = ShownTime(token.createdAt, now: now)
    expiry = Shown.time(token.expiresAt, now: now)
    isExpired = token.expiresAt.map { $0 <= now } ?? false
    used = Shown.time(token.lastUsedAt, now: now)
  }
}

struct TokenMadeView: Sendable {
  let name: String
  let role: String
  let expires: ShownTime?
  let secret: String
}

extension Template {
  static let tokens = Template(
    name: "tokens",
    source: #"""
      <header class="page-head"><div><h1>Tokens</h1><p class="sub">What programs use the API with</p></div></header>
      <div class="split">
      <div>
      {{^hasTokens}}
      <div class="empty"><h2>No tokens yet</h2><p>A program sends its token as <code>Authorization: Bearer TOKEN</code>.</p></div>
      {{/hasTokens}}
      {{#hasTokens}}
      <div class="table"><table class="data stack">
      <thead><tr><th>Name</th><th>Role</th><th>Made</th><th>Expires</th><th>Last used</th><th><span class="hidden">Actions</span></th></tr></thead>
      <tbody>
      {{#tokens}}
      <tr><th scope="row" data-label="Name">{{name}}</th>
      <td data-label="Role">{{role}}</td>
      <td data-label="Made">{{#made}}{{> age}}{{/made}}<small>by {{maker}}</small></td>
      <td data-label="Expires">{{#isExpired}}<span class="badge warning">expired</span> {{/isExpired}}{{#expiry}}{{> age}}{{/expiry}}{{^expiry}}never{{/expiry}}</td>
      <td data-label="Last used">{{#used}}{{> age}}{{/used}}{{^used}}never{{/used}}</td>
      <td class="acts"><form method="post" action="/tokens/{{name}}/revoke">{{> csrf}}<button class="small danger">Revoke</button></form></td></tr>
      {{/tokens}}
      </tbody></table></div>
      {{/hasTokens}}
      </div>
      <aside><section class="card"><h2>Make a token</h2>
      <form class="form" method="post" action="/tokens">{{> csrf}}
      {{#failure}}
      <div class="notice bad" role="alert"><p>{{.}}</p></div>
      {{/failure}}
      <div class="field"><label for="name">Name</label>
      <input id="name" name="name" value="{{givenName}}" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="63" required></div>
      {{> role-field}}
      <div class="field short"><label for="expires">Expires after</label>
      <input id="expires" name="expires" value="{{givenExpiry}}" autocomplete="off" aria-describedby="expires-help">
      <p class="help" id="expires-help">Such as 90d or 52w; empty for never.</p></div>
      <div class="buttons"><button class="primary">Make token</button></div>
      </form>
      </section></aside>
      </div>
      """#)

  static let tokenMade = Template(
    name: "token-made",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/tokens">Tokens</a><span aria-current="page">{{name}}</span></nav>
      <header class="page-head"><div><h1>{{name}}</h1>
      <p class="sub">{{role}}, {{#expires}}until {{> time}}{{/expires}}{{^expires}}without an end{{/expires}}</p></div></header>
      <div class="notice warn"><p><strong>Copy the token now.</strong> It is not shown again.</p></div>
      <div class="copyable"><pre class="code" id="token">{{secret}}</pre><button type="button" class="small" data-copy="#token">Copy</button></div>
      <p>Programs send it as <code>Authorization: Bearer TOKEN</code>.</p>
      <p><a class="button" href="/tokens">Done</a></p>
      """#)
}
