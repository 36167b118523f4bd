// Back-off: how long work that failed rests before it is tried again.

import Foundation
import Spec

/// A pause that doubles with each failure in a row, up to an hour, and differs a little from host to host, so that a
/// network that comes back is not met by all hosts in the same second.
enum Backoff {
  /// The pause after a number of failures in a row, in seconds.
  /// - Parameter seed: what is tried; the same seed gives the same pause.
  static func pause(afterFailures count: Int, seed: String) -> TimeInterval {
    let steady = min(longest, first * pow(2, Double(min(max(count, 1), 10) - 1)))
    return (steady * (1 + spread * StableHash.fraction(of: "\(seed)/\(count)"))).rounded()
  }

  /// When what failed at a time may be tried again; nil if that has come.
  ///
  /// The end of a failure may lie ahead, where the clock was set back or another machine's is ahead. A little is taken
  /// for now; where it is more than the pause itself, nobody can tell how long it has been, and the wait is over.
  static func end(of pause: TimeInterval, since finished: Date, now: Date) -> Date? {
    guard finished <= now.addingTimeInterval(pause) else { return nil }
    let end = min(finished, now).addingTimeInterval(pause)
    return end > now ? end : nil
  }

  private static let first: TimeInterval = 300
  private static let longest: TimeInterval = 3600
  /// By what share a pause is lengthened at most.
  private static let spread = 0.2
}
