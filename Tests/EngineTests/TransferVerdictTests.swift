// The verdict over every way a transfer can end, and the words for it.

import Spec
import Testing

@testable import Engine

@Suite("Transfer verdicts")
struct TransferVerdictTests {
  private func verdict(
    _ exit: ProcessExit, _ messages: String = "", files: Int64? = 1000, host: EffectiveHost? = nil,
    identity: String? = "/etc/pobsync/id_ed25519"
  ) throws -> TransferVerdict {
    var stats = SnapshotStats()
    stats.files = files
    return TransferVerdict(
      exit: exit, messages: messages, stats: stats, host: try host ?? declaredHost(),
      sshDefaults: try sshDefaults(identity: identity))
  }

  private func failure(
    _ status: Int32, _ messages: String = "", files: Int64? = 0, host: EffectiveHost? = nil,
    identity: String? = "/etc/pobsync/id_ed25519", sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> BackupFailure {
    let verdict = try verdict(.exited(status), messages, files: files, host: host, identity: identity)
    guard case .failed(let failure) = verdict else {
      Issue.record("the verdict is \(verdict)", sourceLocation: sourceLocation)
      throw BackupFailure(.rsyncFailed, "no failure")
    }
    #expect(failure.exitCode == status, sourceLocation: sourceLocation)
    return failure
  }

  /// What rsync 3.5.0 says last when ssh ended before it could begin.
  private static func closed(_ status: Int32) -> String {
    let words = [12: "error in rsync protocol data stream", 127: "remote command not found", 255: "unexplained error"]
    return """
      rsync: connection unexpectedly closed (0 bytes received so far) [Receiver]
      rsync error: \(words[Int(status)] ?? "unexplained error") (code \(status)) at io.c(285) [Receiver=3.5.0]

      """
  }

  // MARK: - Statuses

  @Test(
    "every exit status without any message has its code",
    arguments: [
      (1, BackupFailure.Code.usage), (2, .protocolMismatch), (3, .usage), (4, .usage), (5, .protocolMismatch),
      (6, .usage),
      (10, .connectionLost), (11, .diskError), (12, .connectionLost), (13, .rsyncFailed), (14, .rsyncFailed),
      (19, .killed), (20, .killed), (21, .rsyncFailed), (22, .outOfMemory), (25, .rsyncFailed), (30, .timedOut),
      (35, .timedOut), (124, .rsyncFailed), (125, .rsyncFailed), (126, .rsyncMissingRemote), (127, .rsyncMissingRemote),
      (137, .killed), (139, .killed), (143, .killed), (255, .sshFailed),
    ] as [(Int32, BackupFailure.Code)])
  func statuses(status: Int32, code: BackupFailure.Code) throws {
    let failure = try failure(status)
    #expect(failure.code == code)
    #expect(failure.description.contains("web-1"))
  }

  @Test("codes that may pass by themselves are exactly these")
  func transientCodes() {
    let transient = BackupFailure.Code.allCases.filter(\.isMendedByTime)
    #expect(
      transient == [
        .unreachable, .connectionLost, .sshFailed, .nothingReceived, .diskFull, .diskError, .spaceShort, .backupRoot,
        .outOfMemory, .timedOut, .killed, .cancelled, .rsyncFailed,
      ])
  }

  @Test("0 is complete, whatever was printed")
  func complete() throws {
    #expect(try verdict(.exited(0)) == .complete)
    #expect(try verdict(.exited(0), "Host key verification failed.\n") == .complete)
    #expect(try verdict(.exited(0), files: 0) == .complete)
  }

  @Test("a signal that ended the guard itself is told", arguments: [9, 15, 11] as [Int32])
  func signals(signal: Int32) throws {
    guard case .failed(let failure) = try verdict(.signalled(signal)) else {
      Issue.record("a death by signal is a failure")
      return
    }
    #expect(failure.code == .killed)
    #expect(failure.exitCode == 128 + signal)
    #expect(
      failure.description
        == "rsync was ended by signal \(signal) before web-1 was done; it is taken up again next time")
  }

  // MARK: - Logging in

  @Test(
    "an address that DNS does not know, and DNS that does not answer, are told apart", arguments: [12, 255] as [Int32])
  func resolution(status: Int32) throws {
    let name = "ssh: Could not resolve hostname web-1.example.net: "
    let unknown = try failure(status, name + "Name or service not known\r\n" + Self.closed(status))
    #expect(unknown.code == .addressUnknown)
    #expect(!unknown.code.isMendedByTime)
    #expect(
      unknown.description
        == "the address web-1.example.net of web-1 is not known to DNS; correct `address`")
    let silent = try failure(status, name + "Temporary failure in name resolution\r\n" + Self.closed(status))
    #expect(silent.code == .unreachable)
    #expect(silent.code.isMendedByTime)
    #expect(
      silent.description
        == "the address web-1.example.net of web-1 could not be looked up, for DNS does not answer; check the network "
        + "of this backup server. (ssh: Could not resolve hostname web-1.example.net: Temporary failure in name "
        + "resolution)")
  }

  @Test(
    "a host that does not answer",
    arguments: [
      "ssh: connect to host 127.0.0.1 port 1: Connection refused",
      "ssh: connect to host 192.0.2.1 port 22: Connection timed out",
      "ssh: connect to host 192.0.2.1 port 22: No route to host",
      "ssh: connect to host 2001:db8::1 port 22: Network is unreachable",
      "Connection timed out during banner exchange\r\nConnection to 127.0.0.1 port 20993 timed out",
      "Connection to 127.0.0.1 port 20993 timed out",
    ], [12, 255] as [Int32])
  func unreachable(line: String, status: Int32) throws {
    let failure = try failure(status, line + "\r\n" + Self.closed(status))
    #expect(failure.code == .unreachable)
    #expect(failure.code.isMendedByTime)
    let first = line.split(whereSeparator: \.isNewline).first ?? ""
    #expect(
      failure.description
        == "web-1 (root@web-1.example.net, port 22) cannot be reached; is it up, and does its sshd listen on that port? "
        + "(\(first))")
  }

  @Test("an unknown host key")
  func unknownHostKey() throws {
    let messages = """
      No ED25519 host key is known for [127.0.0.1]:20991 and you have requested strict checking.\r
      Host key verification failed.\r

      """
    let failure = try failure(255, messages + Self.closed(255), host: declaredHost("ssh: {port: 2222}"))
    #expect(failure.code == .hostKeyUnknown)
    #expect(!failure.code.isMendedByTime)
    #expect(
      failure.description
        == "the host key of web-1 (root@web-1.example.net, port 2222) is not known yet. Add it with `ssh-keyscan -p 2222 "
        + "web-1.example.net >> /etc/pobsync/known_hosts` and compare its fingerprint (`ssh-keygen -lf "
        + "/etc/pobsync/known_hosts`) with the one on the host's console")
  }

  @Test(
    "a changed host key, named as known-hosts files name it",
    arguments: [
      (22, "web-1.example.net"), (2222, "[web-1.example.net]:2222"),
    ])
  func changedHostKey(port: Int, name: String) throws {
    let messages = """
      @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
      @    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r
      @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
      IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!\r
      Someone could be eavesdropping on you right now (man-in-the-middle attack)!\r
      It is also possible that a host key has just been changed.\r
      The fingerprint for the ED25519 key sent by the remote host is
      SHA256:wxeeGrdVR5hbzQxImg7sCkLO2MiYMzGExR5C03r7mow.\r
      Please contact your system administrator.\r
      Add correct host key in /tmp/rv/kh to get rid of this message.\r
      Offending ED25519 key in /tmp/rv/kh:1\r
        remove with:\r
        ssh-keygen -f "/tmp/rv/kh" -R "[127.0.0.1]:20991"\r
      Host key for [127.0.0.1]:20991 has changed and you have requested strict checking.\r
      Host key verification failed.\r

      """
    let host = try declaredHost("ssh: {port: \(port), known_hosts_file: /k}")
    let failure = try failure(255, messages + Self.closed(255), host: host)
    #expect(failure.code == .hostKeyChanged)
    #expect(!failure.code.isMendedByTime)
    #expect(
      failure.description
        == "the host key of web-1 (root@web-1.example.net, port \(port)) is not the one that /k holds. If the host was "
        + "installed anew, remove the old key with `ssh-keygen -f /k -R '\(name)'`, check the new key's fingerprint on "
        + "the host's console and add it with `ssh-keyscan -p \(port) web-1.example.net >> /k`; otherwise someone may be "
        + "posing as the host")
  }

  @Test(
    "a key that the host does not take",
    arguments: [
      "root@127.0.0.1: Permission denied (publickey,keyboard-interactive).",
      "root@web-1.example.net: Permission denied (publickey).",
      "jump@bastion.example.net: Permission denied (publickey,password).",
      "Received disconnect from 127.0.0.1 port 20991:2: Too many authentication failures\r\n"
        + "Disconnected from 127.0.0.1 port 20991",
    ])
  func refusedKey(line: String) throws {
    let messages = line + "\r\n" + Self.closed(255)
    let failure = try failure(255, messages)
    #expect(failure.code == .keyRefused)
    #expect(!failure.code.isMendedByTime)
    #expect(
      failure.description
        == "web-1 (root@web-1.example.net, port 22) refused the key /etc/pobsync/id_ed25519. Put its public half into "
        + "~root/.ssh/authorized_keys there, or name another with `ssh: {identity_file: …}`")
    let any = try self.failure(255, messages, identity: nil)
    #expect(
      any.description
        == "web-1 (root@web-1.example.net, port 22) refused every key that ssh offered. Make one for pobsync with "
        + "`ssh-keygen -t ed25519 -N '' -f /etc/pobsync/id_ed25519`, which is used from then on, and put "
        + "/etc/pobsync/id_ed25519.pub into ~root/.ssh/authorized_keys there")
  }

  @Test(
    "sudo that wants a password is named, and no lost connection",
    arguments: ["sudo: a password is required", "sudo: a terminal is required to read the password"])
  func refusedBySudo(line: String) throws {
    let failure = try failure(12, line + "\nrsync: connection unexpectedly closed (0 bytes received so far)\n")
    #expect(failure.code == .sudoRefused)
    #expect(!failure.code.isMendedByTime)
    #expect(failure.description.contains("NOPASSWD"))
  }

  @Test("a key that is missing here, or open to others, is not the host's fault")
  func unusableKey() throws {
    let denied = "root@127.0.0.1: Permission denied (publickey,keyboard-interactive).\r\n" + Self.closed(255)
    let missing = try failure(
      255, "no such identity: /etc/pobsync/id_ed25519: No such file or directory\r\n" + denied)
    #expect(missing.code == .keyRefused)
    #expect(
      missing.description
        == "the key /etc/pobsync/id_ed25519 for web-1 (root@web-1.example.net, port 22) cannot be used: it must be "
        + "there, a private key, and readable by its owner alone (`chmod 600 /etc/pobsync/id_ed25519`). (no such "
        + "identity: /etc/pobsync/id_ed25519: No such file or directory)")
    let open = """
      @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
      @         WARNING: UNPROTECTED PRIVATE KEY FILE!          @\r
      @@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@\r
      Permissions 0644 for '/etc/pobsync/id_ed25519' are too open.\r
      It is required that your private key files are NOT accessible by others.\r
      This private key will be ignored.\r
      Load key "/etc/pobsync/id_ed25519": bad permissions\r

      """
    #expect(try failure(255, open + denied).description.contains("`chmod 600 /etc/pobsync/id_ed25519`"))
  }

  // MARK: - The connection

  @Test("ciphers that ssh does not know here, and those that the host does not know", arguments: [12, 255] as [Int32])
  func ciphers(status: Int32) throws {
    let unknown = "command-line line 0: Bad SSH2 cipher spec 'aes'.\r\n" + Self.closed(status)
    #expect(try failure(status, unknown).code == .sshFailed)
    #expect(
      try failure(status, unknown).description
        == "ssh on this backup server does not know the ciphers that it is told for web-1 (root@web-1.example.net, "
        + "port 22): correct `ssh.ciphers` by what `ssh -Q cipher` prints, or leave the choice to ssh with `[]`. "
        + "(command-line line 0: Bad SSH2 cipher spec 'aes'.)")
    let offer = "Unable to negotiate with 192.0.2.1 port 22: no matching cipher found. Their offer: aes128-ctr"
    let refused = try failure(status, offer + "\r\n" + Self.closed(status))
    #expect(refused.code == .sshFailed)
    #expect(
      refused.description
        == "web-1 (root@web-1.example.net, port 22) knows none of the ciphers that ssh offers; add one that it does to "
        + "`ssh.ciphers`. (\(offer))")
  }

  @Test(
    "a connection that was lost",
    arguments: [
      "kex_exchange_identification: read: Connection reset by peer\r\nConnection reset by 127.0.0.1 port 20992",
      "kex_exchange_identification: Connection closed by remote host\r\nConnection closed by 127.0.0.1 port 22",
      "Connection closed by 192.0.2.1 port 22",
      "Connection reset by 192.0.2.1 port 22",
      "Connection to 127.0.0.1 closed by remote host.",
      "Timeout, server web-1.example.net not responding.",
      "client_loop: send disconnect: Broken pipe",
      "Read from remote host web-1: Connection reset by peer",
      "ssh_dispatch_run_fatal: Connection to 192.0.2.1 port 22: message authentication code incorrect",
    ], [12, 255] as [Int32])
  func lost(line: String, status: Int32) throws {
    let failure = try failure(status, line + "\r\n" + Self.closed(status))
    #expect(failure.code == .connectionLost)
    #expect(failure.code.isMendedByTime)
    let first = line.split(whereSeparator: \.isNewline).first ?? ""
    #expect(
      failure.description
        == "the connection to web-1 (root@web-1.example.net, port 22) was lost; it is taken up again next time. (\(first))"
    )
  }

  @Test("a silent end and a time-out in the middle show what rsync says of it")
  func middle() throws {
    #expect(
      try failure(12, Self.closed(12)).description
        == "the connection to web-1 (root@web-1.example.net, port 22) was lost in the middle of the transfer; it is taken "
        + "up again next time. (rsync: connection unexpectedly closed (0 bytes received so far) [Receiver])")
    let timeout = try failure(30, "rsync error: timeout in data send/receive (code 30) at io.c(204) [Receiver=3.5.0]\n")
    #expect(timeout.code == .timedOut)
    #expect(
      timeout.description
        == "the connection to web-1 (root@web-1.example.net, port 22) was lost in the middle of the transfer; it is taken "
        + "up again next time. (rsync error: timeout in data send/receive (code 30) at io.c(204) [Receiver=3.5.0])")
  }

  // MARK: - Programs

  @Test(
    "a remote without rsync, in the words of its shell",
    arguments: [
      "bash: line 1: rsync: command not found", "sh: 1: rsync: not found", "ash: rsync: not found",
      "zsh:1: command not found: rsync", "rsync: Command not found.", "fish: Unknown command: rsync",
      "sudo: rsync: command not found", "bash: line 1: /opt/rsync: No such file or directory",
    ], [12, 127] as [Int32])
  func missingRemoteRsync(line: String, status: Int32) throws {
    let failure = try failure(status, line + "\n" + Self.closed(status))
    #expect(failure.code == .rsyncMissingRemote)
    #expect(!failure.code.isMendedByTime)
    #expect(
      failure.description
        == "rsync is not installed on web-1 (root@web-1.example.net, port 22), or not in its PATH: install it there. "
        + "(\(line))")
  }

  @Test("a remote program of another name is missed under that name")
  func missingRemoteProgram() throws {
    let host = try declaredHost("rsync: {remote_binary: sudo -n /opt/rsync-3.4}")
    let line = "sudo: /opt/rsync-3.4: command not found\n"
    #expect(try failure(12, line + Self.closed(12), host: host).code == .rsyncMissingRemote)
    #expect(try failure(12, line + Self.closed(12)).code == .connectionLost)
  }

  @Test("rsync and ssh that cannot be started here are not the host's fault")
  func missingHere() throws {
    let rsync = try failure(127, "pobsync: cannot start /usr/bin/rsync: No such file or directory\n")
    #expect(rsync.code == .rsyncMissingLocal)
    #expect(
      rsync.description
        == "rsync cannot be started on this backup server. "
        + "(pobsync: cannot start /usr/bin/rsync: No such file or directory)")
    let messages = """
      rsync: [Receiver] Failed to exec ssh: No such file or directory (2)
      rsync error: error in IPC code (code 14) at pipe.c(85) [Receiver=3.5.0]

      """
    let ssh = try failure(12, messages + Self.closed(12))
    #expect(ssh.code == .sshFailed)
    #expect(
      ssh.description.hasPrefix("ssh cannot be started on this backup server: `apt-get install openssh-client`. "))
  }

  @Test("a shell that talks, and other disagreements over the protocol")
  func protocols() throws {
    let unclean = """
      protocol version mismatch -- is your shell clean?
      (see the rsync manpage for an explanation)
      rsync error: protocol incompatibility (code 2) at compat.c(625) [Receiver=3.5.0]

      """
    let failure = try failure(2, unclean)
    #expect(failure.code == .protocolMismatch)
    #expect(!failure.code.isMendedByTime)
    #expect(
      failure.description
        == "something on web-1 (root@web-1.example.net, port 22) prints text into rsync's protocol; keep the login "
        + "scripts of root silent. (protocol version mismatch -- is your shell clean?)")
    let old =
      "the --delete-excluded option requires protocol version 29\nrsync error: protocol incompatibility (code 2)\n"
    #expect(
      try self.failure(2, old).description
        == "rsync on web-1 (root@web-1.example.net, port 22) and the one here did not agree on a protocol; check the "
        + "version of the one there. (the --delete-excluded option requires protocol version 29)")
  }

  @Test("options that rsync does not take")
  func usage() throws {
    let messages = "rsync: --bogus: unknown option\nrsync error: syntax or usage error (code 1) at main.c(1886)\n"
    #expect(
      try failure(1, messages).description
        == "rsync did not accept its options; check `extra_args` of web-1. (rsync: --bogus: unknown option)")
  }

  // MARK: - Partial transfers

  private static let partial =
    "rsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1956) [Receiver=3.5.0]\n"

  @Test(
    "a source that is not there, or may not be entered",
    arguments: [
      #"rsync: [sender] change_dir "/srv" failed: No such file or directory (2)"#,
      #"rsync: change_dir "/srv" failed: No such file or directory (2)"#,
      #"rsync: [sender] link_stat "/srv" failed: No such file or directory (2)"#,
      #"rsync: [sender] change_dir "/srv" failed: Permission denied (13)"#,
    ], [nil, 0, 1] as [Int64?])
  func missingSource(line: String, files: Int64?) throws {
    let host = try declaredHost("source_root: /srv")
    let failure = try failure(23, line + "\n" + Self.partial, files: files, host: host)
    #expect(failure.code == .sourceMissing)
    #expect(!failure.code.isMendedByTime)
    #expect(
      failure.description
        == "the source root /srv does not exist on web-1 (root@web-1.example.net, port 22), or may not be entered: "
        + "correct `source_root`, or mount it there. (\(line))".replacing("(rsync:", with: "rsync:").dropLast())
  }

  @Test("a source of which nothing could be read")
  func unreadableRoot() throws {
    let line = #"rsync: [sender] opendir "/." failed: Permission denied (13)"#
    let failure = try failure(23, line + "\n" + Self.partial, files: 1)
    #expect(failure.code == .nothingReceived)
    #expect(
      failure.description
        == "nothing of / on web-1 (root@web-1.example.net, port 22) could be read; check the permissions of root there. "
        + line)
  }

  @Test("a partial transfer shows up to five complaints")
  func partial() throws {
    let line = { (number: Int) in #"rsync: [sender] send_files failed to open "/a\#(number)": Permission denied (13)"# }
    #expect(try verdict(.exited(23), line(1) + "\n" + Self.partial) == .partial(note: line(1)))
    let fifty = (1...50).map(line).joined(separator: "\n") + "\n" + Self.partial
    let shown = (1...5).map(line).joined(separator: "; ") + "; and 45 more, see the log"
    #expect(try verdict(.exited(23), fifty) == .partial(note: shown))
    #expect(try verdict(.exited(23), Self.partial) == .partial(note: "some files could not be copied"))
    #expect(try verdict(.exited(23), line(1), files: 2) == .partial(note: line(1)))
  }

  @Test("a directory below the root that may not be entered leaves a partial snapshot")
  func unreadableDirectory() throws {
    let line = #"rsync: [sender] change_dir "/home/a" failed: Permission denied (13)"#
    #expect(try verdict(.exited(23), line, files: 2) == .partial(note: line))
  }

  @Test("vanished files are a note")
  func vanished() throws {
    let messages = """
      file has vanished: "/tmp/a"
      rsync warning: some files vanished before they could be transferred (code 24) at main.c(1956) [Receiver=3.5.0]

      """
    #expect(try verdict(.exited(24), messages) == .vanished(note: #"file has vanished: "/tmp/a""#))
    #expect(try verdict(.exited(24)) == .vanished(note: "some files vanished from the source meanwhile"))
  }

  // MARK: - The disk

  @Test(
    "a full disk",
    arguments: [
      #"rsync: [receiver] write failed on "/b/x": No space left on device (28)"#,
      #"rsync: [generator] recv_generator: mkdir "/b/d6" failed: No space left on device (28)"#,
      #"rsync: [receiver] mkstemp "/b/.a.cu7PZQ" failed: No space left on device (28)"#,
      #"rsync: [receiver] write failed on "/b/x": Disk quota exceeded (122)"#,
    ], [11, 12, 23] as [Int32])
  func diskFull(line: String, status: Int32) throws {
    let failure = try failure(
      status, line + "\nrsync error: error in file IO (code 11) at receiver.c(657)\n", files: 500)
    #expect(failure.code == .diskFull)
    #expect(failure.code.isMendedByTime, "a prune may free space")
    #expect(
      failure.description
        == "the disk of the backup root is full (bytes or inodes); nothing of the earlier snapshots was touched. Free "
        + "space, or lower the retention of some hosts, and back up web-1 again")
  }

  @Test("other trouble with the disk, and too little memory")
  func diskAndMemory() throws {
    let line = #"rsync: [receiver] write failed on "/b/x": Input/output error (5)"#
    #expect(
      try failure(11, line + "\nrsync error: error in file IO (code 11) at receiver.c(657)\n").description
        == "rsync could not write the backup of web-1 below the backup root; check the disk. (\(line))")
    let memory = "ERROR: out of memory in flist_expand [sender]"
    #expect(
      try failure(22, memory + "\nrsync error: error allocating core memory buffers (code 22)\n").description
        == "rsync ran out of memory while backing up web-1; free some here or there. (\(memory))")
  }

  // MARK: - Hostile messages

  static let phrases = [
    "root@host: Permission denied (publickey).", "Host key verification failed.", "No space left on device",
    "No space left on device (28)", "Disk quota exceeded (122)",
    "ssh: Could not resolve hostname x: Name or service not known",
    "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @", "rsync: command not found",
    "Received disconnect from x: Too many authentication failures",
    "ssh: connect to host x port 22: Connection refused",
    "Connection closed by x", "protocol version mismatch -- is your shell clean?", "pobsync: cannot start x",
    "rsync: [sender] change_dir ",
  ]

  @Test("a file's name is never taken for a message", arguments: phrases)
  func names(phrase: String) throws {
    let open = #"rsync: [sender] send_files failed to open "/\#(phrase)": Permission denied (13)"#
    let gone = #"file has vanished: "/\#(phrase)""#
    let link = #"symlink has no referent: "/\#(phrase)""#
    #expect(try verdict(.exited(23), open + "\n" + Self.partial) == .partial(note: open))
    #expect(try verdict(.exited(24), gone + "\n") == .vanished(note: gone))
    #expect(try failure(23, open + "\n" + Self.partial, files: 1).code == .nothingReceived)
    for status: Int32 in [11, 12, 255] {
      let plain = try failure(status, Self.closed(status)).code
      #expect(try failure(status, "\(open)\n\(gone)\n\(link)\n" + Self.closed(status)).code == plain)
    }
  }

  @Test("messages are shown without control characters, and cut")
  func shown() throws {
    let escapes = "rsync: [sender] \u{1b}]0;title\u{07}\u{1b}[31mred\u{202e}\u{85}\u{0}x"
    let note = try verdict(.exited(23), escapes)
    #expect(note == .partial(note: "rsync: [sender] \u{FFFD}]0;title\u{FFFD}\u{FFFD}[31mred\u{FFFD}; \u{FFFD}x"))
    let long = "rsync: " + String(repeating: "é", count: 100_000)
    #expect(try verdict(.exited(23), long) == .partial(note: "rsync: " + String(repeating: "é", count: 293) + "…"))
    let raw = String(decoding: Array("rsync: ".utf8) + [0xff, 0xfe, 0x41], as: UTF8.self)
    #expect(try verdict(.exited(23), raw) == .partial(note: "rsync: \u{FFFD}\u{FFFD}A"))
    let lines = String(repeating: "rsync: [sender] complaint\n", count: 20_000)
    let bounded = try failure(255, lines)
    #expect(bounded.description.count < 1000)
  }
}
