// The secret of a token, while it is made: it is shown once, and its digest is kept.

package import Store

/// A new token, as its owner gets it.
package struct TokenSecret: Sendable {
  package let text: String
  package let digest: TokenDigest

  package init() {
    text = Self.prefix + Secret.random()
    guard let digest = Secret.digest(text) else { preconditionFailure("a digest of SHA-256 has 32 bytes") }
    self.digest = digest
  }

  /// By which programs that look for lost secrets know it.
  private static let prefix = "pobsync_"
}
