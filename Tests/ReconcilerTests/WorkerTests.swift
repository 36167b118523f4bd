// A worker that is for one run: it goes on until that is over, whoever ends it.

import Engine
import Foundation
import Logging
import Spec
import Store
import Testing

@testable import Reconciler

struct WorkerTests {
  /// Finds each host busy, and counts how often.
  private final class BusyExecutor: Executor {
    private let tries = Locked(0)

    var count: Int { tries.with { $0 } }

    func carryOut(_ job: Job) async -> Execution {
      tries.with { $0 += 1 }
      return .busy("process 7 backs it up")
    }
  }

  /// A run that a person asks for, and a worker for it that finds its host busy.
  private func begin(_ executor: BusyExecutor) async throws -> (Site, Int64, Task<Void, any Error>) {
    let site = try await Site()
    try await site.apply("hosts: {web-1: {}}")
    let request = RunRequest(host: try HostName(text: "web-1"), kind: .backup, trigger: .cli, reason: "asked")
    let id = try #require(try await site.store.queue(request, at: site.time.clock.now).runID)
    var options = Worker.Options()
    options.only = id
    let worker = Worker(
      try site.environment(), executor: executor, options: options,
      logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
    let life = Task { try await worker.run() }
    while try await site.store.run(id)?.notBefore == nil { await Task.yield() }
    return (site, id, life)
  }

  /// Waits, and ends the worker when the test's time is over.
  private func end(of life: Task<Void, any Error>) async throws {
    try await withTaskCancellationHandler {
      try await life.value
    } onCancel: {
      life.cancel()
    }
  }

  @Test(.timeLimit(.minutes(1)))
  func `it ends when its run is cancelled while the host is busy, and does not try without a pause`() async throws {
    let executor = BusyExecutor()
    let (site, id, life) = try await begin(executor)
    #expect(try await site.store.cancelRun(id, by: "alice", at: site.time.clock.now) == .cancelled)
    try await end(of: life)
    #expect(executor.count == 1)
    #expect(try await site.store.run(id)?.state == .cancelled)
    #expect(try await site.store.leases().isEmpty)
  }

  @Test(.timeLimit(.minutes(1)))
  func `it ends when another has carried its run out`() async throws {
    let executor = BusyExecutor()
    let (site, id, life) = try await begin(executor)
    let other = try await site.worker("worker/other")
    let later = site.time.clock.now.addingTimeInterval(15)
    let run = try #require(try await site.store.claimRun(id, by: other, at: later))
    _ = try await site.store.finishRun(run, RunResult(state: .succeeded), by: other, at: later)
    try await end(of: life)
    #expect(executor.count == 1)
  }
}
