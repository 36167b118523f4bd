// Undeleting: a snapshot is taken out of the trash, and nothing takes it back there by itself.

package import Engine
import Foundation
import Spec
import Store

extension Environment {
  /// Puts a snapshot from the trash back under its own name, pinned and recorded.
  ///
  /// - Parameters:
  ///   - entry: as `HostDirectory.trashEntries()` gives it.
  ///   - root: checked before anything is moved.
  /// - Throws: `HostBusy` while another works on the host; `UndeleteError`; then all is as it was.
  package func undelete(
    _ entry: TrashEntry, of directory: HostDirectory, below root: BackupRoot
  ) async throws -> Snapshot {
    let lock = try await blocking {
      try root.verify()
      return try HostLock.take(directory)
    }
    defer { withExtendedLifetime(lock) {} }
    guard let id = try await blocking({ directory.restoredID(of: entry) }) else { throw UndeleteError.gone(entry) }
    let host = directory.host
    let pin = SnapshotPin(reason: "undeleted", until: nil, actor: actor, pinnedAt: clock.now)
    // What was removed is on record before the note about it goes.
    try await completePurges(of: [entry], in: directory)
    let snapshot = try await blocking {
      try root.verify()
      return directory.snapshot(try directory.restore(entry, pinnedBy: pin))
    }
    if let pin = snapshot.pin { try await store.pin(id, of: host, pin) }
    try await store.record(snapshot, at: clock.now)
    let message = "\(id) was taken out of the trash by \(actor)"
    try await store.record(
      NewEvent(host: host, severity: .info, reason: "undeleted", message: message), at: clock.now)
    return snapshot
  }
}
