// `pobsync user set-password`: gives an account another password.

import ArgumentParser
import Engine
import Spec
import Store

struct UserSetPassword: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-password",
    abstract: "Give an account another password. Its sessions end.",
    discussion: """
      The password is asked for on the terminal, or read from a file. It has to have at least ten characters.

      EXAMPLE
        pobsync user set-password ann
        pobsync user set-password ann --password-file -
      """)

  @OptionGroup var account: AccountArgument

  @OptionGroup var password: PasswordOptions

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let store = try await storage.open()
    let name = account.name
    // Nobody is asked for a password in vain.
    guard try await store.user(named: name) != nil else {
      throw CommandFailure("there is no account \(name.description.quoted); `pobsync user list` names them")
    }
    let hash = try await password.hash(for: name)
    try await store.setPassword(
      of: name, to: hash, noting: NewAuditEntry(byCommand: "user.set_password", on: "user/\(name)"),
      at: WallClock.system.now)
    Terminal.printLine("account \(name) has a new password; its sessions are ended")
  }
}
