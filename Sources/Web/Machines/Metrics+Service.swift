// Metrics of the service as a whole: who is at work, the queue, the disk, and hosts by how they are.

import Engine
import Foundation
import Reconciler
import Spec
import Store

extension Metrics {
  var serviceFamilies: [MetricFamily] {
    var build = MetricFamily("pobsync_build_info", .gauge, "The version of pobsync; the figure is always 1.")
    build.add(1, MetricLabel("version", PobsyncVersion.current))
    let service = report.service
    let workers = MetricFamily(
      "pobsync_workers", .gauge, "Workers that are alive and carry out what is queued.",
      value: service.workers.count { $0.isAlive && $0.servesQueue })
    var controller = MetricFamily("pobsync_controller_alive", .gauge, "Whether a controller leads and is alive.")
    controller.add(service.controller?.isAlive == true)
    var silence = MetricFamily(
      "pobsync_controller_lease_age_seconds", .gauge,
      "How long ago the controller that leads, or did last, was heard of.")
    if let heard = service.controller?.heardAt { silence.add(seconds: max(0, report.at.timeIntervalSince(heard))) }
    var hosts = MetricFamily("pobsync_hosts", .gauge, "Declared hosts by how they are; each is counted once.")
    let counts = report.hosts
    let sorts = [
      ("ready", counts.ready), ("due", counts.due), ("late", counts.late), ("failed", counts.failed),
      ("waiting", counts.waiting), ("paused", counts.paused), ("suspended", counts.suspended),
      ("unknown", counts.unknown),
    ]
    for (state, count) in sorts { hosts.add(count, MetricLabel("state", state)) }
    let retained = MetricFamily(
      "pobsync_hosts_retained", .gauge, "Hosts that are declared no more, of which snapshots are kept.",
      value: counts.retained)
    return [build, workers, controller, silence, hosts, retained]
  }

  var storageFamilies: [MetricFamily] {
    let root = report.backupRoot
    var usable = MetricFamily("pobsync_storage_usable", .gauge, "Whether the backup root can be used.")
    usable.add(root.problem == nil)
    var adopted = MetricFamily(
      "pobsync_storage_adopted", .gauge,
      "Whether what is in the backup root may be pruned, because it is known as ours.")
    adopted.add(root.isAdopted)
    var reserve = MetricFamily(
      "pobsync_storage_reserve_bytes", .gauge, "The min_free of the settings: with less free no backup starts.")
    if let minFree { reserve.add(minFree.bytes) }
    guard let space = root.space else { return [usable, adopted, reserve] }
    var families = [
      usable, adopted, reserve,
      MetricFamily(
        "pobsync_storage_free_bytes", .gauge, "What may still be written below the backup root.", value: space.available
      ),
      MetricFamily(
        "pobsync_storage_size_bytes", .gauge, "The size of the file system of the backup root.", value: space.total),
    ]
    guard let inodes = space.inodes else { return families }
    families.append(
      MetricFamily(
        "pobsync_storage_free_inodes", .gauge, "How many more files there is room for below the backup root.",
        value: inodes.available))
    families.append(
      MetricFamily(
        "pobsync_storage_inodes", .gauge, "How many files there is room for in the file system of the backup root.",
        value: inodes.total))
    return families
  }

  var runFamilies: [MetricFamily] {
    var depth = MetricFamily("pobsync_queue_runs", .gauge, "Runs that are queued or running, by kind.")
    for kind in RunKind.allCases {
      for state in [RunState.queued, .running] {
        let count = queue.first { $0.kind == kind && $0.state == state }?.count ?? 0
        depth.add(count, MetricLabel("kind", kind.rawValue), MetricLabel("state", state.rawValue))
      }
    }
    var age = MetricFamily(
      "pobsync_queue_oldest_age_seconds", .gauge,
      "How long the run that has been queued for longest waits; 0 if none does.")
    let oldest = queue.filter { $0.state == .queued }.map(\.oldest).min()
    age.add(seconds: oldest.map { max(0, report.at.timeIntervalSince($0)) } ?? 0)
    let queued = MetricFamily(
      "pobsync_runs_queued_total", .counter, "Runs that have been queued since the database was made.",
      value: queuedRuns)
    var ended = MetricFamily(
      "pobsync_runs_total", .counter,
      "Runs that were seen to end since this process was first asked, by kind and outcome.")
    for kind in RunKind.allCases {
      for state in RunState.allCases where state.isFinished {
        let outcome = RunTally.Outcome(kind: kind, state: state)
        ended.add(
          endedRuns[outcome] ?? 0, MetricLabel("kind", kind.rawValue), MetricLabel("outcome", state.rawValue))
      }
    }
    return [depth, age, queued, ended]
  }
}
