// Time spans: what is read, how it is written, and what each complaint says.

import Testing

@testable import Spec

@Suite("Time spans")
struct TimeSpanTests {
  @Test(
    "read and written",
    arguments: [
      ("0s", 0, "0s"), ("0h", 0, "0s"), ("90s", 90, "90s"), ("60s", 60, "1m"), ("20m", 1_200, "20m"),
      ("26h", 93_600, "26h"), ("24h", 86_400, "1d"), ("7d", 604_800, "7d"), ("2w", 1_209_600, "14d"),
      ("1h30m", 5_400, "90m"), ("1w2d3h4m5s", 788_645, "788645s"), ("1d12h", 129_600, "36h"),
      ("1h0m1s", 3_601, "3601s"),
      ("007m", 420, "7m"), ("36525d", 3_155_760_000, "36525d"),
    ])
  func read(text: String, seconds: Int, canonical: String) throws {
    let span = try TimeSpan(parsing: text)
    #expect(span.seconds == seconds)
    #expect(span.description == canonical)
    #expect(try TimeSpan(parsing: span.description) == span)
  }

  @Test(
    "refused",
    arguments: [
      ("", "a time span must not be empty"),
      ("20", "`20` has no unit; write one of `20s`, `20m`, `20h`, `20d`, `20w`"),
      ("1h30", "`30` has no unit; write one of `30s`, `30m`, `30h`, `30d`, `30w`"),
      ("-5m", "`-5m` is negative"),
      ("1.5h", "`1.5h` is not a time span; write whole numbers with units, such as 20m, 7d or 1h30m"),
      ("1h 30m", "`1h 30m` is not a time span; write whole numbers with units, such as 20m, 7d or 1h30m"),
      (" 1h", "` 1h` is not a time span; write whole numbers with units, such as 20m, 7d or 1h30m"),
      ("h", "`h` is not a time span; write whole numbers with units, such as 20m, 7d or 1h30m"),
      ("+5m", "`+5m` is not a time span; write whole numbers with units, such as 20m, 7d or 1h30m"),
      ("22:30", "`22:30` is not a time span; write whole numbers with units, such as 20m, 7d or 1h30m"),
      ("٥m", "`٥m` is not a time span; write whole numbers with units, such as 20m, 7d or 1h30m"),
      ("20M", "`M` is not a unit of time; write s, m, h, d or w (seconds to weeks)"),
      ("20min", "`min` is not a unit of time; write s, m, h, d or w (seconds to weeks)"),
      ("1y", "`y` is not a unit of time; write s, m, h, d or w (seconds to weeks)"),
      ("30m1h", "`1h` is out of place in `30m1h`; write large units first, each once"),
      ("1h2h", "`2h` is out of place in `1h2h`; write large units first, each once"),
      ("36525d1s", "`36525d1s` is too long; the longest time span is 36525d, 100 years"),
      ("3155760001s", "`3155760001s` is too long; the longest time span is 36525d, 100 years"),
      ("9223372036854775807w", "`9223372036854775807w` is too long; the longest time span is 36525d, 100 years"),
      ("99999999999999999999s", "`99999999999999999999s` is too long; the longest time span is 36525d, 100 years"),
    ])
  func refused(text: String, message: String) {
    #expect(throws: TimeSpanError(message: message)) { try TimeSpan(parsing: text) }
  }

  @Test("of seconds")
  func seconds() {
    #expect(TimeSpan(seconds: 90) == .seconds(90))
    #expect(TimeSpan(seconds: 0) == .seconds(0))
    #expect(TimeSpan(seconds: -1) == nil)
    #expect(TimeSpan(seconds: 3_155_760_000) == .longest)
    #expect(TimeSpan(seconds: 3_155_760_001) == nil)
  }

  @Test("in code")
  func literals() {
    #expect(TimeSpan.minutes(90).description == "90m")
    #expect(TimeSpan.hours(26).description == "26h")
    #expect(TimeSpan.days(7).seconds == 604_800)
  }

  @Test("the shorter is the lesser")
  func order() {
    #expect([TimeSpan.days(1), .hours(2), .minutes(3)].sorted() == [.minutes(3), .hours(2), .days(1)])
  }
}
