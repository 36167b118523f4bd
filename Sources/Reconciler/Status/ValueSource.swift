// Where values were written: the file and line, or who has given them since.

import Engine
package import Foundation
package import Spec
package import Store

/// Where a value that holds for a host was written.
package enum ValueSource: Sendable, Hashable {
  case builtIn
  case file(ResourceID, SpecPlace)
  /// Not in a file that is known: it came with this change.
  case change(ResourceID, by: ChangeOrigin, at: Date)
  /// Nobody remembers; the resource belongs to a source of this name.
  case forgotten(ResourceID, source: String)
}

/// Traces values to where they were written.
package struct ValueTracer: Sendable {
  private let files: SpecPlaces
  private let sets: [String: SpecPlaces]
  private let owners: [ResourceID: String]
  private let changes: [ResourceID: [SpecChange]]

  /// - Parameters:
  ///   - files: spec files that are not applied, whose declarations stand in place of others.
  ///   - sets: the applied files of each spec set.
  ///   - owners: to which source each resource belongs.
  ///   - changes: what has become of each resource, the newest change first.
  package init(
    files: SpecPlaces, sets: [String: SpecPlaces], owners: [ResourceID: String], changes: [ResourceID: [SpecChange]]
  ) {
    self.files = files
    self.sets = sets
    self.owners = owners
    self.changes = changes
  }

  /// Reads what is known of the resources that give some values.
  ///
  /// - Parameters:
  ///   - stored: the desired state as it is stored, as far as it gives the values.
  ///   - store: nil where there is no database yet.
  package init(
    for values: [ExplainedValue], files: SpecPlaces = SpecPlaces([]), stored: StoredSpec, in store: Store?
  ) async throws {
    let resources = Set(
      values.compactMap { value -> ResourceID? in
        if case .declared(let id, _) = value.origin { id } else { nil }
      })
    let owners = stored.records.filter { resources.contains($0.key) }.mapValues(\.source)
    var sets: [String: SpecPlaces] = [:]
    var changes: [ResourceID: [SpecChange]] = [:]
    if let store {
      for source in Set(owners.values) {
        let texts = try await store.specFiles(of: source).map { SourceText(name: $0.file, $0.content) }
        sets[source] = SpecPlaces(texts)
      }
      for id in resources { changes[id] = try await store.specChanges(of: id) }
    }
    self.init(files: files, sets: sets, owners: owners, changes: changes)
  }

  package func source(of explained: ExplainedValue) -> ValueSource {
    guard case .declared(let id, let path) = explained.origin else { return .builtIn }
    if files.declares(id), let place = files.place(of: path, in: id) { return .file(id, place) }
    let owner = owners[id] ?? ""
    // What a file says counts only while that holds: others may have edited the resource since.
    if let set = sets[owner], set.value(of: path, in: id) == explained.value,
      let place = set.place(of: path, in: id)
    {
      return .file(id, place)
    }
    let change = changes[id]?.first { change in
      let values = change.values
      return values.after?.value(at: path) == explained.value && values.before?.value(at: path) != explained.value
    }
    guard let change else { return .forgotten(id, source: owner) }
    return .change(id, by: change.origin, at: change.at)
  }
}

extension ValueSource: CustomStringConvertible {
  package var description: String {
    switch self {
    case .builtIn: "default"
    case .file(let id, let place): "\(id.layer), \(place)"
    case .change(let id, let origin, let at):
      "\(id.layer), \(origin.isSet ? "applied" : "edited") by \(origin.actor) (\(origin.source)) at "
        + Timestamp.short(at)
    case .forgotten(let id, let source): "\(id.layer), declared by \(source)"
    }
  }

  /// The layer for programs: the kind of the resource that gives the value.
  package var layer: String { resource?.kind.rawValue ?? "default" }

  package var resource: ResourceID? {
    switch self {
    case .builtIn: nil
    case .file(let id, _), .change(let id, _, _), .forgotten(let id, _): id
    }
  }
}

extension ChangeOrigin {
  /// False for what was changed without a spec file.
  fileprivate var isSet: Bool { ReservedSource(rawValue: source) == nil }
}

extension ResourceID {
  /// The layer in words: a host has one declaration of its own.
  fileprivate var layer: String {
    switch kind {
    case .settings, .host: kind.rawValue
    case .retention, .schedule, .profile, .notification: "\(kind.rawValue) \(name)"
    }
  }
}
