// The tables of a database and what refers to what, as the database itself tells.

/// The tables that hold what is remembered.
struct TableGraph: Sendable {
  struct Reference: Sendable, Hashable {
    let table: String
    let column: String
    let target: String
    let targetColumn: String
  }

  /// In an order in which none refers to a later one.
  let tables: [String]
  let references: [Reference]
  private let columns: [String: [String]]

  /// What does not belong to what is remembered, but to how.
  private static let ownTables: Set<String> = ["schema_migrations", SQLDialect.turnsTable]

  init(of connection: any SQLConnection, _ dialect: SQLDialect) throws {
    let names = try connection.query(dialect.listTables, []).map { try $0.required("name", as: String.self) }
      .filter { !Self.ownTables.contains($0) }.sorted()
    references = try connection.query(dialect.listReferences, []).map { row in
      Reference(
        table: try row.required("from_table"), column: try row.required("from_column"),
        target: try row.required("to_table"), targetColumn: try row.required("to_column"))
    }
    var columns: [String: [String]] = [:]
    for name in names {
      columns[name] = try connection.query(dialect.listColumns, [name.sqlValue]).map { try $0.required("name") }
    }
    self.columns = columns
    tables = try Self.ordered(names, references)
  }

  func columns(of table: String) -> [String] { columns[table] ?? [] }

  /// The references of a table to itself, which can be made only once all its rows are there.
  func ownReferences(of table: String) -> [Reference] {
    references.filter { $0.table == table && $0.target == table }
  }

  private static func ordered(_ names: [String], _ references: [Reference]) throws(StoreError) -> [String] {
    var ordered: [String] = []
    var rest = names
    while !rest.isEmpty {
      let next = rest.filter { name in
        !references.contains { $0.table == name && $0.target != name && rest.contains($0.target) }
      }
      guard !next.isEmpty else {
        throw StoreError(.failed, "the tables \(rest.joined(separator: ", ")) refer to each other in a circle")
      }
      ordered += next
      rest.removeAll { next.contains($0) }
    }
    return ordered
  }
}
