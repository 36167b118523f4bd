// The loop that delivers notices, beside a controller.

import Engine
package import Logging
import ServiceLifecycle
import Store

/// Sends what is queued, and looks for more every second, until a graceful shutdown.
package struct NotificationLoop: Service {
  private let dispatcher: NotificationDispatcher
  private let clock: WallClock
  private let logger: Logger

  package init(_ environment: Environment, logger: Logger) {
    dispatcher = NotificationDispatcher(store: environment.store, sender: NotificationSender())
    clock = environment.clock
    self.logger = logger
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown {
      var outage = Outage(logger: logger)
      while !Task.isCancelled {
        do {
          try await dispatcher.deliverDue(now: clock.now)
          outage.isOver()
        } catch {
          outage.note(error, doing: "deliver notifications")
        }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }
}
