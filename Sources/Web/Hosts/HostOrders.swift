// What operators have done to a host, by page or through the API: done by the functions that commands use as well, and
// noted in the audit log.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

struct HostOrders: Sendable {
  let host: HostName
  private let request: WebRequest
  private let site: Site

  init(_ request: WebRequest, _ site: Site) throws(WebProblem) {
    self.request = request
    self.site = site
    host = try request.host()
  }

  private var environment: Reconciler.Environment { site.environment }
  private var subject: String { "host/\(host)" }

  // MARK: - Runs

  func backUp(_ kind: SnapshotKind, prunes: Bool) async throws -> Queueing {
    let wanted = try await environment.backupRequest(of: host, kind: kind, prunes: prunes, .web)
    return try await queue(
      wanted, as: "host.backup",
      [YAMLPair("kind", .string(kind.rawValue)), YAMLPair("prune", .bool(wanted.prunes))])
  }

  func discover() async throws -> Queueing {
    try await queue(try await environment.discoveryRequest(of: host, .web), as: "host.discover")
  }

  /// Queues a run, ahead of what is planned.
  ///
  /// - Parameter subject: what it is done to, if not to the host.
  func queue(
    _ wanted: RunRequest, as action: String, on subject: String? = nil, _ details: [YAMLPair] = []
  ) async throws -> Queueing {
    let subject = subject ?? self.subject
    return try await environment.queue(
      wanted, askedBy: request.actor,
      noting: { run in
        NewAuditEntry(by: request, action, on: subject, after: .map([YAMLPair("run", .int(run))] + details))
      })
  }

  // MARK: - Pauses

  /// Pauses the host, in place of an earlier pause.
  func pause(_ end: OrderEnd, reason: String?) async throws -> Pause {
    let stored = try await site.store.desired(of: host)
    guard stored.spec.hosts[host] != nil else {
      throw UnknownHost(host, among: try await site.store.desired().spec)
    }
    let now = site.now
    let until = try end.date(after: now, in: stored.spec.settings?.timeZone ?? .utc)
    let pause = Pause(until: until, reason: reason, actor: request.actor, pausedAt: now)
    try await site.store.pause(
      host, pause,
      noting: { former in
        NewAuditEntry(by: request, "host.pause", on: subject, before: former?.document, after: pause.document)
      })
    return pause
  }

  /// - Returns: false if it was not paused.
  func resume() async throws -> Bool {
    try await site.store.resume(
      host, noting: { NewAuditEntry(by: request, "host.resume", on: subject, before: $0.document) }, at: site.now)
  }

  // MARK: - Pins

  /// Pins a snapshot, in place of an earlier pin.
  func pin(_ id: SnapshotID, _ end: OrderEnd, reason: String?) async throws -> SnapshotPin {
    let zone = try await site.store.desired(of: host).spec.settings?.timeZone ?? .utc
    let until = try end.date(after: site.now, in: zone)
    return try await environment.pin(
      id, of: host, reason: reason, until: until, by: request.actor,
      noting: { former, pin in
        NewAuditEntry(by: request, "snapshot.pin", on: subject(id), before: former?.document, after: pin.document)
      })
  }

  /// - Returns: false if it was not pinned.
  func unpin(_ id: SnapshotID) async throws -> Bool {
    try await environment.unpin(
      id, of: host, by: request.actor,
      noting: { NewAuditEntry(by: request, "snapshot.unpin", on: subject(id), before: $0?.document) })
  }

  func subject(_ id: SnapshotID) -> String { "snapshot/\(host)/\(id)" }
}

extension Pause {
  /// What the audit log is told of it.
  fileprivate var document: YAMLValue { .map([YAMLPair("until", .time(until)), YAMLPair("reason", .text(reason))]) }
}

/// When a pause or a pin ends, as somebody has said it: after a span, at a time, or not by itself.
struct OrderEnd: Sendable {
  let span: String
  let time: String

  /// - Parameters:
  ///   - span: such as `2h`; empty for none.
  ///   - time: such as `06:00` or `2026-12-24`; empty for none.
  init(span: String, time: String) {
    self.span = span.filter { !$0.isWhitespace }
    self.time = String(time.drop { $0.isWhitespace })
  }

  /// - Parameter zone: in which a time is read that has no offset.
  func date(after now: Date, in zone: TimeZoneName) throws(WebProblem) -> Date? {
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
      throw .badRequest("\(time.quoted) is no time; write 06:00, 2026-12-24 or `2026-12-24 06:00`")
    }
    guard date > now else { throw .badRequest("\(Timestamp.short(date)) is in the past") }
    return date
  }

  /// What a person says why, if anything.
  static func reason(_ text: String?) throws(WebProblem) -> String? {
    let text = (text ?? "").printable(limit: 1000)
    guard text.contains(where: { !$0.isWhitespace }) else { return nil }
    guard text.count <= 200 else { throw .badRequest("the reason has more than 200 characters") }
    return text
  }
}
