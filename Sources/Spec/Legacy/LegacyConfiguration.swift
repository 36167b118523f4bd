// The predecessor's configuration: what its global file and its host files say, as typed values.

/// A prefix's configuration: one global file, and a file a host.
package struct LegacyConfiguration: Sendable, Hashable {
  package var global: LegacyGlobal
  package var hosts: [HostName: LegacyHost]

  package init(global: LegacyGlobal = LegacyGlobal(), hosts: [HostName: LegacyHost] = [:]) {
    self.global = global
    self.hosts = hosts
  }
}

/// `config/global.yaml`.
package struct LegacyGlobal: Sendable, Hashable {
  package var backupRoot: AbsolutePath?
  package var pobsyncHome: AbsolutePath?
  package var ssh = LegacySSH()
  package var rsync = LegacyRsync()
  package var defaults = LegacyDefaults()
  package var excludesDefault: [FilterPattern]?
  package var retentionDefaults = LegacyRetention()

  package init() {}

  package static let fields: [Field<LegacyGlobal>] = [
    Field("backup_root", \.backupRoot, .text, "The directory that holds all snapshots"),
    Field("pobsync_home", \.pobsyncHome, .text, "The predecessor's own directory"),
    Field(group: "ssh", \.ssh, LegacySSH.fields, "How to log in, for hosts that do not say otherwise"),
    Field(group: "rsync", \.rsync, LegacyRsync.fields, "How to run rsync, for hosts that do not say otherwise"),
    Field(group: "defaults", \.defaults, LegacyDefaults.fields, "What hosts back up that do not say otherwise"),
    Field("excludes_default", \.excludesDefault, .list(of: .text), "Patterns left out of every host's backup"),
    Field(
      group: "retention_defaults", \.retentionDefaults, LegacyRetention.fields,
      "What to keep of hosts that do not say otherwise"),
  ]
}

/// `config/hosts/NAME.yaml`.
package struct LegacyHost: Sendable, Hashable {
  package var name: HostName?
  package var address: HostAddress?
  package var enabled: Bool?
  package var ssh = LegacySSH()
  package var sourceRoot: AbsolutePath?
  package var destinationSubdirectory: LegacySubdirectory?
  package var includes: [FilterPattern]?
  package var excludesAdd: [FilterPattern]?
  package var excludesReplace: [FilterPattern]?
  package var rsync = LegacyRsync()
  package var retention = LegacyRetention()
  package var schedule = LegacySchedule()

  package init() {}

  package static let fields: [Field<LegacyHost>] = [
    Field("host", \.name, .text, "The host's name (the file's unless told)"),
    Field("address", \.address, .text, "Where ssh connects to (the host's name unless told)"),
    Field("enabled", \.enabled, .boolean, "Whether the host is backed up at all"),
    Field(group: "ssh", \.ssh, LegacySSH.fields, "How to log in"),
    Field("source_root", \.sourceRoot, .text, "The directory to back up"),
    Field("destination_subdir", \.destinationSubdirectory, .text, "Where below the snapshot the tree goes"),
    Field("includes", \.includes, .list(of: .text), "Patterns that are backed up even where excludes match"),
    Field("excludes_add", \.excludesAdd, .list(of: .text), "Patterns left out besides the global ones"),
    Field("excludes_replace", \.excludesReplace, .list(of: .text), "Patterns left out instead of the global ones"),
    Field(group: "rsync", \.rsync, LegacyRsync.fields, "How to run rsync"),
    Field(group: "retention", \.retention, LegacyRetention.fields, "What to keep"),
    Field(group: "schedule", \.schedule, LegacySchedule.fields, "When to back up"),
  ]
}
