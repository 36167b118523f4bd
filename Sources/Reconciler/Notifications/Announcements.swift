// Announcements: what the loop calls when it has judged a host and when a backup starts or ends. They queue messages
// and send none.

import Engine
package import Spec
package import Store

package typealias NotificationTargets = [ResourceName: NotificationTarget]

extension Environment {
  /// Queues what is new about a host for those who are to be told. It may be called as often as conditions are judged:
  /// a change is told once, also where several processes see it, and where one dies on the way.
  ///
  /// - Parameters:
  ///   - conditions: all conditions of the host, as judged now.
  ///   - told: what people have been told of it.
  package func announce(
    _ conditions: [Condition], of host: EffectiveHost, told: [Trouble], to targets: NotificationTargets
  ) async throws {
    let change = HostChange(of: host.name, told: told, conditions: conditions, at: clock.now)
    try await announce(change, insteadOf: told, to: targets.concerned(with: host))
  }

  /// Queues what is new about the backup root, for all targets.
  package func announce(rootProblem problem: String?, to targets: NotificationTargets) async throws {
    let now = clock.now
    let ready = Condition(
      .ready, problem == nil ? .true : .false, reason: problem == nil ? "Ready" : Condition.rootReason,
      message: problem ?? "", observedGeneration: 0, changedAt: now)
    let told = try await store.toldTroubles(of: nil)
    let all = targets.sorted { $0.key < $1.key }.map { (name: $0.key, target: $0.value) }
    try await announce(HostChange(of: nil, told: told, conditions: [ready], at: now), insteadOf: told, to: all)
  }

  private func announce(
    _ change: HostChange?, insteadOf told: [Trouble], to targets: [(name: ResourceName, target: NotificationTarget)]
  ) async throws {
    guard let change else { return }
    let deliveries = targets.compactMap { name, target in
      change.notice(on: target.triggers).map { NewDelivery($0, to: name) }
    }
    try await store.tell(change.told, insteadOf: told, of: change.host, by: deliveries, at: change.at)
  }

  /// Queues pings that a backup has begun.
  package func announceStart(of host: EffectiveHost, reason: String, to targets: NotificationTargets) async throws {
    try await ping(Notice(startOf: host.name, reason: reason, at: clock.now), host, targets)
  }

  /// Queues pings that a run has ended; none for anything but a backup, or for one that was stopped.
  package func announceEnd(
    of outcome: RunOutcome, host: EffectiveHost, to targets: NotificationTargets
  ) async throws {
    guard let notice = Notice(endOf: outcome, at: clock.now) else { return }
    try await ping(notice, host, targets)
  }

  private func ping(_ notice: Notice, _ host: EffectiveHost, _ targets: NotificationTargets) async throws {
    let pinged = targets.concerned(with: host).filter { $0.target.type == .healthchecks }
    try await store.queueDeliveries(pinged.map { NewDelivery(notice, to: $0.name) }, at: notice.at)
  }
}

extension NewDelivery {
  package init(_ notice: Notice, to name: ResourceName) {
    self.init(notification: name, host: notice.host, notice: notice.json)
  }
}

extension NotificationTargets {
  fileprivate func concerned(with host: EffectiveHost) -> [(name: ResourceName, target: NotificationTarget)] {
    filter { $0.value.concerns(host.labels) }.sorted { $0.key < $1.key }.map { (name: $0.key, target: $0.value) }
  }
}
