// Purges: the record of every snapshot that was removed, which outlives the snapshot and its host.

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
    try await database.write { connection in
      _ = try connection.insert(
        into: "purges",
        [
          ("host", purge.host.sqlValue), ("kind", purge.kind.sqlValue), ("name", purge.name.sqlValue),
          ("path", purge.path.sqlValue), ("reason", purge.reason.sqlValue), ("action", purge.action.sqlValue),
          ("actor", purge.actor.sqlValue), ("metadata", SQLValue(purge.metadata)), ("at", purge.at.sqlValue),
        ])
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

extension Purge {
  fileprivate init(_ row: SQLRow) throws {
    self.init(
      host: try row.required("host"), kind: try row.required("kind"), name: try row.required("name"),
      path: try row.required("path"), reason: try row.required("reason"), action: try row.required("action"),
      actor: try row.required("actor"), metadata: try row.optional("metadata"), at: try row.required("at"))
  }
}
