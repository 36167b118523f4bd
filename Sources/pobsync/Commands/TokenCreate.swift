// `pobsync token create`: makes a token, and shows it once.

import ArgumentParser
import Engine
import Foundation
import Glibc
import Spec
import Store
import Web

struct TokenCreate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "create",
    abstract: "Make a token.",
    discussion: """
      The token is printed once, or written to a new file that its owner alone can read; only its digest is kept, so that
      it cannot be shown again. Programs send it as `Authorization: Bearer TOKEN`.

      EXAMPLE
        pobsync token create ci --role operator --expires 90d
        pobsync token create prometheus --role viewer --output-file /etc/prometheus/pobsync.token
      """)

  @Argument(help: "The token's name, for lists and the audit log.", transform: ResourceName.fromCommandLine)
  var name: ResourceName

  @Option(help: "What it may do: viewer, operator or admin.")
  var role: Role

  @Option(
    name: .customLong("expires"), help: ArgumentHelp("After which it is refused, such as 90d.", valueName: "time"),
    transform: TimeSpan.fromCommandLine)
  var span: TimeSpan?

  @Option(help: ArgumentHelp("Write the token to this file, which must not be there yet.", valueName: "file"))
  var outputFile: String?

  @OptionGroup var storage: StoreOptions

  func validate() throws {
    if let span, span.seconds == 0 { throw ValidationError("--expires 0s would make a token that nobody can use") }
  }

  func run() async throws {
    let store = try await storage.open()
    let now = WallClock.system.now
    let secret = TokenSecret()
    let end = span.map { now.addingTimeInterval(Double($0.seconds)) }
    let outputFile = outputFile.map { URL(fileURLWithPath: $0).path }
    // The file first: a token that could not be written would be lost.
    if let outputFile, try !Disk.createDurably("\(secret.text)\n", at: outputFile, suffix: "\(getpid())") {
      throw CommandFailure("no token was made: there is a file \(outputFile) already")
    }
    do {
      _ = try await store.createToken(
        name, digest: secret.digest, role: role, by: ApiToken.commandLine, expiresAt: end,
        noting: NewAuditEntry(
          byCommand: "token.create", on: "token/\(name)",
          after: [
            YAMLPair("role", .string(role.rawValue)),
            YAMLPair("expires_at", end.map { .string(Timestamp.text($0)) } ?? .null),
          ]), at: now)
    } catch {
      if let outputFile { unlink(outputFile) }
      throw error
    }
    let time = end.map { "until \($0.shown)" } ?? "without an end"
    if let outputFile {
      Terminal.printLine("token \(name) made: \(role.rawValue), \(time); it is in \(outputFile)")
    } else {
      Terminal.writeError("token \(name) made: \(role.rawValue), \(time); it is not shown again")
      Terminal.printLine(secret.text)
    }
  }
}
