// Restoring: a part of a snapshot goes to where a person wants it. The run holds the host's lock, so that nothing of the
// host is pruned meanwhile.

package import Engine
import Foundation
package import Spec
package import Store

/// One restore, by whoever holds the host's lock.
struct Restoring {
  private let job: Job
  private let directory: HostDirectory
  private let environment: Environment

  init(_ job: Job, directory: HostDirectory, environment: Environment) {
    self.job = job
    self.directory = directory
    self.environment = environment
  }

  func run(holding lock: HostLock) async throws -> Execution {
    guard case .restore(let order) = job.run.request.parameters, let path = try? SnapshotPath(bytes: order.path) else {
      return .finished(refused("it does not say what is to be restored, or where to"))
    }
    guard let place = place(of: order) else {
      return .finished(
        refused(
          "host \(directory.host) is not declared any more, so that nothing leads to it: restore into a directory of the "
            + "backup server (`--to-directory`)"))
    }
    let sshDefaults = await environment.sshDefaults.current(for: place.remote, runner: environment.runner)
    try await job.checkLease()
    let restore = Restore(
      path, of: order.snapshot, in: directory, to: place, isRehearsal: order.isRehearsal, runner: environment.runner,
      sshDefaults: sshDefaults, clock: environment.clock)
    let log = TransferLog()
    job.logs(log)
    let result = await restore.run(holding: lock, log: log, progress: job.progress)
    let what = order.description(of: directory.host)
    switch result.outcome {
    case .failed(let failure): return .finished(RunResult(failure: failure, log: result.log))
    case .done:
      let told = order.isRehearsal ? "nothing was done: \(what) would be restored" : "\(what) is restored"
      return .finished(
        RunResult(
          state: .succeeded, snapshot: order.snapshot, exitCode: 0, message: told, log: result.log, stats: result.stats)
      )
    case .partial(let note):
      return .finished(
        RunResult(
          state: .warning, snapshot: order.snapshot, exitCode: 23, errorCode: RunErrorCode.partial,
          message: "\(what) is restored in part: \(note)", log: result.log, stats: result.stats))
    }
  }

  /// Nil where the host would have to be declared, and is not.
  private func place(of order: RestoreOrder) -> Restore.Place? {
    if case .local(let target) = order.target { return .here(below: target) }
    guard case .declared(let host) = job.host else { return nil }
    return switch order.target {
    case .original: .original(host)
    case .remote(let target): .host(host, below: target)
    case .local(let target): .here(below: target)
    }
  }

  private func refused(_ why: String) -> RunResult {
    RunResult(state: .failed, errorCode: RunErrorCode.refused, message: "nothing was restored: \(why)")
  }
}

extension RestoreOrder {
  /// What goes where, in words.
  package func description(of host: HostName) -> String {
    let what = (try? SnapshotPath(bytes: path)).map { "\($0)" } ?? "something"
    let place =
      switch target {
      case .original: "its own place on \(host)"
      case .remote(let directory): "\(directory) on \(host)"
      case .local(let directory): "\(directory) on the backup server"
      }
    return "\(what) of \(snapshot) to \(place)"
  }

  /// Where things go on a host that nobody has named a place for: beside what is there, and where no account but root's
  /// can have put anything, as it could in a place for temporary files.
  package static func sideDirectory(for snapshot: SnapshotID) -> AbsolutePath {
    let time = Timestamp.compact(snapshot.name.startedAt)
    // Made of digits, a dash and a letter behind a known path.
    return (try? AbsolutePath(text: "/var/lib/pobsync-restore-\(time)")) ?? .root
  }
}

extension RunRequest {
  /// A restore that a person asks for.
  package init(restoring order: RestoreOrder, of host: HostName, trigger: RunTrigger, requestedBy person: String) {
    self.init(
      host: host, kind: .restore, trigger: trigger,
      reason: (order.isRehearsal ? "to see what would come of it: " : "") + order.description(of: host))
    priority = .requested
    requestedBy = person
    snapshot = order.snapshot
    parameters = .restore(order)
  }
}
