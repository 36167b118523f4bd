// Reading JSON: what it is, what it is not, and what would cost too much.

import Support
import Testing

@testable import Spec

@Suite struct JSONReaderTests {
  private static func read(_ text: String) throws -> YAMLValue { try JSONReader.read(Array(text.utf8)) }

  @Test(
    arguments: [
      ("null", .null), (" true\n", .bool(true)), ("false", .bool(false)), ("0", .int(0)), ("-17", .int(-17)),
      ("9223372036854775807", .int(.max)), ("1.5", .double(1.5)), ("1e3", .double(1000)), ("-0.25E-1", .double(-0.025)),
      ("\"\"", .string("")), (#""a\"\\\/\b\f\n\r\t""#, .string("a\"\\/\u{8}\u{C}\n\r\t")),
      (#""\u00e9 \ud83d\ude00""#, .string("é 😀")), ("\"é\u{2028}\"", .string("é\u{2028}")), ("[]", .list([])),
      ("[1, [2]]", .list([.int(1), .list([.int(2)])])), ("{}", .map([])), ("\u{FEFF}{}", .map([])),
      (
        #"{"b": {"a": null}, "a": [1]}"#,
        .map([YAMLPair("b", .map([YAMLPair("a", .null)])), YAMLPair("a", .list([.int(1)]))])
      ),
    ] as [(String, YAMLValue)])
  func value(text: String, value: YAMLValue) throws { #expect(try Self.read(text) == value) }

  @Test(arguments: [
    "", " ", "nul", "True", "NaN", "Infinity", "-", "01", "+1", ".5", "1.", "1e", "0x10", "1_000", "'a'", "\"a",
    "\"a\n\"", #""\x""#, #""\u12""#, #""\ud83d""#, #""\ud83d\u0041""#, #""\ude00""#, #""\u0000""#, "[1,]", "[1 2]",
    "[", "{", "{a: 1}", "{\"a\"}", "{\"a\": 1,}", "{\"a\": 1 \"b\": 2}", "{\"a\": 1, \"a\": 2}", "1 2", "{} x",
    "9223372036854775808", "-9223372036854775809", "1e999", "// no\n1",
  ])
  func wrong(text: String) { #expect(throws: JSONError.self) { try Self.read(text) } }

  @Test func `what is wrong is told with its place`() {
    #expect(throws: JSONError(message: "the key `a` stands twice", position: SourcePosition(line: 2, column: 2))) {
      try Self.read("{\"a\": 1,\n \"a\": 2}")
    }
    #expect(throws: JSONError(message: "this is no value", position: SourcePosition(line: 1, column: 5))) {
      try Self.read("[1, x]")
    }
  }

  @Test func `depth and number are bounded`() throws {
    let deep = String(repeating: "[", count: JSONReader.maxDepth) + String(repeating: "]", count: JSONReader.maxDepth)
    _ = try Self.read(deep)
    #expect(throws: JSONError.self) { try Self.read("[\(deep)]") }
    #expect(throws: JSONError.self) { try Self.read(String(repeating: "[", count: 1_000_000)) }
    _ = try JSONReader.read(Array("[1, 2]".utf8), maxValues: 3)
    #expect(throws: JSONError.self) { try JSONReader.read(Array("[1, 2, 3]".utf8), maxValues: 3) }
  }

  @Test func `what is written is read back`() throws {
    let value = JSONWriterTests.value
    #expect(try Self.read(JSONWriter.compact(value)) == value)
    #expect(try Self.read(JSONWriter.pretty(value)) == value)
    let odd = YAMLValue.string("\u{7F}\u{85}\u{2028}\u{FEFF}😀\t\"\\")
    #expect(try Self.read(JSONWriter.compact(odd)) == odd)
  }

  @Test func `a complaint is read back as it was`() throws {
    let source = SourceText(name: "hosts.yaml", "version: 1\nhosts:\n  web-1: {retenton: x}\n")
    let items = #expect(throws: Diagnostics.self) { try SpecReader.read([source]) }?.items
    let complaint = try #require(items?.first)
    let read = try #require(Diagnostic(reading: try Self.read(JSONWriter.compact(complaint.value()))))
    #expect(read == complaint)
    #expect(read.rendered() == complaint.rendered())
    #expect(Diagnostic(reading: complaint.value(withExcerpt: false))?.excerpt == nil)
    #expect(Diagnostic(reading: .map([])) == nil)
  }
}
