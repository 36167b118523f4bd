// The desired state as it is stored: resources, each with who applied it last and how often it has changed.

package import Foundation
package import Spec

/// The desired state.
package struct StoredSpec: Sendable {
  package var spec = Spec()
  package var records: [ResourceID: ResourceRecord] = [:]
  /// Grows with each change of any resource.
  package var revision: Int64 = 0

  package init() {}
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

  /// The settings that are declared; nil if none are.
  package func settings() async throws -> Settings? { try await database.read { try $0.settings() } }

  /// The notifications that are declared.
  package func notifications() async throws -> [ResourceName: NotificationTarget] {
    try await database.read { try $0.desired(of: [.notification]).spec.notifications }
  }

  /// A number that grows with each change of the desired state: equal numbers mean an equal state.
  package func specRevision() async throws -> Int64 {
    try await database.read { try $0.specRevision() }
  }

  /// Brings a desired state that was read before up to date, at the cost of what has changed since.
  ///
  /// - Returns: the resources that were changed, made or deleted.
  package func update(_ stored: StoredSpec) async throws -> (StoredSpec, changed: Set<ResourceID>) {
    try await database.read { connection in
      var updated = stored
      let rows = try connection.query(
        "SELECT DISTINCT kind, name FROM spec_changes WHERE id > ?", [stored.revision.sqlValue])
      let changed = Set(
        try rows.map { ResourceID(kind: try $0.required("kind"), name: try $0.required("name")) })
      updated.spec = updated.spec.removing(changed)
      for id in changed {
        updated.records[id] = nil
        try connection.read(id, into: &updated)
      }
      updated.revision = try connection.specRevision()
      return (updated, changed)
    }
  }

  /// The part of the desired state that decides about one host, with all notifications; without the host if it is not
  /// declared.
  package func desired(of host: HostName) async throws -> StoredSpec {
    try await database.read { connection in
      var stored = StoredSpec()
      try connection.read(.settings, into: &stored)
      try connection.read(.host(host), into: &stored)
      var layers = stored.spec.hosts[host].map { [$0.own] } ?? []
      while let layer = layers.popLast() {
        if let name = layer.schedule { try connection.read(.schedule, name, into: &stored) }
        if let name = layer.retention { try connection.read(.retention, name, into: &stored) }
        if let name = layer.profile, stored.spec.profiles[name] == nil {
          try connection.read(.profile, name, into: &stored)
          layers += stored.spec.profiles[name].map { [$0] } ?? []
        }
      }
      try connection.read(all: .notification, into: &stored)
      return stored
    }
  }
}

extension SQLConnection {
  func desired(of kinds: [ResourceKind] = ResourceKind.allCases) throws -> StoredSpec {
    var stored = StoredSpec()
    for kind in kinds { try read(all: kind, into: &stored) }
    stored.revision = try specRevision()
    return stored
  }

  fileprivate func read(all kind: ResourceKind, into stored: inout StoredSpec) throws {
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

  fileprivate func read(_ kind: ResourceKind, _ name: ResourceName, into stored: inout StoredSpec) throws {
    try read(ResourceID(kind: kind, name: name.description), into: &stored)
  }

  /// Reads one resource, if there is one.
  fileprivate func read(_ id: ResourceID, into stored: inout StoredSpec) throws {
    let rows = try query("SELECT * FROM \(id.kind.table) WHERE \(id.kind.keyColumn) = ?", [id.key])
    for row in rows {
      do {
        try stored.spec.insert(id, from: row)
        stored.records[id] = try ResourceRecord(row, of: id.kind)
      } catch let error as SQLColumnError {
        throw StoreError(unreadable: error, in: row, of: id.kind.table)
      }
    }
  }

  func settings() throws -> Settings? {
    var stored = StoredSpec()
    try read(.settings, into: &stored)
    return stored.spec.settings
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
