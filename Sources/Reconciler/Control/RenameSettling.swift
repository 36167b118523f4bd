// Settling renames: the directory of a host that was renamed in the store gets its new name before anything else is done.

package import Engine
package import Spec
import Store

extension Environment {
  /// Sees to the directories that bear a host's former name: its own, or one that had its name before it.
  ///
  /// - Parameter checkLease: throws if somebody else may be at work by now.
  /// - Throws: `HostBusy` if somebody works on the directory, `NotAdopted`, `DirectoryOccupied`, `DirectoryMissing`,
  ///   `BackupRootError`, `DiskError`.
  package func settleRenames(
    of host: HostName, in root: BackupRoot, checkLease: @Sendable () async throws -> Void = {}
  ) async throws {
    for rename in try await store.renames(concerning: host) {
      try await checkLease()
      let (former, now) = (HostDirectory(rename.from, in: root), HostDirectory(rename.to, in: root))
      let isFound = try await blocking {
        try root.verify()
        for directory in [former, now] { try directory.checkAdopted() }
        return try now.takeOver(former)
      }
      if !isFound, try await !store.snapshotRecords(of: rename.to).isEmpty {
        throw DirectoryMissing(path: now.path, former: former.path)
      }
      try await store.finish(rename)
    }
  }
}
