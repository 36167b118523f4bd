// What the store has recorded of hosts, as of one moment: all that planning needs of the past.

package import Engine
package import Spec

/// What is recorded of one host.
package struct RecordedHost: Sendable {
  /// The number of the host's latest change.
  package var revision: Int64 = 0
  package var snapshots: [SnapshotRecord] = []
  /// As `runsForPlanning()` tells.
  package var runs: [Run] = []
  package var conditions: [Condition] = []
  /// What people have been told of it.
  package var told: [Trouble] = []
  /// The newest `run_requested` that has been seen to.
  package var requestDone: Remark?
  /// The rename after which its directory, or one of its name, is to be renamed still.
  package var rename: HostRename?
  /// The pins of its snapshots, those that are over as well.
  package var pins: [SnapshotID: SnapshotPin] = [:]
  /// How its snapshots have shrunk.
  package var sizes = SizeHistory()

  package init() {}
}

extension Store {
  /// What is recorded of some hosts, which stand in order; nothing of those of which nothing is.
  ///
  /// - Parameter isRange: true if there are not many other hosts between the first and the last, so that these are best
  ///   asked for together.
  package func recorded(of hosts: [HostName], isRange: Bool) async throws -> [HostName: RecordedHost] {
    guard let first = hosts.first, let last = hosts.last else { return [:] }
    return try await database.read { connection in
      var recorded: [HostName: RecordedHost] = [:]
      recorded.reserveCapacity(hosts.count)
      if isRange {
        try connection.read(from: first, through: last, into: &recorded)
      } else {
        for host in hosts { try connection.read(from: host, through: host, into: &recorded) }
      }
      for host in hosts {
        let snapshots = try connection.snapshotRecords(of: host)
        if !snapshots.isEmpty { recorded[host, default: RecordedHost()].snapshots = snapshots }
      }
      return recorded
    }
  }
}

extension SQLConnection {
  /// Reads all but the snapshots.
  fileprivate func read(
    from first: HostName, through last: HostName, into recorded: inout [HostName: RecordedHost]
  ) throws {
    let range = [first.sqlValue, last.sqlValue]
    for row in try query("SELECT host, revision FROM host_changes WHERE host >= ? AND host <= ?", range) {
      recorded[try row.required("host"), default: RecordedHost()].revision = try row.required("revision")
    }
    for run in try runsForPlanning(from: first, through: last) {
      recorded[run.host, default: RecordedHost()].runs.append(run)
    }
    for (host, condition) in try conditions(from: first, through: last) {
      recorded[host, default: RecordedHost()].conditions.append(condition)
    }
    for (host, told) in try toldTroubles(from: first, through: last) {
      recorded[host, default: RecordedHost()].told = told
    }
    for (host, done) in try requestsDone(from: first, through: last) {
      recorded[host, default: RecordedHost()].requestDone = done
    }
    for rename in try renames(from: first, through: last) {
      for host in [rename.from, rename.to] where host >= first && host <= last {
        recorded[host, default: RecordedHost()].rename = rename
      }
    }
    for (host, pins) in try pins(from: first, through: last) {
      recorded[host, default: RecordedHost()].pins = pins
    }
    for (host, sizes) in try sizeHistories(from: first, through: last) {
      recorded[host, default: RecordedHost()].sizes = sizes
    }
  }
}
