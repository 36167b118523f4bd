// Tokens as the store keeps them.

package import Foundation
package import Spec

extension Store {
  /// - Parameters:
  ///   - creator: an account's name, or `ApiToken.commandLine`.
  ///   - noting: what the audit log is told, in the same transaction.
  /// - Throws: `StoreError` with `tokenExists`.
  package func createToken(
    _ name: ResourceName, digest: TokenDigest, role: Role, by creator: String, expiresAt: Date?,
    noting: NewAuditEntry? = nil, at now: Date
  ) async throws -> ApiToken {
    try await database.write { connection in
      guard try connection.token(named: name) == nil else {
        throw StoreError(
          .tokenExists, "there is a token \(name.description.quoted) already",
          remedy: "choose another name, or revoke that one")
      }
      try connection.insert(
        into: "api_tokens",
        [
          ("name", name.sqlValue), ("digest", digest.sqlValue), ("role", role.sqlValue),
          ("created_by", creator.sqlValue), ("created_at", now.sqlValue), ("expires_at", SQLValue(expiresAt)),
        ])
      guard let token = try connection.token(named: name) else {
        throw StoreError(.failed, "the token \(name.description.quoted) is not there right after it was made")
      }
      if let noting { try connection.append(noting, at: now) }
      return token
    }
  }

  /// All tokens by name, those that have expired as well.
  package func tokens() async throws -> [ApiToken] {
    try await database.read { connection in
      try connection.rows(of: "api_tokens", "SELECT * FROM api_tokens ORDER BY name") { try ApiToken($0) }
    }
  }

  /// Makes a token none.
  ///
  /// - Parameter noting: what the audit log is told, in the same transaction, of the token as it was.
  /// - Returns: the token as it was.
  /// - Throws: `StoreError` with `unknownToken`.
  @discardableResult
  package func revokeToken(
    _ name: ResourceName, noting: (@Sendable (_ former: ApiToken) -> NewAuditEntry)? = nil, at now: Date
  ) async throws -> ApiToken {
    try await database.write { connection in
      guard let token = try connection.token(named: name) else {
        throw StoreError(
          .unknownToken, "there is no token \(name.description.quoted)", remedy: "`pobsync token list` names them")
      }
      try connection.execute("DELETE FROM api_tokens WHERE id = ?", [token.id.number.sqlValue])
      if let noting { try connection.append(noting(token), at: now) }
      return token
    }
  }

  /// The token with a secret, if it holds: it has not expired, and the account that made it is not disabled. Its role is
  /// no higher than that account's is now. That it was used is noted once a minute.
  package func apiToken(_ digest: TokenDigest, at now: Date) async throws -> ApiToken? {
    let token = try await database.read { connection in
      try connection.rows(
        of: "api_tokens",
        "SELECT api_tokens.*, users.role AS creator_role FROM api_tokens LEFT JOIN users ON users.name = created_by "
          + "WHERE digest = ? AND (expires_at IS NULL OR expires_at > ?) AND (users.disabled IS NULL OR users.disabled = 0)",
        [digest.sqlValue, now.sqlValue]
      ) { try ApiToken($0, atMost: try $0.optional("creator_role")) }.first
    }
    guard let token else { return nil }
    if now.timeIntervalSince(token.lastUsedAt ?? .distantPast) >= Self.noteInterval {
      try await database.write { connection in
        _ = try connection.update(
          "api_tokens", set: [("last_used_at", now.sqlValue)], where: "id = ?", [token.id.number.sqlValue])
      }
    }
    return token
  }
}

extension SQLConnection {
  fileprivate func token(named name: ResourceName) throws -> ApiToken? {
    try rows(of: "api_tokens", "SELECT * FROM api_tokens WHERE name = ?", [name.sqlValue]) { try ApiToken($0) }.first
  }
}
