// The schema of the status.

import Engine
import Reconciler
import Spec
import Store

extension ApiSchemas {
  static let trouble = Schema.object([
    ("host", text), ("reason", text), ("message", text), ("since", time), ("newest_good", orNull(time)),
    ("age_seconds", orNull(whole)),
  ])

  static let process = Schema.object([
    ("name", text), ("kind", text), ("pid", orNull(whole)), ("machine", orNull(text)), ("alive", flag),
    ("serves_queue", flag), ("since", time), ("heard_at", time),
  ])

  static let working = Schema.object([
    ("id", whole), ("host", text), ("kind", Schema.choice(RunKind.self)), ("reason", text), ("worker", orNull(text)),
    ("worker_alive", flag), ("started_at", orNull(time)), ("seconds", orNull(whole)), ("percent", orNull(whole)),
    ("bytes", orNull(whole)), ("rate", orNull(text)), ("known_files", orNull(whole)),
    ("remaining_files", orNull(whole)), ("remaining_snapshots", orNull(whole)), ("cancelled_by", orNull(text)),
  ])

  static let queued = Schema.object([
    ("id", whole), ("host", text), ("kind", Schema.choice(RunKind.self)), ("reason", text), ("queued_at", time),
    ("waits_for", text),
  ])

  static let status: [(name: String, schema: YAMLValue)] = [
    (
      "Status",
      Schema.object([
        ("at", time), ("problems", Schema.list(text)),
        ("service", Schema.object([("controller", orNull(process)), ("workers", Schema.list(process))])),
        (
          "backup_root",
          Schema.object([
            ("path", orNull(text)), ("available_bytes", orNull(whole)), ("total_bytes", orNull(whole)),
            ("problem", orNull(text)), ("adopted", flag),
          ])
        ),
        (
          "hosts",
          Schema.object(
            wholes(
              "declared", "ready", "due", "late", "failed", "waiting", "paused", "suspended", "unknown", "unobserved",
              "retained"))
        ),
        ("running", Schema.list(working)),
        ("queue", Schema.object([("length", whole), ("first", Schema.list(queued))])),
        ("failed", Schema.list(trouble)), ("late", Schema.list(trouble)), ("waiting", Schema.list(trouble)),
        ("pauses", Schema.list(Schema.named("Pause"))), ("suspensions", Schema.list(suspension)),
        ("requests", Schema.list(Schema.named("DeclaredRequest"))),
        (
          "next_fires",
          Schema.list(
            Schema.object([("at", time), ("schedule", text), ("count", whole), ("hosts", Schema.list(text))]))
        ),
      ])
    )
  ]

  static let suspension = Schema.object([
    ("extent", Schema.choice(["everything", "host", "schedule"])), ("schedule", orNull(text)),
    ("reason", orNull(text)), ("count", whole), ("hosts", Schema.list(text)),
  ])
}
