// Clocks that are set back: what was written with a time that lies ahead must not keep a host waiting until then.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

struct SetClockTests {
  private static let now = Date(timeIntervalSince1970: 1_779_157_200)

  @Test func `a discovery that failed in the future does not hold a host`() throws {
    let seen = try observed(failed: .discover, at: Self.now.addingTimeInterval(30 * 86_400))
    #expect(try plan(seen).action?.kind == .discover)
  }

  @Test func `a backup that failed in the future is tried again`() throws {
    let seen = try observed(failed: .backup, at: Self.now.addingTimeInterval(3600))
    #expect(try plan(seen).action?.kind == .backup)
  }

  @Test func `another machine's clock may be ahead by a little`() throws {
    let seen = try observed(failed: .backup, at: Self.now.addingTimeInterval(2))
    #expect(try plan(seen).hold?.code == .retryLater)
  }

  @Test func `a spec that was changed in the future does not keep failures from resting`() throws {
    var seen = try observed(failed: .backup, at: Self.now.addingTimeInterval(-10))
    seen.desiredSince = Self.now.addingTimeInterval(86_400)
    #expect(try plan(seen).hold?.code == .retryLater)
    seen.desiredSince = Self.now.addingTimeInterval(-5)
    #expect(try plan(seen).action?.kind == .backup)
  }

  @Test func `an emptying of the trash that failed is followed by another when its pause is over`() throws {
    var seen = try observed(failed: .emptyTrash, at: Self.now.addingTimeInterval(-10))
    let covered = try #require(SnapshotName("20260519-021600Z__a"))
    let snapshot = SnapshotRecord(
      id: SnapshotID(kind: .scheduled, name: covered), status: .success, startedAt: covered.startedAt)
    seen.recorded = [snapshot]
    seen.disk = .seen([snapshot.id], trash: try trash(nil))
    let plan = try plan(seen)
    #expect(plan.hold?.code == .retryLater)
    #expect(plan.validUntil == plan.hold?.until)
  }

  @Test func `a run that was put back before the clock was set back is taken up`() async throws {
    let store = try await Store.open(on: TestDatabase.fresh(), at: Self.now)
    let worker = try #require(
      try await store.acquireLease("worker/1", kind: .worker, process: "1", duration: 60, at: Self.now))
    _ = try await store.queue(
      RunRequest(host: try host().name, kind: .backup, trigger: .cli, reason: "because"), at: Self.now)
    func claim(_ date: Date) async throws -> Run? {
      try await store.claimRun(of: [.backup], by: worker, at: date) { _, _, _ in QueueAdmission { _ in true } }
    }
    let run = try #require(try await claim(Self.now))
    try await store.requeueRun(
      run.id, by: worker, notBefore: Self.now.addingTimeInterval(15), message: "busy", at: Self.now)
    #expect(try await claim(Self.now.addingTimeInterval(14)) == nil)
    #expect(try await claim(Self.now.addingTimeInterval(-86_400))?.id == run.id)
  }

  // MARK: - Parts

  private func host() throws -> EffectiveHost {
    let text = """
      version: 1
      schedules: {daily: {cron: "15 2 * * *", prune: true}}
      hosts: {web-1: {schedule: daily}}

      """
    let spec = try SpecReader.read([SourceText(name: "spec.yaml", bytes: Array(text.utf8))]).spec
    return try #require(spec.effectiveHosts.first)
  }

  private func plan(_ observed: ObservedHost) throws -> HostPlan {
    Planner.plan(host: try host(), observed: observed, now: Self.now, retries: .afterPause)
  }

  /// A host whose last run failed. Where that was a discovery, one snapshot waits to be found.
  private func observed(failed kind: RunKind, at date: Date) throws -> ObservedHost {
    var request = RunRequest(host: try host().name, kind: kind, trigger: .schedule, reason: "because")
    request.scheduledFor = Firing(try #require(try host().schedule), host: try host().name).latest(atOrBefore: Self.now)
    var run = Run(id: 1, request, state: .failed, queuedAt: date.addingTimeInterval(-60))
    run.finishedAt = date
    var seen = ObservedHost(runs: [run])
    if kind == .discover {
      seen.disk = .seen(
        [SnapshotID(kind: .scheduled, name: try #require(SnapshotName("20260519-024500Z__a")))], trash: [])
    }
    return seen
  }
}
