// Which ciphers suit a machine: those that ssh is configured to offer, in another order.

import Spec
import Support
import Testing

@testable import Engine

@Suite struct SSHDefaultsTests {
  private static let gcm = ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com"]
  private static let chacha = "chacha20-poly1305@openssh.com"

  @Test(
    arguments: [
      ("\(chacha),aes128-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com", gcm + [chacha, "aes128-ctr"]),
      // As it is already.
      ("aes128-gcm@openssh.com,aes256-gcm@openssh.com,aes128-ctr", []),
      ("aes256-gcm@openssh.com,chacha20-poly1305@openssh.com", []),
      // Whoever has left it out does not get it back, and nothing else is added.
      ("chacha20-poly1305@openssh.com,aes256-ctr", []), ("chacha20-poly1305@openssh.com", []),
      ("aes256-ctr,aes256-gcm@openssh.com", ["aes256-gcm@openssh.com", "aes256-ctr"]),
      // What is not understood is left to ssh.
      ("aes256-ctr,aes256-gcm@openssh.com,", ["aes256-gcm@openssh.com", "aes256-ctr"]),
      ("aes256-ctr,^aes256-gcm@openssh.com", []), ("Aes,aes256-gcm@openssh.com", []), ("", []),
    ] as [(String, [String])])
  func `AES-GCM comes first among those that ssh offers anyway`(offered: String, ciphers: [String]) {
    let configuration = "user root\nhostname web-1\nciphers \(offered)\nhostkeyalgorithms ciphers a\nport 22\n"
    #expect(SSHTools.ciphersWithAESFirst(in: configuration).map(\.description) == ciphers)
  }

  @Test func `an ssh that tells nothing of ciphers is left to itself`() {
    #expect(SSHTools.ciphersWithAESFirst(in: "user root\nport 22\n") == [])
    #expect(SSHTools.ciphersWithAESFirst(in: "") == [])
  }

  @Test func `ssh is asked about the very connection that it is to make`() throws {
    let host = try declaredHost("ssh: {user: backup, port: 2222}")
    #expect(
      SSHTools.configurationCommand(for: host)
        == ["ssh", "-G", "-p", "2222", "-l", "backup", "--", "web-1.example.net", "rsync"])
  }

  @Test func `the ssh of this machine is asked, for hosts that leave it open and where AES is preferred`() async throws
  {
    let runner = ProcessRunner(executable: Product.pobsync)
    let (known, open) = (try SSHFilePath(text: "/nowhere/known_hosts"), try declaredHost())
    let defaults = SSHDefaults(knownHostsFile: known, identityFile: nil, prefersAES: true)
    let current = await defaults.current(for: open, runner: runner)
    let offered = try await runTool("ssh", ["-G", "web-1.example.net"]).check().stdout
    #expect(current.ciphers == SSHTools.ciphersWithAESFirst(in: offered))
    // Chosen by OpenSSH itself; a system's own policy may have another order.
    let isUsual = offered.contains("\nciphers \(Self.chacha),") && offered.contains(Self.gcm.joined(separator: ","))
    if isUsual { #expect(current.ciphers.prefix(2).map(\.description) == Self.gcm && current.ciphers.count > 2) }

    let own = try declaredHost("ssh: {ciphers: [aes256-ctr]}")
    #expect(await defaults.current(for: own, runner: runner) == defaults)
    #expect(await defaults.current(for: nil, runner: runner) == defaults)
    let plain = SSHDefaults(knownHostsFile: known, identityFile: nil)
    #expect(await plain.current(for: open, runner: runner) == plain)
  }
}
