// The maps within the predecessor's files: ssh, rsync, defaults, retention and schedule.

/// The `ssh` map of the global file and of hosts.
package struct LegacySSH: Sendable, Hashable {
  package var user: UserName?
  package var port: Int?
  /// Words of ssh's command line.
  package var options: [CommandWord]?
  /// Not of the canonical form, which has it among the options.
  package var identityFile: CommandWord?

  package init() {}

  package static let fields: [Field<LegacySSH>] = [
    Field("user", \.user, .text, "The account to log in to"),
    Field("port", \.port, .integer(1...65535), "The TCP port of sshd"),
    Field("options", \.options, .list(of: .text), "Further options of ssh"),
    Field("identity_file", \.identityFile, .text, "The private key"),
  ]
}

/// The `rsync` map of the global file and of hosts.
package struct LegacyRsync: Sendable, Hashable {
  package var binary: ProgramPath?
  package var args: [CommandWord]?
  /// 0 is for ever.
  package var timeoutSeconds: Int?
  /// KiB in a second, as rsync counts; 0 is no limit.
  package var bandwidthLimit: Int?
  package var extraArgs: [CommandWord]?

  package init() {}

  package static let timeouts = 0...604_800
  package static let bandwidthLimits = 0...Int(Int32.max)

  package static let fields: [Field<LegacyRsync>] = [
    Field("binary", \.binary, .text, "rsync on the backup server"),
    Field("args", \.args, .list(of: .text), "Options of every transfer"),
    Field("timeout_seconds", \.timeoutSeconds, .integer(timeouts), "How long a transfer may stand still"),
    Field("bwlimit_kbps", \.bandwidthLimit, .integer(bandwidthLimits), "The most KiB to transfer in a second"),
    Field("extra_args", \.extraArgs, .list(of: .text), "Further options"),
  ]
}

/// The `defaults` map of the global file.
package struct LegacyDefaults: Sendable, Hashable {
  package var sourceRoot: AbsolutePath?
  package var destinationSubdirectory: LegacySubdirectory?
  package var excludes: [FilterPattern]?
  package var includes: [FilterPattern]?

  package init() {}

  package static let fields: [Field<LegacyDefaults>] = [
    Field("source_root", \.sourceRoot, .text, "The directory to back up"),
    Field("destination_subdir", \.destinationSubdirectory, .text, "Where below the snapshot the tree goes"),
    Field("excludes", \.excludes, .list(of: .text), "Further patterns left out of every host's backup"),
    Field("includes", \.includes, .list(of: .text), "Patterns that are backed up even where excludes match"),
  ]
}

/// The `retention_defaults` map of the global file and the `retention` map of hosts.
package struct LegacyRetention: Sendable, Hashable {
  package var last: Int?
  package var hourly: Int?
  package var daily: Int?
  package var weekly: Int?
  package var monthly: Int?
  package var yearly: Int?

  package init() {}

  private static let counts = 0...100_000

  package static let fields: [Field<LegacyRetention>] = [
    Field("daily", \.daily, .integer(counts), "Keep the newest snapshot of each of this many days"),
    Field("weekly", \.weekly, .integer(counts), "Keep the newest snapshot of each of this many weeks"),
    Field("monthly", \.monthly, .integer(counts), "Keep the newest snapshot of each of this many months"),
    Field("yearly", \.yearly, .integer(counts), "Keep the newest snapshot of each of this many years"),
    Field("last", \.last, .integer(counts), "Keep this many of the newest snapshots; the predecessor had no such rule"),
    Field(
      "hourly", \.hourly, .integer(counts),
      "Keep the newest snapshot of each of this many hours; the predecessor had no such rule"),
  ]

  /// Whether nothing is said at all.
  var isEmpty: Bool { self == LegacyRetention() }

  /// Whether something is said, and no rule keeps anything.
  var keepsNothing: Bool {
    !isEmpty && [last, hourly, daily, weekly, monthly, yearly].allSatisfy { ($0 ?? 0) == 0 }
  }

  /// These rules, each that is not given taken from others.
  func completed(from defaults: LegacyRetention) -> LegacyRetention {
    var completed = self
    completed.last = last ?? defaults.last
    completed.hourly = hourly ?? defaults.hourly
    completed.daily = daily ?? defaults.daily
    completed.weekly = weekly ?? defaults.weekly
    completed.monthly = monthly ?? defaults.monthly
    completed.yearly = yearly ?? defaults.yearly
    return completed
  }
}

/// The `schedule` map of hosts.
package struct LegacySchedule: Sendable, Hashable {
  package var cron: CronExpression?
  package var prune: Bool?
  package var enabled: Bool?

  package init() {}

  package static let fields: [Field<LegacySchedule>] = [
    Field("cron", \.cron, .text, "When to back up, in the server's local time"),
    Field("prune", \.prune, .boolean, "Whether a good backup is followed by a prune"),
    Field("enabled", \.enabled, .boolean, "Whether the schedule is followed"),
  ]
}

/// Where below a snapshot the predecessor put the tree; empty for its top.
package struct LegacySubdirectory: TextValue {
  package static let noun = "a directory below the snapshot"
  package static let example = "data"

  package let description: String

  package init(text: String) throws(InvalidText) {
    guard !text.hasControlCharacters else { throw InvalidText("\(text.quoted) holds a control character") }
    guard text.utf8.count <= 4000 else { throw InvalidText("\(text.quoted) is longer than 4000 bytes") }
    description = text
  }

  private init(known: String) { description = known }
  static let top = LegacySubdirectory(known: "")
}
