// Timestamps as text: always UTC, always of the same length, so that they sort as they read.

package import Foundation
import Spec

/// Dates as the text that SQL, metadata and logs hold: `2026-05-19T02:15:00.000000Z`.
package enum Timestamp {
  /// The text of a date, with microseconds.
  package static func text(_ date: Date) -> String {
    let microseconds = microseconds(date)
    let seconds = floorDivide(microseconds, 1_000_000)
    let parts = Components(secondsSinceEpoch: seconds)
    let fraction = padded(microseconds - seconds * 1_000_000, 6)
    return "\(parts.day(separator: "-"))T\(parts.time(separator: ":")).\(fraction)Z"
  }

  /// The date in whole microseconds: equal to what its text reads back as.
  package static func rounded(_ date: Date) -> Date { Timestamp.date(microseconds: microseconds(date)) }

  private static func microseconds(_ date: Date) -> Int { Int((date.timeIntervalSince1970 * 1_000_000).rounded()) }

  private static func date(microseconds: Int) -> Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

  /// The text of a date for people: `2026-05-19 02:15:00Z`.
  package static func short(_ date: Date) -> String {
    let parts = Components(secondsSinceEpoch: Int(date.timeIntervalSince1970.rounded(.down)))
    return "\(parts.day(separator: "-")) \(parts.time(separator: ":"))Z"
  }

  /// The form in which a snapshot's name begins: `20260519-021500Z`.
  package static func compact(_ date: Date) -> String {
    let parts = Components(secondsSinceEpoch: Int(date.timeIntervalSince1970.rounded(.down)))
    return "\(parts.day(separator: ""))-\(parts.time(separator: ""))Z"
  }

  /// Reads what `text` and `short` write, and their likes without fraction or with other separators, as UTC.
  package static func date(_ text: String) -> Date? {
    if let date = canonical(text) { return date }
    guard let (date, rest) = prefix(of: text) else { return nil }
    guard rest.hasPrefix(".") else { return rest == "Z" ? nil : offset(rest).map { date.addingTimeInterval(-$0) } }
    let digits = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
    guard !digits.isEmpty, let offset = offset(rest.dropFirst(1 + digits.count)) else { return nil }
    let sixDigits = digits.prefix(6) + String(repeating: "0", count: max(0, 6 - digits.count))
    guard let fraction = Int(sixDigits) else { return nil }
    return Timestamp.date(microseconds: microseconds(date) + fraction - Int(offset) * 1_000_000)
  }

  /// Reads just what `text` writes, byte by byte: a plan reads thousands of these.
  private static func canonical(_ text: String) -> Date? {
    var text = text
    return text.withUTF8 { bytes in
      guard bytes.count == 27, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
        bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
        bytes[19] == UInt8(ascii: "."), bytes[26] == UInt8(ascii: "Z")
      else { return nil }
      func number(_ start: Int, _ digits: Int) -> Int? {
        var number = 0
        for place in start..<start + digits {
          let digit = Int(bytes[place]) - 48
          guard digit >= 0, digit <= 9 else { return nil }
          number = 10 * number + digit
        }
        return number
      }
      guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
        let minute = number(14, 2), let second = number(17, 2), let fraction = number(20, 6),
        (1...12).contains(month), day >= 1, day <= CivilDay.length(ofMonth: month, inYear: year), hour < 24,
        minute < 60, second < 60
      else { return nil }
      let days = CivilDay(year: year, month: month, day: day).daysSinceEpoch
      return Timestamp.date(microseconds: (days * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000 + fraction)
    }
  }

  /// The distance from UTC that stands behind a time: nothing, `Z`, or `+01:00` as Python's isoformat writes it.
  private static func offset(_ text: Substring) -> TimeInterval? {
    if text.isEmpty || text == "Z" { return 0 }
    guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
    let parts = text.dropFirst().split(separator: ":").compactMap { Int($0) }
    guard parts.count == 2, text.count == 6, parts[0] < 24, parts[1] < 60 else { return nil }
    return Double((sign == "+" ? 1 : -1) * (parts[0] * 3600 + parts[1] * 60))
  }

  /// Reads a timestamp at the start of a text: date and time of day in digits, with or without dashes, colons, and a
  /// `T`, blank, dash or underscore between them, and with or without a `Z` behind. The time is taken as UTC.
  ///
  /// - Returns: the date and what follows it, or nil if the text does not begin with an existing date and time.
  package static func prefix(of text: String) -> (date: Date, rest: Substring)? {
    var rest = text[...]
    func number(_ digits: Int) -> Int? {
      let part = rest.prefix(digits)
      guard part.count == digits, part.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
      rest = rest.dropFirst(digits)
      return Int(part)
    }
    func skip(_ characters: String) { if let next = rest.first, characters.contains(next) { rest = rest.dropFirst() } }

    guard let year = number(4) else { return nil }
    skip("-")
    guard let month = number(2) else { return nil }
    skip("-")
    guard let day = number(2) else { return nil }
    skip("-_T ")
    guard let hour = number(2) else { return nil }
    skip(":-")
    guard let minute = number(2) else { return nil }
    skip(":-")
    guard let second = number(2) else { return nil }
    guard (1...12).contains(month), hour < 24, minute < 60, second < 60 else { return nil }
    skip("Z")
    let civil = CivilDay(year: year, month: month, day: day)
    guard day >= 1, day <= CivilDay.length(ofMonth: month, inYear: year) else { return nil }
    let seconds = civil.daysSinceEpoch * 86_400 + hour * 3600 + minute * 60 + second
    return (Date(timeIntervalSince1970: Double(seconds)), rest)
  }

  private struct Components {
    let date: CivilDay
    let secondOfDay: Int

    init(secondsSinceEpoch seconds: Int) {
      let days = floorDivide(seconds, 86_400)
      date = CivilDay(daysSinceEpoch: days)
      secondOfDay = seconds - days * 86_400
    }

    func day(separator: String) -> String {
      [padded(date.year, 4), padded(date.month, 2), padded(date.day, 2)].joined(separator: separator)
    }

    func time(separator: String) -> String {
      [padded(secondOfDay / 3600, 2), padded(secondOfDay / 60 % 60, 2), padded(secondOfDay % 60, 2)]
        .joined(separator: separator)
    }
  }
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
