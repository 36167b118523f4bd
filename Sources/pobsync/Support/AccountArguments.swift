// What the commands about accounts and tokens share: their arguments, and the audit log.

import ArgumentParser
import Engine
import Spec
import Store

/// An account named on the command line.
struct AccountArgument: ParsableArguments {
  @Argument(help: "The account's name.", transform: AccountName.fromCommandLine)
  var name: AccountName
}

extension AccountName {
  /// - Throws: `ValidationError` with the reason, for the command line to show.
  static func fromCommandLine(_ text: String) throws -> AccountName {
    do throws(InvalidText) {
      return try AccountName(text: text)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

extension Role: ExpressibleByArgument {}

extension Store {
  /// Notes in the audit log what a command has done, and as which user of this machine.
  func auditCommand(
    _ action: String, on subject: String, before: [YAMLPair]? = nil, after: [YAMLPair] = []
  ) async throws {
    let done = after + [YAMLPair("system_user", .string(StoreOptions.actor))]
    try await recordAudit(
      NewAuditEntry(
        actor: ApiToken.commandLine, role: nil, address: ApiToken.commandLine, action: action, subject: subject,
        before: before.map(YAMLValue.map), after: .map(done)), at: WallClock.system.now)
  }
}
