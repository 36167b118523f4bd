// Settings: what holds for the whole backup server.

/// The `settings` section.
package struct Settings: Resource {
  package var backupRoot: AbsolutePath?
  package var maxConcurrentBackups: Int?
  package var maxConcurrentDiscoveries: Int?
  package var maxConcurrentPrunes: Int?
  package var maxConcurrentVerifications: Int?
  package var concurrencyGroups: ConcurrencyGroups?
  package var minFree: ByteSize?
  package var timeZone: TimeZoneName?
  package var blackouts: [TimeWindow]?
  package var ssh = SSHOptions()
  package var rsync = RsyncOptions()
  package var excludes: [FilterPattern]?
  package var trashTTL: TimeSpan?
  package var maxRemovals: Int?
  package var suspended: Bool?
  package var suspendedReason: Remark?

  package init() {}

  package static let blank = Settings()

  private static let counts = 1...1000

  package static let fields: [Field<Settings>] = [
    Field(
      "backup_root", \.backupRoot, .text,
      "The directory that holds all snapshots, a directory a host; made on first use if its parent exists"),
    Field(
      "max_concurrent_backups", \.maxConcurrentBackups, .integer(counts),
      "How many hosts are backed up at the same time (4 unless told)"),
    Field(
      "max_concurrent_discoveries", \.maxConcurrentDiscoveries, .integer(counts),
      "How many hosts' snapshots are looked for at the same time (4 unless told)"),
    Field(
      "max_concurrent_prunes", \.maxConcurrentPrunes, .integer(counts),
      "How many hosts' old snapshots are deleted at the same time (2 unless told)"),
    Field(
      "max_concurrent_verifications", \.maxConcurrentVerifications, .integer(counts),
      "How many hosts' snapshots are verified at the same time (1 unless told)"),
    Field(
      "concurrency_groups", \.concurrencyGroups, .numbersByLabel(counts),
      "How many hosts with the same value of a label are backed up at the same time, by label"),
    Field(
      "min_free", \.minFree, .text,
      "No backup starts with less than this free below the backup root (no limit unless told)"),
    Field("time_zone", \.timeZone, .text, "The zone of schedules and retention that name none (UTC unless told)"),
    Field("blackouts", \.blackouts, .list(of: .text), "When no scheduled backup starts, whatever its schedule says"),
    Field(group: "ssh", \.ssh, SSHOptions.fields, "How to log in, for hosts that do not say otherwise"),
    Field(group: "rsync", \.rsync, RsyncOptions.fields, "How to run rsync, for hosts that do not say otherwise"),
    Field("excludes", \.excludes, .list(of: .text), "Patterns left out of every host's backup"),
    Field(
      "trash_ttl", \.trashTTL, .text(.seconds(0)...(.days(3660))),
      "How long pruned snapshots can be got back with `undelete` (3d unless told)"),
    Field(
      "max_removals", \.maxRemovals, .integer(0...100_000),
      "An apply that removes more hosts than this stops and asks (a tenth of its set, at least 2, unless told)"),
    Field(
      "suspended", \.suspended, .boolean,
      "Start nothing for any host for the time being; what a person asks for is still done"),
    Field("suspended_reason", \.suspendedReason, .text, "Why, as it is shown wherever something waits for it"),
  ]

  /// How many hosts are backed up at the same time when the settings do not say.
  package static let defaultMaxConcurrentBackups = 4
  /// How many hosts' snapshots are looked for at the same time when the settings do not say.
  package static let defaultMaxConcurrentDiscoveries = 4
  /// How many hosts' old snapshots are deleted at the same time when the settings do not say.
  package static let defaultMaxConcurrentPrunes = 2
  /// How many hosts' snapshots are verified at the same time when the settings do not say.
  package static let defaultMaxConcurrentVerifications = 1
  /// How long pruned snapshots can be got back when the settings do not say.
  package static let defaultTrashTTL = TimeSpan.days(3)
}
