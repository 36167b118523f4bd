// The throttle of deletions: so many files a second and no more, and none while something else needs the disk.

import Foundation

/// Paces whoever deletes a large tree. It is asked before each file, by one thread at a time, which it lets wait.
package final class DeletionThrottle: Sendable {
  /// How many files are deleted in a second if nothing else is told.
  package static let usualRate = 2000

  private struct State {
    /// How often it was asked since the last rest, and in all.
    var asked = 0
    var total = 0
    /// When the last rest was over, by the clock of elapsed time.
    var begun: Double
  }

  private let rate: Int
  private let batch: Int
  private let elapsed: ElapsedClock
  private let sleep: @Sendable (Double) -> Void
  private let makesWay: @Sendable () -> Bool
  private let isStopped: @Sendable () -> Bool
  private let report: @Sendable (Int) -> Void
  private let state: Locked<State>

  /// - Parameters:
  ///   - rate: how many files are deleted in a second at most.
  ///   - sleep: waits for so many seconds.
  ///   - makesWay: whether something else is at work that must not be slowed down; then nothing is deleted.
  ///   - isStopped: whether to stop for good.
  ///   - report: is told, now and then, how many files are deleted, more or less.
  package init(
    rate: Int = DeletionThrottle.usualRate, elapsed: ElapsedClock = .system,
    sleep: @escaping @Sendable (Double) -> Void = { DeletionThrottle.nap($0) },
    makesWay: @escaping @Sendable () -> Bool = { false }, isStopped: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.rate = max(1, rate)
    // A twentieth of a second's worth: short enough to make way at once, long enough to cost nothing.
    batch = max(1, self.rate / 20)
    self.elapsed = elapsed
    self.sleep = sleep
    self.makesWay = makesWay
    self.isStopped = isStopped
    self.report = report
    state = Locked(State(begun: elapsed.now))
  }

  /// How often it was asked.
  package var total: Int { state.with { $0.total } }

  /// Waits until another file may be deleted.
  /// - Returns: false once nothing more is to be deleted.
  package func goesOn() -> Bool {
    let (isFirst, isDue, total, begun) = state.with { state in
      state.total += 1
      state.asked += 1
      return (state.total == 1, state.asked > batch, state.total, state.begun)
    }
    if isDue {
      report(total)
      rest(for: Double(batch) / Double(rate) - (elapsed.now - begun))
    }
    if isFirst || isDue {
      while makesWay(), !isStopped() { sleep(Self.glance) }
      state.with { state in
        state.asked = 1
        state.begun = elapsed.now
      }
    }
    return !isStopped()
  }

  package static func nap(_ seconds: Double) { Thread.sleep(forTimeInterval: seconds) }

  /// In short naps, so that a stop is soon heard of.
  private func rest(for seconds: Double) {
    var left = seconds
    while left > 0, !isStopped() {
      let nap = min(left, Self.glance)
      sleep(nap)
      left -= nap
    }
  }

  /// In seconds, how often it looks whether it is still to wait.
  private static let glance = 0.25
}
