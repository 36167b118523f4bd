// What the tests of planning are written with: specs from text, and snapshots and runs from the times they are of.

import Engine
import Foundation
import Spec
import Store
import Testing

@testable import Reconciler

/// Reads a spec; `version: 1` is added.
func spec(_ yaml: String) throws -> Spec {
  try SpecReader.read([SourceText(name: "spec.yaml", bytes: Array("version: 1\n\(yaml)\n".utf8))]).spec
}

/// The one host of a spec whose `web-1`, `nightly` and `standard` have the given keys.
func host(
  _ keys: String = "", schedule: String? = #"cron: "15 2 * * *""#, retention: String? = nil
) throws -> EffectiveHost {
  let references = [schedule.map { _ in "schedule: nightly" }, retention.map { _ in "retention: standard" }]
  let own = (references.compactMap(\.self) + (keys.isEmpty ? [] : [keys])).joined(separator: ", ")
  let sections = [
    schedule.map { "schedules: {nightly: {\($0)}}" }, retention.map { "retention: {standard: {\($0)}}" },
    "hosts: {web-1: {\(own)}}",
  ]
  return try #require(try spec(sections.compactMap(\.self).joined(separator: "\n")).effectiveHosts.first)
}

/// A policy of the name `standard`.
func policy(_ keys: String, zone: String = "UTC") throws -> EffectiveRetention {
  try #require(try host(schedule: nil, retention: "\(keys), time_zone: \(zone)").retention)
}

/// A time in UTC: `2026-05-19 02:15`, with or without seconds.
func time(_ text: String) throws -> Date {
  try #require(Timestamp.date(text) ?? Timestamp.date(text + ":00"), "\(text) is not a time")
}

extension Date {
  /// The time as the tests write it.
  var written: String {
    let text = Timestamp.short(self).dropLast()
    return String(text.hasSuffix(":00") ? text.dropLast(3) : text)
  }
}

/// A snapshot from its start and, in any order, its kind, its status and the letter that its name ends with:
/// `2026-05-19 02:15 manual partial b`.
func snapshot(_ text: String) throws -> SnapshotRecord {
  let words = text.split(separator: " ").map(String.init)
  let started = try time(words.prefix(2).joined(separator: " "))
  var (kind, status, letter) = (SnapshotKind.scheduled, SnapshotStatus.success, "a")
  for word in words.dropFirst(2) {
    if let named = SnapshotKind(rawValue: word) {
      kind = named
    } else if let named = SnapshotStatus(rawValue: word) {
      status = named
    } else {
      letter = word
    }
  }
  let name = try #require(SnapshotName(Timestamp.compact(started) + "__" + letter))
  return SnapshotRecord(id: SnapshotID(kind: kind, name: name), status: status, startedAt: started)
}

/// What is known of a host whose disk holds just what the store has recorded.
func observed(_ snapshots: [String] = [], runs: [Run] = []) throws -> ObservedHost {
  let recorded = try snapshots.map(snapshot)
  return ObservedHost(recorded: recorded, disk: .seen(Set(recorded.map(\.id)), trash: []), runs: runs)
}

/// A run that was queued and, if it is finished, ended at one time.
func run(
  _ id: Int64, _ kind: RunKind = .backup, _ state: RunState, for due: String? = nil, at text: String,
  errorCode: String? = nil, message: String? = nil
) throws -> Run {
  let date = try time(text)
  var request = RunRequest(
    host: try HostName(text: "web-1"), kind: kind, trigger: due == nil ? .cli : .schedule, reason: "because")
  request.scheduledFor = try due.map(time)
  var run = Run(id: id, request, state: state, queuedAt: date)
  run.startedAt = state == .queued ? nil : date
  run.finishedAt = state.isFinished ? date : nil
  run.errorCode = errorCode
  run.message = message
  return run
}

/// What is in the trash, from when it was put there; without a time, as earlier versions called it.
func trash(_ times: String?...) throws -> [TrashEntry] {
  let name = try #require(SnapshotName("20260101-021500Z__a"))
  return try times.enumerated().map { index, text in
    guard let text else { return TrashEntry(fileName: "scheduled-\(name)\(index)") }
    return TrashEntry(.scheduled, name, trashedAt: try time(text))
  }
}

/// A policy that keeps the newest, and lets all others go at once.
let keepOne = "keep_last: 1, max_delete_ratio: 100%"
