// Removal: what is discarded goes entirely, whatever it is made of, and nothing else goes with it.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

@Suite("Removal")
struct RemovalTests {
  private static let first = "20260518-021500Z__AAAAAAAA"
  private static let second = "20260519-021500Z__BBBBBBBB"
  private static let noon = Date(timeIntervalSince1970: 1_779_192_000)

  @Test("a discarded snapshot is none any more, and the trash empties whatever was in it")
  func everyKindOfFile() async throws {
    try await withHostDirectory { directory, _ in
      let id = try directory.makeSnapshot(.scheduled, Self.first, metadata: "status: success\n")
      let other = try directory.makeSnapshot(.scheduled, Self.second, metadata: "status: success\n")
      try TreeBuilder(at: directory.data(of: id)).build()
      let before = try TreeFingerprint(of: directory.data(of: id), .immutable)
      let kept = try TreeFingerprint(of: directory.directory(of: other), .immutable)

      try directory.discard(id, at: Self.noon)
      #expect(try directory.snapshotIDs() == [other])
      let trashed = "\(directory.trash)/20260519-120000Z.scheduled.\(Self.first)"
      #expect(try TreeFingerprint(of: "\(trashed)/data", .immutable) == before, "a discarded snapshot is whole")
      try directory.emptyTrash()
      #expect(try TreeFingerprint(of: directory.trash).entries.map(\.path) == [""])
      #expect(try TreeFingerprint(of: directory.directory(of: other), .immutable) == kept)
    }
  }

  @Test("an unfinished snapshot goes the same way")
  func incomplete() async throws {
    try await withHostDirectory { directory, _ in
      let name = try #require(SnapshotName(Self.first))
      try TreeBuilder(at: "\(directory.incomplete)/\(name)/data").makeFile("file")
      try directory.discardIncomplete(name, at: Self.noon)
      #expect(try Disk.names(in: directory.trash) == ["20260519-120000Z.incomplete.\(name)"])
      #expect(try Disk.names(in: directory.incomplete) == [])
      try directory.emptyTrash()
      #expect(try Disk.names(in: directory.trash) == [])
    }
  }

  @Test("what is not there, or is a link, cannot be discarded")
  func refused() async throws {
    try await withHostDirectory { directory, scratch in
      let id = SnapshotID(kind: .manual, name: try #require(SnapshotName(Self.first)))
      let missing = DiskError("remove", directory.directory(of: id), code: ENOENT)
      #expect(throws: missing) { try directory.discard(id) }
      let outside = try TreeBuilder(at: scratch.path("outside"))
      try outside.makeFile("data/file")
      #expect(symlink(scratch.path("outside"), directory.directory(of: id)) == 0)
      #expect(throws: missing) { try directory.discard(id) }
      #expect(throws: DiskError.self) { try directory.discardIncomplete(id.name) }
      #expect(try outside.paths() == ["data", "data/file"])
    }
  }

  @Test("names that are in the trash already, and very long ones, find a place there")
  func names() async throws {
    try await withHostDirectory { directory, _ in
      for _ in 0..<3 { try directory.discard(directory.makeSnapshot(.scheduled, Self.first), at: Self.noon) }
      #expect(
        try Disk.names(in: directory.trash)
          == ["00", "01", "02"].map { "20260519-1200\($0)Z.scheduled.\(Self.first)" })
      let long = "20260519-021500Z" + String(repeating: "é", count: 119)
      for _ in 0..<2 { try directory.discard(directory.makeSnapshot(.manual, long)) }
      #expect(try Disk.names(in: directory.trash).count == 5)
      try directory.emptyTrash()
      #expect(try Disk.names(in: directory.trash) == [])
    }
  }

  @Test("a host without a trash, or with an empty one, has nothing to empty")
  func noTrash() async throws {
    try await withHostDirectory { directory, scratch in
      try directory.emptyTrash()
      #expect(rmdir(directory.trash) == 0)
      try directory.emptyTrash()
      let outside = try TreeBuilder(at: scratch.path("outside"))
      try outside.makeFile("file")
      #expect(symlink(scratch.path("outside"), directory.trash) == 0)
      try directory.emptyTrash()
      #expect(throws: DiskError.self) { try TreeRemoval.removeContents(of: directory.trash) }
      #expect(try outside.paths() == ["file"])
    }
  }

  // MARK: - Shapes

  /// Makes directories within each other, by descriptor, for the path becomes longer than any call takes.
  private func makeNested(_ path: String, levels: Int, mode: mode_t = 0o755) throws {
    var descriptor = open(path, O_RDONLY | O_DIRECTORY)
    var made: [Int32] = []
    for _ in 0..<levels {
      guard mkdirat(descriptor, "directory", 0o755) == 0 else { throw DiskError("make", path) }
      let next = openat(descriptor, "directory", O_RDONLY | O_DIRECTORY)
      let file = openat(next, "file", O_WRONLY | O_CREAT, 0o644)
      guard next >= 0, file >= 0 else { throw DiskError("open", path) }
      close(file)
      made.append(descriptor)
      descriptor = next
      // Of the last hundred the mode changes once nothing more is made below.
      if made.count > 100 { close(made.removeFirst()) }
    }
    for each in made + [descriptor] {
      if mode != 0o755 { _ = fchmod(each, mode) }
      close(each)
    }
  }

  @Test("a tree of 5,000 levels")
  func deep() async throws {
    try await withHostDirectory { directory, _ in
      try makeNested(directory.trash, levels: 5000)
      try directory.emptyTrash()
      #expect(try Disk.names(in: directory.trash) == [])
    }
  }

  @Test("a directory of 20,000 files")
  func wide() async throws {
    try await withHostDirectory { directory, _ in
      let descriptor = open(directory.trash, O_RDONLY | O_DIRECTORY)
      for number in 0..<20_000 { close(openat(descriptor, "\(number)", O_WRONLY | O_CREAT, 0o644)) }
      close(descriptor)
      #expect(try Disk.names(in: directory.trash).count == 20_000)
      try directory.emptyTrash()
      #expect(try Disk.names(in: directory.trash) == [])
    }
  }

  @Test("read-only directories give way, without root's rights too, and deep down too", .enabled(if: geteuid() == 0))
  func readOnlyDirectories() async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("trash"))
      for mode: mode_t in [0o555, 0o500, 0o111, 0o000] {
        let name = RawPath("mode-\(String(mode, radix: 8))")
        try tree.makeFile(name.appending("inner/file"))
        try tree.chmod(name.appending("inner"), mode)
        try tree.chmod(name, mode)
      }
      try tree.makeDirectory("deep")
      try makeNested("\(tree.root)/deep", levels: 250, mode: 0o555)
      try await runTool("chown", ["-R", "-h", "65534:65534", scratch.path]).check()
      let path = scratch.path("trash")
      await #expect(processExitsWith: .success) { [path = path as String] in
        guard setgid(65534) == 0, setuid(65534) == 0, geteuid() == 65534 else { exit(2) }
        try TreeRemoval.removeContents(of: path)
      }
      #expect(try Disk.names(in: path) == [])
    }
  }

  // MARK: - Nothing else

  @Test("links are removed, and where they lead to is not touched")
  func links() async throws {
    try await withHostDirectory { directory, scratch in
      let outside = try TreeBuilder(at: scratch.path("outside"))
      try outside.build()
      let before = try TreeFingerprint(of: scratch.path("outside"), .immutable)
      let tree = try TreeBuilder(at: directory.trash)
      try tree.makeLink("link", to: RawPath(scratch.path("outside")))
      try tree.makeDirectory("snapshot/data")
      try tree.makeLink("snapshot/data/link", to: RawPath(scratch.path("outside")))
      try tree.makeLink("snapshot/data/upwards", to: "../../../..")
      try directory.emptyTrash()
      #expect(try Disk.names(in: directory.trash) == [])
      #expect(try TreeFingerprint(of: scratch.path("outside"), .immutable) == before)
    }
  }

  @Test("a snapshot that shares files with a removed one keeps every one of them as it was")
  func hardLinks() async throws {
    try await withHostDirectory { directory, _ in
      let old = try directory.makeSnapshot(.scheduled, Self.first)
      try TreeBuilder(at: directory.data(of: old)).build()
      let new = SnapshotID(kind: .scheduled, name: try #require(SnapshotName(Self.second)))
      try await runTool("cp", ["-al", directory.directory(of: old), directory.directory(of: new)]).check()
      let before = try TreeFingerprint(of: directory.directory(of: new), .immutable)
      let shared = try sharedInodes(directory.data(of: old), directory.data(of: new))
      #expect(shared.shared == shared.total && shared.total > 40)
      try directory.discard(old)
      try directory.emptyTrash()
      #expect(try TreeFingerprint(of: directory.directory(of: new), .immutable).differences(from: before) == [])
    }
  }

  @Test(
    "what is mounted inside is not entered, the rest goes, and once it is unmounted all goes",
    .enabled(if: LoopFileSystem.isAvailable), arguments: ["tmpfs", "bind", "bind of a file"])
  func mounts(kind: String) async throws {
    try await withHostDirectory { directory, scratch in
      let outside = try TreeBuilder(at: scratch.path("outside"))
      try outside.makeFile("directory/file", "outside")
      let tree = try TreeBuilder(at: directory.trash)
      for name: RawPath in ["a", "b", "c"] { try tree.makeFile(name.appending("data/inner/file")) }
      try tree.makeDirectory("b/data/mount")
      try tree.write("", to: "b/data/file")
      let place = directory.trash + (kind == "bind of a file" ? "/b/data/file" : "/b/data/mount")
      let arguments =
        switch kind {
        case "tmpfs": ["-t", "tmpfs", "tmpfs", place]
        case "bind": ["--bind", scratch.path("outside"), place]
        default: ["--bind", scratch.path("outside/directory/file"), place]
        }
      try await runTool("mount", arguments).check()
      do {
        if kind == "tmpfs" { try TreeBuilder(at: place).makeFile("directory/file", "outside") }
        let error = #expect(throws: DiskError.self) { try directory.emptyTrash() }
        #expect(error?.code == (kind == "bind of a file" ? EBUSY : EXDEV))
        #expect(error?.path == place)
        #expect(try Disk.names(in: directory.trash) == ["b"])
        let seen = kind == "tmpfs" ? "\(place)/directory/file" : scratch.path("outside/directory/file")
        #expect(try String(contentsOfFile: seen, encoding: .utf8) == "outside")
      } catch {
        try await runTool("umount", [place]).check()
        throw error
      }
      try await runTool("umount", [place]).check()
      try directory.emptyTrash()
      #expect(try Disk.names(in: directory.trash) == [])
      #expect(try outside.paths() == ["directory", "directory/file"])
    }
  }

  // MARK: - Interruption

  @Test("what an earlier removal left is removed by the next")
  func leftovers() async throws {
    try await withHostDirectory { directory, _ in
      let tree = try TreeBuilder(at: directory.trash)
      try tree.makeFile(RawPath("scheduled-\(Self.first)/data/half/file"))
      try tree.makeDirectory(".deep-1/.deep-2")
      try tree.makeFile("a file")
      try tree.makeFile(RawPath(bytes: [0xff, 0x0a]))
      try directory.discard(directory.makeSnapshot(.scheduled, Self.first))
      try directory.emptyTrash()
      #expect(try tree.paths() == [])
    }
  }

  @Test("a process killed while it removes leaves what the next one finishes")
  func killed() async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("trash"))
      for number in 0..<30 { try tree.makeFile(RawPath("\(number)/data/a/b/c/file")) }
      let path = scratch.path("trash")
      await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
        Thread.detachNewThread {
          // As soon as anything is gone.
          while (try? Disk.names(in: path).count) == 30 {}
          kill(getpid(), SIGKILL)
        }
        try TreeRemoval.removeContents(of: path)
        while true { pause() }
      }
      #expect(try Disk.names(in: path).count < 30)
      try TreeRemoval.removeContents(of: path)
      #expect(try tree.paths() == [])
    }
  }
}
