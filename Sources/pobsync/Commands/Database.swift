// `pobsync database`: copies, backups and tests of the database itself.

import ArgumentParser

struct DatabaseCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "database", abstract: "Copy, back up or check the database.",
    subcommands: [DatabaseCopying.self, DatabaseBackingUp.self, DatabaseChecking.self])
}
