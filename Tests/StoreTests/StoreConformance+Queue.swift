// The queue: one unfinished run of a kind for each host, who goes first, and that each run goes to one worker.

import Engine
import Foundation
import Spec
import Support
import Testing

@testable import Store

extension StoreConformance {
  // MARK: - Queueing

  @Test(arguments: DatabaseMaker.allCases)
  func `a host has at most one unfinished run of a kind, whoever writes it`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store, database in
      let worker = try await store.worker()
      func insert(_ kind: RunKind, _ key: SQLValue, _ state: RunState) async throws {
        try await database.write { connection in
          _ = try connection.insert(
            into: "runs",
            [
              ("host", "web-1"), ("kind", kind.sqlValue), ("state", state.sqlValue), ("unfinished", key),
              ("trigger_source", "cli"), ("reason", "behind its back"), ("attempt", 1), ("prunes", 0),
              ("queued_at", noon.sqlValue), ("ranked_at", noon.sqlValue),
            ])
        }
      }
      func expectRefusal(_ state: RunState) async {
        let error = await storeError { try await insert(.backup, "backup/web-1", state) }
        #expect(error?.code == .constraint)
      }

      let first = try await store.queue(try request(.backup), at: noon)
      let id = try #require(first.runID)
      #expect(first == .queued(id))
      #expect(try await store.queue(try request(.backup), at: later(1)) == .joined(id))
      #expect(try await store.queue(try request(.backup, .web), at: later(1)) == .joined(id))
      #expect(try await store.queue(try request(.prune), at: later(1)) == .queued(id + 1))
      #expect(try await store.queue(try request(.backup, of: "web-2"), at: later(1)) == .queued(id + 2))
      await expectRefusal(.queued)
      await expectRefusal(.running)

      let run = try #require(try await store.claimRun(id, by: worker, at: later(2)))
      #expect(try await store.queue(try request(.backup), at: later(3)) == .joined(id))
      await expectRefusal(.queued)
      #expect(try await store.finishRun(run, RunResult(state: .failed), by: worker, at: later(4)))
      for _ in 0..<2 { try await insert(.backup, nil, .failed) }
      let next = try #require(try await store.queue(try request(.backup), at: later(5)).runID)
      #expect(next > id + 2)
      #expect(try await store.unfinishedRuns().map(\.id).sorted() == [id + 1, id + 2, next])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a person's request joins a queued run, moves it ahead and has its say`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      var planned = try request(.backup)
      planned.scheduledFor = noon
      planned.attempt = 2
      planned.snapshotKind = .scheduled
      planned.concurrencyGroups = ["site=a"]
      let other = try #require(try await store.queue(try request(.backup, of: "db"), at: noon).runID)
      let id = try #require(try await store.queue(planned, at: later(1)).runID)
      #expect(try await store.unfinishedRuns().map(\.id) == [other, id])

      var asked = try request(.backup, .cli, reason: "asked")
      asked.priority = .requested
      asked.requestedBy = "alice"
      asked.snapshotKind = .scheduled
      asked.prunes = true
      asked.maxDelete = 3
      asked.onlySnapshots = [try snapshotID(1)]
      #expect(try await store.queue(asked, at: later(10)) == .joined(id))
      #expect(try await store.unfinishedRuns().map(\.id) == [id, other])
      var expected = asked
      expected.priority = .scheduled
      expected.scheduledFor = noon
      expected.attempt = 2
      expected.snapshotKind = .scheduled
      expected.concurrencyGroups = ["site=a"]
      let ahead = later(10 - 6 * 3600)
      let joined = Run(id: id, expected, state: .queued, queuedAt: later(1), rankedAt: ahead)
      #expect(try await store.run(id) == joined)

      // Nobody's wish moves it back or takes away what another asked for, and what is planned changes nothing.
      var again = asked
      again.prunes = false
      _ = try await store.queue(again, at: later(99))
      #expect(try await store.run(id) == joined)
      #expect(try await store.queue(planned, at: later(99)) == .joined(id))
      #expect(try await store.run(id) == joined)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what is unfinished serves no request for something else`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      var scheduled = try request(.backup)
      scheduled.snapshotKind = .scheduled
      var manual = try request(.backup, .cli)
      manual.snapshotKind = .manual
      let backup = try #require(try await store.queue(scheduled, at: noon).runID)
      #expect(try await store.queue(manual, at: later(1)) == .obstructed(backup))
      #expect(try await store.run(backup)?.request == scheduled)

      let byPolicy = try request(.prune, .cli)
      var byName = byPolicy
      byName.snapshot = try snapshotID(1)
      byName.snapshotKind = byName.snapshot?.kind
      var another = byName
      another.snapshot = try snapshotID(2)
      let removal = try #require(try await store.queue(byName, at: noon).runID)
      #expect(try await store.queue(byName, at: later(1)) == .joined(removal))
      #expect(try await store.queue(another, at: later(1)) == .obstructed(removal))
      #expect(try await store.queue(byPolicy, at: later(1)) == .obstructed(removal))
      #expect(try await store.run(removal)?.request.snapshot == byName.snapshot)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a running prune keeps to what it began with`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let plain = try request(.prune, .cli)
      var approved = plain
      approved.maxDelete = 20
      let id = try #require(try await store.queue(plain, at: noon).runID)
      let worker = try await store.worker()
      _ = try #require(try await store.claimRun(id, by: worker, at: noon))
      #expect(try await store.queue(plain, at: noon) == .joined(id))
      #expect(try await store.queue(approved, at: noon) == .obstructed(id))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a request takes the rest from a run that was put back, and leaves one that is running as it is`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let run = try await store.begin(try request(.backup), by: worker)
      var asked = try request(.backup, .cli, reason: "asked")
      asked.priority = .requested
      #expect(try await store.queue(asked, at: later(1)) == .joined(run.id))
      #expect(try await store.run(run.id) == run)

      try await store.requeueRun(run.id, by: worker, notBefore: later(60), message: "busy", at: later(1))
      #expect(try await store.claimNext(by: worker, at: later(2)) == nil)
      #expect(try await store.queue(asked, at: later(3)) == .joined(run.id))
      #expect(try await store.run(run.id)?.notBefore == nil)
      #expect(try await store.claimNext(by: worker, at: later(4))?.id == run.id)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what was planned before the host changed is not queued`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1", "web-2")
      let controller = try await store.controller()
      func revision(_ name: String) async throws -> Int64 {
        try await store.recorded(of: [try host(name)], isRange: false)[try host(name)]?.revision ?? 0
      }
      func queue(_ revisions: (String, Int64)...) async throws -> [Queueing] {
        let runs = try revisions.map { PlannedRun(try request(.backup, of: $0.0), revision: $0.1) }
        return try await store.queue(runs, by: controller, at: noon)
      }

      let first = try #require(try await queue(("web-1", 0)).first?.runID)
      #expect(try await queue(("web-1", 0)) == [.outdated])
      #expect(try await queue(("web-1", try await revision("web-1"))) == [.joined(first)])
      let seen = try await revision("web-2")
      try await store.record(
        Snapshot(host: try host("web-2"), id: try snapshotID(1), status: .success, startedAt: noon), at: noon)
      #expect(try await queue(("web-2", seen)) == [.outdated])
      #expect(try await store.queueLength() == 1)
      #expect(
        try await queue(("web-2", try await revision("web-2")), ("web-1", 0), ("db", 0)) == [
          .queued(first + 1), .outdated, .queued(first + 2),
        ])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a controller that does not lead any more queues nothing`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let old = try await store.controller()
      let new = try await store.controller(at: later(20))
      let runs = [PlannedRun(try request(), revision: 0), PlannedRun(try request(of: "web-2"), revision: 0)]
      await #expect(throws: LeaseLost(name: Lease.controllerName)) {
        try await store.queue(runs, by: old, at: later(21))
      }
      #expect(try await store.unfinishedRuns().isEmpty)
      #expect(try await store.queue(runs, by: new, at: later(22)).count == 2)
      #expect(try await store.queueLength() == 2)
    }
  }

  // MARK: - Claiming

  @Test(
    arguments: DatabaseMaker.allCases,
    [
      (RunPriority.scheduled, 1, false), (.first, 3599, true), (.first, 3601, false), (.requested, 3601, true),
      (.requested, 6 * 3600 - 1, true), (.requested, 6 * 3600, false), (.requested, 6 * 3600 + 1, false),
    ])
  func `a run goes first if its head start is more than the other's wait`(
    _ maker: DatabaseMaker, _ late: (priority: RunPriority, by: Int, goesFirst: Bool)
  ) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let early = try #require(try await store.queue(try request(of: "db"), at: noon).runID)
      var later = try request(.verify)
      later.priority = late.priority
      let now = StoreTests.later(late.by)
      let next = try #require(try await store.queue(later, at: now).runID)
      let order = late.goesFirst ? [next, early] : [early, next]
      #expect(try await store.unfinishedRuns().map(\.id) == order)
      for id in order { #expect(try await store.claimNext(by: worker, at: now)?.id == id) }
      #expect(try await store.claimNext(by: worker, at: now) == nil)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `whether a run may start is asked with all that runs, the pauses and the settings`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      var spec = Spec()
      spec.settings = Settings()
      spec.settings?.maxConcurrentBackups = 7
      _ = try await store.apply(spec, as: .alice, prune: false, at: noon)
      let (mine, other) = (try await store.worker("worker/a"), try await store.worker("worker/b"))
      var grouped = try request(.backup, of: "db")
      grouped.concurrencyGroups = ["site=a"]
      _ = try await store.begin(grouped, by: other)
      let end = later(60)
      let pause = Pause(until: end, reason: nil, actor: "alice", pausedAt: noon)
      try await store.pause(try host("web-2"), pause)
      for name in ["web-1", "web-2", "web-3"] { _ = try await store.queue(try request(of: name), at: noon) }
      let (web2, db) = (try host("web-2"), try host("db"))
      func claim(at now: Date) async throws -> Run? {
        try await store.claimRun(of: [.backup, .prune], by: mine, at: now) { running, pauses, settings in
          let isAsked =
            running.map(\.host) == [db] && running.map(\.request.concurrencyGroups) == [["site=a"]]
            && settings?.maxConcurrentBackups == 7 && pauses.hosts == (now < end ? [web2: pause] : [:])
          return QueueAdmission { isAsked && $0.host == web2 }
        }
      }
      let run = try #require(try await claim(at: later(59)))
      #expect(run.host == web2)
      #expect(run.worker == mine.name)
      #expect(run.startedAt == later(59))
      // Of another lane, and after the limit of a page.
      #expect(try await store.claimNext(of: [.prune, .verify], by: mine) == nil)
      for index in 0..<210 { _ = try await store.queue(try request(.discover, of: "host-\(index)"), at: noon) }
      let last = try await store.claimRun(of: [.discover], by: mine, at: noon) { _, _, _ in
        QueueAdmission { $0.host.description == "host-209" }
      }
      #expect(last?.host.description == "host-209")
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a run is not taken up before its time, and one that was put back keeps its place`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let first = try await store.begin(try request(of: "db"), by: worker)
      _ = try await store.queue(try request(), at: later(1))
      try await store.requeueRun(
        first.id, by: worker, notBefore: later(30), message: "backup of db by process 7", at: later(1))
      let rested = try #require(try await store.run(first.id))
      #expect(rested.state == .queued)
      #expect(rested.worker == nil && rested.startedAt == nil)
      #expect(rested.message == "backup of db by process 7")
      #expect(rested.rankedAt == noon)
      #expect(try await store.claimNext(by: worker, at: later(29))?.host.description == "web-1")
      #expect(try await store.claimNext(by: worker, at: later(29)) == nil)
      #expect(try await store.claimRun(first.id, by: worker, at: later(29)) == nil)
      let again = try #require(try await store.claimNext(by: worker, at: later(30)))
      #expect(again.id == first.id)
      #expect(again.notBefore == nil)
      #expect(try await store.run(again.id)?.startedAt == later(30))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `only the worker that has a run puts it back`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let (mine, other) = (try await store.worker("worker/a"), try await store.worker("worker/b"))
      let run = try await store.begin(try request(), by: mine)
      try await store.requeueRun(run.id, by: other, notBefore: later(30), message: "busy", at: later(1))
      #expect(try await store.run(run.id) == run)
      _ = try await store.finishRun(run, RunResult(state: .succeeded), by: mine, at: later(1))
      try await store.requeueRun(run.id, by: mine, notBefore: later(30), message: "busy", at: later(1))
      #expect(try await store.run(run.id)?.state == .succeeded)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a run that is asked for by number is claimed whatever the limits are, but not beside another of its host`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let backup = try await store.begin(try request(.backup), by: worker)
      let prune = try #require(try await store.queue(try request(.prune), at: noon).runID)
      #expect(try await store.claimRun(prune, by: worker, at: noon) == nil)
      #expect(try await store.claimRun(backup.id, by: worker, at: noon) == nil)
      #expect(try await store.claimRun(99, by: worker, at: noon) == nil)
      _ = try await store.finishRun(backup, RunResult(state: .succeeded), by: worker, at: noon)
      #expect(try await store.claimRun(prune, by: worker, at: noon)?.state == .running)
      #expect(try await store.claimRun(backup.id, by: worker, at: noon) == nil)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a worker that was given up claims nothing`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let id = try #require(try await store.queue(try request(), at: noon).runID)
      try await store.endWorker(worker, at: later(1))
      await #expect(throws: LeaseLost(name: worker.name)) { try await store.claimNext(by: worker, at: later(2)) }
      await #expect(throws: LeaseLost(name: worker.name)) { try await store.claimRun(id, by: worker, at: later(2)) }
      #expect(try await store.run(id)?.state == .queued)
    }
  }

  @Test(.timeLimit(.minutes(5)), arguments: DatabaseMaker.allCases)
  func `eight workers at once take up each of many runs once, and never exceed the limits`(
    _ maker: DatabaseMaker
  ) async throws {
    let (lane, groupLimit, count) = (12, 2, 200)
    try await maker.withStore { store in
      for index in 0..<count {
        // Two runs a host, one of each of two kinds; a host in ten has a group for itself and its like.
        var asked = try request(index.isMultiple(of: 2) ? .backup : .prune, of: "host-\(index / 2)")
        asked.concurrencyGroups = ["site=\(index / 2 % 10)"]
        _ = try await store.queue(asked, at: later(index))
      }
      let taken = try await withThrowingTaskGroup(of: [Int64].self) { group in
        for number in 0..<8 {
          group.addTask { try await drain(store, as: "worker/\(number)", lane: lane, groupLimit: groupLimit) }
        }
        return try await group.reduce(into: []) { $0 += $1 }
      }
      #expect(taken.count == count)
      #expect(Set(taken).count == count)
      let ended = try await store.runs(limit: count + 1)
      #expect(ended.count == count && ended.allSatisfy { $0.state == .succeeded })
    }
  }

  /// Claims runs until none is left, and finishes them in twos and threes.
  private func drain(_ store: Store, as name: String, lane: Int, groupLimit: Int) async throws -> [Int64] {
    let worker = try await store.worker(name)
    var taken: [Int64] = []
    var held: [Run] = []
    while true {
      let run = try await store.claimRun(of: [.backup, .prune], by: worker, at: later(1000)) { running, _, _ in
        let crowd = Crowd(running)
        return QueueAdmission { crowd.isWithin(lane: lane, group: groupLimit, with: $0) }
      }
      if let run {
        held.append(run)
        taken.append(run.id)
        let running = try await store.unfinishedRuns().filter { $0.state == .running }
        #expect(Crowd(running).isWithin(lane: lane, group: groupLimit, with: nil), "\(running.map(\.request))")
      }
      if run == nil || held.count == 3 {
        for run in held {
          #expect(try await store.finishRun(run, RunResult(state: .succeeded), by: worker, at: later(2000)))
        }
        held = []
      }
      if run == nil, try await store.queueLength() == 0 { return taken }
    }
  }

  // MARK: - Ends

  @Test(arguments: DatabaseMaker.allCases)
  func `a run that was taken from its worker stays interrupted, and the snapshot it made is remembered`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let run = try await store.begin(try request(), by: worker)
      let lease = try #require(try await store.leases().first)
      #expect(try await store.endWorker(lease, at: later(60)).map(\.id) == [run.id])
      let before = try await store.hostChanges(after: 0).revision

      let made = Snapshot(host: run.host, id: try snapshotID(1), status: .success, startedAt: noon)
      let result = RunResult(state: .succeeded, snapshot: made.id)
      #expect(try await !store.finishRun(run, result, snapshot: made, by: worker, at: later(61)))
      #expect(try await store.snapshots(of: run.host) == [made])
      let ended = try #require(try await store.run(run.id))
      #expect(ended.state == .interrupted)
      #expect(ended.finishedAt == later(60))
      #expect(ended.snapshot == nil)
      #expect(try await store.events(limit: 5).map(\.reason) == ["backup_interrupted"])
      #expect(try await store.hostChanges(after: before).hosts == [run.host])

      // Nor does it end the run that took its place.
      let other = try await store.worker("worker/b")
      let next = try await store.begin(try request(), by: other, at: later(62))
      #expect(try await !store.finishRun(next, result, by: worker, at: later(63)))
      #expect(try await store.run(next.id)?.state == .running)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a queued run is cancelled at once, one that runs is asked to stop`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let queued = try #require(try await store.queue(try request(of: "db"), at: noon).runID)
      #expect(try await store.cancelRun(queued, by: "alice", at: later(1)) == .cancelled)
      let cancelled = try #require(try await store.run(queued))
      #expect(cancelled.state == .cancelled)
      #expect(cancelled.errorCode == "cancelled")
      #expect(cancelled.message == "cancelled by alice")
      #expect(cancelled.finishedAt == later(1))
      #expect(cancelled.cancelledBy == "alice")
      #expect(try await store.events(limit: 5).map(\.reason) == ["backup_cancelled"])
      #expect(try await store.claimNext(by: worker) == nil)
      #expect(try await store.cancelRun(queued, by: "bob", at: later(2)) == .over(.cancelled))

      let run = try await store.begin(try request(), by: worker)
      #expect(try await store.cancelRun(run.id, by: "alice", at: later(3)) == .requested)
      #expect(try await store.run(run.id)?.state == .running)
      #expect(try await store.renew(worker, progress: [:], at: later(4)) == [run.id: "alice"])
      _ = try await store.finishRun(run, RunResult(state: .succeeded), by: worker, at: later(5))
      #expect(try await store.renew(worker, progress: [:], at: later(6)).isEmpty)
      #expect(try await store.cancelRun(run.id, by: "alice", at: later(7)) == .over(.succeeded))
      #expect(try await store.run(run.id)?.state == .succeeded)
      #expect(try await store.cancelRun(99, by: "alice", at: later(8)) == .unknownRun)
      #expect(try await store.unfinishedRuns().isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a run that somebody has cancelled is not put back`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let worker = try await store.worker()
      let run = try await store.begin(try request(), by: worker)
      #expect(try await store.cancelRun(run.id, by: "alice", at: later(1)) == .requested)
      try await store.requeueRun(run.id, by: worker, notBefore: later(30), message: "busy", at: later(1))
      let ended = try #require(try await store.run(run.id))
      #expect(ended.state == .cancelled)
      #expect(ended.message == "cancelled by alice")
      #expect(try await store.queue(try request(), at: later(3)) == .queued(run.id + 1))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what a person asked for is queued again when a service is cut off`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let service = try await store.worker("worker/a")
      let command = try await store.worker("command/b")
      var asked = try request(.backup, .cli)
      asked.requestedBy = "alice"
      asked.prunes = true
      let cutOff = try await store.begin(asked, by: service)
      try await store.finishRun(cutOff, RunResult(state: .interrupted), by: service, at: later(1))
      let again = try #require(try await store.unfinishedRuns().first)
      #expect(again.state == .queued)
      #expect(again.request.requestedBy == "alice")
      #expect(again.request.prunes)
      #expect(again.request.attempt == 2)
      // The same when the service dies.
      _ = try #require(try await store.claimRun(again.id, by: service, at: later(2)))
      try await store.endWorker(service, at: later(3))
      #expect(try await store.unfinishedRuns().map(\.request.attempt) == [3])
      // A command that dies has told whoever ran it, and what is planned is planned again.
      let third = try #require(try await store.unfinishedRuns().first)
      _ = try #require(try await store.claimRun(third.id, by: command, at: later(4)))
      try await store.endWorker(command, at: later(5))
      #expect(try await store.unfinishedRuns() == [])
      let other = try await store.worker("worker/c")
      let planned = try await store.begin(try request(.backup, .schedule), by: other)
      try await store.finishRun(planned, RunResult(state: .interrupted), by: other, at: later(6))
      #expect(try await store.unfinishedRuns() == [])
    }
  }
}

/// Runs that are at work together.
private struct Crowd {
  private let lanes: [RunKind: Int]
  private let groups: [String: Int]
  private let hosts: [HostName: Int]

  init(_ runs: [Run]) {
    lanes = Dictionary(grouping: runs, by: \.kind).mapValues(\.count)
    groups = Dictionary(grouping: runs.flatMap(\.request.concurrencyGroups)) { $0 }.mapValues(\.count)
    hosts = Dictionary(grouping: runs, by: \.host).mapValues(\.count)
  }

  /// Whether they are within limits, or would be with one more.
  func isWithin(lane: Int, group: Int, with run: Run?) -> Bool {
    guard let run else {
      return lanes.values.allSatisfy { $0 <= lane } && groups.values.allSatisfy { $0 <= group }
        && hosts.values.allSatisfy { $0 == 1 }
    }
    return lanes[run.kind, default: 0] < lane && hosts[run.host] == nil
      && run.request.concurrencyGroups.allSatisfy { groups[$0, default: 0] < group }
  }
}
