// Why backups fail: a stable code for programs, and sentences for the operator.

/// Why a backup failed, in a form to act on.
package struct BackupFailure: Error, Sendable, Hashable, CustomStringConvertible {
  package enum Code: String, Sendable, Hashable, CaseIterable {
    case addressUnknown = "address_unknown"
    case unreachable
    case connectionLost = "connection_lost"
    case keyRefused = "key_refused"
    case sudoRefused = "sudo_refused"
    /// The key may only read there, and something was to be restored.
    case readOnlyKey = "read_only_key"
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
}

extension BackupFailure.Code {
  /// True where the same attempt may succeed later without anyone doing anything; false where it fails again and again
  /// until somebody puts something right.
  package var isMendedByTime: Bool {
    switch self {
    case .addressUnknown, .keyRefused, .readOnlyKey, .sudoRefused, .hostKeyUnknown, .hostKeyChanged,
      .rsyncMissingRemote,
      .rsyncMissingLocal,
      .sourceMissing, .usage, .protocolMismatch:
      false
    case .unreachable, .connectionLost, .sshFailed, .nothingReceived, .diskFull, .diskError,
      .spaceShort, .backupRoot, .outOfMemory, .timedOut, .killed, .cancelled, .rsyncFailed:
      true
    }
  }
}
