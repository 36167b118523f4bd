// What a prune would free, told from the figures of the snapshots alone: nothing on disk is looked at. Hard links make
// it a bound from above, for what two snapshots share goes only with the last that has it.

package import Engine

package enum FreedEstimate {
  /// The most that removing snapshots of one host can free, in bytes; nil if their figures do not tell.
  ///
  /// Dropped snapshots that follow each other by base are taken together. What goes with such a stretch was brought by
  /// one of its snapshots, or found by its first where the base of that one is gone; and it is missing from what
  /// follows on the snapshot that was the last to have it. Each of the two is a bound, and the lower of them holds.
  ///
  /// - Parameter snapshots: all of the host's that are recorded.
  package static func upperBound(dropping dropped: Set<SnapshotID>, of snapshots: [Snapshot]) -> Int64? {
    let known = Dictionary(snapshots.map { ($0.id, $0) }) { first, _ in first }
    let followers = Dictionary(grouping: snapshots.filter { $0.base?.id != nil }) { $0.base?.id }
    var stretches: [SnapshotID: Stretch] = [:]
    for snapshot in snapshots where dropped.contains(snapshot.id) {
      let first = firstOfStretch(snapshot, dropped: dropped, known: known)
      let hasBase = snapshot.base?.id.flatMap { known[$0] } != nil
      let introduced = hasBase ? snapshot.stats.uniqueApparentSizeBytes : snapshot.stats.apparentSizeBytes
      stretches[first, default: Stretch()].add(
        introduced: introduced, lost: lost(after: snapshot, before: followers[snapshot.id] ?? []))
    }
    var sum: Int64 = 0
    for stretch in stretches.values {
      guard let bound = stretch.bound else { return nil }
      sum = sum.addingClamped(bound)
    }
    return sum
  }

  /// The oldest dropped snapshot that leads to this one over dropped ones.
  private static func firstOfStretch(
    _ snapshot: Snapshot, dropped: Set<SnapshotID>, known: [SnapshotID: Snapshot]
  ) -> SnapshotID {
    var first = snapshot
    var seen: Set<SnapshotID> = [snapshot.id]
    while let base = first.base?.id, dropped.contains(base), let before = known[base], seen.insert(base).inserted {
      first = before
    }
    return first.id
  }

  /// How much a snapshot has that none of those made against it can have from it: all of it, where none was.
  private static func lost(after snapshot: Snapshot, before followers: [Snapshot]) -> Int64? {
    guard let size = snapshot.stats.apparentSizeBytes else { return nil }
    let losses = followers.map { follower -> Int64 in
      guard let total = follower.stats.apparentSizeBytes, let new = follower.stats.uniqueApparentSizeBytes else {
        return size
      }
      return min(size, max(0, size - max(0, total - new)))
    }
    return losses.min() ?? size
  }

  /// Dropped snapshots that follow each other.
  private struct Stretch {
    private var introduced: Int64? = 0
    private var lost: Int64? = 0

    mutating func add(introduced more: Int64?, lost moreLost: Int64?) {
      introduced = Self.sum(introduced, more)
      lost = Self.sum(lost, moreLost)
    }

    /// The lower of the bounds that are known.
    var bound: Int64? { [introduced, lost].compactMap(\.self).min() }

    private static func sum(_ left: Int64?, _ right: Int64?) -> Int64? {
      guard let left, let right else { return nil }
      return left.addingClamped(right)
    }
  }
}

extension Int64 {
  /// The sum of two sizes; figures that somebody has made up end at the largest.
  func addingClamped(_ other: Int64) -> Int64 {
    let (sum, overflow) = addingReportingOverflow(other)
    return overflow ? .max : sum
  }
}
