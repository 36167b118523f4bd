// Retention counted back from now: what is there expires, but for what counts snapshots and what is no retention's.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

struct RetentionAnchorTests {
  /// A policy, a time, and a history whose lines begin with `+` for what stays and `-` for what has expired.
  struct Table: Sendable, CustomTestStringConvertible {
    let name: String
    let policy: String
    var zone = "UTC"
    let now: String
    let history: String

    var testDescription: String { name }
  }

  @Test(arguments: Table.all) func `what has expired is what the table says`(_ table: Table) throws {
    let lines = table.history.split(separator: "\n").map(String.init)
    let snapshots = try lines.map { try snapshot(String($0.dropFirst(2))) }
    let plan = RetentionPlan(
      snapshots.reversed(), policy: try policy(table.policy, zone: table.zone), now: try time(table.now), anchor: .now)
    let expected = Set(zip(lines, snapshots).filter { $0.0.hasPrefix("+") }.map(\.1.id))
    #expect(Set(plan.kept.map(\.snapshot.id)) == expected)
  }

  @Test func `each rule says from where it reaches back`() throws {
    let policy = try policy("keep_daily: 3, keep_within: 2d, keep_last: 1")
    let history = ["2026-05-19 02:15", "2026-05-18 02:15", "2026-05-16 02:15"]
    let plan = RetentionPlan(
      try history.map(snapshot), policy: policy, now: try time("2026-05-20 01:00"), anchor: .now)
    #expect(
      plan.decisions.map(\.reasons) == [
        ["the newest good one", "last 1 of 1", "within 2d of now", "daily 1 of 3 (2026-05-19)"],
        ["within 2d of now", "daily 2 of 3 (2026-05-18)"],
        ["no rule of standard keeps it"],
      ])
  }

  @Test func `of generated histories, nothing that expired comes back, and the newest good ones never go`() throws {
    let seed = freshSeed("retention-anchor")
    for index in 0..<1_000 {
      var generator = HistoryGenerator(seed: seed &+ UInt64(index))
      let now = generator.now()
      let snapshots = try generator.history(upTo: 30, before: now)
      let policy = try generator.policy()
      let comment: Comment = "case \(index) of seed \(seed)"
      func kept(at now: Date, _ anchor: RetentionAnchor) -> Set<SnapshotID> {
        Set(RetentionPlan(snapshots, policy: policy, now: now, anchor: anchor).kept.map(\.snapshot.id))
      }
      // Nothing is dated in the future by then.
      let later = now.addingTimeInterval(100 * 86_400)
      let times = [0, 3600, 40 * 3600, 40 * 86_400, 2000 * 86_400].map { later.addingTimeInterval($0) }
      var before = kept(at: times[0], .newest)
      for time in times {
        let rest = kept(at: time, .now)
        #expect(rest.isSubset(of: before), comment)
        before = rest
      }
      let good = snapshots.filter { $0.id.kind == .scheduled && $0.status.isGood }
        .sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
      let least = max(policy.policy.minKeep ?? 1, policy.policy.keepLast ?? 0)
      #expect(before.isSuperset(of: good.prefix(least).map(\.id)), comment)
      let others = snapshots.filter { $0.id.kind == .manual || $0.status == .unknown }
      #expect(before.isSuperset(of: others.map(\.id)), comment)
    }
  }
}

extension RetentionAnchorTests.Table {
  static let all = [
    Self(
      name: "days are counted from today, whether or not they hold any", policy: "keep_daily: 3",
      now: "2026-05-20 12:00",
      history: """
        + 2026-05-20 02:15
        + 2026-05-18 02:15
        - 2026-05-18 01:15
        - 2026-05-17 02:15
        - 2026-05-16 02:15
        """),
    Self(
      name: "long after the last backup only the newest good one is left", policy: "keep_daily: 3, keep_weekly: 2",
      now: "2027-05-20 12:00",
      history: """
        + 2026-05-20 02:15
        - 2026-05-19 02:15
        - 2026-05-12 02:15
        """),
    Self(
      name: "what counts snapshots stays", policy: "keep_last: 2, keep_daily: 9, min_keep: 3", now: "2027-05-20 12:00",
      history: """
        + 2026-05-20 02:15
        + 2026-05-19 02:15
        + 2026-05-18 02:15
        - 2026-05-17 02:15
        """),
    Self(
      name: "weeks, months and years", policy: "keep_weekly: 2, keep_monthly: 2, keep_yearly: 2",
      now: "2027-02-10 12:00",
      history: """
        + 2027-02-02 02:15
        + 2027-01-31 02:15
        - 2027-01-29 02:15
        + 2026-12-31 02:15
        - 2026-12-28 02:15
        - 2025-12-31 02:15
        """),
    Self(
      name: "within reaches back from now", policy: "keep_within: 7d", now: "2026-05-27 02:15",
      history: """
        + 2026-05-26 02:15
        + 2026-05-20 02:15
        - 2026-05-20 02:14
        """),
    Self(
      name: "days of the policy's zone", policy: "keep_daily: 2", zone: "Europe/Amsterdam", now: "2026-05-20 23:00",
      history: """
        + 2026-05-20 22:30
        + 2026-05-20 21:30
        - 2026-05-19 21:30
        """),
    Self(
      name: "manual, unknown and future ones stay, and partial ones follow their own rule", policy: "keep_daily: 2",
      now: "2027-05-20 12:00",
      history: """
        + 2027-06-01 02:15
        + 2026-05-20 02:15
        + 2026-05-19 02:15 partial
        - 2026-05-01 02:15 partial
        + 2026-04-20 02:15 manual
        + 2026-04-19 02:15 unknown
        - 2026-04-18 02:15
        """),
  ]
}
