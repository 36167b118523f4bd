// The planner over generated specs and observed states: what it never does, and that it comes to rest.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

struct PlannerPropertyTests {
  private static let cases = 1_000

  @Test func `the same question has the same answer`() throws {
    try forEachWorld("plan-purity") { world, comment in
      let plan = world.plan()
      #expect(world.plan() == plan, comment)
      var shuffled = world
      for (host, seen) in world.observed {
        shuffled.observed[host]?.recorded = seen.recorded.reversed()
        shuffled.observed[host]?.runs = seen.runs.reversed()
      }
      #expect(shuffled.plan() == plan, comment)
    }
  }

  @Test func `a plan prunes only what no one would miss`() throws {
    try forEachWorld("plan-safety") { world, comment in
      for plan in world.plan().hosts {
        let seen = world.observed[plan.host] ?? ObservedHost()
        #expect(plan.actions.isEmpty || plan.holds.isEmpty, comment)
        for case .prune(let dropped, _) in plan.actions {
          let ids = Set(dropped.map(\.snapshot.id))
          #expect(!ids.isEmpty && ids.count <= world.options.maxDelete, comment)
          #expect(seen.disk == .seen(Set(seen.recorded.map(\.id)), trash: 0), comment)
          #expect(ids.isSubset(of: seen.recorded.map(\.id)), comment)
          let good = seen.recorded.filter {
            $0.id.kind == .scheduled && $0.status.isGood && $0.startedAt <= world.now
          }
          let newest = good.max { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
          #expect(newest.map { !ids.contains($0.id) } ?? true, comment)
          let isOthers = dropped.contains {
            $0.keep || $0.snapshot.id.kind == .manual || $0.snapshot.status == .unknown
              || $0.snapshot.startedAt > world.now
          }
          #expect(!isOthers, comment)
        }
        for case .backup(let due, _) in plan.actions { #expect(due <= world.now, comment) }
        #expect(plan.actions.allSatisfy { !$0.reason.isEmpty }, comment)
        #expect(plan.holds.allSatisfy { !$0.message.isEmpty }, comment)
        #expect(plan.nextFire.map { $0 > world.now } ?? true, comment)
      }
    }
  }

  @Test func `carrying plans out comes to rest within four rounds`() throws {
    try forEachWorld("plan-convergence") { start, comment in
      var world = start
      var rounds = 0
      var plan = world.plan()
      while !plan.isEmpty && rounds < 4 {
        try world.carryOut(plan)
        rounds += 1
        plan = world.plan()
      }
      #expect(plan.isEmpty, "\(comment): still \(plan.hosts.flatMap(\.actions).map(\.verb)) after \(rounds) rounds")
      for (host, disk) in world.disk {
        let lost = Set((start.disk[host] ?? [:]).keys).subtracting(disk.keys)
        #expect(lost.allSatisfy { $0.kind == .scheduled }, comment)
      }
    }
  }

  private func forEachWorld(_ name: String, _ check: (World, Comment) throws -> Void) throws {
    let seed = freshSeed(name)
    for index in 0..<Self.cases {
      var generator = WorldGenerator(seed: seed &+ UInt64(index))
      try check(try generator.world(), "case \(index) of seed \(seed)")
    }
  }
}

/// A desired state, what is on disk, and what is known of it.
private struct World {
  let desired: Spec
  let now: Date
  let options: Planner.Options
  var disk: [HostName: [SnapshotID: SnapshotRecord]] = [:]
  var observed: Observed = [:]
  private var made: Int64 = 1_000

  init(desired: Spec, now: Date, options: Planner.Options) {
    self.desired = desired
    self.now = now
    self.options = options
  }

  func plan() -> Plan { Planner.plan(desired: desired, observed: observed, now: now, options: options) }

  /// Does what a plan asks for, with success.
  mutating func carryOut(_ plan: Plan) throws {
    for host in plan.hosts {
      for action in host.actions { try carryOut(action, for: host.host) }
    }
  }

  private mutating func carryOut(_ action: Action, for host: HostName) throws {
    var seen = observed[host] ?? ObservedHost()
    var tree = disk[host] ?? [:]
    var snapshot: SnapshotRecord?
    var due: Date?
    made += 1
    switch action {
    case .discover: seen.recorded = Array(tree.values)
    case .backup(let dueAt, _):
      let name = try #require(SnapshotName("\(Timestamp.compact(now))__new\(made)"))
      let new = SnapshotRecord(id: SnapshotID(kind: .scheduled, name: name), status: .success, startedAt: now)
      tree[new.id] = new
      seen.recorded.append(new)
      (snapshot, due) = (new, dueAt)
    case .prune(let dropped, _):
      let ids = Set(dropped.map(\.snapshot.id))
      tree = tree.filter { !ids.contains($0.key) }
      seen.recorded.removeAll { ids.contains($0.id) }
    }
    seen.runs.append(
      Run(
        id: made, host: host, kind: action.kind, state: .succeeded, trigger: .schedule, reason: action.reason,
        scheduledFor: due, snapshot: snapshot?.id, queuedAt: now, startedAt: now, finishedAt: now))
    if case .seen = seen.disk { seen.disk = .seen(Set(tree.keys), trash: 0) }
    disk[host] = tree
    observed[host] = seen
  }
}

private struct WorldGenerator {
  private var histories: HistoryGenerator

  init(seed: UInt64) { histories = HistoryGenerator(seed: seed) }

  mutating func world() throws -> World {
    let now = histories.now()
    let desired = try desired()
    var world = World(
      desired: desired, now: now,
      options: Planner.Options(
        retriesAtOnce: chance(1, in: 2), maxDelete: pick([Planner.defaultMaxDelete, 1, 100])))
    for host in desired.effectiveHosts where !chance(1, in: 10) {
      let history = try histories.history(upTo: 25, before: now)
      world.disk[host.name] = Dictionary(uniqueKeysWithValues: history.map { ($0.id, $0) })
      var recorded = history
      if chance(1, in: 5) { recorded.removeAll { _ in chance(1, in: 4) } }
      if chance(1, in: 5), let last = recorded.popLast() { world.disk[host.name]?[last.id] = nil }
      world.observed[host.name] = ObservedHost(
        recorded: recorded,
        disk: chance(1, in: 10) ? .unknown : .seen(Set((world.disk[host.name] ?? [:]).keys), trash: 0),
        runs: runs(of: host, now: now))
    }
    return world
  }

  private mutating func desired() throws -> Spec {
    let crons = [
      "15 2 * * *", "*/10 * * * *", "@hourly", "30 2 * * 0", "0 0 1 * *", "0 */6 * * 1-5", "59 23 31 12 *",
      "30 2 29 2 *",
    ]
    var desired = Spec()
    desired.settings = try spec("settings: {time_zone: \(histories.zone())}").settings
    for index in 1...2 {
      var keys = [#"cron: "\#(pick(crons))""#]
      if chance(2, in: 3) { keys.append("prune: true") }
      if chance(1, in: 2) { keys.append("time_zone: \(histories.zone())") }
      if chance(1, in: 2) { keys.append("jitter: \(pick(["30s", "20m", "1d"]))") }
      if chance(1, in: 4) { keys.append("catch_up: \(pick(["5m", "1h", "3d"]))") }
      if chance(1, in: 4) { keys.append("max_age: 26h") }
      if chance(1, in: 12) { keys.append("suspended: true") }
      let policy = try histories.policy()
      let hostKeys = [
        chance(1, in: 8) ? nil : "schedule: times-\(index)", chance(1, in: 6) ? "suspended: true" : nil,
      ].compactMap(\.self)
      let text = """
        schedules: {times-\(index): {\(keys.joined(separator: ", "))}}
        hosts: {web-\(index): {\(hostKeys.joined(separator: ", "))}}
        """
      desired = desired.merging(try spec(text))
      guard !chance(1, in: 6) else { continue }
      let name = try ResourceName(text: "keep-\(index)")
      desired.retention[name] = policy.policy
      desired.hosts[try HostName(text: "web-\(index)")]?.own.retention = name
    }
    return desired
  }

  /// Runs for some of the last fires, most of them good.
  private mutating func runs(of host: EffectiveHost, now: Date) -> [Run] {
    guard let schedule = host.schedule else { return [] }
    let firing = Firing(schedule, host: host.name)
    var runs: [Run] = []
    var due = firing.latest(atOrBefore: now)
    for id in (0..<Int.random(in: 0...6, using: &histories.random)).reversed() {
      guard let fire = due else { break }
      let end = min(now, fire.addingTimeInterval(Double(Int.random(in: 0...7200, using: &histories.random))))
      runs.append(
        Run(
          id: Int64(id), host: host.name, kind: pick([.backup, .backup, .backup, .prune, .discover]),
          state: pick([.succeeded, .succeeded, .warning, .failed, .failed, .interrupted, .cancelled]),
          trigger: .schedule, reason: "because", scheduledFor: fire, queuedAt: fire, startedAt: fire, finishedAt: end))
      if chance(1, in: 2) { due = firing.latest(atOrBefore: fire.addingTimeInterval(-1)) }
    }
    return runs
  }

  private mutating func chance(_ part: Int, in whole: Int) -> Bool { histories.random.chance(part, in: whole) }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &histories.random)]
  }
}
