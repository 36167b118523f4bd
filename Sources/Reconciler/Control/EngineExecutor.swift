// The executor of real work: backups, discovery and removal through the engine, under the host's lock.

import Engine
import Foundation
import Spec
import Store

package struct EngineExecutor: Executor {
  private let environment: Environment

  init(_ environment: Environment) { self.environment = environment }

  package func carryOut(_ job: Job) async -> Execution {
    do {
      if let execution = try await environment.look(for: job) { return execution }
      if job.run.kind == .discover,
        let directory = try await environment.notAdoptedDirectory(of: job.run.host, settings: job.settings)
      {
        // Only looked at: not even a lock is left there, and nobody of ours writes to it.
        await job.begins()
        return .finished(try await record(try await blocking { try directory.inventory() }, of: directory))
      }
      let root = try await environment.backupRoot(of: job.settings)
      try await environment.settleRenames(of: job.run.host, in: root, checkLease: job.checkLease)
      let directory = HostDirectory(job.run.host, in: root)
      if job.run.kind == .emptyTrash {
        try await blocking { try directory.checkAdopted() }
        return try await EmptyingTrash(job, directory: directory, root: root, environment: environment).run()
      }
      let lock = try await blocking {
        try root.verify()
        try directory.checkOwner()
        try directory.checkAdopted()
        try directory.prepare()
        let lock = try HostLock.take(directory)
        // Once more, now that the lock is ours.
        try root.verify()
        return lock
      }
      // A transfer hands the lock on to its programs; the rest holds it here.
      defer { withExtendedLifetime(lock) {} }
      await job.begins()
      switch job.run.kind {
      case .backup:
        guard case .declared(let host) = job.host else { return .finished(.undeclared(job.run.host)) }
        return await backUp(host, job, root: root, holding: lock)
      case .discover: return try await discover(directory)
      case .prune: return try await Removing(job, directory: directory, root: root, environment: environment).run()
      case .restore: return try await Restoring(job, directory: directory, environment: environment).run(holding: lock)
      case .emptyTrash, .verify, .preflight, .dryRun:
        return .finished(
          RunResult(
            state: .failed, errorCode: RunErrorCode.refused,
            message: "this version of pobsync does not know how to \(job.run.kind.rawValue)"))
      }
    } catch is CancellationError {
      return .finished(
        RunResult(state: .interrupted, errorCode: RunErrorCode.interrupted, message: "it was stopped"))
    } catch let busy as HostBusy {
      return .busy("\(busy)")
    } catch let lost as LeaseLost {
      return .finished(RunResult(state: .interrupted, errorCode: RunErrorCode.interrupted, message: "\(lost)"))
    } catch let occupied as DirectoryOccupied {
      return .finished(RunResult(state: .failed, errorCode: RunErrorCode.refused, message: "\(occupied)"))
    } catch let notAdopted as NotAdopted {
      return .finished(RunResult(state: .failed, errorCode: RunErrorCode.refused, message: "\(notAdopted)"))
    } catch let problem as BackupRootUnusable {
      return .finished(
        RunResult(state: .failed, errorCode: BackupFailure.Code.backupRoot.rawValue, message: "\(problem)"))
    } catch let problem as BackupRootError {
      return .finished(
        RunResult(state: .failed, errorCode: BackupFailure.Code.backupRoot.rawValue, message: "\(problem)"))
    } catch {
      return .finished(RunResult(state: .failed, errorCode: RunErrorCode.internalError, message: "\(error)"))
    }
  }

  private func backUp(
    _ host: EffectiveHost, _ job: Job, root: BackupRoot, holding lock: HostLock
  ) async -> Execution {
    let backup = Backup(
      root: root, runner: environment.runner,
      sshDefaults: await environment.sshDefaults.current(for: host, runner: environment.runner),
      clock: environment.clock)
    let request = BackupRequest(
      host: host, kind: job.run.request.snapshotKind ?? .scheduled, reason: job.run.reason,
      minFree: job.settings?.minFree, checkLease: job.checkLease)
    let log = TransferLog()
    job.logs(log)
    let result = await backup.run(request, holding: lock, log: log, progress: job.progress)
    switch result.outcome {
    case .success(let snapshot):
      return .finished(RunResult(snapshot: snapshot, log: result.log), snapshot: snapshot)
    case .failure(let failure): return .finished(RunResult(failure: failure, log: result.log))
    }
  }

  private func discover(_ directory: HostDirectory) async throws -> Execution {
    let inventory = try await blocking { try directory.inventory() }
    try await environment.completePurges(of: inventory.trash, in: directory)
    return .finished(try await record(inventory, of: directory))
  }

  private func record(_ inventory: HostInventory, of directory: HostDirectory) async throws -> RunResult {
    let found = inventory.snapshots + inventory.foreign
    let changes = try await environment.store.replaceSnapshots(
      of: directory.host, with: found, at: environment.clock.now)
    return RunResult(
      state: .succeeded,
      message: "snapshots on disk: \(found.count); \(changes.added.count) new to the store, "
        + "\(changes.changed.count) changed, \(changes.removed.count) gone")
  }
}
