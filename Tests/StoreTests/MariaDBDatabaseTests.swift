// MariaDB itself: real servers that are killed, refuse, encrypt and keep transactions waiting.

#if MariaDB
  import Engine
  import Foundation
  import Spec
  import Support
  import Synchronization
  import Testing

  @testable import Store

  @Suite(.enabled(if: MariaDBServer.isInstalled, "no MariaDB server is installed")) struct MariaDBDatabaseTests {
    private func withTable(_ body: (MariaDBDatabase, MariaDBLocation) async throws -> Void) async throws {
      try await MariaDBServer.withDatabase { location in
        let database = try await MariaDBDatabase.open(location, lockPatience: 1)
        try await database.write { connection in
          _ = try connection.execute(
            "CREATE TABLE t (k VARCHAR(191) PRIMARY KEY, v LONGTEXT) CHARSET utf8mb4 COLLATE utf8mb4_nopad_bin", [])
          for statement in MariaDBSchema.turns { try connection.execute(statement, []) }
        }
        try await body(database, location)
      }
    }

    private func keys(_ database: MariaDBDatabase) async throws -> [String] {
      try await database.read { connection in
        try connection.query("SELECT k FROM t ORDER BY k", []).map { try $0.required("k") }
      }
    }

    // MARK: - Values

    @Test func `values come back as they went in`() async throws {
      try await withTable { database, _ in
        let long = String(repeating: "naïve 🗄 ", count: 100_000)
        let values: [SQLValue] = [
          nil, -1, .integer(.max), .integer(.min), .real(0.1), "", "naïve 🗄 '\"\\", .text(long), .blob([0, 255]),
          .blob([]), .blob([UInt8](repeating: 7, count: 1000)),
        ]
        let read: [SQLValue] = try await database.read { connection in
          try values.map { try connection.query("SELECT ? AS v", [$0]).first?["v"] ?? "no row" }
        }
        #expect(read == values)
        let cut = try await database.read { try $0.query("SELECT ? AS v", ["a\0b"]).first?["v"] }
        #expect(cut == "a\u{FFFD}b")
      }
    }

    @Test func `names differ if their bytes do, and stand in the order of these`() async throws {
      try await withTable { database, _ in
        let names = ["a", "A", "a ", "ä", "a\u{308}", "Ä", "ss", "ß", "🗄", "z", "Z", "é", "\u{FFFD}"]
        try await database.write { connection in
          for name in names { try connection.insert(into: "t", [("k", name.sqlValue), ("v", name.sqlValue)]) }
        }
        let ordered = names.sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        #expect(try await keys(database).map { Array($0.utf8) } == ordered.map { Array($0.utf8) })
        for name in names {
          let found = try await database.read { try $0.query("SELECT v FROM t WHERE k = ?", [name.sqlValue]).count }
          #expect(found == 1, "\(name)")
        }
      }
    }

    @Test func `moments keep their microseconds`() async throws {
      try await withTable { database, _ in
        let moment = try #require(Timestamp.date("2026-05-19T12:00:00.123457Z"))
        try await database.write { connection in
          _ = try connection.insert(into: "t", [("k", "a"), ("v", moment.sqlValue)])
        }
        let read: Date? = try await database.read { try $0.query("SELECT v FROM t", []).first?.required("v") }
        #expect(read == moment)
      }
    }

    @Test func `rows come one after the other, and the rest may be left`() async throws {
      struct Enough: Error {}
      try await withTable { database, _ in
        try await database.write { connection in
          let rows = (0..<500).map { number -> [(name: String, value: SQLValue)] in
            [("k", "\(1000 + number)".sqlValue), ("v", String(repeating: "x", count: number * 10).sqlValue)]
          }
          try connection.insert(into: "t", rows: rows)
        }
        let lengths = Locked<[Int]>([])
        try await database.read { connection in
          try connection.forEachRow("SELECT k, v FROM t ORDER BY k", []) { row in
            lengths.with { $0.append(row.text(1)?.count ?? -1) }
          }
        }
        #expect(lengths.with { $0 } == (0..<500).map { $0 * 10 })
        await #expect(throws: Enough.self) {
          try await database.read { connection in
            try connection.forEachRow("SELECT k FROM t", []) { _ in throw Enough() }
          }
        }
        #expect(try await keys(database).count == 500)
      }
    }

    @Test func `an update tells how many rows its condition selected`() async throws {
      try await withTable { database, _ in
        let counts: [Int] = try await database.write { connection in
          try connection.insert(into: "t", [("k", "a"), ("v", "1")])
          return [
            try connection.update("t", set: [("v", "1")], where: "k = ?", ["a"]),
            try connection.update("t", set: [("v", "2")], where: "k = ?", ["b"]),
          ]
        }
        #expect(counts == [1, 0])
      }
    }

    // MARK: - Transactions

    @Test func `a transaction that throws leaves nothing, and a read changes nothing`() async throws {
      struct Stop: Error {}
      try await withTable { database, _ in
        await #expect(throws: Stop.self) {
          try await database.write { connection in
            try connection.insert(into: "t", [("k", "a")])
            throw Stop()
          }
        }
        let error = await storeError { try await database.read { _ = try $0.execute("DELETE FROM t", []) } }
        #expect(error?.code == .readOnly)
        let left = try await keys(database)
        #expect(left.isEmpty)
      }
    }

    @Test func `transactions that write come one after the other`() async throws {
      try await withTable { database, location in
        let other = try await MariaDBDatabase.open(location, lockPatience: 60)
        try await database.write { _ = try $0.insert(into: "t", [("k", "counter"), ("v", "0")]) }
        let patient = try await MariaDBDatabase.open(location, lockPatience: 60)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for number in 0..<40 {
            let database = number.isMultiple(of: 2) ? other : patient
            group.addTask {
              try await database.write { connection in
                // Without a lock: it rests on the order alone.
                let row = try connection.query("SELECT v FROM t WHERE k = 'counter'", []).first
                let text: String? = try row?.required("v")
                let next = (text.flatMap { Int($0) } ?? 0) + 1
                try connection.update("t", set: [("v", "\(next)".sqlValue)], where: "k = 'counter'", [])
              }
            }
          }
          try await group.waitForAll()
        }
        let last = try await database.read { try $0.query("SELECT v FROM t", []).first?["v"] }
        #expect(last == "40")
      }
    }

    @Test func `a deadlock is run again from its start`() async throws {
      try await withTable { database, _ in
        try await database.write { connection in
          for key in ["a", "b"] { try connection.insert(into: "t", [("k", key.sqlValue), ("v", "0")]) }
          // So that two transactions may lock in different orders.
          try connection.execute("DROP TABLE write_turns", [])
        }
        let meeting = Meeting(of: 2)
        let attempts = Locked(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
          for order in [["a", "b"], ["b", "a"]] {
            group.addTask {
              try await database.write { connection in
                attempts.with { $0 += 1 }
                for (place, key) in order.enumerated() {
                  if place == 1 { meeting.arrive() }
                  try connection.execute("UPDATE t SET v = v + 1 WHERE k = ?", [key.sqlValue])
                }
              }
            }
          }
          try await group.waitForAll()
        }
        #expect(attempts.with { $0 } == 3)
        let sums: [String] = try await database.read { connection in
          try connection.query("SELECT v FROM t ORDER BY k", []).map { try $0.required("v") }
        }
        #expect(sums == ["2", "2"])
      }
    }

    @Test(.timeLimit(.minutes(1))) func `a lock that is not released is told`() async throws {
      try await withTable { database, location in
        let waiting = try await MariaDBDatabase.open(location, lockPatience: 1)
        let error = Locked<StoreError?>(nil)
        try await database.write { _ in
          let ended = DispatchSemaphore(value: 0)
          Task {
            do {
              try await waiting.write { _ = try $0.query("SELECT 1", []) }
            } catch let failure {
              error.with { $0 = failure as? StoreError }
            }
            ended.signal()
          }
          ended.wait()
        }
        #expect(error.with { $0 }?.code == .locked)
      }
    }

    // MARK: - Lost connections

    @Test func `a connection that was killed is replaced, and the transaction run again`() async throws {
      try await withTable { database, location in
        let killer = try await MariaDBDatabase.open(location)
        let attempts = Locked(0)
        try await database.write { connection in
          attempts.with { $0 += 1 }
          try connection.insert(into: "t", [("k", "a")])
          guard attempts.with({ $0 }) == 1 else { return }
          let id: Int64 = try connection.query("SELECT CONNECTION_ID() AS id", []).first?.required("id") ?? 0
          let killed = DispatchSemaphore(value: 0)
          Task {
            _ = try? await killer.read { try $0.execute("KILL \(id)", []) }
            killed.signal()
          }
          killed.wait()
          try connection.execute("UPDATE t SET v = 'x' WHERE k = 'a'", [])
        }
        #expect(attempts.with { $0 } == 2)
        #expect(try await keys(database) == ["a"])
      }
    }

    @Test func `a connection lost while committing is not run again, and told`() async throws {
      try await withTable { database, location in
        let killer = try await MariaDBDatabase.open(location)
        let attempts = Locked(0)
        let error = await storeError {
          try await database.write { connection in
            attempts.with { $0 += 1 }
            let id: Int64 = try connection.query("SELECT CONNECTION_ID() AS id", []).first?.required("id") ?? 0
            let killed = DispatchSemaphore(value: 0)
            Task {
              _ = try? await killer.read { try $0.execute("KILL \(id)", []) }
              killed.signal()
            }
            killed.wait()
          }
        }
        #expect(error?.code == .unknownOutcome)
        #expect(error?.message.contains("it is not known whether it has") == true)
        #expect(attempts.with { $0 } == 1)
      }
    }

    @Test func `a server that was restarted is used again`() async throws {
      try await withScratchDirectory { scratch in
        let server = try await MariaDBServer(in: scratch.path("server"))
        try await server.start()
        let database = try await MariaDBDatabase.open(server.makeDatabase())
        let store = try await Store.open(on: database, at: noon)
        try await store.declare("web-1")
        try await server.stop()
        let error = await storeError { _ = try await store.desired() }
        #expect(error?.code == .cannotOpen)
        try await server.start()
        #expect(try await store.desired().spec.hosts.count == 1)
        try await server.stop()
      }
    }

    // MARK: - Statements

    @Test func `a server without room for further statements gets room made`() async throws {
      try await withScratchDirectory { scratch in
        let server = try await MariaDBServer(in: scratch.path("server"))
        try await server.start()
        let database = try await MariaDBDatabase.open(server.makeDatabase())
        let sums = try await database.write { connection in
          try connection.execute("SET GLOBAL max_prepared_stmt_count = 5", [])
          return try (1...20).map { number in
            try connection.query("SELECT \(number) + ? AS sum", [.integer(1)]).first?.required("sum") as Int64?
          }
        }
        #expect(sums == (2...21).map(Int64.init))
        try await server.stop()
      }
    }

    // MARK: - Opening

    @Test func `what cannot be opened is told`() async throws {
      try await MariaDBServer.withDatabase { location in
        let missing = await storeError {
          let place = location.description.replacing(location.database, with: "nowhere")
          _ = try await MariaDBDatabase.open(MariaDBLocation(parsing: place))
        }
        #expect(missing?.code == .cannotOpen)
        #expect(missing?.message.hasSuffix("does not exist on its server") == true)
        let away = await storeError {
          _ = try await MariaDBDatabase.open(MariaDBLocation(parsing: "mariadb://root@/x?socket=/nowhere/socket"))
        }
        #expect(away?.code == .cannotOpen)
        #expect(away?.message.contains("cannot be reached") == true)
      }
    }

    @Test func `an error of a statement shows no arguments`() async throws {
      try await withTable { database, _ in
        let error = await storeError {
          try await database.write { connection in
            for _ in 0..<2 { try connection.insert(into: "t", [("k", "secret")]) }
          }
        }
        #expect(error?.code == .constraint)
        #expect(error?.message.contains("INSERT INTO t") == true)
        #expect(error?.message.contains("secret") == false)
      }
    }

    @Test func `passwords and certificates are checked`() async throws {
      try await withScratchDirectory { scratch in
        let authority = try await Self.makeAuthority(in: scratch, name: "ca")
        let stranger = try await Self.makeAuthority(in: scratch, name: "stranger")
        let server = try await MariaDBServer(
          in: scratch.path("server"), certificate: Self.makeCertificate(in: scratch, signedBy: authority))
        try await server.start()
        let made = try await server.makeDatabase()
        try await server.administer("CREATE USER 'pob'@'%' IDENTIFIED BY 'open sesame'")
        try await server.administer("GRANT ALL ON \(made.database).* TO 'pob'@'%'")
        let right = try scratch.write("open sesame\n", to: "right", mode: 0o600)
        let wrong = try scratch.write("open barley\n", to: "wrong", mode: 0o600)
        let port = try #require(server.port)
        func location(_ rest: String) throws -> MariaDBLocation {
          try MariaDBLocation(parsing: "mariadb://pob@127.0.0.1:\(port)/\(made.database)?\(rest)")
        }

        let database = try await MariaDBDatabase.open(location("ca=\(authority).pem&password_file=\(right)"))
        let cipher = try await database.read { try $0.query("SHOW STATUS LIKE 'Ssl_cipher'", []).first?["Value"] }
        #expect(cipher.map { $0 != "" } == true)

        let refused = await storeError {
          _ = try await MariaDBDatabase.open(location("ca=\(authority).pem&password_file=\(wrong)"))
        }
        #expect(refused?.code == .cannotOpen)
        #expect(refused?.remedy?.contains("is what the file \(wrong) holds the user's password") == true)
        for secret in ["barley", "sesame"] { #expect(refused?.description.contains(secret) == false) }

        for verification in ["ca=\(stranger).pem", "tls=verify"] {
          let untrusted = await storeError {
            _ = try await MariaDBDatabase.open(location("\(verification)&password_file=\(right)"))
          }
          #expect(untrusted?.code == .cannotOpen)
          #expect(untrusted?.message.hasPrefix("no encrypted connection to") == true, "\(verification)")
        }
        let nobody = await storeError {
          _ = try await MariaDBDatabase.open(location("tls=off&password_file=\(scratch.path("none"))"))
        }
        #expect(nobody?.message.contains("the file is empty or not there") == true)
        try await server.stop()
      }
    }

    /// Makes a key and a certificate, `name.key` and `name.pem`.
    /// - Returns: their path without the ending.
    private static func makeAuthority(in scratch: ScratchDirectory, name: String) async throws -> String {
      let path = scratch.path(name)
      try await runTool(
        "openssl",
        ["req", "-x509", "-subj", "/CN=\(name)", "-days", "2", "-out", "\(path).pem"] + newKey("\(path).key")
      ).check()
      return path
    }

    private static func makeCertificate(
      in scratch: ScratchDirectory, signedBy authority: String
    ) async throws -> MariaDBServer.Certificate {
      let path = scratch.path("server-certificate")
      let names = try scratch.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n", to: "names")
      try await runTool(
        "openssl", ["req", "-subj", "/CN=localhost", "-out", "\(path).csr"] + newKey("\(path).key")
      ).check()
      try await runTool(
        "openssl",
        [
          "x509", "-req", "-in", "\(path).csr", "-CA", "\(authority).pem", "-CAkey", "\(authority).key",
          "-CAcreateserial", "-days", "2", "-extfile", names, "-out", "\(path).pem",
        ]
      ).check()
      return MariaDBServer.Certificate(
        authority: "\(authority).pem", certificate: "\(path).pem", key: "\(path).key")
    }

    private static func newKey(_ path: String) -> [String] {
      ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path]
    }
  }

  /// A point that nobody passes before all have come to it once.
  private final class Meeting: Sendable {
    private let missing: Mutex<Int>
    private let gate = DispatchSemaphore(value: 0)

    init(of count: Int) { missing = Mutex(count) }

    func arrive() {
      let left = missing.withLock { missing in
        missing -= 1
        return missing
      }
      // The last lets all through; who comes after that does not stop.
      if left == 0 { gate.signal() }
      guard left >= 0 else { return }
      gate.wait()
      gate.signal()
    }
  }
#endif
