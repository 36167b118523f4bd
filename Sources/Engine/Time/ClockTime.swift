// Times as people give them: of the day, or with a date, with or without an offset.

package import Foundation

package enum ClockTime {
  /// Reads `06:00`, which is the next time that the clock of the zone shows that; or a date and time, which is read in
  /// the zone unless `Z` or an offset follows.
  package static func date(_ text: String, in zone: TimeZone, after now: Date) -> Date? {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }), let hour = Int(parts[0]),
      let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute)
    {
      return calendar.nextDate(
        after: now, matching: DateComponents(hour: hour, minute: minute, second: 0), matchingPolicy: .nextTime)
    }
    guard let date = complete(text).flatMap(Timestamp.date) else { return nil }
    guard !hasOffset(text) else { return date }
    var utc = Calendar(identifier: .gregorian)
    utc.timeZone = .gmt
    return calendar.date(from: utc.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date))
  }

  /// With seconds, where they were left out.
  private static func complete(_ text: String) -> String? {
    let (time, offset) = split(text)
    let colons = time.count { $0 == ":" }
    guard colons == 1 || colons == 2 else { return nil }
    return (colons == 1 ? "\(time):00" : String(time)) + offset
  }

  private static func hasOffset(_ text: String) -> Bool { !split(text).offset.isEmpty }

  /// The text before and from `Z`, `+` or the `-` that follows the time.
  private static func split(_ text: String) -> (time: Substring, offset: Substring) {
    guard let colon = text.firstIndex(of: ":"),
      let sign = text[colon...].firstIndex(where: { "Z+-".contains($0) })
    else { return (text[...], "") }
    return (text[..<sign], text[sign...])
  }
}
