// Backups of real trees over a real sshd: what arrives, what is shared with earlier snapshots, what is left alone.

import Engine
import Foundation
import Spec
import Support
import Testing

@Suite struct BackupTests {
  @Test func `a first backup equals its source in every attribute`() async throws {
    try await withBackupFixture { fixture in
      let tree = try TreeBuilder(at: fixture.source)
      _ = try tree.build()
      let snapshot = try await fixture.backup()
      let copy = try TreeFingerprint(of: fixture.data(snapshot))
      #expect(copy.differences(from: try TreeFingerprint(of: fixture.source)) == [])
      #expect(snapshot.status == .success)
      #expect(snapshot.base == nil)
    }
  }

  @Test func `a backup of an unchanged tree shares every file with its base and transfers none`() async throws {
    try await withBackupFixture { fixture in
      _ = try TreeBuilder(at: fixture.source).build()
      let first = try await fixture.backup()
      let before = try fixture.snapshotFingerprints()
      let second = try await fixture.backup()
      let shared = try sharedInodes(fixture.data(first), fixture.data(second))
      #expect(shared.total > 20)
      #expect(shared.shared == shared.total)
      #expect(second.stats.literalDataBytes == 0)
      #expect(second.base?.id == first.id)
      let copy = try TreeFingerprint(of: fixture.data(second))
      #expect(copy.differences(from: try TreeFingerprint(of: fixture.source)) == [])
      #expect(try fixture.snapshotFingerprints()[first.id] == before[first.id])
    }
  }

  /// What can happen to one path between two backups.
  enum Change: String, CaseIterable, Sendable {
    case content, sameSizeAndSecond, mode, owner, time, attribute, deleted, renamed, fileToLink, fileToDirectory
    case linkToFile, directoryToFile, hardLinkMade, hardLinkBroken, linkTarget, emptied, new
  }

  @Test(arguments: Change.allCases)
  func `a change arrives and earlier snapshots stay as they were`(_ change: Change) async throws {
    try await withBackupFixture { fixture in
      let tree = try TreeBuilder(at: fixture.source)
      try tree.write("one", to: "file")
      try tree.setTime("file", seconds: 1_700_000_000, nanoseconds: 5)
      try tree.write("two", to: "twin")
      try tree.makeHardLink("twin-2", to: "twin")
      try tree.makeLink("link", to: "file")
      try tree.makeDirectory("directory")
      try tree.write("three", to: "directory/inner")
      let first = try await fixture.backup()
      let before = try fixture.snapshotFingerprints()

      switch change {
      case .content: try tree.write("changed", to: "file")
      case .sameSizeAndSecond:
        try tree.write("eno", to: "file")
        try tree.setTime("file", seconds: 1_700_000_000, nanoseconds: 6)
      case .mode: try tree.chmod("file", 0o4711)
      case .owner: if TreeBuilder.isPrivileged { try tree.chown("file", user: 4711, group: 4712) }
      case .time: try tree.setTime("file", seconds: 1_600_000_000)
      case .attribute: _ = try tree.setAttribute("user.note", Array("new".utf8), on: "file")
      case .deleted: try tree.remove("file")
      case .renamed: try tree.rename("file", to: "renamed")
      case .fileToLink:
        try tree.remove("file")
        try tree.makeLink("file", to: "twin")
      case .fileToDirectory:
        try tree.remove("file")
        try tree.makeDirectory("file")
        try tree.write("within", to: "file/within")
      case .linkToFile:
        try tree.remove("link")
        try tree.write("no link", to: "link")
      case .directoryToFile:
        try tree.remove("directory")
        try tree.write("no directory", to: "directory")
      case .hardLinkMade:
        try tree.remove("file")
        try tree.makeHardLink("file", to: "twin")
      case .hardLinkBroken:
        try tree.remove("twin-2")
        try tree.write("two", to: "twin-2")
      case .linkTarget:
        try tree.remove("link")
        try tree.makeLink("link", to: "nowhere")
      case .emptied: try tree.remove("directory/inner")
      case .new: try tree.write("new", to: "directory/new")
      }

      let second = try await fixture.backup()
      let copy = try TreeFingerprint(of: fixture.data(second))
      #expect(copy.differences(from: try TreeFingerprint(of: fixture.source)) == [])
      #expect(try fixture.snapshotFingerprints()[first.id] == before[first.id])
    }
  }

  @Test func `random changes arrive, and no earlier snapshot ever changes`() async throws {
    let seed = freshSeed("backup")
    try await withBackupFixture { fixture in
      let tree = try TreeBuilder.random(seed: seed, files: 60, at: fixture.source)
      var history: [SnapshotID: TreeFingerprint] = [:]
      for step in 0..<12 {
        let changes = try tree.mutate(seed: seed &+ UInt64(step), changes: 8, withinTheSecond: true)
        let snapshot = try await fixture.backup()
        let copy = try TreeFingerprint(of: fixture.data(snapshot))
        #expect(
          copy.differences(from: try TreeFingerprint(of: fixture.source)) == [],
          "seed \(seed), step \(step): \(changes)")
        let now = try fixture.snapshotFingerprints()
        for (id, fingerprint) in history {
          #expect(now[id] == fingerprint, "\(id) after seed \(seed), step \(step): \(changes)")
        }
        history = now
      }
      #expect(history.count == 12)
    }
  }

  @Test func `patterns leave out and take in`() async throws {
    try await withBackupFixture { fixture in
      let tree = try TreeBuilder(at: fixture.source)
      for path: RawPath in ["cache", "cache/keep", "logs"] { try tree.makeDirectory(path) }
      for path: RawPath in ["cache/a", "cache/keep/b", "logs/x.log", "logs/x.txt", "+ odd"] {
        try tree.write("x", to: path)
      }
      let host = try fixture.host("includes: [/cache/keep/***]", "excludes: [/cache/*, '*.log']")
      let snapshot = try await fixture.backup(host)
      let found = try TreeFingerprint(of: fixture.data(snapshot)).entries.map { $0.path.description }.sorted()
      #expect(found.contains("cache/keep/b"))
      #expect(found.contains("logs/x.txt"))
      #expect(found.contains("+ odd"))
      #expect(!found.contains("cache/a"))
      #expect(!found.contains("logs/x.log"))
    }
  }

  @Test func `a source root with blanks and shell signs is no command`() async throws {
    try await withBackupFixture { fixture in
      let odd = try fixture.scratch.makeDirectory("odd $(touch pwned) 'root'; x")
      try TreeBuilder(at: odd).write("content", to: "file")
      let snapshot = try await fixture.backup(try fixture.host("source_root: \"\(odd)\""))
      #expect(try String(contentsOfFile: fixture.data(snapshot) + "/file", encoding: .utf8) == "content")
      #expect(!FileManager.default.fileExists(atPath: fixture.scratch.path("pwned")))
    }
  }

  @Test func `the snapshot on disk says about itself what the engine returned`() async throws {
    try await withBackupFixture { fixture in
      try TreeBuilder(at: fixture.source).write("content", to: "file")
      let first = try await fixture.backup()
      let second = try await fixture.backup(kind: .manual)
      let inventory = try fixture.directory.inventory()
      #expect(inventory.snapshots == [first, second])
      #expect(inventory.incomplete == [])
      #expect(inventory.unmanaged == [])
      #expect(second.id.kind == .manual)
      #expect(second.base?.id == first.id)
      let meta = try fixture.directory.directory(of: first.id) + "/meta"
      for name in ["meta.yaml", "rsync.log", "excludes", "includes"] {
        #expect(FileManager.default.fileExists(atPath: "\(meta)/\(name)"), "\(name)")
      }
    }
  }

  @Test func `a manual snapshot is the base only where there is no scheduled one`() async throws {
    try await withBackupFixture { fixture in
      try TreeBuilder(at: fixture.source).write("content", to: "file")
      let manual = try await fixture.backup(kind: .manual)
      let scheduled = try await fixture.backup()
      #expect(scheduled.base?.id == manual.id)
      let later = try await fixture.backup(kind: .manual)
      #expect(later.base?.id == scheduled.id)
      #expect(try await fixture.backup().base?.id == scheduled.id)
    }
  }

  @Test(.enabled(if: TreeBuilder.isPrivileged, "only root can become another user"))
  func `files that cannot be read make the snapshot partial, and it is no base`() async throws {
    try await withBackupFixture { fixture in
      let tree = try TreeBuilder(at: fixture.source)
      try tree.write("open", to: "readable")
      try tree.write("secret", to: "secret")
      try tree.chmod("secret", 0o600)
      let good = try await fixture.backup()
      try tree.write("more", to: "another")
      try tree.write("changed secret", to: "secret")
      let nobody = try fixture.scratch.write(
        "#!/bin/sh\nexec setpriv --reuid 65534 --regid 65534 --clear-groups rsync \"$@\"\n", to: "nobody", mode: 0o755)
      for path in [fixture.scratch.path, fixture.source] { chmod(path, 0o755) }
      let partial = try await fixture.backup(try fixture.host("rsync: {remote_binary: \(nobody)}"))
      #expect(partial.status == .partial)
      #expect(partial.note?.contains("secret") == true)
      #expect(partial.note?.contains("Permission denied") == true)
      let next = try await fixture.backup()
      #expect(next.status == .success)
      #expect(next.base?.id == good.id)
      // What the partial one had beyond the base is linked, not copied again.
      let shared = try sharedInodes(fixture.data(partial), fixture.data(next))
      #expect(shared.shared == 2)
      #expect((1...14).contains(next.stats.literalDataBytes ?? 0), "only the secret was transferred")
    }
  }

  @Test func `files that vanish during the transfer are a warning`() async throws {
    try await withBackupFixture { fixture in
      let tree = try TreeBuilder(at: fixture.source)
      try tree.write([UInt8](repeating: 7, count: 4 << 20), to: "a-large-file")
      try tree.write("gone", to: "z-last")
      let held = try HeldRsync(in: fixture.scratch, afterBytes: 200_000)
      async let result = fixture.tryBackup(try fixture.host("rsync: {remote_binary: \(held.path)}"))
      try await held.waitUntilHolding()
      try tree.remove("z-last")
      try held.release()
      let snapshot = try await result.outcome.get()
      #expect(snapshot.status == .warning)
      #expect(snapshot.note?.contains("z-last") == true)
      #expect(snapshot.status.isGood)
    }
  }

  @Test func `progress is reported while a transfer runs`() async throws {
    try await withBackupFixture { fixture in
      try TreeBuilder(at: fixture.source).write([UInt8](repeating: 7, count: 4 << 20), to: "file")
      let seen = Locked<[TransferProgress]>([])
      _ = try await fixture.tryBackup { progress in seen.with { $0.append(progress) } }.outcome.get()
      let newest = seen.with { $0.last }
      let last = try #require(newest)
      #expect(last.percent == 100)
      #expect(last.bytes == 4 << 20)
    }
  }

  @Test func `a snapshot of unknown status is linked against by nobody`() async throws {
    try await withBackupFixture { fixture in
      let tree = try TreeBuilder(at: fixture.source)
      try tree.write("right", to: "file")
      try tree.setTime("file", seconds: 1_700_000_000)
      let first = try await fixture.backup()
      // Equal in size, time, owner and mode, and wrong.
      let foreign = try fixture.directory.directory(of: .scheduled) + "/20990101-000000Z__FOREIGN1/data"
      let older = try fixture.directory.directory(of: .scheduled) + "/\(Timestamp.compact(Date()))__ZZZZZZZ9/data"
      for path in [foreign, older] {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let copy = try TreeBuilder(at: path)
        try copy.write("wrong", to: "file")
        try copy.setTime("file", seconds: 1_700_000_000)
      }
      try fixture.directory.discard(first.id)
      let next = try await fixture.backup()
      #expect(try String(contentsOfFile: fixture.data(next) + "/file", encoding: .utf8) == "right")
    }
  }

  @Test func `a snapshot from the future is no base, and hides none`() async throws {
    try await withBackupFixture { fixture in
      try TreeBuilder(at: fixture.source).write("content", to: "file")
      let first = try await fixture.backup()
      let directory = try fixture.directory
      let ahead = SnapshotID(kind: .scheduled, name: try #require(SnapshotName("20991231-000000Z__AAAAAAAA")))
      try FileManager.default.copyItem(
        atPath: directory.directory(of: first.id), toPath: directory.directory(of: ahead))
      let second = try await fixture.backup()
      #expect(second.base?.id == first.id)
      #expect(try await fixture.backup().base?.id == second.id)
    }
  }
}
