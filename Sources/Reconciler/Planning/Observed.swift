// The observed state: what the store has recorded and what a look at the disk shows, as the planner takes it.

package import Engine
import Foundation
package import Spec
package import Store

/// What is known of one host.
package struct ObservedHost: Sendable, Hashable {
  /// The snapshots that the store has recorded.
  package var recorded: [Snapshot]
  /// The snapshots that are on the disk; nil if it could not be looked at.
  package var onDisk: Set<SnapshotID>?
  /// Recent runs.
  package var runs: [Run]

  package init(recorded: [Snapshot] = [], onDisk: Set<SnapshotID>? = [], runs: [Run] = []) {
    self.recorded = recorded
    self.onDisk = onDisk
    self.runs = runs
  }

  /// The newest good snapshot of the retention chain that is not dated after `now`.
  func newestGood(now: Date) -> Snapshot? {
    recorded.filter { $0.id.kind == .scheduled && $0.status.isGood && $0.startedAt <= now }
      .max { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
  }
}

package typealias Observed = [HostName: ObservedHost]
