// What a report on the whole service is made from, as of one moment: a few queries, however many hosts and snapshots
// there are.

import Engine
package import Foundation
package import Spec

/// Hosts for which the same is declared of when they are backed up.
package struct HostGroup: Sendable, Hashable {
  /// One of the hosts as it is declared, as far as this goes.
  package let host: EffectiveHost
  package let names: [HostName]

  package init(host: EffectiveHost, names: [HostName]) {
    self.host = host
    self.names = names
  }
}

/// The records behind a status report.
package struct StatusRecords: Sendable {
  package var settings: Settings?
  /// Every declared host is in one group.
  package var groups: [HostGroup] = []
  /// How many hosts the controller has found something of.
  package var judged = 0
  /// How many hosts have changed since the controller last acted on them.
  package var unobserved = 0
  /// How many hosts are declared no more, of which something is left.
  package var retained = 0
  /// The conditions that are false, of declared hosts.
  package var broken: [HostName: [Condition]] = [:]
  /// For hosts that are not fresh: when the newest good scheduled snapshot was begun.
  package var newestGood: [HostName: Date] = [:]
  package var leases: [Lease] = []
  package var running: [Run] = []
  package var queueLength = 0
  /// The first of the queue, in the order of ranks.
  package var queued: [Run] = []
  /// Hosts with a backup that is queued or running.
  package var backingUp: Set<HostName> = []
  package var pauses = Pauses()
  /// What declarations have asked for with `run_requested`; open ones first, then those that were seen to last.
  package var requests: [DeclaredRequest] = []

  package init() {}
}

extension Store {
  /// - Parameter queued: how many runs of the queue are given.
  package func statusRecords(at now: Date, queued: Int) async throws -> StatusRecords {
    try await database.read { connection in
      var records = StatusRecords()
      try connection.readHosts(into: &records)
      records.retained =
        try connection.query("SELECT COUNT(*) AS retained FROM retained_hosts", []).first?.required("retained") ?? 0
      try connection.readConditions(into: &records, at: now)
      records.leases = try connection.rows(of: "leases", "SELECT * FROM leases ORDER BY name", as: Lease.init)
      try connection.readQueue(into: &records, limit: queued)
      records.pauses = try connection.pauses(at: now)
      records.requests = try connection.declaredRequests()
      return records
    }
  }

  /// What tells why runs are queued: those that are running, the settings, the pauses and the leases.
  package func queueRecords(at now: Date) async throws -> StatusRecords {
    try await database.read { connection in
      var records = StatusRecords()
      records.settings = try connection.settings()
      records.leases = try connection.rows(of: "leases", "SELECT * FROM leases ORDER BY name", as: Lease.init)
      try connection.readQueue(into: &records, limit: 0)
      records.pauses = try connection.pauses(at: now)
      return records
    }
  }
}

extension Store {
  /// The hosts that have changed since the controller last acted on them.
  package func unobservedHosts() async throws -> Set<HostName> {
    try await database.read { connection in
      let rows = try connection.query("SELECT name FROM hosts WHERE observed_generation < generation", [])
      return Set(try rows.map { try $0.required("name") })
    }
  }
}

extension SQLConnection {
  /// The columns of a host that decide when it is backed up, and why not.
  private static var groupColumns: [String] { ["profile", "schedule", "max_age", "suspended", "suspended_reason"] }

  fileprivate func readHosts(into records: inout StatusRecords) throws {
    var spec = try desired(of: [.settings, .retention, .schedule, .profile]).spec
    records.settings = spec.settings
    let rows = try query(
      "SELECT name, \(Self.groupColumns.joined(separator: ", ")), generation, observed_generation FROM hosts", [])
    var members: [[SQLValue]: [HostName]] = [:]
    var first: [[SQLValue]: SQLRow] = [:]
    for row in rows {
      let key = Self.groupColumns.map { row[$0] }
      members[key, default: []].append(try row.required("name"))
      if first[key] == nil { first[key] = row }
      let generation: Int64 = try row.required("generation")
      if try row.required("observed_generation") < generation { records.unobserved += 1 }
    }
    for (key, names) in members {
      guard let row = first[key], let name = names.first else { continue }
      do {
        try spec.insert(.host(name), from: row)
      } catch let error as SQLColumnError {
        throw StoreError(unreadable: error, in: row, of: "hosts")
      }
      guard let host = spec.effectiveHost(name) else { continue }
      records.groups.append(HostGroup(host: host, names: names.sorted()))
    }
    records.groups.sort { ($0.names.first?.description ?? "") < ($1.names.first?.description ?? "") }
  }

  fileprivate func readConditions(into records: inout StatusRecords, at now: Date) throws {
    records.judged =
      try query(
        "SELECT COUNT(*) AS judged FROM hosts JOIN conditions ON conditions.host = hosts.name AND type = 'Ready'", []
      ).first?.required("judged") ?? 0
    let broken = try rows(
      of: "conditions",
      "SELECT conditions.* FROM conditions JOIN hosts ON hosts.name = conditions.host WHERE status = 'false'"
    ) { row in (host: try row.required("host", as: HostName.self), condition: try Condition(row)) }
    records.broken = Dictionary(grouping: broken, by: \.host).mapValues { $0.map(\.condition).sorted() }
    // Names begin with their time: from the newest on, few snapshots are read until one is good.
    let newest = try query(
      """
      SELECT host, (SELECT started_at FROM snapshots WHERE snapshots.host = conditions.host AND kind = 'scheduled'
        AND snapshots.status IN ('success', 'warning') AND started_at <= ? ORDER BY name DESC LIMIT 1) AS newest
      FROM conditions WHERE type = 'Fresh' AND status = 'false'
      """, [now.sqlValue])
    for row in newest { records.newestGood[try row.required("host")] = try row.optional("newest") }
  }

  fileprivate func readQueue(into records: inout StatusRecords, limit: Int) throws {
    records.running = try rows(
      of: "runs", "SELECT \(Run.listedColumns) FROM runs WHERE state = 'running' ORDER BY started_at, id", as: Run.init)
    records.queueLength =
      try query("SELECT COUNT(*) AS length FROM runs WHERE state = 'queued'", []).first?.required("length") ?? 0
    guard limit > 0 else { return }
    records.queued = try rows(
      of: "runs", "SELECT \(Run.listedColumns) FROM runs WHERE state = 'queued' ORDER BY ranked_at, id LIMIT ?",
      [limit.sqlValue], as: Run.init)
    let backups = try query(
      "SELECT host FROM runs WHERE state IN ('queued', 'running') AND kind = 'backup'", [])
    records.backingUp = Set(try backups.map { try $0.required("host") })
  }
}
