// Pinning: a person says that a snapshot is to be kept whatever a policy says, or that it need not be any more.

package import Engine
package import Foundation
package import Spec
package import Store

extension Environment {
  /// Pins a snapshot, in place of an earlier pin.
  ///
  /// - Parameters:
  ///   - reason: why, for others who wonder.
  ///   - until: nil for until somebody takes the pin out.
  ///   - actor: who says so.
  ///   - noting: what the audit log is told, in the transaction of the store, of the pin before and the one now.
  /// - Throws: `HostBusy` if somebody works on the host, and what `snapshotAtWork` throws.
  @discardableResult
  package func pin(
    _ snapshot: SnapshotID, of host: HostName, reason: String?, until: Date?, by actor: String,
    noting: (@Sendable (_ former: SnapshotPin?, _ pin: SnapshotPin) -> NewAuditEntry)? = nil
  ) async throws -> SnapshotPin {
    let now = clock.now
    let pin = SnapshotPin(reason: reason?.printable(), until: until, actor: actor, pinnedAt: now)
    let work = try await snapshotAtWork(snapshot, of: host)
    // The disk first: it is what counts when the snapshot is about to be removed.
    try await work.withLock { directory in try directory.setPin(pin, on: snapshot) }
    try await store.pin(snapshot, of: host, pin, noting: noting)
    try await store.record(
      NewEvent(host: host, severity: .info, reason: "snapshot_pinned", message: "\(actor): \(snapshot) is \(pin)"),
      at: now)
    return pin
  }

  /// Leaves a pinned snapshot to its policy again.
  ///
  /// - Parameter noting: what the audit log is told, in the transaction of the store, of the pin that it knew.
  /// - Returns: false if it was not pinned.
  /// - Throws: `HostBusy` if somebody works on the host, and what `snapshotAtWork` throws.
  package func unpin(
    _ snapshot: SnapshotID, of host: HostName, by actor: String,
    noting: (@Sendable (_ former: SnapshotPin?) -> NewAuditEntry)? = nil
  ) async throws -> Bool {
    let work = try await snapshotAtWork(snapshot, of: host)
    let wasOnDisk = try await work.withLock { directory in try directory.removePin(of: snapshot) }
    let now = clock.now
    guard try await store.unpin(snapshot, of: host, wasOnDisk: wasOnDisk, noting: noting, at: now) else { return false }
    try await store.record(
      NewEvent(
        host: host, severity: .info, reason: "snapshot_unpinned",
        message: "\(actor) has taken the pin out of \(snapshot)"), at: now)
    return true
  }
}
