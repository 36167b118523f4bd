// The trace of a simulation: what happened last, to be read by people.

import Engine

/// The last lines of what happened.
package final class SimulationTrace {
  private static let length = 40
  package private(set) var lines: [String] = []

  package init() {}

  package func note(_ text: String, at time: SimulatedTime) {
    lines.append("\(Int(time.elapsed)) s, \(Timestamp.short(time.now)): \(text.prefix(200))")
    if lines.count > Self.length { lines.removeFirst(lines.count - Self.length) }
  }
}
