// Writing JSON, for output that programs read and for values kept in SQL.

package enum JSONWriter {
  /// The value on one line, without blanks.
  package static func compact(_ value: YAMLValue) -> String { text(value, margin: nil) }

  /// The value over several lines, indented by two blanks a level; no line break at the end.
  package static func pretty(_ value: YAMLValue) -> String { text(value, margin: "\n") }

  /// - Parameter margin: the line break and indentation of the line on which the value begins; nil for one line.
  private static func text(_ value: YAMLValue, margin: String?) -> String {
    switch value {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): String(number)
    // JSON has no word for infinity, nor for what is not a number.
    case .double(let number): number.isFinite ? number.description : "null"
    case .string(let text): quoted(text)
    case .list(let items):
      block("[", "]", margin) { inner in items.map { text($0, margin: inner) } }
    case .map(let pairs):
      block("{", "}", margin) { inner in
        pairs.map { quoted($0.key) + (margin == nil ? ":" : ": ") + text($0.value, margin: inner) }
      }
    }
  }

  private static func block(
    _ open: String, _ close: String, _ margin: String?, _ members: (_ inner: String?) -> [String]
  ) -> String {
    let inner = margin.map { $0 + "  " }
    let texts = members(inner)
    guard !texts.isEmpty else { return open + close }
    return open + (inner ?? "") + texts.joined(separator: "," + (inner ?? "")) + (margin ?? "") + close
  }

  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      // JavaScript long took the last two for line breaks, and YAML takes U+0085 for one and no U+007F at all.
      case "\0"..<" ", "\u{7F}"..."\u{9F}", "\u{2028}", "\u{2029}", "\u{FEFF}", "\u{FFFE}", "\u{FFFF}":
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
