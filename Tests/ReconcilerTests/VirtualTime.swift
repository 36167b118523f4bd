// A time of day and an elapsed time that tests move.

import Engine
import Foundation

/// Clocks that stand still until they are told to go on.
final class VirtualTime: Sendable {
  private let state: Locked<(date: Date, elapsed: Double)>

  init(_ date: Date, elapsed: Double = 1000) { state = Locked((date, elapsed)) }

  var clock: WallClock { WallClock { self.state.with { $0.date } } }
  var elapsed: ElapsedClock { ElapsedClock { self.state.with { $0.elapsed } } }

  /// Lets time pass.
  func advance(_ seconds: Double) {
    state.with { state in
      state.date = state.date.addingTimeInterval(seconds)
      state.elapsed += seconds
    }
  }

  /// Sets the time of day, as an operator does.
  func set(_ date: Date) { state.with { $0.date = date } }
}
