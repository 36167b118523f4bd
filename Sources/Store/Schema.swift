// The tables, as the first migration makes them in SQLite. What a released migration made is changed by a later one.

enum Schema {
  static let migrationsTable = """
    CREATE TABLE schema_migrations (
      version INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      applied_at TEXT NOT NULL
    ) STRICT
    """

  static let firstTables = desired + observed + history

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
      min_free TEXT,
      time_zone TEXT,
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

  private static let history = [
    """
    CREATE TABLE runs (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      host TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('backup', 'discover', 'prune', 'verify', 'restore')),
      state TEXT NOT NULL CHECK (
        state IN ('queued', 'running', 'succeeded', 'warning', 'failed', 'cancelled', 'interrupted')),
      trigger_source TEXT NOT NULL,
      reason TEXT NOT NULL,
      scheduled_for TEXT,
      snapshot_kind TEXT CHECK (snapshot_kind IN ('scheduled', 'manual')),
      snapshot_name TEXT,
      queued_at TEXT NOT NULL,
      started_at TEXT,
      finished_at TEXT,
      exit_code INTEGER,
      error_code TEXT,
      message TEXT,
      log TEXT,
      stats TEXT,
      process_id INTEGER,
      root_id TEXT
    ) STRICT
    """,
    // Each index ends in the number, so that the newest run of any sort is found at its end.
    "CREATE INDEX runs_by_host ON runs (host)",
    "CREATE INDEX runs_by_kind ON runs (host, kind)",
    "CREATE INDEX runs_by_outcome ON runs (host, kind, state)",
    "CREATE INDEX runs_by_state ON runs (state)",
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
    "CREATE INDEX events_by_host ON events (host)",
    "CREATE INDEX events_by_reason ON events (host, reason)",
    """
    CREATE TABLE spec_changes (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at TEXT NOT NULL,
      actor TEXT NOT NULL,
      source TEXT NOT NULL,
      kind TEXT NOT NULL CHECK (kind IN ('settings', 'retention', 'schedule', 'profile', 'host')),
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
  ]
}
