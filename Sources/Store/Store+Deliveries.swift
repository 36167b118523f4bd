// The outbox: messages queued for targets, claimed by one sender at a time, tried again, and kept as a record.

import Engine
package import Foundation
package import Spec

extension Store {
  /// Queues messages. What is still pending for the same target about the same host is dropped: the newest message
  /// tells how things are, and after an outage nobody wants the rest.
  package func queueDeliveries(_ deliveries: [NewDelivery], at now: Date) async throws {
    guard !deliveries.isEmpty else { return }
    try await database.write { try $0.queue(deliveries, at: now) }
  }

  /// Pending deliveries whose time has come, the oldest first.
  /// - Parameter limit: how many of each target, so that one for which many wait does not keep the others waiting.
  package func dueDeliveries(at now: Date, limit: Int) async throws -> [Delivery] {
    try await database.read { connection in
      let targets = try connection.query(
        "SELECT DISTINCT notification FROM deliveries WHERE state = 'pending' AND next_at <= ?", [now.sqlValue])
      let due = try targets.flatMap { target in
        try connection.rows(
          of: "deliveries",
          "SELECT * FROM deliveries WHERE notification = ? AND state = 'pending' AND next_at <= ? ORDER BY id LIMIT ?",
          [target["notification"], now.sqlValue, limit.sqlValue], as: Delivery.init)
      }
      return due.sorted { $0.id < $1.id }
    }
  }

  /// Claims a delivery for sending it, so that nobody else does.
  ///
  /// - Parameter lost: when it is due again if nothing is heard of the sender.
  /// - Returns: the delivery with one attempt more; nil if another has claimed or ended it since it was read.
  package func claim(_ delivery: Delivery, lostAt lost: Date) async throws -> Delivery? {
    try await database.write { connection in
      let claimed = try connection.update(
        "deliveries", set: [("attempts", (delivery.attempts + 1).sqlValue), ("next_at", lost.sqlValue)],
        where: "id = ? AND state = 'pending' AND attempts = ?", [delivery.id.sqlValue, delivery.attempts.sqlValue])
      guard claimed == 1 else { return nil }
      return try connection.rows(
        of: "deliveries", "SELECT * FROM deliveries WHERE id = ?", [delivery.id.sqlValue], as: Delivery.init
      ).first
    }
  }

  /// Records how a delivery ended; also of one that was overtaken while it was sent.
  ///
  /// - Returns: false, with nothing changed, if another has claimed it meanwhile.
  @discardableResult
  package func finish(
    _ delivery: Delivery, as state: DeliveryState, error: String? = nil, at now: Date
  ) async throws -> Bool {
    precondition(state != .pending, "a pending delivery is not finished")
    return try await database.write { connection in
      try connection.update(
        "deliveries",
        set: [
          ("state", state.sqlValue), ("next_at", nil), ("last_error", SQLValue(error)), ("finished_at", now.sqlValue),
        ], where: "id = ? AND state IN ('pending', 'dropped') AND attempts = ?",
        [delivery.id.sqlValue, delivery.attempts.sqlValue]) > 0
    }
  }

  /// Puts a delivery that did not succeed back, to be tried again.
  package func retry(_ delivery: Delivery, at next: Date, error: String) async throws {
    try await database.write { connection in
      _ = try connection.update(
        "deliveries", set: [("next_at", next.sqlValue), ("last_error", error.sqlValue)],
        where: "id = ? AND state = 'pending' AND attempts = ?", [delivery.id.sqlValue, delivery.attempts.sqlValue])
    }
  }

  /// Records a delivery that was made, or failed, without having been queued.
  package func record(
    _ delivery: NewDelivery, endedAs state: DeliveryState, error: String? = nil, at now: Date
  ) async throws {
    try await database.write { connection in
      _ = try connection.insert(
        into: "deliveries",
        delivery.cells + [
          ("state", state.sqlValue), ("attempts", 1), ("last_error", SQLValue(error)), ("created_at", now.sqlValue),
          ("finished_at", now.sqlValue),
        ])
    }
  }

  /// The latest deliveries, about one host or all, the newest first.
  package func deliveries(host: HostName? = nil, limit: Int) async throws -> [Delivery] {
    let condition = host == nil ? "" : "WHERE host = ?"
    let arguments = (host.map { [$0.sqlValue] } ?? []) + [limit.sqlValue]
    return try await database.read { connection in
      try connection.rows(
        of: "deliveries", "SELECT * FROM deliveries \(condition) ORDER BY id DESC LIMIT ?", arguments,
        as: Delivery.init)
    }
  }

  /// Deletes the records of deliveries that ended before a time.
  package func forgetDeliveries(finishedBefore time: Date) async throws {
    try await database.write { connection in
      _ = try connection.execute("DELETE FROM deliveries WHERE finished_at < ?", [time.sqlValue])
    }
  }
}

extension SQLConnection {
  func queue(_ deliveries: [NewDelivery], at now: Date) throws {
    for delivery in deliveries {
      if let host = delivery.host {
        try update(
          "deliveries",
          set: [
            ("state", DeliveryState.dropped.sqlValue), ("next_at", nil), ("finished_at", now.sqlValue),
            ("last_error", "a newer notice about the host has taken its place"),
          ], where: "notification = ? AND host = ? AND state = 'pending'",
          [delivery.notification.sqlValue, host.sqlValue])
      }
      try insert(
        into: "deliveries",
        delivery.cells + [
          ("state", DeliveryState.pending.sqlValue), ("attempts", 0), ("next_at", now.sqlValue),
          ("created_at", now.sqlValue),
        ])
    }
  }
}

extension NewDelivery {
  fileprivate var cells: [(name: String, value: SQLValue)] {
    [("notification", notification.sqlValue), ("host", SQLValue(host)), ("notice", notice.sqlValue)]
  }
}

extension Delivery {
  init(_ row: SQLRow) throws {
    id = try row.required("id")
    notification = try row.required("notification")
    host = try row.optional("host")
    notice = try row.required("notice")
    state = try row.required("state")
    attempts = try row.required("attempts")
    nextAt = try row.optional("next_at")
    lastError = try row.optional("last_error")
    createdAt = try row.required("created_at")
    finishedAt = try row.optional("finished_at")
  }
}
