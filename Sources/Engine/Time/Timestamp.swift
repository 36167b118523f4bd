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
    return DigitText.make { text in
      parts.writeDay(separator: "-", to: &text)
      text.write("T")
      parts.writeTime(separator: ":", to: &text)
      text.write(".")
      text.write(microseconds - seconds * 1_000_000, width: 6)
      text.write("Z")
    }
  }

  /// The date in whole microseconds: equal to what its text reads back as.
  package static func rounded(_ date: Date) -> Date { Timestamp.date(microseconds: microseconds(date)) }

  private static func microseconds(_ date: Date) -> Int { Int((date.timeIntervalSince1970 * 1_000_000).rounded()) }

  private static func date(microseconds: Int) -> Date { Date(timeIntervalSince1970: Double(microseconds) / 1_000_000) }

  /// The text of a date for people: `2026-05-19 02:15:00Z`.
  package static func short(_ date: Date) -> String {
    let parts = Components(secondsSinceEpoch: Int(date.timeIntervalSince1970.rounded(.down)))
    return DigitText.make { text in
      parts.writeDay(separator: "-", to: &text)
      text.write(" ")
      parts.writeTime(separator: ":", to: &text)
      text.write("Z")
    }
  }

  /// The form in which a snapshot's name begins: `20260519-021500Z`.
  package static func compact(_ date: Date) -> String {
    let parts = Components(secondsSinceEpoch: Int(date.timeIntervalSince1970.rounded(.down)))
    return DigitText.make { text in
      parts.writeDay(separator: nil, to: &text)
      text.write("-")
      parts.writeTime(separator: nil, to: &text)
      text.write("Z")
    }
  }

  /// Reads what `text` and `short` write, and their likes without fraction or with other separators, as UTC.
  package static func date(_ text: String) -> Date? { text.withBytes(date) }

  /// Reads the same from bytes, as a database hands them over.
  package static func date(_ bytes: UnsafeBufferPointer<UInt8>) -> Date? {
    var reader = TimestampReader(bytes)
    guard let seconds = reader.dateAndTime() else { return nil }
    var fraction = 0
    if reader.skip(".") {
      guard let microseconds = reader.fraction() else { return nil }
      fraction = microseconds
      if reader.skip("Z"), !reader.isAtEnd { return nil }
    }
    return reader.offset().map { date(microseconds: (seconds - $0) * 1_000_000 + fraction) }
  }

  /// Reads a timestamp at the start of a text: date and time of day in digits, with or without dashes, colons, and a
  /// `T`, blank, dash or underscore between them, and with or without a `Z` behind. The time is taken as UTC.
  ///
  /// - Returns: the date and what follows it, or nil if the text does not begin with an existing date and time.
  package static func prefix(of text: String) -> (date: Date, rest: Substring)? {
    guard let (date, length) = text.withBytes(prefix) else { return nil }
    return (date, text[text.utf8.index(text.startIndex, offsetBy: length)...])
  }

  /// - Returns: the date, and how many bytes it takes.
  static func prefix(of bytes: UnsafeBufferPointer<UInt8>) -> (date: Date, length: Int)? {
    var reader = TimestampReader(bytes)
    return reader.dateAndTime().map { (Date(timeIntervalSince1970: Double($0)), reader.position) }
  }

  private struct Components {
    let date: CivilDay
    let secondOfDay: Int

    init(secondsSinceEpoch seconds: Int) {
      let days = floorDivide(seconds, 86_400)
      date = CivilDay(daysSinceEpoch: days)
      secondOfDay = seconds - days * 86_400
    }

    func writeDay(separator: Unicode.Scalar?, to text: inout DigitText) {
      text.write(date.year, width: 4)
      if let separator { text.write(separator) }
      text.write(date.month, width: 2)
      if let separator { text.write(separator) }
      text.write(date.day, width: 2)
    }

    func writeTime(separator: Unicode.Scalar?, to text: inout DigitText) {
      text.write(secondOfDay / 3600, width: 2)
      if let separator { text.write(separator) }
      text.write(secondOfDay / 60 % 60, width: 2)
      if let separator { text.write(separator) }
      text.write(secondOfDay % 60, width: 2)
    }
  }
}

/// Numbers of fixed width, written in place: pages, logs and names of snapshots are full of times.
private struct DigitText {
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private var count = 0

  /// A year may have as many digits as an Int.
  private static let capacity = 48

  static func make(_ write: (inout DigitText) -> Void) -> String {
    String(unsafeUninitializedCapacity: capacity) { buffer in
      var text = DigitText(buffer: buffer)
      write(&text)
      return text.count
    }
  }

  private init(buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

  /// - Parameter scalar: an ASCII character.
  mutating func write(_ scalar: Unicode.Scalar) { put(UInt8(ascii: scalar)) }

  /// Writes a number with zeros before it, or as wide as it is.
  mutating func write(_ number: Int, width: Int) {
    var rest = number.magnitude
    let start = count
    while rest > 0 || count - start < width - (number < 0 ? 1 : 0) {
      put(UInt8(ascii: "0") + UInt8(rest % 10))
      rest /= 10
    }
    if number < 0 { put(UInt8(ascii: "-")) }
    buffer[start..<count].reverse()
  }

  private mutating func put(_ byte: UInt8) {
    buffer[count] = byte
    count += 1
  }
}
