// Copies of a whole database into a new one, of the same brand or another, proved by counts and checksums.

package import Foundation
import Spec

/// What was copied.
package struct DatabaseCopy: Sendable, Hashable {
  package struct Table: Sendable, Hashable {
    package let name: String
    /// Of the rows of the source and of those that were read back from the target: they are equal.
    package let checksum: TableChecksum
  }

  package let tables: [Table]
  /// Who had a lease of the source at that moment, and so may have written to it since.
  package let holders: [String]

  /// Copies everything, as of one moment, in one transaction: if it is cut off, the target stays empty.
  ///
  /// - Throws: `StoreError` if the target holds anything, or the two would differ; then the target is as it was.
  package static func make(
    from source: any SQLDatabase, to target: any SQLDatabase, at now: Date
  ) async throws -> DatabaseCopy {
    try await source.read { try checkVersion(of: source, $0) }
    try await target.read { connection in
      guard try Migrator().version(of: target, connection) > 0 else { return }
      try checkUnused(target, connection)
    }
    try await Migrator().migrate(target, at: now)
    let numbers = try await source.read { try latestNumbers(of: source, $0) }
    try await target.changeSchema { connection in
      try checkUnused(target, connection)
      for (table, number) in numbers.sorted(by: { $0.key < $1.key }) where number > 0 {
        try connection.setLatestNumber(number, of: table, in: target.dialect)
      }
    }
    let handover = Handover<CopiedPiece>(capacity: 4)
    let graph = try await source.read { try TableGraph(of: $0, source.dialect) }
    async let reading = read(graph, from: source, into: handover)
    do {
      let tables = try await target.write { connection in
        guard handover.begin() else {
          throw StoreError(.locked, "the database \(target.place) is in use by others", remedy: "try again")
        }
        try checkUnused(target, connection)
        return try write(graph, from: handover, to: connection, of: target)
      }
      return DatabaseCopy(tables: tables, holders: try await reading)
    } catch {
      handover.finish(.failure(error))
      throw error
    }
  }

  // MARK: - Before

  private static func checkVersion(of source: any SQLDatabase, _ connection: any SQLConnection) throws {
    let version = try Migrator().version(of: source, connection)
    guard version > 0 else {
      throw StoreError(.refused, "nothing was copied: the database \(source.place) is empty", remedy: "name another")
    }
    guard version == Migrator().newest else {
      throw StoreError(
        .refused,
        "nothing was copied: the database \(source.place) has schema version \(version), and this pobsync works with "
          + "version \(Migrator().newest)",
        remedy: "`pobsync status --database \(source.place)` brings it up to date")
    }
  }

  /// Makes sure that a database holds no more than it is made with.
  private static func checkUnused(_ target: any SQLDatabase, _ connection: any SQLConnection) throws {
    for table in try TableGraph(of: connection, target.dialect).tables {
      // One row that is there from the start, and counts up with the first use.
      let condition = table == "host_revisions" ? "WHERE latest > 0" : ""
      let count: Int =
        try connection.query("SELECT COUNT(*) AS count FROM `\(table)` \(condition)", []).first?.required("count") ?? 0
      guard count == 0 else {
        throw StoreError(
          .refused, "nothing was copied: the database \(target.place) is in use, with \(count) rows in \(table)",
          remedy: "name one that does not exist yet, or an empty one")
      }
    }
  }

  private static func latestNumbers(
    of source: any SQLDatabase, _ connection: any SQLConnection
  ) throws -> [String: Int64] {
    let tables = Set(try TableGraph(of: connection, source.dialect).tables)
    var numbers: [String: Int64] = [:]
    for row in try connection.query(source.dialect.listNumbers, []) {
      let table: String = try row.required("name")
      if tables.contains(table) { numbers[table] = try row.required("latest") }
    }
    return numbers
  }

  // MARK: - Copying

  /// Hands all rows over, in one transaction.
  /// - Returns: who holds leases.
  private static func read(
    _ graph: TableGraph, from source: any SQLDatabase, into handover: Handover<CopiedPiece>
  ) async throws -> [String] {
    do {
      let holders = try await source.read { connection in
        for table in graph.tables { try read(table, graph, from: connection, into: handover) }
        return try connection.query("SELECT name FROM leases WHERE process IS NOT NULL ORDER BY name", [])
          .map { try $0.required("name", as: String.self) }
      }
      handover.finish()
      return holders
    } catch {
      handover.finish(.failure(error))
      throw error
    }
  }

  private static func read(
    _ table: String, _ graph: TableGraph, from source: any SQLConnection, into handover: Handover<CopiedPiece>
  ) throws {
    let columns = graph.columns(of: table)
    let later = Set(graph.ownReferences(of: table).map(\.column))
    var checksum = TableChecksum()
    var batch = RowBatch()
    try source.forEachRow(query(table, columns), []) { cells in
      let values = columns.indices.map { cells.value($0) }
      checksum.add(values)
      let row = zip(columns, values).map { (name: $0, value: later.contains($0) ? SQLValue.null : $1) }
      if batch.add(row) { try handover.put(.rows(batch.taken())) }
    }
    try handover.put(.rows(batch.taken()))
    for reference in graph.ownReferences(of: table) {
      try source.forEachRow(
        "\(query(table, [reference.targetColumn, reference.column])) WHERE `\(reference.column)` IS NOT NULL", []
      ) { try handover.put(.reference(reference, of: $0.value(0), to: $0.value(1))) }
    }
    try handover.put(.end(checksum))
  }

  private static func write(
    _ graph: TableGraph, from handover: Handover<CopiedPiece>, to target: any SQLConnection,
    of database: any SQLDatabase
  ) throws -> [Table] {
    let found = try TableGraph(of: target, database.dialect)
    for table in graph.tables where Set(graph.columns(of: table)) != Set(found.columns(of: table)) {
      throw StoreError(.failed, "the table \(table) of the database \(database.place) has other columns")
    }
    try target.execute("DELETE FROM host_revisions", [])
    return try graph.tables.map { table in
      let copied = try write(table, from: handover, to: target)
      let read = try checksum(of: table, graph.columns(of: table), in: target)
      guard copied == read else {
        throw StoreError(
          .failed,
          "nothing was copied: the table \(table) came back from the database \(database.place) with \(read.rows) rows "
            + "and checksum \(read) instead of \(copied.rows) and \(copied)",
          remedy: "check both with `pobsync database check`")
      }
      return Table(name: table, checksum: copied)
    }
  }

  /// - Returns: the checksum of the rows as they were read.
  private static func write(
    _ table: String, from handover: Handover<CopiedPiece>, to target: any SQLConnection
  ) throws -> TableChecksum {
    while let piece = try handover.take() {
      switch piece {
      case .rows(let rows): try target.insert(into: table, rows: rows)
      case .reference(let reference, let row, let value):
        try target.update(
          table, set: [(reference.column, value)], where: "`\(reference.targetColumn)` = ?", [row])
      case .end(let checksum): return checksum
      }
    }
    throw StoreError(.failed, "nothing was copied: the table \(table) was not read to its end")
  }

  private static func checksum(
    of table: String, _ columns: [String], in connection: any SQLConnection
  ) throws -> TableChecksum {
    var checksum = TableChecksum()
    try connection.forEachRow(query(table, columns), []) { cells in
      checksum.add(columns.indices.map { cells.value($0) })
    }
    return checksum
  }

  private static func query(_ table: String, _ columns: [String]) -> String {
    let list = columns.map { "`\($0)`" }.joined(separator: ", ")
    return "SELECT \(list) FROM `\(table)`"
  }
}

/// Rows on their way into a table, as many at a time as one statement takes.
private struct RowBatch {
  private var rows: [[(name: String, value: SQLValue)]] = []
  private var bytes = 0
  private static let mostRows = 64
  /// Servers take 16 MiB at a time unless they are told otherwise.
  private static let mostBytes = 2 << 20

  /// - Returns: true if it has to be written before there are more.
  mutating func add(_ row: [(name: String, value: SQLValue)]) -> Bool {
    rows.append(row)
    for cell in row {
      switch cell.value {
      case .text(let text): bytes += text.utf8.count
      case .blob(let blob): bytes += blob.count
      case .null, .integer, .real: bytes += 8
      }
    }
    return rows.count >= Self.mostRows || bytes >= Self.mostBytes
  }

  /// The rows that were added since the last time.
  mutating func taken() -> [[(name: String, value: SQLValue)]] {
    defer {
      rows.removeAll(keepingCapacity: true)
      bytes = 0
    }
    return rows
  }
}

/// What goes from the source to the target, table by table.
private enum CopiedPiece: Sendable {
  case rows([[(name: String, value: SQLValue)]])
  /// A reference within the table, which can be made only once all rows are there.
  case reference(TableGraph.Reference, of: SQLValue, to: SQLValue)
  case end(TableChecksum)
}
