// A list held against a base, entry by entry, where a host tells what no tree is like, or changes while it lists.

import Glibc
import Support
import Testing

@testable import Engine

@Suite struct BaseComparisonTests {
  /// Sets of attributes of which the first, which entries have unless they say otherwise, is empty.
  private func noAttributes() throws -> ListedAttributes {
    try withPlayer(of: [0, 0]) { socket in
      var told = ListedAttributes()
      _ = try told.nextExtended(ListingStream(socket, timeout: 10) { _ in })
      return told
    }
  }

  /// What a host would tell of something that is like an entry of a tree.
  private func entry(like path: RawPath, in tree: TreeBuilder, group: Int32? = nil) throws -> ListedEntry {
    let found = try #require(try status(of: tree.root.appending(path)))
    var entry = ListedEntry()
    (entry.mode, entry.owner, entry.group) = (found.st_mode, found.st_uid, found.st_gid)
    (entry.seconds, entry.nanoseconds) = (Int64(found.st_mtim.tv_sec), found.st_mtim.tv_nsec)
    entry.size = entry.kind == S_IFREG ? Int64(found.st_size) : 0
    entry.linkGroup = group
    return entry
  }

  private func entry(_ kind: mode_t) -> ListedEntry {
    var entry = ListedEntry()
    entry.mode = kind | 0o644
    if kind == S_IFLNK { entry.target = Array("elsewhere".utf8) }
    return entry
  }

  @Test(arguments: ["same", "other", "new"], [S_IFREG, S_IFDIR, S_IFLNK, S_IFIFO])
  func `a list that tells a name twice is of no use`(_ first: String, _ second: mode_t) async throws {
    try await withScratchDirectory { scratch in
      let base = try TreeBuilder(at: scratch.makeDirectory("base"))
      try base.makeFile("name/file")
      let told = try noAttributes()
      let comparison = try BaseComparison(base: base.root.description)
      try comparison.take([UInt8(ascii: ".")], entry(like: "", in: base), told)
      let name = Array((first == "new" ? "new" : "name").utf8)
      try comparison.take(name, first == "same" ? entry(like: "name", in: base) : entry(S_IFIFO), told)
      #expect(throws: ListingFault.self) { try comparison.take(name, entry(second), told) }
    }
  }

  @Test func `names of a file that is written to while they are listed stay together as it was and as it became`()
    async throws
  {
    try await withScratchDirectory { scratch in
      let base = try TreeBuilder(at: scratch.makeDirectory("base"))
      try base.makeFile("a", "one file")
      for path: RawPath in ["b", "c"] { try base.makeHardLink(path, to: "a") }
      let told = try noAttributes()
      let comparison = try BaseComparison(base: base.root.description)
      try comparison.take([UInt8(ascii: ".")], entry(like: "", in: base), told)
      let asItWas = try entry(like: "a", in: base, group: 7)
      var asItBecame = asItWas
      asItBecame.size += 1
      guard case .same = try comparison.take(Array("a".utf8), asItWas, told) else {
        Issue.record("it is what the base has")
        return
      }
      for name in ["b", "c"] {
        guard case .differs = try comparison.take(Array(name.utf8), asItBecame, told) else {
          Issue.record("\(name) is of another content")
          continue
        }
      }
      // One that is told as it was is known to be in the base, and need not be asked for.
      guard case .anotherName = try comparison.take(Array("d".utf8), asItWas, told) else {
        Issue.record("d is a name of what the base has")
        return
      }
      try comparison.finish()
      let survey = comparison.survey
      #expect(survey.namesakes.map { $0.map { survey.paths[$0].description } } == [["b", "c"]])
      #expect(survey.leaders.map { survey.paths[$0.key].description + " → \($0.value)" } == ["d → a"])
      // The one of them that was fetched brings the other.
      var arrivals = EarlyArrivals()
      arrivals.add(TreePath(known: Array("b".utf8)), size: 9, matched: 0)
      arrivals.settle(survey)
      #expect(arrivals.paths.map(\.description) == ["b", "c"])
      #expect(arrivals.fileCount == 1 && arrivals.count == 2)
    }
  }
}
