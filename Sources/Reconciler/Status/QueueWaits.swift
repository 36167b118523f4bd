// Why queued runs wait, in words.

import Engine
package import Foundation
import Spec
package import Store

/// Tells of queued runs what they wait for. It asks the same admission that workers do.
package struct QueueWaits: Sendable {
  private let obstacle: @Sendable (Run) -> QueueObstacle?
  private let hasWorker: Bool
  private let now: Date

  package init(_ records: StatusRecords, service: ServiceStatus, now: Date) {
    obstacle = ConcurrencyLimits(records.settings).obstacles(beside: records.running, pauses: records.pauses)
    hasWorker = service.hasWorker
    self.now = now
  }

  /// What a run waits for, as it follows these words.
  package func reason(of run: Run) -> String {
    if let notBefore = run.notBefore, notBefore > now {
      return "\(Timestamp.short(notBefore)): \(run.message ?? "its host is busy")"
    }
    switch obstacle(run) {
    case .hostBusy(let other): return "run \(other) of the same host"
    case .itsCommand: return "the command that asked for it; `pobsync cancel \(run.id)` if that is gone"
    case .paused(let pause): return "the end of a pause: \(pause.description)"
    case .laneFull(let kind, let limit): return "a place: at most \(limit) \(kind.noun(limit)) at a time"
    case .groupFull(let group, let limit):
      return "a place: at most \(limit) \(RunKind.backup.noun(limit)) of \(group) at a time"
    case nil: return hasWorker ? "a worker with a place free" : "a worker: start `pobsync run`"
    }
  }
}

extension RunKind {
  fileprivate func noun(_ count: Int) -> String {
    switch self {
    case .backup: count == 1 ? "backup" : "backups"
    case .discover: count == 1 ? "discovery" : "discoveries"
    case .prune: count == 1 ? "prune" : "prunes"
    case .emptyTrash: count == 1 ? "emptying of trash" : "emptyings of trash"
    case .verify: count == 1 ? "verification" : "verifications"
    case .restore: count == 1 ? "restore" : "restores"
    case .preflight: count == 1 ? "preflight" : "preflights"
    case .dryRun: count == 1 ? "dry run" : "dry runs"
    }
  }
}
