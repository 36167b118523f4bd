// What a person asks for: a run is queued, and carried out by the service if one is there, or else here and now.

import ArgumentParser
import Engine
import Foundation
import Logging
import Reconciler
import Spec
import Store
import UnixSignals

struct WaitOptions: ParsableArguments {
  @Flag(help: "Where a service carries the run out: follow it to its end, and exit with 1 if it fails.")
  var wait = false
}

/// A request of the command line, seen through.
struct Request {
  let environment: Reconciler.Environment

  /// Queues a run.
  ///
  /// Without any worker there, this process carries it out. With one, it is followed if `waits`, and else left to it.
  /// - Returns: the finished run; nil if it was left to the service.
  func carryOut(_ request: RunRequest, waits: Bool) async throws -> Run? {
    var request = request
    request.priority = .requested
    request.requestedBy = environment.actor
    let store = environment.store
    let queueing = try await store.queue(request, at: environment.clock.now)
    guard let id = queueing.runID else { throw CommandFailure("the run could not be queued; try again") }
    if case .joined = queueing {
      Terminal.writeError(
        "\(request.host): run \(id) (\(request.kind.rawValue)) was queued or running already, and serves")
    }
    guard try await isAttended() else { return try await carryOutHere(id) }
    guard waits else {
      Terminal.printLine(
        "run \(id): \(request.kind.rawValue) of \(request.host) queued; `pobsync logs \(id) --follow` follows it")
      return nil
    }
    return try await RunFollower(environment, reporter: WorkReporter()).follow([id]).first
  }

  /// Whether a service is there to carry runs out.
  private func isAttended() async throws -> Bool {
    try await environment.store.leases().contains {
      $0.servesQueue && $0.seemsAlive(at: environment.clock.now)
    }
  }

  /// Claims the run and carries it out. A signal to stop cancels it.
  private func carryOutHere(_ id: Int64) async throws -> Run {
    let reporter = WorkReporter()
    let store = environment.store
    var options = Worker.Options()
    options.only = id
    let worker = Worker(
      environment, executor: environment.executor, options: options, logger: LogOptions.silent
    ) { reporter.report($0) }
    // Runs of workers that have died keep the host; nobody else is there to close them.
    try await store.endDeadWorkers(at: environment.clock.now)
    try await withThrowingTaskGroup(of: Bool.self) { group in
      let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
      group.addTask {
        try await worker.run()
        return true
      }
      group.addTask {
        for await _ in signals { _ = try await store.cancelRun(id, by: environment.actor, at: environment.clock.now) }
        return false
      }
      while let isOver = try await group.next(), !isOver {}
      group.cancelAll()
    }
    guard let run = try await store.run(id) else { throw CommandFailure("run \(id) is not in the database any more") }
    return run
  }
}

extension Store {
  /// Closes what workers have left behind that are known to have ended, as a controller does where there is one.
  func endDeadWorkers(at now: Date) async throws {
    for lease in try await leases() where lease.kind == .worker && lease.holderHasEnded {
      try await endWorker(lease, at: now)
    }
  }
}
