// `pobsync user set-role`: lets an account do more, or less.

import ArgumentParser
import Engine
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
    let (name, role, user) = (account.name, role, StoreOptions.actor)
    let before = try await storage.open().setRole(
      of: name, to: role,
      noting: { former in
        NewAuditEntry(
          byCommand: "user.set_role", on: "user/\(name)", before: [YAMLPair("role", .string(former.role.rawValue))],
          after: [YAMLPair("role", .string(role.rawValue))], systemUser: user)
      }, at: WallClock.system.now)
    guard before.role != role else {
      Terminal.printLine("account \(name) was \(role.rawValue) already")
      return
    }
    Terminal.printLine("account \(name): \(before.role.rawValue) -> \(role.rawValue)")
  }
}
