// The conditions of a host: each question, each answer, and the reason given for it.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct HostConditionsTests {
  /// The conditions of a host, planned as the loop does.
  private func judge(
    _ host: EffectiveHost, _ observed: ObservedHost, at text: String = "2026-05-19 12:00"
  ) throws -> [Condition] {
    let now = try time(text)
    let plan = Planner.plan(host: host, observed: observed, now: now, retries: .afterPause)
    return HostConditions.judge(host, observed: observed, plan: plan, generation: 7, now: now)
  }

  private func condition(
    _ type: Condition.Kind, _ host: EffectiveHost, _ observed: ObservedHost, at text: String = "2026-05-19 12:00"
  ) throws -> String {
    let found = try #require(try judge(host, observed, at: text).first { $0.type == type })
    return "\(found.status.rawValue) \(found.reason): \(found.message)"
  }

  @Test func `every host has four conditions, of its generation and the time`() throws {
    let conditions = try judge(host(), observed())
    #expect(conditions.map(\.type) == [.ready, .fresh, .reachable, .retained])
    #expect(conditions.allSatisfy { $0.observedGeneration == 7 })
    let now = try time("2026-05-19 12:00")
    #expect(conditions.allSatisfy { $0.changedAt == now })
  }

  // MARK: - Fresh

  @Test(arguments: [
    [], ["2026-05-19 02:16 partial"], ["2026-05-19 02:16 manual"], ["2026-05-19 02:16 unknown"], ["2036-05-19 02:16"],
  ])
  func `a host without a good scheduled snapshot was never backed up`(_ snapshots: [String]) throws {
    let fresh = try condition(.fresh, host(), observed(snapshots))
    #expect(fresh == "false NeverBackedUp: there is no good scheduled snapshot")
  }

  @Test func `a host without a schedule cannot be stale`() throws {
    let fresh = try condition(.fresh, host(schedule: nil), observed(["2020-05-19 02:16"]))
    #expect(fresh == "unknown NoSchedule: the newest good snapshot is of 2020-05-19 02:16:00Z")
  }

  @Test func `without max_age a host is fresh until its next backup is due`() throws {
    let seen = try observed(["2026-05-19 02:16 warning", "2026-05-18 02:16"])
    let due = "and one was due at 2026-05-20 02:15:00Z"
    let recent = "true RecentSnapshot: the newest good snapshot is of 2026-05-19 02:16:00Z"
    #expect(try condition(.fresh, host(), seen) == recent)
    #expect(try condition(.fresh, host(), seen, at: "2026-05-20 02:14:59") == recent)
    #expect(
      try condition(.fresh, host(), seen, at: "2026-05-20 02:15")
        == "false BackupDue: the newest good snapshot is of 2026-05-19 02:16:00Z, \(due)")
  }

  @Test func `with max_age a host is fresh until its snapshot is that old`() throws {
    let host = try host(schedule: #"cron: "15 2 * * *", max_age: 26h"#)
    let seen = try observed(["2026-05-19 02:15"])
    #expect(
      try condition(.fresh, host, seen, at: "2026-05-20 04:15")
        == "true RecentSnapshot: the newest good snapshot is of 2026-05-19 02:15:00Z")
    #expect(
      try condition(.fresh, host, seen, at: "2026-05-20 04:15:01")
        == "false Stale: the newest good snapshot, of 2026-05-19 02:15:00Z, is older than 26h")
  }

  @Test func `without max_age a host is overdue when two firings have passed and a day`() throws {
    let seen = try observed(["2026-05-19 02:16"])
    #expect(try condition(.fresh, host(), seen, at: "2026-05-21 02:14").hasPrefix("false BackupDue: "))
    #expect(
      try condition(.fresh, host(), seen, at: "2026-05-21 02:15")
        == "false Overdue: the newest good snapshot is of 2026-05-19 02:16:00Z, and one was due at 2026-05-21 02:15:00Z"
    )
    let often = try host(schedule: #"cron: "*/10 * * * *""#)
    #expect(try condition(.fresh, often, seen, at: "2026-05-20 02:16").hasPrefix("false BackupDue: "))
    #expect(try condition(.fresh, often, seen, at: "2026-05-20 02:17").hasPrefix("false Overdue: "))
  }

  // MARK: - Reachable

  @Test func `a host is reachable if its last backup was good`() throws {
    func reachable(_ runs: Run...) throws -> String { try condition(.reachable, host(), observed(runs: runs)) }
    #expect(try reachable() == "unknown NotTried: no backup has been tried yet")
    #expect(
      try reachable(
        run(1, .discover, .succeeded, at: "2026-05-19 02:20"), run(2, .backup, .running, at: "2026-05-19 02:20"))
        == "unknown NotTried: no backup has been tried yet")
    #expect(
      try reachable(
        run(2, .backup, .warning, at: "2026-05-19 02:20"),
        run(1, .backup, .failed, at: "2026-05-18 02:20", errorCode: "unreachable"),
        run(3, .prune, .failed, at: "2026-05-19 02:21"), run(4, .backup, .queued, at: "2026-05-19 11:00"))
        == "true BackedUp: was reached at 2026-05-19 02:20:00Z")
  }

  @Test(arguments: BackupFailure.Code.allCases)
  func `a failure tells of the host only if it is about reaching it`(_ code: BackupFailure.Code) throws {
    let about: Set<BackupFailure.Code> = [
      .addressUnknown, .unreachable, .connectionLost, .keyRefused, .hostKeyUnknown, .hostKeyChanged, .sshFailed,
      .timedOut,
    ]
    let failed = try run(
      1, .backup, .failed, at: "2026-05-19 02:20", errorCode: code.rawValue, message: "It went wrong.")
    let reachable = try condition(.reachable, host(), observed(runs: [failed]))
    let reason = code.rawValue.split(separator: "_").map(\.capitalized).joined()
    let untold = "unknown NotTold: the last backup, of 2026-05-19 02:20:00Z, does not tell"
    #expect(reachable == (about.contains(code) ? "false \(reason): It went wrong." : untold))
  }

  @Test(arguments: [nil, "interrupted", "some_later_code"])
  func `a failure of an unknown code does not tell`(_ code: String?) throws {
    let ended = try run(1, .backup, .interrupted, at: "2026-05-19 02:20", errorCode: code)
    #expect(
      try condition(.reachable, host(), observed(runs: [ended]))
        == "unknown NotTold: the last backup, of 2026-05-19 02:20:00Z, does not tell")
  }

  // MARK: - Retained

  private static let pruning = #"cron: "15 2 * * *", prune: true"#

  @Test func `a host without a policy keeps everything`() throws {
    #expect(
      try condition(.retained, host(schedule: Self.pruning), observed(["2026-05-19 02:16", "2026-05-18 02:16"]))
        == "true KeepsEverything: no retention policy: every snapshot is kept")
  }

  @Test func `what is to be pruned is counted`() throws {
    let host = try host(schedule: Self.pruning, retention: keepOne)
    #expect(
      try condition(.retained, host, observed(["2026-05-19 02:16", "2026-05-18 02:16", "2026-05-17 02:16"]))
        == "false PruneDue: 2 snapshots are to be pruned: `pobsync retention web-1`")
    #expect(
      try condition(.retained, host, observed(["2026-05-19 02:16", "2026-05-18 02:16 manual"]))
        == "true InPolicy: the snapshots are those that standard keeps")
  }

  @Test func `a schedule that does not prune leaves a host retained`() throws {
    #expect(
      try condition(.retained, host(retention: "keep_last: 1"), observed(["2026-05-19 02:16", "2026-05-18 02:16"]))
        == "true NotPruned: standard does not ask for 1 of the snapshots, and the schedule does not prune")
  }

  @Test func `a prune that waits says for what`() throws {
    let host = try host(schedule: Self.pruning, retention: "keep_last: 1")
    let failed = try run(1, .backup, .failed, at: "2026-05-19 11:00")
    let waits =
      "1 to prune, but the last backup did not succeed: nothing is pruned by itself until one does, "
      + "and `pobsync retention web-1 --apply` prunes now"
    #expect(
      try condition(.retained, host, observed(["2026-05-19 02:16", "2026-05-18 02:16"], runs: [failed]))
        == "false LastBackupFailed: \(waits)")
    let many = (10...22).map { "2026-05-19 10:\($0)" }
    let retained = try condition(.retained, host, observed(many))
    let limit = "6: `max_delete_ratio` is 50%, and there are 13"
    #expect(retained.hasPrefix("false TooManyDeletions: 12 to prune, which is more than \(limit): "))
  }

  // MARK: - Ready

  @Test func `a host is ready if nothing stands in the way`() throws {
    let good = try run(1, .backup, .succeeded, for: "2026-05-19 02:15", at: "2026-05-19 02:20")
    let seen = try observed(["2026-05-19 02:16"], runs: [good])
    #expect(try condition(.ready, host(), seen) == "true Ready: nothing stands in the way")
    #expect(try condition(.ready, host(schedule: nil), seen) == "true Ready: nothing stands in the way")
  }

  @Test func `suspension comes before all else`() throws {
    let failed = try run(1, .backup, .failed, at: "2026-05-19 02:20", message: "It went wrong.")
    let ready = try condition(.ready, host("suspended: true"), observed(runs: [failed]))
    #expect(ready == "false Suspended: the host is suspended")
    let moved = try condition(.ready, host("suspended: true, suspended_reason: it moves"), observed(runs: [failed]))
    #expect(moved == "false Suspended: the host is suspended: it moves")
  }

  @Test func `a pause comes before what is wrong, while it lasts`() throws {
    var seen = try observed(
      runs: [run(1, .backup, .failed, for: "2026-05-19 02:15", at: "2026-05-19 02:20", message: "It went wrong.")])
    seen.pause = Pause(until: try time("2026-05-19 13:00"), reason: "new disks", actor: "alice", pausedAt: .distantPast)
    #expect(
      try condition(.ready, host(), seen)
        == "false Paused: paused by alice until 2026-05-19 13:00:00Z: new disks")
    #expect(
      try condition(.ready, host(), seen, at: "2026-05-19 13:00") == "false LastBackupFailed: It went wrong.")
  }

  @Test func `a backup root that cannot be used comes before all else`() throws {
    let now = try time("2026-05-19 12:00")
    var seen = try observed(["2026-05-19 02:16"])
    seen.disk = .unreadable("gone")
    let host = try host()
    let plan = Planner.plan(host: host, observed: seen, now: now, retries: .afterPause)
    let conditions = HostConditions.judge(
      host, observed: seen, plan: plan, generation: 7, rootProblem: "mount its disk", now: now)
    #expect(conditions.map(\.reason) == ["BackupRootUnusable", "RecentSnapshot", "NotTried", "KeepsEverything"])
    #expect(conditions.first?.message == "mount its disk")
    #expect(conditions.first?.status == .false)
    #expect(try condition(.ready, host, seen) == "false Unreadable: the snapshots on disk cannot be looked at: gone")
  }

  @Test func `a failed last backup comes before what else is wrong`() throws {
    let failed = try run(
      2, .backup, .failed, at: "2026-05-19 02:20", errorCode: "unreachable", message: "It went wrong.")
    let earlier = try run(1, .backup, .succeeded, at: "2026-05-18 02:20")
    let ready = try condition(.ready, host(), observed(runs: [failed, earlier]))
    #expect(ready == "false LastBackupFailed: It went wrong.")
  }

  @Test func `a backup that was cut off has not failed`() throws {
    let stopped = try run(1, .backup, .interrupted, at: "2026-05-19 02:20", message: "It was stopped.")
    #expect(
      try condition(.ready, host(), observed(runs: [stopped])) == "false LastBackupInterrupted: It was stopped.")
  }

  @Test func `otherwise the first condition that is not met says why`() throws {
    let policy = "keep_last: 1"
    let due = "and one was due at 2026-05-19 02:15:00Z"
    #expect(
      try condition(.ready, host(retention: policy), observed(["2026-05-18 02:16", "2026-05-17 02:16"]))
        == "false BackupDue: the newest good snapshot is of 2026-05-18 02:16:00Z, \(due)")
    #expect(
      try condition(
        .ready, host(schedule: Self.pruning, retention: policy), observed(["2026-05-19 02:16", "2026-05-17 02:16"]))
        == "false PruneDue: 1 snapshot is to be pruned: `pobsync retention web-1`")
  }
}
