// The removal of trees by several threads: whatever they meet, all that can go goes, and nothing else does.

import Foundation
import Glibc
import Support
import Testing

@testable import Engine

struct TreeRemovalTests {
  /// Makes a tree of directories, each in one that is drawn, with files in each.
  ///
  /// - Parameter length: in how many of ten cases that is the last one, so that the tree goes far down.
  private func grow(_ path: String, seed: UInt64, directories: Int = 60, length: Int = 5) throws -> TreeBuilder {
    var generator = SeededGenerator(seed: seed)
    let tree = try TreeBuilder(at: path)
    var places: [RawPath] = [""]
    for number in 0..<directories {
      let last = places[places.count - 1]
      let parent = generator.chance(length, in: 10) ? last : places.randomElement(using: &generator) ?? last
      let place = parent.appending(RawPath("d\(number)"))
      try tree.makeDirectory(place)
      for file in 0..<Int.random(in: 0..<8, using: &generator) {
        try tree.write("\(number)", to: place.appending(RawPath("f\(file)")))
      }
      places.append(place)
    }
    return tree
  }

  @Test(arguments: [0, 3, 6, 8, 9]) func `a tree of any shape goes, and a snapshot that shares its files stays`(
    _ length: Int
  ) async throws {
    try await withScratchDirectory { scratch in
      let tree = try grow(scratch.path("doomed"), seed: UInt64(length), directories: 200, length: length)
      try await runTool("cp", ["-al", scratch.path("doomed"), scratch.path("kept")]).check()
      let kept = try TreeFingerprint(of: scratch.path("kept"), .immutable)
      try TreeRemoval.removeContents(of: scratch.path("doomed"))
      #expect(try tree.paths() == [])
      #expect(try TreeFingerprint(of: scratch.path("kept"), .immutable).differences(from: kept) == [])
    }
  }

  @Test func `a directory of more entries than are read at once`() async throws {
    try await withScratchDirectory { scratch in
      let tree = try grow(scratch.path("doomed/wide"), seed: 1)
      try tree.write("", to: "file")
      let descriptor = open(scratch.path("doomed/wide"), O_RDONLY | O_DIRECTORY)
      for number in 0..<40_000 { _ = linkat(descriptor, "file", descriptor, "\(number)", 0) }
      close(descriptor)
      #expect(try Disk.names(in: scratch.path("doomed/wide")).count > 40_000)
      try TreeRemoval.removeContents(of: scratch.path("doomed"))
      #expect(try Disk.names(in: scratch.path("doomed")) == [])
    }
  }

  @Test func `only what is meant goes`() async throws {
    try await withScratchDirectory { scratch in
      for number in 0..<10 { _ = try grow(scratch.path("trash/\(number)"), seed: UInt64(number)) }
      try TreeRemoval.removeContents(of: scratch.path("trash"), only: { $0 >= "5" })
      #expect(try Disk.names(in: scratch.path("trash")) == ["0", "1", "2", "3", "4"])
      for number in 0..<5 {
        let again = try grow(scratch.path("again/\(number)"), seed: UInt64(number))
        #expect(try TreeBuilder(at: scratch.path("trash/\(number)")).paths() == again.paths())
      }
    }
  }

  @Test(.enabled(if: geteuid() == 0), arguments: 0..<5)
  func `what cannot be deleted keeps nothing else from it, wherever it is`(_ seed: UInt64) async throws {
    try await withScratchDirectory { scratch in
      let tree = try grow(scratch.path("doomed"), seed: seed, directories: 200, length: 2)
      try await runTool("chown", ["-R", "65534:65534", scratch.path]).check()
      // Nobody but root deletes anything in every ninth directory.
      let directories = try tree.paths().filter { path in
        try status(of: tree.root.appending(path)).map { $0.st_mode & S_IFMT == S_IFDIR } ?? false
      }
      let locked = directories.enumerated().filter { $0.offset % 9 == 4 }.map(\.element)
      for place in locked {
        try tree.write("", to: place.appending("theirs"))
        try tree.chown(place, user: 0, group: 0)
      }
      #expect(locked.count > 20)
      let left = try tree.paths().filter { path in
        locked.contains(path.parent) || locked.contains { $0.isWithin(path) }
      }
      let path = scratch.path("doomed")
      await #expect(processExitsWith: .success) { [path = path as String] in
        guard setgid(65534) == 0, setuid(65534) == 0 else { exit(2) }
        do {
          try TreeRemoval.removeContents(of: path)
          exit(3)
        } catch let error as DiskError {
          exit(error.code == EACCES && error.path.hasPrefix("\(path)/d") ? 0 : 4)
        }
      }
      #expect(try tree.paths() == left)
      try TreeRemoval.removeContents(of: path)
      #expect(try tree.paths() == [])
    }
  }

  // MARK: - Asking

  @Test func `it asks once before each entry, one thread at a time, and stops at once`() async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.path("doomed")
      let total = try grow(path, seed: 7).paths().count
      for limit in stride(from: 0, through: total, by: 37) {
        let tree = try grow(path, seed: 7)
        let asked = Locked(0)
        let asking = Locked(0)
        let atOnce = Locked(0)
        let mayGoOn: @Sendable () -> Bool = {
          let together = asking.increased()
          atOnce.with { $0 = max($0, together) }
          defer { asking.with { $0 -= 1 } }
          return asked.increased() <= limit
        }
        try TreeRemoval.removeContents(of: path, while: mayGoOn)
        #expect(asked.with { $0 } == min(limit + 1, total))
        #expect(atOnce.with { $0 } == 1)
        let left = try tree.paths().count
        #expect(left >= total - limit && (left > 0 || limit == total))
        try TreeRemoval.removeContents(of: path)
        #expect(try tree.paths() == [], "what was left after \(limit) of \(total)")
      }
    }
  }

  @Test func `deep down it stops as well, and the next one finds what was moved up`() async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.path("doomed")
      for limit in stride(from: 40, to: 300, by: 80) {
        let tree = try TreeBuilder(at: path)
        try tree.makeDirectory(RawPath(Array(repeating: "d", count: 300).joined(separator: "/")))
        let asked = Locked(0)
        try TreeRemoval.removeContents(of: path, while: { asked.increased() <= limit })
        let names = try Disk.names(in: path)
        #expect(!names.isEmpty && names.allSatisfy { $0 == "d" || TreeRemoval.isMovedUp($0) })
        try TreeRemoval.removeContents(of: path)
        #expect(try tree.paths() == [])
      }
    }
  }

  // MARK: - Beside others

  @Test func `two that remove the same tree at once do not disturb each other`() async throws {
    try await withScratchDirectory { scratch in
      let path = scratch.path("doomed")
      for seed in 0..<5 {
        let tree = try grow(path, seed: UInt64(seed), directories: 200, length: 2)
        async let one: Void = blocking { try TreeRemoval.removeContents(of: path) }
        async let other: Void = blocking { try TreeRemoval.removeContents(of: path) }
        _ = try await (one, other)
        #expect(try tree.paths() == [])
      }
    }
  }

  @Test func `it yields to all others at the disk, and leaves its thread as it was`() async throws {
    try await withScratchDirectory { scratch in
      _ = try grow(scratch.path("doomed"), seed: 3)
      let before = IOPriority.current
      let seen = Locked<Set<Int32>>([])
      let look: @Sendable () -> Bool = {
        seen.with { _ = $0.insert(IOPriority.current) }
        return true
      }
      try TreeRemoval.removeContents(of: scratch.path("doomed"), while: look)
      #expect(seen.with { $0 } == [IOPriority.lowest])
      #expect(IOPriority.current == before)
    }
  }
}

extension Locked<Int> {
  fileprivate func increased() -> Int {
    with {
      $0 += 1
      return $0
    }
  }
}
