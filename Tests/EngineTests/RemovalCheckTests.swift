// The last look before a removal: whatever the plan says, only a whole snapshot of the host itself goes, and no base.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

struct RemovalCheckTests {
  private static let now = Date(timeIntervalSince1970: 1_779_192_000)
  private static let old = "20260517-021500Z__AAAAAAAA"
  private static let new = "20260518-021500Z__BBBBBBBB"

  private func withSnapshots(
    _ body: (HostDirectory, ScratchDirectory, _ old: SnapshotID, _ new: SnapshotID) async throws -> Void
  ) async throws {
    try await withHostDirectory { directory, scratch in
      let metadata = "status: success\nhost_id: mine\n"
      let old = try directory.makeSnapshot(.scheduled, Self.old, metadata: metadata)
      let new = try directory.makeSnapshot(.scheduled, Self.new, metadata: metadata)
      try scratch.write("id: mine\nname: web-1\n", to: "backups/web-1/host.yaml")
      try await body(directory, scratch, old, new)
    }
  }

  @Test func `what the plan took it for goes`() async throws {
    try await withSnapshots { directory, _, old, _ in
      let planned = try directory.checkRemoval(of: old, as: .success, now: Self.now)
      #expect(planned.id == old)
      #expect(try directory.checkRemoval(of: old, as: nil, now: Self.now).status == .success)
    }
  }

  @Test func `the base of the next backup stays`() async throws {
    try await withSnapshots { directory, _, _, new in
      for status in [SnapshotStatus.success, nil] {
        #expect(throws: RemovalObjection.base(new)) {
          try directory.checkRemoval(of: new, as: status, now: Self.now)
        }
      }
    }
  }

  @Test func `what is of another status than planned stays`() async throws {
    try await withSnapshots { directory, _, old, _ in
      #expect(throws: RemovalObjection.changed(old, expected: .partial, found: .success)) {
        try directory.checkRemoval(of: old, as: .partial, now: Self.now)
      }
    }
  }

  @Test func `what names another host's id stays, also for a person`() async throws {
    try await withSnapshots { directory, scratch, old, _ in
      try scratch.write("status: success\nhost_id: another\n", to: "backups/web-1/\(old)/meta/meta.yaml")
      for status in [SnapshotStatus.success, .unknown, nil] {
        #expect(throws: RemovalObjection.foreign(old)) {
          try directory.checkRemoval(of: old, as: status, now: Self.now)
        }
      }
    }
  }

  @Test func `nothing goes from a directory that says that it is another host's`() async throws {
    try await withSnapshots { directory, scratch, old, _ in
      try scratch.write("id: mine\nname: db-1\n", to: "backups/web-1/host.yaml")
      for status in [SnapshotStatus.success, nil] {
        #expect(throws: DirectoryOfAnother(path: directory.path, name: "db-1")) {
          try directory.checkRemoval(of: old, as: status, now: Self.now)
        }
      }
    }
  }

  @Test func `where the id file is lost, what names another id than the others do is foreign all the same`()
    async throws
  {
    try await withSnapshots { directory, _, old, new in
      let foreign = try directory.makeSnapshot(
        .scheduled, "20260516-021500Z__CCCCCCCC", metadata: "status: success\nhost_id: another\n")
      #expect(unlink(directory.idFile) == 0)
      for status in [SnapshotStatus.success, .unknown, nil] {
        #expect(throws: RemovalObjection.foreign(foreign)) {
          try directory.checkRemoval(of: foreign, as: status, now: Self.now)
        }
      }
      let inventory = try directory.inventory()
      #expect(inventory.foreign.map(\.id) == [foreign])
      #expect(inventory.snapshots.map(\.id) == [old, new])
      #expect(try directory.checkRemoval(of: old, as: .success, now: Self.now).id == old)
    }
  }

  @Test func `where the id file is lost after a rename, the id is that of the snapshots`() async throws {
    try await withSnapshots { directory, scratch, old, new in
      for id in [old, new] {
        try scratch.write(
          "status: success\nhost: web1\nhost_id: mine\n", to: "backups/web-1/\(id)/meta/meta.yaml")
      }
      #expect(unlink(directory.idFile) == 0)
      #expect(try directory.checkRemoval(of: old, as: .success, now: Self.now).id == old)
      var generator = SeededGenerator(seed: 1)
      #expect(try directory.identity(using: &generator) == "mine")
      #expect(try directory.knownID() == "mine")
    }
  }

  @Test func `what is pinned stays, also for a person, until the pin is over`() async throws {
    try await withSnapshots { directory, _, old, _ in
      let pin = SnapshotPin(reason: nil, until: nil, actor: "alice", pinnedAt: Self.now)
      try directory.setPin(pin, on: old)
      for status in [SnapshotStatus.success, nil] {
        #expect(throws: RemovalObjection.pinned(old, of: directory.host, pin)) {
          try directory.checkRemoval(of: old, as: status, now: Self.now)
        }
      }
      let over = SnapshotPin(reason: nil, until: Self.now, actor: "alice", pinnedAt: Self.now)
      try directory.setPin(over, on: old)
      #expect(try directory.checkRemoval(of: old, as: .success, now: Self.now.addingTimeInterval(1)).id == old)
    }
  }

  @Test(arguments: ["the snapshot", "its kind", "the host", "its data"])
  func `what is a link, or is reached by one, stays`(_ part: String) async throws {
    try await withSnapshots { directory, scratch, old, _ in
      let place =
        switch part {
        case "the snapshot": directory.directory(of: old)
        case "its kind": directory.directory(of: SnapshotKind.scheduled)
        case "its data": directory.data(of: old)
        default: directory.path
        }
      let elsewhere = scratch.path("elsewhere")
      #expect(rename(place, elsewhere) == 0 && symlink(elsewhere, place) == 0)
      #expect(throws: RemovalObjection.misplaced(old)) {
        try directory.checkRemoval(of: old, as: .success, now: Self.now)
      }
    }
  }

  @Test func `what is not there, or has no data, is nothing to remove`() async throws {
    try await withSnapshots { directory, _, old, _ in
      try TreeBuilder(at: directory.directory(of: old)).remove("data")
      #expect(throws: RemovalObjection.misplaced(old)) {
        try directory.checkRemoval(of: old, as: nil, now: Self.now)
      }
      let missing = SnapshotID(kind: .manual, name: old.name)
      #expect(throws: RemovalObjection.misplaced(missing)) {
        try directory.checkRemoval(of: missing, as: nil, now: Self.now)
      }
    }
  }
}
