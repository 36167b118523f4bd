// Words and numbers for people, and the texts that browsers fetch.

import Engine
import Foundation
import Spec
import Testing

@testable import Web

@Suite struct ShownTests {
  @Test(
    arguments: [
      (0.0, "just now"), (44, "just now"), (50, "50 s ago"), (60, "1 min ago"), (5399, "90 min ago"), (5400, "2 h ago"),
      (7200, "2 h ago"), (129_599, "36 h ago"), (129_600, "2 days ago"), (86_400 * 45, "45 days ago"),
      (86_400 * 61, "2 months ago"), (86_400 * 365 * 3, "3 years ago"), (-10, "now"), (-50, "in 50 s"),
      (-7200, "in 2 h"), (-86_400 * 5, "in 5 days"),
    ] as [(Double, String)])
  func `an age is one rough unit`(seconds: Double, words: String) {
    let now = Date(timeIntervalSince1970: 1_780_000_000)
    #expect(Shown.age(now.addingTimeInterval(-seconds), now: now) == words)
  }

  @Test func `a time has a form for programs, one for people, and its age`() throws {
    let time = try #require(Timestamp.date("2026-05-19T02:15:00Z"))
    let shown = ShownTime(time, now: time.addingTimeInterval(3 * 3600))
    #expect(shown.iso == "2026-05-19T02:15:00.000000Z")
    #expect(shown.text == "2026-05-19 02:15:00Z")
    #expect(shown.age == "3 h ago")
    #expect(Shown.time(nil, now: time) == nil)
  }

  @Test(arguments: [
    (0, "0"), (7, "7"), (999, "999"), (1000, "1,000"), (12_345, "12,345"), (1_234_567, "1,234,567"),
    (-1000, "-1,000"), (Int.max, "9,223,372,036,854,775,807"), (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func `counts have separators`(number: Int, text: String) {
    #expect(Shown.count(number) == text)
  }

  @Test func `a plural agrees with its number`() {
    #expect(Shown.plural(1, "host") == "1 host")
    #expect(Shown.plural(0, "host") == "0 hosts")
    #expect(Shown.plural(1204, "host") == "1,204 hosts")
    #expect(Shown.plural(2, "entry", "entries") == "2 entries")
  }

  @Test(
    arguments: [
      (0.0, "0 %"), (0.004, "<1 %"), (0.424, "42 %"), (0.996, "99 %"), (1, "100 %"), (1.5, "150 %"), (.nan, "–"),
    ] as [(Double, String)])
  func `a share is never nothing or all when it is not`(share: Double, text: String) {
    #expect(Shown.percent(share) == text)
  }

  @Test func `amounts that are not known are a dash`() {
    #expect(Shown.percent(1, of: 0) == "–")
    #expect(Shown.percent(1, of: 2) == "50 %")
    #expect(Shown.size(nil) == "–")
    #expect(Shown.duration(nil) == "–")
    #expect(Shown.rate(nil) == "–")
    #expect(Shown.rate(.infinity) == "–")
    #expect(Shown.size(2_610_000_000) == "2.61 GB")
    #expect(Shown.rate(38_200_000) == "38.2 MB/s")
    #expect(Shown.rate(1e30) == "9.22 EB/s")
  }

  @Test(arguments: [
    (0.0, "0.0 s"), (3.21, "3.2 s"), (59.94, "59.9 s"), (59.97, "1m 00s"), (725, "12m 05s"), (11_040, "3h 04m"),
    (360_000, "100h 00m"),
  ])
  func `a duration is as on the command line`(seconds: Double, text: String) {
    #expect(Shown.duration(seconds) == text)
  }

  @Test func `amounts beyond any measure do not end the program`() {
    for seconds in [Double.infinity, -.infinity, .nan, 1e300, -1e300] {
      #expect(!Shown.span(seconds).isEmpty)
      #expect(!Shown.duration(seconds).isEmpty)
      #expect(!Shown.percent(seconds).isEmpty)
    }
  }

  @Test func `a complaint shows its line with marks under the place`() {
    let spec = "version: 1\nretenton:\n  standard: {}\n"
    let source = SourceText(name: "hosts.yaml", spec)
    let start = SourcePosition(line: 2, column: 1)
    let diagnostic = Diagnostic(
      .error, "unknown key", hint: "did you mean `retention`?", in: source,
      at: SourceRange(start: start, end: SourcePosition(line: 2, column: 9)))
    let shown = ShownDiagnostic(diagnostic)
    #expect(shown.place == "hosts.yaml:2:1")
    #expect(shown.severity == "error")
    #expect(shown.excerpt == "retenton:")
    #expect(shown.marks == "^~~~~~~~")
    #expect(diagnostic.rendered().hasSuffix("| ^~~~~~~~"))
  }
}

@Suite struct AssetTests {
  @Test func `stylesheet and script keep to their sizes`() {
    #expect(Asset.style.utf8.count <= 32 * 1024)
    #expect(Asset.script.utf8.count <= 8 * 1024)
  }

  @Test func `nothing is fetched from elsewhere`() {
    for text in [Asset.style, Asset.script] {
      let outside = text.replacing("http://www.w3.org/2000/svg", with: "")
      #expect(!outside.contains("http:"))
      #expect(!outside.contains("https:"))
      #expect(!outside.contains("@import"))
    }
  }

  @Test func `the script runs no text and takes no markup from answers`() {
    for forbidden in ["eval(", "new Function", "innerHTML =", "insertAdjacentHTML", "document.write"] {
      #expect(!Asset.script.contains(forbidden))
    }
  }

  @Test func `the braces of the stylesheet close`() {
    let opened = Asset.style.utf8.count { $0 == UInt8(ascii: "{") }
    let closed = Asset.style.utf8.count { $0 == UInt8(ascii: "}") }
    #expect(opened == closed)
  }

  @Test func `each entry of the navigation has an icon`() {
    for group in NavigationGroup.all(lit: .none, mayOperate: true, mayAdminister: true) {
      for entry in group.entries { #expect(Asset.style.contains(".i-\(entry.icon){")) }
    }
  }

  @Test func `no template is styled in place or runs anything`() {
    for template in Template.all {
      #expect(!template.source.contains("style=\""))
      #expect(!template.source.contains(#/ on[a-z]+=/#), "\(template.name) has a handler in place")
    }
  }
}

@Suite struct NavigationTests {
  private func names(_ mayOperate: Bool, _ mayAdminister: Bool) -> [String] {
    NavigationGroup.all(lit: .hosts, mayOperate: mayOperate, mayAdminister: mayAdminister)
      .flatMap(\.entries).map(\.name)
  }

  @Test func `a reader sees what a role may see`() {
    #expect(names(false, false) == ["Overview", "Hosts", "Snapshots", "Runs", "Events", "Settings"])
    #expect(names(true, false).contains("Spec"))
    #expect(!names(true, false).contains("Users"))
    #expect(names(true, true).contains("Audit"))
  }

  @Test(arguments: [(Section.hosts, "Hosts"), (.snapshots, "Snapshots"), (.runs, "Runs"), (.credentials, "SSH keys")])
  func `one entry is lit`(section: Section, name: String) {
    let lit = NavigationGroup.all(lit: section, mayOperate: true, mayAdminister: true)
      .flatMap(\.entries).filter(\.isCurrent).map(\.name)
    #expect(lit == [name])
  }
}
