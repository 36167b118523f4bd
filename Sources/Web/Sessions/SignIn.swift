// Signing in and out.

import Engine
import Foundation
import HTTPTypes
import Logging
import Spec
import Store

extension Route {
  static let signIn: [Route] = [
    .get("/login", .anyone, "The page on which people sign in.") { request, site in
      let next = Gate.localPath(request.query("next"))
      guard request.identity == nil else { return .redirect(to: next ?? "/") }
      let hasNoAccounts = try await site.store.users().isEmpty
      return .page(SignInView(next: next, hasNoAccounts: hasNoAccounts).page())
    },
    .post("/login", .anyone, "Signs in.") { request, site in try await site.signIn(request) },
    .post("/logout", .role(.viewer), "Signs out.") { request, site in try await site.signOut(request) },
  ]
}

extension Site {
  fileprivate func signIn(_ request: WebRequest) async throws -> WebResponse {
    let typed = (request.field("name") ?? "").trimmingCharacters(in: .whitespaces)
    let given = request.field("password") ?? ""
    // No password is that long, and working on a longer one would be work for nothing.
    let password = given.utf8.count <= 4096 ? given : ""
    let view = SignInView(userName: typed, next: Gate.localPath(request.field("next")))
    // No account can have another name; but whether there is one, an answer must not tell, nor the time it takes.
    let name = try? AccountName(text: typed)
    if case .wait(let seconds) = try await store.admitLogin(of: name, from: request.remoteAddress, at: now) {
      var response = WebResponse.page(view.page(.tooMany(seconds)))
      response.headers[.retryAfter] = String(Int(seconds.rounded(.up)))
      return response
    }
    var hash: String?
    if let name { hash = try await store.passwordHash(of: name) }
    let verdict = try await PasswordHash.verify(password, against: hash)
    guard verdict != .wrong, let name, let hash else { return try await refuse(typed, view, request) }
    let token = Secret.random()
    guard let digest = Secret.digest(token) else { return try await refuse(typed, view, request) }
    let session: WebSession
    do {
      session = try await store.createSession(
        digest, of: name, checked: hash, csrf: Secret.random(), address: request.remoteAddress,
        noting: { role in
          NewAuditEntry(
            actor: name.description, role: role, address: request.remoteAddress, action: "session.login",
            subject: "user/\(name)")
        }, at: now)
    } catch let error as StoreError where error.code == .accountDisabled || error.code == .conflict {
      return try await refuse(typed, view, request)
    }
    try await store.loginSucceeded(of: name, from: request.remoteAddress)
    if verdict == .rightButWeak {
      try await store.strengthenPassword(of: name, from: hash, to: try await PasswordHash.make(password))
    }
    // Whoever knew the session before does not know this one.
    if let old = request.identity?.session { try await store.endSession(old.digest, at: now) }
    logger.info("signed in", metadata: ["account": "\(session.user)", "address": "\(request.remoteAddress)"])
    var response = WebResponse.redirect(to: view.next ?? "/")
    response.headers.append(
      SiteCookie.session.setting(
        token, lasting: Int(WebSession.absoluteLimit), isSecure: request.isSecure))
    response.headers.append(SiteCookie.signIn.deleting(isSecure: request.isSecure))
    return response
  }

  private func refuse(_ typed: String, _ view: SignInView, _ request: WebRequest) async throws -> WebResponse {
    // The name is what somebody typed, sometimes their password: only names of accounts are noted.
    let name = try? AccountName(text: typed)
    let account = if let name { try await store.user(named: name) } else { nil as UserAccount? }
    let subject = account.map { "user/\($0.name)" } ?? "user/?"
    try await store.recordAudit(
      NewAuditEntry(
        actor: "nobody", role: nil, address: request.remoteAddress, action: "session.refused", subject: subject),
      at: now)
    logger.notice("a login failed", metadata: ["address": "\(request.remoteAddress)"])
    return .page(view.page(.wrong))
  }

  fileprivate func signOut(_ request: WebRequest) async throws -> WebResponse {
    if let session = request.identity?.session {
      try await store.endSession(
        session.digest, noting: NewAuditEntry(by: request, "session.logout", on: "user/\(session.user)"), at: now)
    }
    var response = WebResponse.redirect(to: "/login")
    response.headers.append(SiteCookie.session.deleting(isSecure: request.isSecure))
    return response
  }
}

/// What stands on the page on which people sign in.
struct SignInView: Sendable {
  enum Failure: Sendable, Hashable {
    case wrong
    /// For how long, in seconds.
    case tooMany(Double)
  }

  var userName = ""
  /// Where to go to afterwards.
  var next: String?
  /// Why the last try failed.
  var failure: String?
  var hasNoAccounts = false

  func page(_ failure: Failure? = nil) -> Page {
    var view = self
    switch failure {
    case nil: return Page("Sign in", in: .none, .signIn, view)
    case .wrong:
      view.failure = "The name or the password is wrong."
      return Page("Sign in", in: .none, .signIn, view, status: .unauthorized)
    case .tooMany(let seconds):
      view.failure = "Too many attempts. Try again in \(Shown.span(seconds.rounded(.up)))."
      return Page("Sign in", in: .none, .signIn, view, status: .tooManyRequests)
    }
  }
}
