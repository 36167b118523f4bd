// One's own account: the password, and where else one is signed in.

import Foundation
import HTTPTypes
import Store

extension Route {
  /// The accounts, each reader's own and all, and the tokens.
  static let accountPages = ownAccountPages + userPages + tokenPages

  private static let ownAccountPages: [Route] = [
    .get("/settings/account", .role(.viewer), "Shows the reader's own account and sessions.") { request, site in
      .page(try await OwnAccount.page(for: request, site))
    },
    .post("/settings/account/password", .role(.viewer), "Changes the reader's own password.") { request, site in
      try await OwnAccount.changePassword(request, site)
    },
    .post("/settings/account/sessions/end", .role(.viewer), "Ends the reader's other sessions.") { request, site in
      try await OwnAccount.endOtherSessions(request, site)
    },
  ]
}

enum OwnAccount {
  static let path = "/settings/account"

  /// - Parameter failure: why the password was not changed.
  static func page(for request: WebRequest, _ site: Site, failure: String? = nil) async throws -> Page {
    let own = try session(of: request)
    let now = site.now
    guard let user = try await site.store.user(named: own.user) else { throw WebProblem.notFound("an account") }
    let sessions = try await site.store.sessions(of: own.user, at: now)
    let view = AccountView(
      name: user.name.description, role: user.role.rawValue,
      passwordChanged: ShownTime(user.passwordChangedAt, now: now),
      failure: failure, sessions: sessions.map { SessionRow($0, own: own, now: now) }, hasOthers: sessions.count > 1)
    return Page("Account", in: .settings, .account, view, status: failure == nil ? .ok : .unprocessableContent)
  }

  static func changePassword(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let own = try session(of: request)
    let (name, store) = (own.user, site.store)
    func refuse(_ failure: String) async throws -> WebResponse {
      .page(try await page(for: request, site, failure: failure))
    }
    let new: NewPassword
    switch PasswordFields.read(request, for: name) {
    case .success(let password): new = password
    case .failure(let unfit): return try await refuse(unfit.sentence)
    }
    // Whoever has found a browser that is signed in must not be able to guess at leisure.
    if case .wait(let seconds) = try await store.admitLogin(of: name, from: request.remoteAddress, at: site.now) {
      return try await refuse("Too many wrong passwords. Try again in \(Shown.span(seconds.rounded(.up))).")
    }
    let hash = try await store.passwordHash(of: name)
    guard try await PasswordHash.verify(request.field("present") ?? "", against: hash) != .wrong else {
      try await site.audit(request, "user.password_refused", on: "user/\(name)")
      return try await refuse("The present password is not right.")
    }
    try await store.loginSucceeded(of: name, from: request.remoteAddress)
    try await store.setPassword(
      of: name, to: PasswordHash.make(new.text), checked: hash, keeping: own.digest,
      noting: NewAuditEntry(by: request, "user.set_password", on: "user/\(name)"), at: site.now)
    return .redirect(to: path, notice: "Your password is changed, and your other sessions are ended.")
  }

  static func endOtherSessions(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let own = try session(of: request)
    let count = try await site.store.endSessions(
      of: own.user, except: own.digest,
      noting: NewAuditEntry(by: request, "session.end_others", on: "user/\(own.user)"), at: site.now)
    return .redirect(
      to: path, notice: count == 0 ? "There were no other sessions." : "\(Shown.plural(count, "session")) ended.")
  }

  /// A program has no account of its own.
  private static func session(of request: WebRequest) throws(WebProblem) -> WebSession {
    guard let session = request.identity?.session else {
      throw WebProblem(.notFound, "no_account", "A token has no account", remedy: "sign in with a browser")
    }
    return session
  }
}

/// The two fields of a form that sets a password.
enum PasswordFields {
  static func read(_ request: WebRequest, for name: AccountName) -> Result<NewPassword, UnfitPassword> {
    let new = request.field("new") ?? ""
    guard new == request.field("again") else {
      return .failure(UnfitPassword("the two new passwords are not the same"))
    }
    do throws(UnfitPassword) {
      return .success(try NewPassword(new, for: name))
    } catch {
      return .failure(error)
    }
  }
}

private struct AccountView: Sendable {
  let name: String
  let role: String
  let passwordChanged: ShownTime
  let failure: String?
  let sessions: [SessionRow]
  let hasOthers: Bool
}

/// A session in a list.
struct SessionRow: Sendable {
  let address: String
  let begun: ShownTime
  let seen: ShownTime
  let isOwn: Bool

  /// - Parameter own: that of the reader.
  init(_ session: WebSession, own: WebSession?, now: Date) {
    address = session.address
    begun = ShownTime(session.createdAt, now: now)
    seen = ShownTime(session.lastSeenAt, now: now)
    isOwn = session.digest == own?.digest
  }
}

extension Template {
  static let account = Template(
    name: "account",
    source: #"""
      <header class="page-head"><div><h1>{{name}}</h1><p class="sub">Your account, {{role}}</p></div></header>
      <div class="halves">
      <section class="card"><h2>Password</h2>
      <p class="dim">Changed {{#passwordChanged}}{{> age}}{{/passwordChanged}}</p>
      <form class="form" method="post" action="/settings/account/password">{{> csrf}}
      {{#failure}}
      <div class="notice bad" role="alert"><p>{{.}}</p></div>
      {{/failure}}
      <input type="text" name="name" value="{{name}}" autocomplete="username" hidden>
      <div class="field"><label for="present">Present password</label>
      <input id="present" name="present" type="password" autocomplete="current-password" required></div>
      {{> new-password}}
      <div class="buttons"><button class="primary">Change password</button></div>
      </form>
      </section>
      <section class="card flush"><div class="section-head"><h2>Sessions</h2>
      {{#hasOthers}}
      <form method="post" action="/settings/account/sessions/end">{{> csrf}}<button class="small">End the others</button></form>
      {{/hasOthers}}
      </div>
      {{> sessions}}
      </section>
      </div>
      """#)

  /// The fields of a form for a new password.
  static let newPassword = Template(
    name: "new-password",
    source: #"""
      <div class="field"><label for="new">New password</label>
      <input id="new" name="new" type="password" autocomplete="new-password" minlength="10" required aria-describedby="new-help">
      <p class="help" id="new-help">At least ten characters. Several words are better than one with signs in it.</p></div>
      <div class="field"><label for="again">The same again</label>
      <input id="again" name="again" type="password" autocomplete="new-password" minlength="10" required></div>
      """#)

  /// Within a view that has `sessions`, of `SessionRow`.
  static let sessions = Template(
    name: "sessions",
    source: #"""
      <div class="table"><table class="data stack">
      <thead><tr><th>From</th><th>Signed in</th><th>Last seen</th></tr></thead>
      <tbody>
      {{#sessions}}
      <tr><th scope="row" data-label="From">{{address}}{{#isOwn}}<small>this session</small>{{/isOwn}}</th>
      <td data-label="Signed in">{{#begun}}{{> age}}{{/begun}}</td>
      <td data-label="Last seen">{{#seen}}{{> age}}{{/seen}}</td></tr>
      {{/sessions}}
      </tbody></table></div>
      """#)
}
