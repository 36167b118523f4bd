// The trash: what is put there can be told and got back, and is deleted whole or marked as being deleted.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

struct TrashTests {
  private static let noon = Date(timeIntervalSince1970: 1_779_192_000)
  private static let first = "20260518-021500Z__AAAAAAAA"
  private static let pin = SnapshotPin(reason: "undeleted", until: nil, actor: "alice", pinnedAt: noon)

  // MARK: - Names

  @Test(arguments: TrashEntry.Kind.allCases) func `the name of an entry tells what it was and since when`(
    _ kind: TrashEntry.Kind
  ) throws {
    for text in [Self.first, "2026-05-12_02-15-00-before upgrade. No 2", "20260512-021500é"] {
      let name = try #require(SnapshotName(text))
      let entry = TrashEntry(kind, name, trashedAt: Self.noon)
      #expect(entry.fileName == "20260519-120000Z.\(kind.rawValue).\(text)")
      #expect(TrashEntry(fileName: entry.fileName) == entry)
      #expect(entry.kind == kind && entry.name == name && entry.trashedAt == Self.noon && !entry.isBeingDeleted)
      #expect(entry.isRestorable == (kind != .incomplete))
      #expect(entry.description == "\(kind.rawValue)/\(text)")
      let deleting = try #require(entry.deleting)
      #expect(deleting.isBeingDeleted && !deleting.isRestorable && deleting.description == entry.description)
      #expect(deleting.deleting == deleting)
      #expect(deleting < entry)
    }
  }

  @Test func `very long names are cut where a character ends, and fit`() throws {
    for letter in ["x", "é", "\u{1f4be}"] {
      let text = "20260519-021500Z" + String(repeating: letter, count: 239 / letter.utf8.count)
      let name = try #require(SnapshotName(text))
      for kind in TrashEntry.Kind.allCases {
        let entry = TrashEntry(kind, name, trashedAt: Self.noon)
        let marked = try #require(entry.deleting)
        #expect(marked.fileName.utf8.count <= 255)
        #expect(!entry.fileName.contains("\u{FFFD}"))
        let cut = try #require(entry.name?.description)
        #expect(text.hasPrefix(cut) && cut.utf8.count > 200)
      }
    }
  }

  @Test(arguments: [
    ("scheduled-20260518-021500Z__AAAAAAAA", "scheduled/20260518-021500Z__AAAAAAAA"),
    ("manual-20260518-021500Z__AAAAAAAA~2", "manual/20260518-021500Z__AAAAAAAA~2"),
    ("incomplete-20260518-021500Z__A", "incomplete/20260518-021500Z__A"), (".deep-3", ".deep-3"), ("notes", "notes"),
    ("20260519-120000Z.scheduled.notes", "20260519-120000Z.scheduled.notes"),
    ("20260519-120000.scheduled.20260518-021500Z__A", "20260519-120000.scheduled.20260518-021500Z__A"),
    ("20260519-120000Z.other.20260518-021500Z__A", "20260519-120000Z.other.20260518-021500Z__A"), ("", ""),
  ])
  func `entries of other forms have no known age`(_ fileName: String, _ shown: String) {
    let entry = TrashEntry(fileName: fileName)
    #expect(entry.trashedAt == nil)
    #expect(entry.description == shown)
    #expect(entry.fileName == fileName)
  }

  @Test func `what goes first is what is begun, then what is of no known age, then the oldest`() throws {
    let name = try #require(SnapshotName(Self.first))
    let old = TrashEntry(.manual, name, trashedAt: Self.noon)
    let new = TrashEntry(.manual, name, trashedAt: Self.noon.addingTimeInterval(60))
    let begun = try #require(new.deleting)
    let unknown = TrashEntry(fileName: "notes")
    #expect([new, old, unknown, begun].sorted() == [begun, unknown, old, new])
  }

  // MARK: - There and back

  @Test func `a snapshot comes back under its name, whole, and without the note about its removal`() async throws {
    try await withHostDirectory { directory, _ in
      let id = try directory.makeSnapshot(.scheduled, Self.first, metadata: "status: success\n")
      try TreeBuilder(at: directory.data(of: id)).build()
      let before = try TreeFingerprint(of: directory.data(of: id), .immutable)
      let note = Self.note(id)
      let entry = try directory.discard(id, at: Self.noon, note: note)
      #expect(try directory.trashEntries() == [entry])
      #expect(directory.purgeNote(of: entry) == note)
      #expect(directory.snapshot(in: entry)?.status == .success)
      #expect(try directory.snapshotIDs().isEmpty)

      #expect(try directory.restore(entry, pinnedBy: Self.pin) == id)
      #expect(try directory.trashEntries().isEmpty)
      #expect(try TreeFingerprint(of: directory.data(of: id), .immutable) == before)
      #expect(try Disk.names(in: "\(directory.directory(of: id))/meta") == ["meta.yaml", "pin.yaml"])
      #expect(directory.pin(of: id) == Self.pin, "or the next prune would take it again")
      #expect(throws: UndeleteError.gone(entry)) { try directory.restore(entry, pinnedBy: Self.pin) }
    }
  }

  @Test func `a very long name comes back whole`() async throws {
    try await withHostDirectory { directory, _ in
      let text = "20260519-021500Z" + String(repeating: "é", count: 119)
      let id = try directory.makeSnapshot(.manual, text)
      let entry = try directory.discard(id, at: Self.noon, note: Self.note(id))
      #expect(entry.name != id.name)
      #expect(directory.restoredID(of: entry) == id)
      #expect(try directory.restore(entry, pinnedBy: Self.pin) == id)
    }
  }

  @Test func `nothing is put in the place of something else, and nothing half-deleted comes back`() async throws {
    try await withHostDirectory { directory, _ in
      let id = try directory.makeSnapshot(.scheduled, Self.first)
      let entry = try directory.discard(id, at: Self.noon)
      try directory.makeSnapshot(.scheduled, Self.first)
      #expect(throws: UndeleteError.nameTaken(id)) { try directory.restore(entry, pinnedBy: Self.pin) }
      let marked = try #require(try directory.beginDeleting(entry))
      #expect(try directory.trashEntries() == [marked])
      #expect(throws: UndeleteError.gone(marked)) { try directory.restore(marked, pinnedBy: Self.pin) }
      #expect(throws: UndeleteError.self) { try directory.restore(entry, pinnedBy: Self.pin) }
      #expect(try directory.beginDeleting(entry) == nil, "it is not called that any more")
      #expect(try directory.beginDeleting(marked) == marked)
    }
  }

  @Test func `an unfinished snapshot and a link do not come back`() async throws {
    try await withHostDirectory { directory, scratch in
      let name = try #require(SnapshotName(Self.first))
      try TreeBuilder(at: "\(directory.incomplete)/\(name)/data").makeFile("file")
      let incomplete = try directory.discardIncomplete(name, at: Self.noon)
      #expect(throws: UndeleteError.gone(incomplete)) { try directory.restore(incomplete, pinnedBy: Self.pin) }
      let link = TrashEntry(.scheduled, name, trashedAt: Self.noon)
      try scratch.makeDirectory("outside/data")
      #expect(symlink(scratch.path("outside"), "\(directory.trash)/\(link.fileName)") == 0)
      #expect(throws: UndeleteError.gone(link)) { try directory.restore(link, pinnedBy: Self.pin) }
    }
  }

  @Test(arguments: ["the host", "scheduled", ".incomplete"])
  func `nothing is removed through a link to what is another host's`(_ part: String) async throws {
    try await withHostDirectory { directory, scratch in
      let name = try #require(SnapshotName(Self.first))
      let other = HostDirectory(try HostName(text: "db-1"), below: try AbsolutePath(text: scratch.path("backups")))
      try other.prepare()
      let id = try other.makeSnapshot(.scheduled, Self.first, metadata: "status: success\n")
      try TreeBuilder(at: "\(other.incomplete)/\(name)/data").makeFile("file")
      let before = try TreeFingerprint(of: other.path, .immutable)
      let (place, target) =
        part == "the host"
        ? (directory.path, other.path) : ("\(directory.path)/\(part)", "\(other.path)/\(part)")
      #expect(rename(place, scratch.path("elsewhere")) == 0 && symlink(target, place) == 0)
      let refusal = DiskError("use the directory", place, code: ENOTDIR)
      #expect(throws: refusal) { try directory.discard(id, at: Self.noon, note: Self.note(id)) }
      #expect(throws: refusal) { try directory.discardIncomplete(name, at: Self.noon) }
      #expect(try TreeFingerprint(of: other.path, .immutable) == before)
    }
  }

  @Test func `a snapshot without room for a note goes all the same`() async throws {
    try await withHostDirectory { directory, _ in
      let id = try directory.makeSnapshot(.scheduled, Self.first)
      // Nothing can be written into what is no directory.
      try TreeBuilder(at: directory.directory(of: id)).write("a file", to: "meta")
      let entry = try directory.discard(id, at: Self.noon, note: Self.note(id))
      #expect(directory.purgeNote(of: entry) == nil)
      #expect(try directory.restore(entry, pinnedBy: Self.pin) == id)
    }
  }

  // MARK: - Deleting

  @Test func `one entry is deleted, and the others and the lock are left`() async throws {
    try await withHostDirectory { directory, _ in
      let one = try directory.discard(directory.makeSnapshot(.scheduled, Self.first), at: Self.noon)
      let other = try directory.discard(directory.makeSnapshot(.manual, Self.first), at: Self.noon)
      let lock = try HostLock.take(directory, .trash)
      try directory.delete(try #require(try directory.beginDeleting(one)))
      #expect(try directory.trashEntries() == [other])
      #expect(Disk.exists(directory.trashLockFile))
      try directory.emptyTrash()
      #expect(try directory.trashEntries() == [])
      #expect(Disk.exists(directory.trashLockFile))
      withExtendedLifetime(lock) {}
    }
  }

  @Test func `a deletion that is stopped goes on where it was`() async throws {
    try await withHostDirectory { directory, _ in
      let id = try directory.makeSnapshot(.scheduled, Self.first)
      let tree = try TreeBuilder(at: directory.data(of: id))
      for number in 0..<50 { try tree.makeFile(RawPath("directory/\(number)")) }
      let entry = try directory.discard(id, at: Self.noon)
      let marked = try #require(try directory.beginDeleting(entry))
      let asked = Locked(0)
      try directory.delete(marked) {
        asked.with {
          $0 += 1
          return $0 < 20
        }
      }
      #expect(try directory.trashEntries() == [marked], "what is half gone cannot be taken for a whole one")
      try directory.delete(marked)
      #expect(try directory.trashEntries() == [])
    }
  }

  @Test func `the lock of the trash is not that of the host`() async throws {
    try await withHostDirectory { directory, _ in
      let host = try HostLock.take(directory)
      let trash = try HostLock.take(directory, .trash)
      let busy = #expect(throws: HostBusy.self) { try HostLock.take(directory, .trash) }
      #expect(busy?.part == .trash)
      #expect(
        busy?.description
          == "the trash of host web-1 is being emptied by process \(getpid()); wait for it to finish")
      withExtendedLifetime((host, trash)) {}
    }
  }

  private static func note(_ id: SnapshotID) -> PurgeNote {
    PurgeNote(
      kind: TrashEntry.Kind(id.kind), name: id.name, reason: "not kept: by any \"rule\"\nof it", action: "scheduled",
      actor: "alice", at: noon)
  }
}
