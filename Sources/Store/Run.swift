// Runs as values: pieces of work, what became of them, and why they were begun.

package import Engine
package import Foundation
package import Spec

/// What a run does. Each kind has a lane of its own: runs of one kind never wait for those of another.
package enum RunKind: String, Sendable, Hashable, CaseIterable, SQLConvertible {
  case backup, discover, prune
  /// Deletes what pruning has put aside.
  case emptyTrash = "empty_trash"
  case verify, restore
  /// Looks whether backups of the host can be made, and what is in the way.
  case preflight
  /// Asks rsync what a backup would transfer, and transfers nothing.
  case dryRun = "dry_run"

  /// False for what may be done while another run is at work on the same host.
  package var occupiesHost: Bool {
    switch self {
    case .backup, .discover, .prune, .verify, .restore: true
    case .emptyTrash, .preflight, .dryRun: false
    }
  }

  /// Whether it only makes sense for a host that is declared.
  package var needsDeclaration: Bool {
    switch self {
    case .backup, .preflight, .dryRun: true
    case .discover, .prune, .emptyTrash, .verify, .restore: false
    }
  }

  /// Whether a plan depends on what became of such runs. Of others there may be any number, and nothing follows from
  /// them: that a preflight failed does not make a backup a failed one.
  var isPlannedWith: Bool {
    switch self {
    case .backup, .discover, .prune, .emptyTrash, .verify, .restore: true
    case .preflight, .dryRun: false
    }
  }
}

/// How far a run has come.
package enum RunState: String, Sendable, Hashable, CaseIterable, SQLConvertible {
  case queued, running
  case succeeded, warning, failed, cancelled
  /// Cut off by the end of the worker that carried it out.
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

  /// A person asked for it.
  package var isRequest: Bool { self == .cli || self == .web }
}

/// How far ahead of others a run is put when it is queued. Whoever waits longer than that overtakes it all the same.
package enum RunPriority: Sendable, Hashable, CaseIterable {
  case scheduled
  /// The host has no good snapshot at all.
  case first
  /// A person asked for it, and may be waiting.
  case requested

  /// In seconds.
  package var headStart: Double {
    switch self {
    case .scheduled: 0
    case .first: 3600
    case .requested: 6 * 3600
    }
  }
}

/// A piece of work to be queued.
package struct RunRequest: Sendable, Hashable {
  package let host: HostName
  package let kind: RunKind
  package var trigger: RunTrigger
  /// Why, in words.
  package var reason: String
  package var priority = RunPriority.scheduled
  /// The time that a schedule named for it.
  package var scheduledFor: Date?
  /// Which try it is for that time, from 1.
  package var attempt = 1
  /// What kind of snapshot a backup makes.
  package var snapshotKind: SnapshotKind?
  /// The snapshot that it is about.
  package var snapshot: SnapshotID?
  /// A backup that is good is followed by a prune.
  package var prunes = false
  /// How many snapshots a prune may remove, if not as many as the policy says.
  package var maxDelete: Int?
  /// The snapshots that a prune may remove, if not all that the policy drops: those that a person was shown.
  package var onlySnapshots: [SnapshotID]?
  /// The labels that count for concurrency, as `label=value`.
  package var concurrencyGroups: [String] = []
  /// The name of the person who asks.
  package var requestedBy: String?
  /// The `run_requested` of the host that it answers.
  package var runRequested: Remark?
  /// What a run of its kind needs to know besides.
  package var parameters: RunParameters?

  package init(host: HostName, kind: RunKind, trigger: RunTrigger, reason: String) {
    self.host = host
    self.kind = kind
    self.trigger = trigger
    self.reason = reason
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
  /// What it found, for programs.
  package let report: YAMLValue?

  package init(
    state: RunState, snapshot: SnapshotID? = nil, exitCode: Int32? = nil, errorCode: String? = nil,
    message: String? = nil, log: String? = nil, stats: SnapshotStats? = nil, report: YAMLValue? = nil
  ) {
    self.state = state
    self.snapshot = snapshot
    self.exitCode = exitCode
    self.errorCode = errorCode
    self.message = message
    self.log = log
    self.stats = stats
    self.report = report
  }
}

/// A run as recorded.
package struct Run: Sendable, Hashable, Identifiable {
  /// Grows with each run.
  package let id: Int64
  package let request: RunRequest
  package var state: RunState
  package var snapshot: SnapshotID?
  package let queuedAt: Date
  /// Its place in the queue: when it was queued, less its head start.
  package let rankedAt: Date
  /// Not to be taken up earlier.
  package var notBefore: Date?
  package var startedAt: Date?
  package var finishedAt: Date?
  /// The name of the lease of the worker that carries it out, or did.
  package var worker: String?
  /// Who asked for it to be cancelled.
  package var cancelledBy: String?
  /// How far its transfer was when its worker last noted it.
  package var progress: TransferProgress?
  package var exitCode: Int32?
  package var errorCode: String?
  package var message: String?
  /// The end of what the programs said, so far; nil also where a list leaves it out.
  package var log: String?
  package var stats: SnapshotStats?
  /// What it found, for programs; nil also where a list leaves it out.
  package var report: YAMLValue?

  package init(id: Int64, _ request: RunRequest, state: RunState, queuedAt: Date, rankedAt: Date? = nil) {
    self.id = id
    self.request = request
    self.state = state
    self.queuedAt = queuedAt
    self.rankedAt = rankedAt ?? queuedAt.addingTimeInterval(-request.priority.headStart)
    snapshot = request.snapshot
  }

  package var host: HostName { request.host }
  package var kind: RunKind { request.kind }
  package var trigger: RunTrigger { request.trigger }
  package var reason: String { request.reason }
  package var scheduledFor: Date? { request.scheduledFor }
}
