// Snapshots of all hosts, page by page, in an order in which each page is found as fast as the first.

package import Engine
package import Foundation
package import Spec

/// Which snapshots are asked for. An empty list leaves all.
package struct SnapshotFilter: Sendable, Hashable {
  package var host: HostName?
  package var kinds: [SnapshotKind] = []
  package var statuses: [SnapshotStatus] = []
  /// Those that were begun then or later.
  package var since: Date?

  package init(host: HostName? = nil, kinds: [SnapshotKind] = [], statuses: [SnapshotStatus] = []) {
    self.host = host
    self.kinds = kinds
    self.statuses = statuses
  }
}

/// The place of a snapshot among those of all hosts.
package struct SnapshotKey: Sendable, Hashable {
  package let host: HostName
  package let id: SnapshotID

  package init(host: HostName, id: SnapshotID) {
    self.host = host
    self.id = id
  }
}

/// A part of all snapshots.
package struct SnapshotPage: Sendable {
  /// Without their metadata.
  package let snapshots: [Snapshot]
  package let hasMore: Bool
  /// Of the hosts of these, those that are declared no more.
  package let retained: Set<HostName>
}

extension SnapshotFilter {
  var conditions: [SQLCondition] {
    [
      SQLCondition("host", among: host.map { [$0.sqlValue] } ?? []),
      SQLCondition("kind", among: kinds.map(\.sqlValue)),
      SQLCondition("status", among: statuses.map(\.sqlValue)),
      since.map { SQLCondition("started_at >= ?", [$0.sqlValue]) },
    ].compactMap(\.self)
  }
}

extension SnapshotKey {
  /// That a snapshot comes behind it.
  fileprivate var condition: SQLCondition {
    let (host, kind, name) = (host.sqlValue, id.kind.sqlValue, id.name.sqlValue)
    return SQLCondition(
      "host > ? OR (host = ? AND kind > ?) OR (host = ? AND kind = ? AND name > ?)",
      [host, host, kind, host, kind, name])
  }
}

extension Store {
  /// Snapshots by host, kind and name, so that those of a kind stand from the oldest to the newest.
  ///
  /// - Parameter key: what comes before the page.
  package func snapshots(
    matching filter: SnapshotFilter, after key: SnapshotKey?, limit: Int
  ) async throws -> SnapshotPage {
    let conditions = filter.conditions + [key?.condition].compactMap(\.self)
    let filter = conditions.isEmpty ? "" : "WHERE " + conditions.map { "(\($0.sql))" }.joined(separator: " AND ")
    return try await database.read { connection in
      let found = try connection.rows(
        of: "snapshots",
        "SELECT \(Self.figureColumns) FROM snapshots \(filter) ORDER BY host, kind, name LIMIT ?",
        conditions.flatMap(\.arguments) + [(limit + 1).sqlValue], as: Snapshot.init)
      let shown = Array(found.prefix(limit))
      guard let first = shown.first?.host, let last = shown.last?.host else {
        return SnapshotPage(snapshots: [], hasMore: false, retained: [])
      }
      let pins = try connection.pins(from: first, through: last)
      let retained = try connection.query(
        "SELECT host FROM retained_hosts WHERE host >= ? AND host <= ?", [first.sqlValue, last.sqlValue])
      return SnapshotPage(
        snapshots: shown.map { $0.pinned(pins[$0.host]?[$0.id]) }, hasMore: found.count > limit,
        retained: Set(try retained.map { try $0.required("host") }))
    }
  }
}
