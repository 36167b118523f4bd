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

extension HostMove {
  /// `host/web1 → host/web-1`
  var shown: String { "\(ResourceID.host(from)) → \(ResourceID.host(to))" }

  var value: YAMLValue {
    .map([YAMLPair("from", .string(from.description)), YAMLPair("to", .string(to.description))])
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

/// What becomes of the snapshots of a host that is to be removed.
struct HostRemoval {
  let host: HostName
  let snapshots: Int
  let onRemove: RemovalPolicy

  /// - Parameters:
  ///   - difference: what is to be applied,
  ///   - current: to this.
  static func all(
    in difference: SpecDifference, of current: Spec, snapshots: [HostName: SnapshotSummary]
  ) -> [HostRemoval] {
    let gone = difference.changes.filter { $0.kind == .deleted && $0.id.kind == .host }
    return gone.compactMap { change in
      guard let name = try? HostName(text: change.id.name), let host = current.effectiveHost(name),
        let count = snapshots[name]?.count, count > 0
      else { return nil }
      return HostRemoval(host: name, snapshots: count, onRemove: host.onRemove)
    }
  }

  /// "its 12 snapshots stay (on_remove: retain)"
  var words: String {
    let verb =
      switch onRemove {
      case .retain: snapshots == 1 ? "stays" : "stay"
      case .expire: snapshots == 1 ? "expires with time" : "expire with time"
      }
    return "its \(snapshots == 1 ? "snapshot" : "\(snapshots) snapshots") \(verb) (on_remove: \(onRemove.rawValue))"
  }

  var value: YAMLValue {
    .map([
      YAMLPair("host", .string(host.description)), YAMLPair("snapshots", .int(Int64(snapshots))),
      YAMLPair("on_remove", .string(onRemove.rawValue)),
    ])
  }
}

/// What a difference means for hosts and their snapshots, besides their fields.
struct HostDifference {
  private var moves: [HostMove] = []
  private var removals: [HostRemoval] = []
  /// Hosts that come and go and look like one and the same.
  private var likelyMoves: [HostMove] = []

  init() {}

  /// The hosts that are to be removed, and leave snapshots.
  var removed: [HostName] { removals.map(\.host) }

  /// - Parameters:
  ///   - declared: what the files declare,
  ///   - stored: what is applied now,
  ///   - wanted: what is after that,
  ///   - source: whose the files are.
  init(
    _ difference: SpecDifference, declared: Spec, from stored: StoredSpec, to wanted: Spec, source: String,
    snapshots: [HostName: SnapshotSummary]
  ) {
    moves = difference.moves
    removals = HostRemoval.all(in: difference, of: stored.spec, snapshots: snapshots)
    let moved = Set(moves.map(\.from))
    let gone = stored.spec.hosts.keys.filter { name in
      declared.hosts[name] == nil && !moved.contains(name) && stored.records[.host(name)]?.source == source
    }
    let new = difference.changes.filter { $0.kind == .created && $0.id.kind == .host }
      .compactMap { try? HostName(text: $0.id.name) }
    likelyMoves = gone.isEmpty ? [] : wanted.likelyMoves(to: new, from: gone, of: stored.spec)
  }

  /// The members of a difference for programs.
  var pairs: [YAMLPair] {
    [
      YAMLPair("moves", .list(moves.map(\.value))), YAMLPair("removed_hosts", .list(removals.map(\.value))),
      YAMLPair("likely_moves", .list(likelyMoves.map(\.value))),
    ]
  }

  func printNotes() {
    for removal in removals { Terminal.printLine("  \(ResourceID.host(removal.host)): \(removal.words)") }
    for move in likelyMoves {
      Terminal.printLine(
        Terminal.paint("  \(move.shown) looks like a rename", .yellow)
          + ": declare `moved: [{from: \(move.from), to: \(move.to)}]`, or \(move.to) begins without any snapshot")
    }
  }
}
