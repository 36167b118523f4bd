// Axes: where their marks stand, and what is written at them.

import Engine
import Foundation
import Spec

/// The marks of an axis that begins at nothing.
struct Ticks: Sendable, Hashable {
  /// What an axis counts.
  enum Unit: Sendable, Hashable {
    case bytes, seconds, count
  }

  let unit: Unit
  /// From nothing up to what is at least the largest value.
  let values: [Double]

  /// The end of the axis; never nothing.
  var top: Double { values.last ?? 1 }

  /// Round numbers, about so many, in steps that people count in.
  init(upTo largest: Double, in unit: Unit, about wanted: Int = 4) {
    let largest = largest.isFinite ? min(max(largest, 0), 1e24) : 0
    let wanted = Double(max(wanted, 1))
    self.unit = unit
    // Less than that is nothing to look at, and too small to divide.
    guard largest > 1e-3 else { values = [0, 1]; return }
    let least = unit == .seconds ? 0 : 1.0
    let step = max(Self.step(atLeast: largest / wanted, in: unit), least)
    // A value a hair above a mark must not be cut, nor one at the mark ask for another.
    let count = max(1, Int((largest / step - 1e-9).rounded(.up)))
    values = (0...count).map { Double($0) * step }
  }

  private static let timeSteps: [Double] = [
    1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
  ]

  private static func step(atLeast wanted: Double, in unit: Unit) -> Double {
    if unit == .seconds, wanted > 1 {
      if let step = timeSteps.first(where: { $0 >= wanted }) { return step }
      return 86_400 * decimalStep(atLeast: wanted / 86_400)
    }
    return decimalStep(atLeast: wanted)
  }

  /// 1, 2 or 5 times a power of ten.
  private static func decimalStep(atLeast wanted: Double) -> Double {
    let power = pow(10, log10(wanted).rounded(.down))
    return ([1.0, 2, 5].first { $0 * power >= wanted * (1 - 1e-9) } ?? 10) * power
  }

  /// What is written at a mark, or says a value.
  func label(_ value: Double) -> String {
    guard value.isFinite else { return Shown.nothing }
    switch unit {
    case .bytes: return value > 0 ? Int64(clamping: Int(exactly: value.rounded()) ?? .max).shownAsSize : "0"
    case .count: return Shown.count(Int(exactly: value.rounded()) ?? .max)
    case .seconds:
      if value <= 0 { return "0" }
      if value < 60 { return value == value.rounded() ? "\(Int(value)) s" : value.shownAsDuration }
      if value < 3600 {
        return value.truncatingRemainder(dividingBy: 60) == 0 ? "\(Int(value / 60)) min" : value.shownAsDuration
      }
      if value < 172_800 {
        return value.truncatingRemainder(dividingBy: 3600) == 0 ? "\(Int(value / 3600)) h" : value.shownAsDuration
      }
      return "\(Shown.count(Int(exactly: (value / 86_400).rounded()) ?? .max)) days"
    }
  }
}

/// Days as charts write them, in UTC.
enum ChartDay {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `May`, by its number from 1.
  static func month(_ number: Int) -> String { months.indices.contains(number - 1) ? months[number - 1] : "\(number)" }

  /// `19 May`, or `19 May 2026`.
  static func label(_ day: CivilDay, withYear: Bool = false) -> String {
    "\(day.day) \(month(day.month))" + (withYear ? " \(day.year)" : "")
  }

  static func label(_ date: Date, withYear: Bool = false) -> String { label(day(date), withYear: withYear) }

  /// Dates beyond what a calendar is asked for are held at its ends.
  static func day(_ date: Date) -> CivilDay {
    let days = (date.timeIntervalSince1970 / 86_400).rounded(.down)
    return CivilDay(daysSinceEpoch: Int(exactly: min(max(days, -700_000), 2_900_000)) ?? 0)
  }
}
