// Writing YAML: the canonical form, what needs quotes, and that all of it reads back.

import Support
import Testing

@testable import Spec

/// Values made to trip a writer.
struct NastyValues {
  var random: SeededGenerator

  static let fragments = [
    "", " ", "  ", "\n", "\r\n", "\t", "\0", "\u{7}", "\u{7F}", "\u{85}", "\u{A0}", "\u{AD}", "\u{200D}", "\u{2028}",
    "\u{FEFF}", "\u{FFFE}", "\u{FFFF}", "\u{E000}", "\u{1F600}", "\u{10FFFF}", "\u{301}", "é", "日本", "a", "b c", "-",
    "--",
    "---", "...", "... a", ":", ": ", " #", "#", "?", "[", "]", "{", "}", ",", "&", "*", "!", "|", ">", "'", "\"", "%",
    "@", "`",
    "\\", "\\n", "~", "null", "true", "yes", "No", "ON", "off", "y", "N", "0", "12", "-1", "+1", "022", "0o7", "0x1F",
    "0b1",
    "1_000", "1.5", "1e3", ".5", ".inf", "-.INF", ".NaN", "22:30", "2024-01-02", "2024-01-02 03:04:05", "=", "<<",
    "!!str",
    "https://example.net/a?b=c#d", "/proc/***", "*.tmp", "15 2 * * *", "--exclude=/a b",
  ]

  mutating func string() -> String {
    if Int.random(in: 0..<60, using: &random) == 0 { return String(repeating: "long ", count: 300) }
    return (0...Int.random(in: 0...3, using: &random)).map { _ in
      Self.fragments.randomElement(using: &random) ?? ""
    }.joined()
  }

  mutating func value(depth: Int = 0) -> YAMLValue {
    switch Int.random(in: 0..<(depth < 5 ? 9 : 6), using: &random) {
    case 0: return [.null, .bool(true), .bool(false)].randomElement(using: &random) ?? .null
    case 1: return .int(Int64(truncatingIfNeeded: random.next()) >> Int64.random(in: 0..<64, using: &random))
    case 2:
      let number = Double(bitPattern: random.next())
      return .double(number.isNaN ? .infinity : number)
    case 3: return .double(Double(Int.random(in: -1_000...1_000, using: &random)) / 4)
    case 4, 5: return .string(string())
    case 6, 7:
      var seen: Set<String> = []
      let keys = (0..<Int.random(in: 0...4, using: &random)).map { _ in string() }.filter { seen.insert($0).inserted }
      return .map(keys.map { YAMLPair($0, value(depth: depth + 1)) })
    default: return .list((0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth: depth + 1) })
    }
  }
}

@Suite("YAML writing")
struct YAMLWriterTests {
  @Test("the canonical form")
  func canonicalForm() {
    let long = String(repeating: "x", count: 33)
    let words = (0..<30).map { YAMLValue.string("word\($0)") }
    let value = YAMLValue.map([
      YAMLPair("version", .int(1)),
      YAMLPair("empty", .map([YAMLPair("list", .list([])), YAMLPair("map", .map([])), YAMLPair("nothing", .null)])),
      YAMLPair("short", .list([.string("/proc/***"), .string("*.tmp"), .int(2), .bool(true), .double(1e20)])),
      YAMLPair("long", .list([.string("a"), .string(long)])),
      YAMLPair("many", .list(Array(words.prefix(3)) + [.list([.int(1)]), .list([.list([]), .map([])])])),
      YAMLPair(
        "maps",
        .list([
          .map([YAMLPair("a", .string("1")), YAMLPair("b c", .map([YAMLPair("d", .string("x\ny"))]))]),
          .map([YAMLPair(String(repeating: "k", count: 1_001), .map([YAMLPair("on", .string(""))]))]),
        ])),
    ])
    #expect(
      YAMLWriter.write(value) == """
        version: 1
        empty:
          list: []
          map: {}
          nothing: null
        short: [/proc/***, "*.tmp", 2, true, 1.0e+20]
        long:
          - a
          - \(long)
        many:
          - word0
          - word1
          - word2
          - [1]
          - - []
            - {}
        maps:
          - a: "1"
            b c:
              d: "x\\ny"
          - ? \(String(repeating: "k", count: 1_001))
            :
              "on": ""

        """)
    #expect(YAMLWriter.write(.list(words)).hasPrefix("- word0\n- word1\n"))
    #expect(YAMLWriter.write(.string("a")) == "a\n")
    #expect(YAMLWriter.write(.map([])) == "{}\n")
  }

  @Test("a list goes on one line up to 100 columns")
  func listWidth() {
    func line(_ last: Int) -> String {
      let items = Array(repeating: String(repeating: "a", count: 29), count: 3) + [String(repeating: "b", count: last)]
      return YAMLWriter.write(.map([YAMLPair("k", .list(items.map(YAMLValue.string)))]))
    }
    #expect(line(2).count == 101)
    #expect(line(3).hasPrefix("k:\n  - aaa"))
  }

  @Test(
    "text that needs no quotes has none",
    arguments: [
      "a", "web-1.example.net", "/proc/***", "15 2 * * *", "20m", "Europe/Amsterdam", "--delete", "-a", "a:b",
      "https://example.net/a/b=c#d", "it's", "a \"b\"", "é", "日本", "a#b", "C:\\x", "nope", "1x", "e5", "user@host",
      "a=b",
    ])
  func plain(text: String) throws {
    #expect(YAMLWriter.write(.string(text)) == text + "\n")
    #expect(YAMLWriter.write(.list([.string(text)])) == "[\(text)]\n")
  }

  @Test(
    "text that some reader would misread is quoted",
    arguments: [
      "", "yes", "No", "ON", "y", "~", "Null", "true", "12", "-1.5e3", "022", "0x1F", "0b1", "1_000", "22:30",
      "2024-01-02", ".inf", "-.NaN", "=", "<<", "*.tmp", "- a", "-", "---", "--- a", "...", "a: b", "a:", "a #b", "#a",
      " a", "a ", "[a", "a,b", "a}", "!a", "&a", "%a", "@a", "'a'", "|", "?", "a?b", "... a", ": \u{301}",
    ])
  func quoted(text: String) {
    #expect(YAMLWriter.write(.string(text)) == "\"\(text)\"\n")
  }

  @Test(
    "text that cannot be seen is escaped",
    arguments: [
      ("a\nb\tc\r", #"a\nb\tc\r"#), ("\0\u{7F}\u{85}\u{A0}", #"\x00\x7F\x85\xA0"#),
      ("\u{2028}\u{FEFF}", #"\u2028\uFEFF"#),
      ("\u{10FFFF}", #"\U0010FFFF"#), ("\"\\\n", #"\"\\\n"#), ("é\n\u{1F600}", "é\\n\u{1F600}"),
    ])
  func escaped(text: String, expected: String) {
    #expect(YAMLWriter.write(.string(text)) == "\"\(expected)\"\n")
  }

  @Test("numbers that are none, or unusual")
  func numbers() {
    #expect(YAMLWriter.write(.double(.nan)) == ".nan\n")
    #expect(YAMLWriter.write(.list([.double(-.infinity), .double(-0.0)])) == "[-.inf, -0.0]\n")
  }

  @Test("every fragment reads back, alone and as a key")
  func fragments() throws {
    for first in NastyValues.fragments {
      for second in NastyValues.fragments {
        let text = first + second
        let value = YAMLValue.map([YAMLPair(text, .list([.string(text)]))])
        let read = try YAML.parse(SourceText(name: "written", YAMLWriter.write(value))).map(\.value)
        #expect(read == [value])
        let scalars: [Unicode.Scalar]? =
          if case .map(let pairs) = read.first { pairs.first.map { Array($0.key.unicodeScalars) } } else { nil }
        #expect(scalars == Array(text.unicodeScalars), "\(text.debugDescription)")
      }
    }
  }

  @Test("every value reads back")
  func roundTrip() throws {
    let first = freshSeed("YAMLWriterTests.roundTrip")
    for offset in UInt64(0)..<2_000 {
      let seed = first &+ offset
      var values = NastyValues(random: SeededGenerator(seed: seed))
      let value = values.value()
      let text = YAMLWriter.write(value)
      let read = try YAML.parse(SourceText(name: "seed \(seed)", text)).map(\.value)
      #expect(read == [value], "seed \(seed):\n\(text)")
      #expect(YAMLWriter.write(read.first ?? .null) == text, "seed \(seed)")
    }
  }
}
