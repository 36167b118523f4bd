// `pobsync ssh-key trust`: collects a host's keys, shows them, and trusts them once a person has agreed.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct SSHKeyTrust: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trust",
    abstract: "Collect the keys of a host, show their fingerprints, and trust them.",
    discussion: """
      Asks whoever answers at the host's address, so compare what is shown with what the host itself says:
      `ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` on its console. An address that is an alias of the ssh
      configuration cannot be asked. Keys that are not those which are trusted are refused, unless --replace is given.

      EXAMPLE
        pobsync ssh-key trust web-1
        pobsync ssh-key trust web-1 --replace
      """)

  @OptionGroup var target: HostArgument

  @Flag(help: "Do not ask. What is trusted is shown all the same.")
  var yes = false

  @Flag(help: "Put what is shown in the place of what is trusted: for a host that was installed anew.")
  var replace = false

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let environment = try await storage.environment()
    let host = try await environment.store.desired().host(target.host)
    let file = host.ssh.knownHostsFile ?? environment.sshDefaults.knownHostsFile
    let name = host.knownHostsName
    let tools = environment.sshTools
    let offered = try await tools.scan(host.address, port: host.ssh.port, timeout: host.ssh.connectTimeout)
    let comparison = HostKeyComparison(offered: offered, known: try await tools.known(name, in: file))
    try await show(comparison, of: name, by: tools)
    guard comparison.revoked.isEmpty else {
      throw CommandFailure("nothing was changed: \(file) has marked a key that \(name) offers as revoked")
    }
    guard comparison.changed.isEmpty || replace else {
      throw CommandFailure(
        "nothing was changed: the keys of \(name) are not those that \(file) holds. If the host was installed anew, "
          + "compare them with its console and give --replace; otherwise someone may be posing as the host")
    }
    let isReplacing = !comparison.changed.isEmpty
    let wanted = isReplacing ? offered : comparison.added
    guard !wanted.isEmpty else {
      Terminal.printLine("host/\(host.name) is trusted already.")
      return
    }
    try confirm()
    if isReplacing { try await tools.forget(name, in: file) }
    try await tools.trust(wanted, of: name, in: file)
    Terminal.printLine("host/\(host.name) \(Terminal.paint("trusted", .green)): added to \(file)")
  }

  private func show(_ comparison: HostKeyComparison, of name: String, by tools: SSHTools) async throws {
    Terminal.printLine("\(name) offers:")
    let groups: [(keys: [SSHPublicKey], remark: String)] = [
      (comparison.known, "trusted already"), (comparison.added, "new"),
      (comparison.changed, "NOT the key that is trusted"),
      (comparison.revoked, "REVOKED"),
    ]
    for group in groups {
      for fingerprint in try await tools.fingerprints(of: group.keys) {
        Terminal.printLine("  \(fingerprint)  \(group.remark)")
      }
    }
  }

  private func confirm() throws {
    guard !yes else { return }
    guard Terminal.isInputTerminal else {
      throw CommandFailure(
        "nothing was changed: compare the fingerprints, and give --yes to trust them without being asked")
    }
    guard Terminal.ask("Are these the fingerprints that the host itself shows? Type yes:") == "yes" else {
      throw CommandFailure("nothing was changed")
    }
  }
}
