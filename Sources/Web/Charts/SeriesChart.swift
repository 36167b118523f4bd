// A value over time: how large snapshots are, what each brought, how long backups take.

import Engine
import Foundation
import Spec

enum SeriesChart {
  struct Point: Sendable {
    let time: Date
    let value: Double
    /// The class of a state, if the point has a colour of its own: `failed`.
    let style: String?

    init(time: Date, value: Double, style: String? = nil) {
      self.time = time
      // What is no amount is drawn as nothing.
      self.value = value.isFinite ? min(max(value, 0), 1e24) : 0
      self.style = style
    }
  }

  enum Drawing: Sendable {
    case bars, line
  }

  /// Beyond this many, neighbours are drawn as one, the largest of them.
  static let most = 90

  static func svg(_ points: [Point], label: String, unit: Ticks.Unit, drawn: Drawing) -> String {
    let points = thinned(points.sorted { $0.time < $1.time })
    guard let first = points.first, let last = points.last else {
      return SVG.empty(width, 90, label: label, "nothing yet")
    }
    let ticks = Ticks(upTo: points.map(\.value).max() ?? 0, in: unit)
    let largest = ticks.label(points.map(\.value).max() ?? 0)
    let content =
      axis(ticks) + (drawn == .bars ? bars(points, ticks) : line(points, ticks, from: first.time, to: last.time))
      + dates(points, drawn)
    return SVG.plot(
      width, height,
      label: "\(label): \(Shown.plural(points.count, "value")), up to \(largest), the last \(ticks.label(last.value))",
      content)
  }

  private static let width = 420
  private static let height = 170
  private static let (left, right, top, bottom) = (58.0, 414.0, 10.0, 144.0)

  private static func y(_ value: Double, _ ticks: Ticks) -> Double { bottom - (bottom - top) * value / ticks.top }

  private static func axis(_ ticks: Ticks) -> String {
    ticks.values.map { value in
      let height = Self.y(value, ticks)
      let line = "M\(SVG.number(left)) \(SVG.number(height))H\(SVG.number(right))"
      return #"<path class="\#(value == 0 ? "axis" : "grid")" d="\#(line)"/>"#
        + SVG.text(ticks.label(value), x: left - 8, y: height + 4, anchor: "end")
    }.joined()
  }

  private static func words(_ point: Point, _ ticks: Ticks) -> String {
    let value: String =
      switch ticks.unit {
      case .seconds: Shown.duration(point.value)
      case .bytes, .count: ticks.label(point.value)
      }
    return "\(Timestamp.short(point.time)): \(value)" + (point.style.map { ", \($0)" } ?? "")
  }

  private static func bars(_ points: [Point], _ ticks: Ticks) -> String {
    let slot = (right - left) / Double(points.count)
    let wide = min(max(slot * 0.74, 1.5), 28)
    return points.enumerated().map { place, point in
      let x = left + slot * (Double(place) + 0.5) - wide / 2
      // What is there is seen, however small.
      let top = min(y(point.value, ticks), bottom - 1.5)
      let style = point.style.map { "bar \($0)" } ?? "bar"
      return #"<rect class="\#(SVG.escaped(style))" x="\#(SVG.number(x))" y="\#(SVG.number(top))" "#
        + #"width="\#(SVG.number(wide))" height="\#(SVG.number(bottom - top))" rx="\#(wide > 6 ? "1.5" : "0.5")" "#
        + #"fill="currentColor">\#(SVG.title(words(point, ticks)))</rect>"#
    }.joined()
  }

  private static func line(_ points: [Point], _ ticks: Ticks, from start: Date, to end: Date) -> String {
    let length = end.timeIntervalSince(start)
    func x(_ point: Point) -> Double {
      length > 0 ? left + (right - left) * point.time.timeIntervalSince(start) / length : (left + right) / 2
    }
    let places = points.map { (x: SVG.number(x($0)), y: SVG.number(y($0.value, ticks))) }
    let d = "M" + places.map { "\($0.x) \($0.y)" }.joined(separator: "L")
    let area = "\(d)V\(SVG.number(bottom))H\(places.first?.x ?? "0")z"
    let dots = zip(points, places).map { point, place in
      let style = point.style.map { #" class="\#(SVG.escaped($0))""# } ?? ""
      let size = points.count > 45 ? "1.8" : "2.8"
      return #"<circle\#(style) cx="\#(place.x)" cy="\#(place.y)" r="\#(size)" fill="currentColor">"#
        + SVG.title(words(point, ticks)) + "</circle>"
    }
    return #"<path class="area" d="\#(area)"/><path fill="none" stroke="currentColor" stroke-width="2" "#
      + #"stroke-linejoin="round" d="\#(d)"/>"# + dots.joined()
  }

  /// The first, the last and one between, with the year where they are far apart.
  private static func dates(_ points: [Point], _ drawn: Drawing) -> String {
    guard let first = points.first, let last = points.last else { return "" }
    func label(_ date: Date) -> String {
      ChartDay.label(date, withYear: last.time.timeIntervalSince(first.time) > 300 * 86_400)
    }
    let y = bottom + 18
    guard points.count > 1 else { return SVG.text(label(first.time), x: (left + right) / 2, y: y, anchor: "middle") }
    let half = first.time.addingTimeInterval(last.time.timeIntervalSince(first.time) / 2)
    let middle = drawn == .bars ? points[points.count / 2].time : half
    let x =
      drawn == .bars
      ? left + (right - left) * (Double(points.count / 2) + 0.5) / Double(points.count) : (left + right) / 2
    return SVG.text(label(first.time), x: left, y: y)
      + (points.count > 4 ? SVG.text(label(middle), x: x, y: y, anchor: "middle") : "")
      + SVG.text(label(last.time), x: right, y: y, anchor: "end")
  }

  private static func thinned(_ points: [Point]) -> [Point] {
    guard points.count > most else { return points }
    return (0..<most).compactMap { place in
      points[(points.count * place / most)..<(points.count * (place + 1) / most)].max { $0.value < $1.value }
    }
  }
}
