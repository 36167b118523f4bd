// Everything about one host, for programs: the value that `describe host -o json` and the API show.

import Engine
import Foundation
package import Spec
import Store

extension HostReport {
  package func value(for audience: Audience = .operators) -> YAMLValue {
    var members = [YAMLPair("name", .string(host.description)), YAMLPair("at", .time(at))]
    if audience.mayOperate { members += declared }
    members += [
      YAMLPair("retained", retained?.value(for: audience) ?? .null),
      YAMLPair("status", .map(standing.members(for: audience))),
      YAMLPair("conditions", .list(conditions.map { value(of: $0, for: audience) })),
      YAMLPair("pauses", .list(pauses.all(of: host).map { $0.value(for: audience) })),
      YAMLPair("last_backup", lastBackup?.value(for: audience) ?? .null),
      YAMLPair("snapshots", snapshotsValue(for: audience)),
      YAMLPair("runs", .list(runs.map { $0.value(for: audience) })),
      YAMLPair("events", .list(events.map { $0.value(for: audience) })),
    ]
    return .map(members)
  }

  /// How many of the newest snapshots are told one by one.
  private static var mostSnapshots: Int { 20 }

  // MARK: - What is declared, and follows from it

  private var declared: [YAMLPair] {
    var record: ResourceRecord?
    if case .declared(_, let known) = declaration { record = known }
    return [
      YAMLPair("record", record?.value ?? .null),
      YAMLPair("declared", desired.spec.values(of: .host(host)).map { YAMLValue.map($0) } ?? .null),
      YAMLPair("effective", effective?.value ?? .null),
      YAMLPair("request", request?.value ?? .null),
      YAMLPair("plan", planValue),
      YAMLPair("next_fires", .list(nextFires(Self.mostFires).map { YAMLValue.time($0) })),
    ]
  }

  private static var mostFires: Int { 5 }

  /// What the loop would do now, and what that waits for.
  package var planValue: YAMLValue {
    let freed = plan.prunedSnapshots.isEmpty ? nil : freedBytes
    let whole = Plan(hosts: [plan]).value(freed: freed.map { [host: $0] } ?? [:]).items.first?.members ?? []
    return .map(whole + [YAMLPair("waits_until", .time(plan.hold?.until))])
  }

  /// The plan, with what retention says of every snapshot.
  package var retentionValue: YAMLValue {
    .map(planValue.members + [YAMLPair("retention", plan.retention?.value ?? .null)])
  }

  private var freedBytes: Int64? {
    FreedEstimate.upperBound(dropping: Set(plan.prunedSnapshots.map(\.snapshot.id)), of: snapshots)
  }

  // MARK: - What is known

  private func value(of condition: Condition, for audience: Audience) -> YAMLValue {
    .map([
      YAMLPair("type", .string(condition.type.rawValue)), YAMLPair("status", .string(condition.status.rawValue)),
      YAMLPair("reason", .string(condition.reason)),
      YAMLPair("message", .text(audience.message(condition.message, reason: condition.reason))),
      YAMLPair("since", .time(since(condition))),
    ])
  }

  private func snapshotsValue(for audience: Audience) -> YAMLValue {
    let newest = snapshots.suffix(Self.mostSnapshots).reversed().map { snapshot -> YAMLValue in
      let fate = self.fate(of: snapshot)
      return .map(
        snapshot.value(isRetained: retained != nil, for: audience).members + [
          YAMLPair("kept", fate.map { YAMLValue.bool($0.isKept) } ?? .null),
          YAMLPair("reasons", .texts(fate?.reasons ?? [])),
        ])
    }
    return .map([YAMLPair("count", .int(Int64(snapshots.count))), YAMLPair("newest", .list(newest))])
  }
}

extension Pauses {
  /// That of everything, and that of a host.
  fileprivate func all(of host: HostName) -> [PauseStatus] {
    let present: [(HostName?, Pause?)] = [(nil, all), (host, hosts[host])]
    return present.compactMap { host, pause in pause.map { PauseStatus(host: host, pause: $0) } }
  }
}

extension PauseStatus {
  /// Who has an account is for operators to know.
  package func value(for audience: Audience) -> YAMLValue {
    guard !audience.mayOperate else { return value }
    return .map(value.members.map { $0.key == "actor" ? YAMLPair("actor", .null) : $0 })
  }
}

extension ResourceRecord {
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("source", .string(source)), YAMLPair("generation", .int(generation)),
      YAMLPair("observed_generation", .number(observedGeneration)), YAMLPair("created_at", .time(createdAt)),
      YAMLPair("updated_at", .time(updatedAt)),
    ])
  }
}

extension EffectiveHost {
  /// Everything that holds for it and that people ask for first; `explain host` has all of it.
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("address", .string(address.description)), YAMLPair("user", .string(ssh.user.description)),
      YAMLPair("port", .int(Int64(ssh.port))), YAMLPair("source_root", .string(sourceRoot.description)),
      YAMLPair("includes", .texts(includes.map(\.description))),
      YAMLPair("excludes", .texts(excludes.map(\.description))),
      YAMLPair("schedule", schedule?.value ?? .null), YAMLPair("retention", .text(retention?.name.description)),
      YAMLPair("labels", labels.value), YAMLPair("suspension", .text(suspension?.description)),
    ])
  }
}

extension EffectiveSchedule {
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("name", .string(name.description)), YAMLPair("cron", .string("\(declared.cron)")),
      YAMLPair("time_zone", .string("\(timeZone)")),
    ])
  }
}
