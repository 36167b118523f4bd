// Retention: which of a host's snapshots a policy keeps, and why. Pure: snapshots and a policy in, a decision each out.

package import Engine
package import Foundation
package import Spec
package import Store

/// What becomes of one snapshot.
package struct RetentionDecision: Sendable, Hashable {
  package let snapshot: SnapshotRecord
  private let grounds: RetentionGrounds
  private let rules: RetentionRules

  fileprivate init(_ snapshot: SnapshotRecord, _ grounds: RetentionGrounds, by rules: RetentionRules) {
    self.snapshot = snapshot
    self.grounds = grounds
    self.rules = rules
  }

  package var keep: Bool { !grounds.isEmpty }

  /// Every rule that keeps it, or why none does.
  package var reasons: [String] { rules.words(for: grounds, of: snapshot) }

  /// Of the rules that keep it, the one by which it lives longest; nil if it is dropped.
  package var tier: RetentionTier? { keep ? grounds.tier : nil }
}

/// From where rules that are about time reach back.
package enum RetentionAnchor: Sendable, Hashable {
  /// From the newest good snapshot, as long as there are to be more: a host that is away loses nothing.
  case newest
  /// From now, where no more are to come: what is there expires.
  case now
}

/// The decisions about all of a host's snapshots, the newest first.
package struct RetentionPlan: Sendable, Hashable {
  package let decisions: [RetentionDecision]

  package var kept: [RetentionDecision] { decisions.filter(\.keep) }
  package var dropped: [RetentionDecision] { decisions.filter { !$0.keep } }

  /// Applies a policy.
  ///
  /// Only good scheduled snapshots count. A bucket rule keeps the newest snapshot of each of the newest buckets *that
  /// hold any*, and `keep_within` reaches back from the newest good snapshot: neither looks at the clock, so a host
  /// that was away for a year, or a clock that jumped, loses nothing. The order of `snapshots` does not matter.
  ///
  /// - Parameters:
  ///   - snapshots: all of the host's snapshots.
  ///   - pins: what is kept whatever the policy says. A pinned snapshot counts as it would without its pin.
  ///   - now: only to tell snapshots that are dated in the future, which are kept and never count, and pins that are
  ///     over; unless it is the anchor.
  ///   - anchor: with `now`, a bucket rule keeps the newest snapshot of each of the *last* buckets, whether or not they
  ///     hold any, and `keep_within` reaches back from now. What counts snapshots stays as it is.
  package init(
    _ snapshots: [SnapshotRecord], policy: EffectiveRetention, pins: [SnapshotID: SnapshotPin] = [:], now: Date,
    anchor: RetentionAnchor = .newest
  ) {
    let newestFirst = snapshots.sorted {
      $0.startedAt != $1.startedAt ? $0.startedAt > $1.startedAt : $0.id > $1.id
    }
    let counted = newestFirst.indices.filter {
      newestFirst[$0].id.kind == .scheduled && newestFirst[$0].startedAt <= now
    }
    let good = counted.filter { newestFirst[$0].status.isGood }
    let newestGood = good.first.map { newestFirst[$0].startedAt }
    // Where no good one comes any more, the partial ones since then are all there is: they follow the policy among
    // themselves, so that a file that can never be read does not fill the disk.
    let partial = counted.filter {
      newestFirst[$0].status == .partial && newestFirst[$0].startedAt >= newestGood ?? .distantPast
    }
    var grounds = [RetentionGrounds](repeating: RetentionGrounds(), count: newestFirst.count)
    let end = anchor == .now ? now : nil
    for chain in [good, partial] { Self.apply(policy, to: chain, of: newestFirst, endingAt: end, &grounds) }

    let pins = pins.isEmpty ? pins : pins.filter { $0.value.holds(at: now) }
    let rules = RetentionRules(policy, pins: pins, anchor: anchor)
    decisions = newestFirst.indices.map { index in
      let exemption =
        pins[newestFirst[index].id] != nil
        ? RetentionGrounds.Exemption.pinned
        : Self.exemption(of: newestFirst[index], newestGood: newestGood, now: now)
      return RetentionDecision(
        newestFirst[index], exemption.map(RetentionGrounds.init) ?? grounds[index], by: rules)
    }
  }

  /// How long a partial snapshot stays once a good one is newer.
  private static let partialGrace: TimeInterval = 7 * 86_400

  /// Why a snapshot is kept whatever the policy says, if it is.
  private static func exemption(
    of snapshot: SnapshotRecord, newestGood: Date?, now: Date
  ) -> RetentionGrounds.Exemption? {
    if snapshot.id.kind == .manual { return .manual }
    if snapshot.startedAt > now { return .future }
    switch snapshot.status {
    case .success, .warning: return nil
    case .unknown: return .unknownStatus
    case .partial:
      guard let newestGood, newestGood > snapshot.startedAt else { return nil }
      return newestGood.timeIntervalSince(snapshot.startedAt) < partialGrace ? .recentPartial : nil
    }
  }

  /// Notes which rules keep which of some snapshots.
  ///
  /// - Parameters:
  ///   - chain: the places in `snapshots` of those that count, the newest first.
  ///   - end: from where rules that are about time reach back; nil for the newest of the chain.
  private static func apply(
    _ effective: EffectiveRetention, to chain: [Int], of snapshots: [SnapshotRecord], endingAt end: Date?,
    _ grounds: inout [RetentionGrounds]
  ) {
    guard let newest = chain.first else { return }
    let policy = effective.policy
    grounds[newest].isNewest = true
    for (place, index) in chain.prefix(policy.minKeep ?? 1).enumerated() where place > 0 {
      grounds[index][.minKeep] = place + 1
    }
    for (place, index) in chain.prefix(policy.keepLast ?? 0).enumerated() { grounds[index][.last] = place + 1 }
    if let within = policy.keepWithin, within.seconds > 0 {
      let limit = (end ?? snapshots[newest].startedAt).addingTimeInterval(-Double(within.seconds))
      for index in chain.prefix(while: { snapshots[$0].startedAt >= limit }) { grounds[index].isWithin = true }
    }
    // Of partial ones the oldest is worth nothing by being old.
    if let count = policy.keepOldest, snapshots[newest].status.isGood {
      for (place, index) in chain.reversed().prefix(count).enumerated() { grounds[index][.oldest] = place + 1 }
    }
    let buckets = policy.buckets
    guard !buckets.isEmpty else { return }
    let times = LocalTime.readings(chain.lazy.map { snapshots[$0].startedAt }, in: effective.timeZone)
    let last = end.flatMap { LocalTime.readings([$0], in: effective.timeZone).first }
    for (bucket, count) in buckets {
      let expired = last.map { bucket.number(of: $0) - count } ?? .min
      var found = BucketsFound()
      for (index, time) in zip(chain, times) {
        guard found.count < count else { break }
        let number = bucket.number(of: time)
        if number > expired, found.insert(number) { grounds[index][bucket.rule] = found.count }
      }
    }
  }
}

/// Buckets that have their snapshot. They come in order, the newest first, but where a clock was set back.
private struct BucketsFound {
  private var numbers: [Int] = []
  private var oldest = Int.max

  var count: Int { numbers.count }

  /// - Returns: false if the bucket was there.
  mutating func insert(_ number: Int) -> Bool {
    guard number < oldest || !numbers.reversed().contains(number) else { return false }
    numbers.append(number)
    oldest = min(oldest, number)
    return true
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
