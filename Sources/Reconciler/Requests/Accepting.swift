// Accepting: a person says that a host which holds much less than before is whole as it is.

import Engine
import Foundation
package import Spec
package import Store

extension Environment {
  /// Accepts what a host has lost, so that pruning goes on.
  ///
  /// - Parameter noting: what the audit log is told, in the same transaction, of what was lost.
  /// - Returns: the snapshots that hold much less than before; none if there was nothing to accept.
  /// - Throws: `UnknownHost` if nothing is known of the host.
  package func acceptShrinkage(
    of host: HostName, reason: String?, by actor: String, noting: (@Sendable ([Shrinkage]) -> NewAuditEntry)? = nil
  ) async throws -> [Shrinkage] {
    let now = clock.now
    let unsettled = try await store.sizeHistory(of: host).unsettled
    // What a clock that was ahead has dated into the future is judged when its time has come.
    guard let newest = unsettled.last(where: { $0.id.name.startedAt <= now }) else {
      let spec = try await store.desired().spec
      if spec.hosts[host] == nil, try await store.snapshotRecords(of: host).isEmpty {
        throw UnknownHost(host, among: spec)
      }
      return []
    }
    try await store.acceptShrinkage(
      of: host, upTo: newest.id.name, reason: reason?.printable(), by: actor, noting: noting?(unsettled), at: now)
    return unsettled
  }
}
