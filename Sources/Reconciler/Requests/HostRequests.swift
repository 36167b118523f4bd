// What a person asks to be done for a host, as runs that are queued ahead of others. The same checks for the command line
// and the web: what cannot be done at all is told before anything is queued.

package import Engine
import Foundation
package import Spec
package import Store

/// Something that cannot be asked for, and why.
package struct RequestRefused: Error, Sendable, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

extension Environment {
  /// A backup now.
  ///
  /// - Parameters:
  ///   - kind: only scheduled ones count for retention, schedules and freshness.
  ///   - prunes: whether the host's retention policy is applied if the backup is good.
  /// - Throws: `UnknownHost`, `RequestRefused`, and what keeps the backup root from being used.
  package func backupRequest(
    of host: HostName, kind: SnapshotKind, prunes: Bool, _ trigger: RunTrigger
  ) async throws -> RunRequest {
    let work = try await hostAtWork(host)
    if prunes, work.host.retention == nil {
      throw RequestRefused("host \(host) has no retention policy: there is nothing to prune by")
    }
    var request = work.request(.backup, trigger)
    request.snapshotKind = kind
    request.prunes = prunes
    return request
  }

  /// The backup that the host's `run_requested` asks for, once more.
  ///
  /// - Throws: `RequestRefused` if it asks for none that is still to be made.
  package func declaredBackupRequest(of host: HostName, _ trigger: RunTrigger) async throws -> RunRequest {
    let work = try await hostAtWork(host)
    guard let text = try await store.declaredRequest(of: host).flatMap({ $0.isOpen ? $0.requested : nil }) else {
      throw RequestRefused("the spec asks for no backup of \(host) that is still to be made")
    }
    var request = work.request(
      .backup, trigger, reason: "requested by the spec: \(text); tried again \(trigger.inWords)")
    request.snapshotKind = .manual
    request.runRequested = text
    return request
  }

  /// A look at what is on disk.
  ///
  /// - Throws: `UnknownHost` if it is not declared, and nothing is left of it.
  package func discoveryRequest(of host: HostName, _ trigger: RunTrigger) async throws -> RunRequest {
    try await store.checkKept(host, declared: try await store.desired(of: host).spec)
    return RunRequest(host: host, kind: .discover, trigger: trigger, reason: "asked for \(trigger.inWords)")
  }

  /// The removal of one snapshot by its name, whatever retention says of it.
  ///
  /// - Throws: `UnknownHost`, `UnknownSnapshot`, `RequestRefused` if it is pinned, and what keeps the backup root from
  ///   being used.
  package func removalRequest(
    of snapshot: SnapshotID, host: HostName, _ trigger: RunTrigger
  ) async throws -> RunRequest {
    let work = try await keptHostAtWork(host)
    let directory = work.directory
    guard try await blocking({ try directory.snapshotIDs() }).contains(snapshot) else {
      throw UnknownSnapshot(snapshot, of: host)
    }
    let found = try await blocking { directory.snapshot(snapshot) }
    if let obstacle = found.pinInTheWay(at: clock.now) { throw RequestRefused(obstacle) }
    var request = work.request(.prune, trigger, reason: "\(snapshot), named \(trigger.inWords)")
    request.snapshot = snapshot
    return request
  }

  /// Queues what a person asks for, ahead of what is planned.
  ///
  /// - Parameter noting: what the audit log is told, in the same transaction, of the run that does it, by its number.
  package func queue(
    _ request: RunRequest, askedBy actor: String, noting: (@Sendable (_ run: Int64) -> NewAuditEntry)? = nil
  ) async throws -> Queueing {
    var request = request
    request.priority = .requested
    request.requestedBy = actor
    return try await store.queue(request, noting: noting, at: clock.now)
  }
}
