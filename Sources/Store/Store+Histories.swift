// Histories, page by page: runs, events, purges and deliveries, as people look through them.

import Engine
package import Foundation
package import Spec

/// Which runs are asked for. An empty list leaves all.
package struct RunFilter: Sendable, Hashable {
  package var host: HostName?
  package var states: [RunState] = []
  package var kinds: [RunKind] = []
  package var triggers: [RunTrigger] = []

  package init() {}
}

/// Which events are asked for. An empty list leaves all.
package struct EventFilter: Sendable, Hashable {
  package var host: HostName?
  package var severities: [EventSeverity] = []
  /// Those that happened last then or later.
  package var since: Date?

  package init() {}
}

/// The place of an event among those that happened last first.
package struct EventKey: Sendable, Hashable {
  package let lastAt: Date
  package let id: Int64

  package init(lastAt: Date, id: Int64) {
    self.lastAt = lastAt
    self.id = id
  }
}

extension Event {
  package var key: EventKey { EventKey(lastAt: lastAt, id: id) }
}

/// A purge as recorded.
package struct RecordedPurge: Sendable, Hashable, Identifiable {
  /// Grows with each purge.
  package let id: Int64
  package let purge: Purge
}

extension Store {
  /// Runs, the newest first, without their logs.
  package func runs(
    matching filter: RunFilter, at place: HistoryPlace<Int64> = .newest, limit: Int
  ) async throws -> HistoryPage<Run> {
    let history = History(
      table: "runs", columns: Run.listedColumns,
      conditions: [
        SQLCondition("host", among: filter.host.map { [$0.sqlValue] } ?? []),
        SQLCondition("state", among: filter.states.map(\.sqlValue)),
        SQLCondition("kind", among: filter.kinds.map(\.sqlValue)),
        SQLCondition("trigger_source", among: filter.triggers.map(\.sqlValue)),
      ].compactMap(\.self))
    return try await database.read { connection in
      try connection.page(of: history, at: place.map { [$0.sqlValue] }, limit: limit, as: Run.init)
    }
  }

  /// The runs of one kind that a schedule asked of a host for the same time, the first attempt first.
  package func attempts(of host: HostName, kind: RunKind, for time: Date) async throws -> [Run] {
    try await database.read { connection in
      try connection.rows(
        of: "runs",
        "SELECT \(Run.listedColumns) FROM runs WHERE host = ? AND kind = ? AND scheduled_for = ? ORDER BY id LIMIT 50",
        [host.sqlValue, kind.sqlValue, time.sqlValue], as: Run.init)
    }
  }

  /// Events, those that happened last first.
  package func events(
    matching filter: EventFilter, at place: HistoryPlace<EventKey> = .newest, limit: Int
  ) async throws -> HistoryPage<Event> {
    let history = History(
      table: "events", order: ["last_at", "id"],
      conditions: [
        SQLCondition("host", among: filter.host.map { [$0.sqlValue] } ?? []),
        SQLCondition("severity", among: filter.severities.map(\.sqlValue)),
        filter.since.map { SQLCondition("last_at >= ?", [$0.sqlValue]) },
      ].compactMap(\.self))
    return try await database.read { connection in
      try connection.page(
        of: history, at: place.map { [$0.lastAt.sqlValue, $0.id.sqlValue] }, limit: limit, as: Event.init)
    }
  }

  /// Purges of one host or of all, the newest first.
  package func purges(
    of host: HostName?, at place: HistoryPlace<Int64> = .newest, limit: Int
  ) async throws -> HistoryPage<RecordedPurge> {
    let history = History(
      table: "purges",
      conditions: [SQLCondition("host", among: host.map { [$0.sqlValue] } ?? [])].compactMap(\.self))
    return try await database.read { connection in
      try connection.page(of: history, at: place.map { [$0.sqlValue] }, limit: limit) { row in
        RecordedPurge(id: try row.required("id"), purge: try Purge(row))
      }
    }
  }

  /// Deliveries about one host or all, the newest first.
  /// - Parameter states: those in one of these states; all if there are none.
  package func deliveries(
    of host: HostName?, in states: [DeliveryState] = [], at place: HistoryPlace<Int64> = .newest, limit: Int
  ) async throws -> HistoryPage<Delivery> {
    let history = History(
      table: "deliveries",
      conditions: [
        SQLCondition("host", among: host.map { [$0.sqlValue] } ?? []),
        SQLCondition("state", among: states.map(\.sqlValue)),
      ].compactMap(\.self))
    return try await database.read { connection in
      try connection.page(of: history, at: place.map { [$0.sqlValue] }, limit: limit, as: Delivery.init)
    }
  }
}
