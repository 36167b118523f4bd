// What each day came to for each host.

import Foundation
import Spec
import Testing

@testable import Reconciler
@testable import Store

struct BackupDaysTests {
  private static let now = "2026-05-19 12:00"
  private static let today = 20_592

  private func records(
    _ names: [String], schedule: String? = #"cron: "15 2 * * *""#, broken: [String: String] = [:]
  ) throws -> StatusRecords {
    var records = StatusRecords()
    records.groups = [HostGroup(host: try host(schedule: schedule), names: try names.map { try HostName(text: $0) })]
    for (name, reason) in broken {
      records.broken[try HostName(text: name)] = [
        Condition(
          .ready, .false, reason: reason, message: "", observedGeneration: 1, changedAt: try time("2026-05-17 10:00"))
      ]
    }
    return records
  }

  private func history(_ ends: [String: [Int: Set<RunState>]], since: String = "2026-01-01 00:00") throws
    -> BackupHistory
  {
    var history = BackupHistory()
    for (name, days) in ends {
      let host = try HostName(text: name)
      history.declaredSince[host] = try time(since)
      for (ago, states) in days { history.ends[host, default: [:]][Self.today - ago] = states }
    }
    return history
  }

  private func outcomes(_ records: StatusRecords, _ history: BackupHistory, days: Int = 5) throws -> [DayOutcome] {
    let found = BackupDays(records, history: history, now: try time(Self.now), days: days)
    return try #require(found.hosts.first).outcomes
  }

  @Test func `the best of a day counts, and a day without any was missed`() throws {
    let history = try history([
      "web-1": [4: [.succeeded, .failed], 3: [.warning, .failed], 2: [.failed, .cancelled], 1: [.cancelled]]
    ])
    #expect(try outcomes(try records(["web-1"]), history) == [.backedUp, .warning, .failed, .missed, .nothing])
  }

  @Test func `nothing is missed before a host is declared, and today not yet`() throws {
    let history = try history(["web-1": [:]], since: "2026-05-16 10:00")
    #expect(try outcomes(try records(["web-1"]), history) == [.nothing, .nothing, .missed, .missed, .nothing])
  }

  @Test func `nothing is missed that is not due`() throws {
    let history = try history(["web-1": [:]])
    // 2026-05-19 is a Tuesday.
    let weekly = try records(["web-1"], schedule: #"cron: "15 2 * * 0""#)
    #expect(try outcomes(weekly, history) == [.nothing, .nothing, .missed, .nothing, .nothing])
    #expect(try outcomes(try records(["web-1"], schedule: nil), history).allSatisfy { $0 == .nothing })
    let often = try records(["web-1"], schedule: #"cron: "* * * * *""#)
    #expect(try outcomes(often, history) == [.missed, .missed, .missed, .missed, .nothing])
  }

  @Test func `jitter moves what is due into the next day`() throws {
    let name = try HostName(text: "web-1")
    let late = try records(["web-1"], schedule: #"cron: "59 23 16 * *", jitter: 12h"#)
    let schedule = try #require(late.groups.first?.host.schedule)
    let moved = Firing(schedule, host: name).offset >= 60
    let found = try outcomes(late, try history(["web-1": [:]]))
    #expect(found.firstIndex(of: .missed) == (moved ? 2 : 1))
    #expect(found.count { $0 == .missed } == 1)
  }

  @Test(arguments: ["Suspended", "Paused"])
  func `a host that is kept from it has missed nothing since`(_ reason: String) throws {
    let records = try records(["web-1"], broken: ["web-1": reason])
    #expect(
      try outcomes(records, try history(["web-1": [1: [.succeeded]]]))
        == [.missed, .missed, .suspended, .backedUp, .suspended])
  }

  @Test func `hosts with most to look at come first, then by name`() throws {
    let found = BackupDays(
      try records(["a", "b", "c", "d"]),
      history: try history([
        "a": [1: [.succeeded], 2: [.succeeded]], "b": [1: [.failed], 2: [.succeeded]],
        "c": [1: [.succeeded], 2: [.failed]], "d": [1: [.succeeded], 2: [.succeeded]],
      ]), now: try time(Self.now), days: 3)
    #expect(found.hosts.map(\.host.description) == ["b", "c", "a", "d"])
    #expect(found.firstDay == Self.today - 2)
    #expect(BackupDays.start(at: try time(Self.now), days: 3) == (try time("2026-05-17 00:00")))
  }
}
