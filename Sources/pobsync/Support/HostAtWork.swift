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

  func request(_ kind: RunKind, reason: String = "asked for on the command line") -> RunRequest {
    var request = RunRequest(host: host.name, kind: kind, trigger: .cli, reason: reason)
    request.concurrencyGroups = ConcurrencyLimits(settings).groups(of: host)
    return request
  }
}

extension StoreOptions {
  /// - Throws: if there is no such host, or the backup root cannot be used.
  func hostAtWork(_ name: HostName) async throws -> HostAtWork {
    let seen = try await hostInSight(name)
    let root = try await seen.environment.backupRoot(of: seen.settings)
    try await seen.environment.settleRenames(of: name, in: root)
    let work = HostAtWork(environment: seen.environment, host: seen.host, settings: seen.settings, root: root)
    try await blocking { try work.directory.checkAdopted() }
    return work
  }
}

/// A host that is only looked at, whatever the backup root is like.
struct HostInSight {
  let environment: Reconciler.Environment
  let host: EffectiveHost
  let settings: Settings?

  func request(_ kind: RunKind) -> RunRequest {
    RunRequest(host: host.name, kind: kind, trigger: .cli, reason: "asked for on the command line")
  }
}

extension StoreOptions {
  /// - Throws: if there is no such host.
  func hostInSight(_ name: HostName) async throws -> HostInSight {
    let environment = try await environment()
    let desired = try await environment.store.desired(of: name)
    guard let host = desired.spec.effectiveHost(name) else {
      throw CommandFailure(unknown: name, among: try await environment.store.desired().spec)
    }
    return HostInSight(environment: environment, host: host, settings: desired.spec.settings)
  }
}

/// A host of which snapshots may be there, whether it is declared or not any more.
struct KeptHostAtWork {
  let environment: Reconciler.Environment
  let name: HostName
  let root: BackupRoot

  var directory: HostDirectory { HostDirectory(name, in: root) }

  func request(_ kind: RunKind, reason: String) -> RunRequest {
    RunRequest(host: name, kind: kind, trigger: .cli, reason: reason)
  }
}

extension StoreOptions {
  /// - Throws: if there is no such host, or the backup root cannot be used.
  func keptHostAtWork(_ name: HostName) async throws -> KeptHostAtWork {
    let environment = try await environment()
    let desired = try await environment.store.desired(of: name)
    try await environment.store.checkKept(name, declared: desired.spec)
    let root = try await environment.backupRoot(of: desired.spec.settings)
    try await environment.settleRenames(of: name, in: root)
    let work = KeptHostAtWork(environment: environment, name: name, root: root)
    try await blocking { try work.directory.checkAdopted() }
    return work
  }
}

extension Store {
  /// Makes sure that a host is declared, or was and has left something.
  /// - Parameter declared: a part of the desired state that holds the host if it is declared.
  func checkKept(_ name: HostName, declared: Spec) async throws {
    if declared.hosts[name] != nil { return }
    if try await retainedHost(name) != nil { return }
    throw CommandFailure(unknown: name, among: try await desired().spec)
  }
}
