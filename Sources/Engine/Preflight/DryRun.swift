// Dry runs: rsync with all options of a backup is asked what it would transfer, against the snapshot that would be the base.

package import Foundation
import Glibc
package import Spec

/// What a backup would do.
package struct DryRunFigures: Sendable, Hashable {
  /// The snapshot that the next one would be hard-linked against; nil if everything would be copied.
  package let base: SnapshotID?
  package let stats: SnapshotStats
  /// How many entries of the base are not at the source any more, or excluded by now.
  package let deletions: Int
  /// What could not be read, or was not compared; nil if nothing.
  package let note: String?

  /// The figures in one sentence.
  package var summary: String {
    let files = stats.transferredFiles.map { "\($0) \($0 == 1 ? "file" : "files")" } ?? "an unknown number of files"
    let bytes = stats.uniqueApparentSizeBytes.map { " (\($0.shownAsSize))" } ?? ""
    let all = stats.files.map { " of \($0) entries" } ?? ""
    let past = base.map { "since \($0), and leave out \(deletions) that it holds" } ?? "for there is no base"
    return "a backup would transfer \(files)\(bytes)\(all), \(past)" + (note.map { ". \($0)" } ?? "")
  }

  package var document: YAMLValue {
    func count(_ number: Int64?) -> YAMLValue { number.map(YAMLValue.int) ?? .null }
    return .map([
      YAMLPair("base", base.map { .string($0.description) } ?? .null),
      YAMLPair("files", count(stats.files)),
      YAMLPair("created_files", count(stats.createdFiles)),
      YAMLPair("transferred_files", count(stats.transferredFiles)),
      YAMLPair("transferred_bytes", count(stats.uniqueApparentSizeBytes)),
      YAMLPair("size_bytes", count(stats.apparentSizeBytes)),
      YAMLPair("deletions", .int(Int64(deletions))),
      YAMLPair("note", note.map(YAMLValue.string) ?? .null),
    ])
  }
}

/// What a dry run that was tried has told.
package struct DryRunResult: Sendable {
  /// The figures, or why a backup would fail.
  package let outcome: Result<DryRunFigures, BackupFailure>
  /// A line for each difference, bounded, and rsync's messages and figures.
  package let log: String
}

package struct DryRun: Sendable {
  private let host: EffectiveHost
  private let root: PreflightRoot
  private let runner: ProcessRunner
  private let sshDefaults: SSHDefaults
  private let now: Date

  package init(
    of host: EffectiveHost, root: PreflightRoot, runner: ProcessRunner, sshDefaults: SSHDefaults, now: Date
  ) {
    self.host = host
    self.root = root
    self.runner = runner
    self.sshDefaults = sshDefaults
    self.now = now
  }

  /// Asks. Nothing is written below the backup root: what rsync has to be given lies in a directory of its own elsewhere.
  ///
  /// - Throws: `CancellationError`, and errors of starting programs at all.
  package func run() async throws -> DryRunResult {
    let (base, obstacle) = await findBase()
    do {
      let program = try await blocking { try RsyncProgram.find(host.rsync.binary) }
      let place = try await blocking { try Place(for: host) }
      do {
        let result = try await run(in: place, base: base, obstacle: obstacle, rsync: program.path)
        await place.remove()
        return result
      } catch {
        await place.remove()
        throw error
      }
    } catch let failure as BackupFailure {
      return DryRunResult(outcome: .failure(failure), log: "")
    }
  }

  private func run(in place: Place, base: Base?, obstacle: String?, rsync: String) async throws -> DryRunResult {
    // Without `--link-dest`: what is compared with is the destination itself, which `--dry-run` leaves alone, so that what
    // has gone from the source is told as well.
    let command = RsyncCommand(
      host: host, sshDefaults: sshDefaults, linkDestinations: [],
      bandwidthLimit: host.rsync.bandwidthLimit(at: now), includesFile: place.includes, excludesFile: place.excludes,
      destination: base?.data ?? place.nothing, rsyncBinary: rsync)
    let output = Locked(ItemizedOutput())
    let errors = Locked(BoundedText(limit: Self.longestList))
    let exit = try await runner.run(
      command.dryRunArguments,
      output: { bytes in output.with { $0.take(bytes) } },
      error: { bytes in errors.with { $0.append(bytes) } })
    // A program that was stopped seems to have ended by itself.
    try Task.checkCancellation()
    let (told, complaints) = (output.with { $0 }, errors.with { $0.text })
    let log = "command: \(command.dryRunArguments)\n\n\(complaints)\n\(told.list)\n\(told.figures)"
    let verdict = TransferVerdict(
      exit: exit, messages: complaints, stats: told.stats, host: host, sshDefaults: sshDefaults)
    let notes: [String?]
    switch verdict {
    case .complete: notes = [obstacle]
    case .vanished(let note), .partial(let note): notes = [obstacle, note]
    case .failed(let failure): return DryRunResult(outcome: .failure(failure), log: log)
    }
    let note = notes.compactMap(\.self).joined(separator: "; ")
    let figures = DryRunFigures(
      base: base?.id, stats: told.stats, deletions: base == nil ? 0 : told.deletions, note: note.isEmpty ? nil : note)
    return DryRunResult(outcome: .success(figures), log: log)
  }

  /// In bytes, how much is kept of the beginning and of the end of the list: a log holds 64 KiB in all.
  static let longestList = 16 << 10

  // MARK: - What it is compared with

  private struct Base: Sendable {
    let id: SnapshotID
    let data: String
  }

  /// The base, or why there is nothing to compare with although there should be.
  private func findBase() async -> (Base?, obstacle: String?) {
    do {
      let base = try await blocking { () -> Base? in
        guard let path = root.path, let directory = root.directory(of: host.name),
          try BackupRoot.peek(path, expected: root.expectedID) != nil, try Disk.isDirectory(directory.path)
        else { return nil }
        return try directory.base(now: now).map { Base(id: $0.id, data: directory.data(of: $0.id)) }
      }
      return (base, nil)
    } catch {
      return (nil, "It was compared with nothing: \(error)")
    }
  }
}

/// Where a dry run keeps what rsync is to read: outside of the backup root.
private struct Place: Sendable {
  private let path: String

  var includes: String { "\(path)/includes" }
  var excludes: String { "\(path)/excludes" }
  /// Where nothing is.
  var nothing: String { "\(path)/nothing" }

  init(for host: EffectiveHost) throws {
    let directory = (NSTemporaryDirectory() as NSString).appendingPathComponent("pobsync-dry-run-XXXXXX")
    var template = Array(directory.utf8CString)
    guard mkdtemp(&template) != nil else { throw DiskError("create a directory such as", directory) }
    path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(truncatingIfNeeded: $0) }, as: UTF8.self)
    try Disk.write(host.includes.map { "\($0)\n" }.joined(), to: includes)
    try Disk.write(host.excludes.map { "\($0)\n" }.joined(), to: excludes)
  }

  func remove() async {
    try? await blocking {
      for file in [includes, excludes] { unlink(file) }
      rmdir(path)
    }
  }
}
