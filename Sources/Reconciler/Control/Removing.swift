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
    case .nothingToDo:
      try await emptyTrash()
      return Task.isCancelled ? stopped(0) : RunResult(state: .succeeded, message: "nothing to remove")
    case .remove(let dropped, let plan):
      return try await remove(dropped, of: plan, now: now)
    }
  }

  private func remove(_ dropped: [RetentionDecision], of plan: RetentionPlan, now: Date) async throws -> RunResult {
    let base = try await blocking { try directory.base(now: now) }
    // What the plan rests on first of all: the newest that it keeps as good, and each that it drops.
    let newestKept = plan.kept.first { $0.snapshot.id.kind == .scheduled && $0.snapshot.status.isGood }
    for decision in [newestKept].compactMap(\.self) + dropped {
      let id = decision.snapshot.id
      let status = try await blocking { directory.snapshot(id).status }
      guard status == decision.snapshot.status, decision.keep || (id.kind == .scheduled && id != base?.id) else {
        return stale(id)
      }
    }
    var removed = 0
    for decision in dropped {
      guard !Task.isCancelled else { return stopped(removed) }
      let id = decision.snapshot.id
      let found = try await blocking { directory.snapshot(id) }
      guard found.status == decision.snapshot.status, found.pin?.holds(at: now) != true else { return stale(id) }
      try await discard(
        found, reason: decision.reasons.joined(separator: "; "), action: job.run.trigger.isRequest ? .cli : .scheduled)
      removed += 1
    }
    try await emptyTrash()
    guard !Task.isCancelled else { return stopped(removed) }
    return RunResult(state: .succeeded, message: "\(removed) \(removed == 1 ? "snapshot" : "snapshots") removed")
  }

  private func stale(_ id: SnapshotID) -> RunResult {
    RunResult(
      state: .failed, errorCode: RunErrorCode.planStale,
      message: "\(id) is not what the plan rested on; nothing more was removed. Plan again")
  }

  private func stopped(_ removed: Int) -> RunResult {
    RunResult(
      state: .interrupted, errorCode: RunErrorCode.interrupted,
      message: "stopped after \(removed) of the snapshots; the rest, and what is in the trash, is taken up again")
  }

  // MARK: - By name

  /// Removes one snapshot, whatever retention says of it.
  private func removeNamed(_ id: SnapshotID) async throws -> RunResult {
    let now = environment.clock.now
    let (onDisk, found, base) = try await blocking {
      (try directory.snapshotIDs(), directory.snapshot(id), try directory.base(now: now))
    }
    guard onDisk.contains(id) else {
      return RunResult(state: .failed, errorCode: RunErrorCode.refused, message: "\(id) is not there any more")
    }
    guard base?.id != id else {
      return RunResult(
        state: .failed, errorCode: RunErrorCode.refused,
        message: "\(id) is the snapshot that the next backup is linked against; it stays until there is a newer one")
    }
    if let obstacle = found.pinInTheWay(at: now) {
      return RunResult(state: .failed, errorCode: RunErrorCode.refused, message: obstacle)
    }
    try await discard(found, reason: "named on the command line", action: .manual)
    try await emptyTrash()
    return RunResult(state: .succeeded, message: "\(id) removed")
  }

  // MARK: - Steps

  /// Takes one snapshot out of sight and out of the store, and records that.
  private func discard(_ snapshot: Snapshot, reason: String, action: Purge.Action) async throws {
    try await job.checkLease()
    try await blocking {
      try root.verify()
      try directory.discard(snapshot.id)
    }
    try await environment.store.recordPurge(
      Purge(
        host: directory.host, kind: snapshot.id.kind == .manual ? .manual : .scheduled,
        name: snapshot.id.name.description, path: directory.directory(of: snapshot.id), reason: reason, action: action,
        actor: job.run.request.requestedBy ?? environment.actor, metadata: snapshot.metadata, at: environment.clock.now)
    )
    try await environment.store.removeSnapshot(host: directory.host, id: snapshot.id)
  }

  /// Deletes what is in the trash, until the task is cancelled.
  private func emptyTrash() async throws {
    let isStopped = Locked(false)
    try await withTaskCancellationHandler {
      try await blocking { try directory.emptyTrash { !isStopped.with { $0 } } }
    } onCancel: {
      isStopped.with { $0 = true }
    }
  }
}
