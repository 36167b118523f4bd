// Mail addresses that can be taken neither for an option nor for a program, a file or a further header line.

/// An address that mail goes to or comes from: `ops@example.net`, or the name of a local account.
package struct MailAddress: TextValue {
  package static let noun = "a mail address"
  package static let example = "ops@example.net"

  package let description: String

  package init(text: String) throws(InvalidText) {
    guard let first = text.first else { throw InvalidText("a mail address must not be empty") }
    guard first.isASCIILetterOrDigit || first == "_" else {
      throw InvalidText("\(text.quoted) must begin with a letter, a digit or `_`")
    }
    for (offset, character) in text.enumerated()
    where !(character.isASCIILetterOrDigit || "._+=~'-@".contains(character)) {
      throw InvalidText(
        "\(text.quoted) holds \(String(character).quoted), which no such address has here",
        hint: "write the bare address, without a name or `<>`", offset: offset)
    }
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count <= 2 else { throw InvalidText("\(text.quoted) holds `@` more than once") }
    if parts.count == 2 {
      let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
      let isDomain = labels.allSatisfy { label in
        !label.isEmpty && label.first != "-" && label.allSatisfy { $0.isASCIILetterOrDigit || $0 == "-" }
      }
      guard isDomain else { throw InvalidText("\(text.quoted) has no domain behind its `@`") }
    }
    guard text.count <= 254 else { throw InvalidText("\(text.quoted) is longer than 254 characters") }
    description = text
  }

  /// What stands behind the `@`; nil for a local account.
  package var domain: Substring? { description.contains("@") ? description.split(separator: "@").last : nil }
}
