// What a piece of work looks like in the store: results and events made from snapshots and failures.

import Engine
import Spec
import Store

/// Error codes of runs besides those of `BackupFailure`.
enum RunErrorCode {
  /// A prune found a snapshot that was not as its plan supposed.
  static let planStale = "plan_stale"
  static let partial = "partial"
  static let refused = "refused"
  static let interrupted = "interrupted"
  static let internalError = "internal"
}

extension RunResult {
  /// A backup that made a snapshot.
  init(snapshot: Snapshot, log: String) {
    let exitCode: Int32 =
      switch snapshot.status {
      case .warning: 24
      case .partial: 23
      case .success, .unknown: 0
      }
    let what = "\(snapshot.id)"
    let message: String =
      switch snapshot.status {
      case .warning: "\(what) is complete but for files that vanished meanwhile: \(snapshot.note ?? "")"
      case .partial: "\(what) is partial: \(snapshot.note ?? "")"
      case .success, .unknown: "\(what) is complete"
      }
    self.init(
      state: snapshot.status == .success ? .succeeded : .warning, snapshot: snapshot.id, exitCode: exitCode,
      errorCode: snapshot.status == .partial ? RunErrorCode.partial : nil, message: message, log: log,
      stats: snapshot.stats)
  }

  /// A backup that made none. One that was stopped was `cancelled` by the person who asked for it, and `interrupted`
  /// when the loop stopped: that is taken up again at once.
  init(failure: BackupFailure, trigger: RunTrigger, log: String) {
    let state: RunState = failure.code == .cancelled ? (trigger == .schedule ? .interrupted : .cancelled) : .failed
    self.init(
      state: state, exitCode: failure.exitCode, errorCode: failure.code.rawValue, message: failure.description, log: log
    )
  }
}

extension NewEvent {
  /// What a finished run means to people.
  init(run: NewRun, result: RunResult) {
    let severity: EventSeverity =
      switch result.state {
      case .failed: .error
      case .warning, .cancelled, .interrupted: .warning
      default: .info
      }
    self.init(
      host: run.host, severity: severity, reason: "\(run.kind.rawValue)_\(result.state.rawValue)",
      message: result.message ?? "")
  }
}
