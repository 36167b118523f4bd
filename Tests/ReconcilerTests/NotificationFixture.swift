// What the tests of sending share: a store, targets from YAML, and secrets that must never be seen again.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

/// Part of every secret of these tests.
let canary = "c4n4ry"

/// A store with a spec, and a dispatcher that sends for it.
struct NotificationFixture: Sendable {
  let scratch: ScratchDirectory
  let store: Store
  let clock: MovableClock

  /// Applies the targets of a spec, by their YAML, and hosts.
  func declare(_ targets: String, hosts: String = "web-1: {labels: {role: web}}, db: {}") async throws {
    let wanted = try spec("hosts: {\(hosts)}\nnotifications:\n\(targets)")
    _ = try await store.apply(wanted, as: ChangeOrigin(source: "test", actor: "test"), prune: true, at: clock.now)
  }

  func targets() async throws -> NotificationTargets { try await store.desired().spec.notifications }

  func dispatcher(_ secrets: [String: String] = [:], timeLimit: Duration = .seconds(30)) -> NotificationDispatcher {
    NotificationDispatcher(
      store: store, sender: NotificationSender(environment: secrets, timeLimit: timeLimit))
  }

  func environment() throws -> Reconciler.Environment {
    let clock = clock
    return Reconciler.Environment(
      store: store, clock: WallClock { clock.now }, elapsed: .system,
      runner: ProcessRunner(executable: "/bin/false"),
      sshDefaults: SSHDefaults(knownHostsFile: try SSHFilePath(text: "/nowhere"), identityFile: nil), actor: "test")
  }

  /// Tells of a host what is new since people were told last.
  func announce(_ conditions: [Condition], of host: EffectiveHost, to targets: NotificationTargets) async throws {
    let told = try await store.toldTroubles(of: host.name)
    try await environment().announce(conditions, of: host, told: told, to: targets)
  }

  /// Queues a failure of a host for targets.
  func queue(_ names: String..., host: String = "web-1", kind: Notice.Kind = .failure) async throws {
    let notice = Notice(
      kind: kind, host: try HostName(text: host), at: clock.now, reason: "Unreachable", subject: "it failed",
      message: "no route to host")
    let deliveries = try names.map { NewDelivery(notice, to: try ResourceName(text: $0)) }
    try await store.queueDeliveries(deliveries, at: clock.now)
  }

  /// Everything that is kept of deliveries, as `state attempts error`, the oldest first.
  func outcomes() async throws -> [String] {
    try await store.deliveries(limit: 100).reversed().map {
      "\($0.state) \($0.attempts) \($0.lastError ?? "-")"
    }
  }

  /// Writes an executable script.
  func script(_ body: String, to name: String) throws -> String {
    try scratch.write("#!/bin/sh\n\(body)\n", to: name, mode: 0o755)
  }

  func contents(_ name: String) throws -> String { try String(contentsOfFile: scratch.path(name), encoding: .utf8) }
}

/// A clock that tests move.
final class MovableClock: Sendable {
  private let time: Locked<Date>

  init(_ date: Date) { time = Locked(date) }

  var now: Date { time.with { $0 } }

  func advance(_ seconds: TimeInterval) { time.with { $0 += seconds } }
}

func withNotifications(_ body: (NotificationFixture) async throws -> Void) async throws {
  try await withScratchDirectory("notify") { scratch in
    let start = try time("2026-05-19 12:00")
    let store = try await Store.open(on: TestDatabase.fresh(), at: start)
    try await body(NotificationFixture(scratch: scratch, store: store, clock: MovableClock(start)))
  }
}
