// Whether a database is whole: by its own tests, by its references, and by reading everything in it.

package import Foundation
import Spec

/// Tests a database, and changes nothing.
package enum DatabaseCheck {
  /// What is wrong, each in a sentence; empty if nothing is.
  ///
  /// - Throws: `StoreError` if the database is another program's, or of another version, or cannot be read at all.
  package static func complaints(about database: any SQLDatabase, at now: Date) async throws -> [String] {
    let version = try await database.read { try Migrator().version(of: database, $0) }
    guard version > 0 else { throw StoreError(.refused, "the database \(database.place) is empty") }
    guard version == Migrator().newest else {
      throw StoreError(
        .refused,
        "the database \(database.place) has schema version \(version), and this pobsync checks version "
          + "\(Migrator().newest)",
        remedy: "`pobsync status --database \(database.place)` brings it up to date")
    }
    let structure = try await database.read { connection in
      let graph = try TableGraph(of: connection, database.dialect)
      return try connection.damage(in: graph.tables, database.dialect) + connection.dangling(graph.references)
        + connection.wrongRevisions()
    }
    let contents = try await unreadable(Store(database: database), at: now)
    return structure + contents
  }

  /// Reads all that the store knows, and gives what it cannot read.
  private static func unreadable(_ store: Store, at now: Date) async throws -> [String] {
    let readings: [@Sendable () async throws -> Void] = [
      { _ = try await store.desired() },
      { _ = try await store.drift(in: StoredSpec()) },
      { _ = try await store.snapshots() },
      { _ = try await store.conditions() },
      { _ = try await store.runs(limit: .max) },
      { _ = try await store.events(limit: .max) },
      { _ = try await store.purges(limit: .max) },
      { _ = try await store.specChanges(limit: .max) },
      { _ = try await store.deliveries(limit: .max) },
      { _ = try await store.leases() },
      { _ = try await store.pauses(at: now) },
      { _ = try await store.retainedHosts() },
      { _ = try await store.hostChanges(after: 0) },
      { _ = try await store.users() },
      { _ = try await store.sessions(at: Date(timeIntervalSince1970: 0)) },
      { _ = try await store.tokens() },
      { _ = try await store.audit(limit: .max) },
    ]
    var complaints: [String] = []
    for read in readings {
      do {
        try await read()
      } catch let error as StoreError where error.code == .unreadableValue {
        complaints.append(error.description)
      } catch let error as SQLColumnError {
        complaints.append("a column \(error.column) \(error.problem)")
      }
    }
    return complaints
  }
}

extension SQLConnection {
  /// What the database's own test of its files finds.
  fileprivate func damage(in tables: [String], _ dialect: SQLDialect) throws -> [String] {
    switch dialect {
    case .sqlite:
      return try query("PRAGMA integrity_check", []).map { try $0.required("integrity_check", as: String.self) }
        .filter { $0 != "ok" }
    case .mariaDB:
      return try tables.flatMap { table in
        try query("CHECK TABLE `\(table)`", []).compactMap { row -> String? in
          let (type, text): (String, String) = (try row.required("Msg_type"), try row.required("Msg_text"))
          return type == "status" && text == "OK" || type == "note" ? nil : "table \(table): \(text)"
        }
      }
    }
  }

  /// References to what is not there.
  fileprivate func dangling(_ references: [TableGraph.Reference]) throws -> [String] {
    try references.compactMap { reference -> String? in
      let count: Int =
        try query(
          """
          SELECT COUNT(*) AS count FROM `\(reference.table)` AS child
          LEFT JOIN `\(reference.target)` AS parent ON parent.`\(reference.targetColumn)` = child.`\(reference.column)`
          WHERE child.`\(reference.column)` IS NOT NULL AND parent.`\(reference.targetColumn)` IS NULL
          """, []
        ).first?.required("count") ?? 0
      guard count > 0 else { return nil }
      return "\(count) rows of \(reference.table) refer by \(reference.column) to what is not in \(reference.target)"
    }
  }

  /// Changes with a number that has not been given yet: what comes next would go unseen.
  fileprivate func wrongRevisions() throws -> [String] {
    let latest: Int64? = try query("SELECT latest FROM host_revisions WHERE id = 1", []).first?.required("latest")
    guard let latest else { return ["the row of host_revisions is missing: nothing can be recorded"] }
    let newest: Int64 =
      try query("SELECT MAX(revision) AS newest FROM host_changes", []).first?.optional("newest") ?? 0
    return newest > latest ? ["host_changes is at \(newest), ahead of host_revisions at \(latest)"] : []
  }
}
