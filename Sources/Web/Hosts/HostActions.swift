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
  private let host: HostName

  init(_ request: WebRequest, _ site: Site) throws(WebProblem) {
    self.request = request
    self.site = site
    host = try request.host()
  }

  private var environment: Reconciler.Environment { site.environment }
  private var subject: String { "host/\(host)" }
  private var page: String { HostPath.host(host) }

  // MARK: - Runs

  func backUp() async throws -> WebResponse {
    let text = request.field("kind") ?? SnapshotKind.manual.rawValue
    guard let kind = SnapshotKind(rawValue: text) else {
      throw WebProblem.badRequest("kind is \(text.excerpt.quoted); it is manual or scheduled")
    }
    let wanted = try await environment.backupRequest(
      of: host, kind: kind, prunes: request.field("prune") != nil, .web)
    return try await queue(
      wanted, as: "host.backup",
      [YAMLPair("kind", .string(kind.rawValue)), YAMLPair("prune", .bool(wanted.prunes))])
  }

  func backUpAsDeclared() async throws -> WebResponse {
    let wanted = try await environment.declaredBackupRequest(of: host, .web)
    return try await queue(
      wanted, as: "host.run_requested",
      [YAMLPair("run_requested", wanted.runRequested.map { .string($0.description) } ?? .null)])
  }

  func discover() async throws -> WebResponse {
    try await queue(try await environment.discoveryRequest(of: host, .web), as: "host.discover")
  }

  /// Queues a run, and leads to its page. What is in the way is said there, where it can be cancelled.
  private func queue(
    _ wanted: RunRequest, as action: String, on subject: String? = nil, _ details: [YAMLPair] = []
  ) async throws -> WebResponse {
    let what = "\(HostWords.kind(wanted.kind)) of \(host)"
    let run: Int64
    let notice: String
    switch try await environment.queue(wanted, askedBy: request.actor) {
    case .queued(let id):
      run = id
      notice = "The \(what) is queued."
    case .joined(let id):
      run = id
      notice = "A \(what) was queued or running already; your request joins it."
    case .obstructed(let other):
      let obstacle = "Nothing was queued: this \(what) is unfinished, and for something else."
      return .redirect(to: "/runs/\(other)", notice: "\(obstacle) Wait for it, or cancel it here.")
    case .outdated:
      throw WebProblem(
        .conflict, "outdated", "\(host) has changed meanwhile", remedy: "look at its page, and ask again")
    }
    try await site.audit(
      request, action, on: subject ?? self.subject, after: .map([YAMLPair("run", .int(run))] + details))
    return .redirect(to: "/runs/\(run)", notice: notice)
  }

  // MARK: - Pauses

  func pause() async throws -> WebResponse {
    let stored = try await site.store.desired(of: host)
    guard stored.spec.hosts[host] != nil else {
      throw UnknownHost(host, among: try await site.store.desired().spec)
    }
    let now = site.now
    let zone = stored.spec.settings?.timeZone ?? .utc
    let pause = Pause(
      until: try end(after: now, in: zone), reason: try reason(), actor: request.actor, pausedAt: now)
    try await site.store.pause(host, pause)
    try await site.audit(
      request, "host.pause", on: subject,
      after: .map([YAMLPair("until", Self.time(pause.until)), YAMLPair("reason", Self.text(pause.reason))]))
    return .redirect(to: page, notice: "\(host) is \(pause.description).")
  }

  func resume() async throws -> WebResponse {
    let wasPaused = try await site.store.resume(host)
    if wasPaused { try await site.audit(request, "host.resume", on: subject) }
    let all = try await site.store.pauses(at: site.now).all
    let rest = all.map { " Everything is still \($0.description)." } ?? ""
    return .redirect(to: page, notice: "\(host) \(wasPaused ? "is resumed" : "was not paused").\(rest)")
  }

  // MARK: - What is kept

  func accept() async throws -> WebResponse {
    let why = try reason()
    let accepted = try await environment.acceptShrinkage(of: host, reason: why, by: request.actor)
    guard !accepted.isEmpty else {
      return .redirect(
        to: page, notice: "There was nothing to accept: no snapshot of \(host) holds much less than the one before.")
    }
    try await site.audit(
      request, "host.accept", on: subject,
      after: .map([
        YAMLPair("snapshots", .list(accepted.map { .string($0.id.description) })), YAMLPair("reason", Self.text(why)),
      ]))
    return .redirect(to: page, notice: "\(host) is accepted as it is: pruning goes on.")
  }

  func pin() async throws -> WebResponse {
    let id = try request.hostSnapshot()
    let zone = try await site.store.desired(of: host).spec.settings?.timeZone ?? .utc
    let until = try end(after: site.now, in: zone)
    let why = try reason()
    let before = try await site.store.pins(of: host)[id]
    let pin = try await environment.pin(id, of: host, reason: why, until: until, by: request.actor)
    try await site.audit(
      request, "snapshot.pin", on: subject(id), before: before.map(Self.value), after: Self.value(pin))
    return .redirect(to: HostPath.snapshot(id, of: host), notice: "\(id) is \(pin.description).")
  }

  func unpin() async throws -> WebResponse {
    let id = try request.hostSnapshot()
    let before = try await site.store.pins(of: host)[id]
    let wasPinned = try await environment.unpin(id, of: host, by: request.actor)
    if wasPinned {
      try await site.audit(request, "snapshot.unpin", on: subject(id), before: before.map(Self.value))
    }
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
    return try await queue(wanted, as: "snapshot.remove", on: subject(id))
  }

  // MARK: - Parts

  private func subject(_ id: SnapshotID) -> String { "snapshot/\(host)/\(id)" }

  /// What a person says why, if anything.
  private func reason() throws(WebProblem) -> String? {
    let text = (request.field("reason") ?? "").printable(limit: 1000)
    guard text.contains(where: { !$0.isWhitespace }) else { return nil }
    guard text.count <= 200 else { throw .badRequest("the reason has more than 200 characters") }
    return text
  }

  /// When a pause or a pin ends: after a span, or at a time; nil for not by itself.
  private func end(after now: Date, in zone: TimeZoneName) throws(WebProblem) -> Date? {
    let span = (request.field("for") ?? "").filter { !$0.isWhitespace }
    let time = String((request.field("until") ?? "").drop { $0.isWhitespace })
    guard span.isEmpty || time.isEmpty else { throw .badRequest("give a time or a span, not both") }
    if !span.isEmpty {
      do throws(TimeSpanError) {
        return now.addingTimeInterval(Double(try TimeSpan(parsing: span).seconds))
      } catch {
        throw .badRequest(error.message)
      }
    }
    guard !time.isEmpty else { return nil }
    // A day alone is its first moment.
    let complete = time.contains(":") ? time : "\(time) 00:00"
    guard let date = ClockTime.date(complete, in: zone.timeZone, after: now) else {
      throw .badRequest("\(time.excerpt.quoted) is no time; write 06:00, 2026-12-24 or `2026-12-24 06:00`")
    }
    guard date > now else { throw .badRequest("\(Timestamp.short(date)) is in the past") }
    return date
  }

  private static func time(_ date: Date?) -> YAMLValue { date.map { .string(Timestamp.text($0)) } ?? .null }

  private static func text(_ text: String?) -> YAMLValue { text.map(YAMLValue.string) ?? .null }

  private static func value(_ pin: SnapshotPin) -> YAMLValue {
    .map([
      YAMLPair("reason", text(pin.reason)), YAMLPair("until", time(pin.until)), YAMLPair("by", .string(pin.actor)),
    ])
  }
}
