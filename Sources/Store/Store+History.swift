// Forgetting: what is old and that nothing rests on any more.

package import Foundation

extension Store {
  /// Forgets some of the runs that ended, and of the events that happened last, before a time; the oldest first.
  ///
  /// A run stays while there is no newer good one of its host and kind: planning rests on the newest good one, and on what
  /// came after it.
  ///
  /// - Parameter limit: of each, so that no transaction takes long.
  /// - Returns: how many were forgotten; 0 if none are left.
  package func forgetHistory(before cutoff: Date, limit: Int = 500) async throws -> Int {
    let runs = """
      SELECT id FROM runs AS old WHERE finished_at < ? AND EXISTS (
        SELECT 1 FROM runs AS newer WHERE newer.host = old.host AND newer.kind = old.kind
          AND newer.state IN ('succeeded', 'warning') AND newer.id > old.id)
      ORDER BY finished_at LIMIT ?
      """
    let events = "SELECT id FROM events WHERE last_at < ? ORDER BY last_at LIMIT ?"
    return try await database.write { connection in
      var count = 0
      for (table, query) in [("runs", runs), ("events", events)] {
        for row in try connection.query(query, [cutoff.sqlValue, limit.sqlValue]) {
          count += try connection.execute("DELETE FROM \(table) WHERE id = ?", [row["id"]])
        }
      }
      return count
    }
  }
}

extension Store {
  /// Forgets some of what the web leaves behind: audit entries past their time, the oldest first; sessions that are over;
  /// and failed logins that do not count any more.
  ///
  /// - Parameter limit: of the audit entries, so that no transaction takes long.
  /// - Returns: how many were forgotten; 0 if none are left.
  package func forgetAccess(at now: Date, limit: Int = 500) async throws -> Int {
    let cutoff = now.addingTimeInterval(-AuditEntry.remembered)
    return try await database.write { connection in
      var count = try connection.forgetSessions(at: now) + connection.forgetAttempts(at: now)
      let old = try connection.query(
        "SELECT id FROM audit_log WHERE at < ? ORDER BY at LIMIT ?", [cutoff.sqlValue, limit.sqlValue])
      for row in old { count += try connection.execute("DELETE FROM audit_log WHERE id = ?", [row["id"]]) }
      return count
    }
  }
}
