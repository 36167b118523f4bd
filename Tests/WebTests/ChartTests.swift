// Charts as text: well-formed whatever they are given, bounded in size, and the same each time.

import Engine
import Foundation
import FoundationXML
import Spec
import Testing

@testable import Web

/// What an XML parser finds in a drawing.
private final class Elements: XMLParserDelegate {
  private(set) var names: [String: Int] = [:]
  private(set) var attributes: [(element: String, values: [String: String])] = []
  private(set) var text = ""

  init(_ drawing: String) throws {
    let parser = XMLParser(data: Data(drawing.utf8))
    parser.delegate = self
    try #require(parser.parse(), "not well-formed: \(drawing.prefix(400))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes values: [String: String]
  ) {
    names[name, default: 0] += 1
    attributes.append((name, values))
  }

  func parser(_ parser: XMLParser, foundCharacters characters: String) { text += characters }

  /// The drawing itself: told to those who do not see it, and nothing in it styled in place or run.
  func checkRoot() throws {
    let root = try #require(attributes.first)
    #expect(root.element == "svg")
    #expect(root.values["aria-label"]?.isEmpty == false)
    let role = root.values["role"]
    #expect(role == (names["a"] == nil ? "img" : "group"))
    #expect(names["script"] == nil && names["style"] == nil && names["foreignObject"] == nil)
    for (_, values) in attributes {
      #expect(values["style"] == nil)
      #expect(!values.keys.contains { $0.hasPrefix("on") })
    }
  }
}

private let now = Date(timeIntervalSince1970: 1_779_156_900)
private let hostile = #"</text><script>alert("1")</script>&amp;'\#u{0}\#u{1B}\#u{FFFE}"#

private func fleet(_ count: Int, _ day: (Int, Int) -> HeatMap.Day) -> [HeatMap.Row] {
  (0..<count).map { host in
    HeatMap.Row(
      label: "web-\(host).example.net", link: "/hosts/web-\(host)", days: (0..<21).map { day(host, $0) })
  }
}

private let weeks = (0..<21).map { "\($0 + 1) May" }

private func mark(
  _ number: Int, hours: Double? = nil, kind: SnapshotKind = .scheduled, bytes: Int64? = 1_000_000_000,
  label: String? = nil
) -> SnapshotTimeline.Mark {
  SnapshotTimeline.Mark(
    time: now.addingTimeInterval(-3600 * (hours ?? Double(number * 24))), kind: kind,
    status: SnapshotStatus.allCases[number % 4], bytes: bytes, fate: number.isMultiple(of: 5) ? .leaving : .kept,
    isPinned: number.isMultiple(of: 7), label: label ?? "snapshot-\(number)", link: "/hosts/web-1/snapshots/\(number)")
}

private func points(_ values: [Double]) -> [SeriesChart.Point] {
  values.enumerated().map { SeriesChart.Point(time: now.addingTimeInterval(Double($0) * 86_400), value: $1) }
}

@Suite struct HeatMapTests {
  @Test func `a thousand healthy hosts are all drawn within the limit`() throws {
    let drawing = HeatMap.svg(rows: fleet(1000) { _, _ in .good }, days: weeks)
    #expect(drawing.utf8.count <= 40 * 1024)
    let elements = try Elements(drawing)
    try elements.checkRoot()
    #expect(elements.text.contains("976 more hosts"))
    #expect(!elements.text.contains("left out"))
    #expect(elements.text.contains("1 May: 1,000 backed up"))
  }

  @Test func `a thousand hosts at their worst stay within the limit, and those left out are counted`() throws {
    let rows = fleet(1000) { host, day in HeatMap.Day.allCases[(host * 7 + day * 3) % 5] }
    let drawing = HeatMap.svg(rows: rows, days: weeks)
    #expect(drawing.utf8.count <= 40 * 1024)
    let elements = try Elements(drawing)
    try elements.checkRoot()
    #expect(elements.text.contains("left out"))
    #expect(elements.names["a"] == 24)
  }

  @Test func `equal days side by side are one stretch`() {
    let drawing = HeatMap.svg(rows: fleet(1) { _, day in day == 20 ? .failed : .good }, days: weeks)
    #expect(drawing.contains(#"d="M176 32h740""#))
    #expect(drawing.contains(#"d="M916 32h37""#))
  }

  @Test func `few hosts all have their names`() throws {
    let elements = try Elements(HeatMap.svg(rows: fleet(48) { _, _ in .none }, days: weeks))
    #expect(elements.names["a"] == 48)
    #expect(!elements.text.contains("more host"))
  }

  @Test func `a limit that nothing fits leaves all out`() throws {
    let elements = try Elements(HeatMap.svg(rows: fleet(3) { _, _ in .good }, days: weeks, limit: 0))
    #expect(elements.text.contains("3 hosts left out"))
  }

  @Test func `no hosts and no days are said`() throws {
    try Elements(HeatMap.svg(rows: [], days: weeks)).checkRoot()
    #expect(HeatMap.svg(rows: fleet(2) { _, _ in .good }, days: []).contains("no hosts yet"))
  }

  @Test func `a hostile label is text`() throws {
    let row = HeatMap.Row(label: hostile, link: "/hosts/\(hostile)", days: [.late])
    let elements = try Elements(HeatMap.svg(rows: [row], days: [hostile]))
    try elements.checkRoot()
    #expect(elements.text.contains("<script>"))
  }

  @Test func `a row of too few or too many days is drawn as far as there are columns`() throws {
    let rows = [
      HeatMap.Row(label: "short", link: "/", days: [.good]),
      HeatMap.Row(label: "long", link: "/", days: Array(repeating: .failed, count: 400)),
    ]
    let drawing = HeatMap.svg(rows: rows, days: weeks)
    #expect(drawing.contains("M176 52h777"))
    try Elements(drawing).checkRoot()
  }
}

@Suite struct SnapshotTimelineTests {
  @Test func `each snapshot is a mark with its words`() throws {
    let drawing = SnapshotTimeline.svg([mark(1), mark(2), mark(41, kind: .manual)], now: now)
    let elements = try Elements(drawing)
    try elements.checkRoot()
    #expect(elements.names["a"] == 3)
    #expect(elements.text.contains("snapshot-1: 2026-05-18 02:15:00Z, scheduled, warning, 1.00 GB, kept"))
    #expect(drawing.contains(#"class="manual""#))
  }

  @Test func `a thousand snapshots are bounded`() throws {
    let drawing = SnapshotTimeline.svg((0..<1000).map { mark($0, hours: Double($0)) }, now: now)
    #expect(drawing.utf8.count <= 64 * 1024)
    let elements = try Elements(drawing)
    try elements.checkRoot()
    #expect(elements.text.contains("scheduled snapshots,"))
  }

  @Test func `none, one, one of the future, and one of nobody knows when`() throws {
    #expect(SnapshotTimeline.svg([], now: now).contains("no snapshots yet"))
    for hours in [0, -5000, 1e7] {
      try Elements(SnapshotTimeline.svg([mark(1, hours: hours)], now: now)).checkRoot()
    }
    for bytes: Int64? in [nil, 0, -1, .max] {
      try Elements(SnapshotTimeline.svg([mark(1, bytes: bytes), mark(2, bytes: bytes)], now: now)).checkRoot()
    }
  }

  @Test func `a hostile label is text`() throws {
    try Elements(SnapshotTimeline.svg([mark(1, label: hostile)], now: now)).checkRoot()
  }
}

@Suite struct SeriesChartTests {
  @Test(
    arguments: [
      ([0.0], Ticks.Unit.bytes, ["0", "1 B"]),
      ([7], .count, ["0", "2", "4", "6", "8"]),
      ([4_900_000_000], .bytes, ["0", "2.00 GB", "4.00 GB", "6.00 GB"]),
      ([950_000], .bytes, ["0", "500 kB", "1.00 MB"]),
      ([420], .seconds, ["0", "2 min", "4 min", "6 min", "8 min"]),
      ([42], .seconds, ["0", "15 s", "30 s", "45 s"]),
      ([20_000], .seconds, ["0", "2 h", "4 h", "6 h"]),
      ([864_000], .seconds, ["0", "5 days", "10 days"]),
    ] as [([Double], Ticks.Unit, [String])])
  func `ticks are round numbers`(values: [Double], unit: Ticks.Unit, labels: [String]) {
    let ticks = Ticks(upTo: values.max() ?? 0, in: unit)
    #expect(ticks.values.map(ticks.label) == labels)
    #expect(ticks.top >= values.max() ?? 0)
  }

  @Test(arguments: [Ticks.Unit.bytes, .seconds, .count])
  func `there are ever a few ticks, up to the largest value`(unit: Ticks.Unit) {
    var value = 0.01
    while value < 1e22 {
      let ticks = Ticks(upTo: value, in: unit)
      #expect((2...12).contains(ticks.values.count), "\(value)")
      #expect(ticks.top >= value * (1 - 1e-6))
      value *= 1.7
    }
  }

  @Test(arguments: [SeriesChart.Drawing.bars, .line])
  func `any values give a drawing`(drawing: SeriesChart.Drawing) throws {
    let series: [[Double]] = [
      [], [5], [0], [0, 0, 0], [1, 2], [.nan, .infinity, -5, 3], [1e300, 1], [Double(Int64.max)],
      (0..<1000).map(Double.init),
    ]
    for values in series {
      for unit in [Ticks.Unit.bytes, .seconds, .count] {
        let text = SeriesChart.svg(points(values), label: hostile, unit: unit, drawn: drawing)
        try Elements(text).checkRoot()
        #expect(text.utf8.count <= 20 * 1024)
      }
    }
  }

  @Test func `a point may have the colour of a state`() throws {
    let point = SeriesChart.Point(time: now, value: 3, style: "failed")
    let text = SeriesChart.svg([point], label: "Duration", unit: .seconds, drawn: .bars)
    #expect(text.contains(#"class="bar failed""#))
    #expect(try Elements(text).text.contains("2026-05-19 02:15:00Z: 3.0 s, failed"))
  }

  @Test func `thinning keeps the largest of neighbours`() {
    var values = Array(repeating: 1.0, count: 1000)
    values[501] = 900
    let text = SeriesChart.svg(points(values), label: "Size", unit: .count, drawn: .bars)
    #expect(text.contains(": 900<"))
  }
}

@Suite struct SmallChartTests {
  @Test func `the disk's words say use, room and forecast`() throws {
    let text = DiskGauge.svg(
      used: 3_100_000_000_000, total: 4_000_000_000_000, reserve: 200_000_000_000, forecast: "full in about 40 days")
    let elements = try Elements(text)
    try elements.checkRoot()
    #expect(elements.text.contains("3.10 TB of 4.00 TB used"))
    #expect(elements.text.contains("900 GB free, full in about 40 days"))
    #expect(elements.text.contains("200 GB to stay free"))
  }

  @Test(
    arguments: [
      (50, 100, nil, "running"), (90, 100, nil, "warning"), (99, 100, nil, "failed"), (50, 100, 60, "failed"),
    ] as [(Int64, Int64, Int64?, String)])
  func `a disk that fills up has another colour`(used: Int64, total: Int64, reserve: Int64?, style: String) {
    let text = DiskGauge.svg(used: used, total: total, reserve: reserve, forecast: nil)
    #expect(text.contains(#"<rect class="\#(style)""#))
  }

  @Test func `sizes that make no sense are drawn`() throws {
    for (used, total): (Int64, Int64) in [(0, 0), (5, -1), (-5, 10), (.max, 10), (.max, .max)] {
      try Elements(DiskGauge.svg(used: used, total: total, reserve: .max, forecast: hostile)).checkRoot()
    }
  }

  @Test func `retention is a line a year`() throws {
    let marks = (0..<2000).map { number in
      RetentionChart.Mark(
        day: CivilDay(daysSinceEpoch: 20_000 - number * 3),
        tier: RetentionChart.Tier.allCases[number % RetentionChart.Tier.allCases.count])
    }
    let text = RetentionChart.svg(marks, label: hostile)
    #expect(text.utf8.count <= 64 * 1024)
    let elements = try Elements(text)
    try elements.checkRoot()
    #expect(elements.text.contains("to be pruned"))
    try Elements(RetentionChart.svg([], label: "Kept")).checkRoot()
  }

  @Test func `years without end are left out and counted`() throws {
    let marks = (0..<60).map { RetentionChart.Mark(day: CivilDay(year: 2026 + $0, month: 2, day: 29), tier: .yearly) }
    let elements = try Elements(RetentionChart.svg(marks, label: "Kept"))
    #expect(elements.text.contains("30 older left out"))
  }

  @Test func `a sparkline takes any values`() throws {
    let series: [[Double]] = [[], [1], [0, 0], [.nan, 4, -1], Array(repeating: 3, count: 500)]
    for values in series {
      let text = Sparkline.svg(values, label: hostile)
      try Elements(text).checkRoot()
      #expect(text.utf8.count <= 1600)
    }
  }

  @Test(
    arguments: [
      (0.0, "0"), (12, "12"), (12.34, "12.3"), (-0.5, "-0.5"), (-0.01, "0"), (.nan, "0"), (.infinity, "0"),
      (1e12, "1000000"),
    ] as [(Double, String)])
  func `coordinates are short`(value: Double, text: String) {
    #expect(SVG.number(value) == text)
  }

  @Test func `the same values give the same drawing`() {
    let marks = (0..<400).map { mark($0, hours: Double($0) * 1.3) }
    #expect(SnapshotTimeline.svg(marks, now: now) == SnapshotTimeline.svg(marks.reversed(), now: now))
    let days = (0..<50).map { RetentionChart.Mark(day: CivilDay(daysSinceEpoch: 20_000 - $0), tier: .daily) }
    #expect(RetentionChart.svg(days, label: "Kept") == RetentionChart.svg(days, label: "Kept"))
  }
}
