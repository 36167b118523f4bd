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

  /// It was told to stop before it was done.
  package var wasStopped = false

  package var hasFailures: Bool {
    wasStopped || outcomes.contains { !$0.state.isGood } || holds.contains { $0.hold.code == .unreadable }
  }
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
  private let latest = Locked(ReconcileSummary())

  package init(
    _ environment: Environment, mode: Mode, logger: Logger, report: @escaping @Sendable (WorkEvent) -> Void
  ) {
    self.environment = environment
    self.mode = mode
    self.logger = logger
    self.report = report
  }

  /// What was done so far, and what waits.
  package var summary: ReconcileSummary { latest.with { $0 } }

  /// Runs until the mode says that it is over, or until a graceful shutdown: then transfers that run are interrupted,
  /// and each says so in its run.
  ///
  /// - Throws: in mode `once`, what kept it from planning, after hosts at work are done. The loop reports such errors
  ///   and goes on.
  package func run() async throws {
    let mailbox = Mailbox()
    try await withGracefulShutdownHandler {
      try await withThrowingTaskGroup(of: Void.self) { group in
        var state = LoopState()
        if case .loop(let interval) = mode { group.addTask { await tick(every: interval, mailbox) } }
        mailbox.look()
        for await message in mailbox.messages {
          switch message {
          case .look:
            mailbox.looked()
            if mode != .once { state.failed = [] }
          case .done(let host, let outcomes):
            state.finish(host, outcomes)
            latest.with { $0.outcomes += outcomes }
          case .stop:
            state.isStopping = true
            latest.with { $0.wasStopped = true }
            group.cancelAll()
          }
          if state.isStopping {
            if state.running.isEmpty { break }
            continue
          }
          let started = await start(&state, in: &group, mailbox)
          if mode == .once, started == 0, state.running.isEmpty { break }
        }
        group.cancelAll()
        if let failure = state.failure { throw failure }
      }
    } onGracefulShutdown: {
      mailbox.stop()
    }
  }

  private struct LoopState {
    var running: Set<HostName> = []
    /// Hosts of which something failed: they rest until the loop looks again by the clock, and in a single pass for good.
    var failed: Set<HostName> = []
    var isStopping = false
    /// In mode `once`, what kept it from planning: nothing more is started then.
    var failure: (any Error)?

    mutating func finish(_ host: HostName, _ outcomes: [RunOutcome]) {
      running.remove(host)
      if outcomes.contains(where: { !$0.state.isGood }) { failed.insert(host) }
    }
  }

  // MARK: - Planning

  /// Plans, and starts as many hosts as may run.
  /// - Returns: how many were started.
  private func start(
    _ state: inout LoopState, in group: inout ThrowingTaskGroup<Void, any Error>, _ mailbox: Mailbox
  ) async -> Int {
    guard state.failure == nil else { return 0 }
    do {
      let desired = try await environment.store.desired()
      guard !desired.spec.hosts.isEmpty else { return 0 }
      let root = try await environment.backupRoot(of: desired.spec.settings)
      let closed = try await environment.closeInterruptedRuns(root: root, except: state.running)
      if closed > 0 { logger.warning("closed runs of processes that had died", metadata: ["runs": "\(closed)"]) }

      let now = environment.clock.now
      let observed = try await environment.observe(desired.spec, stored: desired, root: .ready(root))
      let plan = Planner.plan(
        desired: desired.spec, observed: observed, now: now,
        options: Planner.Options(retriesAtOnce: mode == .once))
      try await recordConditions(desired, observed: observed, plan: plan, now: now)
      latest.with { $0.holds = plan.hosts.flatMap { host in host.holds.map { (host.host, $0) } } }

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
          mailbox.done(hostPlan.host, outcomes)
        }
      }
      return started
    } catch {
      if mode == .once {
        state.failure = error
      } else {
        logger.error("cannot plan; trying again", metadata: ["error": "\(error)"])
      }
      return 0
    }
  }

  private func recordConditions(_ desired: StoredSpec, observed: Observed, plan: Plan, now: Date) async throws {
    for hostPlan in plan.hosts {
      guard let host = desired.spec.effectiveHost(hostPlan.host) else { continue }
      let record = desired.records[.host(hostPlan.host)]
      let generation = record?.generation ?? 0
      let conditions = HostConditions.judge(
        host, observed: observed[hostPlan.host] ?? ObservedHost(), plan: hostPlan, generation: generation, now: now)
      try await environment.store.setConditions(of: hostPlan.host, to: conditions)
      if record?.observedGeneration != generation {
        try await environment.store.setObservedGeneration(host: hostPlan.host, generation)
      }
    }
  }

  // MARK: - Acting

  private func carryOut(
    _ plan: HostPlan, host: EffectiveHost, root: BackupRoot, minFree: ByteSize?
  ) async -> [RunOutcome] {
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
          case .prune(let dropped, let reason):
            try await worker.prune(
              host.name, dropped.isEmpty ? nil : plan.retention, trigger: .reconcile, reason: reason)
          }
        outcomes.append(outcome)
        guard outcome.state.isGood else { break }
      } catch {
        logger.error("work could not be done or recorded", metadata: ["host": "\(host.name)", "error": "\(error)"])
        outcomes.append(
          RunOutcome(host: host.name, kind: action.kind, state: .failed, message: "\(error)", snapshot: nil))
        break
      }
    }
    return outcomes
  }

  // MARK: - Waking

  /// Wakes the loop at each interval, and within a second of a change of the desired state.
  private func tick(every interval: Duration, _ mailbox: Mailbox) async {
    let clock = ContinuousClock()
    var next = clock.now + interval
    var seen = try? await environment.store.specRevision()
    while !Task.isCancelled {
      try? await Task.sleep(for: min(.seconds(1), interval), clock: clock)
      let revision = try? await environment.store.specRevision()
      guard revision != seen || clock.now >= next else { continue }
      seen = revision
      next = clock.now + interval
      mailbox.look()
    }
  }
}

/// What wakes the loop. However often it is asked to look while it is busy, it looks once.
private final class Mailbox: Sendable {
  enum Message: Sendable {
    case look
    case done(HostName, [RunOutcome])
    case stop
  }

  let messages: AsyncStream<Message>
  private let continuation: AsyncStream<Message>.Continuation
  private let isLookPending = Locked(false)

  init() { (messages, continuation) = AsyncStream.makeStream(of: Message.self) }

  func look() {
    let isFirst = isLookPending.with { pending in
      defer { pending = true }
      return !pending
    }
    if isFirst { continuation.yield(.look) }
  }

  func looked() { isLookPending.with { $0 = false } }
  func done(_ host: HostName, _ outcomes: [RunOutcome]) { continuation.yield(.done(host, outcomes)) }
  func stop() { continuation.yield(.stop) }
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
