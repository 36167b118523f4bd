// What an ended transfer amounts to: rsync's and ssh's exit status and messages become a verdict and words for the
// operator. Exit values are rsync(1)'s; 255 is ssh's.

package import Spec

/// What has become of a transfer.
package enum TransferVerdict: Sendable, Hashable {
  case complete
  /// Everything but files that vanished from the source meanwhile (status 24).
  case vanished(note: String)
  /// Some files could not be read or written (status 23).
  case partial(note: String)
  case failed(BackupFailure)
}

extension TransferVerdict {
  /// Judges an ended transfer.
  ///
  /// - Parameters:
  ///   - exit: how the process ended.
  ///   - messages: its standard error, at least the beginning and the end.
  ///   - stats: what rsync counted.
  package init(exit: ProcessExit, messages: String, stats: SnapshotStats, host: EffectiveHost, sshDefaults: SSHDefaults)
  {
    let status: Int32
    switch exit {
    case .exited(let code): status = code
    case .signalled(let signal): status = 128 + signal
    }
    let facts = Facts(
      status: status, lines: messages.split(whereSeparator: \.isNewline).map(String.init), stats: stats, host: host,
      sshDefaults: sshDefaults)
    switch status {
    case 0: self = .complete
    case 24: self = .vanished(note: facts.complaints(orElse: "some files vanished from the source meanwhile"))
    case 23: self = facts.partialVerdict
    default: self = .failed(facts.failure)
    }
  }
}

/// What is known of an ended transfer, and the words for it.
private struct Facts {
  let status: Int32
  let lines: [String]
  let stats: SnapshotStats
  let host: EffectiveHost
  let sshDefaults: SSHDefaults

  func failed(_ code: BackupFailure.Code, _ sentence: String) -> BackupFailure {
    BackupFailure(code, sentence, exitCode: status)
  }

  /// Whether a line begins so. Phrases are looked for only where rsync and ssh put them, for any line may quote the name
  /// of a file, which may hold any phrase.
  private func says(_ beginnings: String...) -> Bool {
    lines.contains { line in beginnings.contains { line.hasPrefix($0) } }
  }

  private var place: String { "\(host.name) (\(host.ssh.user)@\(host.address), port \(host.ssh.port))" }

  private var diskFull: BackupFailure? {
    let endings = ["No space left on device (28)", "Disk quota exceeded (122)"]
    guard lines.contains(where: { line in line.hasPrefix("rsync: ") && endings.contains { line.hasSuffix($0) } }) else {
      return nil
    }
    return failed(
      .diskFull,
      "the disk of the backup root is full (bytes or inodes); nothing of the earlier snapshots was touched. Free space, "
        + "or lower the retention of some hosts, and back up \(host.name) again")
  }

  /// Status 23 means "some files": but where the source itself is missing, or next to nothing came, there is no
  /// snapshot worth keeping, and a full disk is nothing that a partial snapshot should hide.
  var partialVerdict: TransferVerdict {
    if let diskFull { return .failed(diskFull) }
    let nothingCame = (stats.files ?? 0) <= 1
    if nothingCame,
      says(
        "rsync: [sender] change_dir ", "rsync: change_dir ", "rsync: [sender] link_stat ", "rsync: link_stat ")
    {
      return .failed(
        failed(
          .sourceMissing,
          "the source root \(host.sourceRoot) does not exist on \(place), or may not be entered: correct `source_root`, "
            + "or mount it there. \(complaints(orElse: ""))"))
    }
    if nothingCame {
      return .failed(
        failed(
          .nothingReceived,
          "nothing of \(host.sourceRoot) on \(place) could be read; check the permissions of \(host.ssh.user) there. "
            + complaints(orElse: "")))
    }
    return .partial(note: complaints(orElse: "some files could not be copied"))
  }

  var failure: BackupFailure {
    if let diskFull { return diskFull }
    if let failure = sshFailure { return failure }
    switch status {
    case 2 where says("protocol version mismatch -- is your shell clean?"):
      return failed(
        .protocolMismatch,
        "something on \(place) prints text into rsync's protocol; keep the login scripts of \(host.ssh.user) silent. "
          + firstComplaint)
    case 2, 5:
      return failed(
        .protocolMismatch,
        "rsync on \(place) and the one here did not agree on a protocol; check the version of the one there. "
          + firstComplaint)
    case 1, 3, 4, 6:
      return failed(
        .usage, "rsync did not accept its options; check `extra_args` of \(host.name). \(firstComplaint)")
    case 11:
      return failed(
        .diskError,
        "rsync could not write the backup of \(host.name) below the backup root; check the disk. \(firstComplaint)")
    case 10, 12, 30, 35:
      let code: BackupFailure.Code = status == 30 || status == 35 ? .timedOut : .connectionLost
      return failed(
        code,
        "the connection to \(place) was lost in the middle of the transfer; it is taken up again next time. "
          + firstComplaint)
    case 22:
      return failed(
        .outOfMemory,
        "rsync ran out of memory while backing up \(host.name); free some here or there. \(firstComplaint)")
    case 127, 126: return rsyncMissing
    case 19, 20:
      return failed(.killed, "rsync was ended by a signal before \(host.name) was done; it is taken up again next time")
    case 128...:
      return failed(
        .killed,
        "rsync was ended by signal \(status - 128) before \(host.name) was done; it is taken up again next time")
    default:
      return failed(.rsyncFailed, "rsync failed with status \(status) for \(host.name); see the log. \(firstComplaint)")
    }
  }

  /// What ssh or the remote shell say, if they are why rsync ended: it then ends with ssh's status, or with 12.
  private var sshFailure: BackupFailure? {
    guard [12, 126, 127, 255].contains(status) else { return nil }
    return loginFailure ?? cipherFailure ?? connectionFailure ?? startFailure
      ?? (status == 255 ? failed(.sshFailed, "ssh to \(place) failed. \(firstComplaint)") : nil)
  }

  private var loginFailure: BackupFailure? {
    let knownHosts = host.ssh.knownHostsFile ?? sshDefaults.knownHostsFile
    let scan = "ssh-keyscan -p \(host.ssh.port) \(host.address) >> \(knownHosts)"
    if says("@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!") {
      return failed(
        .hostKeyChanged,
        "the host key of \(place) is not the one that \(knownHosts) holds. If the host was installed anew, remove the "
          + "old key with `ssh-keygen -f \(knownHosts) -R '\(host.knownHostsName)'`, check the new key's "
          + "fingerprint on the host's console and add it with `\(scan)`; otherwise someone may be posing as the host")
    }
    if says("Host key verification failed.") {
      return failed(
        .hostKeyUnknown,
        "the host key of \(place) is not known yet. Add it with `\(scan)` and compare its fingerprint "
          + "(`ssh-keygen -lf \(knownHosts)`) with the one on the host's console")
    }
    // The line of a refusal is `user@host: Permission denied (publickey).`, of whatever host on the way.
    let isRefused = lines.contains { line in
      line.prefix { $0 != " " }.contains("@") && line.contains(": Permission denied (") && line.hasSuffix(").")
    }
    let tooMany = lines.contains { line in
      line.hasPrefix("Received disconnect from ") && line.hasSuffix(": Too many authentication failures")
    }
    guard isRefused || tooMany else { return nil }
    let identity = host.ssh.identityFile ?? sshDefaults.identityFile
    if let identity, says("no such identity: ", "Load key \"\(identity)\": ") {
      return failed(
        .keyRefused,
        "the key \(identity) for \(place) cannot be used: it must be there, a private key, and readable by "
          + "its owner alone (`chmod 600 \(identity)`). \(firstComplaint)")
    }
    let authorized = "~\(host.ssh.user)/.ssh/authorized_keys there"
    guard let identity else {
      let key = sshDefaults.usualIdentityFile
      return failed(
        .keyRefused,
        "\(place) refused every key that ssh offered. Make one for pobsync with `ssh-keygen -t ed25519 -N '' -f \(key)`, "
          + "which is used from then on, and put \(key).pub into \(authorized)")
    }
    return failed(
      .keyRefused,
      "\(place) refused the key \(identity). Put its public half into \(authorized), "
        + "or name another with `ssh: {identity_file: …}`")
  }

  /// A cipher that ssh does not know, or none that both know.
  private var cipherFailure: BackupFailure? {
    if says("command-line line 0: Bad SSH2 cipher spec ") {
      return failed(
        .sshFailed,
        "ssh on this backup server does not know the ciphers that it is told for \(place): correct `ssh.ciphers` by "
          + "what `ssh -Q cipher` prints, or leave the choice to ssh with `[]`. \(firstComplaint)")
    }
    let disagrees = lines.contains { line in
      line.hasPrefix("Unable to negotiate with ") && line.contains(": no matching cipher found. Their offer: ")
    }
    guard disagrees else { return nil }
    return failed(
      .sshFailed,
      "\(place) knows none of the ciphers that ssh offers; add one that it does to `ssh.ciphers`. \(firstComplaint)")
  }

  private var connectionFailure: BackupFailure? {
    if let line = lines.first(where: { $0.hasPrefix("ssh: Could not resolve hostname ") }) {
      return line.hasSuffix("Temporary failure in name resolution")
        ? failed(
          .unreachable,
          "the address \(host.address) of \(host.name) could not be looked up, for DNS does not answer; "
            + "check the network of this backup server. \(firstComplaint)")
        : failed(.addressUnknown, "the address \(host.address) of \(host.name) is not known to DNS; correct `address`")
    }
    let timedOut = lines.contains { $0.hasPrefix("Connection to ") && $0.hasSuffix(" timed out") }
    if timedOut || says("ssh: connect to host ", "Connection timed out during banner exchange") {
      return failed(
        .unreachable, "\(place) cannot be reached; is it up, and does its sshd listen on that port? \(firstComplaint)")
    }
    let closed = lines.contains { $0.hasPrefix("Connection to ") && $0.hasSuffix("closed by remote host.") }
    if closed
      || says(
        "Connection closed by ", "Connection reset by ", "Timeout, server ", "client_loop: send disconnect: ",
        "Read from remote host ", "kex_exchange_identification: ", "ssh_dispatch_run_fatal: ")
    {
      return failed(
        .connectionLost, "the connection to \(place) was lost; it is taken up again next time. \(firstComplaint)")
    }
    return nil
  }

  /// A program that could not be started, here or there.
  private var startFailure: BackupFailure? {
    if says("pobsync: cannot start ") {
      return failed(.rsyncMissingLocal, "rsync cannot be started on this backup server. \(firstComplaint)")
    }
    if says("rsync: [Receiver] Failed to exec ") {
      return failed(
        .sshFailed, "ssh cannot be started on this backup server: `apt-get install openssh-client`. \(firstComplaint)")
    }
    if let line = lines.first(where: { $0.hasPrefix("sudo: ") && !$0.hasSuffix("command not found") }) {
      return failed(
        .sudoRefused,
        "sudo on \(place) did not start rsync (\(line.printable())): allow \(host.ssh.user) to run it there without a "
          + "password (sudoers: `\(host.ssh.user) ALL=(root) NOPASSWD: /usr/bin/rsync`)")
    }
    // The words of bash, dash, sudo, tcsh, zsh and fish.
    let program = host.rsync.remoteBinary?.description.split(separator: " ").last.map(String.init) ?? "rsync"
    let endings = [
      "\(program): not found", "\(program): command not found", "\(program): Command not found.",
      "\(program): No such file or directory", "command not found: \(program)", "Unknown command: \(program)",
    ]
    return lines.contains { line in endings.contains { line.hasSuffix($0) } } ? rsyncMissing : nil
  }

  private var rsyncMissing: BackupFailure {
    failed(
      .rsyncMissingRemote,
      "rsync is not installed on \(place), or not in its PATH: install it there. \(firstComplaint)")
  }

  /// The lines of rsync and ssh that say what was wrong, without those that only sum up.
  private var complaintLines: [String] {
    lines.filter { line in
      !line.hasPrefix("rsync error:") && !line.hasPrefix("rsync warning:") && !line.allSatisfy(\.isWhitespace)
    }
  }

  /// The first complaint; where there is only rsync's summing up, the last line of that.
  private var firstComplaint: String { (complaintLines.first ?? lines.last).map { "(\($0.printable()))" } ?? "" }

  /// The first few complaints, and how many more there are.
  func complaints(orElse fallback: String) -> String {
    let lines = complaintLines
    guard !lines.isEmpty else { return fallback }
    let shown = lines.prefix(5).map { $0.printable() }.joined(separator: "; ")
    return lines.count > 5 ? "\(shown); and \(lines.count - 5) more, see the log" : shown
  }
}
