// Snapshots' metadata: what is written reads back, and what others wrote or broke gives a snapshot all the same.

import Foundation
import Spec
import Support
import Testing

@testable import Engine

@Suite("Snapshot metadata")
struct SnapshotMetadataTests {
  private func id() throws -> SnapshotID {
    SnapshotID(kind: .scheduled, name: try #require(SnapshotName("20260519-021500Z__K3VQEVH7")))
  }

  private func read(_ bytes: [UInt8]?) throws -> Snapshot {
    .reading(bytes, host: try HostName(text: "web-1"), id: try id())
  }

  private func read(_ text: String) throws -> Snapshot { try read(Array(text.utf8)) }

  private func metadata(note: String? = nil, base: SnapshotBase? = nil) throws -> SnapshotMetadata {
    var stats = RsyncOutputTests.stats
    stats.availableBytes = .max
    stats.durationSeconds = 63.25
    return SnapshotMetadata(
      host: try HostName(text: "web-1"), hostID: "0123456789ABCDEFGHJKMNPQRS", id: try id(),
      status: note == nil ? .success : .partial, startedAt: Date(timeIntervalSince1970: 1_779_156_900.25),
      finishedAt: Date(timeIntervalSince1970: 1_779_156_963.5), base: base,
      source: .init(address: "web-1.example.net", user: "root", root: "/srv/a b"),
      rsync: .init(version: "3.5.0", exitCode: note == nil ? 0 : 23, arguments: ["rsync", "-a", "--", "x: y", "#"]),
      strategy: .clone, surveyedAt: Date(timeIntervalSince1970: 1_779_156_901), stats: stats,
      reason: "schedule nightly: was due at 02:15", note: note)
  }

  @Test(
    "what is written reads back equal",
    arguments: [
      nil, "rsync: [sender] open \"/a\": Permission denied (13); and 3 more", "true", "~", "", "two\nlines",
      "é \u{1f4be}",
    ])
  func roundTrip(note: String?) throws {
    let base = SnapshotBase(
      kind: "scheduled", name: "20260518-021500Z__AAAAAAAA", path: "/b/web-1/scheduled/20260518-021500Z__AAAAAAAA")
    for base in [nil, base] {
      let metadata = try metadata(note: note, base: base)
      let text = YAMLWriter.write(metadata.document)
      #expect(try read(text) == metadata.snapshot)
      let json = try #require(metadata.snapshot.metadata)
      #expect(try read(json) == metadata.snapshot)
    }
  }

  @Test("the keys of a written document, in order")
  func keys() throws {
    guard case .map(let pairs) = try metadata().document else {
      Issue.record("the document is no map")
      return
    }
    #expect(
      pairs.map(\.key) == [
        "format", "host", "host_id", "kind", "name", "status", "started_at", "finished_at", "duration_seconds", "base",
        "source", "rsync", "strategy", "surveyed_at", "stats", "reason", "note", "pobsync_version",
      ])
  }

  @Test("the original's metadata, in JSON")
  func legacy() throws {
    let snapshot = try read(
      """
      {"status": "success", "kind": "scheduled", "started_at": "2026-05-19T02:15:03Z", "ended_at": "2026-05-19T02:16:00Z",
       "base": {"kind": "scheduled", "dirname": "x", "path": "/mnt/b/web-1/scheduled/20260518-021500Z__AAAAAAAA/data"},
       "stats": {"rsync": {"literal_data_bytes": 5, "files": 7}, "duration_seconds": 57,
                 "storage": {"allocated_size_bytes": 1, "apparent_size_bytes": 2, "unique_apparent_size_bytes": 3}},
       "command": ["rsync"]}
      """)
    #expect(snapshot.status == .success)
    #expect(snapshot.note == nil)
    #expect(snapshot.startedAt == Date(timeIntervalSince1970: 1_779_156_903))
    #expect(snapshot.finishedAt == Date(timeIntervalSince1970: 1_779_156_960))
    #expect(snapshot.stats.literalDataBytes == 5)
    #expect(snapshot.stats.files == 7)
    #expect(snapshot.stats.durationSeconds == 57)
    #expect(snapshot.stats.apparentSizeBytes == 2)
    #expect(snapshot.stats.uniqueApparentSizeBytes == 3)
    #expect(snapshot.stats.availableBytes == nil)
    #expect(snapshot.base?.id?.description == "scheduled/20260518-021500Z__AAAAAAAA")
    #expect(try #require(snapshot.metadata).contains("\"command\""))
  }

  @Test(
    "other words for a status",
    arguments: [
      ("success", SnapshotStatus.success), ("succeeded", .success), ("OK", .success), ("good", .success),
      ("Warning", .warning), ("warnings", .warning), ("partial", .partial),
    ])
  func statuses(word: String, status: SnapshotStatus) throws {
    let snapshot = try read("status: \(word)\n")
    #expect(snapshot.status == status)
    #expect(snapshot.startedAt == Date(timeIntervalSince1970: 1_779_156_900))
  }

  @Test(
    "metadata that say nothing certain make the status unknown, with a reason",
    arguments: [
      ("", "its metadata cannot be read as YAML or JSON"),
      ("- a\n- b\n", "its metadata cannot be read as YAML or JSON"),
      ("text", "its metadata cannot be read as YAML or JSON"), ("{", "its metadata cannot be read as YAML or JSON"),
      ("a: 1\na: 2\n", "its metadata cannot be read as YAML or JSON"),
      ("status: success\0\n", "its metadata cannot be read as YAML or JSON"),
      ("\0\0\0\0", "its metadata cannot be read as YAML or JSON"),
      ("host: web-1\n", "its metadata gives no status"), ("status:\n", "its metadata gives no status"),
      ("status: failed\n", "its metadata says that the backup ended as `failed`"),
      ("status: unknown\n", "its metadata says that the backup ended as `unknown`"),
      ("status: [success]\n", "its metadata gives no status"), ("state: success\n", "its metadata gives no status"),
      ("{}", "its metadata gives no status"),
    ])
  func unknown(text: String, note: String) throws {
    let snapshot = try read(text)
    #expect(snapshot.status == .unknown)
    #expect(snapshot.note == note)
    #expect(snapshot.startedAt == Date(timeIntervalSince1970: 1_779_156_900))
    #expect(snapshot.metadata == nil)
  }

  @Test("no metadata, bytes that are no text, and too many of them")
  func noText() throws {
    #expect(try read([UInt8]?.none).note == "no metadata was found beside its data")
    #expect(try read([0xff, 0xfe, 0x00]).status == .unknown)
    #expect(try read(Array("status: success\nnote: ".utf8) + [0xff, 0x0a]).status == .unknown)
    let huge = Array("status: success\nnote: ".utf8) + [UInt8](repeating: 0x78, count: 9 << 20)
    #expect(try read(huge).note == "its metadata cannot be read as YAML or JSON")
  }

  @Test(
    "bases in the forms that were written",
    arguments: [
      ("{kind: manual, name: 20260518-021500Z__A, path: /x/y}", "manual", "20260518-021500Z__A", "/x/y"),
      (
        "/mnt/b/web-1/scheduled/20260518-021500Z__A/data", "scheduled", "20260518-021500Z__A",
        "/mnt/b/web-1/scheduled/20260518-021500Z__A/data"
      ),
      (
        "/mnt/b/web-1/manual/20260518-021500Z__A/data/", "manual", "20260518-021500Z__A",
        "/mnt/b/web-1/manual/20260518-021500Z__A/data/"
      ),
      ("20260518-021500Z__A", "scheduled", "20260518-021500Z__A", "20260518-021500Z__A"),
      ("{path: /b/manual/20260518-021500Z__A}", "manual", "20260518-021500Z__A", "/b/manual/20260518-021500Z__A"),
    ])
  func bases(yaml: String, kind: String, name: String, path: String) throws {
    let base = try #require(read("status: success\nbase: \(yaml)\n").base)
    #expect(base == SnapshotBase(kind: kind, name: name, path: path))
    #expect(base.id?.description == "\(kind)/\(name)")
  }

  @Test("bases that name none", arguments: ["null", "{}", "[a]", "{kind: manual}", "/", "''", "true"])
  func noBases(yaml: String) throws {
    let snapshot = try read("status: success\nbase: \(yaml)\n")
    #expect(snapshot.status == .success)
    #expect(snapshot.base == nil)
  }

  @Test(
    "a base that leads elsewhere is kept as a record, but is no snapshot",
    arguments: [
      "../../etc", "/b/other/20260518-021500Z__A", "{kind: incomplete, name: 20260518-021500Z__A}", "{name: ../x}",
    ])
  func strangeBases(yaml: String) throws {
    let base = try #require(read("status: success\nbase: \(yaml)\n").base)
    #expect(base.id == nil)
  }

  @Test("figures that are no whole numbers are not known; the rest of the metadata are")
  func figures() throws {
    let snapshot = try read(
      """
      status: warning
      started_at: yesterday
      finished_at: 12
      host_id: 17
      stats:
        rsync: {files: 7.0, literal_data_bytes: many, sent_bytes: 99999999999999999999, received_bytes: -1}
        storage: [1, 2]
        duration_seconds: 1.5e2
      """)
    #expect(snapshot.status == .warning)
    #expect(snapshot.startedAt == Date(timeIntervalSince1970: 1_779_156_900))
    #expect(snapshot.finishedAt == nil)
    #expect(snapshot.hostID == "17")
    #expect(snapshot.stats.files == nil)
    #expect(snapshot.stats.literalDataBytes == nil)
    #expect(snapshot.stats.sentBytes == nil)
    #expect(snapshot.stats.receivedBytes == -1)
    #expect(snapshot.stats.durationSeconds == 150)
    #expect(try read("status: success\nstats: none\n").stats == SnapshotStats())
    #expect(try read("status: success\nstats: {duration_seconds: .nan}\n").status == .success)
  }

  @Test("a thousand mutilated files each give a snapshot, and the same one twice")
  func mutations() throws {
    var generator = SeededGenerator(seed: freshSeed("SnapshotMetadataTests.mutations"))
    let base = SnapshotBase(kind: "manual", name: "x", path: "/b/manual/20260518-021500Z__A/data")
    let original = Array(YAMLWriter.write(try metadata(note: "a \"note\": [with] {all}", base: base).document).utf8)
    for _ in 0..<1000 {
      var bytes = original
      for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
        let index = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: bytes.remove(at: index)
        case 2: bytes.insert(Array("{}[]:,&*#|>-?!%@`'\"\n\t ".utf8).randomElement(using: &generator) ?? 0, at: index)
        case 3: bytes.removeSubrange(index..<Int.random(in: index...bytes.count, using: &generator))
        default:
          bytes.insert(contentsOf: bytes[index..<Int.random(in: index...bytes.count, using: &generator)], at: index)
        }
      }
      let snapshot = try read(bytes)
      #expect((snapshot.status == .unknown) == (snapshot.metadata == nil))
      if snapshot.status == .unknown { #expect(snapshot.note != nil) }
      #expect(try read(bytes).status == snapshot.status)
    }
  }
}
