// The routes that programs watch over pobsync by.

import HTTPTypes
import Reconciler
import Store

extension Route {
  static let machineRoutes: [Route] = [
    .get("/healthz", .anyone, "Tells that the process lives.") { _, _ in .text("ok\n") },
    .get("/readyz", .anyone, "Tells whether the database answers, the disk can be used and a controller leads.") {
      request, site in
      try await site.machines.readiness.value.response(tellsDetails: request.may(.operator))
    },
    // Who may ask is decided by an option: what scrapes on the same machine may have no token.
    .get("/metrics", .anyone, "Gives the metrics in the text format of Prometheus.") { request, site in
      guard !site.options.metricsNeedToken || request.identity != nil else { throw Refusal.unknown.problem(for: nil) }
      return .text(try await site.machines.metricsText, type: Exposition.contentType)
    },
  ]

  static let streamRoutes: [Route] = [
    Route.get("/api/stream", .role(.viewer), "Tells, as server-sent events, when runs, hosts or events change.") {
      request, site in
      guard let place = site.machines.streams.take(for: request.actor) else {
        throw WebProblem.tooBusy(
          "too_many_readers", "Too many readers follow the stream of changes already",
          remedy: "close pages that are open, or try again later; pages can be reloaded meanwhile")
      }
      let stream = ChangeStream(
        feed: site.machines.changes, logger: site.logger, elapsed: site.environment.elapsed,
        isAdmitted: { await site.stillAdmits(request) })
      return .stream(type: "text/event-stream", headers: [.cacheControl: "no-store"]) { sink in
        defer { withExtendedLifetime(place) {} }
        do {
          try await stream.send(to: sink)
        } catch is CancellationError {
          // The end of the server is the end of the stream; readers come back by themselves.
        }
      }
    }
    .described(
      Operation(
        id: "streamChanges", tag: "Status",
        answers: [Operation.Answer(status: .ok, summary: "Events, as long as they are read", content: .events)]))
  ]
}

extension Site {
  /// Whether whoever asked is still signed in, or has a token that holds. While the database is away nobody is sent off.
  fileprivate func stillAdmits(_ request: WebRequest) async -> Bool {
    do {
      return try await recognise(request.headers, isSecure: request.isSecure) != nil
    } catch {
      return !(error is Refusal)
    }
  }
}
