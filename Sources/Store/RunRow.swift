// Runs as rows: how one becomes a value and back.

import Engine
import Foundation
import Spec

extension Run {
  init(_ row: SQLRow) throws {
    var request = RunRequest(
      host: try row.required("host"), kind: try row.required("kind"), trigger: try row.required("trigger_source"),
      reason: try row.required("reason"))
    request.scheduledFor = try row.optional("scheduled_for")
    request.attempt = try row.required("attempt")
    request.snapshotKind = try row.optional("snapshot_kind")
    request.prunes = try row.required("prunes", as: Int.self) == 1
    request.maxDelete = try row.optional("max_delete")
    request.onlySnapshots = try row.optional("only_snapshots").map(Self.snapshots)
    request.concurrencyGroups = try row.optional("concurrency_groups").map(Self.texts) ?? []
    request.requestedBy = try row.optional("requested_by")
    request.runRequested = try row.optional("run_requested")
    request.parameters = try row.optional("parameters").map(Self.parameters)
    if let kind = request.snapshotKind, let name: SnapshotName = try row.optional("snapshot_name") {
      request.snapshot = SnapshotID(kind: kind, name: name)
    }
    self.init(
      id: try row.required("id"), request, state: try row.required("state"), queuedAt: try row.required("queued_at"),
      rankedAt: try row.required("ranked_at"))
    notBefore = try row.optional("not_before")
    startedAt = try row.optional("started_at")
    finishedAt = try row.optional("finished_at")
    worker = try row.optional("worker")
    cancelledBy = try row.optional("cancelled_by")
    progress = try row.optional("progress").flatMap(Self.progress)
    exitCode = try row.optional("exit_code")
    errorCode = try row.optional("error_code")
    message = try row.optional("message")
    log = try row.optional("log")
    stats = try row.optional("stats").map(Self.stats)
    report = try row.optional("report").map { try Self.parsed($0, column: "report") }
  }

  /// Everything but the log and the report, which are long.
  static let listedColumns = [
    "id", "host", "kind", "state", "trigger_source", "requested_by", "reason", "scheduled_for", "attempt",
    "snapshot_kind", "snapshot_name", "prunes", "max_delete", "only_snapshots", "concurrency_groups", "queued_at",
    "ranked_at", "not_before", "started_at", "finished_at", "worker", "cancelled_by", "progress", "exit_code",
    "error_code", "message", "stats", "run_requested", "parameters",
  ].joined(separator: ", ")

  /// What planning has a use for.
  static let planningColumns = [
    "id", "host", "kind", "state", "trigger_source", "reason", "scheduled_for", "attempt", "snapshot_kind",
    "snapshot_name", "prunes", "concurrency_groups", "queued_at", "ranked_at", "started_at", "finished_at", "worker",
    "exit_code", "error_code", "message", "run_requested", "parameters",
  ].joined(separator: ", ")

  private static func parsed(_ json: String, column: String) throws -> YAMLValue {
    guard let documents = try? YAML.parse(SourceText(name: column, bytes: Array(json.utf8))) else {
      throw SQLColumnError(column: column, problem: "is not JSON")
    }
    return documents.first?.value ?? .null
  }

  private static func stats(_ json: String) throws -> SnapshotStats {
    SnapshotStats(reading: try parsed(json, column: "stats"))
  }

  private static func parameters(_ json: String) throws -> RunParameters {
    guard let parameters = RunParameters(reading: try parsed(json, column: "parameters")) else {
      throw SQLColumnError(column: "parameters", problem: "holds \(json.quoted)")
    }
    return parameters
  }

  private static func texts(_ json: String) throws -> [String] {
    guard case .list(let items) = try parsed(json, column: "concurrency_groups") else { return [] }
    return items.compactMap(\.text)
  }

  private static func snapshots(_ json: String) throws -> [SnapshotID] {
    guard case .list(let items) = try parsed(json, column: "only_snapshots") else {
      throw SQLColumnError(column: "only_snapshots", problem: "is not a list")
    }
    return try items.map { item in
      guard let id = item.text.flatMap(SnapshotID.init) else {
        throw SQLColumnError(column: "only_snapshots", problem: "names something that is no snapshot")
      }
      return id
    }
  }

  /// Progress is for show: what cannot be read is left out.
  private static func progress(_ json: String) -> TransferProgress? {
    guard let value = try? parsed(json, column: "progress"), let bytes = value["bytes"]?.integer,
      let percent = value["percent"]?.integer.flatMap(Int.init(exactly:))
    else { return nil }
    return TransferProgress(
      bytes: bytes, percent: percent, rate: value["rate"]?.text ?? "",
      remainingFiles: value["remaining_files"]?.integer, knownFiles: value["known_files"]?.integer,
      remainingSnapshots: value["remaining_snapshots"]?.integer.flatMap(Int.init(exactly:)))
  }
}

extension RunRequest {
  /// The key that at most one unfinished run has.
  var unfinishedKey: String { Self.unfinishedKey(kind, host) }

  static func unfinishedKey(_ kind: RunKind, _ host: HostName) -> String { "\(kind.rawValue)/\(host)" }

  func columns(queuedAt now: Date) -> [(name: String, value: SQLValue)] {
    [
      ("host", host.sqlValue), ("kind", kind.sqlValue), ("state", RunState.queued.sqlValue),
      ("unfinished", unfinishedKey.sqlValue), ("trigger_source", trigger.sqlValue),
      ("requested_by", SQLValue(requestedBy)), ("reason", reason.sqlValue),
      ("scheduled_for", SQLValue(scheduledFor)), ("attempt", attempt.sqlValue),
      ("snapshot_kind", SQLValue(snapshot?.kind ?? snapshotKind)), ("snapshot_name", SQLValue(snapshot?.name)),
      ("prunes", prunes ? 1 : 0), ("max_delete", SQLValue(maxDelete)),
      ("only_snapshots", SQLValue(onlySnapshots.map { Self.json($0.map(\.description)) })),
      ("concurrency_groups", Self.cell(ofGroups: concurrencyGroups)),
      ("queued_at", now.sqlValue), ("ranked_at", now.addingTimeInterval(-priority.headStart).sqlValue),
      ("run_requested", SQLValue(runRequested)),
      ("parameters", SQLValue(parameters.map { JSONWriter.compact($0.document) })),
    ]
  }

  static func cell(ofGroups groups: [String]) -> SQLValue { SQLValue(groups.isEmpty ? nil : json(groups)) }

  private static func json(_ texts: [String]) -> String { JSONWriter.compact(.list(texts.map(YAMLValue.string))) }
}

extension RunResult {
  func columns(at now: Date) -> [(name: String, value: SQLValue)] {
    var columns: [(name: String, value: SQLValue)] = [
      ("state", state.sqlValue), ("unfinished", nil), ("finished_at", now.sqlValue),
      ("exit_code", SQLValue(exitCode)), ("error_code", SQLValue(errorCode)), ("message", SQLValue(message)),
      ("log", SQLValue(log.map(RunLog.kept))), ("progress", nil),
      ("stats", SQLValue(stats.map { JSONWriter.compact($0.document) })),
      ("report", SQLValue(report.map(JSONWriter.compact))),
    ]
    if let snapshot {
      columns += [("snapshot_kind", snapshot.kind.sqlValue), ("snapshot_name", snapshot.name.sqlValue)]
    }
    return columns
  }
}

extension TransferProgress {
  var json: String {
    var pairs = [
      YAMLPair("percent", .int(Int64(percent))), YAMLPair("bytes", .int(bytes)), YAMLPair("rate", .string(rate)),
    ]
    if let remainingFiles { pairs.append(YAMLPair("remaining_files", .int(remainingFiles))) }
    if let knownFiles { pairs.append(YAMLPair("known_files", .int(knownFiles))) }
    if let remainingSnapshots { pairs.append(YAMLPair("remaining_snapshots", .int(Int64(remainingSnapshots)))) }
    return JSONWriter.compact(.map(pairs))
  }
}
