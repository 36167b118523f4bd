// When a schedule fires for a host: its cron expression in its zone, moved by the host's own share of the jitter.

package import Foundation
package import Spec

/// A schedule as it fires for one host.
package struct Firing: Sendable, Hashable {
  package let schedule: EffectiveSchedule
  /// The host's place within the jitter, always the same for the same host and schedule.
  package let offset: TimeInterval

  package init(_ schedule: EffectiveSchedule, host: HostName) {
    self.schedule = schedule
    let jitter = schedule.declared.jitter?.seconds ?? 0
    offset = jitter > 0 ? Double(StableHash.value(of: "\(schedule.name)/\(host)") % UInt64(jitter)) : 0
  }

  package func latest(atOrBefore date: Date) -> Date? {
    schedule.declared.cron.latest(atOrBefore: date.addingTimeInterval(-offset), in: schedule.timeZone.timeZone)?
      .addingTimeInterval(offset)
  }

  package func next(after date: Date) -> Date? {
    schedule.declared.cron.next(after: date.addingTimeInterval(-offset), in: schedule.timeZone.timeZone)?
      .addingTimeInterval(offset)
  }
}
