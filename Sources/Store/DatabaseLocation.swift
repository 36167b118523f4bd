// Where the database is, from an option, the environment or the usual place.

import Foundation
import Spec

/// The place of the database, given as `sqlite:///absolute/path` or as a path.
package struct DatabaseLocation: Sendable, Hashable, CustomStringConvertible {
  /// The absolute path of the SQLite file.
  package let path: String

  package static let environmentVariable = "POBSYNC_DATABASE"
  private static let fileName = "pobsync/pobsync.sqlite3"

  /// Reads an address or a path.
  ///
  /// - Parameter directory: what a relative path starts from.
  package init(
    parsing text: String, relativeTo directory: String = FileManager.default.currentDirectoryPath
  ) throws(StoreError) {
    let scheme = text.range(of: "://").map { text[..<$0.lowerBound].lowercased() }
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
      throw StoreError(
        .invalidLocation, "support for MariaDB is not built in (\(Self.withoutPassword(text).quoted))",
        remedy: "use an address such as sqlite:///var/lib/pobsync/pobsync.sqlite3")
    case let other?:
      throw Self.invalid("\(other.quoted) is not a kind of database")
    }
    guard path != "/", !path.contains("\0") else { throw Self.invalid("\(text.quoted) is not the path of a file") }
  }

  /// The place to use: the option, else `POBSYNC_DATABASE`, else the system's state directory for root and the user's
  /// own for anyone else.
  package static func resolve(
    option: String?, environment: [String: String], userID: UInt32,
    relativeTo directory: String = FileManager.default.currentDirectoryPath
  ) throws(StoreError) -> DatabaseLocation {
    func given(_ variable: String) -> String? { environment[variable].flatMap { $0.isEmpty ? nil : $0 } }

    if let text = option ?? given(environmentVariable) {
      return try DatabaseLocation(parsing: text, relativeTo: directory)
    }
    if userID == 0 { return try DatabaseLocation(parsing: "/var/lib/\(fileName)") }
    // The XDG specification has relative paths ignored.
    if let state = given("XDG_STATE_HOME"), state.hasPrefix("/") {
      return try DatabaseLocation(parsing: "\(state)/\(fileName)")
    }
    guard let home = given("HOME"), home.hasPrefix("/") else {
      throw StoreError(
        .invalidLocation, "there is no usual place for the database: neither XDG_STATE_HOME nor HOME is set",
        remedy: "name one with --database or \(environmentVariable)")
    }
    return try DatabaseLocation(parsing: "\(home)/.local/state/\(fileName)")
  }

  /// The directory of the database, where keys and other state are kept beside it.
  package var stateDirectory: String { (path as NSString).deletingLastPathComponent }

  package var description: String { "sqlite://\(path)" }

  private static func tidy(_ path: String) -> String {
    "/" + path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
  }

  private static func withoutPassword(_ address: String) -> String {
    address.replacing(#/://[^@/]*@/#, with: "://…@")
  }

  private static func invalid(_ message: String) -> StoreError {
    StoreError(
      .invalidLocation, message, remedy: "write a path, or an address such as sqlite:///var/lib/pobsync/pobsync.sqlite3"
    )
  }
}
