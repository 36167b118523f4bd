// The tables, as the first migration makes them in SQLite; MariaDB has the same, written its own way. What a released
// migration made is changed by a later one.

enum Schema {
  static let migrationsTable = """
    CREATE TABLE schema_migrations (
      version INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      applied_at TEXT NOT NULL
    ) STRICT
    """

  static let firstTables = desired + observed + history + coordination

  // MARK: - What is declared

  // One column a field of the spec, named after its key path. Which values a field allows is the spec's to say, and
  // may widen without a migration; here stand only the types, and the references between resources.

  private static let sshAndRsync = """
    ssh_user TEXT,
    ssh_port INTEGER,
    ssh_identity_file TEXT,
    ssh_known_hosts_file TEXT,
    ssh_connect_timeout TEXT,
    ssh_keep_alive TEXT,
    rsync_binary TEXT,
    rsync_remote_binary TEXT,
    rsync_extra_args TEXT,
    rsync_timeout TEXT,
    rsync_bandwidth_limit TEXT,
    rsync_bandwidth TEXT,
    rsync_one_file_system INTEGER CHECK (rsync_one_file_system IN (0, 1)),
    rsync_compress INTEGER CHECK (rsync_compress IN (0, 1))
    """

  private static let profileFields = """
    profile TEXT REFERENCES profiles (name),
    source_root TEXT,
    includes TEXT,
    excludes TEXT,
    excludes_replace TEXT,
    \(sshAndRsync),
    schedule TEXT REFERENCES schedules (name),
    max_age TEXT,
    retention TEXT REFERENCES retention_policies (name),
    strategy TEXT,
    labels TEXT,
    suspended INTEGER CHECK (suspended IN (0, 1))
    """

  private static let bookkeeping = """
    source TEXT NOT NULL,
    generation INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
    """

  private static let desired = [
    """
    CREATE TABLE settings (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      backup_root TEXT,
      max_concurrent_backups INTEGER,
      max_concurrent_discoveries INTEGER,
      max_concurrent_prunes INTEGER,
      max_concurrent_verifications INTEGER,
      concurrency_groups TEXT,
      min_free TEXT,
      time_zone TEXT,
      blackouts TEXT,
      \(sshAndRsync),
      excludes TEXT,
      \(bookkeeping)
    ) STRICT
    """,
    """
    CREATE TABLE retention_policies (
      name TEXT PRIMARY KEY NOT NULL,
      keep_last INTEGER,
      keep_hourly INTEGER,
      keep_daily INTEGER,
      keep_weekly INTEGER,
      keep_monthly INTEGER,
      keep_yearly INTEGER,
      keep_within TEXT,
      min_keep INTEGER,
      time_zone TEXT,
      max_delete INTEGER,
      max_delete_ratio TEXT,
      \(bookkeeping)
    ) STRICT
    """,
    """
    CREATE TABLE schedules (
      name TEXT PRIMARY KEY NOT NULL,
      cron TEXT NOT NULL,
      time_zone TEXT,
      jitter TEXT,
      prune INTEGER CHECK (prune IN (0, 1)),
      max_age TEXT,
      catch_up TEXT,
      windows TEXT,
      blackouts TEXT,
      suspended INTEGER CHECK (suspended IN (0, 1)),
      \(bookkeeping)
    ) STRICT
    """,
    """
    CREATE TABLE profiles (
      name TEXT PRIMARY KEY NOT NULL,
      \(profileFields),
      \(bookkeeping)
    ) STRICT
    """,
    """
    CREATE TABLE hosts (
      name TEXT PRIMARY KEY NOT NULL,
      address TEXT,
      \(profileFields),
      \(bookkeeping),
      observed_generation INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    // Back-quotes around words of SQL, which both brands understand.
    """
    CREATE TABLE notifications (
      name TEXT PRIMARY KEY NOT NULL,
      type TEXT NOT NULL,
      url TEXT,
      url_file TEXT,
      url_env TEXT,
      token_file TEXT,
      token_env TEXT,
      `to` TEXT,
      `from` TEXT,
      sendmail TEXT,
      command TEXT,
      `on` TEXT,
      labels TEXT,
      suspended INTEGER CHECK (suspended IN (0, 1)),
      \(bookkeeping)
    ) STRICT
    """,
    // Deleting a resource looks for what refers to it.
    "CREATE INDEX profiles_by_profile ON profiles (profile)",
    "CREATE INDEX profiles_by_schedule ON profiles (schedule)",
    "CREATE INDEX profiles_by_retention ON profiles (retention)",
    "CREATE INDEX hosts_by_profile ON hosts (profile)",
    "CREATE INDEX hosts_by_schedule ON hosts (schedule)",
    "CREATE INDEX hosts_by_retention ON hosts (retention)",
  ]

  // MARK: - What is found

  // Hosts are names here, not references: snapshots and runs outlive the declaration of their host.

  private static let observed = [
    """
    CREATE TABLE snapshots (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      host TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('scheduled', 'manual')),
      name TEXT NOT NULL,
      status TEXT NOT NULL CHECK (status IN ('success', 'warning', 'partial', 'unknown')),
      started_at TEXT NOT NULL,
      finished_at TEXT,
      base_id INTEGER REFERENCES snapshots (id) ON DELETE SET NULL,
      base_kind TEXT,
      base_name TEXT,
      base_path TEXT,
      files INTEGER,
      created_files INTEGER,
      transferred_files INTEGER,
      literal_data_bytes INTEGER,
      matched_data_bytes INTEGER,
      received_bytes INTEGER,
      sent_bytes INTEGER,
      apparent_size_bytes INTEGER,
      unique_apparent_size_bytes INTEGER,
      available_bytes INTEGER,
      duration_seconds REAL,
      note TEXT,
      host_id TEXT,
      metadata TEXT,
      recorded_at TEXT NOT NULL,
      UNIQUE (host, kind, name)
    ) STRICT
    """,
    "CREATE INDEX snapshots_by_base ON snapshots (base_id)",
    // Holds all that a plan asks of each snapshot, so that a million of them are read without their metadata between.
    "CREATE INDEX snapshots_for_plans ON snapshots (host, status, started_at, kind, name)",
    """
    CREATE TABLE conditions (
      host TEXT NOT NULL,
      type TEXT NOT NULL CHECK (type IN ('Ready', 'Fresh', 'Reachable', 'Retained')),
      status TEXT NOT NULL CHECK (status IN ('true', 'false', 'unknown')),
      reason TEXT NOT NULL,
      message TEXT NOT NULL,
      observed_generation INTEGER NOT NULL,
      changed_at TEXT NOT NULL,
      PRIMARY KEY (host, type)
    ) STRICT
    """,
    // What people have been told of a host and not yet that it is over.
    """
    CREATE TABLE told_troubles (
      host TEXT NOT NULL,
      type TEXT NOT NULL CHECK (type IN ('Ready', 'Fresh', 'Reachable', 'Retained')),
      reason TEXT NOT NULL,
      message TEXT NOT NULL,
      since TEXT NOT NULL,
      PRIMARY KEY (host, type)
    ) STRICT
    """,
    """
    CREATE TABLE backup_roots (
      path TEXT PRIMARY KEY NOT NULL,
      root_id TEXT NOT NULL,
      first_seen_at TEXT NOT NULL
    ) STRICT
    """,
  ]

  // MARK: - What has happened

  // Numbers are never given twice (AUTOINCREMENT), so that the newest of anything is the one with the highest.

  /// The table of runs.
  ///
  /// - Parameters:
  ///   - kinds: those that the table takes; nil for any.
  ///   - furtherColumns: what later migrations have added, in the order of their coming.
  static func runs(named name: String, kinds: [String]?, furtherColumns: String...) -> String {
    let check = kinds.map { " CHECK (kind IN (\($0.map { "'\($0)'" }.joined(separator: ", "))))" } ?? ""
    return """
      CREATE TABLE \(name) (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        host TEXT NOT NULL,
        kind TEXT NOT NULL\(check),
        state TEXT NOT NULL CHECK (
          state IN ('queued', 'running', 'succeeded', 'warning', 'failed', 'cancelled', 'interrupted')),
        unfinished TEXT UNIQUE,
        trigger_source TEXT NOT NULL,
        requested_by TEXT,
        reason TEXT NOT NULL,
        scheduled_for TEXT,
        attempt INTEGER NOT NULL,
        snapshot_kind TEXT CHECK (snapshot_kind IN ('scheduled', 'manual')),
        snapshot_name TEXT,
        prunes INTEGER NOT NULL CHECK (prunes IN (0, 1)),
        max_delete INTEGER,
        only_snapshots TEXT,
        concurrency_groups TEXT,
        queued_at TEXT NOT NULL,
        ranked_at TEXT NOT NULL,
        not_before TEXT,
        started_at TEXT,
        finished_at TEXT,
        worker TEXT,
        cancelled_by TEXT,
        progress TEXT,
        exit_code INTEGER,
        error_code TEXT,
        message TEXT,
        log TEXT,
        stats TEXT\(furtherColumns.map { ",\n  \($0)" }.joined())
      ) STRICT
      """
  }

  static let runIndexes = [
    // Each index ends in the number, so that the newest run of any sort is found at its end.
    "CREATE INDEX runs_by_host ON runs (host)",
    "CREATE INDEX runs_by_kind ON runs (host, kind)",
    "CREATE INDEX runs_by_outcome ON runs (host, kind, state)",
    // For forgetting what is old.
    "CREATE INDEX runs_by_end ON runs (finished_at)",
    // The order in which workers take runs up.
    "CREATE INDEX runs_by_rank ON runs (state, kind, ranked_at)",
  ]

  private static let history =
    [runs(named: "runs", kinds: ["backup", "discover", "prune", "verify", "restore"])] + runIndexes + happened

  private static let happened = [
    """
    CREATE TABLE events (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      host TEXT,
      severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error')),
      reason TEXT NOT NULL,
      message TEXT NOT NULL,
      count INTEGER NOT NULL,
      first_at TEXT NOT NULL,
      last_at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX events_by_host ON events (host, last_at)",
    "CREATE INDEX events_by_time ON events (last_at)",
    "CREATE INDEX events_by_reason ON events (host, reason)",
    """
    CREATE TABLE spec_changes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at TEXT NOT NULL,
      actor TEXT NOT NULL,
      source TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('settings', 'retention', 'schedule', 'profile', 'host', 'notification')),
      name TEXT NOT NULL,
      action TEXT NOT NULL CHECK (action IN ('created', 'configured', 'deleted')),
      values_before TEXT,
      values_after TEXT
    ) STRICT
    """,
    """
    CREATE TABLE purges (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      host TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('scheduled', 'manual', 'incomplete')),
      name TEXT NOT NULL,
      path TEXT NOT NULL,
      reason TEXT NOT NULL,
      action TEXT NOT NULL CHECK (action IN ('manual', 'scheduled', 'cli', 'incomplete_cleanup')),
      actor TEXT NOT NULL,
      metadata TEXT,
      at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX purges_by_host ON purges (host)",
    // A target is a name here, as a host is: the record of what was told outlives both.
    """
    CREATE TABLE deliveries (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      notification TEXT NOT NULL,
      host TEXT,
      notice TEXT NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed', 'dropped')),
      attempts INTEGER NOT NULL,
      next_at TEXT,
      last_error TEXT,
      created_at TEXT NOT NULL,
      finished_at TEXT
    ) STRICT
    """,
    "CREATE INDEX deliveries_by_time ON deliveries (state, next_at)",
    "CREATE INDEX deliveries_by_target ON deliveries (notification, host, state)",
    "CREATE INDEX deliveries_by_end ON deliveries (finished_at)",
  ]

  // MARK: - Who acts, and what is new

  private static let coordination = [
    """
    CREATE TABLE leases (
      name TEXT PRIMARY KEY NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('controller', 'worker', 'command')),
      term INTEGER NOT NULL,
      beat INTEGER NOT NULL,
      process TEXT,
      duration_seconds REAL NOT NULL,
      acquired_at TEXT NOT NULL,
      renewed_at TEXT NOT NULL
    ) STRICT
    """,
    // One row a host, with the number of the latest change of its runs, snapshots or pause.
    """
    CREATE TABLE host_changes (
      host TEXT PRIMARY KEY NOT NULL,
      revision INTEGER NOT NULL
    ) STRICT
    """,
    "CREATE INDEX host_changes_by_revision ON host_changes (revision)",
    // One row: the number that the next change gets.
    """
    CREATE TABLE host_revisions (
      id INTEGER PRIMARY KEY CHECK (id = 1),
      latest INTEGER NOT NULL
    ) STRICT
    """,
    "INSERT INTO host_revisions (id, latest) VALUES (1, 0)",
    // An empty name stands for all hosts.
    """
    CREATE TABLE pauses (
      host TEXT PRIMARY KEY NOT NULL,
      until TEXT,
      reason TEXT,
      actor TEXT NOT NULL,
      paused_at TEXT NOT NULL
    ) STRICT
    """,
  ]
}
