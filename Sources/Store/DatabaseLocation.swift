// Where the database is, from an option, the environment or the usual place.

import Foundation
import Spec

/// The place of the database, given as `sqlite:///absolute/path`, as a path, or as the address of a MariaDB.
package struct DatabaseLocation: Sendable, Hashable, CustomStringConvertible {
  package enum Place: Sendable, Hashable {
    /// The absolute path of a SQLite file.
    case file(String)
    case server(MariaDBLocation)
  }

  package let place: Place
  /// Where keys and other state are kept: the directory of a file, and for a server the one of this machine that
  /// `POBSYNC_STATE_DIRECTORY` names, or the usual one.
  package let stateDirectory: String

  package static let environmentVariable = "POBSYNC_DATABASE"
  package static let stateVariable = "POBSYNC_STATE_DIRECTORY"
  private static let usualFile = "pobsync.sqlite3"

  /// Reads an address or a path.
  ///
  /// - Parameters:
  ///   - directory: what a relative path starts from.
  ///   - environment: where the place of a server's password may be named, and that of the user's state.
  package init(
    parsing text: String, relativeTo directory: String = FileManager.default.currentDirectoryPath,
    environment: [String: String] = [:], userID: UInt32 = 0
  ) throws(StoreError) {
    let scheme = text.range(of: "://").map { text[..<$0.lowerBound].lowercased() }
    let path: String
    switch scheme {
    case nil:
      guard !text.isEmpty else { throw Self.invalid("the database's path is empty") }
      path = Self.tidy(text.hasPrefix("/") ? text : "\(directory)/\(text)")
    case "sqlite":
      let rest = text.dropFirst("sqlite://".count)
      guard rest.hasPrefix("/"), let decoded = String(rest).removingPercentEncoding else {
        throw Self.invalid("\(text.quoted) does not name an absolute path")
      }
      path = Self.tidy(decoded)
    case "mariadb", "mysql":
      place = .server(try MariaDBLocation(parsing: text).reading(environment))
      stateDirectory = try Self.stateDirectory(environment, userID)
      return
    case let other?:
      throw Self.invalid("\(other.quoted) is not a kind of database")
    }
    guard path != "/", !path.contains("\0") else { throw Self.invalid("\(text.quoted) is not the path of a file") }
    place = .file(path)
    stateDirectory = (path as NSString).deletingLastPathComponent
  }

  /// The place to use: the option, else `POBSYNC_DATABASE`, else the system's state directory for root and the user's
  /// own for anyone else.
  package static func resolve(
    option: String?, environment: [String: String], userID: UInt32,
    relativeTo directory: String = FileManager.default.currentDirectoryPath
  ) throws(StoreError) -> DatabaseLocation {
    guard let text = option ?? given(environmentVariable, environment) else {
      let directory = try usualDirectory(environment, userID)
      return try DatabaseLocation(parsing: "\(directory)/\(usualFile)")
    }
    return try DatabaseLocation(parsing: text, relativeTo: directory, environment: environment, userID: userID)
  }

  private static func stateDirectory(
    _ environment: [String: String], _ userID: UInt32
  ) throws(StoreError) -> String {
    guard let directory = given(stateVariable, environment) else { return try usualDirectory(environment, userID) }
    guard directory.hasPrefix("/") else {
      throw StoreError(
        .invalidLocation, "\(stateVariable) is \(directory.quoted), which is not an absolute path",
        remedy: "name the directory for this machine's keys, such as /var/lib/pobsync")
    }
    return tidy(directory)
  }

  private static func usualDirectory(
    _ environment: [String: String], _ userID: UInt32
  ) throws(StoreError) -> String {
    if userID == 0 { return "/var/lib/pobsync" }
    // The XDG specification has relative paths ignored.
    if let state = given("XDG_STATE_HOME", environment), state.hasPrefix("/") { return "\(state)/pobsync" }
    guard let home = given("HOME", environment), home.hasPrefix("/") else {
      throw StoreError(
        .invalidLocation, "there is no usual place for the database: neither XDG_STATE_HOME nor HOME is set",
        remedy: "name one with --database or \(environmentVariable)")
    }
    return "\(home)/.local/state/pobsync"
  }

  private static func given(_ variable: String, _ environment: [String: String]) -> String? {
    environment[variable].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// The absolute path of the SQLite file; nil of a server's database.
  package var path: String? {
    guard case .file(let path) = place else { return nil }
    return path
  }

  package var description: String {
    switch place {
    case .file(let path): "sqlite://\(path)"
    case .server(let server): server.description
    }
  }

  /// Opens the database as it is. A file is made if there is none.
  package func open() async throws -> any SQLDatabase {
    switch place {
    case .file(let path): return try await SQLiteDatabase.open(path)
    case .server(let server):
      #if MariaDB
        return try await MariaDBDatabase.open(server)
      #else
        throw StoreError(
          .invalidLocation, "support for MariaDB is not built into this pobsync (\(server))",
          remedy: "build it with `swift build --traits MariaDB`, or use an address such as "
            + "sqlite:///var/lib/pobsync/pobsync.sqlite3")
      #endif
    }
  }

  private static func tidy(_ path: String) -> String {
    "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  private static func invalid(_ message: String) -> StoreError {
    StoreError(
      .invalidLocation, message, remedy: "write a path, or an address such as sqlite:///var/lib/pobsync/pobsync.sqlite3"
    )
  }
}
