// The planner by hand: what is due, what waits and why, one host and one situation at a time.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct PlannerTests {
  /// A plan as lines: what is to be done, then what waits.
  private func lines(_ plan: HostPlan) -> [String] {
    let action: String? =
      switch plan.action {
      case .discover: "discover"
      case .backup(let due, _, _): "back up for \(due.written)"
      case .backupOnRequest(let text, _, _): "back up as requested: \(text)"
      case .prune(let dropped, _): "prune " + dropped.map(\.snapshot.startedAt.written).joined(separator: ", ")
      case .emptyTrash(let entries, _): "empty the trash of \(entries.count)"
      case nil: nil
      }
    return [action, plan.hold.map { "held: \($0.code.rawValue)" }].compactMap(\.self)
  }

  private func plan(
    _ host: EffectiveHost, _ observed: ObservedHost = ObservedHost(), at now: String = "2026-05-19 12:00",
    _ retries: Planner.Retries = .afterPause
  ) throws -> HostPlan {
    Planner.plan(host: host, observed: observed, now: try time(now), retries: retries)
  }

  // MARK: - Backups

  @Test func `the first backup of a new host is due at once`() throws {
    let plan = try plan(host())
    let due = try time("2026-05-19 02:15")
    let reason = "no good snapshot yet (schedule nightly, due 2026-05-19 02:15:00Z)"
    #expect(plan.action == .backup(dueAt: due, attempt: 1, reason: reason))
    #expect(plan.action?.verb == "back up")
    #expect(plan.hold == nil)
    #expect(plan.retention == nil)
    #expect(plan.nextFire == (try time("2026-05-20 02:15")))
  }

  @Test func `fires that were missed become one backup, for the last of them`() throws {
    let plan = try plan(host(), observed(["2026-05-10 02:15"]))
    #expect(lines(plan) == ["back up for 2026-05-19 02:15"])
    #expect(
      plan.action?.reason
        == "schedule nightly was due at 2026-05-19 02:15:00Z, the newest good snapshot is of 2026-05-10 02:15:00Z")
  }

  @Test(arguments: [
    ("2026-05-19 02:15", true), ("2026-05-19 02:16 warning", true), ("2026-05-19 12:00", true),
    ("2026-05-19 02:16 partial", true), ("2026-05-19 02:14:59", false), ("2026-05-19 02:16 manual", false),
    ("2026-05-19 02:16 unknown", false), ("2026-05-19 12:00:01", false), ("2036-05-19 02:15", false),
  ])
  func `a snapshot covers a fire`(_ text: String, covers: Bool) throws {
    let plan = try plan(host(), observed([text]))
    #expect(lines(plan) == (covers ? [] : ["back up for 2026-05-19 02:15"]))
  }

  @Test(arguments: [RunState.succeeded, .warning, .failed, .interrupted])
  func `a run whose snapshot is gone covers no fire`(_ state: RunState) throws {
    let run = try run(1, .backup, state, for: "2026-05-19 02:15", at: "2026-05-19 02:20")
    #expect(lines(try plan(host(), observed(runs: [run]), .always)) == ["back up for 2026-05-19 02:15"])
  }

  @Test(arguments: [RunState.running, .queued])
  func `nothing is planned while a run is under way`(_ state: RunState) throws {
    let run = try run(7, .prune, state, at: "2026-05-19 11:00")
    let plan = try plan(host(), observed(runs: [run]), .always)
    #expect(lines(plan) == ["held: under_way"])
    let since = state == .queued ? "queued" : "under way"
    #expect(plan.hold?.message == "run 7 (prune) is \(since) since 2026-05-19 11:00:00Z")
  }

  @Test func `a manual backup covers no fire`() throws {
    let plan = try plan(host(), observed(runs: [run(1, .backup, .succeeded, at: "2026-05-19 11:00")]))
    #expect(lines(plan) == ["back up for 2026-05-19 02:15"])
  }

  @Test func `a run for a time in the future covers no fire`() throws {
    let ahead = try run(1, .backup, .succeeded, for: "2036-05-19 02:15", at: "2036-05-19 02:20")
    let plan = try plan(host(), observed(["2036-05-19 02:16"], runs: [ahead]))
    #expect(lines(plan) == ["back up for 2026-05-19 02:15"])
  }

  @Test func `a host without a schedule has nothing due and is not pruned`() throws {
    let plan = try plan(
      host(schedule: nil, retention: "keep_last: 1"), observed(["2026-05-10 02:15", "2026-05-09 02:15"]))
    #expect(lines(plan) == [])
    #expect(plan.nextFire == nil)
    #expect(plan.retention?.dropped.map(\.snapshot.startedAt.written) == ["2026-05-09 02:15"])
  }

  // MARK: - Times

  @Test func `the schedule's zone says when, that of the settings where it names none`() throws {
    let text = """
      settings: {time_zone: America/New_York}
      schedules:
        nightly: {cron: "15 2 * * *"}
        dutch: {cron: "15 2 * * *", time_zone: Europe/Amsterdam}
      hosts: {web-1: {schedule: nightly}, web-2: {schedule: dutch}}
      """
    let plan = Planner.plan(
      desired: try spec(text), observed: [:], now: try time("2026-05-19 12:00"), retries: .afterPause)
    #expect(plan.hosts.map(lines) == [["back up for 2026-05-19 06:15"], ["back up for 2026-05-19 00:15"]])
    #expect(plan.hosts.map(\.host.description) == ["web-1", "web-2"])
    #expect(!plan.isEmpty)
  }

  @Test(arguments: [
    ("2026-03-29 00:59", "2026-03-28 01:30", "2026-03-29 01:00"),
    ("2026-03-29 01:00", "2026-03-29 01:00", "2026-03-30 00:30"),
    ("2026-10-25 00:29", "2026-10-24 00:30", "2026-10-25 00:30"),
    ("2026-10-25 01:30", "2026-10-25 00:30", "2026-10-26 01:30"),
  ])
  func `02:30 in Amsterdam fires once where the clock is changed`(_ now: String, due: String, next: String) throws {
    let host = try host(schedule: #"cron: "30 2 * * *", time_zone: Europe/Amsterdam"#)
    let plan = try plan(host, at: now)
    #expect(lines(plan) == ["back up for \(due)"])
    #expect(plan.nextFire?.written == next)
  }

  @Test(arguments: [
    ("nightly", "web-1", "20m", 70.0), ("nightly", "web-2", "20m", 89), ("nightly", "db-1", "20m", 565),
    ("nightly", "mail.example.net", "20m", 681), ("hourly", "web-1", "20m", 659), ("hourly", "web-2", "20m", 1186),
    ("nightly", "web-2", "1h", 1289), ("nightly", "db-1", "1d", 61765), ("nightly", "web-1", "1s", 0),
    ("nightly", "web-1", "0s", 0),
  ])
  func `a host's share of the jitter is the same for ever`(
    _ schedule: String, _ name: String, _ jitter: String, offset: TimeInterval
  ) throws {
    let text = """
      schedules: {\(schedule): {cron: "0 2 * * *", jitter: \(jitter)}}
      hosts: {\(name): {schedule: \(schedule)}}
      """
    let host = try #require(try spec(text).effectiveHosts.first)
    let firing = Firing(try #require(host.schedule), host: host.name)
    #expect(firing.offset == offset)
    let start = try time("2026-05-19 02:00")
    #expect(firing.latest(atOrBefore: start.addingTimeInterval(offset)) == start.addingTimeInterval(offset))
    #expect(firing.next(after: start.addingTimeInterval(offset - 1)) == start.addingTimeInterval(offset))
    let yesterday = start.addingTimeInterval(offset - 86_400)
    #expect(firing.latest(atOrBefore: start.addingTimeInterval(offset - 1)) == yesterday)
  }

  @Test func `the offsets of many hosts lie within the jitter and spread over it`() throws {
    let schedule = try #require(try host(schedule: #"cron: "0 2 * * *", jitter: 10m"#).schedule)
    let offsets = try (0..<2_000).map { Firing(schedule, host: try HostName(text: "web-\($0)")).offset }
    #expect(offsets.allSatisfy { (0..<600).contains($0) && $0 == $0.rounded() })
    let perMinute = Dictionary(grouping: offsets) { Int($0) / 60 }.mapValues(\.count)
    #expect(perMinute.count == 10)
    #expect(perMinute.values.allSatisfy { (140...260).contains($0) }, "\(perMinute)")
  }

  @Test func `jitter moves when a backup is due`() throws {
    let host = try host(schedule: #"cron: "15 2 * * *", jitter: 20m"#)
    #expect(lines(try plan(host, at: "2026-05-19 02:16:09")) == ["back up for 2026-05-18 02:16:10"])
    let plan = try plan(host, at: "2026-05-19 02:16:10")
    #expect(lines(plan) == ["back up for 2026-05-19 02:16:10"])
    #expect(plan.nextFire?.written == "2026-05-20 02:16:10")
    #expect(lines(try self.plan(host, observed(["2026-05-19 02:16:00"]))) == ["back up for 2026-05-19 02:16:10"])
  }

  @Test(arguments: [
    ("2026-05-19 06:15", ["back up for 2026-05-19 02:15"]), ("2026-05-19 06:15:01", ["held: missed"]),
    ("2026-05-20 02:14:59", ["held: missed"]), ("2026-05-20 02:15", ["back up for 2026-05-20 02:15"]),
  ])
  func `a missed backup is made within catch_up only`(_ now: String, _ expected: [String]) throws {
    let host = try host(schedule: #"cron: "15 2 * * *", catch_up: 4h"#)
    let plan = try plan(host, observed(["2026-05-18 02:16"]), at: now)
    #expect(lines(plan) == expected)
    if expected == ["held: missed"] {
      #expect(
        plan.hold?.message == "the backup of 2026-05-19 02:15:00Z was missed, and `catch_up` of 4h has passed")
    }
  }

  @Test func `a host without any good snapshot has not missed one`() throws {
    let host = try host(schedule: #"cron: "15 2 * * *", catch_up: 4h"#)
    #expect(lines(try plan(host, at: "2026-05-20 01:00")) == ["back up for 2026-05-19 02:15"])
  }

  // MARK: - Retries

  @Test(arguments: [RunKind.discover, .prune])
  func `a discovery or a prune that failed pauses for five minutes and a little more`(_ kind: RunKind) throws {
    let host = try host(schedule: Self.pruning, retention: keepOne)
    var seen = try observed(Self.history, runs: [run(9, kind, .failed, at: "2026-05-19 11:57")])
    if kind == .discover { seen.disk = .seen([], trash: []) }
    let held = try plan(host, seen)
    #expect(lines(held) == ["held: retry_later"])
    let retry = try time("2026-05-19 11:57").addingTimeInterval(kind == .discover ? 311 : 333)
    #expect(held.hold?.until == retry)
    #expect(held.validUntil == retry)
    #expect(lines(try plan(host, seen, at: retry.addingTimeInterval(-1).written)) == ["held: retry_later"])
    #expect(lines(try plan(host, seen, at: retry.written)).first?.hasPrefix("held") == false)
    #expect(lines(try plan(host, seen, .always)).first?.hasPrefix("held") == false)
  }

  @Test func `a host whose directory cannot be looked at waits and says why`() throws {
    let host = try host(schedule: Self.pruning, retention: "keep_last: 1")
    var seen = try observed(Self.history)
    seen.disk = .unreadable("cannot list /backups/web-1/scheduled: Input/output error")
    let plan = try plan(host, seen, .always)
    #expect(lines(plan) == ["held: unreadable"])
    #expect(plan.hold?.message.contains("Input/output error") == true)
  }

  @Test func `a prune whose plan was stale is followed by a discovery`() throws {
    let host = try host(schedule: Self.pruning, retention: keepOne)
    let stale = try run(9, .prune, .failed, at: "2026-05-19 11:00", errorCode: "plan_stale")
    let seen = try observed(Self.history, runs: [stale])
    #expect(try plan(host, seen).action?.verb == "discover")
    let after = try observed(Self.history, runs: [run(10, .discover, .succeeded, at: "2026-05-19 11:01"), stale])
    #expect(try plan(host, after).action?.verb == "prune")
  }

  // MARK: - Suspension and pauses

  @Test func `what is suspended only waits`() throws {
    let daily = #"cron: "15 2 * * *", prune: true"#
    let seen = ObservedHost(recorded: [], disk: .seen([try snapshot("2026-05-10 02:15").id], trash: []))
    let suspendedHost = try plan(host("suspended: true", schedule: daily, retention: "keep_last: 1"), seen)
    #expect(lines(suspendedHost) == ["held: suspended"])
    #expect(suspendedHost.hold?.message == "the host is suspended")
    #expect(suspendedHost.nextFire?.written == "2026-05-20 02:15")

    let suspendedSchedule = try plan(host(schedule: daily + ", suspended: true"), seen)
    #expect(lines(suspendedSchedule) == ["held: suspended"])
    #expect(suspendedSchedule.hold?.message == "its schedule nightly is suspended")
    #expect(lines(try plan(host("suspended: true", schedule: nil), seen)) == ["held: suspended"])
  }

  @Test(arguments: [
    ("settings: {suspended: true, suspended_reason: disks move}", "", "", "everything is suspended: disks move"),
    ("settings: {suspended: true}", "suspended_reason: own", ", suspended_reason: its", "everything is suspended"),
    ("", "suspended: true, suspended_reason: it moves", "", "the host is suspended: it moves"),
    ("", "suspended: true", ", suspended: true, suspended_reason: its", "the host is suspended"),
    ("", "", ", suspended: true, suspended_reason: its", "its schedule nightly is suspended: its"),
  ])
  func `the hold of what is suspended says what is, and why`(
    _ settings: String, _ own: String, _ schedule: String, message: String
  ) throws {
    let text = """
      \(settings)
      schedules: {nightly: {cron: "15 2 * * *"\(schedule)}}
      hosts: {web-1: {schedule: nightly, run_requested: now\(own.isEmpty ? "" : ", \(own)")}}
      """
    let plan = try plan(#require(try spec(text).effectiveHosts.first))
    #expect(plan.action == nil)
    #expect(plan.hold == Hold(.suspended, message))
  }

  @Test func `what is paused only waits, until the pause is over`() throws {
    let host = try host(schedule: #"cron: "15 2 * * *", prune: true"#, retention: keepOne)
    func pause(until end: String?, _ reason: String? = nil) throws -> Pause {
      Pause(until: try end.map(time), reason: reason, actor: "alice", pausedAt: .distantPast)
    }
    var seen = ObservedHost(recorded: [], disk: .seen([try snapshot("2026-05-10 02:15").id], trash: []))
    seen.pause = try pause(until: "2026-05-19 13:00", "new disks")
    let paused = try plan(host, seen)
    #expect(lines(paused) == ["held: paused"])
    #expect(paused.hold?.message == "paused by alice until 2026-05-19 13:00:00Z: new disks")
    #expect(paused.hold?.until == (try time("2026-05-19 13:00")))
    #expect(paused.validUntil == paused.hold?.until)
    #expect(lines(try plan(host, seen, at: "2026-05-19 12:59:59")) == ["held: paused"])
    #expect(lines(try plan(host, seen, at: "2026-05-19 13:00")) == ["discover"])

    seen.pause = try pause(until: nil)
    let endless = try plan(host, seen, at: "2026-05-20 01:00")
    #expect(endless.hold?.message == "paused by alice until it is resumed")
    #expect(endless.hold?.until == nil)
    #expect(endless.validUntil == (try time("2026-05-20 02:15")))
    #expect(lines(try plan(try ReconcilerTests.host("suspended: true"), seen)) == ["held: suspended"])
  }

  // MARK: - Windows

  @Test func `a backup waits for its window, and the plan holds until that opens`() throws {
    let host = try host(schedule: #"cron: "15 2 * * *", windows: ["22:00-04:00"], blackouts: ["Tue"]"#)
    let wednesday = try plan(host, observed(["2026-05-19 02:16"]), at: "2026-05-20 12:00")
    #expect(lines(wednesday) == ["held: outside_window"])
    #expect(
      wednesday.hold?.message
        == "the backup of 2026-05-20 02:15:00Z waits: its window opens at 2026-05-20 22:00:00Z")
    #expect(wednesday.validUntil == (try time("2026-05-20 22:00")))
    let seen = try observed(["2026-05-18 02:16"])
    #expect(lines(try plan(host, seen, at: "2026-05-19 03:00")) == ["held: outside_window"])
    #expect(lines(try plan(host, seen, at: "2026-05-19 23:59:59")) == ["held: outside_window"])
    #expect(lines(try plan(host, seen, at: "2026-05-20 00:00")) == ["back up for 2026-05-19 02:15"])
    #expect(lines(try plan(host, observed(["2026-05-20 02:16"]), at: "2026-05-20 12:00")) == [])
  }

  @Test func `the window may open too late to catch up`() throws {
    let host = try host(schedule: #"cron: "15 2 * * *", windows: ["02:00-04:00"], catch_up: 3h"#)
    let seen = try observed(["2026-05-18 02:16"])
    let held = try plan(host, seen, at: "2026-05-19 04:00")
    #expect(lines(held) == ["held: outside_window"])
    #expect(held.validUntil == (try time("2026-05-19 05:15:01")))
    #expect(lines(try plan(host, seen, at: "2026-05-19 05:15")) == ["held: outside_window"])
    #expect(lines(try plan(host, seen, at: "2026-05-19 05:15:01")) == ["held: missed"])
  }

  @Test func `a window holds back no prune`() throws {
    let host = try host(schedule: Self.pruning + #", windows: ["02:00-04:00"]"#, retention: keepOne)
    #expect(lines(try plan(host, observed(Self.history))) == ["prune 2026-05-18 02:16, 2026-05-16 02:16"])
  }

  // MARK: - Discovery

  @Test func `where disk and store disagree, discovery comes alone`() throws {
    let host = try host(schedule: #"cron: "15 2 * * *", prune: true"#, retention: keepOne)
    let ids = try ["2026-05-19 02:15", "2026-05-18 02:15", "2026-05-17 02:15"].map { try snapshot($0) }
    func plan(recorded: ArraySlice<SnapshotRecord>, onDisk: ArraySlice<SnapshotRecord>) throws -> HostPlan {
      try self.plan(host, ObservedHost(recorded: Array(recorded), disk: .seen(Set(onDisk.map(\.id)), trash: [])))
    }
    let unknown = try plan(recorded: ids[2...], onDisk: ids[...])
    #expect(unknown.action == .discover(reason: "snapshots: 2 on disk that the store does not know"))
    #expect(unknown.hold == nil)
    let gone = try plan(recorded: ids[...], onDisk: ids[..<2])
    #expect(gone.action == .discover(reason: "snapshots: 1 in the store that the disk does not hold"))
    let both = try plan(recorded: ids[..<2], onDisk: ids[1...])
    let reason = "snapshots: 1 on disk that the store does not know, 1 in the store that the disk does not hold"
    #expect(both.action == .discover(reason: reason))
    #expect(lines(try plan(recorded: ids[...], onDisk: ids[...])) == ["prune 2026-05-18 02:15, 2026-05-17 02:15"])
  }

  @Test func `a manual snapshot of the same name is another`() throws {
    let seen = ObservedHost(
      recorded: [try snapshot("2026-05-19 02:15")], disk: .seen([try snapshot("2026-05-19 02:15 manual").id], trash: [])
    )
    #expect(lines(try plan(host(), seen)) == ["discover"])
  }

  @Test func `backups go on while the disk cannot be looked at`() throws {
    let seen = ObservedHost(recorded: [try snapshot("2026-05-10 02:15")], disk: .unknown)
    #expect(lines(try plan(host(), seen)) == ["back up for 2026-05-19 02:15"])
  }

  // MARK: - Pruning

  private static let pruning = #"cron: "15 2 * * *", prune: true"#
  private static let history = ["2026-05-19 02:16", "2026-05-18 02:16", "2026-05-17 02:16 manual", "2026-05-16 02:16"]

  @Test func `what retention drops is pruned after the backup`() throws {
    let host = try host(schedule: Self.pruning, retention: keepOne)
    let before = try plan(host, observed(Array(Self.history.dropFirst())))
    #expect(lines(before) == ["back up for 2026-05-19 02:15"])
    let after = try plan(host, observed(Self.history))
    #expect(lines(after) == ["prune 2026-05-18 02:16, 2026-05-16 02:16"])
    #expect(after.action?.verb == "prune")
    #expect(after.action == .prune(try #require(after.retention).dropped, reason: "retention standard drops 2 of 4"))
  }

  @Test func `a backup that waits keeps a prune waiting`() throws {
    let host = try host(schedule: Self.pruning + ", catch_up: 1h", retention: keepOne)
    let held = try plan(host, observed(Array(Self.history.dropFirst())))
    #expect(lines(held) == ["held: missed"])
    #expect(held.retention?.dropped.count == 1)
  }

  @Test(arguments: [#"cron: "15 2 * * *""#, #"cron: "15 2 * * *", prune: false"#])
  func `nothing is pruned unless the schedule says so`(_ schedule: String) throws {
    let plan = try plan(host(schedule: schedule, retention: keepOne), observed(Self.history))
    #expect(lines(plan) == [])
    #expect(plan.retention?.dropped.count == 2)
  }

  @Test func `nothing is pruned without a policy, or within one`() throws {
    #expect(lines(try plan(host(schedule: Self.pruning), observed(Self.history))) == [])
    let kept = try host(schedule: Self.pruning, retention: "keep_last: 9")
    #expect(lines(try plan(kept, observed(Self.history))) == [])
  }

  @Test func `nothing is pruned while the disk cannot be looked at`() throws {
    var seen = try observed(Self.history)
    seen.disk = .unknown
    let plan = try plan(host(schedule: Self.pruning, retention: keepOne), seen)
    #expect(lines(plan) == [])
    #expect(plan.retention?.dropped.count == 2)
  }

  @Test(arguments: [
    (RunState.succeeded, true), (.warning, true), (.cancelled, true), (.failed, false), (.interrupted, false),
  ])
  func `a last backup that went wrong holds a prune back`(_ state: RunState, goes: Bool) throws {
    let runs = try [
      run(1, .backup, goes ? .failed : .succeeded, for: "2026-05-18 02:15", at: "2026-05-18 02:20"),
      run(2, .backup, state, at: "2026-05-19 02:20"), run(3, .prune, .failed, at: "2026-05-19 02:21"),
    ]
    let plan = try plan(
      host(schedule: Self.pruning, retention: keepOne), observed(Self.history, runs: runs.reversed()))
    #expect(lines(plan) == (goes ? ["prune 2026-05-18 02:16, 2026-05-16 02:16"] : ["held: last_backup_failed"]))
    if !goes {
      #expect(
        plan.hold?.message
          == "2 to prune, but the last backup did not succeed: nothing is pruned by itself until one does, "
          + "and `pobsync retention web-1 --apply` prunes now")
    }
  }

  @Test func `a prune of more than may go at a time waits for a person`() throws {
    let history = try (1...12).map { try snapshot("2026-05-19 10:\($0 + 10)") }
    func plan(_ count: Int, _ limits: String = "max_delete_ratio: 100%") throws -> HostPlan {
      let recorded = Array(history.prefix(count + 1))
      return try self.plan(
        try host(schedule: Self.pruning, retention: "keep_last: 1, \(limits)"),
        ObservedHost(recorded: recorded, disk: .seen(Set(recorded.map(\.id)), trash: [])))
    }
    #expect(try plan(10).action?.reason == "retention standard drops 10 of 11")
    let held = try plan(11)
    #expect(lines(held) == ["held: too_many_deletions"])
    #expect(
      held.hold?.message
        == "11 to prune, which is more than 10 at a time, as `max_delete` says: look at `pobsync retention web-1`, then "
        + "`pobsync retention web-1 --apply --yes --max-delete 11`")
    #expect(
      try plan(11, "max_delete_ratio: 100%, max_delete: 11").action?.reason == "retention standard drops 11 of 12")
    #expect(lines(try plan(1, "max_delete: 0")) == ["held: too_many_deletions"])
  }

  @Test(arguments: [("50%", 1, 2), ("50%", 2, 4), ("50%", 6, 12), ("25%", 3, 12), ("90%", 9, 10)])
  func `a prune of more than a share of a host's snapshots waits for a person`(
    _ share: String, _ dropped: Int, of total: Int
  ) throws {
    let history = try (1...12).map { try snapshot("2026-05-19 10:\($0 + 10)") }
    func plan(_ dropped: Int) throws -> HostPlan {
      let recorded = Array(history.prefix(total))
      return try self.plan(
        try host(schedule: Self.pruning, retention: "keep_last: \(total - dropped), max_delete_ratio: \(share)"),
        ObservedHost(recorded: recorded, disk: .seen(Set(recorded.map(\.id)), trash: [])))
    }
    #expect(try plan(dropped).action?.reason == "retention standard drops \(dropped) of \(total)")
    guard dropped + 1 < total else { return }
    let held = try plan(dropped + 1)
    #expect(lines(held) == ["held: too_many_deletions"])
    let limit = "\(dropped): `max_delete_ratio` is \(share), and there are \(total)"
    #expect(held.hold?.message.hasPrefix("\(dropped + 1) to prune, which is more than \(limit): ") == true)
  }

  // MARK: - All hosts

  @Test func `only declared hosts are planned, by name, and one that is unknown yet is new`() throws {
    let text = """
      schedules: {nightly: {cron: "15 2 * * *"}}
      hosts: {web-2: {schedule: nightly}, web-1: {schedule: nightly}, db-1: {}}
      """
    let seen: Observed = [
      try HostName(text: "web-1"): try observed(["2026-05-19 02:16"]),
      try HostName(text: "gone"): try observed(["2026-05-01 02:16"]),
    ]
    let plan = Planner.plan(
      desired: try spec(text), observed: seen, now: try time("2026-05-19 12:00"), retries: .afterPause)
    #expect(plan.hosts.map(\.host.description) == ["db-1", "web-1", "web-2"])
    #expect(plan.hosts.map(lines) == [[], [], ["back up for 2026-05-19 02:15"]])
    #expect(!plan.isEmpty)
    #expect(Planner.plan(desired: Spec(), observed: seen, now: .distantPast, retries: .afterPause).isEmpty)
  }
}
