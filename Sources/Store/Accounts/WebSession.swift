// Sessions: that somebody has signed in, kept as the digest of the secret in their cookie.

package import Foundation
import Spec

/// The SHA-256 of a secret, in hexadecimal: what is kept of a session's cookie and of a token.
package struct SecretDigest: Sendable, Hashable, SQLConvertible {
  package let text: String

  /// Gives nil unless there are 32 bytes.
  package init?(_ digest: some Sequence<UInt8>) {
    let bytes = Array(digest)
    guard bytes.count == 32 else { return nil }
    text = bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }

  package var sqlValue: SQLValue { .text(text) }

  package init?(sqlValue: SQLValue) {
    guard case .text(let text) = sqlValue, text.utf8.count == 64 else { return nil }
    self.text = text
  }
}

package typealias SessionDigest = SecretDigest
package typealias TokenDigest = SecretDigest

/// A session of the web.
package struct WebSession: Sendable, Hashable {
  package let digest: SessionDigest
  package let user: AccountName
  /// What every form of this session has to bring along.
  package let csrf: String
  /// From where it was begun.
  package let address: String
  package let createdAt: Date
  /// To the minute.
  package let lastSeenAt: Date
  /// What the next page is to say once.
  package let notice: String?

  /// In seconds: how long a session lasts that is not used, and any at all.
  package static let idleLimit: TimeInterval = 12 * 3600
  package static let absoluteLimit: TimeInterval = 14 * 86_400
}

/// A session that holds, and what its account may do at this moment.
package struct SignedIn: Sendable, Hashable {
  package let session: WebSession
  package let role: Role
}

extension WebSession {
  init(_ row: SQLRow) throws {
    digest = try row.required("digest")
    user = try row.required("user")
    csrf = try row.required("csrf")
    address = try row.required("address")
    createdAt = try row.required("created_at")
    lastSeenAt = try row.required("last_seen_at")
    notice = try row.optional("notice")
  }
}
