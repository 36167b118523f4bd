// Observation: the store's records and a look at the disk, gathered for the planner.

package import Engine
package import Spec
import Store

extension Environment {
  /// What is known of all declared hosts.
  ///
  /// - Parameter root: nil if the backup root cannot be looked at or has not been used; then nothing is known of the
  ///   disk, and nothing is planned that depends on it.
  package func observe(_ spec: Spec, root: BackupRoot?) async throws -> Observed {
    let recorded = try await store.snapshots()
    let runs = try await store.runsForPlanning()
    let hosts = spec.hosts.keys.sorted()
    let onDisk = try await blocking {
      try root.map { root in
        try Dictionary(uniqueKeysWithValues: hosts.map { ($0, try HostDirectory($0, in: root).snapshotIDs()) })
      }
    }
    return Dictionary(
      uniqueKeysWithValues: hosts.map { host in
        (host, ObservedHost(recorded: recorded[host] ?? [], onDisk: onDisk?[host], runs: runs[host] ?? []))
      })
  }
}
