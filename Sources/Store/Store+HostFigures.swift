// Figures for machines that watch: the newest good snapshot of each host and how many there are, and the queue; a few
// queries, however many hosts and snapshots there are.

import Engine
package import Foundation
package import Spec

/// What is measured of a host's snapshots.
package struct HostFigures: Sendable, Hashable {
  /// The newest good scheduled snapshot; nil if there is none.
  package var newestGood: Newest?
  package var scheduled = 0
  package var manual = 0

  package struct Newest: Sendable, Hashable {
    package let startedAt: Date
    package let finishedAt: Date?
    package let durationSeconds: Double?
    /// What was transferred for it, and the size of all of its files.
    package let transferredBytes: Int64?
    package let sizeBytes: Int64?
  }

  package init() {}
}

/// How many runs of a kind are in the queue, or at work.
package struct QueueFigure: Sendable, Hashable {
  package let kind: RunKind
  package let state: RunState
  package let count: Int
  /// Since when the first of them is queued.
  package let oldest: Date
}

/// A run by its number, and how far it has come.
package struct RunMark: Sendable, Hashable {
  package let id: Int64
  package let kind: RunKind
  package let state: RunState

  package init(id: Int64, kind: RunKind, state: RunState) {
    self.id = id
    self.kind = kind
    self.state = state
  }
}

extension Store {
  /// The figures of each declared host.
  package func hostFigures(at now: Date) async throws -> [HostName: HostFigures] {
    try await database.read { connection in
      var figures: [HostName: HostFigures] = [:]
      for row in try connection.query("SELECT name FROM hosts", []) {
        figures[try row.required("name")] = HostFigures()
      }
      // Names begin with their time: from the newest on, few snapshots are read until one is good.
      let newest = try connection.query(
        """
        SELECT host, started_at, finished_at, duration_seconds, literal_data_bytes, apparent_size_bytes
        FROM snapshots WHERE id IN (
          SELECT (SELECT id FROM snapshots AS good WHERE good.host = hosts.name AND good.kind = 'scheduled'
            AND good.status IN ('success', 'warning') AND good.started_at <= ? ORDER BY good.name DESC LIMIT 1)
          FROM hosts)
        """, [now.sqlValue])
      for row in newest {
        let host: HostName = try row.required("host")
        figures[host]?.newestGood = HostFigures.Newest(
          startedAt: try row.required("started_at"), finishedAt: try row.optional("finished_at"),
          durationSeconds: try row.optional("duration_seconds"),
          transferredBytes: try row.optional("literal_data_bytes"), sizeBytes: try row.optional("apparent_size_bytes"))
      }
      let counts = try connection.query("SELECT host, kind, COUNT(*) AS count FROM snapshots GROUP BY host, kind", [])
      for row in counts {
        let host: HostName = try row.required("host")
        switch try row.required("kind", as: SnapshotKind.self) {
        case .scheduled: figures[host]?.scheduled = try row.required("count")
        case .manual: figures[host]?.manual = try row.required("count")
        }
      }
      return figures
    }
  }

  /// What is queued and what runs, by kind.
  package func queueFigures() async throws -> [QueueFigure] {
    try await database.read { connection in
      try connection.rows(
        of: "runs",
        """
        SELECT kind, state, COUNT(*) AS count, MIN(queued_at) AS oldest FROM runs
        WHERE state IN ('queued', 'running') GROUP BY kind, state
        """
      ) { row in
        QueueFigure(
          kind: try row.required("kind"), state: try row.required("state"), count: try row.required("count"),
          oldest: try row.required("oldest"))
      }
    }
  }

  /// How far runs have come: those from a number on, all that have not ended, and those of some further numbers.
  package func runMarks(from id: Int64, and others: Set<Int64>) async throws -> [RunMark] {
    try await database.read { connection in
      var marks: [Int64: RunMark] = [:]
      func take(_ rows: [SQLRow]) throws {
        for row in rows {
          let id: Int64 = try row.required("id")
          marks[id] = RunMark(id: id, kind: try row.required("kind"), state: try row.required("state"))
        }
      }
      try take(connection.query("SELECT id, kind, state FROM runs WHERE id >= ?", [id.sqlValue]))
      try take(connection.query("SELECT id, kind, state FROM runs WHERE state IN ('queued', 'running')", []))
      let rest = others.filter { marks[$0] == nil }.sorted()
      try take(connection.query(keys: rest.map(\.sqlValue)) { "SELECT id, kind, state FROM runs WHERE id IN (\($0))" })
      return marks.values.sorted { $0.id < $1.id }
    }
  }
}
