// The log of a transfer while it goes on: the beginning of what it will be, in whole lines.

import Spec
import Testing

@testable import Engine

@Suite struct TransferLogTests {
  private func command() throws -> RsyncCommand {
    let spec = try SpecReader.read([
      SourceText(name: "host.yaml", "version: 1\nhosts:\n  web-1: {address: web-1.example.net}\n")
    ]).spec
    let host = try #require(spec.effectiveHost(try HostName(text: "web-1")))
    return RsyncCommand(
      host: host,
      sshDefaults: SSHDefaults(knownHostsFile: try SSHFilePath(text: "/k/known_hosts"), identityFile: nil),
      linkDestinations: [], bandwidthLimit: nil, includesFile: "/i", excludesFile: "/e", destination: "/d",
      rsyncBinary: "/usr/bin/rsync")
  }

  private func say(_ text: String, to log: TransferLog) {
    Array(text.utf8).withUnsafeBytes { log.takeError($0) }
  }

  @Test func `what there is so far is the beginning of the whole, in whole lines, and told once`() throws {
    let log = TransferLog()
    var length = 0
    func news() -> String? { log.soFar(since: &length) }
    #expect(news() == nil, "nothing has begun")
    log.begin(try command().arguments)
    let heading = try #require(news())
    #expect(heading.hasPrefix("command: [") && heading.hasSuffix("\n\n"))
    #expect(news() == nil, "nothing has come since")

    say("rsync: a file vanished\nrsync: half a li", to: log)
    let half = try #require(news())
    #expect(half == heading + "rsync: a file vanished\n")
    say("ne \u{1F5C4}\n", to: log)
    let whole = try #require(news())
    #expect(whole == half + "rsync: half a line \u{1F5C4}\n")
    _ = Array("Number of files: 7\n".utf8).withUnsafeBytes { log.takeOutput($0) }
    #expect(news() == nil, "the statistics come last")
    #expect(log.text == whole + "\nNumber of files: 7\n")
  }

  @Test func `several commands stand one below the other, and messages are those of the last`() throws {
    let log = TransferLog()
    var length = 0
    func news() -> String? { log.soFar(since: &length) }
    log.remark("before any command")
    log.begin(["rsync", "--dry-run"])
    say("a word of the first\n", to: log)
    _ = Array("Number of files: 7\n".utf8).withUnsafeBytes { log.takeOutput($0) }
    #expect(log.messages == "a word of the first\n")
    #expect(log.stats.files == 7)
    let first = try #require(news())
    log.remark("something was copied")
    log.remark("another takes over")
    log.begin(["rsync"])
    #expect(log.messages == "")
    #expect(log.stats.files == nil)
    let second = try #require(news())
    #expect(second.hasPrefix(first))
    say("a word of the second\n", to: log)
    let third = try #require(news())
    #expect(third == second + "a word of the second\n")
    _ = Array("Number of files: 8\n".utf8).withUnsafeBytes { log.takeOutput($0) }
    #expect(
      log.text == """
        pobsync: before any command

        command: ["rsync", "--dry-run"]

        a word of the first

        Number of files: 7
        pobsync: something was copied
        pobsync: another takes over

        command: ["rsync"]

        a word of the second

        Number of files: 8

        """)
    #expect(log.text.hasPrefix(third))
  }

  @Test func `a character that has come by half is not shown by half`() throws {
    let log = TransferLog()
    var length = 0
    func news() -> String? { log.soFar(since: &length) }
    log.begin(try command().arguments)
    let heading = try #require(news())
    let bytes = Array("é\n".utf8)
    bytes.prefix(1).withUnsafeBytes { log.takeError($0) }
    #expect(news() == heading)
    bytes.dropFirst().withUnsafeBytes { log.takeError($0) }
    #expect(news() == heading + "é\n")
  }
}
