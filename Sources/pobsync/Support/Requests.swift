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
  /// Without a service there, this process carries it out. With one, it is followed if `waits`, and else left to it.
  /// - Returns: the finished run; nil if it was left to the service.
  func carryOut(_ request: RunRequest, waits: Bool) async throws -> Run? {
    var request = request
    request.priority = .requested
    request.requestedBy = environment.actor
    let store = environment.store
    let isLeftToCommand = request.parameters?.isForItsCommand ?? false
    let isAttended = try await look() && !isLeftToCommand
    var queueing = try await store.queue(request, at: environment.clock.now)
    while case .obstructed(let other) = queueing {
      let obstacle = "\(request.host): run \(other) (\(request.kind.rawValue)) is unfinished, and for something else"
      guard waits || !isAttended else {
        throw CommandFailure("\(obstacle): give --wait to wait for it, or `pobsync cancel \(other)`")
      }
      Terminal.writeError("\(obstacle): waiting for it")
      if !isAttended, try await store.run(other)?.state == .queued { try await carryOutHere(other) }
      _ = try await RunFollower(environment, reporter: WorkReporter()).follow([other])
      queueing = try await store.queue(request, at: environment.clock.now)
    }
    guard let id = queueing.runID else { throw CommandFailure("the run could not be queued; try again") }
    let run = try await store.run(id)
    let what = "\(request.host): run \(id) (\(request.kind.rawValue))"
    if case .joined = queueing {
      Terminal.writeError("\(what) is \(run?.state.rawValue ?? "queued") already; this request joins it")
    }
    if isAttended, !waits {
      Terminal.printLine("\(what) is \(run?.state.rawValue ?? "queued"); `pobsync logs \(id) --follow` follows it")
      return nil
    }
    if !isAttended, run?.state == .queued {
      try await carryOutHere(id)
      if let run = try await store.run(id), run.state.isFinished { return run }
    }
    let ended = try await RunFollower(environment, reporter: WorkReporter()).follow([id]).first
    guard let ended, ended.state == .interrupted else { return ended }
    // Whoever carried it out has died. With a service it is queued again; without one it is up to this command.
    return try await carryOut(request, waits: waits)
  }

  /// Sees whether a service is there to carry runs out, and closes what commands and workers that died here have left.
  private func look() async throws -> Bool {
    let now = environment.clock.now
    try await environment.store.endDeadWorkers(at: now)
    let leases = try await environment.store.leases()
    return leases.contains { $0.servesQueue && $0.seemsAlive(at: now) }
  }

  /// Claims the run and carries it out. A signal to stop cancels it.
  private func carryOutHere(_ id: Int64) async throws {
    let reporter = WorkReporter()
    let store = environment.store
    var options = Worker.Options()
    options.only = id
    let worker = Worker(
      environment, executor: environment.executor, options: options, logger: LogOptions.silent
    ) { reporter.report($0) }
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
    try await environment.deliverNotifications()
  }
}

extension Reconciler.Environment {
  /// Sends what is queued, once: for commands that work where no service does. What cannot be sent is tried again by the
  /// next.
  func deliverNotifications() async throws {
    _ = try await NotificationDispatcher(store: store, sender: NotificationSender()).deliverDue(now: clock.now)
  }
}

extension Store {
  /// Closes what workers have left behind that are known to have ended, as a controller does where there is one.
  func endDeadWorkers(at now: Date) async throws {
    for lease in try await leases() where lease.kind != .controller && lease.holderHasEnded {
      try await endWorker(lease, at: now)
    }
  }
}
