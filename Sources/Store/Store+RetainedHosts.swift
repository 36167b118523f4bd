// Retained hosts: hosts that nobody declares any more and of which something is left, with what was declared of that.

package import Engine
package import Foundation
package import Spec

/// A host that is declared no more.
package struct RetainedHost: Sendable, Hashable {
  package let host: HostName
  /// What becomes of its snapshots.
  package let onRemove: RemovalPolicy
  /// The retention policy that held for it when it was removed.
  package let retention: EffectiveRetention?
  /// Who had declared it, and who removed it.
  package let source: String
  package let actor: String
  package let removedAt: Date

  package init(
    host: HostName, onRemove: RemovalPolicy, retention: EffectiveRetention?, source: String, actor: String,
    removedAt: Date
  ) {
    self.host = host
    self.onRemove = onRemove
    self.retention = retention
    self.source = source
    self.actor = actor
    self.removedAt = removedAt
  }
}

extension StoredSpec {
  /// A host as it is retained once it is declared no more; nil if it is not declared.
  package func retained(_ host: HostName, by origin: ChangeOrigin?, at now: Date) -> RetainedHost? {
    spec.effectiveHost(host).map { effective in
      RetainedHost(
        host: host, onRemove: effective.onRemove, retention: effective.retention,
        source: records[.host(host)]?.source ?? origin?.source ?? "", actor: origin?.actor ?? "", removedAt: now)
    }
  }
}

extension Store {
  package func retainedHosts() async throws -> [HostName: RetainedHost] {
    try await database.read { try $0.retainedHosts() }
  }

  /// A host that is declared no more; nil if it is declared, or nothing is left of it.
  package func retainedHost(_ host: HostName) async throws -> RetainedHost? {
    try await database.read { connection in
      try connection.rows(
        of: "retained_hosts", "SELECT * FROM retained_hosts WHERE host = ?", [host.sqlValue], as: RetainedHost.init
      ).first
    }
  }

  /// Forgets a host whose data are gone: its snapshots, and what was said of them. Its runs, its events and the record of
  /// what was removed remain; what is queued for it is cancelled.
  ///
  /// - Throws: `StoreError` if the host is declared; then nothing is forgotten.
  package func forget(_ host: HostName, by actor: String, at now: Date) async throws {
    try await database.write { connection in
      let key = [host.sqlValue]
      guard try connection.query("SELECT name FROM hosts WHERE name = ?", key).isEmpty else {
        throw StoreError(
          .refused, "host \(host) is declared, and stays in the store",
          remedy: "if its snapshots are gone, `pobsync discover-snapshots --host \(host)` brings the store in line")
      }
      let queued = try connection.rows(
        of: "runs", "SELECT \(Run.listedColumns) FROM runs WHERE host = ? AND state = 'queued'", key, as: Run.init)
      for run in queued { try connection.finishQueued(run, RunResult(cancelledBy: actor), at: now) }
      let tables = [
        "snapshots", "pins", "shrinkages", "accepted_shrinkages", "conditions", "told_troubles", "pauses",
        "retained_hosts",
      ]
      for table in tables { try connection.execute("DELETE FROM \(table) WHERE host = ?", key) }
      try connection.record(
        NewEvent(
          host: host, severity: .warning, reason: "host_purged", message: "all its snapshots were deleted by \(actor)"),
        at: now)
      try connection.touch(host)
    }
  }

  /// The snapshots of a host that somebody has pinned.
  package func pinnedSnapshots(of host: HostName) async throws -> Set<SnapshotID> {
    try await database.read { connection in
      let pins = try connection.rows(of: "pins", "SELECT kind, name FROM pins WHERE host = ?", [host.sqlValue]) { row in
        SnapshotID(kind: try row.required("kind"), name: try row.required("name"))
      }
      return Set(pins)
    }
  }
}

extension SQLConnection {
  func retainedHosts() throws -> [HostName: RetainedHost] {
    let hosts = try rows(of: "retained_hosts", "SELECT * FROM retained_hosts", as: RetainedHost.init)
    return Dictionary(hosts.map { ($0.host, $0) }) { first, _ in first }
  }

  /// Remembers a host that is on its way out of the desired state, if anything is left of it.
  /// - Parameter stored: the desired state in which it still is.
  func retain(_ host: HostName, of stored: StoredSpec, by origin: ChangeOrigin, at now: Date) throws {
    let key = [host.sqlValue]
    let isLeft = try ["snapshots", "runs"].contains { table in
      try !query("SELECT id FROM \(table) WHERE host = ? LIMIT 1", key).isEmpty
    }
    guard isLeft, let effective = stored.spec.effectiveHost(host) else { return }
    let zone = effective.retention?.timeZone ?? stored.spec.settings?.timeZone ?? .utc
    let policy = effective.retention.flatMap { retention in
      stored.spec.values(of: ResourceID(kind: .retention, name: retention.name.description))
    }
    try execute("DELETE FROM retained_hosts WHERE host = ?", key)
    try insert(
      into: "retained_hosts",
      [
        ("host", host.sqlValue), ("on_remove", effective.onRemove.sqlValue),
        ("retention_name", SQLValue(effective.retention?.name)),
        ("retention_policy", SQLValue(policy.map { JSONWriter.compact(.map($0)) })), ("time_zone", zone.sqlValue),
        ("source", (stored.records[.host(host)]?.source ?? origin.source).sqlValue), ("actor", origin.actor.sqlValue),
        ("removed_at", now.sqlValue),
      ])
  }
}

extension RetainedHost {
  fileprivate init(_ row: SQLRow) throws {
    self.init(
      host: try row.required("host"), onRemove: try row.required("on_remove"), retention: try Self.retention(row),
      source: try row.required("source"), actor: try row.required("actor"), removedAt: try row.required("removed_at"))
  }

  private static func retention(_ row: SQLRow) throws -> EffectiveRetention? {
    guard let name: ResourceName = try row.optional("retention_name") else { return nil }
    let json: String = try row.required("retention_policy")
    let source = SourceText(name: "retention_policy", bytes: Array(json.utf8))
    var spec = Spec()
    do {
      for node in try YAML.parse(source) {
        try spec.insert(ResourceID(kind: .retention, name: name.description), decoding: node, from: source)
      }
    } catch {
      throw SQLColumnError(column: "retention_policy", problem: "is no retention policy")
    }
    guard let policy = spec.retention[name] else {
      throw SQLColumnError(column: "retention_policy", problem: "is empty")
    }
    return EffectiveRetention(name: name, policy: policy, timeZone: try row.required("time_zone"))
  }
}

extension RemovalPolicy: SQLConvertible {}
extension TimeZoneName: SQLConvertible {}
