// One restore: a part of a snapshot is copied to its host, or into a directory of this machine. Snapshots are only read.

import Foundation
import Glibc
package import Spec

/// What came of a restore.
package struct RestoreResult: Sendable {
  package enum Outcome: Sendable {
    case done
    /// Some of it could not be written, or read; and what, in words.
    case partial(note: String)
    case failed(BackupFailure)
  }

  package let outcome: Outcome
  /// rsync's messages and statistics, bounded; of a rehearsal, also what would be done.
  package let log: String
  package let stats: SnapshotStats
}

/// Something to be restored.
package struct Restore: Sendable {
  /// Where to.
  package enum Place: Sendable {
    /// To where it was, over what is there now.
    case original(EffectiveHost)
    /// Below a directory of the host, under the path that it had.
    case host(EffectiveHost, below: AbsolutePath)
    /// Below a directory of this machine, under the path that it had.
    case here(below: AbsolutePath)

    /// The host that has to be reached; nil for a place on this machine.
    package var remote: EffectiveHost? {
      switch self {
      case .original(let host), .host(let host, below: _): host
      case .here: nil
      }
    }
  }

  private let snapshot: SnapshotID
  private let path: SnapshotPath
  private let place: Place
  private let isRehearsal: Bool
  private let directory: HostDirectory
  private let runner: ProcessRunner
  private let sshDefaults: SSHDefaults
  private let clock: WallClock

  /// - Parameter isRehearsal: only to tell what would be done.
  package init(
    _ path: SnapshotPath, of snapshot: SnapshotID, in directory: HostDirectory, to place: Place, isRehearsal: Bool,
    runner: ProcessRunner, sshDefaults: SSHDefaults, clock: WallClock
  ) {
    self.snapshot = snapshot
    self.path = path
    self.place = place
    self.isRehearsal = isRehearsal
    self.directory = directory
    self.runner = runner
    self.sshDefaults = sshDefaults
    self.clock = clock
  }

  /// Carries it out for a caller that holds the host's lock: with it the snapshot is not pruned meanwhile.
  /// - Parameter log: what takes up what rsync says, and may be read meanwhile.
  package func run(
    holding lock: HostLock, log: TransferLog = TransferLog(), progress: @escaping @Sendable (TransferProgress) -> Void
  ) async -> RestoreResult {
    let begun = clock.now
    func result(_ outcome: RestoreResult.Outcome) -> RestoreResult {
      var stats = log.stats
      stats.durationSeconds = clock.now.timeIntervalSince(begun)
      return RestoreResult(outcome: outcome, log: log.text, stats: stats)
    }
    do {
      let command = try await blocking { try prepare() }
      defer { unlink(command.list) }
      log.begin(command.arguments)
      let exit = try await runner.run(command.arguments, holding: lock) { bytes in
        if let newest = log.takeOutput(bytes) { progress(newest) }
      } error: { bytes in
        log.takeError(bytes)
      }
      guard !Task.isCancelled else {
        throw BackupFailure(.cancelled, "the restore was stopped; what has arrived whole stays where it is")
      }
      return result(outcome(exit, messages: log.messages, stats: log.stats))
    } catch let failure as BackupFailure {
      return result(.failed(failure))
    } catch {
      return result(.failed(BackupFailure(.diskError, "nothing was restored: \(error)")))
    }
  }

  // MARK: - Steps

  private func prepare() throws -> RestoreCommand {
    do {
      _ = try SnapshotTree(opening: snapshot, of: directory).entry(at: path)
    } catch let error as SnapshotTreeError {
      throw BackupFailure(.sourceMissing, "nothing was restored: \(error)")
    }
    if case .here(let target) = place { try Self.check(target, besides: directory.parent) }
    let binary = try RsyncProgram.find(rsync)
    return RestoreCommand(
      snapshot: directory.directory(of: snapshot), list: try Self.file(holding: RestoreCommand.list(of: path)),
      destination: destination, leavesParents: leavesParents, isRehearsal: isRehearsal, rsyncBinary: binary.path)
  }

  private var rsync: ProgramPath {
    switch place {
    case .original(let host), .host(let host, _): host.rsync.binary
    case .here: .rsync
    }
  }

  private var destination: RestoreCommand.Destination {
    switch place {
    case .original(let host): onHost(host, below: host.sourceRoot)
    case .host(let host, let target): onHost(host, below: target)
    case .here(let target): .here(below: target)
    }
  }

  private func onHost(_ host: EffectiveHost, below target: AbsolutePath) -> RestoreCommand.Destination {
    .host(host, sshDefaults, below: target, bandwidthLimit: host.rsync.bandwidthLimit(at: clock.now))
  }

  /// In its own place a file comes back alone: that `/etc` had another mode once is no part of it. Elsewhere the
  /// directories above keep others out as they did at the source.
  private var leavesParents: Bool {
    if case .original = place { true } else { false }
  }

  private func outcome(_ exit: ProcessExit, messages: String, stats: SnapshotStats) -> RestoreResult.Outcome {
    switch place {
    case .original(let host), .host(let host, _):
      RestoreVerdict(exit: exit, messages: messages, stats: stats).outcome(at: host, sshDefaults: sshDefaults)
    case .here: RestoreVerdict(exit: exit, messages: messages, stats: stats).outcomeHere
    }
  }

  /// Makes sure that a directory of this machine is not one in which the snapshots are, nor above them: no restore may
  /// change a snapshot.
  static func check(_ target: AbsolutePath, besides root: String) throws {
    let resolved = resolving(target.description)
    let backups = resolving(root)
    func isWithin(_ path: String, _ other: String) -> Bool {
      other == "/" || path == other || path.hasPrefix(other + "/")
    }
    guard !isWithin(resolved, backups), !isWithin(backups, resolved) else {
      throw BackupFailure(
        .usage,
        "nothing was restored: \(target) and the backup root \(root) lie within each other; name a directory elsewhere")
    }
  }

  /// The path without links, as far as it is there already.
  private static func resolving(_ path: String) -> String {
    var known = path
    var rest: [String] = []
    while true {
      if let real = realpath(known, nil) {
        defer { free(real) }
        let base = String(cString: real)
        return rest.isEmpty ? base : (base == "/" ? "" : base) + "/" + rest.reversed().joined(separator: "/")
      }
      guard known != "/", !known.isEmpty else { return path }
      rest.append((known as NSString).lastPathComponent)
      known = (known as NSString).deletingLastPathComponent
    }
  }

  private static func file(holding bytes: [UInt8]) throws -> String {
    var template = Array("\(NSTemporaryDirectory())/pobsync-restore.XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    let path = template.withUnsafeBufferPointer {
      String(decoding: $0.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    guard descriptor >= 0 else { throw DiskError("create", path) }
    let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    let code = errno
    close(descriptor)
    guard count == bytes.count else {
      unlink(path)
      throw DiskError("write", path, code: count < 0 ? code : ENOSPC)
    }
    return path
  }
}
