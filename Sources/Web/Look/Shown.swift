// Times and amounts in words for people: the same ones on every page, and those of the command line where it has them.

import Engine
import Foundation
import Spec

/// A time, as `{{> time}}` and `{{> age}}` show it.
struct ShownTime: Sendable, Hashable {
  /// For programs, and for the script, which shows it in the reader's zone.
  let iso: String
  /// `2026-05-19 02:15:00Z`.
  let text: String
  /// `3 h ago`.
  let age: String

  init(_ date: Date, now: Date) {
    iso = Timestamp.text(date)
    text = Timestamp.short(date)
    age = Shown.age(date, now: now)
  }
}

extension ShownTime: NamedView {
  func child(named name: String) -> Any? {
    switch name {
    case "iso": ViewText(iso)
    case "text": ViewText(text)
    case "age": ViewText(age)
    default: nil
    }
  }
}

/// Values in words.
enum Shown {
  /// What stands where there is nothing to say.
  static let nothing = "–"

  static func time(_ date: Date, now: Date) -> ShownTime { ShownTime(date, now: now) }

  static func time(_ date: Date?, now: Date) -> ShownTime? { date.map { ShownTime($0, now: now) } }

  /// How long ago, or how soon. The script words it likewise while the page stays open.
  static func age(_ date: Date, now: Date) -> String {
    let seconds = now.timeIntervalSince(date)
    if abs(seconds) < 45 { return seconds < 0 ? "now" : "just now" }
    return seconds < 0 ? "in \(span(-seconds))" : "\(span(seconds)) ago"
  }

  /// A length of time, roughly: in one unit, the largest of which there is more than one and a half.
  static func span(_ seconds: Double) -> String {
    let unit: (length: Double, name: String) =
      switch abs(seconds) {
      case ..<60: (1, "s")
      case ..<5400: (60, "min")
      case ..<129_600: (3600, "h")
      case ..<5_184_000: (86_400, "days")
      case ..<63_072_000: (2_629_800, "months")
      default: (31_557_600, "years")
      }
    return "\(count(whole(seconds / unit.length))) \(unit.name)"
  }

  /// `3.2 s`, `12m 05s`, `3h 04m`.
  static func duration(_ seconds: Double?) -> String { seconds?.shownAsDuration ?? nothing }

  /// To three digits: `2.61 GB`.
  static func size(_ bytes: Int64?) -> String { bytes?.shownAsSize ?? nothing }

  static func rate(_ bytesPerSecond: Double?) -> String {
    guard let bytesPerSecond, bytesPerSecond.isFinite else { return nothing }
    return "\(Int64(clamping: whole(bytesPerSecond)).shownAsSize)/s"
  }

  static func percent(_ part: Int64, of whole: Int64) -> String {
    percent(whole > 0 ? Double(part) / Double(whole) : nil)
  }

  /// A share of 1. What is not nothing is never `0 %`, and what is not all is never `100 %`.
  static func percent(_ share: Double?) -> String {
    guard let share, share.isFinite else { return nothing }
    if share > 0, share < 0.01 { return "<1 %" }
    if share > 0.99, share < 1 { return "99 %" }
    return "\(count(whole(share * 100))) %"
  }

  /// With commas between thousands: `12,345`.
  static func count(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    var text = number < 0 ? "-" : ""
    for (place, digit) in digits.enumerated() {
      if place > 0, (digits.count - place).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// `1 host`, `1,204 hosts`.
  static func plural(_ number: Int, _ one: String, _ many: String? = nil) -> String {
    "\(count(number)) \(number == 1 ? one : many ?? one + "s")"
  }

  /// Rounded, and within what an Int holds.
  private static func whole(_ value: Double) -> Int { Int(exactly: value.rounded()) ?? (value < 0 ? .min : .max) }
}
