// `pobsync ssh-key`: the keys with which hosts are reached, and the keys by which hosts are known.

import ArgumentParser

struct SSHKey: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ssh-key",
    abstract: "Make pobsync's ssh keys, and collect those of hosts.",
    discussion: """
      EXAMPLE
        pobsync ssh-key generate
        pobsync ssh-key show
        pobsync ssh-key trust web-1
      """,
    subcommands: [SSHKeyGenerate.self, SSHKeyShow.self, SSHKeyTrust.self])
}
