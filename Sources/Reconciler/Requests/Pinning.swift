// Pinning: a person says that a snapshot is to be kept whatever a policy says, or that it need not be any more.

package import Engine
package import Foundation
package import Spec
import Store

extension Environment {
  /// Pins a snapshot, in place of an earlier pin.
  ///
  /// - Parameters:
  ///   - reason: why, for others who wonder.
  ///   - until: nil for until somebody takes the pin out.
  ///   - actor: who says so.
  /// - Throws: `HostBusy` if somebody works on the host, and what `snapshotAtWork` throws.
  @discardableResult
  package func pin(
    _ snapshot: SnapshotID, of host: HostName, reason: String?, until: Date?, by actor: String
  ) async throws -> SnapshotPin {
    let now = clock.now
    let pin = SnapshotPin(reason: reason?.printable(), until: until, actor: actor, pinnedAt: now)
    let work = try await snapshotAtWork(snapshot, of: host)
    // The disk first: it is what counts when the snapshot is about to be removed.
    try await work.withLock { directory in try directory.setPin(pin, on: snapshot) }
    try await store.pin(snapshot, of: host, pin)
    try await store.record(
      NewEvent(host: host, severity: .info, reason: "snapshot_pinned", message: "\(actor): \(snapshot) is \(pin)"),
      at: now)
    return pin
  }

  /// Leaves a pinned snapshot to its policy again.
  ///
  /// - Returns: false if it was not pinned.
  /// - Throws: `HostBusy` if somebody works on the host, and what `snapshotAtWork` throws.
  package func unpin(_ snapshot: SnapshotID, of host: HostName, by actor: String) async throws -> Bool {
    let work = try await snapshotAtWork(snapshot, of: host)
    let wasOnDisk = try await work.withLock { directory in try directory.removePin(of: snapshot) }
    let wasKnown = try await store.unpin(snapshot, of: host)
    guard wasOnDisk || wasKnown else { return false }
    try await store.record(
      NewEvent(
        host: host, severity: .info, reason: "snapshot_unpinned",
        message: "\(actor) has taken the pin out of \(snapshot)"), at: clock.now)
    return true
  }
}
