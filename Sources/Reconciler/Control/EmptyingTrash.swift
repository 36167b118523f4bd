// Emptying the trash of a host: what is past its time is deleted, slowly, while others may work on the host.

import Engine
import Foundation
import Spec
import Store

/// One run that deletes what is in a host's trash. It holds the lock of the trash, not that of the host.
struct EmptyingTrash {
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
    let lock: HostLock? = try await blocking {
      try root.verify()
      guard try Disk.isDirectory(directory.trash) else { return nil }
      return try HostLock.take(directory, .trash)
    }
    defer { withExtendedLifetime(lock) {} }
    await job.begins()
    guard lock != nil else { return .finished(.emptied(0)) }
    return .finished(try await empty())
  }

  /// Deletes one entry after the other; what is due is told anew before each. One that cannot be deleted does not keep
  /// the others.
  private func empty() async throws -> RunResult {
    let stop = Locked(false)
    return try await withTaskCancellationHandler {
      var failed: [TrashEntry: DiskError] = [:]
      var deleted = 0
      var work: Work?
      while true {
        guard let order = try await dueNow(without: Set(failed.keys)), let entry = order.entries.first else { break }
        guard !stop.with({ $0 }) else { return stopped(after: deleted) }
        try await job.checkLease()
        try await blocking { try root.verify() }
        try await environment.completePurges(of: [entry], in: directory)
        let current: Work
        if let work { current = work } else { current = try await begin(order, stop: stop) }
        work = current
        current.isUrgent.with { $0 = order.isUrgent }
        do {
          if try await blocking({ try delete(entry, by: current) }) { deleted += 1 }
        } catch let error as DiskError {
          failed[entry] = error
        }
        if stop.with({ $0 }) { return stopped(after: deleted) }
        current.left.with { $0 = max(0, $0 - 1) }
      }
      guard let (entry, error) = failed.min(by: { $0.key < $1.key }) else { return .emptied(deleted) }
      return RunResult(
        state: .failed, errorCode: BackupFailure.Code.diskError.rawValue,
        message: "\(failed.count) could not be deleted, among them \(entry): \(error)")
    } onCancel: {
      stop.with { $0 = true }
    }
  }

  /// What is due now, but for what has failed.
  private func dueNow(without failed: Set<TrashEntry>) async throws -> TrashOrder? {
    let (entries, space) = try await blocking {
      (try directory.trashEntries(), try? Disk.space(at: directory.path))
    }
    // An entry that has failed is called otherwise by now.
    let names = Set(failed.map(\.description))
    return TrashPolicy(job.settings).order(
      entries.filter { !names.contains($0.description) }, space: space, now: environment.clock.now)
  }

  /// - Returns: whether it was there to be deleted, and is gone.
  private func delete(_ entry: TrashEntry, by work: Work) throws -> Bool {
    guard let marked = try directory.beginDeleting(entry) else { return false }
    try directory.delete(marked) { work.throttle.goesOn() }
    return !Disk.exists("\(directory.trash)/\(marked.fileName)")
  }

  private func stopped(after deleted: Int) -> RunResult {
    RunResult(
      state: .interrupted, errorCode: RunErrorCode.interrupted,
      message: "stopped after \(deleted) of what is in the trash; the rest is taken up again")
  }

  // MARK: - Pace and progress

  /// What the deletions of one run share.
  private struct Work: Sendable {
    let throttle: DeletionThrottle
    /// Whether the room is needed, so that it does not make way for backups.
    let isUrgent: Locked<Bool>
    /// How many entries are left.
    let left: Locked<Int>
  }

  private func begin(_ order: TrashOrder, stop: Locked<Bool>) async throws -> Work {
    let files = try await blocking { directory.estimatedFiles(in: order.entries) }
    let (isUrgent, left) = (Locked(order.isUrgent), Locked(order.entries.count))
    let (job, total) = (job, order.entries.count)
    let throttle = DeletionThrottle(
      rate: job.deletionRate, elapsed: environment.elapsed,
      makesWay: { !isUrgent.with { $0 } && job.makesWay() }, isStopped: { stop.with { $0 } },
      report: { deleted in
        let rest = left.with { $0 }
        job.progress(TransferProgress(deleted: Int64(deleted), ofFiles: files, entries: total, left: rest))
      })
    return Work(throttle: throttle, isUrgent: isUrgent, left: left)
  }
}

extension HostDirectory {
  /// How many files some entries of the trash hold, as far as their metadata tell; nil if none does.
  fileprivate func estimatedFiles(in entries: [TrashEntry]) -> Int64? {
    let counts = entries.compactMap { snapshot(in: $0)?.stats.files }
    return counts.isEmpty ? nil : counts.reduce(0, +)
  }
}

extension TransferProgress {
  /// How far the emptying of a trash is.
  fileprivate init(deleted: Int64, ofFiles files: Int64?, entries: Int, left: Int) {
    let rest = files.map { max(0, $0 - deleted) }
    let share = files.map { $0 > 0 ? min(1, Double(deleted) / Double($0)) : 1 }
    let percent = Int((100 * (share ?? Double(entries - left) / Double(max(1, entries)))).rounded(.down))
    self.init(
      bytes: 0, percent: percent, rate: "", remainingFiles: rest, knownFiles: files, remainingSnapshots: left)
  }
}

extension RunResult {
  fileprivate static func emptied(_ deleted: Int) -> RunResult {
    RunResult(
      state: .succeeded,
      message: deleted == 0 ? "nothing to delete" : "\(deleted) in the trash deleted for good")
  }
}
