// Purging: deleting all data of a host that is declared no more, because a person has named it.

package import Engine
import Foundation
package import Spec
import Store

/// What is there of a host.
package struct HostRemains: Sendable {
  /// What its directory holds; nil if it has none.
  package let inventory: HostInventory?
  /// How many entries there are in its trash.
  package let trashed: Int
  /// Those of its snapshots that somebody has pinned.
  package let pinned: Set<SnapshotID>
  /// Whether the store knows of it.
  package let isRecorded: Bool

  /// Whether there is anything to delete or to forget.
  package var isAnything: Bool { inventory != nil || isRecorded }
}

/// One purge. It may be cut off at any moment, and another one finishes it.
package struct Purging: Sendable {
  private let host: HostName
  private let root: BackupRoot
  private let environment: Environment

  /// - Parameter root: the root, in which no directory bears the name of another host any more.
  package init(_ host: HostName, in root: BackupRoot, environment: Environment) {
    self.host = host
    self.root = root
    self.environment = environment
  }

  private var directory: HostDirectory { HostDirectory(host, in: root) }

  /// What would be deleted.
  package func look() async throws -> HostRemains {
    let directory = directory
    let (inventory, trashed) = try await blocking { () throws -> (HostInventory?, Int) in
      guard try Disk.isDirectory(directory.path) else { return (nil, 0) }
      try directory.checkLayout()
      try directory.checkOwner()
      try directory.checkAdopted()
      return (try directory.inventory(), try Disk.names(in: directory.trash).filter { $0 != ".lock" }.count)
    }
    let store = environment.store
    let snapshots = try await store.snapshotRecords(of: host)
    let retained = try await store.retainedHost(host)
    return HostRemains(
      inventory: inventory, trashed: trashed, pinned: try await store.pinnedSnapshots(of: host),
      isRecorded: retained != nil || !snapshots.isEmpty)
  }

  /// Deletes every snapshot of the host, unfinished ones and the trash included, then its directory, and forgets it. What
  /// others have put there stays.
  ///
  /// - Returns: whether nothing of the host is left on the disk.
  /// - Throws: `StoreError` if the host is declared by now, `HostBusy` if somebody works on it, and what goes wrong on the
  ///   way; what is left then is left for the next time.
  package func run() async throws -> Bool {
    let store = environment.store
    let name = "\(Lease.Kind.command.rawValue)/\(UUID().uuidString.lowercased())"
    let begun = environment.elapsed.now
    let grant = try await store.acquireLease(
      name, kind: .command, process: environment.process, duration: Self.lease, at: environment.clock.now)
    guard let grant else { throw LeaseLost(name: name) }
    let keeper = LeaseKeeper(grant, duration: Self.lease, elapsed: environment.elapsed, begun: begun)
    do {
      let isGone = try await purge { try await keeper.check(in: store, clock: environment.clock) }
      try await store.endWorker(grant, at: environment.clock.now)
      return isGone
    } catch {
      try? await store.endWorker(grant, at: environment.clock.now)
      throw error
    }
  }

  /// In seconds.
  private static let lease = 60.0

  private func purge(checkLease: () async throws -> Void) async throws -> Bool {
    let (directory, root, store) = (directory, root, environment.store)
    let isThere = try await blocking { () throws -> Bool in
      try root.verify()
      return try Disk.isDirectory(directory.path)
    }
    guard isThere else {
      try await store.forget(host, by: environment.actor, at: environment.clock.now)
      return true
    }
    let lock = try await blocking { try HostLock.take(directory) }
    defer { withExtendedLifetime(lock) {} }
    // Only now, that nobody else works on it.
    let inventory = try await blocking { () throws -> HostInventory in
      try root.verify()
      try directory.checkLayout()
      try directory.checkOwner()
      try directory.checkAdopted()
      return try directory.inventory()
    }
    for snapshot in inventory.snapshots {
      try await discard(
        snapshot.id.kind == .manual ? .manual : .scheduled, snapshot.id.name,
        path: directory.directory(of: snapshot.id), metadata: snapshot.metadata, checkLease: checkLease
      ) { try directory.discard(snapshot.id) }
      try await store.removeSnapshot(host: host, id: snapshot.id)
    }
    for name in inventory.incomplete {
      try await discard(
        .incomplete, name, path: "\(directory.incomplete)/\(name)", metadata: nil, checkLease: checkLease
      ) { try directory.discardIncomplete(name) }
    }
    let isGone = try await blocking { () throws -> Bool in
      if try Disk.isDirectory(directory.trash) {
        // Marked first, so that nobody takes what is left of one for a whole snapshot.
        for entry in try directory.trashEntries() { _ = try directory.beginDeleting(entry) }
        try TreeRemoval.removeContents(of: directory.trash)
      }
      return try directory.removeIfEmpty()
    }
    try await store.forget(host, by: environment.actor, at: environment.clock.now)
    return isGone
  }

  /// Moves one snapshot to the trash, and records that.
  private func discard(
    _ kind: Purge.Kind, _ name: SnapshotName, path: String, metadata: String?, checkLease: () async throws -> Void,
    _ move: @escaping @Sendable () throws -> Void
  ) async throws {
    let (root, store) = (root, environment.store)
    try await checkLease()
    guard try await store.desired(of: host).spec.hosts[host] == nil else {
      throw StoreError(
        .refused, "host \(host) has been declared meanwhile", remedy: "what is left of its snapshots stays")
    }
    try await blocking {
      try root.verify()
      try move()
    }
    try await store.recordPurge(
      Purge(
        host: host, kind: kind, name: name.description, path: path, reason: "purge of the host", action: .manual,
        actor: environment.actor, metadata: metadata, at: environment.clock.now))
  }
}
