// Exporting: the predecessor's configuration that means what a spec means, as far as it can.

/// A spec as a configuration of the predecessor. Imported again, it gives a spec by which the same is done; what was
/// imported before comes back as it was.
package struct LegacyExport: Sendable {
  package private(set) var configuration = LegacyConfiguration()
  /// What the spec says and the predecessor's files cannot.
  package let lost: [LegacyRemark]

  private let spec: Spec
  /// Whether the profile of the predecessor's defaults goes back into them.
  private let sharesDefaults: Bool
  /// The rules that go into the predecessor's defaults; empty if none do.
  private let retentionDefaults: LegacyRetention
  /// Whether hosts write only what they add to the settings' further options of rsync.
  private let sharesExtraArgs: Bool

  package init(_ spec: Spec) {
    self.spec = spec
    sharesDefaults = spec.hasLegacyDefaults
    let declarations = spec.hosts.mapValues { spec.merged($0.own) }
    retentionDefaults = Self.retentionDefaults(of: spec, declarations.values)
    let shared = spec.settings?.rsync.extraArgs ?? []
    sharesExtraArgs = declarations.values.allSatisfy { $0.rsync.extraArgs?.starts(with: shared) ?? true }
    lost = LegacyLosses(of: spec, keepingDefaultPolicy: !retentionDefaults.isEmpty).remarks
    configuration.global = exportedGlobal()
    for (name, host) in spec.hosts { configuration.hosts[name] = exported(name, host) }
  }

  /// The default policy's rules, if every host has some policy: the predecessor completes what a host does not give.
  private static func retentionDefaults(of spec: Spec, _ hosts: some Sequence<Profile>) -> LegacyRetention {
    let policies = hosts.map { host in host.retention.flatMap { spec.retention[$0] }.flatMap { LegacyRetention($0) } }
    guard !policies.contains(nil), let policy = spec.retention[.legacyDefault] else { return LegacyRetention() }
    return LegacyRetention(policy) ?? LegacyRetention()
  }

  // MARK: - What holds for all hosts

  private func exportedGlobal() -> LegacyGlobal {
    var global = LegacyGlobal()
    let settings = spec.settings ?? Settings()
    global.backupRoot = settings.backupRoot
    global.ssh = LegacySSH(settings.ssh)
    global.ssh.options = CommandWord.batchMode + (global.ssh.options ?? [])
    global.rsync = LegacyRsync(settings.rsync, adding: sharesExtraArgs ? settings.rsync.extraArgs ?? [] : [])
    global.rsync.binary = settings.rsync.binary
    global.rsync.args = CommandWord.transfer
    global.rsync.bandwidthLimit = global.rsync.bandwidthLimit ?? 0
    let defaults = sharesDefaults ? spec.profiles[.legacyDefaults] : nil
    global.defaults.sourceRoot = defaults?.sourceRoot ?? .root
    global.defaults.destinationSubdirectory = .top
    global.defaults.excludes = []
    global.defaults.includes = defaults?.includes ?? []
    global.excludesDefault = settings.excludes ?? []
    global.retentionDefaults = retentionDefaults
    return global
  }

  // MARK: - Hosts

  private func exported(_ name: HostName, _ host: Host) -> LegacyHost {
    var own = host.own
    if sharesDefaults { own.profile = nil }
    let declared = spec.merged(own)
    let inherited = sharesDefaults ? spec.profiles[.legacyDefaults]?.sourceRoot : nil
    var legacy = LegacyHost()
    legacy.name = name
    legacy.address = host.address ?? HostAddress(name)
    legacy.enabled = declared.suspended != true
    legacy.ssh = LegacySSH(declared.ssh)
    if let options = legacy.ssh.options { legacy.ssh.options = CommandWord.batchMode + options }
    legacy.sourceRoot = declared.sourceRoot ?? inherited ?? .root
    legacy.includes = declared.includes ?? []
    legacy.excludesAdd = declared.excludes ?? []
    legacy.excludesReplace = declared.excludesReplace
    legacy.rsync = LegacyRsync(declared.rsync, adding: extraArgs(of: declared))
    legacy.retention = retention(of: declared)
    legacy.schedule = declared.schedule.flatMap { spec.schedules[$0] }.map { LegacySchedule($0) } ?? LegacySchedule()
    return legacy
  }

  private func extraArgs(of declared: Profile) -> [RsyncArgument] {
    let shared = spec.settings?.rsync.extraArgs ?? []
    let own = declared.rsync.extraArgs ?? shared
    return sharesExtraArgs ? Array(own.dropFirst(shared.count)) : own
  }

  /// Every rule, so that none is completed from the defaults; none for the default policy.
  private func retention(of declared: Profile) -> LegacyRetention {
    guard let name = declared.retention, let policy = spec.retention[name],
      var rules = LegacyRetention(policy), retentionDefaults.isEmpty || name != .legacyDefault
    else { return LegacyRetention() }
    if retentionDefaults.last != nil { rules.last = rules.last ?? 0 }
    if retentionDefaults.hourly != nil { rules.hourly = rules.hourly ?? 0 }
    return rules
  }
}

// MARK: - Layers

extension Spec {
  /// Whether every host builds directly on the profile that an import makes of the predecessor's defaults, and that
  /// profile holds nothing else.
  fileprivate var hasLegacyDefaults: Bool {
    guard var rest = profiles[.legacyDefaults], !hosts.isEmpty else { return false }
    (rest.sourceRoot, rest.includes) = (nil, nil)
    return rest == Profile() && hosts.values.allSatisfy { $0.own.profile == .legacyDefaults }
  }

  /// A declaration laid over the profiles that it builds on, as far as the predecessor's files can say it.
  func merged(_ own: Profile) -> Profile {
    (profileChain(of: own).map(\.declared) + [own]).reduce(Profile()) { $1.laid(over: $0) }
  }
}

extension Profile {
  fileprivate func laid(over below: Profile) -> Profile {
    var merged = Profile()
    merged.sourceRoot = sourceRoot ?? below.sourceRoot
    merged.includes = joined(below.includes, includes)
    merged.excludesReplace = excludesReplace ?? below.excludesReplace
    merged.excludes = excludesReplace == nil ? joined(below.excludes, excludes) : excludes
    merged.ssh = ssh.laid(over: below.ssh)
    merged.rsync = rsync.laid(over: below.rsync)
    merged.schedule = schedule ?? below.schedule
    merged.retention = retention ?? below.retention
    merged.suspended = suspended ?? below.suspended
    return merged
  }

  private func joined(_ below: [FilterPattern]?, _ own: [FilterPattern]?) -> [FilterPattern] {
    (below ?? []) + (own ?? [])
  }
}

extension SSHOptions {
  fileprivate func laid(over below: SSHOptions) -> SSHOptions {
    var merged = SSHOptions()
    merged.user = user ?? below.user
    merged.port = port ?? below.port
    merged.identityFile = identityFile ?? below.identityFile
    merged.knownHostsFile = knownHostsFile ?? below.knownHostsFile
    merged.connectTimeout = connectTimeout ?? below.connectTimeout
    merged.keepAlive = keepAlive ?? below.keepAlive
    merged.ciphers = ciphers ?? below.ciphers
    return merged
  }
}

extension RsyncOptions {
  fileprivate func laid(over below: RsyncOptions) -> RsyncOptions {
    var merged = RsyncOptions()
    merged.binary = binary ?? below.binary
    merged.remoteBinary = remoteBinary ?? below.remoteBinary
    merged.extraArgs = extraArgs ?? below.extraArgs
    merged.timeout = timeout ?? below.timeout
    merged.bandwidthLimit = bandwidthLimit ?? below.bandwidthLimit
    merged.oneFileSystem = oneFileSystem ?? below.oneFileSystem
    merged.compress = compress ?? below.compress
    return merged
  }
}

// MARK: - Parts

extension LegacySSH {
  /// What has no key becomes option words; none without.
  fileprivate init(_ ssh: SSHOptions) {
    self.init()
    user = ssh.user
    port = ssh.port
    let names = (ssh.ciphers ?? []).map(\.description).joined(separator: ",")
    // No word is ssh's own choice.
    let ciphers = names.isEmpty ? nil : "-oCiphers=\(names)"
    let words = [
      ssh.identityFile.map { "-oIdentityFile=\($0)" }, ssh.knownHostsFile.map { "-oUserKnownHostsFile=\($0)" },
      ssh.connectTimeout.map { "-oConnectTimeout=\($0.seconds)" },
      ssh.keepAlive.map { "-oServerAliveInterval=\($0.seconds)" }, ciphers,
    ]
    let given = words.compactMap(\.self).map { CommandWord(made: $0) }
    options = given.isEmpty ? nil : given
  }
}

extension LegacyRsync {
  fileprivate init(_ rsync: RsyncOptions, adding extraArgs: [RsyncArgument]) {
    self.init()
    binary = rsync.binary
    timeoutSeconds = rsync.timeout?.seconds
    bandwidthLimit = rsync.bandwidthLimit.map { Self.bandwidthLimit(of: $0) }
    let words = [
      rsync.oneFileSystem.map { $0 ? "--one-file-system" : "--no-one-file-system" },
      rsync.compress.map { $0 ? "--compress" : "--no-compress" },
      rsync.remoteBinary.map { "--rsync-path=\($0)" },
    ]
    self.extraArgs = (extraArgs.map(\.description) + words.compactMap(\.self)).map { CommandWord(made: $0) }
  }

  /// In whole KiB, and never 0 for a limit that is not.
  static func bandwidthLimit(of size: ByteSize) -> Int {
    let kibibytes = min(size.bytes / 1024, Int64(bandwidthLimits.upperBound))
    return size == .zero ? 0 : max(1, Int(kibibytes))
  }
}

extension LegacyRetention {
  /// The rules of a policy that the predecessor has, of which some keeps something; nil otherwise.
  init?(_ policy: RetentionPolicy) {
    self.init()
    last = policy.keepLast
    hourly = policy.keepHourly
    daily = policy.keepDaily ?? 0
    weekly = policy.keepWeekly ?? 0
    monthly = policy.keepMonthly ?? 0
    yearly = policy.keepYearly ?? 0
    if keepsNothing { return nil }
  }
}

extension LegacySchedule {
  fileprivate init(_ schedule: Schedule) {
    self.init()
    cron = schedule.cron
    prune = schedule.prune ?? false
    enabled = schedule.suspended != true
  }
}

extension CommandWord {
  /// What the predecessor's own files begin with.
  fileprivate static let batchMode = [CommandWord(made: "-oBatchMode=yes")]
  fileprivate static let transfer = [CommandWord(made: "-aHAX"), CommandWord(made: "--numeric-ids")]
}
