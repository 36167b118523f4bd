// `pobsync user list`: lists the accounts.

import ArgumentParser
import Engine
import Spec
import Store

struct UserList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the accounts.",
    discussion: """
      EXAMPLE
        pobsync user list
        pobsync user list -o json
      """)

  @OptionGroup var output: OutputOptions

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    Listing.users(try await storage.open().users()).print(as: output.format)
  }
}

extension Listing {
  fileprivate static func users(_ users: [UserAccount]) -> Listing {
    Listing(
      headers: ["NAME", "ROLE", "STATE", "LAST LOGIN"],
      rows: users.map { user in
        [user.name.description, user.role.rawValue, user.isDisabled ? "disabled" : "enabled", user.lastLoginAt.shown]
      },
      value: .list(users.map(\.value)), empty: "There are no accounts; `pobsync createsuperuser` makes the first.")
  }
}

extension UserAccount {
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("name", .string(name.description)),
      YAMLPair("role", .string(role.rawValue)),
      YAMLPair("disabled", .bool(isDisabled)),
      YAMLPair("created_at", .string(Timestamp.text(createdAt))),
      YAMLPair("password_changed_at", .string(Timestamp.text(passwordChangedAt))),
      YAMLPair("last_login_at", lastLoginAt.map { .string(Timestamp.text($0)) } ?? .null),
    ])
  }
}
