// The seam to SQL: what the store asks of a database, whichever it is.

/// A database that several tasks and processes share.
///
/// Calls are not cut off when their task is cancelled: a run that is over has to be recorded even though the task that
/// carried it out was told to stop.
package protocol SQLDatabase: Sendable {
  var dialect: SQLDialect { get }

  /// The database in words, for messages: its file or its address.
  var place: String { get }

  /// Runs `body` on one consistent state of the database.
  func read<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result

  /// Runs `body` in one transaction, which is rolled back if it throws.
  func write<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result

  /// Runs `body`, which changes the schema, while no other process does. Where a change of the schema is committed at
  /// once, as in MariaDB, those before an error stay, and each has to be safe to repeat.
  func changeSchema<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result
}

extension SQLDatabase {
  package func changeSchema<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    try await write(body)
  }
}

/// A connection within a transaction. Values are handed over as arguments for `?`, never within the SQL.
package protocol SQLConnection {
  /// Executes one statement, and returns how many rows it changed.
  @discardableResult
  func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

  /// Inserts one row, and returns the number that the database gave it.
  @discardableResult
  func insert(_ sql: String, _ arguments: [SQLValue]) throws -> Int64

  /// The rows of a query.
  func query(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow]

  /// Hands over the rows of a query one after the other, for results that are too many to be made values of first.
  /// Until the last, `body` must not use the connection.
  func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLCells) throws -> Void) throws
}

extension SQLConnection {
  // Columns are quoted, for some keys of the spec are words of SQL: `from`, `on`, `to`.

  /// Inserts one row given by its columns.
  @discardableResult
  func insert(into table: String, _ columns: [(name: String, value: SQLValue)]) throws -> Int64 {
    let names = columns.map { "`\($0.name)`" }.joined(separator: ", ")
    let marks = columns.map { _ in "?" }.joined(separator: ", ")
    return try insert("INSERT INTO \(table) (\(names)) VALUES (\(marks))", columns.map(\.value))
  }

  /// Inserts many rows, which have the same columns, with few statements.
  func insert(into table: String, rows: [[(name: String, value: SQLValue)]]) throws {
    guard let first = rows.first else { return }
    let names = first.map { "`\($0.name)`" }.joined(separator: ", ")
    let marks = "(" + first.map { _ in "?" }.joined(separator: ", ") + ")"
    for start in stride(from: 0, to: rows.count, by: Self.rowsAtOnce) {
      let chunk = rows[start..<min(start + Self.rowsAtOnce, rows.count)]
      let values = Array(repeating: marks, count: chunk.count).joined(separator: ", ")
      try execute("INSERT INTO \(table) (\(names)) VALUES \(values)", chunk.flatMap { $0.map(\.value) })
    }
  }

  /// The rows that a query finds for any of some keys.
  /// - Parameter sql: the query, given the marks that stand for keys: `SELECT … WHERE name IN (\(marks))`.
  func query(keys: [SQLValue], _ sql: (_ marks: String) -> String) throws -> [SQLRow] {
    try stride(from: 0, to: keys.count, by: Self.rowsAtOnce).flatMap { start in
      let chunk = Array(keys[start..<min(start + Self.rowsAtOnce, keys.count)])
      return try query(sql(chunk.map { _ in "?" }.joined(separator: ", ")), chunk)
    }
  }

  /// Few enough for what any database takes in one statement.
  private static var rowsAtOnce: Int { 64 }

  /// Sets columns of the rows that a condition selects, and returns how many these were.
  @discardableResult
  func update(
    _ table: String, set columns: [(name: String, value: SQLValue)], where condition: String, _ arguments: [SQLValue]
  ) throws -> Int {
    let assignments = columns.map { "`\($0.name)` = ?" }.joined(separator: ", ")
    return try execute("UPDATE \(table) SET \(assignments) WHERE \(condition)", columns.map(\.value) + arguments)
  }

  /// The rows of a query, each made a value. A row that cannot be one is an error that names the table.
  func rows<Value>(
    of table: String, _ sql: String, _ arguments: [SQLValue] = [], as decode: (SQLRow) throws -> Value
  ) throws -> [Value] {
    try query(sql, arguments).map { row in
      do {
        return try decode(row)
      } catch let error as SQLColumnError {
        throw StoreError(unreadable: error, in: row, of: table)
      }
    }
  }
}
