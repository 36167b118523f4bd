// Recovery: runs that a dead process left `running` are told from those that live, and closed.

package import Engine
package import Spec
import Store

extension Environment {
  /// Marks runs as interrupted whose process is gone, and returns how many there were.
  /// - Parameter working: hosts that this process works on itself.
  package func closeInterruptedRuns(root: BackupRoot, except working: Set<HostName> = []) async throws -> Int {
    var closed = 0
    for run in try await store.unfinishedRuns() where !working.contains(run.host) {
      // A host whose lock cannot be looked at tells nothing, and keeps no other from being told.
      guard try await isDead(run, root: root) else { continue }
      let result = RunResult(
        state: .interrupted, errorCode: RunErrorCode.interrupted,
        message: "the process that carried this run out ended before the run did; completed snapshots are untouched")
      if try await store.finishRun(run.id, result, at: clock.now) { closed += 1 }
    }
    return closed
  }

  /// Whether nobody carries out a run any more. The kernel's lock tells it, whatever machine or container the process
  /// was in; only of a run below another root, whose lock may be out of reach, the process is asked.
  func isDead(_ run: Run, root: BackupRoot) async throws -> Bool {
    if run.isElsewhere(than: root) { return !run.hasLivingProcess }
    let directory = HostDirectory(run.host, in: root)
    return try await blocking { (try? HostLock.isFree(directory)) ?? false }
  }
}

extension Run {
  /// Whether it works below a root that is not this one.
  func isElsewhere(than root: BackupRoot) -> Bool { rootID != nil && rootID != root.id }

  var hasLivingProcess: Bool {
    guard let processID else { return false }
    return ProcessIdentity.isAlive(processID, since: startedAt ?? queuedAt)
  }
}
