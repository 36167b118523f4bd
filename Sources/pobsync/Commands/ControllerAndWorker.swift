// `pobsync controller` and `pobsync worker`: the two halves of `pobsync run`, for processes or machines of their own.

import ArgumentParser
import Engine
import Logging
import Reconciler
import Spec
import Store

struct RunController: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "controller",
    abstract: "Plan and queue runs, for workers to carry out.",
    discussion: """
      Of several controllers one leads, and the others stand by. It needs to see the backup root, to compare it with the
      store, but writes nothing there but the marker of a new one.

      EXAMPLE
        pobsync controller
        pobsync controller --spec-dir /etc/pobsync/spec.d --spec-prune
      """)

  @OptionGroup var controller: ControllerOptions
  @OptionGroup var specs: SpecDirectoryOptions
  @OptionGroup var log: LogOptions
  @OptionGroup var storage: StoreOptions

  func run() async throws {
    var services = Services(try await storage.environment(), logger: log.logger)
    services.addController(controller.options, mode: .forever, following: specs.directory)
    log.logger.info("controlling", metadata: ["interval": "\(controller.interval)s"])
    try await services.run()
    log.logger.info("stopped")
  }
}

struct RunWorker: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Carry out the runs that are queued.",
    discussion: """
      Any number of workers share the queue; limits of the settings hold over all of them. On SIGTERM a worker begins
      nothing more, and transfers that run have --grace seconds.

      EXAMPLE
        pobsync worker --concurrency 4
      """)

  @OptionGroup var worker: WorkerOptions
  @OptionGroup var log: LogOptions
  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let reporter = WorkReporter(showsTimes: true)
    var services = Services(try await storage.environment(), logger: log.logger)
    _ = services.addWorker(worker.options) { reporter.report($0) }
    log.logger.info("working")
    try await services.run()
    log.logger.info("stopped")
  }
}
