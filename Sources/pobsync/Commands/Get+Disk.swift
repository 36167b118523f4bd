// What `pobsync get` lists from the disk: the trash, and what is nothing of pobsync's.

import Engine
import Foundation
import Reconciler
import Spec
import Store

extension Get {
  /// What is in the trash of the hosts that have a directory, declared or not.
  func trash() async throws -> Listing {
    let (root, settings) = try await backupRoot()
    let host = host
    let removed = try await blocking { () -> [RemovedSnapshot] in
      let names = try Disk.names(in: root.path.description).compactMap { try? HostName(text: $0) }
      return try names.filter { host == nil || $0 == host }.flatMap {
        try RemovedSnapshot.all(in: HostDirectory($0, in: root))
      }
    }
    return Listing.trash(removed, policy: TrashPolicy(settings))
  }

  /// What lies below the backup root and is nothing of pobsync's, or another host's.
  func unmanaged() async throws -> Listing {
    let (root, _) = try await backupRoot()
    let inventory = try await blocking { try root.inventory() }
    for (host, problem) in inventory.unreadable.sorted(by: { $0.key < $1.key }) {
      Terminal.writeError("\(host): \(problem)")
    }
    let paths = inventory.unmanaged.filter { path in
      host.map { path == $0.description || path.hasPrefix("\($0)/") } ?? true
    }
    return Listing.unmanaged(paths, below: root.path)
  }

  private func backupRoot() async throws -> (BackupRoot, Settings?) {
    let environment = try await storage.environment()
    let settings = try await environment.store.desired().spec.settings
    return (try await environment.backupRoot(of: settings), settings)
  }
}
