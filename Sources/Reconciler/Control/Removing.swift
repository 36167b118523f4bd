// Removing snapshots: those that retention drops, or one that a person named, checked against the disk once more.

import Engine
import Foundation
import Spec
import Store

/// One prune, by whoever holds the host's lock.
struct Removing {
  private let job: Job
  private let directory: HostDirectory
  private let root: BackupRoot
  private let environment: Environment

  init(_ job: Job, directory: HostDirectory, root: BackupRoot, environment: Environment) {
    self.job = job
    self.directory = directory
    self.root = root
    self.environment = environment
  }

  func run() async throws -> Execution {
    if let id = job.run.request.snapshot { return .finished(try await removeNamed(id)) }
    return .finished(try await applyRetention())
  }

  // MARK: - By policy

  /// The order is made now, that nobody else works on the host. Unless everything that it keeps is there, and what it
  /// drops is as it was, nothing more is removed and the run fails.
  private func applyRetention() async throws -> RunResult {
    let now = environment.clock.now
    let onDisk = try await blocking { try directory.snapshotIDs() }
    let observed = try await environment.store.observeForPruning(
      directory.host, onDisk: onDisk, settings: job.settings)
    let order =
      switch job.host {
      case .declared(let host): PruneOrder(job.run.request, host: host, observed: observed, now: now)
      case .retained(let host): PruneOrder(job.run.request, retained: host, observed: observed, now: now)
      }
    switch order {
    case .outdated(let reason):
      return RunResult(state: .failed, errorCode: RunErrorCode.planStale, message: reason)
    case .refused(let reason):
      return RunResult(state: .failed, errorCode: RunErrorCode.refused, message: reason)
    case .nothingToDo: return RunResult(state: .succeeded, message: "nothing to remove")
    case .remove(let dropped, let plan):
      return try await remove(dropped, of: plan, now: now)
    }
  }

  private func remove(_ dropped: [RetentionDecision], of plan: RetentionPlan, now: Date) async throws -> RunResult {
    // What the plan rests on first of all: the newest that it keeps as good, and each that it drops.
    if let kept = plan.kept.first(where: { $0.snapshot.id.kind == .scheduled && $0.snapshot.status.isGood }) {
      let (id, status) = (kept.snapshot.id, kept.snapshot.status)
      let found = try await blocking { directory.snapshot(id).status }
      guard found == status else { return stale(.changed(id, expected: status, found: found)) }
    }
    for decision in dropped {
      if let objection = try await objection(to: decision, now: now) { return stale(objection) }
    }
    var removed = 0
    for decision in dropped {
      guard !Task.isCancelled else { return stopped(removed) }
      // Once more, just before.
      if let objection = try await objection(to: decision, now: now) { return stale(objection) }
      let found = try await blocking { directory.snapshot(decision.snapshot.id) }
      _ = try await discard(
        found, reason: decision.reasons.joined(separator: "; "), action: job.run.trigger.isRequest ? .cli : .scheduled)
      removed += 1
    }
    return RunResult(state: .succeeded, message: "\(removed) \(removed == 1 ? "snapshot" : "snapshots") removed")
  }

  /// Why a snapshot that the plan drops stays after all; nil if it goes.
  private func objection(to decision: RetentionDecision, now: Date) async throws -> RemovalObjection? {
    let (id, status) = (decision.snapshot.id, decision.snapshot.status)
    // By policy nothing goes but what is scheduled.
    guard id.kind == .scheduled else { return .changed(id, expected: status, found: status) }
    do {
      _ = try await blocking { try directory.checkRemoval(of: id, as: status, now: now) }
      return nil
    } catch let objection as RemovalObjection {
      return objection
    }
  }

  private func stale(_ objection: RemovalObjection) -> RunResult {
    RunResult(
      state: .failed, errorCode: RunErrorCode.planStale, message: "\(objection); nothing more was removed. Plan again")
  }

  private func stopped(_ removed: Int) -> RunResult {
    RunResult(
      state: .interrupted, errorCode: RunErrorCode.interrupted,
      message: "stopped after \(removed) of the snapshots; the rest is taken up again")
  }

  // MARK: - By name

  /// Removes one snapshot, whatever retention says of it.
  private func removeNamed(_ id: SnapshotID) async throws -> RunResult {
    let now = environment.clock.now
    let found: Snapshot
    do {
      found = try await blocking { try directory.checkRemoval(of: id, as: nil, now: now) }
    } catch let objection as RemovalObjection {
      return RunResult(state: .failed, errorCode: RunErrorCode.refused, message: "\(objection)")
    }
    let entry = try await discard(found, reason: "named \(job.run.trigger.inWords)", action: .manual)
    // Asked anew: the removal may have taken longer than what is removed is kept.
    let end = TrashPolicy(job.settings).expiry(of: entry).flatMap { $0 > environment.clock.now ? $0 : nil }
    return RunResult(
      state: .succeeded,
      message: "\(id) removed"
        + (end.map { "; `pobsync undelete \(directory.host) \(id)` gets it back until \(Timestamp.short($0))" } ?? ""))
  }

  // MARK: - Steps

  /// Takes one snapshot out of sight and out of the store, and records that. Why is noted on the disk first: should
  /// this die in between, the record is made from there.
  private func discard(_ snapshot: Snapshot, reason: String, action: Purge.Action) async throws -> TrashEntry {
    try await job.checkLease()
    let id = snapshot.id
    let purge = Purge(
      host: directory.host, kind: id.kind == .manual ? .manual : .scheduled, name: id.name.description,
      path: directory.directory(of: id), reason: reason, action: action,
      actor: job.run.request.requestedBy ?? environment.actor, metadata: snapshot.metadata, at: environment.clock.now)
    let entry = try await blocking {
      try root.verify()
      return try directory.discard(id, at: purge.at, note: PurgeNote(purge, of: id.name))
    }
    try await environment.store.recordPurge(purge, of: id)
    return entry
  }
}
