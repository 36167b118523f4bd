// Settings: what holds for the whole backup server.

/// The `settings` section.
package struct Settings: Resource {
  package var backupRoot: AbsolutePath?
  package var maxConcurrentBackups: Int?
  package var minFree: ByteSize?
  package var timeZone: TimeZoneName?
  package var ssh = SSHOptions()
  package var rsync = RsyncOptions()
  package var excludes: [FilterPattern]?

  package init() {}

  package static let blank = Settings()

  package static let fields: [Field<Settings>] = [
    Field("backup_root", \.backupRoot, .text, "The directory that holds all snapshots, a directory a host"),
    Field(
      "max_concurrent_backups", \.maxConcurrentBackups, .integer(1...1000),
      "How many hosts are backed up at the same time (4 unless told)"),
    Field("min_free", \.minFree, .text, "No backup starts with less than this free below the backup root"),
    Field("time_zone", \.timeZone, .text, "The zone of schedules and retention that name none (UTC unless told)"),
    Field(group: "ssh", \.ssh, SSHOptions.fields, "How to log in, for hosts that do not say otherwise"),
    Field(group: "rsync", \.rsync, RsyncOptions.fields, "How to run rsync, for hosts that do not say otherwise"),
    Field("excludes", \.excludes, .list(of: .text), "Patterns left out of every host's backup"),
  ]

  /// How many hosts are backed up at the same time when the settings do not say.
  package static let defaultMaxConcurrentBackups = 4
}
