// A snapshot that a person changes something about. Its host need not be declared: snapshots outlive that.

package import Engine
import Foundation
package import Spec
import Store

package struct SnapshotAtWork: Sendable {
  package let root: BackupRoot
  package let directory: HostDirectory
  package let snapshot: SnapshotID

  /// Does something while nobody else works on the host.
  ///
  /// - Throws: `HostBusy` if somebody does, `UnknownSnapshot` if the snapshot has gone meanwhile.
  package func withLock<Result: Sendable>(
    _ body: @escaping @Sendable (HostDirectory) throws -> Result
  ) async throws -> Result {
    let (root, directory, snapshot) = (root, directory, snapshot)
    return try await blocking {
      try root.verify()
      let lock = try HostLock.take(directory)
      defer { withExtendedLifetime(lock) {} }
      // It may have gone while nobody held the lock.
      guard try directory.snapshotIDs().contains(snapshot) else {
        throw UnknownSnapshot(snapshot, of: directory.host)
      }
      return try body(directory)
    }
  }
}

extension Environment {
  /// - Throws: `UnknownHost` or `UnknownSnapshot` if there is no such snapshot; what keeps the backup root from being used.
  package func snapshotAtWork(_ snapshot: SnapshotID, of host: HostName) async throws -> SnapshotAtWork {
    let spec = try await store.desired().spec
    let root = try await backupRoot(of: spec.settings)
    try await settleRenames(of: host, in: root)
    let directory = HostDirectory(host, in: root)
    let found = try await blocking {
      try directory.checkAdopted()
      return try directory.snapshotIDs()
    }
    guard found.contains(snapshot) else {
      if found.isEmpty, spec.hosts[host] == nil { throw UnknownHost(host, among: spec) }
      throw UnknownSnapshot(snapshot, of: host)
    }
    return SnapshotAtWork(root: root, directory: directory, snapshot: snapshot)
  }
}
