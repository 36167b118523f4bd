// SQLite itself: files and their modes, several processes on one file, and errors in words.

import Foundation
import Glibc
import Spec
import Store
import Support
import Testing

@Suite struct SQLiteDatabaseTests {
  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test func `what is made is its owner's alone`() async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.path("var/lib/pobsync/pobsync.sqlite3")
      let database = try await SQLiteDatabase.open(path)
      try await database.write { _ = try $0.execute("CREATE TABLE t (x TEXT) STRICT", []) }
      for directory in ["var", "var/lib", "var/lib/pobsync"] { #expect(mode(scratch.path(directory)) == 0o700) }
      for suffix in ["", "-wal", "-shm"] { #expect(mode(path + suffix) == 0o600, "\(suffix)") }
    }
  }

  @Test func `every commit is on the disk, and references hold`() async throws {
    try await withScratchDirectory { scratch in
      let database = try await SQLiteDatabase.open(scratch.path("a.sqlite3"))
      let pragmas: [SQLValue] = try await database.write { connection in
        try ["synchronous", "journal_mode", "foreign_keys", "busy_timeout"].map { name in
          let row = try #require(try connection.query("PRAGMA \(name)", []).first)
          return row[try #require(row.columns.first)]
        }
      }
      #expect(pragmas == [2, "wal", 1, 10_000])
    }
  }

  @Test func `plans and lists read snapshots from an index alone`() async throws {
    let database = try SQLiteDatabase.inMemory()
    _ = try await Store.open(on: database, at: noon)
    let queries = [
      "SELECT kind, name, status, started_at FROM snapshots WHERE host = 'a'",
      "SELECT host, COUNT(*) FROM snapshots GROUP BY host",
      "SELECT MAX(started_at) FROM snapshots WHERE host = 'a' AND status = 'success'",
    ]
    for query in queries {
      let steps: [String] = try await database.read { connection in
        try connection.query("EXPLAIN QUERY PLAN \(query)", []).map { try $0.required("detail") }
      }
      #expect(steps.allSatisfy { $0.contains("COVERING INDEX") }, "\(query): \(steps)")
    }
  }

  @Test func `two processes share one file`() async throws {
    try await withScratchDirectory { scratch in
      let location = try DatabaseLocation(parsing: scratch.path("shared.sqlite3"))
      let stores = try await [Store.open(location, at: noon), Store.open(location, at: noon)]
      try await withThrowingTaskGroup(of: Void.self) { group in
        for (index, store) in stores.enumerated() {
          for number in 0..<20 {
            group.addTask { try await store.declare("host-\(index)-\(number)") }
            group.addTask { _ = try await store.desired() }
          }
        }
        try await group.waitForAll()
      }
      for store in stores {
        #expect(try await store.desired().spec.hosts.count == 40)
        #expect(try await store.specRevision() == 40)
      }
    }
  }

  @Test func `a transaction that throws leaves nothing`() async throws {
    struct Stop: Error {}
    let database = try SQLiteDatabase.inMemory()
    try await database.write { _ = try $0.execute("CREATE TABLE t (x TEXT) STRICT", []) }
    await #expect(throws: Stop.self) {
      try await database.write { connection in
        try connection.insert("INSERT INTO t VALUES (?)", ["a"])
        throw Stop()
      }
    }
    let rows = try await database.read { try $0.query("SELECT x FROM t", []).count }
    #expect(rows == 0)
  }

  @Test func `values come back as they went in`() async throws {
    let values: [SQLValue] = [nil, -1, .integer(.max), .real(0.1), "", "naïve 🗄 '\"", .blob([0, 255]), .blob([])]
    let database = try SQLiteDatabase.inMemory()
    let read: [SQLValue] = try await database.read { connection in
      try values.map { try connection.query("SELECT ? AS v", [$0]).first?["v"] ?? "no row" }
    }
    #expect(read == values)
    let cut = try await database.read { try $0.query("SELECT ? AS v", ["a\0b"]).first?["v"] }
    #expect(cut == "a\u{FFFD}b")
  }

  // MARK: - Errors

  @Test(.timeLimit(.minutes(1))) func `a lock that is not released is told`() async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.path("a.sqlite3")
      let holder = try await SQLiteDatabase.open(path)
      let waiting = try await SQLiteDatabase.open(path, patience: 0.2)
      let error = await storeError {
        try await holder.write { connection in
          _ = try connection.execute("CREATE TABLE t (x TEXT) STRICT", [])
          // The lock is held until the other has given up.
          let ended = DispatchSemaphore(value: 0)
          let failure = Box()
          Task {
            do {
              try await waiting.write { connection in _ = try connection.execute("CREATE TABLE u (x TEXT)", []) }
            } catch { failure.error = error }
            ended.signal()
          }
          ended.wait()
          if let error = failure.error { throw error }
        }
      }
      #expect(error?.code == .locked)
      #expect(error?.message == "the database \(path) is locked by another process")
    }
  }

  @Test func `what is no database is told`() async throws {
    try await withScratchDirectory { scratch in
      let path = try scratch.write(String(repeating: "not a database\n", count: 200), to: "notes.txt")
      let error = await storeError { _ = try await SQLiteDatabase.open(path) }
      #expect(error?.code == .notADatabase)
      #expect(
        error?.description == "\(path) is not a SQLite database; name another file, or move this one away")
    }
  }

  @Test func `a place where no file can be is told`() async throws {
    try await withScratchDirectory { scratch in
      let path = try scratch.write("", to: "file") + "/pobsync.sqlite3"
      let error = await storeError { _ = try await SQLiteDatabase.open(path) }
      #expect(error?.code == .cannotOpen)
      #expect(error?.message == "the database \(path) cannot be created: Not a directory")

      let directory = try scratch.makeDirectory("pobsync.sqlite3")
      let other = await storeError { _ = try await SQLiteDatabase.open(directory) }
      #expect(other?.message == "the database \(directory) cannot be opened")
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may write anywhere"))
  func `a directory that is not ours is told`() async throws {
    try await withScratchDirectory { scratch in
      let directory = try scratch.makeDirectory("theirs")
      #expect(chmod(directory, 0o500) == 0)
      let error = await storeError { _ = try await SQLiteDatabase.open("\(directory)/pobsync.sqlite3") }
      #expect(error?.message == "the database \(directory)/pobsync.sqlite3 cannot be created: Permission denied")
    }
  }

  @Test func `a directory that no one may write is told`() async throws {
    let error = await storeError { _ = try await SQLiteDatabase.open("/proc/pobsync/pobsync.sqlite3") }
    #expect(error?.code == .cannotOpen)
    #expect(error?.remedy?.contains("--database") == true)
  }

  @Test func `a database that must not be written is told`() async throws {
    let database = try SQLiteDatabase.inMemory()
    let error = await storeError {
      try await database.write { connection in
        _ = try connection.execute("PRAGMA query_only = 1", [])
        _ = try connection.execute("CREATE TABLE t (x TEXT) STRICT", [])
      }
    }
    #expect(error?.code == .readOnly)
  }

  @Test func `a full disk is told, and nothing is written in part`() async throws {
    let database = try SQLiteDatabase.inMemory()
    try await database.write { _ = try $0.execute("CREATE TABLE t (x BLOB) STRICT", []) }
    let error = await storeError {
      try await database.write { connection in
        _ = try connection.query("PRAGMA max_page_count = 10", [])
        for _ in 0..<10 {
          try connection.insert("INSERT INTO t VALUES (?)", [.blob([UInt8](repeating: 0, count: 10_000))])
        }
      }
    }
    #expect(error?.code == .full)
    let rows = try await database.read { try $0.query("SELECT x FROM t", []).count }
    #expect(rows == 0)
  }

  @Test(.enabled(if: LoopFileSystem.isAvailable), arguments: [1_024, 4_096])
  func `a disk without room for the log's index is told, and does not end the process`(blockSize: Int) async throws {
    try await withLoopFileSystem(.ext4, sizeMiB: 8, options: ["-b", "\(blockSize)"]) { mountPoint in
      let path = "\(mountPoint)/a.sqlite3"
      do {
        let database = try await SQLiteDatabase.open(path)
        try await database.write { _ = try $0.execute("CREATE TABLE t (x TEXT) STRICT", []) }
      }
      let filler = try await fillFileSystem(at: mountPoint)
      let error = await storeError { _ = try await SQLiteDatabase.open(path) }
      #expect(error?.code == .full)
      #expect("\(try #require(error))".contains("its disk is full"))
      try FileManager.default.removeItem(atPath: filler)
      let tables = try await SQLiteDatabase.open(path).read { try $0.query("SELECT name FROM sqlite_master", []).count }
      #expect(tables == 1)
    }
  }

  @Test func `an error of a statement shows no arguments`() async throws {
    let database = try SQLiteDatabase.inMemory()
    let error = await storeError {
      try await database.write { connection in
        _ = try connection.execute("CREATE TABLE t (x TEXT NOT NULL CHECK (x = 'a')) STRICT", [])
        try connection.insert("INSERT INTO t VALUES (?)", ["secret"])
      }
    }
    #expect(error?.code == .constraint)
    #expect(error?.message.contains("INSERT INTO t VALUES (?)") == true)
    #expect(error?.message.contains("secret") == false)
  }
}

/// Carries an error out of a task. Written before the semaphore is signalled and read after: never at the same time.
private final class Box: @unchecked Sendable {
  var error: (any Error)?
}
