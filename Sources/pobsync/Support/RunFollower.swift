// Following runs that others carry out, on the terminal of whoever asked for them.

import Engine
import Foundation
import Reconciler
import Spec
import Store

/// Follows runs of known numbers.
struct RunFollower {
  private let environment: Reconciler.Environment
  private let reporter: WorkReporter
  /// Called with each run that is at work or has ended, each time it is looked at.
  private let looksAt: @Sendable (Run) -> Void

  init(
    _ environment: Reconciler.Environment, reporter: WorkReporter, looksAt: @escaping @Sendable (Run) -> Void = { _ in }
  ) {
    self.environment = environment
    self.reporter = reporter
    self.looksAt = looksAt
  }

  /// Shows what runs wait for and their progress, until all have ended.
  /// - Returns: the runs as they ended.
  func follow(_ ids: [Int64]) async throws -> [Run] {
    var news = RunNews(reporter)
    var watch = LeaseWatch()
    var ended: [Int64: Run] = [:]
    while ended.count < Set(ids).count {
      for id in ids where ended[id] == nil {
        guard let run = try await environment.store.run(id) else {
          throw CommandFailure("run \(id) is not in the database any more")
        }
        if !run.state.isFinished {
          let (service, waits) = try await environment.queueWaits()
          if run.state == .queued {
            news.note(waiting: run, for: waits.reason(of: run), now: environment.clock.now)
          }
          // Where no controller closes what dead workers leave, whoever waits for it does.
          if service.controller?.isAlive != true { try await endDeadWorkers(&watch) }
        }
        if run.state != .queued { looksAt(run) }
        news.note(run)
        if run.state.isFinished { ended[id] = run }
      }
      if ended.count < Set(ids).count { try await Task.sleep(for: .milliseconds(500)) }
    }
    return ids.compactMap { ended[$0] }
  }
}

extension RunFollower {
  private func endDeadWorkers(_ watch: inout LeaseWatch) async throws {
    let store = environment.store
    let void = watch.void(among: try await store.leases(), elapsed: environment.elapsed.now)
    for lease in void where lease.kind != .controller { try await store.endWorker(lease, at: environment.clock.now) }
  }
}

/// Tells what is new of runs that are looked at again and again.
struct RunNews {
  private let reporter: WorkReporter
  private var started: Set<Int64> = []
  private var ended: Set<Int64> = []
  private var waits: [Int64: (text: String, told: Bool, since: Date)] = [:]

  init(_ reporter: WorkReporter) { self.reporter = reporter }

  mutating func note(_ run: Run) {
    guard run.state != .queued, !ended.contains(run.id) else { return }
    if started.insert(run.id).inserted { reporter.report(.started(run)) }
    if let progress = run.progress { reporter.report(.progress(host: run.host, progress)) }
    guard run.state.isFinished else { return }
    ended.insert(run.id)
    reporter.report(.finished(RunOutcome(run: run, result: RunResult(of: run))))
  }

  /// Says what a queued run waits for: not if it is taken up at once, and again only when that has changed.
  mutating func note(waiting run: Run, for text: String, now: Date) {
    if waits[run.id]?.text != text { waits[run.id] = (text, false, now) }
    guard let wait = waits[run.id], !wait.told, now.timeIntervalSince(wait.since) >= Self.patience else { return }
    waits[run.id]?.told = true
    reporter.report(.waiting(run, reason: text.printable()))
  }

  /// In seconds.
  private static let patience = 1.5
}

extension RunResult {
  fileprivate init(of run: Run) {
    self.init(
      state: run.state, snapshot: run.snapshot, exitCode: run.exitCode, errorCode: run.errorCode, message: run.message,
      log: run.log, stats: run.stats, report: run.report)
  }
}
