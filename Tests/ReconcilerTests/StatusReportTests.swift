// The status report: which host is told as what, why runs wait, what fires next, and the page that people see.

import Engine
import Foundation
import Spec
import Testing

@testable import Reconciler
@testable import Store

struct StatusReportTests {
  private static let at = "2026-05-19 12:00"

  // MARK: - Records

  private func name(_ text: String) throws -> HostName { try HostName(text: text) }

  private func condition(_ text: String, since: String = "2026-05-19 09:00") throws -> Condition {
    let words = text.split(separator: " ", maxSplits: 2).map(String.init)
    return Condition(
      try #require(Condition.Kind(rawValue: words[0])), .false, reason: words[1],
      message: words.count > 2 ? words[2] : "because", observedGeneration: 1, changedAt: try time(since))
  }

  /// The records of a fleet: its hosts in one group, and the conditions of each that are false.
  private func records(
    _ broken: [String: [String]] = [:], hosts: Int = 3, schedule: String = #"cron: "15 2 * * *""#
  ) throws -> StatusRecords {
    let effective = try host(schedule: schedule)
    let names = try (1...hosts).map { try name("web-\($0)") }
    var records = StatusRecords()
    records.groups = [HostGroup(host: effective, names: names)]
    records.judged = hosts
    for (host, conditions) in broken { records.broken[try name(host)] = try conditions.map { try condition($0) } }
    return records
  }

  private func lease(_ name: String, _ kind: Lease.Kind, at text: String = "2026-05-19 09:00") throws -> Lease {
    Lease(
      name: name, kind: kind, term: 1, beat: 0, process: "4711 99 world backup-1", duration: 15,
      acquiredAt: try time(text), renewedAt: try time(Self.at))
  }

  private func report(
    _ records: StatusRecords, root: BackupRootStatus = BackupRootStatus(), isAlive: Bool = true
  ) throws -> StatusReport {
    StatusReport(records, backupRoot: root, now: try time(Self.at)) { _ in isAlive }
  }

  // MARK: - Hosts

  /// Of web-1, by its false conditions: the sort that it is counted as.
  @Test(arguments: [
    ([], "ready"),
    (["Ready Suspended", "Fresh Stale"], "suspended"),
    (["Ready Paused", "Fresh Stale", "Reachable Unreachable"], "paused"),
    (["Ready LastBackupFailed", "Fresh Stale"], "failed"),
    (["Ready KeyRefused", "Reachable KeyRefused"], "failed"),
    (["Ready Unreadable"], "failed"),
    (["Ready BackupRootUnusable", "Fresh BackupDue"], "failed"),
    (["Ready Stale", "Fresh Stale"], "late"),
    (["Ready BackupDue", "Fresh BackupDue"], "late"),
    (["Ready LastBackupPartial", "Fresh LastBackupPartial"], "late"),
    (["Ready TooManyDeletions", "Retained TooManyDeletions"], "waiting"),
    (["Ready Cancelled"], "waiting"),
    (["Ready PruneDue", "Retained PruneDue"], "due"),
  ])
  func `each host is of one sort`(_ conditions: [String], _ sort: String) throws {
    let counts = try report(try records(["web-1": conditions], hosts: 1)).hosts
    let found = [
      "ready": counts.ready, "suspended": counts.suspended, "paused": counts.paused, "failed": counts.failed,
      "late": counts.late, "waiting": counts.waiting, "due": counts.due, "unknown": counts.unknown,
    ].filter { $0.value > 0 }
    #expect(found == [sort: 1])
    #expect(counts.declared == 1)
  }

  @Test func `a backup on its way is no lateness, a stale host is late all the same`() throws {
    var records = try records([
      "web-1": ["Ready BackupDue", "Fresh BackupDue"], "web-2": ["Ready Stale", "Fresh Stale"],
    ])
    records.backingUp = [try name("web-1"), try name("web-2")]
    let report = try report(records)
    #expect(report.late.map(\.host.description) == ["web-2"])
    #expect(report.hosts.due == 1)
  }

  @Test func `a closed window is no lateness`() throws {
    let night = #"cron: "15 2 * * *", windows: ["22:00-06:00"]"#
    let due = ["Ready BackupDue", "Fresh BackupDue"]
    #expect(try report(try records(["web-1": due], schedule: night)).late.isEmpty)
    #expect(try report(try records(["web-1": due])).late.map(\.host.description) == ["web-1"])
  }

  @Test func `a host that has failed and is late is told as both and counted once`() throws {
    var records = try records(["web-1": ["Ready NeedsPerson Mend it.", "Fresh Stale Old."]])
    records.newestGood[try name("web-1")] = try time("2026-05-17 02:15")
    let report = try report(records)
    #expect(report.failed.map(\.message) == ["Mend it."])
    #expect(report.late.map(\.message) == ["Old."])
    #expect(report.waiting.map(\.reason) == ["NeedsPerson"])
    #expect(report.failed.first?.newestGood?.written == "2026-05-17 02:15")
    #expect((report.hosts.failed, report.hosts.late, report.hosts.waiting, report.hosts.ready) == (1, 0, 0, 2))
  }

  @Test func `what has lasted longest comes first`() throws {
    var records = try records()
    records.broken[try name("web-1")] = [try condition("Fresh Stale", since: "2026-05-19 11:00")]
    records.broken[try name("web-2")] = [try condition("Fresh Stale", since: "2026-05-18 11:00")]
    #expect(try report(records).late.map(\.host.description) == ["web-2", "web-1"])
  }

  @Test func `hosts that nobody has looked at are unknown`() throws {
    var records = try records()
    records.judged = 1
    let counts = try report(records).hosts
    #expect((counts.unknown, counts.ready) == (2, 1))
  }

  // MARK: - The queue

  private func queued(_ id: Int64, _ kind: RunKind = .backup, host: String, by trigger: RunTrigger = .schedule) throws
    -> Run
  {
    let request = RunRequest(host: try name(host), kind: kind, trigger: trigger, reason: "because")
    return Run(id: id, request, state: .queued, queuedAt: try time(Self.at))
  }

  @Test func `a queued run says what it waits for`() throws {
    var records = try records()
    records.settings = try spec("settings: {max_concurrent_backups: 1}").settings
    records.leases = [try lease("worker/1", .worker)]
    func reason(_ run: Run) throws -> String? {
      var records = records
      records.queued = [run]
      return try report(records).queue.first.first?.waitsFor
    }
    #expect(try reason(queued(2, host: "web-2")) == "a worker with a place free")
    records.running = [try queued(1, host: "web-1")]
    #expect(try reason(queued(2, host: "web-1")) == "run 1 of the same host")
    #expect(try reason(queued(2, host: "web-2")) == "a place: at most 1 backup at a time")
    #expect(try reason(queued(2, .prune, host: "web-2")) == "a worker with a place free")
    records.pauses.all = Pause(until: nil, reason: "disks", actor: "ada", pausedAt: try time(Self.at))
    #expect(
      try reason(queued(2, .prune, host: "web-2")) == "the end of a pause: paused by ada until it is resumed: disks")
    #expect(try reason(queued(2, .prune, host: "web-2", by: .cli)) == "a worker with a place free")
    var busy = try queued(2, .prune, host: "web-2")
    busy.notBefore = try time("2026-05-19 12:01")
    busy.message = "it is being worked on by process 7"
    #expect(try reason(busy) == "2026-05-19 12:01:00Z: it is being worked on by process 7")
    records.leases = [try lease("command/1", .command)]
    #expect(try reason(queued(2, .prune, host: "web-3", by: .cli)) == "a worker: start `pobsync run`")
  }

  // MARK: - What comes next

  @Test func `hosts of one schedule fire together, unless jitter spreads them`() throws {
    let together = try report(try records()).nextFires
    #expect(together.map(\.at.written) == ["2026-05-20 02:15"])
    #expect(together.map(\.count) == [3])
    let spread = try records(schedule: #"cron: "0 * * * *", jitter: 2h"#)
    let fires = try report(spread).nextFires
    let now = try time(Self.at)
    let schedule = try #require(spread.groups.first?.host.schedule)
    let expected = try (1...3).compactMap { Firing(schedule, host: try name("web-\($0)")).next(after: now) }.sorted()
    #expect(fires.map(\.at) == expected)
  }

  @Test func `hosts that are suspended or paused do not fire`() throws {
    var records = try records()
    records.pauses.hosts[try name("web-2")] = Pause(
      until: try time("2026-05-19 14:00"), reason: nil, actor: "ada", pausedAt: try time(Self.at))
    records.pauses.hosts[try name("web-3")] = Pause(until: nil, reason: nil, actor: "ada", pausedAt: try time(Self.at))
    #expect(try report(records).nextFires.map { $0.hosts.map(\.description) } == [["web-1", "web-2"]])
    #expect(try report(try self.records(schedule: #"cron: "@daily", suspended: true"#)).nextFires.isEmpty)
  }

  // MARK: - What the spec says to stop, and to do

  @Test func `what is suspended is told with its reason, once for all hosts that share it`() throws {
    var records = try records()
    let moved = try #require(
      try spec("hosts: {a: {suspended: true, suspended_reason: it moves}}").effectiveHosts.first)
    records.groups.append(HostGroup(host: moved, names: try (1...5).map { try name("db-\($0)") }))
    let asleep = try host(schedule: #"cron: "@daily", suspended: true"#)
    records.groups.append(HostGroup(host: asleep, names: [try name("mail")]))
    let report = try report(records)
    #expect(
      report.suspensions.map(\.suspension.description) == [
        "the host is suspended: it moves", "its schedule nightly is suspended",
      ])
    #expect(report.suspensions.map(\.count) == [5, 1])
    let text = page(report)
    #expect(
      text.contains(
        """
        SUSPENDED
          5 hosts: db-1, db-2, db-3, …  the host is suspended: it moves
          mail                          its schedule nightly is suspended
        """))
    guard case .list(let values) = report.value["suspensions"] else {
      Issue.record("no suspensions in \(report.value)")
      return
    }
    #expect(values.map { $0["extent"]?.text } == ["host", "schedule"])
    #expect(values.map { $0["reason"]?.text } == ["it moves", nil])
    #expect(values.map { $0["schedule"]?.text } == [nil, "nightly"])
    let all = try #require(try spec("settings: {suspended: true}\nhosts: {a: {}}").effectiveHosts.first)
    records.groups = [HostGroup(host: all, names: try (1...3).map { try name("web-\($0)") })]
    #expect(page(try self.report(records)).contains("web-1, web-2, web-3  everything is suspended"))
  }

  @Test func `what the spec has asked for is told: what is to be made, and for a week what was`() throws {
    func remark(_ text: String?) throws -> Remark? { try text.map { try Remark(text: $0) } }
    func request(
      _ host: String, _ requested: String?, done: String? = nil, at end: String? = nil
    ) throws -> DeclaredRequest {
      DeclaredRequest(
        host: try name(host), requested: try remark(requested), done: try remark(done), doneAt: try end.map(time))
    }
    var records = try records()
    records.requests = [
      try request("web-1", "before the upgrade", done: "before the move", at: "2026-05-01 10:00"),
      try request("web-2", "again", done: "again", at: "2026-05-18 10:00"),
      try request("web-3", nil, done: "long ago", at: "2026-05-01 10:00"),
      try request("web-4", nil, done: "forgotten"),
    ]
    let report = try report(records)
    #expect(
      page(report).contains(
        """
        REQUESTED
          web-1  to be made                    before the upgrade
          web-2  made at 2026-05-18 10:00:00Z  again

        """))
    #expect(!page(report).contains("long ago"))
    guard case .list(let requests) = report.value["requests"] else {
      Issue.record("no requests in \(report.value)")
      return
    }
    #expect(requests.compactMap { $0["open"] } == [YAMLValue.bool(true), .bool(false), .bool(false), .bool(false)])
    #expect(requests.map { $0["done"]?.text } == ["before the move", "again", "long ago", "forgotten"])
  }

  // MARK: - Problems

  @Test func `a check finds what a person has to look at`() throws {
    var records = try records()
    records.leases = [try lease("controller", .controller)]
    #expect(try report(records).problems() == [])
    #expect(try report(self.records()).problems() == ["no controller has ever run: start `pobsync run`"])
    records.broken[try name("web-2")] = [try condition("Fresh Stale")]
    #expect(
      try report(records, root: BackupRootStatus(problem: "It is away.")).problems() == [
        "It is away.", "1 late: web-2",
      ])
    records.leases = [
      Lease(
        name: "controller", kind: .controller, term: 1, beat: 0, process: nil, duration: 15,
        acquiredAt: try time("2026-05-19 09:00"), renewedAt: try time("2026-05-19 11:00"))
    ]
    let stopped = try report(records, isAlive: false)
    #expect(
      stopped.problems() == ["no controller is running; one was last heard of 1h 00m ago", "1 late: web-2"])
    #expect(stopped.problems(maxSilence: 7200) == ["1 late: web-2"])
  }

  // MARK: - The page

  private func root() throws -> BackupRootStatus {
    BackupRootStatus(
      path: try AbsolutePath(text: "/mnt/backups"),
      space: DiskSpace(available: 1_200_000_000_000, total: 4_000_000_000_000))
  }

  private func page(_ report: StatusReport, width: Int = 80, height: Int = 24) -> String {
    StatusText.lines(report, width: width, height: height).map { $0.map(\.text).joined() }.joined(separator: "\n")
  }

  @Test func `a fleet in order fits on a few lines`() throws {
    var records = try records()
    records.leases = [try lease("controller", .controller), try lease("worker/1", .worker)]
    #expect(
      page(try report(records, root: root())) == """
        pobsync  2026-05-19 12:00:00Z
        service   running for 3h 00m: process 4711 on backup-1
        disk      1.20 TB free of 4.00 TB (30%)  /mnt/backups
        hosts     3: 3 ready
        runs      0 running, 0 queued

        NEXT
          in 14h 15m  2026-05-20 02:15:00Z  nightly  web-1, web-2, web-3
        """)
  }

  @Test func `a busy night is told on one screen`() throws {
    var records = try records(
      [
        "web-1": [
          "Ready KeyRefused", "Reachable KeyRefused the host does not accept the key\u{1B}[31m of the account root",
        ],
        "web-2": ["Ready Stale", "Fresh Stale the newest good snapshot, of 2026-05-17 02:16:00Z, is older than 26h"],
      ], hosts: 9)
    records.leases = [try lease("controller", .controller), try lease("worker/1", .worker)]
    var running = try queued(41, host: "web-4")
    running.state = .running
    running.worker = "worker/1"
    running.startedAt = try time("2026-05-19 11:50")
    running.progress = TransferProgress(
      bytes: 1_300_000_000, percent: 42, rate: "10.52MB/s", remainingFiles: 280, knownFiles: 400)
    records.running = [running]
    records.settings = try spec("settings: {max_concurrent_backups: 1}").settings
    records.queued = try (5...8).map { try queued(Int64($0) + 40, host: "web-\($0)") }
    records.queueLength = 4
    let text = page(try report(records, root: root()))
    #expect(
      text == """
        pobsync  2026-05-19 12:00:00Z
        service   running for 3h 00m: process 4711 on backup-1
        disk      1.20 TB free of 4.00 TB (30%)  /mnt/backups
        hosts     9: 7 ready, 1 failed, 1 late
        runs      1 running, 4 queued

        RUNNING
          web-4  41  backup  10m 00s  42%  1.30 GB  10.52MB/s  120/400 files

        QUEUED
          web-5  45  backup  waits for a place: at most 1 backup at a time
          web-6  46  backup  waits for a place: at most 1 backup at a time
          web-7  47  backup  waits for a place: at most 1 backup at a time
          web-8  48  backup  waits for a place: at most 1 backup at a time

        FAILED
          web-1  since 3h 00m  KeyRefused: the host does not accept the key\u{FFFD}[31m of the…

        LATE
          web-2  since 3h 00m  the newest good snapshot, of 2026-05-17 02:16:00Z, is ol…

        NEXT
          in 14h 15m  2026-05-20 02:15:00Z  nightly  9 hosts: web-1, web-2, web-3, …
        """)
  }

  @Test func `however much is wrong, lists are cut so that the page stays short and narrow`() throws {
    var broken: [String: [String]] = [:]
    for number in 1...500 {
      broken["web-\(number)"] =
        number.isMultiple(of: 2)
        ? ["Ready Stale", "Fresh Stale"] : ["Ready LastBackupFailed \(String(repeating: "x", count: 500))"]
    }
    let report = try report(try records(broken, hosts: 600))
    let lines = page(report).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count <= 24)
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(lines.contains { $0.hasPrefix("  … and 24") })
    #expect(report.failed.count == 250)
  }

  @Test func `without a service the page says what to do`() throws {
    let text = page(try report(try records()))
    #expect(text.contains("service   not running: start `pobsync run`"))
  }

  @Test func `a run whose worker has ended says so`() throws {
    var records = try records()
    var running = try queued(41, host: "web-1")
    running.state = .running
    running.worker = "worker/1"
    running.progress = TransferProgress(bytes: 1000, percent: 1, rate: "10.52MB/s")
    records.running = [running]
    #expect(page(try report(records)).contains("its worker has ended"))
    records.leases = [try lease("worker/1", .worker)]
    #expect(!page(try report(records)).contains("its worker has ended"))
    #expect(page(try report(records, isAlive: false)).contains("its worker has ended"))
  }
}
