// Writing JSON: both layouts, the escapes, and that Foundation and our own YAML reader understand it.

import Foundation
import Support
import Testing

@testable import Spec

@Suite("JSON writing")
struct JSONWriterTests {
  static let value = YAMLValue.map([
    YAMLPair("name", .string("web-1")),
    YAMLPair("labels", .map([YAMLPair("role", .string("web"))])),
    YAMLPair("ports", .list([.int(22), .double(1.5), .bool(true), .null])),
    YAMLPair("none", .list([])), YAMLPair("nothing", .map([])),
  ])

  @Test("on one line")
  func compact() {
    #expect(
      JSONWriter.compact(Self.value)
        == #"{"name":"web-1","labels":{"role":"web"},"ports":[22,1.5,true,null],"none":[],"nothing":{}}"#)
  }

  @Test("over several lines")
  func pretty() {
    #expect(
      JSONWriter.pretty(Self.value) == """
        {
          "name": "web-1",
          "labels": {
            "role": "web"
          },
          "ports": [
            22,
            1.5,
            true,
            null
          ],
          "none": [],
          "nothing": {}
        }
        """)
  }

  @Test(
    "scalars",
    arguments: [
      (.string("\"\\\n\r\t"), #""\"\\\n\r\t""#), (.string("\0\u{1F}\u{7F}\u{85}"), #""\u0000\u001f\u007f\u0085""#),
      (.string("é日\u{1F600}/"), "\"é日\u{1F600}/\""), (.string("\u{2028}\u{FEFF}"), #""\u2028\ufeff""#),
      (.double(.infinity), "null"), (.double(.nan), "null"), (.double(1e20), "1e+20"), (.double(2), "2.0"),
      (.int(.min), "-9223372036854775808"), (.string(""), #""""#),
    ] as [(YAMLValue, String)])
  func scalar(value: YAMLValue, expected: String) {
    #expect(JSONWriter.compact(value) == expected)
  }

  @Test("other readers understand it, and ours reads it back")
  func understood() throws {
    let first = freshSeed("JSONWriterTests.understood")
    for offset in UInt64(0)..<500 {
      let seed = first &+ offset
      var values = NastyValues(random: SeededGenerator(seed: seed))
      // JSON in YAML has no long keys, and no infinity.
      let value = YAMLValue.list([.string(values.string()), .list((0..<3).map { _ in .string(values.string()) })])
      for text in [JSONWriter.compact(value), JSONWriter.pretty(value)] {
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Any]
        #expect(object?.count == 2, "seed \(seed)")
        #expect(try YAML.parse(SourceText(name: "seed \(seed)", text)).map(\.value) == [value], "seed \(seed)")
      }
    }
  }
}
