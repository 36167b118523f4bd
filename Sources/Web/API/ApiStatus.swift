// The API: how everything is, and what is declared.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

extension Route {
  static let apiStatus: [Route] = [
    .api(
      .get, "/api/status", .viewer, "How everything is: the service, the disk, hosts, runs, and what comes next.",
      Operation(id: "getStatus", tag: "Status", answers: [.ok("Status", "The status")])
    ) { call in
      let report = try await call.site.environment.status()
      guard !call.audience.mayOperate else { return .json(madeAtOnce: report.value) }
      let pauses = YAMLValue.list(report.pauses.map { $0.value(for: call.audience) })
      return .json(
        madeAtOnce: .map(report.forViewers.value.members.map { $0.key == "pauses" ? YAMLPair("pauses", pauses) : $0 }))
    },
    .api(
      .get, "/api/openapi.json", .viewer, "This description of the API.",
      Operation(
        id: "getDescription", tag: "Status",
        answers: [Operation.Answer(status: .ok, summary: "An OpenAPI 3.1 document", content: .document)])
    ) { _ in .json(ApiDescription.whole) },
  ]

  static let apiDeclared: [Route] = [
    .api(
      .get, "/api/settings", .operator, "The settings, as they are declared.",
      Operation(id: "getSettings", tag: "Desired state", answers: [.ok("Settings", "The settings")])
    ) { call in .json(try await call.site.store.desired().spec.settingsValue) },
    resources(.schedule, "listSchedules", "Schedules, as they are declared."),
    resources(.retention, "listRetention", "Retention policies, as they are declared."),
    resources(.profile, "listProfiles", "Profiles, as they are declared."),
    resources(.notification, "listNotifications", "Notifications, as they are declared, with URLs masked."),
  ]

  private static func resources(_ kind: ResourceKind, _ id: String, _ summary: String) -> Route {
    .api(
      .get, "/api/\(kind.section)", .operator, summary,
      Operation(id: id, tag: "Desired state", answers: [.list("Resource", "All of them, by name")])
    ) { call in .list(try await call.site.store.desired().spec.resourceValues(kind, isMasked: true)) }
  }
}

extension Operation.Answer {
  static func ok(_ schema: String, _ summary: String) -> Operation.Answer {
    Operation.Answer(status: .ok, summary: summary, content: .json(schema))
  }

  static func list(_ schema: String, _ summary: String) -> Operation.Answer {
    Operation.Answer(status: .ok, summary: summary, content: .list(schema))
  }
}

extension Run {
  /// The run as far as a status tells of it, without what may name schedules and accounts.
  fileprivate var withoutReason: Run {
    var run = Run(
      id: id, RunRequest(host: host, kind: kind, trigger: trigger, reason: trigger.rawValue), state: state,
      queuedAt: queuedAt, rankedAt: rankedAt)
    run.startedAt = startedAt
    run.progress = progress
    return run
  }
}

extension StatusReport {
  /// The report for those who may only watch: without paths, processes, requests of the spec, and messages that may hold
  /// an address.
  var forViewers: StatusReport {
    var report = self
    report.backupRoot.path = nil
    report.backupRoot.problem = backupRoot.problem.map { _ in "the backup root cannot be used" }
    var names: [String: String] = [:]
    for (index, worker) in service.workers.enumerated() { names[worker.name] = "worker-\(index + 1)" }
    func shown(_ process: ServiceProcess) -> ServiceProcess {
      var process = process
      process.name = names[process.name] ?? process.name
      process.pid = nil
      process.machine = nil
      return process
    }
    report.service.controller = service.controller.map(shown)
    report.service.workers = service.workers.map(shown)
    report.running = running.map { run in
      var shown = run.withoutReason
      shown.worker = run.worker.flatMap { names[$0] }
      return shown
    }
    report.queue.first = queue.first.map { QueuedRun(run: $0.run.withoutReason, waitsFor: "its turn") }
    func told(_ troubles: [HostTrouble]) -> [HostTrouble] {
      troubles.map { trouble in
        var trouble = trouble
        trouble.message =
          HostWords.message(trouble.message, reason: trouble.reason, mayOperate: false)
          ?? HostWords.reason(trouble.reason)
        return trouble
      }
    }
    report.failed = told(failed)
    report.late = told(late)
    report.waiting = told(waiting)
    report.requests = []
    report.nextFires = []
    return report
  }
}
