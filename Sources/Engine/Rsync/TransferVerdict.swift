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

/// Why a backup failed, in a form to act on.
package struct BackupFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Code: String, Sendable, Hashable, CaseIterable {
    case addressUnknown = "address_unknown"
    case unreachable
    case connectionLost = "connection_lost"
    case keyRefused = "key_refused"
    case hostKeyUnknown = "host_key_unknown"
    case hostKeyChanged = "host_key_changed"
    case sshFailed = "ssh_failed"
    case rsyncMissingRemote = "rsync_missing_remote"
    case rsyncMissingLocal = "rsync_missing_local"
    case sourceMissing = "source_missing"
    case nothingReceived = "nothing_received"
    case diskFull = "disk_full"
    case diskError = "disk_error"
    case spaceShort = "space_short"
    case backupRoot = "backup_root"
    case hostBusy = "host_busy"
    case usage
    case protocolMismatch = "protocol_mismatch"
    case outOfMemory = "out_of_memory"
    case timedOut = "timed_out"
    case killed
    case cancelled
    case rsyncFailed = "rsync_failed"
  }

  /// Stable, for programs.
  package let code: Code
  /// What happened, and what to do next, as whole sentences.
  package let description: String
  /// rsync's exit status, if it ran.
  package let exitCode: Int32?

  package init(_ code: Code, _ description: String, exitCode: Int32? = nil) {
    self.code = code
    self.description = description
    self.exitCode = exitCode
  }

  /// True where the same attempt may succeed later without anyone doing anything.
  package var isTransient: Bool {
    switch code {
    case .unreachable, .connectionLost, .timedOut, .killed, .cancelled, .hostBusy, .outOfMemory, .sshFailed: true
    default: false
    }
  }
}

extension TransferVerdict {
  /// Judges an ended transfer.
  ///
  /// - Parameters:
  ///   - exit: how the process ended.
  ///   - messages: its standard error, at least the beginning and the end.
  ///   - stats: what rsync counted.
  package init(exit: ProcessExit, messages: String, stats: SnapshotStats, host: EffectiveHost, sshDefaults: SSHDefaults) {
    let status: Int32
    switch exit {
    case .exited(let code): status = code
    case .signalled(let signal): status = 128 + signal
    }
    let facts = Facts(status: status, messages: messages, stats: stats, host: host, sshDefaults: sshDefaults)
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
  let messages: String
  let stats: SnapshotStats
  let host: EffectiveHost
  let sshDefaults: SSHDefaults

  func failed(_ code: BackupFailure.Code, _ sentence: String) -> BackupFailure {
    BackupFailure(code, sentence, exitCode: status)
  }

  private func says(_ phrases: String...) -> Bool { phrases.contains { messages.contains($0) } }

  private var place: String { "\(host.name) (\(host.ssh.user)@\(host.address), port \(host.ssh.port))" }

  private var diskFull: BackupFailure? {
    guard says("No space left on device", "Disk quota exceeded") else { return nil }
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
    if nothingCame, says("change_dir", "link_stat") {
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
    case 1...4, 6:
      return failed(.usage, "rsync did not accept its options; check `extra_args` of \(host.name). \(last)")
    case 5:
      return failed(.protocolMismatch, "rsync on \(place) did not start its protocol. \(last)")
    case 11: return failed(.diskError, "rsync could not write below the backup root; check the disk. \(last)")
    case 12 where says("protocol version mismatch", "is your shell clean"):
      return failed(
        .protocolMismatch,
        "something on \(place) prints text into rsync's protocol; keep the login scripts of \(host.ssh.user) silent. \(last)")
    case 10, 12, 30, 35:
      let code: BackupFailure.Code = status == 30 || status == 35 ? .timedOut : .connectionLost
      return failed(
        code, "the connection to \(place) was lost in the middle of the transfer; it is taken up again next time. \(last)")
    case 22: return failed(.outOfMemory, "rsync ran out of memory. \(last)")
    case 127, 126:
      return failed(.rsyncMissingRemote, "rsync is not installed on \(place), or not in its PATH: install it there. \(last)")
    case 19, 20: return failed(.killed, "rsync was ended by a signal before it was done")
    case 128...: return failed(.killed, "rsync was ended by signal \(status - 128) before it was done")
    default: return failed(.rsyncFailed, "rsync failed with status \(status). \(last)")
    }
  }

  private var sshFailure: BackupFailure? {
    let knownHosts = host.ssh.knownHostsFile ?? sshDefaults.knownHostsFile
    let scan = "ssh-keyscan -p \(host.ssh.port) \(host.address) >> \(knownHosts)"
    if says("REMOTE HOST IDENTIFICATION HAS CHANGED") {
      return failed(
        .hostKeyChanged,
        "the host key of \(place) is not the one that \(knownHosts) holds. If the host was installed anew, remove the "
          + "old key with `ssh-keygen -f \(knownHosts) -R '[\(host.address)]:\(host.ssh.port)'`, check the new key's "
          + "fingerprint on the host's console and add it with `\(scan)`; otherwise someone may be posing as the host")
    }
    if says("Host key verification failed", "host key is known for") {
      return failed(
        .hostKeyUnknown,
        "the host key of \(place) is not known yet. Add it with `\(scan)` and compare its fingerprint "
          + "(`ssh-keygen -lf \(knownHosts)`) with the one on the host's console")
    }
    if says("Permission denied (", "Too many authentication failures", "no such identity", "UNPROTECTED PRIVATE KEY") {
      let identity = host.ssh.identityFile ?? sshDefaults.identityFile
      let key = identity.map { "the key \($0)" } ?? "every key that ssh offered"
      return failed(
        .keyRefused,
        "\(place) refused \(key). Put its public half into ~\(host.ssh.user)/.ssh/authorized_keys there, "
          + "or name another with `ssh: {identity_file: …}`")
    }
    if says("Could not resolve hostname", "Name or service not known") {
      return failed(.addressUnknown, "the address \(host.address) of \(host.name) is not known to DNS; correct `address`")
    }
    if says("Connection refused", "Connection timed out", "No route to host", "Network is unreachable", "Host is down") {
      return failed(
        .unreachable, "\(place) cannot be reached; is it up, and does its sshd listen on that port? \(firstComplaint)")
    }
    if says(
      "rsync: not found", "rsync: command not found", "rsync: No such file", "remote command not found", "not found (code 127)")
    {
      return failed(.rsyncMissingRemote, "rsync is not installed on \(place), or not in its PATH: install it there")
    }
    if says("Connection closed by", "Connection reset by", "not responding", "Broken pipe", "closed by remote host") {
      return failed(
        .connectionLost, "the connection to \(place) was lost; it is taken up again next time. \(firstComplaint)")
    }
    return status == 255 ? failed(.sshFailed, "ssh to \(place) failed. \(firstComplaint)") : nil
  }

  /// The lines of rsync and ssh that say what was wrong, without those that only sum up.
  private var complaintLines: [String] {
    messages.split(whereSeparator: \.isNewline).map(String.init).filter { line in
      !line.hasPrefix("rsync error:") && !line.hasPrefix("rsync warning:") && !line.trimmingPrefix(" ").isEmpty
    }
  }

  private var firstComplaint: String { complaintLines.first.map { "(\($0.printable))" } ?? "" }
  private var last: String {
    messages.split(whereSeparator: \.isNewline).last.map { "(\(String($0).printable))" } ?? ""
  }

  /// The first few complaints, and how many more there are.
  func complaints(orElse fallback: String) -> String {
    let lines = complaintLines
    guard !lines.isEmpty else { return fallback }
    let shown = lines.prefix(5).map(\.printable).joined(separator: "; ")
    return lines.count > 5 ? "\(shown); and \(lines.count - 5) more, see the log" : shown
  }
}

extension String {
  /// The text with control characters made visible and cut to a readable length: remote file names may hold anything.
  package var printable: String {
    let scalars = unicodeScalars.prefix(300).map { scalar -> String in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
      default: String(scalar)
      }
    }
    return scalars.joined() + (unicodeScalars.count > 300 ? "…" : "")
  }
}
