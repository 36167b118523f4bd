// What is wrong with which hosts, told by their conditions, and which conditions are false in the order of things.

import Foundation
import Spec
import Store

struct HostTroubles {
  private(set) var failed: [HostTrouble] = []
  private(set) var late: [HostTrouble] = []
  private(set) var waiting: [HostTrouble] = []
  private(set) var counts = HostCounts()
  /// How each host stands of which a condition is false. The others are ready, or have not been looked at.
  private(set) var standings: [HostName: HostStanding] = [:]

  init(_ records: StatusRecords, now: Date) {
    counts.unobserved = records.unobserved
    for group in records.groups {
      counts.declared += group.names.count
      let isOpen = group.host.schedule?.calendar.isOpen(at: now) ?? true
      for name in group.names {
        guard let broken = records.broken[name] else { continue }
        sort(
          name, broken, newestGood: records.newestGood[name],
          isInOrder: !isOpen || records.backingUp.contains(name))
      }
    }
    counts.unknown = max(0, counts.declared - records.judged)
    let rest = [
      counts.suspended, counts.paused, counts.failed, counts.late, counts.waiting, counts.due, counts.unknown,
    ]
    counts.ready = max(0, counts.declared - rest.reduce(0, +))
  }

  /// - Parameter isInOrder: true if a backup that is due is queued or running, or its window is closed.
  private mutating func sort(_ host: HostName, _ broken: [Condition], newestGood: Date?, isInOrder: Bool) {
    func condition(_ type: Condition.Kind) -> Condition? { broken.first { $0.type == type } }
    func trouble(_ condition: Condition) -> HostTrouble {
      HostTrouble(
        host: host, reason: condition.reason, message: condition.message, since: condition.changedAt,
        newestGood: newestGood)
    }
    let ready = condition(.ready)
    // Nobody expects anything of hosts that are kept from working on purpose.
    if let ready {
      switch ready.reason {
      case "Suspended":
        counts.suspended += 1
        standings[host] = HostStanding(.suspended, by: ready)
        return
      case "Paused":
        counts.paused += 1
        standings[host] = HostStanding(.paused, by: ready)
        return
      default: break
      }
    }
    let failure = condition(.reachable) ?? ready.flatMap { Self.failures.contains($0.reason) ? $0 : nil }
    let lateness = condition(.fresh).flatMap { isInOrder && Self.excusable.contains($0.reason) ? nil : $0 }
    let wait =
      ready.flatMap { Self.personal.contains($0.reason) ? $0 : nil }
      ?? condition(.retained).flatMap { Self.retaining.contains($0.reason) ? $0 : nil }
    if let failure { failed.append(trouble(failure)) }
    if let lateness { late.append(trouble(lateness)) }
    if let wait { waiting.append(trouble(wait)) }
    switch (failure, lateness, wait) {
    case (let failure?, _, _):
      counts.failed += 1
      standings[host] = HostStanding(.failed, by: failure)
    case (_, let lateness?, _):
      counts.late += 1
      standings[host] = HostStanding(.late, by: lateness)
    case (_, _, let wait?):
      counts.waiting += 1
      standings[host] = HostStanding(.waiting, by: wait)
    default:
      guard let ready else { return }
      counts.due += 1
      standings[host] = HostStanding(.due, by: ready)
    }
  }

  /// Reasons for not being ready that mean that something has failed.
  private static let failures: Set = ["BackupRootUnusable", "Unreadable", "LastBackupFailed", "NeedsPerson"]
  /// Reasons for not being ready that go only when a person acts.
  private static let personal: Set = ["NeedsPerson", "Cancelled", "NotOurs"]
  /// Reasons for not being retained as declared that go only when a person acts. That the backup root has not been adopted
  /// is no matter of one host.
  private static let retaining: Set = ["TooManyDeletions", "Suspicious", "ClockSuspect"]
  /// Reasons for not being fresh that are in order while a backup is on its way.
  private static let excusable: Set = ["BackupDue", "NeverBackedUp"]
}
