// The log of a run as it is kept: its end, which tells how things went, and how much before that is left out. Places in
// it are counted from its very beginning, so that one that grows can be followed.

package struct RunLog: Sendable, Hashable {
  /// What is kept, from the start of a line.
  package let text: String
  /// How many bytes before that are left out.
  package let leftOut: Int

  /// - Parameter kept: the log as the store has it; nil while there is none.
  package init(_ kept: String?) {
    let kept = kept ?? ""
    if let note = kept.prefixMatch(of: #/\(([0-9]{1,15}) bytes before this are left out\)\n/#),
      let count = Int(note.output.1)
    {
      leftOut = count
      text = String(kept[note.range.upperBound...])
    } else {
      leftOut = 0
      text = kept
    }
  }
}

extension RunLog {
  /// A piece of a log.
  package struct Slice: Sendable, Hashable {
    package let text: String
    /// Where the next piece begins.
    package let next: Int
  }

  /// What follows a place: where one was told to go on, or 0 for all.
  package func slice(from offset: Int) -> Slice {
    let (offset, end) = (max(0, offset), leftOut + text.utf8.count)
    guard offset >= leftOut else { return Slice(text: Self.note(leftOut - offset) + text, next: end) }
    let start = text.utf8.index(text.startIndex, offsetBy: min(offset - leftOut, text.utf8.count))
    // A place that is within a character was not told by us.
    let rest = text.utf8[start...].drop { $0 & 0xC0 == 0x80 }
    return Slice(text: String(decoding: rest, as: UTF8.self), next: end)
  }
}

extension RunLog {
  private static let maximumBytes = 64 << 10

  /// A log cut to what the database keeps, from the start of a line.
  static func kept(_ log: String) -> String {
    guard log.utf8.count > maximumBytes else { return log }
    let end = log.utf8.suffix(maximumBytes)
    let lines = end.firstIndex(of: UInt8(ascii: "\n")).map { end[end.index(after: $0)...] } ?? end
    return note(log.utf8.count - lines.count) + String(decoding: lines, as: UTF8.self)
  }

  private static func note(_ count: Int) -> String { "(\(count) bytes before this are left out)\n" }
}
