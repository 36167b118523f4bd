// One connection to a MariaDB server, its session set up so that SQL means there what it means in SQLite.

#if MariaDB
  import CMariaDB
  import Glibc
  import Spec

  /// A connection. Its calls block, and only one thread may use it at a time: the pool sees to that.
  final class MariaDBConnection: SQLConnection, @unchecked Sendable {
    private let handle: UnsafeMutablePointer<MYSQL>
    private var statements: [String: MariaDBStatement] = [:]
    /// False once a call has failed in a way after which nothing more can be said through this connection.
    private(set) var isUsable = true

    /// In seconds.
    struct Patience: Sendable {
      /// Until a connection is there.
      var connecting: UInt32 = 10
      /// For what another transaction holds. The server counts whole seconds.
      var locks = 4
      /// For any answer. Changes of the schema of a large database take their time.
      var answers: UInt32 = 600
      /// How long the server waits for the next statement of a transaction that writes, before it takes the client for
      /// dead and frees what the transaction holds. Without it, a machine that lost its power would hold it for hours.
      var transactions = 60
    }

    /// - Parameter password: nil for an account without one.
    init(_ location: MariaDBLocation, password: String?, patience: Patience) throws {
      guard MariaDBConnection.isLibraryReady, let handle = mysql_init(nil) else {
        throw MariaDBError(code: MariaDBError.outOfMemory, message: "there is no memory left", sql: nil)
      }
      self.handle = handle
      MariaDBConnection.prepare(handle, for: location, patience)
      guard MariaDBConnection.connect(handle, to: location, password: password) else { throw error(in: nil) }
      // The library leaves it open to programs that are run: rsync and hooks have no business with it.
      _ = fcntl(mysql_get_socket(handle), F_SETFD, FD_CLOEXEC)
      for statement in MariaDBConnection.session(patience) { try command(statement) }
    }

    deinit {
      // Statements are closed through their connection.
      statements = [:]
      mysql_close(handle)
    }

    /// A statement without arguments and rows, in the protocol of texts: those about transactions and the session.
    func command(_ sql: String) throws {
      guard mysql_real_query(handle, sql, UInt(sql.utf8.count)) == 0 else { throw noted(error(in: sql)) }
    }

    /// Makes this connection one that is not used again.
    func giveUp() { isUsable = false }

    // MARK: - The seam

    @discardableResult
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
      try run(sql, arguments) { $0.affectedRows }
    }

    @discardableResult
    func insert(_ sql: String, _ arguments: [SQLValue]) throws -> Int64 {
      try run(sql, arguments) { $0.insertedID }
    }

    func query(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
      try run(sql, arguments) { try $0.result(isKept: true).rows() }
    }

    /// Rows come as they are read, so that a large table needs no memory: until the last, `body` must not use this
    /// connection.
    func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLCells) throws -> Void) throws {
      try run(sql, arguments) { statement in
        let result = try statement.result(isKept: false)
        while try result.next() { try body(result) }
      }
    }

    private func run<Result>(
      _ sql: String, _ arguments: [SQLValue], _ read: (MariaDBStatement) throws -> Result
    ) throws -> Result {
      do {
        let statement = try executed(sql, arguments)
        defer { statement.finish() }
        return try read(statement)
      } catch {
        // What state it is in is not known; closing it also takes the rows off the line that were not read.
        statements[sql] = nil
        throw noted(error)
      }
    }

    /// A table may have got another column since a query was prepared: then it is prepared anew. Only what gives rows fails
    /// over that, and changes nothing by being executed twice.
    private func executed(_ sql: String, _ arguments: [SQLValue]) throws -> MariaDBStatement {
      do {
        let statement = try statement(sql)
        try statement.execute(arguments)
        return statement
      } catch let error as MariaDBError where error.isOfOtherColumns {
        statements[sql] = nil
        let statement = try statement(sql)
        try statement.execute(arguments)
        return statement
      }
    }

    private func statement(_ sql: String) throws -> MariaDBStatement {
      if let statement = statements[sql] { return statement }
      // Statements that insert many rows come in many lengths. The server keeps only so many.
      if statements.count >= Self.mostStatements { statements = [:] }
      let statement = try prepare(sql)
      statements[sql] = statement
      return statement
    }

    /// Where the server has no room for one more, for it counts those of all its clients, ours make room.
    private func prepare(_ sql: String) throws -> MariaDBStatement {
      do {
        return try MariaDBStatement(sql, on: handle)
      } catch let error as MariaDBError where error.isOutOfStatements && !statements.isEmpty {
        statements = [:]
        return try MariaDBStatement(sql, on: handle)
      }
    }

    private static var mostStatements: Int { 200 }

    private func noted(_ error: any Error) -> any Error {
      if let error = error as? MariaDBError, error.endsConnection { isUsable = false }
      return error
    }

    private func error(in sql: String?) -> MariaDBError {
      MariaDBError(code: mysql_errno(handle), message: String(cString: mysql_error(handle)), sql: sql)
    }
  }

  // MARK: - Connecting

  extension MariaDBConnection {
    /// The library asks to be set up before threads use it.
    private static let isLibraryReady = mysql_server_init(0, nil, nil) == 0

    private static func prepare(
      _ handle: UnsafeMutablePointer<MYSQL>, for location: MariaDBLocation, _ patience: Patience
    ) {
      func setNumber(_ option: mysql_option, _ value: UInt32) {
        var value = value
        mysql_options(handle, option, &value)
      }
      func setFlag(_ option: mysql_option, _ isOn: Bool) {
        var value: my_bool = isOn ? 1 : 0
        mysql_options(handle, option, &value)
      }
      setNumber(MYSQL_OPT_CONNECT_TIMEOUT, patience.connecting)
      setNumber(MYSQL_OPT_READ_TIMEOUT, patience.answers)
      setNumber(MYSQL_OPT_WRITE_TIMEOUT, patience.answers)
      // A server must not ask for files of this machine.
      setNumber(MYSQL_OPT_LOCAL_INFILE, 0)
      // A session that was lost had a transaction: whoever runs that opens the next.
      setFlag(MYSQL_OPT_RECONNECT, false)
      mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
      let transport: mysql_protocol_type =
        switch location.endpoint {
        case .network: MYSQL_PROTOCOL_TCP
        case .socket: MYSQL_PROTOCOL_SOCKET
        }
      setNumber(MYSQL_OPT_PROTOCOL, UInt32(transport.rawValue))
      switch location.encryption {
      case .verified(let authorities):
        setFlag(MYSQL_OPT_SSL_ENFORCE, true)
        setFlag(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, true)
        if let authorities { mysql_options(handle, MYSQL_OPT_SSL_CA, authorities.description) }
      case .off:
        // Newer libraries encrypt and verify unless they are told not to.
        setFlag(MYSQL_OPT_SSL_ENFORCE, false)
        setFlag(MYSQL_OPT_SSL_VERIFY_SERVER_CERT, false)
      }
    }

    private static func connect(
      _ handle: UnsafeMutablePointer<MYSQL>, to location: MariaDBLocation, password: String?
    ) -> Bool {
      // An UPDATE is to say how many rows its condition selected, as in SQLite, and not how many became different.
      let flags = UInt(CLIENT_FOUND_ROWS)
      switch location.endpoint {
      case .network(let host, let port):
        return mysql_real_connect(
          handle, host, location.user, password, location.database, UInt32(port), nil, flags) != nil
      case .socket(let path):
        return mysql_real_connect(
          handle, nil, location.user, password, location.database, 0, path.description, flags) != nil
      }
    }

    private static func session(_ patience: Patience) -> [String] {
      [
        // Texts differ if their bytes do, and stand in the order of these.
        "SET NAMES utf8mb4 COLLATE utf8mb4_nopad_bin",
        // What does not fit is refused, and strings are written as in SQLite.
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO,"
          + "NO_BACKSLASH_ESCAPES,NO_ENGINE_SUBSTITUTION,PIPES_AS_CONCAT'",
        // A transaction that reads sees one state. For those that write see `MariaDBDatabase.write`.
        "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
        "SET SESSION time_zone = '+00:00', autocommit = 1, foreign_key_checks = 1, unique_checks = 1, "
          + "innodb_lock_wait_timeout = \(patience.locks), lock_wait_timeout = \(patience.locks * 15), "
          + "idle_write_transaction_timeout = \(patience.transactions)",
      ]
    }
  }
#endif
