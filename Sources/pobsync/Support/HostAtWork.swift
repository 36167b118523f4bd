// A host that a command works on: its declaration, and the checked backup root below which its directory is.

import Engine
import Reconciler
import Spec
import Store

struct HostAtWork {
  let environment: Reconciler.Environment
  let host: EffectiveHost
  let settings: Settings?
  let root: BackupRoot

  var directory: HostDirectory { HostDirectory(host.name, in: root) }

  /// A worker that reports to people, and closes what dead processes left first.
  func worker() async throws -> Worker {
    _ = try await environment.closeInterruptedRuns(root: root)
    let reporter = WorkReporter()
    return Worker(environment, root: root) { reporter.report($0) }
  }
}

extension StoreOptions {
  /// - Throws: if there is no such host, or the backup root cannot be used.
  func hostAtWork(_ name: HostName) async throws -> HostAtWork {
    let environment = try await environment()
    let desired = try await environment.store.desired()
    let host = try desired.host(name)
    let root = try await environment.backupRoot(of: desired.spec.settings)
    return HostAtWork(environment: environment, host: host, settings: desired.spec.settings, root: root)
  }
}
