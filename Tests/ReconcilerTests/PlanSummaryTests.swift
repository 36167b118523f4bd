// A plan in one line: what is to be done, counted by kind, and what it frees where that is known of every host.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct PlanSummaryTests {
  /// The plan for a host by its action: `discover`, `backup`, `nothing`, or `prune` and how many snapshots go.
  private func plan(_ name: String, _ action: String, nextFire: String? = nil) throws -> HostPlan {
    let made: Action?
    switch action {
    case "discover": made = .discover(reason: "because")
    case "backup": made = .backup(dueAt: try time("2026-05-19 02:15"), attempt: 1, reason: "because")
    case "nothing": made = nil
    default:
      let count = try #require(Int(action.dropFirst("prune ".count)))
      let snapshots = try (0...count).map { try snapshot("2026-05-19 02:\(10 + $0)") }
      let retention = RetentionPlan(snapshots, policy: try policy(keepOne), now: try time("2026-05-20 00:00"))
      #expect(retention.dropped.count == count)
      made = .prune(retention.dropped, reason: "because")
    }
    return HostPlan(
      host: try HostName(text: name), action: made, hold: nil, nextFire: try nextFire.map(time), retention: nil,
      validUntil: nil)
  }

  @Test(
    arguments: [
      ([], [:], "0 hosts: nothing"), (["nothing"], [:], "0 hosts: nothing"), (["backup"], [:], "1 host: 1 backup"),
      (["backup", "discover", "nothing", "backup"], [:], "3 hosts: 1 discovery, 2 backups"),
      (["prune 1"], ["h0": 1500], "1 host: 1 prune of 1 snapshot (frees up to 1.50 kB)"),
      (
        ["prune 3", "backup", "prune 2"], ["h0": 1_000_000_000, "h2": 200_000_000],
        "3 hosts: 1 backup, 2 prunes of 5 snapshots (frees up to 1.20 GB)"
      ),
      // A sum without one of its parts would tell less than may go.
      (["prune 3", "prune 2"], ["h0": 1000], "2 hosts: 2 prunes of 5 snapshots"),
    ] as [([String], [String: Int64], String)])
  func `work is counted by its kind`(_ actions: [String], _ freed: [String: Int64], words: String) throws {
    let plans = try actions.enumerated().map { try plan("h\($0)", $1) }
    var bytes: [HostName: Int64] = [:]
    for (name, count) in freed { bytes[try HostName(text: name)] = count }
    let summary = PlanSummary(Plan(hosts: plans), freed: bytes)
    #expect(summary.description == words)
    #expect(summary.hosts == actions.count { $0 != "nothing" })
  }

  @Test func `the next firing is the earliest of all hosts`() throws {
    let plans = [
      try plan("a", "nothing", nextFire: "2026-05-20 02:15"), try plan("b", "backup", nextFire: "2026-05-20 01:15"),
      try plan("c", "nothing"),
    ]
    let earliest = try time("2026-05-20 01:15")
    #expect(PlanSummary(Plan(hosts: plans), freed: [:]).nextFire == earliest)
    #expect(PlanSummary(Plan(hosts: []), freed: [:]).nextFire == nil)
  }
}
