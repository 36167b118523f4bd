// Secrets: what sessions and tokens are known by, made at random and kept as digests only.

import Crypto
import Foundation
import Store

/// A text that cannot be guessed.
enum Secret {
  /// 256 random bits in letters, digits, `-` and `_`.
  static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    return Data(bytes).base64EncodedString()
      .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// Whether a text may be one that was made here.
  static func isOne(_ text: String) -> Bool { text.utf8.count == 43 && text.utf8.allSatisfy(PercentEncoding.isPlain) }

  /// What is kept of it. Nothing slower is needed: there is nothing to guess.
  static func digest(_ text: String) -> SecretDigest? { SecretDigest(Array(SHA256.hash(data: Data(text.utf8)))) }

  /// Compares in a time that does not tell how much of the two is equal.
  static func areEqual(_ left: String, _ right: String) -> Bool {
    let (left, right) = (Array(left.utf8), Array(right.utf8))
    guard left.count == right.count else { return false }
    return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
