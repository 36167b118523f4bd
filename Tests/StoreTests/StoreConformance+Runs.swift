// Runs: read as they were asked for, finished once, and what the planner is shown of them.

import Engine
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases) func `a run is read as it was asked for`(_ maker: DatabaseMaker) async throws
  {
    try await maker.withStore { store in
      var full = try request(.prune, .cli, reason: "asked")
      full.scheduledFor = noon
      full.attempt = 3
      full.snapshotKind = .manual
      full.snapshot = try snapshotID(7, .manual)
      full.prunes = true
      full.maxDelete = 0
      full.onlySnapshots = [try snapshotID(1), try snapshotID(2, .manual)]
      full.concurrencyGroups = ["hypervisor=hv1", "site=\"a, b\" é"]
      full.requestedBy = "alice"
      full.runRequested = try Remark(text: "2026-11-23 before the upgrade")
      var none = try request(.prune, of: "db")
      none.onlySnapshots = []
      for asked in [full, none, try request(.verify)] {
        let id = try #require(try await store.queue(asked, at: later(1)).runID)
        #expect(try await store.run(id) == Run(id: id, asked, state: .queued, queuedAt: later(1)))
      }
      #expect(try await store.unfinishedRuns().map(\.request.onlySnapshots) == [full.onlySnapshots, [], nil])
      #expect(try await store.queueLength() == 3)
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `a run is finished once`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      var asked = try request(.backup, reason: "due at 02:15")
      asked.scheduledFor = noon
      asked.snapshotKind = .scheduled
      let id = try #require(try await store.queue(asked, at: later(1)).runID)
      #expect(try await store.newestRunID() == id)
      let begun = try #require(try await store.claimRun(id, by: worker, at: later(2)))
      var expected = Run(id: id, asked, state: .running, queuedAt: later(1))
      expected.startedAt = later(2)
      expected.worker = worker.name
      #expect(begun == expected)
      #expect(try await store.unfinishedRuns() == [expected])
      #expect(try await store.queueLength() == 0)

      var stats = SnapshotStats()
      stats.literalDataBytes = 1 << 40
      let result = RunResult(
        state: .warning, snapshot: try snapshotID(1), exitCode: 24, errorCode: "vanished", message: "2 files vanished",
        log: "a\nb\n", stats: stats)
      #expect(try await store.finishRun(begun, result, by: worker, at: later(3)))
      #expect(try await !store.finishRun(begun, RunResult(state: .failed), by: worker, at: later(4)))
      asked.snapshot = try snapshotID(1)
      var finished = Run(id: id, asked, state: .warning, queuedAt: later(1))
      finished.startedAt = later(2)
      finished.finishedAt = later(3)
      finished.worker = worker.name
      finished.exitCode = 24
      finished.errorCode = "vanished"
      finished.message = "2 files vanished"
      finished.stats = stats
      #expect(try await store.runs(of: try host("web-1"), limit: 5) == [finished])
      finished.log = "a\nb\n"
      #expect(try await store.run(id) == finished)
      #expect(finished.snapshot == (try snapshotID(1)))
      #expect(try await store.runs(of: try host("db"), limit: 5).isEmpty)
      #expect(try await store.unfinishedRuns().isEmpty)
      #expect(try await store.run(id + 1) == nil)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the end of a run is an event, and comes with its snapshot`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let states: [(RunState, EventSeverity)] = [
        (.succeeded, .info), (.warning, .warning), (.failed, .error), (.cancelled, .warning), (.interrupted, .warning),
      ]
      for (index, (state, severity)) in states.enumerated() {
        let run = try await store.begin(try request(.backup), by: worker)
        let made = Snapshot(
          host: run.host, id: try snapshotID(index), status: .success, startedAt: later(index))
        let result = RunResult(state: state, snapshot: made.id, message: "It is over.")
        #expect(try await store.finishRun(run, result, snapshot: made, by: worker, at: later(index)))
        #expect(try await store.snapshots(of: run.host).last == made)
        let event = try #require(try await store.events(limit: 1).first)
        #expect(event.host == run.host)
        #expect(event.severity == severity)
        #expect(event.reason == "backup_\(state.rawValue)")
        #expect(event.message == (state == .succeeded ? "backup succeeded" : "It is over."))
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `a long log keeps its end`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let run = try await store.begin(try request(.verify, .cli), by: worker)
      let lines = (0..<20_000).map { "line \($0) é\n" }.joined()
      _ = try await store.finishRun(run, RunResult(state: .failed, log: lines), by: worker, at: noon)
      let log = try #require(try await store.run(run.id)?.log)
      #expect(log.utf8.count < 66_000)
      #expect(log.hasSuffix("line 19999 é\n"))
      #expect(log.split(separator: "\n").first?.hasSuffix("bytes before this are left out)") == true)
      #expect(log.split(separator: "\n").dropFirst().first?.hasPrefix("line ") == true)
    }
  }

  private static let orders: [(path: String, target: RestoreOrder.Target)] = [
    ("", .original), ("etc/\u{1}\"é", .remote(.root)), ("etc", .local(.sendmail)),
  ]

  @Test(arguments: DatabaseMaker.allCases) func `what a run is asked with comes back with it`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      for order in Self.orders {
        var request = try request(.restore, .web)
        let path = Array(order.path.utf8) + [0xFF]
        request.parameters = .restore(
          RestoreOrder(
            snapshot: try snapshotID(1), path: path, target: order.target, isRehearsal: order.path.isEmpty))
        let run = try await store.begin(request, by: worker)
        #expect(run.request.parameters == request.parameters)
        _ = try await store.finishRun(run, RunResult(state: .succeeded), by: worker, at: noon)
        #expect(try await store.run(run.id)?.request.parameters == request.parameters)
        #expect(try await store.runs(limit: 1).first?.request.parameters == request.parameters)
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `what a restore is asked for is not taken for another`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      var one = try request(.restore, .web)
      one.parameters = .restore(RestoreOrder(snapshot: try snapshotID(1), path: [], target: .original))
      var other = one
      other.parameters = .restore(RestoreOrder(snapshot: try snapshotID(1), path: [0x65], target: .original))
      let id = try #require(try await store.queue(one, at: noon).runID)
      #expect(try await store.queue(one, at: noon) == .joined(id))
      #expect(try await store.queue(other, at: noon) == .obstructed(id))
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `what a run has found is kept with it, and the newest is found`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let (worker, web) = (try await store.worker(), try host("web-1"))
      #expect(try await store.newestFinishedRun(.preflight, of: web) == nil)
      for number in 1...2 {
        let run = try await store.begin(try request(.preflight, .web), by: worker)
        let report = YAMLValue.map([YAMLPair("number", .int(Int64(number))), YAMLPair("text", .string("é\n"))])
        _ = try await store.finishRun(
          run, RunResult(state: .failed, log: "x", report: report), by: worker, at: noon)
        #expect(try await store.run(run.id)?.report == report)
        #expect(try await store.runs(limit: 1).first?.report == nil)
        let newest = try await store.newestFinishedRun(.preflight, of: web)
        #expect(newest?.id == run.id && newest?.report == report && newest?.log == "x")
      }
      _ = try await store.queue(try request(.preflight, .web), at: noon)
      #expect(try await store.newestFinishedRun(.preflight, of: web)?.report?["number"] == .int(2))
      #expect(try await store.newestFinishedRun(.dryRun, of: web) == nil)
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `a preflight, a dry run and a backup of a host are unfinished together`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1")
      let worker = try await store.worker()
      let backup = try await store.begin(try request(.backup, .cli), by: worker)
      let preflight = try await store.begin(try request(.preflight, .web), by: worker)
      let dryRun = try await store.begin(try request(.dryRun, .web), by: worker)
      #expect(Set(try await store.unfinishedRuns().map(\.id)) == [backup.id, preflight.id, dryRun.id])
      #expect(try await store.queue(try request(.preflight, .cli), at: noon) == .joined(preflight.id))
      let planned = try await store.recorded(of: [try host("web-1")], isRange: false)
      #expect(planned.values.flatMap(\.runs).map(\.id) == [backup.id])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the planner is shown the newest of each kind and the backups since a good one`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1", "db", "new")
      let (web, db, undeclared) = (try host("web-1"), try host("db"), try host("undeclared"))
      let worker = try await store.worker()
      func run(_ kind: RunKind, _ state: RunState, of host: HostName) async throws -> Int64 {
        let run = try await store.begin(try request(kind, of: host.description, .cli), by: worker)
        if state.isFinished {
          _ = try await store.finishRun(run, RunResult(state: state, log: "x"), by: worker, at: noon)
        }
        return run.id
      }
      func planned(_ host: HostName) async throws -> [Int64]? {
        try await store.recorded(of: [host], isRange: false)[host]?.runs.map(\.id)
      }

      #expect(try await store.recorded(of: [db, web], isRange: false).isEmpty)
      _ = try await run(.discover, .succeeded, of: web)
      _ = try await run(.backup, .succeeded, of: web)
      let discover = try await run(.discover, .failed, of: web)
      let warned = try await run(.backup, .warning, of: web)
      let failed = try await run(.backup, .failed, of: web)
      let prune = try await run(.prune, .succeeded, of: web)
      let running = try await run(.backup, .running, of: web)
      let other = try await run(.backup, .failed, of: db)
      _ = try await run(.backup, .failed, of: undeclared)
      #expect(try await planned(web) == [running, prune, failed, warned, discover])
      #expect(try await planned(db) == [other])
      #expect(try await planned(undeclared) == [])
      let range = try await store.recorded(of: [db, web], isRange: true)
      for (host, recorded) in try await store.recorded(of: [db, web], isRange: false) {
        #expect(range[host]?.runs == recorded.runs)
        #expect(range[host]?.revision == recorded.revision)
        #expect(recorded.runs.allSatisfy { $0.log == nil })
      }
      #expect(range.count == 3)

      let begun = try #require(try await store.run(running))
      _ = try await store.finishRun(begun, RunResult(state: .interrupted), by: worker, at: noon)
      for _ in 0..<60 { _ = try await run(.backup, .cancelled, of: web) }
      let many = try #require(try await planned(web))
      #expect(many.count == 40 + 3)
      #expect(many.suffix(3) == [prune, warned, discover])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what is recorded of a host is its snapshots, runs, conditions and the number of its last change`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1", "web-2")
      let web = try host("web-1")
      let snapshot = Snapshot(host: web, id: try snapshotID(1), status: .success, startedAt: noon, metadata: "{}")
      try await store.record(snapshot, at: noon)
      let run = try #require(try await store.queue(try request(), at: noon).runID)
      let ready = Condition(.ready, .true, reason: "Ready", message: "", observedGeneration: 1, changedAt: noon)
      let finding = HostFinding(host: web, conditions: [ready], generation: 1)
      try await store.note([finding], by: try await store.controller())

      let recorded = try #require(try await store.recorded(of: [web, try host("web-2")], isRange: false)[web])
      #expect(recorded.snapshots == [SnapshotRecord(snapshot)])
      #expect(recorded.runs.map(\.id) == [run])
      #expect(recorded.conditions == [ready])
      #expect(recorded.revision == (try await store.hostChanges(after: 0).revision))
      #expect(try await store.recorded(of: [try host("web-2")], isRange: false).isEmpty)
    }
  }
}
