// The control loop: observes, plans, and keeps as many hosts at work as the settings allow, until nothing is left to
// do or it is told to stop.

import Engine
import Foundation
package import Logging
import ServiceLifecycle
package import Spec
package import Store

/// What a run of the loop amounts to.
package struct ReconcileSummary: Sendable {
  package var outcomes: [RunOutcome] = []
  /// What waits for a person or a time, at the end.
  package var holds: [(host: HostName, hold: Hold)] = []

  package var hasFailures: Bool { outcomes.contains { !$0.state.isGood } }
}

/// Brings observed and desired state together.
package struct Controller: Service {
  /// When the loop ends.
  package enum Mode: Sendable, Hashable {
    /// When nothing is left to do; what fails is tried once.
    case once
    /// On a graceful shutdown. It plans at least this often, and at once when the desired state changes.
    case loop(interval: Duration)
  }

  private let environment: Environment
  private let mode: Mode
  private let logger: Logger
  private let report: @Sendable (WorkEvent) -> Void

  package init(
    _ environment: Environment, mode: Mode, logger: Logger, report: @escaping @Sendable (WorkEvent) -> Void
  ) {
    self.environment = environment
    self.mode = mode
    self.logger = logger
    self.report = report
  }

  /// Runs until the mode says that it is over.
  package func run() async throws { _ = try await reconcile() }

  /// Runs until the mode says that it is over, and tells what was done.
  ///
  /// - Throws: in mode `once`, what kept it from planning. The loop reports such errors and goes on.
  package func reconcile() async throws -> ReconcileSummary {
    let (wakeups, wake) = AsyncStream.makeStream(of: Wakeup.self)
    return try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        var state = LoopState()
        if case .loop(let interval) = mode { group.addTask { await tick(every: interval, wake) } }
        wake.yield(.look)
        for await wakeup in wakeups {
          switch wakeup {
          case .look: if mode != .once { state.failed = [] }
          case .done(let host, let outcomes): state.finish(host, outcomes)
          case .stop: state.isStopping = true
          }
          if state.isStopping {
            // Transfers that run are interrupted, and each says so in its run.
            group.cancelAll()
            if state.running.isEmpty { break }
            continue
          }
          let started = try await start(&state, in: &group, wake)
          if mode == .once, started == 0, state.running.isEmpty { break }
        }
        group.cancelAll()
        return state.summary
      }
    } onGracefulShutdown: {
      wake.yield(.stop)
    }
  }

  private enum Wakeup: Sendable {
    case look
    case done(HostName, [RunOutcome])
    case stop
  }

  private struct LoopState {
    var running: Set<HostName> = []
    /// Hosts of which something failed: they rest until the loop looks again by the clock, and in a single pass for good.
    var failed: Set<HostName> = []
    var isStopping = false
    var summary = ReconcileSummary()

    mutating func finish(_ host: HostName, _ outcomes: [RunOutcome]) {
      running.remove(host)
      summary.outcomes += outcomes
      if outcomes.contains(where: { !$0.state.isGood }) { failed.insert(host) }
    }
  }

  // MARK: - Planning

  /// Plans, and starts as many hosts as may run.
  /// - Returns: how many were started.
  private func start(
    _ state: inout LoopState, in group: inout ThrowingTaskGroup<Void, any Error>,
    _ wake: AsyncStream<Wakeup>.Continuation
  ) async throws -> Int {
    do {
      let desired = try await environment.store.desired()
      guard !desired.spec.hosts.isEmpty else { return 0 }
      let root = try await environment.backupRoot(of: desired.spec.settings)
      let closed = try await environment.closeInterruptedRuns(root: root)
      if closed > 0 { logger.warning("closed runs of processes that had died", metadata: ["runs": "\(closed)"]) }

      let now = environment.clock.now
      let observed = try await environment.observe(desired.spec, stored: desired, root: .ready(root))
      let plan = Planner.plan(
        desired: desired.spec, observed: observed, now: now,
        options: Planner.Options(retriesAtOnce: mode == .once))
      try await recordConditions(desired, observed: observed, plan: plan, now: now)
      state.summary.holds = plan.hosts.flatMap { host in host.holds.map { (host.host, $0) } }

      let limit = desired.spec.settings?.maxConcurrentBackups ?? Settings.defaultMaxConcurrentBackups
      var started = 0
      for hostPlan in plan.hosts where !hostPlan.actions.isEmpty && state.running.count < limit {
        guard !state.running.contains(hostPlan.host), !state.failed.contains(hostPlan.host),
          let host = desired.spec.effectiveHost(hostPlan.host)
        else { continue }
        state.running.insert(hostPlan.host)
        started += 1
        let minFree = desired.spec.settings?.minFree
        group.addTask {
          let outcomes = await carryOut(hostPlan, host: host, root: root, minFree: minFree)
          wake.yield(.done(hostPlan.host, outcomes))
        }
      }
      return started
    } catch {
      guard mode != .once else { throw error }
      logger.error("cannot plan; trying again", metadata: ["error": "\(error)"])
      return 0
    }
  }

  private func recordConditions(_ desired: StoredSpec, observed: Observed, plan: Plan, now: Date) async throws {
    for hostPlan in plan.hosts {
      guard let host = desired.spec.effectiveHost(hostPlan.host) else { continue }
      let generation = desired.records[.host(hostPlan.host)]?.generation ?? 0
      let conditions = HostConditions.judge(
        host, observed: observed[hostPlan.host] ?? ObservedHost(), plan: hostPlan, generation: generation, now: now)
      try await environment.store.setConditions(of: hostPlan.host, to: conditions)
      try await environment.store.setObservedGeneration(host: hostPlan.host, generation)
    }
  }

  // MARK: - Acting

  private func carryOut(_ plan: HostPlan, host: EffectiveHost, root: BackupRoot, minFree: ByteSize?) async
    -> [RunOutcome]
  {
    let worker = Worker(environment, root: root, report: report)
    var outcomes: [RunOutcome] = []
    for action in plan.actions {
      do {
        let outcome: RunOutcome =
          switch action {
          case .discover(let reason):
            try await worker.discover(host.name, trigger: .reconcile, reason: reason)
          case .backup(let dueAt, let reason):
            try await worker.backUp(
              host, kind: .scheduled, trigger: .schedule, dueAt: dueAt, reason: reason, minFree: minFree)
          case .prune(let decisions, let reason):
            try await worker.prune(host.name, decisions, trigger: .reconcile, reason: reason)
          }
        outcomes.append(outcome)
        guard outcome.state.isGood else { break }
      } catch {
        logger.error("a run could not be recorded", metadata: ["host": "\(host.name)", "error": "\(error)"])
        outcomes.append(
          RunOutcome(host: host.name, kind: action.kind, state: .failed, message: "\(error)", snapshot: nil))
        break
      }
    }
    return outcomes
  }

  // MARK: - Waking

  /// Wakes the loop at each interval, and within a second of a change of the desired state.
  private func tick(every interval: Duration, _ wake: AsyncStream<Wakeup>.Continuation) async {
    let clock = ContinuousClock()
    var next = clock.now + interval
    var seen = try? await environment.store.specRevision()
    while !Task.isCancelled {
      try? await Task.sleep(for: min(.seconds(1), interval), clock: clock)
      let revision = try? await environment.store.specRevision()
      guard revision != seen || clock.now >= next else { continue }
      seen = revision
      next = clock.now + interval
      wake.yield(.look)
    }
  }
}

extension Action {
  package var kind: RunKind {
    switch self {
    case .discover: .discover
    case .backup: .backup
    case .prune: .prune
    }
  }
}
