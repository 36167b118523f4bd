// Runs in the store, looked up for people and for the planner.

import Engine
import Foundation
package import Spec

extension Store {
  /// One run, with its log; nil if there is none of that number.
  package func run(_ id: Int64) async throws -> Run? {
    try await database.read { connection in
      try connection.rows(of: "runs", "SELECT * FROM runs WHERE id = ?", [id.sqlValue], as: Run.init).first
    }
  }

  /// The newest finished run of a kind of a host, with its log and report; nil if there is none.
  package func newestFinishedRun(_ kind: RunKind, of host: HostName) async throws -> Run? {
    try await database.read { connection in
      try connection.rows(
        of: "runs",
        """
        SELECT * FROM runs WHERE id = (SELECT MAX(id) FROM runs WHERE host = ? AND kind = ?
          AND state NOT IN ('queued', 'running'))
        """, [host.sqlValue, kind.sqlValue], as: Run.init
      ).first
    }
  }

  /// The latest runs of a host, or of all, the newest first, without their logs.
  ///
  /// - Parameters:
  ///   - states: those in one of these states; all if there are none.
  ///   - kinds: those of these kinds; all if there are none.
  package func runs(
    of host: HostName? = nil, in states: [RunState] = [], kinds: [RunKind] = [], limit: Int
  ) async throws -> [Run] {
    func among(_ column: String, _ values: [SQLValue]) -> String? {
      values.isEmpty ? nil : "\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))"
    }
    let (states, kinds, hosts) = (states.map(\.sqlValue), kinds.map(\.sqlValue), host.map { [$0.sqlValue] } ?? [])
    let conditions = [among("host", hosts), among("kind", kinds), among("state", states)].compactMap(\.self)
    let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    return try await database.read { connection in
      try connection.rows(
        of: "runs", "SELECT \(Run.listedColumns) FROM runs \(filter) ORDER BY id DESC LIMIT ?",
        hosts + kinds + states + [limit.sqlValue], as: Run.init)
    }
  }

  /// The runs of a higher number than one, in their order, without their logs.
  package func runs(after id: Int64) async throws -> [Run] {
    try await database.read { connection in
      try connection.rows(
        of: "runs", "SELECT \(Run.listedColumns) FROM runs WHERE id > ? ORDER BY id", [id.sqlValue], as: Run.init)
    }
  }

  /// Runs that are queued or running, those that run first, then in the order in which they are to be taken up.
  package func unfinishedRuns(limit: Int = .max) async throws -> [Run] {
    try await database.read { connection in
      try connection.rows(
        of: "runs",
        """
        SELECT \(Run.listedColumns) FROM runs WHERE state IN ('queued', 'running')
        ORDER BY CASE state WHEN 'running' THEN 0 ELSE 1 END, ranked_at, id LIMIT ?
        """, [limit.sqlValue], as: Run.init)
    }
  }

  /// Whether any run of a kind is running.
  package func isRunning(_ kind: RunKind) async throws -> Bool {
    try await database.read { connection in
      try !connection.query("SELECT id FROM runs WHERE state = 'running' AND kind = ? LIMIT 1", [kind.sqlValue]).isEmpty
    }
  }

  /// How many runs are queued.
  package func queueLength() async throws -> Int {
    try await database.read { connection in
      try connection.query("SELECT COUNT(*) AS length FROM runs WHERE state = 'queued'", []).first?
        .required("length") ?? 0
    }
  }

  /// The number of the newest run; 0 if there is none.
  package func newestRunID() async throws -> Int64 {
    try await database.read { connection in
      try connection.query("SELECT MAX(id) AS id FROM runs", []).first?.optional("id") ?? 0
    }
  }
}

extension SQLConnection {
  /// What a plan has to know of the past of hosts that are declared, or retained, the newest first: the newest run and the
  /// newest finished one of each kind that plans depend on, the newest good backup and the backups after that, at most 51 in all; without logs
  /// and figures.
  func runsForPlanning(from first: HostName, through last: HostName) throws -> [Run] {
    var runs: [Int64: Run] = [:]
    for query in Run.planningQueries {
      for run in try rows(of: "runs", query, [first.sqlValue, last.sqlValue], as: Run.init) { runs[run.id] = run }
    }
    return runs.values.sorted { $0.id > $1.id }
  }
}

extension Run {
  fileprivate static let planningQueries = newestRuns(of: "hosts", "name") + newestRuns(of: "retained_hosts", "host")

  /// Each starts from hosts and reads but the ends of indexes, however long the history is.
  /// - Parameters:
  ///   - table: what keeps the hosts.
  ///   - column: what holds their names there.
  private static func newestRuns(of table: String, _ column: String) -> [String] {
    let hosts = "(SELECT \(column) AS name FROM \(table) WHERE \(column) >= ? AND \(column) <= ?) AS hosts"
    func newestBackup(_ state: RunState) -> String {
      "(SELECT MAX(id) FROM runs WHERE host = hosts.name AND kind = 'backup' AND state = '\(state.rawValue)')"
    }
    // Kind by kind: MariaDB loses the columns of a table of kinds when a prepared statement runs a second time.
    let newestOfKinds = RunKind.allCases.filter(\.isPlannedWith).flatMap { kind in
      [
        """
        SELECT \(planningColumns) FROM runs WHERE id IN (
          SELECT (SELECT MAX(id) FROM runs WHERE host = hosts.name AND kind = '\(kind.rawValue)') FROM \(hosts))
        """,
        """
        SELECT \(planningColumns) FROM runs WHERE id IN (
          SELECT (SELECT id FROM runs WHERE host = hosts.name AND kind = '\(kind.rawValue)'
            AND state NOT IN ('queued', 'running') ORDER BY id DESC LIMIT 1)
          FROM \(hosts))
        """,
      ]
    }
    return newestOfKinds + [
      """
      SELECT \(planningColumns) FROM runs WHERE id IN (
        SELECT CASE
          WHEN COALESCE(succeeded, 0) > COALESCE(warned, 0) THEN succeeded ELSE warned END
        FROM (
          SELECT \(newestBackup(.succeeded)) AS succeeded, \(newestBackup(.warning)) AS warned FROM \(hosts)) AS newest)
      """,
      // CROSS keeps SQLite from reading all runs first.
      """
      SELECT \(planningColumns) FROM (
        SELECT runs.*, ROW_NUMBER() OVER (PARTITION BY hosts.name ORDER BY runs.id DESC) AS place
        FROM \(hosts) CROSS JOIN runs ON runs.host = hosts.name AND runs.kind = 'backup'
          AND runs.id > COALESCE(\(newestBackup(.succeeded)), 0)
          AND runs.id > COALESCE(\(newestBackup(.warning)), 0)) AS recent
      WHERE place <= 40
      """,
    ]
  }
}
