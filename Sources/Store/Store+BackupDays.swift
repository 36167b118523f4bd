// What the backups of each day came to: the records behind a calendar of hosts by days.

import Engine
package import Foundation
package import Spec

/// How the backups of declared hosts ended, day by day.
package struct BackupHistory: Sendable, Hashable {
  /// Which ends the backups of a day had, by the day's number since 1970-01-01 in UTC. A day is that for which a backup
  /// was due, or else on which it was begun.
  package var ends: [HostName: [Int: Set<RunState>]] = [:]
  /// Since when each host is declared.
  package var declaredSince: [HostName: Date] = [:]

  package init() {}
}

extension Store {
  /// Reads only the runs that ended at a time or later.
  package func backupHistory(since start: Date) async throws -> BackupHistory {
    try await database.read { connection in
      var history = BackupHistory()
      for row in try connection.query("SELECT name, created_at FROM hosts", []) {
        history.declaredSince[try row.required("name")] = try row.required("created_at")
      }
      // From the index of ends: what is older is not read.
      let rows = try connection.query(
        """
        SELECT host, SUBSTR(COALESCE(scheduled_for, started_at, queued_at), 1, 10) AS begun_on, state FROM runs
        WHERE finished_at >= ? AND kind = ?
        GROUP BY host, SUBSTR(COALESCE(scheduled_for, started_at, queued_at), 1, 10), state
        """, [start.sqlValue, RunKind.backup.sqlValue])
      for row in rows {
        guard let day = CivilDay(written: try row.required("begun_on", as: String.self)) else { continue }
        history.ends[try row.required("host"), default: [:]][day.daysSinceEpoch, default: []]
          .insert(try row.required("state"))
      }
      return history
    }
  }
}

extension CivilDay {
  /// Reads the day with which a timestamp begins: `2026-05-19`.
  init?(written text: String) {
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3 else { return nil }
    self.init(year: parts[0], month: parts[1], day: parts[2])
  }
}
