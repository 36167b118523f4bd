// What the commands about accounts and tokens share: their arguments, and the audit log.

import ArgumentParser
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

extension NewAuditEntry {
  /// What a command does.
  ///
  /// - Parameter systemUser: the user of this machine who does it; to be looked up before any transaction.
  init(
    byCommand action: String, on subject: String, before: [YAMLPair]? = nil, after: [YAMLPair] = [],
    systemUser: String = StoreOptions.actor
  ) {
    self.init(
      actor: ApiToken.commandLine, role: nil, address: ApiToken.commandLine, action: action, subject: subject,
      before: before.map(YAMLValue.map), after: .map(after + [YAMLPair("system_user", .string(systemUser))]))
  }
}
