// Migrations: how a database comes to have the schema that this program uses, step by step.

import Foundation
import Spec

/// One step of the schema. A step that has been released never changes; what comes later is another step.
struct Migration: Sendable {
  let version: Int
  let name: String
  let sqlite: [String]
  /// Nil for what `sqlite` says in MariaDB's words. Those are found when they are wanted: most commands open a database that
  /// is up to date.
  var mariaDB: (@Sendable () -> [String])?

  func statements(for dialect: SQLDialect) -> [String] {
    switch dialect {
    case .sqlite: sqlite
    case .mariaDB: mariaDB?() ?? MariaDBSchema.statements(from: sqlite)
    }
  }

  static let all = [
    Migration(
      version: 1, name: "first tables", sqlite: Schema.firstTables,
      mariaDB: { MariaDBSchema.statements(from: Schema.firstTables) + MariaDBSchema.turns }),
    Migration(
      version: 2, name: "the declarative contract", sqlite: Schema.contract,
      mariaDB: { MariaDBSchema.statements(from: Schema.contractTables) + MariaDBSchema.emptyTrash }),
    Migration(version: 3, name: "accounts", sqlite: Schema.accounts),
    Migration(
      version: 4, name: "runs that look", sqlite: Schema.checks,
      mariaDB: { MariaDBSchema.statements(from: Schema.checkColumns) + MariaDBSchema.anyKind }),
    Migration(version: 5, name: "ciphers", sqlite: Schema.ciphers),
  ]

  /// What makes the table that tells which steps were taken.
  static func start(in dialect: SQLDialect) -> [String] {
    Migration(version: 0, name: "start", sqlite: [Schema.migrationsTable]).statements(for: dialect)
  }
}

/// Brings databases up to date.
struct Migrator: Sendable {
  var migrations = Migration.all

  /// The version that this program works with.
  var newest: Int { migrations.map(\.version).max() ?? 0 }

  /// Takes the steps that the database lacks, one process at a time. In SQLite each is a transaction of its own. In
  /// MariaDB one that was cut off is taken again from its start: nothing uses the tables before.
  ///
  /// - Throws: `StoreError` if the database is of a newer program, or of another one; then it is as it was.
  func migrate(_ database: any SQLDatabase, at now: Date) async throws {
    // An up-to-date database is not written to: opening it must not wait for another process's transaction.
    let version = try await database.read { try self.version(of: database, $0) }
    for migration in migrations where migration.version > version {
      let start = migration.version == 1 ? Migration.start(in: database.dialect) : []
      try await database.changeSchema { connection in
        // Another process may have come first.
        guard try self.version(of: database, connection) < migration.version else { return }
        for statement in start + migration.statements(for: database.dialect) { try connection.execute(statement, []) }
        try connection.insert(
          into: "schema_migrations",
          [
            ("version", migration.version.sqlValue), ("name", migration.name.sqlValue), ("applied_at", now.sqlValue),
          ])
      }
    }
  }

  /// The version that a database has; 0 of one without tables.
  ///
  /// - Throws: `StoreError` if the database is of a newer program, or of another one.
  func version(of database: any SQLDatabase, _ connection: any SQLConnection) throws -> Int {
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
