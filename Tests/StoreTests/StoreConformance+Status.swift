// Events are counted, conditions keep the time of their last change, and both outlive what they should.

import Engine
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases) func `a repeated event is counted`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      func event(_ host: HostName?, _ reason: String, _ message: String) -> NewEvent {
        NewEvent(host: host, severity: .warning, reason: reason, message: message)
      }
      try await store.record(event(web, "backup_failed", "timeout"), at: noon)
      try await store.record(event(web, "unreachable", "no route"), at: later(1))
      try await store.record(event(nil, "backup_failed", "timeout"), at: later(2))
      try await store.record(event(nil, "backup_failed", "timeout"), at: later(3))
      try await store.record(event(web, "backup_failed", "timeout"), at: later(4))
      try await store.record(event(web, "backup_failed", "disk full"), at: later(5))
      try await store.record(event(web, "backup_failed", "timeout"), at: later(6))

      let all = try await store.events(limit: 10)
      #expect(all.map(\.message) == ["timeout", "disk full", "timeout", "timeout", "no route"])
      #expect(all.map(\.count) == [1, 1, 2, 2, 1])
      #expect(all.map(\.lastAt) == [6, 5, 4, 3, 1].map(later))
      #expect(all[2].firstAt == noon)
      #expect(all[3].host == nil)
      #expect(try await store.events(host: web, limit: 2) == Array(all.prefix(2)))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a condition keeps the time at which its status changed`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1", "db")
      let web = try host("web-1")
      let controller = try await store.controller()
      func note(_ conditions: [Condition]) async throws {
        try await store.note([HostFinding(host: web, conditions: conditions, generation: 1)], by: controller)
      }
      func fresh(_ status: Condition.Status, _ reason: String, _ generation: Int64, _ time: Int) -> Condition {
        Condition(.fresh, status, reason: reason, message: "m", observedGeneration: generation, changedAt: later(time))
      }
      let ready = Condition(.ready, .unknown, reason: "New", message: "", observedGeneration: 1, changedAt: noon)
      try await note([fresh(.true, "Recent", 1, 0), ready])
      #expect(try await store.conditions(of: web) == [ready, fresh(.true, "Recent", 1, 0)])

      try await note([fresh(.true, "Recent", 2, 5)])
      #expect(try await store.conditions(of: web) == [ready, fresh(.true, "Recent", 2, 0)])
      try await note([fresh(.false, "TooOld", 2, 9)])
      #expect(try await store.conditions(of: web) == [ready, fresh(.false, "TooOld", 2, 9)])
      #expect(try await store.conditions() == [web: [ready, fresh(.false, "TooOld", 2, 9)]])

      try await store.delete(.host(web), as: .alice, at: noon)
      #expect(try await store.conditions().isEmpty)
      try await note([ready])
      #expect(try await store.conditions().isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a controller that does not lead any more notes nothing`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1")
      let web = try host("web-1")
      let old = try await store.controller()
      _ = try await store.controller(at: later(20))
      let ready = Condition(.ready, .unknown, reason: "New", message: "", observedGeneration: 1, changedAt: noon)
      await #expect(throws: LeaseLost(name: Lease.controllerName)) {
        try await store.note([HostFinding(host: web, conditions: [ready], generation: 1)], by: old)
      }
      #expect(try await store.conditions().isEmpty)
      #expect(try await store.desired().records[.host(web)]?.observedGeneration == 0)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a host's past outlives its declaration`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1")
      let web = try host("web-1")
      let snapshot = Snapshot(host: web, id: try snapshotID(1), status: .success, startedAt: noon)
      try await store.record(snapshot, at: noon)
      _ = try await store.queue(try request(.backup, .cli), at: noon)
      _ = try await store.apply(Spec(), as: .alice, prune: true, at: noon)
      #expect(try await store.desired().spec.hosts.isEmpty)
      #expect(try await store.snapshots(of: web) == [snapshot])
      #expect(try await store.runs(of: web, limit: 1).count == 1)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what is over is recorded though its task is cancelled`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let run = try await store.begin(try request(.backup, .cli), by: worker)
      let task = Task {
        while !Task.isCancelled { await Task.yield() }
        return try await store.finishRun(run, RunResult(state: .cancelled), by: worker, at: later(1))
      }
      task.cancel()
      #expect(try await task.value)
      #expect(try await store.run(run.id)?.state == .cancelled)
    }
  }
}
