// Observation: the store's records and a look at the disk, gathered for the planner.

package import Engine
import Foundation
package import Spec
package import Store

/// The backup root as it was found.
package enum RootState: Sendable {
  /// The settings name none.
  case unset
  /// Never used, so it holds nothing.
  case unused
  case ready(BackupRoot)
}

extension Environment {
  /// What is known of all hosts that `spec` declares.
  ///
  /// - Parameters:
  ///   - spec: the desired state to plan for, which `diff` has before it is applied.
  ///   - stored: the desired state as recorded.
  package func observe(_ spec: Spec, stored: StoredSpec, root: RootState) async throws -> Observed {
    let recorded = try await store.snapshots()
    let runs = try await store.runsForPlanning()
    let changedAt = stored.records.values.map(\.updatedAt).max()
    let onDisk = try await blocking { try root.snapshotIDs(of: spec.hosts.keys.sorted()) }
    return Dictionary(
      uniqueKeysWithValues: spec.hosts.keys.map { host in
        (
          host,
          ObservedHost(
            recorded: recorded[host] ?? [], onDisk: onDisk[host], runs: runs[host] ?? [], desiredSince: changedAt)
        )
      })
  }
}

extension RootState {
  fileprivate func snapshotIDs(of hosts: [HostName]) throws -> [HostName: Set<SnapshotID>] {
    switch self {
    case .unset: [:]
    case .unused: Dictionary(uniqueKeysWithValues: hosts.map { ($0, []) })
    case .ready(let root):
      try Dictionary(uniqueKeysWithValues: hosts.map { ($0, try HostDirectory($0, in: root).snapshotIDs()) })
    }
  }
}
