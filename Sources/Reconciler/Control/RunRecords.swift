// What a piece of work looks like in the store: results made from snapshots and failures.

package import Engine
import Spec
package import Store

/// Error codes of runs besides those of `BackupFailure`.
package enum RunErrorCode {
  /// A prune found a snapshot that was not as its plan supposed.
  package static let planStale = "plan_stale"
  package static let partial = "partial"
  package static let refused = "refused"
  package static let interrupted = "interrupted"
  package static let internalError = "internal"
  /// There was no use for it any more when its turn came.
  package static let superseded = "superseded"
}

extension RunResult {
  /// A backup that made a snapshot.
  package init(snapshot: Snapshot, log: String) {
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
      case .success: "\(what) is complete" + (snapshot.note.map { ", \($0)" } ?? "")
      case .unknown: "\(what) is complete"
      }
    self.init(
      state: snapshot.status == .success ? .succeeded : .warning, snapshot: snapshot.id, exitCode: exitCode,
      errorCode: snapshot.status == .partial ? RunErrorCode.partial : nil, message: message, log: log,
      stats: snapshot.stats)
  }

  /// A backup that made none.
  package init(failure: BackupFailure, log: String) {
    self.init(
      state: failure.code == .cancelled ? .interrupted : .failed, exitCode: failure.exitCode,
      errorCode: failure.code.rawValue, message: failure.description, log: log)
  }

  /// The same, for work that a person had cancelled.
  package func cancelled(by actor: String) -> RunResult {
    RunResult(
      state: .cancelled, exitCode: exitCode, errorCode: "cancelled",
      message: "cancelled by \(actor)" + (message.map { ": \($0)" } ?? ""), log: log, report: report)
  }
}
