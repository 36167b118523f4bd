// `pobsync run`, and `reconcile` and `scheduler`: controller and worker in one process.

import ArgumentParser
import Engine
import Logging
import Reconciler
import Spec
import Store
import Web

struct RunAll: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run controller and worker in one process: all that a single backup server needs.",
    discussion: """
      Goes on until SIGTERM. Then nothing more is begun; transfers that run have --grace seconds, and what is cut off is
      marked as interrupted and taken up again by the next start.

      EXAMPLE
        pobsync run
        pobsync run --concurrency 8
        pobsync run --spec-dir /etc/pobsync/spec.d
        pobsync run --listen 127.0.0.1:8000
      """)

  @OptionGroup var adoption: AdoptOptions
  @OptionGroup var controller: ControllerOptions
  @OptionGroup var specs: SpecDirectoryOptions
  @OptionGroup var worker: WorkerOptions

  @Option(
    help: ArgumentHelp("Serve the dashboard and the API here as well.", valueName: "address:port"),
    transform: ListenAddress.fromCommandLine)
  var listen: ListenAddress?

  @OptionGroup var web: WebOptions
  @OptionGroup var log: LogOptions
  @OptionGroup var storage: StoreOptions

  func validate() throws {
    guard listen != nil || web.areUsual else {
      throw ValidationError("--trusted-proxy, --secure-cookies and --metrics-open go with --listen")
    }
  }

  func run() async throws {
    let environment = try await storage.environment()
    try await adoption.apply(in: environment)
    try await Services.runForever(
      in: environment, controller: controller.options, following: specs.directory, worker: worker.options,
      web: listen.map(web.options), logger: log.logger)
  }
}

struct Reconcile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring the snapshots and the desired state together, once or for ever.",
    discussion: """
      --once tries everything that is due once, failed backups included, and exits with 1 if anything failed; what waits
      for a person is no failure. --loop is the same as `pobsync run`.

      EXAMPLE
        pobsync reconcile --once
        pobsync reconcile --once --adopt
        pobsync reconcile --loop --interval 30
      """)

  @OptionGroup var loop: LoopOptions
  @OptionGroup var storage: StoreOptions

  func run() async throws { try await loop.run(in: try await storage.environment()) }
}

struct Scheduler: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The control loop under its old name: reconcile.",
    discussion: """
      EXAMPLE
        pobsync scheduler --loop --interval 60
      """)

  @OptionGroup var loop: LoopOptions
  @OptionGroup var storage: StoreOptions

  func run() async throws { try await loop.run(in: try await storage.environment()) }
}

struct LoopOptions: ParsableArguments {
  @Flag(help: "Do what is to be done now, then exit: 1 if anything failed. This is the default.")
  var once = false

  @Flag(help: "Go on until SIGTERM.")
  var loop = false

  @OptionGroup var adoption: AdoptOptions
  @OptionGroup var controller: ControllerOptions
  @OptionGroup var worker: WorkerOptions
  @OptionGroup var log: LogOptions

  func validate() throws {
    if once, loop { throw ValidationError("--once and --loop exclude each other") }
  }

  func run(in environment: Reconciler.Environment) async throws {
    try await adoption.apply(in: environment)
    if loop {
      try await Services.runForever(
        in: environment, controller: controller.options, worker: worker.options, logger: log.logger)
    } else {
      try await runOnce(in: environment)
    }
  }

  private func runOnce(in environment: Reconciler.Environment) async throws {
    let reporter = WorkReporter()
    let outcomes = Locked<[RunOutcome]>([])
    var services = Services(environment, logger: log.verbose > 0 ? log.logger : LogOptions.silent)
    let worker = services.addWorker(worker.options) { event in
      reporter.report(event)
      if case .finished(let outcome) = event { outcomes.with { $0.append(outcome) } }
    }
    var options = controller.options
    options.retries = .atOnce(upTo: try await environment.store.newestRunID())
    services.addController(options, mode: .once, waking: worker)
    try await services.run()
    try await environment.deliverNotifications()

    let holds = await services.controller?.holds ?? [:]
    for (host, hold) in holds.sorted(by: { $0.key < $1.key }) {
      Terminal.writeError("\(host): waits: \(hold.message)")
    }
    let done = outcomes.with { $0 }
    let isDone = services.loop?.isDone ?? false
    let nothing = isDone ? "Nothing to do." : "Stopped."
    Terminal.printLine(done.isEmpty ? nothing : "\(done.count) \(done.count == 1 ? "run" : "runs") done.")
    let hasFailed = done.contains { !$0.result.state.isGood } || holds.values.contains { $0.code == .unreadable }
    if hasFailed || !isDone { throw ExitCode(1) }
  }
}

extension Services {
  /// A controller with a worker inside, until SIGTERM.
  static func runForever(
    in environment: Reconciler.Environment, controller: Controller.Options, following specs: SpecDirectory? = nil,
    worker: Worker.Options, web: WebServer.Options? = nil, logger: Logger
  ) async throws {
    let reporter = WorkReporter(showsTimes: true)
    var services = Services(environment, logger: logger)
    let worker = services.addWorker(worker) { reporter.report($0) }
    services.addController(controller, mode: .forever, following: specs, waking: worker)
    if let web {
      try services.addWeb(web)
      try await Serve.sayIfNobodyCanSignIn(environment.store, logger)
    }
    logger.info("running", metadata: ["interval": "\(Int(controller.interval))s"])
    try await services.run()
    logger.info("stopped")
  }
}
