// The report of a preflight: what was looked at, what was found, and what is to be done before a backup can be made.

package import Foundation
package import Spec

/// One thing that was looked at.
package struct PreflightCheck: Sendable, Hashable {
  package enum Name: String, Sendable, Hashable, CaseIterable {
    case backupRoot = "backup_root"
    case writable, space, inodes
    case hostDirectory = "host_directory"
    case snapshots
    case localRsync = "local_rsync"
    case identity
    case knownHosts = "known_hosts"
    case connection
    case remoteRsync = "remote_rsync"
    case sourceRoot = "source_root"

    /// For people.
    package var title: String {
      switch self {
      case .backupRoot: "Backup root"
      case .writable: "Writing there"
      case .space: "Free space"
      case .inodes: "Free inodes"
      case .hostDirectory: "Host directory"
      case .snapshots: "Snapshots on disk"
      case .localRsync: "rsync here"
      case .identity: "Key for ssh"
      case .knownHosts: "Host key"
      case .connection: "Login by ssh"
      case .remoteRsync: "rsync there"
      case .sourceRoot: "Source root"
      }
    }
  }

  package enum Outcome: String, Sendable, Hashable, CaseIterable {
    case ok, warning, failed
    /// Not looked at, because something that failed comes first.
    case skipped
  }

  /// What cannot be done before it is mended.
  package enum Blocking: String, Sendable, Hashable, CaseIterable {
    case nothing
    /// Backups; a dry run can be made.
    case backup
    /// Backups and dry runs.
    case dryRun = "dry_run"
  }

  package let name: Name
  package let outcome: Outcome
  /// What was found, as a sentence.
  package let found: String
  /// What to do about it; nil where that is said with what was found, or there is nothing to do.
  package let remedy: String?
  package let blocks: Blocking

  package init(
    _ name: Name, _ outcome: Outcome, _ found: String, remedy: String? = nil, blocks: Blocking = .nothing
  ) {
    self.name = name
    self.outcome = outcome
    self.found = found
    self.remedy = remedy
    self.blocks = blocks
  }

  /// The same as a hint, where it turned out not to be in the way.
  var asWarning: PreflightCheck { PreflightCheck(name, .warning, found, remedy: remedy) }

  /// What was found, and what to do.
  package var sentence: String { "\(name.title): \(found)" + (remedy.map { "; \($0)" } ?? "") }
}

/// What is on disk of a host.
package struct HostDiskFacts: Sendable, Hashable {
  package let directory: String
  /// Whether the directory is there.
  package let isThere: Bool
  package let scheduled: Int
  package let manual: Int
  package let unfinished: Int
  package let trash: Int
  /// What is nothing of the host's own.
  package let leftAlone: Int
  package let newest: SnapshotID?
  /// The snapshot that the next one is hard-linked against.
  package let base: SnapshotID?

  package init(
    directory: String, isThere: Bool, scheduled: Int = 0, manual: Int = 0, unfinished: Int = 0, trash: Int = 0,
    leftAlone: Int = 0, newest: SnapshotID? = nil, base: SnapshotID? = nil
  ) {
    self.directory = directory
    self.isThere = isThere
    self.scheduled = scheduled
    self.manual = manual
    self.unfinished = unfinished
    self.trash = trash
    self.leftAlone = leftAlone
    self.newest = newest
    self.base = base
  }
}

/// A key that whoever answers at a host's address has offered. Nothing is trusted by being here.
package struct OfferedHostKey: Sendable, Hashable {
  package enum Standing: String, Sendable, Hashable, CaseIterable {
    case trusted
    /// Nothing is known that speaks against it.
    case new
    /// Not what is trusted.
    case changed
    case revoked
  }

  /// The name under which ssh looks the host up, as it was then.
  package let name: String
  package let key: SSHPublicKey
  /// As ssh-keygen shows it: `SHA256:… (ED25519)`.
  package let fingerprint: String
  package let standing: Standing

  package init(name: String, key: SSHPublicKey, fingerprint: String, standing: Standing) {
    self.name = name
    self.key = key
    self.fingerprint = fingerprint
    self.standing = standing
  }

  /// Whether a person may say that it is the host's.
  package var isPending: Bool { standing == .new || standing == .changed }
}

/// What a preflight has found.
package struct PreflightReport: Sendable, Hashable {
  package let host: HostName
  package let at: Date
  package let checks: [PreflightCheck]
  /// Nil where no backup root is set.
  package let disk: HostDiskFacts?
  /// Only where the host's key is not known, or is another.
  package let offeredKeys: [OfferedHostKey]

  package init(
    host: HostName, at: Date, checks: [PreflightCheck], disk: HostDiskFacts?, offeredKeys: [OfferedHostKey]
  ) {
    self.host = host
    self.at = at
    self.checks = checks
    self.disk = disk
    self.offeredKeys = offeredKeys
  }

  package var blocksBackup: Bool { checks.contains { $0.blocks != .nothing } }
  package var blocksDryRun: Bool { checks.contains { $0.blocks == .dryRun } }
  package var warnings: [PreflightCheck] { checks.filter { $0.outcome == .warning } }

  /// What has to be mended first: what keeps even a dry run from being made.
  package var firstBlocker: PreflightCheck? {
    checks.first { $0.blocks == .dryRun } ?? checks.first { $0.blocks == .backup }
  }

  /// How it ended, in one sentence.
  package var summary: String {
    if let first = firstBlocker {
      let what = blocksDryRun ? "neither a backup nor a dry run" : "no backup, but a dry run,"
      return "\(what) of \(host) can be made. \(first.sentence)"
    }
    guard let first = warnings.first else { return "nothing stands in the way of a backup of \(host)" }
    let others = warnings.count > 1 ? ", and \(warnings.count - 1) more" : ""
    return "a backup of \(host) can be made, with a warning\(others). \(first.sentence)"
  }

  /// All of it, for logs.
  package var text: String {
    var lines: [String] = []
    for check in checks {
      lines.append("\(check.outcome.rawValue.padded(to: 8)) \(check.name.title): \(check.found)")
      if let remedy = check.remedy { lines.append("         to do: \(remedy)") }
      switch check.blocks {
      case .nothing: break
      case .backup: lines.append("         in the way of: backups")
      case .dryRun: lines.append("         in the way of: backups and dry runs")
      }
    }
    for key in offeredKeys { lines.append("offered  \(key.fingerprint)  \(key.standing.rawValue)") }
    return lines.map { "\($0)\n" }.joined()
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
