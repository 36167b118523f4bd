// Changing the desired state: a spec is applied, or one resource deleted, in one transaction with its record.

package import Foundation
package import Spec

/// In whose name the desired state is changed.
package struct ChangeOrigin: Sendable, Hashable {
  /// The spec set's name, or `cli`, `web` or `legacy`.
  package let source: String
  /// Who did it: a user's name, or the service.
  package let actor: String

  package init(source: String, actor: String) {
    self.source = source
    self.actor = actor
  }
}

extension Store {
  /// Makes what a spec declares hold; resources that it does not declare stay as they are.
  ///
  /// - Parameters:
  ///   - prune: delete what the same source applied before and does not declare any more. The settings, which are never
  ///     more than one, stay.
  ///   - moved: hosts that get another name first, if they still have the former.
  /// - Throws: `StoreError` if something would refer to a resource that does not exist, or a host cannot be renamed; then
  ///   nothing is changed.
  package func apply(
    _ wanted: Spec, as origin: ChangeOrigin, prune: Bool, moved: [HostMove] = [], at now: Date
  ) async throws -> SpecDifference {
    try await database.write { connection in
      var stored = try connection.desired()
      let moves = try connection.pendingMoves(moved, of: stored, as: origin)
      for move in moves {
        try connection.rename(move, of: stored, as: origin, at: now)
        stored.rename(move)
      }
      var difference = try stored.difference(to: wanted, as: origin, prune: prune)
      difference.moves = moves
      for change in difference.changes {
        try connection.carryOut(change, from: stored, to: wanted, as: origin, at: now)
      }
      return difference
    }
  }

  /// What `apply` would do now.
  package func preview(
    _ wanted: Spec, as origin: ChangeOrigin, prune: Bool, moved: [HostMove] = []
  ) async throws -> SpecDifference {
    try await database.read { connection in
      var stored = try connection.desired()
      let moves = try connection.pendingMoves(moved, of: stored, as: origin)
      for move in moves { stored.rename(move) }
      var difference = try stored.difference(to: wanted, as: origin, prune: prune)
      difference.moves = moves
      return difference
    }
  }

  /// Takes one resource out of the desired state. Of a host, the snapshots and runs remain.
  package func delete(_ id: ResourceID, as origin: ChangeOrigin, at now: Date) async throws {
    try await database.write { connection in
      let stored = try connection.desired()
      guard id.kind != .settings else {
        throw StoreError(.refused, "the settings cannot be deleted", remedy: "apply a spec with other settings")
      }
      guard stored.records[id] != nil else { throw StoreError(unknown: id, among: stored.spec) }
      let difference = SpecDifference(from: stored.spec, to: Spec(), deleting: [id])
      try stored.spec.removing([id]).checkReferences(deleted: [id])
      for change in difference.changes {
        try connection.carryOut(change, from: stored, to: Spec(), as: origin, at: now)
      }
    }
  }
}

extension StoredSpec {
  /// What applying `wanted` changes, once it is known to leave no reference dangling.
  fileprivate func difference(to wanted: Spec, as origin: ChangeOrigin, prune: Bool) throws -> SpecDifference {
    let declared = Set(wanted.identifiers)
    let gone = records.filter { id, record in
      prune && id.kind != .settings && record.source == origin.source && !declared.contains(id)
    }
    let rest = spec.merging(wanted).removing(gone.keys)
    try rest.checkReferences(deleted: Set(gone.keys))
    return SpecDifference(from: spec, to: wanted, deleting: gone.keys)
  }
}

extension SQLConnection {
  fileprivate func carryOut(
    _ change: ResourceChange, from stored: StoredSpec, to wanted: Spec, as origin: ChangeOrigin, at now: Date
  ) throws {
    let id = change.id
    switch change.kind {
    case .created:
      let key = (name: id.kind.keyColumn, value: id.key)
      let bookkeeping: [(name: String, value: SQLValue)] = [
        ("source", origin.source.sqlValue), ("generation", 1), ("created_at", now.sqlValue),
        ("updated_at", now.sqlValue),
      ]
      try insert(into: id.kind.table, [key] + wanted.cells(of: id) + bookkeeping)
      if id.kind == .host { try execute("DELETE FROM retained_hosts WHERE host = ?", [.text(id.name)]) }
    case .configured:
      let generation = (stored.records[id]?.generation ?? 0) + 1
      let bookkeeping: [(name: String, value: SQLValue)] = [
        ("source", origin.source.sqlValue), ("generation", generation.sqlValue), ("updated_at", now.sqlValue),
      ]
      try update(id.kind.table, set: wanted.cells(of: id) + bookkeeping, where: "\(id.kind.keyColumn) = ?", [id.key])
    case .unchanged:
      // Whoever declares a resource owns it from then on, also when the values are those that another gave it.
      guard stored.records[id]?.source != origin.source else { return }
      try update(
        id.kind.table, set: [("source", origin.source.sqlValue)], where: "\(id.kind.keyColumn) = ?", [id.key])
      return
    case .deleted:
      try execute("DELETE FROM \(id.kind.table) WHERE \(id.kind.keyColumn) = ?", [id.key])
      if id.kind == .host {
        try retain(HostName(text: id.name), of: stored, by: origin, at: now)
        for table in ["conditions", "told_troubles"] {
          try execute("DELETE FROM \(table) WHERE host = ?", [.text(id.name)])
        }
      }
    }
    let record = SpecChange(
      change, before: stored.spec.values(of: id), after: wanted.values(of: id), origin: origin, at: now)
    if let record { try append(record) }
  }
}

extension StoreError {
  fileprivate init(unknown id: ResourceID, among spec: Spec) {
    let names = spec.identifiers.filter { $0.kind == id.kind }.map(\.name)
    self.init(
      .unknownResource, "there is no \(id.kind.rawValue) \(id.name.quoted)",
      remedy: nearest(to: id.name, among: names).map { "did you mean \($0.quoted)?" })
  }
}
