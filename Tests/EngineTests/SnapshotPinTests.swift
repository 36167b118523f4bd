// Pins on disk: written beside the data, read whatever they have become, and never in the way of the tree.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

@Suite("Snapshot pins")
struct SnapshotPinTests {
  private static let name = "20260519-021500Z__K3VQEVH7"
  private static let now = Date(timeIntervalSince1970: 1_779_192_000)

  private func pin(_ reason: String? = "before the upgrade", until: Date? = nil) -> SnapshotPin {
    SnapshotPin(reason: reason, until: until, actor: "alice", pinnedAt: Self.now)
  }

  @Test(
    "a pin is read as it was set, and one in its place takes over",
    arguments: [
      (nil, nil), ("before the upgrade", nil), ("a: b # c", 1_779_999_999), (nil, 1_779_999_999.25), ("null", nil),
    ] as [(String?, Double?)])
  func roundTrip(reason: String?, until: Double?) async throws {
    try await withHostDirectory { directory, _ in
      let id = try directory.makeSnapshot(.scheduled, Self.name, metadata: "status: success\n")
      #expect(directory.pin(of: id) == nil)
      #expect(directory.snapshot(id).pin == nil)
      try directory.setPin(pin("another"), on: id)
      let expected = pin(reason, until: until.map { Date(timeIntervalSince1970: $0) })
      try directory.setPin(expected, on: id)
      #expect(directory.pin(of: id) == expected)
      #expect(directory.snapshot(id).pin == expected)
      #expect(directory.snapshot(id).status == .success)
      #expect(try directory.inventory().snapshots.map(\.pin) == [expected])
      #expect(try directory.inventory().unmanaged.isEmpty)
      #expect(try directory.removePin(of: id))
      #expect(try !directory.removePin(of: id))
      #expect(directory.pin(of: id) == nil)
    }
  }

  @Test("pinning leaves the data and the metadata as they are, and is for nobody else to read")
  func data() async throws {
    try await withHostDirectory { directory, _ in
      let id = try directory.makeSnapshot(.manual, Self.name, metadata: "status: success\n")
      let data = try TreeFingerprint(of: directory.data(of: id), .immutable)
      try directory.setPin(pin(), on: id)
      #expect(try TreeFingerprint(of: directory.data(of: id), .immutable) == data)
      let metadata = directory.directory(of: id) + "/meta/meta.yaml"
      #expect(try String(contentsOfFile: metadata, encoding: .utf8) == "status: success\n")
      let meta = try TreeFingerprint(of: directory.directory(of: id) + "/meta", .immutable)
      #expect(meta.entries.map(\.path) == ["", "meta.yaml", "pin.yaml"])
      #expect(meta["pin.yaml"]?.mode == 0o600)
    }
  }

  @Test("snapshots of others, without a directory for metadata, can be pinned")
  func foreign() async throws {
    try await withHostDirectory { directory, scratch in
      let id = try directory.makeSnapshot(.scheduled, "2026-05-10T02:15:00Z")
      try scratch.write("status: success\n", to: "backups/web-1/\(id)/meta.yaml")
      try directory.setPin(pin(), on: id)
      #expect(directory.pin(of: id) == pin())
      #expect(directory.snapshot(id).status == .success)
    }
  }

  @Test("a link in place of the metadata's directory is refused, and nothing goes through it")
  func link() async throws {
    try await withHostDirectory { directory, scratch in
      let id = try directory.makeSnapshot(.scheduled, Self.name)
      let outside = try scratch.makeDirectory("outside")
      let meta = directory.directory(of: id) + "/meta"
      #expect(symlink(outside, meta) == 0)
      #expect(throws: DiskError("use the directory", meta, code: ENOTDIR)) { try directory.setPin(pin(), on: id) }
      #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == [])
    }
  }

  @Test("a snapshot that is not there is not pinned, and nothing is made for it")
  func missing() async throws {
    try await withHostDirectory { directory, _ in
      let id = SnapshotID(kind: .scheduled, name: try #require(SnapshotName(Self.name)))
      #expect(throws: DiskError("pin", directory.directory(of: id), code: ENOENT)) {
        try directory.setPin(pin(), on: id)
      }
      #expect(try !directory.removePin(of: id))
      #expect(try directory.snapshotIDs().isEmpty)
    }
  }

  @Test(
    "a pin that cannot be understood pins for ever",
    arguments: ["", "{", "- a list\n", "until: some day\n", "reason: x\nuntil: 2026-13-40\n"])
  func unreadable(text: String) async throws {
    try await withHostDirectory { directory, scratch in
      let id = try directory.makeSnapshot(.scheduled, Self.name)
      try scratch.makeDirectory("backups/web-1/\(id)/meta")
      try scratch.write(text, to: "backups/web-1/\(id)/meta/pin.yaml")
      let pin = try #require(directory.pin(of: id))
      #expect(pin.holds(at: .distantFuture))
      #expect(pin.description == "pinned: its pin cannot be understood")
      // The store keeps its times as text.
      #expect(Timestamp.date(Timestamp.text(pin.pinnedAt)) == pin.pinnedAt)
    }
  }

  @Test("a pin that cannot be read pins for ever, and a hand-written one needs nothing but to be there")
  func byHand() async throws {
    try await withHostDirectory { directory, scratch in
      let id = try directory.makeSnapshot(.scheduled, Self.name)
      try scratch.makeDirectory("backups/web-1/\(id)/meta/pin.yaml")
      #expect(directory.pin(of: id)?.holds(at: .distantFuture) == true)
      #expect(directory.pin(of: id)?.description.contains("its pin cannot be read") == true)
      try TreeBuilder(at: directory.path).remove(RawPath("\(id)/meta/pin.yaml"))
      try scratch.write("reason: keep this\nuntil: 2026-12-24 00:00:00Z\n", to: "backups/web-1/\(id)/meta/pin.yaml")
      let pin = try #require(directory.pin(of: id))
      #expect(pin.description == "pinned: keep this (until 2026-12-24 00:00:00Z)")
      #expect(pin.actor == "unknown")
    }
  }

  @Test("a pin holds until its time, and what it says cannot move a cursor")
  func words() {
    let end = Date(timeIntervalSince1970: 1_779_192_060)
    #expect(pin(until: end).holds(at: Self.now))
    #expect(pin(until: end).holds(at: end.addingTimeInterval(-0.001)))
    #expect(!pin(until: end).holds(at: end))
    #expect(pin().holds(at: .distantFuture))
    #expect(pin(nil).description == "pinned")
    #expect(pin("a\u{1B}[31mb").description == "pinned: a\u{FFFD}[31mb")
  }
}
