// How times, sizes and durations read on a terminal.

import Engine
import Foundation
import Spec

extension Date {
  var shown: String { Timestamp.short(self) }
}

extension Date? {
  var shown: String { self?.shown ?? "-" }
}

extension Int64? {
  /// A size to three digits: `2.61 GB`.
  var shownAsSize: String { self?.shownAsSize ?? "-" }
}

extension Double? {
  /// A duration: `3.2 s`, `12m 05s`, `3h 04m`.
  var shownAsDuration: String { self?.shownAsDuration ?? "-" }
}

extension String {
  /// The text, cut with an ellipsis if it is longer than so many characters.
  func shortened(to length: Int) -> String { count > length ? String(prefix(length - 1)) + "…" : self }
}

extension YAMLValue {
  /// The value on one line, as differences show it.
  var shown: String {
    switch self {
    case .string(let text): text.isEmpty ? "\"\"" : text
    default: JSONWriter.compact(self)
    }
  }
}
