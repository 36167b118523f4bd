// The tables in MariaDB: the definitions that SQLite has, written as MariaDB takes them, so that there is one of each.

/// Writes the definitions of a migration as MariaDB takes them. What has been released is made by this as well: it may
/// learn new things, and must go on to write the old ones as it does.
///
/// MariaDB commits each change of the schema at once, so every statement is written such that it may be repeated.
struct MariaDBSchema {
  private struct Column: Hashable {
    let table: String
    let name: String
  }

  /// The columns that a key or an index of the same migration holds. These need a length; an index on a column of an
  /// earlier migration that has none has to be preceded, for MariaDB, by a change of the column.
  private let keyed: Set<Column>

  static func statements(from sqlite: [String]) -> [String] {
    let schema = MariaDBSchema(keysOf: sqlite)
    return sqlite.map(schema.translated)
  }

  private init(keysOf statements: [String]) {
    var keyed: Set<Column> = []
    func add(_ list: Substring, of table: Substring) {
      for name in list.split(separator: ", ") { keyed.insert(Column(table: String(table), name: String(name))) }
    }
    for statement in statements {
      if let index = statement.firstMatch(of: #/^CREATE INDEX \w+ ON (\w+) \((.+)\)$/#) {
        add(index.output.2, of: index.output.1)
      } else if let table = statement.firstMatch(of: #/^CREATE TABLE (\w+)/#) {
        for key in statement.matches(of: #/\n *(?:PRIMARY KEY|UNIQUE) \((.+)\)/#) {
          add(key.output.1, of: table.output.1)
        }
      }
    }
    self.keyed = keyed
  }

  private func translated(_ statement: String) -> String {
    var text = statement
    if let table = statement.firstMatch(of: #/^(?:CREATE|ALTER) TABLE (\w+)/#)?.output.1 {
      text = statement.split(separator: "\n", omittingEmptySubsequences: false)
        .map { typed(String($0), in: String(table)) }
        .joined(separator: "\n")
    }
    if text.hasSuffix(Self.strictEnd) { text = String(text.dropLast(Self.strictEnd.count)) + Self.tableEnd }
    for (word, replacement) in Self.words { text = text.replacing(word, with: replacement) }
    return text
  }

  private static let strictEnd = ") STRICT"

  // Names and other keys differ if their bytes do, and stand in the order of these, as in SQLite.
  private static let tableEnd =
    ") ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin"

  private static let words = [
    ("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS "),
    ("CREATE INDEX ", "CREATE INDEX IF NOT EXISTS "),
    (" ADD COLUMN ", " ADD COLUMN IF NOT EXISTS "),
    ("INSERT INTO ", "INSERT IGNORE INTO "),
    ("INTEGER PRIMARY KEY AUTOINCREMENT", "BIGINT AUTO_INCREMENT PRIMARY KEY"),
    (" INTEGER", " BIGINT"),
    (" REAL", " DOUBLE"),
  ]

  /// A line of a definition, with the type that MariaDB has for its text.
  private func typed(_ line: String, in table: String) -> String {
    guard let column = line.firstMatch(of: #/^((?: *|.* ADD COLUMN )`?(\w+)`? )TEXT(.*)$/#)?.output else { return line }
    let type = textType(of: String(column.2), in: table, given: String(column.3))
    return "\(column.1)\(type)\(column.3)"
  }

  /// Codes and times are short. An index may hold 3072 bytes, which are 768 characters in all its columns.
  private func textType(of column: String, in table: String, given rest: String) -> String {
    if column.hasSuffix("_at") || Self.times.contains(column) || rest.contains("CHECK (") { return "VARCHAR(32)" }
    let isKey = ["PRIMARY KEY", "UNIQUE", "REFERENCES"].contains { rest.contains($0) }
    guard isKey || keyed.contains(Column(table: table, name: column)) else { return "LONGTEXT" }
    switch column {
    case "path": return "VARCHAR(768)"
    case "file": return "VARCHAR(512)"
    default: return "VARCHAR(255)"
    }
  }

  private static let times: Set<String> = ["at", "until", "since", "scheduled_for", "not_before"]
}

extension MariaDBSchema {
  /// The row that transactions that write change first, one after the other.
  static let turns = [
    """
    CREATE TABLE IF NOT EXISTS \(SQLDialect.turnsTable) (
      id BIGINT PRIMARY KEY CHECK (id = 1),
      turn BIGINT NOT NULL
    ) ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin
    """,
    "INSERT IGNORE INTO \(SQLDialect.turnsTable) (id, turn) VALUES (1, 0)",
  ]

  /// What `Schema.emptyTrash` does by making the table anew.
  static let emptyTrash = [
    "ALTER TABLE runs MODIFY COLUMN kind VARCHAR(32) NOT NULL "
      + "CHECK (kind IN ('backup', 'discover', 'prune', 'empty_trash', 'verify', 'restore'))"
  ]

  /// What `Schema.checks` does by making the table anew.
  static let anyKind = ["ALTER TABLE runs MODIFY COLUMN kind VARCHAR(32) NOT NULL"]
}
