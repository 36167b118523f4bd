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
  var shownAsDuration: String {
    guard let seconds = self else { return "-" }
    if seconds < 60 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return String(format: "%dm %02ds", whole / 60, whole % 60) }
    return String(format: "%dh %02dm", whole / 3600, whole / 60 % 60)
  }
}

extension String {
  /// The text, cut with an ellipsis if it is longer than so many characters.
  func shortened(to length: Int) -> String { count > length ? String(prefix(length - 1)) + "…" : self }
}
