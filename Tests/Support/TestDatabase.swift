// The database of tests that work over any: SQLite in memory, or with POBSYNC_TEST_DATABASE=mariadb that of a real
// MariaDB server.

import Foundation
package import Store

package enum TestDatabase {
  package static let usesMariaDB = ProcessInfo.processInfo.environment["POBSYNC_TEST_DATABASE"] == "mariadb"

  /// An empty database.
  package static func fresh() async throws -> any SQLDatabase {
    guard usesMariaDB else { return try SQLiteDatabase.inMemory() }
    #if MariaDB
      return try await MariaDBDatabase.open(MariaDBServer.freshDatabase(), connections: 4)
    #else
      throw ToolError(message: "POBSYNC_TEST_DATABASE is mariadb, and MariaDB is not built in")
    #endif
  }

  /// The address of an empty MariaDB database; nil where there is no server, or MariaDB is not built in.
  package static func freshMariaDB() async throws -> String? {
    #if MariaDB
      guard MariaDBServer.isInstalled else { return nil }
      return try await MariaDBServer.freshDatabase().description
    #else
      return nil
    #endif
  }

  /// The address of an empty database for other processes.
  ///
  /// - Parameter file: where it is to be if it is a file.
  package static func freshURL(file: String) async throws -> String {
    guard usesMariaDB else { return "sqlite://\(file)" }
    #if MariaDB
      return try await MariaDBServer.freshDatabase().description
    #else
      throw ToolError(message: "POBSYNC_TEST_DATABASE is mariadb, and MariaDB is not built in")
    #endif
  }
}
