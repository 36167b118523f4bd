// Adoption, and what else a prune has to know of the past: gathered in the same way for plans and for the worker that
// carries one out.

package import Engine
package import Foundation
package import Spec
package import Store

extension Store {
  /// Whether what is in the backup root may be removed.
  package func isAdopted(_ settings: Settings?) async throws -> Bool {
    guard let path = settings?.backupRoot else { return true }
    return try await isRootAdopted(path)
  }

  /// What is known of one host, as a prune that is about to begin has to know it.
  ///
  /// - Parameter onDisk: the snapshots that are there, now that nobody else works on the host.
  func observeForPruning(
    _ host: HostName, onDisk: Set<SnapshotID>, settings: Settings?
  ) async throws -> ObservedHost {
    let known = try await recorded(of: [host], isRange: false)[host] ?? RecordedHost()
    var observed = ObservedHost(recorded: known.snapshots, disk: .seen(onDisk, trash: []), runs: known.runs)
    observed.add(known, isAdopted: try await isAdopted(settings))
    return observed
  }
}

extension ObservedHost {
  /// Adds what keeps snapshots from being pruned.
  mutating func add(_ known: RecordedHost, isAdopted: Bool) {
    pins = known.pins
    sizes = known.sizes
    self.isAdopted = isAdopted
  }
}

extension Environment {
  /// Notes that a person has said that the snapshots in the backup root are ours to remove from.
  ///
  /// - Returns: false if that was known.
  /// - Throws: `BackupRootUnusable` if the root is not the disk that it should be.
  package func adopt(_ root: BackupRoot) async throws -> Bool {
    try await store.adoptRoot(root.path, by: actor, at: clock.now)
  }
}

extension Snapshot {
  /// Why the snapshot is not to be removed, by its pin; nil if it is not pinned.
  package func pinInTheWay(at now: Date) -> String? {
    guard let pin, pin.holds(at: now) else { return nil }
    return RemovalObjection.pinned(id, of: host, pin).description
  }
}
