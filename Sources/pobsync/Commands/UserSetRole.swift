// `pobsync user set-role`: lets an account do more, or less.

import ArgumentParser
import Spec
import Store

struct UserSetRole: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "set-role",
    abstract: "Let an account do more, or less.",
    discussion: """
      It holds from the account's next request on, for the tokens that it has made as well. The only admin that is left
      stays one.

      EXAMPLE
        pobsync user set-role ann admin
      """)

  @OptionGroup var account: AccountArgument

  @Argument(help: "What it may do: viewer, operator or admin.")
  var role: Role

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let store = try await storage.open()
    let name = account.name
    let before = try await store.setRole(of: name, to: role)
    guard before.role != role else {
      Terminal.printLine("account \(name) was \(role.rawValue) already")
      return
    }
    try await store.auditCommand(
      "user.set_role", on: "user/\(name)", before: [YAMLPair("role", .string(before.role.rawValue))],
      after: [YAMLPair("role", .string(role.rawValue))])
    Terminal.printLine("account \(name): \(before.role.rawValue) -> \(role.rawValue)")
  }
}
