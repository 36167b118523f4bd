// Migrations: how a database comes to have the schema that this program uses, step by step.

import Foundation
import Spec

/// One step of the schema. A step that has been released never changes; what comes later is another step.
struct Migration: Sendable {
  let version: Int
  let name: String
  let sqlite: [String]

  func statements(for dialect: SQLDialect) -> [String] {
    switch dialect {
    case .sqlite: sqlite
    }
  }

  static let all = [
    Migration(version: 1, name: "first tables", sqlite: Schema.firstTables),
    Migration(version: 2, name: "the declarative contract", sqlite: Schema.contract),
  ]
}

/// Brings databases up to date.
struct Migrator: Sendable {
  var migrations = Migration.all

  /// The version that this program works with.
  var newest: Int { migrations.map(\.version).max() ?? 0 }

  /// Takes the steps that the database lacks, each in a transaction of its own.
  ///
  /// - Throws: `StoreError` if the database is of a newer program, or of another one; then it is as it was.
  func migrate(_ database: any SQLDatabase, at now: Date) async throws {
    // An up-to-date database is not written to: opening it must not wait for another process's transaction.
    let version = try await database.read { try self.version(of: database, $0) }
    for migration in migrations where migration.version > version {
      try await database.write { connection in
        // Another process may have come first.
        guard try self.version(of: database, connection) < migration.version else { return }
        if migration.version == 1 { try connection.execute(Schema.migrationsTable, []) }
        for statement in migration.statements(for: database.dialect) { try connection.execute(statement, []) }
        try connection.insert(
          into: "schema_migrations",
          [
            ("version", migration.version.sqlValue), ("name", migration.name.sqlValue), ("applied_at", now.sqlValue),
          ])
      }
    }
  }

  private func version(of database: any SQLDatabase, _ connection: any SQLConnection) throws -> Int {
    let tables = try connection.query(database.dialect.listTables, []).map { try $0.required("name", as: String.self) }
    guard tables.contains("schema_migrations") else {
      guard let other = tables.min() else { return 0 }
      throw StoreError(
        .notADatabase, "\(database.place) is a database of another program: it has a table \(other.quoted)",
        remedy: "name another file, or move this one away")
    }
    let rows = try connection.query("SELECT MAX(version) AS version FROM schema_migrations", [])
    let version = try rows.first?.optional("version", as: Int.self) ?? 0
    guard version <= newest else {
      throw StoreError(
        .newerDatabase,
        "the database \(database.place) has schema version \(version), and this pobsync knows versions up to \(newest)",
        remedy: "use the newer pobsync that wrote it, or put back a copy from before that")
    }
    return version
  }
}

extension SQLDialect {
  fileprivate var listTables: String {
    switch self {
    case .sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    }
  }
}
