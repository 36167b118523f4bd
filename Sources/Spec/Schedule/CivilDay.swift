// Days of the proleptic Gregorian calendar as plain integers: no Calendar, no time zone, no locale.

/// A year, month and day of month, and its place in the count of days since 1970-01-01.
///
/// Foundation's Calendar would give the same answers a thousand times slower, and a schedule asks for years of days.
package struct CivilDay: Equatable {
  package let year: Int
  package let month: Int
  package let day: Int

  package init(year: Int, month: Int, day: Int) {
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// The day that is `count` days after 1970-01-01 (before it, when negative).
  package init(daysSinceEpoch count: Int) {
    // Years are counted from 1 March, so that the leap day is a year's last; 400 of them are always 146,097 days.
    let sinceMarchOfYear0 = count + 719_468
    let era = floorDivide(sinceMarchOfYear0, 146_097)
    let dayOfEra = sinceMarchOfYear0 - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
  }

  /// The number of days since 1970-01-01.
  package var daysSinceEpoch: Int {
    let marchYear = month <= 2 ? year - 1 : year
    let era = floorDivide(marchYear, 400)
    let yearOfEra = marchYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The day of the week of a day count: 0 is Sunday, 6 Saturday.
  package static func weekday(daysSinceEpoch count: Int) -> Int {
    count + 4 - floorDivide(count + 4, 7) * 7
  }

  /// How many days the month has.
  package static func length(ofMonth month: Int, inYear year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

/// The quotient rounded towards minus infinity, so that instants before 1970 fall on the right day.
package func floorDivide(_ dividend: Int, _ divisor: Int) -> Int {
  let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? quotient - 1 : quotient
}
