// The fourth migration: kinds of runs that only look, what a run is asked with besides, and what it found.

extension Schema {
  static let checks = checkColumns + anyKind

  /// What both brands of SQL do alike.
  static let checkColumns = [
    // What a run of its kind needs to know, as JSON.
    "ALTER TABLE runs ADD COLUMN parameters TEXT",
    // What it found, for programs, as JSON.
    "ALTER TABLE runs ADD COLUMN report TEXT",
    // The list of all hosts' snapshots, the newest first.
    "CREATE INDEX snapshots_by_time ON snapshots (started_at)",
  ]

  // What a column may hold changes only with the table: its rows move into a new one, this once more. From now on the
  // column takes any kind, and `RunKind` alone says which there are: a further one needs no new table.
  private static let anyKind =
    [
      runs(
        named: "new_runs", kinds: nil, furtherColumns: "run_requested TEXT", "parameters TEXT", "report TEXT"),
      "INSERT INTO new_runs SELECT * FROM runs",
      // Numbers are never given twice.
      "DELETE FROM sqlite_sequence WHERE name = 'new_runs'",
      "INSERT INTO sqlite_sequence (name, seq) SELECT 'new_runs', seq FROM sqlite_sequence WHERE name = 'runs'",
      "DROP TABLE runs",
      "ALTER TABLE new_runs RENAME TO runs",
    ] + runIndexes
}
