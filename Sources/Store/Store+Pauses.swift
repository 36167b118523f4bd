// Pauses: hosts, or everything, for which nothing is begun for the time being. Unlike `suspended` in a spec, a pause is
// not declared: it is for tonight's maintenance, and ends by itself if it was given an end.

package import Foundation
package import Spec

/// Nothing is begun by itself until a time; what a person asks for is.
package struct Pause: Sendable, Hashable {
  /// nil for until somebody resumes.
  package let until: Date?
  package let reason: String?
  package let actor: String
  package let pausedAt: Date

  package init(until: Date?, reason: String?, actor: String, pausedAt: Date) {
    self.until = until
    self.reason = reason
    self.actor = actor
    self.pausedAt = pausedAt
  }
}

/// All pauses.
package struct Pauses: Sendable, Hashable {
  /// The pause of everything.
  package var all: Pause?
  package var hosts: [HostName: Pause] = [:]

  package init() {}

  /// The pause that holds for a host; the one that lasts longer if there are two.
  package subscript(host: HostName) -> Pause? {
    guard let own = hosts[host] else { return all }
    guard let all else { return own }
    return (own.until ?? .distantFuture) >= (all.until ?? .distantFuture) ? own : all
  }
}

extension Store {
  /// Pauses a host, or everything, in place of an earlier pause.
  ///
  /// - Parameter noting: what the audit log is told, in the same transaction, of the pause that was there before.
  package func pause(
    _ host: HostName?, _ pause: Pause, noting: (@Sendable (_ former: Pause?) -> NewAuditEntry)? = nil
  ) async throws {
    try await database.write { connection in
      let key = AllHosts.key(host)
      let former = try connection.pause(key, at: pause.pausedAt)
      try connection.execute("DELETE FROM pauses WHERE host = ?", [key])
      try connection.insert(
        into: "pauses",
        [
          ("host", key), ("until", SQLValue(pause.until)), ("reason", SQLValue(pause.reason)),
          ("actor", pause.actor.sqlValue), ("paused_at", pause.pausedAt.sqlValue),
        ])
      try connection.touch(host)
      if let noting { try connection.append(noting(former), at: pause.pausedAt) }
    }
  }

  /// Ends the pause of a host, or that of everything.
  ///
  /// - Parameter noting: what the audit log is told, in the same transaction, of the pause that was there.
  /// - Returns: false if there was none.
  package func resume(
    _ host: HostName?, noting: (@Sendable (_ former: Pause) -> NewAuditEntry)? = nil, at now: Date
  ) async throws -> Bool {
    try await database.write { connection in
      let key = AllHosts.key(host)
      let former = try connection.pause(key, at: now)
      try connection.execute("DELETE FROM pauses WHERE host = ?", [key])
      guard let former else { return false }
      try connection.touch(host)
      if let noting { try connection.append(noting(former), at: now) }
      return true
    }
  }

  /// The pauses that have not ended.
  package func pauses(at now: Date) async throws -> Pauses {
    try await database.read { try $0.pauses(at: now) }
  }
}

extension SQLConnection {
  func pauses(at now: Date) throws -> Pauses {
    var pauses = Pauses()
    for row in try query("SELECT * FROM pauses WHERE until IS NULL OR until > ?", [now.sqlValue]) {
      let pause = try Pause(row)
      if row["host"] == .text(AllHosts.name) {
        pauses.all = pause
      } else {
        pauses.hosts[try row.required("host")] = pause
      }
    }
    return pauses
  }

  /// The pause of a host or of everything that has not ended.
  fileprivate func pause(_ key: SQLValue, at now: Date) throws -> Pause? {
    try rows(
      of: "pauses", "SELECT * FROM pauses WHERE host = ? AND (until IS NULL OR until > ?)", [key, now.sqlValue],
      as: Pause.init
    ).first
  }
}

extension Pause {
  fileprivate init(_ row: SQLRow) throws {
    self.init(
      until: try row.optional("until"), reason: try row.optional("reason"), actor: try row.required("actor"),
      pausedAt: try row.required("paused_at"))
  }
}
