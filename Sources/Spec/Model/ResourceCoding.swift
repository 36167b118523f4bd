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
    var read = self
    switch id.kind {
    case .settings: read.settings = Settings(node, &decoding)
    case .retention: read.insert(id, into: \.retention, node, &decoding)
    case .schedule: read.insert(id, into: \.schedules, node, &decoding)
    case .profile: read.insert(id, into: \.profiles, node, &decoding)
    case .host: read.insert(id, into: \.hosts, node, &decoding)
    case .notification: read.insert(id, into: \.notifications, node, &decoding)
    }
    guard decoding.diagnostics.isEmpty else { throw Diagnostics(decoding.diagnostics) }
    self = read
  }

  private mutating func insert<Name: TextValue, Value: Resource>(
    _ id: ResourceID, into section: WritableKeyPath<Spec, [Name: Value]>, _ node: YAMLNode, _ decoding: inout Decoding
  ) {
    do throws(InvalidText) {
      self[keyPath: section][try Name(text: id.name)] = Value(node, &decoding)
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
