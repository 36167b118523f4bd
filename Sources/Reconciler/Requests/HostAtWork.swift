// A host that a person has something done with: its declaration, and the checked backup root below which its directory is.

package import Engine
package import Spec
package import Store

package struct HostAtWork: Sendable {
  package let environment: Environment
  package let host: EffectiveHost
  package let settings: Settings?
  package let root: BackupRoot

  package var directory: HostDirectory { HostDirectory(host.name, in: root) }

  /// - Parameter trigger: by which way the person asks.
  package func request(_ kind: RunKind, _ trigger: RunTrigger = .cli, reason: String? = nil) -> RunRequest {
    var request = RunRequest(
      host: host.name, kind: kind, trigger: trigger, reason: reason ?? "asked for \(trigger.inWords)")
    request.concurrencyGroups = ConcurrencyLimits(settings).groups(of: host)
    return request
  }
}

/// A host that is only looked at, whatever the backup root is like.
package struct HostInSight: Sendable {
  package let environment: Environment
  package let host: EffectiveHost
  package let settings: Settings?

  /// - Parameter trigger: by which way the person asks.
  package func request(_ kind: RunKind, _ trigger: RunTrigger = .cli) -> RunRequest {
    RunRequest(host: host.name, kind: kind, trigger: trigger, reason: "asked for \(trigger.inWords)")
  }
}

/// A host of which snapshots may be there, whether it is declared or not any more.
package struct KeptHostAtWork: Sendable {
  package let environment: Environment
  package let name: HostName
  package let root: BackupRoot

  package var directory: HostDirectory { HostDirectory(name, in: root) }

  /// - Parameter trigger: by which way the person asks.
  package func request(_ kind: RunKind, _ trigger: RunTrigger = .cli, reason: String) -> RunRequest {
    RunRequest(host: name, kind: kind, trigger: trigger, reason: reason)
  }
}

extension RunTrigger {
  /// By which way somebody asked, after "asked for".
  package var inWords: String {
    switch self {
    case .cli: "on the command line"
    case .web: "on the web"
    case .schedule: "by the schedule"
    case .reconcile: "by the control loop"
    }
  }
}

extension Environment {
  /// - Throws: `UnknownHost` if there is no such host; what keeps the backup root, or the host's directory, from being used.
  package func hostAtWork(_ name: HostName) async throws -> HostAtWork {
    let seen = try await hostInSight(name)
    let root = try await backupRoot(of: seen.settings)
    try await settleRenames(of: name, in: root)
    let work = HostAtWork(environment: self, host: seen.host, settings: seen.settings, root: root)
    try await blocking { try work.directory.checkAdopted() }
    return work
  }

  /// - Throws: `UnknownHost` if there is no such host.
  package func hostInSight(_ name: HostName) async throws -> HostInSight {
    let desired = try await store.desired(of: name)
    guard let host = desired.spec.effectiveHost(name) else {
      throw UnknownHost(name, among: try await store.desired().spec)
    }
    return HostInSight(environment: self, host: host, settings: desired.spec.settings)
  }

  /// - Throws: `UnknownHost` if there is no such host; what keeps the backup root, or the host's directory, from being used.
  package func keptHostAtWork(_ name: HostName) async throws -> KeptHostAtWork {
    let desired = try await store.desired(of: name)
    try await store.checkKept(name, declared: desired.spec)
    let root = try await backupRoot(of: desired.spec.settings)
    try await settleRenames(of: name, in: root)
    let work = KeptHostAtWork(environment: self, name: name, root: root)
    try await blocking { try work.directory.checkAdopted() }
    return work
  }
}

extension Store {
  /// Makes sure that a host is declared, or was and has left something.
  ///
  /// - Parameter declared: a part of the desired state that holds the host if it is declared.
  /// - Throws: `UnknownHost` if it is neither.
  package func checkKept(_ name: HostName, declared: Spec) async throws {
    if declared.hosts[name] != nil { return }
    if try await retainedHost(name) != nil { return }
    throw UnknownHost(name, among: try await desired().spec)
  }
}
