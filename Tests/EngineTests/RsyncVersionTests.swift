// Versions of rsync as programs tell them, and what is known of them.

import Spec
import Testing

@testable import Engine

@Suite struct RsyncVersionTests {
  @Test(
    arguments: [
      ("3.2.7", "3.2.7"), ("3.4.0pre1", "3.4.0"), ("v3.1", "3.1.0"), ("3.5.0", "3.5.0"), ("unknown", nil), ("", nil),
      ("3", nil), ("3.x", nil),
    ] as [(String, String?)])
  func `versions are read from what programs say`(_ text: String, _ version: String?) {
    #expect(RsyncVersion(text)?.description == version)
  }

  @Test func `versions are compared by their numbers`() throws {
    let versions = ["3.0.9", "3.1.0", "3.2.7", "3.2.10", "3.10.0"]
    #expect(versions.compactMap { RsyncVersion($0) }.sorted().map(\.description) == versions)
  }

  @Test(
    arguments: [
      ("3.2.7", "CVE-2024-12086", "CVE-2024-12084"), ("3.3.0", "CVE-2024-12086", "CVE-2024-12084"),
      ("3.4.1", "CVE-2026-43620", nil), ("3.4.3", nil, nil), ("3.5.0", nil, nil),
    ] as [(String, String?, String?)])
  func `holes are known by the version that closed them`(_ text: String, _ here: String?, _ there: String?) throws {
    let version = try #require(RsyncVersion(text))
    let sides: [(RsyncHole.Side, String?)] = [(.here, here), (.there, there)]
    for (side, name) in sides {
      let hole = RsyncHole.first(of: version, side)
      #expect((hole == nil) == (name == nil))
      if let hole, let name { #expect(hole.description.contains(name)) }
    }
  }

  @Test func `the protocol tells the first version that has it`() {
    #expect(RsyncVersion.first(withProtocol: 32) == RsyncVersion(3, 4))
    #expect(RsyncVersion.first(withProtocol: 31) == RsyncVersion(3, 1))
    #expect(RsyncVersion.first(withProtocol: 29) == nil)
    #expect(HostProbe.protocolVersion(in: "(Client) Protocol versions: remote=31, negotiated=31\ndrwx .\n") == 31)
    #expect(HostProbe.protocolVersion(in: "drwxr-xr-x .\n") == nil)
  }

  @Test func `the version is found behind what a login script says`() {
    #expect(HostProbe.version(in: "Welcome!\nrsync  version 3.2.7  protocol version 31\nCopyright") == "3.2.7")
    #expect(HostProbe.version(in: "rsync  version \u{1B}[2J  protocol") == nil)
    #expect(HostProbe.version(in: "") == nil)
  }

  @Test func `a host is asked for its source root alone, with the words of a backup`() throws {
    let host = try declaredHost("rsync: {remote_binary: sudo -n rsync, timeout: 20s}", "source_root: /srv/my data")
    let command = HostProbe.command(host, try sshDefaults(), rsync: "/usr/bin/rsync")
    #expect(
      command.prefix(8) == [
        "/usr/bin/rsync", "--dirs", "--list-only", "--exclude=/*", "--debug=proto", "--timeout=20",
        "--rsync-path=sudo -n rsync", "--secluded-args",
      ])
    #expect(command.suffix(2) == ["--", "root@web-1.example.net:/srv/my data/"])
    #expect(command[8].hasPrefix("--rsh=ssh -p 22 -o BatchMode=yes -o StrictHostKeyChecking=yes"))
  }

  @Test func `a dry run has the options of a backup, and tells instead of transferring`() throws {
    let host = try declaredHost("rsync: {extra_args: [--sparse]}")
    let command = RsyncCommand(
      host: host, sshDefaults: try sshDefaults(), linkDestinations: [], bandwidthLimit: nil, includesFile: "/i",
      excludesFile: "/e", destination: "/d", rsyncBinary: "/usr/bin/rsync")
    let added = command.dryRunArguments.filter { !command.arguments.contains($0) }
    #expect(added == ["--dry-run", "--itemize-changes"])
    let missing = command.arguments.filter { !command.dryRunArguments.contains($0) }
    #expect(missing == ["--info=progress2"])
  }
}
