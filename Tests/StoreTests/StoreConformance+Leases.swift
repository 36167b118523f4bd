// Leases: one holder at a time, whose term grows with each change of hands; and what becomes of a worker's runs.

import Engine
import Spec
import Support
import Testing

@testable import Store

extension StoreConformance {
  /// Asks for the lease of the controller.
  private func lead(
    _ store: Store, as process: String, replacing seen: Lease? = nil, at seconds: Int = 0
  ) async throws -> LeaseGrant? {
    try await store.acquireLease(
      Lease.controllerName, kind: .controller, process: process, duration: 15, replacing: seen, at: later(seconds))
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a lease has one holder, and says who and for how long`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      #expect(try await store.leases().isEmpty)
      let grant = try #require(try await lead(store, as: "a", at: 1))
      #expect(grant == LeaseGrant(name: "controller", term: 1))
      #expect(try await lead(store, as: "b", at: 9999) == nil)
      let worker = try await store.worker("worker/a", at: later(2))
      #expect(worker.term == 1)
      try await store.renew(grant, at: later(3))
      try await store.renew(grant, at: later(1))

      let leases = try await store.leases()
      #expect(leases.map(\.name) == ["controller", "worker/a"])
      #expect(leases.map(\.kind) == [.controller, .worker])
      #expect(leases.map(\.process) == ["a", "a process"])
      #expect(leases.map(\.term) == [1, 1])
      #expect(leases.map(\.beat) == [2, 0])
      #expect(leases.map(\.duration) == [15, 60])
      #expect(leases.map(\.acquiredAt) == [later(1), later(2)])
      #expect(leases.map(\.renewedAt) == [later(1), later(2)], "by the holder's clock, even where that is set back")
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the term grows with each change of hands, and ends the right of the one before`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      var grants = [try #require(try await lead(store, as: "0"))]
      for number in 1...5 {
        let seen = try #require(try await store.leases().first)
        if number.isMultiple(of: 2), let last = grants.last { try await store.release(last) }
        let grant = try #require(try await lead(store, as: "\(number)", replacing: seen, at: number))
        #expect(grant.term == Int64(number + 1))
        for old in grants {
          await #expect(throws: LeaseLost(name: "controller")) { try await store.renew(old, at: later(number)) }
        }
        try await store.renew(grant, at: later(number))
        grants.append(grant)
      }
      #expect(try await store.leases().map(\.process) == ["5"])
      #expect(try await store.leases().map(\.beat) == [1])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a lease that was renewed since it was seen is not taken`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let grant = try #require(try await lead(store, as: "a"))
      let seen = try #require(try await store.leases().first)
      try await store.renew(grant, at: later(1))
      #expect(try await lead(store, as: "b", replacing: seen, at: 20) == nil)
      let renewed = try #require(try await store.leases().first)
      #expect(try await lead(store, as: "b", replacing: renewed, at: 20) == LeaseGrant(name: "controller", term: 2))
      #expect(try await lead(store, as: "c", replacing: renewed, at: 20) == nil)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `of many who find the same lease void, one gets it`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      _ = try await lead(store, as: "dead")
      let seen = try #require(try await store.leases().first)
      let grants = try await withThrowingTaskGroup(of: LeaseGrant?.self) { group in
        for number in 0..<8 {
          group.addTask { try await self.lead(store, as: "\(number)", replacing: seen, at: 20) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(grants.compactMap(\.self) == [LeaseGrant(name: "controller", term: 2)])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a lease that is given back is another's at once, and its holder's no more`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let first = try #require(try await lead(store, as: "a"))
      try await store.release(first)
      #expect(try await store.leases().map(\.process) == [nil])
      let planned = PlannedRun(try request(), revision: 0)
      await #expect(throws: LeaseLost(name: "controller")) { try await store.renew(first, at: later(1)) }
      await #expect(throws: LeaseLost(name: "controller")) {
        try await store.queue([planned], by: first, at: later(1))
      }
      let second = try #require(try await lead(store, as: "b", at: 1))
      #expect(second.term == 2)
      try await store.release(first)
      #expect(try await store.leases().map(\.process) == ["b"])
      try await store.renew(second, at: later(2))
    }
  }

  // MARK: - Workers

  @Test(arguments: DatabaseMaker.allCases)
  func `a renewal notes how far transfers are, and brings what is to be cancelled`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let (mine, other) = (try await store.worker("worker/a"), try await store.worker("worker/b"))
      let first = try await store.begin(try request(of: "web-1"), by: mine)
      let second = try await store.begin(try request(of: "web-2"), by: mine)
      let theirs = try await store.begin(try request(of: "web-3"), by: other)
      let full = TransferProgress(
        bytes: .max, percent: 100, rate: "10.52MB/s", remainingFiles: 7, knownFiles: 1 << 40)
      let bare = TransferProgress(bytes: 0, percent: 0, rate: "")
      let progress = [first.id: full, second.id: bare, theirs.id: full]
      #expect(try await store.renew(mine, progress: progress, at: later(1)).isEmpty)
      #expect(try await store.run(first.id)?.progress == full)
      #expect(try await store.runs(of: second.host, limit: 1).first?.progress == bare)
      #expect(try await store.run(theirs.id)?.progress == nil)
      #expect(try await store.leases().map(\.beat) == [1, 0])

      for run in [second, theirs] { _ = try await store.cancelRun(run.id, by: "alice", at: later(2)) }
      #expect(try await store.renew(mine, progress: [:], at: later(3)) == [second.id: "alice"])
      #expect(try await store.run(first.id)?.progress == full, "stays where there is no news")
      _ = try await store.finishRun(first, RunResult(state: .succeeded), by: mine, at: later(4))
      #expect(try await store.run(first.id)?.progress == nil)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a worker that was given up cannot renew`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let run = try await store.begin(try request(), by: worker)
      let seen = try #require(try await store.leases().first)
      try await store.endWorker(seen, at: later(60))
      let progress = TransferProgress(bytes: 1, percent: 1, rate: "1MB/s")
      await #expect(throws: LeaseLost(name: worker.name)) {
        try await store.renew(worker, progress: [run.id: progress], at: later(61))
      }
      await #expect(throws: LeaseLost(name: worker.name)) { try await store.renew(worker, at: later(61)) }
      #expect(try await store.run(run.id)?.progress == nil)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the end of a worker interrupts what it carried out, and nothing else`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let (dead, living) = (try await store.worker("worker/a"), try await store.worker("worker/b"))
      let first = try await store.begin(try request(of: "web-1"), by: dead)
      let unwanted = try await store.begin(try request(.prune, of: "web-2"), by: dead)
      _ = try await store.cancelRun(unwanted.id, by: "alice", at: later(1))
      let other = try await store.begin(try request(of: "web-3"), by: living)
      _ = try await store.queue(try request(of: "web-4"), at: noon)
      let seen = try #require(try await store.leases().first)

      #expect(try await store.endWorker(seen, at: later(60)).map(\.id).sorted() == [first.id, unwanted.id])
      let ended = try #require(try await store.run(first.id))
      #expect(ended.state == .interrupted)
      #expect(ended.errorCode == "interrupted")
      #expect(ended.finishedAt == later(60))
      #expect(ended.message?.contains("completed snapshots are untouched") == true)
      #expect(try await store.run(unwanted.id)?.state == .cancelled)
      #expect(try await store.run(unwanted.id)?.message == "cancelled by alice")
      #expect(try await store.run(other.id)?.state == .running)
      #expect(try await store.queueLength() == 1)
      #expect(try await store.leases().map(\.name) == ["worker/b"])
      #expect(Set(try await store.events(limit: 9).map(\.reason)) == ["backup_interrupted", "prune_cancelled"])
      #expect(try await store.endWorker(seen, at: later(61)).isEmpty)
      #expect(try await store.queue(try request(of: "web-1"), at: later(61)).runID.map { $0 > other.id } == true)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a worker that was heard of since it was seen is not ended`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let run = try await store.begin(try request(), by: worker)
      let seen = try #require(try await store.leases().first)
      try await store.renew(worker, at: later(1))
      #expect(try await store.endWorker(seen, at: later(60)).isEmpty)
      #expect(try await store.run(run.id) == run)
      try await store.renew(worker, at: later(61))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a worker that leaves takes its lease with it, and leaves its runs to others`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let run = try await store.begin(try request(), by: worker)
      try await store.endWorker(worker, at: later(5))
      #expect(try await store.leases().isEmpty)
      #expect(try await store.run(run.id)?.state == .interrupted)
      try await store.endWorker(worker, at: later(6))
      #expect(try await store.run(run.id)?.finishedAt == later(5))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `runs whose worker has no lease are interrupted`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store, database in
      let (lost, living) = (try await store.worker("worker/a"), try await store.worker("worker/b"))
      let orphan = try await store.begin(try request(of: "web-1"), by: lost)
      let other = try await store.begin(try request(of: "web-2"), by: living)
      #expect(try await store.interruptOrphans(at: later(1)).isEmpty)
      try await database.write { _ = try $0.execute("DELETE FROM leases WHERE name = ?", [.text(lost.name)]) }
      #expect(try await store.interruptOrphans(at: later(2)).map(\.id) == [orphan.id])
      #expect(try await store.interruptOrphans(at: later(3)).isEmpty)
      #expect(try await store.run(orphan.id)?.state == .interrupted)
      #expect(try await store.run(other.id)?.state == .running)
    }
  }
}
