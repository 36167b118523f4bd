// Conditions: one line a question about a host, from the same plan that the loop acts on.

import Engine
package import Foundation
package import Spec
package import Store

extension Condition {
  /// The reason of `Ready` while the backup root cannot be used.
  static let rootReason = "BackupRootUnusable"
}

package enum HostConditions {
  /// Judges a host.
  ///
  /// - Parameters:
  ///   - plan: what the planner decided about the host at `now`.
  ///   - rootProblem: why the backup root cannot be used, if it cannot.
  package static func judge(
    _ host: EffectiveHost, observed: ObservedHost, plan: HostPlan, generation: Int64, rootProblem: String? = nil,
    now: Date
  ) -> [Condition] {
    func condition(_ type: Condition.Kind, _ verdict: Verdict) -> Condition {
      Condition(
        type, verdict.status, reason: verdict.reason, message: verdict.message,
        observedGeneration: generation, changedAt: now)
    }
    let fresh = freshness(host, observed: observed, now: now)
    let reachable = reachability(observed)
    let retained = retention(host, observed: observed, plan: plan, now: now)
    let ready =
      rootProblem.map { Verdict(status: .false, reason: Condition.rootReason, message: $0) }
      ?? readiness(observed: observed, plan: plan, parts: [fresh, reachable, retained])
    return [
      condition(.ready, ready), condition(.fresh, fresh), condition(.reachable, reachable),
      condition(.retained, retained),
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
    if let maxAge = host.maxAge {
      let isFresh = now.timeIntervalSince(newest.startedAt) <= Double(maxAge.seconds)
      return isFresh
        ? Verdict(status: .true, reason: "RecentSnapshot", message: "the newest good snapshot is of \(at)")
        : Verdict(
          status: .false, reason: "Stale", message: "the newest good snapshot, of \(at), is older than \(maxAge)")
    }
    guard let schedule = host.schedule else {
      return Verdict(status: .unknown, reason: "NoSchedule", message: "the newest good snapshot is of \(at)")
    }
    guard let due = Firing(schedule, host: host.name).latest(atOrBefore: now), newest.startedAt < due else {
      return Verdict(status: .true, reason: "RecentSnapshot", message: "the newest good snapshot is of \(at)")
    }
    if observed.recorded.contains(where: { $0.status == .partial && $0.startedAt >= due && $0.startedAt <= now }) {
      return Verdict(
        status: .false, reason: "LastBackupPartial",
        message: "the newest good snapshot is of \(at); the one made since is partial")
    }
    let isOverdue = lateness(of: host, at: now).map { now.timeIntervalSince(newest.startedAt) > $0 } ?? false
    return Verdict(
      status: .false, reason: isOverdue ? "Overdue" : "BackupDue",
      message: "the newest good snapshot is of \(at), and one was due at \(Timestamp.short(due))")
  }

  /// Why the newest good snapshot is too old for older ones to be let go, in words; nil if it is not, or if the next is
  /// merely due.
  static func staleness(_ host: EffectiveHost, observed: ObservedHost, now: Date) -> String? {
    let fresh = freshness(host, observed: observed, now: now)
    return fresh.status == .false && ["Stale", "Overdue"].contains(fresh.reason) ? fresh.message : nil
  }

  /// The age of the newest good snapshot, in seconds, from which on it is too old: its `max_age`, or where the schedule
  /// says how old it may be, the time since the firing before the latest, and a day at least; nil if none is expected.
  ///
  /// - Parameter name: the host's, which its jitter depends on, if it is another that is declared alike.
  package static func lateness(of host: EffectiveHost, named name: HostName? = nil, at now: Date) -> TimeInterval? {
    if let maxAge = host.maxAge { return Double(maxAge.seconds) }
    guard let firing = host.schedule.map({ Firing($0, host: name ?? host.name) }),
      let due = firing.latest(atOrBefore: now),
      let before = firing.latest(atOrBefore: due.addingTimeInterval(-1))
    else { return nil }
    return max(overdueAfter, now.timeIntervalSince(before))
  }

  /// How old the newest good snapshot is at least where a host without `max_age` is called overdue. Besides, two
  /// firings must have passed since.
  static let overdueAfter: TimeInterval = 86_400

  private static func reachability(_ observed: ObservedHost) -> Verdict {
    guard let last = observed.newestRun(.backup) else {
      return Verdict(status: .unknown, reason: "NotTried", message: "no backup has been tried yet")
    }
    let at = Timestamp.short(last.finishedAt ?? last.startedAt ?? last.queuedAt)
    if last.state.isGood { return Verdict(status: .true, reason: "BackedUp", message: "was reached at \(at)") }
    guard let code = last.errorCode.flatMap(BackupFailure.Code.init(rawValue:)), code.isAboutReaching else {
      return Verdict(status: .unknown, reason: "NotTold", message: "the last backup, of \(at), does not tell")
    }
    return Verdict(status: .false, reason: code.rawValue.runTogether, message: last.message ?? "")
  }

  private static func retention(_ host: EffectiveHost, observed: ObservedHost, plan: HostPlan, now: Date) -> Verdict {
    // That a source may not be whole is worth knowing before there is anything to prune.
    let suspicion = PruneFreeze.suspicious(host.name, observed, maxShrink: host.maxShrink, now: now)
    let prunes = host.schedule?.declared.prune == true && plan.retention?.dropped.isEmpty == false
    if let freeze = prunes ? PruneFreeze.of(host, observed: observed, now: now) : suspicion {
      return Verdict(status: .false, reason: freeze.hold.code.rawValue.runTogether, message: freeze.hold.message)
    }
    if let hold = plan.hold, hold.code == .tooManyDeletions || hold.code == .lastBackupFailed {
      return Verdict(status: .false, reason: hold.code.rawValue.runTogether, message: hold.message)
    }
    guard let policy = host.retention, let retention = plan.retention else {
      return Verdict(status: .true, reason: "KeepsEverything", message: "no retention policy: every snapshot is kept")
    }
    guard !retention.dropped.isEmpty else {
      return Verdict(status: .true, reason: "InPolicy", message: "the snapshots are those that \(policy.name) keeps")
    }
    guard host.schedule?.declared.prune == true else {
      let count = retention.dropped.count
      return Verdict(
        status: .true, reason: "NotPruned",
        message: "\(policy.name) does not ask for \(count) of the snapshots, and the schedule does not prune")
    }
    return Verdict(
      status: .false, reason: "PruneDue",
      message:
        "\(retention.dropped.count) \(retention.dropped.count == 1 ? "snapshot is" : "snapshots are") to be pruned: "
        + "`pobsync retention \(host.name)`")
  }

  private static func readiness(observed: ObservedHost, plan: HostPlan, parts: [Verdict]) -> Verdict {
    if let hold = plan.hold, [.suspended, .paused, .unreadable, .notOurs].contains(hold.code) {
      return Verdict(status: .false, reason: hold.code.rawValue.runTogether, message: hold.message)
    }
    if let last = observed.newestRun(.backup), !last.state.isGood {
      let needsPerson = plan.hold?.code == .needsPerson
      let message = last.message ?? ""
      switch (last.state, needsPerson) {
      case (.cancelled, true): return Verdict(status: .false, reason: "Cancelled", message: message)
      // That somebody, or the end of its window, has stopped it is no failure of the host's.
      case (.cancelled, false): break
      case (.interrupted, _): return Verdict(status: .false, reason: "LastBackupInterrupted", message: message)
      case (_, true): return Verdict(status: .false, reason: "NeedsPerson", message: message)
      case (_, false): return Verdict(status: .false, reason: "LastBackupFailed", message: message)
      }
    }
    if let broken = parts.first(where: { $0.status == .false }) { return broken }
    return Verdict(status: .true, reason: "Ready", message: "nothing stands in the way")
  }
}

extension String {
  /// `host_key_changed` as conditions write their reasons: `HostKeyChanged`.
  fileprivate var runTogether: String {
    split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }
}

extension BackupFailure.Code {
  /// True for failures that mean that the host could not be reached or would not let us in.
  fileprivate var isAboutReaching: Bool {
    switch self {
    case .addressUnknown, .unreachable, .connectionLost, .keyRefused, .hostKeyUnknown, .hostKeyChanged, .sshFailed,
      .timedOut:
      true
    default: false
    }
  }
}
