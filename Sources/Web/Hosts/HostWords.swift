// What is said of hosts, and to whom: messages that may hold an address, a path or what a remote machine has said are for
// operators.

import Engine
import Foundation
import Reconciler
import Spec
import Store

enum HostWords {
  /// A reason in words: `LastBackupFailed` as `last backup failed`.
  static func reason(_ code: String) -> String {
    var words = ""
    for character in code {
      if character.isUppercase, !words.isEmpty { words += " " }
      words += character == "_" ? " " : character.lowercased()
    }
    return words
  }

  /// A message as far as a reader may see it; nil if it is not for them, or empty.
  static func message(_ text: String?, reason: String?, mayOperate: Bool) -> String? {
    guard let text, !text.isEmpty, mayOperate || reason.map(harmless.contains) ?? false else { return nil }
    return text.printable(limit: 1000)
  }

  /// The reasons whose messages are made of times, counts and names alone.
  private static let harmless: Set = [
    "Suspended", "Paused", "Stale", "Overdue", "BackupDue", "NeverBackedUp", "LastBackupPartial", "TooManyDeletions",
    "Suspicious", "ClockSuspect", "PruneDue", "InPolicy", "KeepsEverything", "NotPruned", "RecentSnapshot",
    "NoSchedule", "NotTried", "NotTold", "BackedUp", "Ready", "DeclaredNoMore",
  ]

  static func badge(_ state: HostState) -> Badge {
    switch state {
    case .due: Badge("info", "due")
    case .waiting: Badge("warning", "waiting")
    case .retained: Badge("neutral", "retained")
    case .unknown: Badge("unknown", "not looked at")
    case .suspended, .paused, .failed, .late, .ready: Badge(state.rawValue)
    }
  }

  /// The class of a row that wants attention; nil for others.
  static func rowStyle(_ state: HostState) -> String? {
    switch state {
    case .failed: "failed"
    case .late, .waiting: "late"
    case .suspended, .paused, .due, .ready, .unknown, .retained: nil
    }
  }

  static func kind(_ kind: RunKind) -> String { kind.rawValue.replacing("_", with: " ") }
}

/// Paths of the site about a host.
enum HostPath {
  // Names of hosts hold nothing that a path would have to encode; those of snapshots may.

  static func host(_ host: HostName) -> String { "/hosts/\(host)" }

  static func snapshot(_ id: SnapshotID, of host: HostName) -> String {
    "/hosts/\(host)/snapshots/\(id.kind.rawValue)/\(PercentEncoding.encoded(id.name.description))"
  }

  /// Where its tree is walked.
  static func tree(_ id: SnapshotID, of host: HostName) -> String {
    "/snapshots/\(host)/\(id.kind.rawValue)/\(PercentEncoding.encoded(id.name.description))/"
  }
}
