// Schedules that can never be met: windows that blackouts cover, or that no firing comes near enough to.

import Foundation

/// Why no backup of a schedule would ever start in time.
enum ScheduleObstacle: Hashable {
  /// Blackouts cover every window, or all time where there are no windows.
  case neverOpen
  /// Some time is open, but no firing lies in it, or within `catch_up` before it.
  case outOfReach
}

extension EffectiveSchedule {
  /// What keeps every firing from starting a backup; nil if one can.
  ///
  /// A firing can be met if any host's share of the jitter lets it: a time from the firing to `jitter` and `catch_up`
  /// later is open. It is looked for among the firings of a stretch of time that stands for all, whatever the date is
  /// when the spec is read. Changes of the clock are left out of it: a backup that is made in one night of the year,
  /// thanks to the clock's being put forward, is not what was meant.
  func obstacle() -> ScheduleObstacle? {
    let stretches = stretches
    let clock = LocalClock(zone: zone)
    // How far two zones are apart depends on the season.
    let seasons = calendar.isRead(on: clock) ? [Self.winter] : [Self.winter, Self.summer]
    let calendars = seasons.map { (calendar.frozen(at: $0), clock.frozen(at: $0)) }
    for (calendar, clock) in calendars {
      if stretches.contains(where: { canBeMet(in: $0, calendar, clock.zone) }) { return nil }
    }
    let opens = calendars.contains { calendar, _ in stretches.contains { calendar.nextOpening(in: $0) != nil } }
    return opens ? .outOfReach : .neverOpen
  }

  /// Firings and openings take turns in leading, so that each look skips all that cannot meet.
  private func canBeMet(in stretch: Range<Int>, _ calendar: BackupCalendar, _ zone: TimeZone) -> Bool {
    var now = stretch.lowerBound - 1
    while let fire = declared.cron.next(after: Date(seconds: now), in: zone)?.wholeSeconds, fire < stretch.upperBound {
      guard let opening = calendar.nextOpening(in: fire..<stretch.upperBound) else { return false }
      guard let slack, opening > fire + slack else { return true }
      now = opening - slack - 1
    }
    return false
  }

  /// How long after a firing a backup may still start; nil if for ever.
  private var slack: Int? {
    declared.catchUp.map { $0.seconds + (declared.jitter?.seconds ?? 0) }
  }

  private var zone: TimeZone { timeZone.timeZone }

  /// Dates fall on the same days of the week again after 28 years, and weeks that no date tells apart are all alike.
  /// Dated windows may lie anywhere.
  private var stretches: [Range<Int>] {
    let start = Self.reference
    if calendar.isWeekly, declared.cron.isWeekly { return [start..<start + 28 * .day] }
    let dated = calendar.datesOfWindows.map { dates in
      let lead = slack ?? Self.years28
      let first = dates.lowerBound * .day
      return first - lead - 2 * .day..<min(dates.upperBound * .day, first + Self.years28) + 3 * .day
    }
    return [start..<start + Self.years28] + dated
  }

  private static let years28 = 28 * 365 * Int.day + 7 * .day
  private static let reference = CivilDay(year: 2024, month: 1, day: 1).daysSinceEpoch * .day
  private static let winter = CivilDay(year: 2024, month: 1, day: 15).daysSinceEpoch * .day
  private static let summer = CivilDay(year: 2024, month: 7, day: 15).daysSinceEpoch * .day
}

extension ScheduleObstacle {
  /// The schedule's keys at which to point, the best first.
  var fields: [String] {
    switch self {
    case .neverOpen: ["windows", "blackouts"]
    case .outOfReach: ["catch_up", "windows"]
    }
  }

  /// Why, in words.
  func reason(_ schedule: EffectiveSchedule) -> String {
    switch self {
    case .neverOpen:
      schedule.calendar.hasWindows ? "blackouts cover all of its `windows`" : "blackouts cover all time"
    case .outOfReach:
      "none of its firings (\(schedule.declared.cron.description.quoted)) lies in an open time, or at most "
        + "`catch_up`\(schedule.declared.catchUp.map { " (\($0))" } ?? "") before one"
    }
  }

  /// What to do about it.
  func remedy(_ schedule: EffectiveSchedule) -> String {
    switch self {
    case .neverOpen:
      schedule.calendar.hasWindows
        ? "give it a window outside of the blackouts" : "leave some time outside of the blackouts"
    case .outOfReach: "move `cron` into the open times, or lengthen `catch_up`"
    }
  }
}
