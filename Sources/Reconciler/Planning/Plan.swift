// Plans: what the planner asks for, as values with their reasons in words.

import Engine
package import Foundation
package import Spec

/// One thing to be done for a host.
package enum Action: Sendable, Hashable {
  /// Read the host's snapshots from disk, because the store and the disk disagree.
  case discover(reason: String)
  /// Make a scheduled snapshot for the time at which it was due.
  case backup(dueAt: Date, reason: String)
  /// Remove snapshots that retention drops.
  case prune([RetentionDecision], reason: String)

  /// The verb, as `diff` and runs show it.
  package var verb: String {
    switch self {
    case .discover: "discover"
    case .backup: "back up"
    case .prune: "prune"
    }
  }

  package var reason: String {
    switch self {
    case .discover(let reason), .backup(_, let reason), .prune(_, let reason): reason
    }
  }
}

/// Something that would be due, and waits for a person or a time.
package struct Hold: Sendable, Hashable {
  package enum Code: String, Sendable, Hashable {
    case suspended, underWay = "under_way", unreadable, retryLater = "retry_later", missed, tooManyDeletions =
      "too_many_deletions"
    case lastBackupFailed = "last_backup_failed"
  }

  package let code: Code
  package let message: String
}

/// What the planner decided for one host.
package struct HostPlan: Sendable, Hashable {
  package let host: HostName
  /// To be done now, in this order.
  package let actions: [Action]
  package let holds: [Hold]
  /// When the schedule fires next; nil without one.
  package let nextFire: Date?
  /// What retention says, whether or not it is applied now; nil without a policy, and where it has been left out.
  package let retention: RetentionPlan?

  /// The plan without its decisions about each snapshot, but for those that its actions rest on: small enough to keep
  /// for every host.
  package var withoutRetention: HostPlan {
    HostPlan(host: host, actions: actions, holds: holds, nextFire: nextFire, retention: nil)
  }
}

/// What the planner decided, host by host.
package struct Plan: Sendable, Hashable {
  package let hosts: [HostPlan]

  package init(hosts: [HostPlan]) { self.hosts = hosts }

  /// True if there is nothing to do now.
  package var isEmpty: Bool { hosts.allSatisfy(\.actions.isEmpty) }
}
