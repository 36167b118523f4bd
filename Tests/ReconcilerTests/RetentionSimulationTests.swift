// Policies played over years: when snapshots are made, what is kept of them, and how that is drawn.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct RetentionSimulationTests {
  private func history(_ text: String, gaps: [String] = []) throws -> SimulatedHistory {
    SimulatedHistory(
      parts: try text.split(separator: ",").map { try HistoryPart(text: String($0)) },
      gaps: try gaps.map { try HistoryGap(text: $0) })
  }

  private func simulate(
    _ keys: String, _ text: String, from start: String = "2025-01-01 02:00", gaps: [String] = [], zone: String = "UTC"
  ) throws -> RetentionSimulation {
    let policy = try policy(keys, zone: zone)
    let times = try history(text, gaps: gaps).times(from: time(start), in: policy.timeZone)
    return RetentionSimulation(of: policy, times: times)
  }

  // MARK: - Histories

  @Test(
    arguments: [
      ("daily:3d", [], ["2025-01-01 02:00", "2025-01-02 02:00", "2025-01-03 02:00"]),
      ("hourly:2h", [], ["2025-01-01 02:00", "2025-01-01 03:00"]),
      ("weekly:3w", [], ["2025-01-01 02:00", "2025-01-08 02:00", "2025-01-15 02:00"]),
      ("yearly:2y", [], ["2025-01-01 02:00", "2026-01-01 02:00"]),
      ("daily:2d,hourly:2h", [], ["2025-01-01 02:00", "2025-01-02 02:00", "2025-01-03 02:00", "2025-01-03 03:00"]),
      ("daily:5d", ["2d@1d"], ["2025-01-01 02:00", "2025-01-04 02:00", "2025-01-05 02:00"]),
      ("daily:5d", ["1d@1d", "1d@3d"], ["2025-01-01 02:00", "2025-01-03 02:00", "2025-01-05 02:00"]),
    ] as [(String, [String], [String])])
  func `snapshots are made at their pace, but for the gaps`(
    _ text: String, _ gaps: [String], _ times: [String]
  ) throws {
    let made = try history(text, gaps: gaps).times(from: time("2025-01-01 02:00"), in: .utc)
    #expect(made.map(\.written) == times)
  }

  @Test func `months keep their day where they can, and days their time where clocks change`() throws {
    let months = try history("monthly:1y").times(from: time("2025-01-31 02:00"), in: .utc)
    #expect(
      months.prefix(4).map(\.written) == [
        "2025-01-31 02:00", "2025-02-28 02:00", "2025-03-31 02:00", "2025-04-30 02:00",
      ])
    #expect(months.count == 12)
    let zone = try TimeZoneName(text: "Europe/Amsterdam")
    let days = try history("daily:3d").times(from: time("2026-03-28 11:00"), in: zone)
    #expect(days.map(\.written) == ["2026-03-28 11:00", "2026-03-29 10:00", "2026-03-30 10:00"])
  }

  @Test(arguments: ["daily:3y", "daily:1y,hourly:2d", "monthly:5y"])
  func `a history that ends at a time begins as much before`(_ text: String) throws {
    let end = try time("2026-11-23 02:00")
    let history = try history(text)
    let times = history.times(from: history.start(endingAt: end, in: .utc), in: .utc)
    let last = try #require(times.last)
    #expect(last < end && end.timeIntervalSince(last) <= 31 * 86_400)
  }

  @Test func `a history that is too long is told by one snapshot more than allowed`() throws {
    #expect(try history("hourly:100y").times(from: time("2025-01-01 02:00"), in: .utc).count == 50_001)
  }

  @Test(arguments: [
    ("daily", "`daily` has no length; write `daily:3y`"), ("dayly:3y", "`dayly` is no pace; did you mean `daily`?"),
    ("often:3y", "`often` is no pace; write one of hourly, daily, weekly, monthly, yearly"),
    ("daily:0y", "`0y` is not a number of years from 1 to 100; write `3y`"),
    ("daily:0d", "`0d` is no time at all"),
    ("daily:3", "`3` has no unit; write one of `3s`, `3m`, `3h`, `3d`, `3w`"),
  ])
  func `a wrong part is refused with what to write`(_ text: String, message: String) throws {
    let error = #expect(throws: InvalidText.self) { try HistoryPart(text: text) }
    #expect(error?.description == message)
  }

  @Test func `a gap without a place is refused`() throws {
    let error = #expect(throws: InvalidText.self) { try HistoryGap(text: "30d") }
    #expect(
      error?.description == "`30d` is not a gap; write `30d@2y`: how long, and how long after the start")
  }

  // MARK: - What is kept

  // Counted by hand, with a calendar.
  @Test(arguments: [
    ("keep_last: 3", ["2025-12-29", "2025-12-30", "2025-12-31"]),
    ("keep_daily: 2, keep_weekly: 3", ["2025-12-21", "2025-12-28", "2025-12-30", "2025-12-31"]),
    ("keep_monthly: 3", ["2025-10-31", "2025-11-30", "2025-12-31"]),
    ("keep_yearly: 5", ["2025-12-31"]),
    ("keep_within: 2d", ["2025-12-29", "2025-12-30", "2025-12-31"]),
    ("min_keep: 2, keep_yearly: 1", ["2025-12-30", "2025-12-31"]),
  ])
  func `of a year of days a policy keeps what the table says`(_ keys: String, _ days: [String]) throws {
    let played = try simulate(keys, "daily:1y")
    #expect(played.counts.count == 365)
    #expect(played.kept.reversed().map { String($0.snapshot.startedAt.written.prefix(10)) } == days)
    #expect(played.counts.last?.kept == days.count)
    #expect(played.kept.allSatisfy { $0.keep && !$0.reasons.isEmpty })
  }

  @Test func `grandfathers, fathers and sons of three years are those of one plan over all of them`() throws {
    let keys = "keep_daily: 14, keep_weekly: 8, keep_monthly: 12, keep_yearly: 5"
    let played = try simulate(keys, "daily:3y", from: "2023-01-01 02:00")
    // Pruned each night, nothing is lost that a single prune at the end would keep.
    let all = try history("daily:3y").times(from: time("2023-01-01 02:00"), in: .utc)
    let records = try all.map { try snapshot("\($0.written)") }
    let once = RetentionPlan(records, policy: try policy(keys), now: try #require(all.last))
    #expect(played.kept.map(\.snapshot.startedAt) == once.kept.map(\.snapshot.startedAt))
    #expect(played.counts.count == 1096)
    let most = try #require(played.most)
    #expect(most.kept == played.counts.map(\.kept).max())
    #expect(played.counts.first { $0.kept == most.kept } == most)
  }

  @Test func `a host that was away loses no more by its first snapshot than by any other`() throws {
    let keys = "keep_daily: 7, keep_weekly: 4"
    let played = try simulate(keys, "daily:1y", gaps: ["200d@100d"])
    let steady = try simulate(keys, "daily:100d")
    let before = try time("2025-04-11 02:00")
    let restart = try #require(played.counts.first { $0.at > before })
    #expect(restart.at > before.addingTimeInterval(199 * 86_400))
    #expect(restart.kept + 1 >= steady.counts.last?.kept ?? 0)
  }

  @Test func `nothing made is nothing kept`() throws {
    let played = RetentionSimulation(of: try policy("keep_last: 1"), times: [])
    #expect(played.kept.isEmpty && played.counts.isEmpty && played.most == nil)
  }

  // MARK: - The drawing

  @Test func `the newest year is drawn by day, and what is older by month`() throws {
    let days = ["2024-06-30", "2024-06-01", "2025-01-31", "2025-02-01", "2025-02-28", "2026-01-05", "2026-01-31"]
    let times = try days.map { try time("\($0) 02:00") } + (1...11).map { try time("2026-01-20 \(9 + $0):00") }
    let lines = RetentionTimeline.lines(times, in: .utc)
    #expect(
      lines == [
        "2024     .....2......  2",
        "2025     1...........  1",
        "2025-02  1..........................1  2",
        "2025-03  ...............................  0",
        "2025-04  ..............................  0",
        "2025-05  ...............................  0",
        "2025-06  ..............................  0",
        "2025-07  ...............................  0",
        "2025-08  ...............................  0",
        "2025-09  ..............................  0",
        "2025-10  ...............................  0",
        "2025-11  ..............................  0",
        "2025-12  ...............................  0",
        "2026-01  ....1..............+..........1  13",
      ])
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(RetentionTimeline.lines([], in: .utc) == [])
  }

  @Test func `days are those of the policy's zone`() throws {
    let times = [try time("2026-01-01 20:00")]
    #expect(RetentionTimeline.lines(times, in: .utc) == ["2026-01  1..............................  1"])
    let tokyo = try TimeZoneName(text: "Asia/Tokyo")
    #expect(RetentionTimeline.lines(times, in: tokyo) == ["2026-01  .1.............................  1"])
  }
}
