// Retention over generated histories: what holds for every policy, and an independent count of its buckets.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

struct RetentionPropertyTests {
  /// `POBSYNC_HISTORIES` sets how many histories are made for each property; `scripts/test-histories` makes a million.
  private static let cases =
    ProcessInfo.processInfo.environment["POBSYNC_HISTORIES"].flatMap { Int($0) } ?? 3_000
  /// Foundation's calendar, and words, take their time.
  private static let fewerCases = 50_000

  /// One generated question.
  private struct Sample {
    let snapshots: [SnapshotRecord]
    let policy: EffectiveRetention
    let pins: [SnapshotID: SnapshotPin]
    let now: Date
    let comment: Comment

    func plan() -> RetentionPlan { plan(snapshots) }

    func plan(_ snapshots: [SnapshotRecord]) -> RetentionPlan {
      RetentionPlan(snapshots, policy: policy, pins: pins, now: now)
    }

    func isPinned(_ snapshot: SnapshotRecord) -> Bool { pins[snapshot.id]?.holds(at: now) ?? false }

    /// The good snapshots that count, newest first.
    var good: [SnapshotRecord] {
      snapshots.filter { $0.id.kind == .scheduled && $0.status.isGood && $0.startedAt <= now }
        .sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
    }
  }

  private func forEachSample(
    _ name: String, atMost limit: Int? = nil, _ check: (Sample, inout HistoryGenerator) throws -> Void
  ) throws {
    let seed = freshSeed(name)
    for index in 0..<min(Self.cases, limit ?? .max) {
      var generator = HistoryGenerator(seed: seed &+ UInt64(index))
      let now = generator.now()
      let snapshots = try generator.history(upTo: 30, before: now)
      let sample = Sample(
        snapshots: snapshots, policy: try generator.policy(), pins: generator.pins(on: snapshots, now: now), now: now,
        comment: "case \(index) of seed \(seed)")
      try check(sample, &generator)
    }
  }

  @Test func `the newest, min_keep, pins, and what is not retention's stay; all decisions have reasons`() throws {
    try forEachSample("retention-safety") { sample, _ in
      let plan = sample.plan()
      let kept = Set(plan.kept.map(\.snapshot.id))
      let good = sample.good.map(\.id)
      #expect(good.first.map(kept.contains) ?? true, sample.comment)
      #expect(kept.isSuperset(of: good.prefix(sample.policy.policy.minKeep ?? 1)), sample.comment)
      let isOthers = plan.dropped.contains {
        $0.snapshot.id.kind == .manual || $0.snapshot.status == .unknown || $0.snapshot.startedAt > sample.now
          || sample.isPinned($0.snapshot)
      }
      #expect(!isOthers, sample.comment)
      #expect(plan.decisions.allSatisfy { !$0.reasons.isEmpty && !$0.reasons.contains("") }, sample.comment)
      #expect(plan.decisions.count == sample.snapshots.count, sample.comment)
      #expect(Set(plan.decisions.map(\.snapshot)) == Set(sample.snapshots), sample.comment)
    }
  }

  @Test func `planning again what was kept drops nothing`() throws {
    try forEachSample("retention-idempotence") { sample, _ in
      let plan = sample.plan()
      #expect(plan == sample.plan(), sample.comment)
      let again = sample.plan(plan.kept.map(\.snapshot))
      #expect(again.dropped.isEmpty, sample.comment)
      #expect(again.decisions == plan.kept, sample.comment)
    }
  }

  @Test func `asking for more never removes more`() throws {
    try forEachSample("retention-monotony") { sample, generator in
      let raised = generator.raised(sample.policy)
      let more = RetentionPlan(sample.snapshots, policy: raised, pins: sample.pins, now: sample.now)
      let dropped = Set(more.dropped.map(\.snapshot.id))
      #expect(dropped.isSubset(of: sample.plan().dropped.map(\.snapshot.id)), sample.comment)
    }
  }

  /// But for what is kept as one of the oldest alone, in the place of which an older one comes.
  @Test func `one snapshot more takes no newer one's place`() throws {
    try forEachSample("retention-addition") { sample, generator in
      guard let added = sample.snapshots.randomElement(using: &generator.random) else { return }
      let before = sample.plan(sample.snapshots.filter { $0.id != added.id })
      let dropped = Set(sample.plan().dropped.map(\.snapshot.id))
      for decision in before.kept {
        let snapshot = decision.snapshot
        guard (snapshot.startedAt, snapshot.id) > (added.startedAt, added.id) else { continue }
        guard decision.reasons.contains(where: { !$0.hasPrefix("oldest ") }) else { continue }
        #expect(!dropped.contains(snapshot.id), sample.comment)
      }
    }
  }

  @Test func `what is dated in the future changes nothing for the others`() throws {
    try forEachSample("retention-future") { sample, _ in
      let past = sample.plan(sample.snapshots.filter { $0.startedAt <= sample.now })
      #expect(sample.plan().decisions.filter { $0.snapshot.startedAt <= sample.now } == past.decisions, sample.comment)
    }
  }

  @Test func `a pin keeps its snapshot, and changes nothing for the others`() throws {
    try forEachSample("retention-pins") { sample, _ in
      let kept = Set(sample.plan().kept.map(\.snapshot.id))
      let pinned = sample.snapshots.filter(sample.isPinned).map(\.id)
      let unpinned = RetentionPlan(sample.snapshots, policy: sample.policy, now: sample.now)
      #expect(kept == Set(unpinned.kept.map(\.snapshot.id)).union(pinned), sample.comment)
    }
  }

  @Test func `neither the order of the snapshots nor a later now matters`() throws {
    try forEachSample("retention-order") { sample, generator in
      let plan = sample.plan()
      let shuffled = sample.snapshots.shuffled(using: &generator.random)
      #expect(sample.plan(shuffled) == plan, sample.comment)

      let past = sample.snapshots.filter { $0.startedAt <= sample.now }
      let later = sample.now.addingTimeInterval(86_400 * 365)
      #expect(
        RetentionPlan(past, policy: sample.policy, now: later)
          == RetentionPlan(past, policy: sample.policy, now: sample.now), sample.comment)
    }
  }

  @Test func `the kept are those that a count by Foundation's calendar keeps`() throws {
    try forEachSample("retention-oracle", atMost: Self.fewerCases) { sample, _ in
      let kept = Set(sample.plan().kept.map(\.snapshot.id))
      #expect(kept == oracle(sample), sample.comment)
    }
  }

  @Test func `decisions and words are those of the plain way to decide`() throws {
    try forEachSample("retention-plain", atMost: Self.fewerCases) { sample, _ in
      let decisions = sample.plan().decisions.map {
        PlainRetention.Decision(id: $0.snapshot.id, keep: $0.keep, reasons: $0.reasons)
      }
      let plain = PlainRetention.decisions(
        on: sample.snapshots, policy: sample.policy, pins: sample.pins, now: sample.now)
      #expect(decisions == plain, sample.comment)
    }
  }

  // MARK: - Oracle

  /// What a policy keeps, asked of each snapshot by itself: is it the newest of its bucket, and how many buckets of
  /// newer snapshots are there?
  private func oracle(_ sample: Sample) -> Set<SnapshotID> {
    let newestGood = sample.good.first
    let partial = sample.snapshots.filter {
      $0.id.kind == .scheduled && $0.status == .partial && $0.startedAt <= sample.now
        && $0.startedAt >= newestGood?.startedAt ?? .distantPast
    }.sorted { ($0.startedAt, $0.id) > ($1.startedAt, $1.id) }
    let exempt = sample.snapshots.filter {
      sample.isPinned($0) || isExempt($0, newestGood: newestGood, now: sample.now)
    }.map(\.id)
    let oldest = sample.good.suffix(sample.policy.policy.keepOldest ?? 0).map(\.id)
    return oracle(sample.good, sample.policy).union(oracle(partial, sample.policy)).union(exempt).union(oldest)
  }

  /// What the policy keeps of snapshots that stand newest first.
  private func oracle(_ good: [SnapshotRecord], _ effective: EffectiveRetention) -> Set<SnapshotID> {
    let policy = effective.policy
    guard let newest = good.first else { return [] }
    var kept: Set<SnapshotID> = [newest.id]

    let within = Double(policy.keepWithin?.seconds ?? 0)
    for (newer, snapshot) in good.enumerated() {
      let isWithin = within > 0 && newest.startedAt.timeIntervalSince(snapshot.startedAt) <= within
      if newer < max(policy.keepLast ?? 0, policy.minKeep ?? 1) || isWithin { kept.insert(snapshot.id) }
    }
    var gregorian = Calendar(identifier: .gregorian)
    var iso = Calendar(identifier: .iso8601)
    gregorian.timeZone = effective.timeZone.timeZone
    iso.timeZone = effective.timeZone.timeZone
    let rules: [(Int?, Calendar, Set<Calendar.Component>)] = [
      (policy.keepHourly, gregorian, [.year, .month, .day, .hour]),
      (policy.keepDaily, gregorian, [.year, .month, .day]),
      (policy.keepWeekly, iso, [.yearForWeekOfYear, .weekOfYear]),
      (policy.keepMonthly, gregorian, [.year, .month]),
      (policy.keepYearly, gregorian, [.year]),
    ]
    for (count, calendar, components) in rules {
      guard let count, count > 0 else { continue }
      let buckets = good.map { calendar.dateComponents(components, from: $0.startedAt) }
      for (index, snapshot) in good.enumerated() {
        let newer = Set(buckets[..<index])
        if newer.count < count && !newer.contains(buckets[index]) { kept.insert(snapshot.id) }
      }
    }
    return kept
  }

  private func isExempt(_ snapshot: SnapshotRecord, newestGood: SnapshotRecord?, now: Date) -> Bool {
    let week = 7.0 * 24 * 60 * 60
    if snapshot.id.kind == .manual || snapshot.status == .unknown || snapshot.startedAt > now { return true }
    guard snapshot.status == .partial, let newestGood, newestGood.startedAt > snapshot.startedAt else { return false }
    return newestGood.startedAt.timeIntervalSince(snapshot.startedAt) < week
  }
}
