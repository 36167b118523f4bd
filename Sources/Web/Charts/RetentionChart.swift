// Which snapshots a policy keeps, over years: a line a year, a mark a snapshot.

import Spec

enum RetentionChart {
  /// What keeps a snapshot, for its colour: of several rules the longest-lived.
  enum Tier: Int, Sendable, CaseIterable {
    case last, within, hourly, daily, weekly, monthly, yearly
    /// Another reason: a pin, or that it was made by hand.
    case other
    /// Nothing: it is to be pruned.
    case goes

    /// The class that colours it.
    var style: String {
      switch self {
      case .last: "last"
      case .within: "within"
      case .hourly: "hourly"
      case .daily: "daily"
      case .weekly: "weekly"
      case .monthly: "monthly"
      case .yearly: "yearly"
      case .other: "other"
      case .goes: "goes"
      }
    }

    var words: String {
      switch self {
      case .last, .hourly, .daily, .weekly, .monthly, .yearly: style
      case .within: "kept for a time"
      case .other: "kept otherwise"
      case .goes: "to be pruned"
      }
    }
  }

  struct Mark {
    let day: CivilDay
    let tier: Tier
  }

  /// Years beyond this many are left out, the oldest first, and said to be.
  static let mostYears = 30

  static func svg(_ marks: [Mark], label: String) -> String {
    let byYear = Dictionary(grouping: marks, by: \.day.year)
    guard let newest = byYear.keys.max(), let oldest = byYear.keys.min() else {
      return SVG.empty(width, 80, label: label, style: "wide", "no snapshots")
    }
    let first = max(oldest, newest - mostYears + 1)
    let years = Array((first...newest).reversed())
    let older = marks.count { $0.day.year < first }
    let bottom = Double(head + years.count * row)
    var content = months(years.count)
    for (place, year) in years.enumerated() {
      content += line(byYear[year] ?? [], year: year, y: Double(head + place * row))
    }
    let counts = Dictionary(grouping: marks, by: \.tier).mapValues(\.count)
    let legend = Tier.allCases.compactMap { tier -> (style: String, words: String)? in
      guard let count = counts[tier] else { return nil }
      return (tier.style, "\(Shown.count(count)) \(tier.words)")
    }
    content += SVG.legend(legend, x: left, y: bottom + 18, width: 740)
    if older > 0 {
      content += SVG.text(
        "\(Shown.count(older)) older left out", x: Double(width), y: bottom + 18, anchor: "end", style: "strong")
    }
    let span = first == newest ? "\(newest)" : "\(first) to \(newest)"
    return SVG.plot(
      width, Int(bottom) + 26, label: "\(label): \(Shown.plural(marks.count, "snapshot")), \(span)", style: "wide",
      content)
  }

  private static let width = 960
  private static let left = 48.0
  private static let day = 2.35
  private static let (head, row) = (24, 26)

  private static func x(_ date: CivilDay) -> Double {
    let start = CivilDay(year: date.year, month: 1, day: 1).daysSinceEpoch
    return left + Double(date.daysSinceEpoch - start) * day + 1.5
  }

  /// Their names, and a line at the start of each.
  private static func months(_ years: Int) -> String {
    (1...12).map { month in
      let start = Self.x(CivilDay(year: 2023, month: month, day: 1)) - 1.5
      return #"<path class="grid" d="M\#(SVG.number(start)) \#(head - 4)V\#(head + years * row)"/>"#
        + SVG.text(ChartDay.month(month), x: start + 3, y: 13)
    }.joined()
  }

  private static func line(_ marks: [Mark], year: Int, y: Double) -> String {
    var result = SVG.text("\(year)", x: 0, y: y + 16, style: "strong")
    result += SVG.text(Shown.count(marks.count), x: Double(width), y: y + 16, anchor: "end")
    let byTier = Dictionary(grouping: marks, by: \.tier)
    for tier in Tier.allCases {
      guard let found = byTier[tier] else { continue }
      // Several of one day stand at one place.
      let places = Set(found.map { SVG.number(x($0.day)) })
      let d = places.sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }.map { "M\($0) \(SVG.number(y + 3))v17" }
        .joined()
      result +=
        #"<path class="\#(tier.style)" stroke="currentColor" stroke-width="2.2" d="\#(d)">"#
        + SVG.title("\(year): \(Shown.count(found.count)) \(tier.words)") + "</path>"
    }
    return result
  }
}
