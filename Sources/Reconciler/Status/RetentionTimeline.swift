// A timeline of snapshots for people: how many there are of which month, and of the newest year of which day.

package import Foundation
package import Spec

package enum RetentionTimeline {
  /// A line a month for the twelve months up to the newest snapshot, with a mark a day; before that a line a year, with
  /// a mark a month. A mark is the number of snapshots, `.` for none and `+` for ten and more; their sum ends the line.
  package static func lines(_ times: [Date], in zone: TimeZoneName) -> [String] {
    let days = LocalTime.readings(times, in: zone).map(\.day)
    let months = days.map(\.monthNumber)
    guard let newest = months.max(), let oldest = months.min() else { return [] }
    let firstByDay = max(newest - 11, oldest)
    let perMonth = Dictionary(grouping: days, by: \.monthNumber)
    let years = oldest < firstByDay ? Array((oldest / 12)...((firstByDay - 1) / 12)) : []
    let byMonth = years.map { year in
      let counts = (0..<12).map { month in
        let number = year * 12 + month
        return number < firstByDay ? perMonth[number]?.count ?? 0 : 0
      }
      return line("\(year)", counts)
    }
    let byDay = (firstByDay...newest).map { number in
      let (year, month) = (number / 12, number % 12 + 1)
      let found = perMonth[number] ?? []
      let counts = (1...CivilDay.length(ofMonth: month, inYear: year)).map { day in found.count { $0.day == day } }
      return line("\(year)-\(month < 10 ? "0" : "")\(month)", counts)
    }
    return byMonth + byDay
  }

  private static func line(_ label: String, _ counts: [Int]) -> String {
    let marks = counts.map { count in
      switch count {
      case 0: "."
      case 1...9: "\(count)"
      default: "+"
      }
    }
    let blanks = String(repeating: " ", count: max(1, 9 - label.count))
    return label + blanks + marks.joined() + "  \(counts.reduce(0, +))"
  }
}

extension CivilDay {
  /// The number of its month, counted from the first of year 0.
  fileprivate var monthNumber: Int { year * 12 + month - 1 }
}
