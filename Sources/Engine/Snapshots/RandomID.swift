// Random ids, made from the generator that the caller gives.

/// Ids that are told apart for ever: 26 characters of Crockford's base 32, 130 bits.
package enum RandomID {
  package static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

  package static func make(length: Int = 26, using generator: inout some RandomNumberGenerator) -> String {
    String((0..<length).map { _ in alphabet[Int.random(in: 0..<alphabet.count, using: &generator)] })
  }

  /// Whether a text may be an id that was made here.
  static func isOne(_ text: some Collection<UInt8>) -> Bool { text.count == 26 && text.allSatisfy(letters.contains) }

  private static let letters = Set(alphabet.compactMap(\.asciiValue))
}
