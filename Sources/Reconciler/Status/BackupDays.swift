// What became of each host on each of the last days: whether it was backed up, or was to be. A pure function of what is
// declared and recorded.

import Engine
package import Foundation
package import Spec
package import Store

/// What a day came to for a host. The best of its backups counts: a host that failed first and was backed up then is
/// backed up.
package enum DayOutcome: String, Sendable, Hashable, CaseIterable {
  case backedUp = "backed_up"
  /// Backed up with complaints: files vanished, or could not be copied.
  case warning
  case failed
  /// A backup was due, and none ended.
  case missed
  /// Nothing was due, it was not declared yet, or the day is not over.
  case nothing
  /// It is kept from being backed up on purpose.
  case suspended
}

/// One host's last days.
package struct HostDays: Sendable, Hashable {
  package let host: HostName
  /// The oldest first; the last is today.
  package let outcomes: [DayOutcome]

  package init(host: HostName, outcomes: [DayOutcome]) {
    self.host = host
    self.outcomes = outcomes
  }

  /// How much there is to look at: what failed or was missed of late weighs most.
  var weight: Int {
    outcomes.enumerated().reduce(0) { sum, day in
      let worth =
        switch day.element {
        case .failed: 4
        case .missed: 3
        case .warning: 1
        case .backedUp, .nothing, .suspended: 0
        }
      return sum + worth * (day.offset + 1)
    }
  }
}

/// A calendar of hosts by days, in UTC.
package struct BackupDays: Sendable, Hashable {
  /// The number of the first day since 1970-01-01.
  package let firstDay: Int
  package let count: Int
  /// Those with most to look at first.
  package let hosts: [HostDays]

  /// - Parameters:
  ///   - records: what is declared, and which hosts are suspended or paused.
  ///   - days: how many, with today; 63 at most.
  package init(_ records: StatusRecords, history: BackupHistory, now: Date, days: Int = BackupDays.usualCount) {
    let today = Self.day(of: now)
    let first = today - days + 1
    firstDay = first
    count = days
    var hosts: [HostDays] = []
    for group in records.groups {
      let due = group.host.schedule.map { DueDays($0, from: first, now: now) }
      for name in group.names {
        let ends = history.ends[name] ?? [:]
        let dueDays = due?.days(of: name) ?? []
        let declared = history.declaredSince[name].map { Self.day(of: $0) } ?? first
        let rest = Self.restingSince(records.broken[name])
        let outcomes = (first...today).map { day -> DayOutcome in
          if let outcome = ends[day].flatMap({ DayOutcome($0) }) { return outcome }
          if let rest, day >= rest { return .suspended }
          return day < today && day > declared && dueDays.contains(day) ? .missed : .nothing
        }
        hosts.append(HostDays(host: name, outcomes: outcomes))
      }
    }
    let weighed = hosts.map { (days: $0, weight: $0.weight) }
    self.hosts = weighed.sorted { ($1.weight, $0.days.host) < ($0.weight, $1.days.host) }.map(\.days)
  }

  package static let usualCount = 21

  /// The first moment of the first day, from which on the history is read.
  package static func start(at now: Date, days: Int = BackupDays.usualCount) -> Date {
    Date(timeIntervalSince1970: Double(day(of: now) - days + 1) * 86_400)
  }

  static func day(of date: Date) -> Int { floorDivide(Int(date.timeIntervalSince1970.rounded(.down)), 86_400) }

  /// Since which day a host is suspended or paused; nil if it is not.
  private static func restingSince(_ broken: [Condition]?) -> Int? {
    let ready = broken?.first { $0.type == .ready && ["Suspended", "Paused"].contains($0.reason) }
    return ready.map { day(of: $0.changedAt) }
  }
}

extension DayOutcome {
  /// What backups that ended like this make of a day; nil if nothing came of them.
  fileprivate init?(_ ends: Set<RunState>) {
    if ends.contains(.succeeded) {
      self = .backedUp
    } else if ends.contains(.warning) {
      self = .warning
    } else if ends.contains(.failed) || ends.contains(.interrupted) {
      self = .failed
    } else {
      return nil
    }
  }
}

/// On which days a schedule fires, for a host with any offset.
private struct DueDays {
  private let schedule: EffectiveSchedule
  private let range: ClosedRange<Int>
  private var times: [Date] = []

  init(_ schedule: EffectiveSchedule, from first: Int, now: Date) {
    self.schedule = schedule
    range = first...BackupDays.day(of: now)
    // A host with the largest offset may fire on a day for which the cron time is of the day before.
    let jitter = Double(schedule.declared.jitter?.seconds ?? 0)
    var last = Date(timeIntervalSince1970: Double(first) * 86_400 - 1 - jitter)
    while let next = schedule.declared.cron.next(after: last, in: schedule.timeZone.timeZone), next <= now {
      times.append(next)
      // Of one that fires more often, not each time is needed to know the day.
      last = next.addingTimeInterval(Self.leastGap)
    }
  }

  /// In seconds, short of half an hour.
  private static let leastGap = 1799.0

  func days(of host: HostName) -> Set<Int> {
    let offset = Firing(schedule, host: host).offset
    return Set(times.map { BackupDays.day(of: $0.addingTimeInterval(offset)) }.filter { range.contains($0) })
  }
}

extension Environment {
  /// The calendar of the last days.
  package func backupDays() async throws -> BackupDays {
    let now = clock.now
    let history = try await store.backupHistory(since: BackupDays.start(at: now))
    return BackupDays(try await store.statusRecords(at: now, queued: 0), history: history, now: now)
  }
}
