// Cron expressions as crontab(5) has them: five fields or a macro, read into sets of values.

/// When a schedule fires, in wall-clock terms; ``next(after:in:)`` and ``latest(atOrBefore:in:)`` turn it into instants.
///
/// The five fields are minute, hour, day of month, month and day of week. Each is a list, by commas, of `*`, values `a`
/// and ranges `a-b`, with an optional step (`*/n`, `a-b/n`, and `a/n` for "from a to the field's end"). Months and days
/// of the week may be named by their first three letters, and Sunday is both 0 and 7. In place of the five fields may
/// stand `@hourly`, `@daily` or `@midnight`, `@weekly`, `@monthly`, `@yearly` or `@annually`.
///
/// If neither day field begins with `*`, a day that matches either of them counts; otherwise a day has to match both.
///
/// Two expressions are equal when they are written alike: a schedule that was `@daily` and is now `0 0 * * *` has
/// changed as a text, and a difference shows it.
package struct CronExpression: Sendable, Hashable, CustomStringConvertible {
  /// The expression as it was written, with one blank between fields.
  package let description: String

  let minutes: CronField
  let hours: CronField
  let months: CronField
  let daysOfMonth: CronField
  let daysOfWeek: CronField

  /// Reads an expression.
  ///
  /// - Throws: ``CronParseError`` for anything but an expression that can fire.
  package init(parsing text: String) throws(CronParseError) {
    let words = text.split(whereSeparator: \.isWhitespace)
    description = words.joined(separator: " ")
    let fields = try Self.fields(of: text, words: words)
    func field(_ kind: CronField.Kind, _ index: Int) throws(CronParseError) -> CronField {
      let word = fields[index]
      // A macro's expansion is not a part of the text, but it cannot be wrong either.
      let column = words.count == 1 ? 0 : text.distance(from: text.startIndex, to: word.startIndex)
      return try CronField(parsing: word, as: kind, at: column)
    }
    minutes = try field(.minute, 0)
    hours = try field(.hour, 1)
    daysOfMonth = try field(.dayOfMonth, 2)
    months = try field(.month, 3)
    daysOfWeek = try field(.dayOfWeek, 4)
    guard canFire else {
      let column = text.distance(from: text.startIndex, to: fields[2].startIndex)
      throw CronParseError(
        message: "\(description.quoted) can never fire: month \(fields[3].quoted) has no day \(fields[2].quoted)",
        column: column)
    }
  }

  /// `@daily`: every midnight.
  package static let daily = CronExpression(
    description: "@daily",
    minutes: CronField(bits: 1, beginsWithStar: false),
    hours: CronField(bits: 1, beginsWithStar: false),
    months: .every(.month),
    daysOfMonth: .every(.dayOfMonth),
    daysOfWeek: .every(.dayOfWeek))

  private init(
    description: String, minutes: CronField, hours: CronField, months: CronField, daysOfMonth: CronField,
    daysOfWeek: CronField
  ) {
    self.description = description
    self.minutes = minutes
    self.hours = hours
    self.months = months
    self.daysOfMonth = daysOfMonth
    self.daysOfWeek = daysOfWeek
  }

  /// Whether the expression follows real time (its minute or hour begins with `*`) rather than naming times of day.
  var isInterval: Bool {
    minutes.beginsWithStar || hours.beginsWithStar
  }

  /// Whether every week is like the next: no date matters.
  var isWeekly: Bool {
    months.bits == CronField.every(.month).bits && daysOfMonth.bits == CronField.every(.dayOfMonth).bits
  }

  /// The days of one month that match, as a set of days of the month.
  func days(ofMonth month: Int, inYear year: Int) -> CronField {
    let length = CivilDay.length(ofMonth: month, inYear: year)
    var weekday = CivilDay.weekday(daysSinceEpoch: CivilDay(year: year, month: month, day: 1).daysSinceEpoch)
    var bits: UInt64 = 0
    for day in 1...length {
      let (dated, named) = (daysOfMonth.contains(day), daysOfWeek.contains(weekday))
      if eitherDay ? dated || named : dated && named { bits |= 1 << day }
      weekday = weekday == 6 ? 0 : weekday + 1
    }
    return CronField(bits: bits, beginsWithStar: false)
  }

  private var eitherDay: Bool {
    !daysOfMonth.beginsWithStar && !daysOfWeek.beginsWithStar
  }

  /// Whether any month ever has a day that matches. Only the day of the month can rule that out: in 400 years each date,
  /// 29 February too, falls on every day of the week.
  private var canFire: Bool {
    if eitherDay { return true }
    guard let earliest = daysOfMonth.first(from: 1) else { return false }
    let leapYear = 2000
    return (1...12).contains { months.contains($0) && earliest <= CivilDay.length(ofMonth: $0, inYear: leapYear) }
  }
}

extension CronExpression {
  private static let macros: [String: String] = [
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
  ]

  /// The five fields of a text, or of the macro that it names.
  private static func fields(of text: String, words: [Substring]) throws(CronParseError) -> [Substring] {
    guard let first = words.first else {
      throw CronParseError(message: "a cron expression must not be empty", column: 0)
    }
    func error(_ message: String, at index: String.Index) -> CronParseError {
      CronParseError(message: message, column: text.distance(from: text.startIndex, to: index))
    }
    if first.hasPrefix("@") {
      if words.count > 1 { throw error("nothing may follow \(first.quoted)", at: words[1].startIndex) }
      if let expansion = macros[first.lowercased()] { return expansion.split(separator: " ") }
      if first.lowercased() == "@reboot" {
        throw error("`@reboot` names no time; a schedule needs one, such as `@daily`", at: first.startIndex)
      }
      let fix = nearest(to: String(first), among: macros.keys).map { "did you mean `\($0)`?" }
      throw error("unknown macro \(first.quoted); \(fix ?? "write `@daily` or five fields")", at: first.startIndex)
    }
    guard words.count == 5 else {
      let found = words.count == 1 ? "1 field" : "\(words.count) fields"
      throw error(
        "\(found) where 5 are needed: minute, hour, day of month, month, day of week",
        at: words.count > 5 ? words[5].startIndex : first.startIndex)
    }
    return words
  }
}

/// What is wrong with a cron expression.
package struct CronParseError: Error, Hashable, Sendable {
  /// What is wrong, in words for the operator.
  package let message: String

  /// Where the offending part begins, as a number of characters from the start of the text.
  package let column: Int
}
