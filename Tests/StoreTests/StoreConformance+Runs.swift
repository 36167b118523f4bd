// Runs: begun, finished once, and what the planner is shown of them.

import Engine
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases) func `a run is finished once`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      let begun = NewRun(
        host: web, kind: .backup, trigger: .schedule, reason: "due at 02:15", scheduledFor: noon,
        snapshot: try snapshotID(1), queuedAt: later(1), processID: 4711)
      let id = try await store.startRun(begun, at: later(2))
      #expect(
        try await store.unfinishedRuns() == [
          Run(
            id: id, host: web, kind: .backup, state: .running, trigger: .schedule, reason: "due at 02:15",
            scheduledFor: noon, snapshot: try snapshotID(1), queuedAt: later(1), startedAt: later(2), processID: 4711)
        ])

      var stats = SnapshotStats()
      stats.literalDataBytes = 1 << 40
      let result = RunResult(
        state: .warning, exitCode: 24, errorCode: "vanished", message: "2 files vanished", log: "a\nb\n", stats: stats)
      #expect(try await store.finishRun(id, result, at: later(3)))
      #expect(try await !store.finishRun(id, RunResult(state: .interrupted), at: later(4)))
      let finished = Run(
        id: id, host: web, kind: .backup, state: .warning, trigger: .schedule, reason: "due at 02:15",
        scheduledFor: noon, snapshot: try snapshotID(1), queuedAt: later(1), startedAt: later(2), finishedAt: later(3),
        exitCode: 24, errorCode: "vanished", message: "2 files vanished", log: "a\nb\n", stats: stats, processID: 4711)
      #expect(try await store.run(id) == finished)
      #expect(try await store.runs(of: web, limit: 5) == [finished])
      #expect(try await store.runs(of: try host("db"), limit: 5).isEmpty)
      #expect(try await store.unfinishedRuns().isEmpty)
      #expect(try await store.run(id + 1) == nil)
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `a long log keeps its end`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let run = NewRun(host: try host("web-1"), kind: .verify, trigger: .cli, reason: "asked")
      let id = try await store.startRun(run, at: noon)
      let lines = (0..<20_000).map { "line \($0) é\n" }.joined()
      _ = try await store.finishRun(id, RunResult(state: .failed, log: lines), at: noon)
      let log = try #require(try await store.run(id)?.log)
      #expect(log.utf8.count < 66_000)
      #expect(log.hasSuffix("line 19999 é\n"))
      #expect(log.split(separator: "\n").first?.hasSuffix("bytes before this are left out)") == true)
      #expect(log.split(separator: "\n").dropFirst().first?.hasPrefix("line ") == true)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the planner is shown the newest of each kind and the backups since a good one`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1", "db", "new")
      let web = try host("web-1")
      func run(_ kind: RunKind, _ state: RunState, of host: HostName) async throws -> Int64 {
        let id = try await store.startRun(NewRun(host: host, kind: kind, trigger: .cli, reason: "test"), at: noon)
        if state.isFinished { _ = try await store.finishRun(id, RunResult(state: state, log: "x"), at: noon) }
        return id
      }
      func planned(_ host: HostName) async throws -> [Int64]? { try await store.runsForPlanning()[host]?.map(\.id) }

      #expect(try await store.runsForPlanning().isEmpty)
      _ = try await run(.discover, .succeeded, of: web)
      _ = try await run(.backup, .succeeded, of: web)
      let discover = try await run(.discover, .failed, of: web)
      let warned = try await run(.backup, .warning, of: web)
      let failed = try await run(.backup, .failed, of: web)
      let prune = try await run(.prune, .succeeded, of: web)
      let running = try await run(.backup, .running, of: web)
      let other = try await run(.backup, .failed, of: try host("db"))
      _ = try await run(.backup, .failed, of: try host("undeclared"))
      #expect(try await planned(web) == [running, prune, failed, warned, discover])
      #expect(try await planned(try host("db")) == [other])
      #expect(try await planned(try host("undeclared")) == nil)
      #expect(try await store.runsForPlanning()[web]?.allSatisfy { $0.log == nil } == true)

      for _ in 0..<60 { _ = try await run(.backup, .cancelled, of: web) }
      let many = try #require(try await planned(web))
      #expect(many.count == 45 + 3)
      #expect(many.suffix(3) == [prune, warned, discover])
    }
  }
}
