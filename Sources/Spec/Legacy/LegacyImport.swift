// Importing: the spec that means what the predecessor's configuration meant.

/// A configuration of the predecessor as a spec. The same configuration gives the same spec.
package struct LegacyImport: Sendable {
  package private(set) var spec = Spec()
  /// What has no equal here, or was left out.
  package private(set) var remarks: [LegacyRemark]

  private let reading: LegacyReading
  private var global: LegacyGlobal { reading.configuration.global }

  /// - Parameter timeZone: the local time of the server, in which the predecessor's cron lines were read.
  package init(_ reading: LegacyReading, timeZone: TimeZoneName) {
    self.reading = reading
    remarks = reading.remarks
    let words = rsyncWords(global.rsync, of: .settings)
    importSettings(words, timeZone: timeZone)
    importDefaults(words)
    let hosts = reading.configuration.hosts.sorted { $0.key < $1.key }
    let schedules = LegacyScheduleNames.names(of: Set(hosts.compactMap { Schedule($0.value.schedule) }))
    for (name, host) in hosts { importHost(name, host, schedules, excludedByWords: words.excludes) }
  }

  // MARK: - What holds for all hosts

  private mutating func importSettings(_ words: LegacyRsyncWords, timeZone: TimeZoneName) {
    var settings = Settings()
    settings.backupRoot = global.backupRoot
    settings.timeZone = timeZone == .utc ? nil : timeZone
    settings.ssh = sshOptions(global.ssh, of: .settings)
    settings.rsync = RsyncOptions(global.rsync, words)
    if settings.rsync.bandwidthLimit == .zero { settings.rsync.bandwidthLimit = nil }
    settings.rsync.extraArgs = words.extraArgs.nilIfEmpty
    var seen: Set<FilterPattern> = []
    let excludes = (global.excludesDefault ?? []) + (global.defaults.excludes ?? []) + words.excludes
    settings.excludes = excludes.filter { seen.insert($0).inserted }.nilIfEmpty
    if settings != Settings() { spec.settings = settings }
    if global.pobsyncHome != nil {
      let message = "`pobsync_home` has no equal: where pobsync keeps its state is told by its options"
      remark(.settings, message, "pobsync_home")
    }
    remarkOnDestination(global.defaults.destinationSubdirectory, of: .settings, "defaults.destination_subdir")
  }

  private mutating func importDefaults(_ words: LegacyRsyncWords) {
    let policy = RetentionPolicy(global.retentionDefaults)
    if policy != RetentionPolicy() { spec.retention[.legacyDefault] = policy }
    var profile = Profile()
    profile.sourceRoot = global.defaults.sourceRoot == .root ? nil : global.defaults.sourceRoot
    profile.includes = ((global.defaults.includes ?? []) + words.includes).nilIfEmpty
    guard profile != Profile(), !reading.configuration.hosts.isEmpty else { return }
    spec.profiles[.legacyDefaults] = profile
  }

  // MARK: - Hosts

  /// - Parameter excludedByWords: excludes among the global option words, which held whatever a host's list replaced.
  private mutating func importHost(
    _ name: HostName, _ legacy: LegacyHost, _ schedules: [Schedule: ResourceName],
    excludedByWords: [FilterPattern]
  ) {
    let id = ResourceID.host(name)
    let words = rsyncWords(legacy.rsync, of: id)
    let defaults = spec.profiles[.legacyDefaults]
    var host = Host()
    if legacy.address != HostAddress(name) { host.address = legacy.address }
    if defaults != nil { host.own.profile = .legacyDefaults }
    if legacy.sourceRoot != defaults?.sourceRoot ?? .root { host.own.sourceRoot = legacy.sourceRoot }
    host.own.includes = ((legacy.includes ?? []) + words.includes).nilIfEmpty
    let always = legacy.excludesReplace == nil ? [] : excludedByWords
    host.own.excludes = ((legacy.excludesAdd ?? []) + always + words.excludes).nilIfEmpty
    host.own.excludesReplace = legacy.excludesReplace
    host.own.ssh = sshOptions(legacy.ssh, of: id)
    host.own.rsync = RsyncOptions(legacy.rsync, words)
    // A host's words came after the global ones; here its list takes their place.
    if !words.extraArgs.isEmpty {
      host.own.rsync.extraArgs = (spec.settings?.rsync.extraArgs ?? []) + words.extraArgs
    }
    host.own.suspended = legacy.enabled == false ? true : nil
    host.own.retention = importRetention(legacy.retention)
    if let schedule = Schedule(legacy.schedule), let scheduleName = schedules[schedule] {
      spec.schedules[scheduleName] = schedule
      host.own.schedule = scheduleName
    } else if legacy.schedule != LegacySchedule() {
      remark(id, "the schedule has no `cron`, and is left out", "schedule")
    }
    remarkOnDestination(legacy.destinationSubdirectory, of: id, "destination_subdir")
    spec.hosts[name] = host
  }

  /// The policy of a host's rules, completed from the defaults; nil if nobody has given any, so that all is kept.
  private mutating func importRetention(_ retention: LegacyRetention) -> ResourceName? {
    let policy = RetentionPolicy(retention.completed(from: global.retentionDefaults))
    guard policy != RetentionPolicy() else { return nil }
    if policy == spec.retention[.legacyDefault] { return .legacyDefault }
    let name = ResourceName(of: policy)
    spec.retention[name] = policy
    return name
  }

  // MARK: - Parts

  private mutating func sshOptions(_ ssh: LegacySSH, of id: ResourceID) -> SSHOptions {
    let words = LegacySSHWords(ssh)
    for message in words.leftOut { remark(id, message, ssh.options == nil ? "ssh" : "ssh.options") }
    return words.options
  }

  private mutating func rsyncWords(_ rsync: LegacyRsync, of id: ResourceID) -> LegacyRsyncWords {
    let words = LegacyRsyncWords((rsync.args ?? []) + (rsync.extraArgs ?? []))
    let path = (rsync.extraArgs ?? []).isEmpty ? "rsync.args" : "rsync.extra_args"
    for message in words.leftOut { remark(id, message, path) }
    return words
  }

  private mutating func remarkOnDestination(
    _ directory: LegacySubdirectory?, of id: ResourceID, _ path: String
  ) {
    guard let directory, !directory.description.isEmpty else { return }
    remark(
      id, "`destination_subdir` \(directory.description.quoted) has no equal: the tree goes to the top of a snapshot",
      path)
  }

  private mutating func remark(_ id: ResourceID, _ message: String, _ path: String) {
    remarks.append(LegacyRemark(id, message, place: reading.place(of: path, in: id)))
  }
}

extension RsyncOptions {
  /// All but the list of further options, which depends on the layer. Words stood last on the command line, and hold.
  fileprivate init(_ legacy: LegacyRsync, _ words: LegacyRsyncWords) {
    self.init()
    binary = legacy.binary
    remoteBinary = words.remoteBinary
    timeout = (words.timeoutSeconds ?? legacy.timeoutSeconds).map { .seconds($0) }
    bandwidthLimit = (words.bandwidthLimit ?? legacy.bandwidthLimit).flatMap { ByteSize(bytes: Int64($0) * 1024) }
    oneFileSystem = words.oneFileSystem
    compress = words.compress
  }
}

extension RetentionPolicy {
  /// The rules that keep something.
  fileprivate init(_ legacy: LegacyRetention) {
    func rule(_ count: Int?) -> Int? { count == 0 ? nil : count }
    self.init()
    keepLast = rule(legacy.last)
    keepHourly = rule(legacy.hourly)
    keepDaily = rule(legacy.daily)
    keepWeekly = rule(legacy.weekly)
    keepMonthly = rule(legacy.monthly)
    keepYearly = rule(legacy.yearly)
  }
}

extension Schedule {
  /// nil if there is no time at which it would start anything.
  fileprivate init?(_ legacy: LegacySchedule) {
    guard let cron = legacy.cron else { return nil }
    self.init(cron: cron)
    prune = legacy.prune == true ? true : nil
    suspended = legacy.enabled == false ? true : nil
  }
}

extension Array {
  fileprivate var nilIfEmpty: Self? { isEmpty ? nil : self }
}
