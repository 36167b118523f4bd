// A run for programs: the value that `get runs -o json` and the API show, and a run read back from it.

import Engine
import Foundation
package import Spec
package import Store

extension Run {
  package func value(for audience: Audience = .operators) -> YAMLValue { .map(members(for: audience)) }

  /// All there is to say of one run, but for its log.
  ///
  /// - Parameter waitsFor: what keeps it in the queue; nil unless it is queued.
  package func detail(waitsFor: String?, for audience: Audience = .operators) -> YAMLValue {
    .map(
      members(for: audience) + [
        YAMLPair("waits_for", .text(audience.mayOperate ? waitsFor : nil)),
        YAMLPair("cancelled_by", .text(audience.mayOperate ? cancelledBy : nil)),
        YAMLPair("snapshot_kind", .text(request.snapshotKind?.rawValue)), YAMLPair("prunes", .bool(request.prunes)),
        YAMLPair("progress", progress?.value ?? .null), YAMLPair("stats", stats?.document ?? .null),
      ])
  }

  private func members(for audience: Audience) -> [YAMLPair] {
    let asked: [YAMLPair] = [
      YAMLPair("id", .int(id)),
      YAMLPair("host", .string(host.description)),
      YAMLPair("kind", .string(kind.rawValue)),
      YAMLPair("state", .string(state.rawValue)),
      YAMLPair("trigger", .string(trigger.rawValue)),
      // It may name schedules and accounts.
      YAMLPair("reason", .text(audience.mayOperate ? reason : nil)),
      YAMLPair("scheduled_for", .time(scheduledFor)),
      YAMLPair("attempt", .int(Int64(request.attempt))),
      YAMLPair("requested_by", .text(audience.mayOperate ? request.requestedBy : nil)),
      YAMLPair("run_requested", .text(audience.mayOperate ? request.runRequested?.description : nil)),
      YAMLPair("queued_at", .time(queuedAt)),
      YAMLPair("not_before", .time(notBefore)),
    ]
    let done: [YAMLPair] = [
      YAMLPair("started_at", .time(startedAt)),
      YAMLPair("finished_at", .time(finishedAt)),
      YAMLPair("worker", .text(audience.mayOperate ? worker : nil)),
      YAMLPair("percent", .number(progress?.percent)),
      YAMLPair("snapshot", .text(snapshot?.description)),
      YAMLPair("exit_code", .number(exitCode)),
      YAMLPair("error_code", .text(errorCode)),
      YAMLPair("message", .text(audience.message(message))),
    ]
    return asked + done
  }
}

extension TransferProgress {
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("percent", .int(Int64(percent))), YAMLPair("bytes", .int(bytes)), YAMLPair("rate", .string(rate)),
      YAMLPair("known_files", .number(knownFiles)), YAMLPair("remaining_files", .number(remainingFiles)),
      YAMLPair("remaining_snapshots", .number(remainingSnapshots)),
    ])
  }

  /// - Returns: nil for what tells no progress.
  init?(reading value: YAMLValue) {
    guard let percent = value["percent"]?.integer, let bytes = value["bytes"]?.integer else { return nil }
    self.init(
      bytes: bytes, percent: Int(clamping: percent), rate: value["rate"]?.text ?? "",
      remainingFiles: value["remaining_files"]?.integer, knownFiles: value["known_files"]?.integer,
      remainingSnapshots: value["remaining_snapshots"]?.integer.map { Int(clamping: $0) })
  }
}

extension Run {
  /// Reads a run that another pobsync tells of.
  ///
  /// - Returns: nil for what is no run, or of a kind that this version does not know.
  package init?(reading value: YAMLValue) {
    guard let id = value["id"]?.integer, let host = value["host"]?.text.flatMap({ try? HostName(text: $0) }),
      let kind = value["kind"]?.text.flatMap(RunKind.init(rawValue:)),
      let state = value["state"]?.text.flatMap(RunState.init(rawValue:)), let queuedAt = value["queued_at"]?.time
    else { return nil }
    var request = RunRequest(
      host: host, kind: kind, trigger: value["trigger"]?.text.flatMap(RunTrigger.init(rawValue:)) ?? .cli,
      reason: value["reason"]?.text ?? "")
    request.scheduledFor = value["scheduled_for"]?.time
    request.attempt = value["attempt"]?.integer.map { Int(clamping: $0) } ?? 1
    request.requestedBy = value["requested_by"]?.text
    request.snapshotKind = value["snapshot_kind"]?.text.flatMap(SnapshotKind.init(rawValue:))
    request.prunes = value["prunes"]?.flag ?? false
    self.init(id: id, request, state: state, queuedAt: queuedAt)
    notBefore = value["not_before"]?.time
    startedAt = value["started_at"]?.time
    finishedAt = value["finished_at"]?.time
    worker = value["worker"]?.text
    cancelledBy = value["cancelled_by"]?.text
    progress = value["progress"].flatMap { TransferProgress(reading: $0) }
    snapshot = value["snapshot"]?.text.flatMap { SnapshotID($0) }
    exitCode = value["exit_code"]?.integer.map { Int32(clamping: $0) }
    errorCode = value["error_code"]?.text
    message = value["message"]?.text
    if let figures = value["stats"], !figures.members.isEmpty { stats = SnapshotStats(reading: figures) }
  }
}
