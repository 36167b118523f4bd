// The next firings over all hosts, told for thousands of hosts at the cost of their schedules: a host's firing is its
// schedule's, moved by its offset.

import Foundation
import Spec
import Store

extension NextFire {
  /// The next firings, the earliest first, with the hosts that are backed up at the same time by the same schedule.
  static func upcoming(_ groups: [HostGroup], pauses: Pauses, now: Date, limit: Int) -> [NextFire] {
    var hosts: [Moment: [HostName]] = [:]
    for group in groups where group.host.suspension == nil {
      guard let schedule = group.host.schedule else { continue }
      let times = CronTimes(schedule, around: now)
      for name in group.names {
        guard let at = times.next(for: name) else { continue }
        if let pause = pauses[name], pause.until ?? .distantFuture > at { continue }
        hosts[Moment(at: at, schedule: schedule.name), default: []].append(name)
      }
    }
    return hosts.keys.sorted().prefix(limit).map { moment in
      let names = hosts[moment, default: []].sorted()
      return NextFire(
        at: moment.at, schedule: moment.schedule, count: names.count, hosts: Array(names.prefix(namedHosts)))
    }
  }

  /// How many hosts of one firing are named.
  private static let namedHosts = 10
}

private struct Moment: Hashable, Comparable {
  let at: Date
  let schedule: ResourceName

  static func < (left: Moment, right: Moment) -> Bool { (left.at, left.schedule) < (right.at, right.schedule) }
}

/// The times of a cron expression that matter for the next firing of a host with any offset.
struct CronTimes {
  private let schedule: EffectiveSchedule
  private let now: Date
  private var times: [Date] = []

  init(_ schedule: EffectiveSchedule, around now: Date) {
    self.schedule = schedule
    self.now = now
    // A host with the largest offset is still before a firing whose cron time has passed.
    var last = now.addingTimeInterval(-Double(schedule.declared.jitter?.seconds ?? 0))
    while last <= now, let next = schedule.declared.cron.next(after: last, in: schedule.timeZone.timeZone) {
      times.append(next)
      last = next
    }
  }

  func next(for host: HostName) -> Date? {
    let offset = Firing(schedule, host: host).offset
    return times.first { $0.addingTimeInterval(offset) > now }?.addingTimeInterval(offset)
  }
}
