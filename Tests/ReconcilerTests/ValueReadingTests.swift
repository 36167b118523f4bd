// Values that another pobsync tells, read back: what is shown of them is what that one would show.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

@Suite struct ValueReadingTests {
  private static let now = Date(timeIntervalSince1970: 1_779_192_000)

  private static func host(_ text: String) throws -> HostName { try HostName(text: text) }

  private static func run(_ id: Int64, _ kind: RunKind, _ state: RunState) throws -> Run {
    var request = RunRequest(host: try host("web-\(id)"), kind: kind, trigger: .web, reason: "asked for on the web")
    request.requestedBy = "ann"
    request.snapshotKind = .manual
    var run = Run(id: id, request, state: state, queuedAt: now.addingTimeInterval(-90))
    run.startedAt = state == .queued ? nil : now.addingTimeInterval(-60)
    run.worker = state == .queued ? nil : "worker/a"
    return run
  }

  private static func report() throws -> StatusReport {
    let since = now.addingTimeInterval(-7200)
    let process = ServiceProcess(
      name: "controller", kind: .controller, pid: 17, machine: "vm", isAlive: true, servesQueue: false, since: since,
      heardAt: now)
    let worker = ServiceProcess(
      name: "worker/a", kind: .worker, pid: 17, machine: "vm", isAlive: true, servesQueue: true, since: since,
      heardAt: now)
    var root = BackupRootStatus(
      path: try AbsolutePath(text: "/mnt/backups"), space: DiskSpace(available: 1 << 30, total: 4 << 30))
    root.isAdopted = false
    var counts = HostCounts()
    counts.declared = 9
    counts.ready = 3
    counts.failed = 1
    counts.late = 2
    counts.retained = 1
    func trouble(_ name: String, _ reason: String) throws -> HostTrouble {
      HostTrouble(
        host: try host(name), reason: reason, message: "what went wrong with \(name)", since: since,
        newestGood: since.addingTimeInterval(-86_400))
    }
    var working = try run(1, .backup, .running)
    working.progress = TransferProgress(bytes: 5000, percent: 12, rate: "1.2MB/s", remainingFiles: 7, knownFiles: 20)
    var emptying = try run(2, .emptyTrash, .running)
    emptying.progress = TransferProgress(
      bytes: 0, percent: 0, rate: "", remainingFiles: 1000, knownFiles: 5000, remainingSnapshots: 3)
    emptying.cancelledBy = "ann"
    let pause = Pause(until: now.addingTimeInterval(600), reason: "new disks", actor: "ann", pausedAt: since)
    let nightly = try ResourceName(text: "nightly")
    return StatusReport(
      at: now, service: ServiceStatus(controller: process, workers: [worker]), backupRoot: root, hosts: counts,
      queue: QueueStatus(
        length: 4, first: [QueuedRun(run: try run(3, .discover, .queued), waitsFor: "a place")]),
      running: [working, emptying], failed: [try trouble("db-1", "NeedsPerson")],
      late: [try trouble("web-8", "Stale"), try trouble("db-1", "Stale")], waiting: [],
      pauses: [PauseStatus(host: nil, pause: pause), PauseStatus(host: try host("web-9"), pause: pause)],
      suspensions: [
        SuspensionStatus(
          suspension: Suspension(.schedule(nightly), try Remark(text: "the disks move")), count: 4,
          hosts: [try host("a"), try host("b")])
      ],
      requests: [
        DeclaredRequest(
          host: try host("web-1"), requested: try Remark(text: "again"), done: try Remark(text: "once"), doneAt: since)
      ],
      nextFires: [NextFire(at: now.addingTimeInterval(60), schedule: nightly, count: 2, hosts: [try host("web-1")])])
  }

  @Test func `a status report is shown as the other would`() throws {
    let report = try Self.report()
    let read = try #require(StatusReport(reading: try JSONReader.read(Array(JSONWriter.compact(report.value).utf8))))
    #expect(read.value == report.value)
    #expect(read.problems() == report.problems())
    for height in [10, 24, 100] {
      let shown = StatusText.lines(read, width: 120, height: height)
      #expect(shown == StatusText.lines(report, width: 120, height: height))
    }
  }

  @Test(arguments: [
    "null", "{}", "[]", #"{"at": "2026-05-19T12:00:00.000000Z"}"#, #"{"at": 1, "service": {}, "hosts": {}}"#,
  ])
  func `what is no status report is none`(json: String) throws {
    #expect(StatusReport(reading: try JSONReader.read(Array(json.utf8))) == nil)
  }

  @Test func `a run is read back with its figures`() throws {
    var run = try Self.run(17, .backup, .succeeded)
    run.finishedAt = Self.now
    run.snapshot = SnapshotID("manual/20260519-115900Z__K3VQEVH7")
    run.exitCode = 24
    run.errorCode = "vanished"
    run.message = "is complete"
    var stats = SnapshotStats()
    stats.files = 12
    stats.durationSeconds = 3.5
    run.stats = stats
    let read = try #require(Run(reading: run.detail(waitsFor: nil)))
    #expect(read.detail(waitsFor: nil) == run.detail(waitsFor: nil))
    #expect(read.stats == stats)
    #expect(Run(reading: .map([])) == nil)
    // Of a kind that a later version may have.
    let later = run.value().members.map { $0.key == "kind" ? YAMLPair("kind", .string("teleport")) : $0 }
    #expect(Run(reading: .map(later)) == nil)
  }

  @Test func `those who may only watch see no messages and no workers`() throws {
    var run = try Self.run(17, .backup, .failed)
    run.message = "ssh: secret.example.net"
    let audience = Audience.limited { message, reason in reason == "harmless" ? message : nil }
    let value = run.value(for: audience)
    #expect(value["message"] == .null && value["worker"] == .null)
    #expect(value["state"] == .string("failed"))
    #expect(audience.message("told", reason: "harmless") == "told")
    #expect(run.value()["message"] == .string("ssh: secret.example.net"))
  }

  @Test func `an outcome of an apply is read back`() throws {
    let spec = try SpecReader.read([
      SourceText(name: "spec.yaml", "version: 1\nsettings: {backup_root: /mnt/a}\nhosts: {web-1: {}}\n")
    ]).spec
    var difference = SpecDifference(from: Spec(), to: spec)
    difference.moves = [HostMove(from: try Self.host("web1"), to: try Self.host("web-1"))]
    let outcome = ApplyOutcome(difference, as: "main", takenOver: [.host(try Self.host("web-1")): "other"])
    #expect(ApplyOutcome(reading: outcome.value) == outcome)
    #expect(outcome.warnings.isEmpty)
    #expect(ApplyOutcome(SpecDifference(from: spec, to: try Self.withoutRoot()), as: "main").warnings.count == 1)
    #expect(ApplyOutcome(reading: .null) == nil)
  }

  private static func withoutRoot() throws -> Spec {
    try SpecReader.read([SourceText(name: "spec.yaml", "version: 1\nsettings: {max_concurrent_backups: 2}\n")]).spec
  }
}
