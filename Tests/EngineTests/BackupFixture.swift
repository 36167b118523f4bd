// A host to back up: a source tree, a real sshd on loopback, a backup root, and the engine pointed at them.

import Engine
import Foundation
import Spec
import Support
import Testing

/// Everything that one test of the engine needs.
struct BackupFixture: Sendable {
  let scratch: ScratchDirectory
  let server: SSHServer
  let root: BackupRoot
  let source: String
  /// How the strategy `clone` finds out what differs.
  var surveying = Surveying.byListing

  /// The host as a spec declares it.
  ///
  /// - Parameters:
  ///   - ssh: further members of the `ssh` map, over those of the server.
  ///   - lines: further keys of the host, each a line of YAML.
  func host(ssh: [String: String] = [:], _ lines: String...) throws -> EffectiveHost {
    var options = [
      "user": server.user, "port": "\(server.port)", "identity_file": server.identityFile,
      "known_hosts_file": server.knownHostsFile, "connect_timeout": "60s", "keep_alive": "60s",
    ]
    options.merge(ssh) { $1 }
    let map = options.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", ")
    var text = "version: 1\nhosts:\n  web-1:\n    address: 127.0.0.1\n    ssh: {\(map)}\n"
    let own = lines.contains { $0.hasPrefix("source_root:") } ? lines : lines + ["source_root: \(source)"]
    for line in own { text += "    \(line)\n" }
    let spec = try SpecReader.read([SourceText(name: "host.yaml", bytes: Array(text.utf8))]).spec
    let name = try HostName(text: "web-1")
    return try #require(spec.effectiveHost(name))
  }

  var directory: HostDirectory {
    get throws { HostDirectory(try HostName(text: "web-1"), in: root) }
  }

  /// Tries one backup.
  ///
  /// - Parameter meanwhile: what happens between its survey and its transfer.
  func tryBackup(
    _ host: EffectiveHost? = nil, kind: SnapshotKind = .scheduled, minFree: ByteSize? = nil,
    progress: @escaping @Sendable (TransferProgress) -> Void = { _ in },
    meanwhile: @escaping @Sendable () async throws -> Void = {}
  ) async throws -> BackupResult {
    let directory = try directory
    try directory.prepare()
    let lock = try HostLock.take(directory)
    defer { withExtendedLifetime(lock) {} }
    let backup = Backup(
      root: root, runner: ProcessRunner(executable: Product.pobsync),
      sshDefaults: SSHDefaults(
        knownHostsFile: try SSHFilePath(text: server.knownHostsFile), identityFile: nil),
      clock: .system, surveying: surveying, beforeTransfer: meanwhile)
    let request = BackupRequest(host: try host ?? self.host(), kind: kind, reason: "a test", minFree: minFree)
    return await backup.run(request, holding: lock, progress: progress)
  }

  /// Makes one snapshot, which must succeed.
  @discardableResult
  func backup(_ host: EffectiveHost? = nil, kind: SnapshotKind = .scheduled) async throws -> Snapshot {
    try await tryBackup(host, kind: kind).outcome.get()
  }

  /// Tries one backup that must fail, and holds that it left nothing under a final name and changed nothing there.
  func failingBackup(
    _ host: EffectiveHost? = nil, minFree: ByteSize? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> BackupFailure {
    let before = try snapshotFingerprints()
    let result = try await tryBackup(host, minFree: minFree)
    #expect(try snapshotFingerprints() == before, "earlier snapshots are as they were", sourceLocation: sourceLocation)
    guard case .failure(let failure) = result.outcome else {
      Issue.record("the backup succeeded", sourceLocation: sourceLocation)
      throw CancellationError()
    }
    return failure
  }

  func data(_ snapshot: Snapshot) throws -> String { try directory.data(of: snapshot.id) }

  /// Every snapshot under a final name with everything about it that must never change.
  func snapshotFingerprints() throws -> [SnapshotID: TreeFingerprint] {
    let directory = try directory
    return try Dictionary(
      uniqueKeysWithValues: directory.snapshotIDs().map {
        ($0, try TreeFingerprint(of: directory.directory(of: $0), .immutable))
      })
  }

  /// Command lines of processes that work for this fixture.
  var processes: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { Int($0) != nil }.compactMap { name in
      let bytes = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
      let line = String(decoding: bytes, as: UTF8.self).replacing("\0", with: " ")
      return line.contains(root.path.description) ? line : nil
    }
  }
}

/// Gives `body` a fixture with an empty source tree.
func withBackupFixture(
  _ options: SSHServer.Options = SSHServer.Options(), backupRoot: String? = nil,
  _ body: (BackupFixture) async throws -> Void
) async throws {
  try await withScratchDirectory("engine") { scratch in
    try await withSSHServer(in: scratch, options) { server in
      let path = try AbsolutePath(text: backupRoot.map { "\($0)/backups" } ?? scratch.path("backups"))
      var generator = SystemRandomNumberGenerator()
      let root = try BackupRoot.open(path, expected: nil, now: Date(), using: &generator)
      try await body(
        BackupFixture(scratch: scratch, server: server, root: root, source: try scratch.makeDirectory("source")))
    }
  }
}
