// A database that counts the statements which go to the one below it.

import Engine
import Store

final class CountingDatabase: SQLDatabase {
  private let base: any SQLDatabase
  private let statements = Locked<[String]>([])

  init(_ base: any SQLDatabase) { self.base = base }

  var dialect: SQLDialect { base.dialect }
  var place: String { base.place }

  /// What has been asked since the last call.
  func taken() -> [String] {
    statements.with { statements in
      defer { statements = [] }
      return statements
    }
  }

  func read<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    try await base.read { [statements] in try body(CountingConnection(base: $0, statements: statements)) }
  }

  func write<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    try await base.write { [statements] in try body(CountingConnection(base: $0, statements: statements)) }
  }

  func changeSchema<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    try await base.changeSchema(body)
  }
}

private struct CountingConnection: SQLConnection {
  let base: any SQLConnection
  let statements: Locked<[String]>

  func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
    statements.with { $0.append(sql) }
    return try base.execute(sql, arguments)
  }

  func insert(_ sql: String, _ arguments: [SQLValue]) throws -> Int64 {
    statements.with { $0.append(sql) }
    return try base.insert(sql, arguments)
  }

  func query(_ sql: String, _ arguments: [SQLValue]) throws -> [SQLRow] {
    statements.with { $0.append(sql) }
    return try base.query(sql, arguments)
  }

  func forEachRow(_ sql: String, _ arguments: [SQLValue], _ body: (any SQLCells) throws -> Void) throws {
    statements.with { $0.append(sql) }
    try base.forEachRow(sql, arguments, body)
  }
}
