// The instants at which cron expressions fire: a table worked out by another program, and generated properties.

import Foundation
import Support
import Testing

@testable import Spec

/// An expression, and the instants at which it fires next: ISO 8601, seconds where they are not zero.
struct FireRow: Sendable, CustomTestStringConvertible {
  let expression: String
  let zone: String
  let after: String
  let fires: [String]

  init(_ expression: String, _ zone: String, after: String, fires: String...) {
    (self.expression, self.zone, self.after, self.fires) = (expression, zone, after, fires)
  }

  var testDescription: String { "\(expression) in \(zone) after \(after)" }
}

@Suite("Cron fire times")
struct CronFireTimesTests {
  @Test("fires at these instants and at none between them", arguments: rows)
  func next(row: FireRow) throws {
    let (expression, zone) = try (CronExpression(parsing: row.expression), TimeZoneName(parsing: row.zone).timeZone)
    var now = try instant(row.after)
    for expected in row.fires {
      now = try #require(expression.next(after: now, in: zone))
      #expect(shown(now, in: zone) == shown(try instant(expected), in: zone))
    }
  }

  @Test("the latest fire is found from each fire and from just before the next", arguments: rows)
  func latest(row: FireRow) throws {
    let (expression, zone) = try (CronExpression(parsing: row.expression), TimeZoneName(parsing: row.zone).timeZone)
    let fires = try row.fires.map(instant)
    for fire in fires {
      #expect(expression.latest(atOrBefore: fire, in: zone) == fire)
    }
    for (fire, following) in zip(fires, fires.dropFirst()) {
      #expect(expression.latest(atOrBefore: following - 0.5, in: zone) == fire)
    }
    if let first = fires.first {
      let earlier = try #require(expression.latest(atOrBefore: first - 1, in: zone))
      #expect(try earlier <= instant(row.after))
    }
  }

  @Test(
    "the latest fire before an instant that is none",
    arguments: [
      // In the second pass of a repeated hour, what is latest may show a later time.
      ("45 2 * * *", amsterdam, "2026-10-25T02:10+01:00", "2026-10-25T02:45+02:00"),
      ("15,45 2 * * *", amsterdam, "2026-10-25T02:30+01:00", "2026-10-25T02:45+02:00"),
      ("*/45 2 * * *", amsterdam, "2026-10-25T02:10+01:00", "2026-10-25T02:00+01:00"),
      ("45 1 * * *", "Australia/Lord_Howe", "2026-04-05T01:35+10:30", "2026-04-05T01:45+11:00"),
      ("30 23 * * *", "America/Sao_Paulo", "2018-02-17T23:10-03:00", "2018-02-17T23:30-02:00"),
      // After a gap, and at its end.
      ("30 2 * * *", amsterdam, "2026-03-29T03:00+02:00", "2026-03-29T03:00+02:00"),
      ("30 2 * * *", amsterdam, "2026-03-29T03:20+02:00", "2026-03-29T03:00+02:00"),
      ("30 2 * * *", amsterdam, "2026-03-29T01:59:59+01:00", "2026-03-28T02:30+01:00"),
      ("*/30 2 * * *", amsterdam, "2026-03-29T12:00+02:00", "2026-03-28T02:30+01:00"),
      // Far back.
      ("0 12 29 2 *", "UTC", "2104-02-29T11:59Z", "2096-02-29T12:00Z"),
      ("0 12 29 2 */7", "UTC", "2128-02-28T00:00Z", "2088-02-29T12:00Z"),
      ("* * 31 12 *", amsterdam, "2026-12-30T12:00+01:00", "2025-12-31T23:59+01:00"),
    ])
  func latestBetween(text: String, zoneName: String, before: String, expected: String) throws {
    let zone = try TimeZoneName(parsing: zoneName).timeZone
    let latest = try #require(CronExpression(parsing: text).latest(atOrBefore: instant(before), in: zone))
    #expect(shown(latest, in: zone) == shown(try instant(expected), in: zone))
  }

  @Test("an expression whose every match is swallowed by a gap has no fire")
  func never() throws {
    // The second Sunday in March, between 02:00 and 03:00, is when New York has no such hour.
    let expression = try CronExpression(parsing: "*/5 2 8-14 3 */7")
    let zone = try TimeZoneName(parsing: newYork).timeZone
    #expect(expression.next(after: try instant("2026-01-01T00:00Z"), in: zone) == nil)
    // Until 2006 that was on the first Sunday in April, so that the past has such hours.
    let last = try #require(expression.latest(atOrBefore: try instant("2026-01-01T00:00Z"), in: zone))
    #expect(shown(last, in: zone) == "2006-03-12T02:55:00-05:00")
  }

  @Test("instants that no calendar is meant for have no fire", arguments: [Double.infinity, -.infinity, .nan, 1e300])
  func beyondCalendars(seconds: Double) throws {
    let date = Date(timeIntervalSince1970: seconds)
    #expect(CronExpression.daily.next(after: date, in: .gmt) == nil)
    #expect(CronExpression.daily.latest(atOrBefore: date, in: .gmt) == nil)
  }

  @Test("the ends of Foundation's time are no trap", arguments: [Date.distantPast, .distantFuture])
  func distant(date: Date) throws {
    let next = try #require(CronExpression.daily.next(after: date, in: .gmt))
    #expect(next > date && next <= date + 86_400)
  }
}

@Suite("Cron fire times, generated")
struct CronFireTimesPropertyTests {
  @Test("forwards and backwards agree, and nothing goes back", arguments: 1...60)
  func consistency(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let zone = try TimeZoneName(parsing: zones.randomElement(using: &random) ?? "UTC").timeZone
    let sample = SampleExpression(interval: .random(using: &random), using: &random)
    let expression = try CronExpression(parsing: sample.text)
    var now = nearChange(of: zone, using: &random)
    var fires: [Date] = []
    for _ in 0..<20 {
      let next = try #require(expression.next(after: now, in: zone), "seed \(seed): \(sample.text) in \(zone)")
      #expect(next > now, "seed \(seed): \(sample.text) in \(zone)")
      #expect(expression.latest(atOrBefore: next, in: zone) == next, "seed \(seed): \(sample.text) in \(zone)")
      let between = now + next.timeIntervalSince(now) * .random(in: 0..<1, using: &random)
      #expect(expression.next(after: between, in: zone) == next, "seed \(seed): \(sample.text) in \(zone)")
      if !fires.isEmpty {
        #expect(expression.latest(atOrBefore: between, in: zone) == now, "seed \(seed): \(sample.text) in \(zone)")
      }
      fires.append(next)
      now = next
    }
  }

  @Test("an interval expression fires in each matching minute and in no other", arguments: 1...40)
  func bruteForce(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let zone = try TimeZoneName(parsing: zones.randomElement(using: &random) ?? "UTC").timeZone
    let sample = SampleExpression(interval: true, using: &random)
    let expression = try CronExpression(parsing: sample.text)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone

    let start = nearChange(of: zone, using: &random)
    let end = start + 2 * 86_400
    let firstMinute = Date(timeIntervalSince1970: (start.timeIntervalSince1970 / 60).rounded(.down) * 60 + 60)
    let expected = stride(from: firstMinute, through: end, by: 60).filter { minute in
      sample.matches(calendar.dateComponents([.month, .day, .hour, .minute, .weekday], from: minute))
    }
    var found: [Date] = []
    var now = start
    while let next = expression.next(after: now, in: zone), next <= end {
      found.append(next)
      now = next
    }
    #expect(found == expected, "seed \(seed): \(sample.text) in \(zone.identifier) from \(start)")
  }
}

/// A random expression that fires at least weekly, with its sets kept beside the text that is to be parsed.
private struct SampleExpression {
  let text: String
  private let minutes: Set<Int>
  private let hours: Set<Int>
  private let weekdays: Set<Int>

  init(interval: Bool, using random: inout SeededGenerator) {
    let step = [1, 5, 7, 10, 15, 20, 30, 45].randomElement(using: &random) ?? 1
    let hourStep = Int.random(in: 1...6, using: &random)
    let someMinutes = Set((0..<3).map { _ in Int.random(in: 0...59, using: &random) })
    // Mostly the hours in which clocks are changed.
    let someHours = Set(
      (0..<3).map { _ in [0, 1, 2, 3, 23, Int.random(in: 0...23, using: &random)] }.joined().shuffled(
        using: &random
      ).prefix(3))
    let everyMinute = interval && Bool.random(using: &random)
    let everyHour = interval && (!everyMinute || Bool.random(using: &random))
    minutes = everyMinute ? Set(stride(from: 0, through: 59, by: step)) : someMinutes
    hours = everyHour ? Set(stride(from: 0, through: 23, by: hourStep)) : someHours
    let anyDay = Int.random(in: 0..<4, using: &random) > 0
    weekdays = anyDay ? Set(0...6) : [Int.random(in: 0...6, using: &random), Int.random(in: 0...6, using: &random)]

    func list(_ values: Set<Int>) -> String { values.sorted().map(String.init).joined(separator: ",") }
    text = [
      everyMinute ? "*/\(step)" : list(minutes), everyHour ? "*/\(hourStep)" : list(hours), "*", "*",
      anyDay ? "*" : list(weekdays),
    ].joined(separator: " ")
  }

  func matches(_ components: DateComponents) -> Bool {
    guard let minute = components.minute, let hour = components.hour, let weekday = components.weekday else {
      return false
    }
    return minutes.contains(minute) && hours.contains(hour) && weekdays.contains(weekday - 1)
  }
}

private let zones = [
  amsterdam, newYork, "UTC", "Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Kiritimati", "Pacific/Niue",
  "Asia/Kathmandu", "America/St_Johns", "America/Havana", "Africa/Casablanca", "Europe/Dublin", "America/Santiago",
]

/// An instant within two days before a change of the clock, or anywhere in a zone that has none.
private func nearChange(of zone: TimeZone, using random: inout SeededGenerator) -> Date {
  let somewhen = Date(timeIntervalSince1970: .random(in: 0..<2_000_000_000, using: &random))
  let change = zone.nextDaylightSavingTimeTransition(after: somewhen) ?? somewhen
  return change - .random(in: 0..<172_800, using: &random).rounded()
}

private func instant(_ text: String) throws -> Date {
  var text = text
  let seconds = text.index(text.startIndex, offsetBy: 16)
  if text[seconds] != ":" { text.insert(contentsOf: ":00", at: seconds) }
  return try Date(text, strategy: .iso8601)
}

private func shown(_ date: Date, in zone: TimeZone) -> String {
  date.formatted(Date.ISO8601FormatStyle(timeZoneSeparator: .colon, timeZone: zone))
}

private let amsterdam = "Europe/Amsterdam"
private let newYork = "America/New_York"

/// Checked with a program of another kind: Python's zoneinfo, walking each day minute by minute.
private let rows = [
  // Plain.
  FireRow(
    "15 2 * * *", amsterdam, after: "2026-06-10T12:00+02:00",
    fires: "2026-06-11T02:15+02:00", "2026-06-12T02:15+02:00"),
  FireRow(
    "15 2 * * *", amsterdam, after: "2026-06-10T02:15+02:00",
    fires: "2026-06-11T02:15+02:00", "2026-06-12T02:15+02:00"),
  FireRow("15 2 * * *", amsterdam, after: "2026-06-10T02:14:59+02:00", fires: "2026-06-10T02:15+02:00"),
  FireRow(
    "* * * * *", "UTC", after: "2026-01-01T00:00Z",
    fires: "2026-01-01T00:01Z", "2026-01-01T00:02Z", "2026-01-01T00:03Z"),
  FireRow(
    "*/15 * * * *", "UTC", after: "2026-01-01T00:01Z",
    fires: "2026-01-01T00:15Z", "2026-01-01T00:30Z", "2026-01-01T00:45Z", "2026-01-01T01:00Z"),
  FireRow(
    "5/20 * * * *", "UTC", after: "2026-01-01T00:00Z",
    fires: "2026-01-01T00:05Z", "2026-01-01T00:25Z", "2026-01-01T00:45Z", "2026-01-01T01:05Z"),
  FireRow(
    "10-30/10 8 * * *", "UTC", after: "2026-01-01T00:00Z",
    fires: "2026-01-01T08:10Z", "2026-01-01T08:20Z", "2026-01-01T08:30Z", "2026-01-02T08:10Z"),
  FireRow(
    "0,30 8-10/2 * * *", "UTC", after: "2026-01-01T00:00Z",
    fires: "2026-01-01T08:00Z", "2026-01-01T08:30Z", "2026-01-01T10:00Z", "2026-01-01T10:30Z", "2026-01-02T08:00Z"),
  FireRow(
    "0 22 * * mon-fri", amsterdam, after: "2026-01-09T12:00+01:00",
    fires: "2026-01-09T22:00+01:00", "2026-01-12T22:00+01:00", "2026-01-13T22:00+01:00"),
  FireRow(
    "0 5 * * 5-7", amsterdam, after: "2026-01-07T12:00+01:00",
    fires: "2026-01-09T05:00+01:00", "2026-01-10T05:00+01:00", "2026-01-11T05:00+01:00", "2026-01-16T05:00+01:00"),
  FireRow(
    "0 5 * * 7", amsterdam, after: "2026-01-07T12:00+01:00",
    fires: "2026-01-11T05:00+01:00", "2026-01-18T05:00+01:00"),
  FireRow(
    "0 5 * * 0", amsterdam, after: "2026-01-07T12:00+01:00",
    fires: "2026-01-11T05:00+01:00", "2026-01-18T05:00+01:00"),
  FireRow(
    "0 5 * JAN,Jul Sun", amsterdam, after: "2026-01-20T12:00+01:00",
    fires: "2026-01-25T05:00+01:00", "2026-07-05T05:00+02:00", "2026-07-12T05:00+02:00"),
  FireRow(
    "0 0 * * 1/2", "UTC", after: "2026-01-04T00:00Z",
    fires: "2026-01-05T00:00Z", "2026-01-07T00:00Z", "2026-01-09T00:00Z", "2026-01-12T00:00Z"),
  // Macros.
  FireRow(
    "@hourly", "UTC", after: "2026-12-31T22:30Z",
    fires: "2026-12-31T23:00Z", "2027-01-01T00:00Z", "2027-01-01T01:00Z"),
  FireRow(
    "@daily", amsterdam, after: "2026-01-30T12:00+01:00",
    fires: "2026-01-31T00:00+01:00", "2026-02-01T00:00+01:00", "2026-02-02T00:00+01:00"),
  FireRow("@midnight", amsterdam, after: "2026-01-30T12:00+01:00", fires: "2026-01-31T00:00+01:00"),
  FireRow(
    "@weekly", amsterdam, after: "2026-01-30T12:00+01:00", fires: "2026-02-01T00:00+01:00", "2026-02-08T00:00+01:00"),
  FireRow(
    "@monthly", amsterdam, after: "2026-01-30T12:00+01:00",
    fires: "2026-02-01T00:00+01:00", "2026-03-01T00:00+01:00", "2026-04-01T00:00+02:00"),
  FireRow(
    "@yearly", amsterdam, after: "2026-01-30T12:00+01:00", fires: "2027-01-01T00:00+01:00", "2028-01-01T00:00+01:00"),
  FireRow("@annually", "UTC", after: "2026-01-01T00:00Z", fires: "2027-01-01T00:00Z", "2028-01-01T00:00Z"),
  // Day of month, day of week.
  FireRow(
    "0 0 31 * 1", "UTC", after: "2026-08-29T00:00Z",
    fires: "2026-08-31T00:00Z", "2026-09-07T00:00Z", "2026-09-14T00:00Z", "2026-09-21T00:00Z", "2026-09-28T00:00Z"),
  FireRow(
    "0 0 13 * fri", "UTC", after: "2026-02-01T00:00Z",
    fires: "2026-02-06T00:00Z", "2026-02-13T00:00Z", "2026-02-20T00:00Z", "2026-02-27T00:00Z"),
  FireRow(
    "0 0 13 * */5", "UTC", after: "2026-02-01T00:00Z",
    fires: "2026-02-13T00:00Z", "2026-03-13T00:00Z", "2026-09-13T00:00Z"),
  FireRow(
    "0 0 */10 * mon", "UTC", after: "2026-01-01T00:00Z",
    fires: "2026-05-11T00:00Z", "2026-06-01T00:00Z", "2026-08-31T00:00Z"),
  FireRow(
    "0 0 1-7 * */7", "UTC", after: "2026-01-05T00:00Z",
    fires: "2026-02-01T00:00Z", "2026-03-01T00:00Z", "2026-04-05T00:00Z"),
  FireRow(
    "0 0 30 2 1", "UTC", after: "2026-01-01T00:00Z",
    fires: "2026-02-02T00:00Z", "2026-02-09T00:00Z", "2026-02-16T00:00Z", "2026-02-23T00:00Z"),
  FireRow(
    "0 0 31 * *", "UTC", after: "2026-01-31T00:00Z",
    fires: "2026-03-31T00:00Z", "2026-05-31T00:00Z", "2026-07-31T00:00Z", "2026-08-31T00:00Z"),
  FireRow("0 0 31 4,6,12 *", "UTC", after: "2026-01-01T00:00Z", fires: "2026-12-31T00:00Z", "2027-12-31T00:00Z"),
  FireRow(
    "0 4 29-31 * *", "UTC", after: "2026-02-01T00:00Z",
    fires: "2026-03-29T04:00Z", "2026-03-30T04:00Z", "2026-03-31T04:00Z", "2026-04-29T04:00Z"),
  // Leap days, ends of years and centuries.
  FireRow(
    "0 12 29 2 *", amsterdam, after: "2026-01-01T00:00+01:00",
    fires: "2028-02-29T12:00+01:00", "2032-02-29T12:00+01:00", "2036-02-29T12:00+01:00"),
  FireRow(
    "0 12 29 2 *", "UTC", after: "2095-01-01T00:00Z",
    fires: "2096-02-29T12:00Z", "2104-02-29T12:00Z", "2108-02-29T12:00Z"),
  FireRow(
    "0 12 29 2 *", "UTC", after: "1895-01-01T00:00Z",
    fires: "1896-02-29T12:00Z", "1904-02-29T12:00Z", "1908-02-29T12:00Z"),
  FireRow(
    "0 12 29 2 */7", "UTC", after: "2026-01-01T00:00Z",
    fires: "2032-02-29T12:00Z", "2060-02-29T12:00Z", "2088-02-29T12:00Z"),
  FireRow("0 12 29 2 */7", "UTC", after: "2060-03-01T00:00Z", fires: "2088-02-29T12:00Z", "2128-02-29T12:00Z"),
  FireRow(
    "* 0 29 2 *", amsterdam, after: "2028-02-29T00:57:30+01:00",
    fires: "2028-02-29T00:58+01:00", "2028-02-29T00:59+01:00", "2032-02-29T00:00+01:00", "2032-02-29T00:01+01:00"),
  FireRow("0 0 1 3 *", "UTC", after: "2100-02-28T12:00Z", fires: "2100-03-01T00:00Z"),
  FireRow("0 0 28 2 *", "UTC", after: "2100-02-28T12:00Z", fires: "2101-02-28T00:00Z"),
  FireRow(
    "59 23 31 12 *", amsterdam, after: "2026-12-31T23:58+01:00",
    fires: "2026-12-31T23:59+01:00", "2027-12-31T23:59+01:00"),
  FireRow(
    "*/30 * * * *", amsterdam, after: "2026-12-31T23:10+01:00",
    fires: "2026-12-31T23:30+01:00", "2027-01-01T00:00+01:00", "2027-01-01T00:30+01:00"),
  FireRow("0 0 1 1 *", amsterdam, after: "2026-12-31T23:59:59+01:00", fires: "2027-01-01T00:00+01:00"),
  FireRow("30 6 * * *", "UTC", after: "1969-12-31T12:00Z", fires: "1970-01-01T06:30Z", "1970-01-02T06:30Z"),
  FireRow("45 23 * * *", "UTC", after: "1969-12-30T23:45Z", fires: "1969-12-31T23:45Z", "1970-01-01T23:45Z"),
  // Amsterdam, the clock goes forward on 2026-03-29 from 02:00 to 03:00.
  FireRow(
    "30 2 * * *", amsterdam, after: "2026-03-28T01:00+01:00",
    fires: "2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"),
  FireRow(
    "15,45 2 * * *", amsterdam, after: "2026-03-28T12:00+01:00",
    fires: "2026-03-29T03:00+02:00", "2026-03-30T02:15+02:00", "2026-03-30T02:45+02:00"),
  FireRow(
    "0,30 2-3 * * *", amsterdam, after: "2026-03-29T01:00+01:00",
    fires: "2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00", "2026-03-30T02:00+02:00"),
  FireRow(
    "30 2 29 3 *", amsterdam, after: "2026-01-01T00:00+01:00",
    fires: "2026-03-29T03:00+02:00", "2027-03-29T02:30+02:00"),
  FireRow(
    "30 2 * * *", amsterdam, after: "2026-03-29T01:59:59+01:00",
    fires: "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"),
  FireRow("30 2 * * *", amsterdam, after: "2026-03-29T03:00+02:00", fires: "2026-03-30T02:30+02:00"),
  FireRow(
    "0 3 * * *", amsterdam, after: "2026-03-29T01:00+01:00",
    fires: "2026-03-29T03:00+02:00", "2026-03-30T03:00+02:00"),
  FireRow(
    "30 1 * * *", amsterdam, after: "2026-03-28T12:00+01:00",
    fires: "2026-03-29T01:30+01:00", "2026-03-30T01:30+02:00"),
  FireRow(
    "30 1-4 * * *", amsterdam, after: "2026-03-29T01:00+01:00",
    fires: "2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00", "2026-03-29T04:30+02:00"),
  FireRow(
    "30 * * * *", amsterdam, after: "2026-03-29T00:45+01:00",
    fires: "2026-03-29T01:30+01:00", "2026-03-29T03:30+02:00", "2026-03-29T04:30+02:00"),
  FireRow(
    "*/20 * * * *", amsterdam, after: "2026-03-29T01:30+01:00",
    fires: "2026-03-29T01:40+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:20+02:00", "2026-03-29T03:40+02:00"),
  FireRow(
    "*/30 2 * * *", amsterdam, after: "2026-03-28T12:00+01:00",
    fires: "2026-03-30T02:00+02:00", "2026-03-30T02:30+02:00"),
  FireRow(
    "0 */2 * * *", amsterdam, after: "2026-03-28T23:00+01:00",
    fires: "2026-03-29T00:00+01:00", "2026-03-29T04:00+02:00", "2026-03-29T06:00+02:00", "2026-03-29T08:00+02:00"),
  FireRow(
    "@hourly", amsterdam, after: "2026-03-29T00:00+01:00",
    fires: "2026-03-29T01:00+01:00", "2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00"),
  // Amsterdam, the clock goes back on 2026-10-25 from 03:00 to 02:00.
  FireRow(
    "30 2 * * *", amsterdam, after: "2026-10-24T12:00+02:00",
    fires: "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"),
  FireRow("30 2 * * *", amsterdam, after: "2026-10-25T02:30+02:00", fires: "2026-10-26T02:30+01:00"),
  FireRow("30 2 * * *", amsterdam, after: "2026-10-25T02:10+01:00", fires: "2026-10-26T02:30+01:00"),
  FireRow(
    "15,45 2 * * *", amsterdam, after: "2026-10-25T02:20+02:00",
    fires: "2026-10-25T02:45+02:00", "2026-10-26T02:15+01:00"),
  FireRow(
    "0 3 * * *", amsterdam, after: "2026-10-25T02:30+02:00",
    fires: "2026-10-25T03:00+01:00", "2026-10-26T03:00+01:00"),
  FireRow(
    "0 2 * * *", amsterdam, after: "2026-10-25T01:00+02:00",
    fires: "2026-10-25T02:00+02:00", "2026-10-26T02:00+01:00"),
  FireRow(
    "30 * * * *", amsterdam, after: "2026-10-25T01:00+02:00",
    fires: "2026-10-25T01:30+02:00", "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", "2026-10-25T03:30+01:00"),
  FireRow(
    "*/20 2 * * *", amsterdam, after: "2026-10-25T00:00+02:00",
    fires: "2026-10-25T02:00+02:00", "2026-10-25T02:20+02:00", "2026-10-25T02:40+02:00", "2026-10-25T02:00+01:00",
    "2026-10-25T02:20+01:00", "2026-10-25T02:40+01:00", "2026-10-26T02:00+01:00"),
  FireRow(
    "*/30 2 * * *", amsterdam, after: "2026-10-25T02:30+02:00",
    fires: "2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00", "2026-10-26T02:00+01:00"),
  FireRow(
    "30 */2 25 10 *", amsterdam, after: "2026-03-01T00:00+01:00",
    fires: "2026-10-25T00:30+02:00", "2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", "2026-10-25T04:30+01:00"),
  FireRow(
    "0 */3 * * *", amsterdam, after: "2026-10-25T00:00+02:00",
    fires: "2026-10-25T03:00+01:00", "2026-10-25T06:00+01:00"),
  FireRow(
    "@daily", amsterdam, after: "2026-10-24T12:00+02:00",
    fires: "2026-10-25T00:00+02:00", "2026-10-26T00:00+01:00", "2026-10-27T00:00+01:00"),
  // New York, 2026-03-08 02:00 to 03:00, 2026-11-01 02:00 to 01:00.
  FireRow(
    "30 2 * * *", newYork, after: "2026-03-07T12:00-05:00",
    fires: "2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"),
  FireRow(
    "5 2,3 * * sun", newYork, after: "2026-03-07T12:00-05:00",
    fires: "2026-03-08T03:00-04:00", "2026-03-08T03:05-04:00", "2026-03-15T02:05-04:00"),
  FireRow(
    "15 * * * *", newYork, after: "2026-03-08T00:30-05:00",
    fires: "2026-03-08T01:15-05:00", "2026-03-08T03:15-04:00", "2026-03-08T04:15-04:00"),
  FireRow(
    "30 1 * * *", newYork, after: "2026-10-31T12:00-04:00",
    fires: "2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"),
  FireRow("30 1 * * *", newYork, after: "2026-11-01T01:00-05:00", fires: "2026-11-02T01:30-05:00"),
  FireRow(
    "0 2 * * *", newYork, after: "2026-11-01T01:30-04:00", fires: "2026-11-01T02:00-05:00", "2026-11-02T02:00-05:00"),
  FireRow(
    "*/30 1 * * *", newYork, after: "2026-10-31T12:00-04:00",
    fires: "2026-11-01T01:00-04:00", "2026-11-01T01:30-04:00", "2026-11-01T01:00-05:00", "2026-11-01T01:30-05:00",
    "2026-11-02T01:00-05:00"),
  FireRow(
    "45 * * * *", newYork, after: "2026-11-01T00:00-04:00",
    fires: "2026-11-01T00:45-04:00", "2026-11-01T01:45-04:00", "2026-11-01T01:45-05:00", "2026-11-01T02:45-05:00"),
  FireRow(
    "*/5 2 8-14 3 sun", newYork, after: "2026-03-07T12:00-05:00",
    fires: "2026-03-09T02:00-04:00", "2026-03-09T02:05-04:00"),
  // Odd zones.
  FireRow(
    "15 2 * * *", "Australia/Lord_Howe", after: "2026-10-03T12:00+10:30",
    fires: "2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"),
  FireRow(
    "45 1 * * *", "Australia/Lord_Howe", after: "2026-04-04T12:00+11:00",
    fires: "2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30"),
  FireRow(
    "*/15 1 * * *", "Australia/Lord_Howe", after: "2026-04-05T01:00+11:00",
    fires: "2026-04-05T01:15+11:00", "2026-04-05T01:30+11:00", "2026-04-05T01:45+11:00", "2026-04-05T01:30+10:30",
    "2026-04-05T01:45+10:30", "2026-04-06T01:00+10:30"),
  FireRow(
    "*/10 * * * *", "Australia/Lord_Howe", after: "2026-10-04T01:45+10:30",
    fires: "2026-10-04T01:50+10:30", "2026-10-04T02:30+11:00", "2026-10-04T02:40+11:00"),
  FireRow(
    "0 3 * * *", "Pacific/Chatham", after: "2026-09-26T12:00+12:45",
    fires: "2026-09-27T03:45+13:45", "2026-09-28T03:00+13:45"),
  FireRow(
    "15 3 * * *", "Pacific/Chatham", after: "2026-04-04T12:00+13:45",
    fires: "2026-04-05T03:15+13:45", "2026-04-06T03:15+12:45"),
  FireRow(
    "*/30 3 * * *", "Pacific/Chatham", after: "2026-04-04T12:00+13:45",
    fires: "2026-04-05T03:00+13:45", "2026-04-05T03:30+13:45", "2026-04-05T03:00+12:45", "2026-04-05T03:30+12:45",
    "2026-04-06T03:00+12:45"),
  FireRow(
    "0 0 * * *", "Pacific/Kiritimati", after: "2026-12-30T12:00+14:00",
    fires: "2026-12-31T00:00+14:00", "2027-01-01T00:00+14:00"),
  FireRow(
    "30 23 * * *", "Pacific/Pago_Pago", after: "2026-12-30T12:00-11:00",
    fires: "2026-12-30T23:30-11:00", "2026-12-31T23:30-11:00"),
  FireRow(
    "*/30 23 31 * *", "Pacific/Niue", after: "2026-12-30T12:00-11:00",
    fires: "2026-12-31T23:00-11:00", "2026-12-31T23:30-11:00"),
  FireRow("45 5 * * *", "Asia/Kathmandu", after: "2026-05-05T05:45+05:45", fires: "2026-05-06T05:45+05:45"),
  FireRow(
    "0 2 * * *", "Pacific/Apia", after: "2011-12-29T00:00-10:00",
    fires: "2011-12-29T02:00-10:00", "2011-12-31T00:00+14:00", "2011-12-31T02:00+14:00"),
  FireRow(
    "0 2,14 30 12 *", "Pacific/Apia", after: "2011-12-01T00:00-10:00",
    fires: "2011-12-31T00:00+14:00", "2012-12-30T02:00+14:00"),
  FireRow(
    "0 */12 * * *", "Pacific/Apia", after: "2011-12-29T01:00-10:00",
    fires: "2011-12-29T12:00-10:00", "2011-12-31T00:00+14:00", "2011-12-31T12:00+14:00"),
  FireRow(
    "30 0 * * *", "America/Havana", after: "2026-10-31T12:00-04:00",
    fires: "2026-11-01T00:30-04:00", "2026-11-02T00:30-05:00"),
  FireRow(
    "30 23 * * *", "America/Sao_Paulo", after: "2018-02-16T12:00-02:00",
    fires: "2018-02-16T23:30-02:00", "2018-02-17T23:30-02:00", "2018-02-18T23:30-03:00"),
  FireRow(
    "30 0 * * *", "America/Sao_Paulo", after: "2018-11-03T12:00-03:00",
    fires: "2018-11-04T01:00-02:00", "2018-11-05T00:30-02:00"),
  FireRow(
    "*/20 23,0 * * *", "America/St_Johns", after: "2010-11-06T23:50-02:30",
    fires: "2010-11-07T00:00-02:30", "2010-11-06T23:20-03:30", "2010-11-06T23:40-03:30", "2010-11-07T00:00-03:30",
    "2010-11-07T00:20-03:30", "2010-11-07T00:40-03:30"),
  FireRow(
    "0 3 * * *", "Africa/Casablanca", after: "2026-02-14T12:00+01:00",
    fires: "2026-02-15T03:00Z", "2026-02-16T03:00Z"),
  FireRow(
    "30 1 * * *", "Europe/Dublin", after: "2026-10-24T12:00+01:00",
    fires: "2026-10-25T01:30+01:00", "2026-10-26T01:30Z"),
  FireRow(
    "30 0 * * *", "Africa/Cairo", after: "2026-04-23T12:00+02:00",
    fires: "2026-04-24T01:00+03:00", "2026-04-25T00:30+03:00"),
]
