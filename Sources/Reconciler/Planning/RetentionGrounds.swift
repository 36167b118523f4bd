// Why a snapshot is kept, as numbers. A plan of a large fleet has a million decisions, and people read but a few of them:
// the words are made when somebody asks for them.

import Engine
import Foundation
import Spec
import Store

/// What keeps a snapshot; nothing if it is dropped.
struct RetentionGrounds: Sendable, Hashable {
  /// Kept whatever the policy says.
  enum Exemption: UInt8, Sendable, Hashable {
    case manual, future, unknownStatus, recentPartial, pinned
  }

  /// Rules that keep so many snapshots. The raw value is the rule's place below.
  enum Rule: Int, Sendable, CaseIterable {
    case minKeep, last, hourly, daily, weekly, monthly, yearly, oldest
  }

  private(set) var exemption: Exemption?
  var isNewest = false
  var isWithin = false
  /// By rule: which of those that the rule keeps it is, counted from 1, or 0 for none of them.
  private var places = SIMD8<UInt32>()

  init() {}

  init(_ exemption: Exemption) { self.exemption = exemption }

  var isEmpty: Bool { self == RetentionGrounds() }

  subscript(rule: Rule) -> Int {
    get { Int(places[rule.rawValue]) }
    set { places[rule.rawValue] = UInt32(clamping: newValue) }
  }
}

/// What keeps a snapshot, as charts tell it: of several rules the longest-lived.
package enum RetentionTier: Sendable, Hashable, CaseIterable {
  /// One of the newest.
  case last
  case within, hourly, daily, weekly, monthly, yearly
  /// Another reason: a pin, that it was made by hand, that it is one of the oldest.
  case other
}

extension RetentionGrounds {
  var tier: RetentionTier {
    let buckets: [(Rule, RetentionTier)] = [
      (.yearly, .yearly), (.monthly, .monthly), (.weekly, .weekly), (.daily, .daily), (.hourly, .hourly),
    ]
    if exemption != nil { return .other }
    if let found = buckets.first(where: { self[$0.0] > 0 }) { return found.1 }
    if isWithin { return .within }
    return self[.oldest] > 0 ? .other : .last
  }
}

/// A policy and the pins beside it as the decisions by them share them, to say in words what it came to.
final class RetentionRules: Sendable, Hashable {
  private let effective: EffectiveRetention
  private let anchor: RetentionAnchor
  /// Those that hold.
  private let pins: [SnapshotID: SnapshotPin]

  init(_ effective: EffectiveRetention, pins: [SnapshotID: SnapshotPin] = [:], anchor: RetentionAnchor = .newest) {
    self.effective = effective
    self.pins = pins
    self.anchor = anchor
  }

  static func == (left: RetentionRules, right: RetentionRules) -> Bool {
    left === right || (left.effective == right.effective && left.anchor == right.anchor && left.pins == right.pins)
  }

  func hash(into hasher: inout Hasher) { hasher.combine(effective) }

  /// Every rule that keeps a snapshot, or why none does.
  func words(for grounds: RetentionGrounds, of snapshot: SnapshotRecord) -> [String] {
    if let exemption = grounds.exemption {
      return [exemption == .pinned ? pins[snapshot.id]?.description ?? exemption.words : exemption.words]
    }
    let isPartial = snapshot.status == .partial
    guard !grounds.isEmpty else {
      return [isPartial ? "partial, and others serve in its place" : "no rule of \(effective.name) keeps it"]
    }
    let policy = effective.policy
    func words(_ rule: RetentionGrounds.Rule, _ name: String, of count: Int?) -> String? {
      let place = grounds[rule]
      return place > 0 ? "\(name) \(place) of \(count ?? 1)" : nil
    }
    let time = LocalTime.readings([snapshot.startedAt], in: effective.timeZone)
    func words(_ bucket: Bucket, of count: Int?) -> String? {
      words(bucket.rule, bucket.rawValue, of: count).map { "\($0) (\(bucket.label(of: time[0])))" }
    }
    let reasons: [String?] = [
      grounds.isNewest ? "the newest \(isPartial ? "partial" : "good") one" : nil,
      words(.minKeep, "min_keep", of: policy.minKeep),
      words(.last, "last", of: policy.keepLast),
      grounds.isWithin ? policy.keepWithin.map { "within \($0) of \(anchor == .now ? "now" : "the newest")" } : nil,
      words(.hourly, of: policy.keepHourly),
      words(.daily, of: policy.keepDaily),
      words(.weekly, of: policy.keepWeekly),
      words(.monthly, of: policy.keepMonthly),
      words(.yearly, of: policy.keepYearly),
      words(.oldest, "oldest", of: policy.keepOldest),
    ]
    return reasons.compactMap(\.self)
  }
}

extension RetentionGrounds.Exemption {
  fileprivate var words: String {
    switch self {
    case .manual: "manual: removed only by name"
    case .future: "dated in the future"
    case .unknownStatus: "of unknown status: removed only by name"
    case .recentPartial: "partial, less than 7 days older than the newest good one"
    case .pinned: "pinned"
    }
  }
}
