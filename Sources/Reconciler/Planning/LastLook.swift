// The last look at a run before it begins: what was planned minutes or hours ago may have lost its use.

import Engine
package import Foundation
package import Spec
package import Store

extension Planner {
  /// Why a run that a worker has taken up is not to be carried out after all; nil if it is.
  ///
  /// - Parameter host: the host as it is declared now, if it is.
  package static func objection(to run: Run, host: EffectiveHost?, now: Date) -> RunResult? {
    func dropped(_ why: String) -> RunResult { .superseded(why) }
    guard let host else { return .undeclared(run.host) }
    // A person's word counts more than what is declared of when.
    guard !run.trigger.isRequest else { return nil }
    if let suspension = host.suspension { return dropped("\(suspension); it was not when the run was queued") }
    if let text = run.request.runRequested {
      guard text != host.runRequested else { return nil }
      return dropped("the host's `run_requested` has changed since the run was queued")
    }
    guard run.kind == .backup, let schedule = host.schedule else {
      return run.kind == .backup ? dropped("the host has no schedule any more") : nil
    }
    guard schedule.calendar.isOpen(at: now) else {
      return dropped("the window for backups closed before a place was free; it is planned again when it opens")
    }
    return nil
  }
}

extension RunResult {
  fileprivate static func superseded(_ why: String) -> RunResult {
    RunResult(state: .cancelled, errorCode: RunErrorCode.superseded, message: why)
  }

  static func undeclared(_ host: HostName) -> RunResult { .superseded("host \(host) is not declared any more") }
}
