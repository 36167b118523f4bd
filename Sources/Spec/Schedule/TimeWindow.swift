// Windows of time: the hours, days or dates at which something may, or may not, be done.

package import Foundation

/// A recurring or dated stretch of the wall clock, such as `Mon-Fri 22:00-06:00` or `2026-12-24..2027-01-02`.
///
/// A window that runs over midnight belongs to the day on which it begins: `Sat 22:00-06:00` ends on Sunday morning. The
/// minute at which it begins is in it, the one at which it ends is not.
///
/// It says what a clock on the wall shows, and nothing else decides. Where the clock is put forward, the part of a window
/// that it skips does not occur: in Amsterdam `02:00-03:00` never opens on the last Sunday in March. Where it is put back,
/// a part that it shows twice is in the window both times.
package struct TimeWindow: Sendable, Hashable {
  /// The days on which a window begins.
  enum Days: Sendable, Hashable {
    case weekdays(Weekdays)
    /// Counts of days since 1970-01-01.
    case dates(ClosedRange<Int>)
  }

  let days: Days
  /// When it begins, in seconds after midnight.
  let start: Int
  /// How long it is, in seconds of the wall clock: a day at most.
  let length: Int

  /// Round the clock.
  static let always = TimeWindow(days: .weekdays(.all), start: 0, length: .day)

  /// Whether an instant lies in the window, as read in a time zone.
  package func contains(_ date: Date, in zone: TimeZone) -> Bool {
    guard let instant = date.wholeSeconds else { return false }
    return contains(wall: LocalClock(zone: zone).wallTime(at: instant))
  }

  /// Whether a time of the wall clock, in seconds since 1970-01-01 00:00 on the wall, lies in the window.
  func contains(wall: Int) -> Bool {
    let today = floorDivide(wall, .day)
    return [today - 1, today].contains { day in
      days.contains(day) && (0..<length).contains(wall - day * .day - start)
    }
  }

  /// The first time of the wall clock after `wall` at which the window begins or ends, or nil if it does neither.
  func nextBoundary(after wall: Int) -> Int? {
    let today = floorDivide(wall, .day)
    if isWholeDays { return days.nextBorder(after: today).map { $0 * .day } }
    var next: Int?
    var day = days.first(from: today - 1)
    while let begins = day.map({ $0 * .day + start }) {
      let ends = begins + length
      if ends > wall { next = min(next ?? ends, ends) }
      if begins > wall { return min(next ?? begins, begins) }
      day = days.first(from: floorDivide(begins, .day) + 1)
    }
    return next
  }

  /// Whether it lasts from midnight to midnight.
  var isWholeDays: Bool { length == .day }

  /// The dates on which it begins; nil if it comes back each week.
  var dates: ClosedRange<Int>? {
    if case .dates(let dates) = days { dates } else { nil }
  }
}

extension TimeWindow.Days {
  func contains(_ day: Int) -> Bool {
    switch self {
    case .weekdays(let weekdays): weekdays.contains(day: day)
    case .dates(let dates): dates.contains(day)
    }
  }

  /// The first of the days at or after `day`.
  func first(from day: Int) -> Int? {
    switch self {
    case .weekdays: (day...day + 6).first(where: contains)
    case .dates(let dates): day > dates.upperBound ? nil : max(day, dates.lowerBound)
    }
  }

  /// The first day after `day` that is one of the days while the day before is not, or the other way round.
  func nextBorder(after day: Int) -> Int? {
    switch self {
    case .weekdays: (day + 1...day + 7).first { contains($0) != contains($0 - 1) }
    case .dates(let dates): [dates.lowerBound, dates.upperBound + 1].first { $0 > day }
    }
  }
}
