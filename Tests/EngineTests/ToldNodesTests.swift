// Directories and links that are made from a host's list: all that can be, and nothing that is not what it is to be.

import Foundation
import Glibc
import Support
import Testing

@testable import Engine

@Suite(.enabled(if: TreeBuilder.isPrivileged, "only root gives files to others")) struct ToldNodesTests {
  private func path(_ text: String) -> TreePath { TreePath(known: Array(text.utf8)) }

  private func entry(_ kind: mode_t, mode: mode_t = 0o755, target: String = "elsewhere") -> ListedEntry {
    var entry = ListedEntry()
    entry.mode = kind | mode
    (entry.owner, entry.group, entry.seconds, entry.nanoseconds) = (1_234, 5_678, 1_000_000_000, 7)
    if kind == S_IFLNK { entry.target = Array(target.utf8) }
    return entry
  }

  /// Gives `body` a tree.
  private func withTree(_ body: (TreeBuilder) throws -> Void) async throws {
    try await withScratchDirectory { scratch in try body(TreeBuilder(at: scratch.makeDirectory("clone"))) }
  }

  @Test func `what is told is made, with all that belongs to it`() async throws {
    try await withTree { tree in
      try tree.makeFile("old/file")
      var nodes = ToldNodes()
      nodes.add(path("old"), entry(S_IFDIR, mode: 0o2710))
      nodes.add(path("new"), entry(S_IFDIR, mode: 0))
      nodes.add(path("new/link"), entry(S_IFLNK))
      let made = try nodes.make(in: tree.root.description)
      #expect(made.paths.map(\.description) == ["new", "new/link", "old"])
      #expect(Set(made.created.map(\.description)) == ["new", "new/link"])
      for (path, mode): (RawPath, mode_t) in [
        ("old", S_IFDIR | 0o2710), ("new", S_IFDIR), ("new/link", S_IFLNK | 0o777),
      ] {
        let found = try #require(try status(of: tree.root.appending(path)))
        #expect(found.st_mode == mode && found.st_uid == 1_234 && found.st_gid == 5_678, "\(path)")
        #expect(found.st_mtim.tv_sec == 1_000_000_000 && found.st_mtim.tv_nsec == 7, "\(path)")
      }
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "\(tree.root)/new/link") == "elsewhere")
    }
  }

  @Test func `what cannot be made leaves nothing, and is not among what was`() async throws {
    try await withTree { tree in
      let list = TreeBuilder.acl(owner: 7, user: (1, 4), group: 5, mask: 5, other: 0)
      try tree.makeDirectory("inherited")
      try #require(try tree.setAttribute("system.posix_acl_default", list, on: "inherited"))
      try tree.makeDirectory("listed")
      try #require(try tree.setAttribute("system.posix_acl_access", list, on: "listed"))
      try tree.makeFile("file")
      let before = try TreeFingerprint(of: tree.root.description)
      var nodes = ToldNodes()
      // One that gets an ACL by itself, and what would be in it; one that has an ACL; what is in no directory.
      nodes.add(path("inherited/new"), entry(S_IFDIR))
      nodes.add(path("inherited/new/link"), entry(S_IFLNK))
      nodes.add(path("listed"), entry(S_IFDIR))
      nodes.add(path("file/link"), entry(S_IFLNK))
      nodes.add(path("nowhere/link"), entry(S_IFLNK))
      nodes.add(path(String(repeating: "x", count: 256)), entry(S_IFLNK))
      nodes.add(path("cut short"), entry(S_IFLNK, target: "a\0b"))
      let made = try nodes.make(in: tree.root.description)
      #expect(made.paths.isEmpty && made.created.isEmpty && made.modes.isEmpty)
      #expect(try TreeFingerprint(of: tree.root.description).differences(from: before) == [])
    }
  }

  @Test func `no more is taken than there is room for`() async throws {
    try await withTree { tree in
      var nodes = ToldNodes()
      for number in 0..<10_003 { nodes.add(path("\(number)"), entry(S_IFLNK)) }
      #expect(try nodes.make(in: tree.root.description).paths.count == 10_000)
      var long = ToldNodes()
      let target = String(repeating: "x", count: 4_000)
      for number in 0..<2_000 { long.add(path("long-\(number)"), entry(S_IFLNK, target: target)) }
      let count = try long.make(in: tree.root.description).paths.count
      #expect((4 << 20) / 4_009 - 1...(4 << 20) / 4_000 ~= count)
    }
  }
}
