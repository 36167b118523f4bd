// Hosts that are declared no more, and hosts under another name, as lists and differences show them.

import Engine
import Foundation
import Reconciler
import Spec
import Store

extension RetainedHost {
  /// The host's line in the list of hosts.
  func row(_ snapshots: SnapshotSummary?) -> [String] {
    [
      host.description, "-", "-", retention?.name.description ?? "-", "\(snapshots?.count ?? 0)",
      (snapshots?.newestGood).shown, "retained: removed \(removedAt.shown)",
    ]
  }

  /// The host in the list for programs.
  func value(_ snapshots: SnapshotSummary?) -> YAMLValue {
    .map([
      YAMLPair("name", .string(host.description)),
      YAMLPair(
        "retained",
        .map([
          YAMLPair("on_remove", .string(onRemove.rawValue)),
          YAMLPair("retention", retention.map { .string($0.name.description) } ?? .null),
          YAMLPair("source", .string(source)), YAMLPair("removed_by", .string(actor)),
          YAMLPair("removed_at", .string(Timestamp.text(removedAt))),
        ])),
      YAMLPair(
        "observed",
        .map([
          YAMLPair("snapshots", .int(Int64(snapshots?.count ?? 0))),
          YAMLPair("newest_good", (snapshots?.newestGood).map { .string(Timestamp.text($0)) } ?? .null),
        ])),
    ])
  }
}

extension SpecDifference {
  /// One line a host that gets another name.
  func printMoves(isDryRun: Bool = false) {
    for move in moves {
      Terminal.printLine("\(move.shown) \(Terminal.paint("renamed", .yellow))\(isDryRun ? " (dry run)" : "")")
    }
  }
}

extension HostDifference {
  func printNotes() {
    for removal in removals { Terminal.printLine("  \(ResourceID.host(removal.host)): \(removal.words)") }
    for move in likelyMoves {
      Terminal.printLine(
        Terminal.paint("  \(move.shown) looks like a rename", .yellow)
          + ": declare `moved: [{from: \(move.from), to: \(move.to)}]`, or \(move.to) begins without any snapshot")
    }
  }
}
