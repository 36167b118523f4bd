// One host's rows of the table of snapshots, while they are brought in line with what is on disk.

import Engine
import Foundation
import Spec

/// The rows of one host within a transaction.
struct SnapshotRows {
  enum Outcome { case added, changed, same }

  private(set) var rows: [SnapshotID: SnapshotRow] = [:]
  private let host: HostName
  private let connection: any SQLConnection

  init(of host: HostName, in connection: any SQLConnection) throws {
    self.host = host
    self.connection = connection
    let rows = try connection.rows(
      of: "snapshots", "SELECT * FROM snapshots WHERE host = ?", [host.sqlValue], as: SnapshotRow.init)
    self.rows = Dictionary(rows.map { ($0.id, $0) }) { $1 }
  }

  mutating func write(_ snapshot: Snapshot, at now: Date) throws -> Outcome {
    let values = snapshot.cells
    if var row = rows[snapshot.id] {
      guard row.values != values.map(\.value) else { return .same }
      row.values = values.map(\.value)
      rows[snapshot.id] = row
      try connection.update(
        "snapshots", set: values + [("recorded_at", now.sqlValue)], where: "id = ?", [row.number.sqlValue])
      return .changed
    }
    let key: [(name: String, value: SQLValue)] = [
      ("host", host.sqlValue), ("kind", snapshot.id.kind.sqlValue), ("name", snapshot.id.name.sqlValue),
    ]
    let number = try connection.insert(into: "snapshots", key + values + [("recorded_at", now.sqlValue)])
    rows[snapshot.id] = SnapshotRow(number: number, id: snapshot.id, base: nil, values: values.map(\.value))
    return .added
  }

  mutating func remove(_ id: SnapshotID) throws {
    guard let row = rows.removeValue(forKey: id) else { return }
    // The database clears the links of those made against it.
    for (other, link) in rows where link.base == row.number { rows[other]?.base = nil }
    try connection.forgetWhatIsNoted(of: id, host: host)
    try connection.execute("DELETE FROM snapshots WHERE id = ?", [row.number.sqlValue])
  }

  /// Links every snapshot to the row of the base that it names, as soon as both are known.
  mutating func linkBases() throws {
    for (id, row) in rows {
      let base = row.baseID.flatMap { rows[$0]?.number }
      guard base != row.base else { continue }
      rows[id]?.base = base
      try connection.update("snapshots", set: [("base_id", SQLValue(base))], where: "id = ?", [row.number.sqlValue])
    }
  }
}

extension SnapshotRows {
  /// Notes which snapshots hold less than their bases. To be called once these are linked.
  func noteShrinkages() throws {
    let linked = rows.values.filter { $0.base != nil }
    guard !linked.isEmpty else { return }
    try connection.noteShrinkages(
      of: host,
      linked.compactMap { row -> (id: SnapshotID, shrinkage: Shrinkage?)? in
        guard let base = row.baseID.flatMap({ rows[$0] }) else { return nil }
        return (id: row.id, shrinkage: row.isGood ? Shrinkage(id: row.id, size: row.size, base: base.size) : nil)
      })
  }
}

extension SQLConnection {
  /// Forgets what is noted of a snapshot besides its own row, which is about to go.
  func forgetWhatIsNoted(of id: SnapshotID, host: HostName) throws {
    try removePin(of: id, host: host)
    try handOnShrinkage(of: id, host: host)
  }
}

/// One row: its number and link, and the values that a snapshot gives its columns.
struct SnapshotRow {
  let number: Int64
  let id: SnapshotID
  var base: Int64?
  var values: [SQLValue]

  /// The columns that a snapshot gives, in the order of `Snapshot.cells`, but for the metadata.
  static let plannedColumns =
    ["status", "started_at", "finished_at", "base_kind", "base_name", "base_path"]
    + SnapshotStats.columns.map(\.name) + ["duration_seconds", "note", "host_id"]

  /// The base as one of the host's snapshots, if the row names one.
  fileprivate var baseID: SnapshotID? {
    guard let kind = SnapshotKind(sqlValue: values[3]), let name = SnapshotName(sqlValue: values[4]) else { return nil }
    return SnapshotID(kind: kind, name: name)
  }

  fileprivate var isGood: Bool { SnapshotStatus(sqlValue: values[0])?.isGood ?? false }

  fileprivate var size: SnapshotSize {
    func figure(_ column: String) -> Int64? {
      Self.plannedColumns.firstIndex(of: column).flatMap { Int64(sqlValue: values[$0]) }
    }
    return SnapshotSize(files: figure("files"), bytes: figure("apparent_size_bytes"))
  }
}

extension SnapshotRow {
  fileprivate init(_ row: SQLRow) throws {
    number = try row.required("id")
    id = SnapshotID(kind: try row.required("kind"), name: try row.required("name"))
    base = try row.optional("base_id")
    values = (Self.plannedColumns + ["metadata"]).map { row[$0] }
  }
}

extension Snapshot {
  fileprivate var cells: [(name: String, value: SQLValue)] {
    let values: [SQLValue] =
      [
        status.sqlValue, startedAt.sqlValue, SQLValue(finishedAt), SQLValue(base?.kind), SQLValue(base?.name),
        SQLValue(base?.path),
      ] + SnapshotStats.columns.map { SQLValue(stats[keyPath: $0.figure]) } + [
        SQLValue(stats.durationSeconds), SQLValue(note), SQLValue(hostID), SQLValue(metadata),
      ]
    return Array(zip(SnapshotRow.plannedColumns + ["metadata"], values))
  }

  init(_ row: SQLRow) throws {
    var stats = SnapshotStats()
    for column in SnapshotStats.columns { stats[keyPath: column.figure] = try row.optional(column.name) }
    stats.durationSeconds = try row.optional("duration_seconds")
    let base: SnapshotBase? =
      if let name: String = try row.optional("base_name") {
        SnapshotBase(
          kind: try row.optional("base_kind") ?? "", name: name, path: try row.optional("base_path") ?? "")
      } else { nil }
    self.init(
      host: try row.required("host"), id: SnapshotID(kind: try row.required("kind"), name: try row.required("name")),
      status: try row.required("status"), startedAt: try row.required("started_at"),
      finishedAt: try row.optional("finished_at"), base: base, stats: stats, note: try row.optional("note"),
      hostID: try row.optional("host_id"), metadata: try row.optional("metadata"))
  }
}

extension SnapshotStats {
  /// The whole figures by column.
  fileprivate static var columns: [(name: String, figure: WritableKeyPath<SnapshotStats, Int64?>)] {
    [
      ("files", \.files), ("created_files", \.createdFiles), ("transferred_files", \.transferredFiles),
      ("literal_data_bytes", \.literalDataBytes), ("matched_data_bytes", \.matchedDataBytes),
      ("received_bytes", \.receivedBytes), ("sent_bytes", \.sentBytes),
      ("apparent_size_bytes", \.apparentSizeBytes), ("unique_apparent_size_bytes", \.uniqueApparentSizeBytes),
      ("available_bytes", \.availableBytes),
    ]
  }
}
