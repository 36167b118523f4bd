// What a difference of specs means for hosts and their snapshots: hosts under another name, and hosts that go.

package import Spec
package import Store

extension HostMove {
  /// `host/web1 → host/web-1`
  package var shown: String { "\(ResourceID.host(from)) → \(ResourceID.host(to))" }

  package var value: YAMLValue {
    .map([YAMLPair("from", .string(from.description)), YAMLPair("to", .string(to.description))])
  }
}

/// What becomes of the snapshots of a host that is to be removed.
package struct HostRemoval: Sendable, Hashable {
  package let host: HostName
  package let snapshots: Int
  package let onRemove: RemovalPolicy

  /// - Parameters:
  ///   - difference: what is to be applied,
  ///   - current: to this.
  fileprivate static func all(
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
  package var words: String {
    let verb =
      switch onRemove {
      case .retain: snapshots == 1 ? "stays" : "stay"
      case .expire: snapshots == 1 ? "expires with time" : "expire with time"
      }
    return "its \(snapshots == 1 ? "snapshot" : "\(snapshots) snapshots") \(verb) (on_remove: \(onRemove.rawValue))"
  }

  package var value: YAMLValue {
    .map([
      YAMLPair("host", .string(host.description)), YAMLPair("snapshots", .int(Int64(snapshots))),
      YAMLPair("on_remove", .string(onRemove.rawValue)),
    ])
  }
}

/// What a difference means for hosts and their snapshots, besides their fields.
package struct HostDifference: Sendable, Hashable {
  package private(set) var moves: [HostMove] = []
  package private(set) var removals: [HostRemoval] = []
  /// Hosts that come and go and look like one and the same.
  package private(set) var likelyMoves: [HostMove] = []

  package init() {}

  /// The hosts that are to be removed, and leave snapshots.
  package var removed: [HostName] { removals.map(\.host) }

  /// - Parameters:
  ///   - declared: what the files declare,
  ///   - stored: what is applied now,
  ///   - wanted: what is after that,
  ///   - source: whose the files are.
  package init(
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
  package var pairs: [YAMLPair] {
    [
      YAMLPair("moves", .list(moves.map(\.value))), YAMLPair("removed_hosts", .list(removals.map(\.value))),
      YAMLPair("likely_moves", .list(likelyMoves.map(\.value))),
    ]
  }
}
