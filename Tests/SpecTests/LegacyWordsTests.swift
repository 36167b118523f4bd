// Option words of rsync and ssh in the predecessor's files: what each comes to.

import Testing

@testable import Spec

@Suite("The predecessor's option words")
struct LegacyWordsTests {
  /// What words come to: fields as `name=value`, options that stay as they are, `!` and the word for what is left out.
  private func rsync(_ words: [String]) throws -> [String] {
    let read = LegacyRsyncWords(try words.map { try CommandWord(text: $0) })
    var shown: [String] = []
    if let command = read.remoteBinary { shown.append("remote_binary=\(command)") }
    if let seconds = read.timeoutSeconds { shown.append("timeout=\(seconds)") }
    if let limit = read.bandwidthLimit { shown.append("bwlimit=\(limit)") }
    if let flag = read.oneFileSystem { shown.append("one_file_system=\(flag)") }
    if let flag = read.compress { shown.append("compress=\(flag)") }
    shown += read.extraArgs.map(\.description)
    shown += read.includes.map { "include=\($0)" } + read.excludes.map { "exclude=\($0)" }
    return shown + read.leftOut.map { "!" + $0 }
  }

  @Test(
    arguments: [
      (["-aHAX", "--numeric-ids", "--delete", "--delete-excluded", "--stats", "-P", "--info=progress2", "-vhi"], []),
      (["-aHAXx"], ["one_file_system=true"]), (["--one-file-system"], ["one_file_system=true"]),
      (["-x", "--no-one-file-system"], ["one_file_system=false"]), (["--no-x"], ["one_file_system=false"]),
      (["-az"], ["compress=true"]), (["--no-compress"], ["compress=false"]),
      (["--bwlimit=4096"], ["bwlimit=4096"]), (["--bwlimit", "4m"], ["bwlimit=4096"]), (["--bwlimit=0"], ["bwlimit=0"]),
      (
        ["--bwlimit=lots"],
        [
          "!rsync option `--bwlimit=lots` is left out: its value must be a number of KiB in a second, such as 4096 or 4m"
        ]
      ),
      (["--timeout=60", "--timeout", "90"], ["timeout=90"]),
      (
        ["--timeout=-1"],
        ["!rsync option `--timeout=-1` is left out: its value must be a whole number from 0 to 604800"]
      ),
      (["--rsync-path=sudo rsync"], ["remote_binary=sudo rsync"]),
      (["--include", "/d", "--exclude=/a", "--exclude", "b c"], ["include=/d", "exclude=/a", "exclude=b c"]),
      (
        ["--exclude=/a/b", "--include=/a/***"],
        [
          "include=/a/***", "exclude=/a/b",
          "!`--include=/a/***` came after `--exclude=/a/b`, and comes before every exclude here: see whether it lets in "
            + "what was left out",
        ]
      ),
      (["--exclude"], ["!rsync option `--exclude` is left out: its value is missing"]),
      (["--max-size", "1G", "-SW", "--checksum"], ["--max-size=1G", "-S", "-W", "--checksum"]),
      (
        ["--inplace"],
        [
          "!rsync option `--inplace` is left out: `--inplace` is refused: it writes into files in place, and would "
            + "change what earlier snapshots share"
        ]
      ),
      (
        ["-e", "ssh -p 22", "-S"],
        [
          "-S",
          "!rsync option `-e ssh -p 22` is left out: pobsync runs ssh itself; give its port, user and key in `ssh`",
        ]
      ),
      (
        ["--relative"], ["!rsync option `--relative` is left out: pobsync does not know `--relative`"]
      ),
      (
        ["word"],
        [
          "!rsync option `word` is left out: `word` is not an option; options begin with `-`, their values follow after "
            + "`=`"
        ]
      ),
    ] as [([String], [String])])
  func `rsync's words`(words: [String], expected: [String]) throws {
    #expect(try rsync(words) == expected)
  }

  private static let elsewhere =
    "there is no field for it; write it into ssh_config of the account that runs pobsync, for this address"

  @Test(
    arguments: [
      (["-oBatchMode=yes", "-o", "StrictHostKeyChecking=yes", "-oControlMaster=no", "-T", "-q"], [], []),
      (["-oIdentityFile=/k", "-oUserKnownHostsFile=/h"], ["identity_file: /k", "known_hosts_file: /h"], []),
      (["-i", "/k", "-p", "2222", "-l", "backup"], ["user: backup", "port: 2222", "identity_file: /k"], []),
      (["-i/k", "-p2222"], ["port: 2222", "identity_file: /k"], []),
      (
        ["ConnectTimeout=20", "-oserveraliveinterval 15", "-o", "Port = 22"],
        ["port: 22", "connect_timeout: 20s", "keep_alive: 15s"], []
      ),
      (["-oPort=22", "-p", "22"], ["port: 22"], []),
      (["-oPort=22", "-p", "23"], ["port: 22"], ["ssh option `-p 23` is left out: it is 22 already"]),
      (
        ["-oConnectTimeout=0"], [],
        ["ssh option `-oConnectTimeout=0` is left out: its value must be a whole number from 1 to 3600"]
      ),
      (["-c", "aes256-ctr,aes128-ctr"], ["ciphers: aes256-ctr,aes128-ctr"], []),
      (["-cchacha20-poly1305@openssh.com"], ["ciphers: chacha20-poly1305@openssh.com"], []),
      (["-o", "Ciphers=aes256-ctr", "-c", "aes256-ctr"], ["ciphers: aes256-ctr"], []),
      (
        ["-c", "aes256-ctr", "-oCiphers=aes128-ctr"], ["ciphers: aes256-ctr"],
        ["ssh option `-oCiphers=aes128-ctr` is left out: it is [aes256-ctr] already"]
      ),
      (
        ["-oCiphers=^aes128-ctr"], [],
        [
          "ssh option `-oCiphers=^aes128-ctr` is left out: `^aes128-ctr` begins with `^`, by which ssh would change "
            + "its own list; write the names of all ciphers to offer"
        ]
      ),
      (
        ["-c", "aes256-ctr,"], [],
        ["ssh option `-c aes256-ctr,` is left out: the name of a cipher must not be empty"]
      ),
      (["-oProxyJump=gate"], [], ["ssh option `-oProxyJump=gate` is left out: \(elsewhere)"]),
      (
        ["-J", "gate", "-4"], [],
        ["ssh option `-J gate` is left out: \(elsewhere)", "ssh option `-4` is left out: \(elsewhere)"]
      ),
      (
        ["-oStrictHostKeyChecking=no"], [],
        [
          "ssh option `-oStrictHostKeyChecking=no` is left out: pobsync connects only to hosts whose key it knows; put "
            + "the key into the file of known hosts"
        ]
      ),
      (
        ["-oIdentityFile=~/.ssh/id"], [],
        [
          "ssh option `-oIdentityFile=~/.ssh/id` is left out: `~/.ssh/id` does not begin with `/`; write the whole path"
        ]
      ),
    ] as [([String], [String], [String])])
  func `ssh's words`(words: [String], fields: [String], leftOut: [String]) throws {
    var ssh = LegacySSH()
    ssh.options = try words.map { try CommandWord(text: $0) }
    let read = LegacySSHWords(ssh)
    let shown = SSHOptions.fields.encode(read.options).map { pair in
      guard case .list(let items) = pair.value else { return "\(pair.key): \(pair.value.text ?? "?")" }
      return "\(pair.key): \(items.compactMap(\.text).joined(separator: ","))"
    }
    #expect(shown == fields)
    #expect(read.leftOut == leftOut)
  }

  @Test func `a key of its own comes before the words`() throws {
    var ssh = LegacySSH()
    ssh.user = .root
    ssh.identityFile = try CommandWord(text: "/mine")
    ssh.options = [try CommandWord(text: "-lbackup"), try CommandWord(text: "-i/other")]
    let read = LegacySSHWords(ssh)
    #expect(read.options.user == .root)
    #expect(read.options.identityFile?.description == "/mine")
    #expect(
      read.leftOut == [
        "ssh option `-lbackup` is left out: it is root already",
        "ssh option `-i/other` is left out: it is /mine already",
      ])
  }
}
