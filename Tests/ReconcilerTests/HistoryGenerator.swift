// Histories and policies made at random, for the property tests of retention and planning.

import Engine
import Foundation
import Spec
import Store
import Support

@testable import Reconciler

/// Makes the snapshots of one host, and policies for them.
struct HistoryGenerator {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// Some instant from 2019 to 2030, often beside a turn of the year or a change of the clock.
  mutating func now() -> Date {
    // 2026-12-31 23:00Z, 2021-01-01 00:00Z, 2026-03-29 01:00Z, 2026-10-25 01:00Z.
    let turns = [1_798_758_000, 1_609_459_200, 1_774_746_000, 1_792_890_000]
    guard random.chance(1, in: 2), let turn = turns.randomElement(using: &random) else {
      return Date(timeIntervalSince1970: Double(Int.random(in: 1_546_300_800...1_893_456_000, using: &random)))
    }
    return Date(timeIntervalSince1970: Double(turn + Int.random(in: -400_000...400_000, using: &random)))
  }

  /// Up to so many snapshots of all kinds, most of them good, a few dated after `now`.
  mutating func history(upTo limit: Int, before now: Date) throws -> [SnapshotRecord] {
    // The steps between snapshots: minutes, hours, days, weeks, months.
    let step = [600, 3600, 86_400, 604_800, 2_629_800].randomElement(using: &random) ?? 3600
    var seconds = Int(now.timeIntervalSince1970) + (random.chance(1, in: 5) ? 3 * step : 0)
    return try (0..<Int.random(in: 0...limit, using: &random)).map { index in
      if !random.chance(1, in: 20) { seconds -= Int.random(in: 1...(2 * step), using: &random) }
      return try snapshot(at: Date(timeIntervalSince1970: Double(seconds)), index)
    }
  }

  private mutating func snapshot(at date: Date, _ index: Int) throws -> SnapshotRecord {
    let statuses: [SnapshotStatus] = [.success, .success, .success, .success, .warning, .partial, .partial, .unknown]
    guard let name = SnapshotName("\(Timestamp.compact(date))__\(index)") else {
      throw InvalidText("no name for \(date)")
    }
    return SnapshotRecord(
      id: SnapshotID(kind: random.chance(1, in: 8) ? .manual : .scheduled, name: name),
      status: statuses.randomElement(using: &random) ?? .success,
      startedAt: random.chance(1, in: 10) ? date.addingTimeInterval(0.5) : date)
  }

  /// Pins on a few of some snapshots, of which some are over.
  mutating func pins(on snapshots: [SnapshotRecord], now: Date) -> [SnapshotID: SnapshotPin] {
    var pins: [SnapshotID: SnapshotPin] = [:]
    for snapshot in snapshots where random.chance(1, in: 10) {
      let span = random.chance(1, in: 2) ? Double(Int.random(in: -100_000...100_000, using: &random)) : nil
      pins[snapshot.id] = SnapshotPin(
        reason: random.chance(1, in: 2) ? "because" : nil, until: span.map(now.addingTimeInterval), actor: "alice",
        pinnedAt: now)
    }
    return pins
  }

  mutating func policy() throws -> EffectiveRetention {
    var policy = RetentionPolicy()
    policy.keepLast = count(upTo: 6)
    policy.keepHourly = count(upTo: 12)
    policy.keepDaily = count(upTo: 10)
    policy.keepWeekly = count(upTo: 6)
    policy.keepMonthly = count(upTo: 6)
    policy.keepYearly = count(upTo: 4)
    policy.keepWithin = random.chance(1, in: 3) ? span() : nil
    policy.keepOldest = count(upTo: 3)
    policy.minKeep = random.chance(1, in: 3) ? Int.random(in: 1...8, using: &random) : nil
    return EffectiveRetention(
      name: try ResourceName(text: "standard"), policy: policy, timeZone: try TimeZoneName(parsing: zone()))
  }

  /// The policy with one rule added, or asking for more.
  mutating func raised(_ declared: EffectiveRetention) -> EffectiveRetention {
    let counts: [WritableKeyPath<RetentionPolicy, Int?>] = [
      \.keepLast, \.keepHourly, \.keepDaily, \.keepWeekly, \.keepMonthly, \.keepYearly, \.keepOldest,
      \.minKeep,
    ]
    var policy = declared.policy
    if let rule = counts.randomElement(using: &random), !random.chance(1, in: 8) {
      policy[keyPath: rule] = (policy[keyPath: rule] ?? 1) + Int.random(in: 1...5, using: &random)
    } else {
      let raised = TimeSpan(seconds: (policy.keepWithin?.seconds ?? 0) + span().seconds)
      policy.keepWithin = raised ?? .longest
    }
    return EffectiveRetention(name: declared.name, policy: policy, timeZone: declared.timeZone)
  }

  mutating func zone() -> String {
    let zones = [
      "UTC", "Europe/Amsterdam", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Australia/Lord_Howe",
      "America/Asuncion", "America/St_Johns",
    ]
    return zones.randomElement(using: &random) ?? "UTC"
  }

  private mutating func count(upTo limit: Int) -> Int? {
    random.chance(1, in: 3) ? Int.random(in: 0...limit, using: &random) : nil
  }

  private mutating func span() -> TimeSpan {
    let unit = [60, 3600, 86_400, 604_800].randomElement(using: &random) ?? 60
    return .seconds(unit * Int.random(in: 0...20, using: &random))
  }
}
