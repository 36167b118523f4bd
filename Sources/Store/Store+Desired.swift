// The desired state as it is stored: resources, each with who applied it last and how often it has changed.

package import Foundation
package import Spec

/// The desired state.
package struct StoredSpec: Sendable {
  package var spec = Spec()
  package var records: [ResourceID: ResourceRecord] = [:]
  /// Grows with each change of any resource.
  package var revision: Int64 = 0
  /// When any resource last changed; nil if there are none.
  package var changedAt: Date? { records.values.lazy.map(\.updatedAt).max() }
}

/// What the store knows of a resource besides its values.
package struct ResourceRecord: Sendable, Hashable {
  /// The spec set that last applied it, or `cli`, `web` or `legacy`.
  package let source: String
  /// Grows by one with each change of the resource's values.
  package let generation: Int64
  package let createdAt: Date
  /// When the values last changed.
  package let updatedAt: Date
  /// The generation that the control loop has acted on; nil for anything but a host.
  package let observedGeneration: Int64?
}

extension Store {
  /// The whole desired state, as of one moment.
  package func desired() async throws -> StoredSpec {
    try await database.read { try $0.desired() }
  }

  /// A number that grows with each change of the desired state: equal numbers mean an equal state.
  package func specRevision() async throws -> Int64 {
    try await database.read { try $0.specRevision() }
  }

  /// Notes the generation of a host that the control loop has acted on. An older one than is noted changes nothing.
  package func setObservedGeneration(host: HostName, _ generation: Int64) async throws {
    try await database.write { connection in
      _ = try connection.execute(
        "UPDATE hosts SET observed_generation = ? WHERE name = ? AND observed_generation < ?",
        [generation.sqlValue, host.sqlValue, generation.sqlValue])
    }
  }
}

extension SQLConnection {
  func desired() throws -> StoredSpec {
    var stored = StoredSpec()
    for kind in ResourceKind.allCases {
      for row in try query("SELECT * FROM \(kind.table)", []) {
        do {
          let name = kind == .settings ? ResourceID.settings.name : try row.required("name", as: String.self)
          let id = ResourceID(kind: kind, name: name)
          try stored.spec.insert(id, from: row)
          stored.records[id] = try ResourceRecord(row, of: kind)
        } catch let error as SQLColumnError {
          throw StoreError(unreadable: error, in: row, of: kind.table)
        }
      }
    }
    stored.revision = try specRevision()
    return stored
  }

  func specRevision() throws -> Int64 {
    try query("SELECT MAX(id) AS revision FROM spec_changes", []).first?.optional("revision") ?? 0
  }
}

extension ResourceRecord {
  fileprivate init(_ row: SQLRow, of kind: ResourceKind) throws {
    source = try row.required("source")
    generation = try row.required("generation")
    createdAt = try row.required("created_at")
    updatedAt = try row.required("updated_at")
    observedGeneration = kind == .host ? try row.required("observed_generation") : nil
  }
}
