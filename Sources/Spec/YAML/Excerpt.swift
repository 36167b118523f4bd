// Source lines as a terminal may show them, whatever a file holds, with a caret that stands under the right column.

/// One line of a file and the marks below it.
struct Excerpt {
  /// The line, cut around the caret if it is long.
  let text: String
  /// The blanks before the caret.
  let indent: String
  /// `^~~~`, under the range.
  let caret: String

  private static let widest = 100
  private static let widestLead = 50

  /// Columns count code points from 1; without `end` the range reaches to the end of the line.
  init(_ line: String, from start: Int, to end: Int?) {
    var cells = line.unicodeScalars.map(\.shownOnTerminal)
    while cells.last == " " { cells.removeLast() }
    let first = min(max(start, 1) - 1, cells.count)
    let last = min(max(max(end ?? .max, 1) - 1, first), cells.count)

    // The window begins some columns before the caret and is filled to its width, at the end of the line backwards.
    var window = first..<first
    var width = 0
    func grows(by index: Int, within limit: Int) -> Bool {
      guard cells.indices.contains(index), width + cells[index].terminalColumns <= limit else { return false }
      width += cells[index].terminalColumns
      return true
    }
    while grows(by: window.lowerBound - 1, within: Self.widestLead) {
      window = (window.lowerBound - 1)..<window.upperBound
    }
    while grows(by: window.upperBound, within: Self.widest) { window = window.lowerBound..<(window.upperBound + 1) }
    while grows(by: window.lowerBound - 1, within: Self.widest) {
      window = (window.lowerBound - 1)..<window.upperBound
    }

    let (head, tail) = (window.lowerBound > 0 ? "…" : "", window.upperBound < cells.count ? "…" : "")
    text = head + String(cells[window]) + tail
    indent = String(repeating: " ", count: head.count + cells[window.lowerBound..<first].terminalColumns)
    let underlined = cells[first..<min(last, window.upperBound)].terminalColumns
    caret = "^" + String(repeating: "~", count: max(underlined - 1, 0))
  }
}

extension String {
  /// The text on one line and without anything that a terminal would obey instead of show.
  var shownOnTerminal: String { String(unicodeScalars.map(\.shownOnTerminal)[...]) }

  fileprivate init(_ scalars: ArraySlice<Unicode.Scalar>) {
    self.init(String.UnicodeScalarView(scalars))
  }
}

extension Sequence<Unicode.Scalar> {
  fileprivate var terminalColumns: Int { reduce(0) { $0 + $1.terminalColumns } }
}

extension Unicode.Scalar {
  /// The scalar itself, a blank for a tab, U+FFFD for control characters and those that reorder the text around them.
  fileprivate var shownOnTerminal: Unicode.Scalar {
    switch self {
    case "\t": " "
    case "\u{061C}", "\u{200E}", "\u{200F}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": "\u{FFFD}"
    default:
      switch properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
      default: self
      }
    }
  }

  /// How many columns of a terminal the scalar takes: East Asian wide characters and emoji take two.
  fileprivate var terminalColumns: Int {
    if isASCII { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x4DBF, 0x4E00...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
      return 2
    // Half of a flag each.
    case 0x1F1E6...0x1F1FF: return 1
    default: return properties.isEmojiPresentation ? 2 : 1
    }
  }
}
