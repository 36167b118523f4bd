// The freeze: when nothing of a host is pruned, with the reason and the way out, in plans, in orders and in conditions.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct PruneFreezeTests {
  private static let pruning = #"cron: "15 2 * * *", prune: true"#
  private static let history = ["2026-05-19 02:16", "2026-05-18 02:16", "2026-05-17 02:16"]

  private func frozen(
    _ observed: ObservedHost, keys: String = "", schedule: String? = nil, at now: String = "2026-05-19 12:00"
  ) throws -> Hold? {
    let host = try host(keys, schedule: schedule ?? Self.pruning, retention: keepOne)
    return PruneFreeze.of(host, observed: observed, now: try time(now))?.hold
  }

  private func plan(_ observed: ObservedHost, keys: String = "", at now: String = "2026-05-19 12:00") throws -> HostPlan
  {
    Planner.plan(
      host: try host(keys, schedule: Self.pruning, retention: keepOne), observed: observed, now: try time(now),
      retries: .afterPause)
  }

  private func retained(_ observed: ObservedHost, keys: String = "", at now: String = "2026-05-19 12:00") throws
    -> Condition
  {
    let host = try host(keys, schedule: Self.pruning, retention: keepOne)
    let conditions = HostConditions.judge(
      host, observed: observed, plan: try plan(observed, keys: keys, at: now), generation: 1, now: try time(now))
    return try #require(conditions.first { $0.type == .retained })
  }

  /// What comes of a prune that begins.
  private func order(
    _ observed: ObservedHost, _ trigger: RunTrigger = .reconcile, wasShown: Bool = false,
    at now: String = "2026-05-19 12:00"
  ) throws -> PruneOrder {
    var request = RunRequest(host: try HostName(text: "web-1"), kind: .prune, trigger: trigger, reason: "because")
    if wasShown { request.onlySnapshots = observed.recorded.map(\.id) }
    return PruneOrder(
      request, host: try host(schedule: Self.pruning, retention: keepOne), observed: observed, now: try time(now))
  }

  private func removes(_ order: PruneOrder) -> Bool { if case .remove = order { true } else { false } }

  @Test func `a host in order is not frozen`() throws {
    let seen = try observed(Self.history)
    #expect(try frozen(seen) == nil)
    #expect(try plan(seen).action?.kind == .prune)
    #expect(removes(try order(seen)))
    #expect(try retained(seen).reason == "PruneDue")
  }

  // MARK: - Stale

  @Test(arguments: [
    ("", "2026-05-20 02:14", false), ("", "2026-05-21 02:14", false), ("", "2026-05-21 02:15", true),
    ("", "2026-06-21 02:15", true), ("max_age: 12h", "2026-05-19 14:16", false),
    ("max_age: 12h", "2026-05-19 14:16:01", true), ("max_age: 30d", "2026-05-25 00:00", false),
  ])
  func `a host is stale where it is overdue or older than max_age, not where a backup is merely due`(
    _ keys: String, _ now: String, isStale: Bool
  ) throws {
    let schedule = Self.pruning + (keys.isEmpty ? "" : ", \(keys)")
    let hold = try frozen(observed(Self.history), schedule: schedule, at: now)
    #expect(hold?.code == (isStale ? .stale : nil))
    guard isStale else { return }
    #expect(hold?.message.contains("nothing is pruned by itself until there is a newer one") == true)
    #expect(hold?.message.contains("`pobsync retention web-1 --apply`") == true)
  }

  @Test func `where backups have stopped, nothing is pruned but by a person who was shown it`() throws {
    let seen = try observed(Self.history)
    #expect(try retained(seen, at: "2026-05-25 12:00").reason == "Stale")
    #expect(!removes(try order(seen, at: "2026-05-25 12:00")))
    #expect(!removes(try order(seen, .cli, at: "2026-05-25 12:00")))
    #expect(removes(try order(seen, .cli, wasShown: true, at: "2026-05-25 12:00")))
  }

  // MARK: - Suspicious

  /// A host whose snapshot of this morning was made of a source of another size.
  private func shrunk(
    to files: Int64?, _ bytes: Int64? = 2_000_000,
    from base: SnapshotSize = SnapshotSize(files: 10_000, bytes: 2_000_000)
  ) throws -> ObservedHost {
    var seen = try observed(Self.history)
    let newest = try snapshot(Self.history[0]).id
    let size = SnapshotSize(files: files, bytes: bytes)
    seen.sizes.shrinkages = [Shrinkage(id: newest, size: size, base: base)]
    seen.sizes.sizes = [newest: size, try snapshot(Self.history[1]).id: base]
    return seen
  }

  @Test(
    arguments: [
      (12, 2_000_000, "", true), (4_999, 2_000_000, "", true), (5_000, 2_000_000, "", false),
      (10_000, 999_999, "", true), (10_000, 1_000_000, "", false), (0, 0, "max_shrink: 100%", false),
      (8_999, 2_000_000, "max_shrink: 10%", true), (9_000, 2_000_000, "max_shrink: 10%", false),
      (nil, 999_999, "", true), (12, nil, "", true), (nil, nil, "", false), (-1, 2_000_000, "", false),
    ] as [(Int64?, Int64?, String, Bool)])
  func `a backup that lost more than max_shrink of its files or bytes is suspicious`(
    _ files: Int64?, _ bytes: Int64?, _ keys: String, isSuspicious: Bool
  ) throws {
    let hold = try frozen(shrunk(to: files, bytes), keys: keys)
    #expect(hold?.code == (isSuspicious ? .suspicious : nil))
  }

  @Test func `what is suspicious is told with both figures and the way out`() throws {
    let id = try snapshot(Self.history[0]).id
    #expect(
      try frozen(shrunk(to: 12))?.message
        == "\(id) holds 12 files where its base held 10,000: nothing is pruned until the source is whole again, or "
        + "until `pobsync accept web-1` says that it is")
    #expect(
      try frozen(shrunk(to: 10_000, 1_000))?.message.hasPrefix("\(id) holds 1.00 kB where its base held 2.00 MB: ")
        == true)
    let large = SnapshotSize(files: 1_234_567, bytes: nil)
    #expect(
      try frozen(shrunk(to: 123, nil, from: large))?.message.contains("123 files where its base held 1,234,567") == true
    )
  }

  @Test(
    arguments: [
      (5, 4_000, 5, 800_000_000_000, true), (5, 4_000, 5, 100_000, false), (1, 2_000_000, 9, 2_000_000, false),
      (1, 2_000_000, 10, 2_000_000, true), (1, nil, 9, nil, false), (1, 4_000, nil, 800_000_000_000, true),
    ] as [(Int64?, Int64?, Int64?, Int64?, Bool)])
  func `of a base of a few files the bytes tell, and of one of a few bytes the files`(
    _ files: Int64?, _ bytes: Int64?, baseFiles: Int64?, baseBytes: Int64?, isSuspicious: Bool
  ) throws {
    let hold = try frozen(shrunk(to: files, bytes, from: SnapshotSize(files: baseFiles, bytes: baseBytes)))
    #expect(hold?.code == (isSuspicious ? .suspicious : nil))
  }

  @Test func `a source that stays away keeps the freeze, one that is back ends it`() throws {
    var seen = try shrunk(to: 12)
    let next = try snapshot("2026-05-19 11:00")
    seen.recorded.append(next)
    seen.disk = .seen(Set(seen.recorded.map(\.id)), trash: [])
    seen.sizes.sizes[next.id] = SnapshotSize(files: 12, bytes: 2_000_000)
    #expect(try frozen(seen)?.code == .suspicious)
    seen.sizes.sizes[next.id] = SnapshotSize(files: 4_999, bytes: 2_000_000)
    #expect(try frozen(seen)?.code == .suspicious)
    seen.sizes.sizes[next.id] = SnapshotSize(files: 5_000, bytes: 2_000_000)
    #expect(try frozen(seen) == nil)
    seen.sizes.sizes[next.id] = SnapshotSize(files: nil, bytes: 2_000_000)
    #expect(try frozen(seen)?.code == .suspicious, "what is not known may be as little")
    seen.sizes.sizes[next.id] = nil
    #expect(try frozen(seen)?.code == .suspicious)
  }

  @Test func `what a person has accepted is the new normal, and what shrinks after that is not`() throws {
    var seen = try shrunk(to: 12)
    let newest = try snapshot(Self.history[0]).id.name
    #expect(seen.sizes.unsettled.map(\.id.name) == [newest])
    seen.sizes.acceptedUpTo = newest
    #expect(try frozen(seen) == nil)
    #expect(seen.sizes.unsettled.isEmpty)
    seen.sizes.acceptedUpTo = try snapshot(Self.history[1]).id.name
    #expect(try frozen(seen)?.code == .suspicious)
  }

  @Test func `manual snapshots of less are no suspicion`() throws {
    var seen = try shrunk(to: 12)
    let manual = try snapshot("2026-05-19 10:00 manual").id
    seen.sizes.shrinkages = seen.sizes.shrinkages.map { Shrinkage(id: manual, size: $0.size, base: $0.base) }
    #expect(try frozen(seen) == nil)
  }

  @Test func `a suspicious host is not pruned, and says so before there is anything to prune`() throws {
    let seen = try shrunk(to: 12)
    #expect(try plan(seen).action == nil)
    #expect(try plan(seen).hold?.code == .suspicious)
    #expect(try retained(seen).reason == "Suspicious")
    #expect(try retained(seen).status == .false)
    #expect(!removes(try order(seen)))
    #expect(!removes(try order(seen, .cli)), "a prune that follows a backup has been looked at by nobody")
    #expect(removes(try order(seen, .cli, wasShown: true)))
    if case .refused(let why) = try order(seen, .cli) {
      #expect(why.hasSuffix("`pobsync accept web-1` says that it is. `pobsync retention web-1 --apply` prunes now"))
    }

    var single = seen
    single.recorded = [try snapshot(Self.history[0])]
    single.disk = .seen(Set(single.recorded.map(\.id)), trash: [])
    #expect(try plan(single).hold == nil)
    #expect(try retained(single).reason == "Suspicious")
  }

  // MARK: - The clock

  @Test(arguments: [
    ("2026-05-19 12:01", false), ("2026-05-19 12:01:01", true), ("2026-05-19 11:00", false), ("2042-01-01 00:00", true),
  ])
  func `a clock before the last recorded time is suspect`(_ recorded: String, isSuspect: Bool) throws {
    let seen = try observed(Self.history, runs: [run(7, .backup, .succeeded, at: recorded)])
    let hold = try frozen(seen)
    #expect(hold?.code == (isSuspect ? .clockSuspect : nil))
    guard isSuspect else { return }
    let end = try time(recorded).addingTimeInterval(-60)
    #expect(hold?.until == end)
    let plan = try plan(seen)
    #expect(plan.hold?.code == .clockSuspect)
    #expect(plan.validUntil.map { $0 <= end } == true)
    #expect(try retained(seen).reason == "ClockSuspect")
    #expect(!removes(try order(seen)))
    #expect(!removes(try order(seen, .cli, wasShown: true)), "nobody's look makes a wrong clock right")
  }

  @Test func `once a backup was made by a clock that is right, what one recorded that was wrong is history`() throws {
    let wrong = try run(7, .prune, .succeeded, at: "2042-01-01 00:00")
    let discovery = try run(8, .discover, .succeeded, at: "2026-05-19 11:00")
    let backup = try run(9, .backup, .succeeded, at: "2026-05-19 11:30")
    #expect(try frozen(observed(Self.history, runs: [wrong]))?.code == .clockSuspect)
    let wrongBackup = try run(6, .backup, .succeeded, at: "2042-01-01 00:00")
    #expect(try frozen(observed(Self.history, runs: [discovery, wrong, wrongBackup]))?.code == .clockSuspect)
    #expect(try frozen(observed(Self.history, runs: [backup, discovery, wrong, wrongBackup])) == nil)
  }

  @Test func `a backup that failed by a clock that is wrong does not make it right`() throws {
    let good = try run(6, .backup, .succeeded, at: "2026-05-19 11:30")
    let failed = try run(7, .backup, .failed, at: "2026-05-01 11:00")
    let now = "2026-05-01 12:00"
    #expect(try frozen(observed(Self.history, runs: [failed, good]), at: now)?.code == .clockSuspect)
    let next = try run(8, .backup, .succeeded, at: "2026-05-01 11:30")
    #expect(try frozen(observed(Self.history, runs: [next, failed, good]), at: now)?.code != .clockSuspect)
  }

  @Test func `of a host that is declared no more no backup is proposed as the way out`() throws {
    let seen = try observed(Self.history, runs: [run(7, .backup, .succeeded, at: "2042-01-01 00:00")])
    let now = try time("2026-05-19 12:00")
    let hold = PruneFreeze.of(retained: try HostName(text: "web-1"), observed: seen, now: now)?.hold
    #expect(hold?.code == .clockSuspect)
    #expect(hold?.message.hasSuffix("nothing is pruned until it is past that. Set the clock right") == true)
    #expect(try frozen(seen)?.message.contains("`pobsync backup web-1 --kind scheduled`") == true)
  }

  @Test func `snapshots that others dated in the future freeze nothing`() throws {
    #expect(try frozen(observed(["2042-01-01 00:00"] + Self.history)) == nil)
  }

  @Test func `a run that is not over says nothing of the clock`() throws {
    let running = try run(7, .prune, .running, at: "2026-05-19 13:00")
    #expect(try frozen(observed(Self.history, runs: [running])) == nil)
  }

  // MARK: - Adoption

  @Test func `of a root that is not adopted nothing is removed, not the trash either, but backups go on`() throws {
    var seen = try observed(Self.history)
    seen.isAdopted = false
    #expect(try plan(seen).hold?.code == .notAdopted)
    #expect(try plan(seen).hold?.message.contains("`pobsync adopt`") == true)
    #expect(try retained(seen).reason == "NotAdopted")
    #expect(!removes(try order(seen)))
    #expect(!removes(try order(seen, .cli, wasShown: true)))
    #expect(try plan(seen, at: "2026-05-20 02:15").action?.kind == .backup)

    var trash = try observed(["2026-05-19 02:16"])
    trash.disk = .seen(
      Set(trash.recorded.map(\.id)), trash: [TrashEntry(.scheduled, trash.recorded[0].id.name, trashedAt: .distantPast)]
    )
    #expect(try plan(trash).action?.kind == .emptyTrash)
    trash.isAdopted = false
    #expect(try plan(trash).action == nil)
    #expect(try plan(trash).hold == nil)
  }

  @Test func `in a directory that another program has made nothing is done, and nothing is removed`() throws {
    for extent in [NotAdopted.Extent.host(try HostName(text: "web-1")), .root] {
      var seen = try observed(Self.history)
      seen.notAdopted = NotAdopted(extent, at: "/backups")
      let hold = try plan(seen, at: "2026-05-20 02:15").hold
      #expect(try plan(seen, at: "2026-05-20 02:15").action == nil)
      #expect(hold?.code == .notOurs)
      #expect(hold?.message == seen.notAdopted?.description)
      #expect(!removes(try order(seen)))
      #expect(!removes(try order(seen, .cli, wasShown: true)))
      #expect(try retained(seen).reason == "NotOurs")

      // What is not recorded is looked for all the same.
      seen.recorded.removeLast()
      #expect(try plan(seen).action?.kind == .discover)

      var trash = try observed(["2026-05-19 02:16"])
      trash.disk = .seen(
        Set(trash.recorded.map(\.id)),
        trash: [TrashEntry(.scheduled, trash.recorded[0].id.name, trashedAt: .distantPast)])
      trash.notAdopted = seen.notAdopted
      #expect(try plan(trash).action == nil)
      #expect(try plan(trash).hold?.code == .notOurs, "it is said also while nothing is due")
    }
  }

  // MARK: - Readers

  @Test(arguments: [RunKind.verify, .restore], [RunState.queued, .running])
  func `nothing goes from under a run that reads snapshots`(_ kind: RunKind, _ state: RunState) throws {
    let seen = try observed(Self.history, runs: [run(7, kind, state, at: "2026-05-19 11:59")])
    for wasShown in [false, true] {
      guard case .refused(let why) = try order(seen, .cli, wasShown: wasShown) else {
        Issue.record("something is removed")
        continue
      }
      #expect(why.contains("run 7 (\(kind.rawValue)) of web-1 is \(state.rawValue)"))
    }
    #expect(try plan(seen).hold?.code == .underWay)
    let ended = try observed(Self.history, runs: [run(7, kind, .succeeded, at: "2026-05-19 11:59")])
    #expect(removes(try order(ended, .cli)))
    let own = try observed(Self.history, runs: [run(7, .prune, .running, at: "2026-05-19 11:59")])
    #expect(removes(try order(own, .cli)))
  }

  @Test func `what concerns everything is said first`() throws {
    var seen = try shrunk(to: 12)
    seen.runs = [try run(7, .backup, .succeeded, at: "2042-01-01 00:00")]
    #expect(try frozen(seen)?.code == .clockSuspect)
    seen.isAdopted = false
    #expect(try frozen(seen)?.code == .notAdopted)
    seen.isAdopted = true
    seen.runs = []
    #expect(try frozen(seen, at: "2026-06-19 12:00")?.code == .suspicious)
  }
}
