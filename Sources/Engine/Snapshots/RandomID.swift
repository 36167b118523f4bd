// Random ids, made from the generator that the caller gives.

/// Ids that are told apart for ever: 26 characters of Crockford's base 32, 130 bits.
package enum RandomID {
  package static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

  package static func make(length: Int = 26, using generator: inout some RandomNumberGenerator) -> String {
    String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
  }

  /// Whether a text may be an id that was made here.
  package static func isOne(_ text: String) -> Bool { text.count == 26 && text.allSatisfy(alphabet.contains) }
}
