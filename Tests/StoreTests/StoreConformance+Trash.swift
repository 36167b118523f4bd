// What the store keeps for the trash: records of removals that are made good, and pins of what was got back.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases)
  func `a removal is recorded and its snapshot forgotten, all at once`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let (web, id) = (try host("web-1"), try trashedID())
      try await store.record(Snapshot(host: web, id: id, status: .success, startedAt: noon), at: noon)
      let before = try await store.hostChanges(after: 0).revision
      try await store.recordPurge(try purge(at: 1), of: id)
      #expect(try await store.snapshots(of: web).isEmpty)
      #expect(try await store.purges(limit: 9) == [try purge(at: 1)])
      #expect(try await store.hostChanges(after: before).hosts == [web])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a removal of which only the disk tells is recorded once`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.recordPurge(try purge(at: 1))
      #expect(try await store.completePurges([try purge(at: 1), try purge(at: 2)]) == 1)
      #expect(try await store.completePurges([try purge(at: 1), try purge(at: 2)]) == 0)
      #expect(try await store.completePurges([]) == 0)
      #expect(try await store.purges(limit: 9) == [try purge(at: 2), try purge(at: 1)])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the trash of a host is emptied beside its other runs, by whoever is asked for it`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1")
      let worker = try await store.worker()
      let emptying = try await store.begin(try request(.emptyTrash), by: worker)
      #expect(try await !store.isRunning(.backup))
      let backup = try await store.begin(try request(.backup), by: worker)
      #expect(try await store.isRunning(.backup))
      let prune = try #require(try await store.queue(try request(.prune), at: noon).runID)
      #expect(try await store.claimRun(prune, by: worker, at: noon) == nil)
      try await store.finishRun(backup, RunResult(state: .succeeded), by: worker, at: noon)
      #expect(try await store.claimRun(prune, by: worker, at: noon)?.id == prune)
      #expect(try await store.queue(try request(.emptyTrash), at: noon) == .joined(emptying.id))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `how many entries of a trash are left is kept with the progress`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1")
      let worker = try await store.worker()
      let run = try await store.begin(try request(.emptyTrash), by: worker)
      let progress = TransferProgress(
        bytes: 0, percent: 40, rate: "", remainingFiles: 600, knownFiles: 1000, remainingSnapshots: 3)
      _ = try await store.renew(worker, progress: [run.id: progress], at: noon)
      #expect(try await store.run(run.id)?.progress == progress)
    }
  }
}

private func trashedID() throws -> SnapshotID {
  SnapshotID(kind: .scheduled, name: try #require(SnapshotName("20260518-021500Z__K3VQEVH7")))
}

private func purge(at seconds: Int) throws -> Purge {
  Purge(
    host: try host("web-1"), kind: .scheduled, name: "20260518-021500Z__K3VQEVH7", path: "/b/x", reason: "old",
    action: .scheduled, actor: "alice", metadata: nil, at: later(seconds))
}
