// Writing a spec: one canonical document that reads back to an equal spec.

package enum SpecWriter {
  /// The spec as a canonical document: sections in the order of the reference, resources by name, fields in the
  /// order of their definition.
  ///
  /// - Parameter isMasked: whether values that may hold a secret are masked. Read again where they are known, those that
  ///   are masked stand for themselves.
  package static func document(_ spec: Spec, isMasked: Bool = false) -> YAMLValue {
    func values(of id: ResourceID) -> [YAMLPair]? {
      spec.values(of: id).map { isMasked ? SecretMask.values($0, in: id) : $0 }
    }
    var sections = [YAMLPair("version", .int(1))]
    if let settings = values(of: .settings) { sections += self.sections(of: .settings, settings) }
    let named = Dictionary(grouping: spec.identifiers.filter { $0.kind != .settings }, by: \.kind)
    for kind in ResourceKind.allCases {
      guard let identifiers = named[kind] else { continue }
      let resources = identifiers.map { YAMLPair($0.name, .map(values(of: $0) ?? [])) }
      sections.append(YAMLPair(kind.section, .map(resources)))
    }
    return .map(sections)
  }

  /// The section of a document that declares one resource and no other.
  package static func sections(of id: ResourceID, _ values: [YAMLPair]) -> [YAMLPair] {
    let resource = id.kind == .settings ? YAMLValue.map(values) : .map([YAMLPair(id.name, .map(values))])
    return [YAMLPair(id.kind.section, resource)]
  }

  /// - Parameter comments: texts to stand above resources, each on a line of its own; at the top of the document where
  ///   the spec has no such resource.
  package static func write(_ spec: Spec, comments: [ResourceID: [String]] = [:]) -> String {
    let placed = comments.sorted { $0.key < $1.key }.map { id, texts -> ([String], [String]) in
      guard spec.values(of: id) != nil else { return (["version"], texts) }
      return (id.kind == .settings ? [id.kind.section] : [id.kind.section, id.name], texts)
    }
    return YAMLWriter.write(document(spec), comments: Dictionary(placed) { $0 + $1 })
  }
}
