// The status report of another pobsync, read from the value that programs get, to be shown as one's own is.

import Engine
import Foundation
package import Spec
import Store

extension StatusReport {
  /// - Returns: nil for what is no status report. What this version does not know is left out.
  package init?(reading value: YAMLValue) {
    guard let at = value["at"]?.time, let service = value["service"].flatMap({ ServiceStatus(reading: $0) }),
      let hosts = value["hosts"], !hosts.members.isEmpty
    else { return nil }
    func troubles(_ list: String) -> [HostTrouble] { value.entries(list).compactMap { HostTrouble(reading: $0) } }
    self.init(
      at: at, service: service, backupRoot: BackupRootStatus(reading: value["backup_root"] ?? .null),
      hosts: HostCounts(reading: hosts), queue: QueueStatus(reading: value["queue"] ?? .null),
      running: value.entries("running").compactMap { Run(atWork: $0, at: at) },
      failed: troubles("failed"), late: troubles("late"), waiting: troubles("waiting"),
      pauses: value.entries("pauses").compactMap { PauseStatus(reading: $0) },
      suspensions: value.entries("suspensions").compactMap { SuspensionStatus(reading: $0) },
      requests: value.entries("requests").compactMap { DeclaredRequest(reading: $0) },
      nextFires: value.entries("next_fires").compactMap { NextFire(reading: $0) })
  }
}

extension YAMLValue {
  fileprivate func entries(_ key: String) -> [YAMLValue] { self[key]?.items ?? [] }
  fileprivate func count(_ key: String) -> Int { self[key]?.integer.map { Int(clamping: $0) } ?? 0 }
  fileprivate var hostName: HostName? { text.flatMap { try? HostName(text: $0) } }
  fileprivate var remark: Remark? { text.flatMap { try? Remark(text: $0) } }
  fileprivate var resourceName: ResourceName? { text.flatMap { try? ResourceName(text: $0) } }
}

extension ServiceStatus {
  fileprivate init(reading value: YAMLValue) {
    self.init(
      controller: value["controller"].flatMap { ServiceProcess(reading: $0) },
      workers: value.entries("workers").compactMap { ServiceProcess(reading: $0) })
  }
}

extension ServiceProcess {
  fileprivate init?(reading value: YAMLValue) {
    guard let name = value["name"]?.text, let kind = value["kind"]?.text.flatMap(Lease.Kind.init(rawValue:)),
      let since = value["since"]?.time, let heardAt = value["heard_at"]?.time
    else { return nil }
    self.init(
      name: name, kind: kind, pid: value["pid"]?.integer.map { Int32(clamping: $0) },
      machine: value["machine"]?.text, isAlive: value["alive"]?.flag ?? false,
      servesQueue: value["serves_queue"]?.flag ?? false, since: since, heardAt: heardAt)
  }
}

extension BackupRootStatus {
  fileprivate init(reading value: YAMLValue) {
    var space: DiskSpace?
    if let available = value["available_bytes"]?.integer, let total = value["total_bytes"]?.integer {
      space = DiskSpace(available: available, total: total)
    }
    self.init(
      path: value["path"]?.text.flatMap { try? AbsolutePath(text: $0) }, space: space,
      problem: value["problem"]?.text)
    isAdopted = value["adopted"]?.flag ?? true
  }
}

extension HostCounts {
  fileprivate init(reading value: YAMLValue) {
    self.init()
    declared = value.count("declared")
    ready = value.count("ready")
    due = value.count("due")
    late = value.count("late")
    failed = value.count("failed")
    waiting = value.count("waiting")
    paused = value.count("paused")
    suspended = value.count("suspended")
    unknown = value.count("unknown")
    unobserved = value.count("unobserved")
    retained = value.count("retained")
  }
}

extension QueueStatus {
  fileprivate init(reading value: YAMLValue) {
    self.init(
      length: value.count("length"),
      first: value.entries("first").compactMap { item in
        Run(queued: item).map { QueuedRun(run: $0, waitsFor: item["waits_for"]?.text ?? "") }
      })
  }
}

// A report tells less of runs than lists of runs do: what is shown of it.
extension Run {
  fileprivate init?(atWork value: YAMLValue, at now: Date) {
    let startedAt = value["started_at"]?.time
    self.init(told: value, state: .running, queuedAt: startedAt ?? now)
    self.startedAt = startedAt
    worker = value["worker"]?.text
    cancelledBy = value["cancelled_by"]?.text
    progress = TransferProgress(reading: value)
  }

  fileprivate init?(queued value: YAMLValue) {
    guard let queuedAt = value["queued_at"]?.time else { return nil }
    self.init(told: value, state: .queued, queuedAt: queuedAt)
  }

  private init?(told value: YAMLValue, state: RunState, queuedAt: Date) {
    guard let id = value["id"]?.integer, let host = value["host"]?.hostName,
      let kind = value["kind"]?.text.flatMap(RunKind.init(rawValue:))
    else { return nil }
    let request = RunRequest(host: host, kind: kind, trigger: .reconcile, reason: value["reason"]?.text ?? "")
    self.init(id: id, request, state: state, queuedAt: queuedAt)
  }
}

extension HostTrouble {
  fileprivate init?(reading value: YAMLValue) {
    guard let host = value["host"]?.hostName, let reason = value["reason"]?.text, let since = value["since"]?.time
    else { return nil }
    self.init(
      host: host, reason: reason, message: value["message"]?.text ?? "", since: since,
      newestGood: value["newest_good"]?.time)
  }
}

extension PauseStatus {
  package init?(reading value: YAMLValue) {
    guard let pausedAt = value["paused_at"]?.time else { return nil }
    self.init(
      host: value["host"]?.hostName,
      pause: Pause(
        until: value["until"]?.time, reason: value["reason"]?.text, actor: value["actor"]?.text ?? "somebody",
        pausedAt: pausedAt))
  }
}

extension SuspensionStatus {
  fileprivate init?(reading value: YAMLValue) {
    let extent: Suspension.Extent
    switch (value["extent"]?.text, value["schedule"]?.resourceName) {
    case ("everything", _): extent = .everything
    case ("host", _): extent = .host
    case ("schedule", let name?): extent = .schedule(name)
    default: return nil
    }
    self.init(
      suspension: Suspension(extent, value["reason"]?.remark), count: value.count("count"),
      hosts: value.entries("hosts").compactMap(\.hostName))
  }
}

extension DeclaredRequest {
  fileprivate init?(reading value: YAMLValue) {
    guard let host = value["host"]?.hostName else { return nil }
    self.init(
      host: host, requested: value["requested"]?.remark, done: value["done"]?.remark,
      doneAt: value["done_at"]?.time)
  }
}

extension NextFire {
  fileprivate init?(reading value: YAMLValue) {
    guard let at = value["at"]?.time, let schedule = value["schedule"]?.resourceName else { return nil }
    self.init(
      at: at, schedule: schedule, count: value.count("count"), hosts: value.entries("hosts").compactMap(\.hostName))
  }
}
