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
    offset = jitter > 0 ? Double(Self.hash("\(schedule.name)/\(host)") % UInt64(jitter)) : 0
  }

  package func latest(atOrBefore date: Date) -> Date? {
    schedule.declared.cron.latest(atOrBefore: date.addingTimeInterval(-offset), in: schedule.timeZone.timeZone)?
      .addingTimeInterval(offset)
  }

  package func next(after date: Date) -> Date? {
    schedule.declared.cron.next(after: date.addingTimeInterval(-offset), in: schedule.timeZone.timeZone)?
      .addingTimeInterval(offset)
  }

  /// FNV-1a, 64 bits, with a final mix: stable over versions and machines, as Swift's own hashing is not.
  private static func hash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
    return hash ^ (hash >> 33)
  }
}
