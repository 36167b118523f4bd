// Hosts that are declared no more: what is planned and carried out for them, and that it is never a backup.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct RetainedPlanningTests {
  private static let now = "2026-05-20 12:00"
  private static let history = ["2026-05-10 02:15", "2026-05-09 02:15", "2026-05-08 02:15 manual", "2026-05-07 02:15"]

  private func retained(
    _ onRemove: RemovalPolicy = .expire, _ keys: String? = "keep_daily: 11, max_delete_ratio: 100%"
  ) throws -> RetainedHost {
    RetainedHost(
      host: try HostName(text: "web-1"), onRemove: onRemove, retention: try keys.map { try policy($0) },
      source: "tests", actor: "alice", removedAt: try time("2026-05-11 00:00"))
  }

  private func plan(
    _ host: RetainedHost, _ observed: ObservedHost, settings: Settings? = nil, at now: String = Self.now
  ) throws -> HostPlan {
    Planner.plan(
      retained: host, observed: observed, settings: settings, now: try time(now), retries: .afterPause)
  }

  /// What is done, in words: the verb, and the times of what is removed.
  private func words(_ plan: HostPlan) -> String {
    switch plan.action {
    case .prune(let dropped, _): (["prune"] + dropped.map(\.snapshot.startedAt.written)).joined(separator: " ")
    case let action?: action.verb
    case nil: plan.hold.map { "waits: \($0.code.rawValue)" } ?? "nothing"
    }
  }

  // MARK: - Plans

  @Test func `what has expired is pruned, and what is retained is not`() throws {
    let observed = try observed(Self.history)
    #expect(try words(plan(retained(), observed)) == "prune 2026-05-09 02:15 2026-05-07 02:15")
    #expect(try words(plan(retained(.retain), observed)) == "nothing")
    #expect(try words(plan(retained(.expire, nil), observed)) == "nothing")
    #expect(try words(plan(retained(), observed, at: "2026-05-11 00:00")) == "nothing")
    let action = try plan(retained(), observed).action
    #expect(action?.reason == "declared no more, and too old for retention standard: 2 of 4")
  }

  @Test func `a host whose snapshots expire is looked at again within the hour`() throws {
    let observed = try observed(Self.history)
    #expect(try plan(retained(), observed).validUntil == (try time("2026-05-20 13:00")))
    #expect(try plan(retained(.retain), observed).validUntil == nil)
    #expect(try plan(retained(), observed).nextFire == nil)
  }

  @Test func `more than may go at once waits for a person`() throws {
    let plan = try plan(retained(.expire, "keep_daily: 11, max_delete: 1"), observed(Self.history))
    #expect(words(plan) == "waits: too_many_deletions")
    #expect(
      plan.hold?.message
        == "2 have expired, which is more than 1 at a time, as `max_delete` says: look at `pobsync retention web-1`, "
        + "then `pobsync retention web-1 --apply --yes --max-delete 2`")
  }

  @Test(arguments: RemovalPolicy.allCases)
  func `store and disk are brought to agree before anything else, and the trash is emptied`(
    _ onRemove: RemovalPolicy
  ) throws {
    let host = try retained(onRemove, "keep_daily: 99")
    var seen = try observed(Self.history)
    seen.disk = .seen([], trash: [])
    #expect(try words(plan(host, seen)) == "discover")
    let old = TrashEntry(.scheduled, seen.recorded[0].id.name, trashedAt: .distantPast)
    seen.disk = .seen(Set(seen.recorded.map(\.id)), trash: [old])
    #expect(try words(plan(host, seen)) == "empty the trash")
    seen.runs = [try run(4, .emptyTrash, .running, at: "2026-05-20 11:59")]
    #expect(try words(plan(host, seen)) == "nothing")
    seen.runs = []
    seen.disk = .unreadable("gone")
    #expect(try words(plan(host, seen)) == "waits: unreadable")
    seen.disk = .unknown
    #expect(try words(plan(host, seen)) == "nothing")
  }

  @Test func `nothing is begun while the host is paused or worked on, or everything suspended`() throws {
    var observed = try observed(Self.history)
    let failed = try run(3, .prune, .failed, at: "2026-05-20 11:59", message: "no")
    observed.runs = [failed]
    #expect(try words(plan(retained(), observed)) == "waits: retry_later")
    observed.runs = [try run(4, .discover, .running, at: "2026-05-20 11:59")]
    #expect(try words(plan(retained(), observed)) == "waits: under_way")
    observed.runs = []
    observed.pause = Pause(until: nil, reason: nil, actor: "alice", pausedAt: try time(Self.now))
    #expect(try words(plan(retained(), observed)) == "waits: paused")
    observed.pause = nil
    let settings = try spec("settings: {suspended: true, suspended_reason: new disks}").settings
    let suspended = try plan(retained(), observed, settings: settings)
    #expect(suspended.hold == Hold(.suspended, "everything is suspended: new disks") && suspended.action == nil)
  }

  // MARK: - Renames

  @Test func `while a directory is still to be renamed, that comes first`() throws {
    let name = try HostName(text: "web-1")
    let other = try HostName(text: "web1")
    var seen = try observed()
    seen.pendingRename = HostRename(from: other, to: name, actor: "alice", at: try time(Self.now))
    let declared = Planner.plan(host: try host(), observed: seen, now: try time(Self.now), retries: .afterPause)
    #expect(declared.action == .discover(reason: "its directory is still that of web1"))
    #expect(try plan(retained(), seen).action == declared.action)
    seen.pendingRename = HostRename(from: name, to: other, actor: "alice", at: try time(Self.now))
    let reused = Planner.plan(host: try host(), observed: seen, now: try time(Self.now), retries: .afterPause)
    #expect(reused.action == .discover(reason: "the directory of its name is still that of web1"))
    seen.runs = [try run(3, .discover, .failed, at: "2026-05-20 11:59", message: "occupied")]
    let resting = Planner.plan(host: try host(), observed: seen, now: try time(Self.now), retries: .afterPause)
    #expect(resting.action == nil && resting.hold?.code == .retryLater)
  }

  // MARK: - Runs

  private func order(
    _ host: RetainedHost, _ trigger: RunTrigger = .reconcile, maxDelete: Int? = nil, only: [String]? = nil,
    seen: ObservedHost? = nil
  ) throws -> String {
    var request = RunRequest(host: host.host, kind: .prune, trigger: trigger, reason: "because")
    request.maxDelete = maxDelete
    request.onlySnapshots = try only.map { try $0.map { try snapshot($0).id } }
    let seen = try seen ?? observed(Self.history)
    switch PruneOrder(request, retained: host, observed: seen, now: try time(Self.now)) {
    case .remove(let dropped, _): return dropped.map(\.snapshot.startedAt.written).joined(separator: " ")
    case .nothingToDo: return "nothing"
    case .outdated: return "outdated"
    case .refused(let reason): return reason
    }
  }

  @Test func `a prune removes what has expired by the time it begins, of what it was asked for`() throws {
    let both = "2026-05-09 02:15 2026-05-07 02:15"
    #expect(try order(retained()) == both)
    #expect(try order(retained(), only: ["2026-05-07 02:15", "2026-05-10 02:15"]) == "2026-05-07 02:15")
    #expect(try order(retained(), only: []) == "nothing")
    #expect(try order(retained(.expire, "keep_daily: 99")) == "nothing")
    var changed = try observed(Self.history)
    changed.disk = .seen([], trash: [])
    #expect(try order(retained(), seen: changed) == "outdated")
    let few = try retained(.expire, "keep_daily: 11, max_delete: 1")
    #expect(try order(few).hasPrefix("nothing was removed: 2 snapshots of web-1 have expired, which is more than 1"))
    #expect(try order(few, .cli, maxDelete: 2) == both)
    #expect(try order(retained(), .cli, maxDelete: 1).hasSuffix("and --max-delete allows 1"))
  }

  @Test func `what was asked for while the host was declared removes nothing of what it retains`() throws {
    #expect(
      try order(retained(.retain), .cli, maxDelete: 99) == "host web-1 is declared no more, and its snapshots stay")
    #expect(try order(retained(.retain)) == "nothing")
  }

  @Test(arguments: RunKind.allCases, RunTrigger.allCases)
  func `every run but one that is for backups is carried out, unless everything is suspended`(
    _ kind: RunKind, _ trigger: RunTrigger
  ) throws {
    let host = try retained()
    let request = RunRequest(host: host.host, kind: kind, trigger: trigger, reason: "because")
    let run = Run(id: 1, request, state: .running, queuedAt: try time(Self.now))
    let objection = Planner.objection(to: run, retained: host, settings: nil)
    let isForBackups = [.backup, .preflight, .dryRun].contains(kind)
    #expect(objection?.message == (isForBackups ? "host web-1 is not declared any more" : nil))
    let suspended = try spec("settings: {suspended: true}").settings
    let isAsked = trigger == .cli || trigger == .web
    let stopped = Planner.objection(to: run, retained: host, settings: suspended)
    #expect((stopped == nil) == (!isForBackups && isAsked))
    #expect(stopped.map { $0.errorCode == RunErrorCode.superseded } ?? true)
  }

  // MARK: - The loop

  private static let fleet = """
    settings: {backup_root: /backups}
    retention: {short: {keep_daily: 2, max_delete_ratio: 100%}}
    schedules: {nightly: {cron: "15 2 * * *"}}
    hosts: {web-1: {schedule: nightly, retention: short, on_remove: expire}, web-2: {schedule: nightly}}
    """

  @Test func `a host that is removed is backed up no more, expires, and is forgotten when it is purged`() async throws {
    let site = try await Site()
    try await site.apply(Self.fleet)
    let (web, other) = (try HostName(text: "web-1"), try HostName(text: "web-2"))
    for day in ["17", "18", "19"] { try await site.record("2026-05-\(day) 02:16", of: web) }
    try await site.record("2026-05-19 02:16", of: other)
    let controller = try site.controller()
    #expect(try await controller.round().queued.isEmpty)
    let origin = ChangeOrigin(source: "tests", actor: "tests")
    try await site.store.delete(.host(web), as: origin, at: site.time.clock.now)
    let first = try await controller.round().queued
    let id = try #require(first.first)
    let prune = try #require(try await site.store.run(id))
    #expect(first.count == 1 && prune.kind == .prune && prune.host == web && prune.trigger == .reconcile)
    #expect(prune.request.onlySnapshots?.map(\.name.startedAt.written) == ["2026-05-17 02:16"])

    let worker = try await site.worker()
    let claimed = try #require(try await site.store.claimRun(prune.id, by: worker, at: site.time.clock.now))
    try await site.store.finishRun(claimed, RunResult(state: .failed), by: worker, at: site.time.clock.now)
    _ = try await controller.round()
    #expect(await controller.holds.mapValues(\.code) == [web: .retryLater])

    site.time.set(try time("2026-05-20 04:00"))
    let next = try await controller.round().queued
    let kinds = try await site.store.runs(limit: 9).filter { next.contains($0.id) }.map { "\($0.host) \($0.kind)" }
    #expect(kinds.sorted() == ["web-1 prune", "web-2 backup"])

    try await site.store.forget(web, by: "tests", at: site.time.clock.now)
    _ = try await controller.round()
    _ = site.disk.takeLooks()
    site.time.set(try time("2026-05-20 05:00"))
    _ = try await controller.round()
    #expect(!site.disk.takeLooks().contains(web))
    #expect(await controller.holds[web] == nil)
  }
}
