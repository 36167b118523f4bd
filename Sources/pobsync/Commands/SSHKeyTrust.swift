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
      configuration cannot be asked. Keys that are not those which are trusted are refused, unless --replace is given;
      that also takes out keys that the host does not offer any more.

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
    let tools = environment.sshTools
    let trust = HostKeyTrust(host, tools: tools, defaults: environment.sshDefaults)
    let offered = try await trust.offered()
    let comparison = HostKeyComparison(offered: offered, known: try await trust.known())
    try await show(comparison, of: trust.name, by: tools)
    let change = try trust.change(for: comparison, replacing: replace)
    guard !change.keys.isEmpty else {
      Terminal.printLine("host/\(host.name) is trusted already.")
      return
    }
    try confirm()
    try await trust.carryOut(change)
    let what = change.isReplacing ? "in the place of the former keys in" : "added to"
    Terminal.printLine("host/\(host.name) \(Terminal.paint("trusted", .green)): \(what) \(trust.file)")
  }

  private func show(_ comparison: HostKeyComparison, of name: String, by tools: SSHTools) async throws {
    Terminal.printLine("\(name) offers:")
    try await list(
      [
        (comparison.known, "trusted already"), (comparison.added, "new"),
        (comparison.changed, "NOT the key that is trusted"), (comparison.revoked, "REVOKED"),
      ], by: tools)
    guard !comparison.stale.isEmpty else { return }
    Terminal.printLine("It offers no more:")
    let fate = replace ? "trusted, and goes" : "still trusted; --replace takes it out"
    try await list([(comparison.stale, fate)], by: tools)
  }

  private func list(_ groups: [(keys: [SSHPublicKey], remark: String)], by tools: SSHTools) async throws {
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
