// Edits of single fields from the command line. They go through the same reader as spec files, with its complaints.

import Engine
import Spec
import Store

/// New values for fields of one resource, by dotted path. A nil value takes the field back.
struct SpecEdit {
  let id: ResourceID
  private(set) var values: [(path: String, value: YAMLValue?)] = []

  init(_ id: ResourceID) { self.id = id }

  var isEmpty: Bool { values.isEmpty }

  mutating func set(_ path: String, _ value: YAMLValue?) { values.append((path, value)) }
  mutating func set(_ path: String, text: String?) { if let text { set(path, .string(text)) } }
  mutating func set(_ path: String, number: Int?) { if let number { set(path, .int(Int64(number))) } }
  mutating func set(_ path: String, flag: Bool?) { if let flag { set(path, .bool(flag)) } }
  mutating func set(_ path: String, list: [String]) {
    if !list.isEmpty { set(path, .list(list.map(YAMLValue.string))) }
  }
}

extension Spec {
  /// The resources as they are after the edits, checked as spec files are.
  func edited(_ edits: [SpecEdit]) throws -> Spec {
    var sections = [YAMLPair("version", .int(1))]
    for edit in edits {
      var pairs = values(of: edit.id) ?? []
      for (path, value) in edit.values { pairs.set(path.split(separator: ".").map(String.init)[...], value) }
      switch edit.id.kind {
      case .settings: sections.append(YAMLPair("settings", .map(pairs)))
      default: sections.append(YAMLPair(edit.id.kind.section, .map([YAMLPair(edit.id.name, .map(pairs))])))
      }
    }
    let source = SourceText(name: "<command line>", bytes: Array(YAMLWriter.write(.map(sections)).utf8))
    return try SpecReader.read([source], known: self).spec
  }
}

extension [YAMLPair] {
  /// Sets, or with nil removes, the value at a path, making the maps on the way.
  fileprivate mutating func set(_ path: ArraySlice<String>, _ value: YAMLValue?) {
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

extension Store {
  /// Applies edits with source `cli`, and prints what came of them as `apply` does.
  func applyEdits(_ edits: [SpecEdit]) async throws {
    let wanted = try await desired().spec.edited(edits)
    let origin = ChangeOrigin(source: ReservedSource.cli.rawValue, actor: StoreOptions.actor)
    let difference = try await apply(wanted, as: origin, prune: false, at: WallClock.system.now)
    difference.printOutcome(isDryRun: false)
    let edited = Set(edits.map(\.id))
    for resource in try await drift(in: try await desired()) where edited.contains(resource.id) {
      Terminal.writeError(
        "note: \(resource.id) is declared by \(resource.owner), whose next apply stops here until the spec says the "
          + "same, unless --take-over is given")
    }
  }
}
