// Waiting until what was declared has come about: `pobsync apply --wait`.

import Engine
import Foundation
import Reconciler
import Spec
import Store

/// Follows the service until some hosts are as declared, or cannot come to be so by themselves.
struct Convergence {
  /// What has become of a host for which nothing more is done for now.
  enum Outcome {
    case converged
    /// In order, but not before a time or a person's word.
    case held(String)
    case failed(String)
  }

  private let environment: Reconciler.Environment
  private let deadline: Date?
  private var outcomes: [HostName: Outcome] = [:]
  private var waiting: Set<HostName>
  private var news = RunNews(WorkReporter())
  /// Runs up to this number had ended before.
  private var seenUpTo: Int64
  private var unattendedSince: Date?

  /// - Parameters:
  ///   - hosts: those that are waited for.
  ///   - seenUpTo: runs up to this number are of no interest.
  init(_ environment: Reconciler.Environment, hosts: Set<HostName>, seenUpTo: Int64, timeout: TimeSpan?) {
    self.environment = environment
    self.seenUpTo = seenUpTo
    waiting = hosts
    deadline = timeout.map { environment.clock.now.addingTimeInterval(Double($0.seconds)) }
  }

  /// The number up to which all runs have ended now.
  static func runsSeen(in store: Store) async throws -> Int64 {
    let unfinished = try await store.unfinishedRuns().map(\.id).min()
    let newest = try await store.newestRunID()
    return unfinished.map { $0 - 1 } ?? newest
  }

  /// - Throws: if nobody carries anything out, or the time is up.
  /// - Returns: whether nothing has failed.
  mutating func wait() async throws -> Bool {
    var desired = try await environment.store.desired()
    while true {
      desired = try await environment.store.update(desired).0
      let busy = try await followRuns()
      try await settle(waiting.subtracting(busy).subtracting(try await environment.store.unobservedHosts()), desired)
      if waiting.isEmpty { break }
      try await checkService()
      if let deadline, environment.clock.now >= deadline { throw CommandFailure(timedOut: waiting, busy: busy) }
      try await Task.sleep(for: .seconds(1))
    }
    return outcomes.tell()
  }

  /// Shows what is new of runs.
  /// - Returns: the hosts with runs that have not ended.
  private mutating func followRuns() async throws -> Set<HostName> {
    let runs = try await environment.store.runs(after: seenUpTo)
    var busy: Set<HostName> = []
    let queued = runs.contains { $0.state == .queued && waiting.contains($0.host) }
    let waits = queued ? try await environment.queueWaits().waits : nil
    for run in runs {
      if !run.state.isFinished, run.kind.occupiesHost { busy.insert(run.host) }
      guard waiting.contains(run.host) else { continue }
      if run.state == .queued, let waits {
        news.note(waiting: run, for: waits.reason(of: run), now: environment.clock.now)
      }
      news.note(run)
    }
    seenUpTo = runs.first { !$0.state.isFinished }.map { $0.id - 1 } ?? runs.last?.id ?? seenUpTo
    return busy
  }

  /// Plans for hosts of which the controller has seen the newest declaration, and notes those with nothing left to do.
  private mutating func settle(_ candidates: Set<HostName>, _ desired: StoredSpec) async throws {
    let hosts = candidates.sorted()
    guard !hosts.isEmpty else { return }
    let store = environment.store
    let root = try await environment.disk.peek(desired.spec.settings)
    if case .unset = root { throw BackupRootUnusable.unset }
    let context = ObservationContext(
      desired: desired, root: root, pauses: try await store.pauses(at: environment.clock.now))
    for start in stride(from: 0, to: hosts.count, by: Self.batchSize) {
      let batch = Array(hosts[start..<min(start + Self.batchSize, hosts.count)])
      let observed = try await store.observe(batch, isRange: false, in: context, disk: environment.disk)
      for name in batch {
        let outcome = desired.spec.effectiveHost(name).flatMap { host in
          Outcome(
            Planner.plan(
              host: host, observed: observed[name]?.host ?? ObservedHost(), now: environment.clock.now,
              retries: .afterPause))
        }
        // A host that was deleted meanwhile is not waited for either.
        guard outcome != nil || desired.spec.hosts[name] == nil else { continue }
        outcomes[name] = outcome
        waiting.remove(name)
      }
    }
  }

  private static let batchSize = 256

  private mutating func checkService() async throws {
    let now = environment.clock.now
    let service = try await environment.queueWaits().service
    guard !service.isThere else {
      unattendedSince = nil
      return
    }
    guard let since = unattendedSince else {
      unattendedSince = now
      return
    }
    guard now.timeIntervalSince(since) >= Self.patience else { return }
    throw CommandFailure(unattended: service)
  }

  /// In seconds, for how long a service may be away, as one that is being restarted is.
  static let patience = 5.0
}

extension [HostName: Convergence.Outcome] {
  /// Says what has become of hosts.
  ///
  /// - Returns: whether nothing has failed.
  func tell() -> Bool {
    var isGood = true
    var converged = 0
    for (host, outcome) in sorted(by: { $0.key < $1.key }) {
      switch outcome {
      case .converged: converged += 1
      case .held(let message): Terminal.writeError("\(host): waits: \(message.printable(limit: 1000))")
      case .failed(let message):
        isGood = false
        Terminal.writeError("\(host): failed: \(message.printable(limit: 1000))")
      }
    }
    Terminal.printLine(
      "\(converged) of \(count) \(count == 1 ? "host is" : "hosts are") as declared.")
    return isGood
  }
}

extension Convergence.Outcome {
  /// Gives nil while something is to be done or under way.
  fileprivate init?(_ plan: HostPlan) {
    // A host is as it is declared also while its trash is emptied.
    guard plan.action == nil || plan.action?.kind == .emptyTrash else { return nil }
    guard let hold = plan.hold else {
      self = .converged
      return
    }
    self.init(hold.code, hold.message)
  }

  /// Gives nil for what is under way.
  init?(_ code: Hold.Code, _ message: String) {
    switch code {
    case .underWay: return nil
    case .retryLater, .needsPerson, .unreadable, .lastBackupFailed: self = .failed(message)
    case .suspended, .paused, .missed, .outsideWindow, .tooManyDeletions, .stale, .suspicious, .clockSuspect,
      .notAdopted, .notOurs:
      self = .held(message)
    }
  }
}

extension CommandFailure {
  /// That nobody carries out what was applied.
  init(unattended service: ServiceStatus) {
    let missing = service.controller?.isAlive == true ? "no worker is" : "no service is"
    self.init(
      "the spec is applied, but \(missing) there to carry it out: start `pobsync run`, or do what is to be done once "
        + "with `pobsync reconcile --once`")
  }

  init(timedOut waiting: Set<HostName>, busy: Set<HostName>) {
    let named = waiting.sorted().prefix(5).map { "\($0)\(busy.contains($0) ? " (a run is queued or running)" : "")" }
    let more = waiting.count > 5 ? ", and \(waiting.count - 5) more" : ""
    self.init(
      "the time is up, and not as declared yet: \(named.joined(separator: ", "))\(more); the service goes on, and "
        + "`pobsync status` shows how far it is")
  }
}
