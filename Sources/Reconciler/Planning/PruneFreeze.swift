// The freeze: when nothing of a host is pruned, however much its policy drops, since what is old may be all there is.

import Engine
package import Foundation
package import Spec
package import Store

/// Why nothing of a host is pruned for now.
package struct PruneFreeze: Sendable, Hashable {
  /// One of `stale`, `suspicious`, `clock_suspect`, `not_adopted` and `not_ours`, with the way out in its words.
  package let hold: Hold

  /// True where a person who has looked may prune all the same.
  package var yieldsToPerson: Bool { hold.code == .stale || hold.code == .suspicious }

  private init(_ code: Hold.Code, _ message: String, until: Date? = nil) { hold = Hold(code, message, until: until) }

  /// Judges a host: the first reason that there is, those that concern everything first.
  ///
  /// - Returns: nil if it may be pruned.
  package static func of(_ host: EffectiveHost, observed: ObservedHost, now: Date) -> PruneFreeze? {
    notAdopted(observed) ?? clockSuspect(host.name, observed, now: now)
      ?? suspicious(host.name, observed, maxShrink: host.maxShrink, now: now) ?? stale(host, observed, now: now)
  }

  /// Judges a host that is declared no more: its snapshots grow old without new ones, as they are meant to.
  static func of(retained host: HostName, observed: ObservedHost, now: Date) -> PruneFreeze? {
    notAdopted(observed) ?? clockSuspect(host, observed, isDeclared: false, now: now)
  }

  // MARK: - Not ours yet

  /// Where the backup root held snapshots when the database was new: nobody has said yet that they are to follow what is
  /// declared.
  static func notAdopted(_ observed: ObservedHost) -> PruneFreeze? {
    if let notAdopted = observed.notAdopted { return PruneFreeze(.notOurs, "\(notAdopted)") }
    return observed.isAdopted
      ? nil
      : PruneFreeze(
        .notAdopted,
        "nothing is removed from a backup root that held snapshots before this database knew of it, until "
          + "`pobsync adopt` has shown them to you and you have said that they are to follow the spec")
  }

  // MARK: - The clock

  /// Where the time is before what was recorded last: one of the two is wrong, and the ages of snapshots mean nothing.
  ///
  /// What counts are the newest run and the newest good backup: once one has been made by a clock that was set right, the
  /// times of those before are history. Snapshots do not count: others may have dated them as they liked.
  static func clockSuspect(
    _ host: HostName, _ observed: ObservedHost, isDeclared: Bool = true, now: Date
  ) -> PruneFreeze? {
    guard let last = lastRecorded(observed), last > now.addingTimeInterval(clockSkew) else { return nil }
    let wayOut =
      isDeclared
      ? ", or until a backup has been made by it. Set the clock right; if it is, `pobsync backup \(host) --kind scheduled` "
        + "makes that backup" : ". Set the clock right"
    return PruneFreeze(
      .clockSuspect,
      "the clock is before \(Timestamp.short(last)), when a run of \(host) is recorded: nothing is pruned until it is past "
        + "that\(wayOut)", until: last.addingTimeInterval(-clockSkew))
  }

  /// In seconds: clocks of different machines may differ by that much.
  private static let clockSkew: TimeInterval = 60

  private static func lastRecorded(_ observed: ObservedHost) -> Date? {
    let ended = observed.runs.filter(\.state.isFinished)
    let backups = ended.filter { $0.kind == .backup && $0.state.isGood }
    let newest = [ended.max { $0.id < $1.id }, backups.max { $0.id < $1.id }]
    return newest.compactMap(\.self).flatMap { [$0.startedAt, $0.finishedAt] }.compactMap(\.self).max()
  }

  // MARK: - The source

  /// Where a backup held much less than its base, and the newest does still: the source may not have been whole.
  static func suspicious(
    _ host: HostName, _ observed: ObservedHost, maxShrink: Share, now: Date
  ) -> PruneFreeze? {
    let sizes = observed.sizes
    guard !sizes.shrinkages.isEmpty else { return nil }
    let newest = observed.newestGood(now: now).flatMap { sizes.sizes[$0.id] }
    // The oldest tells most: what those after it were made against had shrunk already.
    for shrinkage in sizes.unsettled {
      guard let lost = shrinkage.lost(beyond: maxShrink, newest: newest) else { continue }
      return PruneFreeze(
        .suspicious,
        "\(shrinkage.id) holds \(lost): nothing is pruned until the source is whole again, or until "
          + "`pobsync accept \(host)` says that it is")
    }
    return nil
  }

  // MARK: - Age

  /// Where backups have stopped coming.
  static func stale(_ host: EffectiveHost, _ observed: ObservedHost, now: Date) -> PruneFreeze? {
    HostConditions.staleness(host, observed: observed, now: now).map { age in
      PruneFreeze(
        .stale,
        "\(age): nothing is pruned by itself until there is a newer one, and `pobsync retention \(host.name) --apply` "
          + "prunes now")
    }
  }
}

extension SizeHistory {
  /// The scheduled snapshots that have shrunk since a person last accepted that, the oldest first.
  package var unsettled: [Shrinkage] {
    shrinkages.filter { shrinkage in
      shrinkage.id.kind == .scheduled && (acceptedUpTo.map { shrinkage.id.name > $0 } ?? true)
    }.sorted { $0.id < $1.id }
  }
}

extension Shrinkage {
  /// What the snapshot holds beside its base, in words, if that is less than may be lost, and the newest good snapshot
  /// holds as little; nil otherwise. Where it is not known what the newest holds, it may hold as little.
  fileprivate func lost(beyond allowed: Share, newest: SnapshotSize?) -> String? {
    if hasManyFiles, Self.isLess(size.files, than: base.files, beyond: allowed) == true,
      Self.isLess(newest?.files, than: base.files, beyond: allowed) != false
    {
      return "\(size.files.inWords) files where its base held \(base.files.inWords)"
    }
    if hasManyBytes, Self.isLess(size.bytes, than: base.bytes, beyond: allowed) == true,
      Self.isLess(newest?.bytes, than: base.bytes, beyond: allowed) != false
    {
      return "\((size.bytes ?? 0).shownAsSize) where its base held \((base.bytes ?? 0).shownAsSize)"
    }
    return nil
  }

  /// Whether more than a share of the base is gone; nil where that is not known.
  private static func isLess(_ figure: Int64?, than base: Int64?, beyond allowed: Share) -> Bool? {
    guard let figure, let base, figure >= 0, base >= 0 else { return nil }
    return base - figure > Int64(allowed.of(Int(base)))
  }
}

extension Int64? {
  /// The number with commas: `10,000`.
  fileprivate var inWords: String {
    guard let number = self else { return "0" }
    let digits = String(number)
    return digits.enumerated().map { place, digit in
      place > 0 && (digits.count - place).isMultiple(of: 3) ? ",\(digit)" : "\(digit)"
    }.joined()
  }
}
