// Complaints about a spec file: what is wrong, where, and how to put it right.

/// One complaint about one place in a file.
package struct Diagnostic: Sendable, Hashable {
  package enum Severity: String, Sendable, Hashable {
    case error, warning
  }

  package let severity: Severity
  /// The file's name as shown.
  package let file: String
  package let range: SourceRange
  package let message: String
  /// The likely fix: "did you mean `retention`?".
  package let hint: String?
  /// The line in which the range starts, as it stands in the file; nil if that is blank, missing or unreadably long.
  package let excerpt: String?

  package init(
    _ severity: Severity, _ message: String, hint: String? = nil, in source: SourceText, at range: SourceRange
  ) {
    self.severity = severity
    self.message = message
    self.hint = hint
    self.range = range
    file = source.name
    excerpt = Self.excerpt(from: source, line: range.start.line)
  }

  /// A file may be one line of megabytes and every place in it wrong: such a line must not be copied each time.
  static let longestExcerpt = 16_384

  private static func excerpt(from source: SourceText, line: Int) -> String? {
    guard let bytes = source.lineBytes(line), bytes.count <= longestExcerpt else { return nil }
    let text = String(decoding: bytes, as: UTF8.self)
    return text.unicodeScalars.allSatisfy(\.properties.isWhitespace) ? nil : text
  }

  /// The line with the place in it, and the marks to stand under that place; nil where there is no excerpt.
  package var marked: (line: String, marks: String)? { shown.map { ($0.text, $0.indent + $0.caret) } }

  /// A range that goes on over further lines is underlined to the end of its first.
  private var shown: Excerpt? {
    let end = range.end.line == range.start.line ? range.end.column : nil
    return excerpt.map { Excerpt($0, from: range.start.column, to: end) }
  }

  /// The complaint as compilers write it, followed by the line and a caret under the place; no line break at the end.
  package func rendered(colour: Bool = false) -> String {
    let paint = Paint(on: colour)
    let place = "\(file.shownOnTerminal):\(range.start.line):\(range.start.column):"
    let sentence = message.shownOnTerminal + (hint.map { "; \($0.shownOnTerminal)" } ?? "")
    let label = paint(severity == .error ? .error : .warning, "\(severity.rawValue):")
    let headline = "\(paint(.place, place)) \(label) \(sentence)"
    guard let shown else { return headline }
    let number = String(range.start.line)
    let gutter = String(repeating: " ", count: max(5 - number.count, 0))
    let blank = String(repeating: " ", count: max(5, number.count))
    return """
      \(headline)
      \(gutter)\(number) | \(shown.text)
      \(blank) | \(shown.indent)\(paint(.caret, shown.caret))
      """
  }
}

/// Everything wrong with some files, sorted by file in the order in which the files were given, then by place.
package struct Diagnostics: Error, Sendable, Hashable, CustomStringConvertible {
  package let items: [Diagnostic]

  package init(_ items: [Diagnostic]) {
    var files: [String: Int] = [:]
    for item in items where files[item.file] == nil { files[item.file] = files.count }
    let keyed = items.enumerated().map { (file: files[$1.file] ?? 0, offset: $0, item: $1) }
    self.items =
      keyed
      .sorted { ($0.file, $0.item.range.start, $0.offset) < ($1.file, $1.item.range.start, $1.offset) }
      .map(\.item)
  }

  /// All complaints, one below the other.
  package func rendered(colour: Bool = false) -> String {
    items.map { $0.rendered(colour: colour) }.joined(separator: "\n")
  }

  package var description: String { rendered() }
}

/// Terminal colours, or none.
private struct Paint {
  enum Role: String {
    case place = "1"
    case error = "1;31"
    case warning = "1;35"
    case caret = "1;32"
  }

  let on: Bool

  func callAsFunction(_ role: Role, _ text: String) -> String {
    on ? "\u{1B}[\(role.rawValue)m\(text)\u{1B}[0m" : text
  }
}
