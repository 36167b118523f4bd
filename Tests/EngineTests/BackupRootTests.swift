// The backup root: marked once, known again, and left alone whenever it may be another disk.

import Foundation
import Spec
import Support
import Testing

@testable import Engine

@Suite("Backup root")
struct BackupRootTests {
  private static let now = Date(timeIntervalSince1970: 1_779_156_900)

  private func open(_ path: String, expected: String? = nil) throws -> BackupRoot {
    var generator = SeededGenerator(seed: 7)
    return try BackupRoot.open(try AbsolutePath(text: path), expected: expected, now: Self.now, using: &generator)
  }

  private func peek(_ path: String, expected: String? = nil) throws -> BackupRoot? {
    try BackupRoot.peek(try AbsolutePath(text: path), expected: expected)
  }

  /// Holds that `body` throws this error, and that nothing below the scratch directory is different afterwards.
  private func refuses(
    _ scratch: ScratchDirectory, _ expected: BackupRootError, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
  ) throws {
    let before = try TreeFingerprint(of: scratch.path, .immutable)
    #expect(throws: expected, sourceLocation: sourceLocation) { try body() }
    #expect(try TreeFingerprint(of: scratch.path, .immutable) == before, sourceLocation: sourceLocation)
  }

  @Test("the first use makes the directory and its marker; later uses know it by its id")
  func firstUse() async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.path("backups")
      #expect(try peek(path) == nil)
      #expect(!FileManager.default.fileExists(atPath: path), "looking makes nothing")
      let root = try open(path)
      #expect(root.path.description == path)
      #expect(root.id.count == 26)
      let marker = try String(contentsOfFile: scratch.path("backups/.pobsync-root.yaml"), encoding: .utf8)
      #expect(marker == "format: 1\nid: \(root.id)\ncreated: \"2026-05-19T02:15:00.000000Z\"\n")
      let after = try TreeFingerprint(of: path, .immutable)
      #expect(after[""]?.mode == 0o700)
      #expect(after.entries.map(\.path) == ["", ".pobsync-root.yaml"])

      #expect(try open(path) == root)
      #expect(try open(path, expected: root.id) == root)
      #expect(try peek(path) == root)
      #expect(try peek(path, expected: root.id) == root)
      #expect(try TreeFingerprint(of: path, .immutable) == after)
    }
  }

  @Test("an existing directory is marked on first use, and what it holds is left alone")
  func existingDirectory() async throws {
    try await withScratchDirectory { scratch in
      try scratch.write("of the original", to: "backups/web-1/scheduled/20260519-021500Z/data/file")
      let before = try TreeFingerprint(of: scratch.path("backups/web-1"), .immutable)
      let root = try open(scratch.path("backups"))
      #expect(try open(scratch.path("backups"), expected: root.id) == root)
      #expect(try TreeFingerprint(of: scratch.path("backups/web-1"), .immutable) == before)
    }
  }

  @Test("a root that is a link to a directory, or below one, is that directory")
  func links() async throws {
    try await withScratchDirectory { scratch in
      try scratch.makeDirectory("disk/backups")
      let tree = try TreeBuilder(at: scratch.path)
      try tree.makeLink("link", to: "disk/backups")
      try tree.makeLink("mnt", to: "disk")
      let root = try open(scratch.path("link"))
      #expect(try open(scratch.path("link")).id == root.id)
      #expect(try open(scratch.path("link"), expected: root.id).id == root.id)
      #expect(try open(scratch.path("disk/backups"), expected: root.id).id == root.id)
      #expect(try open(scratch.path("mnt/new")).path.description == scratch.path("mnt/new"))
    }
  }

  @Test("a known root that is gone, and one whose parent is not there")
  func missing() async throws {
    try await withScratchDirectory { scratch in
      let path = try AbsolutePath(text: scratch.path("backups"))
      try refuses(scratch, .missing(path)) { _ = try open(path.description, expected: "A") }
      try refuses(scratch, .missing(path)) { _ = try peek(path.description, expected: "A") }
      let below = try AbsolutePath(text: scratch.path("mnt/disk"))
      try refuses(scratch, .parentMissing(below, scratch.path("mnt"))) { _ = try open(below.description) }
      #expect(try peek(below.description) == nil)
      #expect(
        BackupRootError.missing(path).description
          == "the backup root \(path) does not exist any more; mount its disk")
      #expect(
        BackupRootError.parentMissing(below, scratch.path("mnt")).description
          == "the backup root \(below) cannot be made because \(scratch.path("mnt")) does not exist; mount its disk, or "
          + "create \(scratch.path("mnt"))")
    }
  }

  @Test("a known root without its marker, as of a disk that is not mounted")
  func unmarked() async throws {
    try await withScratchDirectory { scratch in
      let path = try AbsolutePath(text: scratch.makeDirectory("backups"))
      try refuses(scratch, .unmarked(path)) { _ = try open(path.description, expected: "A") }
      try refuses(scratch, .unmarked(path)) { _ = try peek(path.description, expected: "A") }
      #expect(
        BackupRootError.unmarked(path).description
          == "the backup root \(path) lacks its marker .pobsync-root.yaml: the disk is probably not mounted; mount it, or "
          + "accept the directory as it is with `pobsync configure-global --accept-backup-root`")
    }
  }

  @Test("another disk's marker")
  func another() async throws {
    try await withScratchDirectory { scratch in
      let path = try AbsolutePath(text: scratch.path("backups"))
      let id = try open(path.description).id
      try refuses(scratch, .another(path)) { _ = try open(path.description, expected: "A") }
      try refuses(scratch, .another(path)) { _ = try peek(path.description, expected: String(id.reversed())) }
      #expect(
        BackupRootError.another(path).description
          == "the backup root \(path) is marked as another disk than before; mount the right one, or accept this one with "
          + "`pobsync configure-global --accept-backup-root`")
    }
  }

  @Test(
    "a marker that says nothing",
    arguments: [
      "", "{", "text", "- id", "id:\n", "id: ''\n", "id: [a]\n", "created: x\n", "id: a\0\n", "id: a\nid: b\n",
    ])
  func unreadable(marker: String) async throws {
    try await withScratchDirectory { scratch in
      try scratch.write(marker, to: "backups/.pobsync-root.yaml")
      let path = try AbsolutePath(text: scratch.path("backups"))
      for expected in [nil, "A"] {
        try refuses(scratch, .markerUnreadable(path)) { _ = try open(path.description, expected: expected) }
        try refuses(scratch, .markerUnreadable(path)) { _ = try peek(path.description, expected: expected) }
      }
      #expect(
        BackupRootError.markerUnreadable(path).description.hasPrefix("the marker \(path)/.pobsync-root.yaml cannot "))
    }
  }

  @Test("a marker that is no file is an error, and nothing is written")
  func strangeMarkers() async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path)
      try tree.makeDirectory("directory/.pobsync-root.yaml")
      try tree.makeDirectory("link")
      try tree.makeLink("link/.pobsync-root.yaml", to: "/etc/hostname")
      try tree.makeDirectory("huge")
      try tree.write([UInt8](repeating: 0x61, count: 100_000), to: "huge/.pobsync-root.yaml")
      try tree.write("a file", to: "file")
      try tree.makeLink("dangling", to: "nowhere")
      let before = try TreeFingerprint(of: scratch.path, .immutable)
      for name in ["directory", "link", "huge", "file", "dangling"] {
        #expect(throws: DiskError.self, "\(name)") { try open(scratch.path(name)) }
      }
      #expect(try TreeFingerprint(of: scratch.path, .immutable) == before)
    }
  }
}
