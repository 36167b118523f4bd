// The API: runs, and what else has happened.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

extension Route {
  static let apiRuns: [Route] = [
    .api(
      .get, "/api/runs", .viewer, "Runs, the newest first.",
      Operation(
        id: "listRuns", tag: "Runs",
        reads: [Ask.hostFilter, Ask.runState, Ask.runKind, Ask.runTrigger, Ask.beforeRun, Ask.limit],
        answers: [.list("Run", "A page of runs")])
    ) { call in
      var filter = RunFilter()
      filter.host = try call(Ask.hostFilter)
      filter.states = try call(Ask.runState)
      filter.kinds = try call(Ask.runKind)
      filter.triggers = try call(Ask.runTrigger)
      let page = try await call.site.store.runs(
        matching: filter, at: HistoryPlace(before: try call(Ask.beforeRun)), limit: try call(Ask.limit))
      return .list(
        page.entries.map { $0.value(for: call.audience) }, next: page.hasOlder ? page.entries.last?.id : nil,
        of: "runs")
    },
    .api(
      .get, "/api/runs/:id", .viewer, "One run, without its log.",
      Operation(id: "getRun", tag: "Runs", reads: [Ask.run], answers: [.ok("RunDetail", "The run")])
    ) { call in
      let run = try await ApiRuns.run(call)
      let waitsFor = run.state == .queued ? try await call.site.environment.queueWaits().waits.reason(of: run) : nil
      return .json(run.detail(waitsFor: waitsFor, for: call.audience))
    },
    .api(
      .get, "/api/runs/:id/log", .operator, "What a run's programs have said, from a place on.",
      Operation(
        id: "getRunLog", tag: "Runs", reads: [Ask.run, Ask.offset],
        answers: [
          Operation.Answer(
            status: .ok, summary: "The log from that place on", content: .text,
            headers: [
              (name: "X-Log-Offset", summary: "Where the next piece begins", schema: Schema.whole),
              (name: "X-Log-Ended", summary: "Whether nothing more will come", schema: Schema.flag),
            ])
        ])
    ) { call in .log(of: try await ApiRuns.run(call), from: try call(Ask.offset)) },
    .api(
      .post, "/api/runs/:id/cancel", .operator, "Cancels a run that has not ended.",
      Operation(
        id: "cancelRun", tag: "Runs", reads: [Ask.run], body: .members([]),
        answers: [
          .ok("Run", "The run, which never begins"),
          Operation.Answer(
            status: .accepted, summary: "The run, which its worker stops within seconds", content: .json("Run")),
        ])
    ) { call in try await ApiRuns.cancel(call) },
  ]

  static let apiHistories: [Route] = [
    .api(
      .get, "/api/events", .viewer, "Events, those that happened last first.",
      Operation(
        id: "listEvents", tag: "History",
        reads: [Ask.hostFilter, Ask.severity, Ask.since, Ask.beforeEvent, Ask.limit],
        answers: [.list("Event", "A page of events")])
    ) { call in
      var filter = EventFilter()
      filter.host = try call(Ask.hostFilter)
      filter.severities = try call(Ask.severity)
      filter.since = try call(Ask.since)
      let page = try await call.site.store.events(
        matching: filter, at: HistoryPlace(before: try call(Ask.beforeEvent)), limit: try call(Ask.limit))
      return .list(
        page.entries.map { $0.value(for: call.audience) }, next: page.hasOlder ? page.entries.last?.key : nil,
        of: "events")
    },
    .api(
      .get, "/api/purges", .operator, "Snapshots that were deleted, the latest first.",
      Operation(
        id: "listPurges", tag: "History", reads: [Ask.hostFilter, Ask.beforePurge, Ask.limit],
        answers: [.list("Purge", "A page of purges")])
    ) { call in
      let page = try await call.site.store.purges(
        of: try call(Ask.hostFilter), at: HistoryPlace(before: try call(Ask.beforePurge)), limit: try call(Ask.limit))
      return .list(page.entries.map(\.value), next: page.hasOlder ? page.entries.last?.id : nil, of: "purges")
    },
    .api(
      .get, "/api/deliveries", .operator, "Notifications and whether they arrived, the latest first.",
      Operation(
        id: "listDeliveries", tag: "History",
        reads: [Ask.hostFilter, Ask.deliveryState, Ask.beforeDelivery, Ask.limit],
        answers: [.list("Delivery", "A page of deliveries")])
    ) { call in
      let page = try await call.site.store.deliveries(
        of: try call(Ask.hostFilter), in: try call(Ask.deliveryState),
        at: HistoryPlace(before: try call(Ask.beforeDelivery)), limit: try call(Ask.limit))
      return .list(page.entries.map(\.value), next: page.hasOlder ? page.entries.last?.id : nil, of: "deliveries")
    },
  ]
}

extension HistoryPlace {
  /// What is older than this; the newest without any.
  fileprivate init(before key: Key?) { self = key.map { HistoryPlace.before($0) } ?? .newest }
}

enum ApiRuns {
  static func run(_ call: ApiCall) async throws -> Run {
    let id = try call(Ask.run)
    guard let run = try await call.site.store.run(id) else { throw WebProblem.notFound("a run \(id)") }
    return run
  }

  static func cancel(_ call: ApiCall) async throws -> WebResponse {
    let id = try call(Ask.run)
    let status: HTTPResponse.Status
    switch try await call.site.cancelRun(id, for: call.request) {
    case .unknownRun: throw WebProblem.notFound("a run \(id)")
    case .over(let state):
      throw WebProblem(.conflict, "run_over", "Run \(id) had ended already", detail: "it is \(state.rawValue)")
    case .cancelled: status = .ok
    case .requested: status = .accepted
    }
    return .json(try await run(call).value(for: call.audience), status: status)
  }
}
