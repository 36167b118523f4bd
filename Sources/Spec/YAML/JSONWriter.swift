// Writing JSON (RFC 8259) from the same values.

package enum JSONWriter {
  /// On one line.
  package static func compact(_ value: YAMLValue) -> String { text(value, indent: nil) }

  /// Indented by two blanks a level.
  package static func pretty(_ value: YAMLValue) -> String { text(value, indent: 0) }

  private static func text(_ value: YAMLValue, indent: Int?) -> String {
    switch value {
    case .null: return "null"
    case .bool(let bool): return bool ? "true" : "false"
    case .int(let int): return String(int)
    // JSON has no word for these.
    case .double(let double): return double.isFinite ? String(double) : "null"
    case .string(let string): return quoted(string)
    case .list(let items): return wrapped("[", items.map { text($0, indent: indent.map { $0 + 2 }) }, "]", indent: indent)
    case .map(let pairs):
      let separator = indent == nil ? ":" : ": "
      let members = pairs.map { quoted($0.key) + separator + text($0.value, indent: indent.map { $0 + 2 }) }
      return wrapped("{", members, "}", indent: indent)
    }
  }

  private static func wrapped(_ open: String, _ members: [String], _ close: String, indent: Int?) -> String {
    guard let indent, !members.isEmpty else { return open + members.joined(separator: ",") + close }
    let inner = String(repeating: " ", count: indent + 2)
    return "\(open)\n\(inner)" + members.joined(separator: ",\n\(inner)") + "\n\(String(repeating: " ", count: indent))\(close)"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      default:
        if scalar.value < 0x20 || scalar == "\u{7F}" || scalar == "\u{2028}" || scalar == "\u{2029}" {
          let digits = String(scalar.value, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result + "\""
  }
}
