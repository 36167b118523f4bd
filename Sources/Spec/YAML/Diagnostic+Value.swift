// Complaints for programs, and complaints of another pobsync read back, to be shown as one's own.

extension Diagnostic {
  /// - Parameter withExcerpt: whether the line in question is a part of it.
  package func value(withExcerpt: Bool = true) -> YAMLValue {
    func place(_ number: Int) -> YAMLValue { .int(Int64(number)) }
    return .map([
      YAMLPair("severity", .string(severity.rawValue)), YAMLPair("file", .string(file)),
      YAMLPair("line", place(range.start.line)), YAMLPair("column", place(range.start.column)),
      YAMLPair("end_line", place(range.end.line)), YAMLPair("end_column", place(range.end.column)),
      YAMLPair("message", .string(message)), YAMLPair("hint", hint.map { .string($0) } ?? .null),
      YAMLPair("excerpt", (withExcerpt ? excerpt : nil).map { .string($0) } ?? .null),
    ])
  }

  /// - Returns: nil for what is no complaint.
  package init?(reading value: YAMLValue) {
    func place(_ line: String, _ column: String) -> SourcePosition? {
      guard let line = value[line]?.integer, let column = value[column]?.integer, line > 0, column > 0 else {
        return nil
      }
      return SourcePosition(line: Int(clamping: line), column: Int(clamping: column))
    }
    guard let severity = value["severity"]?.text.flatMap(Severity.init(rawValue:)), let file = value["file"]?.text,
      let message = value["message"]?.text, let start = place("line", "column")
    else { return nil }
    self.severity = severity
    self.file = file
    self.message = message
    range = SourceRange(start: start, end: place("end_line", "end_column") ?? start)
    hint = value["hint"]?.text
    let line = value["excerpt"]?.text
    excerpt = line.flatMap { $0.utf8.count <= Self.longestExcerpt ? $0 : nil }
  }
}
