// Virtual time: a clock of elapsed time that goes forward only when it is told to, and a time of day that can be set.

package import Engine
package import Foundation

/// The time of a simulated machine.
package final class SimulatedTime: Sendable {
  private struct Reading {
    var elapsed = 0.0
    /// The time of day at which `elapsed` is 0.
    var origin: Date
  }

  private let reading: Locked<Reading>

  package init(from start: Date) { reading = Locked(Reading(origin: start)) }

  /// In seconds.
  package var elapsed: Double { reading.with { $0.elapsed } }

  package var now: Date { Timestamp.rounded(reading.with { $0.origin.addingTimeInterval($0.elapsed) }) }

  /// When a time of day comes, unless the clock is set before; in seconds of elapsed time.
  package func elapsed(at date: Date) -> Double { reading.with { date.timeIntervalSince($0.origin) } }

  /// Lets time pass. It never goes back.
  package func advance(to elapsed: Double) { reading.with { $0.elapsed = max($0.elapsed, elapsed) } }

  /// Sets the time of day, forward or back.
  package func set(by seconds: Double) { reading.with { $0.origin.addTimeInterval(seconds) } }

  package var wallClock: WallClock { WallClock { self.now } }

  package var elapsedClock: ElapsedClock { ElapsedClock { self.elapsed } }
}
