// Changes and their audit entries: in one transaction, so that nothing changes for which nobody is named.

import Engine
import Foundation
import Spec
import Support
import Testing

@testable import Store

/// A change that takes its audit entry along.
struct NotedChange: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// What the entry is on: made of what the store tells of the change, where it tells anything.
  let subject: String
  let make: @Sendable (Store) async throws -> Void

  init(_ description: String, on subject: String = "it", _ make: @escaping @Sendable (Store) async throws -> Void) {
    testDescription = description
    self.subject = subject
    self.make = make
  }

  private static func note(_ subject: String = "it") -> NewAuditEntry {
    NewAuditEntry(actor: "ann", role: .admin, address: "192.0.2.1", action: "test.change", subject: subject)
  }

  /// Something of everything that is changed here.
  static func prepare(_ store: Store) async throws {
    let (web, id) = (try host("web-1"), try snapshotID(1))
    try await store.declare("web-1")
    try await store.addUser("ann")
    try await store.signIn("ann", 1)
    _ = try await store.createToken(
      try name("ci"), digest: try digest(2), role: .viewer, by: "ann", expiresAt: nil, at: noon)
    try await store.record(Snapshot(host: web, id: id, status: .success, startedAt: noon), at: noon)
    try await store.pin(
      id, of: web, SnapshotPin(reason: "before the upgrade", until: nil, actor: "alice", pinnedAt: noon))
    try await store.pause(web, Pause(until: nil, reason: "tonight", actor: "alice", pausedAt: noon))
    #expect(try await store.queue(try request(.verify), at: noon) == .queued(1))
  }

  static let ofAccounts = [
    NotedChange("make an account") { store in
      try await store.createUser(
        try account("bob"), role: .viewer, passwordHash: "a hash", noting: note(), at: later(1))
    },
    NotedChange("set a password") { store in
      try await store.setPassword(of: try account("ann"), to: "other", noting: note(), at: later(1))
    },
    NotedChange("set a role", on: "operator") { store in
      try await store.setRole(of: try account("ann"), to: .viewer, noting: { note($0.role.rawValue) }, at: later(1))
    },
    NotedChange("disable an account") { store in
      try await store.setDisabled(true, of: try account("ann"), noting: note(), at: later(1))
    },
    NotedChange("sign in", on: "operator") { store in
      try await store.createSession(
        try digest(3), of: try account("ann"), checked: "hash of ann", csrf: "csrf", address: "192.0.2.1",
        noting: { note($0.rawValue) }, at: later(1))
    },
    NotedChange("sign out") { store in try await store.endSession(try digest(1), noting: note(), at: later(1)) },
    NotedChange("end all sessions") { store in
      try await store.endSessions(of: try account("ann"), noting: note(), at: later(1))
    },
    NotedChange("make a token") { store in
      _ = try await store.createToken(
        try name("wall"), digest: try digest(4), role: .viewer, by: "ann", expiresAt: nil, noting: note(),
        at: later(1))
    },
    NotedChange("revoke a token", on: "viewer") { store in
      try await store.revokeToken(try name("ci"), noting: { note($0.role.rawValue) }, at: later(1))
    },
  ]

  static let ofHosts = [
    NotedChange("pause in place of a pause", on: "tonight") { store in
      try await store.pause(
        try host("web-1"), Pause(until: nil, reason: nil, actor: "bob", pausedAt: later(1)),
        noting: { note($0?.reason ?? "nothing") })
    },
    NotedChange("pause everything", on: "nothing") { store in
      try await store.pause(
        nil, Pause(until: nil, reason: nil, actor: "bob", pausedAt: later(1)),
        noting: { note($0?.reason ?? "nothing") })
    },
    NotedChange("resume", on: "tonight") { store in
      _ = try await store.resume(try host("web-1"), noting: { note($0.reason ?? "nothing") }, at: later(1))
    },
    NotedChange("pin in place of a pin", on: "alice, bob") { store in
      try await store.pin(
        try snapshotID(1), of: try host("web-1"),
        SnapshotPin(reason: nil, until: nil, actor: "bob", pinnedAt: later(1)),
        noting: { former, pin in note("\(former?.actor ?? "nobody"), \(pin.actor)") })
    },
    NotedChange("unpin", on: "alice") { store in
      try await store.unpin(
        try snapshotID(1), of: try host("web-1"), noting: { note($0?.actor ?? "nobody") }, at: later(1))
    },
    NotedChange("accept that a host has shrunk") { store in
      try await store.acceptShrinkage(
        of: try host("web-1"), upTo: try snapshotID(1).name, reason: nil, by: "ann", noting: note(), at: later(1))
    },
    NotedChange("queue a run", on: "a run") { store in
      _ = try await store.queue(try request(.backup, .web), noting: { _ in note("a run") }, at: later(1))
    },
    NotedChange("join a run that is queued", on: "run/1") { store in
      _ = try await store.queue(try request(.verify, .web), noting: { note("run/\($0)") }, at: later(1))
    },
    NotedChange("cancel a run") { store in
      _ = try await store.cancelRun(1, by: "ann", noting: note(), at: later(1))
    },
    NotedChange("edit what is declared", on: "1 host") { store in
      var edit = SpecEdit(.host(try host("web-1")))
      edit.set("address", text: "web-1.example.net")
      _ = try await store.apply(
        [edit], as: .bob, named: "a test", noting: { _, former in note("\(former.hosts.count) host") }, at: later(1))
    },
    NotedChange("delete what is declared", on: "1 host") { store in
      try await store.delete(
        .host(try host("web-1")), as: .bob, noting: { note("\($0.hosts.count) host") }, at: later(1))
    },
  ]

  /// They find everything as they would have it, or nothing to change.
  static let ofNothing = [
    NotedChange("resume what is not paused") { store in
      _ = try await store.resume(nil, noting: { _ in note() }, at: later(1))
    },
    NotedChange("unpin what is not pinned") { store in
      try await store.unpin(try snapshotID(2), of: try host("web-1"), noting: { _ in note() }, at: later(1))
    },
    NotedChange("set the same role") { store in
      try await store.setRole(of: try account("ann"), to: .operator, noting: { _ in note() }, at: later(1))
    },
    NotedChange("enable what is not disabled") { store in
      try await store.setDisabled(false, of: try account("ann"), noting: note(), at: later(1))
    },
    NotedChange("sign out once more") { store in
      try await store.endSession(try digest(9), noting: note(), at: later(1))
    },
    NotedChange("end no other sessions") { store in
      try await store.endSessions(of: try account("ann"), except: try digest(1), noting: note(), at: later(1))
    },
    NotedChange("be in the way of another run") { store in
      var other = try request(.verify, .web)
      other.snapshot = try snapshotID(1)
      let queueing = try await store.queue(other, noting: { _ in note() }, at: later(1))
      #expect(queueing == .obstructed(1))
    },
    NotedChange("edit what is as it is to be") { store in
      var edit = SpecEdit(.host(try host("web-1")))
      edit.set("address", nil)
      _ = try await store.apply([edit], as: .bob, named: "a test", noting: { _, _ in note() }, at: later(1))
    },
    NotedChange("cancel what is no run") { store in
      _ = try await store.cancelRun(99, by: "ann", noting: note(), at: later(1))
    },
  ]
}

extension StoreConformance {
  /// What each table but the audit log holds.
  private func content(of database: any SQLDatabase) async throws -> [String: TableChecksum] {
    try await database.read { connection in
      let graph = try TableGraph(of: connection, database.dialect)
      var content: [String: TableChecksum] = [:]
      for table in graph.tables where table != "audit_log" {
        var checksum = TableChecksum()
        for row in try connection.query("SELECT * FROM `\(table)`", []) {
          checksum.add(graph.columns(of: table).map { row[$0] })
        }
        content[table] = checksum
      }
      return content
    }
  }

  private func rename(_ table: String, to name: String, in database: any SQLDatabase) async throws {
    _ = try await database.changeSchema { try $0.execute("ALTER TABLE \(table) RENAME TO \(name)", []) }
  }

  @Test(arguments: DatabaseMaker.allCases, NotedChange.ofAccounts + NotedChange.ofHosts)
  func `a change and its audit entry are there together, or neither is`(
    _ maker: DatabaseMaker, _ change: NotedChange
  ) async throws {
    try await maker.withStore { store, database in
      try await NotedChange.prepare(store)
      let before = try await content(of: database)
      // An entry that cannot be written takes the change back with it.
      try await rename("audit_log", to: "audit_log_elsewhere", in: database)
      _ = await storeError { try await change.make(store) }
      try await rename("audit_log_elsewhere", to: "audit_log", in: database)
      #expect(try await content(of: database) == before)
      #expect(try await store.audit(limit: 9).isEmpty)

      try await change.make(store)
      #expect(try await content(of: database) != before)
      let entries = try await store.audit(limit: 9)
      #expect(entries.map(\.subject) == [change.subject])
      #expect(entries.map(\.at) == [later(1)])
    }
  }

  @Test(arguments: DatabaseMaker.allCases, NotedChange.ofNothing)
  func `what changes nothing is not noted`(_ maker: DatabaseMaker, _ change: NotedChange) async throws {
    try await maker.withStore { store, database in
      try await NotedChange.prepare(store)
      let before = try await content(of: database)
      try await change.make(store)
      #expect(try await content(of: database) == before)
      #expect(try await store.audit(limit: 9).isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a pin that only the disk knew is noted when it goes`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let (web, id) = (try host("web-1"), try snapshotID(1))
      let isNoted = try await store.unpin(
        id, of: web, wasOnDisk: true,
        noting: { former in
          NewAuditEntry(
            actor: "ann", role: .operator, address: "192.0.2.1", action: "snapshot.unpin", subject: "snapshot/\(id)",
            before: former?.document)
        }, at: noon)
      #expect(isNoted)
      let entries = try await store.audit(limit: 9)
      #expect(entries.map(\.subject) == ["snapshot/\(id)"] && entries.map(\.before) == [nil])
    }
  }
}
