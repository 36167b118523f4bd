// Backups that go wrong, each for real: what the operator is told, and that earlier snapshots stay as they were.

import Engine
import Foundation
import Glibc
import Spec
import Support
import Testing

@Suite struct BackupFaultTests {
  /// A fixture with one good snapshot to lose.
  private func withHistory(
    _ options: SSHServer.Options = SSHServer.Options(), backupRoot: String? = nil,
    _ body: (BackupFixture) async throws -> Void
  ) async throws {
    try await withBackupFixture(options, backupRoot: backupRoot) { fixture in
      try TreeBuilder(at: fixture.source).write("content", to: "file")
      _ = try await fixture.backup()
      try await body(fixture)
      let ids = try fixture.directory.snapshotIDs()
      #expect(ids.count == 1, "nothing came or went under a final name: \(ids)")
    }
  }

  @Test func `a key that the host does not know is refused`() async throws {
    try await withHistory { fixture in
      let stranger = try await fixture.server.makeStrangerKey()
      let failure = try await fixture.failingBackup(try fixture.host(ssh: ["identity_file": stranger]))
      #expect(failure.code == .keyRefused)
      #expect(failure.description.contains("authorized_keys"))
      #expect(failure.description.contains(stranger))
      #expect(!failure.code.isMendedByTime)
      #expect(try fixture.directory.inventory().incomplete == [])
    }
  }

  @Test func `a changed host key stops the backup`() async throws {
    try await withHistory { fixture in
      try await fixture.server.replaceHostKey()
      let failure = try await fixture.failingBackup()
      #expect(failure.code == .hostKeyChanged)
      #expect(failure.description.contains("ssh-keygen -f \(fixture.server.knownHostsFile) -R"))
      #expect(!failure.code.isMendedByTime)
    }
  }

  @Test func `an unknown host key stops the backup`() async throws {
    try await withHistory { fixture in
      let empty = try fixture.scratch.write("", to: "empty_known_hosts")
      let failure = try await fixture.failingBackup(try fixture.host(ssh: ["known_hosts_file": empty]))
      #expect(failure.code == .hostKeyUnknown)
      #expect(failure.description.contains("ssh-keyscan -p \(fixture.server.port) 127.0.0.1 >> \(empty)"))
    }
  }

  @Test func `a source root that does not exist is no empty backup`() async throws {
    try await withHistory { fixture in
      let missing = fixture.scratch.path("not-mounted")
      let failure = try await fixture.failingBackup(try fixture.host("source_root: \(missing)"))
      #expect(failure.code == .sourceMissing)
      #expect(failure.description.contains(missing))
    }
  }

  @Test func `a host that is down is unreachable`() async throws {
    try await withHistory { fixture in
      let host = try fixture.host()
      try await fixture.server.stop()
      let failure = try await fixture.failingBackup(host)
      #expect(failure.code == .unreachable)
      #expect(failure.code.isMendedByTime)
      #expect(failure.description.contains("web-1"))
    }
  }

  @Test func `rsync missing on the remote is named`() async throws {
    try await withBackupFixture { fixture in
      try TreeBuilder(at: fixture.source).write("content", to: "file")
      _ = try await fixture.backup()
      try await fixture.server.stop()
      try await fixture.server.start(hidingRsync: true)
      let failure = try await fixture.failingBackup()
      #expect(failure.code == .rsyncMissingRemote)
      #expect(failure.description.contains("install"))
    }
  }

  @Test func `a cipher that ssh does not know is named`() async throws {
    try await withHistory { fixture in
      let failure = try await fixture.failingBackup(try fixture.host(ssh: ["ciphers": "[aes128-none]"]))
      #expect(failure.code == .sshFailed)
      #expect(failure.description.contains("correct `ssh.ciphers`") && failure.description.contains("aes128-none"))
    }
  }

  @Test func `rsync missing on this side is named`() async throws {
    try await withHistory { fixture in
      let failure = try await fixture.failingBackup(try fixture.host("rsync: {binary: /nowhere/rsync}"))
      #expect(failure.code == .rsyncMissingLocal)
    }
  }

  @Test func `too little free space starts nothing`() async throws {
    try await withHistory { fixture in
      let failure = try await fixture.failingBackup(minFree: ByteSize(bytes: Int64.max / 2))
      #expect(failure.code == .spaceShort)
      #expect(failure.description.contains("min_free"))
    }
  }

  @Test(.enabled(if: LoopFileSystem.isAvailable))
  func `a disk that fills up fails the backup and nothing else`() async throws {
    try await withLoopFileSystem(.ext4, sizeMiB: 16) { mount in
      try await withHistory(backupRoot: mount) { fixture in
        try await runTool("dd", ["if=/dev/urandom", "of=\(fixture.source)/too-large", "bs=1M", "count=24"]).check()
        let failure = try await fixture.failingBackup()
        #expect(failure.code == .diskFull)
        #expect(failure.description.contains("full"))
        try TreeBuilder(at: fixture.source).remove("too-large")
        for name in try fixture.directory.inventory().incomplete { try fixture.directory.discardIncomplete(name) }
        try fixture.directory.emptyTrash()
        let next = try await fixture.backup()
        #expect(next.status == .success)
        try fixture.directory.discard(next.id)
      }
    }
  }

  @Test(.enabled(if: LoopFileSystem.isAvailable))
  func `a disk without free inodes fails the backup and nothing else`() async throws {
    try await withLoopFileSystem(.ext4, sizeMiB: 32, options: ["-N", "128"]) { mount in
      try await withHistory(backupRoot: mount) { fixture in
        let tree = try TreeBuilder(at: fixture.source)
        for number in 0..<200 { try tree.write("x", to: RawPath("file-\(number)")) }
        let failure = try await fixture.failingBackup()
        #expect(failure.code == .diskFull)
      }
    }
  }

  @Test func `a connection that is cut is named, and the next backup takes over what had arrived`() async throws {
    try await withBackupFixture { fixture in
      let tree = try TreeBuilder(at: fixture.source)
      try tree.write([UInt8](repeating: 1, count: 2 << 20), to: "a-first")
      try tree.write([UInt8](repeating: 2, count: 2 << 20), to: "b-second")
      let held = try HeldRsync(in: fixture.scratch, afterBytes: (2 << 20) + 300_000)
      async let result = fixture.tryBackup(try fixture.host("rsync: {remote_binary: \(held.path)}"))
      try await held.waitUntilHolding()
      // What has left the remote is not yet here.
      let incomplete = try fixture.directory.incomplete
      try await poll(until: 30, "the first file to arrive whole") {
        let names = try FileManager.default.contentsOfDirectory(atPath: incomplete)
        return names.contains { FileManager.default.fileExists(atPath: "\(incomplete)/\($0)/data/a-first") }
      }
      fixture.server.cutSessions()
      guard case .failure(let failure) = try await result.outcome else {
        Issue.record("the backup succeeded")
        return
      }
      // The rsync on the other side may still have said that it was ended.
      #expect([.connectionLost, .killed].contains(failure.code))
      #expect(failure.code.isMendedByTime)
      #expect(try fixture.directory.snapshotIDs() == [])
      let unfinished = try fixture.directory.inventory().incomplete
      #expect(unfinished.count == 1)

      let next = try await fixture.backup()
      #expect(next.status == .success)
      #expect(next.stats.literalDataBytes == 2 << 20, "only the second file was transferred again")
      let copy = try TreeFingerprint(of: fixture.data(next), .backup)
      #expect(copy.differences(from: try TreeFingerprint(of: fixture.source)) == [])
    }
  }

  @Test func `a host that falls silent is given up after four unanswered questions`() async throws {
    try await withBackupFixture { fixture in
      try TreeBuilder(at: fixture.source).write([UInt8](repeating: 1, count: 2 << 20), to: "file")
      let held = try HeldRsync(in: fixture.scratch, afterBytes: 300_000)
      async let result = fixture.tryBackup(
        try fixture.host(ssh: ["keep_alive": "1s"], "rsync: {remote_binary: \(held.path)}"))
      try await held.waitUntilHolding()
      fixture.server.freeze()
      defer { fixture.server.thaw() }
      guard case .failure(let failure) = try await result.outcome else {
        Issue.record("the backup succeeded")
        return
      }
      #expect([.connectionLost, .timedOut].contains(failure.code))
      #expect(fixture.processes == [])
    }
  }

  @Test func `a backup that is cancelled ends its processes and says so`() async throws {
    try await withBackupFixture { fixture in
      try TreeBuilder(at: fixture.source).write([UInt8](repeating: 1, count: 2 << 20), to: "file")
      let held = try HeldRsync(in: fixture.scratch, afterBytes: 300_000)
      let host = try fixture.host("rsync: {remote_binary: \(held.path)}")
      let task = Task { try await fixture.tryBackup(host) }
      try await held.waitUntilHolding()
      task.cancel()
      guard case .failure(let failure) = try await task.value.outcome else {
        Issue.record("the backup succeeded")
        return
      }
      #expect(failure.code == .cancelled)
      #expect(fixture.processes == [])
      #expect(try fixture.directory.snapshotIDs() == [])
    }
  }

  @Test func `two backups of one host exclude each other`() async throws {
    try await withBackupFixture { fixture in
      let directory = try fixture.directory
      try directory.prepare()
      let lock = try HostLock.take(directory)
      #expect(throws: HostBusy.self) { try HostLock.take(directory) }
      withExtendedLifetime(lock) {}
    }
  }
}
