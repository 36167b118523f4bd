// Events: what happened, for people. What happens again and again is counted, not repeated.

package import Foundation
package import Spec

/// How much an event matters.
package enum EventSeverity: String, Sendable, Hashable, CaseIterable, SQLConvertible {
  case info, warning, error
}

/// Something that happened.
package struct NewEvent: Sendable, Hashable {
  /// The host that it concerns; nil for the backup server as a whole.
  package let host: HostName?
  package let severity: EventSeverity
  /// A stable code, such as `backup_failed`.
  package let reason: String
  package let message: String

  package init(host: HostName? = nil, severity: EventSeverity, reason: String, message: String) {
    self.host = host
    self.severity = severity
    self.reason = reason
    self.message = message
  }
}

/// An event as recorded.
package struct Event: Sendable, Hashable, Identifiable {
  package let id: Int64
  package let host: HostName?
  package let severity: EventSeverity
  package let reason: String
  package let message: String
  /// How often it happened in a row.
  package let count: Int
  package let firstAt: Date
  package let lastAt: Date
}

extension Store {
  /// Records an event, or counts it once more if the latest of that host and reason says the same.
  package func record(_ event: NewEvent, at now: Date) async throws {
    try await database.write { try $0.record(event, at: now) }
  }

  /// The events of a host, or all, those that happened last first.
  /// - Parameter since: those that happened then or later only.
  package func events(host: HostName? = nil, since: Date? = nil, limit: Int) async throws -> [Event] {
    let conditions = [host.map { _ in "host = ?" }, since.map { _ in "last_at >= ?" }].compactMap(\.self)
    let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    let arguments = [host?.sqlValue, since?.sqlValue, limit.sqlValue].compactMap(\.self)
    return try await database.read { connection in
      try connection.rows(
        of: "events", "SELECT * FROM events \(filter) ORDER BY last_at DESC, id DESC LIMIT ?", arguments,
        as: Event.init)
    }
  }
}

extension SQLConnection {
  func record(_ event: NewEvent, at now: Date) throws {
    let host = event.host.map { [$0.sqlValue] } ?? []
    let latest = try query(
      "SELECT id, message FROM events WHERE \(event.host == nil ? "host IS NULL" : "host = ?") AND reason = ? "
        + "ORDER BY id DESC LIMIT 1", host + [event.reason.sqlValue]
    ).first
    if let latest, latest["message"] == event.message.sqlValue {
      try execute(
        "UPDATE events SET count = count + 1, severity = ?, last_at = ? WHERE id = ?",
        [event.severity.sqlValue, now.sqlValue, latest["id"]])
    } else {
      try insert(
        into: "events",
        [
          ("host", SQLValue(event.host)), ("severity", event.severity.sqlValue), ("reason", event.reason.sqlValue),
          ("message", event.message.sqlValue), ("count", 1), ("first_at", now.sqlValue), ("last_at", now.sqlValue),
        ])
    }
  }
}

extension Event {
  init(_ row: SQLRow) throws {
    id = try row.required("id")
    host = try row.optional("host")
    severity = try row.required("severity")
    reason = try row.required("reason")
    message = try row.required("message")
    count = try row.required("count")
    firstAt = try row.required("first_at")
    lastAt = try row.required("last_at")
  }
}
