// Trash orders: what of a host's trash is to be deleted now, because its time is over or because room is short.

package import Engine
package import Foundation
package import Spec

/// How long what was removed can be got back, as declared.
package struct TrashPolicy: Sendable, Hashable {
  private let ttl: TimeSpan
  private let minFree: ByteSize?

  package init(_ host: EffectiveHost) {
    ttl = host.trashTTL
    minFree = host.minFree
  }

  package init(_ settings: Settings?) {
    ttl = settings?.trashTTL ?? Settings.defaultTrashTTL
    minFree = settings?.minFree
  }

  /// Until when an entry can be got back, if room is not short before; nil for what is deleted at once.
  package func expiry(of entry: TrashEntry) -> Date? {
    guard entry.isRestorable else { return nil }
    return entry.trashedAt?.addingTimeInterval(Double(ttl.seconds))
  }

  /// Whether so little is free that the trash is given up: less than `min_free`, with which no backup starts, or, where
  /// that is not declared, than a twentieth of the disk. What is not known is not short.
  package func isShort(_ space: DiskSpace?) -> Bool {
    guard let space, space.total > 0 else { return false }
    return space.available < (minFree?.bytes ?? space.total / Self.usualShare)
  }

  /// One in so many of the disk's bytes.
  private static let usualShare: Int64 = 20

  /// When the next of some entries is past its time, if any is not yet.
  func nextExpiry(of entries: [TrashEntry], after now: Date) -> Date? {
    entries.compactMap(expiry).filter { $0 > now }.min()
  }

  /// What is to be deleted; nil if all can stay.
  package func order(_ entries: [TrashEntry], space: DiskSpace?, now: Date) -> TrashOrder? {
    guard !entries.isEmpty else { return nil }
    if let space, isShort(space) {
      let limit = minFree.map { "`min_free` of \($0)" } ?? "\(100 / Self.usualShare)% of \(space.total.shownAsSize)"
      return TrashOrder(
        entries: entries.sorted(), isUrgent: true,
        reason: "room is short: \(space.available.shownAsSize) free, less than \(limit)")
    }
    let expired = entries.filter { entry in expiry(of: entry).map { $0 <= now } ?? true }.sorted()
    guard !expired.isEmpty else { return nil }
    return TrashOrder(
      entries: expired, isUrgent: false,
      reason: "\(expired.count) of \(entries.count) removed before, and kept for `trash_ttl` of \(ttl)")
  }
}

/// What is to be deleted for good.
package struct TrashOrder: Sendable, Hashable {
  /// What goes first in front.
  package let entries: [TrashEntry]
  /// True where backups may wait for the room: then this does not make way for them.
  package let isUrgent: Bool
  /// Why, in words.
  package let reason: String
}
