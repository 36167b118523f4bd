// Forms of resources: one control a field of the table, read into the document that the same text as YAML would be.

import Spec

/// The entries of all fields of one resource.
struct ResourceForm: Sendable, Hashable {
  let kind: ResourceKind
  /// By the paths of the fields.
  private(set) var entries: [String: FieldEntry] = [:]

  /// The form of a resource with these values.
  init(_ kind: ResourceKind, showing values: [YAMLPair]) {
    self.kind = kind
    for field in kind.outline { entries[field.path] = field.entry(for: values.value(at: field.path)) }
  }

  /// The form as it was sent. A field that was not sent is empty.
  init(_ kind: ResourceKind, sent field: (String) -> String?) {
    self.kind = kind
    for outline in kind.outline {
      entries[outline.path] = FieldEntry(
        text: field(outline.controlName) ?? "", isGivenEmpty: field(outline.emptyName) != nil)
    }
  }

  func entry(_ path: String) -> FieldEntry { entries[path] ?? FieldEntry() }

  /// The values that the entries mean, and what is wrong with those that mean none, by field.
  func values() -> (pairs: [YAMLPair], problems: [String: [String]]) {
    var pairs: [YAMLPair] = []
    var problems: [String: [String]] = [:]
    for field in kind.outline {
      do throws(InvalidText) {
        let value = try field.value(of: entry(field.path))
        pairs.set(field.path.split(separator: ".").map(String.init)[...], value)
      } catch {
        problems[field.path] = ["\(error)"]
      }
    }
    return (pairs, problems)
  }
}

extension FieldOutline {
  /// What the control is called in the form.
  var controlName: String { "value.\(path)" }

  /// What the box beside a control of lines is called, which gives an empty list.
  var emptyName: String { "empty.\(path)" }
}

/// In which field of a document that was made from a form a place lies.
struct FieldPlaces {
  /// The line from which on a field's value stands, from the top.
  private var lines: [(line: Int, path: String)] = []
  private var start: SourcePosition?

  /// - Parameter source: a document as `YAMLWriter` writes it, a key a line.
  init(_ source: SourceText, declaring id: ResourceID) {
    guard let documents = try? YAML.parse(source) else { return }
    let section = documents.first?.member(id.kind.section)
    guard let resource = id.kind == .settings ? section : section?.member(id.name) else { return }
    start = resource.range.start
    for field in id.kind.outline {
      var node: YAMLNode? = resource
      for key in field.path.split(separator: ".") { node = node?.member(String(key)) }
      if let line = node?.range.start.line { lines.append((line, field.path)) }
    }
    lines.sort { $0.line < $1.line }
  }

  /// Nil for what concerns the resource as a whole.
  func field(at position: SourcePosition) -> String? {
    position == start ? nil : lines.last { $0.line <= position.line }?.path
  }
}

extension YAMLNode {
  fileprivate func member(_ key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key.string == key }?.value
  }
}
