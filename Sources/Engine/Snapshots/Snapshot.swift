// Snapshots as values: what a snapshot's metadata says about it, wherever it is kept.

package import Foundation
package import Spec

/// A complete snapshot as found on disk or recorded in the store.
package struct Snapshot: Sendable, Hashable {
  package let host: HostName
  package let id: SnapshotID
  package let status: SnapshotStatus
  package let startedAt: Date
  package let finishedAt: Date?
  package let base: SnapshotBase?
  package let stats: SnapshotStats
  /// Why the status is what it is, for anything but success: which files, or why the metadata could not be read. For any:
  /// why it was not made by the host's strategy.
  package let note: String?
  /// The id in the host directory's `host.yaml` when the snapshot was made.
  package let hostID: String?
  /// The whole metadata, as JSON; nil if there is none.
  package let metadata: String?
  /// What keeps it whatever a policy says, be it over or not.
  package var pin: SnapshotPin?

  package init(
    host: HostName, id: SnapshotID, status: SnapshotStatus, startedAt: Date, finishedAt: Date? = nil,
    base: SnapshotBase? = nil, stats: SnapshotStats = SnapshotStats(), note: String? = nil, hostID: String? = nil,
    metadata: String? = nil
  ) {
    self.host = host
    self.id = id
    self.status = status
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.base = base
    self.stats = stats
    self.note = note
    self.hostID = hostID
    self.metadata = metadata
  }
}

/// The earlier snapshot against which one was hard-linked, as recorded at the time.
package struct SnapshotBase: Sendable, Hashable {
  package let kind: String
  package let name: String
  package let path: String

  package init(kind: String, name: String, path: String) {
    self.kind = kind
    self.name = name
    self.path = path
  }

  /// The base as one of the host's snapshots, if the record names one.
  package var id: SnapshotID? {
    guard let kind = SnapshotKind(rawValue: kind), let name = SnapshotName(name) else { return nil }
    return SnapshotID(kind: kind, name: name)
  }
}

/// The figures of one transfer and of what it left on disk. A figure that is not known is nil.
package struct SnapshotStats: Sendable, Hashable {
  package var files: Int64?
  package var createdFiles: Int64?
  package var transferredFiles: Int64?
  /// File data that crossed the network as such.
  package var literalDataBytes: Int64?
  /// File data that rsync found on this side.
  package var matchedDataBytes: Int64?
  package var receivedBytes: Int64?
  package var sentBytes: Int64?
  /// The sizes of all files in the snapshot.
  package var apparentSizeBytes: Int64?
  /// The sizes of those files that no earlier snapshot shares.
  package var uniqueApparentSizeBytes: Int64?
  /// What was free below the backup root when the snapshot was complete.
  package var availableBytes: Int64?
  package var durationSeconds: Double?

  package init() {}
}
