// What the store has recorded of hosts, as of one moment: all that planning needs of the past.

package import Engine
package import Spec

/// What is recorded of one host.
package struct RecordedHost: Sendable {
  /// The number of the host's latest change.
  package var revision: Int64 = 0
  package var snapshots: [Snapshot] = []
  /// As `runsForPlanning()` tells.
  package var runs: [Run] = []
  package var conditions: [Condition] = []
  /// What people have been told of it.
  package var told: [Trouble] = []

  package init() {}
}

extension Store {
  /// What is recorded of the hosts from one name to another, in the order of names, both included.
  package func recorded(from first: HostName, through last: HostName) async throws -> [HostName: RecordedHost] {
    try await database.read { try $0.recorded(from: first, through: last) }
  }

  /// What is recorded of some hosts.
  package func recorded(of hosts: [HostName]) async throws -> [HostName: RecordedHost] {
    try await database.read { connection in
      var recorded: [HostName: RecordedHost] = [:]
      for host in hosts { recorded.merge(try connection.recorded(from: host, through: host)) { first, _ in first } }
      return recorded
    }
  }
}

extension SQLConnection {
  fileprivate func recorded(from first: HostName, through last: HostName) throws -> [HostName: RecordedHost] {
    var recorded: [HostName: RecordedHost] = [:]
    let range = [first.sqlValue, last.sqlValue]
    for row in try query("SELECT host, revision FROM host_changes WHERE host >= ? AND host <= ?", range) {
      recorded[try row.required("host"), default: RecordedHost()].revision = try row.required("revision")
    }
    let columns = (["host", "kind", "name"] + SnapshotRow.plannedColumns).joined(separator: ", ")
    let snapshots = try rows(
      of: "snapshots", "SELECT \(columns) FROM snapshots WHERE host >= ? AND host <= ?", range, as: Snapshot.init)
    for snapshot in snapshots { recorded[snapshot.host, default: RecordedHost()].snapshots.append(snapshot) }
    for run in try runsForPlanning(from: first, through: last) {
      recorded[run.host, default: RecordedHost()].runs.append(run)
    }
    for (host, condition) in try conditions(from: first, through: last) {
      recorded[host, default: RecordedHost()].conditions.append(condition)
    }
    for (host, told) in try toldTroubles(from: first, through: last) {
      recorded[host, default: RecordedHost()].told = told
    }
    return recorded
  }
}
