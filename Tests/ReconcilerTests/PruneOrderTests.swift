// Prune orders: what a prune that begins may remove, and why it may not.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct PruneOrderTests {
  private static let history = [
    "2026-05-19 02:16", "2026-05-18 02:16", "2026-05-17 02:16 manual", "2026-05-16 02:16", "2026-05-15 02:16",
  ]

  private func request(
    maxDelete: Int? = nil, only: [String]? = nil, _ trigger: RunTrigger = .cli
  ) throws -> RunRequest {
    var request = RunRequest(host: try HostName(text: "web-1"), kind: .prune, trigger: trigger, reason: "because")
    request.maxDelete = maxDelete
    request.onlySnapshots = try only.map { try $0.map { try snapshot($0).id } }
    return request
  }

  private func order(
    _ request: RunRequest, _ observed: ObservedHost? = nil, retention: String? = "keep_last: 2"
  ) throws -> PruneOrder {
    PruneOrder(
      request, host: try host(schedule: nil, retention: retention),
      observed: try observed ?? ReconcilerTests.observed(Self.history), now: try time("2026-05-19 12:00"))
  }

  /// The times of what is removed, or what else comes of it.
  private func lines(_ order: PruneOrder) -> [String] {
    switch order {
    case .remove(let dropped, _): dropped.map(\.snapshot.startedAt.written)
    case .nothingToDo: ["nothing"]
    case .outdated: ["outdated"]
    case .refused(let reason): [reason]
    }
  }

  @Test(arguments: [RunTrigger.cli, .web])
  func `what the policy drops is removed, with the plan that says what stays`(_ trigger: RunTrigger) throws {
    guard case .remove(let dropped, let plan) = try order(request(trigger)) else {
      Issue.record("nothing is removed")
      return
    }
    #expect(dropped.map(\.snapshot.startedAt.written) == ["2026-05-16 02:16", "2026-05-15 02:16"])
    #expect(plan.decisions.count == 5)
    #expect(plan.dropped == dropped)
  }

  @Test func `of what the policy drops, only what the person was shown goes`() throws {
    #expect(try lines(order(request(only: ["2026-05-15 02:16"]))) == ["2026-05-15 02:16"])
    #expect(try lines(order(request(only: Self.history))) == ["2026-05-16 02:16", "2026-05-15 02:16"])
    #expect(try lines(order(request(only: ["2026-05-19 02:16", "2026-05-17 02:16 manual"]))) == ["nothing"])
    #expect(try lines(order(request(only: []))) == ["nothing"])
    let unseen = try order(request(only: ["2026-05-15 02:16", "2026-05-14 02:16"]))
    #expect(lines(unseen) == ["2026-05-15 02:16"])
    // What is left out does not count for the limit.
    #expect(
      try lines(order(request(maxDelete: 1, only: ["2026-05-15 02:16"]), retention: "keep_last: 1"))
        == ["2026-05-15 02:16"])
  }

  @Test func `nothing goes where the policy keeps all`() throws {
    #expect(try lines(order(request(), retention: "keep_last: 9")) == ["nothing"])
    #expect(try lines(order(request(), observed())) == ["nothing"])
  }

  @Test func `a prune that nobody asked for removes nothing where the schedule does not prune any more`() throws {
    let seen = try observed(Self.history)
    func lines(_ trigger: RunTrigger, prunes: Bool, retention: String?) throws -> [String] {
      let host = try host(schedule: #"cron: "15 2 * * *", prune: \#(prunes)"#, retention: retention)
      return self.lines(
        PruneOrder(try request(trigger), host: host, observed: seen, now: try time("2026-05-19 12:00")))
    }
    let dropped = ["2026-05-16 02:16", "2026-05-15 02:16"]
    #expect(try lines(.reconcile, prunes: true, retention: "keep_last: 2") == dropped)
    #expect(try lines(.reconcile, prunes: false, retention: "keep_last: 2") == ["nothing"])
    #expect(try lines(.cli, prunes: false, retention: "keep_last: 2") == dropped)
    #expect(try lines(.reconcile, prunes: true, retention: nil) == ["nothing"])
  }

  @Test func `a host without a policy keeps everything`() throws {
    #expect(
      try order(request(), retention: nil)
        == .refused("host web-1 has no retention policy: every snapshot is kept"))
  }

  @Test func `nothing goes where store and disk disagree, or the disk cannot be looked at`() throws {
    let expected = PruneOrder.outdated(
      "nothing was removed: the store and the disk disagree about the snapshots of web-1; "
        + "run `pobsync discover-snapshots --host web-1` first")
    let seen = try observed(Self.history)
    let ids = Set(seen.recorded.map(\.id))
    let more = ids.union([try snapshot("2026-05-01 02:16").id])
    let fewer = ids.subtracting([try snapshot("2026-05-17 02:16 manual").id])
    for disk in [ObservedDisk.seen(more, trash: []), .seen(fewer, trash: []), .unknown, .unreadable("gone")] {
      var changed = seen
      changed.disk = disk
      #expect(try order(request(maxDelete: 100), changed) == expected)
    }
    var trash = seen
    trash.disk = .seen(ids, trash: try ReconcilerTests.trash(nil))
    #expect(try lines(order(request(), trash)) == ["2026-05-16 02:16", "2026-05-15 02:16"])
  }

  @Test func `more than may go at once is refused, and a person's limit counts instead of the policy's`() throws {
    let policy = "keep_last: 1"
    #expect(
      try lines(order(request(), retention: policy)) == [
        "nothing was removed: standard drops 3 snapshots of web-1, which is more than 2: `max_delete_ratio` is 50%, and "
          + "there are 4: look at `pobsync retention web-1`, then `pobsync retention web-1 --apply --yes --max-delete 3`"
      ])
    #expect(
      try lines(order(request(maxDelete: 2), retention: policy)) == [
        "nothing was removed: standard drops 3 snapshots of web-1, and --max-delete allows 2"
      ])
    #expect(try lines(order(request(maxDelete: 3), retention: policy)).count == 3)
    #expect(try lines(order(request(maxDelete: 0), retention: policy)).first?.hasPrefix("nothing was removed") == true)
    #expect(try lines(order(request(), retention: policy + ", max_delete_ratio: 75%")).count == 3)
  }
}
