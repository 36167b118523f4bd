// The referee of a simulation: holds every step of every worker against the rules of the design, in words of its own
// rather than those of the code that is judged.

package import Engine
package import Foundation
package import Reconciler
package import Spec
package import Store

/// Notes what breaks a rule.
package final class SimulationReferee {
  package private(set) var violations: [String] = []
  private var ended: Set<Int64> = []
  private var published: [HostName: [(due: Date, snapshot: SnapshotID)]] = [:]
  private var failures: [HostName: Failure] = [:]
  private var unattended: [Int64: Double] = [:]
  /// In which era a run that is not over was seen first.
  private var eras: [Int64: Int] = [:]
  /// Grows when the clock is set or the spec is changed: what rests may then be tried again.
  private var era = 0

  private struct Failure {
    let due: Date
    let elapsed: Double
    let era: Int
  }

  package init() {}

  package func note(_ violation: String) { violations.append(violation) }

  /// Times of day from before are not to be compared with those to come.
  package func beginEra() { era += 1 }

  // MARK: - Beginning

  /// A worker has claimed a run.
  ///
  /// - Parameters:
  ///   - others: the runs that were running before.
  ///   - queue: the runs that were queued before, this one included.
  package func claimed(
    _ run: Run, beside others: [Run], from queue: [Run], settings: Settings?, pauses: Pauses, now: Date
  ) {
    let limits = SimulatedLimits(settings)
    if let obstacle = limits.obstacle(to: run, beside: others, pauses: pauses) {
      note("run \(run.id) was claimed, \(obstacle)")
    }
    for other in queue
    where other.kind == run.kind && other.rankedAt < run.rankedAt && other.notBefore ?? .distantPast <= now
      && limits.obstacle(to: other, beside: others, pauses: pauses) == nil
    {
      note("run \(run.id) of \(run.host) overtook run \(other.id) of \(other.host), which might have begun")
    }
  }

  /// A transfer begins.
  package func begins(_ run: Run, of host: EffectiveHost, now: Date, elapsed: Double) {
    guard run.kind == .backup, !run.trigger.isRequest else { return }
    if host.suspension != nil {
      note("\(host.name) is backed up though suspended")
    }
    guard let schedule = host.schedule else { return note("\(host.name) is backed up without a schedule") }
    if !schedule.calendar.isOpen(at: now) { note("\(host.name) is backed up outside of its window") }
    if let failure = failures[host.name], failure.due == run.scheduledFor, failure.era == era,
      elapsed - failure.elapsed < 299
    {
      note("\(host.name) is tried again \(elapsed - failure.elapsed) s after a failure")
    }
  }

  // MARK: - Changing the disk

  /// A snapshot gets its final name.
  /// - Parameter stored: the run as the store has it.
  package func publishes(
    _ snapshot: Snapshot, run: Run, by worker: String, stored: Run?, disk: SimulatedDisk, now: Date
  ) {
    if stored?.state != .running || stored?.worker != worker {
      note("\(worker) published \(snapshot.id) of \(run.host) though run \(run.id) is not its own any more")
    }
    guard let due = run.scheduledFor, snapshot.status.isGood else { return }
    for earlier in published[run.host] ?? [] where earlier.due == due {
      guard let found = disk.snapshot(earlier.snapshot, of: run.host), found.startedAt >= due,
        found.startedAt <= run.queuedAt
      else { continue }
      note("\(run.host) was backed up twice for \(Timestamp.short(due)): \(earlier.snapshot), \(snapshot.id)")
    }
    published[run.host, default: []].append((due, snapshot.id))
  }

  /// A snapshot goes to the trash.
  /// - Parameter count: how many the run removes in all.
  package func discards(
    _ snapshot: SnapshotRecord, run: Run, of count: Int, host: EffectiveHost, disk: SimulatedDisk, removed: Int,
    now: Date
  ) {
    let all = disk.snapshots(of: run.host)
    let scheduled = all.filter { $0.id.kind == .scheduled }
    let newest = scheduled.filter { $0.status.isGood && $0.startedAt <= now }.max { $0.id < $1.id }
    if newest?.id == snapshot.id { note("\(run.host) lost \(snapshot.id), its newest good snapshot") }
    if snapshot.id.kind == .manual { note("\(run.host) lost \(snapshot.id), a manual snapshot") }
    if snapshot.status == .unknown { note("\(run.host) lost \(snapshot.id), of which nothing is known") }
    guard run.request.maxDelete == nil else {
      if count > run.request.maxDelete ?? 0 { note("run \(run.id) removes more than a person allowed") }
      return
    }
    if !run.trigger.isRequest, host.schedule?.declared.prune != true {
      note("run \(run.id) prunes \(run.host), which nobody asked for")
    }
    let policy = host.retention?.policy
    let total = scheduled.count + removed
    let share = policy?.maxDeleteRatio?.of(total) ?? total / 2
    if count > min(policy?.maxDelete ?? 10, max(1, share)) {
      note("run \(run.id) removes \(count) of \(total) snapshots of \(run.host), which nobody asked for")
    }
  }

  /// What was removed is deleted for good.
  package func deletes(_ entry: TrashEntry, of host: HostName, by settings: Settings?, now: Date) {
    guard let trashedAt = entry.trashedAt else { return }
    let kept = Double((settings?.trashTTL ?? Settings.defaultTrashTTL).seconds)
    if now < trashedAt.addingTimeInterval(kept) {
      note("\(entry) of \(host) was deleted \(now.timeIntervalSince(trashedAt)) s after its removal")
    }
  }

  /// A worker has claimed all that it may, and these are left.
  package func waits(_ unfinished: [Run], settings: Settings?, pauses: Pauses, now: Date) {
    let running = unfinished.filter { $0.state == .running }
    let limits = SimulatedLimits(settings)
    for emptying in running where emptying.kind == .emptyTrash {
      for run in unfinished
      where run.host == emptying.host && run.state == .queued && run.notBefore ?? .distantPast <= now
        && limits.obstacle(to: run, beside: running, pauses: pauses) == nil
      {
        note("run \(run.id) (\(run.kind.rawValue)) waits while the trash of \(run.host) is emptied")
      }
    }
  }

  // MARK: - Ending

  /// A run was recorded as over.
  package func ended(_ run: Run, _ result: RunResult, elapsed: Double) {
    if !ended.insert(run.id).inserted { note("run \(run.id) of \(run.host) ended twice") }
    guard run.kind == .backup else { return }
    failures[run.host] = nil
    // What was queued before the spec was changed does not make the next try wait.
    guard eras[run.id] ?? era == era else { return }
    if result.state == .failed, let due = run.scheduledFor {
      failures[run.host] = Failure(due: due, elapsed: elapsed, era: era)
    }
  }

  // MARK: - Between steps

  /// How long a run may stay `running` that nobody carries out, while somebody leads: the lease of its worker, and some
  /// rounds.
  private static let patience = 120.0

  /// Looks at the runs that are not over.
  ///
  /// - Parameters:
  ///   - carriedOut: the runs that live workers have at work.
  ///   - isLed: whether a controller is there to close the runs of dead workers.
  package func look(at unfinished: [Run], carriedOut: Set<Int64>, isLed: Bool, elapsed: Double) {
    var kinds: Set<[String]> = []
    var hosts: Set<HostName> = []
    for run in unfinished {
      if !kinds.insert([run.host.description, run.kind.rawValue]).inserted {
        note("\(run.host) has two unfinished runs of kind \(run.kind.rawValue)")
      }
      if run.state == .running, run.kind != .emptyTrash, !hosts.insert(run.host).inserted {
        note("two runs of \(run.host) are running")
      }
      if ended.contains(run.id) { note("run \(run.id) of \(run.host) is \(run.state.rawValue) after its end") }
    }
    eras = Dictionary(uniqueKeysWithValues: unfinished.map { ($0.id, eras[$0.id] ?? era) })
    let lost = unfinished.filter { $0.state == .running && !carriedOut.contains($0.id) }.map(\.id)
    unattended = unattended.filter { lost.contains($0.key) }
    for id in lost {
      guard isLed, let since = unattended[id] else {
        unattended[id] = elapsed
        continue
      }
      if elapsed - since > Self.patience { note("run \(id) is running for \(elapsed - since) s without a worker") }
    }
  }

  /// Looks at what a controller has just settled.
  ///
  /// - Parameters:
  ///   - observed: a host as it is now, all of it known to the store.
  ///   - plan: what the planner would do now.
  package func look(at host: EffectiveHost, observed: Observation, plan: HostPlan, root: String?, now: Date) {
    if let action = plan.action { note("\(host.name): \(action.verb) was overlooked: \(action.reason)") }
    let judged = HostConditions.judge(
      host, observed: observed.host, plan: plan, generation: observed.conditions.first?.observedGeneration ?? 0,
      rootProblem: root, now: now)
    for condition in judged where !observed.conditions.contains(where: { $0.says(condition) }) {
      let stored = observed.conditions.first { $0.type == condition.type }
      note(
        "\(host.name): \(condition.type.rawValue) is \(stored?.status.rawValue ?? "missing") "
          + "(\(stored?.reason ?? ""): \(stored?.message ?? "")) and should be \(condition.status.rawValue) "
          + "(\(condition.reason): \(condition.message))")
    }
  }

  /// Looks at what is said of a host whose snapshots are all known.
  package func look(at conditions: [Condition], of host: EffectiveHost, snapshots: [Snapshot], now: Date) {
    guard let schedule = host.schedule, let fresh = conditions.first(where: { $0.type == .fresh }) else { return }
    let newest = snapshots.filter { $0.id.kind == .scheduled && $0.status.isGood && $0.startedAt <= now }
      .map(\.startedAt).max()
    let since =
      schedule.declared.maxAge.map { now.addingTimeInterval(-Double($0.seconds)) }
      ?? Firing(schedule, host: host.name).latest(atOrBefore: now) ?? .distantPast
    let isFresh = newest.map { $0 >= since } ?? false
    if isFresh != (fresh.status == .true) { note("\(host.name) is called \(fresh.reason), which is not so") }
  }
}

/// What may run beside each other: as many as the spec says now, in the groups that runs were queued with.
private struct SimulatedLimits {
  private let settings: Settings?

  init(_ settings: Settings?) { self.settings = settings }

  /// Why a run may not begin, if it may not.
  func obstacle(to run: Run, beside others: [Run], pauses: Pauses) -> String? {
    let besideOthers: Set<RunKind> = [.emptyTrash, .preflight, .dryRun]
    let rivals = others.filter { !besideOthers.contains($0.kind) && $0.host == run.host }
    if !besideOthers.contains(run.kind), !rivals.isEmpty { return "though another of \(run.host) is running" }
    if !run.trigger.isRequest, pauses[run.host] != nil { return "though \(run.host) is paused" }
    let (lane, usual) =
      switch run.kind {
      case .backup: (settings?.maxConcurrentBackups, 4)
      case .discover: (settings?.maxConcurrentDiscoveries, 4)
      case .prune: (settings?.maxConcurrentPrunes, 2)
      case .emptyTrash: (nil, 1)
      case .verify: (settings?.maxConcurrentVerifications, 1)
      case .restore: (nil, 2)
      case .preflight: (nil, 4)
      case .dryRun: (nil, 2)
      }
    let besides = others.filter { $0.kind == run.kind }
    if besides.count >= lane ?? usual { return "though \(besides.count) of its kind are running" }
    guard run.kind == .backup else { return nil }
    for (label, limit) in settings?.concurrencyGroups ?? [:] {
      for group in run.request.concurrencyGroups where group.hasPrefix("\(label)=") {
        let members = besides.count { $0.request.concurrencyGroups.contains(group) }
        if members >= limit { return "though \(members) of \(group) are running" }
      }
    }
    return nil
  }
}
