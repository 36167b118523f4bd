// `pobsync user add`: makes an account.

import ArgumentParser
import Store

struct UserAdd: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Make an account.",
    discussion: """
      The password is asked for on the terminal, or read from a file. It has to have at least ten characters.

      EXAMPLE
        pobsync user add ann --role operator
        pobsync user add wallboard --role viewer --password-file /run/secrets/wallboard
      """)

  @OptionGroup var account: AccountArgument

  @Option(help: "What it may do: viewer, operator or admin.")
  var role: Role

  @OptionGroup var password: PasswordOptions

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    try await storage.open().add(account.name, role: role, password: password)
  }
}
