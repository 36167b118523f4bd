// Decoding: what is known while one document becomes typed values, and every complaint met on the way.

/// Collects the complaints about one document. Decoders record and go on, so that all of them come out at once.
package struct Decoding: Sendable {
  /// A name used by one resource for another, to be resolved once everything is read.
  package struct Reference: Sendable {
    package let kind: ResourceKind
    package let name: ResourceName
    package let path: String
    package let subject: String
    package let range: SourceRange
    package let source: SourceText
  }

  package let source: SourceText
  package private(set) var diagnostics: [Diagnostic] = []
  package private(set) var references: [Reference] = []

  /// The resource being read, in words: "host `web-1`".
  package var subject: String = "the spec"
  private var path: [String] = []

  package init(source: SourceText) {
    self.source = source
  }

  /// Records a complaint about the key being read: "`ssh.port` of host `web-1` must be …".
  package mutating func complain(_ complaint: String, hint: String? = nil, at node: YAMLNode, offset: Int = 0) {
    record("\(currentKey) \(complaint)", hint: hint, at: node, offset: offset)
  }

  /// Records a complaint whose sentence stands for itself.
  package mutating func record(_ message: String, hint: String? = nil, at node: YAMLNode, offset: Int = 0) {
    diagnostics.append(
      Diagnostic(.error, message, hint: hint, in: source, at: node.range(fromOffset: offset, in: source)))
  }

  package mutating func refer(to kind: ResourceKind, _ name: ResourceName, at node: YAMLNode) {
    references.append(
      Reference(
        kind: kind, name: name, path: path.joined(separator: "."), subject: subject, range: node.range, source: source))
  }

  /// Runs `body` with `key` appended to the path that messages show.
  package mutating func inside<Result>(_ key: String, _ body: (inout Decoding) -> Result) -> Result {
    path.append(key)
    defer { path.removeLast() }
    return body(&self)
  }

  var currentKey: String {
    path.isEmpty ? subject : "`\(path.joined(separator: "."))` of \(subject)"
  }
}

extension YAMLNode {
  /// The node's range, begun `offset` characters later if its text stands in the source just as it is: not if it has
  /// escapes or line breaks, or is an alias.
  fileprivate func range(fromOffset offset: Int, in source: SourceText) -> SourceRange {
    guard offset > 0, case .scalar(let text, let plain) = content, range.start.line == range.end.line,
      let bytes = source.lineBytes(range.end.line), bytes.count <= Diagnostic.longestExcerpt
    else { return range }
    // Counted from the end, since an anchor or a tag belongs to the range and stands before the text.
    let end = range.end.column - (plain ? 1 : 2)
    let line = String(decoding: bytes, as: UTF8.self).unicodeScalars
    let start = end - text.unicodeScalars.count
    guard start >= 0, line.dropFirst(start).prefix(end - start).elementsEqual(text.unicodeScalars) else { return range }
    let before = text.prefix(offset).unicodeScalars.count
    return SourceRange(start: SourcePosition(line: range.end.line, column: start + before + 1), end: range.end)
  }
}
