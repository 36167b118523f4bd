// Runs as values: pieces of work, what became of them, and why they were begun.

package import Engine
package import Foundation
package import Spec

/// What a run does.
package enum RunKind: String, Sendable, Hashable, CaseIterable, SQLConvertible {
  case backup, discover, prune, verify, restore
}

/// How far a run has come.
package enum RunState: String, Sendable, Hashable, CaseIterable, SQLConvertible {
  case queued, running
  case succeeded, warning, failed, cancelled
  /// Ended by the end of the process that carried it out.
  case interrupted

  package var isFinished: Bool { self != .queued && self != .running }
  /// Done, if perhaps with complaints.
  package var isGood: Bool { self == .succeeded || self == .warning }
}

/// What asked for a run.
package enum RunTrigger: String, Sendable, Hashable, CaseIterable, SQLConvertible {
  /// A schedule was due.
  case schedule
  /// The control loop found something else to put right.
  case reconcile
  case cli, web
}

/// A run that begins.
package struct NewRun: Sendable, Hashable {
  package let host: HostName
  package let kind: RunKind
  package let trigger: RunTrigger
  /// Why, in words.
  package let reason: String
  /// The time that a schedule named for it.
  package let scheduledFor: Date?
  /// The snapshot that it makes or is about.
  package let snapshot: SnapshotID?
  package let queuedAt: Date?
  /// The process that carries it out.
  package let processID: Int32?
  /// The id of the backup root below which it works.
  package let rootID: String?

  package init(
    host: HostName, kind: RunKind, trigger: RunTrigger, reason: String, scheduledFor: Date? = nil,
    snapshot: SnapshotID? = nil, queuedAt: Date? = nil, processID: Int32? = nil, rootID: String? = nil
  ) {
    self.host = host
    self.kind = kind
    self.trigger = trigger
    self.reason = reason
    self.scheduledFor = scheduledFor
    self.snapshot = snapshot
    self.queuedAt = queuedAt
    self.processID = processID
    self.rootID = rootID
  }
}

/// How a run ended.
package struct RunResult: Sendable, Hashable {
  package let state: RunState
  package let snapshot: SnapshotID?
  package let exitCode: Int32?
  /// The stable code of the error, for anything but success.
  package let errorCode: String?
  package let message: String?
  package let log: String?
  package let stats: SnapshotStats?

  package init(
    state: RunState, snapshot: SnapshotID? = nil, exitCode: Int32? = nil, errorCode: String? = nil,
    message: String? = nil, log: String? = nil, stats: SnapshotStats? = nil
  ) {
    self.state = state
    self.snapshot = snapshot
    self.exitCode = exitCode
    self.errorCode = errorCode
    self.message = message
    self.log = log
    self.stats = stats
  }
}

/// A run as recorded.
package struct Run: Sendable, Hashable, Identifiable {
  /// Grows with each run.
  package let id: Int64
  package let host: HostName
  package let kind: RunKind
  package let state: RunState
  package let trigger: RunTrigger
  package let reason: String
  package let scheduledFor: Date?
  package let snapshot: SnapshotID?
  package let queuedAt: Date
  package let startedAt: Date?
  package let finishedAt: Date?
  package let exitCode: Int32?
  package let errorCode: String?
  package let message: String?
  /// The end of what the programs said; nil also where a list leaves it out.
  package let log: String?
  package let stats: SnapshotStats?
  package let processID: Int32?
  package let rootID: String?

  package init(
    id: Int64, host: HostName, kind: RunKind, state: RunState, trigger: RunTrigger, reason: String,
    scheduledFor: Date? = nil, snapshot: SnapshotID? = nil, queuedAt: Date, startedAt: Date? = nil,
    finishedAt: Date? = nil, exitCode: Int32? = nil, errorCode: String? = nil, message: String? = nil,
    log: String? = nil, stats: SnapshotStats? = nil, processID: Int32? = nil, rootID: String? = nil
  ) {
    self.id = id
    self.host = host
    self.kind = kind
    self.state = state
    self.trigger = trigger
    self.reason = reason
    self.scheduledFor = scheduledFor
    self.snapshot = snapshot
    self.queuedAt = queuedAt
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.exitCode = exitCode
    self.errorCode = errorCode
    self.message = message
    self.log = log
    self.stats = stats
    self.processID = processID
    self.rootID = rootID
  }
}
