// `pobsync token revoke`: makes a token none.

import ArgumentParser
import Engine
import Spec
import Store

struct TokenRevoke: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "revoke",
    abstract: "Revoke a token: from now on it is refused.",
    discussion: """
      EXAMPLE
        pobsync token revoke ci
      """)

  @Argument(help: "The token's name.", transform: ResourceName.fromCommandLine)
  var name: ResourceName

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let (name, user) = (name, StoreOptions.actor)
    try await storage.open().revokeToken(
      name,
      noting: { former in
        NewAuditEntry(
          byCommand: "token.revoke", on: "token/\(name)", before: [YAMLPair("role", .string(former.role.rawValue))],
          systemUser: user)
      }, at: WallClock.system.now)
    Terminal.printLine("token \(name) revoked")
  }
}
