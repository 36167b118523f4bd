// The lists themselves: which columns people see. Their rows are made from the values that programs get, so that those of
// another pobsync are listed as one's own.

import Engine
import Foundation
import Reconciler
import Spec
import Store

extension Listing {
  static func settings(_ settings: YAMLValue) -> Listing {
    Listing(
      headers: ["SETTING", "VALUE"], rows: settings.members.flattened().map { [$0.key, $0.value.shown] },
      value: settings, empty: "No settings are declared.")
  }

  static func resources(_ kind: ResourceKind, _ resources: [YAMLValue]) -> Listing {
    Listing(
      headers: ["NAME", "DECLARED"],
      rows: resources.map { resource in
        let declared = resource.members.filter { $0.key != "name" }.flattened()
        return [resource.word("name"), declared.map { "\($0.key)=\($0.value.shown)" }.joined(separator: " ")]
      },
      value: .list(resources), empty: "No \(kind.section) are declared.")
  }

  static func hosts(_ hosts: [YAMLValue]) -> Listing {
    Listing(
      headers: ["HOST", "ADDRESS", "SCHEDULE", "RETENTION", "SNAPSHOTS", "NEWEST GOOD", ""],
      rows: hosts.map { host in
        let effective = host["effective"] ?? .null
        let observed = host["observed"] ?? .null
        let retained = host.known("retained")
        let retention = effective.known("retention") ?? retained?.known("retention")
        return [
          host.word("name"), effective.word("address"), effective.word("schedule"), retention?.text ?? "-",
          observed.word("snapshots"), observed.shownTime("newest_good"),
          retained.map { "retained: removed \($0.shownTime("removed_at"))" } ?? suspended(host),
        ]
      },
      value: .list(hosts), empty: "No hosts are declared.")
  }

  /// "suspended", with the reason if one is given.
  private static func suspended(_ host: YAMLValue) -> String {
    guard let text = host.known("suspension")?.text else { return "" }
    let reason = text.split(separator: ": ", maxSplits: 1).dropFirst().first
    return "suspended" + (reason.map { ": \($0)" } ?? "")
  }

  /// - Parameter snapshots: those of each host together.
  static func snapshots(_ snapshots: [YAMLValue], now: Date = WallClock.system.now) -> Listing {
    Listing(
      headers: ["HOST", "SNAPSHOT", "STATUS", "FILES", "SIZE", "NEW", "TOOK", ""],
      rows: snapshots.map { snapshot in
        let stats = SnapshotStats(reading: snapshot["stats"] ?? .null)
        let pin = snapshot["pin"].flatMap { SnapshotPin(reading: $0) }
        return [
          snapshot.word("host") + (snapshot["retained"]?.flag == true ? " (retained)" : ""),
          "\(snapshot.word("kind"))/\(snapshot.word("name"))", snapshot.word("status"),
          stats.files.map(String.init) ?? "-", stats.apparentSizeBytes.shownAsSize,
          stats.uniqueApparentSizeBytes.shownAsSize, stats.durationSeconds.shownAsDuration,
          pin.map { $0.holds(at: now) ? $0.description : "" } ?? "",
        ]
      },
      value: .list(snapshots), empty: "No snapshots are known.")
  }

  static func runs(_ runs: [YAMLValue]) -> Listing {
    Listing(
      headers: ["RUN", "HOST", "KIND", "STATE", "STARTED", "MESSAGE"],
      rows: runs.map { run in
        [
          run.word("id"), run.word("host"), run.word("kind"), run.word("state"), run.shownTime("started_at"),
          (run["message"]?.text ?? "").printable().shortened(to: 100),
        ]
      },
      value: .list(runs), empty: "There are no such runs.")
  }

  /// - Parameter running: the runs of each worker, by the name of its lease.
  static func service(_ service: ServiceStatus, running: [String: Int], now: Date) -> Listing {
    let processes = [service.controller].compactMap(\.self) + service.workers
    return Listing(
      headers: ["KIND", "PROCESS", "MACHINE", "STATE", "SINCE", "HEARD OF", "RUNS"],
      rows: processes.map { process in
        [
          process.servesQueue || process.kind == .controller ? process.kind.rawValue : "command",
          process.pid.map { "\($0)" } ?? "-", process.machine ?? "-", process.isAlive ? "alive" : "ended",
          process.since.shown, "\(now.timeIntervalSince(process.heardAt).shownAsAge) ago",
          process.kind == .worker ? "\(running[process.name] ?? 0)" : "-",
        ]
      },
      value: .list(processes.map(\.value)), empty: "No controller and no worker; `pobsync run` starts both.")
  }

  static func deliveries(_ deliveries: [YAMLValue]) -> Listing {
    Listing(
      headers: ["DELIVERY", "NOTIFICATION", "HOST", "KIND", "STATE", "ATTEMPTS", "QUEUED", "ERROR"],
      rows: deliveries.map { delivery in
        [
          delivery.word("id"), delivery.word("notification"), delivery.word("host"),
          (delivery["notice"] ?? .null).word("kind"), delivery.word("state"), delivery.word("attempts"),
          delivery.shownTime("created_at"), (delivery["last_error"]?.text ?? "").shortened(to: 100),
        ]
      },
      value: .list(deliveries), empty: "Nothing has been sent.")
  }

  static func events(_ events: [YAMLValue]) -> Listing {
    Listing(
      headers: ["LAST", "COUNT", "SEVERITY", "HOST", "REASON", "MESSAGE"],
      rows: events.map { event in
        [
          event.shownTime("last_at"), event.word("count"), event.word("severity"), event.word("host"),
          event.word("reason"), (event["message"]?.text ?? "").printable().shortened(to: 100),
        ]
      },
      value: .list(events), empty: "Nothing has happened.")
  }
}
