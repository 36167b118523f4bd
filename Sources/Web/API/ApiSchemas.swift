// The schemas of what the API answers, by their names. A test holds real answers against them.

import Engine
import Reconciler
import Spec
import Store

enum ApiSchemas {
  static let all: [(name: String, schema: YAMLValue)] = [
    problems, runs, snapshots, histories, hosts, plans, desired, status,
  ].flatMap { $0 }

  private static let text = Schema.text
  private static let time = Schema.time
  private static let whole = Schema.whole
  private static let flag = Schema.flag

  private static func orNull(_ schema: YAMLValue) -> YAMLValue { Schema.orNull(schema) }

  // MARK: - Problems

  private static let problems: [(name: String, schema: YAMLValue)] = [
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

  private static let run: [(String, YAMLValue)] = [
    ("id", whole), ("host", text), ("kind", Schema.choice(RunKind.self)), ("state", Schema.choice(RunState.self)),
    ("trigger", Schema.choice(RunTrigger.self)), ("reason", orNull(text)), ("scheduled_for", orNull(time)),
    ("attempt", whole), ("requested_by", orNull(text)), ("run_requested", orNull(text)), ("queued_at", time),
    ("not_before", orNull(time)), ("started_at", orNull(time)), ("finished_at", orNull(time)),
    ("worker", orNull(text)), ("percent", orNull(whole)), ("snapshot", orNull(text)), ("exit_code", orNull(whole)),
    ("error_code", orNull(text)), ("message", orNull(text)),
  ]

  private static let progress = Schema.object([
    ("percent", whole), ("bytes", whole), ("rate", text), ("known_files", orNull(whole)),
    ("remaining_files", orNull(whole)), ("remaining_snapshots", orNull(whole)),
  ])

  private static let runs: [(name: String, schema: YAMLValue)] = [
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

  private static let snapshot: [(String, YAMLValue)] = [
    ("host", text), ("retained", flag), ("kind", Schema.choice(SnapshotKind.self)), ("name", text),
    ("status", Schema.choice(SnapshotStatus.self)), ("started_at", time), ("finished_at", orNull(time)),
    ("base", orNull(text)), ("stats", Schema.named("SnapshotStats")), ("note", orNull(text)),
    ("pin", orNull(Schema.named("Pin"))),
  ]

  private static func wholes(_ names: String...) -> [(String, YAMLValue)] { names.map { ($0, whole) } }

  private static let snapshots: [(name: String, schema: YAMLValue)] = [
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

  private static let histories: [(name: String, schema: YAMLValue)] = [
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

  // MARK: - Hosts

  private static let standing: [(String, YAMLValue)] = [
    ("state", Schema.choice(HostState.self)), ("reason", orNull(text)), ("message", orNull(text)),
    ("since", orNull(time)),
  ]

  private static let hosts: [(name: String, schema: YAMLValue)] = [
    (
      "Host",
      // For operators everything that is declared of it stands there as well.
      Schema.object(
        [
          ("name", text),
          (
            "status",
            Schema.object(
              standing + [("backing_up", flag), ("next_fire", orNull(time)), ("labels", Schema.labels)])
          ),
          (
            "observed",
            Schema.object([
              ("snapshots", whole), ("newest_good", orNull(time)), ("newest_size_bytes", orNull(whole)),
            ])
          ),
        ],
        optional: [
          (
            "effective",
            orNull(
              Schema.object([("address", text), ("schedule", orNull(text)), ("retention", orNull(text))]))
          ),
          ("suspension", orNull(text)), ("retained", Schema.named("RetainedHost")),
        ], isOpen: true)
    ),
    (
      "RetainedHost",
      Schema.object([
        ("on_remove", Schema.choice(RemovalPolicy.self)), ("outlook", text), ("retention", orNull(text)),
        ("source", orNull(text)), ("removed_by", orNull(text)), ("removed_at", time),
      ])
    ),
    ("HostDetail", hostDetail),
    (
      "Condition",
      Schema.object([
        ("type", Schema.choice(Condition.Kind.self)), ("status", Schema.choice(Condition.Status.self)),
        ("reason", text), ("message", orNull(text)), ("since", orNull(time)),
      ])
    ),
    (
      "Pause",
      Schema.object([
        ("host", orNull(text)), ("until", orNull(time)), ("reason", orNull(text)), ("actor", orNull(text)),
        ("paused_at", time),
      ])
    ),
    (
      "DeclaredRequest",
      Schema.object([
        ("host", text), ("requested", orNull(text)), ("done", orNull(text)), ("done_at", orNull(time)),
        ("open", flag),
      ])
    ),
  ]

  private static let hostDetail = Schema.object(
    [
      ("name", text), ("at", time), ("retained", orNull(Schema.named("RetainedHost"))),
      ("status", Schema.object(standing)), ("conditions", Schema.list(Schema.named("Condition"))),
      ("pauses", Schema.list(Schema.named("Pause"))), ("last_backup", orNull(Schema.named("Run"))),
      (
        "snapshots",
        Schema.object([
          ("count", whole),
          (
            "newest",
            Schema.list(Schema.object(snapshot + [("kept", orNull(flag)), ("reasons", Schema.list(text))]))
          ),
        ])
      ),
      ("runs", Schema.list(Schema.named("Run"))), ("events", Schema.list(Schema.named("Event"))),
    ],
    // For operators alone.
    optional: [
      (
        "record",
        orNull(
          Schema.object([
            ("source", text), ("generation", whole), ("observed_generation", orNull(whole)), ("created_at", time),
            ("updated_at", time),
          ]))
      ),
      ("declared", orNull(Schema.declared)), ("effective", orNull(effective)),
      ("request", orNull(Schema.named("DeclaredRequest"))),
      ("plan", Schema.object(plan + [("waits_until", orNull(time))])), ("next_fires", Schema.list(time)),
    ])

  private static let effective = Schema.object([
    ("address", text), ("user", text), ("port", whole), ("source_root", text), ("includes", Schema.list(text)),
    ("excludes", Schema.list(text)),
    ("schedule", orNull(Schema.object([("name", text), ("cron", text), ("time_zone", text)]))),
    ("retention", orNull(text)), ("labels", Schema.labels), ("suspension", orNull(text)),
  ])

  // MARK: - Plans

  private static let plan: [(String, YAMLValue)] = [
    ("host", text),
    (
      "actions",
      Schema.list(
        Schema.object(
          [("action", Schema.choice(RunKind.self)), ("reason", text)],
          optional: [
            ("snapshots", Schema.list(Schema.object([("snapshot", text), ("reasons", Schema.list(text))]))),
            ("frees_up_to_bytes", orNull(whole)), ("trash", Schema.list(text)),
          ]))
    ),
    ("holds", Schema.list(Schema.object([("code", text), ("message", text)]))), ("next_fire", orNull(time)),
  ]

  private static let decision = Schema.object([
    ("snapshot", text), ("status", Schema.choice(SnapshotStatus.self)), ("keep", flag),
    ("reasons", Schema.list(text)),
  ])

  private static let plans: [(name: String, schema: YAMLValue)] = [
    (
      "HostPlan",
      Schema.object(
        plan + [("waits_until", orNull(time)), ("retention", orNull(Schema.list(decision)))])
    )
  ]

  // MARK: - The desired state

  private static let move = Schema.object([("from", text), ("to", text)])

  private static let edit: [(String, YAMLValue)] = [
    ("edited_by", orNull(text)), ("edited_through", orNull(text)), ("edited_at", orNull(time)),
  ]

  private static func fields(_ members: [(String, YAMLValue)]) -> YAMLValue {
    Schema.list(Schema.object([("path", text)] + members))
  }

  private static let difference: [(String, YAMLValue)] = [
    (
      "changes",
      Schema.list(
        Schema.object([
          ("resource", text), ("change", Schema.choice(["created", "configured", "deleted"])),
          ("fields", fields([("before", Schema.anything), ("after", Schema.anything)])),
        ]))
    ),
    ("moves", Schema.list(move)),
    (
      "removed_hosts",
      Schema.list(
        Schema.object([
          ("host", text), ("snapshots", whole), ("on_remove", Schema.choice(RemovalPolicy.self)), ("words", text),
        ]))
    ),
    ("likely_moves", Schema.list(move)),
    ("taken_over", Schema.list(Schema.object([("resource", text), ("from", text)]))),
    (
      "restored",
      Schema.list(
        Schema.object([
          ("resource", text), ("deleted_by", text), ("deleted_through", text), ("deleted_at", time),
        ]))
    ),
    (
      "conflicts",
      Schema.list(
        Schema.object([
          ("resource", text), ("owner", text),
          (
            "fields",
            fields([("current", Schema.anything), ("wanted", Schema.anything), ("words", text)] + edit)
          ),
        ]))
    ),
    ("removals", Schema.object([("hosts", Schema.list(text)), ("limit", orNull(whole))])),
    ("refused", orNull(text)),
    ("complaint", orNull(Schema.object([("message", text), ("remedy", text)]))),
    (
      "drift",
      Schema.list(
        Schema.object([
          ("resource", text), ("owner", text),
          ("fields", fields([("declared", Schema.anything), ("current", Schema.anything)] + edit)),
        ]))
    ),
  ]

  private static let work: [(String, YAMLValue)] = [
    ("plan", Schema.list(Schema.object(plan))),
    (
      "summary",
      Schema.object([
        ("hosts", whole), ("actions", Schema.declared), ("pruned_snapshots", whole),
        ("frees_up_to_bytes", orNull(whole)), ("next_fire", orNull(time)),
      ])
    ),
    ("undeclared", Schema.list(text)), ("adopted", flag), ("problem", orNull(text)), ("differs", flag),
    ("settled", flag), ("conclusion", text),
  ]

  private static let desired: [(name: String, schema: YAMLValue)] = [
    ("Spec", Schema.described(Schema.declared, "A spec, as docs/spec.md has it; `pobsync schema` prints its schema")),
    (
      "SpecFiles",
      Schema.object([("files", Schema.list(Schema.object([("file", text), ("content", text)])))])
    ),
    ("Settings", Schema.declared), ("Resource", Schema.object([("name", text)], isOpen: true)),
    ("Difference", Schema.object(difference + work)),
    (
      "ApplyOutcome",
      Schema.object([
        ("set", text), ("dry_run", flag), ("moves", Schema.list(move)),
        (
          "resources",
          Schema.list(
            Schema.object([
              ("resource", text), ("change", Schema.choice(["created", "configured", "unchanged", "deleted"])),
              ("taken_over_from", orNull(text)),
            ]))
        ),
        ("warnings", Schema.list(text)),
      ])
    ),
  ]

  // MARK: - The status

  private static let trouble = Schema.object([
    ("host", text), ("reason", text), ("message", text), ("since", time), ("newest_good", orNull(time)),
    ("age_seconds", orNull(whole)),
  ])

  private static let process = Schema.object([
    ("name", text), ("kind", text), ("pid", orNull(whole)), ("machine", orNull(text)), ("alive", flag),
    ("serves_queue", flag), ("since", time), ("heard_at", time),
  ])

  private static let working = Schema.object([
    ("id", whole), ("host", text), ("kind", Schema.choice(RunKind.self)), ("reason", text), ("worker", orNull(text)),
    ("worker_alive", flag), ("started_at", orNull(time)), ("seconds", orNull(whole)), ("percent", orNull(whole)),
    ("bytes", orNull(whole)), ("rate", orNull(text)), ("known_files", orNull(whole)),
    ("remaining_files", orNull(whole)), ("remaining_snapshots", orNull(whole)), ("cancelled_by", orNull(text)),
  ])

  private static let queued = Schema.object([
    ("id", whole), ("host", text), ("kind", Schema.choice(RunKind.self)), ("reason", text), ("queued_at", time),
    ("waits_for", text),
  ])

  private static let status: [(name: String, schema: YAMLValue)] = [
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

  private static let suspension = Schema.object([
    ("extent", Schema.choice(["everything", "host", "schedule"])), ("schedule", orNull(text)),
    ("reason", orNull(text)), ("count", whole), ("hosts", Schema.list(text)),
  ])
}
