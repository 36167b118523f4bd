// Runs in the store: begun, finished exactly once, and looked up for people and for the planner.

import Engine
package import Foundation
package import Spec

extension Store {
  /// Records that a run begins, and returns its number.
  package func startRun(_ run: NewRun, at now: Date) async throws -> Int64 {
    try await database.write { connection in
      try connection.insert(
        into: "runs",
        [
          ("host", run.host.sqlValue), ("kind", run.kind.sqlValue), ("state", RunState.running.sqlValue),
          ("trigger_source", run.trigger.sqlValue), ("reason", run.reason.sqlValue),
          ("scheduled_for", SQLValue(run.scheduledFor)), ("snapshot_kind", SQLValue(run.snapshot?.kind)),
          ("snapshot_name", SQLValue(run.snapshot?.name)), ("queued_at", (run.queuedAt ?? now).sqlValue),
          ("started_at", now.sqlValue), ("process_id", SQLValue(run.processID)),
          ("root_id", SQLValue(run.rootID)),
        ])
    }
  }

  /// Records how a run ended.
  ///
  /// - Returns: false, with nothing changed, if that was recorded already.
  @discardableResult
  package func finishRun(_ id: Int64, _ result: RunResult, at now: Date) async throws -> Bool {
    precondition(result.state.isFinished, "a result is the end of a run")
    var columns: [(name: String, value: SQLValue)] = [
      ("state", result.state.sqlValue), ("finished_at", now.sqlValue), ("exit_code", SQLValue(result.exitCode)),
      ("error_code", SQLValue(result.errorCode)), ("message", SQLValue(result.message)),
      ("log", SQLValue(result.log.map(Run.bounded))),
      ("stats", SQLValue(result.stats.map { JSONWriter.compact($0.document) })),
    ]
    if let snapshot = result.snapshot {
      columns += [("snapshot_kind", snapshot.kind.sqlValue), ("snapshot_name", snapshot.name.sqlValue)]
    }
    return try await database.write { [columns] connection in
      try connection.update("runs", set: columns, where: "id = ? AND state IN ('queued', 'running')", [id.sqlValue]) > 0
    }
  }

  /// One run, with its log; nil if there is none of that number.
  package func run(_ id: Int64) async throws -> Run? {
    try await database.read { connection in
      try connection.rows(of: "runs", "SELECT * FROM runs WHERE id = ?", [id.sqlValue], as: Run.init).first
    }
  }

  /// The latest runs of a host, or of all, the newest first, with their logs.
  package func runs(of host: HostName? = nil, limit: Int) async throws -> [Run] {
    let condition = host == nil ? "" : "WHERE host = ?"
    let arguments = (host.map { [$0.sqlValue] } ?? []) + [limit.sqlValue]
    return try await database.read { connection in
      try connection.rows(
        of: "runs", "SELECT * FROM runs \(condition) ORDER BY id DESC LIMIT ?", arguments, as: Run.init)
    }
  }

  /// Runs that are queued or running, the oldest first.
  package func unfinishedRuns() async throws -> [Run] {
    try await database.read { connection in
      try connection.rows(
        of: "runs", "SELECT * FROM runs WHERE state IN ('queued', 'running') ORDER BY id", as: Run.init)
    }
  }

  /// What a plan has to know of the past of each declared host, the newest first: its newest run of each kind, its
  /// newest good backup and the backups after that, at most 50 in all; without logs and figures.
  package func runsForPlanning() async throws -> [HostName: [Run]] {
    try await database.read { connection in
      var runs: [Int64: Run] = [:]
      for query in Run.planningQueries {
        for run in try connection.rows(of: "runs", query, as: Run.init) { runs[run.id] = run }
      }
      return Dictionary(grouping: runs.values, by: \.host).mapValues { $0.sorted { $0.id > $1.id } }
    }
  }
}

extension Run {
  private static let maximumLogBytes = 64 << 10

  /// A log cut to what the database keeps: its end, which tells how things went, from the start of a line.
  static func bounded(_ log: String) -> String {
    guard log.utf8.count > maximumLogBytes else { return log }
    let end = log.utf8.suffix(maximumLogBytes)
    let lines = end.firstIndex(of: UInt8(ascii: "\n")).map { end[end.index(after: $0)...] } ?? end
    return "(\(log.utf8.count - lines.count) bytes before this are left out)\n" + String(decoding: lines, as: UTF8.self)
  }

  private static let planningColumns = [
    "id", "host", "kind", "state", "trigger_source", "reason", "scheduled_for", "snapshot_kind", "snapshot_name",
    "queued_at", "started_at", "finished_at", "exit_code", "error_code", "message", "process_id", "root_id",
  ].joined(separator: ", ")

  /// Each starts from the declared hosts and reads but the ends of indexes, however long the history is.
  static let planningQueries: [String] = {
    let kinds = RunKind.allCases.map { "SELECT '\($0.rawValue)' AS kind" }.joined(separator: " UNION ALL ")
    func newestBackup(_ state: RunState) -> String {
      "(SELECT MAX(id) FROM runs WHERE host = hosts.name AND kind = 'backup' AND state = '\(state.rawValue)')"
    }
    return [
      """
      SELECT \(planningColumns) FROM runs WHERE id IN (
        SELECT (SELECT MAX(id) FROM runs WHERE host = hosts.name AND kind = kinds.kind)
        FROM hosts CROSS JOIN (\(kinds)) AS kinds)
      """,
      """
      SELECT \(planningColumns) FROM runs WHERE id IN (
        SELECT CASE
          WHEN COALESCE(succeeded, 0) > COALESCE(warned, 0) THEN succeeded ELSE warned END
        FROM (
          SELECT \(newestBackup(.succeeded)) AS succeeded, \(newestBackup(.warning)) AS warned FROM hosts) AS newest)
      """,
      // CROSS keeps SQLite from reading all runs first. 45, for four of other kinds and a good backup make 50.
      """
      SELECT \(planningColumns) FROM (
        SELECT runs.*, ROW_NUMBER() OVER (PARTITION BY hosts.name ORDER BY runs.id DESC) AS place
        FROM hosts CROSS JOIN runs ON runs.host = hosts.name AND runs.kind = 'backup'
          AND runs.id > COALESCE(\(newestBackup(.succeeded)), 0)
          AND runs.id > COALESCE(\(newestBackup(.warning)), 0)) AS recent
      WHERE place <= 45
      """,
    ]
  }()

  fileprivate init(_ row: SQLRow) throws {
    let snapshot: SnapshotID? =
      if let kind: SnapshotKind = try row.optional("snapshot_kind"),
        let name: SnapshotName = try row.optional("snapshot_name")
      { SnapshotID(kind: kind, name: name) } else { nil }
    self.init(
      id: try row.required("id"), host: try row.required("host"), kind: try row.required("kind"),
      state: try row.required("state"), trigger: try row.required("trigger_source"),
      reason: try row.required("reason"), scheduledFor: try row.optional("scheduled_for"), snapshot: snapshot,
      queuedAt: try row.required("queued_at"), startedAt: try row.optional("started_at"),
      finishedAt: try row.optional("finished_at"), exitCode: try row.optional("exit_code"),
      errorCode: try row.optional("error_code"), message: try row.optional("message"), log: try row.optional("log"),
      stats: try row.optional("stats").map(Self.stats), processID: try row.optional("process_id"),
      rootID: try row.optional("root_id"))
  }

  private static func stats(_ json: String) throws -> SnapshotStats {
    guard let documents = try? YAML.parse(SourceText(name: "stats", bytes: Array(json.utf8))) else {
      throw SQLColumnError(column: "stats", problem: "is not JSON")
    }
    return SnapshotStats(reading: documents.first?.value ?? .null)
  }
}
