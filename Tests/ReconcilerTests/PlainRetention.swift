// Retention decided plainly: every rule in turn over sets of names and words. Slow, and what the quick way is held to.

import Engine
import Foundation
import Spec
import Store

enum PlainRetention {
  struct Decision: Hashable {
    let id: SnapshotID
    let keep: Bool
    let reasons: [String]
  }

  static func decisions(
    on snapshots: [SnapshotRecord], policy: EffectiveRetention, pins: [SnapshotID: SnapshotPin] = [:], now: Date
  ) -> [Decision] {
    let newestFirst = snapshots.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
    let good = newestFirst.filter { $0.id.kind == .scheduled && $0.status.isGood && $0.startedAt <= now }
    // Where no good one comes any more, the partial ones since then are all there is: they follow the policy among
    // themselves, so that a file that can never be read does not fill the disk.
    let partial = newestFirst.filter {
      $0.id.kind == .scheduled && $0.status == .partial && $0.startedAt <= now
        && $0.startedAt >= good.first?.startedAt ?? .distantPast
    }
    let zone = policy.timeZone.timeZone
    var reasons = Self.reasons(for: good, newest: "the newest good one", policy: policy.policy, zone: zone)
      .merging(
        Self.reasons(for: partial, newest: "the newest partial one", policy: policy.policy, zone: zone)
      ) { first, _ in first }
    if let count = policy.policy.keepOldest {
      for (index, snapshot) in good.reversed().enumerated() where index < count {
        reasons[snapshot.id, default: []].append("oldest \(index + 1) of \(count)")
      }
    }
    return newestFirst.map { snapshot in
      let pin = pins[snapshot.id].flatMap { $0.until ?? .distantFuture > now ? Self.words(for: $0) : nil }
      let exemption = pin ?? Self.exemption(of: snapshot, newestGood: good.first, now: now)
      let keeping = exemption.map { [$0] } ?? reasons[snapshot.id] ?? []
      return Decision(
        id: snapshot.id, keep: !keeping.isEmpty,
        reasons: keeping.isEmpty ? [Self.reasonForDropping(snapshot, policy: policy.name)] : keeping)
    }
  }

  private static func words(for pin: SnapshotPin) -> String {
    var words = "pinned"
    if let reason = pin.reason { words += ": \(reason)" }
    if let until = pin.until { words += " (until \(Timestamp.short(until)))" }
    return words
  }

  /// How long a partial snapshot stays once a good one is newer.
  private static let partialGrace: TimeInterval = 7 * 86_400

  /// Why a snapshot is kept whatever the policy says, if it is.
  private static func exemption(of snapshot: SnapshotRecord, newestGood: SnapshotRecord?, now: Date) -> String? {
    if snapshot.id.kind == .manual { return "manual: removed only by name" }
    if snapshot.startedAt > now { return "dated in the future" }
    switch snapshot.status {
    case .success, .warning: return nil
    case .unknown: return "of unknown status: removed only by name"
    case .partial:
      guard let newestGood, newestGood.startedAt > snapshot.startedAt else { return nil }
      let isRecent = newestGood.startedAt.timeIntervalSince(snapshot.startedAt) < partialGrace
      return isRecent ? "partial, less than 7 days older than the newest good one" : nil
    }
  }

  private static func reasonForDropping(_ snapshot: SnapshotRecord, policy: ResourceName) -> String {
    snapshot.status == .partial ? "partial, and others serve in its place" : "no rule of \(policy) keeps it"
  }

  /// The rules that keep each of some snapshots, which stand newest first.
  private static func reasons(
    for good: [SnapshotRecord], newest name: String, policy: RetentionPolicy, zone: TimeZone
  ) -> [SnapshotID: [String]] {
    guard let newest = good.first else { return [:] }
    var reasons: [SnapshotID: [String]] = [newest.id: [name]]
    func keep(_ snapshot: SnapshotRecord, _ reason: String) { reasons[snapshot.id, default: []].append(reason) }

    let minimum = policy.minKeep ?? 1
    for (index, snapshot) in good.prefix(minimum).enumerated() where index > 0 {
      keep(snapshot, "min_keep \(index + 1) of \(minimum)")
    }
    if let count = policy.keepLast, count > 0 {
      for (index, snapshot) in good.prefix(count).enumerated() { keep(snapshot, "last \(index + 1) of \(count)") }
    }
    if let within = policy.keepWithin, within.seconds > 0 {
      let limit = newest.startedAt.addingTimeInterval(-Double(within.seconds))
      for snapshot in good where snapshot.startedAt >= limit { keep(snapshot, "within \(within) of the newest") }
    }
    let times = good.map { LocalTime($0.startedAt, in: zone) }
    for (bucket, count) in policy.buckets {
      var found: Set<String> = []
      for (snapshot, time) in zip(good, times) {
        let label = bucket.label(of: time)
        guard found.count < count, found.insert(label).inserted else { continue }
        keep(snapshot, "\(bucket.rawValue) \(found.count) of \(count) (\(label))")
      }
    }
    return reasons
  }
}

extension RetentionPolicy {
  /// The bucket rules that keep anything.
  fileprivate var buckets: [(Bucket, Int)] {
    let counts: [(Bucket, Int?)] = [
      (.hourly, keepHourly), (.daily, keepDaily), (.weekly, keepWeekly), (.monthly, keepMonthly), (.yearly, keepYearly),
    ]
    return counts.compactMap { bucket, count in count.flatMap { $0 > 0 ? (bucket, $0) : nil } }
  }
}

/// A wall clock's reading.
private struct LocalTime {
  let day: CivilDay
  let daysSinceEpoch: Int
  let hour: Int

  init(_ date: Date, in zone: TimeZone) {
    let seconds = Int(date.timeIntervalSince1970.rounded(.down)) + zone.secondsFromGMT(for: date)
    daysSinceEpoch = floorDivide(seconds, 86_400)
    day = CivilDay(daysSinceEpoch: daysSinceEpoch)
    hour = (seconds - daysSinceEpoch * 86_400) / 3600
  }
}

/// The stretches of local time of which a rule keeps one snapshot each.
private enum Bucket: String {
  case hourly, daily, weekly, monthly, yearly

  /// The name of the stretch that a time lies in.
  func label(of time: LocalTime) -> String {
    let day = time.day
    switch self {
    case .hourly: return "\(Self.date(day)) \(Self.padded(time.hour)) h"
    case .daily: return Self.date(day)
    case .weekly:
      // ISO 8601: a week belongs to the year of its Thursday.
      let weekday = (CivilDay.weekday(daysSinceEpoch: time.daysSinceEpoch) + 6) % 7
      let thursday = time.daysSinceEpoch - weekday + 3
      let year = CivilDay(daysSinceEpoch: thursday).year
      let firstOfYear = CivilDay(year: year, month: 1, day: 1).daysSinceEpoch
      return "\(year)-W\(Self.padded((thursday - firstOfYear) / 7 + 1))"
    case .monthly: return "\(day.year)-\(Self.padded(day.month))"
    case .yearly: return "\(day.year)"
    }
  }

  private static func date(_ day: CivilDay) -> String { "\(day.year)-\(padded(day.month))-\(padded(day.day))" }
  private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
