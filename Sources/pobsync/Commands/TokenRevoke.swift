// `pobsync token revoke`: makes a token none.

import ArgumentParser
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
    let store = try await storage.open()
    let token = try await store.revokeToken(name)
    try await store.auditCommand(
      "token.revoke", on: "token/\(name)", before: [YAMLPair("role", .string(token.role.rawValue))])
    Terminal.printLine("token \(name) revoked")
  }
}
