// The controller: plans for what has changed and nothing else, leads alone, and closes what dead workers left.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct ControllerTests {
  private static let fleet = """
    settings: {backup_root: /backups}
    schedules: {nightly: {cron: "15 2 * * *"}}
    hosts: {web-1: {schedule: nightly}, web-2: {schedule: nightly}, web-3: {schedule: nightly}}
    """

  private let hosts: [HostName]

  init() throws { hosts = try (1...3).map { try HostName(text: "web-\($0)") } }

  /// A site whose three hosts have their backups, and a controller that leads and has looked at them.
  private func settled() async throws -> (Site, Controller) {
    let site = try await Site()
    try await site.apply(Self.fleet)
    for host in hosts { try await site.record("2026-05-19 02:16", of: host) }
    let controller = try site.controller()
    let first = try await controller.round()
    #expect(first.isLeading && first.planned == 3 && first.queued.isEmpty)
    _ = site.disk.takeLooks()
    return (site, controller)
  }

  // MARK: - What is planned

  @Test func `the first round looks at all hosts, the second at none`() async throws {
    let (site, controller) = try await settled()
    let second = try await controller.round()
    #expect(second.isLeading && second.planned == 0 && second.queued.isEmpty)
    #expect(site.disk.takeLooks().isEmpty)
    let conditions = try await site.store.conditions()
    #expect(Set(conditions.keys) == Set(hosts))
    #expect(conditions.values.allSatisfy { $0.count == 4 })
    let records = try await site.store.desired().records
    #expect(hosts.allSatisfy { records[.host($0)]?.observedGeneration == 1 })
    #expect(await controller.nextDue == (try time("2026-05-20 02:15")))
  }

  @Test func `what is due is queued, once, with all that its worker has to know`() async throws {
    let site = try await Site()
    try await site.apply(Self.fleet)
    try await site.apply(
      "settings: {backup_root: /backups, concurrency_groups: {site: 2}}\nhosts: {web-3: {labels: {site: a}, "
        + "schedule: nightly}}\nschedules: {nightly: {cron: \"15 2 * * *\"}}")
    try await site.record("2026-05-18 02:16", of: hosts[2])
    let controller = try site.controller()
    let first = try await controller.round()
    #expect(first.planned == 3 && first.queued.count == 3)
    for _ in 0..<3 { #expect(try await controller.round().queued.isEmpty) }
    #expect(try await controller.round().planned == 0)

    let queued = try await site.store.unfinishedRuns()
    #expect(queued.map(\.host) == hosts, "those without any snapshot first")
    #expect(queued.map(\.id).sorted() == first.queued)
    for run in queued {
      #expect(run.kind == .backup && run.trigger == .schedule && run.state == .queued)
      #expect(run.scheduledFor == (try time("2026-05-19 02:15")))
      #expect(run.request.attempt == 1)
      #expect(run.request.snapshotKind == .scheduled)
      #expect(run.request.concurrencyGroups == (run.host == hosts[2] ? ["site=a"] : []))
      #expect(!run.reason.isEmpty)
    }
    #expect(
      await controller.holds.mapValues(\.code) == [hosts[0]: .underWay, hosts[1]: .underWay, hosts[2]: .underWay])
  }

  @Test func `what is queued counts for the groups that its host is in by now`() async throws {
    let site = try await Site()
    try await site.apply(Self.fleet)
    let controller = try site.controller()
    _ = try await controller.round()
    func groups() async throws -> [[String]] {
      try await site.store.unfinishedRuns().sorted { $0.host < $1.host }.map(\.request.concurrencyGroups)
    }
    #expect(try await groups() == [[], [], []])
    try await site.apply(
      "hosts: {web-2: {labels: {site: b}, schedule: nightly}}\nschedules: {nightly: {cron: \"15 2 * * *\"}}")
    try await site.apply("settings: {backup_root: /backups, concurrency_groups: {site: 1}}")
    _ = try await controller.round()
    #expect(try await groups() == [[], ["site=b"], []])
    try await site.apply("settings: {backup_root: /backups}")
    _ = try await controller.round()
    #expect(try await groups() == [[], [], []])
  }

  @Test func `a change of one host's spec is planned for that host`() async throws {
    let (site, controller) = try await settled()
    try await site.apply("hosts: {web-2: {suspended: true}}")
    #expect(try await controller.round().planned == 1)
    #expect(site.disk.takeLooks() == [hosts[1]])
    #expect(await controller.holds.mapValues(\.code) == [hosts[1]: .suspended])
    #expect(try await site.store.desired().records[.host(hosts[1])]?.observedGeneration == 2)
    #expect(try await controller.round().planned == 0)
  }

  @Test func `what a spec asks for is queued at once, once, and not again when it is done`() async throws {
    let (site, controller) = try await settled()
    try await site.apply("hosts: {web-2: {run_requested: before the upgrade}}")
    let queued = try #require(try await controller.round().queued.first)
    let worker = try await site.worker()
    let run = try #require(try await site.store.claimRun(queued, by: worker, at: site.time.clock.now))
    #expect(run.host == hosts[1] && run.trigger == .reconcile && run.request.snapshotKind == .manual)
    #expect(run.request.runRequested?.description == "before the upgrade")
    _ = try await site.store.finishRun(run, RunResult(state: .succeeded), by: worker, at: site.time.clock.now)
    #expect(try await controller.round().queued.isEmpty)
    #expect(try await site.store.declaredRequest(of: hosts[1])?.isOpen == false)
  }

  @Test func `a change of what hosts share is planned for all`() async throws {
    let (site, controller) = try await settled()
    try await site.apply("schedules: {nightly: {cron: \"15 3 * * *\"}}")
    let round = try await controller.round()
    #expect(round.planned == 3 && round.queued.count == 3)
    #expect(site.disk.takeLooks() == hosts)
  }

  @Test func `new hosts are planned for, and deleted ones no more`() async throws {
    let (site, controller) = try await settled()
    try await site.apply("schedules: {nightly: {cron: \"15 2 * * *\"}}\nhosts: {web-4: {schedule: nightly}}")
    let round = try await controller.round()
    #expect(round.planned == 1 && round.queued.count == 1)
    #expect(site.disk.takeLooks() == [try HostName(text: "web-4")])
    let origin = ChangeOrigin(source: "tests", actor: "tests")
    try await site.store.delete(.host(hosts[0]), as: origin, at: site.time.clock.now)
    #expect(try await controller.round().queued.isEmpty)
    #expect(site.disk.takeLooks() == [hosts[0], try HostName(text: "web-4")], "what is left of it is looked after")
    #expect(try await controller.round().planned == 0)
  }

  @Test func `a run that ends is followed by a plan for its host`() async throws {
    let (site, controller) = try await settled()
    let worker = try await site.worker()
    let request = RunRequest(host: hosts[0], kind: .verify, trigger: .cli, reason: "asked")
    let id = try #require(try await site.store.queue(request, at: site.time.clock.now).runID)
    _ = try await controller.round()
    let run = try #require(try await site.store.claimRun(id, by: worker, at: site.time.clock.now))
    _ = try await controller.round()
    #expect(await controller.holds.mapValues(\.code) == [hosts[0]: .underWay])
    _ = site.disk.takeLooks()
    _ = try await site.store.finishRun(run, RunResult(state: .succeeded), by: worker, at: site.time.clock.now)
    #expect(try await controller.round().planned == 1)
    #expect(site.disk.takeLooks() == [hosts[0]])
    #expect(await controller.holds.isEmpty)
  }

  @Test func `a pause is seen, and its end as well`() async throws {
    let (site, controller) = try await settled()
    let now = site.time.clock.now
    let end = try time("2026-05-20 03:00")
    try await site.store.pause(hosts[1], Pause(until: end, reason: nil, actor: "alice", pausedAt: now))
    #expect(try await controller.round().planned == 1)
    #expect(await controller.holds.mapValues(\.code) == [hosts[1]: .paused])
    try await site.store.pause(nil, Pause(until: end, reason: nil, actor: "alice", pausedAt: now))
    #expect(try await controller.round().planned == 3)
    #expect(await controller.holds.count == 3)

    // The night passes; nothing is queued before the end of the pause.
    site.time.advance(14 * 3600 + 1800)
    #expect(try await controller.round().queued.isEmpty)
    site.time.advance(1800)
    #expect(try await controller.round().queued.count == 3)
  }

  @Test func `time brings what falls due, for the hosts for which it does`() async throws {
    let (site, controller) = try await settled()
    try await site.apply("schedules: {early: {cron: \"15 14 * * *\"}}\nhosts: {web-3: {schedule: early}}")
    _ = try await controller.round()
    _ = site.disk.takeLooks()
    let due = try time("2026-05-19 14:15")
    #expect(await controller.nextDue == due)
    site.time.advance(due.timeIntervalSince(site.time.clock.now) - 1)
    _ = try await controller.round()
    site.time.advance(1)
    _ = site.disk.takeLooks()
    let round = try await controller.round()
    #expect(round.queued.count == 1)
    #expect(site.disk.takeLooks() == [hosts[2]])
  }

  @Test func `what nobody told of is found by sweeping`() async throws {
    let (site, controller) = try await settled()
    site.disk.add(try snapshot("2026-05-01 02:16").id, of: hosts[2])
    #expect(try await controller.round().planned == 0)
    site.time.advance(29)
    #expect(try await controller.round().planned == 0)
    site.time.advance(1)
    let round = try await controller.round()
    #expect(round.queued.count == 1)
    #expect(try await site.store.unfinishedRuns().map(\.kind) == [.discover])
  }

  @Test func `all is looked at again when the clock was set`() async throws {
    let (site, controller) = try await settled()
    site.time.set(try time("2026-05-20 12:00"))
    let round = try await controller.round()
    #expect(round.planned == 3 && round.queued.count == 3)
  }

  // MARK: - The backup root

  @Test func `with a backup root that cannot be used nothing is queued, and that is said once`() async throws {
    let site = try await Site()
    try await site.apply(Self.fleet)
    site.disk.problem = "mount its disk"
    let controller = try site.controller()
    for _ in 0..<3 {
      #expect(try await controller.round().queued.isEmpty)
      site.time.advance(30)
    }
    #expect(try await site.store.unfinishedRuns().isEmpty)
    let events = try await site.store.events(limit: 5)
    #expect(events.map(\.reason) == ["backup_root_unusable"])
    #expect(events.map(\.message) == ["mount its disk"])
    #expect(events.map(\.count) == [1])
    for host in hosts {
      let ready = try #require(try await site.store.conditions(of: host).first)
      #expect(ready.type == .ready && ready.status == .false)
      #expect(ready.reason == "BackupRootUnusable")
      #expect(ready.message == "mount its disk")
    }
    site.disk.problem = nil
    #expect(try await controller.round().queued.count == 3)
    let ready = try #require(try await site.store.conditions(of: hosts[0]).first)
    #expect(ready.reason != "BackupRootUnusable")
  }

  // MARK: - Who leads

  @Test func `one of two controllers leads, while it does so`() async throws {
    let site = try await Site()
    try await site.apply(Self.fleet)
    let (first, second) = (try site.controller(), try site.controller())
    #expect(try await first.round().queued.count == 3)
    for _ in 0..<20 {
      site.time.advance(4)
      #expect(try await first.round().isLeading)
      let other = try await second.round()
      #expect(other == Controller.Round())
    }
    #expect(try await site.store.leases().first?.term == 1)
  }

  @Test func `a controller that falls silent is succeeded, and finds out`() async throws {
    let (site, first) = try await settled()
    let second = try site.controller()
    for _ in 0..<3 {
      #expect(try await !second.round().isLeading)
      site.time.advance(5)
    }
    let round = try await second.round()
    #expect(round.isLeading && round.planned == 3)
    #expect(try await site.store.leases().first?.term == 2)
    try await site.apply("hosts: {web-2: {}}")
    #expect(try await first.round() == Controller.Round())
    #expect(try await second.round().planned == 1)
    // It stands by from then on, and takes the lead again when that is given back.
    #expect(try await !first.round().isLeading)
    await second.resign()
    let again = try await first.round()
    #expect(again.isLeading && again.planned == 3)
    #expect(try await !second.round().isLeading)
  }

  @Test func `a controller that was asleep and does not know that it was succeeded queues nothing`() async throws {
    let site = try await Site()
    let asleep = VirtualTime(site.time.clock.now)
    let first = try site.controller(asleep)
    #expect(try await first.round().isLeading)
    let second = try site.controller()
    for _ in 0..<4 {
      _ = try await second.round()
      site.time.advance(5)
    }
    #expect(try await second.round().isLeading)
    // For the first no time has passed, and there is something to do.
    try await site.apply(Self.fleet)
    let round = try await first.round()
    #expect(!round.isLeading && round.queued.isEmpty)
    #expect(try await site.store.unfinishedRuns().isEmpty)
    #expect(try await site.store.conditions().isEmpty)
    #expect(try await second.round().queued.count == 3)
  }

  @Test func `a leader that resigns is succeeded at once`() async throws {
    let (site, first) = try await settled()
    let second = try site.controller()
    #expect(try await !second.round().isLeading)
    await first.resign()
    #expect(try await second.round().isLeading)
  }

  @Test func `the leader of a process that has ended is succeeded at once`() async throws {
    let site = try await Site()
    _ = try await site.store.acquireLease(
      Lease.controllerName, kind: .controller, process: ProcessIdentity.ended, duration: 15, at: site.time.clock.now)
    #expect(try await site.controller().round().isLeading)
  }

  // MARK: - Dead workers

  @Test func `runs of a worker whose process has ended are closed, and taken up again`() async throws {
    let site = try await Site()
    try await site.apply(Self.fleet)
    let controller = try site.controller()
    let queued = try await controller.round().queued
    let dead = try await site.worker("worker/a", process: ProcessIdentity.ended)
    let living = try await site.worker("worker/b", process: ProcessIdentity.current.description)
    for (id, worker) in zip(queued, [dead, dead, living]) {
      _ = try #require(try await site.store.claimRun(id, by: worker, at: site.time.clock.now))
    }
    let round = try await controller.round()
    #expect(round.interrupted == 2)
    #expect(round.queued.count == 2)
    let runs = try await site.store.runs(limit: 9).sorted { $0.id < $1.id }
    #expect(runs.map(\.state) == [.interrupted, .interrupted, .running, .queued, .queued])
    #expect(runs.suffix(2).map(\.request.attempt) == [2, 2])
    #expect(try await site.store.leases().map(\.name) == ["controller", "worker/b"])
  }

  @Test func `runs of a worker that fell silent are closed once its lease has run out`() async throws {
    let site = try await Site()
    try await site.apply(Self.fleet)
    let controller = try site.controller()
    let id = try #require(try await controller.round().queued.first)
    let silent = try await site.worker("worker/a")
    let heard = try await site.worker("worker/b")
    let run = try #require(try await site.store.claimRun(id, by: silent, at: site.time.clock.now))
    for second in 0..<60 {
      #expect(try await controller.round().interrupted == 0, "\(second)")
      if second.isMultiple(of: 20) { try await site.store.renew(heard, at: site.time.clock.now) }
      site.time.advance(1)
    }
    let round = try await controller.round()
    #expect(round.interrupted == 1 && round.queued.count == 1)
    #expect(try await site.store.run(run.id)?.state == .interrupted)
    #expect(try await site.store.leases().map(\.name) == ["controller", "worker/b"])
    await #expect(throws: LeaseLost.self) { try await site.store.renew(silent, at: site.time.clock.now) }
  }

  @Test func `a controller that stands by closes nothing`() async throws {
    let (site, _) = try await settled()
    let standby = try site.controller()
    let dead = try await site.worker("worker/a", process: ProcessIdentity.ended)
    let request = RunRequest(host: hosts[0], kind: .verify, trigger: .cli, reason: "asked")
    let id = try #require(try await site.store.queue(request, at: site.time.clock.now).runID)
    _ = try await site.store.claimRun(id, by: dead, at: site.time.clock.now)
    #expect(try await standby.round() == Controller.Round())
    #expect(try await site.store.run(id)?.state == .running)
  }
}
