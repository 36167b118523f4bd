// One backup of one host: a fresh directory is filled, made durable, and renamed into place.

import Foundation
import Glibc
package import Spec

/// What to back up, and on which terms.
package struct BackupRequest: Sendable {
  package let host: EffectiveHost
  package let kind: SnapshotKind
  /// Why, in words; kept in the metadata.
  package let reason: String
  /// No backup starts with less free than this.
  package let minFree: ByteSize?
  /// Throws if the right to make the snapshot has been lost meanwhile; asked before it gets its final name.
  package let checkLease: @Sendable () async throws -> Void

  package init(
    host: EffectiveHost, kind: SnapshotKind, reason: String, minFree: ByteSize?,
    checkLease: @escaping @Sendable () async throws -> Void = {}
  ) {
    self.host = host
    self.kind = kind
    self.reason = reason
    self.minFree = minFree
    self.checkLease = checkLease
  }
}

/// What a backup that was tried has left.
package struct BackupResult: Sendable {
  /// The snapshot, or why there is none.
  package let outcome: Result<Snapshot, BackupFailure>
  /// rsync's messages and statistics, bounded.
  package let log: String
}

/// How a survey is made. Hosts that give no list are surveyed by dry runs anyhow; tests ask for these.
package enum Surveying: Sendable {
  /// From the host's own list of its files, as far as that goes; else by a dry run. Small files that differ are fetched
  /// while the host lists.
  case byListing
  /// The same, but that all files are fetched afterwards.
  case byListingAlone
  /// By rsync's dry run.
  case byDryRun
}

/// Makes snapshots below one backup root.
package struct Backup: Sendable {
  package let root: BackupRoot
  package let runner: ProcessRunner
  package let sshDefaults: SSHDefaults
  package let clock: WallClock
  /// Who finds out in what a source differs from its base.
  let surveying: Surveying
  /// Where a survey has told what differs, called before that is fetched.
  let beforeTransfer: @Sendable () async throws -> Void

  package init(
    root: BackupRoot, runner: ProcessRunner, sshDefaults: SSHDefaults, clock: WallClock,
    surveying: Surveying = .byListing, beforeTransfer: @escaping @Sendable () async throws -> Void = {}
  ) {
    self.root = root
    self.runner = runner
    self.sshDefaults = sshDefaults
    self.clock = clock
    self.surveying = surveying
    self.beforeTransfer = beforeTransfer
  }

  /// Makes one snapshot of a host whose lock the caller holds.
  ///
  /// Earlier snapshots are only read. Until the final rename the new one is under `.incomplete/`, from where a later
  /// run takes over what has arrived; what failed before anything arrived leaves nothing.
  /// - Parameter log: what takes up what rsync says, and may be read meanwhile.
  package func run(
    _ request: BackupRequest, holding lock: HostLock, log: TransferLog = TransferLog(),
    progress: @escaping @Sendable (TransferProgress) -> Void
  ) async -> BackupResult {
    do {
      let staging = try await blocking { try prepare(request) }
      do {
        let transfer = try await fill(staging, holding: lock, log: log, progress: progress)
        let metadata = try await blocking { try complete(staging, request: request, transfer: transfer, log: log) }
        try await checkLease(of: request)
        let snapshot = try await blocking { try publish(staging, metadata) }
        return BackupResult(outcome: .success(snapshot), log: log.text)
      } catch {
        await abandon(staging, log: log)
        throw error
      }
    } catch {
      return BackupResult(outcome: .failure(BackupFailure(error)), log: log.text)
    }
  }

  // MARK: - Steps

  /// The unfinished snapshot and what is known of it.
  struct Staging: Sendable {
    let directory: HostDirectory
    let hostID: String
    let id: SnapshotID
    let startedAt: Date
    let base: Snapshot?
    /// Fills `data` from the source with `--link-dest`, and without a survey.
    let command: RsyncCommand
    let rsyncVersion: String
    /// Made before anything is written, so that no error of writing goes unseen.
    let barrier: WriteBarrier

    var host: EffectiveHost { command.host }
    var path: String { "\(directory.incomplete)/\(id.name)" }
    var data: String { "\(path)/data" }
    var meta: String { "\(path)/meta" }
  }

  /// How `data` has been filled.
  struct Transfer: Sendable {
    let verdict: TransferVerdict
    let stats: SnapshotStats
    let exitCode: Int32
    let arguments: [String]
    let strategy: Strategy
    /// When the survey began that it rests on; nil without one.
    var surveyedAt: Date?
    /// What there is to say of a backup with which nothing is wrong.
    var note: String?
  }

  private func prepare(_ request: BackupRequest) throws -> Staging {
    let host = request.host
    var generator = SystemRandomNumberGenerator()
    let directory = HostDirectory(host.name, in: root)
    try directory.prepare()
    if let minFree = request.minFree {
      let available = try Disk.availableBytes(at: directory.path)
      guard available >= minFree.bytes else { throw BackupFailure.spaceShort(available: available, minFree: minFree) }
    }
    let binary = try RsyncProgram.find(host.rsync.binary)
    let startedAt = clock.now
    // One that is dated in the future tells nothing of the order within this second.
    let newest = try directory.snapshotIDs().map(\.name).filter { $0.startedAt <= startedAt }.max()
    let name = SnapshotName(startedAt: startedAt, after: newest, using: &generator)
    let id = SnapshotID(kind: request.kind, name: name)
    let base = try directory.base(now: startedAt)
    let barrier = try WriteBarrier(watching: directory.incomplete)
    let command = RsyncCommand(
      host: host, sshDefaults: sshDefaults,
      linkDestinations: try linkDestinations(base: base, in: directory, now: startedAt, barrier: barrier),
      bandwidthLimit: host.rsync.bandwidthLimit(at: startedAt),
      includesFile: "\(directory.incomplete)/\(id.name)/meta/includes",
      excludesFile: "\(directory.incomplete)/\(id.name)/meta/excludes",
      destination: "\(directory.incomplete)/\(id.name)/data",
      rsyncBinary: binary.path)
    let staging = Staging(
      directory: directory, hostID: try directory.identity(using: &generator), id: id, startedAt: startedAt, base: base,
      command: command, rsyncVersion: binary.version, barrier: barrier)
    // What a run that was killed has cloned is of no use to anybody, and holds the files of snapshots that go. What
    // cannot be removed keeps nobody from backing up: `cleanup-incomplete` tells why.
    for name in try Disk.names(in: directory.incomplete) where SnapshotName(name) != nil {
      try? CloneWorkspace(in: "\(directory.incomplete)/\(name)").discard()
    }
    for path in [staging.path, staging.data, staging.meta] { try Disk.makeDirectory(path) }
    try Disk.write(host.includes.map { "\($0)\n" }.joined(), to: command.includesFile)
    try Disk.write(host.excludes.map { "\($0)\n" }.joined(), to: command.excludesFile)
    try Disk.write(BootID.current, to: "\(staging.meta)/\(BootID.fileName)")
    return staging
  }

  /// The base, then trees that hold files newer than it: the newest partial snapshot and the newest unfinished one.
  /// They are only read: rsync links what is equal and copies what is not.
  private func linkDestinations(
    base: Snapshot?, in directory: HostDirectory, now: Date, barrier: WriteBarrier
  ) throws -> [String] {
    var trees = base.map { [directory.data(of: $0.id)] } ?? []
    if let partial = try directory.partial(after: base, now: now) { trees.append(directory.data(of: partial.id)) }
    if let unfinished = try directory.unfinishedToTakeOver(after: base, now: now) {
      let path = "\(directory.incomplete)/\(unfinished)"
      do {
        // What a killed process left was never waited for.
        try barrier.wait()
        trees.append("\(path)/data")
      } catch {
        root.distrustUnfinished()
        throw error
      }
    }
    return try trees.filter(Disk.isDirectory)
  }

  /// Fills `data`, by the host's strategy as far as that goes.
  private func fill(
    _ staging: Staging, holding lock: HostLock, log: TransferLog,
    progress: @escaping @Sendable (TransferProgress) -> Void
  ) async throws -> Transfer {
    guard staging.host.strategy == .clone, let base = staging.base.map({ staging.directory.data(of: $0.id) }),
      staging.command.linkDestinations.contains(base)
    else { return try await transfer(staging, holding: lock, log: log, progress: progress) }
    let workspace = CloneWorkspace(in: staging.path)
    do {
      return try await cloneAndTransfer(
        staging, base: base, in: workspace, holding: lock, log: log, progress: progress)
    } catch {
      try Self.checkCancellation()
      guard let obstacle = CloneObstacle(error) else { throw error }
      log.remark("the strategy link_dest takes over: \(obstacle)")
      try await blocking { try workspace.startAfresh() }
      var transfer = try await transfer(staging, holding: lock, log: log, progress: progress)
      if obstacle.isRemarkable { transfer.note = "made with link_dest: \(obstacle)" }
      return transfer
    }
  }

  /// Fills `data` with one rsync.
  private func transfer(
    _ staging: Staging, holding lock: HostLock, log: TransferLog,
    progress: @escaping @Sendable (TransferProgress) -> Void
  ) async throws -> Transfer {
    let arguments = staging.command.arguments
    let exit = try await runRsync(arguments, holding: lock, log: log, progress: progress)
    let verdict = TransferVerdict(
      exit: exit, messages: log.messages, stats: log.stats, host: staging.host, sshDefaults: sshDefaults)
    if case .failed(let failure) = verdict { throw failure }
    return Transfer(
      verdict: verdict, stats: log.stats, exitCode: exit.code, arguments: arguments, strategy: .linkDest)
  }

  /// Runs an rsync that transfers something to its end.
  func runRsync(
    _ arguments: [String], holding lock: HostLock, log: TransferLog,
    progress: @escaping @Sendable (TransferProgress) -> Void
  ) async throws -> ProcessExit {
    log.begin(arguments)
    let exit = try await runner.run(arguments, holding: lock) { bytes in
      if let newest = log.takeOutput(bytes) { progress(newest) }
    } error: { bytes in
      log.takeError(bytes)
    }
    try Self.checkCancellation()
    return exit
  }

  /// A program that was stopped seems to have ended by itself, so this is asked after each.
  static func checkCancellation() throws {
    guard Task.isCancelled else { return }
    throw BackupFailure(.cancelled, "the backup was stopped; files that arrived whole are taken over by the next one")
  }

  private func checkLease(of request: BackupRequest) async throws {
    do {
      try await request.checkLease()
    } catch {
      throw BackupFailure(.cancelled, "the backup was given up when it was almost done: \(error)")
    }
  }

  /// Writes the metadata and waits for the disk.
  private func complete(
    _ staging: Staging, request: BackupRequest, transfer: Transfer, log: TransferLog
  ) throws -> SnapshotMetadata {
    let finishedAt = clock.now
    var stats = transfer.stats
    stats.durationSeconds = finishedAt.timeIntervalSince(staging.startedAt)
    stats.availableBytes = try Disk.availableBytes(at: staging.path)
    let (status, complaint): (SnapshotStatus, String?) =
      switch transfer.verdict {
      case .complete: (.success, nil)
      case .vanished(let note): (.warning, note)
      case .partial(let note): (.partial, note)
      case .failed(let failure): throw failure
      }
    let notes = [complaint, transfer.note].compactMap(\.self)
    let host = request.host
    let metadata = SnapshotMetadata(
      host: host.name, hostID: staging.hostID, id: staging.id, status: status, startedAt: staging.startedAt,
      finishedAt: finishedAt,
      base: staging.base.map {
        SnapshotBase(
          kind: $0.id.kind.rawValue, name: $0.id.name.description, path: staging.directory.directory(of: $0.id))
      },
      source: .init(
        address: host.address.description, user: host.ssh.user.description, root: host.sourceRoot.description),
      rsync: .init(
        version: staging.rsyncVersion, exitCode: transfer.exitCode, arguments: transfer.arguments),
      strategy: transfer.strategy, surveyedAt: transfer.surveyedAt, stats: stats, reason: request.reason,
      note: notes.isEmpty ? nil : notes.joined(separator: "; "))
    try Disk.write(log.text, to: "\(staging.meta)/rsync.log")
    try Disk.write(YAMLWriter.write(metadata.document), to: "\(staging.meta)/\(SnapshotMetadata.fileName)")
    try staging.barrier.wait()
    return metadata
  }

  /// Gives the snapshot its final name.
  private func publish(_ staging: Staging, _ metadata: SnapshotMetadata) throws -> Snapshot {
    // The transfer may have taken hours: the disk must still be the one that it began on.
    try root.verify()
    try Disk.move(staging.path, to: staging.directory.directory(of: staging.id))
    try Disk.syncDirectory(staging.directory.directory(of: staging.id.kind))
    try Disk.syncDirectory(staging.directory.incomplete)
    return metadata.snapshot
  }

  /// Keeps what has arrived for the next run, with the log; removes an unfinished snapshot that holds nothing. Files
  /// that may not have reached the disk are not to be taken over.
  private func abandon(_ staging: Staging, log: TransferLog) async {
    try? await blocking {
      if try Disk.names(in: staging.data).isEmpty {
        try TreeRemoval.removeContents(of: staging.path)
        rmdir(staging.path)
        return
      }
      try? CloneWorkspace(in: staging.path).discard()
      do {
        try staging.barrier.wait()
      } catch {
        root.distrustUnfinished()
      }
      try Disk.write(log.text, to: "\(staging.meta)/rsync.log")
    }
  }
}

extension ProcessExit {
  /// rsync's exit status; -1 if a signal ended it.
  var code: Int32 { if case .exited(let code) = self { code } else { -1 } }
}

/// The kernel's id of this boot: what an unfinished snapshot holds can be trusted within one boot only.
enum BootID {
  static let fileName = "boot_id"
  static let current: String =
    (try? Disk.read("/proc/sys/kernel/random/boot_id"))?.map { String(decoding: $0, as: UTF8.self) } ?? "unknown"
}

extension BackupFailure {
  /// Words for an error of any kind that ended a backup.
  fileprivate init(_ error: any Error) {
    switch error {
    case let failure as BackupFailure: self = failure
    case let error as DiskError where error.isOutOfSpace:
      self.init(.diskFull, "the disk of the backup root is full: \(error). Free space, and back up again")
    case let error as BackupRootError: self.init(.backupRoot, "\(error)")
    case let error as DiskError: self.init(.diskError, "\(error); check the disk of the backup root")
    default: self.init(.rsyncFailed, "rsync could not be run: \(error)")
    }
  }

  fileprivate static func spaceShort(available: Int64, minFree: ByteSize) -> BackupFailure {
    return BackupFailure(
      .spaceShort,
      "only \(available.shownAsSize) are free below the backup root and `min_free` asks for \(minFree): free space, or lower `min_free`"
    )
  }
}
