// Plans: what the planner asks for, as values with their reasons in words.

package import Engine
package import Foundation
package import Spec
package import Store

/// One thing to be done for a host.
package enum Action: Sendable, Hashable {
  /// Read the host's snapshots from disk, because the store and the disk disagree.
  case discover(reason: String)
  /// Make a scheduled snapshot for the time at which it was due; which try it is, from 1.
  case backup(dueAt: Date, attempt: Int, reason: String)
  /// Make a manual snapshot, since the host's `run_requested` has a new text; which try it is, from 1.
  case backupOnRequest(Remark, attempt: Int, reason: String)
  /// Remove snapshots that retention drops.
  case prune([RetentionDecision], reason: String)
  /// Delete for good what is in the trash. The only action that is also asked for beside a hold.
  case emptyTrash([TrashEntry], reason: String)

  /// The verb, as `diff` and runs show it.
  package var verb: String { kind.verb }

  /// What its run does.
  package var kind: RunKind {
    switch self {
    case .discover: .discover
    case .backup, .backupOnRequest: .backup
    case .prune: .prune
    case .emptyTrash: .emptyTrash
    }
  }

  package var reason: String {
    switch self {
    case .discover(let reason), .backup(_, _, let reason), .backupOnRequest(_, _, let reason), .prune(_, let reason),
      .emptyTrash(_, let reason):
      reason
    }
  }
}

extension RunKind {
  /// What it does, as a verb.
  package var verb: String {
    switch self {
    case .backup: "back up"
    case .emptyTrash: "empty the trash"
    default: rawValue
    }
  }
}

/// Something that would be due, and waits for a person or a time.
package struct Hold: Sendable, Hashable {
  package enum Code: String, Sendable, Hashable {
    case suspended, paused, unreadable, missed
    case underWay = "under_way"
    case outsideWindow = "outside_window"
    case retryLater = "retry_later"
    /// What failed fails again until somebody mends it.
    case needsPerson = "needs_person"
    case tooManyDeletions = "too_many_deletions"
    case lastBackupFailed = "last_backup_failed"
    // What keeps everything of a host from being pruned: see `PruneFreeze`.
    case stale, suspicious
    case clockSuspect = "clock_suspect"
    case notAdopted = "not_adopted"
    /// Its directory is not its own yet: see `NotAdopted`.
    case notOurs = "not_ours"
  }

  package let code: Code
  package let message: String
  /// When it ends by itself, if it does.
  package let until: Date?

  package init(_ code: Code, _ message: String, until: Date? = nil) {
    self.code = code
    self.message = message
    self.until = until
  }
}

/// What the planner decided for one host.
package struct HostPlan: Sendable, Hashable {
  package let host: HostName
  /// To be done now.
  package let action: Action?
  /// Why nothing is done, or what is not done although it would be due.
  package let hold: Hold?
  /// When the schedule fires next; nil without one.
  package let nextFire: Date?
  /// What retention says, whether or not it is applied now; nil without a policy, and where it has been left out.
  package let retention: RetentionPlan?
  /// Until when the plan stays as it is, unless something changes; nil for ever.
  package let validUntil: Date?

  /// The plan without its decisions about each snapshot, but for those that its action rests on: small enough to keep
  /// for every host.
  package var withoutRetention: HostPlan {
    HostPlan(host: host, action: action, hold: hold, nextFire: nextFire, retention: nil, validUntil: validUntil)
  }
}

/// What the planner decided, host by host.
package struct Plan: Sendable, Hashable {
  package let hosts: [HostPlan]

  package init(hosts: [HostPlan]) { self.hosts = hosts }

  /// True if there is nothing to do now.
  package var isEmpty: Bool { hosts.allSatisfy { $0.action == nil } }
}
