// The third migration: who may use the web, what they signed in with, and what they did.

extension Schema {
  static let accounts = people + keys + traces

  private static let people = [
    """
    CREATE TABLE users (
      name TEXT PRIMARY KEY NOT NULL,
      password_hash TEXT NOT NULL,
      role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
      disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
      created_at TEXT NOT NULL,
      password_changed_at TEXT NOT NULL,
      last_login_at TEXT
    ) STRICT
    """
  ]

  // Only digests of secrets are kept: who reads the database cannot sign in with what stands there.

  private static let keys = [
    """
    CREATE TABLE web_sessions (
      digest TEXT PRIMARY KEY NOT NULL,
      user TEXT NOT NULL REFERENCES users (name),
      csrf TEXT NOT NULL,
      address TEXT NOT NULL,
      created_at TEXT NOT NULL,
      last_seen_at TEXT NOT NULL,
      notice TEXT
    ) STRICT
    """,
    "CREATE INDEX web_sessions_by_user ON web_sessions (user)",
    // Whoever made a token is a name here, not a reference: the command line makes some too.
    """
    CREATE TABLE api_tokens (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      name TEXT NOT NULL UNIQUE,
      digest TEXT NOT NULL UNIQUE,
      role TEXT NOT NULL CHECK (role IN ('viewer', 'operator', 'admin')),
      created_by TEXT NOT NULL,
      created_at TEXT NOT NULL,
      expires_at TEXT,
      last_used_at TEXT
    ) STRICT
    """,
  ]

  private static let traces = [
    """
    CREATE TABLE audit_log (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at TEXT NOT NULL,
      actor TEXT NOT NULL,
      role TEXT CHECK (role IN ('viewer', 'operator', 'admin')),
      address TEXT NOT NULL,
      action TEXT NOT NULL,
      subject TEXT NOT NULL,
      before_value TEXT,
      after_value TEXT
    ) STRICT
    """,
    // Each index ends in the number, so that the newest entries of any sort are found at its end.
    "CREATE INDEX audit_log_by_actor ON audit_log (actor)",
    "CREATE INDEX audit_log_by_action ON audit_log (action)",
    "CREATE INDEX audit_log_by_subject ON audit_log (subject)",
    // For forgetting what is old.
    "CREATE INDEX audit_log_by_time ON audit_log (at)",
    // One row an account, and one an address, at which a login has failed lately.
    """
    CREATE TABLE login_attempts (
      kind TEXT NOT NULL CHECK (kind IN ('account', 'address')),
      name TEXT NOT NULL,
      failures INTEGER NOT NULL,
      last_at TEXT NOT NULL,
      PRIMARY KEY (kind, name)
    ) STRICT
    """,
    "CREATE INDEX login_attempts_by_time ON login_attempts (last_at)",
  ]
}
