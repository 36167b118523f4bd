// The store: the memory of pobsync, opened and brought up to date. What it remembers is in the files beside this one.

package import Foundation

/// The desired state, what was observed, and what has happened.
package struct Store: Sendable {
  let database: any SQLDatabase

  /// Opens the database at a place, which is made if there is none.
  package static func open(_ location: DatabaseLocation, at now: Date) async throws -> Store {
    try await open(on: try await location.open(), at: now)
  }

  /// Takes a database into use, and brings its schema up to date.
  package static func open(on database: any SQLDatabase, at now: Date) async throws -> Store {
    try await Migrator().migrate(database, at: now)
    return Store(database: database)
  }

  /// Which brand of database it is on.
  package var dialect: SQLDialect { database.dialect }
}
