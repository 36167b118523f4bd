// How views become HTML: what templates find in them, and that nothing in a text can be taken for markup.

import Engine
import Foundation
import Reconciler
import Spec
import Testing

@testable import Web

@Suite struct RenderingTests {
  private static func shown(_ source: String, _ view: Any) throws -> String {
    let template = Template(name: "shown", source: source)
    return try Renderer([template]).html(template, view)
  }

  private struct Said: Sendable {
    let text: String
  }

  @Test(arguments: [
    "", "plain", "<script>alert('x')</script>", "a & b", "&amp;", "\"quoted\" and 'quoted'", "a\nb\tc", "née <b>",
    "\u{301}<", "<\u{301}", "\"\u{301} x=\"", "'\u{301} x='", "<\u{200D}>", "&\u{FE0F}", "👩‍👩‍👧 > 👨", "\u{0}<\u{7F}",
    "\r\n<\r\n",
  ])
  func `no text is markup, whatever stands beside it`(text: String) throws {
    let expected = text.unicodeScalars.map { scalar in
      switch scalar {
      case "<": "&lt;"
      case ">": "&gt;"
      case "&": "&amp;"
      case "\"": "&quot;"
      case "'": "&#39;"
      default: String(scalar)
      }
    }
    .joined()
    #expect(try Self.shown("{{text}}", Said(text: text)) == expected)
    #expect(try Self.shown("{{#text}}{{.}}{{/text}}", Said(text: text)) == expected)
    #expect(try Self.shown("{{{text}}}", Said(text: text)) == text)
  }

  private struct Rows: Sendable {
    let rows: [Said]
    let text: String
  }

  @Test func `parts of templates escape like the templates themselves`() throws {
    let part = Template(name: "part", source: "({{text}})")
    let whole = Template(name: "whole", source: "{{text}}{{#rows}}{{text}}{{> part}}{{/rows}}{{> part}}")
    let view = Rows(rows: [Said(text: "<1>"), Said(text: "<2>")], text: "<0>")
    #expect(
      try Renderer([part, whole]).html(whole, view)
        == "&lt;0&gt;&lt;1&gt;(&lt;1&gt;)&lt;2&gt;(&lt;2&gt;)(&lt;0&gt;)")
  }

  @Test func `views that name their members name all of them`() async throws {
    let at = Date(timeIntervalSince1970: 1_780_000_000)
    try expectAllNamed(Badge("true", "Fresh"))
    try expectAllNamed(ShownTime(at, now: at.addingTimeInterval(90)))
    try await withWeb(routes: []) { web in
      try await web.fill()
      let report = try await web.site.environment.hostReport(of: HostName(text: "web-1"), lookingAtDisk: false)
      let known = try #require(report)
      let snapshot = try #require(known.snapshots.last { $0.pin != nil })
      try expectAllNamed(HostSnapshotLine(snapshot, in: known, mayOperate: true))
      try expectAllNamed(HostSnapshotLine(snapshot, in: known, mayOperate: false))
    }
  }

  /// Each stored member is found by its name: texts and flags as they are, other views as views, and nil as nothing.
  private func expectAllNamed(_ view: some NamedView) throws {
    for (name, value) in Mirror(reflecting: view).children {
      let name = try #require(name)
      let found = try Self.shown("{{#\(name)}}there{{/\(name)}}{{^\(name)}}not there{{/\(name)}}", view)
      let place: Comment = "\(name) of \(type(of: view))"
      switch value {
      case let flag as Bool: #expect(found == (flag ? "there" : "not there"), place)
      case let text as String?:
        #expect(found == (text == nil ? "not there" : "there"), place)
        #expect(try Self.shown("{{{\(name)}}}", view) == text ?? "", place)
      default: #expect(view.child(named: name) is any NamedView, place)
      }
    }
    #expect(view.child(named: "nothing of this name") == nil)
  }
}
