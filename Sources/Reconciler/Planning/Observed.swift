// The observed state: what the store has recorded and what a look at the disk shows, as the planner takes it.

package import Engine
package import Foundation
package import Spec
package import Store

/// A host's directory as it was found.
package enum ObservedDisk: Sendable, Hashable {
  /// The snapshots under their final names, and the removed ones that are still in the trash.
  case seen(Set<SnapshotID>, trash: [TrashEntry])
  /// There is no backup root to look at.
  case unknown
  /// The host's directory could not be looked at, and why.
  case unreadable(String)
}

/// What is known of one host.
package struct ObservedHost: Sendable, Hashable {
  /// The snapshots that the store has recorded.
  package var recorded: [SnapshotRecord]
  package var disk: ObservedDisk
  /// Recent runs.
  package var runs: [Run]
  /// When the desired state last changed. Failures before that do not make a backup wait: their cause may be mended.
  package var desiredSince: Date?
  package var pause: Pause?
  /// The newest `run_requested` that has been seen to.
  package var requestDone: Remark?
  /// The rename after which the host's directory, or one of its name, is to be renamed still.
  package var pendingRename: HostRename?
  /// The pins of its snapshots, those that are over as well.
  package var pins: [SnapshotID: SnapshotPin] = [:]
  /// How its snapshots have shrunk.
  package var sizes = SizeHistory()
  /// Whether a person has said that what was found in the backup root is ours to remove from, or nothing was.
  package var isAdopted = true
  /// What keeps anything from being written to its directory; nil if that is its own, or not there yet.
  package var notAdopted: NotAdopted?
  /// How much room the disk has; nil if that is not known.
  package var space: DiskSpace?

  package init(
    recorded: [SnapshotRecord] = [], disk: ObservedDisk = .seen([], trash: []), runs: [Run] = [],
    desiredSince: Date? = nil, pause: Pause? = nil
  ) {
    self.recorded = recorded
    self.desiredSince = desiredSince
    self.disk = disk
    self.runs = runs
    self.pause = pause
  }

  /// Whether anything that was removed is still there.
  var hasTrash: Bool { if case .seen(_, let trash) = disk { !trash.isEmpty } else { false } }

  /// The newest finished run of a kind, leaving out those for which there was no use any more when their turn came, and
  /// removals of a snapshot that a person named, which tell nothing of the policy.
  func newestRun(_ kind: RunKind) -> Run? {
    runs.lazy.filter {
      $0.kind == kind && $0.state.isFinished && $0.errorCode != RunErrorCode.superseded
        && !(kind == .prune && $0.request.snapshot != nil)
    }
    .max { $0.id < $1.id }
  }

  /// How often in a row discovery or a prune has failed, or was cut off, of late.
  func attempts(at kind: RunKind) -> Int {
    newestRun(kind).map { [.failed, .interrupted].contains($0.state) ? $0.request.attempt : 0 } ?? 0
  }

  /// The newest good snapshot of the retention chain that is not dated after `now`.
  func newestGood(now: Date) -> SnapshotRecord? {
    recorded.lazy.filter { $0.id.kind == .scheduled && $0.status.isGood && $0.startedAt <= now }
      .max { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
  }
}

package typealias Observed = [HostName: ObservedHost]
