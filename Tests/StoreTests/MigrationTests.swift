// Databases of every age: fresh, used, half-migrated, newer than the program, and of another program.

import Spec
import Support
import Testing

@testable import Store

@Suite struct MigrationTests {
  private func versions(_ database: any SQLDatabase) async throws -> [Int] {
    try await database.read { connection in
      try connection.query("SELECT version FROM schema_migrations ORDER BY version", []).map {
        try $0.required("version")
      }
    }
  }

  private func tables(_ database: any SQLDatabase) async throws -> Set<String> {
    try await database.read { connection in
      Set(
        try connection.query(database.dialect.listTables, []).map {
          try $0.required("name", as: String.self)
        })
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `a fresh database is brought up to date`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withDatabase { database in
      _ = try await Store.open(on: database, at: noon)
      #expect(try await versions(database) == Migration.all.map(\.version))
      #expect(
        try await tables(database).isSuperset(of: [
          "settings", "retention_policies", "schedules", "profiles", "hosts", "snapshots", "runs", "events",
          "conditions", "spec_changes", "purges", "backup_roots", "leases", "host_changes", "host_revisions", "pauses",
          "users", "web_sessions", "api_tokens", "audit_log", "login_attempts",
        ]))
    }
  }

  @Test func `a database is opened again with what it holds`() async throws {
    try await withScratchDirectory { scratch in
      let location = try DatabaseLocation(parsing: scratch.path("state/pobsync.sqlite3"))
      try await Store.open(location, at: noon).declare("web-1")
      let again = try await Store.open(location, at: later(60))
      #expect(try await again.desired().spec.hosts.count == 1)
      let applied: [String] = try await again.database.read { connection in
        try connection.query("SELECT applied_at FROM schema_migrations", []).map { try $0.required("applied_at") }
      }
      #expect(applied == Migration.all.map { _ in "2026-05-19T12:00:00.000000Z" })
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `a newer database is refused`(_ maker: DatabaseMaker) async throws {
    try await maker.withDatabase { database in
      _ = try await Store.open(on: database, at: noon)
      try await database.write { _ = try $0.execute("INSERT INTO schema_migrations VALUES (7, 'later', 'x')", []) }
      let error = await storeError { _ = try await Store.open(on: database, at: noon) }
      #expect(error?.code == .newerDatabase)
      #expect(
        error?.description == "the database \(database.place) has schema version 7, and this pobsync knows versions "
          + "up to \(Migrator().newest); use the newer pobsync that wrote it, or put back a copy from before that")
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `another program's database is refused`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withDatabase { database in
      try await database.write { _ = try $0.execute("CREATE TABLE bookmarks (url TEXT)", []) }
      let error = await storeError { _ = try await Store.open(on: database, at: noon) }
      #expect(error?.code == .notADatabase)
      #expect(
        error?.message == "\(database.place) is a database of another program: it has a table `bookmarks`")
      #expect(try await tables(database) == ["bookmarks"])
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `a step that fails leaves the steps before it`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withDatabase { database in
      let released = Migration.all.map(\.version)
      let next = Migrator().newest + 1
      let second = Migration(
        version: next, name: "half", sqlite: ["CREATE TABLE extra (x TEXT) STRICT", "CREATE nonsense"])
      let error = await storeError {
        try await Migrator(migrations: Migration.all + [second]).migrate(database, at: noon)
      }
      #expect(error?.code == .failed)
      #expect(try await versions(database) == released)
      // MariaDB commits each change of the schema by itself; the step is repeated from its start.
      #expect(try await tables(database).contains("extra") == (database.dialect == .mariaDB))

      let mended = Migration(version: next, name: "whole", sqlite: ["CREATE TABLE extra (x TEXT) STRICT"])
      try await Migrator(migrations: Migration.all + [mended]).migrate(database, at: noon)
      #expect(try await versions(database) == released + [next])
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `several processes bring one database up to date`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withDatabase { database in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<3 { group.addTask { try await Migrator().migrate(database, at: noon) } }
        try await group.waitForAll()
      }
      #expect(try await versions(database) == Migration.all.map(\.version))
      #expect(try await Store.open(on: database, at: noon).desired().spec.hosts.isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `runs keep what they hold and their numbers when they may be of any kind`(_ maker: DatabaseMaker) async throws {
    try await maker.withDatabase { database in
      try await Migrator(migrations: Migration.all.filter { $0.version < 4 }).migrate(database, at: noon)
      var first = try request(.prune, .cli, reason: "because é")
      first.onlySnapshots = [try snapshotID(1)]
      let requests = [first, try request(.emptyTrash), try request(.backup, of: "web-2")]
      let ids = try await database.write { connection in
        try requests.map { request in
          // As versions before wrote it.
          let columns = request.columns(queuedAt: noon).filter { $0.name != "parameters" }
          return try connection.insert(into: "runs", columns)
        }
      }
      let last = try #require(ids.last)
      try await database.write { _ = try $0.execute("DELETE FROM runs WHERE id = ?", [last.sqlValue]) }

      let store = try await Store.open(on: database, at: noon)
      #expect(try await versions(database) == Migration.all.map(\.version))
      for (id, request) in zip(ids, requests).dropLast() {
        let run = try #require(try await store.run(id))
        #expect(run.request == request)
        #expect(run.state == .queued && run.queuedAt == noon && run.report == nil)
      }
      #expect(try await store.run(last) == nil)
      for (offset, kind) in [RunKind.preflight, .dryRun, .restore].enumerated() {
        #expect(try await store.queue(try request(kind), at: noon) == .queued(last + Int64(offset) + 1))
      }
      #expect(try await store.queue(try request(.prune), at: noon) == .joined(ids[0]))
    }
  }

  @Test(.enabled(if: DatabaseMaker.hasMariaDB, "MariaDB is not built in, or no server is installed"))
  func `in MariaDB a step goes on after an interruption at any statement`() async throws {
    let statements = Migration.start(in: .mariaDB) + Migration.all.flatMap { $0.statements(for: .mariaDB) }
    // A few, for each makes all tables.
    for count in [1, 2, statements.count / 3, statements.count / 2, statements.count - 1] {
      try await DatabaseMaker.mariaDB.withDatabase { database in
        try await database.write { connection in
          for statement in statements.prefix(count) { try connection.execute(statement, []) }
        }
        let store = try await Store.open(on: database, at: noon)
        #expect(try await versions(database) == Migration.all.map(\.version), "after \(count)")
        try await store.declare("web-1")
        _ = try await store.queue(try request(.emptyTrash), at: noon)
        _ = try await store.queue(try request(.preflight), at: noon)
      }
    }
  }
}
