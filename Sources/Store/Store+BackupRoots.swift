// Backup roots: which disk each path was when it was first used, so that another one in its place is noticed.

package import Foundation
package import Spec

extension Store {
  /// The id in the marker of the backup root at `path`, as it was first seen; nil if it never was.
  package func rootID(of path: AbsolutePath) async throws -> String? {
    try await database.read { connection in
      try connection.rows(
        of: "backup_roots", "SELECT * FROM backup_roots WHERE path = ?", [.text(path.description)]
      ) { try $0.required("root_id", as: String.self) }.first
    }
  }

  /// Remembers the id of the backup root at `path`, unless one is remembered already.
  ///
  /// - Parameter isAdopted: false if it holds snapshots of which nobody has said that they are ours. One that was adopted
  ///   at another path is adopted here as well: it is the same disk, or a copy.
  /// - Returns: the id that is remembered.
  package func rememberRoot(
    _ path: AbsolutePath, id: String, isAdopted: Bool = true, at now: Date
  ) async throws -> String {
    try await database.write { connection in
      let key = SQLValue.text(path.description)
      if let known = try connection.query("SELECT root_id FROM backup_roots WHERE path = ?", [key]).first {
        return try known.required("root_id")
      }
      let elsewhere = try connection.query(
        "SELECT path FROM backup_roots WHERE root_id = ? AND adopted_at IS NOT NULL", [id.sqlValue])
      _ = try connection.insert(
        into: "backup_roots",
        [
          ("path", key), ("root_id", id.sqlValue), ("first_seen_at", now.sqlValue),
          ("adopted_at", isAdopted || !elsewhere.isEmpty ? now.sqlValue : .null),
        ])
      // Whoever has waited for it can go on.
      try connection.touch(nil)
      return id
    }
  }

  /// Whether what is in the backup root at `path` may be removed. One that is not remembered holds nothing that was
  /// recorded.
  package func isRootAdopted(_ path: AbsolutePath) async throws -> Bool {
    try await database.read { connection in
      try connection.query(
        "SELECT path FROM backup_roots WHERE path = ? AND adopted_at IS NULL", [.text(path.description)]
      ).isEmpty
    }
  }

  /// Notes that a person has said that the snapshots in the backup root at `path` are ours, and an event of it.
  /// - Returns: false if that was known.
  package func adoptRoot(_ path: AbsolutePath, by actor: String, at now: Date) async throws -> Bool {
    try await database.write { connection in
      let adopted = try connection.update(
        "backup_roots", set: [("adopted_at", now.sqlValue)], where: "path = ? AND adopted_at IS NULL",
        [.text(path.description)])
      guard adopted > 0 else { return false }
      try connection.record(
        NewEvent(severity: .info, reason: "root_adopted", message: "\(actor) has adopted the backup root \(path)"),
        at: now)
      // All hosts wait for this.
      try connection.touch(nil)
      return true
    }
  }

  /// Notes that a person has said that the snapshots in a host's directory are the host's, and an event of it.
  package func noteAdoption(of host: HostName, at path: String, by actor: String, at now: Date) async throws {
    try await database.write { connection in
      try connection.record(
        NewEvent(
          host: host, severity: .info, reason: "host_adopted",
          message: "\(actor) has adopted the snapshots in \(path)"),
        at: now)
      try connection.touch(host)
    }
  }

  /// Forgets the backup root at `path`: whatever disk is there next is taken for it.
  package func forgetRoot(_ path: AbsolutePath) async throws {
    try await database.write { connection in
      _ = try connection.execute("DELETE FROM backup_roots WHERE path = ?", [.text(path.description)])
    }
  }
}
