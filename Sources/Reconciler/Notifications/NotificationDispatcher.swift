// The dispatcher: takes what is due out of the outbox, sends it, and records what came of it.

import Engine
package import Foundation
package import Spec
package import Store

/// Delivers queued notices. Several processes may do so beside each other: each delivery is claimed first.
package struct NotificationDispatcher: Sendable {
  private let store: Store
  private let sender: NotificationSender

  package init(store: Store, sender: NotificationSender) {
    self.store = store
    self.sender = sender
  }

  /// How many notices of one target are sent in one call.
  private static let batch = 100
  /// When a delivery is taken up by another, because nothing was heard of who claimed it.
  private static let lostAfter: TimeInterval = 300
  private static let firstPause: TimeInterval = 60
  private static let longestPause: TimeInterval = 3600
  private static let givenUpAfter: TimeInterval = 86_400
  private static let remembered: TimeInterval = 30 * 86_400

  /// Sends what is due: each target's notices in their order, and all targets at the same time. Where one fails, the
  /// rest of its target waits for the next call. When nothing is due this is one look at an index.
  ///
  /// - Returns: how many deliveries were tried or dropped.
  @discardableResult
  package func deliverDue(now: Date) async throws -> Int {
    let due = try await store.dueDeliveries(at: now, limit: Self.batch)
    guard !due.isEmpty else { return 0 }
    let targets = try await store.notifications()
    let count = try await withThrowingTaskGroup(of: Int.self) { group in
      for (name, deliveries) in Dictionary(grouping: due, by: \.notification) {
        group.addTask { try await deliver(deliveries, of: name, targets, now: now) }
      }
      return try await group.reduce(0, +)
    }
    try await store.forgetDeliveries(finishedBefore: now.addingTimeInterval(-Self.remembered))
    return count
  }

  /// Sends a test, at once and once, and records it.
  ///
  /// - Returns: what came of it, in words.
  /// - Throws: `DeliveryFailure` if it could not be delivered.
  package func sendTest(
    to name: ResourceName, host: HostName?, among targets: NotificationTargets, now: Date
  ) async throws -> String {
    guard let target = targets[name] else { throw DeliveryFailure(.target, "there is no notification `\(name)`") }
    let notice = Notice.test(of: name, host: host, at: now)
    let delivery = NewDelivery(notice, to: name)
    do {
      let id = "pobsync.test.\(Timestamp.compact(now))"
      let outcome = try await sender.send(notice, by: target, id: id, withholding: targets.secretVariables)
      try await store.record(delivery, endedAs: .delivered, at: now)
      return outcome
    } catch let failure as DeliveryFailure {
      try await store.record(delivery, endedAs: .failed, error: failure.description, at: now)
      throw failure
    }
  }

  private func deliver(
    _ deliveries: [Delivery], of name: ResourceName, _ targets: NotificationTargets, now: Date
  ) async throws -> Int {
    var count = 0
    for delivery in deliveries {
      guard !Task.isCancelled else { break }
      guard let claimed = try await store.claim(delivery, lostAt: now.addingTimeInterval(Self.lostAfter)) else {
        continue
      }
      count += 1
      guard let target = targets[name], target.suspended != true else {
        let why = targets[name] == nil ? "the notification is not declared any more" : "the notification is suspended"
        try await store.finish(claimed, as: .dropped, error: why, at: now)
        continue
      }
      guard try await deliver(claimed, by: target, targets, now: now) else { break }
    }
    return count
  }

  /// - Returns: false if it did not succeed.
  private func deliver(
    _ delivery: Delivery, by target: NotificationTarget, _ targets: NotificationTargets, now: Date
  ) async throws -> Bool {
    do {
      guard let notice = Notice(json: delivery.notice) else {
        try await store.finish(delivery, as: .failed, error: "the notice cannot be read", at: now)
        return true
      }
      let id = "pobsync.\(delivery.id).\(Timestamp.compact(delivery.createdAt))"
      _ = try await sender.send(notice, by: target, id: id, withholding: targets.secretVariables)
      try await store.finish(delivery, as: .delivered, at: now)
      return true
    } catch let failure as DeliveryFailure {
      try await postpone(delivery, failure, now: now)
      return false
    }
  }

  private func postpone(_ delivery: Delivery, _ failure: DeliveryFailure, now: Date) async throws {
    let doublings = min(max(delivery.attempts - 1, 0), 10)
    let next = now.addingTimeInterval(min(Self.firstPause * Double(1 << doublings), Self.longestPause))
    guard next.timeIntervalSince(delivery.createdAt) > Self.givenUpAfter else {
      return try await store.retry(delivery, at: next, error: failure.description)
    }
    guard try await store.finish(delivery, as: .failed, error: failure.description, at: now) else { return }
    let what = "a notice was not delivered by \(delivery.notification), in \(delivery.attempts) attempts: \(failure)"
    try await store.record(
      NewEvent(host: delivery.host, severity: .error, reason: "notification_failed", message: what), at: now)
  }
}

extension NotificationTargets {
  fileprivate var secretVariables: [VariableName] { values.flatMap(\.secretVariables) }
}
