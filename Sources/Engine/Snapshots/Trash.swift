// The trash: a snapshot vanishes at once by a rename into it, can be got back for a while, and is deleted there.

package import Foundation
import Glibc
import Spec

extension HostDirectory {
  static let trashLockName = ".lock"

  /// The lock of whoever empties the trash. It is not the host's: a backup goes on beside it.
  var trashLockFile: String { "\(trash)/\(Self.trashLockName)" }

  /// What is in the trash, in the order in which it is deleted.
  package func trashEntries() throws(DiskError) -> [TrashEntry] {
    // A link in place of the trash leads out of the host's directory.
    guard try Disk.isDirectory(trash) else { return [] }
    return try Disk.names(in: trash).filter { $0 != Self.trashLockName }.map(TrashEntry.init(fileName:)).sorted()
  }

  // MARK: - Into the trash

  /// Moves a snapshot out of sight. After this it is no snapshot any more, whatever happens.
  ///
  /// - Parameters:
  ///   - now: from when on its time in the trash is counted.
  ///   - note: why, to be left with it. On a full disk there is none, for removing must go on there.
  /// - Returns: what it is in the trash.
  /// - Throws: `DiskError`; then the snapshot is where it was.
  @discardableResult
  package func discard(
    _ id: SnapshotID, at now: Date = WallClock.system.now, note: PurgeNote? = nil
  ) throws(DiskError) -> TrashEntry {
    let entry = try discard(directory(of: id), as: TrashEntry(TrashEntry.Kind(id.kind), id.name, trashedAt: now), note)
    try Disk.syncDirectory(directory(of: id.kind))
    return entry
  }

  /// Moves an unfinished snapshot out of sight.
  @discardableResult
  package func discardIncomplete(
    _ name: SnapshotName, at now: Date = WallClock.system.now, note: PurgeNote? = nil
  ) throws(DiskError) -> TrashEntry {
    try discard("\(incomplete)/\(name)", as: TrashEntry(.incomplete, name, trashedAt: now), note)
  }

  private func discard(
    _ source: String, as wanted: TrashEntry, _ note: PurgeNote?
  ) throws(DiskError) -> TrashEntry {
    try checkLayout()
    guard try Disk.isDirectory(source) else { throw DiskError("remove", source, code: ENOENT) }
    try Disk.makeDirectory(trash)
    guard try Disk.isDirectory(trash) else { throw DiskError("use the directory", trash, code: ENOTDIR) }
    if let note { try leave(note, in: source) }
    var entry = wanted
    // Where a name is taken, that of the next second is as good.
    while isTaken(entry), let kind = entry.kind, let name = entry.name, let date = entry.trashedAt {
      entry = TrashEntry(kind, name, trashedAt: date.addingTimeInterval(1))
    }
    try Disk.move(source, to: place(of: entry))
    return entry
  }

  private func isTaken(_ entry: TrashEntry) -> Bool {
    Disk.exists(place(of: entry)) || entry.deleting.map { Disk.exists(place(of: $0)) } ?? false
  }

  private func place(of entry: TrashEntry) -> String { "\(trash)/\(entry.fileName)" }

  /// Writes a note beside the metadata. No file is changed that other snapshots share.
  private func leave(_ note: PurgeNote, in place: String) throws(DiskError) {
    let meta = "\(place)/meta"
    do throws(DiskError) {
      try Disk.makeDirectory(meta)
      guard try Disk.isDirectory(meta) else { return }
      try Disk.writeDurably(YAMLWriter.write(note.document), to: "\(meta)/\(PurgeNote.fileName)")
    } catch {
      guard error.isOutOfSpace || [EACCES, EPERM].contains(error.code) else { throw error }
    }
  }

  // MARK: - Looking into the trash

  /// Why an entry was removed; nil if nothing that can be read says so.
  package func purgeNote(of entry: TrashEntry) -> PurgeNote? {
    guard let bytes = try? Disk.read("\(place(of: entry))/meta/\(PurgeNote.fileName)", limit: 64 << 10),
      let note = PurgeNote(reading: bytes), note.kind == entry.kind,
      // The name in the trash may be cut.
      let name = entry.name, note.name.description.utf8.starts(with: name.description.utf8)
    else { return nil }
    return note
  }

  /// What the metadata of a snapshot in the trash say; nil for what is none.
  package func snapshot(in entry: TrashEntry) -> Snapshot? {
    entry.name.map { snapshot(SnapshotID(kind: entry.snapshot?.kind ?? .scheduled, name: $0), at: place(of: entry)) }
  }

  // MARK: - Out of the trash

  /// Puts a snapshot back under the name that it had, pinned, or the next prune would take it again. To be called by
  /// whoever holds the host's lock.
  ///
  /// - Parameter pin: for a snapshot without one that holds.
  /// - Throws: `UndeleteError` where that cannot be, `DiskError`.
  package func restore(_ entry: TrashEntry, pinnedBy pin: SnapshotPin) throws -> SnapshotID {
    guard let id = restoredID(of: entry) else { throw UndeleteError.gone(entry) }
    let target = directory(of: id)
    let source = place(of: entry)
    guard try Disk.isDirectory(source), try Disk.isDirectory("\(source)/data") else { throw UndeleteError.gone(entry) }
    guard !Disk.exists(target) else { throw UndeleteError.nameTaken(id) }
    let parent = directory(of: id.kind)
    try Disk.makeDirectory(parent)
    guard try Disk.isDirectory(parent) else { throw DiskError("use the directory", parent, code: ENOTDIR) }
    do throws(DiskError) {
      // The pin comes first: a crash at any point leaves the snapshot in the trash, or pinned. Where there is no room for
      // one, the snapshot comes back without.
      if self.pin(at: source)?.holds(at: pin.pinnedAt) != true { try? setPin(pin, at: source) }
      try Disk.move(source, to: target)
    } catch {
      guard error.code == ENOENT else { throw error }
      // Whoever empties the trash has begun with it just now.
      throw UndeleteError.gone(entry)
    }
    try Disk.syncDirectory(parent)
    try Disk.syncDirectory(trash)
    unlink("\(target)/meta/\(PurgeNote.fileName)")
    return id
  }

  /// The snapshot that an entry is once it is put back; nil if it cannot be.
  package func restoredID(of entry: TrashEntry) -> SnapshotID? {
    guard entry.isRestorable, let id = entry.snapshot else { return nil }
    return purgeNote(of: entry).map { SnapshotID(kind: id.kind, name: $0.name) } ?? id
  }

  // MARK: - Deleting

  /// Marks an entry, so that it is never put back once a part of it is gone.
  ///
  /// - Returns: the entry as it is called now; nil if it is not there any more.
  package func beginDeleting(_ entry: TrashEntry) throws(DiskError) -> TrashEntry? {
    guard let marked = entry.deleting, marked != entry else { return entry }
    do throws(DiskError) {
      try Disk.move(place(of: entry), to: place(of: marked))
    } catch {
      guard error.code == ENOENT else { throw error }
      return nil
    }
    return marked
  }

  /// Deletes one entry, and what an earlier deletion of whatever entry has moved up and left.
  /// - Parameter goingOn: asked before each file, by one thread at a time; once it says no, the rest is left for the
  ///   next time.
  package func delete(_ entry: TrashEntry, while goingOn: (@Sendable () -> Bool)? = nil) throws(DiskError) {
    guard try Disk.isDirectory(trash) else { return }
    try TreeRemoval.removeContents(of: trash, only: { entry.bears($0) }, while: goingOn)
  }

  /// Deletes everything in the trash, leftovers of earlier runs included.
  /// - Parameter goingOn: asked before each file, by one thread at a time; once it says no, the rest is left for the
  ///   next time.
  package func emptyTrash(while goingOn: (@Sendable () -> Bool)? = nil) throws(DiskError) {
    guard try Disk.isDirectory(trash) else { return }
    try TreeRemoval.removeContents(of: trash, only: { $0 != Self.trashLockName }, while: goingOn)
  }
}

extension TrashEntry {
  /// Whether a name is the entry's own, byte by byte, or that of a part that was moved up.
  fileprivate func bears(_ name: String) -> Bool {
    name.utf8.elementsEqual(fileName.utf8) || TreeRemoval.isMovedUp(name)
  }
}

/// Why a snapshot is not put back.
package enum UndeleteError: Error, Sendable, Hashable, CustomStringConvertible {
  case gone(TrashEntry)
  case nameTaken(SnapshotID)

  package var description: String {
    switch self {
    case .gone(let entry): "\(entry) cannot be got back any more: its deletion has begun, or it is no whole snapshot"
    case .nameTaken(let id):
      "\(id) cannot be put back, for there is something of that name; move that away first"
    }
  }
}
