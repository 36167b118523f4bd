// Legacy keys: every spelling of a key that the predecessor's files are read with, and what it stands for.

/// The keys of one kind of file.
struct LegacyKeys: Sendable {
  /// What a value has to be, which decides how far another may be read as such.
  enum Shape: Sendable {
    case text, number, boolean
    /// A list of texts in which blanks mean nothing.
    case list
    /// A list of words of a command.
    case words
  }

  struct Key: Sendable {
    /// The canonical key, after its map's and a dot if it has one.
    let path: String
    let shape: Shape
  }

  /// The keys by their spellings in snake_case, with dots before those of nested maps.
  private let keys: [String: Key]
  /// What holds further keys.
  private let maps: Set<String>

  private init(_ rows: [Row]) {
    var keys: [String: Key] = [:]
    for row in rows {
      for spelling in [row.key.path] + row.spellings { keys[spelling] = row.key }
    }
    self.keys = keys
    maps = Set(keys.keys.compactMap { spelling in spelling.lastIndex(of: ".").map { String(spelling[..<$0]) } })
  }

  func key(spelt path: String) -> Key? { keys[path] }

  func isMap(_ path: String) -> Bool { maps.contains(path) }

  /// What may be written in a map, or at the top of the file for an empty path.
  func known(in map: String) -> [String] {
    let prefix = map.isEmpty ? "" : map + "."
    let below = keys.keys.filter { $0.hasPrefix(prefix) }.map { $0.dropFirst(prefix.count).prefix { $0 != "." } }
    return Set(below.map(String.init)).sorted()
  }
}

// MARK: - The table

extension LegacyKeys {
  private struct Row {
    let key: Key
    let spellings: [String]

    init(_ path: String, _ shape: Shape, _ spellings: [String]) {
      key = Key(path: path, shape: shape)
      self.spellings = spellings
    }
  }

  static let global = LegacyKeys(globalOwn + connection + retention(in: ["retention_defaults"] + retentionAliases))
  static let host = LegacyKeys(hostOwn + connection + retention(in: ["retention", "keep"]))

  private static let retentionAliases = ["retention", "default_retention", "keep"]

  private static let globalOwn: [Row] = [
    Row("backup_root", .text, ["backups_root", "backup_dir", "backup.root"]),
    Row("pobsync_home", .text, ["home", "prefix"]),
    Row("defaults.source_root", .text, sourceRoot + sourceRoot.map { "defaults.\($0)" }),
    Row("defaults.destination_subdir", .text, ["destination_subdir", "destination", "defaults.destination"]),
    Row("defaults.excludes", .list, ["defaults.exclude"]),
    Row("defaults.includes", .list, ["defaults.include", "include", "includes"]),
    Row("excludes_default", .list, ["default_excludes", "exclude_default", "exclude", "excludes"]),
  ]

  private static let hostOwn: [Row] = [
    Row("host", .text, ["name", "hostname", "host_name"]),
    Row("address", .text, ["host_address", "ssh_host", "ssh.host", "ssh.address"]),
    Row("enabled", .boolean, ["active"]),
    Row("source_root", .text, sourceRoot),
    Row("destination_subdir", .text, ["destination"]),
    Row("includes", .list, ["include", "includes_add", "include_add"]),
    Row("excludes_add", .list, ["exclude", "excludes", "exclude_add"]),
    Row("excludes_replace", .list, ["exclude_replace", "replace_excludes"]),
    Row("schedule.cron", .text, ["schedule", "cron", "schedule_cron", "cron_schedule"]),
    Row("schedule.prune", .boolean, ["prune", "schedule_prune", "auto_prune", "schedule.auto_prune"]),
    Row("schedule.enabled", .boolean, ["schedule_enabled", "schedule.active"]),
  ]

  private static let sourceRoot = ["source_root", "source", "source.root", "root", "source_path"]

  private static let connection: [Row] = [
    Row("ssh.user", .text, ["ssh_user", "user", "ssh.username", "ssh.ssh_user"]),
    Row("ssh.port", .number, ["ssh_port", "port", "ssh.ssh_port"]),
    Row("ssh.options", .words, ["ssh_options", "ssh_args", "ssh.args", "ssh.ssh_options"]),
    Row(
      "ssh.identity_file", .text,
      ["ssh_key", "identity_file", "key_file", "ssh_identity_file", "ssh_key_file", "ssh.key", "ssh.key_file"]),
    Row("rsync.binary", .text, ["rsync_binary", "rsync.path", "rsync_bin"]),
    Row("rsync.args", .words, ["rsync_args", "rsync.options", "rsync_options"]),
    Row(
      "rsync.extra_args", .words,
      ["extra_args", "rsync_extra_args", "extra_rsync_args", "rsync.extra", "rsync.extra_options"]),
    Row(
      "rsync.timeout_seconds", .number,
      ["timeout", "timeout_seconds", "rsync_timeout", "rsync_timeout_seconds", "rsync.timeout"]),
    Row(
      "rsync.bwlimit_kbps", .number,
      [
        "bwlimit", "bwlimit_kbps", "bandwidth_limit_kbps", "bandwidth_limit", "rsync_bwlimit", "rsync_bwlimit_kbps",
        "rsync.bwlimit", "rsync.bandwidth_limit_kbps", "rsync.bandwidth_limit",
      ]),
  ]

  /// - Parameter maps: what the map may be called, its canonical name first.
  private static func retention(in maps: [String]) -> [Row] {
    let units = [
      ("daily", "days"), ("weekly", "weeks"), ("monthly", "months"), ("yearly", "years"), ("last", "latest"),
      ("hourly", "hours"),
    ]
    return units.map { unit, plural in
      let nested = maps.flatMap { map in [unit, "keep_\(unit)", plural, "keep_\(plural)"].map { "\(map).\($0)" } }
      return Row(
        "\(maps[0]).\(unit)", .number, nested + ["keep_\(unit)", "keep_\(plural)", "retention_\(unit)"])
    }
  }
}

// MARK: - Spelling

extension String {
  /// A key as the table has it: `backup-root`, `backupRoot` and `Backup Root` are `backup_root`.
  var inSnakeCase: String {
    var words = ""
    let letters = Array(self)
    for (index, letter) in letters.enumerated() {
      if letter == "-" || letter == "_" || letter.isWhitespace {
        if !words.isEmpty, words.last != "_" { words += "_" }
        continue
      }
      if letter.isUppercase, index > 0 {
        let endsWord = letters[index - 1].isLowercase || letters[index - 1].isNumber
        let endsAcronym =
          letters[index - 1].isUppercase && index + 1 < letters.count && letters[index + 1].isLowercase
        if endsWord || endsAcronym { words += "_" }
      }
      words += letter.lowercased()
    }
    return words
  }
}
