// The queue: runs that wait for a worker, in SQL, so that any process may die at any moment. A host has at most one
// unfinished run of a kind; the database holds that, with a key that only unfinished runs have.

package import Engine
package import Foundation
package import Spec

/// What became of a request.
package enum Queueing: Sendable, Hashable {
  /// A run of this number was queued.
  case queued(Int64)
  /// This run of the same host and kind was queued or running already, and serves.
  case joined(Int64)
  /// This run of the same host and kind is in the way: it is unfinished, and for something else.
  case obstructed(Int64)
  /// The host has changed since the plan was made; the next plan will tell.
  case outdated

  package var runID: Int64? {
    switch self {
    case .queued(let id), .joined(let id): id
    case .obstructed, .outdated: nil
    }
  }
}

/// A request that was planned.
package struct PlannedRun: Sendable, Hashable {
  package let request: RunRequest
  /// The revision of the host on which the plan rests.
  package let revision: Int64

  package init(_ request: RunRequest, revision: Int64) {
    self.request = request
    self.revision = revision
  }
}

/// Which queued runs may start.
package struct QueueAdmission: Sendable {
  /// The kinds of which another may start at all.
  package let openLanes: Set<RunKind>
  /// Nothing but what a person has asked for may start.
  package let requestsOnly: Bool
  package let admits: @Sendable (Run) -> Bool

  package init(
    openLanes: Set<RunKind> = Set(RunKind.allCases), requestsOnly: Bool = false,
    admits: @escaping @Sendable (Run) -> Bool
  ) {
    self.openLanes = openLanes
    self.requestsOnly = requestsOnly
    self.admits = admits
  }
}

/// What became of a wish to cancel a run.
package enum Cancellation: Sendable, Hashable {
  /// It was queued and never begins.
  case cancelled
  /// Its worker was told, and stops it within seconds.
  case requested
  /// It had ended already, like this.
  case over(RunState)
  case unknownRun
}

extension Store {
  // MARK: - Queueing

  /// Queues a run that a person asks for. One of the same host and kind that is queued already is moved ahead and
  /// takes over what the request says; one that is running serves as it is, if it is for the same.
  ///
  /// - Parameter noting: what the audit log is told, in the same transaction, of the run that does it, by its number;
  ///   nothing if none does.
  package func queue(
    _ request: RunRequest, noting: (@Sendable (_ run: Int64) -> NewAuditEntry)? = nil, at now: Date
  ) async throws -> Queueing {
    try await database.write { connection in
      let queueing = try connection.queue(request, at: now)
      if let noting, let run = queueing.runID { try connection.append(noting(run), at: now) }
      return queueing
    }
  }

  /// Queues what a controller has planned, as far as the hosts are as the plan saw them.
  ///
  /// - Throws: `LeaseLost` if another controller leads by now; then nothing is queued.
  package func queue(_ runs: [PlannedRun], by controller: LeaseGrant, at now: Date) async throws -> [Queueing] {
    guard !runs.isEmpty else { return [] }
    return try await database.write { connection in
      try connection.checkHeld(controller)
      return try runs.map { run in
        guard try connection.revision(of: run.request.host) == run.revision else { return .outdated }
        return try connection.queue(run.request, at: now)
      }
    }
  }

  /// Gives unfinished runs the groups that their hosts are in by now.
  ///
  /// - Throws: `LeaseLost` if another controller leads by now; then nothing is changed.
  package func regroup(_ groups: [Int64: [String]], by controller: LeaseGrant) async throws {
    guard !groups.isEmpty else { return }
    try await database.write { connection in
      try connection.checkHeld(controller)
      for (run, groups) in groups {
        try connection.update(
          "runs", set: [("concurrency_groups", RunRequest.cell(ofGroups: groups))],
          where: "id = ? AND unfinished IS NOT NULL", [run.sqlValue])
      }
    }
  }

  // MARK: - Working

  /// Gives the next run to a worker.
  ///
  /// - Parameters:
  ///   - kinds: the lanes in which the worker has a place free.
  ///   - admission: gives, for the runs that are running anywhere, the pauses and the settings, which queued runs may
  ///     join them.
  /// - Returns: the run, now `running`; nil if none may start.
  /// - Throws: `LeaseLost` if the worker was given up.
  package func claimRun(
    of kinds: [RunKind], by worker: LeaseGrant, at now: Date,
    admission:
      @escaping @Sendable (_ running: [Run], _ pauses: Pauses, _ settings: Settings?) -> QueueAdmission
  ) async throws -> Run? {
    // Mostly there is nothing to do, and looking takes no lock.
    guard try await database.read({ try $0.hasQueued(kinds) }) else { return nil }
    return try await database.write { connection in
      try connection.checkHeld(worker)
      let running = try connection.rows(
        of: "runs", "SELECT \(Run.planningColumns) FROM runs WHERE state = 'running'", as: Run.init)
      let rules = admission(running, try connection.pauses(at: now), try connection.settings())
      let first = try kinds.filter(rules.openLanes.contains)
        .compactMap { try connection.firstQueued($0, at: now, by: rules) }
        .min { ($0.rankedAt, $0.id) < ($1.rankedAt, $1.id) }
      return try first.flatMap { try connection.claim($0, by: worker, at: now) }
    }
  }

  /// Gives one run, which is queued, to a worker that was asked for just that, whatever the limits are.
  /// - Returns: nil if it is not queued any more, its time has not come, or another run of its host is running.
  package func claimRun(_ id: Int64, by worker: LeaseGrant, at now: Date) async throws -> Run? {
    try await database.write { connection in
      try connection.checkHeld(worker)
      let run = try connection.rows(of: "runs", "SELECT * FROM runs WHERE id = ?", [id.sqlValue], as: Run.init).first
      guard let run, run.state == .queued, run.notBefore ?? .distantPast <= now else { return nil }
      let others = try connection.rows(
        of: "runs", "SELECT \(Run.planningColumns) FROM runs WHERE host = ? AND state = 'running'",
        [run.host.sqlValue], as: Run.init)
      guard !run.kind.occupiesHost || !others.contains(where: \.kind.occupiesHost) else { return nil }
      return try connection.claim(run, by: worker, at: now)
    }
  }

  /// Puts a run back that could not be begun, because its host was busy; one that somebody wants cancelled ends here.
  package func requeueRun(
    _ id: Int64, by worker: LeaseGrant, notBefore: Date, message: String, at now: Date
  ) async throws {
    try await database.write { connection in
      let found = try connection.rows(
        of: "runs", "SELECT \(Run.listedColumns) FROM runs WHERE id = ? AND state = 'running' AND worker = ?",
        [id.sqlValue, worker.name.sqlValue], as: Run.init)
      guard let run = found.first else { return }
      try connection.update(
        "runs",
        set: [
          ("state", RunState.queued.sqlValue), ("worker", nil), ("started_at", nil),
          ("not_before", notBefore.sqlValue), ("message", message.sqlValue),
        ], where: "id = ?", [id.sqlValue])
      try connection.touch(run.host)
      if let actor = run.cancelledBy { try connection.finishQueued(run, RunResult(cancelledBy: actor), at: now) }
    }
  }

  /// Records how a run ended, with what it made, the event of it and the run that is to follow, all or nothing.
  ///
  /// - Returns: false, with only the snapshot remembered, if the run had been taken from the worker before.
  @discardableResult
  package func finishRun(
    _ run: Run, _ result: RunResult, snapshot: Snapshot? = nil, followedBy next: RunRequest? = nil,
    by worker: LeaseGrant, at now: Date
  ) async throws -> Bool {
    precondition(result.state.isFinished, "a result is the end of a run")
    return try await database.write { connection in
      if let snapshot { try connection.record(snapshot, at: now) }
      let isRecorded = try connection.update(
        "runs", set: result.columns(at: now), where: "id = ? AND state = 'running' AND worker = ?",
        [run.id.sqlValue, worker.name.sqlValue])
      try connection.touch(run.host)
      guard isRecorded > 0 else { return false }
      try connection.record(NewEvent(run, result), at: now)
      if result.state.isGood { try connection.noteRequestDone(run) }
      if result.state == .interrupted { try connection.queueAgain(run, at: now) }
      if let next { _ = try connection.queue(next, at: now) }
      return true
    }
  }

  // MARK: - Cancelling

  /// Has a run end before it is done.
  ///
  /// - Parameter noting: what the audit log is told, in the same transaction, if the run had not ended.
  package func cancelRun(
    _ id: Int64, by actor: String, noting: NewAuditEntry? = nil, at now: Date
  ) async throws -> Cancellation {
    try await database.write { connection in
      let found = try connection.rows(of: "runs", "SELECT * FROM runs WHERE id = ?", [id.sqlValue], as: Run.init).first
      guard let run = found else { return .unknownRun }
      if run.state.isFinished { return .over(run.state) }
      try connection.update("runs", set: [("cancelled_by", actor.sqlValue)], where: "id = ?", [id.sqlValue])
      if let noting { try connection.append(noting, at: now) }
      guard run.state == .queued else { return .requested }
      try connection.finishQueued(run, RunResult(cancelledBy: actor), at: now)
      return .cancelled
    }
  }
}

extension RunResult {
  init(cancelledBy actor: String) {
    self.init(state: .cancelled, errorCode: "cancelled", message: "cancelled by \(actor)")
  }
}

extension NewEvent {
  /// What a finished run means to people.
  init(_ run: Run, _ result: RunResult) {
    let severity: EventSeverity =
      switch result.state {
      case .failed: .error
      case .warning, .cancelled, .interrupted: .warning
      default: .info
      }
    // That it went well is said alike each time, and counted; the run has the rest.
    self.init(
      host: run.host, severity: severity, reason: "\(run.kind.rawValue)_\(result.state.rawValue)",
      message: result.state == .succeeded ? "\(run.kind.rawValue) succeeded" : result.message ?? "")
  }
}

extension SQLConnection {
  fileprivate func queue(_ request: RunRequest, at now: Date) throws -> Queueing {
    let existing = try rows(
      of: "runs", "SELECT * FROM runs WHERE unfinished = ?", [request.unfinishedKey.sqlValue], as: Run.init
    ).first
    guard let existing else {
      let id = try insert(into: "runs", request.columns(queuedAt: now))
      try touch(request.host)
      return .queued(id)
    }
    guard request.trigger.isRequest else { return .joined(existing.id) }
    guard existing.serves(request) else { return .obstructed(existing.id) }
    guard existing.state == .queued else { return .joined(existing.id) }
    var request = request
    request.prunes = request.prunes || existing.request.prunes
    let rank = min(existing.rankedAt, now.addingTimeInterval(-request.priority.headStart))
    let taken = ["trigger_source", "requested_by", "reason", "prunes", "max_delete", "only_snapshots"]
    try update(
      "runs",
      set: request.columns(queuedAt: now).filter { taken.contains($0.name) } + [
        ("ranked_at", rank.sqlValue), ("not_before", nil),
      ], where: "id = ?", [existing.id.sqlValue])
    return .joined(existing.id)
  }

  /// Queues once more what a person has asked for and a service has not brought to its end. What is planned is planned
  /// again by itself, and who ran a command sees how it ended.
  func queueAgain(_ run: Run, at now: Date) throws {
    guard run.trigger.isRequest, run.worker?.hasPrefix("\(Lease.Kind.worker.rawValue)/") == true,
      run.request.attempt < Self.mostAttempts
    else { return }
    var request = run.request
    request.attempt += 1
    request.priority = .requested
    _ = try queue(request, at: now)
  }

  /// How often what a person has asked for is begun at most, if it is cut off each time.
  private static var mostAttempts: Int { 5 }

  fileprivate func hasQueued(_ kinds: [RunKind]) throws -> Bool {
    try kinds.contains { kind in
      try !query("SELECT id FROM runs WHERE state = 'queued' AND kind = ? LIMIT 1", [kind.sqlValue]).isEmpty
    }
  }

  /// The first run of a lane, by rank, that may start. It reads on from page to page, and a page at a time.
  fileprivate func firstQueued(_ kind: RunKind, at now: Date, by rules: QueueAdmission) throws -> Run? {
    let page = 100
    var last: (rank: SQLValue, id: Int64) = ("", 0)
    let requests = rules.requestsOnly ? "AND trigger_source IN ('cli', 'web')" : ""
    while true {
      let runs = try rows(
        of: "runs",
        """
        SELECT \(Run.planningColumns) FROM runs
        WHERE state = 'queued' AND kind = ? AND (ranked_at > ? OR (ranked_at = ? AND id > ?))
          AND (not_before IS NULL OR not_before <= ? OR not_before > ?) \(requests)
        ORDER BY ranked_at, id LIMIT ?
        """,
        [
          kind.sqlValue, last.rank, last.rank, last.id.sqlValue, now.sqlValue,
          now.addingTimeInterval(Self.longestRest).sqlValue, page.sqlValue,
        ], as: Run.init)
      if let run = runs.first(where: rules.admits) { return run }
      guard runs.count == page, let end = runs.last else { return nil }
      last = (end.rankedAt.sqlValue, end.id)
    }
  }

  /// - Returns: the run, now running; nil if another was faster.
  fileprivate func claim(_ run: Run, by worker: LeaseGrant, at now: Date) throws -> Run? {
    let claimed = try update(
      "runs",
      set: [
        ("state", RunState.running.sqlValue), ("worker", worker.name.sqlValue), ("started_at", now.sqlValue),
        ("not_before", nil),
      ], where: "id = ? AND state = 'queued'", [run.id.sqlValue])
    guard claimed == 1 else { return nil }
    try touch(run.host)
    return try rows(
      of: "runs", "SELECT \(Run.listedColumns) FROM runs WHERE id = ?", [run.id.sqlValue], as: Run.init
    ).first
  }

  /// In seconds. Runs are put back for seconds only: a time further off was written before the clock was set back.
  private static var longestRest: Double { 300 }

  @discardableResult
  func finishQueued(_ run: Run, _ result: RunResult, at now: Date) throws -> Bool {
    let isEnded = try update(
      "runs", set: result.columns(at: now), where: "id = ? AND state = 'queued'", [run.id.sqlValue])
    guard isEnded > 0 else { return false }
    try touch(run.host)
    try record(NewEvent(run, result), at: now)
    return true
  }
}

extension Run {
  /// Whether what is unfinished does, as well as a run of its own would, what a person asks for.
  fileprivate func serves(_ request: RunRequest) -> Bool {
    switch kind {
    case .backup:
      self.request.snapshotKind == request.snapshotKind
        && (state == .queued || self.request.prunes || !request.prunes)
    // One by name is for that snapshot alone; one that a person has set limits for keeps to them, and so does one by
    // policy, once it runs.
    case .prune:
      self.request.snapshot == request.snapshot
        && (limits == request.limits || (state == .queued && !(trigger.isRequest && limits != .none)))
    case .discover, .emptyTrash, .verify, .restore:
      self.request.snapshot == request.snapshot && self.request.parameters == request.parameters
    // What is on disk and at the host is looked at anew by one that has not begun.
    case .preflight, .dryRun: true
    }
  }
}

extension Run {
  fileprivate var limits: RunRequest.Limits { request.limits }
}

extension RunRequest {
  /// What a prune is held to besides the policy.
  fileprivate struct Limits: Equatable {
    let maxDelete: Int?
    let onlySnapshots: [SnapshotID]?

    static let none = Limits(maxDelete: nil, onlySnapshots: nil)
  }

  fileprivate var limits: Limits { Limits(maxDelete: maxDelete, onlySnapshots: onlySnapshots) }
}
