// `pobsync ssh-key generate`: makes the key with which hosts are reached.

import ArgumentParser
import Reconciler
import Spec

struct SSHKeyGenerate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Make a key pair for all hosts, or for one.",
    discussion: """
      The key lies in the directory ssh beside the database, readable by its owner alone and without a passphrase. The
      one for all hosts is used from then on; one that is for a single host has to be declared as its `identity_file`.

      EXAMPLE
        pobsync ssh-key generate
        pobsync ssh-key generate --host web-1
      """)

  @Option(help: "The host that the key is for.", transform: HostName.fromCommandLine)
  var host: HostName?

  @Flag(
    help:
      "Replace a key that is there, which is kept as .old. Hosts that know only that refuse backups until they have the new."
  )
  var force = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let environment = try await storage.environment()
    let option = host.map { " --host \($0)" } ?? ""
    let path: String
    do {
      path = try await environment.makeKey(for: host, isReplacing: force)
    } catch let error as KeyIsThere {
      throw CommandFailure(
        "nothing was made: there is a key already at \(error.path). `pobsync ssh-key show\(option)` shows it; --force "
          + "replaces it, and hosts that know only the old one refuse backups until they have the new")
    }
    Terminal.printLine("\(path) made")
    if let host { Terminal.printLine("Declare it for host \(host): `ssh: {identity_file: \(path)}`.") }
    Terminal.printLine("`pobsync ssh-key show\(option)` prints the line for authorized_keys on the host.")
  }
}
