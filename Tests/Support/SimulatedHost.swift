// A simulated remote machine: how long its transfers take, and how they end.

package import Engine

/// A host as the network shows it.
package struct SimulatedHost: Sendable {
  package enum Health: Sendable, CaseIterable {
    case well
    /// Connections break, files cannot be read.
    case flaky
    case slow
    case away
    /// It lets nobody in until somebody mends it.
    case refusing
  }

  /// How a transfer ends.
  package enum Ending: Sendable {
    case complete(SnapshotStatus)
    case failed(BackupFailure.Code)
  }

  package var health = Health.well
  /// How long a transfer takes when all is well, in seconds.
  package let usualTime: Double

  package init(usualTime: Double) { self.usualTime = usualTime }

  /// Begins a transfer.
  package func transfer(_ random: inout SeededGenerator) -> (seconds: Double, ending: Ending) {
    let time = usualTime * Double.random(in: 0.5...1.5, using: &random)
    switch health {
    case .well: return (time, .complete(random.chance(1, in: 8) ? .warning : .success))
    case .slow: return (6 * time, .complete(.success))
    case .away: return (30, .failed(.unreachable))
    case .refusing: return (2, .failed(.keyRefused))
    case .flaky:
      return random.chance(1, in: 3) ? (time, .complete(.partial)) : (time / 2, .failed(.connectionLost))
    }
  }
}
