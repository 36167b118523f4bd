// Names of ssh's ciphers, which mean nothing else in the list that ssh is handed.

/// The name of one cipher, as `ssh -Q cipher` prints it.
///
/// What ssh gives a meaning of its own in such a list is refused: `,` between two names, and `^`, `+` and `-` in front
/// of the first.
package struct SSHCipher: TextValue {
  package static let noun = "the name of a cipher"
  package static let example = "chacha20-poly1305@openssh.com"

  package let description: String

  package init(text: String) throws(InvalidText) {
    guard let first = text.first else { throw InvalidText("the name of a cipher must not be empty") }
    if "^+-".contains(first) {
      throw InvalidText(
        "\(text.quoted) begins with \(String(first).quoted), by which ssh would change its own list",
        hint: "write the names of all ciphers to offer")
    }
    guard Self.isLetterOrDigit(first) else {
      throw InvalidText("\(text.quoted) must begin with a lower-case letter or a digit")
    }
    for (offset, character) in text.enumerated()
    where !(Self.isLetterOrDigit(character) || "-.@".contains(character)) {
      throw InvalidText(
        "\(text.quoted) holds \(String(character).quoted), which no cipher's name has",
        hint: "write names as `ssh -Q cipher` prints them, each as an item of its own", offset: offset)
    }
    guard text.count <= 64 else { throw InvalidText("\(text.quoted) is longer than 64 characters") }
    description = text
  }

  private static func isLetterOrDigit(_ character: Character) -> Bool {
    character.isASCIILetterOrDigit && !character.isUppercase
  }
}
