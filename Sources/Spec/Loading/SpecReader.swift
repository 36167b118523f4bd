// Reading a spec: YAML documents become typed resources, with every complaint about them collected.

/// A spec as some files declare it.
package struct LoadedSpec: Sendable {
  package let spec: Spec
  /// The spec set's name, if a document gives one.
  package let set: ResourceName?
  /// The hosts that were called something else before, each with the last of the names that it was given since.
  package var moved: [HostMove] = []
}

/// Turns spec files into a `Spec`.
package enum SpecReader {
  /// Reads and checks documents that together form one spec.
  ///
  /// - Parameters:
  ///   - sources: the files, in the order in which their complaints are listed.
  ///   - known: resources that references may also mean, besides those declared: the stored desired state. Values that
  ///     were shown masked stand for those that are known.
  /// - Throws: `Diagnostics` with every complaint about every file; nothing is returned in part.
  package static func read(_ sources: [SourceText], known: Spec = Spec()) throws(Diagnostics) -> LoadedSpec {
    var assembly = Assembly(known: known)
    for source in sources {
      do throws(Diagnostics) {
        for document in try YAML.parse(source) where !document.isNull { assembly.read(document, from: source) }
      } catch {
        assembly.diagnostics += error.items
      }
    }
    // What a file with errors declares is unknown, so a reference is called dangling only when all were read whole.
    if assembly.diagnostics.isEmpty {
      assembly.checkReferences()
      assembly.diagnostics += assembly.moves.complaints(declared: assembly.spec.hosts.keys)
    }
    if assembly.diagnostics.isEmpty { assembly.checkSchedules() }
    guard assembly.diagnostics.isEmpty else { throw Diagnostics(assembly.diagnostics, inOrderOf: sources) }
    return LoadedSpec(spec: assembly.spec, set: assembly.set, moved: assembly.moves.resolved)
  }

  private static let version = 1
  private static let topKeys = [
    "version", "set", "settings", "retention", "schedules", "profiles", "hosts", "notifications", "moved",
  ]

  /// What has been read so far, of all documents.
  private struct Assembly {
    var spec = Spec()
    var set: ResourceName?
    var moves = PlacedMoves()
    var diagnostics: [Diagnostic] = []
    private let known: Spec
    private var references: [Decoding.Reference] = []
    private var declared: [ResourceID: SpecDeclaration] = [:]

    init(known: Spec) { self.known = known }

    mutating func read(_ document: YAMLNode, from source: SourceText) {
      var decoding = Decoding(source: source)
      defer {
        diagnostics += decoding.diagnostics
        references += decoding.references
      }
      guard case .mapping(let entries) = document.content else {
        decoding.record(
          "a spec is a map with the keys \(topKeys.joined(separator: ", ")), not \(document.noun)", at: document)
        return
      }
      checkVersion(entries, of: document, &decoding)
      for entry in entries {
        switch entry.key.string ?? "" {
        case "version": break
        case "set": readSet(entry.value, &decoding)
        case "settings": readSettings(entry, &decoding)
        case "retention": readSection(.retention, entry.value, \.retention, &decoding)
        case "schedules": readSection(.schedule, entry.value, \.schedules, &decoding)
        case "profiles": readSection(.profile, entry.value, \.profiles, &decoding)
        case "hosts": readSection(.host, entry.value, \.hosts, &decoding)
        case "notifications": readSection(.notification, entry.value, \.notifications, &decoding)
        case "moved": moves.read(entry.value, &decoding)
        case let key: decoding.recordUnknownKey(key, at: entry.key, known: topKeys)
        }
      }
    }

    private func checkVersion(_ entries: [YAMLEntry], of document: YAMLNode, _ decoding: inout Decoding) {
      guard let entry = entries.first(where: { $0.key.string == "version" }) else {
        decoding.record("the spec lacks its version", hint: "begin it with `version: \(version)`", at: document)
        return
      }
      guard entry.value.int == Int64(version) else {
        let given = entry.value.string.map(\.quoted) ?? entry.value.noun
        let hint = entry.value.string == "\(version)" ? entry.value.hintIfQuoted : nil
        decoding.record("`version` must be \(version), not \(given)", hint: hint, at: entry.value)
        return
      }
    }

    private mutating func readSet(_ node: YAMLNode, _ decoding: inout Decoding) {
      guard let name = decoding.inside("set", { FieldType<ResourceName>.text.decode(node, &$0) }) else { return }
      if let reserved = ReservedSource(rawValue: name.description) {
        decoding.record(
          "`\(reserved.rawValue)` is reserved and cannot name a spec set", hint: "choose another name", at: node)
      } else if let set, set != name {
        decoding.record(
          "one spec cannot belong to two sets, `\(set)` and `\(name)`", hint: "apply them one by one", at: node)
      }
      set = name
    }

    private mutating func readSettings(_ entry: YAMLEntry, _ decoding: inout Decoding) {
      decoding.subject = "the settings"
      defer { decoding.subject = "the spec" }
      guard declare(.settings, entry, &decoding), !entry.value.isNull else { return }
      spec.settings = decode(Settings.self, entry.value, &decoding)
    }

    private mutating func readSection<Name: TextValue, Value: Resource>(
      _ kind: ResourceKind, _ node: YAMLNode, _ section: WritableKeyPath<Spec, [Name: Value]>,
      _ decoding: inout Decoding
    ) {
      guard !node.isNull else { return }
      guard case .mapping(let entries) = node.content else {
        decoding.record("`\(kind.section)` must be a map of names, not \(node.noun)", at: node)
        return
      }
      for entry in entries {
        decoding.subject = "`\(kind.section)`"
        guard let name = Name.decodeKey(entry.key, &decoding) else { continue }
        decoding.subject = "\(kind.noun) \(name.description.quoted)"
        let id = ResourceID(kind: kind, name: name.description)
        guard declare(id, entry, &decoding) else { continue }
        let node = SecretMask.unmasked(entry.value, in: id, known: kind == .notification ? known.values(of: id) : nil)
        spec[keyPath: section][name] = decode(Value.self, node, &decoding)
      }
      decoding.subject = "the spec"
    }

    private func decode<Value: Resource>(_: Value.Type, _ node: YAMLNode, _ decoding: inout Decoding) -> Value {
      var value = Value.blank
      let before = decoding.diagnostics.count
      // `web-1:` with nothing behind it declares a resource that leaves everything to its defaults.
      let map = node.isNull ? YAMLNode(content: .mapping([]), range: node.range) : node
      Value.fields.decode(map, &decoding, into: &value)
      if decoding.diagnostics.count == before {
        for problem in value.inconsistencies() { decoding.complain(problem.message, hint: problem.hint, at: node) }
      }
      return value
    }

    /// Notes that a resource is declared; false, with a complaint, if it was before.
    private mutating func declare(_ id: ResourceID, _ entry: YAMLEntry, _ decoding: inout Decoding) -> Bool {
      if let first = declared[id] {
        let place = "\(first.source.name):\(first.key.range.start.line)"
        let verb = id.kind == .settings ? "are" : "is"
        decoding.record("\(decoding.subject) \(verb) declared twice, first at \(place)", at: entry.key)
        return false
      }
      declared[id] = SpecDeclaration(source: decoding.source, key: entry.key, value: entry.value)
      return true
    }

    mutating func checkReferences() {
      let all = known.merging(spec)
      let names = Dictionary(grouping: all.identifiers, by: \.kind).mapValues { Set($0.map(\.name)) }
      for reference in references {
        let candidates = names[reference.kind] ?? []
        guard !candidates.contains(reference.name.description) else { continue }
        let near = nearest(to: reference.name.description, among: candidates)
        diagnostics.append(
          Diagnostic(
            .error,
            "`\(reference.path)` of \(reference.subject) names the \(reference.kind.noun) "
              + "\(reference.name.description.quoted), which does not exist",
            hint: near.map { "did you mean \($0.quoted)?" }
              ?? "declare it under `\(reference.kind.section)`",
            in: reference.source, at: reference.range))
      }
      checkProfileCircles(in: all)
    }

    /// A profile that builds on itself, directly or through others, is reported where its own name is declared.
    private mutating func checkProfileCircles(in all: Spec) {
      for name in spec.profiles.keys.sorted() {
        var path = [name]
        while let last = path.last, let next = all.profiles[last]?.profile {
          path.append(next)
          guard next != name else { break }
          if path.dropLast().contains(next) { break }
        }
        let id = ResourceID(kind: .profile, name: name.description)
        guard path.count > 1, path.last == name, let place = declared[id] else { continue }
        diagnostics.append(
          Diagnostic(
            .error, "profile `\(name)` builds on itself: \(path.map(\.description).joined(separator: " → "))",
            hint: path.count == 2 ? "remove its `profile`" : "remove `profile` from one of them", in: place.source,
            at: place.key.range))
      }
    }

    /// A schedule that can never be met is reported where what keeps it from that is declared: at the schedule, or at
    /// the settings if they close a schedule that was applied before.
    mutating func checkSchedules() {
      let all = known.merging(spec)
      for name in all.schedules.keys.sorted() {
        let schedule = declared[ResourceID(kind: .schedule, name: name.description)]
        let settings = declared[.settings]
        guard schedule != nil || settings != nil, let effective = all.effectiveSchedule(name),
          let obstacle = effective.obstacle()
        else { continue }
        let own = obstacle.fields.lazy.compactMap { schedule?.place(of: $0) }.first
        guard let place = schedule ?? settings else { continue }
        diagnostics.append(
          Diagnostic(
            .error, "schedule \(name.description.quoted) can never start a backup: \(obstacle.reason(effective))",
            hint: obstacle.remedy(effective), in: place.source,
            at: own ?? (schedule == nil ? place.place(of: "blackouts") : nil) ?? place.key.range))
      }
    }
  }
}

extension Diagnostics {
  /// Complaints about files, put into the order of the files.
  fileprivate init(_ items: [Diagnostic], inOrderOf sources: [SourceText]) {
    let places = Dictionary(sources.enumerated().map { ($1.name, $0) }) { first, _ in first }
    let keyed = items.enumerated().map { (file: places[$1.file] ?? 0, offset: $0, item: $1) }
    self.init(keyed.sorted { ($0.file, $0.offset) < ($1.file, $1.offset) }.map(\.item))
  }
}

/// Sources of resources whose names no spec file may take for its set.
package enum ReservedSource: String, Sendable, CaseIterable {
  case cli, web
  /// The imported configuration of the original pobsync: a spec set of its own.
  case legacy

  /// Whether it edits what it finds, and owns nothing.
  package var isEditor: Bool { self != .legacy }
}

extension ResourceKind {
  /// One resource of the kind, in words.
  package var noun: String {
    switch self {
    case .settings: "settings"
    case .retention: "retention policy"
    case .schedule: "schedule"
    case .profile: "profile"
    case .host: "host"
    case .notification: "notification"
    }
  }
}
