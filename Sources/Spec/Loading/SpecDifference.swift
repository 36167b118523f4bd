// The difference of two specs: which resources come, go and change, field by field.

/// One field that differs. The path is written with dots: `ssh.port`.
package struct FieldChange: Sendable, Hashable {
  package let path: String
  package let before: YAMLValue?
  package let after: YAMLValue?

  /// The change on one line: `ssh.port: 22 → 2222`.
  package var shown: String {
    switch (before, after) {
    case (nil, let new?): "\(path): \(new.shown)"
    case (let old?, nil): "\(path): \(old.shown) → (not set)"
    case (let old?, let new?): "\(path): \(old.shown) → \(new.shown)"
    case (nil, nil): path
    }
  }
}

/// What applying would do to one resource.
package struct ResourceChange: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable {
    case created, configured, unchanged, deleted
  }

  package let id: ResourceID
  package let kind: Kind
  /// The fields that differ; all of them for a resource that comes or goes, none for an unchanged one.
  package let fields: [FieldChange]
}

extension ResourceChange {
  /// A change that was made once, told by the resource's values before and after it.
  package init(of id: ResourceID, _ kind: Kind, from before: [YAMLPair]?, to after: [YAMLPair]?) {
    self.init(id: id, kind: kind, fields: SpecDifference.changes(from: before ?? [], to: after ?? []))
  }
}

package struct SpecDifference: Sendable, Hashable {
  /// Resources to write in dependency order, then resources to delete in the reverse of it.
  package let changes: [ResourceChange]
  /// Hosts that get another name first, and are compared under it.
  package var moves: [HostMove] = []

  /// How many resources come, change, go and stay, in words.
  package var counts: String {
    let kinds: [ResourceChange.Kind] = [.created, .configured, .deleted, .unchanged]
    var parts = kinds.compactMap { kind in
      let count = changes.count { $0.kind == kind }
      return count == 0 ? nil : "\(count) \(kind.rawValue)"
    }
    if !moves.isEmpty { parts.append("\(moves.count) renamed") }
    return parts.isEmpty ? "nothing is declared" : parts.joined(separator: ", ")
  }

  package var isEmpty: Bool { moves.isEmpty && changes.allSatisfy { $0.kind == .unchanged } }

  /// Compares resources by their declared values.
  ///
  /// - Parameters:
  ///   - current: what holds now.
  ///   - wanted: what is declared; resources of `current` that it does not declare stay as they are,
  ///   - deleting: but for these.
  package init(from current: Spec, to wanted: Spec, deleting: some Sequence<ResourceID> = []) {
    let written = Self.sortedForWriting(wanted).map { id in
      // Of a large spec nearly everything is as it was, and need not be looked at field by field.
      if current.declares(id, as: wanted) { return ResourceChange(id: id, kind: .unchanged, fields: []) }
      let before = current.values(of: id)
      let fields = Self.changes(from: before ?? [], to: wanted.values(of: id) ?? [])
      let kind: ResourceChange.Kind = before == nil ? .created : fields.isEmpty ? .unchanged : .configured
      return ResourceChange(id: id, kind: kind, fields: fields)
    }
    let declared = Set(wanted.identifiers)
    let gone = Set(deleting).subtracting(declared)
    let candidates = gone.isEmpty ? [] : Self.sortedForWriting(current).reversed()
    let deleted = candidates.filter(gone.contains).map { id in
      ResourceChange(id: id, kind: .deleted, fields: Self.changes(from: current.values(of: id) ?? [], to: []))
    }
    changes = written + deleted
  }

  /// Profiles that build on each other come after what they build on, so that SQL's references hold at each step.
  private static func sortedForWriting(_ spec: Spec) -> [ResourceID] {
    var ordered: [ResourceID] = []
    var placed: Set<ResourceName> = []
    func place(_ name: ResourceName) {
      guard let profile = spec.profiles[name], placed.insert(name).inserted else { return }
      if let parent = profile.profile { place(parent) }
      ordered.append(ResourceID(kind: .profile, name: name.description))
    }
    spec.profiles.keys.sorted().forEach(place)
    let others = spec.identifiers.filter { $0.kind != .profile }
    return others.filter { $0.kind < .profile } + ordered + others.filter { $0.kind > .profile }
  }

  fileprivate static func changes(from before: [YAMLPair], to after: [YAMLPair]) -> [FieldChange] {
    let old = before.flattened()
    let new = after.flattened()
    let oldValues = Dictionary(old.map { ($0.key, $0.value) }) { $1 }
    let newValues = Dictionary(new.map { ($0.key, $0.value) }) { $1 }
    let paths = new.map(\.key) + old.map(\.key).filter { newValues[$0] == nil }
    return paths.compactMap { path in
      oldValues[path] == newValues[path]
        ? nil : FieldChange(path: path, before: oldValues[path], after: newValues[path])
    }
  }
}

extension [YAMLPair] {
  /// The leaves of nested maps, keyed by their dotted path.
  package func flattened(under prefix: String = "") -> [YAMLPair] {
    flatMap { pair -> [YAMLPair] in
      let path = prefix + pair.key
      if case .map(let members) = pair.value, !members.isEmpty { return members.flattened(under: path + ".") }
      return [YAMLPair(path, pair.value)]
    }
  }
}
