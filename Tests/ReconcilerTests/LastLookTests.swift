// The last look at a run before it begins: what has lost its use is dropped, and a person's word counts.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

struct LastLookTests {
  private func objection(
    to kind: RunKind, by trigger: RunTrigger = .schedule, host: EffectiveHost?, at now: String = "2026-05-19 12:00"
  ) throws -> String? {
    let request = RunRequest(host: try HostName(text: "web-1"), kind: kind, trigger: trigger, reason: "because")
    let run = Run(id: 1, request, state: .running, queuedAt: try time("2026-05-19 02:15"))
    let result = Planner.objection(to: run, host: host, now: try time(now))
    if let result {
      #expect(result.state == .cancelled)
      #expect(result.errorCode == RunErrorCode.superseded)
    }
    return result?.message
  }

  @Test(arguments: RunKind.allCases, RunTrigger.allCases)
  func `nothing is said against a run of a host that is as it was`(_ kind: RunKind, _ trigger: RunTrigger) throws {
    #expect(try objection(to: kind, by: trigger, host: host()) == nil)
  }

  @Test(arguments: RunKind.allCases, RunTrigger.allCases)
  func `no run of a host that is not declared any more begins`(_ kind: RunKind, _ trigger: RunTrigger) throws {
    #expect(try objection(to: kind, by: trigger, host: nil) == "host web-1 is not declared any more")
  }

  @Test(arguments: RunKind.allCases, RunTrigger.allCases)
  func `what is suspended begins only what a person asks for`(_ kind: RunKind, _ trigger: RunTrigger) throws {
    let suspended = try host("suspended: true, suspended_reason: new disks")
    let asleep = try host(schedule: #"cron: "15 2 * * *", suspended: true"#)
    let text = """
      settings: {suspended: true}
      schedules: {nightly: {cron: "15 2 * * *"}}
      hosts: {web-1: {schedule: nightly}}
      """
    let stopped = try #require(try spec(text).effectiveHosts.first)
    let cases = [
      (suspended, "the host is suspended: new disks"), (asleep, "its schedule nightly is suspended"),
      (stopped, "everything is suspended"),
    ]
    let isAsked = trigger == .cli || trigger == .web
    for (host, why) in cases {
      #expect(
        try objection(to: kind, by: trigger, host: host)
          == (isAsked ? nil : "\(why); it was not when the run was queued"))
    }
  }

  @Test(
    arguments: [
      ("run_requested: one", nil),
      ("run_requested: two", "the host's `run_requested` has changed since the run was queued"),
      ("", "the host's `run_requested` has changed since the run was queued"),
      ("run_requested: one, suspended: true", "the host is suspended; it was not when the run was queued"),
    ] as [(String, String?)])
  func `a backup that the spec asked for begins while it does, whatever the windows say`(
    _ keys: String, why: String?
  ) throws {
    var request = RunRequest(
      host: try HostName(text: "web-1"), kind: .backup, trigger: .reconcile, reason: "because")
    request.runRequested = try Remark(text: "one")
    let run = Run(id: 1, request, state: .running, queuedAt: try time("2026-05-19 02:15"))
    let closed = #"cron: "15 2 * * *", windows: ["22:00-06:00"]"#
    for schedule in [nil, closed] {
      let result = Planner.objection(
        to: run, host: try host(keys, schedule: schedule), now: try time("2026-05-19 12:00"))
      #expect(result?.message == why)
    }
  }

  @Test(arguments: RunKind.allCases)
  func `a backup by a schedule that is gone does not begin`(_ kind: RunKind) throws {
    let bare = try host(schedule: nil)
    #expect(
      try objection(to: kind, host: bare) == (kind == .backup ? "the host has no schedule any more" : nil))
    #expect(try objection(to: kind, by: .cli, host: bare) == nil)
  }

  @Test(arguments: [("21:59:59", false), ("22:00", true), ("23:00", true), ("05:59:59", true), ("06:00", false)])
  func `a backup that no place was free for in its window waits for the next`(_ hour: String, isOpen: Bool) throws {
    let host = try host(schedule: #"cron: "15 2 * * *", windows: ["22:00-06:00"]"#)
    let closed = "the window for backups closed before a place was free; it is planned again when it opens"
    #expect(try objection(to: .backup, host: host, at: "2026-05-19 \(hour)") == (isOpen ? nil : closed))
    #expect(try objection(to: .backup, by: .cli, host: host, at: "2026-05-19 \(hour)") == nil)
    #expect(try objection(to: .prune, by: .reconcile, host: host, at: "2026-05-19 \(hour)") == nil)
    #expect(try objection(to: .discover, by: .reconcile, host: host, at: "2026-05-19 \(hour)") == nil)
  }
}
