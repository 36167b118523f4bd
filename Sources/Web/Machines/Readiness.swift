// Readiness: whether pobsync can do its work just now, for load balancers and watchers.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

/// What was looked at, and what was found.
struct Readiness: Sendable {
  struct Check: Sendable, Hashable {
    let name: String
    let isWell: Bool
    /// What was found, for people of ours: it may tell of paths and machines.
    let detail: String
  }

  let checks: [Check]

  var isReady: Bool { checks.allSatisfy(\.isWell) }

  /// - Parameter tellsDetails: false for readers of whom nothing is known.
  func response(tellsDetails: Bool) -> WebResponse {
    let checks = checks.map { check in
      var members = [
        YAMLPair("name", .string(check.name)), YAMLPair("status", .string(check.isWell ? "ok" : "failed")),
      ]
      if tellsDetails { members.append(YAMLPair("detail", .string(check.detail))) }
      return YAMLValue.map(members)
    }
    let value = YAMLValue.map([
      YAMLPair("status", .string(isReady ? "ok" : "failed")), YAMLPair("checks", .list(checks)),
    ])
    return .json(value, status: isReady ? .ok : .serviceUnavailable)
  }
}

extension Readiness {
  /// Looks. Whatever goes wrong is a finding.
  static func look(_ environment: Reconciler.Environment) async -> Readiness {
    let now = environment.clock.now
    do {
      let records = try await environment.store.queueRecords(at: now)
      return Readiness(checks: [
        Check(name: "database", isWell: true, detail: "answers"),
        await root(of: records.settings, in: environment),
        controller(among: records.leases, at: now),
      ])
    } catch {
      return Readiness(checks: [
        Check(name: "database", isWell: false, detail: "\(error)"),
        Check(name: "backup_root", isWell: false, detail: "not known without the database"),
        Check(name: "controller", isWell: false, detail: "not known without the database"),
      ])
    }
  }

  private static func root(of settings: Settings?, in environment: Reconciler.Environment) async -> Check {
    func found(_ isWell: Bool, _ detail: String) -> Check {
      Check(name: "backup_root", isWell: isWell, detail: detail)
    }
    do {
      switch try await environment.disk.peek(settings) {
      case .ready, .unused: return found(true, "can be used")
      case .notAdopted: return found(true, "can be used, and waits for `pobsync adopt`")
      case .unusable(let problem): return found(false, problem)
      case .unset: return found(false, BackupRootUnusable.unset.description)
      }
    } catch {
      return found(false, "\(error)")
    }
  }

  private static func controller(among leases: [Lease], at now: Date) -> Check {
    func found(_ isWell: Bool, _ detail: String) -> Check {
      Check(name: "controller", isWell: isWell, detail: detail)
    }
    guard let lease = leases.first(where: { $0.name == Lease.controllerName && $0.process != nil }) else {
      return found(false, "no controller leads; start `pobsync run`")
    }
    let heard = "heard of \(now.timeIntervalSince(lease.renewedAt).shownAsAge) ago"
    return lease.seemsAlive(at: now)
      ? found(true, "leads, \(heard)") : found(false, "the one that led last was \(heard)")
  }
}
