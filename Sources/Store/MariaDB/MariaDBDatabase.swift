// MariaDB as the store's database: a server that several machines may share.

#if MariaDB
  import Engine
  import Foundation
  import Spec

  /// A database on a MariaDB server, version 10.6 or newer.
  package struct MariaDBDatabase: SQLDatabase {
    package let dialect = SQLDialect.mariaDB
    package var place: String { pool.location.description }
    private let pool: MariaDBPool

    /// Connects to a database, which has to be there.
    ///
    /// - Parameters:
    ///   - lockPatience: how many seconds a transaction waits for others each time that it is tried.
    ///   - connections: how many there are at most.
    package static func open(
      _ location: MariaDBLocation, lockPatience: Int = 4, connections: Int = 8
    ) async throws -> MariaDBDatabase {
      var patience = MariaDBConnection.Patience()
      patience.locks = lockPatience
      let database = MariaDBDatabase(pool: MariaDBPool(location, patience: patience, size: connections))
      try await database.blockingRetried { try database.pool.with { try database.checkVersion($0) } }
      return database
    }

    package func read<Result: Sendable>(
      _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
      try await blockingRetried {
        try pool.with { connection in
          try connection.command("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
          return try ended(connection, by: .rollback) { try body(connection) }
        }
      }
    }

    /// Runs `body` in a transaction that comes after every other that writes.
    ///
    /// The store's transactions decide by what they have read: whether a run of a host is running, whether a lease is
    /// void, which number a change gets, whether a resource is referred to. SQLite lets one write at a time, and they
    /// rest on that. Here, each first changes the one row of `write_turns`, which the next waits for. These need it:
    ///
    /// - `claimRun`, `queue`, `requeueRun`, `finishRun`, `cancelRun`, `endWorker`, `interruptOrphans`: limits, and one
    ///   unfinished run of a kind and one running run a host.
    /// - `acquireLease`, and all that call `checkHeld`: that the lease is held when the transaction commits.
    /// - `touch`, and so nearly all others: revisions become visible in their order, and none is passed over.
    /// - `apply`, `delete`, `forget`: references, ownership, and the order of `spec_changes`.
    /// - `record` of events, `tell`, `completePurges`, `rememberRoot`, the pins: they look first, and insert after.
    /// - `claim`, `finish` and `retry` of deliveries, `release`, `renew`: these alone would do without, for each
    ///   changes one row under a condition.
    ///
    /// So the cost grows with the number of writes and not with that of hosts: each waits for those before it, a few
    /// milliseconds each, with what it takes to commit. A fleet of thousands writes a few times a second.
    package func write<Result: Sendable>(
      _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
      try await blockingRetried {
        try pool.with { connection in
          try connection.command("START TRANSACTION")
          return try ended(connection, by: .commit) {
            try takeTurn(connection)
            return try body(connection)
          }
        }
      }
    }

    package func changeSchema<Result: Sendable>(
      _ body: @escaping @Sendable (any SQLConnection) throws -> Result
    ) async throws -> Result {
      try await blockingRetried {
        try pool.with { connection in
          try takeSchemaLock(connection)
          // The lock goes with the session as well.
          defer {
            if connection.isUsable { _ = try? connection.query("SELECT RELEASE_LOCK(\(Self.schemaLock))", []) }
          }
          try connection.command("START TRANSACTION")
          return try ended(connection, by: .commit) { try body(connection) }
        }
      }
    }

    // MARK: - Transactions

    private enum End: String {
      case commit = "COMMIT"
      case rollback = "ROLLBACK"
    }

    /// Runs `body` in the transaction that has begun, and ends that.
    private func ended<Result>(
      _ connection: MariaDBConnection, by end: End, _ body: () throws -> Result
    ) throws -> Result {
      let result: Result
      do {
        result = try body()
      } catch {
        // If this fails, the server ends the transaction with the session.
        do { try connection.command(End.rollback.rawValue) } catch { connection.giveUp() }
        throw error
      }
      do {
        try connection.command(end.rawValue)
      } catch let error as MariaDBError where error.endsConnection {
        // What was read was read.
        guard end == .commit else { return result }
        throw StoreError(unknownOutcomeAt: pool.location, error)
      }
      return result
    }

    private func takeTurn(_ connection: MariaDBConnection) throws {
      do {
        // This makes no view of what there is: what the transaction reads next is all that others have committed. It is
        // a change and not only a lock so that the server gives up on a client that died here.
        let turned = try connection.execute("UPDATE \(SQLDialect.turnsTable) SET turn = turn + 1 WHERE id = 1", [])
        if turned == 0 {
          try connection.execute("INSERT INTO \(SQLDialect.turnsTable) (id, turn) VALUES (1, 1)", [])
        }
      } catch let error as MariaDBError where error.isMissingTable {
        // A database without tables; the schema's lock keeps those apart who make them.
      }
    }

    /// Named after the database, for the names are the whole server's.
    private static let schemaLock = "CONCAT('pobsync ', MD5(DATABASE()))"
    /// In seconds; another's steps may be long.
    private static let schemaPatience = 60

    private func takeSchemaLock(_ connection: MariaDBConnection) throws {
      let rows = try connection.query("SELECT GET_LOCK(\(Self.schemaLock), \(Self.schemaPatience)) AS taken", [])
      guard rows.first?["taken"] == 1 else {
        throw StoreError(
          .locked, "another process is bringing the database \(place) up to date",
          remedy: "try again once it has ended; nothing was changed")
      }
    }

    private func checkVersion(_ connection: MariaDBConnection) throws {
      let version: String = try connection.query("SELECT VERSION() AS version", []).first?.required("version") ?? ""
      let numbers = version.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
      guard version.contains("MariaDB"), !numbers.lexicographicallyPrecedes([10, 6]) else {
        throw StoreError(
          .cannotOpen, "the server of the database \(place) is version \(version)",
          remedy: "use a MariaDB server of version 10.6 or newer")
      }
    }

    // MARK: - Trying again

    private static var mostAttempts: Int { 3 }

    /// Runs `body` off the threads of tasks. What fails for another transaction's sake, or with the connection before
    /// it commits, has changed nothing, and is run again from its start: a body is a function of the connection alone.
    private func blockingRetried<Result: Sendable>(
      _ body: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
      let location = pool.location
      return try await blocking {
        var attempt = 1
        while true {
          do {
            return try body()
          } catch let error as MariaDBError {
            guard error.isConflict || error.endsConnection, attempt < Self.mostAttempts else {
              throw StoreError(error, at: location)
            }
            attempt += 1
          }
        }
      }
    }
  }
#endif
