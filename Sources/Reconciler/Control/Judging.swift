// Judging: what a controller makes of hosts that it looks at, before anything is written. Several batches are judged at the
// same time.

import Engine
import Foundation
import Spec
import Store

/// What was found of one host, and what follows from it.
struct HostJudgement: Sendable {
  /// nil for a host that is declared no more, of which nobody is told anything.
  let host: EffectiveHost?
  /// Without the decisions about each snapshot.
  let plan: HostPlan
  let conditions: [Condition]
  /// What people have been told of it.
  let told: [Trouble]
  let stamp: DirectoryStamp?
  /// Whether removed snapshots of it can be got back, or wait to be deleted.
  let hasTrash: Bool
  /// To be queued, if the plan asks for anything.
  let run: PlannedRun?
  /// To be noted, if there is anything new.
  let finding: HostFinding?
  /// The groups of unfinished backups, where the host's labels have changed since these were queued.
  let regrouped: [Int64: [String]]
}

/// What was found of the hosts of a batch.
struct JudgedBatch: Sendable {
  /// Its place among those of the round.
  let number: Int
  let batch: Fleet.Batch
  let hosts: [HostJudgement]
}

/// How often a host's declaration has changed, and which of these states the loop has acted on.
struct HostGenerations: Sendable {
  let current: Int64
  let observed: Int64
}

/// What is the same for all hosts that are judged in one round.
struct Judging: Sendable {
  let context: ObservationContext
  /// Hosts that are declared no more.
  let retained: [HostName: RetainedHost]
  let rootProblem: String?
  let retries: Planner.Retries
  let now: Date

  /// - Parameter generations: of the batch's hosts, in their order.
  func judge(
    _ batch: Fleet.Batch, generations: [HostGenerations], in store: Store, disk: some DiskObserver
  ) async throws -> [HostJudgement] {
    let observations = try await store.observe(batch.hosts, isRange: batch.isRange, in: context, disk: disk)
    let limits = ConcurrencyLimits(context.desired.spec.settings)
    return zip(batch.hosts, generations).compactMap { name, generations in
      guard let observation = observations[name] else { return nil }
      if let host = context.desired.spec.effectiveHost(name) { return judge(host, observation, generations, limits) }
      return retained[name].map { judge($0, observation) }
    }
  }

  private func judge(_ host: RetainedHost, _ observation: Observation) -> HostJudgement {
    let plan = Planner.plan(
      retained: host, observed: observation.host, settings: context.desired.spec.settings, now: now, retries: retries)
    return HostJudgement(
      host: nil, plan: plan.withoutRetention, conditions: [], told: [], stamp: observation.stamp,
      hasTrash: observation.host.hasTrash,
      run: plan.action.map { action in
        PlannedRun(
          RunRequest(action, of: host.host, groups: [], observed: observation.host, now: now),
          revision: observation.revision)
      },
      finding: nil, regrouped: [:])
  }

  private func judge(
    _ host: EffectiveHost, _ observation: Observation, _ generations: HostGenerations, _ limits: ConcurrencyLimits
  ) -> HostJudgement {
    let plan = Planner.plan(host: host, observed: observation.host, now: now, retries: retries)
    let conditions = HostConditions.judge(
      host, observed: observation.host, plan: plan, generation: generations.current, rootProblem: rootProblem, now: now)
    let news = conditions.filter { new in !observation.conditions.contains { $0.says(new) } }
    let isNew = !news.isEmpty || generations.observed < generations.current
    return HostJudgement(
      host: host, plan: plan.withoutRetention, conditions: conditions, told: observation.told, stamp: observation.stamp,
      hasTrash: observation.host.hasTrash,
      run: plan.action.map { action in
        PlannedRun(
          RunRequest(action, of: host.name, groups: limits.groups(of: host), observed: observation.host, now: now),
          revision: observation.revision)
      },
      finding: isNew ? HostFinding(host: host.name, conditions: news, generation: generations.current) : nil,
      regrouped: limits.regrouped(observation.host.runs, of: host))
  }
}

extension ConcurrencyLimits {
  /// What unfinished backups of a host count for by now, if it is not what it was when they were queued.
  fileprivate func regrouped(_ runs: [Run], of host: EffectiveHost) -> [Int64: [String]] {
    var changed: [Int64: [String]] = [:]
    for run in runs where run.kind == .backup && !run.state.isFinished {
      let groups = groups(of: host)
      if run.request.concurrencyGroups != groups { changed[run.id] = groups }
    }
    return changed
  }
}

extension RunRequest {
  /// The run that an action becomes.
  /// - Parameter groups: those of the host, in which not all of them are backed up at the same time.
  init(_ action: Action, of host: HostName, groups: [String], observed: ObservedHost, now: Date) {
    switch action {
    case .discover(let reason):
      self.init(host: host, kind: .discover, trigger: .reconcile, reason: reason)
      attempt = observed.attempts(at: .discover) + 1
    case .prune(let dropped, let reason):
      self.init(host: host, kind: .prune, trigger: .reconcile, reason: reason)
      // Whatever the plan is when its turn comes: no more than this.
      onlySnapshots = dropped.map(\.snapshot.id)
      attempt = observed.attempts(at: .prune) + 1
    case .emptyTrash(_, let reason):
      self.init(host: host, kind: .emptyTrash, trigger: .reconcile, reason: reason)
      attempt = observed.attempts(at: .emptyTrash) + 1
    case .backup(let dueAt, let attempt, let reason):
      self.init(host: host, kind: .backup, trigger: .schedule, reason: reason)
      scheduledFor = dueAt
      self.attempt = attempt
      snapshotKind = .scheduled
      concurrencyGroups = groups
      if observed.newestGood(now: now) == nil { priority = .first }
    case .backupOnRequest(let text, let attempt, let reason):
      self.init(host: host, kind: .backup, trigger: .reconcile, reason: reason)
      runRequested = text
      self.attempt = attempt
      // Stays until somebody removes it by name, as what people ask for does.
      snapshotKind = .manual
      concurrencyGroups = groups
      priority = .requested
    }
  }
}
