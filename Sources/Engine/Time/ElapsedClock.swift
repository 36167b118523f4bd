// The clock of elapsed time: for how long something lasts or is silent, whatever happens to the time of day.

/// Tells how much time has passed since some moment, the same for as long as the machine runs.
package struct ElapsedClock: Sendable {
  private let read: @Sendable () -> Double

  /// - Parameter read: gives seconds; never less than before.
  package init(_ read: @escaping @Sendable () -> Double) { self.read = read }

  /// In seconds.
  package var now: Double { read() }

  /// The machine's, which also counts while it sleeps.
  package static let system: ElapsedClock = {
    let start = ContinuousClock.now
    return ElapsedClock { (ContinuousClock.now - start) / .seconds(1) }
  }()
}
