// The instants at which a cron expression fires in a time zone, right across changes of the clock.

package import Foundation

extension CronExpression {
  /// The first instant after `after` at which the expression fires, or nil if it fires at none in the next 40 years.
  ///
  /// What happens where the clock is changed depends on the expression, as in Debian's cron:
  ///
  /// - An expression that names times of day (neither minute nor hour begins with `*`) fires once for each of them. A
  ///   wall time that is skipped fires at the first instant after the gap, and all that one gap skips make one fire. A
  ///   wall time that occurs twice fires at its first occurrence.
  /// - An expression that follows real time (minute or hour begins with `*`) fires at each instant whose wall time
  ///   matches: in both passes of a repeated hour, and not at all in a skipped one.
  ///
  /// Nil is rare, since an expression whose date never comes is refused by the parser: `*/5 2 8-14 3 */7` in New York,
  /// where that is the hour that is skipped each spring.
  package func next(after: Date, in zone: TimeZone) -> Date? {
    // The first whole second that would do.
    guard let start = after.wholeSeconds.map({ $0 + 1 }) else { return nil }
    let clock = LocalClock(zone: zone)
    return (isInterval ? nextMatch(from: start, on: clock) : nextTimeOfDay(from: start, on: clock)).map(
      Date.init(seconds:))
  }

  /// The last instant at or before `atOrBefore` at which the expression fires, by the rules of ``next(after:in:)``, or
  /// nil if it fired at none in the last 40 years.
  package func latest(atOrBefore: Date, in zone: TimeZone) -> Date? {
    guard let end = atOrBefore.wholeSeconds else { return nil }
    let clock = LocalClock(zone: zone)
    return (isInterval ? latestMatch(through: end, on: clock) : latestTimeOfDay(through: end, on: clock)).map(
      Date.init(seconds:))
  }

  // MARK: Times of day

  private func nextTimeOfDay(from start: Int, on clock: LocalClock) -> Int? {
    // From the second before: if a gap ends exactly at the start, the wall times in it fire at the start.
    var wall = firstWallTime(from: clock.wallTime(at: start - 1))
    while let candidate = wall {
      let instant = clock.instant(of: candidate)
      if instant >= start { return instant }
      // Earlier only where the start is in the second pass of a repeated hour: the first pass has fired it.
      wall = firstWallTime(from: candidate + 60)
    }
    return nil
  }

  private func latestTimeOfDay(through end: Int, on clock: LocalClock) -> Int? {
    // If the clock was set back in the last day, it has shown later times than it shows now.
    let shown = max(clock.wallTime(at: end), clock.offset(at: end - .day) + end)
    var wall = lastWallTime(through: shown)
    while let candidate = wall {
      let instant = clock.instant(of: candidate)
      if instant <= end { return instant }
      wall = lastWallTime(through: candidate - 60)
    }
    return nil
  }

  // MARK: Real time

  /// Looks ahead as if the offset never changed, and starts again from the change where it does.
  ///
  /// The zone is asked about two days ahead at most, in which it changes its offset at most once. Beyond these the wall
  /// clock cannot come back to the times already passed, so that the rest of the way to a day before the next matching
  /// wall time is skipped unseen.
  private func nextMatch(from start: Int, on clock: LocalClock) -> Int? {
    var now = start
    while now < start + .searchLimit {
      let offset = clock.offset(at: now)
      guard let wall = firstWallTime(from: now + offset) else { return nil }
      let instant = wall - offset
      let horizon = min(instant, now + 2 * .day)
      if clock.offset(at: horizon) != offset {
        now = clock.change(after: now, through: horizon)
      } else if horizon == instant {
        return instant
      } else {
        now = max(horizon, wall - .day)
      }
    }
    return nil
  }

  /// The mirror image of ``nextMatch(from:on:)``.
  private func latestMatch(through end: Int, on clock: LocalClock) -> Int? {
    var now = end
    while now > end - .searchLimit {
      let offset = clock.offset(at: now)
      guard let wall = lastWallTime(through: now + offset) else { return nil }
      let instant = wall - offset
      let horizon = max(instant, now - 2 * .day)
      if clock.offset(at: horizon) != offset {
        now = clock.change(after: horizon, through: now) - 1
      } else if horizon == instant {
        return instant
      } else {
        now = min(horizon, wall + .day)
      }
    }
    return nil
  }
}

extension Int {
  /// The seconds of 40 years and their leap days: the day of a match may be that far (see `firstWallTime`), and where
  /// a change of the clock swallows every match there is none at all.
  fileprivate static let searchLimit = (40 * 365 + 10) * day
}
