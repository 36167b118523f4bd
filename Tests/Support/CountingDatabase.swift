// A database that counts what it is asked, for tests of how many queries something takes.

import Engine
package import Store

package final class CountingDatabase: SQLDatabase {
  private let database: any SQLDatabase
  private let count = Locked(0)

  package init(_ database: any SQLDatabase) { self.database = database }

  /// How many statements were executed since the last time.
  package func takeCount() -> Int {
    count.with { count in
      defer { count = 0 }
      return count
    }
  }

  package var dialect: SQLDialect { database.dialect }
  package var place: String { database.place }

  package func read<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    let count = count
    return try await database.read { try body(CountingConnection(connection: $0, count: count)) }
  }

  package func write<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    let count = count
    return try await database.write { try body(CountingConnection(connection: $0, count: count)) }
  }

  package func changeSchema<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    let count = count
    return try await database.changeSchema { try body(CountingConnection(connection: $0, count: count)) }
  }
}

private struct CountingConnection: SQLConnection {
  let connection: any SQLConnection
  let count: Locked<Int>

  @discardableResult
  func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
    note()
    return try connection.execute(sql, arguments)
  }

  @discardableResult
  func insert(_ sql: String, _ arguments: [SQLValue]) throws -> Int64 {
    note()
    return try connection.insert(sql, arguments)
  }

  func query(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
    note()
    return try connection.query(sql, arguments)
  }

  func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLCells) throws -> Void) throws {
    note()
    try connection.forEachRow(sql, arguments, body)
  }

  private func note() { count.with { $0 += 1 } }
}
