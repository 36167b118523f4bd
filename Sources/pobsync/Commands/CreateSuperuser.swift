// `pobsync createsuperuser`: the first account of the web.

import ArgumentParser
import Engine
import Spec
import Store

struct CreateSuperuser: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "createsuperuser",
    abstract: "Make an account that may do everything on the web.",
    discussion: """
      The name and the password are asked for on the terminal. The password has to have at least ten characters; what they
      are is up to you. Further accounts are made on the web, or with `pobsync user add`.

      EXAMPLE
        pobsync createsuperuser
        pobsync createsuperuser ann --password-file /run/secrets/ann
      """)

  @Argument(help: "The account's name; asked for if it is not given.", transform: AccountName.fromCommandLine)
  var name: AccountName?

  @OptionGroup var password: PasswordOptions

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let store = try await storage.open()
    try await store.add(try name ?? Self.askForName(), role: .admin, password: password)
  }

  private static func askForName() throws -> AccountName {
    guard Terminal.isInputTerminal else { throw ValidationError("name the account") }
    guard let text = Terminal.ask("Name of the account:") else { throw CommandFailure("nothing was made") }
    do throws(InvalidText) {
      return try AccountName(text: text)
    } catch {
      throw CommandFailure("nothing was made: \(error)")
    }
  }
}

extension Store {
  /// Makes an account, and says so.
  func add(_ name: AccountName, role: Role, password: PasswordOptions) async throws {
    // Nobody is asked for a password in vain.
    if try await user(named: name) != nil {
      throw CommandFailure(
        "there is an account \(name.description.quoted) already; `pobsync user set-password \(name)` gives it another "
          + "password")
    }
    let hash = try await password.hash(for: name)
    try await createUser(
      name, role: role, passwordHash: hash,
      noting: NewAuditEntry(
        byCommand: "user.create", on: "user/\(name)", after: [YAMLPair("role", .string(role.rawValue))]),
      at: WallClock.system.now)
    Terminal.printLine("account \(name) \(Terminal.paint("made", .green)): \(role.rawValue)")
  }
}
