// Records of removals: what the disk says of why something was removed, brought into the store if it lacks it.

package import Engine
import Spec
package import Store

extension Environment {
  /// Records what is in the trash as removed, where whoever removed it died before it could.
  func completePurges(of entries: [TrashEntry], in directory: HostDirectory) async throws {
    guard !entries.isEmpty else { return }
    let purges = try await blocking { entries.compactMap { Purge(of: $0, in: directory) } }
    try await store.completePurges(purges)
  }
}

extension PurgeNote {
  /// The note of a removal that is about to be recorded.
  package init(_ purge: Purge, of name: SnapshotName) {
    self.init(
      kind: TrashEntry.Kind(purge.kind), name: name, reason: purge.reason, action: purge.action.rawValue,
      actor: purge.actor, at: purge.at)
  }
}

extension TrashEntry.Kind {
  fileprivate init(_ kind: Purge.Kind) {
    self =
      switch kind {
      case .scheduled: .scheduled
      case .manual: .manual
      case .incomplete: .incomplete
      }
  }
}

extension Purge {
  /// The record of a removal, from what was left with it; nil if nothing was.
  fileprivate init?(of entry: TrashEntry, in directory: HostDirectory) {
    guard let note = directory.purgeNote(of: entry), let kind = Kind(rawValue: note.kind.rawValue),
      let action = Action(rawValue: note.action)
    else { return nil }
    let place =
      switch note.kind {
      case .incomplete: directory.incomplete
      case .scheduled: directory.directory(of: SnapshotKind.scheduled)
      case .manual: directory.directory(of: SnapshotKind.manual)
      }
    self.init(
      host: directory.host, kind: kind, name: note.name.description, path: "\(place)/\(note.name)",
      reason: note.reason, action: action, actor: note.actor, metadata: directory.snapshot(in: entry)?.metadata,
      at: note.at)
  }
}
