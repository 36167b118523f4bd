// The API: hosts, and what is asked to be done for them.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

extension Route {
  static let apiHosts: [Route] = [
    .api(
      .get, "/api/hosts", .viewer, "Hosts by name: those that are declared, and those of which something is left.",
      Operation(
        id: "listHosts", tag: "Hosts",
        reads: [Ask.text, Ask.label, Ask.condition, Ask.schedule, Ask.afterHost, Ask.limit],
        answers: [.list("Host", "A page of hosts; what is declared of them is shown to operators")])
    ) { call in try await ApiHosts.list(call) },
    .api(
      .get, "/api/hosts/:host", .viewer, "Everything about a host; what is declared of it is shown to operators.",
      Operation(
        id: "getHost", tag: "Hosts", reads: [Ask.host], answers: [.ok("HostDetail", "The host")])
    ) { call in .json(madeAtOnce: try await ApiHosts.report(call, looks: false).value(for: call.audience)) },
    .api(
      .get, "/api/hosts/:host/plan", .operator,
      "What the loop would do for a host now, what waits, and what retention says of each snapshot.",
      Operation(id: "getHostPlan", tag: "Hosts", reads: [Ask.host], answers: [.ok("HostPlan", "The plan")])
    ) { call in .json(try await ApiHosts.report(call, looks: true).retentionValue) },
    .api(
      .post, "/api/hosts/:host/backup", .operator, "Backs a host up now.",
      Operation(
        id: "backUpHost", tag: "Hosts", reads: [Ask.host], body: .members([Tell.snapshotKind, Tell.prune]),
        answers: .queued)
    ) { call in
      let orders = try HostOrders(call.request, call.site)
      let (kind, prunes) = (try call(Tell.snapshotKind) ?? .manual, try call(Tell.prune) ?? false)
      return try await ApiHosts.answer(try await orders.backUp(kind, prunes: prunes), call)
    },
    .api(
      .post, "/api/hosts/:host/discover", .operator, "Reads a host's snapshots from disk into the store.",
      Operation(
        id: "discoverHost", tag: "Hosts", reads: [Ask.host], body: .members([]), answers: .queued)
    ) { call in
      let orders = try HostOrders(call.request, call.site)
      return try await ApiHosts.answer(try await orders.discover(), call)
    },
    .api(
      .post, "/api/hosts/:host/pause", .operator, "Begins nothing by itself for a host for a while.",
      Operation(
        id: "pauseHost", tag: "Hosts", reads: [Ask.host],
        body: .members([Tell.span, Tell.until, Tell.reason]), answers: [.ok("Pause", "The pause")])
    ) { call in
      let orders = try HostOrders(call.request, call.site)
      let pause = try await orders.pause(try call.end, reason: try OrderEnd.reason(try call(Tell.reason)))
      return .json(PauseStatus(host: orders.host, pause: pause).value)
    },
    .api(
      .post, "/api/hosts/:host/resume", .operator, "Ends the pause of a host.",
      Operation(
        id: "resumeHost", tag: "Hosts", reads: [Ask.host], body: .members([]),
        answers: [.ok("Changed", "Whether it was paused")])
    ) { call in
      let orders = try HostOrders(call.request, call.site)
      return .json(.map([YAMLPair("changed", .bool(try await orders.resume()))]))
    },
  ]
}

extension ApiCall {
  /// When a pause or a pin ends.
  var end: OrderEnd {
    get throws { OrderEnd(span: try self(Tell.span) ?? "", time: try self(Tell.until) ?? "") }
  }
}

extension [Operation.Answer] {
  /// Those to a request for a run.
  fileprivate static var queued: [Operation.Answer] {
    let location: (name: String, summary: String, schema: YAMLValue) = (
      name: "Location", summary: "Where the run is", schema: Schema.text
    )
    return [
      Operation.Answer(
        status: .accepted, summary: "A run is queued", content: .json("RequestedRun"), headers: [location]),
      Operation.Answer(
        status: .ok, summary: "A run that was queued or running already serves", content: .json("RequestedRun"),
        headers: [location]),
    ]
  }
}

enum ApiHosts {
  static func list(_ call: ApiCall) async throws -> WebResponse {
    var query = HostQuery()
    query.seesDeclarations = call.audience.mayOperate
    query.text = try call(Ask.text)
    query.labels = try call(Ask.label)
    query.schedule = try call(Ask.schedule)
    let (state, after, limit) = (try call(Ask.condition), try call(Ask.afterHost), try call(Ask.limit))
    let matching = try await call.site.fleet.lines.value.filter { line in
      (after.map { $0 < line.host } ?? true) && (state == nil || line.state == state) && query.matches(line)
    }
    let shown = matching.prefix(limit)
    let spec = try await call.site.store.desired().spec
    let retained = try await call.site.store.retainedHosts()
    return .list(
      shown.map { $0.value(spec, retained: retained[$0.host], for: call.audience) },
      next: matching.count > limit ? shown.last?.host : nil, of: "hosts")
  }

  /// - Parameter looks: whether the host's directory is looked at.
  static func report(_ call: ApiCall, looks: Bool) async throws -> HostReport {
    let host = try call(Ask.host)
    guard let report = try await call.site.environment.hostReport(of: host, lookingAtDisk: looks) else {
      throw UnknownHost(host, among: try await call.site.store.desired().spec)
    }
    return report
  }

  /// Tells which run does what was asked for.
  static func answer(_ queueing: Queueing, _ call: ApiCall) async throws -> WebResponse {
    let id: Int64
    var isJoined = false
    switch queueing {
    case .queued(let run): id = run
    case .joined(let run):
      id = run
      isJoined = true
    case .obstructed(let other):
      throw WebProblem(
        .conflict, "run_in_the_way", "Run \(other) is in the way",
        detail: "it is of the same host and kind, has not ended, and is for something else",
        remedy: "wait for it, or cancel it")
    case .outdated:
      throw WebProblem(.conflict, "outdated", "The host has changed meanwhile", remedy: "try again")
    }
    guard let run = try await call.site.store.run(id) else { throw WebProblem.notFound("a run \(id)") }
    var response = WebResponse.json(
      .map([YAMLPair("run", run.value(for: call.audience)), YAMLPair("joined", .bool(isJoined))]),
      status: isJoined ? .ok : .accepted)
    response.headers[.location] = "/api/runs/\(id)"
    return response
  }
}
