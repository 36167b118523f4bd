// Secrets that pobsync makes: those of sessions and of tokens. Their digest is kept, they themselves are not.

import Crypto
import Foundation
package import Store

/// A text that nobody can guess.
package struct Secret: Sendable {
  package let text: String

  /// What somebody has shown.
  package init(_ text: String) { self.text = text }

  /// A new one, of 256 bits.
  /// - Parameter prefix: by which programs that look for lost secrets know it.
  package static func random(prefix: String = "") -> Secret {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").filter {
      $0 != "="
    }
    return Secret(prefix + text)
  }

  /// What tokens begin with.
  package static let tokenPrefix = "pobsync_"

  /// What is kept of it. Nothing slower is needed: there is nothing to guess.
  package var digest: SecretDigest {
    guard let digest = SecretDigest(SHA256.hash(data: Data(text.utf8))) else {
      preconditionFailure("a digest of SHA-256 has 32 bytes")
    }
    return digest
  }
}
