// Layers: what the settings, profiles and a host declare, and which of them gives a value.

/// One declaration among those that are laid over each other.
struct HostLayer: Sendable {
  let id: ResourceID
  let declared: Profile
}

/// The declarations of one host, looked up value by value.
struct HostLayers {
  /// From the lowest to the highest.
  private let layers: [HostLayer]
  /// Where note is taken of each look-up, if anybody wants to know.
  let notes: OriginNotes?

  init(_ layers: [HostLayer], noting notes: OriginNotes?) {
    self.layers = layers
    self.notes = notes
  }

  // MARK: - Scalars

  /// What the highest layer that gives it says; nil if none does.
  func value<Value>(_ path: String, _ get: (Profile) -> Value?) -> Value? {
    guard let found = given(get) else {
      notes?.note(path, builtIn: nil)
      return nil
    }
    notes?.note(path, from: found.id)
    return found.value
  }

  /// What the highest layer that gives it says, or a default.
  func value<Value>(_ path: String, orElse builtIn: Value, _ get: (Profile) -> Value?) -> Value {
    guard let found = given(get) else {
      notes?.note(path, builtIn: YAMLValue(builtIn: builtIn))
      return builtIn
    }
    notes?.note(path, from: found.id)
    return found.value
  }

  /// What the highest layer that gives it says, without a note.
  func given<Value>(_ get: (Profile) -> Value?) -> (value: Value, id: ResourceID)? {
    for index in layers.indices.reversed() {
      if let value = get(layers[index].declared) { return (value, layers[index].id) }
    }
    return nil
  }

  // MARK: - What adds up

  /// The `includes` of all layers.
  var includes: [FilterPattern] {
    joined(
      "includes",
      layers.compactMap { layer in layer.declared.includes.map { Part(layer.id, "includes", $0) } })
  }

  /// The `excludes` of all layers from the highest `excludes_replace` on.
  var excludes: [FilterPattern] {
    var parts: [Part] = []
    for layer in layers {
      if let afresh = layer.declared.excludesReplace { parts = [Part(layer.id, "excludes_replace", afresh)] }
      if let own = layer.declared.excludes { parts.append(Part(layer.id, "excludes", own)) }
    }
    return joined("excludes", parts)
  }

  /// The `labels` of all layers, name by name.
  var labels: Labels {
    var labels: Labels = [:]
    var givers: [ResourceName: ResourceID] = [:]
    for layer in layers {
      guard let own = layer.declared.labels else { continue }
      labels.merge(own) { $1 }
      if notes != nil { for name in own.keys { givers[name] = layer.id } }
    }
    for (name, id) in givers.sorted(by: { $0.key < $1.key }) { notes?.note("labels.\(name)", from: id) }
    return labels
  }

  /// The patterns that one field of one layer adds.
  private struct Part {
    let id: ResourceID
    let field: String
    let patterns: [FilterPattern]

    init(_ id: ResourceID, _ field: String, _ patterns: [FilterPattern]) {
      (self.id, self.field, self.patterns) = (id, field, patterns)
    }
  }

  private func joined(_ path: String, _ parts: [Part]) -> [FilterPattern] {
    if let notes {
      for part in parts {
        for index in part.patterns.indices { notes.note(path, from: part.id, field: "\(part.field).\(index)") }
      }
      if parts.allSatisfy(\.patterns.isEmpty) {
        // An empty list that somebody has written is theirs.
        if let last = parts.last {
          notes.note(path, from: last.id, field: last.field)
        } else {
          notes.note(path, builtIn: .list([]))
        }
      }
    }
    return parts.flatMap(\.patterns)
  }
}

extension YAMLValue {
  /// A default as specs would write it.
  fileprivate init(builtIn value: some Any) {
    self =
      switch value {
      case let number as Int: .int(Int64(number))
      case let flag as Bool: .bool(flag)
      case let strategy as Strategy: .string(strategy.rawValue)
      case let policy as RemovalPolicy: .string(policy.rawValue)
      case is [RsyncArgument], is [BandwidthRule]: .list([])
      default: .string("\(value)")
      }
  }
}
