// The brands of SQL that the store speaks, and what they do not have in common.

/// A brand of SQL. They differ in how tables are made and looked at, not in how they are used: statements are written
/// in what SQLite 3.40 and MariaDB 10.6 both understand.
package enum SQLDialect: Sendable, Hashable {
  case sqlite, mariaDB
}

extension SQLDialect {
  /// What MariaDB has besides the tables that hold something: one row, which keeps writers apart.
  static let turnsTable = "write_turns"

  /// The names of all tables.
  var listTables: String {
    switch self {
    case .sqlite: "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    case .mariaDB:
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = DATABASE() "
        + "AND table_type = 'BASE TABLE'"
    }
  }

  /// The names of a table's columns, in their order.
  var listColumns: String {
    switch self {
    case .sqlite: "SELECT name FROM pragma_table_info(?) ORDER BY cid"
    case .mariaDB:
      "SELECT column_name AS name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ? "
        + "ORDER BY ordinal_position"
    }
  }

  /// The references between tables: from which column to which.
  var listReferences: String {
    switch self {
    case .sqlite:
      "SELECT tables.name AS from_table, keys.`from` AS from_column, keys.`table` AS to_table, keys.`to` AS to_column "
        + "FROM sqlite_master AS tables JOIN pragma_foreign_key_list(tables.name) AS keys WHERE tables.type = 'table'"
    case .mariaDB:
      "SELECT table_name AS from_table, column_name AS from_column, referenced_table_name AS to_table, "
        + "referenced_column_name AS to_column FROM information_schema.key_column_usage "
        + "WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL"
    }
  }

  /// Up to which number each table has given numbers to its rows.
  var listNumbers: String {
    switch self {
    case .sqlite: "SELECT name, seq AS latest FROM sqlite_sequence"
    case .mariaDB:
      "SELECT table_name AS name, CAST(auto_increment AS SIGNED) - 1 AS latest FROM information_schema.tables "
        + "WHERE table_schema = DATABASE() AND auto_increment IS NOT NULL"
    }
  }
}

extension SQLConnection {
  /// Makes the next row of an empty table get a number above one, which no row has any more.
  func setLatestNumber(_ number: Int64, of table: String, in dialect: SQLDialect) throws {
    switch dialect {
    case .sqlite:
      try execute("DELETE FROM sqlite_sequence WHERE name = ?", [table.sqlValue])
      try execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", [table.sqlValue, number.sqlValue])
    case .mariaDB: try execute("ALTER TABLE \(table) AUTO_INCREMENT = \(number + 1)", [])
    }
  }
}
