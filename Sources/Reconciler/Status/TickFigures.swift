// Figures of the control loop of this process: how many rounds there were, how long they took, what they did.

import Engine

/// Counts rounds. The loop writes it, and metrics read it.
package final class TickFigures: Sendable {
  /// What was counted since the process began.
  package struct Counts: Sendable, Hashable {
    package var rounds = 0
    /// Rounds that an error ended, such as that of a database that is away.
    package var failed = 0
    package var plannedHosts = 0
    package var queuedRuns = 0
    package var isLeading = false
    /// How long rounds took that had something to do.
    package var durations = DurationHistogram(bounds: [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60])

    package init() {}
  }

  private let state = Locked(Counts())

  package init() {}

  package var counts: Counts { state.with { $0 } }

  /// - Parameter round: what was done; nil if an error ended it.
  package func note(_ round: Controller.Round?, seconds: Double) {
    state.with { counts in
      counts.rounds += 1
      counts.isLeading = round?.isLeading ?? false
      guard let round else {
        counts.failed += 1
        return
      }
      guard round.planned > 0 else { return }
      counts.plannedHosts += round.planned
      counts.queuedRuns += round.queued.count
      counts.durations.note(seconds)
    }
  }
}
