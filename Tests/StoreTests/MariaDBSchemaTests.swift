// Definitions of tables as MariaDB takes them.

import Testing

@testable import Store

@Suite struct MariaDBSchemaTests {
  private static let tableEnd =
    ") ENGINE = InnoDB ROW_FORMAT = DYNAMIC DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_nopad_bin"

  @Test func `types follow from keys, checks and names`() {
    let written = MariaDBSchema.statements(from: [
      """
      CREATE TABLE things (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        host TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('a', 'b')),
        owner TEXT REFERENCES owners (name),
        `on` TEXT,
        at TEXT NOT NULL,
        seen_at TEXT,
        size REAL,
        UNIQUE (host, kind)
      ) STRICT
      """,
      "CREATE INDEX things_by_on ON things (on, at)",
    ])
    #expect(
      written == [
        """
        CREATE TABLE IF NOT EXISTS things (
          id BIGINT AUTO_INCREMENT PRIMARY KEY,
          host VARCHAR(255) NOT NULL,
          kind VARCHAR(32) NOT NULL CHECK (kind IN ('a', 'b')),
          owner VARCHAR(255) REFERENCES owners (name),
          `on` VARCHAR(255),
          at VARCHAR(32) NOT NULL,
          seen_at VARCHAR(32),
          size DOUBLE,
          UNIQUE (host, kind)
        \(Self.tableEnd)
        """,
        "CREATE INDEX IF NOT EXISTS things_by_on ON things (on, at)",
      ])
  }

  @Test func `long texts have no limit, and paths fill an index`() {
    let written = MariaDBSchema.statements(from: [
      "CREATE TABLE roots (\n  path TEXT PRIMARY KEY NOT NULL,\n  note TEXT\n) STRICT",
      "ALTER TABLE roots ADD COLUMN reason TEXT",
      "ALTER TABLE roots ADD COLUMN suspended INTEGER CHECK (suspended IN (0, 1))",
      "INSERT INTO roots (path) VALUES ('/')",
    ])
    #expect(
      written == [
        "CREATE TABLE IF NOT EXISTS roots (\n  path VARCHAR(768) PRIMARY KEY NOT NULL,\n  note LONGTEXT\n"
          + Self.tableEnd,
        "ALTER TABLE roots ADD COLUMN IF NOT EXISTS reason LONGTEXT",
        "ALTER TABLE roots ADD COLUMN IF NOT EXISTS suspended BIGINT CHECK (suspended IN (0, 1))",
        "INSERT IGNORE INTO roots (path) VALUES ('/')",
      ])
  }

  @Test func `no text of the store's tables is left without a type of MariaDB's`() {
    for statement in Migration.all.flatMap({ $0.statements(for: .mariaDB) }) {
      for word in [" TEXT", "INTEGER", "AUTOINCREMENT", "STRICT", " REAL"] {
        #expect(!statement.replacing("LONGTEXT", with: "").contains(word), "\(statement)")
      }
    }
  }
}
