// Windows of time as text: `22:00-06:00`, `Mon-Fri 22:00-06:00`, `Sat,Sun`, `2026-12-24..2027-01-02`.

extension TimeWindow: TextValue {
  package static let noun = "a window"
  package static let example = "Mon-Fri 22:00-06:00"

  /// Reads days of the week or dates, times, or both, the days first.
  package init(text: String) throws(InvalidText) {
    self = try TimeWindowParser(text: text).window()
  }

  /// The shortest text that means the same.
  package var description: String {
    switch days {
    case .weekdays(.all): times
    case .weekdays(let weekdays): isWholeDays ? "\(weekdays)" : "\(weekdays) \(times)"
    case .dates(let dates):
      [CivilDay(daysSinceEpoch: dates.lowerBound), CivilDay(daysSinceEpoch: dates.upperBound)]
        .prefix(dates.count == 1 ? 1 : 2).map(\.text).joined(separator: "..") + (isWholeDays ? "" : " \(times)")
    }
  }

  private var times: String {
    let end = start + length
    return "\(Self.time(start))-\(Self.time(end > .day ? end - .day : end))"
  }

  private static func time(_ seconds: Int) -> String {
    "\((seconds / 3_600).padded(to: 2)):\((seconds / 60 % 60).padded(to: 2))"
  }
}

private struct TimeWindowParser {
  let text: String

  func window() throws(InvalidText) -> TimeWindow {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard let first = words.first else { throw InvalidText("a window must not be empty") }
    let joints: Set<Character> = ["-", ",", "."]
    for word in words.dropFirst() where joints.contains(word[word.startIndex]) {
      throw error("\(text.quoted) has a blank in a list or a range", hint: "leave it out", at: word)
    }
    for word in words.dropLast() where word.last.map(joints.contains) == true {
      throw error("\(text.quoted) has a blank in a list or a range", hint: "leave it out", at: word)
    }
    let hasDays = !first.contains(":")
    guard words.count <= (hasDays ? 2 : 1) else {
      throw error(
        "\(text.quoted) is not days and times", hint: "write days, times or both, such as `Mon-Fri 22:00-06:00`",
        at: words[hasDays ? 2 : 1])
    }
    let days = hasDays ? try self.days(first) : .weekdays(.all)
    if hasDays, words.count == 1 { return TimeWindow(days: days, start: 0, length: .day) }
    let (start, length) = try times(words[words.count - 1])
    return TimeWindow(days: days, start: start, length: length)
  }

  // MARK: - Days

  private func days(_ word: Substring) throws(InvalidText) -> TimeWindow.Days {
    guard word.first?.isNumber == true else {
      do throws(InvalidText) {
        return .weekdays(try Weekdays(text: word))
      } catch {
        let before = text.distance(from: text.startIndex, to: word.startIndex)
        throw InvalidText(error.message, hint: error.hint, offset: before + error.offset)
      }
    }
    let ends = word.split(separator: "..", omittingEmptySubsequences: false)
    guard ends.count <= 2 else {
      throw error("\(word.quoted) is not a range of dates", hint: "write `2026-12-24..2027-01-02`", at: word)
    }
    let first = try date(ends[0])
    let last = ends.count == 2 ? try date(ends[1]) : first
    guard first <= last else {
      throw error("\(word.quoted) runs backwards", hint: "write `\(ends[1])..\(ends[0])`", at: word)
    }
    return .dates(first...last)
  }

  private func date(_ word: Substring) throws(InvalidText) -> Int {
    let parts = word.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.compactMap(\.digits)
    guard parts.map(\.count) == [4, 2, 2], numbers.count == 3 else {
      throw error(
        "\(word.quoted) is neither times nor a date", hint: "write `22:00-06:00`, `2026-12-24` or such", at: word)
    }
    guard (1...12).contains(numbers[1]),
      (1...CivilDay.length(ofMonth: numbers[1], inYear: numbers[0])).contains(numbers[2])
    else { throw error("\(word.quoted) is not in the calendar", at: word) }
    return CivilDay(year: numbers[0], month: numbers[1], day: numbers[2]).daysSinceEpoch
  }

  // MARK: - Times

  private func times(_ word: Substring) throws(InvalidText) -> (start: Int, length: Int) {
    let ends = word.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2 else {
      throw error("\(word.quoted) is not a range of times", hint: "write `22:00-06:00` or such", at: word)
    }
    let (start, end) = (try time(ends[0]), try time(ends[1]))
    guard start < .day else {
      throw error("a window cannot begin at \(ends[0].quoted)", hint: "write `00:00`", at: word)
    }
    guard start != end else {
      throw error("\(word.quoted) is empty", hint: "for whole days write `00:00-24:00`", at: word)
    }
    return (start, end > start ? end - start : end + .day - start)
  }

  private func time(_ word: Substring) throws(InvalidText) -> Int {
    let parts = word.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap(\.digits)
    guard parts.count == 2, numbers.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
      numbers[1] < 60, numbers[0] * 60 + numbers[1] <= 24 * 60
    else { throw error("\(word.quoted) is not a time of day", hint: "write 00:00 to 24:00", at: word) }
    return numbers[0] * 3_600 + numbers[1] * 60
  }

  private func error(_ message: String, hint: String? = nil, at part: Substring) -> InvalidText {
    InvalidText(message, hint: hint, at: part, in: text[...])
  }
}

extension Substring {
  /// The number that the text is, if it is made of digits.
  fileprivate var digits: Int? {
    utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) ? Int(self) : nil
  }
}

extension CivilDay {
  /// The day as ISO 8601 writes it.
  fileprivate var text: String { "\(year.padded(to: 4))-\(month.padded(to: 2))-\(day.padded(to: 2))" }
}

extension Int {
  fileprivate func padded(to width: Int) -> String {
    String(repeating: "0", count: Swift.max(0, width - String(self).count)) + String(self)
  }
}
