// Change stamps: whether anything is new, for pages that are kept up to date while somebody looks at them.

import Engine
import Spec

/// Marks of the state of things: another mark means that something has changed since.
package struct ChangeStamps: Sendable, Hashable {
  /// Of runs, and the progress of those that run.
  package let runs: String
  /// Of hosts, their snapshots, conditions and pauses, of the whole desired state, and of who is at work.
  package let hosts: String
  /// Of events, and of deliveries.
  package let events: String
}

extension Store {
  /// The marks as of now, at a cost that hardly depends on how much there is.
  package func changeStamps() async throws -> ChangeStamps {
    try await database.read { connection in
      let newest = try connection.query(
        """
        SELECT (SELECT MAX(id) FROM runs) AS run, (SELECT latest FROM host_revisions WHERE id = 1) AS revision,
          (SELECT MAX(id) FROM spec_changes) AS spec, (SELECT MAX(changed_at) FROM conditions) AS judged,
          (SELECT MAX(id) FROM events) AS event, (SELECT MAX(last_at) FROM events) AS event_at,
          (SELECT MAX(id) FROM deliveries) AS delivery
        """, []
      ).first
      let running = try connection.query(
        "SELECT id, progress, cancelled_by FROM runs WHERE state = 'running' ORDER BY id", [])
      let leases = try connection.query("SELECT name, term, process FROM leases ORDER BY name", [])
      func mark(_ columns: String..., of rows: [SQLRow] = [], _ rowColumns: [String] = []) -> String {
        let cells = columns.map { newest?[$0] ?? .null } + rows.flatMap { row in rowColumns.map { row[$0] } }
        return cells.map { "\($0)" }.joined(separator: " ")
      }
      return ChangeStamps(
        runs: mark("run", "revision", of: running, ["id", "progress", "cancelled_by"]),
        hosts: mark("revision", "spec", "judged", of: leases, ["name", "term", "process"]),
        events: mark("event", "event_at", "delivery"))
    }
  }
}
