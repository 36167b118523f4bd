// Edits at the same time: what somebody else has edited meanwhile stays.

import Engine
import Foundation
import Spec
import Store
import Testing

/// A database before whose next transaction something else is done to it.
private struct OvertakenDatabase: SQLDatabase {
  let database: any SQLDatabase
  let overtaking: Locked<(@Sendable () async throws -> Void)?>

  var dialect: SQLDialect { database.dialect }
  var place: String { database.place }

  func read<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    try await database.read(body)
  }

  func write<Result: Sendable>(
    _ body: @escaping @Sendable (any SQLConnection) throws -> Result
  ) async throws -> Result {
    let overtaking = overtaking.with { next in
      defer { next = nil }
      return next
    }
    try await overtaking?()
    return try await database.write(body)
  }
}

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases)
  func `an edit leaves what another has edited just before it`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store, database in
      let web = try host("web-1")
      try await store.declare("web-1", "web-2")
      let overtaken = OvertakenDatabase(database: database, overtaking: Locked(nil))
      let slow = try await Store.open(on: overtaken, at: noon)
      overtaken.overtaking.with { overtaking in
        overtaking = {
          var edit = SpecEdit(.host(web))
          edit.set("address", text: "web-1.example.net")
          _ = try await store.apply([edit], as: .bob, named: "a test", at: later(1))
        }
      }
      var edit = SpecEdit(.host(web))
      edit.set("source_root", text: "/srv")
      _ = try await slow.apply([edit], as: .bob, named: "a test", at: later(2))
      let now = try #require(try await store.desired().spec.hosts[web])
      #expect(now.own.sourceRoot?.description == "/srv")
      #expect(now.address?.description == "web-1.example.net")
    }
  }
}
