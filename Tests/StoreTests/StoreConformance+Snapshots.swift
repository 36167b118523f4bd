// Snapshots, purges and backup roots.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases)
  func `a snapshot is read as it was recorded`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      var stats = SnapshotStats()
      stats.files = 1
      stats.createdFiles = 2
      stats.transferredFiles = 3
      stats.literalDataBytes = 4
      stats.matchedDataBytes = 5
      stats.receivedBytes = 6
      stats.sentBytes = 7
      stats.apparentSizeBytes = 8
      stats.uniqueApparentSizeBytes = 9
      stats.availableBytes = .max
      stats.durationSeconds = 12
      let full = Snapshot(
        host: web, id: try snapshotID(2), status: .warning, startedAt: later(1), finishedAt: later(13),
        base: SnapshotBase(kind: "elsewhere", name: "older", path: "/mnt/x/data"), stats: stats, note: "vanished: a",
        hostID: "H", metadata: #"{"format":1}"#)
      let bare = Snapshot(host: web, id: try snapshotID(1), status: .unknown, startedAt: noon)
      let manual = Snapshot(host: try host("db"), id: try snapshotID(1, .manual), status: .partial, startedAt: noon)
      for snapshot in [full, bare, manual] { try await store.record(snapshot, at: noon) }
      #expect(try await store.snapshots(of: web) == [bare, full])

      let all = try await store.snapshots()
      #expect(all[try host("db")] == [manual])
      #expect(all[web]?.first == bare)
      #expect(all[web]?.last?.stats == stats)
      #expect(all[web]?.last?.metadata == nil)

      let better = Snapshot(host: web, id: bare.id, status: .success, startedAt: noon)
      try await store.record(better, at: noon)
      #expect(try await store.snapshots(of: web) == [better, full])
      #expect(try await store.removeSnapshot(host: web, id: full.id))
      #expect(try await !store.removeSnapshot(host: web, id: full.id))
      #expect(try await store.snapshots(of: web) == [better])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `snapshots of all hosts are listed page by page, the newest first`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let (web, database) = (try host("web-1"), try host("db"))
      var made: [Snapshot] = []
      for number in 1...7 {
        // Two begin at the same time.
        let date = later(number == 4 ? 3 : number)
        let snapshot = Snapshot(
          host: number.isMultiple(of: 2) ? web : database, id: try snapshotID(number),
          status: number == 5 ? .partial : .success,
          startedAt: date)
        try await store.record(snapshot, at: noon)
        made.append(snapshot)
      }
      let pin = SnapshotPin(reason: nil, until: nil, actor: "alice", pinnedAt: noon)
      try await store.pin(made[1].id, of: web, pin)
      var listed: [Snapshot] = []
      var place: SnapshotListPlace?
      repeat {
        let page = try await store.snapshotPage(after: place, limit: 2)
        listed += page.snapshots
        place = page.next.flatMap { SnapshotListPlace(text: $0.text) }
        #expect((place == nil) == (page.next == nil))
      } while place != nil
      #expect(listed.map(\.id) == made.reversed().map(\.id))
      #expect(listed.filter { $0.pin != nil }.map(\.id) == [made[1].id])
      let some = try await store.snapshotPage(
        SnapshotFilter(host: database, kinds: [.scheduled], statuses: [.partial]), limit: 9)
      #expect(some.snapshots.map(\.id) == [made[4].id] && some.next == nil)
      #expect(try await store.snapshotPage(SnapshotFilter(kinds: [.manual]), limit: 9).snapshots.isEmpty)
      for text in ["", "x", "~", "2026-05-01T02:15:00.000000Z~", "2026-05-01T02:15:00.000000Z~1~2"] {
        #expect(SnapshotListPlace(text: text) == nil)
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `discovery writes only what differs, and links bases`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store, database in
      let web = try host("web-1")
      func snapshot(_ number: Int, on base: Int? = nil, _ status: SnapshotStatus = .success) throws -> Snapshot {
        let base = try base.map {
          SnapshotBase(kind: "scheduled", name: try snapshotID($0).name.description, path: "p")
        }
        return Snapshot(
          host: web, id: try snapshotID(number), status: status, startedAt: later(number), base: base, hostID: "H")
      }
      func links() async throws -> [Int64?] {
        try await database.read { connection in
          try connection.query("SELECT base_id FROM snapshots ORDER BY name", []).map { try $0.optional("base_id") }
        }
      }
      func recordings() async throws -> [String] {
        try await database.read { connection in
          try connection.query("SELECT recorded_at FROM snapshots ORDER BY name", []).map {
            try $0.required("recorded_at")
          }
        }
      }
      let other = Snapshot(host: try host("db"), id: try snapshotID(9), status: .success, startedAt: noon)
      try await store.record(other, at: noon)

      // The base is listed after what was made against it.
      var changes = try await store.replaceSnapshots(
        of: web, with: [try snapshot(2, on: 1), try snapshot(1), try snapshot(3, on: 7)], at: noon)
      #expect(changes.added.sorted() == [try snapshotID(1), try snapshotID(2), try snapshotID(3)])
      #expect(changes.changed.isEmpty && changes.removed.isEmpty)
      var linked = try await links()
      #expect(linked.map { $0 == nil } == [true, false, true, true])

      changes = try await store.replaceSnapshots(
        of: web, with: [try snapshot(1), try snapshot(2, on: 1), try snapshot(3, on: 2, .warning)], at: later(9))
      #expect(changes.changed == [try snapshotID(3)])
      #expect(changes.added.isEmpty && changes.removed.isEmpty)
      linked = try await links()
      #expect(linked.map { $0 == nil } == [true, false, false, true])
      let times = try await recordings()
      #expect(times == [noon, noon, later(9), noon].map(Timestamp.text))

      changes = try await store.replaceSnapshots(
        of: web, with: [try snapshot(2, on: 1), try snapshot(3, on: 2, .warning)], at: later(10))
      #expect(changes.removed == [try snapshotID(1)])
      linked = try await links()
      #expect(linked.map { $0 == nil } == [true, false, true])
      #expect(try await store.snapshots(of: web).first?.base?.id == (try snapshotID(1)))
      #expect(try await store.snapshots(of: try host("db")) == [other])
      #expect(
        try await store.replaceSnapshots(
          of: web, with: [try snapshot(2, on: 1), try snapshot(3, on: 2, .warning)], at: later(11)
        ).isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `plans read of many hosts at once what was recorded of each`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store, database in
      let hosts = try ["web-1", "db", "mail", "new"].map(host)
      var expected: [HostName: Set<SnapshotRecord>] = [hosts[3]: []]
      for (number, host) in hosts.dropLast().enumerated() {
        for index in 0...number {
          let snapshot = Snapshot(
            host: host, id: try snapshotID(index, index == 1 ? .manual : .scheduled),
            status: SnapshotStatus.allCases[(number + index) % 4], startedAt: later(60 * index + number))
          try await store.record(snapshot, at: noon)
          expected[host, default: []].insert(SnapshotRecord(snapshot))
        }
      }
      let sorted = hosts.sorted()
      let read = try await store.recorded(of: sorted, isRange: true).mapValues(\.snapshots)
      let known = expected.filter { !$0.value.isEmpty }
      #expect(read.mapValues { Set($0) } == known)
      #expect(read.mapValues(\.count) == known.mapValues(\.count))
      #expect(try await store.recorded(of: sorted, isRange: false).mapValues { Set($0.snapshots) } == known)
      #expect(try await Set(store.snapshotRecords(of: hosts[2])) == expected[hosts[2]])
      #expect(try await store.recorded(of: [], isRange: true).isEmpty)

      let summaries = known.mapValues { snapshots in
        SnapshotSummary(
          count: snapshots.count, newestGood: snapshots.filter(\.status.isGood).map(\.startedAt).max())
      }
      #expect(try await store.snapshotSummaries() == summaries)

      try await database.write {
        _ = try $0.execute("UPDATE snapshots SET started_at = 'noon' WHERE host = ?", ["web-1"])
      }
      let error = await storeError { _ = try await store.recorded(of: sorted, isRange: true) }
      #expect(error?.code == .unreadableValue)
      #expect(error?.message.contains("its column started_at holds `noon`") == true, "\(error?.message ?? "")")
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `purges are listed`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      func purge(_ host: String, _ kind: Purge.Kind, _ action: Purge.Action, _ time: Int) throws -> Purge {
        Purge(
          host: try StoreTests.host(host), kind: kind, name: "20260519-021500Z__K3VQEVH7", path: "/b/x", reason: "old",
          action: action, actor: "alice", metadata: time == 1 ? "{}" : nil, at: later(time))
      }
      let purges = [
        try purge("web-1", .scheduled, .scheduled, 1), try purge("db", .manual, .cli, 2),
        try purge("web-1", .incomplete, .incompleteCleanup, 3),
      ]
      for purge in purges { try await store.recordPurge(purge) }
      #expect(try await store.purges(limit: 10) == purges.reversed())
      #expect(try await store.purges(host: try host("web-1"), limit: 1) == [purges[2]])
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `backup roots are remembered`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let path = try AbsolutePath(text: "/mnt/backups")
      #expect(try await store.rootID(of: path) == nil)
      #expect(try await store.rememberRoot(path, id: "A", at: noon) == "A")
      #expect(try await store.rootID(of: path) == "A")
      #expect(try await store.rememberRoot(path, id: "B", at: later(2)) == "A", "the first one holds")
      #expect(try await store.rootID(of: path) == "A")
      try await store.forgetRoot(path)
      #expect(try await store.rootID(of: path) == nil)
    }
  }
}

func snapshotID(_ number: Int, _ kind: SnapshotKind = .scheduled) throws -> SnapshotID {
  let text = "20260519-0215\(String(format: "%02d", number))Z__K3VQEVH7"
  return SnapshotID(kind: kind, name: try #require(SnapshotName(text)))
}
