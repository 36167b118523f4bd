// The accounts of all, for admins: a list with a form for a further one, and a page of each.

import Foundation
import HTTPTypes
import Spec
import Store

extension Route {
  static let userPages: [Route] = [
    .get("/users", .role(.admin), "Lists the accounts.") { _, site in
      .page(try await UserPages.list(site))
    },
    .post("/users", .role(.admin), "Makes an account.") { request, site in
      try await UserPages.create(request, site)
    },
    .get("/users/:user", .role(.admin), "Shows an account.") { request, site in
      .page(try await UserPages.page(of: UserPages.name(in: request), request, site))
    },
    .post("/users/:user/role", .role(.admin), "Lets an account do more, or less.") { request, site in
      try await UserPages.setRole(request, site)
    },
    .post("/users/:user/password", .role(.admin), "Gives an account another password.") { request, site in
      try await UserPages.setPassword(request, site)
    },
    .post("/users/:user/disable", .role(.admin), "Shuts an account out.") { request, site in
      try await UserPages.setDisabled(true, request, site)
    },
    .post("/users/:user/enable", .role(.admin), "Lets a disabled account in again.") { request, site in
      try await UserPages.setDisabled(false, request, site)
    },
    .post("/users/:user/sessions/end", .role(.admin), "Ends the sessions of an account.") { request, site in
      try await UserPages.endSessions(request, site)
    },
  ]
}

enum UserPages {
  /// The account that the path names.
  static func name(in request: WebRequest) throws(WebProblem) -> AccountName {
    let text = request.parameter("user") ?? ""
    do throws(InvalidText) {
      return try AccountName(text: text)
    } catch {
      throw .notFound("an account \(text.excerpt.quoted)")
    }
  }

  // MARK: - The list

  /// - Parameters:
  ///   - failure: why no account was made.
  ///   - given: the name and the role that it was to have.
  static func list(
    _ site: Site, failure: String? = nil, given: (name: String, role: Role) = ("", .viewer)
  ) async throws -> Page {
    let now = site.now
    let users = try await site.store.users()
    let sessions = Dictionary(grouping: try await site.store.sessions(at: now), by: \.user)
    let view = UserListView(
      users: users.map { UserRow($0, sessions: sessions[$0.name]?.count ?? 0, now: now) }, failure: failure,
      givenName: given.name, roles: RoleChoice.all(chosen: given.role))
    return Page("Users", in: .users, .users, view, status: failure == nil ? .ok : .unprocessableContent)
  }

  static func create(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    try requirePerson(request)
    let text = request.field("name") ?? ""
    let wanted = request.field("role").flatMap(Role.init(rawValue:))
    func refuse(_ failure: String) async throws -> WebResponse {
      .page(try await list(site, failure: failure, given: (text, wanted ?? .viewer)))
    }
    guard let role = wanted else { return try await refuse("Choose a role.") }
    let name: AccountName
    do throws(InvalidText) {
      name = try AccountName(text: text)
    } catch {
      return try await refuse("The name is not taken: \(error).")
    }
    let password: NewPassword
    switch PasswordFields.read(request, for: name) {
    case .success(let fit): password = fit
    case .failure(let unfit): return try await refuse(unfit.sentence)
    }
    do {
      try await site.store.createUser(
        name, role: role, passwordHash: PasswordHash.make(password.text),
        noting: NewAuditEntry(by: request, "user.create", on: "user/\(name)", after: .map([.role(role)])),
        at: site.now)
    } catch let error as StoreError where error.code == .accountExists {
      return try await refuse("There is an account \(name) already.")
    }
    return .redirect(to: "/users", notice: "The account \(name) is made: \(role.rawValue).")
  }

  // MARK: - One account

  /// - Parameter failure: why the password was not set.
  static func page(
    of name: AccountName, _ request: WebRequest, _ site: Site, failure: String? = nil
  ) async throws -> Page {
    let now = site.now
    guard let user = try await site.store.user(named: name) else {
      throw WebProblem.notFound("an account \(name.description.quoted)")
    }
    let sessions = try await site.store.sessions(of: name, at: now)
    let view = UserView(
      name: name.description, state: Badge(user), created: ShownTime(user.createdAt, now: now),
      passwordChanged: ShownTime(user.passwordChangedAt, now: now), lastLogin: Shown.time(user.lastLoginAt, now: now),
      isDisabled: user.isDisabled, isOwn: request.identity?.session?.user == name, failure: failure,
      roles: RoleChoice.all(chosen: user.role),
      sessions: sessions.map { SessionRow($0, own: request.identity?.session, now: now) },
      hasSessions: !sessions.isEmpty)
    return Page("\(name)", in: .users, .user, view, status: failure == nil ? .ok : .unprocessableContent)
  }

  static func setRole(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    try requirePerson(request)
    let name = try name(in: request)
    guard let role = request.field("role").flatMap(Role.init(rawValue:)) else {
      throw WebProblem.badRequest("role is none of \(Role.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    try await site.store.setRole(
      of: name, to: role,
      noting: { former in
        NewAuditEntry(
          by: request, "user.set_role", on: "user/\(name)", before: .map([.role(former.role)]),
          after: .map([.role(role)]))
      }, at: site.now)
    return .redirect(to: "/users/\(name)", notice: "\(name) is \(role.rawValue) now.")
  }

  /// A token that could make accounts, or take one over, would outlive its end.
  private static func requirePerson(_ request: WebRequest) throws(WebProblem) {
    guard request.identity?.session != nil else {
      throw WebProblem(.forbidden, "no_account", "A token changes no accounts", remedy: "sign in with a browser")
    }
  }

  static func setPassword(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    try requirePerson(request)
    let name = try name(in: request)
    // One's own takes the present one, so that a browser left alone does not give the account away.
    guard request.identity?.session?.user != name else {
      throw WebProblem(
        .conflict, "own_password", "This is your own account", remedy: "change your password under Account")
    }
    switch PasswordFields.read(request, for: name) {
    case .failure(let unfit): return .page(try await page(of: name, request, site, failure: unfit.sentence))
    case .success(let password):
      try await site.store.setPassword(
        of: name, to: PasswordHash.make(password.text),
        noting: NewAuditEntry(by: request, "user.set_password", on: "user/\(name)"), at: site.now)
    }
    return .redirect(to: "/users/\(name)", notice: "\(name) has a new password, and is signed out everywhere.")
  }

  static func setDisabled(_ isDisabled: Bool, _ request: WebRequest, _ site: Site) async throws -> WebResponse {
    try requirePerson(request)
    let name = try name(in: request)
    try await site.store.setDisabled(
      isDisabled, of: name,
      noting: NewAuditEntry(
        by: request, isDisabled ? "user.disable" : "user.enable", on: "user/\(name)",
        before: .map([YAMLPair("disabled", .bool(!isDisabled))]),
        after: .map([YAMLPair("disabled", .bool(isDisabled))])), at: site.now)
    return .redirect(to: "/users/\(name)", notice: "\(name) is \(isDisabled ? "disabled" : "enabled").")
  }

  static func endSessions(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let name = try name(in: request)
    guard try await site.store.user(named: name) != nil else {
      throw WebProblem.notFound("an account \(name.description.quoted)")
    }
    let count = try await site.store.endSessions(
      of: name, except: request.identity?.session?.digest,
      noting: NewAuditEntry(by: request, "session.end_all", on: "user/\(name)"), at: site.now)
    return .redirect(to: "/users/\(name)", notice: "\(Shown.plural(count, "session")) ended.")
  }
}

extension YAMLPair {
  static func role(_ role: Role) -> YAMLPair { YAMLPair("role", .string(role.rawValue)) }
}

extension Badge {
  init(_ user: UserAccount) {
    if user.isDisabled { self.init("cancelled", "disabled") } else { self.init("ok", "enabled") }
  }
}

/// A role to choose.
struct RoleChoice: Sendable {
  let value: String
  let meaning: String
  let isChosen: Bool

  /// - Parameter most: the highest that there is to choose.
  static func all(chosen: Role, atMost most: Role = .admin) -> [RoleChoice] {
    Role.allCases.filter { $0 <= most }.map { role in
      let meaning =
        switch role {
        case .viewer: "sees the status"
        case .operator: "runs, edits and restores as well"
        case .admin: "has accounts, keys and removals in hand too"
        }
      return RoleChoice(value: role.rawValue, meaning: meaning, isChosen: role == chosen)
    }
  }
}

struct UserListView: Sendable {
  let users: [UserRow]
  let failure: String?
  let givenName: String
  let roles: [RoleChoice]
}

/// An account in the list.
struct UserRow: Sendable {
  let name: String
  let role: String
  let state: Badge
  let lastLogin: ShownTime?
  let sessions: Int

  init(_ user: UserAccount, sessions: Int, now: Date) {
    name = user.name.description
    role = user.role.rawValue
    state = Badge(user)
    lastLogin = Shown.time(user.lastLoginAt, now: now)
    self.sessions = sessions
  }
}

struct UserView: Sendable {
  let name: String
  let state: Badge
  let created: ShownTime
  let passwordChanged: ShownTime
  let lastLogin: ShownTime?
  let isDisabled: Bool
  let isOwn: Bool
  let failure: String?
  let roles: [RoleChoice]
  let sessions: [SessionRow]
  let hasSessions: Bool
}
