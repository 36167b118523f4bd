// The report about one host, made from the store alone, as pages show it.

import Engine
import Foundation
import Spec
import Testing

@testable import Reconciler
@testable import Store

struct HostReportTests {
  private static let fleet = """
    schedules: {nightly: {cron: "15 2 * * *", prune: true}}
    retention: {standard: {keep_last: 2, max_delete_ratio: 100%}}
    hosts: {web-1: {schedule: nightly, retention: standard}, db: {}}
    """

  private func makeReport(_ site: Site, _ host: String = "web-1") async throws -> HostReport? {
    try await site.environment().hostReport(of: try HostName(text: host), lookingAtDisk: false)
  }

  @Test func `each snapshot has its fate, with the planner's reasons`() async throws {
    let site = try await Site()
    try await site.apply(Self.fleet)
    let web = try HostName(text: "web-1")
    for day in 15...19 { try await site.record("2026-05-\(day) 02:15", of: web) }
    let pin = SnapshotPin(reason: "before", until: nil, actor: "ann", pinnedAt: site.time.clock.now)
    try await site.store.pin(try snapshot("2026-05-15 02:15").id, of: web, pin)

    let report = try #require(try await makeReport(site))
    let fates = report.snapshots.map { report.fate(of: $0) }
    #expect(fates.map { $0?.isKept } == [true, false, false, true, true])
    #expect(report.snapshots.map { report.keeps($0) } == [true, false, false, true, true])
    #expect(fates[0]?.reasons == ["pinned: before"])
    #expect(fates[1]?.reasons == ["no rule of standard keeps it"])
    #expect(fates[4]?.reasons.first == "the newest good one")
  }

  @Test func `without a policy nothing is said of snapshots, but of pins`() async throws {
    let site = try await Site()
    try await site.apply(Self.fleet)
    let database = try HostName(text: "db")
    for day in 18...19 { try await site.record("2026-05-\(day) 02:15", of: database) }
    let pin = SnapshotPin(reason: nil, until: nil, actor: "ann", pinnedAt: site.time.clock.now)
    try await site.store.pin(try snapshot("2026-05-19 02:15").id, of: database, pin)
    let report = try #require(try await makeReport(site, "db"))
    #expect(report.snapshots.map { report.fate(of: $0)?.reasons } == [nil, ["pinned"]])
    #expect(report.nextFires(5).isEmpty)
  }

  @Test func `it tells the next firings and how the host stands`() async throws {
    let site = try await Site()
    try await site.apply(Self.fleet)
    let web = try HostName(text: "web-1")
    var report = try #require(try await makeReport(site))
    #expect(report.nextFires(2).map(\.written) == ["2026-05-20 02:15", "2026-05-21 02:15"])
    #expect(report.standing.state == .unknown)

    let controller = try #require(
      try await site.store.acquireLease(
        Lease.controllerName, kind: .controller, process: "a process", duration: 60, at: site.time.clock.now))
    let stale = Condition(
      .fresh, .false, reason: "Stale", message: "old", observedGeneration: 1, changedAt: site.time.clock.now)
    try await site.store.note([HostFinding(host: web, conditions: [stale], generation: 1)], by: controller)
    report = try #require(try await makeReport(site))
    #expect(report.standing.state == .late)
    #expect(report.standing.reason == "Stale")
    #expect(report.conditions == [stale])
    #expect(report.since(stale) == stale.changedAt)
  }

  @Test func `of a host that is declared no more it tells what is left`() async throws {
    let site = try await Site()
    try await site.apply(Self.fleet)
    let web = try HostName(text: "web-1")
    try await site.record("2026-05-19 02:15", of: web)
    try await site.store.delete(
      .host(web), as: ChangeOrigin(source: "tests", actor: "tests"), at: site.time.clock.now)
    let report = try #require(try await makeReport(site))
    #expect(report.effective == nil)
    #expect(report.retained?.actor == "tests")
    #expect(report.standing.state == .retained)
    #expect(report.snapshots.count == 1)
    #expect(try await makeReport(site, "unknown") == nil)
  }
}
