// Retained hosts: what is done about hosts that nobody declares any more. They are never backed up. Their snapshots are
// looked after, and go with time only where that was declared.

import Engine
package import Foundation
package import Spec
package import Store

extension RetainedHost {
  /// The policy by which its snapshots expire; nil if all of them stay.
  package var expiry: EffectiveRetention? { onRemove == .expire ? retention : nil }

  /// What becomes of its snapshots, in words.
  package var outlook: String {
    switch (onRemove, retention) {
    case (.expire, let policy?): "expire by retention \(policy.name)"
    case (.expire, nil): "stay, for there is no retention policy"
    case (.retain, _): "stay"
    }
  }
}

extension Planner {
  /// Decides for a host that is declared no more.
  package static func plan(
    retained host: RetainedHost, observed: ObservedHost, settings: Settings?, now: Date, retries: Retries
  ) -> HostPlan {
    let retention = host.expiry.map {
      RetentionPlan(observed.recorded, policy: $0, pins: observed.pins, now: now, anchor: .now)
    }
    let decision = RetainedDecision(
      host: host, observed: observed, retention: retention, suspension: settings?.suspensionInWords,
      trashPolicy: TrashPolicy(settings),
      now: now,
      retries: retries)
    let hold = decision.obstacle ?? (decision.action == nil ? decision.pruneHold : nil)
    var changes = [hold?.until, decision.nextExpiry]
    changes += observed.recorded.map(\.startedAt).filter { $0 > now }.map(Optional.some)
    // What expires does so without anything happening.
    if host.expiry != nil { changes.append(now.addingTimeInterval(expiryInterval)) }
    return HostPlan(
      host: host.host, action: hold == nil ? decision.action : nil, hold: hold, nextFire: nil, retention: retention,
      validUntil: changes.compactMap(\.self).filter { $0 > now }.min())
  }

  /// In seconds, after how long a host whose snapshots expire is looked at again.
  private static let expiryInterval: TimeInterval = 3600

  /// Why a run of a host that is declared no more is not to be carried out after all; nil if it is.
  package static func objection(to run: Run, retained host: RetainedHost, settings: Settings?) -> RunResult? {
    guard !run.kind.needsDeclaration else { return .undeclared(host.host) }
    guard !run.trigger.isRequest, let suspension = settings?.suspensionInWords else { return nil }
    return RunResult(
      state: .cancelled, errorCode: RunErrorCode.superseded,
      message: "\(suspension); it was not when the run was queued")
  }
}

extension Settings {
  /// That nothing is to be started at all, in words; nil if it is not so.
  fileprivate var suspensionInWords: String? {
    guard suspended == true else { return nil }
    return "everything is suspended" + (suspendedReason.map { ": \($0)" } ?? "")
  }
}

/// The decision about one retained host.
private struct RetainedDecision {
  let host: RetainedHost
  let observed: ObservedHost
  let retention: RetentionPlan?
  let suspension: String?
  let trashPolicy: TrashPolicy
  let now: Date
  let retries: Planner.Retries

  /// What keeps anything from being done.
  var obstacle: Hold? {
    if let suspension { return Hold(.suspended, suspension) }
    if let pause = observed.pause, pause.until ?? .distantFuture > now {
      return Hold(.paused, pause.description, until: pause.until)
    }
    if let run = observed.runs.first(where: { !$0.state.isFinished && $0.kind.occupiesHost }) {
      let since = run.state == .queued ? "queued" : "under way"
      return Hold(
        .underWay,
        "run \(run.id) (\(run.kind.rawValue)) is \(since) since \(Timestamp.short(run.startedAt ?? run.queuedAt))")
    }
    if case .unreadable(let problem) = observed.disk {
      return Hold(.unreadable, "the snapshots on disk cannot be looked at: \(problem)")
    }
    return observed.disagreement(of: host.host) == nil ? nil : rest(afterFailed: .discover)
  }

  /// What is to be done, if nothing is in the way.
  var action: Action? {
    if let reason = observed.disagreement(of: host.host) { return .discover(reason: reason) }
    if let policy = host.expiry, let retention, !expired.isEmpty, pruneHold == nil {
      let count = retention.decisions.count
      return .prune(
        expired, reason: "declared no more, and too old for retention \(policy.name): \(expired.count) of \(count)")
    }
    return emptying
  }

  /// What is to be deleted for good of what was removed before.
  private var emptying: Action? {
    guard observed.isAdopted, observed.notAdopted == nil, case .seen(_, let trash) = observed.disk,
      let order = trashPolicy.order(trash, space: observed.space, now: now),
      !observed.runs.contains(where: { $0.kind == .emptyTrash && !$0.state.isFinished }),
      rest(afterFailed: .emptyTrash) == nil
    else { return nil }
    return .emptyTrash(order.entries, reason: order.reason)
  }

  /// When the next thing in the trash is past its time.
  var nextExpiry: Date? {
    guard case .seen(_, let trash) = observed.disk else { return nil }
    return trashPolicy.nextExpiry(of: trash, after: now)
  }

  private var expired: [RetentionDecision] {
    guard case .seen = observed.disk else { return [] }
    return retention?.dropped ?? []
  }

  /// What keeps snapshots that have expired, if any have.
  var pruneHold: Hold? {
    guard let policy = host.expiry, let retention, !expired.isEmpty else { return nil }
    if let freeze = PruneFreeze.of(retained: host.host, observed: observed, now: now) { return freeze.hold }
    if let rest = rest(afterFailed: .prune) { return rest }
    let limit = PruneLimit(policy.policy, of: retention)
    guard expired.count > limit.count else { return nil }
    return Hold(
      .tooManyDeletions,
      "\(expired.count) have expired, which is more than \(limit): look at `pobsync retention \(host.host)`, then "
        + "`pobsync retention \(host.host) --apply --yes --max-delete \(expired.count)`")
  }

  private func rest(afterFailed kind: RunKind) -> Hold? {
    observed.rest(afterFailed: kind, of: host.host, retries: retries, now: now)
  }
}

extension PruneOrder {
  /// Decides for a run of a host that is declared no more.
  ///
  /// - Parameters:
  ///   - request: a person's request may name a limit of its own, and the snapshots that the person was shown.
  ///   - observed: the host, now that nobody else works on it.
  package init(_ request: RunRequest, retained host: RetainedHost, observed: ObservedHost, now: Date) {
    guard let policy = host.expiry else {
      // Whoever asked did so while it was declared.
      self =
        request.trigger.isRequest
        ? .refused("host \(host.host) is declared no more, and its snapshots \(host.outlook)") : .nothingToDo
      return
    }
    guard case .seen(let onDisk, _) = observed.disk, onDisk == Set(observed.recorded.map(\.id)) else {
      self = .outdated(
        "nothing was removed: the store and the disk disagree about the snapshots of \(host.host); "
          + "run `pobsync discover-snapshots --host \(host.host)` first")
      return
    }
    let plan = RetentionPlan(observed.recorded, policy: policy, pins: observed.pins, now: now, anchor: .now)
    let shown = request.onlySnapshots.map(Set.init)
    let expired = plan.dropped.filter { shown?.contains($0.snapshot.id) ?? true }
    guard !expired.isEmpty else {
      self = .nothingToDo
      return
    }
    if let freeze = PruneFreeze.of(retained: host.host, observed: observed, now: now) {
      self = .refused("nothing was removed: \(freeze.hold.message)")
      return
    }
    let limit = PruneLimit(policy.policy, of: plan)
    guard expired.count <= request.maxDelete ?? limit.count else {
      self = .refused(
        "nothing was removed: \(expired.count) snapshots of \(host.host) have expired, "
          + (request.maxDelete.map { "and --max-delete allows \($0)" }
            ?? "which is more than \(limit): look at `pobsync retention \(host.host)`, then "
            + "`pobsync retention \(host.host) --apply --yes --max-delete \(expired.count)`"))
      return
    }
    self = .remove(expired, plan: plan)
  }
}
