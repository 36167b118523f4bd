// `pobsync user disable` and `pobsync user enable`: accounts that are shut out, and let in again.

import ArgumentParser
import Engine
import Spec
import Store

struct UserDisable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "disable",
    abstract: "Shut an account out.",
    discussion: """
      Its sessions end at once, and the tokens that it has made are refused until it is enabled again. The only admin that
      is left cannot be disabled.

      EXAMPLE
        pobsync user disable ann
      """)

  @OptionGroup var account: AccountArgument

  @OptionGroup var storage: StoreOptions

  func run() async throws { try await storage.open().setDisabled(true, account.name) }
}

struct UserEnable: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "enable",
    abstract: "Let a disabled account in again.",
    discussion: """
      EXAMPLE
        pobsync user enable ann
      """)

  @OptionGroup var account: AccountArgument

  @OptionGroup var storage: StoreOptions

  func run() async throws { try await storage.open().setDisabled(false, account.name) }
}

extension Store {
  /// Disables or enables an account, and says so.
  fileprivate func setDisabled(_ isDisabled: Bool, _ name: AccountName) async throws {
    let word = isDisabled ? "disabled" : "enabled"
    let before = try await setDisabled(
      isDisabled, of: name,
      noting: NewAuditEntry(
        byCommand: isDisabled ? "user.disable" : "user.enable", on: "user/\(name)",
        before: [YAMLPair("disabled", .bool(!isDisabled))], after: [YAMLPair("disabled", .bool(isDisabled))]),
      at: WallClock.system.now)
    guard before.isDisabled != isDisabled else {
      Terminal.printLine("account \(name) was \(word) already")
      return
    }
    Terminal.printLine("account \(name) \(word)")
  }
}
