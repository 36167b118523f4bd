// Leases: who may act. A lease is kept by beating; whoever watches it and sees no beat for its whole duration, by the
// watcher's own clock of elapsed time, may take it. No two clocks are ever compared: times of day are for people.

package import Engine
package import Foundation
import Spec

/// The right to act, as the one who has it proves it with each write.
package struct LeaseGrant: Sendable, Hashable {
  package let name: String
  /// Grows each time the lease changes hands.
  package let term: Int64
}

/// The lease is another's, or was ended, by now.
package struct LeaseLost: Error, Sendable, Hashable, CustomStringConvertible {
  package let name: String

  package init(name: String) { self.name = name }

  package var description: String { "the lease \(name) was lost: it was not renewed in time, and another took over" }
}

/// A lease as recorded.
package struct Lease: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, SQLConvertible {
    case controller
    /// Takes up whatever is queued.
    case worker
    /// A command that carries out one run by itself.
    case command
  }

  package let name: String
  package let kind: Kind
  package let term: Int64
  /// Grows with each renewal.
  package let beat: Int64
  /// Which process has it; nil if it is free.
  package let process: String?
  /// In seconds, after how long without a beat it may be taken.
  package let duration: Double
  /// When it got its holder, by the holder's clock.
  package let acquiredAt: Date
  /// When it was last renewed, by the holder's clock.
  package let renewedAt: Date

  /// The name of the lease that the leading controller has.
  package static let controllerName = "controller"

  /// True for a worker that takes up whatever is queued.
  package var servesQueue: Bool { kind == .worker }
}

extension Store {
  /// All leases, by name.
  package func leases() async throws -> [Lease] {
    try await database.read { connection in
      try connection.rows(of: "leases", "SELECT * FROM leases ORDER BY name", as: Lease.init)
    }
  }

  /// Takes a lease that nobody has.
  ///
  /// - Parameter seen: the lease as it was when it was seen to be void, which may then be taken from its holder.
  /// - Returns: nil if another has it.
  package func acquireLease(
    _ name: String, kind: Lease.Kind, process: String, duration: Double, replacing seen: Lease? = nil, at now: Date
  ) async throws -> LeaseGrant? {
    try await database.write { connection in
      let found = try connection.rows(
        of: "leases", "SELECT * FROM leases WHERE name = ?", [name.sqlValue], as: Lease.init
      ).first
      let values: [(name: String, value: SQLValue)] = [
        ("process", process.sqlValue), ("duration_seconds", duration.sqlValue), ("acquired_at", now.sqlValue),
        ("renewed_at", now.sqlValue),
      ]
      guard let found else {
        try connection.insert(
          into: "leases", [("name", name.sqlValue), ("kind", kind.sqlValue), ("term", 1), ("beat", 0)] + values)
        return LeaseGrant(name: name, term: 1)
      }
      let isVoid = found.process == nil || (seen?.term == found.term && seen?.beat == found.beat)
      guard isVoid else { return nil }
      let term = found.term + 1
      try connection.update(
        "leases", set: [("term", term.sqlValue), ("beat", 0)] + values, where: "name = ?", [name.sqlValue])
      return LeaseGrant(name: name, term: term)
    }
  }

  /// Renews a lease.
  /// - Throws: `LeaseLost` if it is another's by now.
  package func renew(_ grant: LeaseGrant, at now: Date) async throws {
    try await database.write { try $0.renew(grant, at: now) }
  }

  /// Renews a worker's lease, and notes how far its transfers are.
  ///
  /// - Parameter logs: what there is by now of the logs of runs, as far as there is news.
  /// - Returns: the runs of the worker that a person wants cancelled.
  /// - Throws: `LeaseLost` if the worker was given up.
  package func renew(
    _ worker: LeaseGrant, progress: [Int64: TransferProgress], logs: [Int64: String] = [:], at now: Date
  ) async throws -> [Int64: String] {
    try await database.write { connection in
      try connection.renew(worker, at: now)
      for (run, progress) in progress {
        try connection.update(
          "runs", set: [("progress", progress.json.sqlValue)], where: "id = ? AND worker = ? AND state = 'running'",
          [run.sqlValue, worker.name.sqlValue])
      }
      for (run, log) in logs {
        try connection.update(
          "runs", set: [("log", RunLog.kept(log).sqlValue)], where: "id = ? AND worker = ? AND state = 'running'",
          [run.sqlValue, worker.name.sqlValue])
      }
      let cancelled = try connection.query(
        "SELECT id, cancelled_by FROM runs WHERE state = 'running' AND worker = ? AND cancelled_by IS NOT NULL",
        [worker.name.sqlValue])
      return Dictionary(
        try cancelled.map { (try $0.required("id"), try $0.required("cancelled_by")) }
      ) { first, _ in first }
    }
  }

  /// Gives a controller's lease back, so that another may lead at once.
  package func release(_ grant: LeaseGrant) async throws {
    try await database.write { connection in
      _ = try connection.update(
        "leases", set: [("process", nil)], where: "name = ? AND term = ?", [grant.name.sqlValue, grant.term.sqlValue])
    }
  }

  /// Ends a worker: its lease goes, and with it what it was carrying out, which becomes `interrupted`.
  ///
  /// - Parameter seen: the lease as it was when it was seen to be void. If it was renewed since, nothing happens.
  /// - Returns: the runs that were interrupted.
  @discardableResult
  package func endWorker(_ seen: Lease, at now: Date) async throws -> [Run] {
    try await database.write { connection in
      let ended = try connection.execute(
        "DELETE FROM leases WHERE name = ? AND term = ? AND beat = ?",
        [seen.name.sqlValue, seen.term.sqlValue, seen.beat.sqlValue])
      return ended == 0 ? [] : try connection.interruptRuns(of: seen.name, at: now)
    }
  }

  /// Ends a worker that stops by itself.
  package func endWorker(_ grant: LeaseGrant, at now: Date) async throws {
    try await database.write { connection in
      _ = try connection.execute("DELETE FROM leases WHERE name = ?", [grant.name.sqlValue])
      _ = try connection.interruptRuns(of: grant.name, at: now)
    }
  }

  /// Interrupts runs whose worker has no lease any more: of a database that was put back from a copy, say.
  @discardableResult
  package func interruptOrphans(at now: Date) async throws -> [Run] {
    let orphans = "SELECT DISTINCT worker FROM runs WHERE state = 'running' AND worker NOT IN (SELECT name FROM leases)"
    guard try await database.read({ try !$0.query(orphans, []).isEmpty }) else { return [] }
    return try await database.write { connection in
      try connection.query(orphans, []).flatMap { row in
        try connection.interruptRuns(of: try row.required("worker"), at: now)
      }
    }
  }
}

extension SQLConnection {
  /// - Throws: `LeaseLost` if the lease is not the grant's any more.
  func checkHeld(_ grant: LeaseGrant) throws {
    let held = try query(
      "SELECT name FROM leases WHERE name = ? AND term = ? AND process IS NOT NULL",
      [grant.name.sqlValue, grant.term.sqlValue])
    guard !held.isEmpty else { throw LeaseLost(name: grant.name) }
  }

  fileprivate func renew(_ grant: LeaseGrant, at now: Date) throws {
    let renewed = try execute(
      "UPDATE leases SET beat = beat + 1, renewed_at = ? WHERE name = ? AND term = ? AND process IS NOT NULL",
      [now.sqlValue, grant.name.sqlValue, grant.term.sqlValue])
    guard renewed > 0 else { throw LeaseLost(name: grant.name) }
  }

  fileprivate func interruptRuns(of worker: String, at now: Date) throws -> [Run] {
    let runs = try rows(
      of: "runs", "SELECT \(Run.listedColumns) FROM runs WHERE state = 'running' AND worker = ?", [worker.sqlValue],
      as: Run.init)
    for run in runs {
      let result = run.cancelledBy.map(RunResult.init(cancelledBy:)) ?? .interrupted
      // What its worker noted of the log is all that there is of it.
      let columns = result.columns(at: now).filter { $0.name != "log" }
      try update("runs", set: columns, where: "id = ?", [run.id.sqlValue])
      try touch(run.host)
      try record(NewEvent(run, result), at: now)
      if result.state == .interrupted { try queueAgain(run, at: now) }
    }
    return runs
  }
}

extension RunResult {
  fileprivate static let interrupted = RunResult(
    state: .interrupted, errorCode: "interrupted",
    message: "the worker that carried this run out ended before the run did; completed snapshots are untouched")
}

extension Lease {
  init(_ row: SQLRow) throws {
    name = try row.required("name")
    kind = try row.required("kind")
    term = try row.required("term")
    beat = try row.required("beat")
    process = try row.optional("process")
    duration = try row.required("duration_seconds")
    acquiredAt = try row.required("acquired_at")
    renewedAt = try row.required("renewed_at")
  }
}
