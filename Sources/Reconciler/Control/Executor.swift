// Executors: what carries a run out, once a worker has claimed it.

package import Engine
package import Spec
package import Store

/// The host that a run is for.
package enum JobHost: Sendable {
  case declared(EffectiveHost)
  /// It is declared no more: its snapshots are looked at and removed, but none is made.
  case retained(RetainedHost)
}

/// What an executor is given of a run.
package struct Job: Sendable {
  package let run: Run
  package let host: JobHost
  package let settings: Settings?
  /// To be called once the host is ours and the work begins.
  package let begins: @Sendable () async -> Void
  /// Throws `LeaseLost` if the run is another's by now. To be asked before each step that cannot be taken back.
  package let checkLease: @Sendable () async throws -> Void
  package let progress: @Sendable (TransferProgress) -> Void
  /// To be called with the log of a transfer before it begins, so that it can be read while it goes on.
  package let logs: @Sendable (TransferLog) -> Void
  /// How many files are deleted in a second at most.
  package let deletionRate: Int
  /// Whether a backup is at work, for which deletions make way.
  package let makesWay: @Sendable () -> Bool

  package init(
    run: Run, host: JobHost, settings: Settings?, begins: @escaping @Sendable () async -> Void,
    checkLease: @escaping @Sendable () async throws -> Void, progress: @escaping @Sendable (TransferProgress) -> Void,
    logs: @escaping @Sendable (TransferLog) -> Void = { _ in }, deletionRate: Int = DeletionThrottle.usualRate,
    makesWay: @escaping @Sendable () -> Bool = { false }
  ) {
    self.begins = begins
    self.run = run
    self.host = host
    self.settings = settings
    self.checkLease = checkLease
    self.progress = progress
    self.logs = logs
    self.deletionRate = deletionRate
    self.makesWay = makesWay
  }
}

/// What came of carrying a run out.
package enum Execution: Sendable {
  case finished(RunResult, snapshot: Snapshot? = nil)
  /// Somebody else works on the host just now, and who.
  case busy(String)
}

/// Carries runs out. Cancelling the task stops the work, which then ends as `interrupted`.
package protocol Executor: Sendable {
  func carryOut(_ job: Job) async -> Execution
}
