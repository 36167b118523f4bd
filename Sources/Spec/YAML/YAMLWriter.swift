// Writing YAML: one canonical form for each value, which every reader of YAML 1.1 and 1.2 takes for the same.

package enum YAMLWriter {
  /// Lists of scalars stand on one line up to this width.
  private static let width = 100

  /// A document in block style, ending with a line break.
  package static func write(_ value: YAMLValue) -> String {
    var text = ""
    switch value {
    case .map(let pairs) where !pairs.isEmpty: writeMap(pairs, indent: 0, to: &text)
    case .list(let items) where !items.isEmpty && flow(items, indent: 0) == nil: writeList(items, indent: 0, to: &text)
    default: text = inline(value) + "\n"
    }
    return text
  }

  private static func writeMap(_ pairs: [YAMLPair], indent: Int, to text: inout String) {
    for (index, pair) in pairs.enumerated() {
      if index > 0 || text.last == "\n" || text.isEmpty { text += String(repeating: " ", count: indent) }
      let key = scalar(pair.key)
      text += key.utf8.count > 120 || key.contains("\n") ? "? \(key)\n\(String(repeating: " ", count: indent)):" : "\(key):"
      writeBehind(pair.value, indent: indent, room: width - indent - key.count - 2, to: &text)
    }
  }

  private static func writeList(_ items: [YAMLValue], indent: Int, to text: inout String) {
    for (index, item) in items.enumerated() {
      if index > 0 || text.last == "\n" || text.isEmpty { text += String(repeating: " ", count: indent) }
      text += "-"
      switch item {
      case .map(let pairs) where !pairs.isEmpty:
        text += " "
        writeMap(pairs, indent: indent + 2, to: &text)
      case .list(let inner) where !inner.isEmpty && flow(inner, indent: indent + 2) == nil:
        text += " "
        writeList(inner, indent: indent + 2, to: &text)
      default: text += " \(inline(item))\n"
      }
    }
  }

  /// A value behind its key: on the same line if it fits, below it otherwise.
  private static func writeBehind(_ value: YAMLValue, indent: Int, room: Int, to text: inout String) {
    switch value {
    case .map(let pairs) where !pairs.isEmpty:
      text += "\n"
      writeMap(pairs, indent: indent + 2, to: &text)
    case .list(let items) where !items.isEmpty && flow(items, indent: width - room) == nil:
      text += "\n"
      writeList(items, indent: indent + 2, to: &text)
    default: text += " \(inline(value))\n"
    }
  }

  /// A list of scalars on one line, if it fits.
  private static func flow(_ items: [YAMLValue], indent: Int) -> String? {
    let isFlat = items.allSatisfy { item in
      switch item {
      case .map(let pairs): pairs.isEmpty
      case .list(let inner): inner.isEmpty
      default: true
      }
    }
    guard isFlat else { return nil }
    let line = "[" + items.map(inline).joined(separator: ", ") + "]"
    return indent + line.count <= width ? line : nil
  }

  private static func inline(_ value: YAMLValue) -> String {
    switch value {
    case .null: "null"
    case .bool(let bool): bool ? "true" : "false"
    case .int(let int): String(int)
    case .double(let double): number(double)
    case .string(let text): scalar(text)
    case .list(let items): "[" + items.map(inline).joined(separator: ", ") + "]"
    case .map(let pairs): "{" + pairs.map { "\(scalar($0.key)): \(inline($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  private static func number(_ double: Double) -> String {
    if double.isNaN { return ".nan" }
    if double.isInfinite { return double < 0 ? "-.inf" : ".inf" }
    return String(double)
  }

  // MARK: - Strings

  /// A string plain where nobody could take it for something else, and in double quotes otherwise.
  private static func scalar(_ text: String) -> String { isSafePlain(text) ? text : quoted(text) }

  private static func isSafePlain(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
    let isPlainStart = isWord(first) || first == "/" || first == "_"
    guard isPlainStart, last != " ", last != ":", !looksTyped(text) else { return false }
    var before: Unicode.Scalar = "a"
    for scalar in text.unicodeScalars {
      guard isWord(scalar) || " /._-+@%=*~$;()^<>?!&|:#".unicodeScalars.contains(scalar) else { return false }
      if before == ":" && scalar == " " || before == " " && scalar == "#" { return false }
      before = scalar
    }
    return true
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return Character(scalar).isASCIILetterOrDigit }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .otherLetter, .decimalNumber: return true
    default: return false
    }
  }

  /// True for what some reader takes for a null, boolean, number, sexagesimal, date or merge key.
  private static func looksTyped(_ text: String) -> Bool {
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan", "="]
    if words.contains(text.lowercased()) { return true }
    guard let first = text.first, first.isNumber || "+-.".contains(first) else { return false }
    let numeric = text.allSatisfy { $0.isNumber || $0.isLetter && $0.isASCII && "abcdefxoABCDEFXOTtZz".contains($0) || "+-._:, ".contains($0) }
    return numeric
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      default:
        switch scalar.value {
        case 0x20...0x7E: result.unicodeScalars.append(scalar)
        case 0...0xFF: result += "\\x" + hex(scalar, 2)
        default:
          switch scalar.properties.generalCategory {
          case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator, .spaceSeparator:
            result += scalar.value <= 0xFFFF ? "\\u" + hex(scalar, 4) : "\\U" + hex(scalar, 8)
          default: result.unicodeScalars.append(scalar)
          }
        }
      }
    }
    return result + "\""
  }

  private static func hex(_ scalar: Unicode.Scalar, _ width: Int) -> String {
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
