// Backups that a spec asks for with `run_requested`: when one is made, tried again, and left to a person.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct RunRequestTests {
  private static let now = "2026-05-19 12:00"

  private func plan(
    _ host: EffectiveHost, _ observed: ObservedHost, at now: String = Self.now, _ retries: Planner.Retries = .afterPause
  ) throws -> HostPlan {
    Planner.plan(host: host, observed: observed, now: try time(now), retries: retries)
  }

  /// A host whose scheduled backup is made.
  private func seen(runs: [Run] = [], done: String? = nil) throws -> ObservedHost {
    var seen = try observed(["2026-05-19 02:15"], runs: runs)
    seen.requestDone = try done.map { try Remark(text: $0) }
    return seen
  }

  /// A run that answered a request.
  private func answer(
    _ id: Int64, _ state: RunState, to text: String = "now", at ended: String, errorCode: String? = nil,
    message: String? = nil
  ) throws -> Run {
    let like = try run(id, .backup, state, at: ended, errorCode: errorCode, message: message)
    var request = RunRequest(host: like.host, kind: .backup, trigger: .reconcile, reason: "requested")
    request.runRequested = try Remark(text: text)
    var run = Run(id: id, request, state: state, queuedAt: like.queuedAt)
    (run.startedAt, run.finishedAt) = (like.startedAt, like.finishedAt)
    (run.errorCode, run.message) = (errorCode, message)
    return run
  }

  private func action(_ text: String, attempt: Int = 1) throws -> Action {
    .backupOnRequest(try Remark(text: text), attempt: attempt, reason: "requested by the spec: \(text)")
  }

  @Test(
    arguments: [
      ("run_requested: now", nil, true), ("run_requested: now", "now", false), ("run_requested: again", "now", true),
      ("", "now", false), ("", nil, false),
    ] as [(String, String?, Bool)])
  func `a new text means one backup, and none means none`(_ keys: String, done: String?, isMade: Bool) throws {
    let host = try host(keys)
    let plan = try plan(host, seen(done: done))
    let asked = try host.runRequested.map { try action($0.description) }
    #expect(plan.action == (isMade ? asked : nil))
    #expect(plan.action?.kind == (isMade ? .backup : nil))
    #expect(plan.hold == nil)
  }

  @Test(
    arguments: [
      #"cron: "15 2 * * *", windows: ["22:00-06:00"]"#, #"cron: "15 2 * * *", blackouts: [2026-05-19]"#,
      #"cron: "15 2 * * *", catch_up: 5m"#, nil,
    ] as [String?])
  func `it is made at once, whatever the schedule, its windows and its blackouts say`(_ schedule: String?) throws {
    let host = try host("run_requested: now", schedule: schedule)
    #expect(try plan(host, seen()).action == action("now"))
    #expect(try plan(host, observed(["2026-05-10 02:15"])).action == action("now"), "before what was due")
  }

  @Test func `it comes after discovery, and before the scheduled backup and pruning`() throws {
    let host = try host(
      "run_requested: now", schedule: #"cron: "15 2 * * *", prune: true"#, retention: "keep_last: 1")
    var found = try observed(["2026-05-18 02:15", "2026-05-17 02:15"])
    #expect(try plan(host, found).action == action("now"))
    found.requestDone = try Remark(text: "now")
    #expect(try plan(host, found).action?.reason.hasPrefix("schedule nightly was due") == true)
    found.requestDone = nil
    found.recorded = []
    #expect(try plan(host, found).action?.verb == "discover")
  }

  @Test func `nothing is made while the host is suspended, paused or at work`() throws {
    #expect(try plan(host("run_requested: now, suspended: true"), seen()).hold?.code == .suspended)
    var paused = try seen()
    paused.pause = Pause(until: nil, reason: nil, actor: "alice", pausedAt: .distantPast)
    #expect(try plan(host("run_requested: now"), paused).hold?.code == .paused)
    let busy = try seen(runs: [run(1, .prune, .running, at: "2026-05-19 11:00")])
    #expect(try plan(host("run_requested: now"), busy).hold?.code == .underWay)
  }

  // MARK: - Trying again

  @Test func `a failure that time may mend is tried again after a pause, counted by the text`() throws {
    let host = try host("run_requested: now")
    let failed = try [2, 1].map { try answer($0, .failed, at: "2026-05-19 11:59", errorCode: "unreachable") }
    let held = try plan(host, seen(runs: failed))
    #expect(held.action == nil && held.hold?.code == .retryLater)
    #expect(
      held.hold?.message.hasPrefix("the backup requested by the spec (now) failed 2 times; it is tried again at ")
        == true)
    let retry = try #require(held.hold?.until)
    #expect(held.validUntil == retry)
    #expect(try plan(host, seen(runs: failed), at: retry.written).action == action("now", attempt: 3))
    #expect(try plan(host, seen(runs: failed), .always).action == action("now"))
    #expect(try plan(ReconcilerTests.host("run_requested: again"), seen(runs: failed)).action == action("again"))
  }

  @Test func `what no retry mends is tried once, until the spec changes or another backup is good`() throws {
    let host = try host("run_requested: now")
    let failed = try answer(
      1, .failed, at: "2026-05-19 11:00", errorCode: "source_missing", message: "It is not there.")
    var found = try seen(runs: [failed])
    #expect(
      try plan(host, found).hold
        == Hold(
          .needsPerson,
          "the backup requested by the spec (now) failed, and fails again until somebody mends it: It is not there. It "
            + "is tried again after a change of the spec, or after another backup that is good: `pobsync backup web-1`")
    )
    found.desiredSince = try time("2026-05-19 11:30")
    #expect(try plan(host, found).action == action("now"))
    let good = try run(2, .backup, .succeeded, at: "2026-05-19 11:30")
    #expect(try plan(host, seen(runs: [good, failed])).action == action("now"))
  }

  @Test func `what somebody has called off is not begun again because another backup was good`() throws {
    let host = try host("run_requested: now")
    let cancelled = try answer(
      1, .cancelled, at: "2026-05-19 11:00", errorCode: "cancelled", message: "cancelled by alice")
    let good = try run(2, .backup, .succeeded, for: "2026-05-19 02:15", at: "2026-05-19 11:30")
    var found = try seen(runs: [good, cancelled])
    #expect(
      try plan(host, found).hold?.message
        == "the backup requested by the spec (now) was cancelled by alice; it is made after a change of the spec, such "
        + "as another text")
    found.desiredSince = try time("2026-05-19 11:45")
    #expect(try plan(host, found).action == action("now"))
  }

  @Test func `a request that waits keeps no scheduled backup from being made, and is not forgotten meanwhile`() throws {
    let host = try host("run_requested: now")
    let failed = try answer(1, .failed, at: "2026-05-19 11:59", errorCode: "unreachable")
    let due = try plan(host, observed(["2026-05-18 02:15"], runs: [failed]))
    #expect(due.action?.reason.hasPrefix("schedule nightly was due") == true)
    let closed = try ReconcilerTests.host(
      "run_requested: now", schedule: #"cron: "15 2 * * *", windows: ["22:00-06:00"]"#)
    let waiting = try plan(closed, observed(["2026-05-18 02:15"], runs: [failed]))
    #expect(waiting.hold?.code == .outsideWindow)
    let alone = try plan(closed, seen(runs: [failed]))
    #expect(waiting.validUntil == alone.hold?.until)
  }

  @Test func `a request that waits for a person keeps nothing from being pruned`() throws {
    let host = try host("run_requested: now", schedule: #"cron: "15 2 * * *", prune: true"#, retention: keepOne)
    let cancelled = try answer(
      1, .cancelled, at: "2026-05-19 11:00", errorCode: "cancelled", message: "cancelled by alice")
    let good = try run(2, .backup, .succeeded, for: "2026-05-19 02:15", at: "2026-05-19 11:30")
    for runs in [[cancelled], [good, cancelled]] {
      let pruning = try plan(host, observed(["2026-05-19 02:15", "2026-05-18 02:15"], runs: runs))
      #expect(pruning.action?.kind == .prune && pruning.hold == nil)
      let waiting = try plan(host, seen(runs: runs))
      #expect(waiting.action == nil && waiting.hold?.code == .needsPerson)
      #expect(waiting.hold?.message.hasPrefix("the backup requested by the spec (now) was cancelled by alice") == true)
    }
  }

  @Test func `where a request has failed for good, nothing is pruned because of that backup, and the request is told`()
    throws
  {
    let host = try host("run_requested: now", schedule: #"cron: "15 2 * * *", prune: true"#, retention: keepOne)
    let failed = try answer(
      1, .failed, at: "2026-05-19 11:00", errorCode: "source_missing", message: "It is not there.")
    for times in [["2026-05-19 02:15"], ["2026-05-19 02:15", "2026-05-18 02:15"]] {
      let plan = try plan(host, observed(times, runs: [failed]))
      #expect(plan.action == nil && plan.hold?.code == .needsPerson)
    }
  }

  // MARK: - The run

  @Test func `its run makes a manual snapshot with the text as its reason, ahead of others`() throws {
    let host = try host("run_requested: before the upgrade, labels: {rack: a}")
    let action = try #require(try plan(host, seen()).action)
    var limits = ConcurrencyLimits(nil)
    limits.groups["rack"] = 1
    let request = RunRequest(
      action, of: host.name, groups: limits.groups(of: host), observed: try seen(), now: try time(Self.now))
    #expect(request.kind == .backup && request.trigger == .reconcile && request.snapshotKind == .manual)
    #expect(request.runRequested?.description == "before the upgrade")
    #expect(request.reason == "requested by the spec: before the upgrade")
    #expect(request.priority == .requested && request.attempt == 1)
    #expect(request.concurrencyGroups == ["rack=a"])
    #expect(request.scheduledFor == nil)
  }
}
