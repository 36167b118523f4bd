// Copies, backups and checks of whole databases, between all brands that there are.

import Engine
import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Store

@Suite struct DatabaseCopyTests {
  /// Fills a store with something of everything: a generated spec, snapshots whose bases come later, runs, and a gap at
  /// the end of the numbers.
  private func fill(_ store: Store, seed: UInt64) async throws {
    var generator = SpecGenerator(seed: seed)
    _ = try await store.apply(try generator.spec(), as: .alice, prune: false, at: noon)
    _ = try await store.apply(try generator.variation(of: store.desired().spec), as: .bob, prune: false, at: later(1))
    let web = try host("web-1")
    try await store.declare("web-1")
    var stats = SnapshotStats()
    stats.files = 12
    stats.durationSeconds = 0.1
    let base = SnapshotBase(kind: "scheduled", name: try snapshotID(2).name.description, path: "/p/é \u{1F5C4}")
    let early = Snapshot(
      host: web, id: try snapshotID(1), status: .success, startedAt: later(1), base: base, stats: stats,
      metadata: String(repeating: "naïve 🗄 ", count: 10_000))
    let late = Snapshot(host: web, id: try snapshotID(2), status: .success, startedAt: later(2), stats: stats)
    _ = try await store.replaceSnapshots(of: web, with: [early, late], at: noon)
    let worker = try await store.worker()
    let run = try await store.begin(try request(), by: worker)
    let result = RunResult(state: .failed, log: String(repeating: "line ß\n", count: 5000))
    try await store.finishRun(run, result, by: worker, at: later(3))
    let gone = try #require(try await store.queue(try request(of: "web-2"), at: noon).runID)
    try await store.database.write { _ = try $0.execute("DELETE FROM runs WHERE id = ?", [gone.sqlValue]) }
    try await store.pause(nil, Pause(until: nil, reason: "tonight", actor: "alice", pausedAt: noon))
    try await store.queueDeliveries(
      [NewDelivery(notification: try name("tell"), host: web, notice: "{}")], at: noon)
    try await store.addUser("ann")
    try await store.signIn("ann", 1)
    _ = try await store.createToken(
      try name("ci"), digest: try digest(2), role: .viewer, by: "ann", expiresAt: nil, at: noon)
    try await store.recordAudit(
      NewAuditEntry(
        actor: "ann", role: .operator, address: "192.0.2.1", action: "host.pause", subject: "host/web-1",
        before: .map([YAMLPair("paused", .bool(false))])), at: noon)
    _ = try await store.admitLogin(of: try account("ann"), from: "192.0.2.1", at: noon)
  }

  @Test(arguments: DatabaseMaker.allCases, DatabaseMaker.allCases) func `everything moves, and numbers go on`(
    _ from: DatabaseMaker, _ to: DatabaseMaker
  ) async throws {
    let seed = freshSeed("copy")
    try await from.withStore { store, source in
      try await fill(store, seed: seed)
      try await to.withDatabase { target in
        let copy = try await DatabaseCopy.make(from: source, to: target, at: noon)
        #expect(copy.holders == ["worker/a"])
        let snapshots = copy.tables.first { $0.name == "snapshots" }
        #expect(snapshots?.checksum.rows == 2)

        let moved = try await Store.open(on: target, at: later(9))
        #expect(try await moved.desired().spec == store.desired().spec, "seed \(seed)")
        #expect(try await moved.snapshots() == store.snapshots())
        #expect(try await moved.runs(limit: 99) == store.runs(limit: 99))
        #expect(try await moved.run(1)?.log == store.run(1)?.log)
        #expect(try await moved.specChanges(limit: 999) == store.specChanges(limit: 999))
        #expect(try await moved.hostChanges(after: 0) == store.hostChanges(after: 0))
        #expect(try await moved.users() == store.users())
        #expect(try await moved.session(try digest(1), at: noon) == store.session(try digest(1), at: noon))
        #expect(try await moved.tokens() == store.tokens())
        #expect(try await moved.audit(limit: 9) == store.audit(limit: 9))
        #expect(try await DatabaseCheck.complaints(about: target, at: noon) == [])
        let links: [Int64?] = try await target.read { connection in
          try connection.query("SELECT base_id FROM snapshots ORDER BY name", []).map { try $0.optional("base_id") }
        }
        #expect(links.count == 2 && links[0] != nil && links[1] == nil)
        // The number of the run that was deleted last is not given again.
        let (old, new) = (
          try await store.queue(try request(.prune), at: noon), try await moved.queue(try request(.prune), at: noon)
        )
        #expect(old == new)

        let again = await storeError { _ = try await DatabaseCopy.make(from: source, to: target, at: noon) }
        #expect(again?.code == .refused)
        #expect(again?.message.contains("is in use") == true)
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `a copy that is cut off leaves the target empty`(
    _ maker: DatabaseMaker
  ) async throws {
    try await DatabaseMaker.sqliteMemory.withStore { store, source in
      try await fill(store, seed: 1)
      // What the target refuses half-way.
      try await source.write { connection in
        _ = try connection.execute("PRAGMA ignore_check_constraints = 1", [])
        _ = try connection.execute("UPDATE runs SET state = 'nonsense'", [])
      }
      try await maker.withDatabase { target in
        let error = await storeError { _ = try await DatabaseCopy.make(from: source, to: target, at: noon) }
        #expect(error?.code == .constraint)
        let moved = try await Store.open(on: target, at: noon)
        #expect(try await moved.desired().spec == Spec())
        #expect(try await moved.snapshots().isEmpty)
      }
    }
  }

  @Test func `what is empty or older is not copied`() async throws {
    let (empty, old, target) = (
      try SQLiteDatabase.inMemory(), try SQLiteDatabase.inMemory(), try SQLiteDatabase.inMemory()
    )
    let nothing = await storeError { _ = try await DatabaseCopy.make(from: empty, to: target, at: noon) }
    #expect(nothing?.message == "nothing was copied: the database memory is empty")
    try await Migrator(migrations: Array(Migration.all.prefix(1))).migrate(old, at: noon)
    let error = await storeError { _ = try await DatabaseCopy.make(from: old, to: target, at: noon) }
    #expect(error?.code == .refused)
    #expect(error?.message.contains("has schema version 1") == true)
  }

  // MARK: - Checksums

  @Test func `a checksum tells rows apart whatever their order`() {
    func checksum(_ rows: [[SQLValue]]) -> TableChecksum {
      var checksum = TableChecksum()
      for row in rows { checksum.add(row) }
      return checksum
    }
    let rows: [[SQLValue]] = [
      ["a", "b"], ["ab", ""], [1, nil], [nil, 1], [.real(1), nil], ["1", nil], [.blob([49]), nil],
    ]
    #expect(checksum(rows) == checksum(rows.reversed()))
    #expect(Set(rows.map { checksum([$0]) }).count == rows.count)
    #expect(checksum([rows[0], rows[0]]) != checksum([rows[1], rows[1]]))
    #expect(checksum(rows).description.count == 32)
  }

  // MARK: - Backups and checks

  @Test(arguments: DatabaseMaker.allCases) func `a backup is one file that is a database`(
    _ maker: DatabaseMaker
  ) async throws {
    try await withScratchDirectory { scratch in
      try await maker.withStore { store, database in
        try await fill(store, seed: 2)
        let path = scratch.path("backup.sqlite3")
        try await DatabaseBackup.make(of: database, into: path, at: noon)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["backup.sqlite3"])
        var status = stat()
        let code = lstat(path, &status)
        #expect(code == 0 && status.st_mode & 0o7777 == 0o600)
        let again = await storeError { try await DatabaseBackup.make(of: database, into: path, at: noon) }
        #expect(again?.code == .refused)

        let copy = try await Store.open(on: SQLiteDatabase.open(path), at: noon)
        #expect(try await copy.desired().spec == store.desired().spec)
        #expect(try await copy.snapshots() == store.snapshots())
      }
    }
  }

  @Test func `a backup that was cut off is not taken for one`() async throws {
    try await withScratchDirectory { scratch in
      let database = try SQLiteDatabase.inMemory()
      _ = try await Store.open(on: database, at: noon)
      let partial = try scratch.write("half", to: "backup.sqlite3.partial")
      let error = await storeError {
        try await DatabaseBackup.make(of: database, into: scratch.path("backup.sqlite3"), at: noon)
      }
      #expect(error?.code == .refused)
      #expect(error?.message.contains(partial) == true)
      let nowhere = await storeError {
        try await DatabaseBackup.make(of: database, into: scratch.path("none/backup.sqlite3"), at: noon)
      }
      #expect(nowhere?.code == .cannotOpen)
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `a check names what is wrong`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store, database in
      try await store.declare("web-1")
      #expect(try await DatabaseCheck.complaints(about: database, at: noon) == [])
      try await database.write { connection in
        _ = try connection.execute("UPDATE hosts SET ssh_port = 99999", [])
        _ = try connection.execute("UPDATE host_revisions SET latest = 0", [])
        _ = try connection.insert("INSERT INTO host_changes (host, revision) VALUES ('web-1', 7)", [])
      }
      let complaints = try await DatabaseCheck.complaints(about: database, at: noon)
      #expect(complaints.count == 2, "\(complaints)")
      #expect(complaints.first == "host_changes is at 7, ahead of host_revisions at 0")
      #expect(complaints.last?.contains("the row `web-1` of the table hosts cannot be read") == true)
    }
  }
}
