// `pobsync user`: who may use the web.

import ArgumentParser

struct UserCommands: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "user",
    abstract: "Make, list and change the accounts of the web.",
    discussion: """
      A viewer sees the status; an operator runs, edits and restores as well; an admin has accounts, tokens, keys and the
      destructive actions in hand too. Accounts are disabled and never deleted: the audit log names them.

      EXAMPLE
        pobsync user add ann --role operator
        pobsync user list
        pobsync user disable ann
      """,
    subcommands: [
      UserAdd.self, UserList.self, UserDisable.self, UserEnable.self, UserSetPassword.self, UserSetRole.self,
    ])
}
