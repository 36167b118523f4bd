// Places: in which file and line a resource, or a field of it, is declared.

/// A line of a file.
package struct SpecPlace: Sendable, Hashable, CustomStringConvertible {
  package let file: String
  package let line: Int

  package var description: String { "\(file):\(line)" }
}

/// What some texts declare, and where.
package struct SpecPlaces: Sendable {
  private var declarations: [ResourceID: SpecDeclaration] = [:]

  /// Looks through texts that were checked before; one that cannot be read is passed over.
  package init(_ sources: [SourceText]) {
    for source in sources {
      for document in (try? YAML.parse(source)) ?? [] { read(document, from: source) }
    }
  }

  private mutating func read(_ document: YAMLNode, from source: SourceText) {
    guard case .mapping(let sections) = document.content else { return }
    for section in sections {
      guard let kind = ResourceKind.allCases.first(where: { $0.section == section.key.string }) else { continue }
      if kind == .settings {
        declare(.settings, section, in: source)
      } else if case .mapping(let entries) = section.value.content {
        for entry in entries { declare(ResourceID(kind: kind, name: entry.key.string ?? ""), entry, in: source) }
      }
    }
  }

  private mutating func declare(_ id: ResourceID, _ entry: YAMLEntry, in source: SourceText) {
    declarations[id] = declarations[id] ?? SpecDeclaration(source: source, key: entry.key, value: entry.value)
  }

  package func declares(_ id: ResourceID) -> Bool { declarations[id] != nil }

  /// Where a field has its value, be it by way of an anchor or a merge key; nil if it is not given.
  ///
  /// - Parameter path: keys and places in lists, joined by dots.
  package func place(of path: String, in id: ResourceID) -> SpecPlace? {
    guard let declaration = declarations[id], let range = declaration.place(of: path) else { return nil }
    return SpecPlace(file: declaration.source.name, line: range.start.line)
  }

  /// The value of a field as it is read, which may be written otherwise: `24h` for `1d`.
  package func value(of path: String, in id: ResourceID) -> YAMLValue? {
    guard let declaration = declarations[id], !declaration.value.isNull else { return nil }
    var spec = Spec()
    try? spec.insert(id, decoding: declaration.value, from: declaration.source)
    return spec.values(of: id)?.value(at: path)
  }
}

/// One resource as it stands in a file.
struct SpecDeclaration: Sendable {
  let source: SourceText
  let key: YAMLNode
  let value: YAMLNode

  /// Where a field, given by keys and places in lists that are joined by dots, has its value.
  func place(of path: String) -> SourceRange? { value.node(at: path[...])?.range }
}

extension YAMLNode {
  /// The node at a path. A key may hold dots itself, as labels do.
  fileprivate func node(at path: Substring) -> YAMLNode? {
    switch content {
    case .scalar: return nil
    case .sequence(let items):
      let place = path.prefix { $0 != "." }
      guard let index = Int(place), items.indices.contains(index) else { return nil }
      return place.count == path.count ? items[index] : items[index].node(at: path.dropFirst(place.count + 1))
    case .mapping(let entries):
      for entry in entries {
        guard let key = entry.key.string, path.hasPrefix(key) else { continue }
        let rest = path.dropFirst(key.count)
        if rest.isEmpty { return entry.value }
        if rest.first == ".", let found = entry.value.node(at: rest.dropFirst()) { return found }
      }
      return nil
    }
  }
}
