// `pobsync retention` for a host that is declared no more, whose snapshots expire.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

extension RetentionOfHost {
  /// What has expired, as the policy was when the host was removed.
  func show(_ kept: RetainedHost, in environment: Reconciler.Environment) async throws {
    guard let policy = kept.expiry else {
      throw CommandFailure("host \(kept.host) is declared no more, and its snapshots \(kept.outlook)")
    }
    let plan = RetentionPlan(
      try await environment.store.snapshotRecords(of: kept.host), policy: policy,
      pins: try await environment.store.pins(of: kept.host), now: environment.clock.now, anchor: .now)
    plan.listing.print(as: output.format)
  }

  /// Asks with the snapshots that would go now; only these may go then.
  func carryOut(_ kept: RetainedHost) async throws {
    let work = try await storage.keptHostAtWork(kept.host)
    let environment = work.environment
    var request = work.request(.prune, reason: "retention, applied on the command line")
    request.maxDelete = maxDelete
    let context = ObservationContext(
      desired: try await environment.store.desired(of: kept.host), root: .ready(work.root), pauses: Pauses())
    let observations = try await environment.store.observe(
      [kept.host], isRange: false, in: context, disk: environment.disk)
    let observed = observations[kept.host]?.host ?? ObservedHost()
    switch PruneOrder(request, retained: kept, observed: observed, now: environment.clock.now) {
    case .nothingToDo: Terminal.printLine("Nothing to remove.")
    case .refused(let reason), .outdated(let reason): throw CommandFailure(reason)
    case .remove(let dropped, _):
      if !yes { try confirm(dropped) }
      request.onlySnapshots = dropped.map(\.snapshot.id)
      let run = try await Request(environment: environment).carryOut(request, waits: waiting.wait)
      guard run?.state.isGood ?? true else { throw ExitCode(1) }
    }
  }
}
