// Edits of single fields, by command or by page. They go through the same reader as spec files, with its complaints.

/// New values for fields of one resource, by dotted path. A nil value takes the field back.
package struct SpecEdit: Sendable {
  package let id: ResourceID
  fileprivate var values: [(path: String, value: YAMLValue?)] = []

  package init(_ id: ResourceID) { self.id = id }

  package var isEmpty: Bool { values.isEmpty }

  package mutating func set(_ path: String, _ value: YAMLValue?) { values.append((path, value)) }
  package mutating func set(_ path: String, text: String?) { if let text { set(path, .string(text)) } }
  package mutating func set(_ path: String, number: Int?) { if let number { set(path, .int(Int64(number))) } }
  package mutating func set(_ path: String, flag: Bool?) { if let flag { set(path, .bool(flag)) } }
  package mutating func set(_ path: String, list: [String]) {
    if !list.isEmpty { set(path, .list(list.map(YAMLValue.string))) }
  }
}

extension Spec {
  /// The resources as they are after the edits, checked as spec files are.
  ///
  /// - Parameter source: what complaints call the place that the edits come from.
  package func edited(_ edits: [SpecEdit], named source: String) throws(Diagnostics) -> Spec {
    var sections: [YAMLPair] = []
    for edit in edits {
      var pairs = values(of: edit.id) ?? []
      for (path, value) in edit.values { pairs.set(path.split(separator: ".").map(String.init)[...], value) }
      sections += SpecWriter.sections(of: edit.id, pairs)
    }
    let document = YAMLWriter.write(.map([YAMLPair("version", .int(1))] + sections))
    return try SpecReader.read([SourceText(name: source, document)], known: self).spec
  }
}

extension [YAMLPair] {
  /// Sets, or with nil removes, the value at a path, making the maps on the way.
  package mutating func set(_ path: ArraySlice<String>, _ value: YAMLValue?) {
    guard let key = path.first else { return }
    let index = firstIndex { $0.key == key }
    var new = value
    if path.count > 1 {
      var members: [YAMLPair] = []
      if let index, case .map(let present) = self[index].value { members = present }
      members.set(path.dropFirst(), value)
      new = members.isEmpty ? nil : .map(members)
    }
    if let index { remove(at: index) }
    if let new { insert(YAMLPair(key, new), at: index ?? count) }
  }
}
