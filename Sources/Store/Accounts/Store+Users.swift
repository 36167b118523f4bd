// Accounts as the store keeps them: made, changed and disabled, never deleted, so that the audit log's names stay theirs.

package import Foundation
import Spec

extension Store {
  package func user(named name: AccountName) async throws -> UserAccount? {
    try await database.read { try $0.user(named: name) }
  }

  /// All accounts by name.
  package func users() async throws -> [UserAccount] {
    try await database.read { connection in
      try connection.rows(of: "users", "SELECT * FROM users ORDER BY name", as: UserAccount.init)
    }
  }

  /// The hash of an account's password; nil if there is no such account.
  package func passwordHash(of name: AccountName) async throws -> String? {
    try await database.read { connection in
      try connection.rows(of: "users", "SELECT name, password_hash FROM users WHERE name = ?", [name.sqlValue]) {
        try $0.required("password_hash", as: String.self)
      }.first
    }
  }

  /// - Parameter noting: what the audit log is told, in the same transaction.
  /// - Throws: `StoreError` with `accountExists`.
  package func createUser(
    _ name: AccountName, role: Role, passwordHash: String, noting: NewAuditEntry? = nil, at now: Date
  ) async throws {
    try await database.write { connection in
      guard try connection.user(named: name) == nil else {
        throw StoreError(
          .accountExists, "there is an account \(name.description.quoted) already",
          remedy: "choose another name, or set a new password for that account")
      }
      try connection.insert(
        into: "users",
        [
          ("name", name.sqlValue), ("password_hash", passwordHash.sqlValue), ("role", role.sqlValue), ("disabled", 0),
          ("created_at", now.sqlValue), ("password_changed_at", now.sqlValue),
        ])
      if let noting { try connection.append(noting, at: now) }
    }
  }

  /// Gives an account a new password, and ends its sessions: whoever had the old one is out.
  ///
  /// - Parameters:
  ///   - kept: the session in which the account's owner did it, which goes on.
  ///   - noting: what the audit log is told, in the same transaction.
  /// - Throws: `StoreError` with `unknownAccount`.
  package func setPassword(
    of name: AccountName, to passwordHash: String, checked: String? = nil, keeping kept: SessionDigest? = nil,
    noting: NewAuditEntry? = nil, at now: Date
  ) async throws {
    try await database.write { connection in
      _ = try connection.knownUser(name)
      if let checked {
        let present = try connection.query("SELECT password_hash FROM users WHERE name = ?", [name.sqlValue])
        guard try present.first?.required("password_hash") == checked else {
          throw StoreError(.conflict, "the password of \(name) was changed meanwhile", remedy: "sign in again")
        }
      }
      try connection.update(
        "users", set: [("password_hash", passwordHash.sqlValue), ("password_changed_at", now.sqlValue)],
        where: "name = ?", [name.sqlValue])
      try connection.endSessions(of: name, except: kept)
      if let noting { try connection.append(noting, at: now) }
    }
  }

  /// Puts a stronger hash of the same password in the place of one, unless the password has been changed since.
  package func strengthenPassword(of name: AccountName, from old: String, to new: String) async throws {
    _ = try await database.write { connection in
      try connection.update(
        "users", set: [("password_hash", new.sqlValue)], where: "name = ? AND password_hash = ?",
        [name.sqlValue, old.sqlValue])
    }
  }

  /// - Parameter noting: what the audit log is told, in the same transaction, of the account as it was before; nothing
  ///   if that was its role already.
  /// - Returns: the account as it was before.
  /// - Throws: `StoreError` with `unknownAccount`, or `lastAdmin`.
  @discardableResult
  package func setRole(
    of name: AccountName, to role: Role, noting: (@Sendable (_ former: UserAccount) -> NewAuditEntry)? = nil,
    at now: Date
  ) async throws -> UserAccount {
    try await database.write { connection in
      let user = try connection.knownUser(name)
      if role != .admin { try connection.checkAdminRemains(without: user) }
      try connection.update("users", set: [("role", role.sqlValue)], where: "name = ?", [name.sqlValue])
      if let noting, user.role != role { try connection.append(noting(user), at: now) }
      return user
    }
  }

  /// Shuts an account out, or lets it in again. Being shut out ends its sessions, and its tokens are none meanwhile.
  ///
  /// - Parameter noting: what the audit log is told, in the same transaction, unless it was so already.
  /// - Returns: the account as it was before.
  /// - Throws: `StoreError` with `unknownAccount`, or `lastAdmin`.
  @discardableResult
  package func setDisabled(
    _ isDisabled: Bool, of name: AccountName, noting: NewAuditEntry? = nil, at now: Date
  ) async throws -> UserAccount {
    try await database.write { connection in
      let user = try connection.knownUser(name)
      if isDisabled {
        try connection.checkAdminRemains(without: user)
        try connection.endSessions(of: name)
      }
      try connection.update("users", set: [("disabled", isDisabled ? 1 : 0)], where: "name = ?", [name.sqlValue])
      if let noting, user.isDisabled != isDisabled { try connection.append(noting, at: now) }
      return user
    }
  }
}

extension SQLConnection {
  func user(named name: AccountName) throws -> UserAccount? {
    try rows(of: "users", "SELECT * FROM users WHERE name = ?", [name.sqlValue], as: UserAccount.init).first
  }

  fileprivate func knownUser(_ name: AccountName) throws -> UserAccount {
    guard let user = try user(named: name) else {
      throw StoreError(
        .unknownAccount, "there is no account \(name.description.quoted)", remedy: "`pobsync user list` names them")
    }
    return user
  }

  /// Somebody must stay who can let others in.
  fileprivate func checkAdminRemains(without user: UserAccount) throws {
    guard user.role == .admin, !user.isDisabled else { return }
    let others = try query(
      "SELECT name FROM users WHERE role = ? AND disabled = 0 AND name <> ? LIMIT 1",
      [Role.admin.sqlValue, user.name.sqlValue])
    guard others.isEmpty else { return }
    throw StoreError(
      .lastAdmin, "\(user.name.description.quoted) is the only admin that is not disabled",
      remedy: "make another account an admin first")
  }
}
