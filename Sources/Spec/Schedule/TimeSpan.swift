// Lengths of time as operators write them: 90s, 20m, 26h, 7d, 2w, 1h30m.

/// A length of time in whole seconds, from none to a hundred years.
package struct TimeSpan: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The longest span: long enough for any retention, and far from overflow in sums with dates.
  package static let longest = TimeSpan(unchecked: 36_525 * 86_400)

  /// The length in seconds.
  package let seconds: Int

  /// A span of so many seconds; nil when that is negative or over ``longest``.
  package init?(seconds: Int) {
    guard (0...Self.longest.seconds).contains(seconds) else { return nil }
    self.init(unchecked: seconds)
  }

  /// Reads a number with a unit, or a sum of these from the largest unit to the smallest, each at most once.
  package init(parsing text: String) throws(TimeSpanError) {
    var rest = Substring(text)
    guard !rest.isEmpty else { throw TimeSpanError(message: "a time span must not be empty") }
    guard !rest.hasPrefix("-") else { throw TimeSpanError(message: "\(text.quoted) is negative") }
    var (total, previous) = (0, Unit?.none)
    while !rest.isEmpty {
      let number = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(number.count)
      let letters = rest.prefix { $0.isLetter }
      rest = rest.dropFirst(letters.count)
      guard !number.isEmpty else { throw TimeSpanError(malformed: text) }
      if letters.isEmpty {
        throw rest.isEmpty ? TimeSpanError(bare: number) : TimeSpanError(malformed: text)
      }
      guard let unit = Unit(rawValue: String(letters)) else { throw TimeSpanError(unknownUnit: letters) }
      if let previous, previous.seconds <= unit.seconds {
        throw TimeSpanError(
          message: "`\(number)\(letters)` is out of place in \(text.quoted); write large units first, each once")
      }
      let (product, overflow) = (Int(number) ?? .max).multipliedReportingOverflow(by: unit.seconds)
      // Compared by what is left of the longest, so that the sum cannot overflow either.
      guard !overflow, product <= Self.longest.seconds - total else {
        throw TimeSpanError(message: "\(text.quoted) is too long; the longest time span is \(Self.longest), 100 years")
      }
      total += product
      previous = unit
    }
    self.init(unchecked: total)
  }

  private init(unchecked seconds: Int) {
    self.seconds = seconds
  }

  /// The span in the largest unit, of days and below, that needs no other beside it.
  package var description: String {
    let unit = [Unit.days, .hours, .minutes].first { seconds > 0 && seconds.isMultiple(of: $0.seconds) } ?? .seconds
    return "\(seconds / unit.seconds)\(unit.rawValue)"
  }

  /// From the shortest to the longest.
  package static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.seconds < right.seconds
  }
}

extension TimeSpan {
  // For spans that are written in code: a number out of range there is a mistake of ours, and stops the program.

  /// A span of so many seconds.
  package static func seconds(_ count: Int) -> TimeSpan { TimeSpan(count, .seconds) }

  /// A span of so many minutes.
  package static func minutes(_ count: Int) -> TimeSpan { TimeSpan(count, .minutes) }

  /// A span of so many hours.
  package static func hours(_ count: Int) -> TimeSpan { TimeSpan(count, .hours) }

  /// A span of so many days.
  package static func days(_ count: Int) -> TimeSpan { TimeSpan(count, .days) }

  private init(_ count: Int, _ unit: Unit) {
    let seconds = count * unit.seconds
    precondition((0...Self.longest.seconds).contains(seconds), "a time span is from 0s to \(Self.longest)")
    self.init(unchecked: seconds)
  }

  fileprivate enum Unit: String, CaseIterable {
    case seconds = "s"
    case minutes = "m"
    case hours = "h"
    case days = "d"
    case weeks = "w"

    var seconds: Int {
      switch self {
      case .seconds: 1
      case .minutes: 60
      case .hours: 3_600
      case .days: 86_400
      case .weeks: 604_800
      }
    }
  }
}

/// What is wrong with a time span.
package struct TimeSpanError: Error, Hashable, Sendable {
  /// What is wrong, in words for the operator.
  package let message: String
}

extension TimeSpanError {
  fileprivate init(bare number: Substring) {
    let fixes = TimeSpan.Unit.allCases.map { "`\(number)\($0.rawValue)`" }
    self.init(message: "\(number.quoted) has no unit; write one of \(fixes.joined(separator: ", "))")
  }

  fileprivate init(unknownUnit letters: Substring) {
    self.init(message: "\(letters.quoted) is not a unit of time; write s, m, h, d or w (seconds to weeks)")
  }

  fileprivate init(malformed text: String) {
    self.init(message: "\(text.quoted) is not a time span; write whole numbers with units, such as 20m, 7d or 1h30m")
  }
}
