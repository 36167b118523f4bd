// Buckets: the hours, days, weeks, months and years of local time of which retention keeps one snapshot each.

package import Foundation
package import Spec

/// A wall clock's reading.
struct LocalTime {
  /// Seconds since 1970-01-01 00:00 on the wall.
  private let seconds: Int

  /// The readings at some times.
  static func readings(_ dates: some Sequence<Date>, in zone: TimeZoneName) -> [LocalTime] {
    let instants = dates.map { Int($0.timeIntervalSince1970.rounded(.down)) }
    return zip(instants, zone.offsets.offsets(at: instants)).map { LocalTime(seconds: $0 + $1) }
  }

  /// Hours since 1970 on the wall.
  var hours: Int { floorDivide(seconds, 3600) }
  var days: Int { floorDivide(seconds, 86_400) }
  var day: CivilDay { CivilDay(daysSinceEpoch: days) }
}

/// The stretches of local time of which a rule keeps one snapshot each.
enum Bucket: String {
  case hourly, daily, weekly, monthly, yearly

  var rule: RetentionGrounds.Rule {
    switch self {
    case .hourly: .hourly
    case .daily: .daily
    case .weekly: .weekly
    case .monthly: .monthly
    case .yearly: .yearly
    }
  }

  /// The number of the stretch that a time lies in; it grows with time.
  func number(of time: LocalTime) -> Int {
    switch self {
    case .hourly: time.hours
    case .daily: time.days
    // 1970 began on a Thursday, and weeks begin on Mondays.
    case .weekly: floorDivide(time.days + 3, 7)
    case .monthly: time.day.year * 12 + time.day.month
    case .yearly: time.day.year
    }
  }

  /// The name of the stretch that a time lies in.
  func label(of time: LocalTime) -> String {
    let day = time.day
    switch self {
    case .hourly: return "\(Self.date(day)) \(Self.padded(time.hours - time.days * 24)) h"
    case .daily: return Self.date(day)
    case .weekly:
      // ISO 8601: a week belongs to the year of its Thursday.
      let thursday = number(of: time) * 7
      let year = CivilDay(daysSinceEpoch: thursday).year
      let firstOfYear = CivilDay(year: year, month: 1, day: 1).daysSinceEpoch
      return "\(year)-W\(Self.padded((thursday - firstOfYear) / 7 + 1))"
    case .monthly: return "\(day.year)-\(Self.padded(day.month))"
    case .yearly: return "\(day.year)"
    }
  }

  private static func date(_ day: CivilDay) -> String { "\(day.year)-\(padded(day.month))-\(padded(day.day))" }
  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension EffectiveRetention {
  /// The days on which some times lie, in the zone in which the policy tells days apart.
  package func days(of times: [Date]) -> [CivilDay] { LocalTime.readings(times, in: timeZone).map(\.day) }
}
