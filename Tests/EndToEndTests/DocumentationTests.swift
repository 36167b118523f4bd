// The documentation: every command that it shows is understood, its pages run as they are printed, what is generated is
// up to date, and what it links to exists.

import Foundation
import Glibc
import Support
import Testing

@Suite struct DocumentationTests {
  private static let pages = MarkdownPage.names.compactMap { try? MarkdownPage($0) }

  @Test func `all pages are read`() throws {
    #expect(Self.pages.map(\.name) == MarkdownPage.names)
    #expect(Self.pages.count >= 12)
    #expect(Self.pages.flatMap(\.commandLines).count > 80)
  }

  // MARK: - Generated pages

  @Test(arguments: [("spec", "docs/spec-reference.md"), ("cli", "docs/cli.md")])
  func `a reference in the repository is what the program prints`(page: String, path: String) async throws {
    let printed = try await runTool(Product.pobsync, ["docs", page]).check().stdout
    let file = MarkdownPage.repository.appendingPathComponent(path)
    let kept = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
    let isCurrent = kept == printed
    #expect(isCurrent, "\(path) differs from `pobsync docs \(page)`: run `make docs`, and commit what it makes")
  }

  @Test func `the reference of the command line has every command and hides what is internal`() async throws {
    let text = try await runTool(Product.pobsync, ["docs", "cli"]).check().stdout
    let headings = [
      "## Desired state", "### pobsync apply", "### pobsync retention simulate", "### pobsync purge host",
    ]
    for heading in headings {
      #expect(text.contains("\n\(heading)\n"), "\(heading)")
    }
    #expect(!text.contains("### pobsync guard") && !text.contains("### pobsync docs"))
    // The list of commands that the root's own help gives.
    let root = try await runTool(Product.pobsync, ["--help"]).check().stdout
    let listed = root.split(separator: "\n").drop { !$0.hasSuffix("SUBCOMMANDS:") }
      .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }.filter(Self.isCommandName)
    #expect(listed.count > 25)
    for command in listed { #expect(text.contains("\n### pobsync \(command)\n"), "\(command)") }
  }

  @Test func `the reference of the spec has a row for every key`() async throws {
    let text = try await runTool(Product.pobsync, ["docs", "spec"]).check().stdout
    for row in [
      "| `cron`, required | [a cron expression](spec.md#cron) | `15 2 * * *` |",
      "| `port` | a whole number, 1 to 65535 |", "| `ssh` | [ssh](#ssh) |",
      "| `retention` | [retention.NAME](#retentionname) |", "| `on_remove` | `retain`, `expire` |",
      "| `bandwidth` | a list of [rsync.bandwidth](#rsyncbandwidth) |", "| `prune` | `true` or `false` |",
      "| `excludes` | a list; each item: [an rsync pattern](spec.md#patterns) | `[/var/cache/***]` |",
    ] { #expect(text.contains(row), "\(row)") }
    let headings = text.split(separator: "\n").filter { $0.hasPrefix("## ") }.map { $0.dropFirst(3) }
    #expect(Set(headings).count == headings.count)
    #expect(headings.contains("rsync") && headings.contains("moved"))
  }

  // MARK: - Commands

  @Test func `every block that is not run says why`() {
    let blocks = Self.pages.flatMap(\.blocks).filter { ["sh", "console"].contains($0.language) }
    for block in blocks {
      if let reason = block.notRunReason {
        #expect(reason.count > 10, "\(block.place): say behind `not-run:` why this cannot be run in a test")
      } else {
        #expect(block.remark.isEmpty, "\(block.place): only `not-run: REASON` may follow `\(block.language)`")
      }
    }
    // Nobody reads a block of another language as commands.
    for block in Self.pages.flatMap(\.blocks) where !["sh", "console", "text", "yaml"].contains(block.language) {
      let isCommand = block.lines.contains { $0.hasPrefix("pobsync ") || $0.hasPrefix("# pobsync ") }
      #expect(!isCommand, "\(block.place): mark it `sh` or `console`")
    }
  }

  @Test func `every command line that a page shows is understood`() async throws {
    try await withScratchDirectory("docs-lines") { scratch in
      var seen: Set<[String]> = []
      for page in Self.pages {
        for line in page.commandLines {
          let words = Array(shellWords(line).dropFirst())
          guard seen.insert(words).inserted else { continue }
          let result = try await parse(words, in: scratch)
          #expect(result.status != Self.notUnderstood, "\(page): \(line)\n\(result.stderr)")
        }
      }
      #expect(seen.count > 80)
    }
  }

  @Test func `every command that a page mentions exists`() async throws {
    try await withScratchDirectory("docs-mentions") { scratch in
      for page in Self.pages {
        for mention in Set(page.mentions).sorted() {
          let words = shellWords(mention).dropFirst().map { Self.standIns[$0] ?? $0 }
          let result = try await parse(words, in: scratch)
          guard result.status == Self.notUnderstood else { continue }
          // A name without its arguments, such as `pobsync explain`.
          let names = words.prefix(while: Self.isCommandName)
          let help = try await parse(Array(names) + ["--help"], in: scratch).stdout
          let isName = names.count == words.count && help.contains("USAGE: pobsync \(names.joined(separator: " "))")
          #expect(isName, "\(page): `\(mention)`\n\(result.stderr)")
        }
      }
    }
  }

  /// What stands for the words in capitals of a mention.
  private static let standIns = [
    "HOST": "web-1", "NAME": "web-1", "RUN": "12", "N": "1", "SNAPSHOT": "manual/20261123-135911Z__B225G5GZ",
  ]

  private static let notUnderstood: Int32 = 64

  private static func isCommandName(_ word: String) -> Bool {
    !word.hasPrefix("-") && word.allSatisfy { "abcdefghijklmnopqrstuvwxyz-".contains($0) }
  }

  /// Runs the program where there can be no database: what is understood fails for want of it, or needs none.
  private func parse(_ words: [String], in scratch: ScratchDirectory) async throws -> ToolResult {
    var environment = ProcessInfo.processInfo.environment
    environment["POBSYNC_DATABASE"] = "/dev/null/none"
    var arguments = words
    for index in arguments.indices.dropFirst() where arguments[index - 1] == "--database" {
      arguments[index] = "/dev/null/none"
    }
    return try await runTool(
      Product.pobsync, arguments, environment: environment, directory: scratch.path, timeout: 30)
  }

  // MARK: - Whole pages

  private static let pagesWithCommands = pages.filter { page in
    page.blocks.contains { ["sh", "console"].contains($0.language) && $0.notRunReason == nil }
  }

  @Test(.enabled(if: access("/usr/bin/rrsync", X_OK) == 0, "rrsync is not there"), arguments: pagesWithCommands)
  func `a page runs as it is printed`(page: MarkdownPage) async throws { try await PlayedPage.play(page) }

  @Test func `every whole spec that a page shows is valid`() async throws {
    try await withScratchDirectory("docs-specs") { scratch in
      var count = 0
      for block in Self.pages.flatMap(\.blocks) where block.language == "yaml" && block.remark.isEmpty {
        guard block.lines.first == "version: 1" else { continue }
        count += 1
        let path = try scratch.write(block.text, to: "spec.yaml")
        let result = try await parse(["validate", "-f", path], in: scratch)
        #expect(result.status == 0, "\(block.place)\n\(result.stderr)")
      }
      #expect(count >= 2)
    }
  }

  // MARK: - Links

  @Test func `every link within the repository leads somewhere`() throws {
    var anchors: [String: Set<String>] = [:]
    for page in Self.pages { anchors[MarkdownPage.repository.appendingPathComponent(page.name).path] = page.anchors }
    var count = 0
    for page in Self.pages {
      for link in page.links {
        count += 1
        let parts = link.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
        let own = MarkdownPage.repository.appendingPathComponent(page.name)
        let target = parts[0].isEmpty ? own : page.directory.appendingPathComponent(parts[0]).standardizedFileURL
        #expect(FileManager.default.fileExists(atPath: target.path), "\(page): \(link)")
        if parts.count > 1 {
          #expect(anchors[target.path]?.contains(parts[1]) ?? false, "\(page): there is no heading for \(link)")
        }
      }
    }
    #expect(count > 40)
  }
}
