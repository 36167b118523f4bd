// Resources by identity: one resource of a spec read from its keys and values, wherever these are kept.

extension Spec {
  /// Reads one resource into this spec, in place of another of its name. References are not looked up.
  ///
  /// - Parameters:
  ///   - node: the resource's keys and values, as below its name in a spec file.
  ///   - source: what the node's marks are places in.
  /// - Throws: every complaint about the resource; then the spec is as it was.
  package mutating func insert(
    _ id: ResourceID, decoding node: YAMLNode, from source: SourceText
  ) throws(Diagnostics) {
    var decoding = Decoding(source: source)
    decoding.subject = id.kind == .settings ? "the settings" : "\(id.kind.noun) \(id.name.quoted)"
    switch id.kind {
    case .settings:
      let read = Settings(node, &decoding)
      if decoding.diagnostics.isEmpty { settings = read }
    case .retention: insert(id, into: \.retention, node, &decoding)
    case .schedule: insert(id, into: \.schedules, node, &decoding)
    case .profile: insert(id, into: \.profiles, node, &decoding)
    case .host: insert(id, into: \.hosts, node, &decoding)
    case .notification: insert(id, into: \.notifications, node, &decoding)
    }
    guard decoding.diagnostics.isEmpty else { throw Diagnostics(decoding.diagnostics) }
  }

  private mutating func insert<Name: TextValue, Value: Resource>(
    _ id: ResourceID, into section: WritableKeyPath<Spec, [Name: Value]>, _ node: YAMLNode, _ decoding: inout Decoding
  ) {
    do throws(InvalidText) {
      let name = try Name(text: id.name)
      let read = Value(node, &decoding)
      if decoding.diagnostics.isEmpty { self[keyPath: section][name] = read }
    } catch {
      decoding.record("\(id.name.quoted) is not \(Name.noun): \(error.message)", hint: error.hint, at: node)
    }
  }
}

extension Resource {
  fileprivate init(_ node: YAMLNode, _ decoding: inout Decoding) {
    self = .blank
    Self.fields.decode(node, &decoding, into: &self)
  }
}
