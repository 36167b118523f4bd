// The grammar of a survey: lines as rsync writes them, whatever is in the names, and nothing else.

import Foundation
import Support
import Testing

@testable import Engine

@Suite struct SurveyLineTests {
  private static func path(_ text: String) -> TreePath { TreePath(known: Array(text.utf8)) }

  private static let lines: [(String, SurveyLine?)] = [
    (">f+++++++++ new//", .differs(path("new"), isDirectory: false)),
    (">f.st...... a/b//", .differs(path("a/b"), isDirectory: false)),
    (">fcstpoguax x//", .differs(path("x"), isDirectory: false)),
    (".f...p..... x//", .differs(path("x"), isDirectory: false)),
    (".f........x x//", .differs(path("x"), isDirectory: false)),
    ("cL+++++++++ x// -> target", .differs(path("x"), isDirectory: false)),
    ("cLc........ x// -> a -> b => c//d", .differs(path("x"), isDirectory: false)),
    (".L..t...... x// -> target", .differs(path("x"), isDirectory: false)),
    ("cDc.t...... null//", .differs(path("null"), isDirectory: false)),
    (".D...p..... null//", .differs(path("null"), isDirectory: false)),
    ("cS+++++++++ fifo//", .differs(path("fifo"), isDirectory: false)),
    (".S..t...... fifo//", .differs(path("fifo"), isDirectory: false)),
    ("cd+++++++++ d///", .differs(path("d"), isDirectory: true)),
    (".d..tp..... d/e///", .differs(path("d/e"), isDirectory: true)),
    (".d..t...... .///", .differs(.root, isDirectory: true)),
    ("hf+++++++++ B// => d/C", .linked(path("B"), leader: path("d/C"))),
    ("hf          B// => A", .linked(path("B"), leader: path("A"))),
    ("hL..t...... B// => A", .linked(path("B"), leader: path("A"))),
    ("hS+++++++++ q// => p", .linked(path("q"), leader: path("p"))),
    ("hD+++++++++ q// => p", .linked(path("q"), leader: path("p"))),
    ("hf.st...... q//", .differs(path("q"), isDirectory: false)),
    ("hL..t...... q// -> target", .differs(path("q"), isDirectory: false)),
    ("*deleting   x//", .deleted(path("x"))),
    ("*deleting   d/e///", .deleted(path("d/e"))),
    (".f          x//", .same(path("x"), isDirectory: false)),
    ("hf          x//", .same(path("x"), isDirectory: false)),
    (".L          x// -> y", .same(path("x"), isDirectory: false)),
    (".d          d///", .same(path("d"), isDirectory: true)),
    (".d          .///", .same(.root, isDirectory: true)),
    // Names that look like something else.
    (">f+++++++++ a -> b//", .differs(path("a -> b"), isDirectory: false)),
    (">f+++++++++ a => b//", .differs(path("a => b"), isDirectory: false)),
    ("hf+++++++++ a => b// => c => d", .linked(path("a => b"), leader: path("c => d"))),
    (">f+++++++++ *deleting   x//", .differs(path("*deleting   x"), isDirectory: false)),
    ("*deleting   *deleting   x//", .deleted(path("*deleting   x"))),
    (">f+++++++++ >f+++++++++ x//", .differs(path(">f+++++++++ x"), isDirectory: false)),
    (">f+++++++++  lead//", .differs(path(" lead"), isDirectory: false)),
    (">f+++++++++ trail //", .differs(path("trail "), isDirectory: false)),
    ("cd+++++++++  ///", .differs(path(" "), isDirectory: true)),
    (">f+++++++++ tab\there//", .differs(path("tab\there"), isDirectory: false)),
    (">f+++++++++ -rf//", .differs(path("-rf"), isDirectory: false)),
    (">f+++++++++ ...//", .differs(path("..."), isDirectory: false)),
    (">f+++++++++ ..a/.b//", .differs(path("..a/.b"), isDirectory: false)),
    // Escapes.
    (">f+++++++++ two\\#012lines//", .differs(path("two\nlines"), isDirectory: false)),
    (">f+++++++++ \\#134#012//", .differs(path("\\#012"), isDirectory: false)),
    (">f+++++++++ \\#134#134#012//", .differs(path("\\#134#012"), isDirectory: false)),
    (">f+++++++++ \\#134#999//", .differs(path("\\#999"), isDirectory: false)),
    (">f+++++++++ back\\slash\\//", .differs(path("back\\slash\\"), isDirectory: false)),
    (">f+++++++++ \\#12//", .differs(path("\\#12"), isDirectory: false)),
    (">f+++++++++ \\##123//", .differs(path("\\##123"), isDirectory: false)),
    (">f+++++++++ \\#377\\#200//", .differs(TreePath(known: [0xff, 0x80]), isDirectory: false)),
    ("hf+++++++++ q// => p\\#012", .linked(path("q"), leader: path("p\n"))),
    // What rsync does not write, and what could lead out of the tree.
    ("", nil), (">f", nil), (">f+++++++++", nil), (">f+++++++++ ", nil), (">f+++++++++ x", nil),
    (">f+++++++++ x/", nil),
    (">f+++++++++ //", nil), (">f+++++++++ x///", nil), (">f+++++++++ x// -> y", nil), (">f+++++++++ x// => y", nil),
    ("<f+++++++++ x//", nil), ("cf+++++++++ x//", nil), (">d+++++++++ x///", nil), (">L+++++++++ x// -> y", nil),
    ("hd+++++++++ x///", nil), ("cd+++++++++ x//", nil), ("cL+++++++++ x//", nil), ("cL+++++++++ x// => y", nil),
    (">f          x//", nil), ("cd          x///", nil), (">x+++++++++ x//", nil), (">f????????? x//", nil),
    (">f+++++++++_x//", nil), ("*deleting  x//", nil), ("*deleting   x", nil), ("*deleting   .///", nil),
    ("*deleting   //", nil), (">f+++++++++ .//", nil), ("cd+++++++++ ..///", nil), (">f+++++++++ ../x//", nil),
    (">f+++++++++ a/../x//", nil), (">f+++++++++ a/./x//", nil), (">f+++++++++ /etc/passwd//", nil),
    ("*deleting   /etc///", nil), ("hf+++++++++ a// => ", nil), ("hf+++++++++ a// => ../b", nil),
    ("hf+++++++++ a// => /b", nil), ("hf+++++++++ a// => .", nil), (">f+++++++++ a\\#000//", nil),
    (">f+++++++++ a\\#057b//", nil), (">f+++++++++ a\\#400//", nil), (">f+++++++++ a\\#189//", nil),
    ("Number of files: 3 (reg: 2, dir: 1)", nil), ("skipping non-regular file \"x\"", nil),
  ]

  @Test(arguments: lines) func `a line is what rsync means by it, or nothing`(text: String, meaning: SurveyLine?) {
    #expect(SurveyLine(parsing: Array(text.utf8)[...]) == meaning)
  }

  @Test func `a line that may have come in pieces is not read`() {
    func line(_ length: Int) -> ArraySlice<UInt8> {
      let names = Array(repeating: String(repeating: "n", count: 250), count: 17).joined(separator: "/")
      return Array(">f+++++++++ \(names.prefix(length - 14))//".utf8)[...]
    }
    #expect(SurveyLine(parsing: line(SurveyLine.longest - 1)) != nil)
    #expect(SurveyLine(parsing: line(SurveyLine.longest)) == nil)
  }

  @Test func `rsync's figures are told from everything else`() {
    for line in ["", "Number of files: 3 (reg: 2, dir: 1)", "Total bytes received: 7", "sent 1 bytes  received 2"] {
      #expect(SurveyLine.isFigure(Array(line.utf8)[...]), "\(line)")
    }
    for line in [" ", "Number of filesystems: 3", "hello", ">f+++++++++ Number of files: //", "*deleting   sent //"] {
      #expect(!SurveyLine.isFigure(Array(line.utf8)[...]), "\(line)")
    }
  }

  // MARK: - Generated names

  /// How rsync writes a line: log.c, filtered_fwrite, in the locale C.
  ///
  /// - Parameter keepsHighBytes: whether with `--8-bit-output`.
  private static func written(_ line: [UInt8], keepsHighBytes: Bool) -> [UInt8] {
    var text: [UInt8] = []
    for (index, byte) in line.enumerated() {
      let isLikeEscape =
        index < line.count - 4 && byte == UInt8(ascii: "\\") && line[index + 1] == UInt8(ascii: "#")
        && line[(index + 2)...(index + 4)].allSatisfy { (0x30...0x39).contains($0) }
      let isPrintable = keepsHighBytes ? byte >= 0x20 : (0x20...0x7e).contains(byte)
      if isLikeEscape || (byte != UInt8(ascii: "\t") && !isPrintable) {
        let octal = String(byte, radix: 8)
        text += Array("\\#\(String(repeating: "0", count: 3 - octal.count))\(octal)".utf8)
      } else {
        text.append(byte)
      }
    }
    return text
  }

  private static let pieces: [[UInt8]] =
    [
      " -> ", " => ", "\\", "\\#", "\\#012", "\\#134", "#", "0", "12", "345", "*deleting   ", ">f+++++++++ ", "\n",
      "\r",
      "\t", " ", ".", "..", "-", "é", "\u{1f4be}", "x", "name",
    ].map { Array($0.utf8) } + [[0xff], [0xfe, 0x80], [0x01], [0x7f], [0xe9]]

  private static func name(_ generator: inout SeededGenerator) -> [UInt8] {
    while true {
      var name: [UInt8] = []
      for _ in 0..<Int.random(in: 1...5, using: &generator) {
        name += pieces.randomElement(using: &generator) ?? []
      }
      if TreePath(bytes: name) != nil, name != [UInt8(ascii: ".")] { return name }
    }
  }

  private static func path(_ generator: inout SeededGenerator) -> TreePath {
    let names = (0..<Int.random(in: 1...3, using: &generator)).map { _ in name(&generator) }
    return TreePath(known: Array(names.joined(separator: [TreePath.slash])))
  }

  @Test(arguments: [false, true]) func `generated names come through`(keepsHighBytes: Bool) {
    let seed = freshSeed("SurveyLineTests.generated")
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20_000 {
      let (path, other) = (Self.path(&generator), Self.path(&generator))
      let forms: [(item: String, rest: [UInt8], SurveyLine)] = [
        (">f+++++++++ ", [], .differs(path, isDirectory: false)),
        ("cd+++++++++ ", [TreePath.slash], .differs(path, isDirectory: true)),
        ("cL+++++++++ ", Array(" -> ".utf8) + other.bytes, .differs(path, isDirectory: false)),
        ("hf+++++++++ ", Array(" => ".utf8) + other.bytes, .linked(path, leader: other)),
        ("*deleting   ", [], .deleted(path)), ("*deleting   ", [TreePath.slash], .deleted(path)),
      ]
      for (item, rest, meaning) in forms {
        let line = Array(item.utf8) + path.bytes + [TreePath.slash, TreePath.slash] + rest
        let text = Self.written(line, keepsHighBytes: keepsHighBytes)
        let isRight = SurveyLine(parsing: text[...]) == meaning
        #expect(isRight, "seed \(seed): \(String(decoding: text, as: UTF8.self))")
        if !isRight { return }
      }
    }
  }

  // MARK: - rsync itself

  private func survey(_ source: String, _ tree: String, _ options: [String]) async throws -> Survey {
    var environment = ProcessInfo.processInfo.environment
    environment["LC_ALL"] = "C"
    let format = ["--dry-run", "--out-format=%i %n//%L"]
    let result = try await runTool(
      "rsync",
      ["-aHAX", "--numeric-ids", "--delete", "--modify-window=-1", "--stats"] + format + options
        + ["--", "\(source)/", "\(tree)/"], environment: environment)
    try result.check()
    var survey = Survey(listsEverything: options.contains("-ii"))
    let figures = survey.take(Array(result.output))
    survey.finish()
    #expect(String(decoding: figures, as: UTF8.self).contains("Number of files: "))
    return survey
  }

  @Test(arguments: [[], ["--8-bit-output"]])
  func `what rsync says of odd names is understood to the last byte`(_ options: [String]) async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("source"))
      _ = try tree.build()
      try tree.spreadOddNames()
      let all = Set(try tree.paths().map { TreePath(known: $0.bytes) })
      let empty = try scratch.makeDirectory("empty")

      let new = try await survey(scratch.path("source"), empty, options)
      #expect(new.fault == nil)
      #expect(Set(new.paths).subtracting([.root]) == all)
      #expect(new.leaders.count > TreeBuilder.oddNames.count / 2)
      #expect(Set(new.leaders.values).isSubset(of: all))

      let gone = try await survey(empty, scratch.path("source"), options)
      #expect(gone.fault == nil)
      #expect(Set(zip(gone.paths, gone.kinds).filter { $0.1 == .deleted }.map { $0.0 }) == all)

      try await runTool("rsync", ["-aHAX", "--modify-window=-1", "\(scratch.path("source"))/", "\(empty)/"]).check()
      let same = try await survey(scratch.path("source"), empty, options + ["-ii"])
      #expect(same.fault == nil)
      #expect(same.paths.isEmpty)
      let emptied = Set(same.emptied)
      #expect(emptied.contains(Self.path("empty-directory")))
      #expect(emptied.isSubset(of: all))
      for path in emptied { #expect(!all.contains { $0.parent == path }, "\(path)") }
    }
  }
}
