// A time zone's wall clock in whole seconds: what it shows, and when its offset from UTC changes.

import Foundation

/// A time zone in whole seconds, asked as seldom as possible: each question goes through Foundation to ICU.
struct LocalClock: Sendable, Hashable {
  let zone: TimeZone

  /// How far the wall clock is ahead of UTC.
  func offset(at instant: Int) -> Int {
    zone.secondsFromGMT(for: Date(seconds: instant))
  }

  /// What the wall clock shows, as seconds since 1970-01-01 00:00 on the wall.
  func wallTime(at instant: Int) -> Int {
    instant + offset(at: instant)
  }

  /// The first instant at which the wall clock shows a time, or the end of the gap that skips it.
  func instant(of wall: Int) -> Int {
    // No offset is as large as a day: these two instants are on either side of the one looked for.
    let (early, late) = (wall - .day, wall + .day)
    let (before, after) = (offset(at: early), offset(at: late))
    if before == after || offset(at: wall - before) == before { return wall - before }
    if offset(at: wall - after) == after { return wall - after }
    return change(after: early, through: late)
  }

  /// The instant of the one change of offset in a stretch of time, by bisection.
  func change(after low: Int, through high: Int) -> Int {
    let old = offset(at: low)
    var (low, high) = (low, high)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      if offset(at: middle) == old { low = middle } else { high = middle }
    }
    return high
  }

  /// The clock of a place that keeps, at all times, the offset that this one has at an instant.
  func frozen(at instant: Int) -> LocalClock {
    TimeZone(secondsFromGMT: offset(at: instant)).map(LocalClock.init) ?? self
  }
}

extension Int {
  /// The seconds of a day.
  static let day = 86_400
}

extension Date {
  /// A second's beginning, counted from 1970-01-01 00:00 UTC.
  init(seconds: Int) {
    self.init(timeIntervalSince1970: Double(seconds))
  }

  /// The second in which the instant lies; nil for one that no calendar is meant for.
  var wholeSeconds: Int? {
    let seconds = timeIntervalSince1970.rounded(.down)
    return abs(seconds) < 1e12 ? Int(seconds) : nil
  }
}
