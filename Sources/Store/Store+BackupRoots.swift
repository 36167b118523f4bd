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
  /// - Returns: the id that is remembered.
  package func rememberRoot(_ path: AbsolutePath, id: String, at now: Date) async throws -> String {
    try await database.write { connection in
      let key = SQLValue.text(path.description)
      if let known = try connection.query("SELECT root_id FROM backup_roots WHERE path = ?", [key]).first {
        return try known.required("root_id")
      }
      _ = try connection.insert(
        into: "backup_roots", [("path", key), ("root_id", id.sqlValue), ("first_seen_at", now.sqlValue)])
      return id
    }
  }

  /// Forgets the backup root at `path`: whatever disk is there next is taken for it.
  package func forgetRoot(_ path: AbsolutePath) async throws {
    try await database.write { connection in
      _ = try connection.execute("DELETE FROM backup_roots WHERE path = ?", [.text(path.description)])
    }
  }
}
