// The planner: desired state, observed state and the time in, a plan out. It looks at nothing else, and everything that
// decides is in this room: `diff`, the controller, the workers and the retention command ask the same functions.

import Engine
package import Foundation
package import Spec
import Store

package enum Planner {
  /// How failures of the past count.
  package enum Retries: Sendable, Hashable {
    /// What failed rests for a time that grows with each failure, or until somebody mends it.
    case afterPause
    /// What failed up to this run is tried once more, at once: somebody has asked for all that is left to do.
    case atOnce(upTo: Int64)

    /// As if nothing had ever failed.
    package static let always = Retries.atOnce(upTo: .max)
  }

  /// Decides what is to be done now, for every declared host.
  package static func plan(desired: Spec, observed: Observed, now: Date, retries: Retries) -> Plan {
    Plan(
      hosts: desired.effectiveHosts.map { host in
        plan(host: host, observed: observed[host.name] ?? ObservedHost(), now: now, retries: retries)
      })
  }

  /// Decides for one host.
  package static func plan(host: EffectiveHost, observed: ObservedHost, now: Date, retries: Retries) -> HostPlan {
    let retention = host.retention.map { RetentionPlan(observed.recorded, policy: $0, pins: observed.pins, now: now) }
    let firing = host.schedule.map { Firing($0, host: host.name) }
    let nextFire = firing?.next(after: now)
    let decision = Decision(
      host: host, observed: observed, retention: retention, firing: firing, now: now, retries: retries)
    let verdict = decision.made
    // What is in the trash goes whatever else waits: the room may be what it waits for.
    let emptying = decision.emptying(beside: verdict)
    // What the declaration asks for is tried again also while something else is held.
    var changes = [
      nextFire, verdict.hold?.until, decision.requested.hold?.until, emptying.hold?.until, decision.nextExpiry,
    ]
    // Snapshots of the future come to count, and fresh ones grow stale.
    changes += observed.recorded.map(\.startedAt).filter { $0 > now }.map(Optional.some)
    if let newest = observed.newestGood(now: now) {
      let age = host.maxAge.map { Double($0.seconds) } ?? HostConditions.overdueAfter
      changes.append(newest.startedAt.addingTimeInterval(age + 1))
    }
    // Pins come to their end, and what a clock that was wrong has recorded comes to be past.
    changes += observed.pins.values.map(\.until)
    changes.append(PruneFreeze.clockSuspect(host.name, observed, now: now)?.hold.until)
    return HostPlan(
      host: host.name, action: verdict.action ?? emptying.action, hold: verdict.hold ?? emptying.hold,
      nextFire: nextFire, retention: retention,
      validUntil: changes.compactMap(\.self).filter { $0 > now }.min())
  }
}

/// The decision about one host: the first thing that is to be done, or what stands in its way.
private struct Decision {
  let host: EffectiveHost
  let observed: ObservedHost
  let retention: RetentionPlan?
  let firing: Firing?
  let now: Date
  let retries: Planner.Retries

  enum Verdict {
    case act(Action)
    case wait(Hold)
    case nothing

    var action: Action? { if case .act(let action) = self { action } else { nil } }
    var hold: Hold? { if case .wait(let hold) = self { hold } else { nil } }
  }

  var made: Verdict {
    if let suspension = host.suspension { return .wait(Hold(.suspended, suspension.description)) }
    if let pause = observed.pause, pause.until ?? .distantFuture > now {
      return .wait(Hold(.paused, pause.description, until: pause.until))
    }
    if let run = observed.runs.first(where: { !$0.state.isFinished && $0.kind.occupiesHost }) {
      let since = run.state == .queued ? "queued" : "under way"
      return .wait(
        Hold(
          .underWay,
          "run \(run.id) (\(run.kind.rawValue)) is \(since) since \(Timestamp.short(run.startedAt ?? run.queuedAt))"))
    }
    if case .unreadable(let problem) = observed.disk {
      return .wait(Hold(.unreadable, "the snapshots on disk cannot be looked at: \(problem)"))
    }
    if let reason = observed.disagreement(of: host.name) {
      // Whether a backup is due and what may be pruned can be told only when all snapshots are known.
      return pause(afterFailed: .discover).map(Verdict.wait) ?? .act(.discover(reason: reason))
    }
    if let notAdopted = observed.notAdopted { return .wait(Hold(.notOurs, "\(notAdopted)")) }
    return next
  }

  /// What is to be done where it is known what is there, and that it is the host's own.
  private var next: Verdict {
    let requested = requested
    if case .act = requested { return requested }
    let backup = backup
    guard case .nothing = backup else { return backup }
    // A request that waits keeps no scheduled backup from being made, and nothing from being pruned.
    let prune = prune
    if case .act = prune { return prune }
    guard case .nothing = requested else { return requested }
    return prune
  }

  // MARK: - The trash

  /// What is to be deleted for good, beside what else was decided.
  func emptying(beside verdict: Verdict) -> Verdict {
    let everythingRests = verdict.hold.map { [.suspended, .paused].contains($0.code) } ?? false
    guard observed.isAdopted, observed.notAdopted == nil, verdict.action == nil, !everythingRests,
      case .seen(_, let trash) = observed.disk,
      let order = TrashPolicy(host).order(trash, space: observed.space, now: now),
      !observed.runs.contains(where: { $0.kind == .emptyTrash && !$0.state.isFinished })
    else { return .nothing }
    return pause(afterFailed: .emptyTrash).map(Verdict.wait) ?? .act(.emptyTrash(order.entries, reason: order.reason))
  }

  /// When the next thing in the trash is past its time.
  var nextExpiry: Date? {
    guard case .seen(_, let trash) = observed.disk else { return nil }
    return TrashPolicy(host).nextExpiry(of: trash, after: now)
  }

  // MARK: - Backup

  /// What a new text of `run_requested` asks for: at once, whatever the windows say.
  var requested: Verdict {
    guard let text = host.runRequested, text != observed.requestDone else { return .nothing }
    let past = PastAttempts(for: .request(text), of: observed, retries: retries, now: now)
    if let rest = past.hold(host: host.name, now: now) { return .wait(rest) }
    return .act(.backupOnRequest(text, attempt: past.count + 1, reason: "requested by the spec: \(text)"))
  }

  private var backup: Verdict {
    guard let firing, let due = firing.latest(atOrBefore: now) else { return .nothing }
    // The snapshot counts, not the run that made it: what is not there any more is made again.
    let isCovered = observed.recorded.contains {
      $0.id.kind == .scheduled && $0.status != .unknown && $0.startedAt >= due && $0.startedAt <= now
    }
    guard !isCovered else { return .nothing }

    // A host without any good snapshot has not missed one: it waits for its first.
    let catchUp = observed.newestGood(now: now) == nil ? nil : firing.schedule.declared.catchUp
    let latest = catchUp.map { due.addingTimeInterval(Double($0.seconds)) }
    if let latest, let catchUp, now > latest {
      return .wait(
        Hold(
          .missed,
          "the backup of \(Timestamp.short(due)) was missed, and `catch_up` of \(catchUp) has passed"))
    }
    let past = PastAttempts(for: .firing(due), of: observed, retries: retries, now: now)
    let rest = past.hold(host: host.name, nextFire: firing.next(after: now), missedAt: latest, now: now)
    // Whether its window is open is of no use to know of what somebody has to mend first.
    if let rest, rest.code == .needsPerson { return .wait(rest) }
    let opening = firing.schedule.calendar.nextOpening(atOrAfter: now)
    guard opening == now else {
      let when = opening.map { "opens at \(Timestamp.short($0))" } ?? "never opens"
      return .wait(
        Hold(
          .outsideWindow, "the backup of \(Timestamp.short(due)) waits: its window \(when)",
          until: [opening, latest?.addingTimeInterval(1)].compactMap(\.self).min()))
    }
    if let rest { return .wait(rest) }
    return .act(.backup(dueAt: due, attempt: past.count + 1, reason: reason(due: due, firing: firing)))
  }

  private func reason(due: Date, firing: Firing) -> String {
    let schedule = "schedule \(firing.schedule.name)"
    guard let newest = observed.newestGood(now: now) else {
      return "no good snapshot yet (\(schedule), due \(Timestamp.short(due)))"
    }
    return "\(schedule) was due at \(Timestamp.short(due)), the newest good snapshot is of "
      + Timestamp.short(newest.startedAt)
  }

  private func pause(afterFailed kind: RunKind) -> Hold? {
    observed.rest(afterFailed: kind, of: host.name, retries: retries, now: now)
  }

  // MARK: - Prune

  private var prune: Verdict {
    guard host.schedule?.declared.prune == true, let retention, let policy = host.retention,
      case .seen = observed.disk
    else { return .nothing }
    let dropped = retention.dropped
    guard !dropped.isEmpty else { return .nothing }
    if let freeze = PruneFreeze.of(host, observed: observed, now: now) { return .wait(freeze.hold) }
    if let lastBackup = observed.newestRun(.backup), [.failed, .interrupted].contains(lastBackup.state) {
      return .wait(
        Hold(
          .lastBackupFailed,
          "\(dropped.count) to prune, but the last backup did not succeed: nothing is pruned by itself until one does, "
            + "and `pobsync retention \(host.name) --apply` prunes now"))
    }
    if let hold = pause(afterFailed: .prune) { return .wait(hold) }
    let limit = PruneLimit(policy.policy, of: retention)
    guard dropped.count <= limit.count else {
      return .wait(
        Hold(
          .tooManyDeletions,
          "\(dropped.count) to prune, which is more than \(limit): look at "
            + "`pobsync retention \(host.name)`, then `pobsync retention \(host.name) --apply --yes --max-delete \(dropped.count)`"
        ))
    }
    return .act(
      .prune(dropped, reason: "retention \(policy.name) drops \(dropped.count) of \(retention.decisions.count)"))
  }
}

extension Planner.Retries {
  /// Whether a run of the past counts as a failure.
  func count(_ run: Run) -> Bool {
    switch self {
    case .afterPause: true
    case .atOnce(let last): run.id > last
    }
  }
}

extension Pause {
  /// The pause in words.
  package var description: String {
    let end = until.map { "until \(Timestamp.short($0))" } ?? "until it is resumed"
    return "paused by \(actor) \(end)" + (reason.map { ": \($0)" } ?? "")
  }
}
