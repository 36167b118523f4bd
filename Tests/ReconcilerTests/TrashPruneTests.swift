// What a prune that begins may remove: only what somebody asked for, or a schedule that prunes.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct TrashPruneTests {
  @Test func `a prune for the trash removes no snapshot where the schedule does not prune`() throws {
    let host = try host(prunes: false, retention: true)
    #expect(try order(host, .reconcile) == .nothingToDo)
    #expect(try removed(host, .cli) == ["scheduled/20260517-021500Z__a"])
    #expect(try removed(try self.host(prunes: true, retention: true), .reconcile) == ["scheduled/20260517-021500Z__a"])
  }

  @Test func `a prune for the trash does not fail for want of a policy`() throws {
    let host = try host(prunes: true, retention: false)
    #expect(try order(host, .reconcile) == .nothingToDo)
    guard case .refused = try order(host, .cli) else {
      Issue.record("a person is told that there is no policy")
      return
    }
  }

  // MARK: - Parts

  private func host(prunes: Bool, retention: Bool) throws -> EffectiveHost {
    let text = """
      version: 1
      schedules: {daily: {cron: "15 2 * * *", prune: \(prunes)}}
      retention: {short: {keep_last: 1}}
      hosts: {web-1: {schedule: daily\(retention ? ", retention: short" : "")}}

      """
    let spec = try SpecReader.read([SourceText(name: "spec.yaml", bytes: Array(text.utf8))]).spec
    return try #require(spec.effectiveHosts.first)
  }

  /// For a host with two good snapshots, of which the policy keeps one.
  private func order(_ host: EffectiveHost, _ trigger: RunTrigger) throws -> PruneOrder {
    let snapshots = try ["20260517-021500Z__a", "20260518-021500Z__b"].map { text in
      let name = try #require(SnapshotName(text))
      return SnapshotRecord(
        id: SnapshotID(kind: .scheduled, name: name), status: .success, startedAt: name.startedAt)
    }
    let observed = ObservedHost(recorded: snapshots, disk: .seen(Set(snapshots.map(\.id)), trash: 1))
    let request = RunRequest(host: host.name, kind: .prune, trigger: trigger, reason: "because")
    return PruneOrder(request, host: host, observed: observed, now: Date(timeIntervalSince1970: 1_779_157_200))
  }

  private func removed(_ host: EffectiveHost, _ trigger: RunTrigger) throws -> [String] {
    guard case .remove(let dropped, _) = try order(host, trigger) else { return [] }
    return dropped.map(\.snapshot.id.description)
  }
}
