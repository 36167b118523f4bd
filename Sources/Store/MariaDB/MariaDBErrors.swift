// MariaDB's errors: which of them pass by themselves, and their words for the operator.

#if MariaDB
  import Spec

  extension MariaDBError {
    // The library's own.
    static var outOfMemory: UInt32 { 2008 }
    static var wrongArguments: UInt32 { 2034 }

    /// The transaction was undone, or not begun, for another's sake: it may be run again from its start.
    var isConflict: Bool {
      // Deadlock, lock wait timed out, row changed since it was read, table rebuilt since the transaction began.
      [1213, 1205, 1020, 1412].contains(code)
    }

    /// Nothing more can be said through the connection: the server, or the way to it, is gone, or the session ended.
    var endsConnection: Bool {
      // Server gone away, connection lost, no packet could be read, server stops, connection killed; the library, too,
      // if the order of its calls is upset.
      [2006, 2013, 2014, 2027, 1053, 1927, 1158, 1159, 1160, 1161, 4031].contains(code)
    }

    /// The server keeps as many prepared statements, of all its clients, as it may.
    var isOutOfStatements: Bool { code == 1461 }

    /// A query's rows have another number of columns than when it was prepared.
    var isOfOtherColumns: Bool { code == 2057 }

    /// There is no such table.
    var isMissingTable: Bool { code == 1146 }
  }

  extension StoreError {
    /// An error of a statement on, or of connecting to, the database at `location`.
    init(_ error: MariaDBError, at location: MariaDBLocation) {
      let place = "the database \(location)"
      switch error.code {
      case 1045, 1698, 1130, 1044:
        self.init(
          .cannotOpen, "\(place) cannot be opened: \(error.message)",
          remedy: Self.accessRemedy(location))
      case 1049:
        self.init(
          .cannotOpen, "\(place) does not exist on its server",
          remedy: "let its administrator run: CREATE DATABASE `\(location.database)`; "
            + "GRANT ALL ON `\(location.database)`.* TO the user")
      case 2026:
        self.init(
          .cannotOpen, "no encrypted connection to \(place): \(error.message)",
          remedy: "name the authority that signed the server's certificate with ?ca=/path/of/ca.pem; the certificate "
            + "has to be for the host's name as the address has it")
      case 2002, 2003, 2005, 1040, 1203:
        self.init(
          .cannotOpen, "\(place) cannot be reached: \(error.message)",
          remedy: "is the server running, and does it listen there?")
      case _ where error.isConflict:
        self.init(
          .locked, "\(place) is locked by other transactions: \(Self.words(of: error))",
          remedy: "try again; SHOW PROCESSLIST shows who holds it if it stays so")
      case _ where error.endsConnection:
        self.init(
          .connectionLost, "the connection to \(place) was lost: \(Self.words(of: error))",
          remedy: "try again; is the server running?")
      case 1021, 1114, 1041:
        self.init(
          .full, "\(place) cannot grow: \(Self.words(of: error))",
          remedy: "free space on the server; nothing was recorded in part")
      case _ where error.isOutOfStatements:
        self.init(
          .failed, "\(place) takes no further statement: \(Self.words(of: error))",
          remedy: "raise max_prepared_stmt_count on the server, which counts those of all its clients")
      case 1142, 1143, 1227, 1290, 1792, 1836:
        self.init(
          .readOnly, "\(place) cannot be written: \(Self.words(of: error))",
          remedy: "is the server a replica or set to read_only? the user needs all rights on this database")
      case 1034, 1194, 1195, 1712, 1932:
        self.init(
          .corrupt, "\(place) is damaged: \(Self.words(of: error))",
          remedy: "put a copy of it back, or apply the spec to a new one and run `pobsync discover-snapshots`: "
            + "snapshots describe themselves")
      case 1022, 1048, 1062, 1216, 1217, 1264, 1265, 1366, 1406, 1451, 1452, 1557, 3819, 4025:
        self.init(.constraint, "\(place) refused a change: \(Self.words(of: error))")
      default:
        self.init(.failed, "\(place) failed: \(Self.words(of: error))")
      }
    }

    /// The connection was lost while a transaction was being committed.
    init(unknownOutcomeAt location: MariaDBLocation, _ error: MariaDBError) {
      self.init(
        .unknownOutcome,
        "the connection to the database \(location) was lost while it recorded a change, and it is not known whether "
          + "it has: \(error.message)",
        remedy: "look what it is like now (`pobsync status`), and do it again if it was not done")
    }

    private static func accessRemedy(_ location: MariaDBLocation) -> String {
      guard let password = location.password else {
        return "no password was given: name a file that holds it in \(MariaDBLocation.passwordFileVariable), or let "
          + "the account need none on this socket"
      }
      return "is what \(password) holds the user's password, and may the user log in from this machine?"
    }

    /// The server's words and the statement, without its arguments, which may be secret.
    private static func words(of error: MariaDBError) -> String {
      // These repeat the value.
      let message =
        switch error.code {
        case 1062: "a value that has to be unique is there already"
        case 1366, 1292: "a value is not of its column's type"
        default: error.message
        }
      return error.sql.map { "\(message) (\($0))" } ?? message
    }
  }
#endif
