// Bad specs: every complaint word for word, with its place, the offending line and a caret.

import Testing

@testable import Spec

@Suite("Bad specs")
struct BadSpecTests {
  @Test("is refused with exactly these complaints", arguments: BadSpec.all)
  func refused(spec: BadSpec) {
    let complaints = Complaints(reading: spec.files.map(\.source))
    #expect(complaints.text(withExcerpts: spec.showsExcerpts) == spec.errors)
  }

  @Test("titles are told apart, and all cases are many")
  func cases() {
    #expect(Set(BadSpec.all.map(\.title)).count == BadSpec.all.count)
    #expect(BadSpec.all.count >= 60)
    #expect(BadSpec.all.count(where: \.showsExcerpts) >= 15)
  }

  @Test(
    "bytes that are not UTF-8 are shown where they stand",
    arguments: [
      ([0xFF], "hosts.yaml:3:15: error: invalid UTF-8: byte 0xFF; save the file as UTF-8"),
      ([0x00], "hosts.yaml:3:15: error: NUL byte; the file is not text, or not UTF-8"),
    ] as [([UInt8], String)])
  func bytes(wrong: [UInt8], headline: String) {
    let text = Array("version: 1\nhosts:\n  web-1: {é: \"".utf8) + wrong + Array("\"}\n".utf8)
    let complaints = Complaints(reading: [SourceText(name: "hosts.yaml", bytes: text)])
    #expect(complaints.text(withExcerpts: false) == headline)
  }

  @Test("a file of UTF-16 is told so")
  func utf16() {
    let bytes: [UInt8] = [0xFF, 0xFE] + "version: 1\n".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let complaints = Complaints(reading: [SourceText(name: "hosts.yaml", bytes: bytes)])
    #expect(
      complaints.text(withExcerpts: false)
        == "hosts.yaml:1:1: error: the file is UTF-16 or UTF-32; save it as UTF-8")
  }

  @Test("a billion laughs end at the limit of nodes, and soon", .timeLimit(.minutes(1)))
  func aliasBomb() {
    var text = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    let began = ContinuousClock.now
    let complaints = Complaints(reading: [SourceText(name: "hosts.yaml", text)])
    #expect(
      complaints.text(withExcerpts: true) == """
        hosts.yaml:6:45: error: the file holds more than 1000000 values, aliases expanded
            6 | a5: &a5 [*a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4, *a4]
              |                                             ^~~
        """)
    #expect(.now - began < .seconds(10))
  }

  @Test("64 levels are read, and 65 are not")
  func depth() {
    func nested(_ levels: Int) -> SourceText {
      SourceText(name: "hosts.yaml", String(repeating: "[", count: levels) + String(repeating: "]", count: levels))
    }
    let allowed = Complaints(reading: [nested(64)])
    #expect(allowed.text(withExcerpts: false).contains("a spec is a map"))
    let refused = Complaints(reading: [nested(65)])
    #expect(
      refused.text(withExcerpts: false)
        == "hosts.yaml:1:65: error: lists and maps are nested more than 64 levels deep")
    #expect(Complaints(reading: [nested(1_000_000)]).count == 1)
  }

  @Test("a file over 8 MiB is not even begun")
  func size() {
    let line = Array("# a comment\n".utf8)
    let limit = YAMLLimits.spec.maxBytes
    #expect(limit == 8 << 20)
    let bytes = Array(repeatElement(line, count: limit / line.count + 1).joined())
    let complaints = Complaints(reading: [SourceText(name: "hosts.yaml", bytes: bytes)])
    #expect(
      complaints.text(withExcerpts: false)
        == "hosts.yaml:1:1: error: the file is larger than 8388608 bytes; split it into several")
    #expect(Complaints(reading: [SourceText(name: "hosts.yaml", bytes: Array(bytes.prefix(limit)))]).count == 0)
  }

  @Test("thousands of errors are read in a moment", .timeLimit(.minutes(1)))
  func manyErrors() {
    let hosts = (0..<2_000).map { "  web-\($0): {ssh: {port: 0}, colour: blue}\n" }.joined()
    let began = ContinuousClock.now
    let complaints = Complaints(reading: [SourceText(name: "hosts.yaml", "version: 1\nhosts:\n" + hosts)])
    #expect(complaints.count == 4_000)
    #expect(.now - began < .seconds(30))
  }
}

/// All that is said about a spec.
private struct Complaints {
  private let items: [Diagnostic]

  init(reading sources: [SourceText]) {
    do throws(Diagnostics) {
      _ = try SpecReader.read(sources)
      items = []
    } catch {
      items = error.items
    }
  }

  var count: Int { items.count }

  func text(withExcerpts: Bool) -> String {
    let texts = items.map { $0.rendered() }
    let lines = withExcerpts ? texts : texts.compactMap { $0.split(separator: "\n").first.map(String.init) }
    return lines.joined(separator: "\n")
  }
}
