// What a plan has to know of each snapshot: little, for there may be a million.

package import Engine
package import Foundation

/// A recorded snapshot, without what only people look at.
package struct SnapshotRecord: Sendable, Hashable {
  package let id: SnapshotID
  package let status: SnapshotStatus
  package let startedAt: Date

  package init(id: SnapshotID, status: SnapshotStatus, startedAt: Date) {
    self.id = id
    self.status = status
    self.startedAt = startedAt
  }

  package init(_ snapshot: Snapshot) {
    self.init(id: snapshot.id, status: snapshot.status, startedAt: snapshot.startedAt)
  }
}

/// A host's snapshots in a nutshell.
package struct SnapshotSummary: Sendable, Hashable {
  package let count: Int
  /// When the newest good one of any kind began.
  package let newestGood: Date?

  package init(count: Int, newestGood: Date?) {
    self.count = count
    self.newestGood = newestGood
  }
}
