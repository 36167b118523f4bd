// The list of snapshots that people leaf through: of all hosts or some, the newest first.

package import Engine
import Foundation
import Spec

/// A place in the list, which stays the same whatever comes and goes.
package struct SnapshotListPlace: Sendable, Hashable {
  fileprivate let startedAt: Date
  fileprivate let number: Int64

  /// One word, that `init(text:)` reads.
  package var text: String { "\(Timestamp.text(startedAt))~\(number)" }

  package init?(text: String) {
    let parts = text.split(separator: "~")
    guard parts.count == 2, let date = Timestamp.date(String(parts[0])), let number = Int64(parts[1]) else {
      return nil
    }
    self.init(startedAt: date, number: number)
  }

  /// That a snapshot comes behind it.
  fileprivate var condition: SQLCondition {
    let start = startedAt.sqlValue
    return SQLCondition("started_at < ? OR (started_at = ? AND id < ?)", [start, start, number.sqlValue])
  }

  fileprivate init(startedAt: Date, number: Int64) {
    self.startedAt = startedAt
    self.number = number
  }
}

/// A part of the list.
package struct SnapshotListPage: Sendable, Hashable {
  /// Without their metadata, and with their pins.
  package let snapshots: [Snapshot]
  /// After which place it goes on; nil at the end.
  package let next: SnapshotListPlace?
}

extension Store {
  /// - Parameter place: as the page before has given it: what comes after.
  package func snapshotPage(
    _ filter: SnapshotFilter = SnapshotFilter(), after place: SnapshotListPlace? = nil, limit: Int
  ) async throws -> SnapshotListPage {
    let columns = (["id", "host", "kind", "name"] + SnapshotRow.plannedColumns).joined(separator: ", ")
    let conditions = filter.conditions + [place?.condition].compactMap(\.self)
    let filter = conditions.isEmpty ? "" : "WHERE " + conditions.map { "(\($0.sql))" }.joined(separator: " AND ")
    let query = """
      SELECT \(columns) FROM snapshots \(filter)
      ORDER BY started_at DESC, id DESC LIMIT ?
      """
    let arguments = conditions.flatMap(\.arguments) + [(limit + 1).sqlValue]
    return try await database.read { connection in
      let found = try connection.rows(of: "snapshots", query, arguments) { row in
        (number: try row.required("id", as: Int64.self), snapshot: try Snapshot(row))
      }
      let shown = found.prefix(limit)
      let hosts = shown.map(\.snapshot.host)
      let pins =
        if let first = hosts.min(), let last = hosts.max() { try connection.pins(from: first, through: last) } else {
          [HostName: [SnapshotID: SnapshotPin]]()
        }
      let snapshots = shown.map { row in
        var snapshot = row.snapshot
        snapshot.pin = pins[snapshot.host]?[snapshot.id]
        return snapshot
      }
      let next = found.count > limit ? shown.last : nil
      return SnapshotListPage(
        snapshots: snapshots,
        next: next.map { SnapshotListPlace(startedAt: $0.snapshot.startedAt, number: $0.number) })
    }
  }
}
