// Sessions as the store keeps them: begun with a password that was checked, over by themselves, ended by their owner.

package import Foundation
import Spec

extension Store {
  /// Begins a session, and notes the login.
  ///
  /// - Parameters:
  ///   - passwordHash: the one against which the password was checked; the check takes long, and the password may have
  ///     been changed meanwhile.
  ///   - noting: what the audit log is told, in the same transaction, of the role in which somebody signs in.
  /// - Throws: `StoreError` with `accountDisabled`, or `conflict` for another password.
  @discardableResult
  package func createSession(
    _ digest: SessionDigest, of name: AccountName, checked passwordHash: String, csrf: String, address: String,
    noting: (@Sendable (Role) -> NewAuditEntry)? = nil, at now: Date
  ) async throws -> WebSession {
    let session = WebSession(
      digest: digest, user: name, csrf: csrf, address: address.keyText, createdAt: now, lastSeenAt: now, notice: nil)
    try await database.write { connection in
      let known = try connection.query(
        "SELECT password_hash, role, disabled FROM users WHERE name = ?", [name.sqlValue])
      guard let user = known.first, user["disabled"] == 0 else {
        throw StoreError(.accountDisabled, "the account \(name.description.quoted) is disabled", remedy: "ask an admin")
      }
      guard user["password_hash"] == passwordHash.sqlValue else {
        throw StoreError(
          .conflict, "the password of \(name.description.quoted) has just been changed",
          remedy: "sign in with the new one")
      }
      try connection.forgetSessions(at: now)
      try connection.insert(
        into: "web_sessions",
        [
          ("digest", digest.sqlValue), ("user", name.sqlValue), ("csrf", csrf.sqlValue),
          ("address", session.address.sqlValue), ("created_at", now.sqlValue), ("last_seen_at", now.sqlValue),
        ])
      try connection.update("users", set: [("last_login_at", now.sqlValue)], where: "name = ?", [name.sqlValue])
      if let noting { try connection.append(noting(try user.required("role")), at: now) }
    }
    return session
  }

  /// The session of a cookie with what its account may do, if it holds; that it was used is noted once a minute.
  package func session(_ digest: SessionDigest, at now: Date) async throws -> SignedIn? {
    let found = try await database.read { connection in
      try connection.rows(
        of: "web_sessions",
        "SELECT web_sessions.*, users.role AS role FROM web_sessions JOIN users ON users.name = web_sessions.user "
          + "WHERE digest = ? AND users.disabled = 0 AND \(Self.holds)",
        [digest.sqlValue] + Self.limits(at: now)
      ) { SignedIn(session: try WebSession($0), role: try $0.required("role")) }.first
    }
    guard let found else { return nil }
    if now.timeIntervalSince(found.session.lastSeenAt) >= Self.noteInterval {
      try await database.write { connection in
        _ = try connection.update(
          "web_sessions", set: [("last_seen_at", now.sqlValue)], where: "digest = ?", [digest.sqlValue])
      }
    }
    return found
  }

  /// The sessions that hold, of an account or all; the one used last first.
  package func sessions(of name: AccountName? = nil, at now: Date) async throws -> [WebSession] {
    let filter = name == nil ? "" : " AND user = ?"
    return try await database.read { connection in
      try connection.rows(
        of: "web_sessions",
        "SELECT * FROM web_sessions WHERE \(Self.holds)\(filter) ORDER BY last_seen_at DESC, digest",
        Self.limits(at: now) + (name.map { [$0.sqlValue] } ?? []), as: WebSession.init)
    }
  }

  /// - Parameter noting: what the audit log is told, in the same transaction, if there was such a session.
  package func endSession(_ digest: SessionDigest, noting: NewAuditEntry? = nil, at now: Date) async throws {
    try await database.write { connection in
      let ended = try connection.execute("DELETE FROM web_sessions WHERE digest = ?", [digest.sqlValue])
      if let noting, ended > 0 { try connection.append(noting, at: now) }
    }
  }

  /// - Parameter noting: what the audit log is told, in the same transaction, if there was any such session.
  /// - Returns: how many were ended.
  @discardableResult
  package func endSessions(
    of name: AccountName, except kept: SessionDigest? = nil, noting: NewAuditEntry? = nil, at now: Date
  ) async throws -> Int {
    try await database.write { connection in
      let ended = try connection.endSessions(of: name, except: kept)
      if let noting, ended > 0 { try connection.append(noting, at: now) }
      return ended
    }
  }

  // MARK: - Notices

  /// Keeps a sentence for the next page of a session, in place of an earlier one.
  package func setNotice(_ notice: String, for digest: SessionDigest) async throws {
    _ = try await database.write { connection in
      try connection.update(
        "web_sessions", set: [("notice", notice.withoutNUL.sqlValue)], where: "digest = ?", [digest.sqlValue])
    }
  }

  /// Gives the sentence that is kept for the next page, once.
  package func takeNotice(of digest: SessionDigest) async throws -> String? {
    try await database.write { connection in
      let rows = try connection.query("SELECT notice FROM web_sessions WHERE digest = ?", [digest.sqlValue])
      guard let notice = try rows.first?.optional("notice", as: String.self) else { return nil }
      try connection.update("web_sessions", set: [("notice", nil)], where: "digest = ?", [digest.sqlValue])
      return notice
    }
  }

  // MARK: - How long they last

  /// In seconds: how exactly it is noted when something was used.
  static let noteInterval: TimeInterval = 60

  private static let holds = "web_sessions.created_at > ? AND web_sessions.last_seen_at > ?"

  fileprivate static func limits(at now: Date) -> [SQLValue] {
    [
      now.addingTimeInterval(-WebSession.absoluteLimit).sqlValue,
      now.addingTimeInterval(-WebSession.idleLimit).sqlValue,
    ]
  }
}

extension SQLConnection {
  @discardableResult
  func endSessions(of name: AccountName, except kept: SessionDigest? = nil) throws -> Int {
    guard let kept else { return try execute("DELETE FROM web_sessions WHERE user = ?", [name.sqlValue]) }
    return try execute("DELETE FROM web_sessions WHERE user = ? AND digest <> ?", [name.sqlValue, kept.sqlValue])
  }

  /// Deletes the sessions that are over.
  @discardableResult
  func forgetSessions(at now: Date) throws -> Int {
    try execute("DELETE FROM web_sessions WHERE created_at <= ? OR last_seen_at <= ?", Store.limits(at: now))
  }
}

extension String {
  /// The text fit for a column that is a key: without NUL, and no longer than MariaDB's keys are.
  var keyText: String {
    utf8.count <= 255 ? withoutNUL : String(String.UnicodeScalarView(withoutNUL.unicodeScalars.prefix(255)))
  }
}
