// What operators do with a host. Each is what a command does, by the same functions, and is noted in the audit log.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

struct HostActions: Sendable {
  private let request: WebRequest
  private let site: Site
  private let orders: HostOrders

  init(_ request: WebRequest, _ site: Site) throws(WebProblem) {
    self.request = request
    self.site = site
    orders = try HostOrders(request, site)
  }

  private var host: HostName { orders.host }
  private var environment: Reconciler.Environment { site.environment }
  private var subject: String { "host/\(host)" }
  private var page: String { HostPath.host(host) }

  // MARK: - Runs

  func backUp() async throws -> WebResponse {
    let text = request.field("kind") ?? SnapshotKind.manual.rawValue
    guard let kind = SnapshotKind(rawValue: text) else {
      throw WebProblem.badRequest("kind is \(text.excerpt.quoted); it is manual or scheduled")
    }
    let queueing = try await orders.backUp(kind, prunes: request.field("prune") != nil)
    return try answer(queueing, "backup")
  }

  func backUpAsDeclared() async throws -> WebResponse {
    let wanted = try await environment.declaredBackupRequest(of: host, .web)
    let queueing = try await orders.queue(
      wanted, as: "host.run_requested",
      [YAMLPair("run_requested", wanted.runRequested.map { .string($0.description) } ?? .null)])
    return try answer(queueing, HostWords.kind(wanted.kind))
  }

  func discover() async throws -> WebResponse {
    try answer(try await orders.discover(), HostWords.kind(.discover))
  }

  /// Leads to the page of a run. What is in the way is said there, where it can be cancelled.
  private func answer(_ queueing: Queueing, _ kind: String) throws -> WebResponse {
    let what = "\(kind) of \(host)"
    switch queueing {
    case .queued(let run): return .redirect(to: "/runs/\(run)", notice: "The \(what) is queued.")
    case .joined(let run):
      return .redirect(
        to: "/runs/\(run)", notice: "A \(what) was queued or running already; your request joins it.")
    case .obstructed(let other):
      let obstacle = "Nothing was queued: this \(what) is unfinished, and for something else."
      return .redirect(to: "/runs/\(other)", notice: "\(obstacle) Wait for it, or cancel it here.")
    case .outdated:
      throw WebProblem(
        .conflict, "outdated", "\(host) has changed meanwhile", remedy: "look at its page, and ask again")
    }
  }

  // MARK: - Pauses

  func pause() async throws -> WebResponse {
    let pause = try await orders.pause(end, reason: try reason())
    return .redirect(to: page, notice: "\(host) is \(pause.description).")
  }

  func resume() async throws -> WebResponse {
    let wasPaused = try await orders.resume()
    let all = try await site.store.pauses(at: site.now).all
    let rest = all.map { " Everything is still \($0.description)." } ?? ""
    return .redirect(to: page, notice: "\(host) \(wasPaused ? "is resumed" : "was not paused").\(rest)")
  }

  // MARK: - What is kept

  func accept() async throws -> WebResponse {
    let why = try reason()
    let accepted = try await environment.acceptShrinkage(
      of: host, reason: why, by: request.actor,
      noting: { lost in
        NewAuditEntry(
          by: request, "host.accept", on: subject,
          after: .map([
            YAMLPair("snapshots", .list(lost.map { .string($0.id.description) })), YAMLPair("reason", .text(why)),
          ]))
      })
    guard !accepted.isEmpty else {
      return .redirect(
        to: page, notice: "There was nothing to accept: no snapshot of \(host) holds much less than the one before.")
    }
    return .redirect(to: page, notice: "\(host) is accepted as it is: pruning goes on.")
  }

  func pin() async throws -> WebResponse {
    let id = try request.hostSnapshot()
    let pin = try await orders.pin(id, end, reason: try reason())
    return .redirect(to: HostPath.snapshot(id, of: host), notice: "\(id) is \(pin.description).")
  }

  func unpin() async throws -> WebResponse {
    let id = try request.hostSnapshot()
    let wasPinned = try await orders.unpin(id)
    return .redirect(
      to: HostPath.snapshot(id, of: host), notice: "\(id) \(wasPinned ? "is unpinned" : "was not pinned").")
  }

  func remove() async throws -> WebResponse {
    let id = try request.hostSnapshot()
    // What was confirmed has to be what the address says.
    guard request.field("snapshot") == id.description.printable() else {
      throw WebProblem.badRequest("the form does not name the snapshot \(id) that it would remove")
    }
    let wanted = try await environment.removalRequest(of: id, host: host, .web)
    let queueing = try await orders.queue(wanted, as: "snapshot.remove", on: orders.subject(id))
    return try answer(queueing, HostWords.kind(wanted.kind))
  }

  // MARK: - Parts

  private func reason() throws(WebProblem) -> String? { try OrderEnd.reason(request.field("reason")) }

  private var end: OrderEnd { OrderEnd(span: request.field("for") ?? "", time: request.field("until") ?? "") }
}
