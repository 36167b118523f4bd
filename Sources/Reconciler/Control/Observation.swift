// Observation: the store's records and a look at the disk, gathered for the planner.

package import Engine
import Foundation
package import Spec
package import Store

/// The backup root as it was found.
package enum RootState: Sendable {
  /// The settings name none.
  case unset
  /// It has not been taken into use. Snapshots of others may be there all the same.
  case unused(AbsolutePath)
  case ready(BackupRoot)
}

extension Environment {
  /// What is known of all hosts that `spec` declares. A host whose directory cannot be looked at does not keep the
  /// others from being seen.
  ///
  /// - Parameters:
  ///   - spec: the desired state to plan for, which `diff` has before it is applied.
  ///   - stored: the desired state as recorded.
  package func observe(_ spec: Spec, stored: StoredSpec, root: RootState) async throws -> Observed {
    let recorded = try await store.snapshots()
    let runs = try await livingRuns(root: root)
    let changedAt = stored.records.values.map(\.updatedAt).max()
    let disk = try await blocking { Dictionary(uniqueKeysWithValues: spec.hosts.keys.map { ($0, root.look(at: $0)) }) }
    return Dictionary(
      uniqueKeysWithValues: spec.hosts.keys.map { host in
        (
          host,
          ObservedHost(
            recorded: recorded[host] ?? [], disk: disk[host] ?? .unknown, runs: runs[host] ?? [],
            desiredSince: changedAt)
        )
      })
  }

  /// Recent runs, without those whose process has died and that nobody has closed yet.
  private func livingRuns(root: RootState) async throws -> [HostName: [Run]] {
    var runs = try await store.runsForPlanning()
    guard case .ready(let root) = root else { return runs }
    for (host, all) in runs {
      for run in all where !run.state.isFinished {
        if try await isDead(run, root: root) { runs[host]?.removeAll { $0.id == run.id } }
      }
    }
    return runs
  }
}

extension RootState {
  fileprivate func look(at host: HostName) -> ObservedDisk {
    let directory: HostDirectory
    switch self {
    case .unset: return .unknown
    case .unused(let path): directory = HostDirectory(host, below: path)
    case .ready(let root): directory = HostDirectory(host, in: root)
    }
    do {
      return .seen(try directory.snapshotIDs(), trash: try Disk.names(in: directory.trash).count)
    } catch {
      return .unreadable("\(error)")
    }
  }
}
