// A line no larger than a word, for a cell of a table.

enum Sparkline {
  /// Beyond this many values, neighbours are drawn as one, the largest of them.
  static let most = 52

  static func svg(_ values: [Double], label: String) -> String {
    let values = thinned(values.map { $0.isFinite ? min(max($0, 0), 1e24) : 0 })
    guard let largest = values.max(), let last = values.last else {
      return SVG.plot(width, height, label: "\(label): nothing yet", style: "spark", baseline)
    }
    let step = values.count > 1 ? Double(width - 8) / Double(values.count - 1) : 0
    let places = values.enumerated().map { place, value in
      (x: 3 + step * Double(place), y: largest > 0 ? 21 - 18 * value / largest : 21)
    }
    let d = "M" + places.map { "\(SVG.number($0.x)) \(SVG.number($0.y))" }.joined(separator: "L")
    let end = places.last ?? (x: 3, y: 21)
    let trend = last >= largest ? "the last the largest" : "the last \(Shown.percent(last / largest)) of the largest"
    var content = baseline + SVG.title(label)
    content += #"<path fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" d="\#(d)"/>"#
    content += #"<circle cx="\#(SVG.number(end.x))" cy="\#(SVG.number(end.y))" r="2.2" fill="currentColor"/>"#
    let words = "\(label): \(Shown.plural(values.count, "value")), \(trend)"
    return SVG.plot(width, height, label: words, style: "spark", content)
  }

  private static let (width, height) = (104, 24)
  private static let baseline = #"<path class="grid" d="M0 22.5H104"/>"#

  private static func thinned(_ values: [Double]) -> [Double] {
    guard values.count > most else { return values }
    return (0..<most).compactMap { values[(values.count * $0 / most)..<(values.count * ($0 + 1) / most)].max() }
  }
}
