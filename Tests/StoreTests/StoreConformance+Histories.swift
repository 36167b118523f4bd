// Histories page by page, marks of change, figures for watchers, and runs that are asked for again.

import Engine
import Spec
import Support
import Testing

@testable import Store

extension StoreConformance {
  // MARK: - Pages

  @Test(arguments: DatabaseMaker.allCases)
  func `runs are paged through in both directions, and nothing is shown twice`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      var ids: [Int64] = []
      for number in 1...7 {
        ids.append(try #require(try await store.queue(try request(of: "web-\(number)"), at: later(number)).runID))
      }
      ids.reverse()
      func page(_ place: HistoryPlace<Int64>) async throws -> HistoryPage<Int64> {
        let found = try await store.runs(matching: RunFilter(), at: place, limit: 3)
        return HistoryPage(found.entries.map(\.id), hasNewer: found.hasNewer, hasOlder: found.hasOlder)
      }
      let newest = HistoryPage(Array(ids[0..<3]), hasNewer: false, hasOlder: true)
      let middle = HistoryPage(Array(ids[3..<6]), hasNewer: true, hasOlder: true)
      #expect(try await page(.newest) == newest)
      #expect(try await page(.before(ids[2])) == middle)
      #expect(try await page(.before(ids[5])) == HistoryPage([ids[6]], hasNewer: true, hasOlder: false))
      #expect(try await page(.after(ids[6])) == middle)
      #expect(try await page(.after(ids[3])) == newest)
      #expect(try await page(.after(ids[1])) == newest, "the newest page is full")
      #expect(try await page(.before(ids[6])) == HistoryPage([], hasNewer: true, hasOlder: false))
      #expect(try await page(.after(.max)) == newest)
      // One that comes meanwhile moves nothing.
      _ = try await store.queue(try request(of: "db"), at: later(9))
      #expect(try await page(.before(ids[2])) == middle)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `runs are chosen by host, state, kind and trigger`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let failed = try await store.begin(try request(.backup, .cli), by: worker)
      _ = try await store.finishRun(failed, RunResult(state: .failed), by: worker, at: noon)
      let running = try await store.begin(try request(.backup, of: "db"), by: worker)
      let queued = try #require(try await store.queue(try request(.prune, .web), at: noon).runID)
      func found(_ change: (inout RunFilter) throws -> Void) async throws -> [Int64] {
        var filter = RunFilter()
        try change(&filter)
        return try await store.runs(matching: filter, limit: 10).entries.map(\.id)
      }
      #expect(try await found { $0.host = try host("web-1") } == [queued, failed.id])
      #expect(try await found { $0.states = [.running, .failed] } == [running.id, failed.id])
      #expect(try await found { $0.kinds = [.prune] } == [queued])
      #expect(try await found { $0.triggers = [.cli, .web] } == [queued, failed.id])
      #expect(
        try await found {
          $0.triggers = [.cli]
          $0.kinds = [.prune]
        } == [])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `events are paged through by when they happened last`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      func note(_ reason: String, _ severity: EventSeverity, at second: Int) async throws {
        let event = NewEvent(host: try host("web-1"), severity: severity, reason: reason, message: reason)
        try await store.record(event, at: later(second))
      }
      for (number, reason) in ["a", "b", "c", "d"].enumerated() {
        try await note(reason, reason == "c" ? .error : .info, at: number / 2)
      }
      try await note("a", .info, at: 9)
      let all = try await store.events(matching: EventFilter(), limit: 10)
      #expect(all.entries.map(\.reason) == ["a", "d", "c", "b"])
      let first = try await store.events(matching: EventFilter(), limit: 2)
      #expect(first.entries.map(\.reason) == ["a", "d"])
      let second = try await store.events(
        matching: EventFilter(), at: .before(try #require(first.entries.last).key), limit: 2)
      #expect(second.entries.map(\.reason) == ["c", "b"])
      #expect(!second.hasOlder && second.hasNewer)
      let back = try await store.events(
        matching: EventFilter(), at: .after(try #require(second.entries.first).key), limit: 1)
      #expect(back.entries.map(\.reason) == ["d"])

      var filter = EventFilter()
      filter.severities = [.error]
      #expect(try await store.events(matching: filter, limit: 10).entries.map(\.reason) == ["c"])
      filter = EventFilter()
      filter.since = later(1)
      #expect(try await store.events(matching: filter, limit: 10).entries.map(\.reason) == ["a", "d", "c"])
      filter.host = try host("db")
      #expect(try await store.events(matching: filter, limit: 10).entries.isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `purges and deliveries are paged through`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      for number in 1...3 {
        try await store.recordPurge(
          Purge(
            host: try host("web-\(number)"), kind: .scheduled, name: "s\(number)", path: "/p", reason: "old",
            action: .scheduled, actor: "alice", at: later(number)))
        try await store.record(
          NewDelivery(notification: try name("chat"), host: try host("web-\(number)"), notice: "{}"),
          endedAs: number == 2 ? .failed : .delivered, at: later(number))
      }
      let purges = try await store.purges(of: nil, limit: 2)
      #expect(purges.entries.map(\.purge.name) == ["s3", "s2"])
      let older = try await store.purges(of: nil, at: .before(try #require(purges.entries.last).id), limit: 2)
      #expect(older.entries.map(\.purge.name) == ["s1"])
      #expect(try await store.purges(of: try host("web-2"), limit: 2).entries.map(\.purge.name) == ["s2"])
      #expect(try await store.deliveries(of: nil, in: [.failed], limit: 5).entries.map(\.host) == [try host("web-2")])
      #expect(try await store.deliveries(of: nil, limit: 5).entries.count == 3)
    }
  }

  // MARK: - Marks and figures

  @Test(arguments: DatabaseMaker.allCases)
  func `a mark changes with what it is of`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      var last = try await store.changeStamps()
      func changes(_ what: String, _ body: () async throws -> Void) async throws -> String {
        try await body()
        let now = try await store.changeStamps()
        defer { last = now }
        let changed = [
          ("runs", now.runs != last.runs), ("hosts", now.hosts != last.hosts), ("events", now.events != last.events),
        ]
        return changed.filter(\.1).map(\.0).joined(separator: " ")
      }
      #expect(try await changes("nothing") {} == "")
      #expect(try await changes("spec") { try await store.declare("web-1") } == "hosts")
      var run: Run?
      let begun = try await changes("begin") { run = try await store.begin(try request(.backup, .cli), by: worker) }
      #expect(begun == "runs hosts")
      let running = try #require(run)
      let progress = TransferProgress(bytes: 7, percent: 1, rate: "1MB/s", remainingFiles: 3, knownFiles: 9)
      let told = try await changes("progress") {
        _ = try await store.renew(worker, progress: [running.id: progress], at: later(1))
      }
      #expect(told == "runs")
      let cancelled = try await changes("cancel") {
        _ = try await store.cancelRun(running.id, by: "alice", at: later(2))
      }
      #expect(cancelled == "runs")
      let ended = try await changes("end") {
        _ = try await store.finishRun(running, RunResult(state: .cancelled), by: worker, at: later(3))
      }
      #expect(ended == "runs hosts events")
      let event = NewEvent(severity: .info, reason: "x", message: "y")
      #expect(try await changes("event") { try await store.record(event, at: later(4)) } == "events")
      #expect(try await changes("again") { try await store.record(event, at: later(5)) } == "events")
      #expect(try await changes("renewal") { try await store.renew(worker, at: later(6)) } == "")
      #expect(try await changes("worker") { try await store.endWorker(worker, at: later(7)) } == "hosts")
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the figures of a host are those of its newest good scheduled snapshot`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1", "db")
      let web = try host("web-1")
      func record(_ number: Int, _ kind: SnapshotKind, _ status: SnapshotStatus, bytes: Int64) async throws {
        var stats = SnapshotStats()
        stats.durationSeconds = Double(number)
        stats.literalDataBytes = bytes
        stats.apparentSizeBytes = bytes * 10
        try await store.record(
          Snapshot(
            host: web, id: try snapshotID(number, kind), status: status, startedAt: later(number),
            finishedAt: later(number + 1), stats: stats), at: later(number))
      }
      try await record(1, .scheduled, .success, bytes: 1)
      try await record(2, .scheduled, .warning, bytes: 2)
      try await record(3, .scheduled, .partial, bytes: 3)
      try await record(4, .manual, .success, bytes: 4)
      try await record(50, .scheduled, .success, bytes: 5)
      let figures = try await store.hostFigures(at: later(10))
      #expect(figures.count == 2)
      let newest = try #require(figures[web]?.newestGood)
      #expect(
        newest.startedAt == later(2) && newest.finishedAt == later(3), "what is dated in the future tells nothing")
      #expect(newest.durationSeconds == 2 && newest.transferredBytes == 2 && newest.sizeBytes == 20)
      #expect(figures[web]?.scheduled == 4 && figures[web]?.manual == 1)
      #expect(try figures[host("db")] == HostFigures())
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the queue is counted by kind, and runs are marked by how far they are`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let ended = try await store.begin(try request(.backup, of: "a"), by: worker)
      _ = try await store.finishRun(ended, RunResult(state: .failed), by: worker, at: noon)
      let running = try await store.begin(try request(.backup, of: "b"), by: worker)
      for (number, name) in ["c", "d"].enumerated() {
        _ = try await store.queue(try request(.backup, of: name), at: later(number + 5))
      }
      let figures = try await store.queueFigures()
      let queued = try #require(figures.first { $0.state == .queued })
      #expect(queued == QueueFigure(kind: .backup, state: .queued, count: 2, oldest: later(5)))
      #expect(figures.first { $0.state == .running }?.count == 1)
      #expect(figures.count == 2)

      let next = running.id + 2
      #expect(try await store.runMarks(from: next, and: []).map(\.id) == [running.id, running.id + 1, next])
      let marks = try await store.runMarks(from: next, and: [ended.id, running.id])
      #expect(marks.first == RunMark(id: ended.id, kind: .backup, state: .failed))
      #expect(marks.count == 4)
    }
  }

  // MARK: - Logs and retries

  @Test(arguments: DatabaseMaker.allCases)
  func `a log is noted while the run goes on, and stays when its worker dies`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let run = try await store.begin(try request(), by: worker)
      let other = try await store.begin(try request(of: "db"), by: try await store.worker("worker/b"))
      _ = try await store.renew(worker, progress: [:], logs: [run.id: "one\n", other.id: "not mine\n"], at: later(1))
      #expect(try await store.run(run.id)?.log == "one\n")
      #expect(try await store.run(other.id)?.log == nil)
      _ = try await store.renew(worker, progress: [:], at: later(2))
      #expect(try await store.run(run.id)?.log == "one\n")
      let long = String(repeating: "0123456789\n", count: 10_000)
      _ = try await store.renew(worker, progress: [:], logs: [run.id: long], at: later(3))
      #expect(try #require(try await store.run(run.id)?.log).utf8.count < 66_000)
      _ = try await store.renew(worker, progress: [:], logs: [run.id: "one\ntwo\n"], at: later(4))
      try await store.endWorker(worker, at: later(5))
      let dead = try #require(try await store.run(run.id))
      #expect(dead.state == .interrupted && dead.log == "one\ntwo\n")
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a run that did not go well is asked for again as it was`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      var asked = try request(.prune)
      asked.maxDelete = 3
      asked.onlySnapshots = [try snapshotID(1)]
      asked.scheduledFor = noon
      asked.attempt = 2
      let run = try await store.begin(asked, by: worker)
      #expect(!run.mayBeRetried)
      _ = try await store.finishRun(run, RunResult(state: .failed, message: "no"), by: worker, at: later(1))
      let failed = try #require(try await store.run(run.id))
      #expect(failed.mayBeRetried)
      let id = try #require(try await store.queue(failed.retry(by: "alice", trigger: .web), at: later(2)).runID)
      let again = try #require(try await store.run(id))
      #expect(id != run.id)
      #expect(again.trigger == .web && again.request.requestedBy == "alice")
      #expect(again.request.maxDelete == 3)
      #expect(again.request.onlySnapshots == [try snapshotID(1)])
      #expect(again.request.attempt == 1 && again.scheduledFor == nil)
      #expect(try await store.attempts(of: run.host, kind: .prune, for: noon).map(\.id) == [run.id])
    }
  }
}
