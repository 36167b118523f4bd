// Pins and the oldest: what a policy keeps besides what is newest.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct PinRetentionTests {
  private static let history = [
    "2026-05-19 02:16", "2026-05-18 02:16", "2026-05-17 02:16 partial", "2026-05-16 02:16 manual", "2026-05-15 02:16",
    "2026-05-14 02:16",
  ]

  private func pin(_ reason: String? = nil, until end: String? = nil) throws -> SnapshotPin {
    SnapshotPin(reason: reason, until: try end.map(time), actor: "alice", pinnedAt: .distantPast)
  }

  private func words(_ policy: String, pins: [SnapshotID: SnapshotPin] = [:], now: String = "2026-05-19 12:00") throws
    -> [String]
  {
    RetentionPlan(
      try Self.history.map(snapshot), policy: try ReconcilerTests.policy(policy), pins: pins, now: try time(now)
    ).decisions.map { "\($0.keep ? "+" : "-") \($0.reasons.joined(separator: "; "))" }
  }

  @Test func `a pinned snapshot stays, with its words, and the others are as they would be without the pin`() throws {
    let pins = [
      try snapshot(Self.history[1]).id: try pin("before the upgrade", until: "2026-12-24 00:00"),
      try snapshot(Self.history[3]).id: try pin(), try snapshot(Self.history[5]).id: try pin("first of all"),
    ]
    #expect(
      try words("keep_last: 1", pins: pins) == [
        "+ the newest good one; last 1 of 1",
        "+ pinned: before the upgrade (until 2026-12-24 00:00:00Z)",
        "+ partial, less than 7 days older than the newest good one",
        "+ pinned",
        "- no rule of standard keeps it",
        "+ pinned: first of all",
      ])
  }

  @Test func `a pin that is over does not count`() throws {
    let id = try snapshot(Self.history[5]).id
    let pins = [id: try pin("while we move", until: "2026-05-19 12:00")]
    #expect(try words("keep_last: 1", pins: pins, now: "2026-05-19 11:59:59").last?.hasPrefix("+ pinned") == true)
    #expect(try words("keep_last: 1", pins: pins).last == "- no rule of standard keeps it")
  }

  @Test func `a plan lasts until a pin is over`() throws {
    var seen = try observed(["2026-05-19 02:16", "2026-05-18 02:16"])
    seen.pins = [seen.recorded[1].id: try pin(until: "2026-05-19 13:00")]
    let host = try host(schedule: #"cron: "15 2 * * *", prune: true"#, retention: keepOne)
    let plan = Planner.plan(host: host, observed: seen, now: try time("2026-05-19 12:00"), retries: .afterPause)
    #expect(plan.action == nil)
    #expect(plan.validUntil == (try time("2026-05-19 13:00")))
    let later = Planner.plan(host: host, observed: seen, now: try time("2026-05-19 13:00"), retries: .afterPause)
    #expect(later.action?.kind == .prune)
  }

  @Test func `a worker's order leaves out what is pinned`() throws {
    var seen = try observed(["2026-05-19 02:16", "2026-05-18 02:16", "2026-05-17 02:16"])
    seen.pins = [seen.recorded[1].id: try pin()]
    var request = RunRequest(host: try HostName(text: "web-1"), kind: .prune, trigger: .cli, reason: "because")
    request.onlySnapshots = seen.recorded.map(\.id)
    let order = PruneOrder(
      request, host: try host(schedule: nil, retention: keepOne), observed: seen, now: try time("2026-05-19 12:00"))
    guard case .remove(let dropped, _) = order else {
      Issue.record("nothing is removed")
      return
    }
    #expect(dropped.map(\.snapshot.id) == [seen.recorded[2].id])
  }

  @Test func `the oldest good ones stay, counted from the oldest`() throws {
    #expect(
      try words("keep_last: 1, keep_oldest: 2") == [
        "+ the newest good one; last 1 of 1",
        "- no rule of standard keeps it",
        "+ partial, less than 7 days older than the newest good one",
        "+ manual: removed only by name",
        "+ oldest 2 of 2",
        "+ oldest 1 of 2",
      ])
    #expect(try words("keep_oldest: 9").allSatisfy { $0.hasPrefix("+") })
    #expect(try words("keep_last: 1, keep_oldest: 0").filter { $0.hasPrefix("-") }.count == 3)
  }

  @Test func `of partial ones the oldest is worth nothing by being old`() throws {
    let snapshots = try ["2026-05-19 02:16 partial", "2026-05-18 02:16 partial"].map(snapshot)
    let plan = RetentionPlan(
      snapshots, policy: try policy("keep_last: 1, keep_oldest: 1"), now: try time("2026-05-19 12:00"))
    #expect(plan.dropped.map(\.snapshot.id) == [snapshots[1].id])
  }
}
