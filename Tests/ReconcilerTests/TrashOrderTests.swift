// The trash in plans: what is deleted when, and what that waits for and what not.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct TrashOrderTests {
  private static let now = "2026-05-19 12:00"

  private func host(_ settings: String = "", retention: String = keepOne) throws -> EffectiveHost {
    try #require(
      try spec(
        """
        settings: {\(settings)}
        schedules: {nightly: {cron: "15 2 * * *", prune: true}}
        retention: {standard: {\(retention)}}
        hosts: {web-1: {schedule: nightly, retention: standard}}
        """
      ).effectiveHosts.first)
  }

  /// A host with its backup of the night, and these in the trash.
  private func seen(_ times: String?..., runs: [Run] = []) throws -> ObservedHost {
    var seen = try observed(["2026-05-19 02:16"], runs: runs)
    let name = try #require(SnapshotName("20260101-021500Z__a"))
    let entries = try times.enumerated().map { index, text in
      guard let text else { return TrashEntry(fileName: "scheduled-\(name)\(index)") }
      return TrashEntry(.scheduled, name, trashedAt: try time(text))
    }
    seen.disk = .seen(Set(seen.recorded.map(\.id)), trash: entries)
    return seen
  }

  private func plan(_ host: EffectiveHost, _ seen: ObservedHost, at now: String = Self.now) throws -> HostPlan {
    Planner.plan(host: host, observed: seen, now: try time(now), retries: .afterPause)
  }

  /// The times of what is to be deleted, `-` for what has none; nil if nothing is.
  private func deleted(_ plan: HostPlan) -> [String]? {
    guard case .emptyTrash(let entries, _) = plan.action else { return nil }
    return entries.map { $0.trashedAt?.written ?? "-" }
  }

  // MARK: - Its time

  @Test func `what is in the trash stays for three days, and the plan ends when the next is past its time`() throws {
    let seen = try seen("2026-05-16 12:01", "2026-05-18 09:00")
    let early = try plan(host(), seen)
    #expect(early.action == nil && early.hold == nil)
    #expect(early.validUntil == (try time("2026-05-19 12:01")))
    let due = try plan(host(), seen, at: "2026-05-19 12:01")
    #expect(deleted(due) == ["2026-05-16 12:01"])
    #expect(due.action?.kind == .emptyTrash)
    #expect(due.action?.reason == "1 of 2 removed before, and kept for `trash_ttl` of 3d")
  }

  @Test(arguments: [("0s", 2), ("2h", 1), ("3d", 0), ("30d", 0)])
  func `how long it stays is declared`(_ ttl: String, _ count: Int) throws {
    let seen = try seen("2026-05-19 11:00", "2026-05-19 09:00")
    #expect(deleted(try plan(host("trash_ttl: \(ttl)"), seen))?.count ?? 0 == count)
  }

  @Test func `what was put there in the future stays`() throws {
    #expect(deleted(try plan(host(), seen("2027-05-19 11:00"))) == nil)
  }

  @Test func `what is of no known age, unfinished or half deleted goes at once, and first`() throws {
    var seen = try seen("2026-05-16 11:00", nil, "2026-05-19 11:00")
    guard case .seen(let ids, let trash) = seen.disk else { return }
    let name = try #require(SnapshotName("20260101-021500Z__b"))
    let incomplete = TrashEntry(.incomplete, name, trashedAt: try time("2026-05-19 11:30"))
    let half = TrashEntry(fileName: "deleting.20260519-115500Z.manual.20260101-021500Z__a")
    seen.disk = .seen(ids, trash: trash + [incomplete, half])
    #expect(
      deleted(try plan(host("trash_ttl: 10d"), seen)) == ["2026-05-19 11:55", "-", "2026-05-19 11:30"])
    let policy = TrashPolicy(try host("trash_ttl: 10d"))
    #expect(policy.expiry(of: half) == nil && policy.expiry(of: incomplete) == nil)
  }

  // MARK: - Room

  @Test(arguments: [
    ("", 4, true), ("", 5, false), ("min_free: 60GB", 59, true), ("min_free: 60GB", 60, false),
    ("min_free: 2GB", 3, false), ("min_free: 2GB", 1, true),
  ])
  func `while room is short all of it goes, the oldest first`(
    _ settings: String, _ free: Int64, _ isShort: Bool
  ) throws {
    var seen = try seen("2026-05-19 11:00", "2026-05-19 10:00")
    seen.space = DiskSpace(available: free * 1_000_000_000, total: 100_000_000_000)
    let plan = try plan(host(settings), seen)
    #expect(deleted(plan) == (isShort ? ["2026-05-19 10:00", "2026-05-19 11:00"] : nil))
    if settings.isEmpty, isShort {
      #expect(plan.action?.reason == "room is short: 4.00 GB free, less than 5% of 100 GB")
    }
    guard case .seen(_, let trash) = seen.disk else { return }
    let order = TrashPolicy(try host(settings)).order(trash, space: seen.space, now: try time(Self.now))
    #expect(order?.isUrgent ?? false == isShort)
  }

  @Test func `an empty trash is none, however short room is`() throws {
    var seen = try seen()
    seen.space = DiskSpace(available: 0, total: 100_000_000_000)
    #expect(try plan(host(), seen).action == nil)
  }

  // MARK: - What else there is to do

  @Test func `a backup and a prune come first, and the trash beside what then runs`() throws {
    var due = try seen(nil)
    due.recorded = []
    due.disk = .seen([], trash: try trash(nil))
    #expect(try plan(host(), due).action?.kind == .backup)
    due.runs = [try run(7, .backup, .running, at: "2026-05-19 11:00")]
    let beside = try plan(host(), due)
    #expect(beside.action?.kind == .emptyTrash)
    #expect(beside.hold?.code == .underWay)
  }

  @Test(arguments: [RunState.queued, .running])
  func `an emptying under way holds nothing but another of its kind`(_ state: RunState) throws {
    let emptying = try run(7, .emptyTrash, state, at: "2026-05-19 11:00")
    let quiet = try plan(host(), seen(nil, runs: [emptying]))
    #expect(quiet.action == nil && quiet.hold == nil)
    var due = try seen(nil, runs: [emptying])
    due.recorded = []
    due.disk = .seen([], trash: try trash(nil))
    #expect(try plan(host(), due).action?.kind == .backup)
  }

  @Test func `what holds a prune or a backup does not hold the trash, and is still said`() throws {
    let history = ["2026-05-19 02:16", "2026-05-18 02:16", "2026-05-17 02:16", "2026-05-16 02:16"]
    var many = try observed(history)
    many.disk = .seen(Set(many.recorded.map(\.id)), trash: try trash(nil))
    let braked = try plan(host(retention: "keep_last: 1, max_delete: 1"), many)
    #expect(braked.hold?.code == .tooManyDeletions)
    #expect(braked.action?.kind == .emptyTrash)
    many.runs = [try run(9, .backup, .failed, at: "2026-05-19 03:00")]
    let failed = try plan(host(), many)
    #expect(failed.hold?.code == .lastBackupFailed)
    #expect(failed.action?.kind == .emptyTrash)

    var unreachable = try seen(nil)
    unreachable.recorded = []
    unreachable.disk = .seen([], trash: try trash(nil))
    unreachable.runs = [
      try run(9, .backup, .failed, for: "2026-05-19 02:15", at: "2026-05-19 11:59", errorCode: "space_short")
    ]
    let resting = try plan(host(), unreachable)
    #expect(resting.hold?.code == .retryLater)
    #expect(resting.action?.kind == .emptyTrash, "the room may be what the backup waits for")
  }

  @Test func `nothing is deleted of what is suspended or paused, or cannot be looked at`() throws {
    #expect(try plan(host("suspended: true"), seen(nil)).action == nil)
    var paused = try seen(nil)
    paused.pause = Pause(until: nil, reason: nil, actor: "alice", pausedAt: .distantPast)
    #expect(try plan(host(), paused).action == nil)
    var unreadable = try seen(nil)
    unreadable.disk = .unreadable("gone")
    #expect(try plan(host(), unreadable).action == nil)
  }

  // MARK: - Failures

  @Test func `an emptying that failed rests, and one that somebody stopped rests for an hour`() throws {
    let failed = try plan(host(), seen(nil, runs: [run(9, .emptyTrash, .failed, at: "2026-05-19 11:59")]))
    #expect(failed.action == nil && failed.hold?.code == .retryLater)
    #expect(failed.validUntil == failed.hold?.until)
    let stopped = try seen(
      nil, runs: [run(9, .emptyTrash, .cancelled, at: "2026-05-19 11:30", message: "cancelled by alice")])
    let resting = try plan(host(), stopped)
    #expect(resting.action == nil)
    #expect(resting.hold?.until == (try time("2026-05-19 12:30")))
    #expect(
      resting.hold?.message
        == "the emptying of the trash was cancelled by alice; it is taken up at 2026-05-19 12:30:00Z")
    #expect(try plan(host(), stopped, at: "2026-05-19 12:30").action?.kind == .emptyTrash)
    let cutOff = try seen(nil, runs: [run(9, .emptyTrash, .interrupted, at: "2026-05-19 11:59")])
    #expect(try plan(host(), cutOff).action?.kind == .emptyTrash)
  }
}
