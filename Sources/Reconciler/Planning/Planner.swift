// The planner: desired state, observed state and the time in, a plan out. It looks at nothing else, and everything that
// decides is here: `diff`, the loop and the retention command ask the same functions.

import Engine
package import Foundation
package import Spec
import Store

package enum Planner {
  /// What the caller wants of a plan besides what is declared.
  package struct Options: Sendable, Hashable {
    /// Whether backups that failed are tried again at once, or only after a pause that grows with each failure.
    package var retriesAtOnce: Bool
    /// A prune that would remove more than this waits for a person.
    package var maxDelete: Int

    package init(retriesAtOnce: Bool, maxDelete: Int = defaultMaxDelete) {
      self.retriesAtOnce = retriesAtOnce
      self.maxDelete = maxDelete
    }
  }

  package static let defaultMaxDelete = 10

  /// Decides what is to be done now, for every declared host.
  package static func plan(desired: Spec, observed: Observed, now: Date, options: Options) -> Plan {
    Plan(
      hosts: desired.effectiveHosts.map { host in
        plan(host: host, observed: observed[host.name] ?? ObservedHost(), now: now, options: options)
      })
  }

  /// Decides for one host.
  package static func plan(
    host: EffectiveHost, observed: ObservedHost, now: Date, options: Options
  ) -> HostPlan {
    let retention = host.retention.map { RetentionPlan(observed.recorded, policy: $0, now: now) }
    let firing = host.schedule.map { Firing($0, host: host.name) }
    var actions: [Action] = []
    var holds: [Hold] = []

    if host.suspended || host.schedule?.declared.suspended == true {
      let what = host.suspended ? "the host" : "its schedule"
      holds.append(Hold(code: .suspended, message: "\(what) is suspended"))
    } else if let run = observed.runs.first(where: { !$0.state.isFinished }) {
      let since = (run.startedAt ?? run.queuedAt)
      holds.append(
        Hold(
          code: .underWay, message: "run \(run.id) (\(run.kind.rawValue)) is under way since \(Timestamp.short(since))")
      )
    } else if case .unreadable(let problem) = observed.disk {
      holds.append(Hold(code: .unreadable, message: "the snapshots on disk cannot be looked at: \(problem)"))
    } else if let reason = disagreement(observed) {
      // Whether a backup is due and what may be pruned can be told only when all snapshots are known.
      if let hold = pause(afterFailed: .discover, observed: observed, now: now, options: options) {
        holds.append(hold)
      } else {
        actions.append(.discover(reason: reason))
      }
    } else {
      switch backup(firing: firing, observed: observed, now: now, options: options) {
      case .due(let action): actions.append(action)
      case .held(let hold): holds.append(hold)
      case .notDue:
        if host.schedule?.declared.prune == true, let retention {
          switch prune(retention, observed: observed, host: host, now: now, options: options) {
          case .due(let action): actions.append(action)
          case .held(let hold): holds.append(hold)
          case .notDue: break
          }
        }
        if actions.isEmpty, case .seen(_, let trash) = observed.disk, trash > 0,
          pause(afterFailed: .prune, observed: observed, now: now, options: options) == nil
        {
          actions.append(.prune([], reason: "\(trash) removed before and not deleted yet"))
        }
      }
    }
    return HostPlan(
      host: host.name, actions: actions, holds: holds, nextFire: firing?.next(after: now), retention: retention)
  }

  private enum Decision {
    case due(Action)
    case held(Hold)
    case notDue
  }

  // MARK: - Discovery

  private static func disagreement(_ observed: ObservedHost) -> String? {
    guard case .seen(let onDisk, _) = observed.disk else { return nil }
    if let prune = observed.newestRun(.prune), prune.errorCode == RunErrorCode.planStale,
      (observed.newestRun(.discover)?.id ?? 0) < prune.id
    {
      return "a prune met a snapshot that is not what the store has recorded"
    }
    // Nearly always the two are the same, which is soon told.
    if onDisk.count == observed.recorded.count, observed.recorded.allSatisfy({ onDisk.contains($0.id) }) { return nil }
    let recorded = Set(observed.recorded.map(\.id))
    let unknown = onDisk.subtracting(recorded).count
    let missing = recorded.subtracting(onDisk).count
    let parts = [
      unknown > 0 ? "\(unknown) on disk that the store does not know" : nil,
      missing > 0 ? "\(missing) in the store that the disk does not hold" : nil,
    ].compactMap(\.self)
    return parts.isEmpty ? nil : "snapshots: " + parts.joined(separator: ", ")
  }

  // MARK: - Backup

  private static func backup(
    firing: Firing?, observed: ObservedHost, now: Date, options: Options
  ) -> Decision {
    guard let firing, let due = firing.latest(atOrBefore: now) else { return .notDue }
    // The snapshot counts, not the run that made it: what is not there any more is made again.
    let isCovered = observed.recorded.contains {
      $0.id.kind == .scheduled && $0.status != .unknown && $0.startedAt >= due && $0.startedAt <= now
    }
    guard !isCovered else { return .notDue }

    let at = Timestamp.short(due)
    // A host without any good snapshot has not missed one: it waits for its first.
    if let catchUp = firing.schedule.declared.catchUp, now.timeIntervalSince(due) > Double(catchUp.seconds),
      observed.newestGood(now: now) != nil
    {
      return .held(
        Hold(code: .missed, message: "the backup of \(at) was missed, and `catch_up` of \(catchUp) has passed"))
    }
    let failures = observed.runs.filter {
      $0.kind == .backup && $0.scheduledFor == due && ($0.state == .failed || $0.state == .cancelled)
        && $0.queuedAt >= observed.desiredSince ?? .distantPast
    }
    if !options.retriesAtOnce, let last = failures.compactMap(\.finishedAt).max() {
      // What nobody has mended meanwhile fails again: that is not worth many tries.
      let newest = failures.max { $0.id < $1.id }?.errorCode.flatMap(BackupFailure.Code.init(rawValue:))
      let pause = newest?.isTransient == false ? longestPause : pause(afterFailures: failures.count)
      let retry = min(last, now).addingTimeInterval(pause)
      if retry > now {
        return .held(
          Hold(
            code: .retryLater,
            message: "the backup of \(at) failed \(failures.count == 1 ? "once" : "\(failures.count) times"); "
              + "it is tried again at \(Timestamp.short(retry))"))
      }
    }
    return .due(.backup(dueAt: due, reason: reason(due: due, observed: observed, firing: firing, now: now)))
  }

  private static func reason(due: Date, observed: ObservedHost, firing: Firing, now: Date) -> String {
    let schedule = "schedule \(firing.schedule.name)"
    guard let newest = observed.newestGood(now: now) else {
      return "no good snapshot yet (\(schedule), due \(Timestamp.short(due)))"
    }
    return "\(schedule) was due at \(Timestamp.short(due)), the newest good snapshot is of "
      + Timestamp.short(newest.startedAt)
  }

  /// 5 minutes after the first failure, doubled after each further one, an hour at most. An hour at once after failures
  /// that do not pass by themselves, such as a refused key; a change of the desired state ends the pause.
  private static func pause(afterFailures count: Int) -> TimeInterval {
    min(longestPause, 300 * pow(2, Double(min(count, 10) - 1)))
  }

  private static let longestPause: TimeInterval = 3600

  /// The pause after a discovery or a prune that failed, while it lasts.
  private static func pause(
    afterFailed kind: RunKind, observed: ObservedHost, now: Date, options: Options
  ) -> Hold? {
    guard !options.retriesAtOnce, let run = observed.newestRun(kind), run.state == .failed,
      let finished = run.finishedAt
    else { return nil }
    let retry = min(finished, now).addingTimeInterval(pause(afterFailures: 1))
    guard retry > now else { return nil }
    return Hold(
      code: .retryLater,
      message:
        "the last \(kind.rawValue) run failed (\(run.message ?? "")); the next one comes at \(Timestamp.short(retry))")
  }

  // MARK: - Prune

  private static func prune(
    _ retention: RetentionPlan, observed: ObservedHost, host: EffectiveHost, now: Date, options: Options
  ) -> Decision {
    let dropped = retention.dropped
    guard !dropped.isEmpty, case .seen = observed.disk else { return .notDue }
    if let lastBackup = observed.newestRun(.backup), !lastBackup.state.isGood {
      return .held(
        Hold(
          code: .lastBackupFailed,
          message:
            "\(dropped.count) to prune, but the last backup did not succeed: the loop prunes nothing until one does, "
            + "and `pobsync retention \(host.name) --apply` prunes now"))
    }
    if let hold = pause(afterFailed: .prune, observed: observed, now: now, options: options) { return .held(hold) }
    guard dropped.count <= options.maxDelete else {
      return .held(
        Hold(
          code: .tooManyDeletions,
          message: "\(dropped.count) to prune, which is more than \(options.maxDelete) at a time: look at "
            + "`pobsync retention \(host.name)`, then `pobsync retention \(host.name) --apply --yes --max-delete \(dropped.count)`"
        ))
    }
    let name = host.retention?.name.description ?? ""
    return .due(.prune(dropped, reason: "retention \(name) drops \(dropped.count) of \(retention.decisions.count)"))
  }

  /// What comes of a person asking for a host's policy to be applied now, whatever the schedule and the last backup say.
  package enum RequestedPrune: Sendable, Hashable {
    case plan(RetentionPlan)
    case nothingToDo
    /// Why not, in words.
    case refused(String)
  }

  package static func requestedPrune(
    host: EffectiveHost, observed: ObservedHost, now: Date, maxDelete: Int
  ) -> RequestedPrune {
    guard let policy = host.retention else {
      return .refused("host \(host.name) has no retention policy: every snapshot is kept")
    }
    guard case .seen(let onDisk, _) = observed.disk, onDisk == Set(observed.recorded.map(\.id)) else {
      return .refused(
        "nothing was removed: the store and the disk disagree about the snapshots of \(host.name); "
          + "run `pobsync discover-snapshots --host \(host.name)` first")
    }
    let plan = RetentionPlan(observed.recorded, policy: policy, now: now)
    let count = plan.dropped.count
    if count == 0 { return .nothingToDo }
    guard count <= maxDelete else {
      return .refused(
        "nothing was removed: \(policy.name) drops \(count) snapshots of \(host.name), "
          + "and --max-delete allows \(maxDelete)")
    }
    return .plan(plan)
  }
}
