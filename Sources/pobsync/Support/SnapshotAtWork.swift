// A snapshot that a command changes something about. Its host need not be declared: snapshots outlive that.

import Engine
import Reconciler
import Spec
import Store

struct SnapshotAtWork {
  let environment: Reconciler.Environment
  let root: BackupRoot
  let directory: HostDirectory
  let snapshot: SnapshotID

  /// Does something while nobody else works on the host.
  ///
  /// - Throws: `HostBusy` if somebody does.
  func withLock<Result: Sendable>(
    _ body: @escaping @Sendable (HostDirectory) throws -> Result
  ) async throws -> Result {
    let (root, directory, snapshot) = (root, directory, snapshot)
    return try await blocking {
      try root.verify()
      let lock = try HostLock.take(directory)
      defer { withExtendedLifetime(lock) {} }
      // It may have gone while nobody held the lock.
      guard try directory.snapshotIDs().contains(snapshot) else {
        throw CommandFailure("host \(directory.host) has no snapshot \(snapshot) any more")
      }
      return try body(directory)
    }
  }
}

extension StoreOptions {
  /// - Throws: if there is no such snapshot, or the backup root cannot be used.
  func snapshotAtWork(_ snapshot: SnapshotID, of host: HostName) async throws -> SnapshotAtWork {
    let environment = try await environment()
    let spec = try await environment.store.desired().spec
    let root = try await environment.backupRoot(of: spec.settings)
    try await environment.settleRenames(of: host, in: root)
    let directory = HostDirectory(host, in: root)
    let found = try await blocking {
      try directory.checkAdopted()
      return try directory.snapshotIDs()
    }
    guard found.contains(snapshot) else {
      if found.isEmpty, spec.hosts[host] == nil { throw CommandFailure(unknown: host, among: spec) }
      throw CommandFailure(
        "host \(host) has no snapshot \(snapshot); `pobsync get snapshots --host \(host)` lists those that there are")
    }
    return SnapshotAtWork(environment: environment, root: root, directory: directory, snapshot: snapshot)
  }
}
