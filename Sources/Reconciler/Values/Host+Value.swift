// Hosts in lists for programs: the values that `get hosts -o json` and the API show.

import Engine
import Foundation
package import Spec
package import Store

extension HostLine {
  /// - Parameters:
  ///   - desired: what is declared, of this host at least; it is shown to operators alone.
  ///   - retained: what is left of the host, if it is declared no more.
  package func value(_ desired: Spec, retained: RetainedHost?, for audience: Audience = .operators) -> YAMLValue {
    let effective = desired.effectiveHost(host)
    var members = [YAMLPair("name", .string(host.description))]
    if audience.mayOperate {
      members += desired.values(of: .host(host)) ?? []
      members.append(YAMLPair("effective", effective?.listedValue ?? .null))
    }
    if let retained {
      members.append(YAMLPair("retained", retained.value(for: audience)))
    } else {
      members.append(
        YAMLPair("suspension", .text(effective?.suspension.map { audience.mayOperate ? $0.description : "suspended" })))
    }
    return .map(
      members + [
        YAMLPair("status", statusValue(for: audience)),
        YAMLPair(
          "observed",
          .map([
            YAMLPair("snapshots", .int(Int64(snapshots))), YAMLPair("newest_good", .time(newestGood)),
            YAMLPair("newest_size_bytes", .number(newestSize)),
          ])),
      ])
  }

  private func statusValue(for audience: Audience) -> YAMLValue {
    .map(
      standing.members(for: audience) + [
        YAMLPair("backing_up", .bool(isBackingUp)), YAMLPair("next_fire", .time(nextFire)),
        YAMLPair("labels", labels.value),
      ])
  }
}

extension HostStanding {
  /// How it stands, and what tells so.
  func members(for audience: Audience) -> [YAMLPair] {
    [
      YAMLPair("state", .string(state.rawValue)), YAMLPair("reason", .text(reason)),
      YAMLPair("message", .text(audience.message(message, reason: reason))), YAMLPair("since", .time(since)),
    ]
  }
}

extension EffectiveHost {
  /// What a list shows of all that holds for it, its profiles and the settings included.
  fileprivate var listedValue: YAMLValue {
    .map([
      YAMLPair("address", .string(address.description)), YAMLPair("schedule", .text(schedule?.name.description)),
      YAMLPair("retention", .text(retention?.name.description)),
    ])
  }
}

extension RetainedHost {
  /// That a host is declared no more, and what becomes of what is left.
  package func value(for audience: Audience = .operators) -> YAMLValue {
    .map([
      YAMLPair("on_remove", .string(onRemove.rawValue)),
      YAMLPair("outlook", .text(audience.mayOperate ? outlook : nil)),
      YAMLPair("retention", .text(audience.mayOperate ? retention?.name.description : nil)),
      YAMLPair("source", .text(audience.mayOperate ? source : nil)),
      YAMLPair("removed_by", .text(audience.mayOperate ? actor : nil)),
      YAMLPair("removed_at", .time(removedAt)),
    ])
  }
}

extension Labels {
  var value: YAMLValue {
    .map(sorted { $0.key < $1.key }.map { YAMLPair($0.key.description, .string($0.value)) })
  }
}
