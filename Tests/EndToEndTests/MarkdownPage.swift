// A page of the documentation as tests see it: its fenced blocks, the commands that it shows, its headings and links.

import Foundation

struct MarkdownPage: Sendable, CustomStringConvertible {
  /// A fenced block of a page.
  struct Block: Sendable {
    /// Where it begins: `README.md:12`.
    let place: String
    /// The first word behind the fence: `sh` is run, `console` is run and compared with what is shown.
    let language: String
    /// What follows that word.
    let remark: String
    let lines: [String]

    var text: String { lines.joined(separator: "\n") + "\n" }

    /// Why the block is not run, for one that says so in its remark.
    var notRunReason: String? {
      guard remark.hasPrefix(Self.notRun) else { return nil }
      return remark.dropFirst(Self.notRun.count).trimmingCharacters(in: .whitespaces)
    }

    private static let notRun = "not-run:"

    /// A console as commands, each with the lines that it prints.
    var dialogue: [(command: String, output: [String])] {
      var steps: [(command: String, output: [String])] = []
      for line in lines {
        if line.hasPrefix(Self.prompt) {
          steps.append((String(line.dropFirst(Self.prompt.count)), []))
        } else if !steps.isEmpty {
          steps[steps.count - 1].output.append(line)
        }
      }
      return steps
    }

    private static let prompt = "# "

    /// The lines of shell text in it, continued ones joined.
    var shellLines: [String] {
      switch language {
      case "sh": joined(lines)
      case "console": joined(dialogue.map(\.command))
      case "text": examples
      default: []
      }
    }

    private func joined(_ lines: [String]) -> [String] {
      var whole: [String] = []
      for line in lines {
        if let last = whole.last, last.hasSuffix("\\") {
          whole[whole.count - 1] = "\(last.dropLast()) \(line.trimmingCharacters(in: .whitespaces))"
        } else {
          whole.append(line)
        }
      }
      return whole
    }

    /// What stands below EXAMPLE in a help screen.
    private var examples: [String] {
      lines.drop { $0.trimmingCharacters(in: .whitespaces) != "EXAMPLE" }.dropFirst().prefix { $0.hasPrefix("  ") }
        .map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  /// Its path below the repository.
  let name: String
  let blocks: [Block]
  /// The lines outside of fenced blocks.
  let prose: [String]

  var description: String { name }

  /// The page's directory.
  var directory: URL { Self.repository.appendingPathComponent(name).deletingLastPathComponent() }

  init(_ name: String) throws {
    self.name = name
    let text = try String(contentsOf: Self.repository.appendingPathComponent(name), encoding: .utf8)
    var blocks: [Block] = []
    var prose: [String] = []
    var open: (number: Int, remark: String, lines: [String])?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).enumerated() {
      guard line.hasPrefix("```") else {
        if open == nil { prose.append(line) } else { open?.lines.append(line) }
        continue
      }
      guard let block = open else {
        open = (index + 1, line.dropFirst(3).trimmingCharacters(in: .whitespaces), [])
        continue
      }
      let words = block.remark.split(separator: " ", maxSplits: 1).map(String.init)
      blocks.append(
        Block(
          place: "\(name):\(block.number)", language: words.first ?? "", remark: words.dropFirst().first ?? "",
          lines: block.lines))
      open = nil
    }
    self.blocks = blocks
    self.prose = prose
  }

  static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The README, the page for contributors, and all of docs/ but the decisions.
  static let names: [String] = {
    let docs = (try? FileManager.default.contentsOfDirectory(atPath: repository.appendingPathComponent("docs").path))
    return ["README.md", "CONTRIBUTING.md"] + (docs ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
  }()

  // MARK: - Headings and links

  /// The anchors of its headings, as GitHub makes them.
  var anchors: Set<String> {
    Set(
      prose.filter { $0.hasPrefix("#") }.map { heading in
        let title = heading.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces).lowercased()
        return title.filter { $0.isLetter || $0.isNumber || "-_ ".contains($0) }.replacing(" ", with: "-")
      })
  }

  /// The places within the repository to which it links.
  var links: [String] {
    prose.flatMap { $0.matches(of: #/\]\(([^()\s]+)\)/#).map { String($0.1) } }.filter { !$0.contains("://") }
  }

  // MARK: - Commands

  /// The command lines of pobsync in its blocks, and in its text between back-quotes.
  var commandLines: [String] {
    let shown = blocks.flatMap(\.shellLines).map { $0.trimmingCharacters(in: .whitespaces) }
    return shown.filter { $0.hasPrefix("pobsync ") }
  }

  /// What stands between back-quotes and begins with the program's name: command lines, or names of commands.
  var mentions: [String] { prose.flatMap { $0.matches(of: #/`(pobsync [^`]+)`/#).map { String($0.1) } } }
}

/// The words of a shell's command line, up to where something else than the command begins: a pipe, a redirection, a
/// comment, another command.
func shellWords(_ line: String) -> [String] {
  var words: [String] = []
  var word: String?
  var quote: Character?
  var isEscaped = false
  for character in line {
    if isEscaped {
      word = (word ?? "") + String(character)
      isEscaped = false
    } else if let open = quote {
      if character == open { quote = nil } else { word = (word ?? "") + String(character) }
    } else if character == "\\" {
      isEscaped = true
    } else if character == "'" || character == "\"" {
      quote = character
      word = word ?? ""
    } else if character == " " {
      if let ended = word { words.append(ended) }
      word = nil
    } else if "|;&<>".contains(character) || character == "#" && word == nil {
      break
    } else {
      word = (word ?? "") + String(character)
    }
  }
  return words + (word.map { [$0] } ?? [])
}
