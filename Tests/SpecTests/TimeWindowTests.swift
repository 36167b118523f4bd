// Windows of time: their texts, and which instants lie in them, changes of the clock included.

import Foundation
import Testing

@testable import Spec

@Suite("Time windows")
struct TimeWindowTests {
  @Test(
    "are read, and written in one way",
    arguments: [
      ("22:00-06:00", "22:00-06:00"), ("6:05-7:00", "06:05-07:00"), ("00:00-24:00", "00:00-24:00"),
      ("22:00-00:00", "22:00-24:00"), ("22:00-24:00", "22:00-24:00"), ("00:01-00:00", "00:01-24:00"),
      ("Mon-Fri 22:00-06:00", "Mon-Fri 22:00-06:00"), ("monday-FRIDAY  22:00-06:00", "Mon-Fri 22:00-06:00"),
      ("Mon-Sun 22:00-06:00", "22:00-06:00"), ("Tue-Mon", "00:00-24:00"), ("mon", "Mon"), ("Mon-Mon", "Mon"),
      ("Sat,Sun 00:00-24:00", "Sat,Sun"), ("Sun,Sat", "Sat,Sun"), ("Sat-Sun", "Sat,Sun"), ("Fri-Mon", "Fri-Mon"),
      ("sun,mon", "Sun,Mon"), ("Mon,Wed,Fri", "Mon,Wed,Fri"), ("Mon,Tue,Wed,Sat", "Mon-Wed,Sat"),
      ("Wed,Mon-Wed,Thursday 1:00-2:00", "Mon-Thu 01:00-02:00"), ("Sun-Tue,Thu", "Thu,Sun-Tue"),
      ("2026-12-24", "2026-12-24"), ("2026-12-24..2026-12-24", "2026-12-24"),
      ("2026-12-24..2027-01-02", "2026-12-24..2027-01-02"), ("2026-12-24 00:00-24:00", "2026-12-24"),
      ("2026-12-24..2027-01-02 22:00-06:00", "2026-12-24..2027-01-02 22:00-06:00"),
      ("2024-02-29 08:00-18:00", "2024-02-29 08:00-18:00"), (" 22:00-06:00\t", "22:00-06:00"),
    ])
  func read(text: String, canonical: String) throws {
    let window = try TimeWindow(text: text)
    #expect(window.description == canonical)
    #expect(try TimeWindow(text: canonical) == window)
  }

  @Test("every set of days is written so that it reads back")
  func weekdays() throws {
    let names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    var texts: Set<String> = []
    for bits in 1..<128 {
      let days = names.indices.filter { bits & (1 << $0) != 0 }.map { names[$0] }
      let window = try TimeWindow(text: days.joined(separator: ","))
      #expect(try TimeWindow(text: window.description) == window)
      #expect(texts.insert(window.description).inserted)
      // 2026-05-18 is a Monday.
      let held = try (0..<7).filter { try window.contains(instant("2026-05-\(18 + $0)T12:00:00Z"), in: .gmt) }
      #expect(held.map { names[$0] } == days)
    }
  }

  @Test(
    "are refused with the place and with what to write instead",
    arguments: [
      ("", 0, "a window must not be empty"),
      ("  ", 0, "a window must not be empty"),
      ("10:00-10:00", 0, "`10:00-10:00` is empty; for whole days write `00:00-24:00`"),
      ("Mon 00:00-00:00", 4, "`00:00-00:00` is empty; for whole days write `00:00-24:00`"),
      ("24:00-06:00", 0, "a window cannot begin at `24:00`; write `00:00`"),
      ("25:00-06:00", 0, "`25:00` is not a time of day; write 00:00 to 24:00"),
      ("22:00-24:01", 6, "`24:01` is not a time of day; write 00:00 to 24:00"),
      ("Mon 22:60-06:00", 4, "`22:60` is not a time of day; write 00:00 to 24:00"),
      ("22:00-6", 6, "`6` is not a time of day; write 00:00 to 24:00"),
      ("22:00-+6:00", 6, "`+6:00` is not a time of day; write 00:00 to 24:00"),
      ("99999999999999999999:00-06:00", 0, "`99999999999999999999:00` is not a time of day; write 00:00 to 24:00"),
      ("22:00", 0, "`22:00` is not a range of times; write `22:00-06:00` or such"),
      ("Mon noon", 4, "`noon` is not a range of times; write `22:00-06:00` or such"),
      ("22-06", 0, "`22-06` is neither times nor a date; write `22:00-06:00`, `2026-12-24` or such"),
      ("2026-1-5", 0, "`2026-1-5` is neither times nor a date; write `22:00-06:00`, `2026-12-24` or such"),
      ("2026-02-29", 0, "`2026-02-29` is not in the calendar"),
      ("2026-12-24..2026-13-01", 12, "`2026-13-01` is not in the calendar"),
      (
        "2027-01-02..2026-12-24", 0,
        "`2027-01-02..2026-12-24` runs backwards; write `2026-12-24..2027-01-02`"
      ),
      (
        "2026-12-24..2026-12-25..2026-12-26", 0,
        "`2026-12-24..2026-12-25..2026-12-26` is not a range of dates; write `2026-12-24..2027-01-02`"
      ),
      ("Mno 22:00-06:00", 0, "`Mno` is not a day of the week; did you mean `Mon`?"),
      ("Mon-Thurs", 4, "`Thurs` is not a day of the week; did you mean `Thursday`?"),
      ("workdays", 0, "`workdays` is not a day of the week; write one of Mon, Tue, Wed, Thu, Fri, Sat, Sun"),
      ("Mon,,Wed", 4, "`Mon,,Wed` lacks a day"),
      ("Mon-", 4, "`Mon-` lacks a day"),
      ("Mon-Wed-Fri", 0, "`Mon-Wed-Fri` is not a range of days; write `Mon-Fri`"),
      ("Sat, Sun", 0, "`Sat, Sun` has a blank in a list or a range; leave it out"),
      ("22:00 - 06:00", 6, "`22:00 - 06:00` has a blank in a list or a range; leave it out"),
      (
        "22:00-06:00 Mon", 12,
        "`22:00-06:00 Mon` is not days and times; write days, times or both, such as `Mon-Fri 22:00-06:00`"
      ),
      (
        "Mon 22:00-06:00 UTC", 16,
        "`Mon 22:00-06:00 UTC` is not days and times; write days, times or both, such as `Mon-Fri 22:00-06:00`"
      ),
    ])
  func refused(text: String, offset: Int, complaint: String) {
    let error = #expect(throws: InvalidText.self) { try TimeWindow(text: text) }
    #expect(error?.description == complaint)
    #expect(error?.offset == offset)
  }

  /// Instants, and whether they lie in the window. 2026-05-18 is a Monday.
  @Test(
    "an instant lies in a window or does not",
    arguments: [
      ("22:00-06:00", amsterdam, ["2026-05-18T21:59:59+02:00"], false),
      ("22:00-06:00", amsterdam, ["2026-05-18T22:00:00+02:00", "2026-05-19T05:59:59+02:00"], true),
      ("22:00-06:00", amsterdam, ["2026-05-19T06:00:00+02:00", "2026-05-19T12:00:00Z"], false),
      ("Sat 22:00-06:00", amsterdam, ["2026-05-23T22:00:00+02:00", "2026-05-24T05:59:00+02:00"], true),
      ("Sat 22:00-06:00", amsterdam, ["2026-05-23T05:00:00+02:00", "2026-05-24T22:00:00+02:00"], false),
      ("Sat,Sun", amsterdam, ["2026-05-22T22:00:00Z", "2026-05-24T21:59:59Z"], true),
      ("Sat,Sun", amsterdam, ["2026-05-22T21:59:59Z", "2026-05-24T22:00:00Z"], false),
      ("2026-12-24..2027-01-02", newYork, ["2026-12-24T05:00:00Z", "2027-01-03T04:59:59Z"], true),
      ("2026-12-24..2027-01-02", newYork, ["2026-12-24T04:59:59Z", "2027-01-03T05:00:00Z"], false),
      ("2026-12-24 22:00-06:00", "UTC", ["2026-12-24T22:00:00Z", "2026-12-25T05:59:59Z"], true),
      ("2026-12-24 22:00-06:00", "UTC", ["2026-12-24T05:00:00Z", "2026-12-25T22:00:00Z"], false),
      // Before 1970 too.
      ("Wed 23:00-01:00", "UTC", ["1969-12-31T23:30:00Z", "1970-01-01T00:30:00Z"], true),
      // Amsterdam, spring: from 01:59 to 03:00.
      ("02:00-03:00", amsterdam, ["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"], false),
      ("02:30-03:30", amsterdam, ["2026-03-29T01:00:00Z", "2026-03-29T01:29:59Z"], true),
      ("02:30-03:30", amsterdam, ["2026-03-29T00:59:59Z", "2026-03-29T01:30:00Z"], false),
      ("Sat 22:00-02:30", amsterdam, ["2026-03-29T00:59:59Z"], true),
      ("Sat 22:00-02:30", amsterdam, ["2026-03-29T01:00:00Z"], false),
      // Amsterdam, autumn: 02:00 to 03:00 twice.
      ("02:00-03:00", amsterdam, ["2026-10-25T00:00:00Z", "2026-10-25T01:59:59Z"], true),
      ("02:00-03:00", amsterdam, ["2026-10-24T23:59:59Z", "2026-10-25T02:00:00Z"], false),
      ("01:00-02:30", amsterdam, ["2026-10-25T00:29:59Z", "2026-10-25T01:00:00Z", "2026-10-25T01:29:59Z"], true),
      ("01:00-02:30", amsterdam, ["2026-10-25T00:30:00Z", "2026-10-25T00:59:59Z", "2026-10-25T01:30:00Z"], false),
      ("2026-10-25", amsterdam, ["2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"], true),
      ("2026-10-25", amsterdam, ["2026-10-24T21:59:59Z", "2026-10-25T23:00:00Z"], false),
      // New York, spring: from 01:59 to 03:00; autumn: 01:00 to 02:00 twice.
      ("02:00-03:00", newYork, ["2026-03-08T06:59:59Z", "2026-03-08T07:00:00Z"], false),
      ("Sun 01:30-03:01", newYork, ["2026-03-08T06:30:00Z", "2026-03-08T07:00:59Z"], true),
      ("Sun 01:30-03:01", newYork, ["2026-03-08T06:29:59Z", "2026-03-08T07:01:00Z"], false),
      ("01:30-02:00", newYork, ["2026-11-01T05:30:00Z", "2026-11-01T06:30:00Z", "2026-11-01T06:59:59Z"], true),
      ("01:30-02:00", newYork, ["2026-11-01T06:00:00Z", "2026-11-01T06:29:59Z", "2026-11-01T07:00:00Z"], false),
    ] as [(String, String, [String], Bool)])
  func contains(text: String, zone: String, instants: [String], expected: Bool) throws {
    let window = try TimeWindow(text: text)
    let zone = try TimeZoneName(parsing: zone).timeZone
    for instant in instants { #expect(try window.contains(self.instant(instant), in: zone) == expected, "\(instant)") }
  }

  @Test("no instant beyond all calendars lies in a window")
  func beyondCalendars() throws {
    let window = try TimeWindow(text: "00:00-24:00")
    for seconds in [1e300, -1e300, Double.infinity, .nan] {
      #expect(!window.contains(Date(timeIntervalSince1970: seconds), in: .gmt))
    }
    #expect(window.contains(.distantFuture, in: .gmt) && window.contains(.distantPast, in: .gmt))
  }

  private static let amsterdam = "Europe/Amsterdam"
  private static let newYork = "America/New_York"

  private func instant(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }
}
