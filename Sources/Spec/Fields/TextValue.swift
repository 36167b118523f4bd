// Text values: the small types that a spec's strings become, each unable to hold a wrong value.

/// A value that operators write as a string, and that is checked once, when it enters.
///
/// `description` gives the canonical text, which parses back to an equal value.
package protocol TextValue: Sendable, Hashable, CustomStringConvertible {
  /// What the value is, with its article, as it stands in messages: "a duration".
  static var noun: String { get }
  /// An example for messages, help and the JSON Schema.
  static var example: String { get }

  /// Parses the text.
  /// - Throws: `InvalidText` with a sentence part that follows the text itself, as in "`20` has no unit".
  init(text: String) throws(InvalidText)
}

/// Why a text is not a value of its type, worded to follow the quoted text.
package struct InvalidText: Error, Hashable, Sendable, CustomStringConvertible {
  /// The complaint, with the text quoted: "`20` has no unit; write 20m, 20h …".
  package let message: String
  /// The likely fix, if there is one: "did you mean `Europe/Amsterdam`?".
  package let hint: String?
  /// Where in the text it goes wrong, in characters from its start.
  package let offset: Int

  package init(_ message: String, hint: String? = nil, offset: Int = 0) {
    self.message = message
    self.hint = hint
    self.offset = offset
  }

  package var description: String { hint.map { "\(message); \($0)" } ?? message }
}

extension String {
  /// The text between back-quotes, as messages show it.
  package var quoted: String { "`\(printable(limit: 80))`" }

  /// The text fit for a line of a message: cut to a readable length, and what could move the cursor or hide text made
  /// visible. File names from elsewhere may hold anything.
  package func printable(limit: Int = 300) -> String {
    if utf8.count <= limit, utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return self }
    let shown = unicodeScalars.prefix(limit).map { scalar -> String in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
      default: String(scalar)
      }
    }
    return shown.joined() + (unicodeScalars.count > limit ? "…" : "")
  }

  /// True if the text holds a control character (line breaks, NUL, escapes): such text never fits on a line of a log
  /// or of an rsync filter file.
  package var hasControlCharacters: Bool {
    // Those beyond ASCII are looked for only where there is anything beyond it.
    utf8.contains { $0 < 0x20 || $0 == 0x7F }
      || utf8.contains { $0 >= 0x80 } && unicodeScalars.contains { (0x80...0x9F).contains($0.value) }
  }
}

extension Character {
  var isASCIILetterOrDigit: Bool { isASCII && (isLetter || isNumber) }
}

extension UInt8 {
  var isASCIILetterOrDigit: Bool {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "a")...UInt8(ascii: "z"):
      true
    default: false
    }
  }
}
