// Snapshots as plans and lists read them: of many hosts at once, from an index that holds all that they ask for.

import Engine
import Foundation
package import Spec

extension Store {
  /// The snapshots of a host, in no order.
  package func snapshotRecords(of host: HostName) async throws -> [SnapshotRecord] {
    try await database.read { try $0.snapshotRecords(of: host) }
  }

  /// How many snapshots each host has that has any, and which good one is the newest.
  package func snapshotSummaries() async throws -> [HostName: SnapshotSummary] {
    let good = SnapshotStatus.allCases.filter(\.isGood)
    return try await database.read { connection in
      let newest = good.map { _ in
        "(SELECT MAX(started_at) FROM snapshots WHERE host = counted.host AND status = ?)"
      }
      let columns = zip(newest, good).map { "\($0) AS newest_\($1.rawValue)" }.joined(separator: ", ")
      let rows = try connection.rows(
        of: "snapshots",
        "SELECT host, snapshots, \(columns) FROM (SELECT host, COUNT(*) AS snapshots FROM snapshots GROUP BY host) AS counted",
        good.map(\.sqlValue)
      ) { row in
        let dates = try good.compactMap { try row.optional("newest_\($0.rawValue)", as: Date.self) }
        return (
          try row.required("host", as: HostName.self),
          SnapshotSummary(count: try row.required("snapshots"), newestGood: dates.max())
        )
      }
      return Dictionary(rows) { first, _ in first }
    }
  }
}

extension SQLConnection {
  /// In no order.
  func snapshotRecords(of host: HostName) throws -> [SnapshotRecord] {
    var records: [SnapshotRecord] = []
    try forEachRow("SELECT kind, name, status, started_at FROM snapshots WHERE host = ?", [host.sqlValue]) { row in
      do {
        records.append(try SnapshotRecord(row))
      } catch let error as SQLColumnError {
        throw StoreError(
          unreadable: error, in: SQLRow(places: ["name": 0], values: [SQLValue(row.string(1))]), of: "snapshots")
      }
    }
    return records
  }
}

extension SnapshotRecord {
  /// Reads kind, name, status and start.
  fileprivate init(_ row: any SQLCells) throws(SQLColumnError) {
    guard let kind = row.string(0).flatMap(SnapshotKind.init) else { throw row.error(0, "kind") }
    guard let name = row.text(1).flatMap({ SnapshotName($0) }) else { throw row.error(1, "name") }
    guard let status = row.string(2).flatMap(SnapshotStatus.init) else { throw row.error(2, "status") }
    guard let startedAt = row.text(3).flatMap(Timestamp.date) else { throw row.error(3, "started_at") }
    self.init(id: SnapshotID(kind: kind, name: name), status: status, startedAt: startedAt)
  }
}
