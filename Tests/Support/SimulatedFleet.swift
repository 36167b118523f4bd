// A simulated fleet: two controllers and two workers over one database, weeks of trouble and then of calm, run from one
// moment at which something happens to the next.

import Engine
import Foundation
import Logging
import Reconciler
import Spec
import Store

/// What a simulation has come through.
package struct SimulationReport: Sendable {
  package var days = 0.0
  package var steps = 0
  package var backups = 0
  package var troubles = 0

  package init() {}

  package static func += (sum: inout SimulationReport, other: SimulationReport) {
    sum.days += other.days
    sum.steps += other.steps
    sum.backups += other.backups
    sum.troubles += other.troubles
  }
}

extension SimulationReport: CustomStringConvertible {
  package var description: String {
    "\(Int(days)) days, \(steps) steps, \(backups) backups, \(troubles) troubles"
  }
}

/// A rule that was broken.
package struct SimulationFailure: Error, CustomStringConvertible {
  package let seed: UInt64
  package let violation: String
  /// The last steps before.
  package let trace: [String]

  package var description: String {
    "seed \(seed): \(violation)\n" + trace.map { "  \($0)\n" }.joined()
  }
}

/// What somebody does while runs wait.
private enum Interference {
  case pause, suspension
}

/// One fleet, from its first day to its rest.
package final class SimulatedFleet {
  private let seed: UInt64
  private var random: SeededGenerator
  private var generator: FleetGenerator
  private let time: SimulatedTime
  private let disk: SimulatedDisk
  private let store: Store
  private let referee = SimulationReferee()
  private let trace = SimulationTrace()
  private let misconduct: Misconduct?
  private let logger = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }

  private var hosts: [HostName: SimulatedHost] = [:]
  private var controllers: [SimulatedController] = []
  private var workers: [SimulatedWorker] = []
  private var started = 0
  /// What is to happen later, by the clock of elapsed time.
  private var later: [(at: Double, what: () async throws -> Void)] = []
  /// The leases of workers that are gone, of which nobody may have taken notice.
  private var ghosts: Set<String> = []
  /// When the last change was made of which controllers are not told.
  private var untoldAt = -Double.infinity
  private var settlesAt: Double?
  private var isBusy = true
  /// When the last count of the steps of a day began, and how many there were since.
  private var dayBegan = 0.0
  private var daySteps = 0
  /// What somebody does to a host just when a run of it is queued.
  private var awaited: Interference?
  /// The runs that were not over at the end of the last step.
  private var unfinished: [Run] = []
  private var report = SimulationReport()

  package init(seed: UInt64, misconduct: Misconduct? = nil) async throws {
    self.seed = seed
    self.misconduct = misconduct
    random = SeededGenerator(seed: seed)
    generator = FleetGenerator(seed: seed)
    time = SimulatedTime(from: generator.start())
    disk = SimulatedDisk(time)
    store = try await Store.open(on: try SQLiteDatabase.inMemory(guardsReads: false), at: time.now)
  }

  // MARK: - The course of a simulation

  private static let day = 86_400.0
  private static let trouble = 46 * day
  /// Long enough for the rarest schedule, the rarest window, and what has piled up.
  private static let calm = 2 * FleetGenerator.longestPeriod

  /// - Throws: `SimulationFailure` if a rule is broken.
  package func run() async throws -> SimulationReport {
    for _ in 0..<2 {
      try startController()
      try startWorker()
    }
    try await apply(try generator.spec())
    while time.elapsed < Self.trouble {
      try await step(until: Self.trouble)
      if time.elapsed >= nextTrouble { try await befall() }
    }
    try await mend()
    let rest = Self.trouble + Self.calm
    while time.elapsed < rest { try await step(until: rest) }
    try await expectRest()
    report.days = time.elapsed / Self.day
    return report
  }

  private var nextTrouble = 3600.0

  /// Between two troubles, in seconds. Misconduct shows where there is much of it.
  private var meanInterval: Double { (misconduct == nil ? 6 : 2) * Self.day }

  private func befall() async throws {
    nextTrouble = time.elapsed + Double.random(in: 0.1...2, using: &random) * meanInterval
    report.troubles += 1
    try await bring(.any(&random))
  }

  /// From now on nothing fails any more.
  private func mend() async throws {
    for event in later.sorted(by: { $0.at < $1.at }) { try await event.what() }
    later = []
    awaited = nil
    note("all is mended")
    for name in hosts.keys.sorted() { hosts[name]?.health = .well }
    disk.isMounted = true
    disk.unlockAll(of: Self.somebody)
    for host in try await store.pauses(at: time.now).hosts.keys.sorted() {
      _ = try await store.resume(host, at: time.now)
    }
    _ = try await store.resume(nil, at: time.now)
    // What failed until it was mended is tried again after a change of the spec.
    try await apply(try generator.edited(try await store.desired().spec))
    isBusy = true
  }

  // MARK: - Steps

  private func step(until limit: Double) async throws {
    time.advance(to: min(limit, await nextMoment()))
    report.steps += 1
    for event in later.filter({ $0.at <= time.elapsed }).sorted(by: { $0.at < $1.at }) { try await event.what() }
    later.removeAll { $0.at <= time.elapsed }

    isBusy = false
    let before = disk.changes
    let controllersFirst = random.chance(1, in: 4)
    var settled = controllersFirst ? try await stepControllers() : false
    for worker in workers.shuffled(using: &random) where try await worker.step(hosts: hosts) { isBusy = true }
    for worker in workers where !worker.isAlive { try restart(worker) }
    if !controllersFirst { settled = try await stepControllers() }
    if time.elapsed - dayBegan > Self.day { (dayBegan, daySteps) = (time.elapsed, 0) }
    daySteps += 1
    if disk.changes != before { settlesAt = time.elapsed + 31 }
    try await judge(settled: settled)
  }

  /// In a day.
  private static let mostSteps = 500

  /// - Returns: whether one of them leads.
  private func stepControllers() async throws -> Bool {
    var isLed = false
    for controller in controllers.shuffled(using: &random) {
      // One that stands by need not look each time.
      let isLeaderLeft = controllers.contains { $0 !== controller && $0.isLeading && !$0.isFrozen }
      if isLeaderLeft, !random.chance(1, in: 4) { continue }
      guard let round = try await controller.step() else { continue }
      if !round.queued.isEmpty || round.interrupted > 0 { isBusy = true }
      for id in round.queued { note("\(controller.process) queues run \(id)") }
      if round.isLeading, isLed { referee.note("two controllers lead") }
      isLed = isLed || round.isLeading
    }
    return isLed
  }

  /// The next time at which anything can happen.
  private func nextMoment() async -> Double {
    let now = time.elapsed
    if isBusy { return now + 1 }
    var moments = [now + Self.day, nextTrouble] + later.map(\.at)
    moments += workers.flatMap { $0.jobs.values.map(\.endsAt) }
    moments += [settlesAt].compactMap { $0 }.filter { $0 > now }
    for controller in controllers {
      if let due = await controller.nextDue { moments.append(time.elapsed(at: due)) }
    }
    // What is silent is noticed by looking again and again.
    let watches = controllers.contains { !$0.isFrozen }
    if watches, !controllers.contains(where: \.isLeading) { moments.append(now + 5) }
    moments += (controllers.map(\.frozenUntil) + workers.map(\.frozenUntil)).compactMap { $0 }
    if watches, !ghosts.isEmpty || workers.contains(where: \.isFrozen) { moments.append(now + 15) }
    for run in unfinished {
      if let end = run.notBefore { moments.append(time.elapsed(at: end)) }
      if run.cancelledBy != nil { moments.append(now + 1) }
    }
    // In whole milliseconds, so that clocks which count in smaller steps have all come to it.
    return ((moments.filter { $0 > now }.min() ?? now + 1) * 1000 + 1).rounded(.up) / 1000
  }

  private func judge(settled: Bool) async throws {
    if daySteps > Self.mostSteps { referee.note("more happens in a day than there is reason for") }
    if disk.changesWithoutRoot > 0 { referee.note("the disk was changed while it was not mounted") }
    let working = workers.filter(\.isAlive)
    unfinished = try await store.unfinishedRuns()
    referee.look(
      at: unfinished, carriedOut: Set(working.flatMap { $0.jobs.keys }),
      isLed: settled, elapsed: time.elapsed)
    if !ghosts.isEmpty { ghosts.formIntersection(try await store.leases().map(\.name)) }
    if settled, !isBusy, time.elapsed - untoldAt > 32, random.chance(1, in: 15) { try await judgeHosts() }
    if let awaited, let run = unfinished.first(where: { $0.state == .queued && !$0.trigger.isRequest }) {
      self.awaited = nil
      switch awaited {
      case .pause: try await pause(run.host)
      case .suspension: try await suspend(run.host)
      }
    }
    if let violation = referee.violations.first {
      throw SimulationFailure(seed: seed, violation: violation, trace: trace.lines + ["here: \(violation)"])
    }
  }

  /// Holds what is recorded of all hosts against what is so.
  private func judgeHosts() async throws {
    let seen = try await observe()
    let root: String? = disk.isMounted ? nil : SimulatedDisk.unmounted
    for host in seen.spec.effectiveHosts {
      guard let observation = seen.hosts[host.name] else { continue }
      let plan = Planner.plan(host: host, observed: observation.host, now: time.now, retries: .afterPause)
      referee.look(at: host, observed: observation, plan: plan, root: root, now: time.now)
      let snapshots = disk.snapshots(of: host.name)
      if Set(snapshots.map(\.id)) == Set(observation.host.recorded.map(\.id)) {
        referee.look(at: observation.conditions, of: host, snapshots: snapshots, now: time.now)
      }
    }
  }

  private func observe() async throws -> (spec: Spec, hosts: [HostName: Observation]) {
    let desired = try await store.desired()
    let context = ObservationContext(
      desired: desired, root: disk.root(of: desired.spec.settings), pauses: try await store.pauses(at: time.now))
    let names = desired.spec.hosts.keys.sorted()
    return (desired.spec, try await store.observe(names, isRange: true, in: context, disk: disk))
  }

  // MARK: - Rest

  /// In the end every host is as it is declared to be, and nothing is done any more until something falls due.
  private func expectRest() async throws {
    // What is under way may end first.
    let limit = time.elapsed + Self.day
    repeat {
      while time.elapsed < limit, try await !store.unfinishedRuns(limit: 1).isEmpty { try await step(until: limit) }
      for _ in 0..<2 {
        time.advance(to: time.elapsed + 31)
        for worker in workers { _ = try await worker.step(hosts: hosts) }
        _ = try await stepControllers()
      }
      unfinished = try await store.unfinishedRuns()
    } while time.elapsed < limit && !unfinished.isEmpty
    report.backups = try await store.runs(limit: .max).count { $0.kind == .backup }
    for run in try await store.unfinishedRuns() {
      referee.note("run \(run.id) of \(run.host) is \(run.state) for ever")
    }
    let seen = try await observe()
    for host in seen.spec.effectiveHosts {
      guard let observation = seen.hosts[host.name] else { continue }
      let plan = Planner.plan(host: host, observed: observation.host, now: time.now, retries: .afterPause)
      if let action = plan.action { referee.note("\(host.name) is not at rest: \(action.reason)") }
      let waits: Set<Hold.Code> = [.suspended, .outsideWindow, .missed]
      guard host.schedule != nil, !(plan.hold.map { waits.contains($0.code) } ?? false) else { continue }
      let fresh = observation.conditions.first { $0.type == .fresh }
      if fresh?.status != .true {
        referee.note("\(host.name) is not fresh after \(Self.calm / Self.day) days of calm: \(fresh?.message ?? "")")
      }
    }
    for _ in 0..<3 {
      var moment = time.elapsed + 600
      for controller in controllers {
        if let due = await controller.nextDue { moment = min(moment, time.elapsed(at: due) - 1) }
      }
      guard moment > time.elapsed else { break }
      time.advance(to: moment)
      for worker in workers { _ = try await worker.step(hosts: hosts) }
      for controller in controllers {
        guard let round = try await controller.step() else { continue }
        if round.planned > 0 || !round.queued.isEmpty {
          referee.note("\(controller.process) plans for \(round.planned) hosts though nothing has happened")
        }
      }
    }
    try await judge(settled: true)
  }

  // MARK: - Processes

  private func environment(_ role: String) throws -> Environment {
    started += 1
    return Environment(
      store: store, clock: time.wallClock, elapsed: time.elapsedClock, runner: ProcessRunner(executable: "/nowhere"),
      sshDefaults: SSHDefaults(knownHostsFile: try SSHFilePath(text: "/nowhere"), identityFile: nil),
      actor: Self.somebody, process: "\(role)-\(started)")
  }

  private func startController() throws {
    controllers.append(
      SimulatedController(try environment("controller"), time: time, disk: disk, logger: logger))
  }

  private func startWorker() throws {
    let (time, trace) = (time, trace)
    workers.append(
      SimulatedWorker(
        try environment("worker"), time: time, disk: disk, referee: referee, misconduct: misconduct,
        seed: random.next(), report: { trace.note($0, at: time) }))
  }

  /// Puts another in the place of a worker that has ended.
  private func restart(_ worker: SimulatedWorker) throws {
    workers.removeAll { $0 === worker }
    if let lease = worker.leaseName { ghosts.insert(lease) }
    isBusy = true
    after(Double.random(in: 5...3600, using: &random)) { fleet in
      try fleet.startWorker()
      fleet.isBusy = true
    }
  }

  private func restart(_ controller: SimulatedController) {
    controllers.removeAll { $0 === controller }
    after(Double.random(in: 5...3600, using: &random)) { try $0.startController() }
  }

  private func after(_ seconds: Double, _ what: @escaping (SimulatedFleet) async throws -> Void) {
    later.append((time.elapsed + seconds, { [unowned self] in try await what(self) }))
  }

  private func note(_ text: String) { trace.note(text, at: time) }

  /// Who is not one of the processes.
  private static let somebody = "somebody"
}

// MARK: - Trouble

extension SimulatedFleet {
  private func apply(_ spec: Spec) async throws {
    let difference = try await store.apply(
      spec, as: ChangeOrigin(source: "fleet", actor: Self.somebody), prune: true, at: time.now)
    for host in spec.hosts.keys.sorted() where hosts[host] == nil {
      hosts[host] = SimulatedHost(usualTime: Double(Int.random(in: 120...7200, using: &random)))
    }
    referee.beginEra()
    isBusy = true
    note(
      "the spec is applied: "
        + difference.changes.filter { $0.kind != .unchanged }.map { "\($0.id)" }.joined(separator: ", "))
  }

  private func bring(_ trouble: SimulatedTrouble) async throws {
    note("trouble: \(trouble)")
    isBusy = true
    let host = try await store.desired().spec.hosts.keys.sorted().randomElement(using: &random)
    guard let host else { return }
    switch trouble {
    case .workerDies:
      guard let worker = workers.randomElement(using: &random) else { return }
      if random.chance(1, in: 2) { worker.isDoomed = true } else { worker.die() }
    case .workerFreezes:
      // Best while it has something at work.
      try await request(host)
      after(Double.random(in: 2...60, using: &random)) { fleet in
        let worker = fleet.workers.first { !$0.jobs.isEmpty } ?? fleet.workers.first
        worker?.frozenUntil = fleet.time.elapsed + Double.random(in: 5...300, using: &fleet.random)
        fleet.note("\(worker?.process ?? "nobody") freezes")
      }
    case .workerLeaves: try await workers.randomElement(using: &random)?.leave()
    case .controllerDies:
      guard let controller = controllers.randomElement(using: &random) else { return }
      controller.die()
      restart(controller)
    case .controllerFreezes:
      controllers.randomElement(using: &random)?.frozenUntil = time.elapsed + Double.random(in: 5...120, using: &random)
    case .controllerResigns:
      guard let controller = controllers.randomElement(using: &random) else { return }
      await controller.resign()
      restart(controller)
    case .machineStops:
      for controller in controllers {
        controller.die()
        restart(controller)
      }
      for worker in workers { worker.die() }
    case .clockIsSet: setClock()
    case .hostChanges:
      let health = SimulatedHost.Health.allCases.randomElement(using: &random) ?? .well
      hosts[host]?.health = health
      note("\(host) is \(health)")
      let span = Double.random(in: 0.1...5, using: &random) * Self.day
      after(span) { $0.hosts[host]?.health = .well }
    case .rootGoes:
      // Best while something is at work.
      try await request(host)
      after(Double.random(in: 0...100, using: &random)) { fleet in
        fleet.disk.isMounted = false
        fleet.untoldAt = fleet.time.elapsed
        fleet.settlesAt = fleet.time.elapsed + 31
        fleet.note("the root is gone")
      }
      after(100 + Double.random(in: 60...Self.day, using: &random)) { fleet in
        fleet.disk.isMounted = true
        fleet.untoldAt = fleet.time.elapsed
        fleet.settlesAt = fleet.time.elapsed + 31
        fleet.note("the root is back")
      }
    case .handsOnDisk: changeByHand(host)
    case .hostIsLocked:
      guard disk.lock(host, by: Self.somebody) == nil else { return }
      after(Double.random(in: 10...300, using: &random)) { $0.disk.unlock(host, by: Self.somebody) }
      try await request(host)
      if random.chance(1, in: 2) { after(Double.random(in: 1...20, using: &random)) { $0.setClock() } }
    case .specIsEdited: try await apply(try generator.edited(try await store.desired().spec))
    case .pause:
      awaited = random.chance(2, in: 3) ? .pause : nil
      if awaited == nil { try await pause(random.chance(1, in: 4) ? nil : host) }
    case .suspension: awaited = .suspension
    case .request: try await request(host)
    case .cancellation:
      guard let run = try await store.unfinishedRuns().randomElement(using: &random) else { return }
      _ = try await store.cancelRun(run.id, by: Self.somebody, at: time.now)
    }
    settlesAt = time.elapsed + 32
  }

  private func setClock() {
    let spans = [5.0, 300, 3600, Self.day, 30 * Self.day]
    let span = (spans.randomElement(using: &random) ?? 1) * Double.random(in: 0.5...1.5, using: &random)
    let seconds = (random.chance(1, in: 2) ? span : -span).rounded()
    time.set(by: seconds)
    referee.beginEra()
    isBusy = true
    note("the clock is set by \(seconds) s")
    guard random.chance(2, in: 3) else { return }
    after(Double.random(in: 30...3 * Self.day, using: &random)) { fleet in
      fleet.time.set(by: -seconds)
      fleet.referee.beginEra()
      fleet.isBusy = true
      fleet.note("the clock is set right")
    }
  }

  private func changeByHand(_ host: HostName) {
    guard disk.isMounted else { return }
    untoldAt = time.elapsed
    let snapshots = disk.snapshots(of: host)
    if random.chance(1, in: 2), let lost = snapshots.randomElement(using: &random) {
      note("\(lost.id) of \(host) is removed by hand")
      return disk.discard(lost.id, of: host)
    }
    let date = time.now.addingTimeInterval(-Double(Int.random(in: 1...30, using: &random)) * Self.day)
    let name = SnapshotName(startedAt: date, after: snapshots.last?.id.name, using: &random)
    let kind = SnapshotKind.allCases.randomElement(using: &random) ?? .manual
    let status = SnapshotStatus.allCases.randomElement(using: &random) ?? .success
    note("\(kind.rawValue)/\(name) of \(host), \(status), is put there by hand")
    disk.publish(Snapshot(host: host, id: SnapshotID(kind: kind, name: name), status: status, startedAt: date))
  }

  /// Suspends a host for a while.
  private func suspend(_ host: HostName) async throws {
    try await declare(host, suspended: true)
    after(Double.random(in: 600...Self.day, using: &random)) { try await $0.declare(host, suspended: false) }
  }

  private func declare(_ host: HostName, suspended: Bool) async throws {
    var spec = try await store.desired().spec
    spec.hosts[host]?.own.suspended = suspended
    try await apply(spec)
  }

  private func pause(_ host: HostName?) async throws {
    let span = Double.random(in: 600...2 * Self.day, using: &random)
    let until = random.chance(2, in: 3) ? time.now.addingTimeInterval(span) : nil
    try await store.pause(host, Pause(until: until, reason: nil, actor: Self.somebody, pausedAt: time.now))
    note("\(host.map { "\($0)" } ?? "everything") is paused \(until.map { "until \(Timestamp.short($0))" } ?? "")")
    after(span + 1) { fleet in
      if until == nil { _ = try await fleet.store.resume(host, at: fleet.time.now) }
      fleet.isBusy = true
    }
  }

  private func request(_ host: HostName) async throws {
    let spec = try await store.desired().spec
    let kinds: [RunKind] = [.backup, .backup, .backup, .prune, .discover]
    var request = RunRequest(
      host: host, kind: kinds.randomElement(using: &random) ?? .backup, trigger: .cli, reason: "asked for")
    request.priority = .requested
    request.requestedBy = Self.somebody
    if request.kind == .backup {
      request.snapshotKind = SnapshotKind.allCases.randomElement(using: &random)
      request.prunes = request.snapshotKind == .scheduled && random.chance(1, in: 2)
    }
    if let declared = spec.effectiveHost(host) {
      request.concurrencyGroups = ConcurrencyLimits(spec.settings).groups(of: declared)
    }
    if random.chance(1, in: 3) { request.maxDelete = Int.random(in: 0...20, using: &random) }
    note("\(request.kind.rawValue) of \(host) is asked for")
    _ = try await store.queue(request, at: time.now)
  }
}
