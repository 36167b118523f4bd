// `pobsync ssh-key show`: the public half of a key, as hosts need it.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct SSHKeyShow: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the public half of a key, and the line that gives it to a host for reading only.",
    discussion: """
      Of a host, the key is the one that it uses; the one made for it by `generate --host`, while none is declared.

      EXAMPLE
        pobsync ssh-key show
        pobsync ssh-key show --host web-1
      """)

  @Option(help: "The host whose key is shown.", transform: HostName.fromCommandLine)
  var host: HostName?

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let environment = try await storage.environment()
    let defaults = environment.sshDefaults
    let declared = try await declaredHost(in: environment)
    let used = declared?.ssh.identityFile?.description ?? defaults.usualIdentityFile
    let own = host.map { defaults.identityFile(of: $0) }.flatMap { Disk.exists($0) ? $0 : nil }
    let path = declared?.ssh.identityFile == nil ? own ?? used : used
    guard Disk.exists(path) else {
      throw CommandFailure("there is no key at \(path) yet: `pobsync ssh-key generate` makes one")
    }
    let key = try await environment.sshTools.publicHalf(of: path)
    Terminal.printLine(key)
    if let host, path != used {
      Terminal.writeError("host \(host) does not use this key yet: declare `ssh: {identity_file: \(path)}`")
    }
    show(key, for: declared)
  }

  private func declaredHost(in environment: Reconciler.Environment) async throws -> EffectiveHost? {
    guard let host else { return nil }
    let desired = try await environment.store.desired()
    if let declared = desired.spec.effectiveHost(host) { return declared }
    guard Disk.exists(environment.sshDefaults.identityFile(of: host)) else {
      throw CommandFailure(unknown: host, among: desired.spec)
    }
    return nil
  }

  private func show(_ key: String, for declared: EffectiveHost?) {
    let root = declared?.sourceRoot ?? .root
    let account = declared.map { "~\($0.ssh.user)/.ssh/authorized_keys on \($0.name)" } ?? "authorized_keys on a host"
    Terminal.printLine()
    guard AuthorizedKeyLine.canRestrict(root), declared?.rsync.remoteBinary == nil else {
      Terminal.printLine(
        "For \(account). It cannot be kept to reading, for rrsync takes no other command than rsync's own, and no "
          + "path of more than plain characters:")
      Terminal.printLine("restrict \(key)")
      return
    }
    Terminal.printLine("For \(account); the key can read there, and do nothing else:")
    Terminal.printLine(AuthorizedKeyLine.reading(key))
    guard let narrow = AuthorizedKeyLine.reading(key, below: root) else { return }
    Terminal.printLine()
    Terminal.printLine("Where rsync 3.5 or later is installed there, it can be kept to \(root):")
    Terminal.printLine(narrow)
  }
}
