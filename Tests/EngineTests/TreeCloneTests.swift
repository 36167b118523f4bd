// Clones of trees: the same files once more, in directories that are as like as two can be.

import Foundation
import Glibc
import Support
import Testing

@testable import Engine

/// Makes a clone and gives its directories all that they are to get in the end.
private func makeClone(of source: String, to destination: String, threads: Int = 2) async throws -> TreeClone.Outcome {
  try FileManager.default.createDirectory(atPath: destination, withIntermediateDirectories: true)
  let outcome = try await TreeClone(of: source, to: destination, threads: threads).run()
  let tree = try TreeBuilder(at: destination)
  for (path, mode) in outcome.restricted.sorted(by: { $0.key > $1.key }) {
    try tree.chmod(RawPath(bytes: path.bytes), mode)
  }
  return outcome
}

@Suite struct TreeCloneTests {
  /// Holds that a clone is the same as its model in everything, and that all files are the model's own.
  private func expectClone(
    _ clone: String, of source: TreeFingerprint, copied: Set<RawPath> = [],
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let made = try TreeFingerprint(of: clone, .immutable)
    let differences = made.withoutInodes.differences(from: source.withoutInodes)
    #expect(differences == [], sourceLocation: sourceLocation)
    let files = Set(source.entries.filter { $0.kind != .directory }.map(\.path))
    #expect(made.shared(with: source) == files.subtracting(copied), sourceLocation: sourceLocation)
  }

  @Test(arguments: [1, 2, 4]) func `a clone has all that its model has, and its files`(threads: Int) async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("source"))
      _ = try tree.build()
      try tree.chmod("", 0o2751)
      try tree.setAttribute("user.top", Array("of the top".utf8), on: "")
      try tree.setTime("", seconds: 1_400_000_000, nanoseconds: 123_456_789)
      let before = try TreeFingerprint(of: scratch.path("source"), .immutable)
      let outcome = try await makeClone(of: scratch.path("source"), to: scratch.path("clone"), threads: threads)
      #expect(try TreeFingerprint(of: scratch.path("source"), .immutable) == before)
      try expectClone(scratch.path("clone"), of: before)
      #expect(outcome.directories == before.entries.filter { $0.kind == .directory }.count)
      #expect(outcome.linked == before.entries.filter { $0.kind != .directory }.count)
      #expect(outcome.copied == 0)
      let closed = ["modes/read-only", "modes/read-only/below"].map { TreePath(known: Array($0.utf8)) }
      // Permissions do not keep root out.
      #expect(Set(outcome.restricted.keys) == (AttributeCopier.access == 0 ? [] : Set(closed)))
    }
  }

  @Test func `many threads make of a wide tree what one makes`() async throws {
    let seed = freshSeed("TreeCloneTests.wide")
    try await withScratchDirectory { scratch in
      try TreeBuilder.random(seed: seed, files: 300, at: scratch.path("source"))
      let before = try TreeFingerprint(of: scratch.path("source"), .immutable)
      for threads in [1, 2, 8] {
        let outcome = try await makeClone(
          of: scratch.path("source"), to: scratch.path("clone-\(threads)"), threads: threads)
        try expectClone(scratch.path("clone-\(threads)"), of: before)
        #expect(outcome.directories + outcome.linked == before.entries.count, "seed \(seed)")
      }
    }
  }

  @Test func `an empty tree has an empty clone`() async throws {
    try await withScratchDirectory { scratch in
      try TreeBuilder(at: scratch.path("source")).setTime("", seconds: 1_400_000_000)
      let before = try TreeFingerprint(of: scratch.path("source"), .immutable)
      let outcome = try await makeClone(of: scratch.path("source"), to: scratch.path("clone"))
      try expectClone(scratch.path("clone"), of: before)
      #expect(outcome == TreeClone.Outcome(directories: 1))
    }
  }

  @Test func `a tree that is deeper than files may be open is cloned`() async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("source"))
      var path: RawPath = ""
      for level in 0..<300 {
        path = path.appending(RawPath("d\(level % 10)"))
        try tree.makeFile(path.appending("file"), "level \(level)")
        if level % 50 == 0 { try tree.makeFile(path.appending("aside/inner"), "beside level \(level)") }
      }
      let before = try TreeFingerprint(of: scratch.path("source"), .immutable)
      let outcome = try await makeClone(of: scratch.path("source"), to: scratch.path("clone"))
      try expectClone(scratch.path("clone"), of: before)
      #expect(outcome.directories == 307)
    }
  }

  @Test func `what the directories around give to new ones is not kept`() async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("source"))
      for path: RawPath in ["plain/file", "plain/inner/file", "listed/file"] { try tree.makeFile(path) }
      let open = TreeBuilder.acl(owner: 7, user: (12345, 7), group: 7, mask: 7, other: 7)
      let own = TreeBuilder.acl(owner: 7, user: (23456, 5), group: 5, mask: 5, other: 0)
      guard try tree.setAttribute("system.posix_acl_default", own, on: "listed") else { return }
      let around = try TreeBuilder(at: scratch.path("around"))
      try around.setAttribute("system.posix_acl_default", open, on: "")
      try around.chmod("", 0o2777)
      let before = try TreeFingerprint(of: scratch.path("source"), .immutable)
      _ = try await makeClone(of: scratch.path("source"), to: scratch.path("around/clone"))
      try expectClone(scratch.path("around/clone"), of: before)
    }
  }

  // MARK: - What is no tree

  @Test func `a link is neither cloned from nor into`() async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("tree"))
      try tree.makeFile("directory/file")
      let places = try TreeBuilder(at: scratch.path("places"))
      try places.makeDirectory("empty")
      try places.makeLink("to-tree", to: RawPath(scratch.path("tree")))
      try places.makeLink("to-empty", to: "empty")
      await #expect(throws: DiskError.self) {
        try await TreeClone(of: scratch.path("places/to-tree"), to: scratch.path("places/empty")).run()
      }
      await #expect(throws: DiskError.self) {
        try await TreeClone(of: scratch.path("tree"), to: scratch.path("places/to-empty")).run()
      }
      await #expect(throws: DiskError.self) {
        try await TreeClone(of: scratch.path("nowhere"), to: scratch.path("places/empty")).run()
      }
      #expect(try places.paths() == ["empty", "to-empty", "to-tree"])
      #expect(try tree.paths() == ["directory", "directory/file"])
    }
  }

  @Test func `what is in the way is not written into`() async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("tree"))
      try tree.makeFile("directory/file")
      let outside = try TreeBuilder(at: scratch.path("outside"))
      let clone = try TreeBuilder(at: scratch.path("clone"))
      try clone.makeLink("directory", to: RawPath(scratch.path("outside")))
      let error = await #expect(throws: DiskError.self) {
        try await TreeClone(of: scratch.path("tree"), to: scratch.path("clone")).run()
      }
      #expect(error?.code == EEXIST)
      #expect(error?.path == scratch.path("clone/directory"))
      #expect(try outside.paths() == [])
    }
  }

  private static let memory = "/dev/shm"

  private static let hasMemory: Bool = {
    var (memory, temporary) = (stat(), stat())
    return geteuid() == 0 && stat(TreeCloneTests.memory, &memory) == 0 && stat(NSTemporaryDirectory(), &temporary) == 0
      && memory.st_dev != temporary.st_dev
  }()

  @Test(.enabled(if: hasMemory, "there is no other file system at hand"))
  func `another file system is told before anything is done`() async throws {
    try await withScratchDirectory { scratch in
      try TreeBuilder(at: scratch.path("tree")).makeFile("directory/file")
      let place = "\(Self.memory)/pobsync-clone-\(UUID().uuidString)"
      let other = try TreeBuilder(at: place)
      defer { try? removeTree(RawPath(place)) }
      let error = await #expect(throws: DiskError.self) {
        try await TreeClone(of: scratch.path("tree"), to: place).run()
      }
      #expect(error?.code == EXDEV)
      #expect(error?.operation == TreeClone.linking)
      #expect(error.flatMap { CloneObstacle($0) } != nil)
      #expect(try other.paths() == [])
    }
  }

  // MARK: - Stopping

  @Test func `a clone that is cancelled before it begins makes nothing`() async throws {
    try await withScratchDirectory { scratch in
      try TreeBuilder(at: scratch.path("tree")).makeFile("directory/file")
      let clone = try TreeBuilder(at: scratch.path("clone"))
      let task = Task {
        withUnsafeCurrentTask { $0?.cancel() }
        return try await TreeClone(of: scratch.path("tree"), to: scratch.path("clone")).run()
      }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try clone.paths() == [])
    }
  }

  @Test func `a clone that is cancelled stops where it is`() async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("tree"))
      for number in 0..<4_000 { try tree.makeDirectory(RawPath("\(number % 40)/\(number)")) }
      let clone = try TreeBuilder(at: scratch.path("clone"))
      let task = Task { try await TreeClone(of: scratch.path("tree"), to: scratch.path("clone"), threads: 2).run() }
      try await poll(until: 60, "the first directory") { try !clone.paths().isEmpty }
      task.cancel()
      // It may have come to its end first.
      do {
        let outcome = try await task.value
        #expect(outcome.directories == 4_041)
      } catch {
        #expect(error is CancellationError)
      }
      let left = try clone.paths().count
      try await Task.sleep(for: .milliseconds(50))
      #expect(try clone.paths().count == left, "nobody works on")
    }
  }

  // MARK: - Too many links

  @Test(.enabled(if: LoopFileSystem.isAvailable, "only root can make file systems"))
  func `what cannot get another link is copied, once for all of its names`() async throws {
    try await withLoopFileSystem(.ext4) { mount in
      let tree = try TreeBuilder(at: "\(mount)/source")
      try tree.makeDirectory("full")
      try tree.makeSparseFile(
        "full/sparse", size: 1 << 20, [UInt8](repeating: 7, count: 5_000), at: [300_000, 900_000])
      try tree.makeFile("other")
      try tree.makeLink("full/link", to: "no/such/file")
      try tree.makeNode("full/fifo", S_IFIFO)
      for name: RawPath in ["sparse", "link", "fifo"] {
        let path = RawPath("full").appending(name)
        _ = try tree.setAttribute("trusted.a", Array("of \(name)".utf8), on: path)
        try tree.chown(path, user: 4_711, group: 4_712)
        if name != "link" { try tree.chmod(path, 0o4610) }
        try tree.setTime(path, seconds: 1_500_000_000, nanoseconds: 42)
        // Names above and below, so that some may be linked before it is known that one has to be copied.
        for other in ["a-\(name)", "full/z-\(name)", "z/z-\(name)"] {
          try tree.makeDirectory(RawPath(other).parent)
          try tree.makeHardLink(RawPath(other), to: path)
        }
      }
      let (links, limit) = (try TreeBuilder(at: "\(mount)/links"), 65_000)
      for name in ["sparse", "link", "fifo"] {
        // Two of the four names may still be linked.
        for number in 0..<(limit - 4 - 2) {
          try tree.root.appending(RawPath("full/\(name)")).withCString { file in
            try links.root.appending(RawPath("\(name)-\(number)")).withCString { target in
              guard link(file, target) == 0 else { throw FileError("link", RawPath("\(name)-\(number)")) }
            }
          }
        }
      }
      let before = try TreeFingerprint(of: "\(mount)/source", .immutable)
      let outcome = try await makeClone(of: "\(mount)/source", to: "\(mount)/clone")
      #expect(try TreeFingerprint(of: "\(mount)/source", .immutable) == before)
      let copied = Set(before.entries.filter { $0.kind != .directory && $0.path != "other" }.map(\.path))
      #expect(copied.count == 12)
      try expectClone("\(mount)/clone", of: before, copied: copied)
      #expect(outcome.copied == 3)
      let sparse = RawPath("full/sparse")
      let size = try allocatedBytes(RawPath("\(mount)/clone").appending(sparse))
      #expect(try size == allocatedBytes(tree.root.appending(sparse)), "holes are holes")
    }
  }
}
