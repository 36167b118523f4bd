// The schemas of hosts, in lists and by themselves.

import Engine
import Reconciler
import Spec
import Store

extension ApiSchemas {
  static let standing: [(String, YAMLValue)] = [
    ("state", Schema.choice(HostState.self)), ("reason", orNull(text)), ("message", orNull(text)),
    ("since", orNull(time)),
  ]

  static let hosts: [(name: String, schema: YAMLValue)] = [
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

  static let hostDetail = Schema.object(
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

  static let effective = Schema.object([
    ("address", text), ("user", text), ("port", whole), ("source_root", text), ("includes", Schema.list(text)),
    ("excludes", Schema.list(text)),
    ("schedule", orNull(Schema.object([("name", text), ("cron", text), ("time_zone", text)]))),
    ("retention", orNull(text)), ("labels", Schema.labels), ("suspension", orNull(text)),
  ])
}
