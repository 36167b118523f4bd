// Reading YAML: places, the core schema, anchors and merges, and everything that a hostile or broken file may do.

import Support
import Testing

@testable import Spec

private func parse(_ text: String, limits: YAMLLimits = .spec) throws -> [YAMLNode] {
  try YAML.parse(SourceText(name: "f.yaml", text), limits: limits)
}

private func value(_ text: String) throws -> YAMLValue { try #require(try parse(text).first).value }

/// What is said about a file, rendered; nil if nothing is.
private func complaint(_ source: SourceText) -> String? {
  do throws(Diagnostics) {
    _ = try YAML.parse(source)
    return nil
  } catch {
    return error.rendered()
  }
}

private func map(_ pairs: KeyValuePairs<String, YAMLValue>) -> YAMLValue {
  .map(pairs.map { YAMLPair($0.key, $0.value) })
}

@Suite("YAML reading")
struct YAMLParserTests {
  @Test("a document becomes values in order")
  func document() throws {
    let text = """
      version: 1
      hosts:
        web-1: {schedule: nightly, excludes: [/proc/***, "*.tmp"]}
        db-1:
          port: 22
          note: |
            two
            lines
      """
    let web = map(["schedule": .string("nightly"), "excludes": .list([.string("/proc/***"), .string("*.tmp")])])
    let db = map(["port": .int(22), "note": .string("two\nlines")])
    #expect(try value(text) == map(["version": .int(1), "hosts": map(["web-1": web, "db-1": db])]))
  }

  @Test(
    "documents that hold nothing are left out",
    arguments: [
      ("", 0), ("# a comment\n", 0), ("---\n", 0), ("---\n---\n...\n", 0), ("a: 1\n---\nb: 2\n", 2), ("~\n", 1),
    ])
  func documents(text: String, count: Int) throws {
    #expect(try parse(text).count == count)
  }

  @Test("every node knows its place")
  func places() throws {
    let document = try #require(try parse("é: &x [a, bc]\nb:\n  c: *x\n\n# end\n").first)
    guard case .mapping(let entries) = document.content, case .sequence(let items) = entries[0].value.content,
      case .mapping(let inner) = entries[1].value.content
    else {
      Issue.record("unexpected shape")
      return
    }
    func range(_ node: YAMLNode) -> [Int] {
      [node.range.start.line, node.range.start.column, node.range.end.line, node.range.end.column]
    }
    #expect(range(document) == [1, 1, 3, 8])
    #expect(range(entries[0].key) == [1, 1, 1, 2])
    #expect(range(entries[0].value) == [1, 4, 1, 14])
    #expect(range(items[1]) == [1, 11, 1, 13])
    #expect(range(entries[1].value) == [3, 3, 3, 8])
    #expect(range(inner[0].value) == [3, 6, 3, 8])
  }

  @Test(
    "plain scalars mean what the core schema says",
    arguments: [
      ("", .null), ("~", .null), ("null", .null), ("Null", .null), ("NULL", .null), ("nULL", .string("nULL")),
      ("true", .bool(true)), ("True", .bool(true)), ("FALSE", .bool(false)), ("tRUE", .string("tRUE")),
      ("yes", .string("yes")), ("no", .string("no")), ("on", .string("on")), ("off", .string("off")),
      ("y", .string("y")),
      ("0", .int(0)), ("-12", .int(-12)), ("+12", .int(12)), ("022", .int(22)), ("0o17", .int(15)), ("0x1F", .int(31)),
      ("-0x1F", .string("-0x1F")), ("0x-1", .string("0x-1")), ("0o+7", .string("0o+7")), ("0o8", .string("0o8")),
      ("0b11", .string("0b11")), ("0x", .string("0x")), ("1_000", .string("1_000")), ("22:30", .string("22:30")),
      ("9223372036854775807", .int(.max)), ("-9223372036854775808", .int(.min)),
      ("9223372036854775808", .double(0x1p63)),
      ("0xFFFFFFFFFFFFFFFF", .string("0xFFFFFFFFFFFFFFFF")),
      ("1.5", .double(1.5)), (".5", .double(0.5)), ("5.", .double(5)), ("-1.5e3", .double(-1500)),
      ("1e3", .double(1000)),
      ("5.e3", .double(5000)), (".e5", .string(".e5")), ("1e", .string("1e")), ("e5", .string("e5")),
      ("1.2.3", .string("1.2.3")), ("0x1p3", .string("0x1p3")), ("inf", .string("inf")), ("nan", .string("nan")),
      (".inf", .double(.infinity)), ("-.INF", .double(-.infinity)), ("+.Inf", .double(.infinity)),
      ("2024-01-02", .string("2024-01-02")), ("+", .string("+")), (".", .string(".")), ("٣", .string("٣")),
    ] as [(String, YAMLValue)])
  func coreSchema(text: String, expected: YAMLValue) throws {
    #expect(try value("[\(text)]") == .list(text.isEmpty ? [] : [expected]))
    #expect(try value("a: \(text)") == map(["a": expected]))
    #expect(try value("a: '\(text)'") == map(["a": .string(text)]))
    #expect(try value("a: \"\(text)\"") == map(["a": .string(text)]))
    #expect(try parse("- \(text)\n").first?.value == .list([expected]))
  }

  @Test("what is not a number has a name")
  func notANumber() throws {
    for text in [".nan", ".NaN", ".NAN"] { #expect(try parse(text).first?.double?.isNaN == true) }
    #expect(try parse("0o17").first?.double == 15)
    #expect(try parse("[]").first?.string == nil)
  }

  @Test(
    "tags decide over the text",
    arguments: [
      ("!!str 12", .string("12")), ("! 12", .string("12")), ("!!int \"12\"", .int(12)), ("!!float 1.5", .double(1.5)),
      ("!!bool 'true'", .bool(true)), ("!!null ''", .null), ("!!str", .string("")), ("!!seq [1]", .list([.int(1)])),
      ("!!map {}", .map([])), ("!<tag:yaml.org,2002:str> 12", .string("12")),
    ] as [(String, YAMLValue)])
  func tags(text: String, expected: YAMLValue) throws {
    #expect(try value(text) == expected)
  }

  @Test(
    "merge keys",
    arguments: [
      ("b: {<<: *x, c: 3}", map(["a": .int(1), "b": .int(2), "c": .int(3)])),
      ("b: {a: 9, <<: *x}", map(["b": .int(2), "a": .int(9)])),
      ("b: {<<: [*x, *y]}", map(["a": .int(1), "b": .int(2), "d": .int(4)])),
      ("b: {<<: [*y, *x]}", map(["b": .int(3), "d": .int(4), "a": .int(1)])),
      ("b: {<<: {e: 5}}", map(["e": .int(5)])), ("b: {<<: []}", .map([])),
      ("b: {\"<<\": text}", map(["<<": .string("text")])), ("b: {!!merge <<: *y}", map(["b": .int(3), "d": .int(4)])),
    ])
  func merges(text: String, expected: YAMLValue) throws {
    let document = try value("x: &x {a: 1, b: 2}\ny: &y {b: 3, d: 4}\n\(text)\n")
    #expect(document["b"] == expected)
  }

  @Test("merges build on merges")
  func mergeChains() throws {
    let levels = (1...100).map { "p\($0): &p\($0) {<<: *p\($0 - 1), k\($0): \($0)}\n" }
    let document = try value("p0: &p0 {k0: 0}\n" + levels.joined())
    let keys: [String] = if case .map(let pairs) = document["p100"] { pairs.map(\.key) } else { [] }
    #expect(keys == (0...100).map { "k\($0)" })
  }

  @Test("an anchor may be used again, and only in its own document")
  func anchors() throws {
    #expect(try value("[&a 1, *a, &a 2, *a]") == .list([.int(1), .int(1), .int(2), .int(2)]))
    #expect(try value("[&a [&a 1], *a]") == .list([.list([.int(1)]), .int(1)]))
    #expect(try value("{&a k: v, w: *a}") == map(["k": .string("v"), "w": .string("k")]))
    #expect(complaint(SourceText(name: "f.yaml", "&a 1\n---\n*a\n"))?.contains("unknown alias `*a`") == true)
  }

  @Test("line breaks of every kind count as libyaml counts them")
  func lineBreaks() {
    let text = "a: 1\r\nb: 2\rc: 3\u{85}d: 4\u{2028}e: 5\u{2029}\u{E9}: @"
    #expect(
      complaint(SourceText(name: "f.yaml", text)) == """
        f.yaml:6:4: error: unquoted text cannot begin with `@`; put the text in quotes
            6 | é: @
              |    ^
        """)
  }

  @Test("a byte order mark is no part of the text")
  func byteOrderMark() throws {
    #expect(try value("\u{FEFF}a: 1\n") == map(["a": .int(1)]))
    #expect(complaint(SourceText(name: "f.yaml", "\u{FEFF}a: @\n"))?.hasPrefix("f.yaml:1:4: error:") == true)
  }
}

@Suite("YAML complaints")
struct YAMLComplaintTests {
  /// Text, and what is said about it.
  static let faults: [(String, String)] = [
    (
      "a:\n\tb: 1\n",
      """
      f.yaml:2:1: error: tab used for indentation; YAML is indented with blanks, not tabs
          2 |  b: 1
            | ^
      """
    ),
    (
      "a: `b`\n",
      """
      f.yaml:1:4: error: unquoted text cannot begin with a back-quote; put the text in quotes
          1 | a: `b`
            |    ^
      """
    ),
    (
      "a: b: c\n",
      """
      f.yaml:1:5: error: unexpected `:`; put text that holds `: ` in quotes, or check the indentation
          1 | a: b: c
            |     ^
      """
    ),
    (
      "a: 1\nb\nc: 2\n",
      """
      f.yaml:2:1: error: expected `:` after this key; check the line, and the indentation of those below it
          2 | b
            | ^
      """
    ),
    (
      "a:\n    b: 1\n  c: 2\n",
      """
      f.yaml:3:3: error: expected a key of the map that begins at line 1; check the indentation
          3 |   c: 2
            |   ^
      """
    ),
    (
      "a: - b\n",
      """
      f.yaml:1:4: error: a list entry is not allowed here; begin the list on a line of its own
          1 | a: - b
            |    ^
      """
    ),
    (
      "a: ? b\n",
      """
      f.yaml:1:4: error: a key is not allowed here; check the indentation
          1 | a: ? b
            |    ^
      """
    ),
    (
      "a:\n  - b\n  c: d\n",
      """
      f.yaml:3:3: error: expected an entry `- ` of the list that begins at line 2; check the indentation
          3 |   c: d
            |   ^
      """
    ),
    (
      "a: [1, 2\nb: 3\n",
      """
      f.yaml:2:2: error: expected `,` or `]` in the list that begins at line 1
          2 | b: 3
            |  ^
      """
    ),
    (
      "a: [1, 2\n",
      """
      f.yaml:1:4: error: `[` without its closing `]`
          1 | a: [1, 2
            |    ^
      """
    ),
    (
      "a: {b: 1",
      """
      f.yaml:1:4: error: `{` without its closing `}`
          1 | a: {b: 1
            |    ^
      """
    ),
    (
      "a: {b: 1]\n",
      """
      f.yaml:1:9: error: expected `,` or `}` in the map
          1 | a: {b: 1]
            |         ^
      """
    ),
    (
      "[a, , b]\n",
      """
      f.yaml:1:5: error: expected a value
          1 | [a, , b]
            |     ^
      """
    ),
    ("a: [\n", "f.yaml:2:1: error: the file ends where a value is expected"),
    (
      "a: \"b\nc: d\n",
      """
      f.yaml:1:4: error: quoted text without its closing quote
          1 | a: "b
            |    ^
      """
    ),
    (
      "a: \"C:\\Users\"\n",
      #"""
      f.yaml:1:9: error: invalid escape in double quotes; write `\\` for a backslash, or use single quotes
          1 | a: "C:\Users"
            |         ^
      """#
    ),
    (
      "a: *.log\n",
      """
      f.yaml:1:4: error: `*` begins an alias and needs a name; put text that begins with `*` in quotes
          1 | a: *.log
            |    ^
      """
    ),
    (
      "a: & b\n",
      """
      f.yaml:1:4: error: `&` begins an anchor and needs a name; put text that begins with `&` in quotes
          1 | a: & b
            |    ^
      """
    ),
    (
      "a: !e!x b\n",
      """
      f.yaml:1:4: error: unknown tag; put text that begins with `!` in quotes
          1 | a: !e!x b
            |    ^
      """
    ),
    (
      "[a]\nb: c\n",
      """
      f.yaml:2:1: error: unexpected text after the document's end; check the indentation
          2 | b: c
            | ^
      """
    ),
    (
      "%YAML 2.0\n---\na: 1\n",
      """
      f.yaml:1:1: error: the file is of a YAML version other than 1
          1 | %YAML 2.0
            | ^
      """
    ),
    (
      "a: |foo\n b\n",
      """
      f.yaml:1:5: error: did not find expected comment or line break, while scanning a block scalar
          1 | a: |foo
            |     ^
      """
    ),
    (
      "a: 1\nb: 2\n\"a\": 3\nb: 4\na: 5\n",
      """
      f.yaml:3:1: error: duplicate key `a`, first at line 1
          3 | "a": 3
            | ^~~
      f.yaml:4:1: error: duplicate key `b`, first at line 2
          4 | b: 4
            | ^
      f.yaml:5:1: error: duplicate key `a`, first at line 1
          5 | a: 5
            | ^
      """
    ),
    (
      "a: *b\nc: &base 1\nd: *bsae\n",
      """
      f.yaml:1:4: error: unknown alias `*b`; put text that begins with `*` in quotes
          1 | a: *b
            |    ^~
      f.yaml:3:4: error: unknown alias `*bsae`; did you mean `*base`?
          3 | d: *bsae
            |    ^~~~~
      """
    ),
    (
      "a: &x [1, {b: *x}]\n",
      """
      f.yaml:1:15: error: the alias `*x` is used inside its own anchor
          1 | a: &x [1, {b: *x}]
            |               ^~
      """
    ),
    (
      "a: &x\n  <<: *x\n",
      """
      f.yaml:2:7: error: the alias `*x` is used inside its own anchor
          2 |   <<: *x
            |       ^~
      """
    ),
    (
      "? [a, b]\n: c\n{d: e}: f\n",
      """
      f.yaml:1:3: error: a key must be text, not a list
          1 | ? [a, b]
            |   ^~~~~~
      f.yaml:3:1: error: a key must be text, not a map
          3 | {d: e}: f
            | ^~~~~~
      """
    ),
    (
      "<<: text\na: {<<: [{b: 1}, [c]], <<: *z}\n",
      """
      f.yaml:1:5: error: `<<` merges maps, and this is a plain value; write `<<: *name` or `<<: [*name, *other]`
          1 | <<: text
            |     ^~~~
      f.yaml:2:18: error: `<<` merges maps, and this is a list; write `<<: *name` or `<<: [*name, *other]`
          2 | a: {<<: [{b: 1}, [c]], <<: *z}
            |                  ^~~
      f.yaml:2:24: error: duplicate key `<<`, first at line 2
          2 | a: {<<: [{b: 1}, [c]], <<: *z}
            |                        ^~
      f.yaml:2:28: error: unknown alias `*z`; put text that begins with `*` in quotes
          2 | a: {<<: [{b: 1}, [c]], <<: *z}
            |                            ^~
      """
    ),
    (
      "a: !secret b\nc: !!binary d\ne: !!int x\nf: !!str [g]\nh: !!bool yes\n",
      """
      f.yaml:1:4: error: the tag `!secret` means nothing here; put text that begins with `!` in quotes
          1 | a: !secret b
            |    ^~~~~~~~~
      f.yaml:2:4: error: the tag `!!binary` means nothing here; put text that begins with `!` in quotes
          2 | c: !!binary d
            |    ^~~~~~~~~~
      f.yaml:3:4: error: `x` is not what its tag `!!int` says
          3 | e: !!int x
            |    ^~~~~~~
      f.yaml:4:4: error: the tag `!!str` means nothing here; put text that begins with `!` in quotes
          4 | f: !!str [g]
            |    ^~~~~~~
      f.yaml:5:4: error: `yes` is not what its tag `!!bool` says
          5 | h: !!bool yes
            |    ^~~~~~~~~~
      """
    ),
    (
      "a: \u{7}b\n",
      """
      f.yaml:1:4: error: control character U+0007 is not allowed; remove it, or write it as an escape in double quotes
          1 | a: \u{FFFD}b
            |    ^
      """
    ),
    (
      "a: 1\nb: x\0y\n",
      """
      f.yaml:2:5: error: NUL byte; the file is not text, or not UTF-8
          2 | b: x\u{FFFD}y
            |     ^
      """
    ),
  ]

  @Test("every fault is said where it is, and how to mend it", arguments: faults)
  func fault(text: String, expected: String) {
    #expect(complaint(SourceText(name: "f.yaml", text)) == expected)
  }

  @Test(
    "bytes that are no text",
    arguments: [
      (
        Array("a: é\nbé: ".utf8) + [0xFF, 0x0A],
        """
        f.yaml:2:5: error: invalid UTF-8: byte 0xFF; save the file as UTF-8
            2 | bé: \u{FFFD}
              |     ^
        """
      ),
      (
        [0xEF, 0xBB, 0xBF, 0x61, 0x3A, 0x20, 0xC3],
        """
        f.yaml:1:4: error: invalid UTF-8; save the file as UTF-8
            1 | a: \u{FFFD}
              |    ^
        """
      ),
      ([0xFF, 0xFE, 0x61, 0x00], "f.yaml:1:1: error: the file is UTF-16 or UTF-32; save it as UTF-8"),
      ([0xFE, 0xFF, 0x00, 0x61], "f.yaml:1:1: error: the file is UTF-16 or UTF-32; save it as UTF-8"),
      ([0x00], "f.yaml:1:1: error: NUL byte; the file is not text, or not UTF-8"),
    ])
  func bytes(bytes: [UInt8], expected: String) {
    let said = complaint(SourceText(name: "f.yaml", bytes: bytes))
    let headline = expected.hasSuffix("^") ? said : said?.split(separator: "\n").first.map(String.init)
    #expect(headline == expected)
  }

  @Test("a syntax error does not hide what was found before it")
  func allAtOnce() {
    let said = complaint(SourceText(name: "f.yaml", "a: 1\na: 2\nb: [\n"))
    #expect(said?.contains("f.yaml:2:1: error: duplicate key `a`") == true)
    #expect(said?.contains("f.yaml:4:1: error: the file ends") == true)
  }
}

@Suite("YAML bombs")
struct YAMLBombTests {
  /// The one complaint about a text, without its excerpt.
  private func headline(_ text: String) throws -> String {
    let source = SourceText(name: "f.yaml", text)
    let clock = ContinuousClock()
    let begin = clock.now
    let thrown = #expect(throws: Diagnostics.self) { try YAML.parse(source) }
    // Each takes at most two seconds; without the limits most would take minutes.
    #expect(clock.now - begin < .seconds(20))
    let diagnostics = try #require(thrown)
    #expect(diagnostics.items.count == 1)
    return String(diagnostics.rendered().prefix { $0 != "\n" })
  }

  @Test("nesting in brackets")
  func flowNesting() throws {
    let complaint = "error: lists and maps are nested more than 64 levels deep"
    #expect(try headline(String(repeating: "[", count: 100_000)) == "f.yaml:1:65: \(complaint)")
    #expect(try headline(String(repeating: "{a: ", count: 100_000)) == "f.yaml:1:257: \(complaint)")
    let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
    #expect(try parse(deepest).count == 1)
  }

  @Test("nesting by indentation")
  func blockNesting() throws {
    let complaint = "error: lists and maps are nested more than 64 levels deep"
    let maps = (0..<2_000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
    #expect(try headline(maps) == "f.yaml:65:65: \(complaint)")
    #expect(try headline(String(repeating: "- ", count: 100_000)) == "f.yaml:1:129: \(complaint)")
    #expect(try headline(String(repeating: "? ", count: 100_000)) == "f.yaml:1:129: \(complaint)")
  }

  @Test("nesting by aliases")
  func aliasNesting() throws {
    let levels = (1...9_000).map { "a\($0): &a\($0) [*a\($0 - 1)]\n" }.joined()
    let complaint = try headline("a0: &a0 []\n" + levels)
    #expect(complaint == "f.yaml:64:12: error: lists and maps are nested more than 64 levels deep")
  }

  @Test("billion laughs")
  func billionLaughs() throws {
    let levels = (1...30).map { level in
      "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
    }
    let complaint = try headline("a0: &a0 lol\n" + levels.joined())
    #expect(complaint.hasSuffix("error: the file holds more than 1000000 values, aliases expanded"))
    let merges = (1...30).map { level in
      "a\(level): &a\(level) {<<: [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]}\n"
    }
    #expect(try headline("a0: &a0 {k: v}\n" + merges.joined()).contains("more than 1000000 values"))
  }

  @Test("many aliases")
  func manyAliases() throws {
    let aliases = String(repeating: "- *a\n", count: 10_000)
    #expect(try parse("- &a 1\n" + aliases).count == 1)
    #expect(
      try headline("- &a 1\n" + aliases + "- *a\n") == "f.yaml:10002:3: error: the file holds more than 10000 aliases")
  }

  @Test("a file that is too large is not begun")
  func tooLarge() throws {
    let text = String(repeating: "#", count: YAMLLimits.spec.maxBytes)
    #expect(try parse(text).isEmpty)
    #expect(
      try headline(text + "#") == "f.yaml:1:1: error: the file is larger than 8388608 bytes; split it into several")
  }

  @Test("more values than anyone writes")
  func manyNodes() throws {
    let text = String(repeating: "- \n", count: 1_100_000)
    #expect(try headline(text) == "f.yaml:1000000:2: error: the file holds more than 1000000 values, aliases expanded")
  }

  @Test("more errors than anyone reads")
  func manyErrors() throws {
    let source = SourceText(name: "f.yaml", "{" + String(repeating: "a: 1, ", count: 1_000_000) + "}")
    let thrown = #expect(throws: Diagnostics.self) { try YAML.parse(source) }
    let items = try #require(thrown).items
    #expect(items.count == 101)
    #expect(items.last?.message == "too many errors; the rest of the file was not read")
    #expect(items.allSatisfy { $0.excerpt == nil })
  }

  @Test("any change to a file gives nodes or complaints")
  func mutations() throws {
    let sample = Array(
      """
      # a sample
      %YAML 1.2
      ---
      base: &base {user: root, port: 22, 'key': "a\\n\\u00e9\\x41"}
      hosts:
        web-1: &web
          <<: *base
          excludes: [/proc/***, "*.tmp", é, !!str 12]
          text: |+
            lines

        ? db-1
        : <<: [*base, *web]
          folded: >-
            a b
      ...
      """.utf8)
    let spice: [UInt8] =
      Array("[]{}&*!|>'\"%@`,:?-#<~ \t\n\r\\0a".utf8) + [0, 0x07, 0x7F, 0xC2, 0x85, 0xE2, 0xEF, 0xFF]
    let first = freshSeed("YAMLParserTests.mutations")
    for offset in UInt64(0)..<3_000 {
      let seed = first &+ offset
      var random = SeededGenerator(seed: seed)
      var bytes = sample
      for _ in 0..<Int.random(in: 1...8, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = spice.randomElement(using: &random) ?? 0
        case 1: bytes.insert(spice.randomElement(using: &random) ?? 0, at: place)
        case 2: bytes.removeSubrange(place..<min(place + Int.random(in: 1...6, using: &random), bytes.count - 1))
        default:
          let from = Int.random(in: 0..<bytes.count, using: &random)
          bytes.insert(contentsOf: bytes[from..<min(from + 20, bytes.count)], at: place)
        }
      }
      do throws(Diagnostics) {
        for node in try YAML.parse(SourceText(name: "f.yaml", bytes: bytes)) { _ = node.value }
      } catch {
        #expect(!error.items.isEmpty, "seed \(seed)")
        #expect(error.rendered(colour: true).hasPrefix("\u{1B}"), "seed \(seed)")
      }
    }
  }
}
