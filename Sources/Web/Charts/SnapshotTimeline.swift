// The snapshots of a host on a time line: the last days wide, the years before ever closer, as retention thins them out.

import Engine
import Foundation
import Spec

enum SnapshotTimeline {
  /// What the retention policy has in mind for a snapshot.
  enum Fate: Sendable {
    case kept
    /// To be pruned.
    case leaving
  }

  struct Mark: Sendable {
    let time: Date
    let kind: SnapshotKind
    let status: SnapshotStatus
    let bytes: Int64?
    let fate: Fate
    let isPinned: Bool
    let label: String
    let link: String?
  }

  /// Beyond this many, those that would cover each other are drawn as one.
  static let most = 150

  static func svg(_ marks: [Mark], now: Date) -> String {
    guard let oldest = marks.map(\.time).min() else {
      return SVG.empty(width, 80, label: name, style: "wide", "no snapshots yet")
    }
    let scale = Scale(seconds: now.timeIntervalSince(oldest))
    let largest = marks.compactMap(\.bytes).max() ?? 0
    let hasManual = marks.contains { $0.kind == .manual }
    let height = hasManual ? 150 : 110
    let base = Double(height - 46)
    func lane(_ kind: SnapshotKind) -> Double { kind == .manual ? 22 : base - 30 }

    var content = scale.axis(at: base)
    // The large ones first, so that small ones lie on top of them.
    let drawn = merged(marks, scale: scale, now: now).sorted { ($0.bytes, $1.x) > ($1.bytes, $0.x) }
    for mark in drawn {
      content += mark.svg(y: lane(mark.first.kind), radius: radius(mark.bytes, largest: largest))
    }
    content += SVG.legend(legend(marks), x: scale.left, y: Double(height) - 6, width: scale.width)
    return SVG.plot(
      width, height,
      label:
        "\(name): \(Shown.plural(marks.count, "snapshot")), the oldest of \(ChartDay.label(oldest, withYear: true))",
      style: "wide", hasLinks: drawn.contains { $0.link != nil }, content)
  }

  private static let width = 960
  private static let name = "Snapshots over time"

  /// By area, within what can be seen and does not hide others.
  private static func radius(_ bytes: Int64, largest: Int64) -> Double {
    guard largest > 0 else { return 5 }
    return 3.5 + 7.5 * (Double(max(0, bytes)) / Double(largest)).squareRoot()
  }

  private static func legend(_ marks: [Mark]) -> [(style: String, words: String)] {
    let scheduled = marks.filter { $0.kind == .scheduled }
    let entries: [(style: String, words: String, isThere: Bool)] = [
      ("success", "scheduled", scheduled.contains { $0.status == .success }),
      ("warning", "with warnings or partial", scheduled.contains { $0.status == .warning || $0.status == .partial }),
      ("unknown", "unknown", scheduled.contains { $0.status == .unknown }),
      ("manual", "manual", marks.contains { $0.kind == .manual }),
      ("goes", "to be pruned (rings)", marks.contains { $0.fate == .leaving }),
      ("pinned", "pinned (dot above)", marks.contains(where: \.isPinned)),
    ]
    return entries.filter(\.isThere).map { ($0.style, $0.words) }
  }
}

extension SnapshotTimeline {
  /// One snapshot, or several that stand at one place and share what is drawn of them.
  private struct Drawn {
    let x: Double
    let first: Mark
    var last: Mark
    var count = 1
    var bytes: Int64
    var isPinned: Bool

    init(_ mark: Mark, x: Double) {
      (self.x, first, last) = (x, mark, mark)
      bytes = mark.bytes ?? 0
      isPinned = mark.isPinned
    }

    var link: String? { count == 1 ? first.link : nil }

    mutating func add(_ mark: Mark) {
      last = mark
      count += 1
      bytes = max(bytes, mark.bytes ?? 0)
      isPinned = isPinned || mark.isPinned
    }

    func svg(y: Double, radius: Double) -> String {
      let isLeaving = first.fate == .leaving
      let style = isLeaving ? "goes" : first.kind == .manual ? "manual" : first.status.rawValue
      let paint =
        isLeaving ? #"fill="none" stroke="currentColor" stroke-width="2""# : #"fill="currentColor" fill-opacity=".8""#
      let circle =
        #"<circle class="\#(style)" cx="\#(SVG.number(x))" cy="\#(SVG.number(y))" r="\#(SVG.number(radius))" \#(paint)>"#
        + SVG.title(words) + "</circle>"
      let pin =
        isPinned
        ? #"<circle class="pin" cx="\#(SVG.number(x))" cy="\#(SVG.number(y - radius - 4.5))" r="2"/>"# : ""
      return (link.map { #"<a href="\#(SVG.escaped($0))">\#(circle)</a>"# } ?? circle) + pin
    }

    private var words: String {
      let fate = first.fate == .leaving ? "to be pruned" : "kept"
      guard count == 1 else {
        // The newest comes first.
        return
          "\(Shown.plural(count, "\(first.kind.rawValue) snapshot")), \(ChartDay.label(last.time, withYear: true)) to "
          + "\(ChartDay.label(first.time, withYear: true)), up to \(bytes.shownAsSize), \(fate)"
      }
      let size = first.bytes.map { ", \($0.shownAsSize)" } ?? ""
      return
        "\(first.label): \(Timestamp.short(first.time)), \(first.kind.rawValue), \(first.status.rawValue)\(size), \(fate)"
        + (isPinned ? ", pinned" : "")
    }
  }

  private struct Spot: Hashable {
    let column: Int
    let kind: SnapshotKind
    let isLeaving: Bool
  }

  private static func merged(_ marks: [Mark], scale: Scale, now: Date) -> [Drawn] {
    let marks = marks.sorted { ($0.time, $0.label) > ($1.time, $1.label) }
    func x(_ mark: Mark) -> Double { scale.x(age: now.timeIntervalSince(mark.time)) }
    guard marks.count > most else { return marks.map { Drawn($0, x: x($0)) } }
    var places: [Spot: Int] = [:]
    var drawn: [Drawn] = []
    for mark in marks {
      let column = Int(x(mark) / 8)
      let spot = Spot(column: column, kind: mark.kind, isLeaving: mark.fate == .leaving)
      if let place = places[spot] {
        drawn[place].add(mark)
      } else {
        places[spot] = drawn.count
        drawn.append(Drawn(mark, x: Double(column) * 8 + 4))
      }
    }
    return drawn
  }

  /// Ages on a logarithmic scale, the present at the right.
  private struct Scale {
    let left = 16.0
    let right = 944.0
    var width: Double { right - left }
    private let oldest: Double
    private static let day = 86_400.0
    /// Below this, ages are nearly linear.
    private static let knee = 43_200.0

    init(seconds: Double) {
      oldest = seconds.isFinite ? min(max(seconds, Self.day), 1e11) : Self.day
    }

    func x(age: Double) -> Double {
      let age = min(max(age, 0), oldest)
      return right - width * log(1 + age / Self.knee) / log(1 + oldest / Self.knee)
    }

    private static let marks: [(age: Double, label: String)] = [
      (0, "now"), (day / 4, "6 h"), (day, "1 day"), (3 * day, "3 days"), (7 * day, "1 week"), (14 * day, "2 weeks"),
      (30.4375 * day, "1 month"), (91.3125 * day, "3 months"), (182.625 * day, "6 months"), (365.25 * day, "1 year"),
      (730.5 * day, "2 years"), (1826.25 * day, "5 years"), (3652.5 * day, "10 years"), (7305 * day, "20 years"),
    ]

    /// The line with its marks, as many as have room.
    func axis(at y: Double) -> String {
      var result = #"<path class="axis" d="M\#(SVG.number(left)) \#(SVG.number(y))H\#(SVG.number(right))"/>"#
      var free = Double.infinity
      for mark in Self.marks where mark.age <= oldest {
        let place = x(age: mark.age)
        guard place + 30 <= free else { continue }
        free = place - 30
        result += #"<path class="axis" d="M\#(SVG.number(place)) \#(SVG.number(y))v5"/>"#
        result += SVG.text(
          mark.label, x: min(max(place, left + 12), right), y: y + 18, anchor: mark.age == 0 ? "end" : "middle")
      }
      return result
    }
  }
}
