// How a status report is made from records: a pure function of what was found and the time.

import Engine
package import Foundation
import Spec
package import Store

extension StatusReport {
  /// - Parameters:
  ///   - isAlive: whether the holder of a lease seems to live, as far as can be told from here.
  ///   - fires: how many of the next firings are told.
  package init(
    _ records: StatusRecords, backupRoot: BackupRootStatus, now: Date, fires: Int = 5, isAlive: (Lease) -> Bool
  ) {
    at = now
    self.backupRoot = backupRoot
    service = ServiceStatus(records.leases, isAlive: isAlive)
    running = records.running
    let waits = QueueWaits(records, service: service, now: now)
    queue = QueueStatus(
      length: records.queueLength, first: records.queued.map { QueuedRun(run: $0, waitsFor: waits.reason(of: $0)) })
    let troubles = HostTroubles(records, now: now)
    hosts = troubles.counts
    hosts.retained = records.retained
    failed = troubles.failed.inOrder
    late = troubles.late.inOrder
    waiting = troubles.waiting.inOrder
    pauses = PauseStatus.all(records.pauses)
    suspensions = SuspensionStatus.all(records.groups)
    requests = records.requests
    nextFires = NextFire.upcoming(records.groups, pauses: records.pauses, now: now, limit: fires)
  }
}

extension ServiceStatus {
  package init(_ leases: [Lease], isAlive: (Lease) -> Bool) {
    let processes = leases.map { ServiceProcess($0, isAlive: isAlive($0)) }
    controller = processes.first { $0.name == Lease.controllerName }
    workers = processes.filter { $0.kind != .controller }.sorted { ($0.since, $0.name) < ($1.since, $1.name) }
  }
}

extension ServiceProcess {
  fileprivate init(_ lease: Lease, isAlive: Bool) {
    let identity = lease.process.flatMap(ProcessIdentity.init)
    self.init(
      name: lease.name, kind: lease.kind, pid: identity?.pid, machine: identity?.machine, isAlive: isAlive,
      servesQueue: lease.servesQueue, since: lease.acquiredAt, heardAt: lease.renewedAt)
  }
}

extension PauseStatus {
  fileprivate static func all(_ pauses: Pauses) -> [PauseStatus] {
    let hosts = pauses.hosts.sorted { $0.key < $1.key }.map { PauseStatus(host: $0.key, pause: $0.value) }
    return (pauses.all.map { [PauseStatus(host: nil, pause: $0)] } ?? []) + hosts
  }
}

extension SuspensionStatus {
  fileprivate static func all(_ groups: [HostGroup]) -> [SuspensionStatus] {
    var hosts: [Suspension: [HostName]] = [:]
    for group in groups {
      if let suspension = group.host.suspension { hosts[suspension, default: []] += group.names }
    }
    let all = hosts.map { suspension, names in
      SuspensionStatus(suspension: suspension, count: names.count, hosts: Array(names.sorted().prefix(namedHosts)))
    }
    return all.sorted {
      ($1.count, $0.hosts.first?.description ?? "") < ($0.count, $1.hosts.first?.description ?? "")
    }
  }

  /// How many hosts of one suspension are named.
  private static let namedHosts = 10
}

extension [HostTrouble] {
  /// What has lasted longest first.
  fileprivate var inOrder: [HostTrouble] { sorted { ($0.since, $0.host) < ($1.since, $1.host) } }
}
