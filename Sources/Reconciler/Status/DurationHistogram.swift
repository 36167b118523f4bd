// Histograms of durations: how many were at most so long, for each of a few bounds, as Prometheus takes them.

package struct DurationHistogram: Sendable, Hashable {
  /// In seconds, rising.
  package let bounds: [Double]
  /// How many were within each bound and above the one before; the last counts those above all bounds.
  private var counts: [Int]
  package private(set) var sum = 0.0

  package init(bounds: [Double]) {
    self.bounds = bounds
    counts = Array(repeating: 0, count: bounds.count + 1)
  }

  package mutating func note(_ seconds: Double) {
    counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
    sum += max(0, seconds)
  }

  package var count: Int { counts.reduce(0, +) }

  /// How many were at most as long as each bound.
  package var cumulative: [Int] {
    var total = 0
    return counts.dropLast().map { count in
      total += count
      return total
    }
  }
}
