// Reading cron expressions: what is understood, and what each complaint says.

import Testing

@testable import Spec

@Suite("Cron parsing")
struct CronParsingTests {
  @Test(
    "a field is read into its values",
    arguments: [
      ("* 1 1 1 1", .minute, Array(0...59)),
      ("*/15 1 1 1 1", .minute, [0, 15, 30, 45]),
      ("50/4 1 1 1 1", .minute, [50, 54, 58]),
      ("10-30/10 1 1 1 1", .minute, [10, 20, 30]),
      ("5,3-4,5,59 1 1 1 1", .minute, [3, 4, 5, 59]),
      ("007 1 1 1 1", .minute, [7]),
      ("*/90 1 1 1 1", .minute, [0]),
      ("*/99999999999999999999 1 1 1 1", .minute, [0]),
      ("1 */6 1 1 1", .hour, [0, 6, 12, 18]),
      ("1 22-23 1 1 1", .hour, [22, 23]),
      ("1 1 */10 1 1", .dayOfMonth, [1, 11, 21, 31]),
      ("1 1 28/1 1 1", .dayOfMonth, [28, 29, 30, 31]),
      ("1 1 1 jan,MAR-May,12 1", .month, [1, 3, 4, 5, 12]),
      ("1 1 1 */5 1", .month, [1, 6, 11]),
      ("1 1 1 1 *", .dayOfWeek, Array(0...6)),
      ("1 1 1 1 7", .dayOfWeek, [0]),
      ("1 1 1 1 sun", .dayOfWeek, [0]),
      ("1 1 1 1 5-7", .dayOfWeek, [0, 5, 6]),
      ("1 1 1 1 0-7", .dayOfWeek, Array(0...6)),
      ("1 1 1 1 mon-fri/2", .dayOfWeek, [1, 3, 5]),
      ("1 1 1 1 1/2", .dayOfWeek, [1, 3, 5]),
      ("1 1 1 1 7/2", .dayOfWeek, [0]),
      ("1 1 1 1 */7", .dayOfWeek, [0]),
      ("@hourly", .hour, Array(0...23)),
      ("@Weekly", .dayOfWeek, [0]),
      ("@monthly", .dayOfMonth, [1]),
      ("@annually", .month, [1]),
    ] as [(String, CronField.Kind, [Int])])
  func field(text: String, kind: CronField.Kind, values: [Int]) throws {
    let expression = try CronExpression(parsing: text)
    let field =
      switch kind {
      case .minute: expression.minutes
      case .hour: expression.hours
      case .dayOfMonth: expression.daysOfMonth
      case .month: expression.months
      case .dayOfWeek: expression.daysOfWeek
      }
    #expect((0..<64).filter(field.contains) == values)
  }

  @Test(
    "the description is the text with single blanks, and reads back",
    arguments: [
      ("15 2 * * *", "15 2 * * *"),
      ("  15\t2  * *   * ", "15 2 * * *"),
      ("@daily", "@daily"),
      (" @midnight\n", "@midnight"),
      ("0 5 * JAN Sun", "0 5 * JAN Sun"),
    ])
  func description(text: String, canonical: String) throws {
    let expression = try CronExpression(parsing: text)
    #expect(expression.description == canonical)
    #expect(try CronExpression(parsing: expression.description) == expression)
  }

  @Test("a macro and its fields are different texts")
  func equality() throws {
    #expect(try CronExpression(parsing: "@daily") == .daily)
    #expect(try CronExpression(parsing: "0 0 * * *") != .daily)
  }

  @Test(
    "an interval is told from times of day by the stars",
    arguments: [
      ("0 2 * * *", false), ("* 2 * * *", true), ("0 * * * *", true), ("*/5 2 * * *", true), ("0-59 0-23 * * *", false),
      ("0,* 2 * * *", false), ("*,0 2 * * *", true), ("@hourly", true), ("@daily", false),
    ])
  func interval(text: String, isInterval: Bool) throws {
    #expect(try CronExpression(parsing: text).isInterval == isInterval)
  }

  @Test(
    "a wrong expression is refused, and the complaint says where and why",
    arguments: [
      // The number of fields.
      ("", 0, "a cron expression must not be empty"),
      (" \t", 0, "a cron expression must not be empty"),
      ("nightly", 0, "1 field where 5 are needed: minute, hour, day of month, month, day of week"),
      ("  0 2 * *", 2, "4 fields where 5 are needed: minute, hour, day of month, month, day of week"),
      ("0 2 * * *  root", 11, "6 fields where 5 are needed: minute, hour, day of month, month, day of week"),
      // Values.
      ("60 2 * * *", 0, "minute `60` is out of range 0-59"),
      ("0 24 * * *", 2, "hour `24` is out of range 0-23"),
      ("0 2 0 * *", 4, "day of month `0` is out of range 1-31"),
      ("0 2 1,32 * *", 6, "day of month `32` is out of range 1-31"),
      ("0 2 * 13 *", 6, "month `13` is out of range 1-12"),
      ("0  2 *  * 8", 10, "day of week `8` is out of range 0-7"),
      ("0 2 * * 1-9", 10, "day of week `9` is out of range 0-7"),
      ("99999999999999999999 2 * * *", 0, "minute `99999999999999999999` is out of range 0-59"),
      ("+5 2 * * *", 0, "`+5` is not a value of the minute field; write 0-59"),
      ("1.5 2 * * *", 0, "`1.5` is not a value of the minute field; write 0-59"),
      ("0 2 L * *", 4, "`L` is not a value of the day of month field; write 1-31"),
      ("0 2 ? * *", 4, "`?` is not a value of the day of month field; write 1-31"),
      ("0 2 ** * *", 4, "`**` is not a value of the day of month field; write 1-31"),
      ("٥ 2 * * *", 0, "`٥` is not a value of the minute field; write 0-59"),
      // Names.
      ("0 2 * jna *", 6, "`jna` is not a month; did you mean `jan`?"),
      ("0 2 * January *", 6, "`January` is not a month; did you mean `jan`?"),
      ("0 2 * * mon,thur", 12, "`thur` is not a day of week; did you mean `thu`?"),
      ("0 2 * * zzz", 8, "`zzz` is not a value of the day of week field; write 0-7 or sun-sat"),
      ("0 2 * xyzzy *", 6, "`xyzzy` is not a value of the month field; write 1-12 or jan-dec"),
      ("0 mon * * *", 2, "`mon` is not a value of the hour field; write 0-23"),
      // Ranges and lists.
      ("0 5-3 * * *", 2, "the range `5-3` of the hour field runs backwards; write `5-23,0-3`"),
      ("0 2 * nov-feb *", 6, "the range `nov-feb` of the month field runs backwards; write `11-12,1-2`"),
      ("0 2 * * fri-sun", 8, "the range `fri-sun` of the day of week field runs backwards; write `5-7`"),
      ("0 2 * * sat-mon", 8, "the range `sat-mon` of the day of week field runs backwards; write `6-6,0-1`"),
      ("0 1- * * *", 4, "`1-` lacks a value of the hour field; write 0-23"),
      ("0 -1 * * *", 2, "`-1` lacks a value of the hour field; write 0-23"),
      ("0 1-2-3 * * *", 4, "`2-3` is not a value of the hour field; write 0-23"),
      ("0 *-3 * * *", 2, "`*` is not a value of the hour field; write 0-23"),
      ("0,,5 2 * * *", 2, "the minute field `0,,5` has an empty item in its list"),
      ("0 2, * * *", 4, "the hour field `2,` has an empty item in its list"),
      (", 2 * * *", 0, "the minute field `,` has an empty item in its list"),
      // Steps.
      ("*/0 2 * * *", 2, "step 0 in the minute field never gets anywhere; a step is 1 or more"),
      ("0 1-9/00 * * *", 6, "step 0 in the hour field never gets anywhere; a step is 1 or more"),
      ("*/ 2 * * *", 2, "`` is not a step of the minute field; write a number of 1 or more"),
      ("*/-5 2 * * *", 2, "`-5` is not a step of the minute field; write a number of 1 or more"),
      ("*/5/5 2 * * *", 2, "`5/5` is not a step of the minute field; write a number of 1 or more"),
      ("/5 2 * * *", 0, "`/5` lacks a value of the minute field; write 0-59"),
      // Dates that never come.
      ("0 0 30 2 *", 4, "`0 0 30 2 *` can never fire: month `2` has no day `30`"),
      ("0 0 31 4,6 *", 4, "`0 0 31 4,6 *` can never fire: month `4,6` has no day `31`"),
      ("0 0 30-31 feb */2", 4, "`0 0 30-31 feb */2` can never fire: month `feb` has no day `30-31`"),
      // Macros.
      ("@reboot", 0, "`@reboot` names no time; a schedule needs one, such as `@daily`"),
      (" @dayly", 1, "unknown macro `@dayly`; did you mean `@daily`?"),
      ("@sometimes", 0, "unknown macro `@sometimes`; write `@daily` or five fields"),
      ("@daily 5", 7, "nothing may follow `@daily`"),
    ])
  func refused(text: String, column: Int, message: String) {
    #expect(throws: CronParseError(message: message, column: column)) { try CronExpression(parsing: text) }
  }

  @Test(
    "a day of the week saves a date that never comes, and 29 February does come",
    arguments: [
      "0 0 30 2 1", "0 0 31 4,6,7 *", "0 0 29 2 *", "0 0 29 2 */7",
    ])
  func canFire(text: String) throws {
    _ = try CronExpression(parsing: text)
  }
}

@Suite("Civil days")
struct CivilDayTests {
  @Test(
    "known days",
    arguments: [
      (1970, 1, 1, 0, 4), (1969, 12, 31, -1, 3), (2000, 2, 29, 11_016, 2), (2100, 3, 1, 47_541, 1),
      (1900, 3, 1, -25_508, 4), (1, 1, 1, -719_162, 1), (2026, 8, 31, 20_696, 1),
    ])
  func known(year: Int, month: Int, day: Int, count: Int, weekday: Int) {
    #expect(CivilDay(year: year, month: month, day: day).daysSinceEpoch == count)
    #expect(CivilDay(daysSinceEpoch: count) == CivilDay(year: year, month: month, day: day))
    #expect(CivilDay.weekday(daysSinceEpoch: count) == weekday)
  }

  @Test("each day of 500 years follows the one before it")
  func succession() {
    var previous = CivilDay(year: 1799, month: 12, day: 31)
    for count in previous.daysSinceEpoch + 1...CivilDay(year: 2300, month: 1, day: 1).daysSinceEpoch {
      let day = CivilDay(daysSinceEpoch: count)
      let monthEnds = previous.day == CivilDay.length(ofMonth: previous.month, inYear: previous.year)
      let expected =
        if !monthEnds {
          CivilDay(year: previous.year, month: previous.month, day: previous.day + 1)
        } else if previous.month < 12 {
          CivilDay(year: previous.year, month: previous.month + 1, day: 1)
        } else {
          CivilDay(year: previous.year + 1, month: 1, day: 1)
        }
      guard day == expected, day.daysSinceEpoch == count else {
        Issue.record("\(previous) is followed by \(day)")
        return
      }
      previous = day
    }
  }
}
