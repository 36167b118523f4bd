// The lines of a list of hosts: their state as the status report counts it, and what is known of each.

import Foundation
import Spec
import Testing

@testable import Reconciler
@testable import Store

struct HostLineTests {
  private static let at = "2026-05-19 12:00"

  private func name(_ text: String) throws -> HostName { try HostName(text: text) }

  private func condition(_ type: Condition.Kind, _ reason: String) throws -> Condition {
    Condition(
      type, .false, reason: reason, message: "because", observedGeneration: 1, changedAt: try time("2026-05-19 09:00"))
  }

  private func fleet(_ keys: String = "labels: {site: ams}") throws -> FleetRecords {
    var status = StatusRecords()
    status.groups = [HostGroup(host: try host(keys), names: try ["web-1", "web-2"].map(name))]
    var records = FleetRecords(status: status)
    for text in ["web-1", "web-2"] {
      records.facts[try name(text)] = HostFacts()
      records.facts[try name(text)]?.isJudged = true
    }
    return records
  }

  private func lines(_ records: FleetRecords) throws -> [HostLine] { HostLine.all(records, now: try time(Self.at)) }

  @Test func `a host is what the report counts it as, with the condition that tells so`() throws {
    var records = try fleet()
    records.status.broken[try name("web-1")] = [
      try condition(.ready, "LastBackupFailed"), try condition(.fresh, "Stale"),
    ]
    records.facts[try name("web-2")]?.isJudged = false
    let lines = try lines(records)
    #expect(lines.map(\.state) == [.failed, .unknown])
    #expect(lines[0].standing.reason == "LastBackupFailed")
    #expect(lines[0].standing.since == (try time("2026-05-19 09:00")))
    #expect(try self.lines(try fleet()).map(\.state) == [.ready, .ready])
  }

  @Test func `labels are those of the profiles with its own over them`() throws {
    var records = try fleet()
    records.facts[try name("web-2")]?.labels = [try ResourceName(text: "role"): "web"]
    let lines = try lines(records)
    #expect(lines.map(\.labels.count) == [1, 2])
  }

  @Test func `the next firing is that of the host, unless it is paused until later`() throws {
    var records = try fleet()
    let paused = Pause(until: nil, reason: nil, actor: "ann", pausedAt: try time(Self.at))
    records.status.pauses.hosts[try name("web-2")] = paused
    #expect(try lines(records).map { $0.nextFire?.written } == ["2026-05-20 02:15", nil])
    #expect(try lines(try fleet("suspended: true")).map(\.nextFire) == [nil, nil])
  }

  @Test func `hosts that are declared no more are among them`() throws {
    var records = try fleet()
    let gone = try name("gone")
    records.retained[gone] = RetainedHost(
      host: gone, onRemove: .retain, retention: nil, source: "servers", actor: "ann", removedAt: try time(Self.at))
    records.facts[gone] = HostFacts()
    records.facts[gone]?.snapshots = 3
    let lines = try lines(records)
    #expect(lines.map(\.host.description) == ["gone", "web-1", "web-2"])
    #expect(lines[0].state == .retained)
    #expect(lines[0].snapshots == 3)
    #expect(lines[0].address == nil)
    #expect(lines[1].address == "web-1")
  }
}
