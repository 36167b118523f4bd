// Discovery: everything in a host's directory is accounted for, whoever made it and in whatever state it is.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

@Suite("Discovery")
struct DiscoveryTests {
  private static let good = "status: success\n"

  @Test("an inventory of all kinds of entries")
  func inventory() async throws {
    try await withHostDirectory { directory, scratch in
      let tree = try TreeBuilder(at: directory.path)
      try directory.makeSnapshot(.scheduled, "20260519-021500Z__K3VQEVH7", metadata: Self.good)
      try directory.makeSnapshot(
        .scheduled, "20260517-021500Z__AAAAAAAA", metadata: "status: partial\nnote: two files\n")
      try directory.makeSnapshot(.manual, "20260518-120000Z__BBBBBBBB", metadata: "status: warning\nnote: one file\n")
      let legacy = [
        ("2026-05-10T02:15:00Z", "meta.yaml", "status: success\n"),
        ("20260511T021500", "meta/meta.json", #"{"status": "ok"}"#),
        ("2026-05-12_02-15-00-before upgrade", "meta.json", #"{"status": "warning"}"#), ("20260513-021500", "", ""),
      ]
      for (name, file, text) in legacy {
        try directory.makeSnapshot(.scheduled, name)
        if !file.isEmpty {
          try scratch.write(text, to: "backups/web-1/scheduled/\(name)/\(file)")
        }
      }
      try tree.makeDirectory("scheduled/20260514-021500Z__NODATA00/meta")
      try tree.makeDirectory("scheduled/latest/data")
      try tree.write("a file", to: "scheduled/20260515-021500Z__AFILE000")
      try tree.makeLink("scheduled/20260516-021500Z__ALINK000", to: "20260519-021500Z__K3VQEVH7")
      try tree.makeDirectory("scheduled/20260516-021500Z__DATALINK")
      try tree.makeLink("scheduled/20260516-021500Z__DATALINK/data", to: "/")
      try tree.makeDirectory(RawPath(bytes: Array("scheduled/20260516-021500Z__".utf8) + [0xff] + Array("/data".utf8)))
      try tree.makeDirectory(RawPath(bytes: Array("manual/".utf8) + [0xff]))
      try tree.makeDirectory(".incomplete/20260519-030000Z__CCCCCCCC/data")
      try tree.makeDirectory(".incomplete/20260518-030000Z__CCCCCCCC")
      try tree.makeDirectory(".incomplete/something")
      try tree.makeDirectory(".trash/scheduled-20260501-021500Z__DDDDDDDD/data")
      try tree.write("1\n", to: ".lock")
      try tree.write("id: x\n", to: "host.yaml")
      try tree.makeDirectory("notes")
      try tree.write("x", to: "README")

      let before = try TreeFingerprint(of: directory.path, .immutable)
      let inventory = try directory.inventory()
      #expect(try TreeFingerprint(of: directory.path, .immutable) == before, "looking changes nothing")

      #expect(
        inventory.snapshots.map { "\($0.id) \($0.status.rawValue): \($0.note ?? "-")" } == [
          "scheduled/2026-05-10T02:15:00Z success: -",
          "scheduled/20260511T021500 success: -",
          "scheduled/2026-05-12_02-15-00-before upgrade warning: -",
          "scheduled/20260513-021500 unknown: no metadata was found beside its data",
          "scheduled/20260517-021500Z__AAAAAAAA partial: two files",
          "manual/20260518-120000Z__BBBBBBBB warning: one file",
          "scheduled/20260519-021500Z__K3VQEVH7 success: -",
        ])
      #expect(inventory.snapshots.allSatisfy { $0.startedAt == $0.id.name.startedAt && $0.host == directory.host })
      #expect(
        inventory.incomplete.map(\.description) == ["20260518-030000Z__CCCCCCCC", "20260519-030000Z__CCCCCCCC"])
      #expect(
        inventory.unmanaged == [
          ".incomplete/something", "README", "manual/\u{FFFD}", "notes", "scheduled/20260514-021500Z__NODATA00",
          "scheduled/20260515-021500Z__AFILE000", "scheduled/20260516-021500Z__ALINK000",
          "scheduled/20260516-021500Z__DATALINK", "scheduled/20260516-021500Z__\u{FFFD}", "scheduled/latest",
        ])
      #expect(inventory.trash.map(\.description) == ["scheduled/20260501-021500Z__DDDDDDDD"])
      #expect(try directory.snapshotIDs() == Set(inventory.snapshots.map(\.id)))
    }
  }

  @Test("a snapshot that names another host's id is kept, and is no base")
  func foreign() async throws {
    try await withHostDirectory { directory, scratch in
      func make(_ name: String, of hostID: String) throws -> SnapshotID {
        try directory.makeSnapshot(.scheduled, name, metadata: Self.good + "host_id: \(hostID)\n")
      }
      let own = try make("20260518-021500Z__A", of: "mine")
      let other = try make("20260519-021500Z__A", of: "yours")
      #expect(try directory.base(now: Date())?.id == other, "without a file the id is that of most, or of the newest")
      try scratch.write("id: mine\nname: web-1\n", to: "backups/web-1/host.yaml")
      let inventory = try directory.inventory()
      #expect(inventory.snapshots.map(\.id) == [own])
      #expect(inventory.foreign.map(\.id) == [other])
      #expect(inventory.foreign.map(\.status) == [.unknown])
      #expect(inventory.leftAlone == ["\(other)"])
      #expect(try directory.base(now: Date())?.id == own)
      #expect(try directory.snapshotIDs() == [own, other])
    }
  }

  @Test("what is known to be a snapshot is one while a directory bears its name; all else is looked at")
  func known() async throws {
    try await withHostDirectory { directory, _ in
      let names = ["20260519-021500Z__A", "20260518-021500Z__K3VQEVH7", "20260517-021500Z__K3VQEVH7"]
      let ids = try names.map { try directory.makeSnapshot(.scheduled, $0) }
      let tree = try TreeBuilder(at: directory.path)
      try tree.remove("scheduled/20260518-021500Z__K3VQEVH7/data")
      #expect(try directory.snapshotIDs() == [ids[0], ids[2]])
      #expect(try directory.snapshotIDs(known: Set(ids)) == Set(ids))
      #expect(try directory.snapshotIDs(known: [ids[0]]) == [ids[0], ids[2]])
      try tree.remove("scheduled/20260517-021500Z__K3VQEVH7")
      try tree.write("a file", to: "scheduled/20260517-021500Z__K3VQEVH7")
      #expect(try directory.snapshotIDs(known: Set(ids)) == Set(ids[..<2]))
      let gone = SnapshotID(kind: .manual, name: ids[0].name)
      #expect(try directory.snapshotIDs(known: [gone]) == [ids[0]])
    }
  }

  @Test("a host that has no directory yet has nothing")
  func empty() async throws {
    try await withHostDirectory { directory, _ in
      let nothing = HostInventory(snapshots: [], incomplete: [], unmanaged: [])
      #expect(try directory.inventory() == nothing)
      try TreeBuilder(at: directory.path).remove("")
      #expect(try directory.inventory() == nothing)
      #expect(try directory.base(now: Date()) == nil)
      #expect(try directory.snapshotIDs().isEmpty)
    }
  }

  @Test(
    "a directory that cannot be listed is an error, not an empty one",
    arguments: ["scheduled", "manual", ".incomplete"])
  func unlistable(name: RawPath) async throws {
    try await withHostDirectory { directory, _ in
      let tree = try TreeBuilder(at: directory.path)
      try tree.remove(name)
      try tree.write("a file", to: name)
      #expect(throws: DiskError("list", "\(directory.path)/\(name)", code: ENOTDIR)) { try directory.inventory() }
    }
  }

  @Test("metadata that cannot be read leave a snapshot of unknown status, and the others what they are")
  func unreadableMetadata() async throws {
    try await withHostDirectory { directory, scratch in
      let good = try directory.makeSnapshot(.scheduled, "20260519-021500Z__A", metadata: Self.good)
      let names = ["20260520-021500Z__A", "20260521-021500Z__A", "20260522-021500Z__A", "20260523-021500Z__A"]
      for name in names { try directory.makeSnapshot(.scheduled, name) }
      let tree = try TreeBuilder(at: directory.path + "/scheduled")
      try tree.makeDirectory("20260520-021500Z__A/meta/meta.yaml")
      try tree.makeLink("20260521-021500Z__A/meta.yaml", to: "../20260519-021500Z__A/meta/meta.yaml")
      try tree.write(
        Array("status: success\nx: ".utf8) + [UInt8](repeating: 0x78, count: 9 << 20),
        to: "20260522-021500Z__A/meta.yaml")
      try tree.makeFifo("20260523-021500Z__A/meta.yaml")

      let place = "\(directory.path)/scheduled"
      #expect(
        try directory.inventory().snapshots.map { "\($0.id.name) \($0.status.rawValue): \($0.note ?? "-")" } == [
          "20260519-021500Z__A success: -",
          "20260520-021500Z__A unknown: its metadata cannot be read: cannot read \(place)/20260520-021500Z__A/meta/meta.yaml: "
            + "Is a directory",
          "20260521-021500Z__A unknown: its metadata cannot be read: cannot open \(place)/20260521-021500Z__A/meta.yaml: "
            + "Too many levels of symbolic links",
          "20260522-021500Z__A unknown: its metadata cannot be read: cannot read \(place)/20260522-021500Z__A/meta.yaml: "
            + "File too large",
          "20260523-021500Z__A unknown: its metadata cannot be read as YAML or JSON",
        ])
      #expect(try directory.base(now: Date())?.id == good)
    }
  }

  @Test("the first metadata file that is there counts")
  func metadataOrder() async throws {
    try await withHostDirectory { directory, scratch in
      let id = try directory.makeSnapshot(.scheduled, "20260519-021500Z__A")
      for (file, status) in [
        ("meta.json", "{\"status\": \"partial\"}"), ("meta/meta.json", "{\"status\": \"warning\"}"),
        ("meta.yaml", "status: success\n"), ("meta/meta.yaml", "status: broken\n"),
      ] {
        try scratch.write(status, to: "backups/web-1/\(id)/\(file)")
        let expected: SnapshotStatus =
          switch file {
          case "meta.json": .partial
          case "meta/meta.json": .warning
          case "meta.yaml": .success
          default: .unknown
          }
        #expect(directory.snapshot(id).status == expected)
      }
    }
  }

  // MARK: - The base

  @Test(
    "the base is the newest good scheduled snapshot, else the newest good manual one",
    arguments: [
      ([], nil),
      (["scheduled/20260501-000000Z success"], "scheduled/20260501-000000Z"),
      (["scheduled/20260501-000000Z success", "scheduled/20260502-000000Z warning"], "scheduled/20260502-000000Z"),
      (["scheduled/20260501-000000Z warning", "scheduled/20260502-000000Z partial"], "scheduled/20260501-000000Z"),
      (["scheduled/20260501-000000Z success", "scheduled/20260502-000000Z"], "scheduled/20260501-000000Z"),
      (["scheduled/20260501-000000Z success", "manual/20260502-000000Z success"], "scheduled/20260501-000000Z"),
      (
        ["scheduled/20260503-000000Z partial", "manual/20260501-000000Z success", "manual/20260502-000000Z warning"],
        "manual/20260502-000000Z"
      ),
      (["scheduled/20260503-000000Z partial", "manual/20260501-000000Z partial", "manual/20260502-000000Z"], nil),
      (["scheduled/20260501-000000Z failed", "scheduled/20260502-000000Z running"], nil),
      (
        ["scheduled/2026-05-02T00:00:00Z success", "scheduled/20260501-000000Z success"],
        "scheduled/2026-05-02T00:00:00Z"
      ),
    ] as [([String], String?)])
  func base(snapshots: [String], expected: String?) async throws {
    try await withHostDirectory { directory, _ in
      for snapshot in snapshots {
        let words = snapshot.split(separator: " ")
        let parts = words[0].split(separator: "/").map(String.init)
        let kind = try #require(SnapshotKind(rawValue: parts[0]))
        try directory.makeSnapshot(kind, parts[1], metadata: words.count == 2 ? "status: \(words[1])\n" : nil)
      }
      #expect(try directory.base(now: Date())?.id.description == expected)
    }
  }
}
