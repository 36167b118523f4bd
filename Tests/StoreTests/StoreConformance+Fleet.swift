// What lists, calendars and forecasts of a fleet are read from.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  /// 2026-05-19, at noon of which the tests begin.
  private static let firstDay = 20_592

  @Test(arguments: DatabaseMaker.allCases)
  func `what backups came to is told by host and day`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("db", "web-1")
      let worker = try await store.worker()
      func finish(_ kind: RunKind, of name: String, _ state: RunState, for due: Date?, at time: Int) async throws {
        var asked = try request(kind, of: name)
        asked.scheduledFor = due
        let run = try await store.begin(asked, by: worker, at: later(time))
        try await store.finishRun(run, RunResult(state: state), by: worker, at: later(time + 1))
      }
      let day = 86_400
      try await finish(.backup, of: "web-1", .failed, for: noon, at: 10)
      try await finish(.backup, of: "web-1", .succeeded, for: nil, at: 20)
      try await finish(.prune, of: "web-1", .failed, for: nil, at: 30)
      // Made on the next day, for the one before.
      try await finish(.backup, of: "db", .warning, for: noon, at: day + 1)
      try await finish(.backup, of: "db", .cancelled, for: nil, at: day + 10)
      // One that goes on has not come to anything.
      _ = try await store.queue(try request(.backup, of: "db"), at: later(day + 20))

      let history = try await store.backupHistory(since: noon)
      let (db, web) = (try host("db"), try host("web-1"))
      #expect(history.declaredSince == [db: noon, web: noon])
      #expect(history.ends.count == 2)
      #expect(history.ends[web] == [Self.firstDay: [.failed, .succeeded]])
      #expect(history.ends[db] == [Self.firstDay: [.warning], Self.firstDay + 1: [.cancelled]])
      let late = try await store.backupHistory(since: later(day))
      #expect(late.ends.keys.map(\.description) == ["db"])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what snapshots took is told by day`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      func record(_ number: Int, of name: String, at time: Int, new: Int64?, available: Int64?) async throws {
        var stats = SnapshotStats()
        stats.uniqueApparentSizeBytes = new
        stats.availableBytes = available
        let snapshot = Snapshot(
          host: try host(name), id: try snapshotID(number), status: number == 1 ? .partial : .success,
          startedAt: later(time), stats: stats)
        try await store.record(snapshot, at: noon)
      }
      try await record(1, of: "web-1", at: 1, new: 1000, available: 90)
      try await record(2, of: "web-1", at: 2, new: nil, available: nil)
      try await record(1, of: "db", at: 3, new: .max, available: 80)
      try await record(2, of: "db", at: 90_000, new: 5, available: nil)
      try await record(3, of: "db", at: -90_000, new: 7, available: 1)

      let days = try await store.spaceDays(since: noon)
      #expect(days.map(\.day) == [Self.firstDay, Self.firstDay + 1])
      #expect(days.map(\.leastAvailable) == [80, nil])
      // Figures that somebody has made up end at the largest.
      #expect(days.map(\.newBytes) == [.max, 5])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a list of hosts is read with the same queries however many there are`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      var spec = Spec()
      let (db, web, gone) = (try host("db"), try host("web-1"), try host("gone"))
      for name in [db, web, gone] { spec.hosts[name] = Host() }
      spec.hosts[web]?.address = try HostAddress(text: "web-1.example.net")
      let labels: Labels = [try name("role"): "web", try name("site"): "a, b"]
      spec.hosts[web]?.own.labels = labels
      _ = try await store.apply(spec, as: .alice, prune: false, at: noon)
      func record(_ number: Int, _ kind: SnapshotKind, of host: HostName, _ status: SnapshotStatus, _ size: Int64)
        async throws
      {
        var stats = SnapshotStats()
        stats.apparentSizeBytes = size
        try await store.record(
          Snapshot(
            host: host, id: try snapshotID(number, kind), status: status, startedAt: later(number), stats: stats),
          at: noon)
      }
      try await record(1, .scheduled, of: web, .success, 10)
      try await record(2, .scheduled, of: web, .partial, 20)
      try await record(3, .manual, of: web, .warning, 30)
      try await record(1, .manual, of: gone, .success, 40)
      try await store.delete(.host(gone), as: .alice, at: later(5))
      let ready = Condition(.ready, .true, reason: "Ready", message: "", observedGeneration: 1, changedAt: noon)
      try await store.note(
        [HostFinding(host: web, conditions: [ready], generation: 1)], by: try await store.controller())
      _ = try await store.queue(try request(.backup), at: noon)

      let records = try await store.fleetRecords(at: later(10))
      #expect(Set(records.status.groups.flatMap(\.names)) == [db, web])
      #expect(records.status.backingUp == [web])
      #expect(records.retained.keys.map(\.description) == ["gone"])
      var facts = HostFacts()
      facts.address = "web-1.example.net"
      facts.labels = labels
      facts.isJudged = true
      facts.snapshots = 3
      facts.newestGood = later(3)
      facts.newestSize = 20
      #expect(records.facts[web] == facts)
      #expect(records.facts[db] == HostFacts())
      #expect(records.facts[gone]?.newestSize == 40)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `snapshots can be read without their metadata`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      try await store.record(
        Snapshot(host: web, id: try snapshotID(1), status: .success, startedAt: noon, metadata: "{}"), at: noon)
      #expect(try await store.snapshots(of: web).map(\.metadata) == ["{}"])
      #expect(try await store.snapshots(of: web, withMetadata: false).map(\.metadata) == [nil])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what was removed lately is counted`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      func record(_ name: String, _ kind: Purge.Kind, at time: Int) async throws {
        try await store.recordPurge(
          Purge(
            host: try host(name), kind: kind, name: "20260519-021500Z__K3VQEVH7", path: "/b/x", reason: "old",
            action: .scheduled, actor: "alice", at: later(time)))
      }
      try await record("web-1", .scheduled, at: 1)
      try await record("web-1", .manual, at: 5)
      try await record("web-1", .incomplete, at: 6)
      try await record("db", .scheduled, at: 7)
      #expect(try await store.purgeCount(of: try host("web-1"), since: later(2)) == 1)
      #expect(try await store.purgeCount(of: try host("web-1"), since: noon) == 2)
    }
  }
}
