// Timestamps: what is written reads back, what others wrote is understood, and what is no time is refused.

import Foundation
import Support
import Testing

@testable import Engine

@Suite("Timestamps")
struct TimestampTests {
  private static let date = Date(timeIntervalSince1970: 1_779_156_900)

  @Test("the three forms of one instant")
  func forms() {
    #expect(Timestamp.text(Self.date) == "2026-05-19T02:15:00.000000Z")
    #expect(Timestamp.text(Self.date.addingTimeInterval(0.000_001)) == "2026-05-19T02:15:00.000001Z")
    #expect(Timestamp.text(Self.date.addingTimeInterval(-0.5)) == "2026-05-19T02:14:59.500000Z")
    #expect(Timestamp.short(Self.date) == "2026-05-19 02:15:00Z")
    #expect(Timestamp.compact(Self.date.addingTimeInterval(0.999)) == "20260519-021500Z")
  }

  @Test(
    "dates before 1970, on leap days, and at the ends of years",
    arguments: [
      (0, "1970-01-01T00:00:00.000000Z"), (-1, "1969-12-31T23:59:59.000000Z"),
      (951_782_400, "2000-02-29T00:00:00.000000Z"),
      (4_107_542_400, "2100-03-01T00:00:00.000000Z"), (-62_135_596_800, "0001-01-01T00:00:00.000000Z"),
      (253_402_300_799, "9999-12-31T23:59:59.000000Z"),
    ] as [(Double, String)])
  func calendar(seconds: Double, text: String) {
    let date = Date(timeIntervalSince1970: seconds)
    #expect(Timestamp.text(date) == text)
    #expect(Timestamp.date(text) == date)
  }

  @Test(
    "texts that mean the same",
    arguments: [
      "20260519-021500Z", "20260519-021500", "2026-05-19T02:15:00Z", "2026-05-19T02:15:00", "20260519T021500",
      "20260519T021500Z", "2026-05-19_02-15-00", "2026-05-19 02:15:00Z", "20260519021500", "2026-05-19-02-15-00",
      "2026-05-19T02:15:00.0Z", "2026-05-19T02:15:00.000000000Z", "2026-05-19T02:15:00.000000",
    ])
  func tolerantForms(text: String) { #expect(Timestamp.date(text) == Self.date) }

  @Test(
    "what follows a timestamp is given back",
    arguments: [
      ("20260519-021500Z__K3VQEVH7", "__K3VQEVH7"), ("20260519-021500_web", "_web"),
      ("2026-05-19T02:15:00Z.tmp", ".tmp"),
      ("20260519021500123", "123"), ("2026-05-19_02-15-00 é", " é"), ("20260519-021500ZZ", "Z"),
    ])
  func suffixes(text: String, rest: String) throws {
    let found = try #require(Timestamp.prefix(of: text))
    #expect(found.date == Self.date)
    #expect(found.rest == rest)
    #expect(Timestamp.date(text) == nil)
  }

  @Test(
    "what is no time",
    arguments: [
      "", "2026", "20260519", "20260519-02", "20260519-0215", "20261319-021500Z", "20260019-021500Z",
      "20260230-021500Z",
      "20250229-021500Z", "21000229-021500Z", "20260431-021500Z", "20260500-021500Z", "20260532-021500Z",
      "20260519-241500Z", "20260519-026000Z", "20260519-021560Z", "-20260519-021500Z", " 20260519-021500Z",
      "2026/05/19T02:15:00Z", "2026-05-19T02:15:00.Z", "2026-05-19T02:15:00.5x", "٢٠٢٦٠٥١٩-٠٢١٥٠٠Z", "2026０519-021500Z",
      "+026-05-19T02:15:00Z", "2026--05-19T02:15:00Z", "latest",
    ])
  func refusals(text: String) { #expect(Timestamp.date(text) == nil) }

  @Test("a fraction counts to the microsecond, and further digits do not")
  func fractions() throws {
    #expect(Timestamp.date("2026-05-19T04:15:00+02:00") == Timestamp.date("2026-05-19T02:15:00Z"))
    #expect(Timestamp.date("2026-05-18T23:45:00.25-02:30") == Timestamp.date("2026-05-19T02:15:00.25Z"))
    let half = try #require(Timestamp.date("2026-05-19T02:15:00.5Z"))
    #expect(half == Self.date.addingTimeInterval(0.5))
    #expect(Timestamp.date("2026-05-19T02:15:00.1234569Z").map(Timestamp.text) == "2026-05-19T02:15:00.123456Z")
  }

  @Test("every date reads back as it was written, and texts sort as dates do")
  func roundTrip() {
    var generator = SeededGenerator(seed: freshSeed("TimestampTests.roundTrip"))
    var previous: (Date, String)?
    // Until 2100: from 2106 on, a Date has no bits left for microseconds.
    for _ in 0..<20_000 {
      let microseconds = Int64.random(in: -2_000_000_000_000_000..<4_102_444_800_000_000, using: &generator)
      let date = Timestamp.rounded(Date(timeIntervalSince1970: Double(microseconds) / 1_000_000))
      let text = Timestamp.text(date)
      #expect(Timestamp.date(text) == date)
      #expect(text.utf8.count == 27)
      let second = Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down))
      #expect(Timestamp.date(Timestamp.compact(date)) == second)
      #expect(Timestamp.date(Timestamp.short(date)) == second)
      if let previous, previous.0 != date { #expect((previous.0 < date) == (previous.1 < text)) }
      previous = (date, text)
    }
  }

  @Test("a clock gives whole microseconds")
  func clock() {
    let clock = WallClock { Date(timeIntervalSince1970: 1_779_156_900.123_456_1) }
    #expect(Timestamp.text(clock.now) == "2026-05-19T02:15:00.123456Z")
    #expect(Timestamp.date(Timestamp.text(clock.now)) == clock.now)
    #expect(abs(WallClock.system.now.timeIntervalSinceNow) < 5)
  }
}
