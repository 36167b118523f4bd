// What a person asks to be done: the same checks whichever way it is asked for, before anything is queued.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

struct HostRequestTests {
  private static let snapshot = "20260518-021500Z__K3VQEVH7"

  /// Gives `body` a host `web-1` with a snapshot on a disk of its own.
  private func withHost(
    _ keys: String = "", _ body: (Site, HostName, SnapshotID, HostDirectory) async throws -> Void
  ) async throws {
    try await withScratchDirectory { scratch in
      let site = try await Site()
      try await site.apply("settings: {backup_root: \(scratch.path("backups"))}\nhosts: {web-1: {\(keys)}}")
      let environment = try site.environment()
      let root = try await environment.backupRoot(of: try await site.store.desired().spec.settings)
      let directory = HostDirectory(try HostName(text: "web-1"), in: root)
      try directory.prepare()
      var generator = SystemRandomNumberGenerator()
      _ = try directory.identity(using: &generator)
      let id = SnapshotID(kind: .scheduled, name: try #require(SnapshotName(Self.snapshot)))
      let tree = try TreeBuilder(at: directory.directory(of: id))
      try tree.makeDirectory("data")
      try tree.makeDirectory("meta")
      try tree.write("status: success\n", to: "meta/meta.yaml")
      try await body(site, directory.host, id, directory)
    }
  }

  @Test func `a backup is asked for with the way it came by`() async throws {
    try await withHost { site, host, _, _ in
      let environment = try site.environment()
      let request = try await environment.backupRequest(of: host, kind: .scheduled, prunes: false, .web)
      #expect(request.trigger == .web)
      #expect(request.reason == "asked for on the web")
      #expect(request.snapshotKind == .scheduled)
      let queueing = try await environment.queue(request, askedBy: "ann")
      let id = try #require(queueing.runID)
      let run = try #require(try await site.store.run(id))
      #expect(run.request.requestedBy == "ann")
      #expect(run.rankedAt < run.queuedAt, "it is ahead of others")
    }
  }

  @Test func `what cannot be done is told before it is queued`() async throws {
    try await withHost { site, host, id, _ in
      let environment = try site.environment()
      await #expect(throws: RequestRefused.self) {
        _ = try await environment.backupRequest(of: host, kind: .manual, prunes: true, .web)
      }
      await #expect(throws: RequestRefused.self) {
        _ = try await environment.declaredBackupRequest(of: host, .web)
      }
      let spec = try await site.store.desired().spec
      let other = try HostName(text: "web-2")
      await #expect(throws: UnknownHost(other, among: spec)) {
        _ = try await environment.backupRequest(of: other, kind: .manual, prunes: false, .web)
      }
      await #expect(throws: UnknownHost(other, among: spec)) {
        _ = try await environment.discoveryRequest(of: other, .web)
      }
      #expect(UnknownHost(other, among: spec).description == "there is no host `web-2`; did you mean `web-1`?")
      let manual = SnapshotID(kind: .manual, name: id.name)
      await #expect(throws: UnknownSnapshot(manual, of: host)) {
        _ = try await environment.removalRequest(of: manual, host: host, .web)
      }
      #expect(try await site.store.queueLength() == 0)
    }
  }

  @Test func `a backup that the spec asks for can be tried again`() async throws {
    try await withHost("run_requested: before the upgrade") { site, host, _, _ in
      let request = try await site.environment().declaredBackupRequest(of: host, .web)
      #expect(request.runRequested?.description == "before the upgrade")
      #expect(request.snapshotKind == .manual)
    }
  }

  @Test func `a pin lies on the disk and in the store, and keeps a snapshot from being removed`() async throws {
    try await withHost { site, host, id, directory in
      let environment = try site.environment()
      try await environment.pin(id, of: host, reason: "legal", until: nil, by: "ann")
      #expect(directory.pin(of: id)?.actor == "ann")
      #expect(try await site.store.pins(of: host)[id]?.reason == "legal")
      #expect(try await site.store.events(host: host, limit: 1).first?.reason == "snapshot_pinned")
      await #expect(throws: RequestRefused.self) {
        _ = try await environment.removalRequest(of: id, host: host, .web)
      }
      #expect(try await environment.unpin(id, of: host, by: "bob"))
      #expect(directory.pin(of: id) == nil)
      #expect(try await !environment.unpin(id, of: host, by: "bob"))
      let request = try await environment.removalRequest(of: id, host: host, .web)
      #expect(request.snapshot == id)
      #expect(request.reason == "\(id), named on the web")
      let gone = SnapshotID(kind: .manual, name: id.name)
      await #expect(throws: UnknownSnapshot(gone, of: host)) {
        _ = try await environment.pin(gone, of: host, reason: nil, until: nil, by: "ann")
      }
    }
  }
}
