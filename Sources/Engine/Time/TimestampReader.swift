// Reading timestamps byte by byte: a plan of a large fleet reads millions of them.

import Spec

/// Reads the parts of a timestamp from the start of some bytes.
struct TimestampReader {
  private let bytes: UnsafeBufferPointer<UInt8>
  /// How many bytes have been read.
  private(set) var position = 0

  init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  /// Date and time of day, with a `Z` behind or without, in seconds since 1970.
  mutating func dateAndTime() -> Int? {
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
    skip("Z")
    guard (1...12).contains(month), hour < 24, minute < 60, second < 60, day >= 1,
      day <= CivilDay.length(ofMonth: month, inYear: year)
    else { return nil }
    let days = CivilDay(year: year, month: month, day: day).daysSinceEpoch
    return days * 86_400 + hour * 3600 + minute * 60 + second
  }

  /// The digits of a fraction of a second in whole microseconds; what is finer is cut off.
  mutating func fraction() -> Int? {
    let start = position
    var (microseconds, unit) = (0, 100_000)
    while let digit = number(1) {
      microseconds += digit * unit
      unit /= 10
    }
    return position > start ? microseconds : nil
  }

  /// The distance from UTC, in seconds, that ends the text: nothing, or `+01:00` as Python's isoformat writes it.
  mutating func offset() -> Int? {
    if isAtEnd { return 0 }
    let isBehind = skip("-")
    guard isBehind || skip("+"), let hours = number(2), skip(":"), let minutes = number(2), isAtEnd, hours < 24,
      minutes < 60
    else { return nil }
    return (isBehind ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  /// Goes past one character if it is among these.
  @discardableResult
  mutating func skip(_ characters: StaticString) -> Bool {
    guard position < bytes.count else { return false }
    let wanted = UnsafeBufferPointer(start: characters.utf8Start, count: characters.utf8CodeUnitCount)
    guard wanted.contains(bytes[position]) else { return false }
    position += 1
    return true
  }

  private mutating func number(_ digits: Int) -> Int? {
    guard bytes.count - position >= digits else { return nil }
    var number = 0
    for byte in bytes[position..<(position + digits)] {
      let digit = byte &- UInt8(ascii: "0")
      guard digit < 10 else { return nil }
      number = number * 10 + Int(digit)
    }
    position += digits
    return number
  }
}

extension String {
  /// Runs `body` on the text's bytes.
  func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    var text = self
    return text.withUTF8(body)
  }
}
