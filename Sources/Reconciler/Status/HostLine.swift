// A line a host: what a list of all hosts shows of each, told from what is recorded. Nothing is planned for it, and no
// disk is looked at: how hosts stand is what the controller has found last.

import Engine
package import Foundation
package import Spec
package import Store

package struct HostLine: Sendable, Hashable {
  package var host: HostName
  package var standing: HostStanding
  package var isBackingUp: Bool
  /// When the newest good snapshot of any kind was begun.
  package var newestGood: Date?
  /// When its schedule fires next, unless it is suspended or paused until later.
  package var nextFire: Date?
  package var snapshots: Int
  /// How much is in the newest snapshot, in bytes.
  package var newestSize: Int64?
  package var schedule: ResourceName?
  /// Nil for a host that is declared no more.
  package var address: String?
  /// With those of its profiles.
  package var labels: Labels

  package init(_ host: HostName, _ standing: HostStanding) {
    self.host = host
    self.standing = standing
    isBackingUp = false
    snapshots = 0
    labels = [:]
  }

  package var state: HostState { standing.state }
}

extension HostLine {
  /// All hosts that are declared, and those that are declared no more, by name.
  package static func all(_ records: FleetRecords, now: Date) -> [HostLine] {
    let standings = HostTroubles(records.status, now: now).standings
    var lines: [HostLine] = []
    lines.reserveCapacity(records.facts.count)
    for group in records.status.groups {
      let times = group.host.suspension == nil ? group.host.schedule.map { CronTimes($0, around: now) } : nil
      for name in group.names {
        let facts = records.facts[name] ?? HostFacts()
        var line = HostLine(name, standings[name] ?? HostStanding(facts.isJudged ? .ready : .unknown))
        line.take(facts)
        line.isBackingUp = records.status.backingUp.contains(name)
        line.schedule = group.host.schedule?.name
        line.address = facts.address ?? name.description
        line.labels = group.host.labels.merging(facts.labels) { $1 }
        if let next = times?.next(for: name) {
          let pause = records.status.pauses[name]
          line.nextFire = pause.map { $0.until ?? .distantFuture > next } ?? false ? nil : next
        }
        lines.append(line)
      }
    }
    for (name, retained) in records.retained {
      var line = HostLine(name, HostStanding(retained))
      line.take(records.facts[name] ?? HostFacts())
      lines.append(line)
    }
    return lines.sorted { $0.host < $1.host }
  }

  private mutating func take(_ facts: HostFacts) {
    newestGood = facts.newestGood
    snapshots = facts.snapshots
    newestSize = facts.newestSize
  }
}

extension Environment {
  /// All hosts, a line each.
  package func hostLines() async throws -> [HostLine] {
    let now = clock.now
    return HostLine.all(try await store.fleetRecords(at: now), now: now)
  }
}
