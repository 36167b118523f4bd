// Sets of days of the week as operators write them: Mon-Fri, sat,sun, Friday-Monday.

/// Some days of the week.
struct Weekdays: Sendable, Hashable {
  /// One bit a day, Monday's being the lowest.
  private let bits: UInt8

  static let all = Weekdays(bits: 0b111_1111)

  private init(bits: UInt8) { self.bits = bits }

  /// Reads names and ranges of names, by commas. A range may run over the week's end.
  ///
  /// - Throws: the complaint, its offset being that of the wrong part in `text`.
  init(text: Substring) throws(InvalidText) {
    var bits: UInt8 = 0
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = item.split(separator: "-", omittingEmptySubsequences: false)
      guard ends.count <= 2 else {
        throw InvalidText("\(item.quoted) is not a range of days", hint: "write `Mon-Fri`", at: item, in: text)
      }
      let first = try Self.number(of: ends[0], in: text)
      let last = ends.count == 2 ? try Self.number(of: ends[1], in: text) : first
      for step in 0...(last - first + 7) % 7 { bits |= 1 << ((first + step) % 7) }
    }
    self.init(bits: bits)
  }

  /// Whether a day, by its count since 1970-01-01, is one of these.
  func contains(day count: Int) -> Bool {
    // CivilDay's week begins on Sunday.
    contains((CivilDay.weekday(daysSinceEpoch: count) + 6) % 7)
  }

  private func contains(_ weekday: Int) -> Bool { bits & (1 << weekday) != 0 }

  private static let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
  private static let shortNames = names.map { String($0.prefix(3)) }

  private static func number(of name: Substring, in text: Substring) throws(InvalidText) -> Int {
    let word = name.lowercased()
    if let number = (names.firstIndex { $0.lowercased() == word || $0.prefix(3).lowercased() == word }) {
      return number
    }
    guard !word.isEmpty else { throw InvalidText("\(text.quoted) lacks a day", at: name, in: text) }
    let likely = names.first { $0.lowercased().hasPrefix(word) } ?? nearest(to: word, among: names + shortNames)
    throw InvalidText(
      "\(name.quoted) is not a day of the week",
      hint: likely.map { "did you mean \($0.quoted)?" } ?? "write one of \(shortNames.joined(separator: ", "))",
      at: name, in: text)
  }
}

extension Weekdays: CustomStringConvertible {
  /// Runs of days from Monday's on: ranges of three and more, names for fewer.
  var description: String {
    if self == .all { return "Mon-Sun" }
    let starts = (0...6).filter { contains($0) && !contains(($0 + 6) % 7) }
    let runs = starts.map { start in
      let length = (1...6).first { !contains((start + $0) % 7) } ?? 7
      let names = (0..<length).map { Self.shortNames[(start + $0) % 7] }
      return length > 2 ? "\(names[0])-\(names[length - 1])" : names.joined(separator: ",")
    }
    return runs.joined(separator: ",")
  }
}

extension InvalidText {
  /// A complaint about a part of a text.
  init(_ message: String, hint: String? = nil, at part: Substring, in text: Substring) {
    self.init(message, hint: hint, offset: text.distance(from: text.startIndex, to: part.startIndex))
  }
}
