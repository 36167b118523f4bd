// What people are told of a host, and that it is once a change: each case a sequence of looks.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct HostChangeTests {
  /// One look: `Ready false LastBackupFailed, Fresh true RecentSnapshot`.
  private func conditions(_ text: String) throws -> [Condition] {
    try text.split(separator: ", ").map { line in
      let words = line.split(separator: " ").map(String.init)
      return Condition(
        try #require(Condition.Kind(rawValue: words[0])), try #require(Condition.Status(rawValue: words[1])),
        reason: words[2], message: "because of \(words[2])", observedGeneration: 1, changedAt: .distantPast)
    }
  }

  /// Looks one after the other, a minute apart; gives what is told at each.
  private func told(
    _ looks: [String], on triggers: Set<NotificationTrigger> = Set(NotificationTrigger.allCases)
  ) throws -> [String] {
    var known: [Trouble] = []
    let start = try time("2026-05-19 12:00")
    return try looks.enumerated().map { minute, look in
      let now = start.addingTimeInterval(Double(60 * minute))
      let web = try HostName(text: "web-1")
      guard let change = HostChange(of: web, told: known, conditions: try conditions(look), at: now) else { return "-" }
      known = change.told
      return change.notice(on: triggers).map { "\($0.kind) \($0.reason)" } ?? "-"
    }
  }

  private static let well = "Ready true Ready, Fresh true RecentSnapshot, Retained true InPolicy"
  private static let due = "Ready false BackupDue, Fresh false BackupDue, Retained true InPolicy"
  private static let failed = "Ready false LastBackupFailed, Fresh false BackupDue, Retained false LastBackupFailed"
  private static let unreachable = failed + ", Reachable false Unreachable"
  private static let stale = "Ready false Stale, Fresh false Stale, Retained true InPolicy"
  private static let failedAndStale = "Ready false LastBackupFailed, Fresh false Stale, Retained true InPolicy"
  private static let suspended = "Ready false Suspended, Fresh false Stale, Retained true InPolicy"
  private static let interrupted = "Ready false LastBackupInterrupted, Fresh false BackupDue, Retained true InPolicy"
  private static let new = "Ready false NeverBackedUp, Fresh false NeverBackedUp, Retained true InPolicy"
  private static let tooMany =
    "Ready false TooManyDeletions, Fresh true RecentSnapshot, Retained false TooManyDeletions"
  private static let pruning = "Ready false PruneDue, Fresh true RecentSnapshot, Retained false PruneDue"

  private static let sequences: [(name: String, looks: [String], told: [String])] = [
    ("nothing is told of a host that is well", [well, well], ["-", "-"]),
    ("nor of a new one, of what is due, or of what is being pruned", [new, due, pruning, well], ["-", "-", "-", "-"]),
    ("a first look that is bad is told", [failed, failed], ["failure LastBackupFailed", "-"]),
    (
      "a failure is told once, however often it fails, and so is its end", [well, failed, failed, failed, well, well],
      ["-", "failure LastBackupFailed", "-", "-", "recovery Recovered", "-"]
    ),
    ("why a host is not reached is told as the reason", [unreachable], ["failure Unreachable"]),
    ("another reason is no other failure", [failed, unreachable, failed], ["failure LastBackupFailed", "-", "-"]),
    ("a backup that is due again has recovered", [failed, due], ["failure LastBackupFailed", "recovery Recovered"]),
    ("staleness is told once", [well, due, stale, stale, well], ["-", "-", "stale Stale", "-", "recovery Recovered"]),
    (
      "failure and staleness are told apart, and their end together", [failed, failedAndStale, failedAndStale, well],
      ["failure LastBackupFailed", "stale Stale", "-", "recovery Recovered"]
    ),
    ("both at once are a failure", [failedAndStale, well], ["failure LastBackupFailed", "recovery Recovered"]),
    (
      "an interrupted backup is neither a failure nor a recovery",
      [well, interrupted, failed, interrupted, failed, well],
      ["-", "-", "failure LastBackupFailed", "-", "-", "recovery Recovered"]
    ),
    (
      "a suspended host is left in peace, and what was told stays told", [failed, suspended, suspended, failed, well],
      ["failure LastBackupFailed", "-", "-", "-", "recovery Recovered"]
    ),
    ("a recovery that nobody waits for is not told", [suspended, well], ["-", "-"]),
    (
      "deletions that wait for a person", [tooMany, tooMany, well],
      ["failure TooManyDeletions", "-", "recovery Recovered"]
    ),
    (
      "a failure while deletions wait is told as well", [tooMany, failed, well],
      ["failure TooManyDeletions", "failure LastBackupFailed", "recovery Recovered"]
    ),
    (
      "a change back and forth is told each time", [failed, well, failed],
      [
        "failure LastBackupFailed", "recovery Recovered", "failure LastBackupFailed",
      ]
    ),
  ]

  @Test(arguments: sequences.indices)
  func `a change is told once`(_ index: Int) throws {
    let sequence = Self.sequences[index]
    #expect(try told(sequence.looks) == sequence.told, "\(sequence.name)")
  }

  @Test func `a target that is told of some changes is told of these alone`() throws {
    let looks = [Self.failedAndStale, Self.well, Self.failed, Self.well]
    #expect(try told(looks, on: [.stale]) == ["stale Stale", "-", "-", "-"])
    #expect(
      try told(looks, on: [.failure]) == ["failure LastBackupFailed", "-", "failure LastBackupFailed", "-"])
    #expect(try told(looks, on: [.recovery]) == ["-", "recovery Recovered", "-", "recovery Recovered"])
    #expect(try told(looks, on: []) == ["-", "-", "-", "-"])
  }

  @Test func `the newest message tells how things are`() throws {
    let web = try HostName(text: "web-1")
    let now = try time("2026-05-19 12:00")
    let fresh = Trouble(type: .fresh, reason: "Stale", message: "too old", since: now)
    let retained = Trouble(type: .retained, reason: "TooManyDeletions", message: "12 to prune", since: now)
    let change = try #require(
      HostChange(
        of: web, told: [fresh, retained],
        conditions: conditions("Ready false LastBackupFailed, Fresh true RecentSnapshot"), at: now))
    let notice = try #require(change.notice(on: [.failure]))
    #expect(notice.subject == "pobsync: the backup of web-1 failed")
    #expect(
      notice.message == """
        because of LastBackupFailed
        Over: web-1 has no fresh backup (since 2026-05-19 12:00:00Z).
        Still, since 2026-05-19 12:00:00Z: pruning of web-1 waits for you. 12 to prune
        """)
    #expect(notice.host == web && notice.at == now)
  }

  @Test func `what is judged and what is told of it fit together`() throws {
    let now = try time("2026-05-21 12:00")
    func notice(_ observed: ObservedHost, _ host: EffectiveHost) throws -> String? {
      let plan = Planner.plan(host: host, observed: observed, now: now, retries: .afterPause)
      let conditions = HostConditions.judge(host, observed: observed, plan: plan, generation: 1, now: now)
      return HostChange(of: host.name, told: [], conditions: conditions, at: now)?
        .notice(on: Set(NotificationTrigger.allCases)).map { "\($0.kind) \($0.reason)" }
    }
    let web = try host()
    #expect(try notice(observed(), web) == nil)
    #expect(try notice(observed(["2026-05-21 02:16"]), web) == nil)
    #expect(try notice(observed(["2026-05-20 02:16"]), web) == nil, "one was due this morning")
    #expect(try notice(observed(["2026-05-19 02:16"]), web) == "stale Overdue")
    let failed = try run(2, .backup, .failed, at: "2026-05-21 02:16", errorCode: "host_key_changed", message: "m")
    #expect(try notice(observed(["2026-05-20 02:16"], runs: [failed]), web) == "failure HostKeyChanged")
    let stopped = try run(2, .backup, .interrupted, at: "2026-05-21 02:16")
    #expect(try notice(observed(["2026-05-20 02:16"], runs: [stopped]), web) == nil)
    let suspended = try host("suspended: true")
    #expect(try notice(observed(["2026-05-01 02:16"], runs: [failed]), suspended) == nil)
  }
}
