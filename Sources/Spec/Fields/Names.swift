// Names of hosts and of the other resources: fit for a directory, a URL and a command line alike.

/// The name of a host: also the name of its directory below the backup root.
///
/// Letters, digits, `.`, `_` and `-`, beginning with a letter or digit, at most 200 characters (so that names of
/// files beside the directory still fit into 255 bytes).
package struct HostName: TextValue, Comparable {
  package static let noun = "a host name"
  package static let example = "web-1"

  package let description: String

  package init(text: String) throws(InvalidText) {
    try Name.check(text, maximum: 200)
    description = text
  }

  private init(known: String) { description = known }

  /// What a required field of this type holds until it is read.
  static let standIn = HostName(known: "host")

  package static func < (left: HostName, right: HostName) -> Bool { left.description < right.description }
}

/// The name of a schedule, a retention policy, a profile, a notification or a label: the same letters as a host's, at most 63.
package struct ResourceName: TextValue, Comparable {
  package static let noun = "a name"
  package static let example = "nightly"

  package let description: String

  package init(text: String) throws(InvalidText) {
    try Name.check(text, maximum: Self.longest)
    description = text
  }

  /// A name put together from parts that are known to fit.
  init(made text: String) { description = text }

  /// In characters.
  static let longest = 63

  package static func < (left: ResourceName, right: ResourceName) -> Bool { left.description < right.description }
}

private enum Name {
  static func check(_ text: String, maximum: Int) throws(InvalidText) {
    // Nearly every name is right, which its bytes tell at once. What is wrong with another, its characters tell.
    if text.utf8.first?.isASCIILetterOrDigit ?? false, text.utf8.count <= maximum,
      text.utf8.allSatisfy({ $0.isASCIILetterOrDigit || "._-".utf8.contains($0) })
    {
      return
    }
    guard let first = text.first else { throw InvalidText("a name must not be empty") }
    guard first.isASCIILetterOrDigit else {
      throw InvalidText("\(text.quoted) must begin with a letter or a digit")
    }
    for (offset, character) in text.enumerated()
    where !(character.isASCIILetterOrDigit || "._-".contains(character)) {
      throw InvalidText(
        "\(text.quoted) holds \(String(character).quoted); a name is made of letters, digits, `.`, `_` and `-`",
        offset: offset)
    }
    guard text.count <= maximum else {
      throw InvalidText("\(text.quoted) is longer than \(maximum) characters")
    }
  }
}
