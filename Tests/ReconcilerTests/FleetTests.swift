// The fleet: which hosts are looked at after what, in which batches, and that each is looked at in the end.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

struct FleetTests {
  private func hosts(_ count: Int) throws -> [HostName] { try (0..<count).map { try HostName(text: "web-\($0)") } }

  private func stored(_ hosts: [HostName], revision: Int64 = 1) -> StoredSpec {
    var stored = StoredSpec()
    for host in hosts { stored.spec.hosts[host] = Host() }
    stored.revision = revision
    return stored
  }

  /// A fleet of so many hosts, all of which have been looked at.
  private func fleet(_ hosts: [HostName]) -> Fleet {
    var fleet = Fleet()
    fleet.load(stored(hosts))
    _ = drain(&fleet)
    return fleet
  }

  /// Looks at all that is to be looked at.
  private func drain(_ fleet: inout Fleet) -> [HostName] {
    var seen: [HostName] = []
    while let batch = fleet.nextBatch() {
      seen += batch.hosts
      fleet.finish(batch, observed: [])
    }
    return seen
  }

  private func plan(
    _ host: HostName, until: Date? = nil, hold: Hold? = nil
  ) -> HostPlan {
    HostPlan(host: host, action: nil, hold: hold, nextFire: nil, retention: nil, validUntil: until)
  }

  private let noon = Date(timeIntervalSince1970: 1_779_192_000)

  // MARK: - Batches

  @Test(arguments: [0, 1, 2, 255, 256, 257, 512, 1000])
  func `batches cover all hosts exactly once, in the order of names`(_ count: Int) throws {
    let hosts = try hosts(count)
    var fleet = Fleet()
    #expect(!fleet.isLoaded && !fleet.hasWork)
    fleet.load(stored(hosts))
    #expect(fleet.isLoaded && fleet.hasWork == (count > 0))
    var seen: [HostName] = []
    while let batch = fleet.nextBatch() {
      #expect(!batch.hosts.isEmpty && batch.hosts.count <= 256 && batch.isRange)
      seen += batch.hosts
      fleet.finish(batch, observed: [])
    }
    #expect(seen == hosts.sorted())
    #expect(!fleet.hasWork)
  }

  @Test func `a batch of few among many is no range`() throws {
    let hosts = try hosts(10)
    var fleet = fleet(hosts)
    var changes = HostChanges(revision: 7)
    changes.hosts = Set(hosts.prefix(5))
    fleet.notice(changes)
    #expect(fleet.nextBatch()?.isRange == false)
    fleet = self.fleet(hosts)
    changes.hosts = Set(hosts.prefix(6))
    fleet.notice(changes)
    #expect(fleet.nextBatch()?.isRange == true)
  }

  @Test func `a batch that was put back comes again, after the others`() throws {
    let hosts = try hosts(600)
    var fleet = Fleet()
    fleet.load(stored(hosts))
    let next = fleet.nextBatch()
    let failed = try #require(next)
    fleet.putBackUnfinished()
    #expect(fleet.hasWork)
    let seen = drain(&fleet)
    #expect(seen == hosts.sorted().dropFirst(failed.hosts.count) + failed.hosts)
    #expect(!fleet.hasWork)
  }

  @Test func `what was handed out is not handed out again before it is put back`() throws {
    let hosts = try hosts(3)
    var fleet = Fleet()
    fleet.load(stored(hosts))
    let next = fleet.nextBatch()
    #expect(next != nil)
    #expect(fleet.nextBatch() == nil && !fleet.hasWork)
    fleet.update(stored(Array(hosts.dropFirst()), revision: 2), changed: [.host(hosts[0])])
    fleet.putBackUnfinished()
    #expect(drain(&fleet) == Array(hosts.dropFirst()), "one of them is not declared any more")
  }

  // MARK: - Changes

  @Test func `a change of a host's own declaration concerns that host`() throws {
    let hosts = try hosts(3)
    var fleet = fleet(hosts)
    fleet.update(stored(hosts, revision: 2), changed: [.host(hosts[1])])
    #expect(drain(&fleet) == [hosts[1]])
    #expect(fleet.desired.revision == 2)
  }

  @Test(arguments: ResourceKind.allCases.filter { $0 != .host })
  func `a change of what hosts share concerns all`(_ kind: ResourceKind) throws {
    let hosts = try hosts(3)
    var fleet = fleet(hosts)
    fleet.update(stored(hosts, revision: 2), changed: [ResourceID(kind: kind, name: "x"), .host(hosts[1])])
    #expect(drain(&fleet) == hosts)
  }

  @Test func `new hosts are looked at, and those that are gone forgotten`() throws {
    let hosts = try hosts(4)
    var fleet = fleet(Array(hosts.prefix(3)))
    let hold = Hold(.missed, "missed")
    for host in hosts.prefix(3) { fleet.note(plan(host, until: noon, hold: hold), stamp: nil, now: noon) }
    var changes = HostChanges(revision: 7)
    changes.hosts = [hosts[0]]
    fleet.notice(changes)
    fleet.update(stored(Array(hosts.suffix(3)), revision: 2), changed: [.host(hosts[0]), .host(hosts[3])])
    #expect(drain(&fleet) == [hosts[3]])
    #expect(Set(fleet.holds.keys) == [hosts[1], hosts[2]])
    fleet.notice(now: noon, elapsed: 1)
    #expect(drain(&fleet) == [hosts[1], hosts[2]])
  }

  @Test func `what has happened to declared hosts is looked at, and read on from there`() throws {
    let hosts = try hosts(3)
    var fleet = fleet(hosts)
    var changes = HostChanges(revision: 42)
    changes.hosts = [hosts[2], try HostName(text: "undeclared")]
    fleet.notice(changes)
    #expect(fleet.hostRevision == 42)
    #expect(drain(&fleet) == [hosts[2]])
    changes = HostChanges(revision: 43)
    changes.concernsAll = true
    fleet.notice(changes)
    #expect(drain(&fleet) == hosts)
  }

  @Test func `the generation that was looked at is the newest that was noted`() throws {
    let hosts = try hosts(2)
    var fleet = Fleet()
    fleet.load(stored(hosts))
    #expect(fleet.generations(of: hosts[0]).observed == 0)
    let next = fleet.nextBatch()
    let batch = try #require(next)
    fleet.finish(batch, observed: [HostFinding(host: hosts[0], conditions: [], generation: 3)])
    #expect(fleet.generations(of: hosts[0]).observed == 3)
    #expect(fleet.generations(of: hosts[1]).observed == 0)
  }

  @Test func `a backup root that fails or recovers concerns all`() throws {
    let hosts = try hosts(2)
    var fleet = fleet(hosts)
    for problem in ["gone", "another", nil] {
      fleet.note(rootProblem: problem)
      #expect(fleet.rootProblem == problem)
      #expect(drain(&fleet) == hosts)
    }
  }

  // MARK: - Times

  @Test func `a host is looked at again when its plan runs out`() throws {
    let hosts = try hosts(3)
    var fleet = fleet(hosts)
    for (host, seconds) in zip(hosts, [10.0, 20, 20]) {
      fleet.note(plan(host, until: noon.addingTimeInterval(seconds)), stamp: nil, now: noon)
    }
    var seen: [[HostName]] = []
    for second in 0..<30 {
      fleet.notice(now: noon.addingTimeInterval(Double(second)), elapsed: 500 + Double(second))
      let due = drain(&fleet)
      if !due.isEmpty { seen.append(due) }
      if second == 10 { #expect(due == [hosts[0]]) }
    }
    #expect(seen == [[hosts[0]], [hosts[1], hosts[2]]])
  }

  @Test(arguments: [(0.0, false), (4.9, false), (-4.9, false), (6, true), (-6, true), (-3600, true), (1e9, true)])
  func `all hosts are looked at when the clock was set`(_ jump: Double, isNoticed: Bool) throws {
    let hosts = try hosts(2)
    var fleet = fleet(hosts)
    fleet.notice(now: noon, elapsed: 10)
    #expect(!fleet.hasWork)
    fleet.notice(now: noon.addingTimeInterval(60 + jump), elapsed: 70)
    #expect(drain(&fleet) == (isNoticed ? hosts : []))
    fleet.notice(now: noon.addingTimeInterval(120 + jump), elapsed: 130)
    #expect(!fleet.hasWork, "once")
  }

  // MARK: - Sweeping

  @Test(arguments: [1, 15, 16, 17, 20, 100, 319, 320, 321, 5000])
  func `every host is swept within twenty steps, a part at each`(_ count: Int) throws {
    let hosts = try hosts(count)
    var fleet = fleet(hosts)
    #expect(fleet.sweep(every: 30, elapsed: 0).isEmpty)
    for round in 0..<2 {
      var seen: Set<HostName> = []
      for step in 1...20 {
        let elapsed = Double(round * 20 + step) * 30
        let part = fleet.sweep(every: 30, elapsed: elapsed)
        #expect(Set(part).count == part.count)
        #expect(part.count <= max(16, count / 20 + 1), "\(step)")
        seen.formUnion(part)
      }
      #expect(seen.count == count)
    }
  }

  @Test(arguments: [1000, 10_000]) func `of a large fleet a little is swept each second`(_ count: Int) throws {
    var fleet = fleet(try hosts(count))
    _ = fleet.sweep(every: 30, elapsed: 0)
    var seen: Set<HostName> = []
    for second in 1...610 {
      let part = fleet.sweep(every: 30, elapsed: Double(second))
      #expect(part.count <= 19)
      seen.formUnion(part)
    }
    #expect(seen.count == count)
  }

  @Test(arguments: [1, 16, 320]) func `few hosts are swept together`(_ count: Int) throws {
    var fleet = fleet(try hosts(count))
    _ = fleet.sweep(every: 30, elapsed: 0)
    for second in 1...29 { #expect(fleet.sweep(every: 30, elapsed: Double(second)).isEmpty) }
    #expect(fleet.sweep(every: 30, elapsed: 30).count == min(count, 16))
  }

  @Test func `hosts that come and go while the fleet is swept do not keep the others from it`() throws {
    let hosts = try hosts(100)
    var fleet = fleet(hosts)
    _ = fleet.sweep(every: 30, elapsed: 0)
    var seen: Set<HostName> = []
    for step in 1...20 {
      let present = Array(hosts.dropLast(step * 4))
      fleet.update(
        stored(present, revision: Int64(step + 1)), changed: Set(hosts.suffix(step * 4).map(ResourceID.host)))
      let part = fleet.sweep(every: 30, elapsed: Double(step) * 30)
      #expect(Set(part).isSubset(of: present))
      seen.formUnion(part)
    }
    #expect(seen.isSuperset(of: hosts.prefix(20)))
    fleet.update(stored([], revision: 99), changed: Set(hosts.map(ResourceID.host)))
    #expect(fleet.sweep(every: 30, elapsed: 9999).isEmpty)
  }

  @Test func `a swept host is looked at if its directory is not as it was, or could not be looked at`() async throws {
    try await withScratchDirectory { scratch in
      let hosts = try hosts(3)
      let root = try AbsolutePath(text: scratch.path("backups"))
      for host in hosts { _ = try scratch.makeDirectory("backups/\(host)/scheduled/20260519-021500Z__a") }
      func stamps() throws -> [HostName: DirectoryStamp] {
        Dictionary(uniqueKeysWithValues: try hosts.map { ($0, try HostDirectory($0, below: root).stamp()) })
      }
      var fleet = fleet(hosts)
      let first = try stamps()
      fleet.compare(first, of: hosts)
      #expect(drain(&fleet) == hosts, "nothing was known of them")
      for host in hosts { fleet.note(plan(host), stamp: first[host], now: noon) }
      fleet.compare(first, of: hosts)
      #expect(drain(&fleet) == [])

      _ = try scratch.makeDirectory("backups/web-1/scheduled/20260520-021500Z__a")
      var second = try stamps()
      fleet.compare(second, of: [hosts[0]])
      #expect(drain(&fleet) == [], "not swept")
      second[hosts[2]] = nil
      fleet.compare(second, of: hosts)
      #expect(drain(&fleet) == [hosts[1], hosts[2]])

      // What was stamped just now may change once more without its stamp showing it.
      let now = Date()
      for host in hosts { fleet.note(plan(host), stamp: try stamps()[host], now: now) }
      fleet.compare(try stamps(), of: hosts)
      #expect(drain(&fleet).contains(hosts[1]))
    }
  }
}
