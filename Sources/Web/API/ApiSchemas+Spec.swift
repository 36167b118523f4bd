// The schemas of plans, and of what applying a spec does or would do.

import Engine
import Reconciler
import Spec
import Store

extension ApiSchemas {
  // MARK: - Plans

  static let plan: [(String, YAMLValue)] = [
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

  static let decision = Schema.object([
    ("snapshot", text), ("status", Schema.choice(SnapshotStatus.self)), ("keep", flag),
    ("reasons", Schema.list(text)),
  ])

  static let plans: [(name: String, schema: YAMLValue)] = [
    (
      "HostPlan",
      Schema.object(
        plan + [("waits_until", orNull(time)), ("retention", orNull(Schema.list(decision)))])
    )
  ]

  // MARK: - The desired state

  static let move = Schema.object([("from", text), ("to", text)])

  static let edit: [(String, YAMLValue)] = [
    ("edited_by", orNull(text)), ("edited_through", orNull(text)), ("edited_at", orNull(time)),
  ]

  static func fields(_ members: [(String, YAMLValue)]) -> YAMLValue {
    Schema.list(Schema.object([("path", text)] + members))
  }

  static let difference: [(String, YAMLValue)] = [
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

  static let work: [(String, YAMLValue)] = [
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

  static let desired: [(name: String, schema: YAMLValue)] = [
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
}
