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
  /// What is known of one host.
  package func observe(_ host: HostName, stored: StoredSpec, root: RootState) async throws -> ObservedHost {
    let runs = try await livingRuns(root: root)
    let recorded = try await store.snapshotRecords(of: host)
    let changedAt = stored.changedAt
    return try await blocking { root.observe(host, recorded, runs: runs[host] ?? [], desiredSince: changedAt) }
  }

  /// What is known of all hosts that `spec` declares. A host whose directory cannot be looked at does not keep the
  /// others from being seen.
  ///
  /// - Parameters:
  ///   - spec: the desired state to plan for, which `diff` has before it is applied.
  ///   - stored: the desired state as recorded.
  package func observe(_ spec: Spec, stored: StoredSpec, root: RootState) async throws -> Observed {
    let hosts = try await mapHosts(of: spec, stored: stored, root: root) { ($0.name, $1) }
    return Dictionary(uniqueKeysWithValues: hosts)
  }

  /// Looks at all hosts that `spec` declares, several at a time, and keeps of each only what `body` makes of it: what is
  /// known of all snapshots of a large fleet need never be in memory at once.
  ///
  /// - Returns: what `body` made of the hosts, in the order of their names.
  package func mapHosts<Result: Sendable>(
    of spec: Spec, stored: StoredSpec, root: RootState,
    _ body: @escaping @Sendable (EffectiveHost, ObservedHost) -> Result
  ) async throws -> [Result] {
    let runs = try await livingRuns(root: root)
    let changedAt = stored.changedAt
    let hosts = spec.hosts.keys.sorted()
    let batches = stride(from: 0, to: hosts.count, by: Self.batchSize).map { start in
      Array(hosts[start..<min(start + Self.batchSize, hosts.count)])
    }
    // As much of it is computing as is waiting for the disk.
    let lanes = min(ProcessInfo.processInfo.activeProcessorCount, batches.count)
    return try await withThrowingTaskGroup(of: [(batch: Int, results: [Result])].self) { group in
      for lane in 0..<lanes {
        group.addTask {
          var done: [(batch: Int, results: [Result])] = []
          for batch in stride(from: lane, to: batches.count, by: lanes) {
            let recorded = try await store.snapshotRecords(of: batches[batch])
            let results = try await blocking {
              batches[batch].compactMap { host in
                spec.effectiveHost(host).map {
                  body(
                    $0, root.observe(host, recorded[host] ?? [], runs: runs[host] ?? [], desiredSince: changedAt))
                }
              }
            }
            done.append((batch, results))
          }
          return done
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }.sorted { $0.batch < $1.batch }.flatMap(\.results)
    }
  }

  /// Hosts whose snapshots are read in one transaction and are in memory together.
  private static let batchSize = 100

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
  fileprivate func observe(
    _ host: HostName, _ recorded: [SnapshotRecord], runs: [Run], desiredSince: Date?
  ) -> ObservedHost {
    ObservedHost(recorded: recorded, disk: look(at: host, recorded: recorded), runs: runs, desiredSince: desiredSince)
  }

  private func look(at host: HostName, recorded: [SnapshotRecord]) -> ObservedDisk {
    let directory: HostDirectory
    switch self {
    case .unset: return .unknown
    case .unused(let path): directory = HostDirectory(host, below: path)
    case .ready(let root): directory = HostDirectory(host, in: root)
    }
    do {
      let found = try directory.snapshotIDs(known: Set(recorded.map(\.id)))
      return .seen(found, trash: try Disk.names(in: directory.trash).count)
    } catch {
      return .unreadable("\(error)")
    }
  }
}
