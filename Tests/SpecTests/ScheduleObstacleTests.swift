// Which schedules can be met, and which are refused because no firing ever comes near an open time.

import Testing

@testable import Spec

@Suite("Schedules that can never be met")
struct ScheduleObstacleTests {
  @Test(
    "a schedule can be met where any host's firing is near enough to any open time",
    arguments: [
      #"cron: "15 2 * * *""#,
      #"cron: "0 12 * * *", windows: [22:00-06:00]"#,
      #"cron: "0 12 * * *", windows: [22:00-06:00], catch_up: 10h"#,
      #"cron: "0 12 * * *", windows: [22:00-06:00], catch_up: 9h, jitter: 1h"#,
      #"cron: "0 6 * * *", windows: [05:00-06:01], catch_up: 5m"#,
      #"cron: "0 0 29 2 *", windows: [Tue], catch_up: 5m"#,
      #"cron: "0 0 29 2 *", windows: [2096-02-29], catch_up: 5m"#,
      #"cron: "0 0 29 2 *", windows: [2019-06-01]"#,
      #"cron: "* * * * *", windows: [2001-01-01 00:00-00:01], catch_up: 5m"#,
      #"cron: "0 3 31 * *", windows: [2026-09-01..2026-09-29], catch_up: 2d"#,
      #"cron: "@daily", windows: [00:00-01:00], blackouts: [2026-01-01..2053-12-31]"#,
      #"cron: "@daily", blackouts: [2020-01-01..2020-12-31, 2026-12-24..2027-01-02]"#,
      #"cron: "@daily", windows: [2026-12-24..2026-12-26], blackouts: [2026-12-25..2026-12-26]"#,
      #"cron: "@daily", windows: []"#,
    ])
  func met(schedule: String) throws {
    let text = "version: 1\nschedules:\n  nightly: {\(schedule)}\n"
    #expect(throws: Never.self) { try SpecReader.read([SourceText(name: "hosts.yaml", text)]) }
  }

  @Test("what one zone closes in winter may be open in summer")
  func summer() throws {
    // 12:00 in Tokyo is 04:00 in Amsterdam, in summer 05:00.
    #expect(try complaints("[04:00-05:00]").isEmpty)
    #expect(try complaints("[05:00-06:00]").isEmpty)
    #expect(try complaints("[04:00-06:00]").count == 1)
  }

  private func complaints(_ blackouts: String) throws -> [Diagnostic] {
    let text = """
      version: 1
      settings: {time_zone: Europe/Amsterdam, blackouts: \(blackouts)}
      schedules:
        noon: {cron: "0 12 * * *", time_zone: Asia/Tokyo, windows: [12:00-12:30], catch_up: 5m}
      """
    do throws(Diagnostics) {
      _ = try SpecReader.read([SourceText(name: "hosts.yaml", text)])
      return []
    } catch {
      return error.items
    }
  }

  @Test("settings that close a schedule applied before are pointed at; other resources are not held back by it")
  func known() throws {
    let known = try SpecReader.read([
      SourceText(name: "a.yaml", "version: 1\nschedules: {nightly: {cron: '@daily', windows: [22:00-06:00]}}\n")
    ]).spec
    let settings = SourceText(name: "b.yaml", "version: 1\nsettings: {blackouts: [20:00-08:00]}\n")
    let error = #expect(throws: Diagnostics.self) { try SpecReader.read([settings], known: known) }
    #expect(
      error?.rendered() == """
        b.yaml:2:23: error: schedule `nightly` can never start a backup: blackouts cover all of its `windows`; \
        give it a window outside of the blackouts
            2 | settings: {blackouts: [20:00-08:00]}
              |                       ^~~~~~~~~~~~~
        """)
    var closed = known
    closed.settings = Settings()
    closed.settings?.blackouts = [try TimeWindow(text: "20:00-08:00")]
    let host = SourceText(name: "c.yaml", "version: 1\nhosts: {web-1: {schedule: nightly}}\n")
    #expect(throws: Never.self) { try SpecReader.read([host], known: closed) }
  }

  @Test("it takes no time to find out, however hopeless", .timeLimit(.minutes(1)))
  func cheap() throws {
    let hopeless = [
      #"cron: "0 12 * * *", windows: [22:00-06:00], catch_up: 5m"#,
      #"cron: "0 12 1-30 * *", windows: [22:00-06:00], catch_up: 5m"#,
      #"cron: "*/5 12 1-30 * *", windows: [22:00-06:00], catch_up: 5m, blackouts: [2026-01-01..2026-02-01]"#,
      #"cron: "*/5 12 * * *", windows: [22:00-06:00], blackouts: [20:00-08:00, 2026-01-01..2026-02-01]"#,
      #"cron: "* * * * *", windows: ["0001-01-01..9999-12-31 10:00-11:00"], blackouts: [09:00-12:00]"#,
    ]
    for schedule in hopeless {
      let began = ContinuousClock.now
      let text = "version: 1\nschedules:\n  nightly: {\(schedule)}\n"
      #expect(throws: Diagnostics.self) { try SpecReader.read([SourceText(name: "hosts.yaml", text)]) }
      #expect(.now - began < .seconds(5))
    }
  }
}
