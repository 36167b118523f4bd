// Archives of directories: tar makes of them what was archived, and one that cannot be whole fails.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

struct TarStreamTests {
  private static let first = "20260518-021500Z__AAAAAAAA"

  private func withTree(
    _ build: (TreeBuilder) throws -> Void,
    _ body: (SnapshotTree, HostDirectory, SnapshotID, ScratchDirectory) async throws -> Void
  ) async throws {
    try await withHostDirectory { directory, scratch in
      let id = SnapshotID(kind: .scheduled, name: try #require(SnapshotName(Self.first)))
      try build(try TreeBuilder(at: directory.data(of: id)))
      try await body(try SnapshotTree(opening: id, of: directory), directory, id, scratch)
    }
  }

  /// Writes an archive to a file, and gives the sizes of its pieces.
  private func save(_ archive: TarStream, to path: String) async throws -> [Int] {
    try Data().write(to: URL(fileURLWithPath: path))
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    defer { try? file.close() }
    var sizes: [Int] = []
    while let piece = try await archive.next() {
      sizes.append(piece.count)
      try file.write(contentsOf: piece)
    }
    return sizes
  }

  private func extract(_ path: String, into directory: String) async throws {
    try await runTool(
      "tar",
      ["-x", "-p", "--numeric-owner", "--xattrs", "--xattrs-include=*", "-f", path, "-C", directory]
    ).check()
  }

  // MARK: - What tar makes of it

  @Test(.enabled(if: TreeBuilder.isPrivileged, "owners and devices are for root only"))
  func `everything comes out of an archive as it was, but for sockets`() async throws {
    try await withTree {
      try $0.build()
    } _: { tree, directory, id, scratch in
      let archive = try tree.tar(of: .root, named: Array("top".utf8))
      _ = try await save(archive, to: scratch.path("all.tar"))
      #expect(archive.omissions == TarStream.Omissions(sockets: 1, attributes: 0))
      let listed = try await runTool("tar", ["-t", "-v", "-f", scratch.path("all.tar")]).check()
      #expect(listed.stdout.split(separator: "\n").allSatisfy { $0.contains("top/") })

      let out = try scratch.makeDirectory("out")
      try await extract(scratch.path("all.tar"), into: out)
      // Of links and FIFOs no attributes are archived, and a socket only a program can make.
      let leftOut: Set<RawPath> = ["nodes/socket", "attributes/link"]
      let expected = try TreeFingerprint(of: directory.data(of: id), leavingOut: leftOut)
      let extracted = try TreeFingerprint(of: "\(out)/top", leavingOut: leftOut)
      let differences = extracted.differences(from: expected)
      #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
  }

  @Test func `a directory further down is archived by itself, with links within it`() async throws {
    try await withTree { tree in
      try tree.makeDirectory("srv/www/inner")
      try tree.write("page", to: "srv/www/index")
      try tree.makeHardLink("srv/www/inner/index", to: "srv/www/index")
      try tree.write("shared", to: "outside")
      try tree.makeHardLink("srv/www/shared", to: "outside")
    } _: { tree, _, _, scratch in
      let archive = try tree.tar(of: try SnapshotPath(typed: "srv/www"), named: Array("www".utf8))
      _ = try await save(archive, to: scratch.path("www.tar"))
      let out = try scratch.makeDirectory("out")
      try await extract(scratch.path("www.tar"), into: out)
      let paths = try TreeBuilder(at: out).paths().map(\.description)
      #expect(paths == ["www", "www/index", "www/inner", "www/inner/index", "www/shared"])
      let (one, other) = (
        try status(of: RawPath("\(out)/www/index")), try status(of: RawPath("\(out)/www/inner/index"))
      )
      #expect(one?.st_ino == other?.st_ino)
      #expect(try String(contentsOfFile: "\(out)/www/shared", encoding: .utf8) == "shared")
    }
  }

  @Test func `a large file passes piece by piece`() async throws {
    let bytes = (0..<(5 << 20) + 3).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try await withTree {
      try $0.write(bytes, to: "large")
    } _: { tree, _, _, scratch in
      let archive = try tree.tar(of: .root, named: Array("top".utf8))
      let sizes = try await save(archive, to: scratch.path("large.tar"))
      #expect(sizes.count > 10)
      #expect(sizes.allSatisfy { $0 <= 2 * SnapshotFile.chunk + 2048 })
      #expect(sizes.reduce(0, +).isMultiple(of: 512))
      let out = try scratch.makeDirectory("out")
      try await extract(scratch.path("large.tar"), into: out)
      #expect(FileManager.default.contents(atPath: "\(out)/top/large") == Data(bytes))
      #expect(try await archive.next() == nil)
    }
  }

  // MARK: - Headers

  private func header(_ change: (inout TarHeader) -> Void) -> String {
    var header = TarHeader(Array("top/file".utf8), .file)
    change(&header)
    #expect(header.bytes.count.isMultiple(of: 512))
    return String(decoding: header.bytes, as: UTF8.self)
  }

  @Test func `what does not fit into the old header stands in records`() {
    #expect(!header { _ in }.contains("PaxHeaders/"))
    #expect(header { $0.size = 9 << 30 }.contains("19 size=9663676416\n"))
    #expect(header { $0.size = 8_589_934_591 }.contains("77777777777"))
    #expect(header { $0.user = 4_000_000_000 }.contains(" uid=4000000000\n"))
    #expect(header { $0.group = 2_097_152 }.contains(" gid=2097152\n"))
    let long = String(repeating: "é", count: 80)
    #expect(header { $0.target = Array(long.utf8) }.contains(" linkpath=\(long)\n"))
    let bytes = header { $0.target = [UInt8](repeating: 0xE9, count: 101) }
    #expect(bytes.contains("21 hdrcharset=BINARY\n"))
    #expect(
      header { $0.attributes = [(Array("user.a=b%".utf8), Array("x".utf8))] }.contains("SCHILY.xattr.user.a%3Db%25=x\n")
    )
  }

  @Test(
    arguments: [
      (0, 1, "0.000000001"), (-1, 0, "-1"), (-1, 500_000_000, "-0.500000000"), (-1000, 1, "-999.999999999"),
      (1_500_000_000, 120_000_000, "1500000000.120000000"), (1 << 40, 0, "1099511627776"),
    ] as [(Int64, Int, String)])
  func `times keep their fraction on either side of zero`(_ seconds: Int64, _ nanoseconds: Int, _ text: String) {
    let shown = header { $0.modified = SnapshotEntry.Time(seconds: seconds, nanoseconds: nanoseconds) }
    #expect(shown.contains(" mtime=\(text)\n"))
  }

  @Test(arguments: [1, 5, 87, 88, 89, 90, 91, 984, 985, 986, 987]) func `the length of a record counts itself`(
    _ count: Int
  ) throws {
    let text = header { $0.attributes = [(Array("a".utf8), [UInt8](repeating: 0x78, count: count))] }
    let start = try #require(text.range(of: " SCHILY.xattr.a=")).lowerBound
    let digits = text[..<start].suffix(4).filter(\.isNumber)
    let record = digits + " SCHILY.xattr.a=" + String(repeating: "x", count: count) + "\n"
    #expect(Int(digits) == record.utf8.count)
    #expect(text.contains(record))
  }

  // MARK: - What is not whole

  @Test func `an archive of what is deleted meanwhile does not end as if it were whole`() async throws {
    try await withTree { tree in
      for number in 0..<50 { try tree.write([UInt8](repeating: 1, count: 100_000), to: RawPath("file-\(number)")) }
    } _: { tree, directory, id, _ in
      let archive = try tree.tar(of: .root, named: Array("top".utf8))
      _ = try await archive.next()
      let entry = try directory.discard(id)
      // In the trash it is still whole.
      _ = try await archive.next()
      let marked = try #require(try directory.beginDeleting(entry))
      try directory.delete(marked)
      await #expect(throws: SnapshotTreeError.deleted(directory.host, id)) {
        while try await archive.next() != nil {}
      }
    }
  }

  @Test func `a file that is cut short while it is archived is not filled up`() async throws {
    try await withTree {
      try $0.write([UInt8](repeating: 1, count: 1 << 20), to: "file")
    } _: { tree, directory, id, _ in
      let archive = try tree.tar(of: .root, named: Array("top".utf8))
      _ = try await archive.next()
      #expect(truncate("\(directory.data(of: id))/file", 300_000) == 0)
      let file = try SnapshotPath(typed: "file")
      await #expect(throws: SnapshotTreeError.changed(file)) {
        while try await archive.next() != nil {}
      }
    }
  }

  @Test func `what lies too deep is said, and not left out`() async throws {
    try await withTree { tree in
      try tree.makeDirectory(RawPath(Array(repeating: "d", count: 210).joined(separator: "/")))
    } _: { tree, _, _, _ in
      let archive = try tree.tar(of: .root, named: Array("top".utf8))
      await #expect(throws: SnapshotTreeError.self) { while try await archive.next() != nil {} }
      let below = try tree.tar(
        of: try SnapshotPath(components: Array(repeating: Array("d".utf8), count: 50)), named: Array("d".utf8))
      while try await below.next() != nil {}
    }
  }
}
