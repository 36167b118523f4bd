// The control loop: rounds of a controller, until nothing is left to do or it is told to stop.

package import Engine
package import Logging
import ServiceLifecycle
import Spec
package import Store

/// Another controller leads, so that a single pass has nothing to do.
package struct AnotherLeads: Error, Sendable, CustomStringConvertible {
  package let description: String
}

package struct ControlLoop: Service {
  package enum Mode: Sendable, Hashable {
    /// Ends when nothing is left to do.
    case once
    /// Goes on until a graceful shutdown. A database that is away is waited for.
    case forever
  }

  private let controller: Controller
  private let store: Store
  private let clock: WallClock
  private let mode: Mode
  private let doorbell: Doorbell
  private let logger: Logger
  private let figures: TickFigures?
  private let done = Locked(false)
  private let threads = DedicatedThreads(niceness: 5)

  /// - Parameters:
  ///   - doorbell: what else than the clock lets the loop look again.
  ///   - figures: what counts the rounds, for metrics.
  package init(
    _ controller: Controller, store: Store, clock: WallClock, mode: Mode, doorbell: Doorbell, logger: Logger,
    figures: TickFigures? = nil
  ) {
    self.controller = controller
    self.store = store
    self.clock = clock
    self.mode = mode
    self.doorbell = doorbell
    self.logger = logger
    self.figures = figures
  }

  /// Whether it has ended because nothing was left to do.
  package var isDone: Bool { done.with { $0 } }

  /// - Throws: in mode `once`, what kept it from planning.
  package func run() async throws {
    let stopping = Locked(false)
    let outcome: Result<Void, any Error>
    do {
      try await withGracefulShutdownHandler {
        try await rounds { stopping.with { $0 } }
      } onGracefulShutdown: {
        stopping.with { $0 = true }
        Task { await controller.stop() }
        doorbell.ring()
      }
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    await controller.resign()
    try outcome.get()
  }

  private func rounds(isStopping: @Sendable () -> Bool) async throws {
    try await withThrowingDiscardingTaskGroup { group in
      group.addTask { await doorbell.ring(every: .seconds(1)) }
      var outage = Outage(logger: logger)
      var queued: Set<Int64> = []
      for await _ in doorbell.rings {
        if isStopping() || Task.isCancelled { break }
        do {
          // Read before the round: what ends after this is planned for by the next round, and not overlooked.
          let unfinished = mode == .once ? try await store.unfinishedRuns() : []
          let round = try await round()
          outage.isOver()
          queued.formUnion(round.queued)
          if mode == .once, try await isDone(round, unfinished: unfinished, queued: queued) {
            done.with { $0 = true }
            break
          }
        } catch  where mode == .forever {
          outage.note(error, doing: "plan")
        }
      }
      group.cancelAll()
    }
  }

  private func round() async throws -> Controller.Round {
    let begun = ContinuousClock.now
    var ended: Controller.Round?
    defer { figures?.note(ended, seconds: (ContinuousClock.now - begun) / .seconds(1)) }
    let round = try await withTaskExecutorPreference(threads) { try await controller.round() }
    ended = round
    let took = (ContinuousClock.now - begun) / .milliseconds(1)
    logger.log(
      level: round.planned > 0 ? .debug : .trace, "round",
      metadata: [
        "hosts": "\(round.planned)", "queued": "\(round.queued.count)", "ms": "\((took * 1000).rounded() / 1000)",
      ])
    return round
  }

  /// - Parameters:
  ///   - unfinished: the runs that were queued or running when the round began.
  ///   - queued: the runs that this pass has asked for.
  private func isDone(_ round: Controller.Round, unfinished: [Run], queued: Set<Int64>) async throws -> Bool {
    guard round.isLeading else {
      let leader = try await store.leases().first { $0.name == Lease.controllerName }
      if let leader, leader.seemsAlive(at: clock.now) {
        let who = leader.process.flatMap(ProcessIdentity.init).map { "process \($0.pid) on \($0.machine)" }
        throw AnotherLeads(
          description:
            "another controller leads, \(who ?? "which was heard of just now"), and does what is to be done: "
            + "`pobsync status` shows it")
      }
      return false
    }
    guard round.planned == 0, round.queued.isEmpty else {
      doorbell.ring()
      return false
    }
    guard !unfinished.isEmpty else { return true }
    let pauses = try await store.pauses(at: clock.now)
    // Others see to what they carry out; of a worker that seems dead that is not so, and soon known.
    let workers = Set(try await store.leases().filter { $0.seemsAlive(at: clock.now) }.map(\.name))
    return unfinished.allSatisfy { run in
      switch run.state {
      case .running: !queued.contains(run.id) && run.worker.map(workers.contains) ?? false
      default: pauses[run.host] != nil && !run.trigger.isRequest
      }
    }
  }
}
