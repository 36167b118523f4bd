// Accounts and tokens from the command line: made, listed, changed, and never with a password to be seen.

import Foundation
import Support
import Testing

@Suite struct AccountCommandTests {
  private static let password = "canary in the coal mine"

  /// Gives `body` an installation without a machine to back up.
  private func withProgram(_ body: (Program) async throws -> Void) async throws {
    try await withScratchDirectory("accounts") { scratch in
      let program = Program(
        scratch: scratch, databaseURL: try await TestDatabase.freshURL(file: Installation.database(in: scratch)))
      try await body(program)
    }
  }

  private struct Program: Sendable {
    let scratch: ScratchDirectory
    let databaseURL: String

    func callAsFunction(_ arguments: String..., input: String? = nil) async throws -> ToolResult {
      var environment = ProcessInfo.processInfo.environment
      environment["POBSYNC_DATABASE"] = databaseURL
      environment["POBSYNC_STATE_DIRECTORY"] = scratch.path("state")
      environment["NO_COLOR"] = "1"
      let result = try await runTool(
        Product.pobsync, arguments, environment: environment, input: input.map { Data($0.utf8) })
      #expect(!result.description.contains("canary"))
      return result
    }

    func list(_ what: String) async throws -> [[String: Any]] {
      let output = try await self(what, "list", "-o", "json").check().output
      return try #require(try JSONSerialization.jsonObject(with: output) as? [[String: Any]])
    }
  }

  @Test func `the first account is made with a password from a file`() async throws {
    try await withProgram { pobsync in
      let empty = try await pobsync("user", "list").check()
      #expect(empty.stdout == "There are no accounts; `pobsync createsuperuser` makes the first.\n")
      let file = try pobsync.scratch.write("\(Self.password)\nnot this\n", to: "password", mode: 0o600)
      let made = try await pobsync("createsuperuser", "ann", "--password-file", file).check()
      #expect(made.stdout == "account ann made: admin\n")
      let users = try await pobsync.list("user")
      #expect(users.map { $0["name"] as? String } == ["ann"])
      #expect(users.map { $0["role"] as? String } == ["admin"])
      #expect(users.map { $0["disabled"] as? Bool } == [false])
      #expect(
        Set(users.flatMap(\.keys)) == [
          "name", "role", "disabled", "created_at", "password_changed_at", "last_login_at",
        ])
      let again = try await pobsync("createsuperuser", "ann", "--password-file", file)
      #expect(again.status == 1)
      #expect(
        again.stderr == "pobsync: there is an account `ann` already; `pobsync user set-password ann` gives it another "
          + "password\n")
    }
  }

  @Test func `what is no password, name or role is refused, and nothing is made`() async throws {
    try await withProgram { pobsync in
      for (password, reason) in [
        ("short", "at least 10 characters"), ("", "at least 10 characters"), ("password123", "anybody would guess"),
        ("ann ann ann", "the account's name"), ("with a \u{7} bell in it", "is not text"),
      ] {
        let result = try await pobsync("createsuperuser", "ann", "--password-file", "-", input: "\(password)\n")
        #expect(result.status == 1)
        #expect(result.stderr.contains(reason), "\(result)")
      }
      let missing = try await pobsync("createsuperuser", "ann", "--password-file", pobsync.scratch.path("none"))
      #expect(missing.status == 1 && missing.stderr.contains("there is no file"))
      let nobody = try await pobsync("createsuperuser", "ann")
      #expect(nobody.status == 1 && nobody.stderr.contains("without a terminal; use --password-file"))
      let unnamed = try await pobsync("createsuperuser", "--password-file", "-", input: "\(Self.password)\n")
      #expect(unnamed.status == 64 && unnamed.stderr.contains("name the account"))
      for arguments in [["Ann", "--role", "viewer"], ["ann", "--role", "root"], ["ann"]] {
        let result = try await pobsync(
          "user", "add", arguments[0], arguments.count > 1 ? "--role=\(arguments[2])" : "--")
        #expect(result.status == 64, "\(result)")
      }
      #expect(try await pobsync.list("user").isEmpty)
    }
  }

  @Test func `accounts are added, changed, disabled and enabled`() async throws {
    try await withProgram { pobsync in
      func add(_ name: String, _ role: String) async throws -> ToolResult {
        try await pobsync("user", "add", name, "--role", role, "--password-file", "-", input: Self.password)
      }
      #expect(try await add("ann", "admin").check().stdout == "account ann made: admin\n")
      #expect(try await add("bob", "viewer").check().stdout == "account bob made: viewer\n")
      let last = try await pobsync("user", "disable", "ann")
      #expect(last.status == 1)
      #expect(
        last.stderr
          == "pobsync: `ann` is the only admin that is not disabled; make another account an admin first\n")
      #expect(try await pobsync("user", "set-role", "ann", "viewer").status == 1)

      #expect(try await pobsync("user", "set-role", "bob", "admin").check().stdout == "account bob: viewer -> admin\n")
      #expect(try await pobsync("user", "set-role", "bob", "admin").check().stdout == "account bob was admin already\n")
      #expect(try await pobsync("user", "disable", "ann").check().stdout == "account ann disabled\n")
      #expect(try await pobsync("user", "disable", "ann").check().stdout == "account ann was disabled already\n")
      #expect(try await pobsync.list("user").map { $0["disabled"] as? Bool } == [true, false])
      let table = try await pobsync("user", "list").check().stdout
      #expect(table.contains("disabled") && table.contains("enabled"))
      #expect(try await pobsync("user", "enable", "ann").check().stdout == "account ann enabled\n")

      let password = try await pobsync(
        "user", "set-password", "bob", "--password-file", "-", input: "another canary altogether\n")
      #expect(try password.check().stdout == "account bob has a new password; its sessions are ended\n")
      for arguments in [["disable"], ["enable"], ["set-password"]] {
        let result = try await pobsync("user", arguments[0], "nobody")
        #expect(result.status == 1)
        #expect(result.stderr == "pobsync: there is no account `nobody`; `pobsync user list` names them\n")
      }
    }
  }

  @Test func `a token is shown once, and revoked`() async throws {
    try await withProgram { pobsync in
      let made = try await pobsync("token", "create", "ci", "--role", "operator", "--expires", "90d").check()
      #expect(made.stdout.wholeMatch(of: #/pobsync_[A-Za-z0-9_-]{43}\n/#) != nil)
      #expect(made.stderr.hasPrefix("token ci made: operator, until "))
      let secret = made.stdout.dropFirst("pobsync_".count).dropLast()

      let file = pobsync.scratch.path("wall.token")
      let written = try await pobsync("token", "create", "wall", "--role", "viewer", "--output-file", file).check()
      #expect(written.stdout == "token wall made: viewer, without an end; it is in \(file)\n")
      #expect(try FileStatus(file).permissions == 0o600)
      let content = try String(contentsOfFile: file, encoding: .utf8)
      #expect(content.wholeMatch(of: #/pobsync_[A-Za-z0-9_-]{43}\n/#) != nil)

      let taken = try await pobsync("token", "create", "other", "--role", "viewer", "--output-file", file)
      #expect(taken.status == 1 && taken.stderr.contains("there is a file \(file) already"))
      let unused = pobsync.scratch.path("unused.token")
      let twice = try await pobsync("token", "create", "ci", "--role", "viewer", "--output-file", unused)
      #expect(twice.status == 1 && twice.stderr.contains("there is a token `ci` already"))
      #expect(!FileManager.default.fileExists(atPath: unused))
      #expect(try String(contentsOfFile: file, encoding: .utf8) == content)
      #expect(try await pobsync("token", "create", "x", "--role", "viewer", "--expires", "0s").status == 64)

      let tokens = try await pobsync.list("token")
      #expect(tokens.map { $0["name"] as? String } == ["ci", "wall"])
      #expect(tokens.map { $0["created_by"] as? String } == ["command line", "command line"])
      for format in ["table", "json", "yaml"] {
        let listed = try await pobsync("token", "list", "-o", format).check().stdout
        #expect(!listed.contains(secret))
      }
      #expect(try await pobsync("token", "revoke", "ci").check().stdout == "token ci revoked\n")
      let gone = try await pobsync("token", "revoke", "ci")
      #expect(gone.stderr == "pobsync: there is no token `ci`; `pobsync token list` names them\n")
      #expect(try await pobsync.list("token").count == 1)
    }
  }

  @Test func `neither passwords nor tokens are in the database`() async throws {
    try await withScratchDirectory("accounts-file") { scratch in
      let program = Program(scratch: scratch, databaseURL: "sqlite://\(scratch.path("state/pobsync.sqlite3"))")
      try await program("createsuperuser", "ann", "--password-file", "-", input: Self.password).check()
      let token = try await program("token", "create", "ci", "--role", "viewer").check().stdout.dropLast()
      var files = 0
      for name in try FileManager.default.contentsOfDirectory(atPath: scratch.path("state")) {
        guard let bytes = FileManager.default.contents(atPath: scratch.path("state/\(name)")) else { continue }
        files += 1
        for secret in ["canary", "\(token)", "\(token.dropFirst("pobsync_".count))"] {
          #expect(bytes.range(of: Data(secret.utf8)) == nil, "\(name)")
        }
      }
      #expect(files > 0)
    }
  }
}
