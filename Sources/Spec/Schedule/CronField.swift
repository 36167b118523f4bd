// One field of a cron expression: its limits, its names, and the reading of its text into a set of values.

/// The values that one field of a cron expression allows, as the bits of a word.
struct CronField: Hashable, Sendable {
  let bits: UInt64
  /// Whether the text begins with `*`. crontab(5) attaches meaning to that character, not to the set it gives.
  let beginsWithStar: Bool

  func contains(_ value: Int) -> Bool {
    bits & (1 << value) != 0
  }

  /// The smallest allowed value that is not below `value`.
  func first(from value: Int) -> Int? {
    let rest = (bits >> value) << value
    return rest == 0 ? nil : rest.trailingZeroBitCount
  }

  /// The largest allowed value that is not above `value`.
  func last(through value: Int) -> Int? {
    let rest = (bits << (63 - value)) >> (63 - value)
    return rest == 0 ? nil : 63 - rest.leadingZeroBitCount
  }
}

extension CronField {
  /// Which of the five fields it is.
  enum Kind: String, CaseIterable {
    case minute
    case hour
    case dayOfMonth = "day of month"
    case month
    case dayOfWeek = "day of week"

    /// The values that may be written. Sunday may be written 0 or 7.
    var range: ClosedRange<Int> {
      switch self {
      case .minute: 0...59
      case .hour: 0...23
      case .dayOfMonth: 1...31
      case .month: 1...12
      case .dayOfWeek: 0...7
      }
    }

    /// Each value once.
    var values: ClosedRange<Int> {
      self == .dayOfWeek ? 0...6 : range
    }

    /// The names that may stand for values, in order from the smallest value.
    var names: [String] {
      switch self {
      case .minute, .hour, .dayOfMonth: []
      case .month: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
      case .dayOfWeek: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
      }
    }
  }

  /// The field `*`.
  static func every(_ kind: Kind) -> CronField {
    CronField(bits: kind.values.reduce(0) { $0 | 1 << $1 }, beginsWithStar: true)
  }

  /// Reads a field: a list, by commas, of `*`, `a` and `a-b`, each with an optional step `/n`.
  ///
  /// - Parameters:
  ///   - text: The field, without blanks.
  ///   - column: Where the field begins in the whole expression.
  init(parsing text: Substring, as kind: Kind, at column: Int) throws(CronParseError) {
    var bits: UInt64 = 0
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      let parser = CronItemParser(kind: kind, field: text, column: column)
      bits |= try parser.bits(of: item)
    }
    // 7 is Sunday by its other name.
    if kind == .dayOfWeek, bits & (1 << 7) != 0 { bits = bits & ~(1 << 7) | 1 }
    self.init(bits: bits, beginsWithStar: text.hasPrefix("*"))
  }
}

/// Reads one item of a field's list, and knows where it stands for the sake of messages.
private struct CronItemParser {
  let kind: CronField.Kind
  let field: Substring
  let column: Int

  func bits(of item: Substring) throws(CronParseError) -> UInt64 {
    guard !item.isEmpty else {
      throw error("the \(kind.rawValue) field \(field.quoted) has an empty item in its list", at: item)
    }
    let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let step = parts.count == 2 ? try self.step(parts[1]) : nil
    let bounds = try self.bounds(parts[0], openEnded: step != nil)
    return stride(from: bounds.lowerBound, through: bounds.upperBound, by: step ?? 1).reduce(0) { $0 | 1 << $1 }
  }

  /// The values from which a step picks, or all of which count without one.
  ///
  /// `a/n` goes on from `a` to the field's end, as in the crons that extend Vixie's; crontab(5) itself has a step only
  /// after `*` or a range.
  private func bounds(_ text: Substring, openEnded: Bool) throws(CronParseError) -> ClosedRange<Int> {
    if text == "*" { return kind.values }
    let last = kind.values.upperBound
    let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let first = try value(ends[0])
    guard ends.count == 2 else { return first...(openEnded ? max(first, last) : first) }
    let second = try value(ends[1])
    guard first <= second else {
      // As in Debian's cron: Sunday's name is 0, so that a week-end that runs into it has to end in 7.
      let fix = kind == .dayOfWeek && second == 0 ? "\(first)-7" : "\(first)-\(last),\(kind.range.lowerBound)-\(second)"
      throw error("the range \(text.quoted) of the \(kind.rawValue) field runs backwards; write `\(fix)`", at: text)
    }
    return first...second
  }

  private func step(_ text: Substring) throws(CronParseError) -> Int {
    guard isNumber(text) else {
      throw error("\(text.quoted) is not a step of the \(kind.rawValue) field; write a number of 1 or more", at: text)
    }
    // A step beyond any field picks the first value only, however large it is.
    let step = Int(text) ?? Int(UInt8.max)
    guard step > 0 else {
      throw error("step 0 in the \(kind.rawValue) field never gets anywhere; a step is 1 or more", at: text)
    }
    return min(step, Int(UInt8.max))
  }

  private func value(_ text: Substring) throws(CronParseError) -> Int {
    let range = kind.range
    if isNumber(text) {
      guard let value = Int(text), range.contains(value) else {
        throw error("\(kind.rawValue) \(text.quoted) is out of range \(range.lowerBound)-\(range.upperBound)", at: text)
      }
      return value
    }
    let word = text.lowercased()
    if let index = kind.names.firstIndex(of: word) { return index + range.lowerBound }
    let likely = nearest(to: word, among: kind.names) ?? kind.names.first(where: word.hasPrefix)
    if let likely {
      throw error("\(text.quoted) is not a \(kind.rawValue); did you mean `\(likely)`?", at: text)
    }
    var allowed = "\(range.lowerBound)-\(range.upperBound)"
    if let first = kind.names.first, let last = kind.names.last { allowed += " or \(first)-\(last)" }
    let complaint = text.isEmpty ? "\(field.quoted) lacks a value" : "\(text.quoted) is not a value"
    throw error("\(complaint) of the \(kind.rawValue) field; write \(allowed)", at: text)
  }

  private func isNumber(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  /// An error at a part of the field.
  private func error(_ message: String, at part: Substring) -> CronParseError {
    CronParseError(message: message, column: column + field.distance(from: field.startIndex, to: part.startIndex))
  }
}

extension Substring {
  /// The part between back-quotes, as messages show it.
  var quoted: String { String(self).quoted }
}
