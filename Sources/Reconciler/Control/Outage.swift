// Outages: a database that is locked, full or away is waited for, and said so, but not every second.

import Engine
import Logging
import Store

/// Logs what keeps something from being done: when it begins, now and then while it lasts, and when it is over.
struct Outage: Sendable {
  private let logger: Logger
  private var message: String?
  private var repeats = 0

  init(logger: Logger) { self.logger = logger }

  /// - Parameter deed: what could not be done, after "cannot".
  mutating func note(_ error: any Error, doing deed: String) {
    let text = "\(error)"
    repeats = text == message ? repeats + 1 : 0
    message = text
    guard repeats % 60 == 0 else { return }
    logger.error("cannot go on; waiting, and trying again", metadata: ["to": "\(deed)", "error": "\(text)"])
  }

  mutating func isOver() {
    guard message != nil else { return }
    message = nil
    repeats = 0
    logger.notice("going on again")
  }
}
