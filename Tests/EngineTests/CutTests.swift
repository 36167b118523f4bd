// What becomes of a clone between survey and snapshot: what differs leaves it, what was fetched comes in, and neither ever
// reaches the base or leads out of the clone.

import Foundation
import Glibc
import Support
import Testing

@testable import Engine

/// A base, and a clone of it to be worked on.
private struct CloneScene {
  let scratch: ScratchDirectory
  let base: TreeBuilder
  let outside: TreeBuilder
  private let before: TreeFingerprint
  private let outsideBefore: TreeFingerprint

  init(in scratch: ScratchDirectory, _ build: (TreeBuilder) throws -> Void) async throws {
    self.scratch = scratch
    base = try TreeBuilder(at: scratch.path("base"))
    outside = try TreeBuilder(at: scratch.path("outside"))
    for path: RawPath in ["victim", "directory/victim"] { try outside.makeFile(path) }
    try build(base)
    for path in try base.paths().reversed() { try base.setTime(path, seconds: 1_500_000_000, nanoseconds: 7) }
    try base.setTime("", seconds: 1_500_000_000, nanoseconds: 7)
    before = try TreeFingerprint(of: scratch.path("base"), .immutable)
    outsideBefore = try TreeFingerprint(of: scratch.path("outside"), .immutable)
    for name in ["clone", "former", "waste", "arrived"] { try scratch.makeDirectory(name) }
    _ = try await TreeClone(of: scratch.path("base"), to: scratch.path("clone")).run()
  }

  /// What follows from lines of a survey.
  func differences(_ lines: [String], everything: Bool = false) throws -> Differences {
    var survey = Survey(listsEverything: everything)
    let figures = survey.take(lines.flatMap { Array("\($0)\n".utf8) })
    survey.finish()
    #expect(survey.fault == nil)
    #expect(figures.isEmpty)
    return try Differences(survey, base: scratch.path("base"), arrived: PathList())
  }

  var waste: Waste { get throws { try Waste(scratch.path("waste")) } }

  func cut(_ differences: Differences) throws {
    try Cut(of: scratch.path("clone"), into: waste).carryOut(differences, keepingIn: scratch.path("former"))
  }

  /// Cuts what lines of a survey ask for, and gives the paths that are left.
  @discardableResult
  func cut(_ lines: String..., everything: Bool = false) throws -> [String] {
    try cut(differences(lines, everything: everything))
    return try paths("clone")
  }

  func paths(_ tree: String) throws -> [String] {
    try TreeBuilder(at: scratch.path(tree)).paths().map(\.description)
  }

  /// Holds that the base is what it was, and everything beside the trees too; and that the clone's directories are as the
  /// base's.
  func expectUntouched(
    besides changed: Set<RawPath> = [], sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let base = try TreeFingerprint(of: scratch.path("base"), .immutable)
    #expect(base == before, sourceLocation: sourceLocation)
    #expect(
      try TreeFingerprint(of: scratch.path("outside"), .immutable) == outsideBefore, sourceLocation: sourceLocation)
    let clone = try TreeFingerprint(of: scratch.path("clone"), .immutable)
    let former = before.byPath
    for entry in clone.entries where !changed.contains(entry.path) {
      var (made, model) = (entry, former[entry.path])
      if entry.kind == .directory {
        made.inode = nil
        model?.inode = nil
      }
      made.sameAs = nil
      model?.sameAs = nil
      #expect(made == model, "\(entry.path)", sourceLocation: sourceLocation)
    }
  }
}

private func withScene(
  _ build: (TreeBuilder) throws -> Void, _ body: (CloneScene) async throws -> Void
) async throws {
  try await withScratchDirectory("cut") { scratch in try await body(CloneScene(in: scratch, build)) }
}

private func texts(_ paths: some Sequence<TreePath>) -> [String] { paths.map(\.description) }

@Suite struct CutTests {
  @Test func `what differs, is gone or is linked leaves the clone, and what is to be fetched is kept`() async throws {
    try await withScene({ tree in
      for path: RawPath in ["changed", "d/changed", "d/kept", "gone", "gone-d/e/f", "kept", "linked"] {
        try tree.makeFile(path)
      }
    }) { scene in
      let left = try scene.cut(
        ".d..t...... .///", ">f.st...... changed//", ">f.st...... d/changed//", ">f+++++++++ d/new//",
        "*deleting   gone//", "*deleting   gone-d/e/f//", "*deleting   gone-d/e///", "*deleting   gone-d///",
        "hf..t...... linked// => kept")
      #expect(left == ["d", "d/kept", "kept"])
      #expect(try scene.paths("former") == ["changed", "d", "d/changed"])
      try scene.expectUntouched()
    }
  }

  @Test func `an entry takes the place of a whole directory, and a directory that of anything`() async throws {
    try await withScene({ tree in
      for path: RawPath in ["d/e/f", "d/g", "file", "kept"] { try tree.makeFile(path) }
      try tree.makeLink("link", to: "d")
      try tree.makeFifo("fifo")
      try tree.makeDirectory("same")
    }) { scene in
      let left = try scene.cut(
        "*deleting   d/e/f//", "*deleting   d/e///", "*deleting   d/g//", ">f+++++++++ d//", "cd+++++++++ file///",
        "cd+++++++++ link///", ">f+++++++++ link/x//", "cd+++++++++ fifo///", ".d..t...... same///")
      #expect(left == ["kept", "same"])
      #expect(try scene.paths("former") == [])
      try scene.expectUntouched()
    }
  }

  @Test func `no link leads out of the clone`() async throws {
    try await withScene({ tree in
      try tree.makeLink("out", to: "../outside")
      try tree.makeFile("d/file")
      try tree.makeLink("d/out", to: "../../outside/directory")
      try tree.makeLink("d/up", to: "..")
    }) { scene in
      let left = try scene.cut(
        ">f+++++++++ out/victim//", "*deleting   out/directory/victim//", "*deleting   d/out/victim//",
        "*deleting   d/up/d/file//", "cd+++++++++ d/out/victim///")
      #expect(left == ["d", "d/file", "d/out", "d/up", "out"])
      try scene.expectUntouched()
      try scene.cut("*deleting   out//", "*deleting   d/up//", ">f+++++++++ d/out//")
      #expect(try scene.paths("clone") == ["d", "d/file"])
      // Nor does one lead out of what rsync compares with.
      #expect(try scene.paths("former") == [])
      try scene.expectUntouched()
    }
  }

  @Test(
    "links are kept to compare with if they plainly stay among what is kept",
    arguments: [
      ("beside", true), ("d/below", true), ("./beside", true), ("..beside", true), ("/etc", false), ("..", false),
      ("../../etc", false), ("d/../../etc", false), ("d/..", false),
    ])
  func keptLinks(target: String, isKept: Bool) async throws {
    try await withScene({ try $0.makeLink("link", to: RawPath(target)) }) { scene in
      #expect(try scene.cut("cLc........ link// -> elsewhere") == [])
      #expect(try scene.paths("former") == (isKept ? ["link"] : []))
      try scene.expectUntouched()
    }
  }

  @Test func `odd names are cut like any other`() async throws {
    let names = TreeBuilder.oddNames
    try await withScene({ tree in for name in names { try tree.makeFile(RawPath("odd").appending(name)) } }) { scene in
      for name in names.dropLast(2) {
        var survey = Survey()
        let text = name.bytes.flatMap { byte -> [UInt8] in
          let octal = String(byte, radix: 8)
          return Array("\\#\(String(repeating: "0", count: 3 - octal.count))\(octal)".utf8)
        }
        _ = survey.take(Array(">f.st...... odd/".utf8) + text + Array("//\n".utf8))
        #expect(survey.fault == nil, "\(name)")
        try scene.cut(Differences(survey, base: scene.scratch.path("base"), arrived: PathList()))
      }
      #expect(try scene.paths("clone").count == 3)
      #expect(try scene.paths("former").count == 1 + names.count - 2)
      try scene.expectUntouched()
    }
  }

  @Test func `in deep trees what is cut is found, and nothing else`() async throws {
    let deep = RawPath(Array(repeating: "d", count: 200).joined(separator: "/"))
    let middle = RawPath(Array(repeating: "d", count: 100).joined(separator: "/"))
    try await withScene({ tree in
      for path in [deep, middle] {
        for name: RawPath in ["changed", "gone", "kept"] { try tree.makeFile(path.appending(name)) }
      }
    }) { scene in
      try scene.cut(
        ">f.st...... \(deep)/changed//", "*deleting   \(deep)/gone//", ">f.st...... \(middle)/changed//",
        "*deleting   \(middle)/gone//")
      #expect(try scene.paths("clone").filter { !$0.hasSuffix("d") } == ["\(deep)/kept", "\(middle)/kept"])
      try scene.expectUntouched()
    }
  }

  @Test func `directories that nobody may write to are cut from, and stay as they are`() async throws {
    try await withScene({ tree in
      for path: RawPath in ["closed/changed", "closed/kept"] { try tree.makeFile(path) }
      try tree.chmod("closed", 0o555)
    }) { scene in
      let clone = try TreeBuilder(at: scene.scratch.path("clone"))
      try clone.chmod("closed", 0o555)
      #expect(try scene.cut(">f.st...... closed/changed//") == ["closed", "closed/kept"])
      try scene.expectUntouched()
    }
  }

  @Test func `a directory in which nothing is listed is emptied, where everything is`() async throws {
    try await withScene({ tree in
      for path: RawPath in ["mount/a", "mount/b/c", "other/file", "empty-before/x"] { try tree.makeFile(path) }
      try tree.makeHardLink("twin", to: "mount/a")
    }) { scene in
      let lines = [
        ".d          .///", ">f.st...... twin//", ".d          empty-before///", "*deleting   empty-before/x//",
        ".d..t...... mount///", ".d          other///", ".f          other/file//",
      ]
      let differences = try scene.differences(lines, everything: true)
      #expect(Set(texts(differences.emptied)) == ["empty-before", "mount"])
      #expect(texts(differences.handed) == ["mount", "twin"])
      try scene.cut(differences)
      #expect(try scene.paths("clone") == ["empty-before", "mount", "other", "other/file"])
      try scene.expectUntouched()
    }
  }
}

@Suite struct DifferencesTests {
  @Test func `a host that says of a file that something is below it is fetched nothing from`() async throws {
    try await withScene({ tree in
      try tree.makeLink("d", to: "/etc")
      try tree.makeFile("kept")
    }) { scene in
      let error = #expect(throws: BackupFailure.self) {
        try scene.differences([".L..t...... d// -> /etc", ">f+++++++++ d/shadow//"])
      }
      #expect(error?.code == .protocolMismatch)
      #expect(throws: Never.self) { try scene.differences(["cd+++++++++ d///", ">f+++++++++ d/shadow//"]) }
    }
  }

  private func withGroups(_ body: (CloneScene) async throws -> Void) async throws {
    try await withScene(
      { tree in
        for path: RawPath in ["a1", "b1", "single", "d/other"] { try tree.makeFile(path) }
        for path: RawPath in ["a2", "d/a3"] { try tree.makeHardLink(path, to: "a1") }
        try tree.makeHardLink("d/b2", to: "b1")
        try tree.makeLink("l1", to: "x")
        try tree.makeHardLink("l2", to: "l1")
      }, body)
  }

  @Test func `what is one file with something that differs is fetched with it`() async throws {
    try await withGroups { scene in
      let differences = try scene.differences([">f.st...... a1//", "*deleting   a2//", "cLc........ l2// -> y"])
      #expect(texts(differences.handed) == ["a1", "d/a3", "l1", "l2"])
      #expect(texts(differences.cut) == ["a1", "a2", "d/a3", "l1", "l2"])
      #expect(differences.links == [])
      #expect(!differences.includesTop)
    }
  }

  @Test func `a file with one name is fetched alone, and so is a new one`() async throws {
    try await withGroups { scene in
      let differences = try scene.differences([
        ".d..t...... .///", ">f.st...... single//", ">f+++++++++ new//", "cd+++++++++ new-d///", ".d..t...... d///",
      ])
      #expect(texts(differences.handed) == ["d", "new", "new-d", "single"])
      #expect(texts(differences.cut) == ["new", "single"])
      #expect(texts(differences.directories) == [".", "d", "new-d"])
      #expect(differences.includesTop)
    }
  }

  @Test func `a new name is made here where the file is the same, and fetched where it is not`() async throws {
    try await withGroups { scene in
      let differences = try scene.differences([
        "hf+++++++++ new-1// => single", "hf+++++++++ new-2// => a2", ">f.st...... a1//", "hf          b1// => d/other",
        "hf+++++++++ new-3// => new", ">f+++++++++ new//",
      ])
      let links = differences.links.map { "\($0.path) => \($0.leader)" }
      #expect(links == ["b1 => d/other", "new-1 => single"])
      #expect(texts(differences.handed) == ["a1", "a2", "d/a3", "new", "new-2", "new-3"])
      #expect(texts(differences.cut) == ["a1", "a2", "b1", "d/a3", "new", "new-1", "new-2", "new-3"])
    }
  }

  @Test(arguments: ["hf+++++++++ y// => x", "*deleting   y//"])
  func `a name of something that is not there is no link`(line: String) async throws {
    try await withGroups { scene in
      #expect(throws: CloneObstacle.self) { try scene.differences(["hf+++++++++ x// => y", line]) }
    }
  }
}

@Suite struct GraftTests {
  /// Fills a directory as rsync would, grafts it, and gives the paths that the clone then has.
  private func graft(
    _ scene: CloneScene, asked: [String], _ arrive: (TreeBuilder) throws -> Void
  ) throws -> (paths: [String], modes: [TreePath: mode_t?]) {
    let arrived = try TreeBuilder(at: scene.scratch.path("arrived"))
    try arrive(arrived)
    let graft = Graft(of: scene.scratch.path("arrived"), onto: scene.scratch.path("clone"), waste: try scene.waste)
    let list = PathList(asked.map { TreePath(known: Array($0.utf8)) }).ordered()
    let modes = try graft.carryOut(asked: list)
    return (try scene.paths("clone"), modes)
  }

  @Test func `what was fetched comes in, with the attributes of its directories`() async throws {
    try await withScene({ tree in
      for path: RawPath in ["d/kept", "d/e/kept", "untouched/file"] { try tree.makeFile(path) }
    }) { scene in
      let (paths, modes) = try graft(scene, asked: ["d/new", "d/e/f/g", "d/e/f"]) { arrived in
        for path: RawPath in ["d/new", "d/e/f/g"] { try arrived.makeFile(path, "fetched") }
        try arrived.makeHardLink("d/e/f/h", to: "d/new")
        try arrived.chmod("d", 0o2750)
        try arrived.setAttribute("user.a", [1], on: "d/e")
        for path: RawPath in ["d/e/f", "d/e", "d", ""] {
          try arrived.setTime(path, seconds: 1_600_000_000, nanoseconds: 9)
        }
        try arrived.chmod("", 0o751)
      }
      #expect(paths == ["d", "d/e", "d/e/f", "d/e/f/g", "d/e/kept", "d/kept", "d/new", "untouched", "untouched/file"])
      #expect(modes.values.allSatisfy { $0 == nil })
      let clone = try TreeFingerprint(of: scene.scratch.path("clone"), .immutable).byPath
      for path: RawPath in ["d/e", "d", ""] { #expect(clone[path]?.modified == 1_600_000_000_000_000_009, "\(path)") }
      #expect(clone["d"]?.mode == 0o2750)
      #expect(clone[""]?.mode == 0o751)
      #expect(clone["d/e"]?.attributes == ["user.a=\\x01"])
      try scene.expectUntouched(besides: ["", "d", "d/e", "d/e/f", "d/e/f/g", "d/new"])
    }
  }

  @Test(arguments: [(">f+++++++++ ", "//"), ("cd+++++++++ ", "///"), ("cL+++++++++ ", "// -> y")])
  func `a name that is too long for this disk makes way for link_dest`(_ start: String, _ end: String) async throws {
    try await withScene({ tree in try tree.makeFile("kept") }) { scene in
      for path in [String(repeating: "x", count: 256), String(repeating: "x", count: 256) + "/file"] {
        let error = #expect(throws: (any Error).self) { try scene.cut("\(start)\(path)\(end)") }
        guard case .nameTooLong = error.flatMap({ CloneObstacle($0) }) else {
          Issue.record("\(path): \(String(describing: error))")
          continue
        }
      }
      try scene.expectUntouched()
    }
  }

  @Test func `what was not asked for is left out, and changes no file that is shared`() async throws {
    try await withScene({ tree in
      for path: RawPath in ["d/kept", "e/kept"] { try tree.makeFile(path) }
    }) { scene in
      let (paths, _) = try graft(scene, asked: ["d", "new/file"]) { arrived in
        for path: RawPath in ["d/kept", "d/other", "e/kept", "new/file", "new/other", "top"] {
          try arrived.makeFile(path, "sent all the same")
        }
      }
      #expect(paths == ["d", "d/kept", "e", "e/kept", "new", "new/file"])
      try scene.expectUntouched(besides: ["", "d", "new", "new/file"])
    }
  }

  @Test func `what has become something else meanwhile takes the place of what was there`() async throws {
    try await withScene({ tree in
      for path: RawPath in ["was-directory/a/b", "kept"] { try tree.makeFile(path) }
      try tree.makeFile("was-file")
      try tree.makeLink("was-link", to: "../outside")
    }) { scene in
      let (paths, _) = try graft(scene, asked: ["was-directory", "was-directory/a", "was-file", "was-link/victim"]) {
        try $0.makeFile("was-directory", "a file now")
        try $0.makeDirectory("was-file")
        try $0.makeFile("was-link/victim", "a file in a directory now")
      }
      #expect(paths == ["kept", "was-directory", "was-file", "was-link", "was-link/victim"])
      try scene.expectUntouched(besides: ["", "was-directory", "was-file", "was-link", "was-link/victim"])
    }
  }

  @Test func `a directory that nobody may write to gets its mode last`() async throws {
    try await withScene({ tree in try tree.makeFile("closed/kept") }) { scene in
      let (paths, modes) = try graft(scene, asked: ["closed/new", "new/closed"]) { arrived in
        for path: RawPath in ["closed/new", "new/closed/file"] { try arrived.makeFile(path) }
        for path: RawPath in ["closed", "new/closed"] { try arrived.chmod(path, 0o555) }
      }
      #expect(paths == ["closed", "closed/kept", "closed/new", "new", "new/closed"])
      let left = modes.compactMap { path, mode in mode.map { "\(path) \(String($0, radix: 8))" } }
      // Permissions do not keep root out, so that it gets its mode at once.
      #expect(left == (AttributeCopier.access == 0 ? [] : ["closed 555"]))
      #expect(Set(texts(modes.keys)) == [".", "closed", "new"])
      try scene.expectUntouched(besides: ["", "closed", "closed/new", "new", "new/closed"])
    }
  }
}
