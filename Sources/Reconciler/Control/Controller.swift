// The controller: watches the desired state, the disk, the workers and the time, plans for the hosts of which something
// has changed or falls due, and queues what the plans ask for. It carries nothing out itself.

import Engine
package import Foundation
package import Logging
package import Spec
import Store

/// One of several controllers leads; the others stand by. A round costs what has changed, not the whole fleet.
package actor Controller {
  package struct Options: Sendable {
    /// In seconds; a leader that is silent for so long is succeeded.
    package var lease = 15.0
    /// In seconds; in the course of each, a part of the fleet's disks is looked at for changes that nobody told of.
    package var interval = 30.0
    package var retries = Planner.Retries.afterPause

    package init() {}
  }

  /// What a round has done.
  package struct Round: Sendable, Hashable {
    package var isLeading = false
    /// For how many hosts it has planned.
    package var planned = 0
    package var queued: [Int64] = []
    /// How many runs of dead workers it has closed.
    package var interrupted = 0
  }

  private let environment: Environment
  private let disk: any DiskObserver
  private let options: Options
  private let logger: Logger
  /// Called when there is something for workers.
  private let onQueued: @Sendable () -> Void

  private var keeper: LeaseKeeper?
  private var watch = LeaseWatch()
  private var fleet = Fleet()
  /// Whether the backup root is still to be looked at for the first time: what people were told of it may be over.
  private var isFirstLook = true
  private var isStopping = false
  /// When old runs and events were last forgotten, by the clock of elapsed time.
  private var forgotAt: Double?

  package init(
    _ environment: Environment, disk: any DiskObserver, options: Options = Options(), logger: Logger,
    onQueued: @escaping @Sendable () -> Void = {}
  ) {
    self.environment = environment
    self.disk = disk
    self.options = options
    self.logger = logger
    self.onQueued = onQueued
  }

  /// What waits, and why, as of the last plans.
  package var holds: [HostName: Hold] { fleet.holds }

  /// When something falls due, if nothing happens before.
  package var nextDue: Date? { fleet.agenda.next }

  /// Whether this controller leads, and may do what only one may.
  package var isLeading: Bool { keeper?.isHeld ?? false }

  // MARK: - Rounds

  /// Looks once, and acts on what it sees.
  ///
  /// - Throws: what kept it from that; nothing is half-done, and the next round tries again.
  package func round() async throws -> Round {
    var round = Round()
    let now = environment.clock.now
    round.interrupted = try await keepLeases(at: now)
    guard let keeper, keeper.isHeld else { return round }
    round.isLeading = true

    do {
      try await notice(at: now)
      let sweep = fleet.sweep(every: options.interval, elapsed: environment.elapsed.now)
      guard fleet.hasWork || !sweep.isEmpty else { return round }
      let root = try await lookAtRoot()
      let space = await disk.space(of: root)
      fleet.note(isRoomShort: TrashPolicy(fleet.desired.spec.settings).isShort(space))
      if fleet.rootProblem == nil { fleet.compare(await disk.stamps(of: sweep, root: root), of: sweep) }
      try await plan(root: root, by: keeper, now: now, into: &round)
    } catch is LeaseLost {
      stepDown()
      round.isLeading = false
    }
    if !round.queued.isEmpty { onQueued() }
    try await forgetHistory(at: now)
    return round
  }

  /// Now and then, a part of what is old.
  private func forgetHistory(at now: Date) async throws {
    guard environment.elapsed.now - (forgotAt ?? -.infinity) >= Self.forgetInterval else { return }
    forgotAt = environment.elapsed.now
    let store = environment.store
    var batches = 0
    while batches < Self.forgetBatches, !isStopping,
      try await store.forgetHistory(before: now.addingTimeInterval(-Self.remembered)) + store.forgetAccess(at: now) > 0
    { batches += 1 }
  }

  /// In seconds. Runs and events are remembered for half a year.
  private static let remembered: TimeInterval = 183 * 86_400
  private static let forgetInterval = 3600.0
  private static let forgetBatches = 20

  /// Lets a round that is under way come to its end early.
  package func stop() { isStopping = true }

  /// Gives the lead back.
  package func resign() async {
    guard let keeper else { return }
    self.keeper = nil
    try? await environment.store.release(keeper.grant)
  }

  // MARK: - Leases

  /// Renews the own lease, or takes it if nobody has it; closes what dead workers left.
  /// - Returns: how many runs were closed.
  private func keepLeases(at now: Date) async throws -> Int {
    let store = environment.store
    let leases = try await store.leases()
    let void = watch.void(among: leases, elapsed: environment.elapsed.now)
    if let keeper {
      if keeper.isDue || !keeper.isHeld {
        do {
          try await renew(keeper)
        } catch is LeaseLost {
          stepDown()
          return 0
        }
      }
    } else {
      let leader = leases.first { $0.name == Lease.controllerName && $0.process != nil }
      guard leader == nil || void.contains(where: { $0.name == Lease.controllerName }) else { return 0 }
      let begun = environment.elapsed.now
      let grant = try await store.acquireLease(
        Lease.controllerName, kind: .controller, process: environment.process,
        duration: options.lease, replacing: leader, at: now)
      guard let grant else { return 0 }
      keeper = LeaseKeeper(grant, duration: options.lease, elapsed: environment.elapsed, begun: begun)
      fleet = Fleet()
      isFirstLook = true
      logger.info("leading", metadata: ["term": "\(grant.term)"])
    }
    var closed = try await store.interruptOrphans(at: now)
    for worker in void where worker.kind != .controller { closed += try await store.endWorker(worker, at: now) }
    if !closed.isEmpty {
      logger.warning("closed runs of workers that had ended", metadata: ["runs": "\(closed.count)"])
    }
    return closed.count
  }

  private func renew(_ keeper: LeaseKeeper) async throws {
    try await keeper.renewing { try await environment.store.renew(keeper.grant, at: environment.clock.now) }
  }

  private func stepDown() {
    logger.warning("another controller leads by now; standing by")
    keeper = nil
  }

  // MARK: - Planning

  /// Finds the hosts of which something has changed in the store or for which a time has come.
  private func notice(at now: Date) async throws {
    let store = environment.store
    if !fleet.isLoaded {
      let desired = try await store.desired()
      fleet.load(desired, retained: try await store.retainedHosts())
    } else if try await store.specRevision() != fleet.desired.revision {
      let (updated, changed) = try await store.update(fleet.desired)
      fleet.update(updated, changed: changed, retained: try await store.retainedHosts())
    }
    let changes = try await store.hostChanges(after: fleet.hostRevision)
    // One that was purged is known no more.
    if changes.hosts.contains(where: { fleet.retained[$0] != nil }) {
      fleet.take(retained: try await store.retainedHosts())
    }
    fleet.notice(changes)
    fleet.notice(now: now, elapsed: environment.elapsed.now)
    if fleet.hasWork { fleet.pauses = try await store.pauses(at: now) }
  }

  private func lookAtRoot() async throws -> RootState {
    let root: RootState =
      switch try await disk.root(of: fleet.desired.spec.settings) {
      case .unset: .unusable(BackupRootUnusable.unset.description)
      case let root: root
      }
    let problem: String? = if case .unusable(let problem) = root { problem } else { nil }
    let isNews = problem != fleet.rootProblem
    if isNews || isFirstLook {
      try await environment.announce(rootProblem: problem, to: fleet.desired.spec.notifications)
      isFirstLook = false
    }
    if isNews, let problem {
      logger.error("nothing is backed up", metadata: ["error": "\(problem)"])
      try await environment.store.record(
        NewEvent(severity: .error, reason: "backup_root_unusable", message: problem), at: environment.clock.now)
    }
    // Once it is recorded: what fails before is done again by the next round.
    if isNews { fleet.note(rootProblem: problem) }
    return root
  }

  /// Plans for all hosts that are to be looked at, some at a time.
  ///
  /// Looking is as much computing as waiting for the database and the disk, so several batches are looked at together,
  /// while what came of the one before is written. What is written comes in the order of names all the same.
  private func plan(root: RootState, by keeper: LeaseKeeper, now: Date, into round: inout Round) async throws {
    let judging = Judging(
      context: ObservationContext(desired: fleet.desired, root: root, pauses: fleet.pauses),
      retained: fleet.retained, rootProblem: fleet.rootProblem, retries: options.retries, now: now)
    defer { fleet.putBackUnfinished() }
    try await withThrowingTaskGroup(of: JudgedBatch.self) { group in
      var begun = 0
      var judged: [Int: JudgedBatch] = [:]
      var finished = 0
      repeat {
        while begun - finished < Self.lanes, !isStopping, let batch = fleet.nextBatch() {
          let generations = batch.hosts.map(fleet.generations)
          group.addTask { [begun, store = environment.store, disk] in
            let hosts = try await judging.judge(batch, generations: generations, in: store, disk: disk)
            return JudgedBatch(number: begun, batch: batch, hosts: hosts)
          }
          begun += 1
        }
        guard let next = try await group.next() else { break }
        judged[next.number] = next
        while !isStopping, let next = judged.removeValue(forKey: finished) {
          // A round over a large fleet may last longer than the lease.
          if keeper.isDue { try await renew(keeper) }
          try await act(on: next, by: keeper, now: now, into: &round)
          finished += 1
        }
      } while true
    }
  }

  /// How many batches are looked at together: one for each processor, and one whose findings are being written.
  private static let lanes = min(ProcessInfo.processInfo.activeProcessorCount, 4) + 1

  private func act(
    on judged: JudgedBatch, by keeper: LeaseKeeper, now: Date, into round: inout Round
  ) async throws {
    for judgement in judged.hosts {
      if let host = judgement.host {
        try await environment.announce(
          judgement.conditions, of: host, told: judgement.told, to: fleet.desired.spec.notifications)
      }
      fleet.note(judgement.plan, stamp: judgement.stamp, hasTrash: judgement.hasTrash, now: now)
    }
    let queueings = try await environment.store.queue(judged.hosts.compactMap(\.run), by: keeper.grant, at: now)
    let findings = judged.hosts.compactMap(\.finding)
    try await environment.store.note(findings, by: keeper.grant)
    let regrouped = judged.hosts.flatMap(\.regrouped)
    try await environment.store.regroup(Dictionary(regrouped) { first, _ in first }, by: keeper.grant)
    fleet.finish(judged.batch, observed: findings)
    round.planned += judged.batch.hosts.count
    round.queued += queueings.compactMap { if case .queued(let id) = $0 { id } else { nil } }
  }
}
