// How times, sizes and durations read on a terminal.

import Engine
import Foundation
import Reconciler
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

// What values hold, as lists and pages show it: a dash stands for what is missing.
extension YAMLValue {
  /// On one line, and nothing that a terminal would obey: it may be another machine's word.
  func word(_ key: String) -> String { known(key).map { ($0.text ?? $0.shown).printable(limit: 100_000) } ?? "-" }

  func entries(_ key: String) -> [YAMLValue] { self[key]?.items ?? [] }

  /// A member, unless it is null.
  func known(_ key: String) -> YAMLValue? { self[key].flatMap { $0 == .null ? nil : $0 } }

  func shownTime(_ key: String) -> String { (self[key]?.time).shown }
}

extension String {
  /// The text, cut with an ellipsis if it is longer than so many characters.
  func shortened(to length: Int) -> String { count > length ? String(prefix(length - 1)) + "…" : self }
}
