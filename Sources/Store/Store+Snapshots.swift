// Snapshots as the store remembers them: written after each backup, and put right by discovery.

package import Engine
package import Foundation
package import Spec

/// What discovery changed in the store.
package struct SnapshotChanges: Sendable, Hashable {
  package var added: [SnapshotID] = []
  package var changed: [SnapshotID] = []
  package var removed: [SnapshotID] = []

  package init() {}

  package var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }
}

extension Store {
  /// The snapshots of a host, the oldest first.
  ///
  /// - Parameter withMetadata: false leaves their metadata out, which are long.
  package func snapshots(of host: HostName, withMetadata: Bool = true) async throws -> [Snapshot] {
    let columns = withMetadata ? "*" : Self.figureColumns
    return try await database.read { connection in
      let pins = try connection.pins(from: host, through: host)[host] ?? [:]
      return try connection.rows(
        of: "snapshots", "SELECT \(columns) FROM snapshots WHERE host = ?", [host.sqlValue], as: Snapshot.init
      ).sorted { $0.id < $1.id }.map { $0.pinned(pins[$0.id]) }
    }
  }

  /// Everything but the metadata.
  private static var figureColumns: String {
    (["host", "kind", "name"] + SnapshotRow.plannedColumns).joined(separator: ", ")
  }

  /// All snapshots by host, the oldest first; without their metadata, which is long and of no use to a plan.
  package func snapshots() async throws -> [HostName: [Snapshot]] {
    try await database.read { connection in
      let all = try connection.rows(
        of: "snapshots", "SELECT \(Self.figureColumns) FROM snapshots", as: Snapshot.init)
      let pins = try connection.pins()
      return Dictionary(grouping: all.map { $0.pinned(pins[$0.host]?[$0.id]) }, by: \.host)
        .mapValues { $0.sorted { $0.id < $1.id } }
    }
  }

  /// Remembers one snapshot as it is now.
  package func record(_ snapshot: Snapshot, at now: Date) async throws {
    try await database.write { connection in
      try connection.record(snapshot, at: now)
      try connection.touch(snapshot.host)
    }
  }

  /// Makes the store agree with what discovery found of one host, its pins included. Rows that agree already are not
  /// written.
  package func replaceSnapshots(
    of host: HostName, with found: [Snapshot], at now: Date
  ) async throws -> SnapshotChanges {
    try await database.write { connection in
      var table = try SnapshotRows(of: host, in: connection)
      var changes = SnapshotChanges()
      for snapshot in found where snapshot.host == host {
        switch try table.write(snapshot, at: now) {
        case .added: changes.added.append(snapshot.id)
        case .changed: changes.changed.append(snapshot.id)
        case .same: break
        }
      }
      for id in Set(table.rows.keys).subtracting(found.map(\.id)).sorted() {
        try table.remove(id)
        changes.removed.append(id)
      }
      try table.linkBases()
      try table.noteShrinkages()
      let pinned = try connection.replacePins(of: host, with: found)
      changes.changed += pinned.subtracting(changes.added + changes.changed + changes.removed).sorted()
      if !changes.isEmpty { try connection.touch(host) }
      return changes
    }
  }

  /// Forgets one snapshot. Those that were made against it remember its name.
  ///
  /// - Returns: false if it was not known.
  @discardableResult
  package func removeSnapshot(host: HostName, id: SnapshotID) async throws -> Bool {
    try await database.write { connection in
      try connection.forgetWhatIsNoted(of: id, host: host)
      let removed = try connection.execute(
        "DELETE FROM snapshots WHERE host = ? AND kind = ? AND name = ?",
        [host.sqlValue, id.kind.sqlValue, id.name.sqlValue])
      if removed > 0 { try connection.touch(host) }
      return removed > 0
    }
  }
}

extension SQLConnection {
  func record(_ snapshot: Snapshot, at now: Date) throws {
    var table = try SnapshotRows(of: snapshot.host, in: self)
    _ = try table.write(snapshot, at: now)
    try table.linkBases()
    try table.noteShrinkages()
  }
}

extension Snapshot {
  fileprivate func pinned(_ pin: SnapshotPin?) -> Snapshot {
    var snapshot = self
    snapshot.pin = pin
    return snapshot
  }
}
