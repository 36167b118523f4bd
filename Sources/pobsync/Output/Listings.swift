// The lists themselves: which columns people see, and which keys programs get.

import Engine
import Foundation
import Reconciler
import Spec
import Store

extension Listing {
  static func settings(_ desired: StoredSpec) -> Listing {
    let pairs = desired.spec.values(of: .settings) ?? []
    return Listing(
      headers: ["SETTING", "VALUE"], rows: pairs.flattened().map { [$0.key, $0.value.shown] }, value: .map(pairs),
      empty: "No settings are declared.")
  }

  static func resources(_ kind: ResourceKind, _ desired: StoredSpec) -> Listing {
    let identifiers = desired.spec.identifiers.filter { $0.kind == kind }
    let values = identifiers.map { (name: $0.name, pairs: desired.spec.values(of: $0) ?? []) }
    return Listing(
      headers: ["NAME", "DECLARED"],
      rows: values.map {
        [$0.name, $0.pairs.flattened().map { "\($0.key)=\($0.value.shown)" }.joined(separator: " ")]
      },
      value: .list(values.map { .map([YAMLPair("name", .string($0.name))] + $0.pairs) }),
      empty: "No \(kind.section) are declared.")
  }

  static func hosts(
    _ desired: StoredSpec, snapshots: [HostName: SnapshotSummary], retained: [RetainedHost] = []
  ) -> Listing {
    let hosts = desired.spec.effectiveHosts
    return Listing(
      headers: ["HOST", "ADDRESS", "SCHEDULE", "RETENTION", "SNAPSHOTS", "NEWEST GOOD", ""],
      rows: hosts.map { host -> [String] in
        let own = snapshots[host.name]
        return [
          host.name.description, host.address.description, host.schedule?.name.description ?? "-",
          host.retention?.name.description ?? "-", "\(own?.count ?? 0)", (own?.newestGood).shown,
          host.suspension?.inTable ?? "",
        ]
      } + retained.map { $0.row(snapshots[$0.host]) },
      value: .list(
        hosts.map { host -> YAMLValue in
          let declared = desired.spec.values(of: .host(host.name)) ?? []
          let own = snapshots[host.name]
          let observed: [YAMLPair] = [
            YAMLPair("snapshots", .int(Int64(own?.count ?? 0))),
            YAMLPair("newest_good", (own?.newestGood).map { .string(Timestamp.text($0)) } ?? .null),
          ]
          let suspension = host.suspension.map { YAMLValue.string($0.description) } ?? .null
          return .map(
            [YAMLPair("name", .string(host.name.description))] + declared
              + [YAMLPair("suspension", suspension), YAMLPair("observed", .map(observed))])
        } + retained.map { $0.value(snapshots[$0.host]) }), empty: "No hosts are declared.")
  }

  /// - Parameter retained: the hosts that are declared no more.
  static func snapshots(_ snapshots: [Snapshot], retained: Set<HostName> = []) -> Listing {
    let now = WallClock.system.now
    let newestFirst = snapshots.sorted { ($0.host, $1.id) < ($1.host, $0.id) }
    return Listing(
      headers: ["HOST", "SNAPSHOT", "STATUS", "FILES", "SIZE", "NEW", "TOOK", ""],
      rows: newestFirst.map { snapshot in
        [
          snapshot.host.description + (retained.contains(snapshot.host) ? " (retained)" : ""),
          snapshot.id.description, snapshot.status.rawValue,
          snapshot.stats.files.map(String.init) ?? "-", snapshot.stats.apparentSizeBytes.shownAsSize,
          snapshot.stats.uniqueApparentSizeBytes.shownAsSize, snapshot.stats.durationSeconds.shownAsDuration,
          snapshot.pin.map { $0.holds(at: now) ? $0.description : "" } ?? "",
        ]
      },
      value: .list(newestFirst.map { $0.value(isRetained: retained.contains($0.host)) }),
      empty: "No snapshots are known.")
  }

  static func runs(_ runs: [Run]) -> Listing {
    Listing(
      headers: ["RUN", "HOST", "KIND", "STATE", "STARTED", "MESSAGE"],
      rows: runs.map { run in
        [
          "\(run.id)", run.host.description, run.kind.rawValue, run.state.rawValue, run.startedAt.shown,
          (run.message ?? "").printable().shortened(to: 100),
        ]
      },
      value: .list(runs.map(\.value)), empty: "There are no such runs.")
  }

  /// - Parameter running: the runs of each worker, by the name of its lease.
  static func service(_ service: ServiceStatus, running: [String: [String]], now: Date) -> Listing {
    let processes = [service.controller].compactMap(\.self) + service.workers
    return Listing(
      headers: ["KIND", "PROCESS", "MACHINE", "STATE", "SINCE", "HEARD OF", "RUNS"],
      rows: processes.map { process in
        [
          process.servesQueue || process.kind == .controller ? process.kind.rawValue : "command",
          process.pid.map { "\($0)" } ?? "-", process.machine ?? "-", process.isAlive ? "alive" : "ended",
          process.since.shown, "\(now.timeIntervalSince(process.heardAt).shownAsAge) ago",
          process.kind == .worker ? "\(running[process.name]?.count ?? 0)" : "-",
        ]
      },
      value: .list(processes.map(\.value)), empty: "No controller and no worker; `pobsync run` starts both.")
  }
}

extension Suspension {
  /// "suspended", with the reason if one is given.
  fileprivate var inTable: String { "suspended" + (reason.map { ": \($0)" } ?? "") }
}

extension Listing {
  static func deliveries(_ deliveries: [Delivery]) -> Listing {
    let all = deliveries.map { (delivery: $0, notice: Notice(json: $0.notice)) }
    return Listing(
      headers: ["DELIVERY", "NOTIFICATION", "HOST", "KIND", "STATE", "ATTEMPTS", "QUEUED", "ERROR"],
      rows: all.map { delivery, notice in
        [
          "\(delivery.id)", delivery.notification.description, delivery.host?.description ?? "-",
          notice?.kind.rawValue ?? "-", delivery.state.rawValue, "\(delivery.attempts)", delivery.createdAt.shown,
          (delivery.lastError ?? "").shortened(to: 100),
        ]
      },
      value: .list(all.map { delivery, notice in delivery.value(notice) }), empty: "Nothing has been sent.")
  }
}

extension Delivery {
  fileprivate func value(_ notice: Notice?) -> YAMLValue {
    func time(_ date: Date?) -> YAMLValue { date.map { .string(Timestamp.text($0)) } ?? .null }
    return .map([
      YAMLPair("id", .int(id)),
      YAMLPair("notification", .string(notification.description)),
      YAMLPair("host", host.map { .string($0.description) } ?? .null),
      YAMLPair("state", .string(state.rawValue)),
      YAMLPair("attempts", .int(Int64(attempts))),
      YAMLPair("next_at", time(nextAt)),
      YAMLPair("last_error", lastError.map(YAMLValue.string) ?? .null),
      YAMLPair("created_at", time(createdAt)),
      YAMLPair("finished_at", time(finishedAt)),
      YAMLPair("notice", notice?.document ?? .null),
    ])
  }
}

extension Snapshot {
  /// - Parameter isRetained: whether its host is declared no more.
  func value(isRetained: Bool) -> YAMLValue {
    .map([
      YAMLPair("host", .string(host.description)),
      YAMLPair("retained", .bool(isRetained)),
      YAMLPair("kind", .string(id.kind.rawValue)),
      YAMLPair("name", .string(id.name.description)),
      YAMLPair("status", .string(status.rawValue)),
      YAMLPair("started_at", .string(Timestamp.text(startedAt))),
      YAMLPair("finished_at", finishedAt.map { .string(Timestamp.text($0)) } ?? .null),
      YAMLPair("base", base.map { .string("\($0.kind)/\($0.name)") } ?? .null),
      YAMLPair("stats", stats.document),
      YAMLPair("note", note.map(YAMLValue.string) ?? .null),
      YAMLPair("pin", pin?.value ?? .null),
    ])
  }
}

extension SnapshotPin {
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("reason", reason.map(YAMLValue.string) ?? .null),
      YAMLPair("until", until.map { .string(Timestamp.text($0)) } ?? .null), YAMLPair("by", .string(actor)),
      YAMLPair("at", .string(Timestamp.text(pinnedAt))),
    ])
  }
}

extension Run {
  var value: YAMLValue {
    func time(_ date: Date?) -> YAMLValue { date.map { .string(Timestamp.text($0)) } ?? .null }
    return .map([
      YAMLPair("id", .int(id)),
      YAMLPair("host", .string(host.description)),
      YAMLPair("kind", .string(kind.rawValue)),
      YAMLPair("state", .string(state.rawValue)),
      YAMLPair("reason", .string(reason)),
      YAMLPair("scheduled_for", time(scheduledFor)),
      YAMLPair("attempt", .int(Int64(request.attempt))),
      YAMLPair("requested_by", request.requestedBy.map(YAMLValue.string) ?? .null),
      YAMLPair("run_requested", request.runRequested.map { .string($0.description) } ?? .null),
      YAMLPair("queued_at", time(queuedAt)),
      YAMLPair("not_before", time(notBefore)),
      YAMLPair("started_at", time(startedAt)),
      YAMLPair("finished_at", time(finishedAt)),
      YAMLPair("worker", worker.map(YAMLValue.string) ?? .null),
      YAMLPair("percent", progress.map { .int(Int64($0.percent)) } ?? .null),
      YAMLPair("snapshot", snapshot.map { .string($0.description) } ?? .null),
      YAMLPair("exit_code", exitCode.map { .int(Int64($0)) } ?? .null),
      YAMLPair("error_code", errorCode.map(YAMLValue.string) ?? .null),
      YAMLPair("message", message.map(YAMLValue.string) ?? .null),
    ])
  }
}
