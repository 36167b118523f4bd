// The reference of the command line in Markdown, made from the help of each command.

import ArgumentParser

enum CommandReference {
  /// The page `docs/cli.md`: every command that is not hidden, in the groups of `pobsync --help`.
  static func page() -> String {
    let groups = Pobsync.configuration.groupedSubcommands.compactMap { group -> String? in
      let commands = group.subcommands.flatMap { entries(of: $0, under: [Pobsync._commandName]) }
      guard !commands.isEmpty else { return nil }
      return ([heading(of: group)] + commands).joined(separator: "\n")
    }
    return ([introduction, help(of: Pobsync.self)] + groups).joined(separator: "\n")
  }

  private static let introduction = """
    <!-- Made by `make docs` from the commands in Sources/pobsync/Commands. Edit those, not this page. -->

    # The command line

    What `pobsync --help` and `pobsync help COMMAND` print. [operations.md](operations.md) shows the commands at work.

    """

  /// No line of a discussion is longer, so that each stays as it was written.
  private static let columns = 120

  private static func heading(of group: CommandGroup) -> String { "## \(group.name.trimmingSuffix(":"))\n" }

  /// A command and its subcommands.
  private static func entries(of command: any ParsableCommand.Type, under parents: [String]) -> [String] {
    guard command.configuration.shouldDisplay else { return [] }
    let path = parents + [command._commandName]
    let entry = "### \(path.joined(separator: " "))\n\n\(help(of: command))"
    return [entry] + command.configuration.subcommands.flatMap { entries(of: $0, under: path) }
  }

  /// The help screen as a block of text, without blanks at the ends of lines.
  private static func help(of command: any ParsableCommand.Type) -> String {
    let screen = Pobsync.helpMessage(for: command, includeHidden: false, columns: columns)
    let lines = screen.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).trimmingSuffix(" ") }
    let text = lines.joined(separator: "\n").trimmingSuffix("\n")
    return "```text\n\(text)\n```\n"
  }
}
