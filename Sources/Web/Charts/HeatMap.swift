// The last weeks of a fleet on one picture: a line a host, a column a day.

/// Hosts by day. The hosts that matter most come first and are drawn with their names; when there are too many for that,
/// the rest are drawn below in small, in columns, so that a thousand hosts still fit on a screen and in a page.
enum HeatMap {
  /// How a host did on a day.
  enum Day: Int, Sendable, CaseIterable {
    case good, warning, late, failed, none

    /// The class that colours it.
    var style: String {
      switch self {
      case .good: "good"
      case .warning: "warning"
      case .late: "late"
      case .failed: "failed"
      case .none: "none"
      }
    }

    var words: String {
      switch self {
      case .good: "backed up"
      case .warning: "with warnings"
      case .late: "none in time"
      case .failed: "failed"
      case .none: "nothing due"
      }
    }
  }

  struct Row: Sendable {
    let label: String
    let link: String
    let days: [Day]
  }

  /// - Parameter rows: the most important first.
  /// - Parameter days: the name of each column, the newest last.
  /// - Parameter limit: how many bytes the drawing may take. Hosts for which there is no room are counted below it.
  static func svg(rows: [Row], days: [String], limit: Int = 40 * 1024) -> String {
    guard !rows.isEmpty, !days.isEmpty else {
      return SVG.empty(Frame.width, 80, label: name, style: "wide", "no hosts yet")
    }
    let frame = Frame(days: days.count)
    // What is not lines: the frame, what each column says, and the legend.
    let fixed = 2600 + days.reduce(0) { $0 + $1.utf8.count * 2 + 240 }
    let named = rows.count <= mostNamed ? rows.count : fewNamed
    var (lines, small) = (Lines(), Lines())
    var labels = ""
    for (place, row) in rows.prefix(named).enumerated() {
      let label = frame.label(row, at: place)
      let left = limit - fixed - lines.size - labels.utf8.count - label.utf8.count
      let y = frame.middle(ofRow: place)
      guard lines.add(row.days.prefix(days.count), x: frame.left, y: y, cell: frame.cell, within: left) else { break }
      labels += label
    }
    let drawn = lines.rows
    let rest = drawn == named ? rows.count - drawn : 0
    let perBlock = frame.rowsPerBlock(rest)
    for (place, row) in rows.dropFirst(drawn).prefix(rest).enumerated() {
      let left = limit - fixed - lines.size - labels.utf8.count - small.size
      let at = frame.place(ofSmallRow: place, perBlock: perBlock, below: drawn)
      guard small.add(row.days.prefix(days.count), x: at.x, y: at.y, cell: frame.smallCell, within: left) else { break }
    }

    let counts = Counts(rows, days: days.count)
    var content = frame.heads(days) + labels + lines.strokes(width: Frame.row - 5)
    content += frame.gaps(rows: drawn)
    if small.rows > 0 {
      let words = "\(Shown.plural(small.rows, "more host")), the worst first, in columns"
      content += SVG.text(words, x: 0, y: frame.smallTop(drawn) - 10)
      content += small.strokes(width: 3)
    }
    content += frame.hits(days, counts, rows: drawn)
    let below = frame.bottom(drawn, small: small.rows, perBlock: perBlock)
    content += SVG.legend(counts.legend, x: 0, y: below + 12, width: 700)
    let missing = rows.count - drawn - small.rows
    if missing > 0 {
      let words = "\(Shown.plural(missing, "host")) left out"
      content += SVG.text(words, x: Double(Frame.width), y: below + 12, anchor: "end", style: "strong")
    }
    let size = "\(Shown.plural(rows.count, "host")), \(Shown.plural(days.count, "day"))"
    return SVG.plot(
      Frame.width, Int(below) + 18, label: "\(name): \(size)", style: "wide", hasLinks: true, content)
  }

  private static let name = "Backups by host and day"
  /// Up to so many hosts all have their names; of more, so few.
  private static let (mostNamed, fewNamed) = (48, 24)
}

extension HeatMap {
  /// How many hosts did how, by day and in all.
  private struct Counts {
    private(set) var byDay: [[Int]]
    private(set) var total = Array(repeating: 0, count: Day.allCases.count)

    init(_ rows: [Row], days: Int) {
      byDay = Array(repeating: total, count: days)
      for row in rows {
        for (day, state) in row.days.prefix(days).enumerated() {
          byDay[day][state.rawValue] += 1
          total[state.rawValue] += 1
        }
      }
    }

    var legend: [(style: String, words: String)] {
      Day.allCases.filter { total[$0.rawValue] > 0 }.map { ($0.style, $0.words) }
    }

    func words(_ day: Int) -> String {
      let parts = Day.allCases.filter { byDay[day][$0.rawValue] > 0 }.map {
        "\(Shown.count(byDay[day][$0.rawValue])) \($0.words)"
      }
      return parts.isEmpty ? "nothing known" : parts.joined(separator: ", ")
    }
  }

  /// A path for each state. Equal days side by side are one stretch: a host that does well takes a dozen bytes.
  private struct Lines {
    private var paths = Array(repeating: "", count: Day.allCases.count)
    private(set) var rows = 0
    private(set) var size = 0

    /// - Returns: false, and nothing is added, if the line takes more bytes than that.
    mutating func add(_ days: ArraySlice<Day>, x: Int, y: Double, cell: Int, within limit: Int) -> Bool {
      var stretches: [(day: Day, d: String)] = []
      var start = days.startIndex
      while start < days.endIndex {
        let end = days[start...].firstIndex { $0 != days[start] } ?? days.endIndex
        let left = x + (start - days.startIndex) * cell
        stretches.append((days[start], "M\(left) \(SVG.number(y))h\((end - start) * cell)"))
        start = end
      }
      let added = stretches.reduce(0) { $0 + $1.d.utf8.count }
      guard added <= limit else { return false }
      for stretch in stretches { paths[stretch.day.rawValue] += stretch.d }
      size += added
      rows += 1
      return true
    }

    func strokes(width: Int) -> String {
      Day.allCases.filter { !paths[$0.rawValue].isEmpty }.map { day in
        let d = paths[day.rawValue]
        return #"<path class="\#(day.style)" stroke="currentColor" stroke-width="\#(width)" d="\#(d)">"#
          + SVG.title(day.words) + "</path>"
      }.joined()
    }
  }

  /// Where things stand.
  private struct Frame {
    static let width = 960
    static let row = 20
    private static let head = 22
    private static let smallRow = 4
    private static let blocks = 8

    let days: Int
    let left = 176
    let cell: Int
    let smallCell: Int

    init(days: Int) {
      self.days = days
      cell = max(1, (Self.width - left) / days)
      smallCell = max(1, 105 / days)
    }

    func middle(ofRow place: Int) -> Double { Double(Self.head + place * Self.row) + Double(Self.row) / 2 }

    func label(_ row: Row, at place: Int) -> String {
      #"<a href="\#(SVG.escaped(row.link))">"#
        + SVG.text(SVG.shortened(row.label, to: 26), x: 0, y: middle(ofRow: place) + 4)
        + (row.label.count > 26 ? SVG.title(row.label) : "") + "</a>"
    }

    /// Names of days, as many as have room, the last among them.
    func heads(_ days: [String]) -> String {
      let longest = days.map(\.count).max() ?? 0
      let step = max(1, (longest * 7 + 8 + cell - 1) / cell)
      return days.indices.filter { (days.count - 1 - $0).isMultiple(of: step) }.map { place in
        let middle = min(Double(left + place * cell) + Double(cell) / 2, Double(Self.width) - Double(longest) * 3.2)
        return SVG.text(days[place], x: middle, y: 13, anchor: "middle")
      }.joined()
    }

    /// Lines in the colour of the ground, which cut the stretches into days.
    func gaps(rows: Int) -> String {
      guard cell > 4, rows > 0 else { return "" }
      let height = rows * Self.row
      let d = (1..<max(days, 2)).map { "M\(left + $0 * cell) \(Self.head)v\(height)" }.joined()
      return #"<path class="gap" stroke-width="2.5" d="\#(d)"/>"#
    }

    /// A rectangle over each day, which says how the fleet did.
    func hits(_ days: [String], _ counts: Counts, rows: Int) -> String {
      days.indices.map { place in
        #"<rect class="hit" x="\#(left + place * cell)" y="\#(Self.head)" width="\#(cell)" height="\#(rows * Self.row)">"#
          + SVG.title("\(days[place]): \(counts.words(place))") + "</rect>"
      }.joined()
    }

    func rowsPerBlock(_ rows: Int) -> Int { max(1, (rows + Self.blocks - 1) / Self.blocks) }

    func smallTop(_ rows: Int) -> Double { Double(Self.head + rows * Self.row + 36) }

    func place(ofSmallRow place: Int, perBlock: Int, below rows: Int) -> (x: Int, y: Double) {
      let (block, line) = place.quotientAndRemainder(dividingBy: perBlock)
      return (block * (Self.width / Self.blocks), smallTop(rows) + Double(line * Self.smallRow) + 2)
    }

    func bottom(_ rows: Int, small: Int, perBlock: Int) -> Double {
      let named = Double(Self.head + rows * Self.row + 10)
      return small > 0 ? smallTop(rows) + Double(min(perBlock, small) * Self.smallRow + 10) : named
    }
  }
}
