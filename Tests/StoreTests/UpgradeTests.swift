// Databases that earlier versions of the program have filled, brought up to date: nothing in them is lost, and the
// program goes on with them. `Fixtures` has one of each version that was released on each database.

import Engine
import Foundation
import Spec
import Support
import Testing

@testable import Store

@Suite struct UpgradeTests {
  /// A kept database, by the name of its file: which database, and which version.
  struct Fixture: Sendable, CustomTestStringConvertible {
    let maker: DatabaseMaker
    let version: Int

    var testDescription: String { "version \(version) in \(maker.rawValue)" }

    static let all = [
      Fixture(maker: .sqliteFile, version: 1), Fixture(maker: .sqliteFile, version: 2),
      Fixture(maker: .mariaDB, version: 2),
    ].filter { DatabaseMaker.allCases.contains($0.maker) }

    /// The statements that make it. Each ends at the end of a line, and no text in it does.
    func statements() throws -> [String] {
      let name = "\(maker == .mariaDB ? "mariadb" : "sqlite")-\(version).sql"
      let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name)")
      let text = try String(contentsOf: file, encoding: .utf8)
      let lines = text.split(separator: "\n").filter { !$0.hasPrefix("--") }.joined(separator: "\n")
      return (lines + "\n").components(separatedBy: ";\n").filter { !$0.isEmpty }
    }

    func fill(_ database: any SQLDatabase) async throws {
      let statements = try statements()
      // Rows come before those that they refer to; and mariadb-dump escapes as MariaDB is used to.
      let preparation =
        maker == .mariaDB
        ? ["SET @kept_mode = @@sql_mode", "SET sql_mode = ''", "SET foreign_key_checks = 0"]
        : ["PRAGMA defer_foreign_keys = ON"]
      let end = maker == .mariaDB ? ["SET sql_mode = @kept_mode", "SET foreign_key_checks = 1"] : []
      try await database.changeSchema { connection in
        for statement in preparation + statements + end { try connection.execute(statement, []) }
      }
    }
  }

  private func counts(_ database: any SQLDatabase) async throws -> [String: Int] {
    try await database.read { connection in
      var counts: [String: Int] = [:]
      for row in try connection.query(database.dialect.listTables, []) {
        let table = try row.required("name", as: String.self)
        counts[table] = try connection.query("SELECT COUNT(*) AS count FROM \(table)", []).first?.required("count")
      }
      counts["schema_migrations"] = nil
      return counts
    }
  }

  @Test(arguments: Fixture.all) func `an earlier database is brought up to date with all that it holds`(
    _ fixture: Fixture
  ) async throws {
    try await fixture.maker.withDatabase { database in
      try await fixture.fill(database)
      #expect(try await database.read { try Migrator().version(of: database, $0) } == fixture.version)
      let before = try await counts(database)
      #expect(before.values.reduce(0, +) > 30)

      let store = try await Store.open(on: database, at: noon)
      let after = try await counts(database)
      for (table, count) in before { #expect(after[table] == count, "\(table)") }
      #expect(try await DatabaseCheck.complaints(about: database, at: noon) == [])

      let desired = try await store.desired()
      #expect(desired.spec.effectiveHost(try host("web-1"))?.retention?.name == (try name("short")))
      #expect(desired.spec.effectiveHost(try host("web-2"))?.excludes.map(\.description) == ["*.tmp", "*.iso"])
      #expect(try await store.notifications().keys.sorted() == [try name("hook")])
      #expect(try await store.runs(limit: 100).count == 8)
      #expect(try await store.run(2)?.state == .failed)
      #expect(try await store.run(1)?.log?.isEmpty == false)
      #expect(try await store.snapshots(of: try host("web-1")).count == before["snapshots"])
      #expect(try await store.pauses(at: noon).hosts[try host("web-2")]?.reason == "being rebuilt")
      #expect(try await store.purges(limit: 10).count == before["purges"])
      // What version 2 brought: backup roots that were in use before are adopted, and pins are kept.
      #expect(try await store.isRootAdopted(try #require(desired.spec.settings?.backupRoot)))
      #expect(try await store.pins(of: try host("web-1")).count == (fixture.version > 1 ? 1 : 0))
    }
  }

  @Test(arguments: Fixture.all) func `the program goes on with an earlier database`(_ fixture: Fixture) async throws {
    try await fixture.maker.withDatabase { database in
      try await fixture.fill(database)
      let store = try await Store.open(on: database, at: noon)
      for kind in RunKind.allCases {
        let id = try #require(try await store.queue(try request(kind), at: noon).runID)
        #expect(id > 8, "numbers are never given twice")
      }
      let worker = try await store.worker()
      let run = try #require(try await store.claimNext(of: [.backup], by: worker))
      #expect(try await store.finishRun(run, RunResult(state: .succeeded), by: worker, at: later(1)))
      var spec = Spec()
      spec.hosts[try host("web-9")] = Host()
      _ = try await store.apply(spec, as: .alice, prune: false, at: noon)
      #expect(try await store.desired().spec.hosts.count == (fixture.version > 1 ? 3 : 4))
    }
  }
}
