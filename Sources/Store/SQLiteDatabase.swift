// SQLite as the store's database: one file on the backup server, or memory in tests.

import Engine
import Foundation
import GRDB
import GRDBSQLite
import Glibc

/// A SQLite database, through GRDB's synchronous calls only: its asynchronous ones interrupt the statement when the
/// calling task is cancelled, and what has happened would then go unrecorded.
package struct SQLiteDatabase: SQLDatabase {
  package let dialect = SQLDialect.sqlite
  package let place: String
  let writer: any DatabaseWriter
  /// Whether a read that writes is refused.
  private var guardsReads = true

  /// Opens a file, which is made if there is none, as are the directories above it. What is made is its owner's alone:
  /// the database names hosts, paths and users.
  ///
  /// - Parameter patience: how many seconds to wait for the transactions of other processes: those of `pobsync apply`
  ///   beside the service, which are short.
  package static func open(_ path: String, patience: Double = 10) async throws -> SQLiteDatabase {
    try await blocking {
      try createFile(path)
      guard SQLiteLogIndex.isGivenRoom else { throw StoreError(cannotCreate: path, ENOMEM) }
      do {
        var configuration = configuration
        configuration.busyMode = .timeout(patience)
        let pool = try DatabasePool(path: path, configuration: configuration)
        // GRDB sets NORMAL, with which the last transactions may be lost in a power cut. That a snapshot was recorded, or
        // that a prune was, has to outlive one, for the next plan builds on it; and we commit but a few times a second.
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        return SQLiteDatabase(place: path, writer: pool)
      } catch let error as DatabaseError {
        throw StoreError(error, in: path)
      }
    }
  }

  /// A database that vanishes with this value.
  ///
  /// - Parameter guardsReads: whether a read that writes is refused. Its one connection then has to be told before and
  ///   after each read, which makes SQLite compile every statement anew.
  package static func inMemory(guardsReads: Bool = true) throws -> SQLiteDatabase {
    SQLiteDatabase(
      place: "memory", writer: try DatabaseQueue(configuration: configuration), guardsReads: guardsReads)
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = true
    return configuration
  }

  package func read<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    try await translated {
      guard guardsReads else { return try writer.unsafeRead { try body(SQLiteConnection(database: $0)) } }
      return try writer.read { try body(SQLiteConnection(database: $0)) }
    }
  }

  package func write<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    try await translated { try writer.write { try body(SQLiteConnection(database: $0)) } }
  }

  func translated<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await blocking {
      do {
        return try body()
      } catch let error as DatabaseError {
        throw StoreError(error, in: place)
      }
    }
  }

  private static func createFile(_ path: String) throws(StoreError) {
    try makeDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]), for: path)
    // Only ever a file of our own making: closing a descriptor of an existing one would release the locks that other
    // connections of this process hold on it.
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    if descriptor >= 0 {
      close(descriptor)
    } else if errno != EEXIST {
      throw StoreError(cannotCreate: path, errno)
    }
  }

  private static func makeDirectory(_ directory: String, for path: String) throws(StoreError) {
    guard !directory.isEmpty, mkdir(directory, 0o700) != 0, errno != EEXIST else { return }
    guard errno == ENOENT, let parent = directory.lastIndex(of: "/") else {
      throw StoreError(cannotCreate: path, errno)
    }
    try makeDirectory(String(directory[..<parent]), for: path)
    guard mkdir(directory, 0o700) == 0 || errno == EEXIST else { throw StoreError(cannotCreate: path, errno) }
  }
}

/// GRDB's connection behind the seam.
private struct SQLiteConnection: SQLConnection {
  let database: Database

  func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
    try database.cachedStatement(sql: sql).execute(arguments: StatementArguments(arguments.map(\.databaseValue)))
    return database.changesCount
  }

  func insert(_ sql: String, _ arguments: [SQLValue]) throws -> Int64 {
    _ = try execute(sql, arguments)
    return database.lastInsertedRowID
  }

  func query(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
    let statement = try database.cachedStatement(sql: sql)
    let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(arguments.map(\.databaseValue)))
    var rows: [SQLRow] = []
    // Most questions have no answer: the names of columns are for those that have one. SQLite is asked for them once it
    // stands at a row: GRDB counts them before, and the first step prepares anew if a table has got another meanwhile.
    var places: [String: Int] = [:]
    let cells = SQLiteCells(statement: statement.sqliteStatement)
    while try cursor.next() != nil {
      if rows.isEmpty { places = Dictionary(cells.names.enumerated().map { ($1, $0) }) { first, _ in first } }
      rows.append(SQLRow(places: places, values: (0..<cells.count).map(cells.value)))
    }
    return rows
  }

  func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLCells) throws -> Void) throws {
    let statement = try database.cachedStatement(sql: sql)
    let cells = SQLiteCells(statement: statement.sqliteStatement)
    let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(arguments.map(\.databaseValue)))
    while try cursor.next() != nil { try body(cells) }
  }
}

/// What SQLite itself gives of the row that a statement stands at: GRDB would make a value of each column.
private struct SQLiteCells: SQLCells {
  let statement: SQLiteStatement

  var count: Int { Int(sqlite3_column_count(statement)) }

  var names: [String] {
    (0..<count).map { sqlite3_column_name(statement, Int32($0)).map { String(cString: $0) } ?? "" }
  }

  func text(_ column: Int) -> UnsafeBufferPointer<UInt8>? {
    let column = Int32(column)
    guard sqlite3_column_type(statement, column) == SQLITE_TEXT, let start = sqlite3_column_text(statement, column)
    else { return nil }
    return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
  }

  func value(_ column: Int) -> SQLValue { SQLValue(DatabaseValue(sqliteStatement: statement, index: Int32(column))) }
}

extension SQLValue {
  fileprivate var databaseValue: DatabaseValue {
    switch self {
    case .null: .null
    case .integer(let number): number.databaseValue
    case .real(let number): number.databaseValue
    case .text(let text): text.withoutNUL.databaseValue
    case .blob(let bytes): Data(bytes).databaseValue
    }
  }

  fileprivate init(_ value: DatabaseValue) {
    switch value.storage {
    case .null: self = .null
    case .int64(let number): self = .integer(number)
    case .double(let number): self = .real(number)
    case .string(let text): self = .text(text)
    case .blob(let data): self = .blob(Array(data))
    }
  }
}
