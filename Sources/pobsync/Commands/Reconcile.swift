// `pobsync reconcile` and its old name `scheduler`: the control loop.

import ArgumentParser
import Engine
import Logging
import Reconciler
import ServiceLifecycle
import Spec
import Store
import UnixSignals

struct Reconcile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the snapshots and the desired state together.",
    discussion: """
      --once tries everything that is due once, failed backups included, and exits with 1 if anything failed; what waits
      for a person is no failure. --loop waits longer after each failure. On SIGTERM running transfers are stopped and
      their runs marked as interrupted; the next start takes them up again.

      EXAMPLE
        pobsync reconcile --once
        pobsync reconcile --loop --interval 30
      """)

  @OptionGroup var storage: StoreOptions
  @OptionGroup var loop: LoopOptions

  func run() async throws { try await loop.run(in: try await storage.environment()) }
}

struct Scheduler: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The control loop under its old name: reconcile.",
    discussion: """
      EXAMPLE
        pobsync scheduler --loop --interval 60
      """)

  @OptionGroup var storage: StoreOptions
  @OptionGroup var loop: LoopOptions

  func run() async throws { try await loop.run(in: try await storage.environment()) }
}

struct LoopOptions: ParsableArguments {
  @Flag(help: "Do what is to be done now, then exit: 1 if anything failed. This is the default.")
  var once = false

  @Flag(help: "Go on until SIGTERM.")
  var loop = false

  @Option(help: ArgumentHelp("With --loop: look at least this often.", valueName: "seconds"))
  var interval = 30

  func validate() throws {
    if once, loop { throw ValidationError("--once and --loop exclude each other") }
    guard (1...86_400).contains(interval) else { throw ValidationError("--interval takes 1 to 86400 seconds") }
  }

  func run(in environment: Reconciler.Environment) async throws {
    let reporter = WorkReporter(showsTimes: loop)
    var logger = Logger(label: "pobsync") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .info
    let controller = Controller(
      environment, mode: loop ? .loop(interval: .seconds(interval)) : .once, logger: logger
    ) { reporter.report($0) }
    // One pass is a service too: it ends by itself, and a signal lets it come to an orderly end.
    let group = ServiceGroup(
      configuration: .init(
        services: [.init(service: controller, successTerminationBehavior: .gracefullyShutdownGroup)],
        gracefulShutdownSignals: [.sigterm, .sigint],
        logger: loop ? logger : Logger(label: "pobsync") { _ in SwiftLogNoOpLogHandler() }))
    if loop { logger.info("reconciling", metadata: ["interval": "\(interval)s"]) }
    try await group.run()
    guard !loop else {
      logger.info("stopped")
      return
    }
    let summary = controller.summary
    for (host, hold) in summary.holds { Terminal.writeError("\(host): waits: \(hold.message)") }
    let done = summary.outcomes.count
    let nothing = summary.wasStopped ? "Stopped." : "Nothing to do."
    Terminal.printLine(done == 0 ? nothing : "\(done) \(done == 1 ? "run" : "runs") done.")
    if summary.hasFailures { throw ExitCode(1) }
  }
}
