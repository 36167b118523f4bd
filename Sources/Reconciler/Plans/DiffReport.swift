// What `diff` finds out: what applying a spec would change, and what the loop would do then. The command line, plan
// files, pages and the API show the same.

import Engine
import Foundation
package import Spec
package import Store

/// A spec that may be applied, in whose name, and how far that may go.
package struct SpecProposal: Sendable {
  package let wanted: Spec
  package let origin: ChangeOrigin
  package let options: ApplyOptions

  package init(_ wanted: Spec, as origin: ChangeOrigin, _ options: ApplyOptions) {
    self.wanted = wanted
    self.origin = origin
    self.options = options
  }
}

package struct DiffReport: Sendable {
  /// What is planned for a host, and on which of its states that rests.
  package struct SeenHost: Sendable {
    package let plan: HostPlan
    /// The name under which it is known as long as nothing is applied.
    package let name: HostName
    package let revision: Int64
  }

  /// What applying would do; nil where nothing is proposed.
  package let review: SpecReview?
  /// What that means for hosts and their snapshots.
  package let others: HostDifference
  /// What others have edited: of the spec set's own, or of all where nothing is proposed.
  package let drift: [ResourceDrift]
  package let seen: [SeenHost]
  /// The most that each host's prune frees, where that can be told.
  package let freed: [HostName: Int64]
  /// What would be declared.
  package let wanted: Spec
  /// Whether the backup root's snapshots may be removed.
  package let isAdopted: Bool

  package var plan: Plan { Plan(hosts: seen.map(\.plan)) }

  package var summary: PlanSummary { PlanSummary(plan, freed: freed) }

  /// True if something is to be applied or to be done now. What was edited elsewhere is the desired state until
  /// somebody applies another.
  package var differs: Bool {
    !plan.isEmpty || !(review?.difference.isEmpty ?? true) || !(review?.takenOver.isEmpty ?? true)
      || review?.refusal != nil
  }

  /// How many resources would change.
  package var changed: Int {
    review.map { $0.difference.changes.count { $0.kind != .unchanged } + $0.difference.moves.count } ?? 0
  }

  /// How many hosts wait for something.
  package var holds: Int { plan.hosts.count { $0.hold != nil } }

  /// Neither is anything to be applied, nor does anything wait.
  package var isSettled: Bool { changed == 0 && summary.hosts == 0 && !wanted.hosts.isEmpty && holds == 0 }

  /// All of it in one line.
  package var conclusion: String {
    let (summary, holds, hosts) = (summary, holds, wanted.hosts.count)
    let next = summary.nextFire.map { "; the next backup is due at \(Timestamp.short($0))." } ?? "."
    let parts = [
      changed > 0 ? "\(changed) \(changed == 1 ? "resource differs" : "resources differ")" : nil,
      summary.hosts > 0 ? summary.description : nil,
    ].compactMap(\.self)
    if !parts.isEmpty { return parts.joined(separator: "; ") + next }
    guard hosts > 0 else { return "No hosts are declared; `pobsync apply -f hosts.yaml` declares them." }
    guard holds == 0 else { return "Nothing to do now; \(holds) \(holds == 1 ? "thing waits" : "things wait")." }
    return "Nothing to do: \(hosts) \(hosts == 1 ? "host is" : "hosts are") as declared" + next
  }

  /// The members of the report for programs.
  package var members: [YAMLPair] {
    let changes = YAMLPair("changes", review.map(Self.changes) ?? .list([]))
    let work = [
      YAMLPair("drift", drift.value), YAMLPair("plan", plan.value(freed: freed)), YAMLPair("summary", summary.value),
    ]
    return [changes] + others.pairs + SpecReview.objections(of: review) + work
  }

  /// The changes alone: by them a plan that was altered by hand is told.
  package static func changes(of review: SpecReview) -> YAMLValue { review.difference.value }
}

extension DiffReport {
  /// Finds it out. Changes nothing.
  ///
  /// - Parameters:
  ///   - proposal: what may be applied; nil for what is left to do for the desired state as it is.
  ///   - stored: the desired state.
  package init(of proposal: SpecProposal?, to stored: StoredSpec, in environment: Environment) async throws {
    let store = environment.store
    var wanted = stored.spec
    var review: SpecReview?
    var others = HostDifference()
    if let proposal {
      let found = try await store.preview(proposal.wanted, as: proposal.origin, proposal.options)
      review = found
      let deleted = found.difference.changes.filter { $0.kind == .deleted }.map(\.id)
      let former = found.difference.moves.map { ResourceID.host($0.from) }
      wanted = stored.spec.merging(proposal.wanted).removing(deleted + former)
      others = HostDifference(
        found.difference, declared: proposal.wanted, from: stored, to: wanted, source: proposal.origin.source,
        snapshots: try await store.snapshotSummaries())
    }
    let leaving = others.removed.compactMap { stored.retained($0, by: proposal?.origin, at: environment.clock.now) }
    let seen = try await Self.look(
      wanted, moves: review?.difference.moves ?? [], leaving: leaving, stored: stored, in: environment)
    let drift: [ResourceDrift] = if let review { review.drift } else { try await store.drift(in: stored) }
    self.init(
      review: review, others: others, drift: drift, seen: seen, freed: try await Self.freed(by: seen, in: store),
      wanted: wanted, isAdopted: try await store.isAdopted(wanted.settings))
  }

  /// - Parameters:
  ///   - moves: hosts that are looked at under their former names.
  ///   - leaving: hosts that are declared as long as nothing is applied.
  private static func look(
    _ wanted: Spec, moves: [HostMove], leaving: [RetainedHost], stored: StoredSpec, in environment: Environment
  ) async throws -> [SeenHost] {
    let names = Dictionary(moves.map { ($0.from, $0.to) }) { first, _ in first }
    let formers = Dictionary(moves.map { ($0.to, $0.from) }) { first, _ in first }
    let (store, now) = (environment.store, environment.clock.now)
    var context = ObservationContext(
      desired: stored, root: try await environment.disk.peek(wanted.settings), pauses: try await store.pauses(at: now))
    context.endedWorkers = Set(try await store.leases().filter(\.holderHasEnded).map(\.name))
    let seen = try await store.mapObservations(
      of: wanted.hosts.keys.map { formers[$0] ?? $0 }.sorted(), in: context, disk: environment.disk
    ) { name, observation in
      wanted.effectiveHost(names[name] ?? name).map { host in
        SeenHost(
          plan: Planner.plan(host: host, observed: observation.host, now: now, retries: .afterPause).withoutRetention,
          name: name, revision: observation.revision)
      }
    }
    // What is left of hosts that are declared no more is looked after as well.
    let retained = try await store.retainedHosts().filter { wanted.hosts[$0.key] == nil && names[$0.key] == nil }
    let kept = retained.merging(leaving.map { ($0.host, $0) }) { $1 }
    let others = try await store.mapObservations(
      of: kept.keys.sorted(), in: context, disk: environment.disk
    ) { name, observation in
      kept[name].map { host in
        SeenHost(
          plan: Planner.plan(
            retained: host, observed: observation.host, settings: wanted.settings, now: now, retries: .afterPause
          ).withoutRetention, name: name, revision: observation.revision)
      }
    }
    return (seen + others).compactMap(\.self)
  }

  private static func freed(by seen: [SeenHost], in store: Store) async throws -> [HostName: Int64] {
    var freed: [HostName: Int64] = [:]
    for host in seen.map(\.plan) where !host.prunedSnapshots.isEmpty {
      freed[host.host] = FreedEstimate.upperBound(
        dropping: Set(host.prunedSnapshots.map(\.snapshot.id)), of: try await store.snapshots(of: host.host))
    }
    return freed
  }
}
