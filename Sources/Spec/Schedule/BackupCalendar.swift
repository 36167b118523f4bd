// When backups may start: inside the windows of a schedule, outside its blackouts and those of the settings.

package import Foundation

/// What windows and blackouts amount to.
///
/// Without windows every time is open; a blackout closes what it covers. The windows and blackouts of a schedule are read
/// in the schedule's time zone, the blackouts of the settings in that of the settings.
package struct BackupCalendar: Sendable, Hashable {
  private let windows: [PlacedWindow]
  private let blackouts: [PlacedWindow]

  package init(
    windows: [TimeWindow], blackouts: [TimeWindow], zone: TimeZone, settingsBlackouts: [TimeWindow],
    settingsZone: TimeZone
  ) {
    self.windows = windows.map { PlacedWindow(window: $0, clock: LocalClock(zone: zone)) }
    self.blackouts =
      blackouts.map { PlacedWindow(window: $0, clock: LocalClock(zone: zone)) }
      + settingsBlackouts.map { PlacedWindow(window: $0, clock: LocalClock(zone: settingsZone)) }
  }

  private init(windows: [PlacedWindow], blackouts: [PlacedWindow]) {
    self.windows = windows
    self.blackouts = blackouts
  }

  /// Whether a backup may start at an instant.
  package func isOpen(at date: Date) -> Bool {
    date.wholeSeconds.map(isOpen(at:)) ?? false
  }

  /// The instant itself if it is open, else the next that is; nil if there is none in the next ten years.
  package func nextOpening(atOrAfter date: Date) -> Date? {
    isOpen(at: date) ? date : nextChange(after: date)
  }

  /// The first instant after another at which it is open, if it was closed, or closed, if it was open; nil if it stays
  /// as it is for the next ten years.
  package func nextChange(after date: Date) -> Date? {
    guard let start = date.wholeSeconds else { return nil }
    return nextChange(after: start, before: start + Self.horizon).map(Date.init(seconds:))
  }

  /// Whether windows were given; without them all that blackouts leave is open.
  var hasWindows: Bool { !windows.isEmpty }

  private static let horizon = 3_653 * Int.day
}

// In whole seconds since 1970-01-01 00:00 UTC.
extension BackupCalendar {
  func isOpen(at instant: Int) -> Bool {
    !blackouts.contains { $0.contains(instant) } && (windows.isEmpty || windows.contains { $0.contains(instant) })
  }

  /// The first open instant of a stretch of time.
  func nextOpening(in stretch: Range<Int>) -> Int? {
    if stretch.isEmpty { return nil }
    let start = stretch.lowerBound
    return isOpen(at: start) ? start : nextChange(after: start, before: stretch.upperBound)
  }

  private func nextChange(after start: Int, before limit: Int) -> Int? {
    let wasOpen = isOpen(at: start)
    var now = start
    while let turn = nextTurn(after: now), turn < limit {
      if isOpen(at: turn) != wasOpen { return turn }
      now = turn
    }
    return nil
  }

  /// An instant after `now` up to which it stays as it is at `now`; nil if it stays so for ever.
  private func nextTurn(after now: Int) -> Int? {
    let closing = blackouts.filter { $0.contains(now) }
    // However many windows come and go below a blackout, it is closed until the last such blackout ends.
    guard closing.isEmpty else { return closing.lastTurn(after: now) }
    let opening = windows.filter { $0.contains(now) }
    guard windows.isEmpty || !opening.isEmpty else { return windows.firstTurn(after: now) }
    let closes = blackouts.firstTurn(after: now)
    let ends = opening.lastTurn(after: now)
    return [closes, ends].compactMap(\.self).min()
  }
}

// What the check of a spec looks at.
extension BackupCalendar {
  /// The same windows on clocks that never change: each keeps the offset that it has at an instant.
  func frozen(at instant: Int) -> BackupCalendar {
    BackupCalendar(windows: windows.map { $0.frozen(at: instant) }, blackouts: blackouts.map { $0.frozen(at: instant) })
  }

  /// Whether one clock alone decides.
  func isRead(on clock: LocalClock) -> Bool { (windows + blackouts).allSatisfy { $0.clock == clock } }

  /// The dates of the windows that have any, as counts of days since 1970-01-01.
  var datesOfWindows: [ClosedRange<Int>] { windows.compactMap(\.window.dates) }

  /// Whether every week is like the next.
  var isWeekly: Bool { (windows + blackouts).allSatisfy { $0.window.dates == nil } }
}

/// A window on the wall clock of a time zone.
private struct PlacedWindow: Sendable, Hashable {
  let window: TimeWindow
  let clock: LocalClock

  func contains(_ instant: Int) -> Bool {
    window.contains(wall: clock.wallTime(at: instant))
  }

  /// An instant after `now` up to which the window stays open, or closed, as it is at `now`; nil if it always will.
  ///
  /// That is where the window begins or ends if the offset stays as it is, or the change of the offset. The zone is asked
  /// about two days ahead at most, in which it changes its offset at most once. Beyond these the wall clock cannot come
  /// back to the times already passed, so that the rest of the way to a day before the boundary is skipped unseen.
  func nextTurn(after now: Int) -> Int? {
    let offset = clock.offset(at: now)
    let boundary = window.nextBoundary(after: now + offset)
    let ahead = now + 2 * .day
    let horizon = boundary.map { min($0 - offset, ahead) } ?? ahead
    if clock.offset(at: horizon) != offset { return clock.change(after: now, through: horizon) }
    guard let boundary else { return nil }
    return horizon == boundary - offset ? horizon : max(horizon, boundary - .day)
  }

  func frozen(at instant: Int) -> PlacedWindow {
    PlacedWindow(window: window, clock: clock.frozen(at: instant))
  }
}

extension [PlacedWindow] {
  /// The first turn of any of the windows.
  fileprivate func firstTurn(after now: Int) -> Int? {
    compactMap { $0.nextTurn(after: now) }.min()
  }

  /// The last of the windows' next turns; nil if one of them never turns, or there are none.
  fileprivate func lastTurn(after now: Int) -> Int? {
    let turns = map { $0.nextTurn(after: now) }
    return turns.contains(nil) ? nil : turns.compactMap(\.self).max()
  }
}
