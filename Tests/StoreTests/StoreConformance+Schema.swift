// Tables that get another column while they are read: by a newer version of the program that updates the schema under an
// older one, or by the same one that has just done so.

import Spec
import Store
import Testing

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases, [true, false])
  func `a table that has got another column is read on`(_ maker: DatabaseMaker, hasRows: Bool) async throws {
    try await maker.withDatabase { database in
      func rows() async throws -> [SQLRow] {
        try await database.read { try $0.query("SELECT * FROM t ORDER BY a", []) }
      }
      func insert(_ number: Int) async throws {
        try await database.write { _ = try $0.execute("INSERT INTO t (a) VALUES (?)", [number.sqlValue]) }
      }
      _ = try await database.changeSchema { try $0.execute("CREATE TABLE t (a BIGINT NOT NULL)", []) }
      if hasRows { try await insert(1) }
      // The statement is prepared, and kept.
      #expect(try await rows().count == (hasRows ? 1 : 0))
      _ = try await database.changeSchema { try $0.execute("ALTER TABLE t ADD COLUMN b BIGINT", []) }
      if !hasRows { try await insert(1) }
      let row = try #require(try await rows().first)
      #expect(row["a"] == 1 && row["b"] == .null && Set(row.columns) == ["a", "b"])
      try await database.write { _ = try $0.execute("UPDATE t SET b = 2", []) }
      #expect(try await rows().map { $0["b"] } == [2])
    }
  }
}
