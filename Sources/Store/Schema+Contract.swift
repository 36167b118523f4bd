// The second migration: who declared what, hosts that are declared no more, what must not be removed, and the trash.

extension Schema {
  static let contract = contractTables + emptyTrash

  /// What both brands of SQL do alike.
  static let contractTables = newFields + declarations + removals + safety

  // MARK: - Fields that have come to the spec

  private static let newFields =
    [
      "ALTER TABLE settings ADD COLUMN trash_ttl TEXT",
      "ALTER TABLE settings ADD COLUMN max_removals INTEGER",
      "ALTER TABLE settings ADD COLUMN suspended INTEGER CHECK (suspended IN (0, 1))",
      "ALTER TABLE settings ADD COLUMN suspended_reason TEXT",
      "ALTER TABLE retention_policies ADD COLUMN keep_oldest INTEGER",
      "ALTER TABLE schedules ADD COLUMN suspended_reason TEXT",
      "ALTER TABLE hosts ADD COLUMN run_requested TEXT",
      // The newest `run_requested` that has been seen to.
      "ALTER TABLE hosts ADD COLUMN run_request_done TEXT",
      "ALTER TABLE runs ADD COLUMN run_requested TEXT",
    ]
    + ["profiles", "hosts"].flatMap { table in
      [
        "ALTER TABLE \(table) ADD COLUMN suspended_reason TEXT",
        "ALTER TABLE \(table) ADD COLUMN max_shrink TEXT",
        "ALTER TABLE \(table) ADD COLUMN on_remove TEXT",
        "ALTER TABLE \(table) ADD COLUMN prevent_removal INTEGER CHECK (prevent_removal IN (0, 1))",
      ]
    }

  // MARK: - Who declared what

  private static let declarations = [
    // A resource that somebody else has edited since its owner applied it: what its owner declares.
    """
    CREATE TABLE edited_resources (
      kind TEXT NOT NULL CHECK (kind IN ('settings', 'retention', 'schedule', 'profile', 'host', 'notification')),
      name TEXT NOT NULL,
      declared_values TEXT NOT NULL,
      PRIMARY KEY (kind, name)
    ) STRICT
    """,
    // The files of each spec set as they were applied last, by which a value is traced to its line.
    """
    CREATE TABLE spec_files (
      source TEXT NOT NULL,
      file TEXT NOT NULL,
      position INTEGER NOT NULL,
      content TEXT NOT NULL,
      applied_at TEXT NOT NULL,
      PRIMARY KEY (source, file)
    ) STRICT
    """,
  ]

  // MARK: - Hosts that are declared no more

  private static let removals = [
    // Hosts whose snapshots are kept though nobody declares them any more. The policy and its zone are those of the
    // moment of removal, as JSON.
    """
    CREATE TABLE retained_hosts (
      host TEXT PRIMARY KEY NOT NULL,
      on_remove TEXT NOT NULL CHECK (on_remove IN ('retain', 'expire')),
      retention_name TEXT,
      retention_policy TEXT,
      time_zone TEXT NOT NULL,
      source TEXT NOT NULL,
      actor TEXT NOT NULL,
      removed_at TEXT NOT NULL
    ) STRICT
    """,
    // Directories that still bear a host's former name.
    """
    CREATE TABLE renames (
      to_host TEXT PRIMARY KEY NOT NULL,
      from_host TEXT NOT NULL UNIQUE,
      actor TEXT NOT NULL,
      at TEXT NOT NULL
    ) STRICT
    """,
  ]

  // MARK: - What keeps snapshots

  private static let safety = [
    // Until a person has said that the snapshots found below a root are ours, nothing of it is removed.
    "ALTER TABLE backup_roots ADD COLUMN adopted_at TEXT",
    "UPDATE backup_roots SET adopted_at = first_seen_at",
    """
    CREATE TABLE pins (
      host TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('scheduled', 'manual')),
      name TEXT NOT NULL,
      reason TEXT,
      until TEXT,
      actor TEXT NOT NULL,
      pinned_at TEXT NOT NULL,
      PRIMARY KEY (host, kind, name)
    ) STRICT
    """,
    // Snapshots that hold less than the base that they were made against.
    """
    CREATE TABLE shrinkages (
      host TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('scheduled', 'manual')),
      name TEXT NOT NULL,
      files INTEGER,
      base_files INTEGER,
      bytes INTEGER,
      base_bytes INTEGER,
      PRIMARY KEY (host, kind, name)
    ) STRICT
    """,
    // Up to which snapshot a person has accepted that a host holds less than before.
    """
    CREATE TABLE accepted_shrinkages (
      host TEXT PRIMARY KEY NOT NULL,
      name TEXT NOT NULL,
      reason TEXT,
      actor TEXT NOT NULL,
      accepted_at TEXT NOT NULL
    ) STRICT
    """,
  ]

  // MARK: - A kind of run for the trash

  // What a column may hold changes only with the table: its rows move into a new one.
  private static let emptyTrash =
    [
      runs(
        named: "new_runs", kinds: ["backup", "discover", "prune", "empty_trash", "verify", "restore"],
        furtherColumns: "run_requested TEXT"),
      "INSERT INTO new_runs SELECT * FROM runs",
      // Numbers are never given twice.
      "DELETE FROM sqlite_sequence WHERE name = 'new_runs'",
      "INSERT INTO sqlite_sequence (name, seq) SELECT 'new_runs', seq FROM sqlite_sequence WHERE name = 'runs'",
      "DROP TABLE runs",
      "ALTER TABLE new_runs RENAME TO runs",
    ] + runIndexes
}
