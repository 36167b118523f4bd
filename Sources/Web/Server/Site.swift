// What handlers work with.

import Engine
import Foundation
import Logging
import Reconciler
import Spec
import Store

/// Everything that the pages and the API are made from.
package struct Site: Sendable {
  let environment: Reconciler.Environment
  let views: ViewCache
  let options: WebServer.Options
  let logger: Logger
  /// What has been answered so far, for the metrics.
  let traffic: Traffic
  let renderer: Renderer
  let frames: Frames
  let machines: Machines
  /// What pages show of all hosts.
  let fleet: FleetPictures

  init(environment: Reconciler.Environment, options: WebServer.Options, logger: Logger) throws {
    self.environment = environment
    self.options = options
    self.logger = logger
    let traffic = Traffic()
    self.traffic = traffic
    machines = Machines(environment, traffic: traffic, ticks: options.ticks)
    renderer = try Renderer(Template.all)
    frames = Frames(renderer)
    views = ViewCache(renderer: renderer, clock: environment.elapsed, threads: DedicatedThreads(niceness: 0))
    fleet = FleetPictures(environment)
  }

  var store: Store { environment.store }
  var now: Date { environment.clock.now }

  /// Lets whoever has changed something see it at once: pages are remembered for a moment.
  func forget() async {
    await fleet.lines.forget()
    await views.forget()
  }

  /// Notes in the audit log who did what, from where, where that changed nothing in the database: a change there takes
  /// its entry, as `noting`, into its own transaction.
  ///
  /// - Parameter action: dotted, in snake_case: `host.pause`.
  /// - Parameter subject: what it was done to: `host/web-1`, `run/17`, `user/ann`.
  func audit(
    _ request: WebRequest, _ action: String, on subject: String, before: YAMLValue? = nil, after: YAMLValue? = nil
  ) async throws {
    try await store.recordAudit(
      NewAuditEntry(by: request, action, on: subject, before: before, after: after), at: now)
  }
}

extension NewAuditEntry {
  init(
    by request: WebRequest, _ action: String, on subject: String, before: YAMLValue? = nil, after: YAMLValue? = nil
  ) {
    self.init(
      actor: request.actor, role: request.identity?.role, address: request.remoteAddress, action: action,
      subject: subject, before: before, after: after)
  }
}
