// Everything about one host, as one value that the command line and the web both show.

package import Engine
package import Foundation
package import Spec
package import Store

package struct HostReport: Sendable {
  /// What is declared of it.
  package enum Declaration: Sendable {
    /// nil for a record where there is none.
    case declared(EffectiveHost, ResourceRecord?)
    /// Nothing any more.
    case retained(RetainedHost)
  }

  package let at: Date
  package let host: HostName
  package let declaration: Declaration
  /// The part of the desired state that decides about it.
  package let desired: StoredSpec
  /// The backup root, if it was looked at.
  package let root: RootState
  /// As they were judged now if the disk was looked at, or else as the controller has found them last.
  package let conditions: [Condition]
  /// As the controller has found them last.
  package let recordedConditions: [Condition]
  /// How it stands by these.
  package let standing: HostStanding
  package let pauses: Pauses
  /// What its declaration has asked for with `run_requested`.
  package let request: DeclaredRequest?
  package let plan: HostPlan
  /// The newest finished backup.
  package let lastBackup: Run?
  /// Snapshots that hold less than before, which nobody has accepted.
  package let shrinkages: [Shrinkage]
  /// The oldest first, without their metadata.
  package let snapshots: [Snapshot]
  /// The newest first.
  package let runs: [Run]
  package let events: [Event]
  private let decisions: [SnapshotID: RetentionDecision]

  fileprivate init(_ records: HostRecords, plan: HostPlan, conditions: [Condition], at now: Date) {
    at = now
    host = records.host
    declaration = records.declaration
    desired = records.context.desired
    root = records.context.root
    self.conditions = conditions
    recordedConditions = records.observation.conditions
    standing = records.standing(at: now)
    pauses = records.context.pauses
    request = records.request
    self.plan = plan
    lastBackup = records.observation.host.newestRun(.backup)
    shrinkages = records.observation.host.sizes.unsettled
    snapshots = records.snapshots
    runs = records.runs
    events = records.events
    decisions = Dictionary(
      (plan.retention?.decisions ?? []).map { ($0.snapshot.id, $0) }, uniquingKeysWith: { first, _ in first })
  }
}

extension HostReport {
  package var effective: EffectiveHost? { if case .declared(let host, _) = declaration { host } else { nil } }
  package var retained: RetainedHost? { if case .retained(let host) = declaration { host } else { nil } }

  /// Since when a condition is as it is; nil if the controller has not seen that yet.
  package func since(_ condition: Condition) -> Date? {
    recordedConditions.first { $0.type == condition.type && $0.status == condition.status }?.changedAt
  }

  /// When its schedule fires next, so many times.
  package func nextFires(_ count: Int) -> [Date] {
    guard let schedule = effective?.schedule else { return [] }
    let firing = Firing(schedule, host: host)
    var fires: [Date] = []
    while fires.count < count, let next = firing.next(after: fires.last ?? at) { fires.append(next) }
    return fires
  }

  /// Whether a snapshot stays, which is told sooner than why.
  package func keeps(_ snapshot: Snapshot) -> Bool { decisions[snapshot.id]?.keep ?? true }

  /// What becomes of a snapshot, and why; nil where nothing is said of it: all stay where there is no policy.
  package func fate(of snapshot: Snapshot) -> SnapshotFate? {
    if let decision = decisions[snapshot.id] { return SnapshotFate(isKept: decision.keep, reasons: decision.reasons) }
    // Without a policy there are no decisions, but pins all the same.
    return snapshot.pin.flatMap { $0.holds(at: at) ? SnapshotFate(isKept: true, reasons: ["\($0)"]) : nil }
  }
}

/// What becomes of a snapshot.
package struct SnapshotFate: Sendable, Hashable {
  package let isKept: Bool
  /// Every rule that keeps it, or why none does.
  package let reasons: [String]
}

// MARK: - Reading

/// What a report is made from.
private struct HostRecords {
  let host: HostName
  let declaration: HostReport.Declaration
  let context: ObservationContext
  let observation: Observation
  let request: DeclaredRequest?
  let snapshots: [Snapshot]
  let runs: [Run]
  let events: [Event]

  func standing(at now: Date) -> HostStanding {
    switch declaration {
    case .retained(let host): return HostStanding(host)
    case .declared(let effective, _):
      guard !observation.conditions.isEmpty else { return HostStanding(.unknown) }
      var status = StatusRecords()
      status.groups = [HostGroup(host: effective, names: [host])]
      status.broken[host] = observation.conditions.filter { $0.status == .false }
      if observation.host.runs.contains(where: { $0.kind == .backup && !$0.state.isFinished }) {
        status.backingUp = [host]
      }
      return HostTroubles(status, now: now).standings[host] ?? HostStanding(.ready)
    }
  }
}

extension Environment {
  /// Everything about a host; nil if it is not declared, and nothing is left of it.
  ///
  /// - Parameters:
  ///   - looks: whether the host's directory is looked at, as the command line does. Without that the store alone is
  ///     asked, so that nothing is said of what has to be seen on the disk.
  ///   - runs: how many of the newest runs are given.
  ///   - events: how many of the latest events are given.
  package func hostReport(
    of host: HostName, lookingAtDisk looks: Bool, runs: Int = 5, events: Int = 5
  ) async throws -> HostReport? {
    let desired = try await store.desired(of: host)
    let declaration: HostReport.Declaration
    if let effective = desired.spec.effectiveHost(host) {
      declaration = .declared(effective, desired.records[.host(host)])
    } else if let retained = try await store.retainedHost(host) {
      declaration = .retained(retained)
    } else {
      return nil
    }
    var root = RootState.unset
    var rootProblem: String?
    if looks { (root, rootProblem) = await lookAtRoot(of: desired.spec.settings) }
    let now = clock.now
    var context = ObservationContext(desired: desired, root: root, pauses: try await store.pauses(at: now))
    context.endedWorkers = Set(try await store.leases().filter(\.holderHasEnded).map(\.name))
    let observations = try await store.observe([host], isRange: false, in: context, disk: disk)
    let observation =
      observations[host]
      ?? Observation(host: ObservedHost(), revision: 0, conditions: [], told: [], stamp: nil)
    let records = HostRecords(
      host: host, declaration: declaration, context: context, observation: observation,
      request: try await store.declaredRequest(of: host),
      snapshots: try await store.snapshots(of: host, withMetadata: false),
      runs: try await store.runs(of: host, limit: runs), events: try await store.events(host: host, limit: events))
    switch declaration {
    case .declared(let effective, let record):
      let plan = Planner.plan(host: effective, observed: observation.host, now: now, retries: .afterPause)
      let conditions =
        looks
        ? HostConditions.judge(
          effective, observed: observation.host, plan: plan, generation: record?.generation ?? 0,
          rootProblem: rootProblem, now: now)
        : observation.conditions
      return HostReport(records, plan: plan, conditions: conditions, at: now)
    case .retained(let retained):
      let plan = Planner.plan(
        retained: retained, observed: observation.host, settings: desired.spec.settings, now: now,
        retries: .afterPause)
      return HostReport(records, plan: plan, conditions: [], at: now)
    }
  }

  /// The backup root, for looking only, and what is wrong with it if it cannot be looked at.
  private func lookAtRoot(of settings: Settings?) async -> (RootState, String?) {
    do {
      let state = try await disk.peek(settings)
      if case .unset = state { return (state, BackupRootUnusable.unset.description) }
      return (state, nil)
    } catch {
      return (.unset, "\(error)")
    }
  }
}
