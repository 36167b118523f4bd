// `pobsync describe host` for a host that is declared no more.

import Engine
import Foundation
import Reconciler
import Spec
import Store

extension DescribeHost {
  /// Everything about a host of which only snapshots are left.
  func describe(_ kept: RetainedHost, in environment: Reconciler.Environment) async throws {
    let store = environment.store
    let now = environment.clock.now
    let desired = try await store.desired()
    let (root, _) = await look(environment, desired.spec.settings)
    var context = ObservationContext(desired: desired, root: root, pauses: try await store.pauses(at: now))
    context.endedWorkers = Set(try await store.leases().filter(\.holderHasEnded).map(\.name))
    let observations = try await store.observe([kept.host], isRange: false, in: context, disk: environment.disk)
    let plan = Planner.plan(
      retained: kept, observed: observations[kept.host]?.host ?? ObservedHost(), settings: desired.spec.settings,
      now: now, retries: .afterPause)

    Terminal.printLine(Terminal.paint("host/\(kept.host)", .bold))
    Terminal.printLine("  retained    declared no more: removed at \(kept.removedAt.shown) by \(kept.actor)")
    Terminal.printLine("  declared    by \(kept.source), until then")
    Terminal.printLine("  snapshots   \(kept.outlook) (on_remove: \(kept.onRemove.rawValue))")
    if let retention = kept.retention { Terminal.printLine("  retention   \(retention.name), as it was then") }
    Terminal.printLine("  `pobsync purge host \(kept.host)` deletes all of it.")
    printPauses(context.pauses, of: kept.host)
    printPlan(plan)
    printSnapshots(try await store.snapshots(of: kept.host), plan: plan)
    if case .ready(let root) = root { printIncomplete(kept.host, root: root, now: now) }
    printRuns(try await store.runs(of: kept.host, limit: 5))
    printEvents(try await store.events(host: kept.host, limit: 5))
  }
}
