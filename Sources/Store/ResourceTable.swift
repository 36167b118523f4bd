// Resources as rows: which table keeps a kind of resource, and how a row becomes a resource and back.

import Foundation
import Spec

extension ResourceKind {
  /// The kind's table.
  var table: String {
    switch self {
    case .settings: "settings"
    case .retention: "retention_policies"
    case .schedule: "schedules"
    case .profile: "profiles"
    case .host: "hosts"
    case .notification: "notifications"
    }
  }

  /// The table's key.
  var keyColumn: String { self == .settings ? "id" : "name" }
}

extension ResourceID {
  /// The key of the resource's row. There is one row of settings.
  var key: SQLValue { kind == .settings ? 1 : .text(name) }
}

extension Spec {
  /// The columns of one resource's row, those of fields that are not given being null.
  func cells(of id: ResourceID) -> [(name: String, value: SQLValue)] {
    let values = YAMLValue.map(values(of: id) ?? [])
    return id.kind.columns.map { column in
      let value = column.path.reduce(Optional(values)) { $0?[$1] }
      return (column.name, value.map { SQLValue($0, as: column.storage) } ?? .null)
    }
  }

  /// Reads one resource from its row.
  mutating func insert(_ id: ResourceID, from row: SQLRow) throws {
    let columns = id.kind.columns
    var leaves: [Leaf] = []
    for (index, column) in columns.enumerated() {
      let value = row[column.name]
      guard value != .null else { continue }
      // A node's line is the place of its column in the table: by it a complaint is traced back to the column.
      let place = SourceRange(at: SourcePosition(line: index + 1, column: 1))
      guard let node = try YAMLNode(value, as: column.storage, at: place) else {
        throw SQLColumnError(column: column.name, problem: "holds \(value.excerpt)")
      }
      leaves.append(Leaf(path: column.path, node: node))
    }
    do throws(Diagnostics) {
      try insert(id, decoding: .map(of: leaves[...], below: 0), from: id.kind.placeOfRows)
    } catch {
      guard let complaint = error.items.first else { throw error }
      let line = complaint.range.start.line
      let column = columns.indices.contains(line - 1) ? columns[line - 1].name : id.kind.keyColumn
      throw SQLColumnError(column: column, problem: "is not what it should be: \(complaint.message)")
    }
  }
}

extension ResourceKind {
  /// What the places of values read from the kind's table are places in.
  fileprivate var placeOfRows: SourceText { SourceText(name: table, bytes: []) }
}

/// A value below a path of keys.
private struct Leaf {
  let path: [String]
  let node: YAMLNode
}

extension SQLValue {
  fileprivate init(_ value: YAMLValue, as storage: FieldStorage) {
    switch (storage, value) {
    case (.text, .string(let text)): self = .text(text)
    case (.integer, .int(let number)): self = .integer(number)
    case (.boolean, .bool(let flag)): self = .integer(flag ? 1 : 0)
    default: self = .text(JSONWriter.compact(value))
    }
  }
}

extension YAMLNode {
  /// A column's value; nil if it cannot be one of such a column.
  fileprivate init?(_ value: SQLValue, as storage: FieldStorage, at range: SourceRange) throws {
    switch (storage, value) {
    case (.text, .text(let text)): self.init(content: .scalar(text, plain: false), range: range)
    case (.integer, .integer(let number)): self.init(content: .scalar(String(number), plain: true), range: range)
    case (.boolean, .integer(0)): self.init(content: .scalar("false", plain: true), range: range)
    case (.boolean, .integer(1)): self.init(content: .scalar("true", plain: true), range: range)
    case (.json, .text(let text)):
      guard let documents = try? YAML.parse(SourceText(name: "JSON", bytes: Array(text.utf8))),
        let document = documents.first
      else { return nil }
      self = document.moved(to: range)
    default: return nil
    }
  }

  /// The same node, it and all below it placed at one range.
  private func moved(to range: SourceRange) -> YAMLNode {
    switch content {
    case .scalar: YAMLNode(content: content, range: range)
    case .sequence(let nodes): YAMLNode(content: .sequence(nodes.map { $0.moved(to: range) }), range: range)
    case .mapping(let entries):
      YAMLNode(
        content: .mapping(
          entries.map { YAMLEntry(key: $0.key.moved(to: range), value: $0.value.moved(to: range)) }), range: range)
    }
  }

  /// Nested maps from leaves that stand in the order of the fields: those of one map are neighbours.
  ///
  /// - Parameter depth: how many keys of the leaves' paths lead to this map.
  fileprivate static func map(of leaves: ArraySlice<Leaf>, below depth: Int) -> YAMLNode {
    var entries: [YAMLEntry] = []
    var rest = leaves
    while let first = rest.first {
      let key = YAMLNode(content: .scalar(first.path[depth], plain: false), range: first.node.range)
      let group = rest.prefix { $0.path[depth] == first.path[depth] }
      let isLeaf = first.path.count == depth + 1
      entries.append(YAMLEntry(key: key, value: isLeaf ? first.node : .map(of: group, below: depth + 1)))
      rest = rest.dropFirst(group.count)
    }
    let nowhere = SourceRange(at: SourcePosition(line: 0, column: 0))
    return YAMLNode(content: .mapping(entries), range: leaves.first?.node.range ?? nowhere)
  }
}
