// What an ended restore amounts to: rsync's exit status and messages become words for the operator.

import Spec

struct RestoreVerdict {
  private let exit: ProcessExit
  private let messages: String
  private let lines: [String]
  private let stats: SnapshotStats

  init(exit: ProcessExit, messages: String, stats: SnapshotStats) {
    self.exit = exit
    self.messages = messages
    self.stats = stats
    lines = messages.split(whereSeparator: \.isNewline).map(String.init)
  }

  private var status: Int32 {
    switch exit {
    case .exited(let code): code
    case .signalled(let signal): 128 + signal
    }
  }

  // MARK: - To a host

  func outcome(at host: EffectiveHost, sshDefaults: SSHDefaults) -> RestoreResult.Outcome {
    let place = "\(host.name) (\(host.ssh.user)@\(host.address), port \(host.ssh.port))"
    if isReadOnly {
      return failed(
        .readOnlyKey,
        "the key that pobsync has for \(place) may only read there (`rrsync -ro` in authorized_keys), which is as it should "
          + "be; nothing was changed. Restore into a directory of the backup server (`--to-directory`) and copy from there "
          + "with a key of your own, or leave out `-ro` in authorized_keys for as long as the restore takes")
    }
    switch status {
    case 0: return .done
    case 23, 24: return partial
    case 11: return failed(.diskError, "rsync could not write to \(place). \(complaints)")
    case 10, 12, 30, 35:
      // A connection that ssh never made has words of its own.
      let told = TransferVerdict(
        exit: exit, messages: messages, stats: stats, host: host, sshDefaults: sshDefaults)
      if case .failed(let failure) = told, failure.code != .connectionLost, failure.code != .timedOut {
        return .failed(failure)
      }
      return failed(
        status == 30 || status == 35 ? .timedOut : .connectionLost,
        "the connection to \(place) was lost in the middle of the restore; restore again, and what has arrived whole is not "
          + "sent once more. \(complaints)")
    default:
      guard
        case .failed(let failure) = TransferVerdict(
          exit: exit, messages: messages, stats: stats, host: host, sshDefaults: sshDefaults)
      else { return partial }
      return .failed(failure)
    }
  }

  /// The words of rrsync, of any version.
  private var isReadOnly: Bool {
    lines.contains { line in
      line.contains("sending to read-only server") && line.contains("not allowed") && !line.hasPrefix("rsync: ")
    }
  }

  // MARK: - To a directory here

  var outcomeHere: RestoreResult.Outcome {
    switch status {
    case 0: .done
    case 23, 24: partial
    case 11: failed(.diskError, "rsync could not write to the directory. \(complaints)")
    case 19, 20, 128...: failed(.killed, "rsync was ended by a signal; restore again")
    case 127, 126: failed(.rsyncMissingLocal, "rsync cannot be started on this backup server. \(complaints)")
    default: failed(.rsyncFailed, "rsync failed with status \(status). \(complaints)")
    }
  }

  // MARK: - Words

  /// Where nothing at all arrived, that is no restore.
  private var partial: RestoreResult.Outcome {
    guard (stats.files ?? 0) > 0 else { return failed(.nothingReceived, "nothing was restored. \(complaints)") }
    return .partial(note: complaints)
  }

  private func failed(_ code: BackupFailure.Code, _ sentence: String) -> RestoreResult.Outcome {
    .failed(BackupFailure(code, sentence, exitCode: status))
  }

  /// The first few lines that say what was wrong, without those that only sum up.
  private var complaints: String {
    let told = lines.filter { line in
      !line.hasPrefix("rsync error:") && !line.hasPrefix("rsync warning:") && !line.allSatisfy(\.isWhitespace)
    }
    guard !told.isEmpty else { return lines.last.map { $0.printable() } ?? "rsync said nothing" }
    let shown = told.prefix(5).map { $0.printable() }.joined(separator: "; ")
    return told.count > 5 ? "\(shown); and \(told.count - 5) more, see the log" : shown
  }
}
