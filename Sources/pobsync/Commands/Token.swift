// `pobsync token`: what programs use the API with.

import ArgumentParser

struct TokenCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token",
    abstract: "Make, list and revoke the tokens of the API.",
    discussion: """
      EXAMPLE
        pobsync token create ci --role operator --expires 90d
        pobsync token list
        pobsync token revoke ci
      """,
    subcommands: [TokenCreate.self, TokenList.self, TokenRevoke.self])
}
