// The list of what was removed: what it was, since when it is in the trash and until when it can be got back, and why.

import Engine
import Foundation
import Reconciler
import Spec
import Store

/// Something in the trash of a host.
struct RemovedSnapshot: Sendable {
  let host: HostName
  let entry: TrashEntry
  let note: PurgeNote?
  /// What it is once it is got back; nil if it cannot be.
  let id: SnapshotID?

  /// What is in the trash of a host, in the order in which it is deleted.
  static func all(in directory: HostDirectory) throws -> [RemovedSnapshot] {
    try directory.trashEntries().map { entry in
      RemovedSnapshot(
        host: directory.host, entry: entry, note: directory.purgeNote(of: entry), id: directory.restoredID(of: entry))
    }
  }

  /// Until when it can be got back, in words.
  func end(_ policy: TrashPolicy) -> String {
    if entry.isBeingDeleted { return "is being deleted" }
    return policy.expiry(of: entry).shown
  }

  fileprivate func value(_ policy: TrashPolicy) -> YAMLValue {
    func time(_ date: Date?) -> YAMLValue { date.map { .string(Timestamp.text($0)) } ?? .null }
    return .map([
      YAMLPair("host", .string(host.description)),
      YAMLPair("entry", .string(entry.fileName)),
      YAMLPair("kind", entry.kind.map { .string($0.rawValue) } ?? .null),
      YAMLPair("snapshot", id.map { .string($0.description) } ?? .null),
      YAMLPair("removed_at", time(entry.trashedAt)),
      YAMLPair("until", time(policy.expiry(of: entry))),
      YAMLPair("being_deleted", .bool(entry.isBeingDeleted)),
      YAMLPair("reason", note.map { .string($0.reason) } ?? .null),
      YAMLPair("actor", note.map { .string($0.actor) } ?? .null),
    ])
  }
}

extension Listing {
  /// - Parameter policy: tells until when each can be got back.
  static func trash(_ removed: [RemovedSnapshot], policy: TrashPolicy) -> Listing {
    Listing(
      headers: ["HOST", "SNAPSHOT", "REMOVED", "UNTIL", "WHY"],
      rows: removed.map {
        [
          $0.host.description, ($0.id?.description ?? $0.entry.description).printable(), $0.entry.trashedAt.shown,
          $0.end(policy), ($0.note?.reason ?? "-").printable().shortened(to: 100),
        ]
      },
      value: .list(removed.map { $0.value(policy) }), empty: "The trash is empty.")
  }

  /// What pobsync never touches.
  static func unmanaged(_ paths: [String], below root: AbsolutePath) -> Listing {
    Listing(
      headers: ["PATH"], rows: paths.map { ["\(root)/\($0)".printable()] },
      value: .list(paths.map { .map([YAMLPair("path", .string("\(root)/\($0)"))]) }),
      empty: "Everything below the backup root is pobsync's own.")
  }
}
