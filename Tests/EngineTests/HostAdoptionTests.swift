// Adoption: what another program has made is only looked at until somebody says that it is a host's own.

import Foundation
import Spec
import Support
import Testing

@testable import Engine

struct HostAdoptionTests {
  private static let names = ["20260517-021500", "20260518-021500", "20260519-021500"]

  /// A host's directory as another program leaves it: snapshots, and nothing of ours.
  private func withLegacyDirectory(
    metadata: String? = "status: success\n", _ body: (HostDirectory, ScratchDirectory) async throws -> Void
  ) async throws {
    try await withScratchDirectory("adoption") { scratch in
      let host = try HostName(text: "web-1")
      let directory = HostDirectory(host, below: try AbsolutePath(text: scratch.path("backups")))
      for name in Self.names { try directory.makeSnapshot(.scheduled, name, metadata: metadata) }
      try await body(directory, scratch)
    }
  }

  private func adopt(_ directory: HostDirectory, trusting bases: Set<SnapshotID> = []) throws {
    var generator = SystemRandomNumberGenerator()
    try directory.adopt(trusting: bases, using: &generator)
  }

  @Test func `a directory with snapshots and without an id is not ours`() async throws {
    try await withLegacyDirectory { (directory, _) throws in
      let expected = NotAdopted(.host(directory.host), at: directory.path)
      #expect(try directory.notAdopted() == expected)
      #expect(throws: expected) { try directory.checkAdopted() }
      #expect(expected.description.contains("`pobsync adopt web-1`"))
    }
  }

  @Test func `a directory is ours once it is adopted, and only its id file is new`() async throws {
    try await withLegacyDirectory { (directory, _) throws in
      let before = try TreeFingerprint(of: "\(directory.path)/scheduled", .immutable)
      try adopt(directory)
      #expect(try directory.notAdopted() == nil)
      #expect(try Disk.names(in: directory.path) == ["host.yaml", "scheduled"])
      #expect(try TreeFingerprint(of: "\(directory.path)/scheduled", .immutable) == before)
      #expect(try directory.inventory().snapshots.count == 3)
      let id = try directory.knownID()
      try adopt(directory)
      #expect(try directory.knownID() == id, "adopting it again changes nothing")
    }
  }

  @Test func `what pobsync has made itself is ours without its id file`() async throws {
    let metadata = "format: 1\nstatus: success\nhost_id: \(String(repeating: "A", count: 26))\n"
    try await withLegacyDirectory(metadata: metadata) { (directory, _) throws in
      #expect(try directory.notAdopted() == nil)
    }
  }

  @Test(arguments: [
    "status: success\nhost_id: 3\n", "format: 1\nstatus: success\nhost_id: 3\n",
    "status: success\nhost_id: AAAAAAAAAAAAAAAAAAAAAAAAAA\n",
  ])
  func `an id that others have given makes a directory nobody's`(_ metadata: String) async throws {
    try await withLegacyDirectory(metadata: metadata) { (directory, _) throws in
      #expect(try directory.notAdopted() != nil)
      let root = try AbsolutePath(text: String(directory.path.dropLast("/web-1".count)))
      #expect(try !BackupRoot.holdsOwnHosts(root))
      try adopt(directory)
      #expect(try directory.notAdopted() == nil)
      #expect(try directory.inventory().snapshots.count == 3, "its id is that of the snapshots")
    }
  }

  @Test func `a directory with unfinished snapshots alone is not ours either`() async throws {
    try await withScratchDirectory("adoption") { scratch in
      try scratch.write("x", to: "backups/web-1/.incomplete/20260519-021500/data/file")
      let root = try AbsolutePath(text: scratch.path("backups"))
      let directory = HostDirectory(try HostName(text: "web-1"), below: root)
      #expect(try directory.notAdopted() != nil)
      #expect(try BackupRoot.isOfAnother(root))
    }
  }

  @Test func `an id file without an id adopts nothing, and what it says stays`() async throws {
    try await withLegacyDirectory { (directory, _) throws in
      try TreeBuilder(at: directory.path).write("contact: somebody\n", to: "host.yaml")
      #expect(try directory.notAdopted() != nil)
      try adopt(directory)
      let text = try String(contentsOfFile: "\(directory.path)/host.yaml", encoding: .utf8)
      #expect(text.contains("contact: somebody\n") && text.contains("name: web-1\n"))
    }
  }

  @Test func `what is no host's directory is not looked into`() async throws {
    try await withScratchDirectory("adoption") { scratch in
      try scratch.write("x", to: "backups/lost+found/scheduled/20260519-021500/data/file")
      #expect(try !BackupRoot.isOfAnother(AbsolutePath(text: scratch.path("backups"))))
    }
  }

  @Test func `a directory without snapshots is nobody's`() async throws {
    try await withHostDirectory { (directory, _) throws in
      #expect(try directory.notAdopted() == nil)
      try TreeBuilder(at: directory.path).remove("")
      #expect(try directory.notAdopted() == nil)
    }
  }

  @Test func `a snapshot of unknown status is a base only when somebody says so`() async throws {
    try await withLegacyDirectory(metadata: nil) { directory, _ in
      try adopt(directory)
      #expect(try directory.base(now: Date()) == nil)
      let snapshots = try directory.inventory().snapshots
      #expect(snapshots.allSatisfy { $0.status == .unknown })
      try adopt(directory, trusting: [snapshots[1].id])
      #expect(try directory.base(now: Date())?.id == snapshots[1].id)
      #expect(try directory.trustedBases() == [snapshots[1].id])
      try adopt(directory, trusting: [snapshots[0].id])
      #expect(try directory.trustedBases() == Set(snapshots[..<2].map(\.id)), "those of before stay")
      #expect(try directory.base(now: Date())?.id == snapshots[1].id)
      let good = try directory.makeSnapshot(.scheduled, "20260520-021500", metadata: "status: success\n")
      #expect(try directory.base(now: Date())?.id == good, "the newest of all counts")
    }
  }

  @Test func `another host's snapshot is no base whoever says so`() async throws {
    try await withLegacyDirectory(metadata: nil) { directory, _ in
      let foreign = try directory.makeSnapshot(
        .scheduled, "20260520-021500", metadata: "status: success\nhost_id: YOURS\n")
      try TreeBuilder(at: directory.path).write("id: MINE\nname: web-1\nbases: [\(foreign)]\n", to: "host.yaml")
      #expect(try directory.trustedBases() == [foreign])
      #expect(try directory.base(now: Date()) == nil)
    }
  }

  @Test func `a root without a marker that holds snapshots is another program's`() async throws {
    try await withLegacyDirectory { (directory, scratch) throws in
      let root = try AbsolutePath(text: scratch.path("backups"))
      #expect(try BackupRoot.isOfAnother(root))
      #expect(try !BackupRoot.holdsOwnHosts(root))
      try adopt(directory)
      #expect(try BackupRoot.holdsOwnHosts(root))
      var generator = SystemRandomNumberGenerator()
      _ = try BackupRoot.open(root, expected: nil, now: Date(), using: &generator)
      #expect(try !BackupRoot.isOfAnother(root))
    }
    try await withScratchDirectory("empty") { scratch in
      let root = try AbsolutePath(text: try scratch.makeDirectory("backups"))
      #expect(try !BackupRoot.isOfAnother(root))
      #expect(try !BackupRoot.isOfAnother(AbsolutePath(text: scratch.path("missing"))))
    }
  }
}
