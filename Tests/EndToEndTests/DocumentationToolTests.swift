// The means by which pages are played: that they see what a page says, and that they notice what it says wrongly.

import Testing

@Suite struct DocumentationToolTests {
  @Test(arguments: [
    ("pobsync apply -f hosts.yaml", ["pobsync", "apply", "-f", "hosts.yaml"]),
    ("pobsync pin a b --reason \"the upgrade\"  # why", ["pobsync", "pin", "a", "b", "--reason", "the upgrade"]),
    ("pobsync schema > schema.json", ["pobsync", "schema"]),
    ("pobsync get runs | head", ["pobsync", "get", "runs"]),
    ("pobsync simulate --policy 'keep_daily: 14'", ["pobsync", "simulate", "--policy", "keep_daily: 14"]),
    (#"a\ b "" c#d"#, ["a b", "", "c#d"]),
  ])
  func `words are those that a shell would make`(line: String, words: [String]) {
    #expect(shellWords(line) == words)
  }

  @Test(arguments: [
    (["20261123-135911Z__B225G5GZ: 1213 files, 1.98 MB"], ["20200101-000000Z__AAAAAAAA: 3 files, 13 B"]),
    (["HOST   SIZE", "web-1  1.95 MB"], ["HOST    SIZE", "", "web-1   7 B", ""]),
    (["in 2h 41m at 2026-11-24 01:16:10Z, 3.80MB/s"], ["in 5s at 2020-01-01 00:00:00Z, 1kB/s"]),
    (["first", "…", "last"], ["first", "second", "third", "last"]),
    (["first", "…"], ["first", "second", "third"]),
    (["a … of … lines"], ["a line of many lines"]),
  ])
  func `what differs from machine to machine may differ`(shown: [String], printed: [String]) {
    var output = ShownOutput()
    #expect(output.difference(shown: shown, printed: printed) == nil)
  }

  @Test(arguments: [
    (["a", "b"], ["a"], "shown: b"), (["a"], ["a", "b"], "not shown: b"), (["a"], ["b"], "shown: a"),
    (["…", "c"], ["a", "b"], "shown: c"), (["a … c"], ["a b d"], "shown: a … c"),
  ])
  func `what is shown wrongly is told`(shown: [String], printed: [String], difference: String) throws {
    var output = ShownOutput()
    let found = output.difference(shown: shown, printed: printed)
    let told = try #require(found)
    #expect(told.hasPrefix(difference))
  }

  @Test func `a snapshot is one and the same in all of a page`() throws {
    var output = ShownOutput()
    let (name, own, other) = ("20261123-135911Z__B225G5GZ", "20200101-000000Z__AAAAAAAA", "20200102-000000Z__BBBBBBBB")
    #expect(output.difference(shown: ["made \(name)"], printed: ["made \(own)"]) == nil)
    #expect(output.withNames("ls \(name)/data \(other)") == "ls \(own)/data \(other)")
    let found = output.difference(shown: ["kept \(name)"], printed: ["kept \(other)"])
    let conflict = try #require(found)
    #expect(conflict.contains("was \(own) before"))
  }

  @Test func `a page's blocks, links and commands are found`() throws {
    let page = try MarkdownPage("README.md")
    #expect(page.anchors.contains("a-five-minute-tour") && page.anchors.contains("4-let-it-happen"))
    #expect(page.links.contains("docs/spec.md"))
    #expect(page.commandLines.contains("pobsync reconcile --once"))
    #expect(page.blocks.contains { $0.language == "console" && $0.dialogue.count > 1 })
    #expect(page.blocks.contains { $0.notRunReason == "needs a running systemd" })
  }
}
