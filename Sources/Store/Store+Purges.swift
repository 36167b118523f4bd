// Purges: the record of every snapshot that was removed, which outlives the snapshot and its host.

package import Engine
package import Foundation
package import Spec

/// One removal.
package struct Purge: Sendable, Hashable {
  /// What was removed: a snapshot of either kind, or one that never became complete.
  package enum Kind: String, Sendable, Hashable, SQLConvertible {
    case scheduled, manual, incomplete
  }

  /// How it came about.
  package enum Action: String, Sendable, Hashable, SQLConvertible {
    case manual, scheduled, cli
    case incompleteCleanup = "incomplete_cleanup"
  }

  package let host: HostName
  package let kind: Kind
  package let name: String
  package let path: String
  package let reason: String
  package let action: Action
  package let actor: String
  /// The snapshot's metadata as JSON, if it had any.
  package let metadata: String?
  package let at: Date

  package init(
    host: HostName, kind: Kind, name: String, path: String, reason: String, action: Action, actor: String,
    metadata: String? = nil, at: Date
  ) {
    self.host = host
    self.kind = kind
    self.name = name
    self.path = path
    self.reason = reason
    self.action = action
    self.actor = actor
    self.metadata = metadata
    self.at = at
  }
}

extension Store {
  package func recordPurge(_ purge: Purge) async throws {
    try await database.write { try $0.record(purge) }
  }

  /// Records a removal and forgets the snapshot, all or nothing.
  package func recordPurge(_ purge: Purge, of id: SnapshotID) async throws {
    try await database.write { connection in
      try connection.record(purge)
      try connection.forgetWhatIsNoted(of: id, host: purge.host)
      try connection.execute(
        "DELETE FROM snapshots WHERE host = ? AND kind = ? AND name = ?",
        [purge.host.sqlValue, id.kind.sqlValue, id.name.sqlValue])
      try connection.touch(purge.host)
    }
  }

  /// Records removals of which the disk tells, as far as they are not recorded: whoever removed may have died before.
  /// - Returns: how many were missing.
  @discardableResult
  package func completePurges(_ purges: [Purge]) async throws -> Int {
    guard !purges.isEmpty else { return 0 }
    return try await database.write { connection in
      var missing = 0
      for purge in purges {
        let recorded = try connection.query(
          "SELECT id FROM purges WHERE host = ? AND kind = ? AND name = ? AND at = ? LIMIT 1",
          [purge.host.sqlValue, purge.kind.sqlValue, purge.name.sqlValue, purge.at.sqlValue])
        guard recorded.isEmpty else { continue }
        try connection.record(purge)
        missing += 1
      }
      return missing
    }
  }

  /// The latest purges, of one host or of all, the newest first.
  package func purges(host: HostName? = nil, limit: Int) async throws -> [Purge] {
    let condition = host == nil ? "" : "WHERE host = ?"
    let arguments = (host.map { [$0.sqlValue] } ?? []) + [limit.sqlValue]
    return try await database.read { connection in
      try connection.rows(
        of: "purges", "SELECT * FROM purges \(condition) ORDER BY id DESC LIMIT ?", arguments, as: Purge.init)
    }
  }
}

extension SQLConnection {
  fileprivate func record(_ purge: Purge) throws {
    try insert(
      into: "purges",
      [
        ("host", purge.host.sqlValue), ("kind", purge.kind.sqlValue), ("name", purge.name.sqlValue),
        ("path", purge.path.sqlValue), ("reason", purge.reason.sqlValue), ("action", purge.action.sqlValue),
        ("actor", purge.actor.sqlValue), ("metadata", SQLValue(purge.metadata)), ("at", purge.at.sqlValue),
      ])
  }
}

extension Purge {
  init(_ row: SQLRow) throws {
    self.init(
      host: try row.required("host"), kind: try row.required("kind"), name: try row.required("name"),
      path: try row.required("path"), reason: try row.required("reason"), action: try row.required("action"),
      actor: try row.required("actor"), metadata: try row.optional("metadata"), at: try row.required("at"))
  }
}
