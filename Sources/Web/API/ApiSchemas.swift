// The schemas of what the API answers, by their names. A test holds real answers against them.

import Engine
import Reconciler
import Spec
import Store

enum ApiSchemas {
  static let all: [(name: String, schema: YAMLValue)] = [
    problems, runs, snapshots, histories, hosts, plans, desired, status,
  ].flatMap { $0 }

  static let text: YAMLValue = Schema.text
  static let time: YAMLValue = Schema.time
  static let whole: YAMLValue = Schema.whole
  static let flag: YAMLValue = Schema.flag

  static func orNull(_ schema: YAMLValue) -> YAMLValue { Schema.orNull(schema) }

  // MARK: - Problems

  static let problems: [(name: String, schema: YAMLValue)] = [
    (
      "Problem",
      Schema.object(
        [("type", text), ("title", text), ("status", whole), ("code", text), ("request", text)],
        optional: [
          ("detail", text), ("remedy", text), ("diagnostics", Schema.list(Schema.named("Diagnostic"))),
        ])
    ),
    (
      "Diagnostic",
      Schema.object([
        ("severity", Schema.choice(["error", "warning"])), ("file", text), ("line", whole), ("column", whole),
        ("end_line", whole), ("end_column", whole), ("message", text), ("hint", orNull(text)),
        ("excerpt", orNull(text)),
      ])
    ),
  ]

  // MARK: - Runs

  static let run: [(String, YAMLValue)] = [
    ("id", whole), ("host", text), ("kind", Schema.choice(RunKind.self)), ("state", Schema.choice(RunState.self)),
    ("trigger", Schema.choice(RunTrigger.self)), ("reason", orNull(text)), ("scheduled_for", orNull(time)),
    ("attempt", whole), ("requested_by", orNull(text)), ("run_requested", orNull(text)), ("queued_at", time),
    ("not_before", orNull(time)), ("started_at", orNull(time)), ("finished_at", orNull(time)),
    ("worker", orNull(text)), ("percent", orNull(whole)), ("snapshot", orNull(text)), ("exit_code", orNull(whole)),
    ("error_code", orNull(text)), ("message", orNull(text)),
  ]

  static let progress = Schema.object([
    ("percent", whole), ("bytes", whole), ("rate", text), ("known_files", orNull(whole)),
    ("remaining_files", orNull(whole)), ("remaining_snapshots", orNull(whole)),
  ])

  static let runs: [(name: String, schema: YAMLValue)] = [
    ("Run", Schema.object(run)),
    (
      "RunDetail",
      Schema.object(
        run + [
          ("waits_for", orNull(text)), ("cancelled_by", orNull(text)), ("snapshot_kind", orNull(text)),
          ("prunes", flag), ("progress", orNull(progress)), ("stats", orNull(Schema.named("SnapshotStats"))),
        ])
    ),
    ("RequestedRun", Schema.object([("run", Schema.named("Run")), ("joined", flag)])),
    ("Changed", Schema.object([("changed", flag)])),
  ]

  // MARK: - Snapshots

  static let snapshot: [(String, YAMLValue)] = [
    ("host", text), ("retained", flag), ("kind", Schema.choice(SnapshotKind.self)), ("name", text),
    ("status", Schema.choice(SnapshotStatus.self)), ("started_at", time), ("finished_at", orNull(time)),
    ("base", orNull(text)), ("stats", Schema.named("SnapshotStats")), ("note", orNull(text)),
    ("pin", orNull(Schema.named("Pin"))),
  ]

  static func wholes(_ names: String...) -> [(String, YAMLValue)] { names.map { ($0, whole) } }

  static let snapshots: [(name: String, schema: YAMLValue)] = [
    ("Snapshot", Schema.object(snapshot)),
    (
      "SnapshotStats",
      Schema.object(
        [
          (
            "rsync",
            Schema.object(
              [],
              optional: wholes(
                "files", "created_files", "transferred_files", "literal_data_bytes", "matched_data_bytes",
                "received_bytes", "sent_bytes"))
          ),
          (
            "storage",
            Schema.object(
              [], optional: wholes("apparent_size_bytes", "unique_apparent_size_bytes", "available_bytes"))
          ),
        ], optional: [("duration_seconds", Schema.number)])
    ),
    ("Pin", Schema.object([("reason", orNull(text)), ("until", orNull(time)), ("by", orNull(text)), ("at", time)])),
  ]

  // MARK: - What has happened

  static let histories: [(name: String, schema: YAMLValue)] = [
    (
      "Event",
      Schema.object([
        ("id", whole), ("host", orNull(text)), ("severity", Schema.choice(EventSeverity.self)), ("reason", text),
        ("message", orNull(text)), ("count", whole), ("first_at", time), ("last_at", time),
      ])
    ),
    (
      "Purge",
      Schema.object([
        ("id", whole), ("host", text), ("kind", text), ("name", text), ("path", text), ("reason", text),
        ("action", text), ("actor", text), ("at", time),
      ])
    ),
    (
      "Delivery",
      Schema.object([
        ("id", whole), ("notification", text), ("host", orNull(text)), ("state", Schema.choice(DeliveryState.self)),
        ("attempts", whole), ("next_at", orNull(time)), ("last_error", orNull(text)), ("created_at", time),
        ("finished_at", orNull(time)), ("notice", orNull(Schema.declared)),
      ])
    ),
  ]
}
