// What is new: every write that a plan may depend on touches its host, and the numbers only grow.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

/// A write, after what has to be there for it.
struct HostWrite: Sendable, CustomTestStringConvertible {
  let testDescription: String
  /// Whether it touches `web-1`.
  var touches = true
  let prepare: @Sendable (Store, LeaseGrant) async throws -> Run?
  let write: @Sendable (Store, LeaseGrant, Run?) async throws -> Void

  init(
    _ description: String, touches: Bool = true,
    after prepare: @escaping @Sendable (Store, LeaseGrant) async throws -> Run? = { _, _ in nil },
    _ write: @escaping @Sendable (Store, LeaseGrant, Run?) async throws -> Void
  ) {
    testDescription = description
    self.touches = touches
    self.prepare = prepare
    self.write = write
  }

  private static func queued(_ store: Store, _: LeaseGrant) async throws -> Run? {
    let id = try #require(try await store.queue(try request(), at: noon).runID)
    return try await store.run(id)
  }

  private static func running(_ store: Store, _ worker: LeaseGrant) async throws -> Run? {
    try await store.begin(try request(), by: worker)
  }

  private static func recorded(_ store: Store, _: LeaseGrant) async throws -> Run? {
    try await store.record(try snapshot(), at: noon)
    return nil
  }

  private static func snapshot() throws -> Snapshot {
    Snapshot(host: try host("web-1"), id: try snapshotID(1), status: .success, startedAt: noon)
  }

  private static let pause = Pause(until: nil, reason: nil, actor: "alice", pausedAt: noon)

  private static let pin = SnapshotPin(reason: nil, until: nil, actor: "alice", pinnedAt: noon)

  static let runs = [
    HostWrite("queue a request") { store, _, _ in _ = try await store.queue(try request(), at: noon) },
    HostWrite("queue what was planned") { store, _, _ in
      let controller = try await store.controller()
      _ = try await store.queue([PlannedRun(try request(), revision: 0)], by: controller, at: noon)
    },
    HostWrite("claim the next", after: queued) { store, worker, _ in _ = try await store.claimNext(by: worker) },
    HostWrite("claim by number", after: queued) { store, worker, run in
      _ = try await store.claimRun(try #require(run).id, by: worker, at: noon)
    },
    HostWrite("put back", after: running) { store, worker, run in
      try await store.requeueRun(try #require(run).id, by: worker, notBefore: later(9), message: "busy", at: later(1))
    },
    HostWrite("finish", after: running) { store, worker, run in
      _ = try await store.finishRun(try #require(run), RunResult(state: .failed), by: worker, at: noon)
    },
    HostWrite("cancel what is queued", after: queued) { store, _, run in
      _ = try await store.cancelRun(try #require(run).id, by: "alice", at: noon)
    },
    HostWrite("give a worker up", after: running) { store, _, _ in
      try await store.endWorker(try #require(try await store.leases().first), at: noon)
    },
    HostWrite("leave", after: running) { store, worker, _ in try await store.endWorker(worker, at: noon) },
  ]

  static let others = [
    HostWrite("record a snapshot") { store, _, _ in try await store.record(try snapshot(), at: noon) },
    HostWrite("discover another", after: recorded) { store, _, _ in
      _ = try await store.replaceSnapshots(of: try host("web-1"), with: [], at: noon)
    },
    HostWrite("remove a snapshot", after: recorded) { store, _, _ in
      try await store.removeSnapshot(host: try host("web-1"), id: try snapshotID(1))
    },
    HostWrite("pin a snapshot", after: recorded) { store, _, _ in
      try await store.pin(try snapshotID(1), of: try host("web-1"), pin)
    },
    HostWrite(
      "unpin a snapshot",
      after: { store, _ in
        try await store.pin(try snapshotID(1), of: try host("web-1"), pin)
        return nil
      }
    ) { store, _, _ in try await store.unpin(try snapshotID(1), of: try host("web-1"), at: noon) },
    HostWrite("accept that a host has shrunk") { store, _, _ in
      try await store.acceptShrinkage(
        of: try host("web-1"), upTo: try snapshotID(1).name, reason: nil, by: "alice", at: noon)
    },
    HostWrite("pause") { store, _, _ in try await store.pause(try host("web-1"), pause) },
    HostWrite(
      "resume",
      after: { store, _ in
        try await store.pause(try host("web-1"), pause)
        return nil
      }
    ) { store, _, _ in _ = try await store.resume(try host("web-1"), at: noon) },
  ]

  /// They change nothing that a plan depends on.
  static let idle = [
    HostWrite("queue what is queued", touches: false, after: queued) { store, _, _ in
      _ = try await store.queue(try request(), at: later(1))
    },
    HostWrite("claim nothing", touches: false, after: running) { store, worker, _ in
      _ = try await store.claimNext(by: worker)
    },
    HostWrite("renew", touches: false, after: running) { store, worker, run in
      let progress = TransferProgress(bytes: 1, percent: 1, rate: "1MB/s")
      _ = try await store.renew(worker, progress: [try #require(run).id: progress], at: noon)
    },
    HostWrite("put back what is another's", touches: false, after: running) { store, _, run in
      let other = try await store.worker("worker/b")
      try await store.requeueRun(try #require(run).id, by: other, notBefore: later(9), message: "busy", at: later(1))
    },
    HostWrite("discover the same", touches: false, after: recorded) { store, _, _ in
      _ = try await store.replaceSnapshots(of: try host("web-1"), with: [try snapshot()], at: noon)
    },
    HostWrite("remove what is not there", touches: false) { store, _, _ in
      try await store.removeSnapshot(host: try host("web-1"), id: try snapshotID(1))
    },
    HostWrite("unpin what is not pinned", touches: false) { store, _, _ in
      try await store.unpin(try snapshotID(1), of: try host("web-1"), at: noon)
    },
    HostWrite("resume what is not paused", touches: false) { store, _, _ in
      _ = try await store.resume(try host("web-1"), at: noon)
      _ = try await store.resume(nil, at: noon)
    },
    HostWrite("note conditions", touches: false) { store, _, _ in
      let ready = Condition(.ready, .true, reason: "Ready", message: "", observedGeneration: 1, changedAt: noon)
      let finding = HostFinding(host: try host("web-1"), conditions: [ready], generation: 1)
      try await store.note([finding], by: try await store.controller())
    },
  ]
}

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases, HostWrite.runs + HostWrite.others + HostWrite.idle)
  func `a write touches its host, and no other`(_ maker: DatabaseMaker, _ write: HostWrite) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1", "web-2")
      let worker = try await store.worker()
      _ = try await store.queue(try request(.verify, of: "web-2"), at: later(-60))
      _ = try await store.claimNext(of: [.verify], by: try await store.worker("worker/z"))
      let run = try await write.prepare(store, worker)
      let before = try await store.hostChanges(after: 0).revision

      try await write.write(store, worker, run)
      let changes = try await store.hostChanges(after: before)
      #expect(changes.hosts == (write.touches ? [try host("web-1")] : []))
      #expect(!changes.concernsAll)
      #expect(write.touches ? changes.revision > before : changes.revision == before)
      let recorded = try await store.recorded(of: [try host("web-1")], isRange: false)[try host("web-1")]
      #expect(!write.touches || recorded?.revision == changes.revision)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a pause of everything concerns all hosts, and so does its end`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      _ = try await store.queue(try request(), at: noon)
      var revision = try await store.hostChanges(after: 0).revision
      for isPause in [true, false] {
        if isPause {
          try await store.pause(nil, Pause(until: nil, reason: nil, actor: "alice", pausedAt: noon))
        } else {
          #expect(try await store.resume(nil, at: noon))
        }
        let changes = try await store.hostChanges(after: revision)
        #expect(changes.concernsAll)
        #expect(changes.hosts.isEmpty)
        #expect(changes.revision > revision)
        revision = changes.revision
      }
      #expect(try await store.hostChanges(after: revision) == HostChanges(revision: revision))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `revisions only grow, and tell what has changed since each look`(_ maker: DatabaseMaker) async throws {
    let seed = freshSeed("host-changes")
    var random = SeededGenerator(seed: seed)
    try await maker.withStore { store in
      #expect(try await store.hostChanges(after: 0) == HostChanges(revision: 0))
      var revision: Int64 = 0
      var looks: [Int64] = [0]
      var changedSince: [Int64: Set<HostName>] = [:]
      for step in 0..<60 {
        var touched: Set<HostName> = []
        for _ in 0..<Int.random(in: 0...3, using: &random) {
          let name = try host("web-\(Int.random(in: 0..<10, using: &random))")
          let id = try snapshotID(step)
          if random.chance(1, in: 2) {
            try await store.record(Snapshot(host: name, id: id, status: .success, startedAt: noon), at: noon)
          } else {
            try await store.pause(name, Pause(until: nil, reason: nil, actor: "alice", pausedAt: noon))
          }
          touched.insert(name)
        }
        for look in looks { changedSince[look, default: []].formUnion(touched) }
        let changes = try await store.hostChanges(after: revision)
        #expect(changes.hosts == touched, "step \(step) of seed \(seed)")
        #expect(touched.isEmpty ? changes.revision == revision : changes.revision > revision)
        revision = changes.revision
        if !touched.isEmpty { looks.append(revision) }
      }
      for look in looks {
        #expect(try await store.hostChanges(after: look).hosts == changedSince[look] ?? [], "seed \(seed)")
      }
    }
  }
}
