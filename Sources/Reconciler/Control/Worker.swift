// The worker: carries one action out for one host, and records what came of it.

package import Engine
package import Foundation
import Glibc
package import Spec
package import Store

/// What came of an action.
package struct RunOutcome: Sendable {
  package let host: HostName
  package let kind: RunKind
  package let state: RunState
  package let message: String
  /// The snapshot that was made, if one was.
  package let snapshot: Snapshot?
}

/// News of work that is under way, for people who watch.
package enum WorkEvent: Sendable {
  case started(host: HostName, kind: RunKind, reason: String)
  case progress(host: HostName, TransferProgress)
  case finished(RunOutcome)
}

/// Carries actions out. Every run is made and recorded while the host's lock is held, so a run that is `running` and
/// whose host's lock is free belongs to a process that died.
package struct Worker: Sendable {
  private let environment: Environment
  private let root: BackupRoot
  private let report: @Sendable (WorkEvent) -> Void

  package init(_ environment: Environment, root: BackupRoot, report: @escaping @Sendable (WorkEvent) -> Void) {
    self.environment = environment
    self.root = root
    self.report = report
  }

  // MARK: - Kinds of work

  /// Makes a snapshot.
  /// - Parameter dueAt: the scheduled time that the backup is for; nil for one that was asked for.
  package func backUp(
    _ host: EffectiveHost, kind: SnapshotKind, trigger: RunTrigger, dueAt: Date? = nil, reason: String,
    minFree: ByteSize?
  ) async throws -> RunOutcome {
    let run = NewRun(
      host: host.name, kind: .backup, trigger: trigger, reason: reason, scheduledFor: dueAt, processID: getpid(),
      rootID: root.id)
    return try await carryOut(run) { lock in
      let backup = Backup(
        root: root, runner: environment.runner, sshDefaults: environment.sshDefaults, clock: environment.clock)
      let request = BackupRequest(host: host, kind: kind, reason: reason, minFree: minFree)
      let result = await backup.run(request, holding: lock) { report(.progress(host: host.name, $0)) }
      switch result.outcome {
      case .success(let snapshot):
        try await environment.store.record(snapshot, at: environment.clock.now)
        return Finished(RunResult(snapshot: snapshot, log: result.log), snapshot: snapshot)
      case .failure(let failure):
        return Finished(RunResult(failure: failure, trigger: trigger, log: result.log))
      }
    }
  }

  /// Reads the host's snapshots from disk into the store.
  package func discover(_ host: HostName, trigger: RunTrigger, reason: String) async throws -> RunOutcome {
    let run = NewRun(
      host: host, kind: .discover, trigger: trigger, reason: reason, processID: getpid(), rootID: root.id)
    let directory = HostDirectory(host, in: root)
    return try await carryOut(run) { _ in
      let inventory = try await blocking { try directory.inventory() }
      let changes = try await environment.store.replaceSnapshots(
        of: host, with: inventory.snapshots, at: environment.clock.now)
      return Finished(
        RunResult(
          state: .succeeded,
          message: "snapshots on disk: \(inventory.snapshots.count); \(changes.added.count) new to the store, "
            + "\(changes.changed.count) changed, \(changes.removed.count) gone"))
    }
  }

  /// Removes the snapshots that a plan drops, and empties the trash.
  ///
  /// The plan is checked against the disk once more, now that nobody else works on the host: unless everything that it
  /// keeps is there, and what it drops is as it was, nothing more is removed and the run fails.
  ///
  /// - Parameter plan: nil to only empty the trash.
  package func prune(
    _ host: HostName, _ plan: RetentionPlan?, trigger: RunTrigger, reason: String
  ) async throws -> RunOutcome {
    let run = NewRun(host: host, kind: .prune, trigger: trigger, reason: reason, processID: getpid(), rootID: root.id)
    let directory = HostDirectory(host, in: root)
    return try await carryOut(run) { _ in
      let now = environment.clock.now
      let (base, onDisk) = try await blocking { (try directory.base(now: now), try directory.snapshotIDs()) }
      let missing = (plan?.decisions ?? []).map(\.snapshot.id).first { !onDisk.contains($0) }
      if let missing { return stale(missing) }
      // What the plan rests on first of all: the newest that it keeps as good, and each that it drops.
      let newestKept = plan?.kept.first { $0.snapshot.id.kind == .scheduled && $0.snapshot.status.isGood }
      for decision in [newestKept].compactMap(\.self) + (plan?.dropped ?? []) {
        let id = decision.snapshot.id
        let isDropped = !decision.keep
        let status = try await blocking { directory.snapshot(id).status }
        guard status == decision.snapshot.status, !isDropped || (id.kind == .scheduled && id != base?.id) else {
          return stale(id)
        }
      }
      var removed = 0
      for decision in plan?.dropped ?? [] {
        guard !Task.isCancelled else { return stopped(removed) }
        let id = decision.snapshot.id
        let found = try await blocking { directory.snapshot(id) }
        guard found.status == decision.snapshot.status else { return stale(id) }
        try await blocking {
          try root.verify()
          try directory.discard(id)
        }
        removed += 1
        try await environment.store.recordPurge(
          Purge(
            host: host, kind: .scheduled, name: id.name.description, path: directory.directory(of: id),
            reason: decision.reasons.joined(separator: "; "), action: trigger == .cli ? .cli : .scheduled,
            actor: environment.actor,
            metadata: found.metadata, at: environment.clock.now))
        try await environment.store.removeSnapshot(host: host, id: id)
      }
      try await emptyTrash(directory)
      guard !Task.isCancelled else { return stopped(removed) }
      return Finished(
        RunResult(state: .succeeded, message: "\(removed) \(removed == 1 ? "snapshot" : "snapshots") removed"))
    }
  }

  private func stale(_ id: SnapshotID) -> Finished {
    Finished(
      RunResult(
        state: .failed, errorCode: RunErrorCode.planStale,
        message: "\(id) is not what the plan rested on; nothing more was removed. Plan again"))
  }

  private func stopped(_ removed: Int) -> Finished {
    Finished(
      RunResult(
        state: .interrupted, errorCode: RunErrorCode.interrupted,
        message: "stopped after \(removed) of the snapshots; the rest, and what is in the trash, is taken up again"))
  }

  /// Deletes what is in the trash, until the task is cancelled.
  private func emptyTrash(_ directory: HostDirectory) async throws {
    let isStopped = Locked(false)
    try await withTaskCancellationHandler {
      try await blocking { try directory.emptyTrash { !isStopped.with { $0 } } }
    } onCancel: {
      isStopped.with { $0 = true }
    }
  }

  /// Removes one snapshot that a person named, whatever retention says of it.
  package func remove(_ id: SnapshotID, of host: HostName) async throws -> RunOutcome {
    let reason = "\(id), named on the command line"
    let run = NewRun(host: host, kind: .prune, trigger: .cli, reason: reason, processID: getpid(), rootID: root.id)
    let directory = HostDirectory(host, in: root)
    return try await carryOut(run) { _ in
      let now = environment.clock.now
      let (found, base) = try await blocking { (directory.snapshot(id), try directory.base(now: now)) }
      guard base?.id != id else {
        return Finished(
          RunResult(
            state: .failed, errorCode: RunErrorCode.refused,
            message: "\(id) is the snapshot that the next backup is linked against; it stays until there is a newer one"
          ))
      }
      try await blocking { try directory.discard(id) }
      try await environment.store.recordPurge(
        Purge(
          host: host, kind: id.kind == .manual ? .manual : .scheduled, name: id.name.description,
          path: directory.directory(of: id), reason: "named on the command line", action: .manual,
          actor: environment.actor, metadata: found.metadata, at: environment.clock.now))
      try await environment.store.removeSnapshot(host: host, id: id)
      try await emptyTrash(directory)
      return Finished(RunResult(state: .succeeded, message: "\(id) removed"))
    }
  }

  // MARK: - Runs

  /// How a run ended, with the snapshot that it made.
  private struct Finished: Sendable {
    let result: RunResult
    let snapshot: Snapshot?

    init(_ result: RunResult, snapshot: Snapshot? = nil) {
      self.result = result
      self.snapshot = snapshot
    }
  }

  private func carryOut(
    _ run: NewRun, _ work: @Sendable (HostLock) async throws -> Finished
  ) async throws -> RunOutcome {
    let directory = HostDirectory(run.host, in: root)
    let lock: HostLock
    do {
      lock = try await blocking {
        // Before anything is made below the root, and again now that the lock is ours.
        try root.verify()
        try directory.prepare()
        let lock = try HostLock.take(directory)
        try root.verify()
        return lock
      }
      try await refuseIfUnderWayElsewhere(run.host)
    } catch let busy as HostBusy {
      let outcome = RunOutcome(host: run.host, kind: run.kind, state: .failed, message: "\(busy)", snapshot: nil)
      report(.finished(outcome))
      return outcome
    }
    // The lock outlives the record of the run.
    defer { withExtendedLifetime(lock) {} }
    let id = try await environment.store.startRun(run, at: environment.clock.now)
    report(.started(host: run.host, kind: run.kind, reason: run.reason))
    let finished: Finished
    do {
      finished = try await work(lock)
    } catch {
      finished = Finished(RunResult(state: .failed, errorCode: RunErrorCode.internalError, message: "\(error)"))
    }
    let result = finished.result
    _ = try await environment.store.finishRun(id, result, at: environment.clock.now)
    try await environment.store.record(NewEvent(run: run, result: result), at: environment.clock.now)
    let outcome = RunOutcome(
      host: run.host, kind: run.kind, state: result.state, message: result.message ?? "", snapshot: finished.snapshot)
    report(.finished(outcome))
    return outcome
  }

  /// A run that lives without the lock works below another backup root, which the settings named before.
  private func refuseIfUnderWayElsewhere(_ host: HostName) async throws {
    for run in try await environment.store.unfinishedRuns()
    where run.host == host && run.isElsewhere(than: root) && run.hasLivingProcess && run.processID != getpid() {
      throw HostBusy(host: host, holder: run.processID)
    }
  }
}
