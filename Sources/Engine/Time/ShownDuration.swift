// How long something took, for people: the same words on a terminal and on a page.

import Spec

extension Double {
  /// So many seconds: `3.2 s`, `12m 05s`, `3h 04m`.
  package var shownAsDuration: String {
    if self < 59.95 { return "\(shown(digits: 1)) s" }
    let whole = Int(exactly: rounded()) ?? .max
    if whole < 3600 { return "\(whole / 60)m \(Self.twoDigits(whole % 60))s" }
    return "\(whole / 3600)h \(Self.twoDigits(whole / 60 % 60))m"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
