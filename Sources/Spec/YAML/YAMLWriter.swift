// Writing YAML: one canonical form, which every reader takes for what was meant.

/// Writes values in block style; short lists of scalars in brackets.
package struct YAMLWriter {
  private var output = ""
  private let comments: [[String]: [String]]

  private init(comments: [[String]: [String]]) { self.comments = comments }

  /// The value as a document. It reads back as the same value if its maps have unique keys and it nests no deeper
  /// than `YAMLLimits` allows.
  ///
  /// - Parameter comments: texts to stand above a key, each on a line of its own, by the keys that lead there.
  package static func write(_ value: YAMLValue, comments: [[String]: [String]] = [:]) -> String {
    var writer = YAMLWriter(comments: comments)
    if let text = writer.inline(value, after: 0) {
      writer.output = text + "\n"
    } else {
      writer.writeBlock(value, at: [], indent: 0)
    }
    return writer.output
  }

  private static let width = 100
  private static let longestListedScalar = 32
  /// YAML allows a key on the line of its `:` only if it is at most 1024 characters long.
  private static let longestSimpleKey = 1_000

  /// Writes the lines of a list or map; the first begins where the output stands.
  private mutating func writeBlock(_ value: YAMLValue, at path: [String], indent: Int) {
    let margin = String(repeating: " ", count: indent)
    switch value {
    case .list(let items):
      for (index, item) in items.enumerated() {
        output += index == 0 ? "-" : "\(margin)-"
        if let text = inline(item, after: indent + 2) {
          output += " \(text)\n"
        } else {
          output += " "
          writeBlock(item, at: path + [String(index)], indent: indent + 2)
        }
      }
    case .map(let pairs):
      for (index, pair) in pairs.enumerated() {
        let key = scalar(pair.key)
        let isSimple = key.unicodeScalars.count <= Self.longestSimpleKey
        let place = path + [pair.key]
        output += index == 0 ? "" : margin
        for comment in comments[place] ?? [] { output += "# \(comment.onOneYAMLLine)\n\(margin)" }
        output += isSimple ? "\(key):" : "? \(key)\n\(margin):"
        if let text = inline(pair.value, after: indent + key.unicodeScalars.count + 2) {
          output += " \(text)\n"
        } else {
          output += "\n\(margin)  "
          writeBlock(pair.value, at: place, indent: indent + 2)
        }
      }
    default: break
    }
  }

  /// What stands on the line of its key or dash: scalars, empty collections, short lists of short scalars.
  private func inline(_ value: YAMLValue, after column: Int) -> String? {
    switch value {
    case .null: return "null"
    case .bool(let flag): return flag ? "true" : "false"
    case .int(let number): return String(number)
    case .double(let number): return scalar(number)
    case .string(let text): return scalar(text)
    case .map(let pairs): return pairs.isEmpty ? "{}" : nil
    case .list(let items):
      var width = column + 2
      var texts: [String] = []
      for item in items {
        switch item {
        case .list, .map: return nil
        default: break
        }
        guard let text = inline(item, after: 0) else { return nil }
        let length = text.unicodeScalars.count
        width += length + (texts.isEmpty ? 0 : 2)
        guard length <= Self.longestListedScalar, width <= Self.width else { return nil }
        texts.append(text)
      }
      return "[\(texts.joined(separator: ", "))]"
    }
  }

  private func scalar(_ number: Double) -> String {
    guard number.isFinite else { return number.isNaN ? ".nan" : number < 0 ? "-.inf" : ".inf" }
    // YAML 1.1 wants a point in every such number, also in `1e+20`.
    let text = number.description
    guard !text.contains("."), let exponent = text.firstIndex(of: "e") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  private func scalar(_ text: String) -> String { text.isPlainYAML ? text : text.doubleQuotedYAML }
}

extension String {
  /// Whether every reader, of YAML 1.1 too and inside brackets, takes the text without quotes for just this text.
  fileprivate var isPlainYAML: Bool {
    guard let first = unicodeScalars.first, first != " ", unicodeScalars.last != " ", unicodeScalars.last != ":" else {
      return false
    }
    // YAML 1.1 ends unquoted text inside of brackets at `?` too.
    return unicodeScalars.allSatisfy { $0.isPrintableYAML && !",[]{}?".unicodeScalars.contains($0) }
      && !contains(sequence: ": ") && !contains(sequence: " #") && canBegin(with: first) && !isReservedYAML
  }

  private func canBegin(with first: Unicode.Scalar) -> Bool {
    if first == "-" {
      // `-a` and `--delete` are text; `- a` is a list entry, `---` begins a document.
      guard let second = unicodeScalars.dropFirst().first else { return false }
      return second != " " && !unicodeScalars.starts(with: "---".unicodeScalars)
    }
    // `...` ends a document.
    if unicodeScalars.starts(with: "...".unicodeScalars) { return false }
    return !"?:#&*!|>'\"%@`".unicodeScalars.contains(first)
  }

  /// Words and figures that mean something but text to some reader: booleans, nulls, numbers of any base, dates,
  /// times, base-60 numbers (`22:30`), `=` and `<<`. Some texts are quoted without need, such as `1.2.3`.
  private var isReservedYAML: Bool {
    let word = lowercased()
    if ["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", "=", "<<"].contains(word) { return true }
    let digits = word.first.map { "+-".contains($0) } ?? false ? word.dropFirst() : word[...]
    if [".inf", ".nan"].contains(digits) || ["0x", "0o", "0b"].contains(digits.prefix(2)) { return true }
    return word.unicodeScalars.first.map { "+-.0123456789".unicodeScalars.contains($0) } ?? false
      && word.unicodeScalars.allSatisfy { "+-.:_0123456789etz ".unicodeScalars.contains($0) }
  }

  fileprivate var doubleQuotedYAML: String {
    var quoted = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.isPrintableYAML: quoted.unicodeScalars.append(scalar)
      default:
        let (sign, length) = scalar.value <= 0xFF ? ("x", 2) : scalar.value <= 0xFFFF ? ("u", 4) : ("U", 8)
        let digits = String(scalar.value, radix: 16, uppercase: true)
        quoted += "\\\(sign)\(String(repeating: "0", count: length - digits.count))\(digits)"
      }
    }
    return quoted + "\""
  }

  /// The text as a comment: line breaks are blanks, and what cannot be seen is made visible.
  fileprivate var onOneYAMLLine: String {
    var line = ""
    for scalar in unicodeScalars {
      let shown: Unicode.Scalar =
        scalar.properties.isWhitespace ? " " : scalar.isPrintableYAML ? scalar : "\u{FFFD}"
      line.unicodeScalars.append(shown)
    }
    return line
  }

  /// By code points: `contains` of `String` would miss a blank that a combining mark follows.
  private func contains(sequence: String) -> Bool {
    zip(unicodeScalars, unicodeScalars.dropFirst()).contains { [$0, $1].elementsEqual(sequence.unicodeScalars) }
  }
}

extension Unicode.Scalar {
  /// Whether the scalar is seen for what it is: no control, no blank but the common one, no private or unassigned code.
  fileprivate var isPrintableYAML: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    case .spaceSeparator: self == " "
    default: true
    }
  }
}
