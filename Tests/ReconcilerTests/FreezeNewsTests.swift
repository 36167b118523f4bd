// What is told of frozen pruning: on the status page, to monitoring, and to people.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct FreezeNewsTests {
  private func report(isAdopted: Bool) throws -> StatusReport {
    var root = BackupRootStatus(path: try AbsolutePath(text: "/mnt/backups"))
    root.isAdopted = isAdopted
    return StatusReport(StatusRecords(), backupRoot: root, now: try time("2026-05-19 12:00")) { _ in true }
  }

  private func retained(_ reason: String) throws -> Condition {
    Condition(
      .retained, .false, reason: reason, message: "why", observedGeneration: 1, changedAt: try time("2026-05-19 11:00"))
  }

  @Test func `a root that is not adopted is a problem, and is said beside the disk`() throws {
    let problem = "the backup root is not adopted, so that nothing is pruned: `pobsync adopt`"
    func page(_ report: StatusReport) -> String {
      StatusText.lines(report, width: 80, height: 24).map { $0.map(\.text).joined() }.joined(separator: "\n")
    }
    let waiting = try report(isAdopted: false)
    #expect(waiting.problems().contains(problem))
    #expect(page(waiting).contains("\n          not adopted: nothing is pruned until `pobsync adopt`\n"))
    #expect(waiting.value["backup_root"]?["adopted"] == .bool(false))
    let adopted = try report(isAdopted: true)
    #expect(!adopted.problems().contains(problem))
    #expect(!page(adopted).contains("adopted"))
    #expect(adopted.value["backup_root"]?["adopted"] == .bool(true))
  }

  @Test(arguments: [
    ("TooManyDeletions", true), ("Suspicious", true), ("ClockSuspect", true), ("Stale", false), ("NotAdopted", false),
    ("PruneDue", false),
  ])
  func `a host waits for a person where only a person ends the freeze`(_ reason: String, waits: Bool) throws {
    let host = try host()
    var records = StatusRecords()
    records.groups = [HostGroup(host: host, names: [host.name])]
    records.judged = 1
    let ready = Condition(
      .ready, .false, reason: reason, message: "why", observedGeneration: 1, changedAt: try time("2026-05-19 11:00"))
    records.broken = [host.name: [ready, try retained(reason)]]
    let troubles = HostTroubles(records, now: try time("2026-05-19 12:00"))
    #expect(troubles.waiting.map(\.reason) == (waits ? [reason] : []))
    #expect(troubles.counts.waiting == (waits ? 1 : 0))
    #expect(troubles.counts.due == (waits ? 0 : 1))
  }

  @Test(arguments: [
    ("TooManyDeletions", true), ("Suspicious", true), ("ClockSuspect", false), ("Stale", false), ("NotAdopted", false),
    ("LastBackupFailed", false),
  ])
  func `people are told of a host whose source may not be whole`(_ reason: String, isTold: Bool) throws {
    let name = try HostName(text: "web-1")
    let now = try time("2026-05-19 12:00")
    let change = HostChange(of: name, told: [], conditions: [try retained(reason)], at: now)
    #expect(change?.begun.map(\.reason) == (isTold ? [reason] : nil))
    // What is not decided leaves what was told as it is.
    let told = [Trouble(type: .retained, reason: "Suspicious", message: "why", since: now)]
    let later = HostChange(of: name, told: told, conditions: [try retained(reason)], at: now)
    #expect(later == nil)
  }
}
