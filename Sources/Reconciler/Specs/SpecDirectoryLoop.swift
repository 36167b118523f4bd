// The loop that keeps a directory of specs applied, beside a controller.

package import Logging
import ServiceLifecycle

/// Looks at the directory every two seconds, until a graceful shutdown.
package struct SpecDirectoryLoop: Service {
  private let follower: SpecDirectoryFollower
  private let controller: Controller

  private static let interval = Duration.seconds(2)

  package init(_ directory: SpecDirectory, controller: Controller, environment: Environment, logger: Logger) {
    follower = SpecDirectoryFollower(directory, environment: environment, logger: logger)
    self.controller = controller
  }

  package func run() async throws {
    await cancelWhenGracefulShutdown {
      var follower = self.follower
      while !Task.isCancelled {
        await follower.look(isLeading: await controller.isLeading)
        try? await Task.sleep(for: Self.interval)
      }
    }
  }
}
