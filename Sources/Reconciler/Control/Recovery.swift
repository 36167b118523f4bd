// Recovery: runs that a dead process left `running` are closed. The kernel's lock tells the dead from the living.

package import Engine
import Spec
import Store

extension Environment {
  /// Marks runs as interrupted whose process is gone, and returns how many there were.
  ///
  /// A run is recorded only while its host's lock is held, so one whose lock is free has lost its process.
  package func closeInterruptedRuns(root: BackupRoot) async throws -> Int {
    var closed = 0
    for run in try await store.unfinishedRuns() {
      let directory = HostDirectory(run.host, in: root)
      let lock: HostLock
      do {
        lock = try await blocking {
          try directory.prepare()
          return try HostLock.take(directory)
        }
      } catch is HostBusy {
        continue
      }
      defer { withExtendedLifetime(lock) {} }
      let result = RunResult(
        state: .interrupted, errorCode: RunErrorCode.interrupted,
        message: "the process that carried this run out ended before the run did; completed snapshots are untouched")
      if try await store.finishRun(run.id, result, at: clock.now) { closed += 1 }
    }
    return closed
  }
}
