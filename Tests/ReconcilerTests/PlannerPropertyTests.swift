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
        #expect(plan.action == nil || plan.hold == nil || plan.action?.kind == .emptyTrash, comment)
        switch plan.action {
        case .prune(let dropped, _):
          let ids = Set(dropped.map(\.snapshot.id))
          guard case .seen(let onDisk, _) = seen.disk else {
            Issue.record(comment)
            continue
          }
          #expect(!ids.isEmpty, comment)
          #expect(ids.count <= world.mostDeletions(of: plan.host), comment)
          #expect(onDisk == Set(seen.recorded.map(\.id)), comment)
          #expect(ids.isSubset(of: seen.recorded.map(\.id)), comment)
          let good = seen.recorded.filter {
            $0.id.kind == .scheduled && $0.status.isGood && $0.startedAt <= world.now
          }
          let newest = good.max { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
          #expect(newest.map { !ids.contains($0.id) } ?? true, comment)
          let isOthers = dropped.contains {
            $0.keep || $0.snapshot.id.kind == .manual || $0.snapshot.status == .unknown
              || $0.snapshot.startedAt > world.now || seen.pins[$0.snapshot.id]?.holds(at: world.now) == true
          }
          #expect(!isOthers, comment)
          let isFrozen = world.desired.effectiveHost(plan.host).map {
            PruneFreeze.of($0, observed: seen, now: world.now) != nil
          }
          #expect(ids.isEmpty || isFrozen == false, comment)
        case .backup(let due, let attempt, _):
          #expect(due <= world.now && attempt >= 1, comment)
          let schedule = try #require(world.desired.effectiveHost(plan.host)?.schedule)
          #expect(schedule.calendar.isOpen(at: world.now), comment)
        case .backupOnRequest(let text, let attempt, _):
          #expect(text != seen.requestDone && attempt >= 1, comment)
        case .emptyTrash(let entries, _):
          let kept = entries.filter { $0.trashedAt.map { world.now.timeIntervalSince($0) < 3 * 86_400 } ?? false }
          #expect(!entries.isEmpty && kept.isEmpty, comment)
        case .discover, nil: break
        }
        if seen.notAdopted != nil { #expect([nil, .discover].contains(plan.action?.kind), comment) }
        if let action = plan.action {
          #expect(seen.pause == nil, comment)
          #expect(action.kind == .emptyTrash || seen.runs.allSatisfy(\.state.isFinished), comment)
        }
        #expect(plan.action?.reason.isEmpty != true, comment)
        #expect(plan.hold?.message.isEmpty != true, comment)
        #expect(plan.validUntil.map { $0 > world.now } ?? true, comment)
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
      #expect(plan.isEmpty, "\(comment): still \(plan.hosts.compactMap(\.action?.verb)) after \(rounds) rounds")
      for (host, disk) in world.disk {
        let lost = Set((start.disk[host] ?? [:]).keys).subtracting(disk.keys)
        #expect(lost.allSatisfy { $0.kind == .scheduled }, comment)
      }
    }
  }

  @Test func `a plan without anything to do stays one until the time that it names`() throws {
    try forEachWorld("plan-validity") { world, comment in
      var random = SeededGenerator(seed: UInt64(bitPattern: Int64(world.now.timeIntervalSince1970)))
      for plan in world.plan().hosts where plan.action == nil {
        let host = try #require(world.desired.effectiveHost(plan.host))
        let seen = world.observed[plan.host] ?? ObservedHost()
        let span = plan.validUntil.map { $0.timeIntervalSince(world.now) } ?? 400 * 86_400
        let times = (0..<6).map { _ in Double.random(in: 0..<span, using: &random).rounded(.down) } + [span - 1]
        let now = HostConditions.judge(host, observed: seen, plan: plan, generation: 1, now: world.now)
        for elapsed in times where elapsed >= 0 && elapsed < span {
          let time = world.now.addingTimeInterval(elapsed)
          let later = Planner.plan(host: host, observed: seen, now: time, retries: world.retries)
          #expect(later.action == nil, "\(comment): \(later.action?.verb ?? "") at \(time.written)")
          let conditions = HostConditions.judge(host, observed: seen, plan: later, generation: 1, now: time)
          #expect(conditions.map(\.status) == now.map(\.status), "\(comment): at \(time.written)")
        }
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
  let retries: Planner.Retries
  var disk: [HostName: [SnapshotID: SnapshotRecord]] = [:]
  var observed: Observed = [:]
  private var made: Int64 = 1_000

  init(desired: Spec, now: Date, retries: Planner.Retries) {
    self.desired = desired
    self.now = now
    self.retries = retries
  }

  func plan() -> Plan { Planner.plan(desired: desired, observed: observed, now: now, retries: retries) }

  /// How many snapshots of a host may go at once.
  func mostDeletions(of host: HostName) -> Int {
    guard let policy = desired.effectiveHost(host)?.retention?.policy else { return 0 }
    let total = (observed[host]?.recorded ?? []).count { $0.id.kind == .scheduled }
    let ratios = ["100%": 1.0, "10%": 0.1]
    let ratio = policy.maxDeleteRatio.flatMap { ratios[$0.description] } ?? 0.5
    return min(policy.maxDelete ?? 10, max(1, Int((Double(total) * ratio).rounded(.down))))
  }

  /// Does what a plan asks for, with success.
  mutating func carryOut(_ plan: Plan) throws {
    for host in plan.hosts {
      if let action = host.action { try carryOut(action, for: host.host) }
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
    case .backup(let dueAt, _, _):
      let name = try #require(SnapshotName("\(Timestamp.compact(now))__new\(made)"))
      let new = SnapshotRecord(id: SnapshotID(kind: .scheduled, name: name), status: .success, startedAt: now)
      tree[new.id] = new
      seen.recorded.append(new)
      (snapshot, due) = (new, dueAt)
    case .backupOnRequest(let text, _, _):
      let name = try #require(SnapshotName("\(Timestamp.compact(now))__new\(made)"))
      let new = SnapshotRecord(id: SnapshotID(kind: .manual, name: name), status: .success, startedAt: now)
      tree[new.id] = new
      seen.recorded.append(new)
      seen.requestDone = text
      snapshot = new
    case .prune(let dropped, _):
      let ids = Set(dropped.map(\.snapshot.id))
      tree = tree.filter { !ids.contains($0.key) }
      seen.recorded.removeAll { ids.contains($0.id) }
    case .emptyTrash(let entries, _):
      if case .seen(let ids, let trash) = seen.disk {
        seen.disk = .seen(ids, trash: trash.filter { !entries.contains($0) })
      }
    }
    var request = RunRequest(host: host, kind: action.kind, trigger: .schedule, reason: action.reason)
    request.scheduledFor = due
    var run = Run(id: made, request, state: .succeeded, queuedAt: now)
    (run.startedAt, run.finishedAt, run.snapshot) = (now, now, snapshot?.id)
    seen.runs.append(run)
    if case .seen(_, let trash) = seen.disk { seen.disk = .seen(Set(tree.keys), trash: trash) }
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
      retries: pick([.afterPause, .afterPause, .always, .atOnce(upTo: 2)]))
    for host in desired.effectiveHosts where !chance(1, in: 10) {
      let history = try histories.history(upTo: 25, before: now)
      world.disk[host.name] = Dictionary(uniqueKeysWithValues: history.map { ($0.id, $0) })
      var recorded = history
      if chance(1, in: 5) { recorded.removeAll { _ in chance(1, in: 4) } }
      if chance(1, in: 5), let last = recorded.popLast() { world.disk[host.name]?[last.id] = nil }
      world.observed[host.name] = ObservedHost(
        recorded: recorded,
        disk: chance(1, in: 10) ? .unknown : .seen(Set((world.disk[host.name] ?? [:]).keys), trash: []),
        runs: runs(of: host, now: now))
      if chance(1, in: 10) {
        let end = chance(1, in: 2) ? now.addingTimeInterval(Double(pick([60, 7200, 90_000]))) : nil
        world.observed[host.name]?.pause = Pause(until: end, reason: nil, actor: "alice", pausedAt: now)
      }
      world.observed[host.name]?.pins = histories.pins(on: history, now: now)
      if chance(1, in: 6) { world.observed[host.name]?.sizes = sizes(of: history) }
      if chance(1, in: 10) { world.observed[host.name]?.isAdopted = false }
      if chance(1, in: 10) { world.observed[host.name]?.notAdopted = NotAdopted(.host(host.name), at: "/backups") }
      if chance(1, in: 10), case .seen(let ids, _)? = world.observed[host.name]?.disk {
        let name = try #require(SnapshotName("20260101-021500Z__a"))
        let ages = (0..<2).map { _ in Double(Int.random(in: -86_400...6 * 86_400, using: &histories.random)) }
        let trash = ages.map { TrashEntry(.scheduled, name, trashedAt: now.addingTimeInterval(-$0)) }
        world.observed[host.name]?.disk = .seen(ids, trash: trash)
      }
    }
    return world
  }

  /// As if some of the snapshots held less than those before, and perhaps somebody had accepted a few of these.
  private mutating func sizes(of history: [SnapshotRecord]) -> SizeHistory {
    var sizes = SizeHistory()
    let whole = SnapshotSize(files: 1_000, bytes: 1_000_000)
    for snapshot in history {
      let size = chance(1, in: 3) ? SnapshotSize(files: Int64(pick([0, 400, 800])), bytes: 900_000) : whole
      if snapshot.id.kind == .scheduled, snapshot.status.isGood { sizes.sizes[snapshot.id] = size }
      if size != whole { sizes.shrinkages.append(Shrinkage(id: snapshot.id, size: size, base: whole)) }
    }
    if chance(1, in: 4) { sizes.acceptedUpTo = history.randomElement(using: &histories.random)?.id.name }
    return sizes
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
      var policy = try histories.policy().policy
      policy.maxDelete = pick([nil, nil, 1, 100])
      policy.maxDeleteRatio = try pick([nil, nil, "100%", "10%"]).map { try Share(text: $0) }
      let hostKeys = [
        chance(1, in: 8) ? nil : "schedule: times-\(index)", chance(1, in: 6) ? "suspended: true" : nil,
      ].compactMap(\.self)
      let text = """
        schedules: {times-\(index): {\(keys.joined(separator: ", "))}}
        hosts: {web-\(index): {\(hostKeys.joined(separator: ", "))}}
        """
      desired = desired.merging(try spec(text))
      // Some of these never open, which reading a spec would refuse.
      let times = try ResourceName(text: "times-\(index)")
      if chance(1, in: 4) {
        let windows = ["00:00-03:00", "22:00-06:00", "Sat-Sun", "Mon-Fri", "2026-03-20..2026-04-10"]
        desired.schedules[times]?.windows = [try TimeWindow(text: pick(windows))]
      }
      if chance(1, in: 4) {
        let blackouts = ["12:00-13:00", "Wed", "Sun 02:00-04:00", "2026-12-24..2027-01-02", "00:00-24:00"]
        desired.schedules[times]?.blackouts = [try TimeWindow(text: pick(blackouts))]
      }
      guard !chance(1, in: 6) else { continue }
      let name = try ResourceName(text: "keep-\(index)")
      desired.retention[name] = policy
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
      var request = RunRequest(
        host: host.name, kind: pick([.backup, .backup, .backup, .prune, .discover]), trigger: .schedule,
        reason: "because")
      request.scheduledFor = fire
      var run = Run(
        id: Int64(id), request,
        state: pick([.succeeded, .succeeded, .warning, .failed, .failed, .interrupted, .cancelled]), queuedAt: fire)
      (run.startedAt, run.finishedAt) = (fire, end)
      if run.state == .failed, chance(1, in: 2) { run.errorCode = pick(["key_refused", "unreachable", "plan_stale"]) }
      if run.state == .cancelled, chance(1, in: 2) { run.errorCode = "superseded" }
      runs.append(run)
      if chance(1, in: 2) { due = firing.latest(atOrBefore: fire.addingTimeInterval(-1)) }
    }
    return runs
  }

  private mutating func chance(_ part: Int, in whole: Int) -> Bool { histories.random.chance(part, in: whole) }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &histories.random)]
  }
}
