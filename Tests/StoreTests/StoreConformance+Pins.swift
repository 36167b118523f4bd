// Pins: mirrored from the disk, read with snapshots and plans, and gone with what they are on.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  private static let pin = SnapshotPin(reason: "before the upgrade", until: later(60), actor: "alice", pinnedAt: noon)
  private static let endless = SnapshotPin(reason: nil, until: nil, actor: "bob", pinnedAt: later(5))

  private func snapshot(_ number: Int, _ name: String = "web-1", pin: SnapshotPin? = nil) throws -> Snapshot {
    var snapshot = Snapshot(
      host: try host(name), id: try snapshotID(number), status: .success, startedAt: later(number))
    snapshot.pin = pin
    return snapshot
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a pin is read as it was set, with its snapshot, and one in its place takes over`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      for number in 1...2 { try await store.record(try snapshot(number), at: noon) }
      try await store.record(try snapshot(1, "db"), at: noon)
      #expect(try await store.pins(of: web).isEmpty)
      try await store.pin(try snapshotID(1), of: web, Self.pin)
      #expect(try await store.pins(of: web) == [try snapshotID(1): Self.pin])
      try await store.pin(try snapshotID(1), of: web, Self.endless)
      #expect(try await store.pins(of: web) == [try snapshotID(1): Self.endless])
      #expect(try await store.snapshots(of: web).map(\.pin) == [Self.endless, nil])
      #expect(try await store.snapshots()[web]?.map(\.pin) == [Self.endless, nil])
      #expect(try await store.snapshots()[try host("db")]?.map(\.pin) == [nil])
      #expect(try await store.unpin(try snapshotID(1), of: web, at: noon))
      #expect(try await !store.unpin(try snapshotID(1), of: web, at: noon))
      #expect(try await store.pins(of: web).isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `discovery brings pins in line with the disk`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      func discover(_ snapshots: Snapshot...) async throws -> SnapshotChanges {
        try await store.replaceSnapshots(of: web, with: snapshots, at: noon)
      }
      var changes = try await discover(snapshot(1, pin: Self.pin), snapshot(2))
      #expect(changes.added == [try snapshotID(1), try snapshotID(2)])
      #expect(changes.changed.isEmpty)
      #expect(try await store.pins(of: web) == [try snapshotID(1): Self.pin])
      #expect(try await discover(snapshot(1, pin: Self.pin), snapshot(2)).isEmpty)

      changes = try await discover(snapshot(1, pin: Self.endless), snapshot(2, pin: Self.pin))
      #expect(changes.changed == [try snapshotID(1), try snapshotID(2)])
      #expect(changes.added.isEmpty && changes.removed.isEmpty)
      #expect(try await store.pins(of: web) == [try snapshotID(1): Self.endless, try snapshotID(2): Self.pin])

      changes = try await discover(snapshot(1))
      #expect(changes.changed == [try snapshotID(1)])
      #expect(changes.removed == [try snapshotID(2)])
      #expect(try await store.pins(of: web).isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a pin goes with its snapshot, and stays where that is recorded again`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      try await store.record(try snapshot(1), at: noon)
      try await store.pin(try snapshotID(1), of: web, Self.pin)
      try await store.record(try snapshot(1), at: later(1))
      #expect(try await store.pins(of: web) == [try snapshotID(1): Self.pin])
      try await store.removeSnapshot(host: web, id: try snapshotID(1))
      #expect(try await store.pins(of: web).isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `plans read the pins of many hosts at once`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let hosts = try ["db", "mail", "web-1"].map(host)
      for host in hosts { try await store.record(try snapshot(1, host.description), at: noon) }
      try await store.pin(try snapshotID(1), of: hosts[0], Self.pin)
      try await store.pin(try snapshotID(1), of: hosts[2], Self.endless)
      let expected = [[try snapshotID(1): Self.pin], [:], [try snapshotID(1): Self.endless]]
      for isRange in [true, false] {
        let recorded = try await store.recorded(of: hosts, isRange: isRange)
        #expect(hosts.map { recorded[$0]?.pins } == expected)
      }
    }
  }
}
