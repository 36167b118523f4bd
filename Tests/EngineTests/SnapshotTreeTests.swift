// Looking into snapshots that hold whatever a machine may have put there: nothing leads out of them, nothing hangs, and
// what is not whole any more is not taken for whole.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

struct SnapshotTreeTests {
  private static let first = "20260518-021500Z__AAAAAAAA"
  private static let outside = "not for anybody's eyes"

  /// A snapshot whose tree is built by `build`; beside the backup root there is a directory `outside` with a file.
  private func withTree(
    _ build: (TreeBuilder, _ outside: RawPath) throws -> Void,
    _ body: (SnapshotTree, HostDirectory, SnapshotID) async throws -> Void
  ) async throws {
    try await withHostDirectory { directory, scratch in
      let id = try directory.makeSnapshot(.scheduled, Self.first)
      let elsewhere = try scratch.makeDirectory("outside")
      try scratch.write(Self.outside, to: "outside/secret")
      try build(try TreeBuilder(at: directory.data(of: id)), RawPath(elsewhere))
      try await body(try SnapshotTree(opening: id, of: directory), directory, id)
    }
  }

  private func path(_ text: String) throws -> SnapshotPath { try SnapshotPath(typed: text) }

  private func content(of path: SnapshotPath, in tree: SnapshotTree) throws -> [UInt8] {
    let file = try tree.file(at: path)
    return try file.bytes(at: 0, count: Int(file.size))
  }

  // MARK: - Paths

  @Test(arguments: [
    [""], ["."], [".."], ["a", ".."], ["..", "a"], ["a", ""], ["a/b"], ["/"], ["a\0"], ["\0"],
    [String(repeating: "x", count: 4096)],
  ])
  func `what could lead elsewhere is no path`(_ names: [String]) {
    #expect(throws: InvalidText.self) { try SnapshotPath(components: names.map { Array($0.utf8) }) }
  }

  @Test(arguments: ["../etc", "/etc/../..", "a/./../b"]) func `a person cannot type what leads upwards`(_ text: String)
  {
    #expect(throws: InvalidText.self) { try SnapshotPath(typed: text) }
  }

  @Test(arguments: ["%2e%2e", "a/%2E%2e/b", "a%2Fb", "a%00", "%", "%4", "%zz", "a/%2e"])
  func `percent signs hide nothing`(_ text: String) {
    #expect(throws: InvalidText.self) { try SnapshotPath(percentEncoded: text) }
  }

  @Test func `every name that there can be goes through an address and back`() throws {
    for name in TreeBuilder.oddNames + [
      RawPath(bytes: Array(1...46)), RawPath(bytes: Array(48...255)), "%2e%2e", "....",
    ] {
      let path = try SnapshotPath(components: [Array("top".utf8), name.bytes])
      let text = path.percentEncoded
      #expect(text.utf8.allSatisfy { ($0 > 0x20 && $0 < 0x7F) && !"\"'<>&?#".utf8.contains($0) })
      #expect(try SnapshotPath(percentEncoded: text) == path)
      #expect(try SnapshotPath(bytes: path.bytes) == path)
      #expect(!path.description.hasControlCharacters)
      #expect(path.parent?.description == "/top")
    }
    #expect(try SnapshotPath(typed: "/etc//fstab/") == SnapshotPath(typed: "etc/fstab"))
    #expect(try SnapshotPath(typed: "/") == .root)
    #expect(try SnapshotPath(bytes: []) == .root)
    #expect(SnapshotPath.root.description == "/" && SnapshotPath.root.parent == nil)
  }

  // MARK: - Listing and reading

  @Test func `a directory is listed with directories first, whatever the names are`() async throws {
    try await withTree { tree, _ in
      for name in TreeBuilder.oddNames { try tree.write(Array("in ".utf8) + name.bytes, to: name) }
      try tree.makeDirectory("zz")
      try tree.makeDirectory("aa")
      try tree.makeLink("link", to: RawPath(bytes: [0xff, 0x0a]))
    } _: { tree, _, _ in
      let listing = try tree.list(.root)
      #expect(listing.total == TreeBuilder.oddNames.count + 4)
      #expect(listing.next == nil)
      #expect(listing.entries.prefix(2).map(\.name) == [Array("aa".utf8), Array("zz".utf8)])
      let rest = listing.entries.dropFirst(2)
      let names = rest.map(\.name)
      let sorted = names.sorted { $0.lexicographicallyPrecedes($1) }
      #expect(names == sorted)
      let link = rest.first { $0.kind == .link }
      #expect(link?.target == [0xff, 0x0a])
      for name in TreeBuilder.oddNames {
        let path = try SnapshotPath(components: [name.bytes])
        #expect(try content(of: path, in: tree) == Array("in ".utf8) + name.bytes)
        #expect(try tree.entry(at: path).kind == .file)
      }
    }
  }

  @Test(arguments: [1, 2, 3, 7, 100]) func `pages follow each other without a gap`(_ limit: Int) async throws {
    try await withTree { tree, _ in
      for number in 0..<12 { try tree.write("x", to: RawPath("file-\(number)")) }
      for number in 0..<5 { try tree.makeDirectory(RawPath("directory-\(number)")) }
    } _: { tree, _, _ in
      var names: [[UInt8]] = []
      var place: SnapshotListing.Place?
      repeat {
        let listing = try tree.list(.root, after: place, limit: limit)
        #expect(listing.entries.count <= limit && listing.total == 18)
        names += listing.entries.map(\.name)
        // Through an address and back.
        place = listing.next.flatMap { SnapshotListing.Place(text: $0.text) }
        #expect((place == nil) == (listing.next == nil))
      } while place != nil
      let whole = try tree.list(.root).entries.map(\.name)
      #expect(names == whole)
    }
  }

  @Test func `a file is read from anywhere in it, and its attributes are told`() async throws {
    let bytes = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try await withTree { tree, _ in
      try tree.write(bytes, to: "large")
      try tree.chmod("large", 0o4751)
      try tree.setTime("large", seconds: 1_500_000_000, nanoseconds: 5)
      try tree.makeHardLink("other", to: "large")
    } _: { tree, _, _ in
      let file = try tree.file(at: try path("large"))
      #expect(file.size == 700_000 && file.entry.links == 2 && file.entry.modeText == "-rwsr-x--x")
      #expect(file.entry.modified == SnapshotEntry.Time(seconds: 1_500_000_000, nanoseconds: 5))
      #expect(try file.bytes(at: 650_000, count: 50_000) == Array(bytes.suffix(50_000)))
      let read = Locked<[UInt8]>([])
      try await file.read(10..<700_000) { piece in
        #expect(piece.count <= SnapshotFile.chunk)
        read.with { $0 += piece }
      }
      #expect(read.with { $0 } == Array(bytes.dropFirst(10)))
      #expect(throws: SnapshotTreeError.changed(file.path)) { try file.bytes(at: 699_999, count: 2) }
      let other = try tree.file(at: try path("other"))
      #expect(file.tag == other.tag)
    }
  }

  @Test func `times of no known calendar are shown as some date`() {
    for seconds in [Int64.min, -62_135_596_801, 253_402_300_800, .max] {
      let time = SnapshotEntry.Time(seconds: seconds, nanoseconds: 999_999_999)
      #expect(Timestamp.text(time.date).count == 27)
    }
  }

  // MARK: - Nothing leads out

  @Test func `a link is shown and not followed, at every place of a path`() async throws {
    try await withTree { tree, outside in
      try tree.makeDirectory("a/b/c")
      try tree.makeLink("a/b/c/file", to: outside.appending("secret"))
      try tree.makeLink("a/b/link", to: outside)
      try tree.makeLink("a/link", to: outside)
      try tree.makeLink("link", to: outside)
      try tree.makeLink("upwards", to: "../../../..")
      try tree.makeLink("self", to: "/proc/self/root")
    } _: { tree, _, _ in
      for text in ["link", "a/link", "a/b/link"] {
        let (link, behind) = (try path(text), try path("\(text)/secret"))
        #expect(throws: SnapshotTreeError.behindLink(link)) { try tree.entry(at: behind) }
        #expect(throws: SnapshotTreeError.behindLink(link)) { try tree.file(at: behind) }
        #expect(throws: SnapshotTreeError.behindLink(link)) { try tree.list(link) }
        #expect(throws: SnapshotTreeError.behindLink(link)) { try tree.tar(of: link, named: [0x78]) }
        #expect(throws: SnapshotTreeError.notAFile(link, .link)) { try tree.file(at: link) }
        #expect(try tree.entry(at: link).kind == .link)
      }
      let last = try path("a/b/c/file")
      #expect(throws: SnapshotTreeError.notAFile(last, .link)) { try tree.file(at: last) }
      for text in ["upwards/web-1", "self/etc/passwd"] {
        let behind = try path(text)
        #expect(throws: SnapshotTreeError.self) { try tree.file(at: behind) }
      }
      let (file, below, none) = (try path("file"), try path("file/x"), try path("a/none"))
      #expect(throws: SnapshotTreeError.notADirectory(file, .file)) { try tree.list(file) }
      #expect(throws: SnapshotTreeError.notADirectory(file, .file)) { try tree.entry(at: below) }
      #expect(throws: SnapshotTreeError.notFound(none)) { try tree.entry(at: none) }
      let long = try SnapshotPath(components: [[UInt8](repeating: 0x78, count: 300)])
      #expect(throws: SnapshotTreeError.notFound(long)) { try tree.entry(at: long) }
    }
  }

  @Test(arguments: ["web-1", "web-1/scheduled", "web-1/scheduled/\(first)", "web-1/scheduled/\(first)/data"])
  func `a link in place of a directory of pobsync's own is no snapshot`(_ place: String) async throws {
    try await withHostDirectory { directory, scratch in
      let id = try directory.makeSnapshot(.scheduled, Self.first)
      let path = scratch.path("backups/\(place)")
      #expect(rename(path, scratch.path("elsewhere")) == 0)
      #expect(symlink(scratch.path("elsewhere"), path) == 0)
      #expect(throws: SnapshotTreeError.noSnapshot(directory.host, id)) {
        try SnapshotTree(opening: id, of: directory)
      }
    }
  }

  @Test func `a link that is swapped in meanwhile leads nowhere`() async throws {
    try await withTree { tree, outside in
      try tree.makeDirectory("real")
      try tree.write("inside", to: "real/secret")
      try tree.makeLink("link", to: outside)
      try tree.makeLink("place", to: outside)
    } _: { tree, directory, id in
      let data = directory.data(of: id)
      let isOver = Locked(false)
      let swapper = Thread {
        while !isOver.with({ $0 }) {
          for source in ["link", "real"] {
            // Each takes the place of the other, in turn.
            rename("\(data)/place", "\(data)/aside")
            rename("\(data)/\(source)", "\(data)/place")
            rename("\(data)/place", "\(data)/\(source)")
            rename("\(data)/aside", "\(data)/place")
          }
        }
      }
      swapper.start()
      defer { isOver.with { $0 = true } }
      for _ in 0..<3000 {
        guard let found = try? content(of: try path("place/secret"), in: tree) else { continue }
        #expect(found == Array("inside".utf8))
      }
    }
  }

  @Test func `nothing but a regular file is opened`() async throws {
    try await withTree { tree, _ in
      try tree.makeFifo("fifo")
      try tree.makeDirectory("directory")
      if TreeBuilder.isPrivileged { try tree.makeCharacterDevice("zero", minor: 5) }
    } _: { tree, _, _ in
      let (fifo, directory, zero) = (try path("fifo"), try path("directory"), try path("zero"))
      // A FIFO that nobody writes to would keep whoever opens it.
      #expect(throws: SnapshotTreeError.notAFile(fifo, .fifo)) { try tree.file(at: fifo) }
      #expect(throws: SnapshotTreeError.notADirectory(fifo, .fifo)) { try tree.list(fifo) }
      #expect(throws: SnapshotTreeError.notAFile(directory, .directory)) { try tree.file(at: directory) }
      #expect(throws: SnapshotTreeError.notAFile(.root, .directory)) { try tree.file(at: .root) }
      if TreeBuilder.isPrivileged {
        #expect(throws: SnapshotTreeError.notAFile(zero, .characterDevice)) { try tree.file(at: zero) }
      }
    }
  }

  // MARK: - Pruned meanwhile

  @Test func `what is pruned is read on from the trash, and an open file to its end`() async throws {
    try await withTree { tree, _ in
      try tree.write("inside", to: "directory-file")
      try tree.makeDirectory("directory")
    } _: { tree, directory, id in
      let file = try tree.file(at: try path("file"))
      let entry = try directory.discard(id)
      #expect(throws: SnapshotTreeError.noSnapshot(directory.host, id)) {
        try SnapshotTree(opening: id, of: directory)
      }
      #expect(try tree.list(.root).total == 3)
      #expect(try content(of: try path("directory-file"), in: tree) == Array("inside".utf8))
      try tree.checkWhole()

      let marked = try #require(try directory.beginDeleting(entry))
      let gone = SnapshotTreeError.deleted(directory.host, id)
      #expect(throws: gone) { try tree.checkWhole() }
      #expect(throws: gone) { try tree.list(.root) }
      try directory.delete(marked)
      #expect(throws: gone) { try tree.checkWhole() }
      let inside = try path("directory-file")
      #expect(throws: gone) { try tree.entry(at: inside) }
      #expect(try file.bytes(at: 0, count: Int(file.size)) == Array("content of \(Self.first)".utf8))
    }
  }

  @Test func `a snapshot that is got back out of the trash is whole`() async throws {
    try await withTree { _, _ in
    } _: { tree, directory, id in
      let entry = try directory.discard(id)
      let pin = SnapshotPin(reason: nil, until: nil, actor: "ann", pinnedAt: Date())
      _ = try directory.restore(entry, pinnedBy: pin)
      try tree.checkWhole()
      #expect(try tree.list(.root).total == 1)
    }
  }

  // MARK: - Versions

  @Test func `snapshots that share a file hold one version of it`() async throws {
    try await withHostDirectory { directory, _ in
      var ids: [SnapshotID] = []
      for day in 1...5 {
        let id = try directory.makeSnapshot(.scheduled, "2026051\(day)-021500Z__AAAAAAAA")
        ids.append(id)
        let tree = try TreeBuilder(at: directory.data(of: id))
        try tree.makeDirectory("etc")
        switch day {
        case 1: try tree.write("one", to: "etc/fstab")
        case 2, 4:
          let former = RawPath(directory.data(of: ids[day == 2 ? 0 : 2])).appending("etc/fstab")
          let target = tree.root.appending("etc/fstab")
          let code = former.withCString { from in target.withCString { link(from, $0) } }
          #expect(code == 0)
        case 3: try tree.write("three", to: "etc/fstab")
        default: try tree.makeLink("etc/fstab", to: "elsewhere")
        }
      }
      let unknown = SnapshotID(kind: .manual, name: try #require(SnapshotName("20260601-021500Z__AAAAAAAA")))
      let found = try directory.versions(of: try path("etc/fstab"), in: ids + [unknown])
      #expect(found.versions.map(\.snapshots) == [[ids[4]], [ids[3], ids[2]], [ids[1], ids[0]]])
      #expect(found.versions.map(\.entry.kind) == [.link, .file, .file])
      #expect(found.without.isEmpty && found.unseen == 0)
      let none = try directory.versions(of: try path("etc/fstab/below"), in: ids)
      #expect(none.versions.isEmpty && none.without.count == 5)
    }
  }
}
