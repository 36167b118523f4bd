// Origins: which declaration gives a value that holds for a host.

/// Where a value comes from.
package enum ValueOrigin: Sendable, Hashable {
  /// A resource declares it in this field: `ssh.port`, or `excludes.2` for an item of a list.
  case declared(ResourceID, path: String)
  /// Nobody declares it: a default.
  case builtIn
}

/// One value that holds for a host.
package struct ExplainedValue: Sendable, Hashable {
  /// The field, with dots: `ssh.port`; `schedule.cron` for what comes by way of the schedule. The items of lists to
  /// which all layers add have the same path, and one value each.
  package let path: String
  /// nil where nothing is the default.
  package let value: YAMLValue?
  package let origin: ValueOrigin
}

extension Spec {
  /// Every value that holds for a host, with the declaration that gives it. It is told by the same look-ups of which
  /// `effectiveHost` is made.
  ///
  /// - Returns: nil if no such host is declared.
  package func explanation(of name: HostName) -> [ExplainedValue]? {
    let notes = OriginNotes()
    guard effectiveHost(name, noting: notes) != nil else { return nil }
    return notes.explained(by: self)
  }
}

/// Takes note of where values come from while they are looked up.
final class OriginNotes {
  private struct Note {
    let path: String
    let origin: ValueOrigin
    let builtIn: YAMLValue?
  }

  private var notes: [Note] = []

  /// - Parameter field: the field of the resource, if it is not called as `path` is.
  func note(_ path: String, from id: ResourceID, field: String? = nil) {
    notes.append(Note(path: path, origin: .declared(id, path: field ?? path), builtIn: nil))
  }

  /// - Parameter builtIn: the default; nil if that is nothing.
  func note(_ path: String, builtIn: YAMLValue?) {
    notes.append(Note(path: path, origin: .builtIn, builtIn: builtIn))
  }

  /// Notes every field that a resource declares, but for some.
  func note(all id: ResourceID, of spec: Spec, below prefix: String, but left: Set<String>) {
    for pair in (spec.values(of: id) ?? []).flattened() where !left.contains(pair.key) {
      note("\(prefix).\(pair.key)", from: id, field: pair.key)
    }
  }

  /// The notes with their values, as the resources of a spec declare them.
  func explained(by spec: Spec) -> [ExplainedValue] {
    var declared: [ResourceID: [YAMLPair]] = [:]
    return notes.map { note in
      guard case .declared(let id, let path) = note.origin else {
        return ExplainedValue(path: note.path, value: note.builtIn, origin: .builtIn)
      }
      let values = declared[id] ?? spec.values(of: id) ?? []
      declared[id] = values
      return ExplainedValue(path: note.path, value: values.value(at: path), origin: note.origin)
    }
  }
}

extension [YAMLPair] {
  /// The value at a path of keys and places in lists, joined by dots. Keys may hold dots themselves, as labels do.
  package func value(at path: String) -> YAMLValue? {
    for pair in self where path.hasPrefix(pair.key) {
      let rest = path.dropFirst(pair.key.count)
      if rest.isEmpty { return pair.value }
      guard rest.first == "." else { continue }
      if let found = pair.value.value(at: String(rest.dropFirst())) { return found }
    }
    return nil
  }
}

extension YAMLValue {
  fileprivate func value(at path: String) -> YAMLValue? {
    switch self {
    case .map(let pairs): return pairs.value(at: path)
    case .list(let items):
      let place = path.prefix { $0 != "." }
      guard let index = Int(place), items.indices.contains(index) else { return nil }
      return place.count == path.count ? items[index] : items[index].value(at: String(path.dropFirst(place.count + 1)))
    default: return nil
    }
  }
}
