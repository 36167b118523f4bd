// Prune orders: what a prune that is about to begin may remove, decided with the host as it is then.

import Engine
package import Foundation
package import Spec
package import Store

/// What comes of a prune.
package enum PruneOrder: Sendable, Hashable {
  /// Remove these; the plan says what has to be there besides.
  case remove([RetentionDecision], plan: RetentionPlan)
  case nothingToDo
  /// The store and the disk disagree, and where, in words.
  case outdated(String)
  /// Why not, in words.
  case refused(String)

  /// Decides for a run.
  ///
  /// - Parameters:
  ///   - request: a person's request may name a limit of its own, and the snapshots that the person was shown.
  ///   - observed: the host, now that nobody else works on it.
  package init(_ request: RunRequest, host: EffectiveHost, observed: ObservedHost, now: Date) {
    if let freeze = PruneFreeze.notAdopted(observed) {
      self = .refused("nothing was removed: \(freeze.hold.message)")
      return
    }
    // Where nobody asked, what is not to be pruned any more stays.
    let isWanted = request.trigger.isRequest || (host.schedule?.declared.prune == true && host.retention != nil)
    guard isWanted else {
      self = .nothingToDo
      return
    }
    guard let policy = host.retention else {
      self = .refused("host \(host.name) has no retention policy: every snapshot is kept")
      return
    }
    guard case .seen(let onDisk, _) = observed.disk, onDisk == Set(observed.recorded.map(\.id)) else {
      self = .outdated(
        "nothing was removed: the store and the disk disagree about the snapshots of \(host.name); "
          + "run `pobsync discover-snapshots --host \(host.name)` first")
      return
    }
    let plan = RetentionPlan(observed.recorded, policy: policy, pins: observed.pins, now: now)
    let shown = request.onlySnapshots.map(Set.init)
    let dropped = plan.dropped.filter { shown?.contains($0.snapshot.id) ?? true }
    guard !dropped.isEmpty else {
      self = .nothingToDo
      return
    }
    // The loop asks for nothing while a run is unfinished; one may have been queued since.
    if let reader = observed.runs.first(where: { !$0.state.isFinished && $0.kind.readsSnapshots }) {
      self = .refused(
        "nothing was removed: run \(reader.id) (\(reader.kind.rawValue)) of \(host.name) is \(reader.state.rawValue), and may "
          + "need what would go; prune again when it has ended")
      return
    }
    // Whoever was shown what goes has looked; a prune that merely follows a backup has been seen by nobody.
    let wasLookedAt = request.trigger.isRequest && shown != nil
    if let freeze = PruneFreeze.of(host, observed: observed, now: now), !(freeze.yieldsToPerson && wasLookedAt) {
      let wayOut = freeze.hold.code == .suspicious ? ". `pobsync retention \(host.name) --apply` prunes now" : ""
      self = .refused("nothing was removed: \(freeze.hold.message)\(wayOut)")
      return
    }
    let limit = PruneLimit(policy.policy, of: plan)
    let allowed = request.maxDelete ?? limit.count
    guard dropped.count <= allowed else {
      self = .refused(
        "nothing was removed: \(policy.name) drops \(dropped.count) snapshots of \(host.name), "
          + (request.maxDelete.map { "and --max-delete allows \($0)" }
            ?? "which is more than \(limit): look at `pobsync retention \(host.name)`, then "
            + "`pobsync retention \(host.name) --apply --yes --max-delete \(dropped.count)`"))
      return
    }
    self = .remove(dropped, plan: plan)
  }
}

extension RunKind {
  /// Whether a run of this kind reads snapshots that are there already.
  fileprivate var readsSnapshots: Bool {
    switch self {
    case .verify, .restore: true
    // A dry run compares with the newest good snapshot, which is never pruned.
    case .backup, .discover, .prune, .emptyTrash, .preflight, .dryRun: false
    }
  }
}
