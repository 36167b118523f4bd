// Complaints as they are shown: the layout, the caret under any text, and the order.

import Testing

@testable import Spec

@Suite("Diagnostics")
struct DiagnosticTests {
  private func range(_ line: Int, _ start: Int, _ end: Int, endLine: Int? = nil) -> SourceRange {
    SourceRange(
      start: SourcePosition(line: line, column: start), end: SourcePosition(line: endLine ?? line, column: end))
  }

  private func shown(_ line: String, _ start: Int, _ end: Int) -> [String] {
    let source = SourceText(name: "f", line)
    let text = Diagnostic(.error, "m", in: source, at: range(1, start, end)).rendered()
    return text.split(separator: "\n", omittingEmptySubsequences: false).dropFirst().map { String($0.dropFirst(8)) }
  }

  @Test("the layout")
  func layout() {
    let source = SourceText(name: "hosts.yaml", String(repeating: "\n", count: 11) + "    retension: standard\n")
    let diagnostic = Diagnostic(
      .error, "unknown key `retension` in host `web-1`", hint: "did you mean `retention`?", in: source,
      at: range(12, 5, 14))
    #expect(diagnostic.excerpt == "    retension: standard")
    #expect(
      diagnostic.rendered() == """
        hosts.yaml:12:5: error: unknown key `retension` in host `web-1`; did you mean `retention`?
           12 |     retension: standard
              |     ^~~~~~~~~
        """)
  }

  @Test("colours")
  func colours() {
    let source = SourceText(name: "f", "ab")
    #expect(
      Diagnostic(.warning, "m", in: source, at: range(1, 2, 3)).rendered(colour: true)
        == "\u{1B}[1mf:1:2:\u{1B}[0m \u{1B}[1;35mwarning:\u{1B}[0m m\n    1 | ab\n      |  \u{1B}[1;32m^\u{1B}[0m")
  }

  @Test("places outside the file have no line to show", arguments: [-1, 0, 2, 3, Int.max])
  func outside(line: Int) {
    let source = SourceText(name: "f", "a\n\n")
    #expect(Diagnostic(.error, "m", in: source, at: range(line, 0, 0)).rendered() == "f:\(line):0: error: m")
    #expect(shown("abc", Int.max, Int.max) == ["abc", "   ^"])
    #expect(shown("abc", Int.min, Int.min) == ["abc", "^"])
  }

  @Test("the caret stands under what is meant, whatever stands before it")
  func carets() {
    #expect(shown("abc", 2, 4) == ["abc", " ^~"])
    #expect(shown("\ta\tb", 4, 5) == [" a b", "   ^"])
    #expect(shown("日本: b", 5, 6) == ["日本: b", "      ^"])
    #expect(shown("日本: b", 1, 3) == ["日本: b", "^~~~"])
    #expect(shown("e\u{301}\u{1F600}x", 4, 5) == ["e\u{301}\u{1F600}x", "   ^"])
    #expect(shown("a\u{1B}[2Jb\u{202E}c", 8, 9) == ["a\u{FFFD}[2Jb\u{FFFD}c", "       ^"])
    #expect(shown("abc   ", 5, 6) == ["abc", "   ^"])
  }

  @Test("a range over several lines is underlined to the end of its first")
  func severalLines() {
    let source = SourceText(name: "f", "a: [b,\n  c]\n")
    let text = Diagnostic(.error, "m", in: source, at: range(1, 4, 5, endLine: 2)).rendered()
    #expect(text.hasSuffix("\n      |    ^~~"))
  }

  @Test("long lines are cut around the caret")
  func longLines() {
    let line = String(repeating: "x", count: 400) + "HERE" + String(repeating: "y", count: 400)
    let text = shown(line, 401, 405)
    #expect(text.first == "…" + String(repeating: "x", count: 50) + "HERE" + String(repeating: "y", count: 46) + "…")
    #expect(text.last == String(repeating: " ", count: 51) + "^~~~")
    #expect(shown(line, 1, 805).last == "^" + String(repeating: "~", count: 99))
    #expect(shown(line, 804, 805).first == "…" + String(repeating: "y", count: 100))
    #expect(shown(String(repeating: "x", count: 100), 100, 101).first?.count == 100)
    #expect(shown(String(repeating: "日", count: 100), 60, 61).first?.count == 52)
    #expect(shown(String(repeating: "x", count: 20_000), 1, 2).isEmpty)
  }

  @Test("messages cannot command the terminal")
  func controls() {
    let source = SourceText(name: "f\u{1B}\n", "")
    let text = Diagnostic(.error, "a\nb\u{9B}", hint: "c\td", in: source, at: .fileStart).rendered()
    #expect(text == "f\u{FFFD}\u{FFFD}:1:1: error: a\u{FFFD}b\u{FFFD}; c d")
  }

  @Test("complaints are sorted by file as given, then by place")
  func order() {
    let (first, second) = (SourceText(name: "z", "a\nb\n"), SourceText(name: "a", "a\nb\n"))
    let diagnostics = Diagnostics([
      Diagnostic(.error, "1", in: first, at: range(2, 1, 2)), Diagnostic(.error, "2", in: second, at: range(1, 1, 2)),
      Diagnostic(.error, "3", in: first, at: range(1, 1, 2)), Diagnostic(.error, "4", in: first, at: range(2, 1, 2)),
    ])
    #expect(diagnostics.items.map(\.message) == ["3", "1", "4", "2"])
    #expect(diagnostics.rendered().split(separator: "\n").filter { $0.contains("error:") }.count == 4)
  }

  @Test("lines are found by number, bytes by place")
  func lines() {
    let source = SourceText(name: "f", "a\r\né\r\u{85}b\u{2028}c\n")
    #expect((0...8).map(source.line) == [nil, "a", "é", "", "b", "c", "", nil, nil])
    #expect(source.position(ofByte: 0) == SourcePosition(line: 1, column: 1))
    #expect(source.position(ofByte: 5) == SourcePosition(line: 2, column: 2))
    #expect(source.position(ofByte: 1_000) == SourcePosition(line: 6, column: 1))
    #expect(SourceText(name: "f", "").line(1) == "")
  }
}
