// The routes of runs: the list, one run, cancelling it and asking for it again.

import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

extension Route {
  static let runPages: [Route] = [
    .get("/runs", .role(.viewer), "Lists runs, the newest first.") { request, site in
      var filter = RunFilter()
      filter.host = try request.filteredHost()
      filter.states = try request.chosen("state")
      filter.kinds = try request.chosen("kind")
      filter.triggers = try request.chosen("trigger")
      let (wanted, place, mayOperate) = (filter, try request.place(Int64.self), request.may(.operator))
      return .page(
        try await site.views.page(key: "/runs \(wanted) \(place) \(mayOperate)", lasting: 1) {
          let page = try await site.store.runs(matching: wanted, at: place, limit: Route.historyPageLength)
          return Page("Runs", in: .runs, .runs, RunsView(page, wanted, mayOperate: mayOperate, now: site.now))
        })
    },
    .get("/runs/:id", .role(.viewer), "Shows one run, with its log for operators.") { request, site in
      let id = try request.number("id")
      let reader = RunReader(request)
      let role = reader.role?.rawValue ?? "none"
      return .page(
        try await site.views.page(key: "/runs/\(id) \(role)", lasting: 1) {
          Page("Run \(id)", in: .runs, .run, try await site.view(ofRun: id, for: reader))
        })
    },
    .post("/runs/:id/cancel", .role(.operator), "Cancels a run that has not ended.") { request, site in
      let id = try request.number("id")
      let cancellation = try await site.cancelRun(id, for: request)
      let notice: String =
        switch cancellation {
        case .unknownRun: throw WebProblem.notFound("a run \(id)")
        case .over(let state): "Run \(id) had ended already: \(state.rawValue)."
        case .cancelled: "Run \(id) is cancelled."
        case .requested: "Run \(id) is being stopped."
        }
      return .redirect(to: "/runs/\(id)", notice: notice)
    },
    .post("/runs/:id/retry", .role(.operator), "Queues a run that did not go well once more.") { request, site in
      let next = try await site.retryRun(try request.number("id"), for: request)
      return .redirect(to: "/runs/\(next)", notice: "Queued as run \(next).")
    },
  ]

  /// How many entries of a history a page shows.
  static let historyPageLength = 50
}

extension Site {
  fileprivate func view(ofRun id: Int64, for reader: RunReader) async throws -> RunView {
    guard let run = try await store.run(id) else { throw WebProblem.notFound("a run \(id)") }
    let waitsFor = run.state == .queued ? try await environment.queueWaits().waits.reason(of: run) : nil
    let attempts: [Run] =
      if let due = run.scheduledFor { try await store.attempts(of: run.host, kind: run.kind, for: due) } else { [] }
    return RunView(run, waitsFor: waitsFor, attempts: attempts, reader: reader, now: now)
  }

  /// Cancels a run that has not ended, and notes who did.
  func cancelRun(_ id: Int64, for request: WebRequest) async throws -> Cancellation {
    try await store.cancelRun(
      id, by: request.actor, noting: NewAuditEntry(by: request, "run.cancel", on: "run/\(id)"), at: now)
  }

  /// Queues a run again that did not go well, and notes who did.
  /// - Returns: the number of the run that does it.
  func retryRun(_ id: Int64, for request: WebRequest) async throws -> Int64 {
    guard let run = try await store.run(id) else { throw WebProblem.notFound("a run \(id)") }
    guard run.mayBeRetried else {
      throw WebProblem(
        .conflict, "run_not_retried", "Run \(id) cannot be run again", detail: "it is \(run.state.rawValue)",
        remedy: "only runs that have ended, and not well, are run again")
    }
    guard RunReader(request).mayRetry(run) else { throw Refusal.tooLittle(needed: .admin) }
    let queueing = try await store.queue(
      run.retry(by: request.actor, trigger: .web),
      noting: { next in
        NewAuditEntry(by: request, "run.retry", on: "run/\(id)", after: .map([YAMLPair("run", .int(next))]))
      }, at: now)
    switch queueing {
    case .queued(let next), .joined(let next): return next
    case .obstructed(let other):
      throw WebProblem(
        .conflict, "run_in_the_way", "Run \(other) is in the way",
        detail: "it is of the same host and kind, has not ended, and is for something else",
        remedy: "wait for it, or cancel it")
    case .outdated:
      throw WebProblem(.conflict, "outdated", "The host has changed meanwhile", remedy: "try again")
    }
  }
}
