// Renames: everything that is kept of a host gets its new name in one transaction. Its directory follows when the host is
// worked on next; until then a row says whose name it bears.

package import Foundation
package import Spec

/// A host whose directory still bears its former name, or may do so.
package struct HostRename: Sendable, Hashable {
  package let from: HostName
  package let to: HostName
  package let actor: String
  package let at: Date

  package init(from: HostName, to: HostName, actor: String, at: Date) {
    self.from = from
    self.to = to
    self.actor = actor
    self.at = at
  }
}

extension Store {
  /// The renames after which a directory of a host's name, be it the former or the new one, is to be renamed still.
  package func renames(concerning host: HostName) async throws -> [HostRename] {
    try await database.read { try $0.renames(from: host, through: host) }
  }

  /// Notes that the directory has its new name.
  package func finish(_ rename: HostRename) async throws {
    try await database.write { connection in
      try connection.execute(
        "DELETE FROM renames WHERE to_host = ? AND from_host = ?", [rename.to.sqlValue, rename.from.sqlValue])
      try connection.touch(rename.to)
      try connection.touch(rename.from)
    }
  }
}

extension StoredSpec {
  /// Gives a host another name.
  mutating func rename(_ move: HostMove) {
    guard let host = spec.hosts.removeValue(forKey: move.from) else { return }
    spec.hosts[move.to] = host
    records[.host(move.to)] = records.removeValue(forKey: .host(move.from))
  }
}

// MARK: - Deciding

extension SQLConnection {
  /// Those of the declared moves that are to be made: of hosts that are there under their former names. A move that was
  /// made before is none any more, so that its declaration may stay.
  ///
  /// - Parameter takeOver: also of hosts that another source has declared.
  /// - Throws: `StoreError` if one cannot be made.
  func pendingMoves(
    _ declared: [HostMove], of stored: StoredSpec, as origin: ChangeOrigin, takeOver: Bool = false
  ) throws -> [HostMove] {
    let pending = try declared.filter { move in
      if stored.spec.hosts[move.from] != nil { return true }
      return try ["snapshots", "retained_hosts"].contains { table in
        try !query("SELECT host FROM \(table) WHERE host = ? LIMIT 1", [move.from.sqlValue]).isEmpty
      }
    }
    for move in pending {
      let owner = try stored.records[.host(move.from)]?.source ?? retainedSource(of: move.from)
      if let owner, owner != origin.source, !takeOver {
        throw StoreError(
          move, "host/\(move.from) belongs to \(owner)", remedy: "let the move be declared where the host is")
      }
      if let other = pending.first(where: { $0.to == move.to && $0.from != move.from }) {
        throw StoreError(
          move, "host/\(other.from), which is to become the same, is there as well",
          remedy: "keep the move of the one that it really is")
      }
      try checkPlace(for: move, of: stored)
      try checkRuns(of: move)
      try checkDirectories(of: move)
    }
    return pending
  }

  /// Whose a host was that is declared no more.
  private func retainedSource(of host: HostName) throws -> String? {
    try query("SELECT source FROM retained_hosts WHERE host = ?", [host.sqlValue]).first?.required("source")
  }

  /// Makes sure that nothing is in the place of the new name.
  private func checkPlace(for move: HostMove, of stored: StoredSpec) throws {
    if let record = stored.records[.host(move.to)] {
      throw StoreError(
        move, "host/\(move.to) is there already, declared by \(record.source)",
        remedy: "take the entry out of `moved`, or `pobsync delete host \(move.to)` if it is the one that is too many")
    }
    let count: Int =
      try query("SELECT COUNT(*) AS snapshots FROM snapshots WHERE host = ?", [move.to.sqlValue]).first?
      .required("snapshots") ?? 0
    guard count == 0 else {
      throw StoreError(
        move, "\(move.to) has \(count) \(count == 1 ? "snapshot" : "snapshots") of its own",
        remedy: "take the entry out of `moved`, or give the host another name")
    }
  }

  /// Runs that are queued follow the host; one that is running has begun under the former name.
  private func checkRuns(of move: HostMove) throws {
    let runs = try rows(
      of: "runs",
      """
      SELECT \(Run.listedColumns) FROM runs
      WHERE (host = ? AND state = 'running') OR (host = ? AND state IN ('queued', 'running'))
      """, [move.from.sqlValue, move.to.sqlValue], as: Run.init)
    guard let run = runs.first else { return }
    throw StoreError(
      move, "run \(run.id) (\(run.kind.rawValue)) of \(run.host) is \(run.state.rawValue)",
      remedy: "apply again once it is over; `pobsync cancel \(run.id)` ends it")
  }

  /// Of a host that was renamed before, or whose new name was another's, the directory comes first.
  private func checkDirectories(of move: HostMove) throws {
    let others = try [move.from, move.to].flatMap { try renames(from: $0, through: $0) }
    guard let other = others.first else { return }
    throw StoreError(
      move, "the directory of \(other.from) has not got its new name, \(other.to), yet",
      remedy: "`pobsync discover-snapshots --host \(other.to)` sees to that; then apply again")
  }

  /// Those of which one of the names is from one through another.
  func renames(from first: HostName, through last: HostName) throws -> [HostRename] {
    let range = [first.sqlValue, last.sqlValue]
    return try rows(
      of: "renames",
      "SELECT * FROM renames WHERE (to_host >= ? AND to_host <= ?) OR (from_host >= ? AND from_host <= ?)",
      range + range, as: HostRename.init)
  }
}

extension StoreError {
  fileprivate init(_ move: HostMove, _ problem: String, remedy: String) {
    self.init(
      .refused, "nothing was applied: `moved` makes host \(move.from) \(move.to), and \(problem)", remedy: remedy)
  }
}

// MARK: - Renaming

extension SQLConnection {
  /// What keeps a row a host, or one of its snapshots, of which the new name can have nothing but what is left over.
  private static var stateTables: [String] {
    ["conditions", "told_troubles", "pins", "shrinkages", "accepted_shrinkages", "retained_hosts"]
  }

  /// What keeps any number of rows a host.
  private static var recordTables: [String] { ["snapshots", "events", "purges", "deliveries"] }

  /// Gives a host its new name wherever one is kept. Its generation and its source stay.
  func rename(_ move: HostMove, of stored: StoredSpec, as origin: ChangeOrigin, at now: Date) throws {
    let (from, to) = (move.from.sqlValue, move.to.sqlValue)
    for table in Self.stateTables { try execute("DELETE FROM \(table) WHERE host = ?", [to]) }
    // A pause that somebody has set for the new name holds, unless the former had one.
    if try !query("SELECT host FROM pauses WHERE host = ?", [from]).isEmpty {
      try execute("DELETE FROM pauses WHERE host = ?", [to])
    }
    for table in Self.stateTables + Self.recordTables + ["pauses"] {
      try execute("UPDATE \(table) SET host = ? WHERE host = ?", [to, from])
    }
    let queued = try rows(
      of: "runs", "SELECT \(Run.listedColumns) FROM runs WHERE host = ? AND state = 'queued'", [from], as: Run.init)
    try execute("UPDATE runs SET host = ? WHERE host = ?", [to, from])
    for run in queued {
      let key = RunRequest.unfinishedKey(run.kind, move.to)
      try update("runs", set: [("unfinished", key.sqlValue)], where: "id = ?", [run.id.sqlValue])
    }
    try renameDeclaration(move, of: stored, as: origin, at: now)
    try insert(
      into: "renames",
      [("to_host", to), ("from_host", from), ("actor", origin.actor.sqlValue), ("at", now.sqlValue)])
    try record(
      NewEvent(
        host: move.to, severity: .info, reason: "host_renamed",
        message: "renamed from \(move.from) to \(move.to) by \(origin.actor)"), at: now)
    for host in [move.from, move.to] { try touch(host) }
  }

  private func renameDeclaration(
    _ move: HostMove, of stored: StoredSpec, as origin: ChangeOrigin, at now: Date
  ) throws {
    guard let values = stored.spec.values(of: .host(move.from)) else { return }
    let (from, to) = (move.from.sqlValue, move.to.sqlValue)
    try execute("UPDATE hosts SET name = ? WHERE name = ?", [to, from])
    try execute("DELETE FROM edited_resources WHERE kind = 'host' AND name = ?", [to])
    try execute("UPDATE edited_resources SET name = ? WHERE kind = 'host' AND name = ?", [to, from])
    // By these, whoever keeps a copy of the desired state learns of it.
    let json = JSONWriter.compact(.map(values))
    try append(
      SpecChange(at: now, origin: origin, resource: .host(move.from), action: .deleted, before: json, after: nil))
    try append(
      SpecChange(at: now, origin: origin, resource: .host(move.to), action: .created, before: nil, after: json))
  }
}

extension HostRename {
  fileprivate init(_ row: SQLRow) throws {
    self.init(
      from: try row.required("from_host"), to: try row.required("to_host"), actor: try row.required("actor"),
      at: try row.required("at"))
  }
}
