// A simulated worker: claims runs and carries them out as the real one does, in the same order and with the same
// questions to store and planner, but in virtual time, and it may die or freeze at any point of it.

import Engine
import Foundation
package import Reconciler
package import Spec
package import Store

/// One worker process.
package final class SimulatedWorker {
  /// A run that the worker has at work.
  package struct Job {
    package let run: Run
    /// nil for a host that is declared no more.
    fileprivate let host: EffectiveHost?
    fileprivate let settings: Settings?
    fileprivate let keeper: LeaseKeeper
    fileprivate let startedAt: Date
    /// In seconds of elapsed time.
    package let endsAt: Double
    fileprivate let work: Work
    fileprivate var stopped: Stop?
  }

  fileprivate enum Work {
    case backup(SimulatedHost.Ending)
    case discover
    case prune(PruneOrder)
    case emptyTrash
  }

  fileprivate enum Stop {
    case person(String)
    case leaseLost
  }

  package let process: String
  package private(set) var jobs: [Int64: Job] = [:]
  package private(set) var isAlive = true
  /// In seconds of elapsed time; until then it stands still.
  package var frozenUntil: Double?
  /// It dies at the next step that leaves something half-done.
  package var isDoomed = false

  private let environment: Environment
  private let time: SimulatedTime
  private let disk: SimulatedDisk
  private let referee: SimulationReferee
  private let misconduct: Misconduct?
  private let report: (String) -> Void
  private var random: SeededGenerator
  private var keeper: LeaseKeeper?
  private var joined = 0
  /// The runs that were not over when it last claimed one.
  private var waiting: [Run] = []

  private var store: Store { environment.store }

  package init(
    _ environment: Environment, time: SimulatedTime, disk: SimulatedDisk, referee: SimulationReferee,
    misconduct: Misconduct?, seed: UInt64, report: @escaping (String) -> Void
  ) {
    self.environment = environment
    self.time = time
    self.disk = disk
    self.referee = referee
    self.misconduct = misconduct
    self.report = report
    process = environment.process
    random = SeededGenerator(seed: seed)
  }

  /// The name of its lease, if it has one.
  package var leaseName: String? { keeper?.grant.name }

  package var isFrozen: Bool { frozenUntil.map { time.elapsed < $0 } ?? false }

  package func die() {
    isAlive = false
    jobs = [:]
    disk.unlockAll(of: process)
    report("\(process) dies")
  }

  /// Stops as on SIGTERM: what is at work is cut off, and the lease given back.
  package func leave() async throws {
    for id in jobs.keys.sorted() {
      jobs[id]?.stopped = .leaseLost
      try await endJob(id)
    }
    if let keeper { try await store.endWorker(keeper.grant, at: time.now) }
    isAlive = false
    report("\(process) leaves")
  }

  // MARK: - Steps

  /// Does what there is to do now.
  /// - Parameter hosts: the machines that are backed up.
  /// - Returns: whether it has done anything that others may see.
  package func step(hosts: [HostName: SimulatedHost]) async throws -> Bool {
    guard isAlive, !isFrozen else { return false }
    frozenUntil = nil
    var didSomething = false
    // Transfers go on beside the keeping of the lease: after a pause either may come first.
    let endsFirst = random.chance(1, in: 2)
    if endsFirst { didSomething = try await endJobs() }
    if isAlive { try await keepLease() }
    if isAlive, !endsFirst { didSomething = try await endJobs() }
    while isAlive, let keeper, keeper.isHeld, let run = try await claim(by: keeper) {
      didSomething = true
      try await begin(run, by: keeper, hosts: hosts)
    }
    if isAlive, let keeper, keeper.isHeld { try await lookAtWhatWaits() }
    return didSomething
  }

  private func endJobs() async throws -> Bool {
    let due = jobs.values.filter { $0.endsAt <= time.elapsed || $0.stopped != nil }.map(\.run.id).sorted()
    for id in due where isAlive { try await endJob(id) }
    return !due.isEmpty
  }

  private func keepLease() async throws {
    guard let keeper else { return try await join() }
    do {
      let cancelled = try await keeper.renewing { try await store.renew(keeper.grant, progress: [:], at: time.now) }
      for (id, actor) in cancelled { jobs[id]?.stopped = .person(actor) }
    } catch is LeaseLost {
      report("\(process) was given up")
      for (id, job) in jobs where job.stopped == nil { jobs[id]?.stopped = .leaseLost }
      self.keeper = nil
      try await join()
    }
  }

  private func join() async throws {
    joined += 1
    let begun = time.elapsed
    let grant = try await store.acquireLease(
      "worker/\(process)/\(joined)", kind: .worker, process: process, duration: Self.lease, at: time.now)
    keeper = grant.map {
      LeaseKeeper($0, duration: Self.lease, elapsed: environment.elapsed, begun: begun)
    }
  }

  private static let lease = Worker.Options().lease

  // MARK: - Beginning

  private func claim(by keeper: LeaseKeeper) async throws -> Run? {
    guard try await store.queueLength() > 0 else { return nil }
    let misconduct = misconduct
    let before = try await store.unfinishedRuns()
    let favourite = before.filter { $0.state == .queued }.map(\.id).max()
    let run = try await store.claimRun(of: RunKind.allCases, by: keeper.grant, at: time.now) {
      (running: [Run], declaredPauses: Pauses, declared: Settings?) -> QueueAdmission in
      var (settings, pauses) = (declared, declaredPauses)
      switch misconduct {
      case .ignoresLanes: settings?.maxConcurrentBackups = 100
      case .ignoresGroups: settings?.concurrencyGroups = nil
      case .ignoresPauses: pauses = Pauses()
      default: break
      }
      let admission = ConcurrencyLimits(settings).admission(beside: running, pauses: pauses)
      if misconduct == .letsTrashOccupy {
        let emptied = Set(running.filter { $0.kind == .emptyTrash }.map(\.host))
        return QueueAdmission { run in admission.admits(run) && !emptied.contains(run.host) }
      }
      guard misconduct == .ignoresRank else { return admission }
      return QueueAdmission { run in run.id == favourite && admission.admits(run) }
    }
    guard let run else { return nil }
    waiting = before
    report("\(process) claims run \(run.id): \(run.kind.rawValue) \(run.host), \(run.reason)")
    return run
  }

  /// What may begin has begun, whatever trash is being emptied.
  private func lookAtWhatWaits() async throws {
    let unfinished = try await store.unfinishedRuns()
    guard unfinished.contains(where: { $0.kind == .emptyTrash && $0.state == .running }) else { return }
    referee.waits(
      unfinished, settings: try await store.desired().spec.settings, pauses: try await store.pauses(at: time.now),
      now: time.now)
  }

  private func begin(_ run: Run, by keeper: LeaseKeeper, hosts: [HostName: SimulatedHost]) async throws {
    let desired = try await store.desired(of: run.host)
    referee.claimed(
      run, beside: waiting.filter { $0.state == .running }, from: waiting.filter { $0.state == .queued },
      settings: desired.spec.settings, pauses: try await store.pauses(at: time.now), now: time.now)
    let host = desired.spec.effectiveHost(run.host)
    let retained = host == nil ? try await store.retainedHost(run.host) : nil
    let objection: RunResult? =
      if let retained {
        Planner.objection(to: run, retained: retained, settings: desired.spec.settings)
      } else {
        Planner.objection(to: run, host: host, now: time.now)
      }
    if misconduct != .ignoresWindows || host == nil, let objection {
      return try await finish(run, objection, by: keeper)
    }
    guard disk.isMounted || misconduct == .ignoresRoot else {
      return try await finish(run, .unmounted, by: keeper)
    }
    // The trash has a lock of its own; its lane lets nobody else to it here.
    if run.kind.occupiesHost, let other = disk.lock(run.host, by: process) {
      report("\(process) finds \(run.host) locked by \(other)")
      return try await store.requeueRun(
        run.id, by: keeper.grant, notBefore: time.now.addingTimeInterval(15), message: "\(run.host) is busy: \(other)",
        at: time.now)
    }
    if let host { referee.begins(run, of: host, now: time.now, elapsed: time.elapsed) }
    let (seconds, work) = try await work(
      for: run, host: host, retained: retained, machine: hosts[run.host] ?? SimulatedHost(usualTime: 60))
    jobs[run.id] = Job(
      run: run, host: host, settings: desired.spec.settings, keeper: keeper, startedAt: time.now,
      endsAt: time.elapsed + seconds, work: work)
  }

  private func work(
    for run: Run, host: EffectiveHost?, retained: RetainedHost?, machine: SimulatedHost
  ) async throws -> (seconds: Double, work: Work) {
    switch run.kind {
    case .backup:
      let (seconds, ending) = machine.transfer(&random)
      return (seconds, .backup(ending))
    case .prune:
      var request = run.request
      if misconduct == .ignoresPruneLimit { request.maxDelete = .max }
      var observed = ObservedHost(recorded: try await store.snapshotRecords(of: run.host))
      observed.disk = .seen(Set(disk.snapshots(of: run.host).map(\.id)), trash: [])
      if let host { return (20, .prune(PruneOrder(request, host: host, observed: observed, now: time.now))) }
      guard let retained else { return (5, .discover) }
      return (20, .prune(PruneOrder(request, retained: retained, observed: observed, now: time.now)))
    case .emptyTrash:
      // What occupies a host shows where it lasts.
      let longest = misconduct == .letsTrashOccupy ? 86_400.0 : 7200
      return (Double.random(in: 30...longest, using: &random), .emptyTrash)
    case .discover, .verify, .restore, .preflight, .dryRun: return (5, .discover)
    }
  }

  // MARK: - Ending

  private func endJob(_ id: Int64) async throws {
    guard let job = jobs[id] else { return }
    var result: RunResult
    var snapshot: Snapshot?
    switch job.work {
    case .discover: result = try await discover(job)
    case .prune(let order): result = try await prune(job, order)
    case .emptyTrash: result = await emptyTrash(job)
    case .backup(let ending): (result, snapshot) = try await backUp(job, ending)
    }
    if case .person(let actor) = job.stopped, result.state == .interrupted { result = result.cancelled(by: actor) }
    guard isAlive else { return }
    if isDoomed { return die() }
    jobs[id] = nil
    if job.run.kind.occupiesHost { disk.unlock(job.run.host, by: process) }
    if misconduct == .forgetsEnd { return }
    try await finish(job.run, result, snapshot: snapshot, by: job.keeper)
  }

  private func finish(_ run: Run, _ result: RunResult, snapshot: Snapshot? = nil, by keeper: LeaseKeeper) async throws {
    let isRecorded = try await store.finishRun(run, result, snapshot: snapshot, by: keeper.grant, at: time.now)
    report(
      "\(process) ends run \(run.id): \(run.kind.rawValue) \(run.host) \(result.state.rawValue)"
        + (isRecorded ? "" : ", which is not its own any more") + (result.message.map { ", \($0)" } ?? ""))
    guard isRecorded else { return }
    referee.ended(run, result, elapsed: time.elapsed)
    guard run.request.prunes, result.state.isGood, snapshot?.status.isGood ?? true else { return }
    var request = RunRequest(host: run.host, kind: .prune, trigger: run.trigger, reason: "asked for with run \(run.id)")
    request.priority = .requested
    request.requestedBy = run.request.requestedBy
    request.maxDelete = run.request.maxDelete
    _ = try await store.queue(request, at: time.now)
  }

  private func isGivenUp(_ job: Job) async -> Bool {
    do {
      if misconduct != .ignoresLease { try await job.keeper.check(in: store, clock: environment.clock) }
      return false
    } catch {
      return true
    }
  }

  private func backUp(_ job: Job, _ ending: SimulatedHost.Ending) async throws -> (RunResult, Snapshot?) {
    func failed(_ code: BackupFailure.Code) -> (RunResult, Snapshot?) {
      (RunResult(failure: BackupFailure(code, code.rawValue), log: ""), nil)
    }
    guard job.stopped == nil || misconduct == .ignoresLease else { return failed(.cancelled) }
    guard case .complete(let status) = ending else {
      return if case .failed(let code) = ending { failed(code) } else { failed(.rsyncFailed) }
    }
    if await isGivenUp(job) { return failed(.cancelled) }
    guard disk.isMounted || misconduct == .ignoresRoot else { return (.unmounted, nil) }
    let snapshot = try await publish(job, status)
    if misconduct == .publishesTwice { _ = try await publish(job, status) }
    return (RunResult(snapshot: snapshot, log: ""), snapshot)
  }

  private func publish(_ job: Job, _ status: SnapshotStatus) async throws -> Snapshot {
    let run = job.run
    let newest = disk.snapshots(of: run.host).last?.id.name
    let name = SnapshotName(startedAt: job.startedAt, after: newest, using: &random)
    let snapshot = Snapshot(
      host: run.host, id: SnapshotID(kind: run.request.snapshotKind ?? .scheduled, name: name), status: status,
      startedAt: job.startedAt, finishedAt: time.now)
    referee.publishes(
      snapshot, run: run, by: job.keeper.grant.name, stored: try await store.run(run.id), disk: disk, now: time.now)
    disk.publish(snapshot)
    return snapshot
  }

  private func discover(_ job: Job) async throws -> RunResult {
    if job.stopped != nil { return .cutOff }
    if misconduct != .discoversNothing {
      _ = try await store.replaceSnapshots(
        of: job.run.host, with: disk.snapshots(of: job.run.host), at: time.now)
    }
    return RunResult(state: .succeeded, message: "looked")
  }

  private func prune(_ job: Job, _ order: PruneOrder) async throws -> RunResult {
    switch order {
    case .outdated(let why): return RunResult(state: .failed, errorCode: RunErrorCode.planStale, message: why)
    case .refused(let why): return RunResult(state: .failed, errorCode: RunErrorCode.refused, message: why)
    case .nothingToDo: break
    case .remove(let dropped, let plan):
      if let result = try await remove(dropped.map(\.snapshot), of: plan, job) { return result }
    }
    return job.stopped == nil ? RunResult(state: .succeeded, message: "removed") : .cutOff
  }

  private func emptyTrash(_ job: Job) async -> RunResult {
    let host = job.run.host
    while true {
      guard job.stopped == nil else { return .cutOff }
      let trash = disk.trash(of: host)
      let due = TrashPolicy(job.settings).order(trash, space: nil, now: time.now)?.entries ?? []
      guard let entry = (misconduct == .emptiesEarly ? trash : due).first else { break }
      if await isGivenUp(job) { return .cutOff }
      guard disk.isMounted || misconduct == .ignoresRoot else { return .unmounted }
      referee.deletes(entry, of: host, by: job.settings, now: time.now)
      disk.delete(entry, of: host)
      if isDoomed, random.chance(1, in: 2) {
        die()
        return .cutOff
      }
    }
    return RunResult(state: .succeeded, message: "emptied")
  }

  /// - Returns: nil if all are gone.
  private func remove(_ dropped: [SnapshotRecord], of plan: RetentionPlan, _ job: Job) async throws -> RunResult? {
    let host = job.run.host
    func stale(_ id: SnapshotID) -> RunResult {
      RunResult(state: .failed, errorCode: RunErrorCode.planStale, message: "\(id) is not what the plan rested on")
    }
    let good = disk.snapshots(of: host).filter { $0.status.isGood && $0.startedAt <= time.now }
    let base = good.last { $0.id.kind == .scheduled } ?? good.last
    let newestKept = plan.kept.map(\.snapshot).first { $0.id.kind == .scheduled && $0.status.isGood }
    for expected in [newestKept].compactMap(\.self) + dropped {
      let status = disk.snapshot(expected.id, of: host)?.status ?? .unknown
      guard status == expected.status, expected == newestKept || expected.id != base?.id else {
        return stale(expected.id)
      }
    }
    var dropped = dropped
    if misconduct == .removesNewest, let newestKept { dropped.append(newestKept) }
    for (removed, snapshot) in dropped.enumerated() {
      guard job.stopped == nil else { return .cutOff }
      guard disk.snapshot(snapshot.id, of: host)?.status == snapshot.status else { return stale(snapshot.id) }
      if await isGivenUp(job) { return .cutOff }
      guard disk.isMounted || misconduct == .ignoresRoot else { return .unmounted }
      if let declared = job.host {
        referee.discards(
          snapshot, run: job.run, of: dropped.count, host: declared, disk: disk, removed: removed, now: time.now)
      } else {
        referee.note("\(host) lost \(snapshot.id), though it is declared no more and retains what it has")
      }
      disk.discard(snapshot.id, of: host)
      if isDoomed, random.chance(1, in: 2) {
        die()
        return .cutOff
      }
      try await store.removeSnapshot(host: host, id: snapshot.id)
    }
    return nil
  }
}

extension RunResult {
  fileprivate static let unmounted = RunResult(
    state: .failed, errorCode: BackupFailure.Code.backupRoot.rawValue, message: SimulatedDisk.unmounted)
  fileprivate static let cutOff = RunResult(
    state: .interrupted, errorCode: RunErrorCode.interrupted, message: "cut off")
}
