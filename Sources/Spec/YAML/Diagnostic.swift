// Diagnostics: complaints about a text, each with its place, the offending line and the likely fix.

/// One complaint.
package struct Diagnostic: Sendable, Hashable {
  package enum Severity: String, Sendable, Hashable {
    case error, warning
  }

  package let severity: Severity
  package let file: String
  package let range: SourceRange
  package let message: String
  /// The likely fix: "did you mean `retention`?".
  package let hint: String?
  /// The line that the range begins in.
  package let excerpt: String?

  package init(_ severity: Severity, _ message: String, hint: String? = nil, in source: SourceText, at range: SourceRange) {
    self.severity = severity
    file = source.name
    self.range = range
    self.message = message
    self.hint = hint
    excerpt = source.line(range.start.line)
  }

  /// The complaint as compilers print theirs:
  /// ```
  /// hosts.yaml:12:5: error: unknown key `retension` in host `web-1`; did you mean `retention`?
  ///    12 |     retension: standard
  ///       |     ^~~~~~~~~
  /// ```
  package func rendered(colour: Bool = false) -> String {
    let place = "\(file):\(range.start.line):\(range.start.column):"
    let word = colour ? "\u{1B}[1;31m\(severity.rawValue):\u{1B}[0m" : "\(severity.rawValue):"
    let text = hint.map { "\(message); \($0)" } ?? message
    let head = "\(place) \(word) \(text)"
    guard let excerpt, !excerpt.isEmpty else { return head }
    let (line, caret) = Self.window(excerpt, column: range.start.column, width: markedWidth(in: excerpt))
    let number = String(range.start.line)
    let margin = String(repeating: " ", count: max(0, 5 - number.count)) + number
    let blank = String(repeating: " ", count: margin.count)
    return "\(head)\n\(margin) | \(line)\n\(blank) | \(caret)"
  }

  /// How many characters to mark: to the end of the range, or of the line.
  private func markedWidth(in excerpt: String) -> Int {
    let rest = excerpt.unicodeScalars.count - range.start.column + 1
    let wanted = range.end.line == range.start.line ? range.end.column - range.start.column : rest
    return max(1, min(wanted, rest))
  }

  /// The excerpt and a line with the caret under it, both cut around the column if the line is long. Each scalar is
  /// shown as one character: blanks for tabs, U+FFFD for what would move the cursor.
  private static func window(_ excerpt: String, column: Int, width: Int) -> (line: String, caret: String) {
    let shown = excerpt.unicodeScalars.map { scalar -> String in
      if scalar == "\t" { return " " }
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator: return "\u{FFFD}"
      default: return String(scalar)
      }
    }
    let limit = 100
    let first = shown.count <= limit ? 0 : max(0, min(column - 1 - limit / 2, shown.count - limit))
    let part = shown[first..<min(shown.count, first + limit)]
    let before = max(0, column - 1 - first)
    let marks = max(1, min(width, part.count - before))
    let caret = String(repeating: " ", count: before) + "^" + String(repeating: "~", count: marks - 1)
    return (part.joined(), caret)
  }
}

/// Every complaint about a set of texts, in the order of the texts and their places.
package struct Diagnostics: Error, Sendable, CustomStringConvertible {
  package let items: [Diagnostic]

  package init(_ items: [Diagnostic]) {
    var order: [String: Int] = [:]
    for item in items where order[item.file] == nil { order[item.file] = order.count }
    self.items = items.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      return (order[a.file] ?? 0, a.range.start, left.offset) < (order[b.file] ?? 0, b.range.start, right.offset)
    }.map(\.element)
  }

  package func rendered(colour: Bool = false) -> String {
    items.map { $0.rendered(colour: colour) }.joined(separator: "\n")
  }

  package var description: String { rendered() }
}
