// Admission: lanes, groups, one run a host, and pauses.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct AdmissionTests {
  private func run(
    _ name: String, _ kind: RunKind = .backup, _ groups: [String] = [], by trigger: RunTrigger = .schedule
  ) throws -> Run {
    var request = RunRequest(host: try HostName(text: name), kind: kind, trigger: trigger, reason: "because")
    request.concurrencyGroups = groups
    return Run(id: 1, request, state: .queued, queuedAt: .distantPast)
  }

  private func limits(_ keys: String = "") throws -> ConcurrencyLimits {
    ConcurrencyLimits(try spec("settings: {\(keys)}").settings)
  }

  private func admits(
    _ run: Run, beside running: [Run], _ limits: ConcurrencyLimits? = nil, pauses: Pauses = Pauses()
  ) throws -> Bool {
    let admission = try (limits ?? self.limits()).admission(beside: running, pauses: pauses)
    // What is left out before runs are looked at is just what would not be admitted.
    let isConsidered =
      admission.openLanes.contains(run.kind) && (!admission.requestsOnly || run.trigger.isRequest)
    let admits = admission.admits(run)
    #expect(isConsidered || !admits)
    return admits
  }

  @Test func `a restore into a directory is left to the command that asked for it`() throws {
    let id = try #require(SnapshotID("scheduled/20260519-021500Z__AAAAAAAA"))
    for target in [RestoreOrder.Target.original, .remote(.root), .local(.root)] {
      let order = RestoreOrder(snapshot: id, path: [], target: target)
      let host = try HostName(text: "web-1")
      let request = RunRequest(restoring: order, of: host, trigger: .cli, requestedBy: "alice")
      let run = Run(id: 7, request, state: .queued, queuedAt: .distantPast)
      #expect(try admits(run, beside: []) == (target != .local(.root)))
    }
  }

  // MARK: - Lanes

  private static let lanes: [(RunKind, Int, String?)] = [
    (.backup, 4, "max_concurrent_backups"), (.discover, 4, "max_concurrent_discoveries"),
    (.prune, 2, "max_concurrent_prunes"), (.emptyTrash, 1, nil), (.verify, 1, "max_concurrent_verifications"),
    (.restore, 2, nil), (.preflight, 4, nil), (.dryRun, 2, nil),
  ]

  @Test(arguments: lanes)
  func `each kind has a lane of its own, of a width of its own`(
    _ kind: RunKind, _ usual: Int, _ key: String?
  ) throws {
    let others = try RunKind.allCases.filter { $0 != kind }.flatMap { other in
      try (0..<9).map { try run("other-\(other.rawValue)-\($0)", other) }
    }
    for (limits, width) in [
      (ConcurrencyLimits(nil), usual), (try limits(), usual),
      (try limits(key.map { "\($0): 7" } ?? ""), key == nil ? usual : 7),
    ] {
      let running = try (0..<width).map { try run("web-\($0)", kind) }
      let next = try run("web-99", kind)
      #expect(try admits(next, beside: running.dropLast() + others, limits))
      #expect(try !admits(next, beside: running + others, limits))
      #expect(try !admits(run("web-99", kind, by: .cli), beside: running + others, limits), "nor for a person")
    }
  }

  @Test(arguments: RunKind.allCases, RunKind.allCases)
  func `a host has one run at a time, and besides its trash may be emptied and it may be looked at`(
    _ running: RunKind, _ queued: RunKind
  ) throws {
    let besides: Set<RunKind> = [.emptyTrash, .preflight, .dryRun]
    // There is one place for emptying trash at all.
    let isFull = running == .emptyTrash && queued == .emptyTrash
    let isBeside = (besides.contains(running) || besides.contains(queued)) && !isFull
    #expect(try admits(run("web-1", queued), beside: [run("web-1", running)]) == isBeside)
    #expect(try admits(run("web-1", queued, by: .cli), beside: [run("web-1", running)]) == isBeside)
    let narrow: [RunKind] = [.verify, .emptyTrash]
    #expect(try admits(run("web-2", queued), beside: narrow.contains(running) ? [] : [run("web-1", running)]))
  }

  // MARK: - Groups

  @Test func `as many hosts with the same value of a label are backed up as the group allows`() throws {
    let limits = try limits("concurrency_groups: {hypervisor: 2, site: 3}")
    let two = try [run("a", .backup, ["hypervisor=hv1", "site=x"]), run("b", .backup, ["hypervisor=hv1", "site=y"])]
    #expect(try !admits(run("c", .backup, ["hypervisor=hv1"]), beside: two, limits))
    #expect(try admits(run("c", .backup, ["hypervisor=hv1"]), beside: [two[0]], limits))
    #expect(try admits(run("c", .backup, ["hypervisor=hv2", "site=x"]), beside: two, limits))
    #expect(try admits(run("c"), beside: two, limits))
    let three = try two + [run("d", .backup, ["hypervisor=hv2", "site=x"])]
    #expect(try !admits(run("c", .backup, ["hypervisor=hv1", "site=z"]), beside: three, limits))
    #expect(try admits(run("c", .backup, ["hypervisor=hv2", "site=x"]), beside: three, limits))
  }

  @Test func `only backups count for groups`() throws {
    let limits = try limits("concurrency_groups: {hypervisor: 1}")
    let group = ["hypervisor=hv1"]
    #expect(try admits(run("a", .prune, group), beside: [run("b", .backup, group)], limits))
    #expect(try admits(run("a", .backup, group), beside: [run("b", .prune, group)], limits))
    #expect(try !admits(run("a", .backup, group), beside: [run("b", .backup, group)], limits))
    #expect(try !admits(run("a", .backup, group, by: .cli), beside: [run("b", .backup, group)], limits))
  }

  @Test func `a group whose limit was taken away holds nothing back`() throws {
    let busy = try [run("a", .backup, ["hypervisor=hv1"]), run("b", .backup, ["hypervisor=hv1"])]
    #expect(try admits(run("c", .backup, ["hypervisor=hv1", "odd"]), beside: busy))
  }

  @Test func `the groups of a host are its labels that have a limit`() throws {
    let limits = try limits("concurrency_groups: {site: 1, hypervisor: 2}")
    let host = try host("labels: {site: a=b, role: web, hypervisor: hv1}")
    #expect(limits.groups(of: host) == ["hypervisor=hv1", "site=a=b"])
    #expect(ConcurrencyLimits(nil).groups(of: host) == [])
    let group = limits.groups(of: host)
    #expect(try !admits(run("c", .backup, group), beside: [run("d", .backup, ["site=a=b"])], limits))
  }

  // MARK: - Pauses

  @Test(arguments: RunKind.allCases, RunTrigger.allCases)
  func `a host that is paused begins only what a person asks for`(_ kind: RunKind, _ trigger: RunTrigger) throws {
    let pause = Pause(until: nil, reason: nil, actor: "alice", pausedAt: .distantPast)
    var own = Pauses()
    own.hosts[try HostName(text: "web-1")] = pause
    var all = Pauses()
    all.all = pause
    let isAsked = trigger == .cli || trigger == .web
    #expect(try admits(run("web-1", kind, by: trigger), beside: [], pauses: own) == isAsked)
    #expect(try admits(run("web-2", kind, by: trigger), beside: [], pauses: own))
    #expect(try admits(run("web-2", kind, by: trigger), beside: [], pauses: all) == isAsked)
  }
}
