// Retention by hand: histories in which each line says whether the snapshot is to stay.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

/// A policy, and a history whose lines begin with `+` for what it keeps and `-` for what it drops.
struct RetentionCase: Sendable, CustomTestStringConvertible {
  let name: String
  let policy: String
  var zone = "UTC"
  var now = "2030-01-01 00:00"
  let history: String

  var testDescription: String { name }
}

struct RetentionPlanTests {
  @Test(arguments: RetentionCase.rules + RetentionCase.zones + RetentionCase.clockChanges + RetentionCase.exemptions)
  func `a policy keeps what the table says`(_ table: RetentionCase) throws {
    let lines = table.history.split(separator: "\n").map(String.init)
    let snapshots = try lines.map { try snapshot(String($0.dropFirst(2))) }
    let plan = RetentionPlan(
      snapshots.reversed(), policy: try policy(table.policy, zone: table.zone), now: try time(table.now))
    let expected = Set(zip(lines, snapshots).filter { $0.0.hasPrefix("+") }.map(\.1.id))
    #expect(Set(plan.kept.map(\.snapshot.id)) == expected)
    #expect(plan.decisions.count == lines.count)
    #expect(plan.kept.count + plan.dropped.count == lines.count)
  }

  @Test func `decisions stand newest first, and those of one second by name`() throws {
    let snapshots = try ["2026-05-18 02:15", "2026-05-19 02:15 a", "2026-05-20 02:15 manual", "2026-05-19 02:15 b"]
      .map(snapshot)
    let plan = RetentionPlan(snapshots, policy: try policy("keep_last: 1"), now: try time("2026-05-21 00:00"))
    #expect(
      plan.decisions.map(\.snapshot.id.description) == [
        "manual/20260520-021500Z__a", "scheduled/20260519-021500Z__b", "scheduled/20260519-021500Z__a",
        "scheduled/20260518-021500Z__a",
      ])
  }

  @Test func `every rule that keeps a snapshot is named`() throws {
    let policy = try policy(
      "keep_last: 2, keep_hourly: 1, keep_daily: 2, keep_weekly: 2, keep_monthly: 2, keep_yearly: 2, keep_within: 1d, "
        + "min_keep: 2")
    let history = [
      "2027-01-04 02:15", "2027-01-03 02:15", "2027-01-02 02:15", "2026-12-31 23:30 warning", "2026-05-01 00:00",
    ]
    let plan = RetentionPlan(try history.map(snapshot), policy: policy, now: try time("2027-01-05 00:00"))
    #expect(
      plan.decisions.map(\.reasons) == [
        [
          "the newest good one", "last 1 of 2", "within 1d of the newest", "hourly 1 of 1 (2027-01-04 02 h)",
          "daily 1 of 2 (2027-01-04)", "weekly 1 of 2 (2027-W01)", "monthly 1 of 2 (2027-01)", "yearly 1 of 2 (2027)",
        ],
        [
          "min_keep 2 of 2", "last 2 of 2", "within 1d of the newest", "daily 2 of 2 (2027-01-03)",
          "weekly 2 of 2 (2026-W53)",
        ],
        ["no rule of standard keeps it"],
        ["monthly 2 of 2 (2026-12)", "yearly 2 of 2 (2026)"],
        ["no rule of standard keeps it"],
      ])
  }

  @Test func `what is kept whatever the policy says is told why`() throws {
    let history = [
      "2026-06-01 00:00", "2026-05-20 02:15 partial b", "2026-05-19 02:15", "2026-05-18 02:15 partial",
      "2026-05-17 02:15 manual", "2026-05-16 02:15 unknown", "2026-05-01 02:15 partial", "2026-04-30 02:15",
    ]
    let plan = RetentionPlan(
      try history.map(snapshot), policy: try policy("keep_last: 1"), now: try time("2026-05-21 00:00"))
    #expect(
      plan.decisions.map { "\($0.keep ? "+" : "-") \($0.reasons.joined(separator: "; "))" } == [
        "+ dated in the future",
        "+ the newest partial one; last 1 of 1",
        "+ the newest good one; last 1 of 1",
        "+ partial, less than 7 days older than the newest good one",
        "+ manual: removed only by name",
        "+ of unknown status: removed only by name",
        "- partial, and others serve in its place",
        "- no rule of standard keeps it",
      ])
  }

  @Test func `a host that is away for a year loses nothing more`() throws {
    let snapshots = try (1...28).map { try snapshot("2026-02-\($0 < 10 ? "0" : "")\($0) 02:15") }
    let policy = try policy("keep_last: 2, keep_daily: 7, keep_weekly: 3, keep_within: 3d")
    let here = RetentionPlan(snapshots, policy: policy, now: try time("2026-02-28 03:00"))
    let away = RetentionPlan(snapshots, policy: policy, now: try time("2027-02-28 03:00"))
    #expect(here == away)
    #expect(
      here.kept.map(\.snapshot.startedAt.written) == [
        "2026-02-28 02:15", "2026-02-27 02:15", "2026-02-26 02:15", "2026-02-25 02:15", "2026-02-24 02:15",
        "2026-02-23 02:15", "2026-02-22 02:15", "2026-02-15 02:15",
      ])
  }

  @Test func `a policy that names no zone goes by that of the settings`() throws {
    let text = """
      settings: {time_zone: Europe/Amsterdam}
      retention: {standard: {keep_daily: 2}, utc: {keep_daily: 2, time_zone: UTC}}
      hosts: {web-1: {retention: standard}, web-2: {retention: utc}}
      """
    let hosts = try spec(text).effectiveHosts
    let snapshots = try ["2026-05-19 10:00", "2026-05-18 23:30", "2026-05-18 21:00"].map(snapshot)
    let now = try time("2026-05-20 00:00")
    let dropped = try hosts.map { host in
      RetentionPlan(snapshots, policy: try #require(host.retention), now: now).dropped.map(\.snapshot.startedAt.written)
    }
    #expect(dropped == [["2026-05-18 23:30"], ["2026-05-18 21:00"]])
  }

  @Test func `no snapshots make an empty plan`() throws {
    #expect(RetentionPlan([], policy: try policy("keep_last: 1"), now: try time("2026-05-20 00:00")).decisions.isEmpty)
  }

  @Test func `the time that metadata gives counts, not that of the name`() throws {
    let named = try snapshot("2026-05-18 23:59")
    let midnight = try time("2026-05-19 00:00")
    let moved = SnapshotRecord(id: named.id, status: .success, startedAt: midnight.addingTimeInterval(0.25))
    let plan = RetentionPlan(
      [moved, try snapshot("2026-05-19 12:00"), try snapshot("2026-05-18 12:00")], policy: try policy("keep_daily: 2"),
      now: try time("2026-05-20 00:00"))
    #expect(plan.dropped.map(\.snapshot.id) == [named.id])
  }
}

extension RetentionCase {
  static let rules = [
    RetentionCase(
      name: "keep_last", policy: "keep_last: 2",
      history: """
        + 2026-05-19 02:15
        + 2026-05-19 02:14
        - 2026-05-18 02:15
        - 2025-05-18 02:15
        """),
    RetentionCase(
      name: "keep_hourly", policy: "keep_hourly: 3",
      history: """
        + 2026-05-19 10:45
        - 2026-05-19 10:00
        + 2026-05-19 09:59:59
        - 2026-05-19 09:00
        + 2026-05-18 09:30
        - 2026-05-18 09:29
        - 2026-05-18 08:59
        """),
    RetentionCase(
      name: "keep_daily, over days without a snapshot", policy: "keep_daily: 2",
      history: """
        + 2026-05-19 23:59:59
        - 2026-05-19 00:00
        + 2026-05-10 12:00
        - 2026-05-10 11:00
        - 2026-05-09 12:00
        """),
    RetentionCase(
      name: "keep_weekly, at the end of 2026, whose week 53 ends on 3 January", policy: "keep_weekly: 3",
      history: """
        + 2027-01-04 00:00
        + 2027-01-03 23:59
        - 2027-01-02 02:15
        - 2027-01-01 02:15
        - 2026-12-31 02:15
        - 2026-12-28 00:00
        + 2026-12-27 23:59
        - 2026-12-21 02:15
        - 2026-12-20 02:15
        """),
    RetentionCase(
      name: "keep_weekly, where 2020 has a week 53 and begins in 2019", policy: "keep_weekly: 4",
      history: """
        + 2021-01-04 02:15
        + 2021-01-03 02:15
        - 2020-12-28 02:15
        + 2020-01-05 02:15
        - 2020-01-01 02:15
        - 2019-12-30 02:15
        + 2019-12-29 02:15
        - 2019-12-23 02:15
        - 2019-12-22 02:15
        """),
    RetentionCase(
      name: "keep_monthly", policy: "keep_monthly: 4",
      history: """
        + 2027-01-01 00:00
        + 2026-12-31 23:59
        - 2026-12-01 00:00
        + 2026-02-28 02:15
        - 2026-02-27 02:15
        + 2026-01-31 02:15
        - 2026-01-30 02:15
        - 2025-12-31 02:15
        """),
    RetentionCase(
      name: "keep_yearly", policy: "keep_yearly: 3",
      history: """
        + 2027-01-01 00:00
        + 2026-12-31 23:59
        - 2026-01-01 00:00
        + 2020-02-29 02:15
        - 2020-02-28 02:15
        - 2019-12-31 02:15
        """),
    RetentionCase(
      name: "keep_within reaches back from the newest, whatever the time is", policy: "keep_within: 2d",
      history: """
        + 2026-05-19 12:00
        + 2026-05-18 02:15
        + 2026-05-17 12:00
        - 2026-05-17 11:59:59
        """),
    RetentionCase(
      name: "min_keep", policy: "keep_last: 1, min_keep: 3",
      history: """
        + 2026-05-19 02:15
        + 2026-05-18 02:15
        + 2026-05-17 02:15
        - 2026-05-16 02:15
        """),
    RetentionCase(
      name: "min_keep counts good ones only", policy: "keep_last: 1, min_keep: 2",
      history: """
        + 2026-05-19 02:15
        - 2026-05-10 02:15 partial
        + 2026-05-09 02:15 manual
        + 2026-05-08 02:15 unknown
        + 2026-05-07 02:15
        - 2026-05-06 02:15
        """),
    RetentionCase(
      name: "min_keep above what there is", policy: "keep_last: 1, min_keep: 9",
      history: """
        + 2026-05-19 02:15
        + 2026-05-18 02:15
        """),
    RetentionCase(
      name: "rules of 0 keep nothing by themselves",
      policy: "keep_last: 1, keep_hourly: 0, keep_daily: 0, keep_weekly: 0, keep_monthly: 0, keep_yearly: 0, "
        + "keep_within: 0s",
      history: """
        + 2026-05-19 02:15
        - 2026-05-18 02:15
        """),
    RetentionCase(
      name: "the newest stays where a rule would keep none", policy: "keep_last: 0, keep_within: 1s",
      history: """
        + 2026-05-19 02:15
        - 2026-05-18 02:15
        """),
    RetentionCase(
      name: "all rules together",
      policy: "keep_last: 1, keep_hourly: 2, keep_daily: 2, keep_weekly: 2, keep_monthly: 2, keep_yearly: 2",
      history: """
        + 2026-05-19 12:30
        - 2026-05-19 12:00
        + 2026-05-19 06:00
        - 2026-05-19 05:00
        + 2026-05-18 12:00
        + 2026-05-17 12:00
        - 2026-05-16 12:00
        + 2026-04-30 12:00
        - 2026-04-29 12:00
        + 2025-12-31 12:00
        - 2025-12-30 12:00
        - 2024-12-31 12:00
        """),
    RetentionCase(
      name: "two of one second", policy: "keep_last: 1",
      history: """
        + 2026-05-19 02:15 b
        - 2026-05-19 02:15 a
        """),
  ]

  static let zones = [
    RetentionCase(
      name: "days in UTC", policy: "keep_daily: 2",
      history: """
        + 2026-05-19 10:00
        + 2026-05-18 23:30
        - 2026-05-18 21:00
        """),
    RetentionCase(
      name: "days in Amsterdam, where 23:30Z is the next day", policy: "keep_daily: 2", zone: "Europe/Amsterdam",
      history: """
        + 2026-05-19 10:00
        - 2026-05-18 23:30
        + 2026-05-18 21:00
        """),
    RetentionCase(
      name: "weeks in Amsterdam, where Sunday 22:30Z is a Monday", policy: "keep_weekly: 2", zone: "Europe/Amsterdam",
      history: """
        + 2026-05-19 10:00
        - 2026-05-17 22:30
        + 2026-05-17 21:30
        """),
    RetentionCase(
      name: "months in Amsterdam", policy: "keep_monthly: 2", zone: "Europe/Amsterdam",
      history: """
        + 2026-06-02 10:00
        - 2026-05-31 22:00
        + 2026-05-31 21:59
        """),
    RetentionCase(
      name: "years in Amsterdam, an hour ahead in winter", policy: "keep_yearly: 2", zone: "Europe/Amsterdam",
      history: """
        + 2027-01-02 10:00
        - 2026-12-31 23:30
        + 2026-12-31 22:59
        """),
    RetentionCase(
      name: "days in New York, behind UTC", policy: "keep_daily: 2", zone: "America/New_York",
      history: """
        + 2026-05-19 04:00
        + 2026-05-19 03:59
        - 2026-05-18 04:00
        - 2026-05-18 03:59
        """),
    RetentionCase(
      name: "hours in Kathmandu, three quarters off", policy: "keep_hourly: 2", zone: "Asia/Kathmandu",
      history: """
        + 2026-05-19 18:15
        + 2026-05-19 18:14
        - 2026-05-19 17:15
        - 2026-05-19 17:14
        """),
    RetentionCase(
      name: "days in Kiritimati, 14 hours ahead", policy: "keep_daily: 2", zone: "Pacific/Kiritimati",
      history: """
        + 2026-05-19 10:00
        + 2026-05-19 09:59
        - 2026-05-18 10:00
        - 2026-05-18 09:59
        """),
  ]

  static let clockChanges = [
    RetentionCase(
      name: "a day of 23 hours", policy: "keep_daily: 2", zone: "Europe/Amsterdam",
      history: """
        + 2026-03-29 22:00
        + 2026-03-29 21:59
        - 2026-03-28 23:00
        - 2026-03-28 22:59
        """),
    RetentionCase(
      name: "a day of 25 hours", policy: "keep_daily: 2", zone: "Europe/Amsterdam",
      history: """
        + 2026-10-25 23:00
        + 2026-10-25 22:59
        - 2026-10-24 22:00
        - 2026-10-24 21:59
        """),
    RetentionCase(
      name: "a skipped hour leaves no bucket", policy: "keep_hourly: 2", zone: "Europe/Amsterdam",
      history: """
        + 2026-03-29 01:00
        + 2026-03-29 00:59
        - 2026-03-29 00:00
        - 2026-03-28 23:59
        """),
    RetentionCase(
      name: "a repeated hour is one bucket", policy: "keep_hourly: 3", zone: "Europe/Amsterdam",
      history: """
        + 2026-10-25 02:00
        + 2026-10-25 01:30
        - 2026-10-25 00:30
        + 2026-10-24 23:30
        - 2026-10-24 22:59
        """),
  ]

  static let exemptions = [
    RetentionCase(
      name: "warnings are good", policy: "keep_last: 2",
      history: """
        + 2026-05-19 02:15 warning
        + 2026-05-18 02:15
        - 2026-05-17 02:15 warning
        """),
    RetentionCase(
      name: "partial ones stay until a good one is a week newer, and never count", policy: "keep_last: 2",
      history: """
        + 2026-05-20 02:15 partial
        + 2026-05-19 02:15
        + 2026-05-18 02:15 partial
        + 2026-05-12 02:15:01 partial
        - 2026-05-12 02:15 partial
        + 2026-05-11 02:15
        - 2026-01-01 02:15 partial
        """),
    RetentionCase(
      name: "only partial ones", policy: "keep_last: 1",
      history: """
        + 2026-05-19 02:15 partial
        - 2025-05-19 02:15 partial
        - 2024-05-19 02:15 partial
        """),
    RetentionCase(
      name: "a manual one replaces no partial one", policy: "keep_last: 1",
      history: """
        + 2026-05-19 02:15 manual
        + 2025-05-19 02:15 partial
        """),
    RetentionCase(
      name: "manual ones stay and never count, whatever their status", policy: "keep_last: 1, keep_daily: 1",
      history: """
        + 2026-05-19 12:00 manual
        + 2026-05-19 02:15
        - 2026-05-18 02:15
        + 2026-05-17 02:15 manual warning
        + 2026-05-16 02:15 manual partial
        + 2020-05-16 02:15 manual unknown
        """),
    RetentionCase(
      name: "unknown ones stay and never count", policy: "keep_last: 1",
      history: """
        + 2026-05-19 12:00 unknown
        + 2026-05-19 02:15
        - 2026-05-18 02:15
        + 2020-05-18 02:15 unknown
        """),
    RetentionCase(
      name: "what is dated in the future stays and never counts", policy: "keep_last: 1, keep_within: 1d",
      now: "2026-05-19 12:00",
      history: """
        + 2036-05-19 02:15 partial
        + 2036-05-18 02:15
        + 2026-05-19 12:00:01
        + 2026-05-19 12:00
        - 2026-05-18 02:15
        """),
    RetentionCase(
      name: "nothing but the future", policy: "keep_last: 1", now: "2026-05-19 12:00",
      history: """
        + 2036-05-19 02:15
        + 2036-05-18 02:15
        + 2026-05-18 02:15 partial
        """),
  ]
}
