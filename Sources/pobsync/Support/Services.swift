// The long-lived parts of pobsync, run together until SIGTERM: controller, worker, or both.

import ArgumentParser
import Engine
import Logging
import Reconciler
import ServiceLifecycle
import Spec
import Store
import UnixSignals
import Web

/// Options of whatever runs a controller.
struct ControllerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Look at the disks of a twentieth of the hosts, at least 16, in this time. Changes of the spec and finished runs are seen "
        + "within a second whatever this is.", valueName: "seconds"))
  var interval = 30

  func validate() throws {
    guard (1...86_400).contains(interval) else { throw ValidationError("--interval takes 1 to 86400 seconds") }
  }

  var options: Controller.Options {
    var options = Controller.Options()
    options.interval = Double(interval)
    return options
  }
}

/// Options of whatever runs a worker.
struct WorkerOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How many backups this worker makes at the same time; as many as the settings allow otherwise.", valueName: "n"))
  var concurrency: Int?

  @Option(
    help: ArgumentHelp(
      "How long transfers may go on after SIGTERM before they are cut off.", valueName: "seconds"))
  var grace = 5

  @Option(
    help: ArgumentHelp(
      "After how many seconds of silence this process is given up, and its runs are taken up by others.",
      valueName: "seconds", visibility: .hidden))
  var lease: Int?

  @Option(
    help: ArgumentHelp(
      "How many files are deleted in a second while the trash is emptied; fewer leave more of the disk to others.",
      valueName: "n"))
  var trashRate = DeletionThrottle.usualRate

  func validate() throws {
    guard (1...1_000_000).contains(trashRate) else { throw ValidationError("--trash-rate takes 1 to 1000000") }
    if let concurrency, !(1...1000).contains(concurrency) { throw ValidationError("--concurrency takes 1 to 1000") }
    guard (0...86_400).contains(grace) else { throw ValidationError("--grace takes 0 to 86400 seconds") }
    if let lease, !(3...86_400).contains(lease) { throw ValidationError("--lease takes 3 to 86400 seconds") }
  }

  var options: Worker.Options {
    var options = Worker.Options()
    options.concurrency = concurrency
    options.grace = Double(grace)
    options.deletionRate = trashRate
    if let lease { options.lease = Double(lease) }
    return options
  }
}

/// Options of long-lived processes.
struct LogOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Log each round in which something was planned; twice, every round.")
  var verbose: Int

  var logger: Logger {
    var logger = Logger(label: "pobsync") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = verbose > 1 ? .trace : verbose > 0 ? .debug : .info
    return logger
  }

  /// Nothing, for commands that print what they do themselves.
  static let silent = Logger(label: "pobsync") { _ in SwiftLogNoOpLogHandler() }
}

/// The parts that run in this process.
struct Services {
  let environment: Reconciler.Environment
  let logger: Logger
  /// Stopped from the last to the first: the controller queues nothing more while the worker comes to its end.
  private var parts: [any Service] = []
  /// Whether the end of the last part ends the others.
  private var endsWithLast = false
  private let doorbell = Doorbell()
  private let ticks = TickFigures()
  private(set) var controller: Controller?
  private(set) var loop: ControlLoop?

  init(_ environment: Reconciler.Environment, logger: Logger) {
    self.environment = environment
    self.logger = logger
  }

  /// Adds a worker. To be called before the controller is added.
  mutating func addWorker(
    _ options: Worker.Options, report: @escaping @Sendable (WorkEvent) -> Void
  ) -> Worker {
    let doorbell = doorbell
    let worker = Worker(environment, executor: environment.executor, options: options, logger: logger) { event in
      report(event)
      if case .finished = event { doorbell.ring() }
    }
    parts.append(worker)
    return worker
  }

  /// - Parameter specs: a directory whose specs are kept applied, in mode `forever`.
  mutating func addController(
    _ options: Controller.Options, mode: ControlLoop.Mode, following specs: SpecDirectory? = nil,
    waking worker: Worker? = nil
  ) {
    let controller = Controller(environment, disk: environment.disk, options: options, logger: logger) {
      worker?.doorbell.ring()
    }
    self.controller = controller
    endsWithLast = mode == .once
    let loop = ControlLoop(
      controller, store: environment.store, clock: environment.clock, mode: mode, doorbell: doorbell, logger: logger,
      figures: ticks)
    self.loop = loop
    if mode == .forever {
      parts.append(NotificationLoop(environment, logger: logger))
      if let specs {
        parts.append(SpecDirectoryLoop(specs, controller: controller, environment: environment, logger: logger))
      }
    }
    parts.append(loop)
  }

  /// Adds the web server. The last to be added is the first to stop: nobody asks for anything more then.
  mutating func addWeb(_ options: WebServer.Options) throws {
    var options = options
    options.ticks = controller == nil ? nil : ticks
    parts.append(try WebServer(environment, options: options, logger: logger))
  }

  /// Runs all until a signal asks to stop.
  func run() async throws {
    let services = parts.enumerated().map { index, part in
      ServiceGroupConfiguration.ServiceConfiguration(
        service: part,
        successTerminationBehavior: endsWithLast && index == parts.count - 1 ? .gracefullyShutdownGroup : .cancelGroup,
        failureTerminationBehavior: endsWithLast ? .gracefullyShutdownGroup : .cancelGroup)
    }
    // What starts and stops is said by the parts themselves.
    var logger = logger
    logger.logLevel = max(logger.logLevel, .warning)
    let group = ServiceGroup(
      configuration: .init(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
    try await group.run()
  }
}
