// What the snapshots of each day took: the records behind a forecast of the disk.

import Engine
package import Foundation
import Spec

/// The snapshots of one day, as far as they are still there.
package struct SpaceDay: Sendable, Hashable {
  /// Counted from 1970-01-01, in UTC.
  package let day: Int
  /// The sizes of files that no earlier snapshot shares.
  package let newBytes: Int64
  /// The least that was free when one of them was complete; nil if none of them tells.
  package let leastAvailable: Int64?

  package init(day: Int, newBytes: Int64, leastAvailable: Int64?) {
    self.day = day
    self.newBytes = newBytes
    self.leastAvailable = leastAvailable
  }
}

extension Store {
  /// The days on which snapshots were begun, from a time on, in their order.
  package func spaceDays(since start: Date) async throws -> [SpaceDay] {
    let statuses = SnapshotStatus.allCases
    return try await database.read { connection in
      // Host by host along the index that plans use, so that older snapshots are not read. Sums are of fractions:
      // figures that others have made up may be too large for a whole number.
      let rows = try connection.rows(
        of: "snapshots",
        """
        SELECT SUBSTR(snapshots.started_at, 1, 10) AS begun_on,
          SUM(snapshots.unique_apparent_size_bytes + 0e0) AS new_bytes, MIN(snapshots.available_bytes) AS least
        FROM (SELECT DISTINCT host AS name FROM snapshots) AS known
        CROSS JOIN snapshots ON snapshots.host = known.name
          AND snapshots.status IN (\(statuses.map { _ in "?" }.joined(separator: ", ")))
          AND snapshots.started_at >= ?
        GROUP BY SUBSTR(snapshots.started_at, 1, 10) ORDER BY begun_on
        """, statuses.map(\.sqlValue) + [start.sqlValue]
      ) { row -> SpaceDay? in
        guard let day = CivilDay(written: try row.required("begun_on", as: String.self)) else { return nil }
        let bytes: Double = try row.optional("new_bytes") ?? 0
        return SpaceDay(
          day: day.daysSinceEpoch, newBytes: Int64(exactly: max(0, bytes).rounded()) ?? .max,
          leastAvailable: try row.optional("least"))
      }
      return rows.compactMap(\.self)
    }
  }
}
