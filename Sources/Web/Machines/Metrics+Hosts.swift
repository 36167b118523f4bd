// Metrics of each host: its newest good snapshot, how fresh it is, and what its conditions say.

import Foundation
import Reconciler
import Spec
import Store

extension Metrics {
  var hostFamilies: [MetricFamily] { snapshotFamilies + stateFamilies }

  private var snapshotFamilies: [MetricFamily] {
    var success = MetricFamily(
      "pobsync_host_last_success_timestamp_seconds", .gauge,
      "When the newest good scheduled snapshot of the host was complete.")
    var duration = MetricFamily(
      "pobsync_host_last_success_duration_seconds", .gauge, "How long that snapshot took to make.")
    var transferred = MetricFamily(
      "pobsync_host_last_success_transferred_bytes", .gauge, "File data that was transferred for that snapshot.")
    var size = MetricFamily("pobsync_host_last_success_size_bytes", .gauge, "The size of all files in that snapshot.")
    var snapshots = MetricFamily("pobsync_host_snapshots", .gauge, "Snapshots of the host, by kind.")
    var limit = MetricFamily(
      "pobsync_host_max_age_seconds", .gauge,
      "The age of the newest good snapshot from which on the host is late: its max_age, or the time since the firing of "
        + "its schedule before the latest, and a day at least.")
    var staleness = MetricFamily(
      "pobsync_host_staleness_ratio", .gauge, "The age of the newest good snapshot as a share of that limit.")
    for group in groups {
      for name in group.names {
        let host = MetricLabel("host", name)
        let maxAge = HostConditions.lateness(of: group.host, named: name, at: report.at)
        if let maxAge { limit.add(seconds: maxAge, host) }
        let figures = hosts[name] ?? HostFigures()
        snapshots.add(figures.scheduled, host, MetricLabel("kind", "scheduled"))
        snapshots.add(figures.manual, host, MetricLabel("kind", "manual"))
        guard let newest = figures.newestGood else { continue }
        success.add(newest.finishedAt ?? newest.startedAt, host)
        if let seconds = newest.durationSeconds { duration.add(seconds: seconds, host) }
        if let bytes = newest.transferredBytes { transferred.add(bytes, host) }
        if let bytes = newest.sizeBytes { size.add(bytes, host) }
        guard let maxAge, maxAge > 0 else { continue }
        staleness.add(ratio: max(0, report.at.timeIntervalSince(newest.startedAt)) / maxAge, host)
      }
    }
    return [success, duration, transferred, size, snapshots, limit, staleness]
  }

  private var stateFamilies: [MetricFamily] {
    var condition = MetricFamily(
      "pobsync_host_condition", .gauge, "The conditions of the host; there is a figure, 1, for the status that holds.")
    var failed = MetricFamily(
      "pobsync_host_failed", .gauge, "Whether the last backup failed, or the host cannot be backed up at all.")
    var late = MetricFamily(
      "pobsync_host_late", .gauge,
      "Whether the host is not fresh, though no window keeps it waiting and no backup is queued or running.")
    var waiting = MetricFamily(
      "pobsync_host_waiting", .gauge, "Whether something of the host goes on only when a person has looked at it.")
    var paused = MetricFamily("pobsync_host_paused", .gauge, "Whether the host is paused.")
    var suspended = MetricFamily("pobsync_host_suspended", .gauge, "Whether the host is declared to be suspended.")
    let (failures, lates, waits) = (names(report.failed), names(report.late), names(report.waiting))
    for group in groups {
      for name in group.names {
        let host = MetricLabel("host", name)
        for found in conditions[name] ?? [] {
          condition.add(1, host, MetricLabel("type", found.type.rawValue), MetricLabel("status", found.status.rawValue))
        }
        failed.add(failures.contains(name), host)
        late.add(lates.contains(name), host)
        waiting.add(waits.contains(name), host)
        paused.add(pauses[name] != nil, host)
        suspended.add(group.host.suspension != nil, host)
      }
    }
    return [condition, failed, late, waiting, paused, suspended]
  }

  private func names(_ troubles: [HostTrouble]) -> Set<HostName> { Set(troubles.map(\.host)) }
}
