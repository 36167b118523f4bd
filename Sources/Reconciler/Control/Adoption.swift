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

  /// Marks a backup root whose snapshots another program has made, once a person has seen them.
  ///
  /// - Parameter isAdopted: whether the snapshots of hosts that are ours already may be removed as well.
  /// - Throws: `BackupRootError` if it cannot be marked; `BackupRootUnusable` if another process has marked it meanwhile.
  package func takeIntoUse(_ path: AbsolutePath, isAdopted: Bool) async throws -> BackupRoot {
    let now = clock.now
    let root = try await blocking {
      var generator = SystemRandomNumberGenerator()
      return try BackupRoot.open(path, expected: nil, now: now, using: &generator)
    }
    guard try await store.rememberRoot(path, id: root.id, isAdopted: isAdopted, at: now) == root.id else {
      throw BackupRootUnusable(description: "\(BackupRootError.another(path))")
    }
    return root
  }

  /// Makes the directory of a host its own, with the snapshots in it that another program has made.
  ///
  /// - Parameter bases: snapshots of unknown status that may be a base all the same.
  /// - Returns: false if it was its own before.
  package func adopt(_ directory: HostDirectory, trusting bases: Set<SnapshotID> = []) async throws -> Bool {
    let wasNotAdopted = try await blocking {
      let wasNotAdopted = try directory.notAdopted() != nil
      var generator = SystemRandomNumberGenerator()
      try directory.adopt(trusting: bases, using: &generator)
      return wasNotAdopted
    }
    try await store.noteAdoption(of: directory.host, at: directory.path, by: actor, at: clock.now)
    return wasNotAdopted
  }
}

extension Snapshot {
  /// Why the snapshot is not to be removed, by its pin; nil if it is not pinned.
  package func pinInTheWay(at now: Date) -> String? {
    guard let pin, pin.holds(at: now) else { return nil }
    return RemovalObjection.pinned(id, of: host, pin).description
  }
}
