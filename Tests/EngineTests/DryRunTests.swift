// Dry runs against a real host: what a backup would do is told, and nothing is done.

import Foundation
import Spec
import Support
import Testing

@testable import Engine

@Suite struct DryRunTests {
  /// A dry run of the fixture's host, which must leave everything below the backup root as it is.
  private func dryRun(
    _ fixture: BackupFixture, _ host: EffectiveHost? = nil, expecting id: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> DryRunResult {
    let before = try TreeFingerprint(of: fixture.root.path.description, .immutable)
    let run = DryRun(
      of: try host ?? fixture.host(), root: PreflightRoot(path: fixture.root.path, expectedID: id ?? fixture.root.id),
      runner: ProcessRunner(executable: Product.pobsync),
      sshDefaults: SSHDefaults(
        knownHostsFile: try SSHFilePath(text: fixture.server.knownHostsFile), identityFile: nil), now: Date())
    let result = try await run.run()
    let after = try TreeFingerprint(of: fixture.root.path.description, .immutable)
    #expect(after == before, "nothing was written", sourceLocation: sourceLocation)
    return result
  }

  @Test func `the first backup would copy everything that is not excluded`() async throws {
    try await withBackupFixture { fixture in
      let tree = try TreeBuilder(at: fixture.source)
      try tree.write("hello", to: "greeting")
      try tree.write("no", to: "skipped")
      let result = try await dryRun(fixture, try fixture.host("excludes: [/skipped]"))
      let figures = try result.outcome.get()
      #expect(figures.base == nil && figures.deletions == 0 && figures.note == nil)
      #expect(figures.stats.transferredFiles == 1 && figures.stats.uniqueApparentSizeBytes == 5)
      #expect(result.log.contains("greeting") && !result.log.contains("f+++++++++ skipped"))
      #expect(figures.summary == "a backup would transfer 1 file (5 B) of 2 entries, for there is no base")
    }
  }

  @Test func `what has changed since the base is told, with what is gone`() async throws {
    try await withBackupFixture { fixture in
      let tree = try TreeBuilder(at: fixture.source)
      for name in ["kept", "changed", "gone"] { try tree.write("as it was", to: RawPath(name)) }
      let base = try await fixture.backup()
      try tree.write("otherwise now", to: "changed")
      try tree.write("1234567", to: "fresh")
      try tree.remove("gone")
      let result = try await dryRun(fixture)
      let figures = try result.outcome.get()
      #expect(figures.base == base.id && figures.deletions == 1)
      #expect(figures.stats.transferredFiles == 2 && figures.stats.uniqueApparentSizeBytes == 20)
      #expect(result.log.contains("*deleting   gone") && result.log.contains("f+++++++++ fresh"))
      #expect(!result.log.contains(" kept\n"))
      #expect(figures.document["deletions"] == .int(1))
      #expect(try fixture.directory.snapshotIDs() == [base.id])
    }
  }

  @Test func `what would fail a backup fails a dry run in the same words`() async throws {
    try await withBackupFixture { fixture in
      let missing = fixture.scratch.path("not-mounted")
      let result = try await dryRun(fixture, try fixture.host("source_root: \(missing)"))
      #expect(failure(result)?.code == .sourceMissing)
      #expect(result.log.contains("change_dir"))
      let local = try await dryRun(fixture, try fixture.host("rsync: {binary: /nowhere/rsync}"))
      #expect(failure(local)?.code == .rsyncMissingLocal)
    }
  }

  private func failure(_ result: DryRunResult) -> BackupFailure? {
    if case .failure(let failure) = result.outcome { failure } else { nil }
  }

  @Test func `where the backup root cannot be used, it is compared with nothing, and that is said`() async throws {
    try await withBackupFixture { fixture in
      try TreeBuilder(at: fixture.source).write("hello", to: "greeting")
      _ = try await fixture.backup()
      let figures = try await dryRun(fixture, expecting: "another").outcome.get()
      #expect(figures.base == nil && figures.note?.hasPrefix("It was compared with nothing: ") == true)
      #expect(figures.stats.transferredFiles == 1)
    }
  }

  @Test func `nothing is left of what rsync was given to read`() async throws {
    try await withBackupFixture { fixture in
      let log = try await dryRun(fixture).log
      let option = "--include-from="
      let word = try #require(log.split(separator: "\"").first { $0.hasPrefix(option) })
      let file = String(word.dropFirst(option.count))
      #expect(file.hasSuffix("/includes"))
      #expect(!Disk.exists((file as NSString).deletingLastPathComponent))
    }
  }

  @Test func `all lines are counted, and the first and last kept`() {
    var output = ItemizedOutput()
    for number in 0..<20_000 {
      output.take("*deleting   file-\(number)\n".utf8)
      output.take(">f+++++++++ new-\(number)\n".utf8)
    }
    output.take("created directory /nowhere\nNumber of files: 7 (reg: 6, dir: 1)\nTotal transferred ".utf8)
    output.take("file size: 12 bytes\n".utf8)
    #expect(output.deletions == 20_000)
    #expect(output.list.utf8.count < 50_000)
    #expect(output.list.hasPrefix("*deleting   file-0\n>f+++++++++ new-0\n"))
    #expect(output.list.hasSuffix(">f+++++++++ new-19999\n"))
    #expect(output.stats.files == 7 && output.stats.uniqueApparentSizeBytes == 12)
    #expect(output.figures.hasPrefix("created directory"))
  }
}
