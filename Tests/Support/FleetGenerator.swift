// Fleets made at random: hosts in groups, schedules in several zones, retention that prunes; and changes of them.

package import Foundation
package import Spec

/// Makes the specs of simulated fleets.
package struct FleetGenerator {
  private var random: SeededGenerator
  private var madeHosts = 0

  package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// The longest time between two fires of any of the schedules, in seconds.
  package static let longestPeriod = 7 * 86_400.0

  /// A start so that the clocks change within the next weeks, in one zone or the other.
  package mutating func start() -> Date {
    // 2026-03-08 07:00Z and 2026-11-01 06:00Z in New York, 2026-03-29 01:00Z and 2026-10-25 01:00Z in Amsterdam.
    let changes = [1_772_953_200, 1_793_512_800, 1_774_746_000, 1_792_890_000]
    let change = changes[Int.random(in: changes.indices, using: &random)]
    return Date(timeIntervalSince1970: Double(change - Int.random(in: 4 * 86_400...40 * 86_400, using: &random)))
  }

  package mutating func spec() throws -> Spec {
    var spec = Spec()
    spec = spec.merging(try settings())
    for name in Self.schedules { spec = spec.merging(schedule(name)) }
    for name in Self.policies { spec = spec.merging(try policy(name)) }
    for _ in 0..<Int.random(in: 3...(chance(1, in: 10) ? 8 : 3), using: &random) {
      spec = spec.merging(try host(nextHost()))
    }
    return spec
  }

  /// The spec with something changed.
  package mutating func edited(_ spec: Spec) throws -> Spec {
    let hosts = spec.hosts.keys.sorted()
    switch Int.random(in: 0..<7, using: &random) {
    case 0, 1: return spec.merging(try settings())
    case 2: return spec.merging(schedule(pick(Self.schedules)))
    case 3: return spec.merging(try policy(pick(Self.policies)))
    case 4 where hosts.count > 3: return spec.removing([.host(pick(hosts))])
    case 5 where hosts.count < 8: return spec.merging(try host(nextHost()))
    default: return spec.merging(try host(pick(hosts).description))
    }
  }

  // MARK: - Resources

  private static let schedules = ["often", "weekly"]
  private static let policies = ["short", "long"]

  private mutating func settings() throws -> Spec {
    let groups = chance(2, in: 3) ? ", concurrency_groups: {hypervisor: \(pick([1, 1, 2]))}" : ""
    let blackouts = chance(1, in: 6) ? #", blackouts: ["Mon-Fri 09:00-17:00"]"# : ""
    let trash = chance(2, in: 3) ? ", trash_ttl: \(pick(["0s", "1h", "3d", "10d"]))" : ""
    return try read(
      """
      settings: {backup_root: /backups, time_zone: \(zone()), max_concurrent_backups: \(number(1...4)), \
      max_concurrent_prunes: \(number(1...2))\(groups)\(blackouts)\(trash)}
      """)
  }

  /// A schedule that can fire, which not every window lets it.
  private mutating func schedule(_ name: String) -> Spec {
    while true {
      if let spec = try? anySchedule(name) { return spec }
    }
  }

  private mutating func anySchedule(_ name: String) throws -> Spec {
    let crons =
      name == "weekly"
      ? ["15 2 * * mon", "@weekly", "30 2 * * sun", "0 12 * * wed"]
      : ["45 1 * * wed", "30 2 */5 * *", "0 3 */6 * *", "30 2 * * sun"]
    var keys = [#"cron: "\#(pick(crons))""#, "time_zone: \(zone())"]
    if chance(3, in: 4) { keys.append("prune: true") }
    if chance(1, in: 2) { keys.append("jitter: \(pick(["30s", "20m", "3h"]))") }
    if chance(1, in: 3) { keys.append("catch_up: \(pick(["2h", "12h", "2d"]))") }
    if chance(1, in: 4) { keys.append("max_age: 12d") }
    if chance(1, in: 4) {
      keys.append(#"windows: ["\#(pick(["22:00-06:00", "01:00-03:30", "Sat,Sun", "Mon-Fri 00:00-16:00"]))"]"#)
    } else if chance(1, in: 6) {
      keys.append(#"blackouts: ["\#(pick(["02:00-04:00", "Sun", "Mon-Thu 08:00-18:00"]))"]"#)
    }
    if chance(1, in: 20) { keys.append("suspended: true") }
    return try read("schedules: {\(name): {\(keys.joined(separator: ", "))}}")
  }

  private mutating func policy(_ name: String) throws -> Spec {
    var keys = [name == "long" ? "keep_weekly: \(number(3...6))" : "keep_last: \(number(1...3))"]
    if chance(1, in: 3) { keys.append("keep_daily: \(number(1...4))") }
    if chance(1, in: 4) { keys.append("keep_within: \(pick(["3d", "10d"]))") }
    if chance(1, in: 4) { keys.append("min_keep: \(number(1...4))") }
    if chance(1, in: 4) { keys.append("max_delete: \(number(0...4))") }
    if chance(1, in: 5) { keys.append("max_delete_ratio: \(pick(["30%", "60%"]))") }
    if chance(1, in: 3) { keys.append("time_zone: \(zone())") }
    return try read("retention: {\(name): {\(keys.joined(separator: ", "))}}")
  }

  private mutating func host(_ name: String) throws -> Spec {
    var keys: [String] = []
    if !chance(1, in: 12) { keys.append("schedule: \(pick(Self.schedules))") }
    if !chance(1, in: 8) { keys.append("retention: \(pick(Self.policies))") }
    if chance(3, in: 4) { keys.append("labels: {hypervisor: \(pick(["hv1", "hv1", "hv2"]))}") }
    if chance(1, in: 12) { keys.append("suspended: true") }
    return try read("hosts: {\(name): {\(keys.joined(separator: ", "))}}")
  }

  // MARK: - Parts

  /// Names are never used again: what a host that is gone has left is another's.
  private mutating func nextHost() -> String {
    madeHosts += 1
    return "web-\(madeHosts)"
  }

  private func read(_ yaml: String) throws -> Spec {
    let text = "version: 1\n\(yaml)\n"
    // What the parts refer to is declared elsewhere.
    let known =
      "version: 1\nschedules: {often: {cron: \"@daily\"}, weekly: {cron: \"@daily\"}}\n"
      + "retention: {short: {keep_last: 1}, long: {keep_last: 1}}\n"
    let others = try SpecReader.read([SourceText(name: "known.yaml", bytes: Array(known.utf8))]).spec
    return try SpecReader.read([SourceText(name: "fleet.yaml", bytes: Array(text.utf8))], known: others).spec
  }

  private mutating func zone() -> String { pick(["UTC", "Europe/Amsterdam", "America/New_York"]) }
  private mutating func chance(_ part: Int, in whole: Int) -> Bool { random.chance(part, in: whole) }
  private mutating func number(_ bounds: ClosedRange<Int>) -> Int { Int.random(in: bounds, using: &random) }
  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &random)]
  }
}
