// Made-up histories: when the snapshots of a simulation are made, as an operator writes it: `daily:3y,hourly:2d`.

package import Foundation
package import Spec

/// A length of time on the calendar: `3y`, or whatever a time span is written as.
package struct CalendarSpan: Sendable, Hashable {
  private enum Length: Hashable {
    case years(Int)
    case days(Int)
    case seconds(Int)
  }

  private let length: Length

  package init(text: String) throws(InvalidText) {
    if text.hasSuffix("y") {
      guard let years = Int(text.dropLast()), (1...100).contains(years) else {
        throw InvalidText("\(text.quoted) is not a number of years from 1 to 100", hint: "write `3y`")
      }
      length = .years(years)
      return
    }
    let span = try TimeSpan(text: text)
    guard span.seconds > 0 else { throw InvalidText("\(text.quoted) is no time at all") }
    length = span.seconds.isMultiple(of: 86_400) ? .days(span.seconds / 86_400) : .seconds(span.seconds)
  }

  /// The time that lies so much later; with -1 so much earlier.
  func end(from date: Date, in calendar: Calendar, direction: Int = 1) -> Date {
    switch length {
    case .years(let count): calendar.date(byAdding: .year, value: direction * count, to: date) ?? date
    case .days(let count): calendar.date(byAdding: .day, value: direction * count, to: date) ?? date
    case .seconds(let count): date.addingTimeInterval(Double(direction * count))
    }
  }
}

/// A stretch of a history in which snapshots are made at one pace.
package struct HistoryPart: Sendable, Hashable {
  package enum Pace: String, Sendable, Hashable, CaseIterable {
    case hourly, daily, weekly, monthly, yearly
  }

  let pace: Pace
  let length: CalendarSpan

  /// Reads `daily:3y`.
  package init(text: String) throws(InvalidText) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw InvalidText("\(text.quoted) has no length", hint: "write `daily:3y`") }
    guard let pace = Pace(rawValue: parts[0]) else {
      let words = Pace.allCases.map(\.rawValue)
      throw InvalidText(
        "\(parts[0].quoted) is no pace",
        hint: nearest(to: parts[0], among: words).map { "did you mean \($0.quoted)?" }
          ?? "write one of \(words.joined(separator: ", "))")
    }
    self.pace = pace
    length = try CalendarSpan(text: parts[1])
  }

  /// The time of the snapshot of a number, counted from 0, if the first is made at `start`. All but hourly ones are
  /// made at the same time of day.
  func time(_ number: Int, from start: Date, in calendar: Calendar) -> Date? {
    switch pace {
    case .hourly: start.addingTimeInterval(Double(number) * 3600)
    case .daily: calendar.date(byAdding: .day, value: number, to: start)
    case .weekly: calendar.date(byAdding: .day, value: 7 * number, to: start)
    case .monthly: calendar.date(byAdding: .month, value: number, to: start)
    case .yearly: calendar.date(byAdding: .year, value: number, to: start)
    }
  }
}

/// A time in which a host is away: `30d@2y`, thirty days from two years after the start.
package struct HistoryGap: Sendable, Hashable {
  let length: CalendarSpan
  let offset: CalendarSpan

  package init(text: String) throws(InvalidText) {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else {
      throw InvalidText("\(text.quoted) is not a gap", hint: "write `30d@2y`: how long, and how long after the start")
    }
    length = try CalendarSpan(text: parts[0])
    offset = try CalendarSpan(text: parts[1])
  }
}

/// When snapshots are made: one part after the other, but for the gaps.
package struct SimulatedHistory: Sendable, Hashable {
  package let parts: [HistoryPart]
  package let gaps: [HistoryGap]

  package init(parts: [HistoryPart], gaps: [HistoryGap] = []) {
    self.parts = parts
    self.gaps = gaps
  }

  /// More snapshots than any policy is tried out on.
  package static let limit = 50_000

  /// When the history begins if it is to end at a time.
  package func start(endingAt end: Date, in zone: TimeZoneName) -> Date {
    let calendar = Self.calendar(zone)
    return parts.reversed().reduce(end) { $1.length.end(from: $0, in: calendar, direction: -1) }
  }

  /// The times in their order; at most one more than the limit, by which too many are told.
  package func times(from start: Date, in zone: TimeZoneName) -> [Date] {
    let calendar = Self.calendar(zone)
    let closed = gaps.map { gap in
      let begin = gap.offset.end(from: start, in: calendar)
      return begin..<gap.length.end(from: begin, in: calendar)
    }
    var times: [Date] = []
    var begin = start
    for part in parts {
      let end = part.length.end(from: begin, in: calendar)
      var number = 0
      while times.count <= Self.limit, let time = part.time(number, from: begin, in: calendar), time < end {
        if !closed.contains(where: { $0.contains(time) }) { times.append(time) }
        number += 1
      }
      begin = end
    }
    return times
  }

  private static func calendar(_ zone: TimeZoneName) -> Calendar {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone.timeZone
    return calendar
  }
}
