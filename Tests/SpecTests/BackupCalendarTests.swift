// Windows and blackouts together: when a calendar is open, when that changes, and what is looked at to find out.

import Foundation
import Support
import Testing

@testable import Spec

@Suite("Backup calendars")
struct BackupCalendarTests {
  /// A calendar, and when it opens and closes after an instant, by turns; the first entry is whether it is open there.
  struct Row: Sendable, CustomTestStringConvertible {
    let windows: [String]
    let blackouts: [String]
    let settingsBlackouts: [String]
    let zones: [String]
    let after: String
    let isOpen: Bool
    let changes: [String]

    init(
      windows: [String] = [], blackouts: [String] = [], settings: [String] = [], _ zones: [String], after: String,
      open: Bool, _ changes: String...
    ) {
      (self.windows, self.blackouts, settingsBlackouts) = (windows, blackouts, settings)
      (self.zones, self.after, isOpen, self.changes) = (zones, after, open, changes)
    }

    var testDescription: String { "\(windows) but \(blackouts) and \(settingsBlackouts) after \(after)" }
  }

  private static let amsterdam = ["Europe/Amsterdam"]
  private static let utc = ["UTC"]

  private static let rows: [Row] = [
    Row(utc, after: "2026-05-18T12:00:00Z", open: true, "never"),
    Row(windows: ["00:00-24:00"], amsterdam, after: "2026-05-18T12:00:00Z", open: true, "never"),
    Row(windows: ["2020-01-01"], utc, after: "2026-05-18T12:00:00Z", open: false, "never"),
    Row(blackouts: ["2020-01-01"], utc, after: "2026-05-18T12:00:00Z", open: true, "never"),
    Row(blackouts: ["Mon-Sun"], amsterdam, after: "2026-05-18T12:00:00Z", open: false, "never"),
    Row(
      windows: ["22:00-06:00"], utc, after: "2026-05-18T12:00:00Z", open: false, "2026-05-18T22:00:00Z",
      "2026-05-19T06:00:00Z", "2026-05-19T22:00:00Z"),
    Row(
      windows: ["22:00-06:00"], utc, after: "2026-05-18T05:59:59Z", open: true, "2026-05-18T06:00:00Z",
      "2026-05-18T22:00:00Z"),
    // Windows that touch or overlap are one opening.
    Row(
      windows: ["Mon-Fri 22:00-06:00", "Sat,Sun", "Fri 05:00-24:00"], utc, after: "2026-05-22T04:00:00Z", open: true,
      "2026-05-25T00:00:00Z", "2026-05-25T22:00:00Z"),
    // A blackout in a window, over its end, and around it.
    Row(
      windows: ["22:00-06:00"], blackouts: ["23:00-23:30", "Tue 05:00-23:00"], utc, after: "2026-05-18T22:00:00Z",
      open: true, "2026-05-18T23:00:00Z", "2026-05-18T23:30:00Z", "2026-05-19T05:00:00Z", "2026-05-19T23:30:00Z",
      "2026-05-20T06:00:00Z"),
    Row(
      windows: ["22:00-06:00"], blackouts: ["2026-05-18..2030-05-18"], utc, after: "2026-05-18T22:00:00Z", open: false,
      "2030-05-19T00:00:00Z", "2030-05-19T06:00:00Z", "2030-05-19T22:00:00Z"),
    Row(windows: ["22:00-06:00"], blackouts: ["20:00-08:00"], utc, after: "2026-05-18T12:00:00Z", open: false, "never"),
    Row(
      windows: ["2031-12-24..2031-12-26 10:00-11:00"], utc, after: "2026-05-18T12:00:00Z", open: false,
      "2031-12-24T10:00:00Z", "2031-12-24T11:00:00Z", "2031-12-25T10:00:00Z", "2031-12-25T11:00:00Z",
      "2031-12-26T10:00:00Z", "2031-12-26T11:00:00Z", "never"),
    // Beyond ten years nothing is looked for.
    Row(windows: ["2040-01-01"], utc, after: "2026-05-18T12:00:00Z", open: false, "never"),
    // Where clocks change: a window in the hour that is skipped does not open, and in the repeated one opens twice.
    Row(
      windows: ["02:15-02:45"], amsterdam, after: "2026-03-28T12:00:00Z", open: false, "2026-03-30T00:15:00Z",
      "2026-03-30T00:45:00Z"),
    Row(
      windows: ["01:00-02:30"], amsterdam, after: "2026-10-24T22:00:00Z", open: false, "2026-10-24T23:00:00Z",
      "2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "2026-10-26T00:00:00Z"),
    Row(
      windows: ["2026-10-25 01:00-02:30"], amsterdam, after: "2026-10-25T00:30:00Z", open: false,
      "2026-10-25T01:00:00Z", "2026-10-25T01:30:00Z", "never"),
    Row(
      windows: ["02:00-03:00"], ["America/New_York"], after: "2026-03-08T05:00:00Z", open: false,
      "2026-03-09T06:00:00Z", "2026-03-09T07:00:00Z"),
    Row(
      windows: ["00:00-01:30"], ["America/New_York"], after: "2026-11-01T04:00:00Z", open: true,
      "2026-11-01T05:30:00Z", "2026-11-01T06:00:00Z", "2026-11-01T06:30:00Z", "2026-11-02T05:00:00Z"),
    // Samoa left out 2011-12-30.
    Row(
      windows: ["2011-12-29..2011-12-31"], ["Pacific/Apia"], after: "2011-12-29T09:00:00Z", open: false,
      "2011-12-29T10:00:00Z", "2011-12-31T10:00:00Z", "never"),
    Row(windows: ["2011-12-30"], ["Pacific/Apia"], after: "2011-12-29T09:00:00Z", open: false, "never"),
    // Two zones.
    Row(
      windows: ["22:00-06:00"], settings: ["12:00-21:00"], ["Europe/Amsterdam", "Asia/Tokyo"],
      after: "2026-05-18T12:00:00Z", open: false, "2026-05-18T20:00:00Z", "2026-05-19T03:00:00Z",
      "2026-05-19T20:00:00Z"),
  ]

  @Test("opens and closes at these instants and at none between them", arguments: rows)
  func changes(row: Row) throws {
    let calendar = try calendar(row.windows, row.blackouts, row.settingsBlackouts, row.zones)
    var now = try instant(row.after)
    var isOpen = row.isOpen
    for expected in row.changes {
      #expect(calendar.isOpen(at: now) == isOpen)
      let change = calendar.nextChange(after: now)
      #expect(change.map(shown) ?? "never" == expected)
      #expect(calendar.nextOpening(atOrAfter: now) == (isOpen ? now : change))
      guard let change else { break }
      // From any time before a change, the same one is found.
      #expect(calendar.nextChange(after: now.addingTimeInterval(change.timeIntervalSince(now) / 2)) == change)
      #expect(calendar.nextChange(after: change - 0.5) == change)
      (now, isOpen) = (change, !isOpen)
    }
  }

  @Test("random calendars agree with a look at every minute")
  func everyMinute() throws {
    var random = SeededGenerator(seed: freshSeed("calendar.everyMinute"))
    let zones = ["UTC", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Tokyo"]
    // Days before a change of some zone's clock.
    let starts = ["2026-03-07", "2026-03-28", "2026-10-24", "2026-10-31", "2026-04-03", "2026-10-02", "2011-12-28"]
    for _ in 0..<40 {
      let start = try instant("\(pick(starts, &random))T00:00:00Z")
      let picked = [pick(zones, &random), pick(zones, &random)]
      let lists = (0..<3).map { _ in
        (0..<Int.random(in: 0...3, using: &random)).map { _ in SampleWindow(near: start, &random) }
      }
      let texts = lists.map { $0.map(\.text) }
      let described = "\(texts) in \(picked) from \(shown(start))"
      let calendar = try calendar(texts[0], texts[1], texts[2], picked)

      let clocks = try picked.map { SampleClock(zone: try TimeZoneName(parsing: $0).timeZone, near: start) }
      let minutes = (0...4 * 1_440).map { start + Double($0 * 60) }
      let isOpen = minutes.map { minute in
        let walls = clocks.map { $0.wall(at: minute) }
        return (lists[0].isEmpty || lists[0].contains { $0.contains(walls[0]) })
          && !lists[1].contains { $0.contains(walls[0]) } && !lists[2].contains { $0.contains(walls[1]) }
      }
      var changes: [Date?] = Array(repeating: nil, count: minutes.count)
      for index in minutes.indices.dropLast().reversed() {
        changes[index] = isOpen[index] != isOpen[index + 1] ? minutes[index + 1] : changes[index + 1]
      }
      let wrong = minutes.indices.first { index in
        if calendar.isOpen(at: minutes[index]) != isOpen[index] { return true }
        // Every seventeenth minute meets all parts of the hour; and where no change is to come, once is enough.
        let isLast = changes[index] == nil && (index == 0 || changes[index - 1] != nil)
        guard isLast || changes[index] != nil && index.isMultiple(of: 17) else { return false }
        let change = calendar.nextChange(after: minutes[index])
        return change.flatMap { $0 <= minutes[minutes.count - 1] ? $0 : nil } != changes[index]
      }
      try #require(wrong == nil, "\(wrong.map { shown(minutes[$0]) } ?? ""): \(described)")
    }
  }

  @Test("years are stepped over in a moment", .timeLimit(.minutes(1)))
  func cheap() throws {
    let closed = try calendar(["22:00-06:00"], ["20:00-08:00"], ["2026-01-01..2035-12-31"], ["Europe/Amsterdam"])
    let began = ContinuousClock.now
    for _ in 0..<10 { #expect(closed.nextOpening(atOrAfter: try instant("2026-05-18T12:00:00Z")) == nil) }
    #expect(.now - began < .seconds(10))
  }

  // MARK: - Parts

  private func calendar(
    _ windows: [String], _ blackouts: [String], _ settings: [String], _ zones: [String]
  ) throws -> BackupCalendar {
    BackupCalendar(
      windows: try windows.map(TimeWindow.init(text:)), blackouts: try blackouts.map(TimeWindow.init(text:)),
      zone: try TimeZoneName(parsing: zones[0]).timeZone,
      settingsBlackouts: try settings.map(TimeWindow.init(text:)),
      settingsZone: try TimeZoneName(parsing: zones[zones.count - 1]).timeZone)
  }

  private func instant(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }
  private func shown(_ date: Date) -> String { date.formatted(.iso8601) }
}

private func pick(_ choices: [String], _ random: inout SeededGenerator) -> String {
  choices[Int.random(in: choices.indices, using: &random)]
}

/// What a clock on the wall and the calendar beside it show.
private struct Wall {
  let date: String
  let weekday: String
  let dateBefore: String
  let weekdayBefore: String
  let minute: Int
}

/// A wall clock that knows its days by their names, each asked of Foundation's calendar, unlike the code under test.
private struct SampleClock {
  let zone: TimeZone
  private let first: Int
  private let days: [(date: String, weekday: String)]

  /// A clock that can be read for a week around a day.
  init(zone: TimeZone, near start: Date) {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let first = Int(start.timeIntervalSince1970) / 86_400 - 3
    days = (first...first + 10).map { day in
      let noon = Date(timeIntervalSince1970: Double(day * 86_400 + 43_200))
      let weekday = names[calendar.component(.weekday, from: noon) - 1]
      return (date: String(noon.formatted(.iso8601).prefix(10)), weekday: weekday)
    }
    self.zone = zone
    self.first = first
  }

  func wall(at date: Date) -> Wall {
    let seconds = Int(date.timeIntervalSince1970) + zone.secondsFromGMT(for: date)
    let (today, yesterday) = (days[seconds / 86_400 - first], days[seconds / 86_400 - first - 1])
    return Wall(
      date: today.date, weekday: today.weekday, dateBefore: yesterday.date, weekdayBefore: yesterday.weekday,
      minute: seconds % 86_400 / 60)
  }
}

/// A window made at random, which knows without its text what it means.
private struct SampleWindow {
  let text: String
  /// Names of days, or dates; nil for every day.
  private let days: Set<String>?
  private let from: Int
  private let to: Int

  init(near start: Date, _ random: inout SeededGenerator) {
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let date = String((start + Double(Int.random(in: -1...5, using: &random) * 86_400)).formatted(.iso8601).prefix(10))
    let name = pick(names, &random)
    let choices: [(text: String, days: Set<String>)] = [
      ("Fri-Mon", ["Fri", "Sat", "Sun", "Mon"]), ("Sat,Sun", ["Sat", "Sun"]), (date, [date]), (name, [name]),
    ]
    let choice = choices[Int.random(in: choices.indices, using: &random)]
    let (from, length) = (Int.random(in: 0..<96, using: &random) * 15, Int.random(in: 1...95, using: &random) * 15)
    let to = (from + length) % 1_440
    let times = String(format: "%02d:%02d-%02d:%02d", from / 60, from % 60, to / 60, to % 60)
    switch Int.random(in: 0...3, using: &random) {
    case 0: (text, days, self.from, self.to) = (choice.text, choice.days, 0, 1_440)
    case 1: (text, days, self.from, self.to) = (times, nil, from, to)
    default: (text, days, self.from, self.to) = ("\(choice.text) \(times)", choice.days, from, to)
    }
  }

  func contains(_ wall: Wall) -> Bool {
    let beganToday = holds(wall.date, wall.weekday) && wall.minute >= from && (to <= from || wall.minute < to)
    return beganToday || holds(wall.dateBefore, wall.weekdayBefore) && to <= from && wall.minute < to
  }

  private func holds(_ date: String, _ weekday: String) -> Bool {
    days.map { $0.contains(date) || $0.contains(weekday) } ?? true
  }
}
