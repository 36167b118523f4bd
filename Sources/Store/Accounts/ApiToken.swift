// Tokens: what programs sign in with, each with a role and, as a rule, an end.

package import Foundation
package import Spec

/// The number of a token, which is never given twice.
package struct ApiTokenID: Sendable, Hashable {
  package let number: Int64

  package init(_ number: Int64) { self.number = number }
}

/// A token, without its secret, of which only the digest is kept.
package struct ApiToken: Sendable, Hashable, Identifiable {
  package let id: ApiTokenID
  package let name: ResourceName
  package let role: Role
  /// The account that made it; `command line` if none did.
  package let createdBy: String
  package let createdAt: Date
  /// nil for never.
  package let expiresAt: Date?
  /// To the minute.
  package let lastUsedAt: Date?

  /// What stands for an account where the command line acted: no account can have this name.
  package static let commandLine = "command line"
}

extension ApiToken {
  /// - Parameter most: what its maker may do at this moment; a token cannot do more.
  init(_ row: SQLRow, atMost most: Role? = nil) throws {
    id = ApiTokenID(try row.required("id"))
    name = try row.required("name")
    role = min(try row.required("role"), most ?? .admin)
    createdBy = try row.required("created_by")
    createdAt = try row.required("created_at")
    expiresAt = try row.optional("expires_at")
    lastUsedAt = try row.optional("last_used_at")
  }
}
