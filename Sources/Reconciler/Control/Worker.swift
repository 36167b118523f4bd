// The worker: claims runs from the queue, as many as the settings allow, and carries them out.

package import Engine
import Foundation
package import Logging
import ServiceLifecycle
package import Spec
package import Store

/// News of work that is under way, for people who watch.
package enum WorkEvent: Sendable {
  case started(Run)
  case progress(host: HostName, TransferProgress)
  /// It cannot begin yet, and why.
  case waiting(Run, reason: String)
  case finished(RunOutcome)
}

/// What came of a run.
package struct RunOutcome: Sendable {
  package let run: Run
  package let result: RunResult
  /// The snapshot that was made, if one was.
  package let snapshot: Snapshot?

  package init(run: Run, result: RunResult, snapshot: Snapshot? = nil) {
    self.run = run
    self.result = result
    self.snapshot = snapshot
  }
}

/// Claims runs and carries them out, until it is told to stop.
///
/// It keeps a lease while it lives. Without that it stops what it does: its runs may be another's by then.
package actor Worker: Service {
  package struct Options: Sendable {
    /// How many backups this worker makes at the same time; nil for as many as the settings allow.
    package var concurrency: Int?
    /// In seconds; a worker that is silent for so long is given up.
    package var lease = 60.0
    /// In seconds; how long transfers may go on after the worker was told to stop.
    package var grace = 5.0
    /// The one run that this worker is for.
    package var only: Int64?
    /// How many files are deleted in a second, where the trash is emptied.
    package var deletionRate = DeletionThrottle.usualRate

    package init() {}
  }

  private let environment: Environment
  private let executor: any Executor
  private let options: Options
  private let logger: Logger
  private let report: @Sendable (WorkEvent) -> Void
  /// Wakes the worker when there may be something to do.
  package nonisolated let doorbell = Doorbell()
  private var outage: Outage

  private var keeper: LeaseKeeper?
  private var jobs: [Int64: RunningJob] = [:]
  private var isStopping = false
  private var stopDeadline: Double?
  private var hasFinishedOnly = false
  /// Whether a backup is at work, here or elsewhere: the trash is not emptied meanwhile.
  private let isBackingUp = Locked(false)

  package init(
    _ environment: Environment, executor: any Executor, options: Options, logger: Logger,
    report: @escaping @Sendable (WorkEvent) -> Void = { _ in }
  ) {
    self.environment = environment
    self.executor = executor
    self.options = options
    self.logger = logger
    self.report = report
    outage = Outage(logger: logger)
  }

  // MARK: - Life

  /// Works until a graceful shutdown, or, if it is for one run, until that is over. Cancelling the task cuts transfers
  /// off at once.
  package func run() async throws {
    await withGracefulShutdownHandler {
      await withTaskCancellationHandler {
        await withDiscardingTaskGroup { group in
          group.addTask { await self.doorbell.ring(every: .seconds(1)) }
          for await _ in doorbell.rings {
            await step(in: &group)
            if jobs.isEmpty, isStopping || hasFinishedOnly { break }
          }
          group.cancelAll()
        }
      } onCancel: {
        Task { await self.stop(grace: 0) }
      }
    } onGracefulShutdown: {
      Task { await self.stop(grace: self.options.grace) }
    }
    await leave()
  }

  /// Begins nothing more; what runs is cut off after a time of grace, in seconds.
  package func stop(grace: Double) {
    isStopping = true
    stopDeadline = min(stopDeadline ?? .infinity, environment.elapsed.now + grace)
    if grace == 0 { stopJobs(.shutdown) }
    // There is no end to wait for: what is left of it is taken up at any time.
    for job in jobs.values where job.run.kind == .emptyTrash { job.stop(.shutdown) }
    doorbell.ring()
  }

  private func step(in group: inout DiscardingTaskGroup) async {
    if let stopDeadline, environment.elapsed.now >= stopDeadline { stopJobs(.shutdown) }
    do {
      try await keepLease()
      while !isStopping, !hasFinishedOnly, let keeper, keeper.isHeld, let run = try await claim(by: keeper.grant) {
        let job = RunningJob(run, keeper: keeper)
        // It may have been told to stop while it asked.
        if isStopping {
          await putBack(job, message: "its worker was stopped")
        } else {
          begin(job, in: &group)
        }
      }
      try await lookForBackups()
      outage.isOver()
    } catch {
      outage.note(error, doing: "take up runs")
    }
    if let keeper, !keeper.isHeld { stopJobs(.leaseLost) }
  }

  /// Gives the lease back. What is still running, for a database that is away, is taken up by others once it has run out.
  private func leave() async {
    guard let keeper else { return }
    try? await environment.store.endWorker(keeper.grant, at: environment.clock.now)
    self.keeper = nil
  }

  // MARK: - The lease

  private func keepLease() async throws {
    let store = environment.store
    let now = environment.clock.now
    guard let keeper else {
      if isStopping { return }
      try await join()
      return
    }
    let progress = jobs.compactMapValues { $0.takeProgress() }
    let logs = jobs.compactMapValues { $0.takeLog(elapsed: environment.elapsed.now) }
    guard !jobs.isEmpty || keeper.isDue else { return }
    do {
      let cancelled = try await keeper.renewing {
        try await store.renew(keeper.grant, progress: progress, logs: logs, at: now)
      }
      for (id, actor) in cancelled { jobs[id]?.stop(.person(actor)) }
    } catch is LeaseLost {
      logger.error("this worker was given up while it was silent; its transfers are stopped and taken up again")
      stopJobs(.leaseLost)
      self.keeper = nil
      try await join()
    }
  }

  /// Takes a lease of a name of its own.
  private func join() async throws {
    let begun = environment.elapsed.now
    let kind: Lease.Kind = options.only == nil ? .worker : .command
    let name = "\(kind.rawValue)/\(UUID().uuidString.lowercased())"
    let grant = try await environment.store.acquireLease(
      name, kind: kind, process: environment.process, duration: options.lease,
      at: environment.clock.now)
    keeper = grant.map {
      LeaseKeeper($0, duration: options.lease, elapsed: environment.elapsed, begun: begun)
    }
  }

  // MARK: - Runs

  private func claim(by worker: LeaseGrant) async throws -> Run? {
    let (store, now) = (environment.store, environment.clock.now)
    if let only = options.only {
      guard jobs.isEmpty else { return nil }
      if let run = try await store.claimRun(only, by: worker, at: now) { return run }
      // Whoever else has taken it up sees to its end.
      hasFinishedOnly = try await store.run(only)?.state != .queued
      return nil
    }
    let backups = jobs.values.count { $0.run.kind == .backup }
    let kinds = RunKind.allCases.filter { $0 != .backup || backups < options.concurrency ?? .max }
    return try await store.claimRun(of: kinds, by: worker, at: now) { running, pauses, settings in
      ConcurrencyLimits(settings).admission(beside: running, pauses: pauses)
    }
  }

  /// A backup that is queued and may start is one of these a moment later.
  private func lookForBackups() async throws {
    var isBusy = jobs.values.contains { $0.run.kind == .backup }
    if !isBusy, jobs.values.contains(where: { $0.run.kind == .emptyTrash }) {
      isBusy = try await environment.store.isRunning(.backup)
    }
    isBackingUp.with { $0 = isBusy }
  }

  private func begin(_ job: RunningJob, in group: inout DiscardingTaskGroup) {
    jobs[job.run.id] = job
    if job.run.kind == .backup { isBackingUp.with { $0 = true } }
    group.addTask {
      let outcome = await self.carryOut(job)
      await self.end(job, outcome)
    }
  }

  private func end(_ job: RunningJob, _ outcome: RunOutcome?) {
    jobs[job.run.id] = nil
    if let outcome {
      report(.finished(outcome))
      if options.only == outcome.run.id { hasFinishedOnly = true }
    }
    doorbell.ring()
  }

  private func stopJobs(_ reason: StopReason) {
    for job in jobs.values { job.stop(reason) }
  }

  /// - Returns: nil if the run goes back into the queue.
  private nonisolated func carryOut(_ job: RunningJob) async -> RunOutcome? {
    let run = job.run
    let (store, clock, worker) = (environment.store, environment.clock, job.keeper.grant)
    switch await execute(job) {
    case .busy(let who):
      report(.waiting(run, reason: who))
      await putBack(job, message: who)
      return nil
    case .finished(var result, let snapshot):
      if case .person(let actor) = job.stopReason, result.state == .interrupted { result = result.cancelled(by: actor) }
      let prune = result.isGood(snapshot) ? RunRequest(pruneAfter: run) : nil
      await persisting(job) { [result] in
        try await store.finishRun(run, result, snapshot: snapshot, followedBy: prune, by: worker, at: clock.now)
      }
      let outcome = RunOutcome(run: run, result: result, snapshot: snapshot)
      await ping(run) { try await self.announceEnd(of: outcome) }
      return outcome
    }
  }

  private nonisolated func execute(_ job: RunningJob) async -> Execution {
    let run = job.run
    let (store, clock) = (environment.store, environment.clock)
    do {
      let desired = try await store.desired(of: run.host)
      let host = desired.spec.effectiveHost(run.host)
      let retained = host == nil ? try await store.retainedHost(run.host) : nil
      let objection: RunResult? =
        if let retained {
          Planner.objection(to: run, retained: retained, settings: desired.spec.settings)
        } else {
          Planner.objection(to: run, host: host, now: clock.now)
        }
      if let objection { return .finished(objection) }
      guard let subject = host.map(JobHost.declared) ?? retained.map(JobHost.retained) else {
        return .finished(.undeclared(run.host))
      }
      let targets = desired.spec.notifications
      let task = Job(
        run: run, host: subject, settings: desired.spec.settings,
        begins: {
          self.report(.started(run))
          guard let host else { return }
          await self.ping(run) { try await self.environment.announceStart(of: host, reason: run.reason, to: targets) }
        },
        checkLease: { try await job.keeper.check(in: store, clock: clock) },
        progress: { progress in
          job.note(progress)
          self.report(.progress(host: run.host, progress))
        }, logs: { job.note($0) }, deletionRate: options.deletionRate, makesWay: { self.isBackingUp.with { $0 } })
      return await job.untilStopped { await self.executor.carryOut(task) }
    } catch {
      return .finished(RunResult(state: .interrupted, errorCode: RunErrorCode.interrupted, message: "\(error)"))
    }
  }

  /// Puts a run back into the queue that could not begin.
  private nonisolated func putBack(_ job: RunningJob, message: String) async {
    let (store, clock, worker) = (environment.store, environment.clock, job.keeper.grant)
    await persisting(job) {
      try await store.requeueRun(
        job.run.id, by: worker, notBefore: clock.now.addingTimeInterval(Self.busyPause), message: message, at: clock.now
      )
    }
  }

  private nonisolated func announceEnd(of outcome: RunOutcome) async throws {
    let desired = try await environment.store.desired(of: outcome.run.host)
    guard let host = desired.spec.effectiveHost(outcome.run.host) else { return }
    try await environment.announceEnd(of: outcome, host: host, to: desired.spec.notifications)
  }

  /// Queues a ping. Without the database there is none, and the run goes on.
  private nonisolated func ping(_ run: Run, _ queue: () async throws -> Void) async {
    guard run.kind == .backup else { return }
    do {
      try await queue()
    } catch {
      logger.error("a ping could not be queued", metadata: ["run": "\(run.id)", "error": "\(error)"])
    }
  }

  /// After how long a run is tried again whose host somebody else is working on.
  private static let busyPause = 15.0

  /// Writes what must not be lost, again and again until the database takes it. After the worker was told to stop, it
  /// tries for as long as transfers have grace, and a while more.
  @discardableResult
  private nonisolated func persisting<Result: Sendable>(
    _ job: RunningJob, _ write: @Sendable () async throws -> Result
  ) async -> Result? {
    var outage = Outage(logger: logger)
    while true {
      do {
        let result = try await write()
        outage.isOver()
        return result
      } catch {
        outage.note(error, doing: "record the end of run \(job.run.id), which is kept until then")
      }
      if await !mayGoOnTrying() {
        logger.error("the end of a run could not be recorded", metadata: ["run": "\(job.run.id)"])
        return nil
      }
      // Not cut short by the end of the task: what has happened has to be written all the same.
      await Task.detached { try? await Task.sleep(for: .seconds(1)) }.value
    }
  }

  private func mayGoOnTrying() -> Bool {
    stopDeadline.map { environment.elapsed.now < $0 + Self.recordingGrace } ?? true
  }

  /// In seconds, how long a worker that was told to stop waits for the database.
  private static let recordingGrace = 30.0
}

extension RunRequest {
  /// The prune that was asked for together with a backup; nil if none was.
  fileprivate init?(pruneAfter run: Run) {
    guard run.request.prunes else { return nil }
    self.init(
      host: run.host, kind: .prune, trigger: run.trigger, reason: "asked for together with run \(run.id)")
    priority = .requested
    requestedBy = run.request.requestedBy
  }
}

extension RunResult {
  /// A backup that may be followed by a prune.
  fileprivate func isGood(_ snapshot: Snapshot?) -> Bool { state.isGood && snapshot?.status.isGood ?? true }
}
