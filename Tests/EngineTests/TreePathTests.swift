// Paths that cannot leave their tree, and lists of them.

import Support
import Testing

@testable import Engine

@Suite struct TreePathTests {
  private func path(_ text: String) -> TreePath { TreePath(known: Array(text.utf8)) }

  @Test(
    arguments: [
      "a", "a/b", ".a", "..a", "...", "a/...", "a/.b/c", " ", "-", "a\nb", "\\#012",
      String(repeating: "n", count: 4095),
    ])
  func `a plain relative path is taken as it is`(text: String) throws {
    let path = try #require(TreePath(bytes: Array(text.utf8)))
    #expect(path.bytes == Array(text.utf8))
  }

  @Test(
    arguments: [
      "", "/", "/a", "a/", "a//b", "..", "../a", "a/..", "a/../b", "./a", "a/.", "a/./b", "\0", "a\0b",
      String(repeating: "n", count: 4096),
    ])
  func `what could lead elsewhere is no path`(text: String) {
    #expect(TreePath(bytes: Array(text.utf8)) == nil)
  }

  @Test func `the top of a tree is a path`() throws {
    let root = try #require(TreePath(bytes: Array(".".utf8)))
    #expect(root == .root)
    #expect(root.components.isEmpty)
    #expect(root.name.isEmpty)
    #expect(root.parent == .root)
    #expect(root.appending(Array("a".utf8)) == path("a"))
    #expect("\(root)" == ".")
  }

  @Test func `a path falls into its names, and these make it again`() {
    let path = path("a/b c/d")
    #expect(path.components.map { String(decoding: $0, as: UTF8.self) } == ["a", "b c", "d"])
    #expect(Array(path.name) == Array("d".utf8))
    #expect(path.parent == self.path("a/b c"))
    #expect(path.parent.parent.parent == .root)
    #expect(path.parent.appending(path.name) == path)
    #expect("\(TreePath(known: [0x61, 0x0a, 0xff]))" == "a\u{FFFD}\u{FFFD}")
  }

  @Test func `a directory stands before what is in it, and that together`() {
    let paths = ["a", "a/!", "a/b", "a/b/c", "a/b!", "a!", "a!/x", "a-b", "a0", "b"].map(path)
    #expect(paths.reversed().sorted() == paths)
    #expect(paths.allSatisfy { TreePath.root < $0 })
  }

  @Test func `a list keeps paths in order, and each once`() {
    let list = PathList(["b", "a/b", "a", "b", "", "a/b/c", "a!"].map(path)).ordered()
    #expect(Array(list) == ["", "a", "a/b", "a/b/c", "a!", "b"].map(path))
    for path in list { #expect(list.contains(ordered: path)) }
    for text in ["a/a", "a/b/d", "c", "a/b/c/d", "A"] { #expect(!list.contains(ordered: path(text))) }
    #expect(!PathList().contains(ordered: .root))
  }

  @Test func `a list leads to what is in it and to what is on the way`() {
    let list = PathList(["a/b/c", "a!x", "d"].map(path)).ordered()
    for text in ["a", "a/b", "a/b/c", "a!x", "d", ""] { #expect(list.leads(to: path(text)), "\(text)") }
    for text in ["a!", "a/b/c/d", "a/c", "d/e", "e", "A"] { #expect(!list.leads(to: path(text)), "\(text)") }
    #expect(!PathList().leads(to: path("a")))
  }

  @Test func `paths are taken from either end of a list`() {
    let paths = ["one", "two/three", "", "four", "five"].map(path)
    var list = PathList(paths)
    #expect(list.byteCount == 3 + 9 + 4 + 4)
    #expect(Array(list.takeFirstHalf()) == Array(paths[..<3]))
    #expect(Array(list) == Array(paths[3...]))
    #expect(list.popLast() == paths[4])
    list.append(paths[0])
    #expect(Array(list) == [paths[3], paths[0]])
    #expect(Array(list.takeFirstHalf()) == [paths[3]])
    #expect(Array(list.takeFirstHalf()) == [paths[0]])
    #expect(list.popLast() == nil)
    #expect(list.takeFirstHalf().isEmpty)
  }

  @Test func `generated lists are ordered as their paths are`() {
    let seed = freshSeed("TreePathTests.generated")
    var generator = SeededGenerator(seed: seed)
    let names = ["a", "b", "ab", "a!", "a0", "!", "~", "\u{1}"]
    for _ in 0..<500 {
      let paths = (0..<20).map { _ in
        let chosen = (0..<Int.random(in: 0...4, using: &generator)).map { _ in names.randomElement(using: &generator) }
        return path(chosen.compactMap(\.self).joined(separator: "/"))
      }
      let list = PathList(paths).ordered()
      #expect(Array(list) == Set(paths).sorted(), "seed \(seed)")
      for path in paths { #expect(list.contains(ordered: path), "seed \(seed)") }
      // By names, each before all that are longer.
      let byNames = Set(paths).sorted { left, right in
        left.components.lexicographicallyPrecedes(right.components) { $0.lexicographicallyPrecedes($1) }
      }
      #expect(Array(list) == byNames, "seed \(seed)")
    }
  }
}
