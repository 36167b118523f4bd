// A database that counts what it is asked, for tests of how many queries something takes.

import Engine
package import Store

package final class CountingDatabase: SQLDatabase {
  private let database: any SQLDatabase
  private let statements = Locked<[String]>([])

  package init(_ database: any SQLDatabase) { self.database = database }

  /// How many statements were executed since the last time.
  package func takeCount() -> Int { takeStatements().count }

  /// What was executed since the last time.
  package func takeStatements() -> [String] {
    statements.with { statements in
      defer { statements = [] }
      return statements
    }
  }

  package var dialect: SQLDialect { database.dialect }
  package var place: String { database.place }

  package func read<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    let statements = statements
    return try await database.read { try body(CountingConnection(connection: $0, statements: statements)) }
  }

  package func write<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    let statements = statements
    return try await database.write { try body(CountingConnection(connection: $0, statements: statements)) }
  }

  package func changeSchema<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    let statements = statements
    return try await database.changeSchema { try body(CountingConnection(connection: $0, statements: statements)) }
  }
}

private struct CountingConnection: SQLConnection {
  let connection: any SQLConnection
  let statements: Locked<[String]>

  @discardableResult
  func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
    note(sql)
    return try connection.execute(sql, arguments)
  }

  @discardableResult
  func insert(_ sql: String, _ arguments: [SQLValue]) throws -> Int64 {
    note(sql)
    return try connection.insert(sql, arguments)
  }

  func query(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
    note(sql)
    return try connection.query(sql, arguments)
  }

  func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLCells) throws -> Void) throws {
    note(sql)
    try connection.forEachRow(sql, arguments, body)
  }

  private func note(_ sql: String) { statements.with { $0.append(sql) } }
}
