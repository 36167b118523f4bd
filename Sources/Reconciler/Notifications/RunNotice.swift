// Notices about runs, for targets that are pinged when a backup starts and ends.

import Engine
package import Foundation
package import Spec
import Store

extension Notice {
  /// A backup that begins.
  package init(startOf host: HostName, reason: String, at now: Date) {
    self.init(
      kind: .started, host: host, at: now, reason: "BackupStarted", subject: "pobsync: backing up \(host)",
      message: reason)
  }

  /// A backup that has ended; nil for one that was stopped, which is neither good nor bad and is taken up again, and
  /// for work of another kind.
  package init?(endOf outcome: RunOutcome, at now: Date) {
    let (host, state) = (outcome.run.host, outcome.result.state)
    guard outcome.run.kind == .backup, state.isGood || state == .failed else { return nil }
    let isGood = state.isGood && outcome.result.errorCode != RunErrorCode.partial
    self.init(
      kind: isGood ? .succeeded : .failed, host: host, at: now,
      reason: isGood ? "BackupSucceeded" : state.isGood ? "BackupPartial" : "BackupFailed",
      subject: "pobsync: the backup of \(host) \(isGood ? "succeeded" : "failed")",
      message: outcome.result.message ?? "")
  }
}
