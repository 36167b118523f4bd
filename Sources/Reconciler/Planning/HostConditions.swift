// Conditions: one line a question about a host, from the same plan that the loop acts on.

import Engine
package import Foundation
package import Spec
package import Store

package enum HostConditions {
  /// Judges a host.
  ///
  /// - Parameter plan: what the planner decided about the host at `now`.
  package static func judge(
    _ host: EffectiveHost, observed: ObservedHost, plan: HostPlan, generation: Int64, now: Date
  ) -> [Condition] {
    func condition(_ type: Condition.Kind, _ verdict: Verdict) -> Condition {
      Condition(
        type, verdict.status, reason: verdict.reason, message: verdict.message,
        observedGeneration: generation, changedAt: now)
    }
    let fresh = freshness(host, observed: observed, now: now)
    let reachable = reachability(observed)
    let retained = retention(host, plan: plan)
    let ready = readiness(host, observed: observed, parts: [fresh, reachable, retained])
    return [
      condition(.ready, ready), condition(.fresh, fresh), condition(.reachable, reachable), condition(.retained, retained),
    ]
  }

  private struct Verdict {
    let status: Condition.Status
    let reason: String
    let message: String
  }

  private static func freshness(_ host: EffectiveHost, observed: ObservedHost, now: Date) -> Verdict {
    guard let newest = observed.newestGood(now: now) else {
      return Verdict(status: .false, reason: "NeverBackedUp", message: "there is no good scheduled snapshot")
    }
    let at = Timestamp.short(newest.startedAt)
    guard let schedule = host.schedule else {
      return Verdict(status: .unknown, reason: "NoSchedule", message: "the newest good snapshot is of \(at)")
    }
    if let maxAge = schedule.declared.maxAge {
      let isFresh = now.timeIntervalSince(newest.startedAt) <= Double(maxAge.seconds)
      return isFresh
        ? Verdict(status: .true, reason: "RecentSnapshot", message: "the newest good snapshot is of \(at)")
        : Verdict(status: .false, reason: "Stale", message: "the newest good snapshot, of \(at), is older than \(maxAge)")
    }
    guard let due = Firing(schedule, host: host.name).latest(atOrBefore: now), newest.startedAt < due else {
      return Verdict(status: .true, reason: "RecentSnapshot", message: "the newest good snapshot is of \(at)")
    }
    return Verdict(
      status: .false, reason: "BackupDue",
      message: "the newest good snapshot is of \(at), and one was due at \(Timestamp.short(due))")
  }

  private static func reachability(_ observed: ObservedHost) -> Verdict {
    guard let last = lastBackup(observed) else {
      return Verdict(status: .unknown, reason: "NotTried", message: "no backup has been tried yet")
    }
    let at = Timestamp.short(last.finishedAt ?? last.startedAt ?? last.queuedAt)
    if last.state.isGood { return Verdict(status: .true, reason: "BackedUp", message: "was reached at \(at)") }
    guard let code = last.errorCode.flatMap(BackupFailure.Code.init(rawValue:)), code.isAboutReaching else {
      return Verdict(status: .unknown, reason: "NotTold", message: "the last backup, of \(at), does not tell")
    }
    return Verdict(status: .false, reason: code.rawValue, message: last.message ?? "")
  }

  private static func retention(_ host: EffectiveHost, plan: HostPlan) -> Verdict {
    if let hold = plan.holds.first(where: { $0.code == .tooManyDeletions || $0.code == .lastBackupFailed }) {
      return Verdict(status: .false, reason: hold.code.rawValue, message: hold.message)
    }
    guard let policy = host.retention, let retention = plan.retention else {
      return Verdict(status: .true, reason: "KeepsEverything", message: "no retention policy: every snapshot is kept")
    }
    guard !retention.dropped.isEmpty else {
      return Verdict(status: .true, reason: "InPolicy", message: "the snapshots are those that \(policy.name) keeps")
    }
    return Verdict(
      status: .false, reason: "PruneDue",
      message: "\(retention.dropped.count) snapshots are to be pruned: `pobsync retention \(host.name)`")
  }

  private static func readiness(_ host: EffectiveHost, observed: ObservedHost, parts: [Verdict]) -> Verdict {
    if host.suspended { return Verdict(status: .false, reason: "Suspended", message: "the host is suspended") }
    if let last = lastBackup(observed), !last.state.isGood {
      return Verdict(status: .false, reason: "LastBackupFailed", message: last.message ?? "")
    }
    if let broken = parts.first(where: { $0.status == .false }) { return broken }
    return Verdict(status: .true, reason: "Ready", message: "nothing stands in the way")
  }

  private static func lastBackup(_ observed: ObservedHost) -> Run? {
    observed.runs.filter { $0.kind == .backup && $0.state.isFinished }.max { $0.id < $1.id }
  }
}

extension BackupFailure.Code {
  /// True for failures that mean that the host could not be reached or would not let us in.
  fileprivate var isAboutReaching: Bool {
    switch self {
    case .addressUnknown, .unreachable, .connectionLost, .keyRefused, .hostKeyUnknown, .hostKeyChanged, .sshFailed,
      .timedOut: true
    default: false
    }
  }
}
