// How long something took, for people: the same words on a terminal and on a page.

import Foundation

extension Double {
  /// So many seconds: `3.2 s`, `12m 05s`, `3h 04m`.
  package var shownAsDuration: String {
    if self < 59.95 { return String(format: "%.1f s", self) }
    let whole = Int(exactly: rounded()) ?? .max
    if whole < 3600 { return String(format: "%ldm %02lds", whole / 60, whole % 60) }
    return String(format: "%ldh %02ldm", whole / 3600, whole / 60 % 60)
  }
}
