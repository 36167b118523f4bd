// Asking once more for a run that did not go well.

import Engine
import Spec

extension Run {
  /// True if it has ended, and not well.
  package var mayBeRetried: Bool { state.isFinished && !state.isGood }

  /// The same piece of work, asked for by a person. It is not an attempt for the time that a schedule named: whether
  /// that is caught up on is decided by planning alone.
  package func retry(by actor: String, trigger: RunTrigger) -> RunRequest {
    var request = self.request
    request.trigger = trigger
    request.reason = "run \(id) again, which is \(state.rawValue)"
    request.requestedBy = actor
    request.priority = .requested
    request.scheduledFor = nil
    request.attempt = 1
    // What a backup was to make is named anew.
    if kind == .backup { request.snapshot = nil }
    return request
  }
}
