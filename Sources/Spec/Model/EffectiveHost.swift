// Effective hosts: what holds for a host once settings, profiles and its own declaration are laid over each other.

package import Foundation

/// How to log in to a host, with nothing left open.
package struct EffectiveSSH: Sendable, Hashable {
  package let user: UserName
  package let port: Int
  package let identityFile: SSHFilePath?
  package let knownHostsFile: SSHFilePath?
  package let connectTimeout: TimeSpan
  package let keepAlive: TimeSpan
  /// Empty for ssh's own choice; nil for what suits the backup server's processor.
  package let ciphers: [SSHCipher]?
}

/// How to run rsync for a host, with nothing left open.
package struct EffectiveRsync: Sendable, Hashable {
  package let binary: ProgramPath
  package let remoteBinary: RemoteCommand?
  package let extraArgs: [RsyncArgument]
  package let timeout: TimeSpan
  /// The limit at times to which no rule of `bandwidth` applies.
  package let bandwidthLimit: ByteSize?
  package let bandwidth: [BandwidthRule]
  /// The zone in which the windows of `bandwidth` are read: that of the settings.
  package let timeZone: TimeZoneName
  package let oneFileSystem: Bool
  package let compress: Bool

  /// The most to transfer in a second in a transfer that starts at a time; nil if there is no limit.
  package func bandwidthLimit(at date: Date) -> ByteSize? {
    bandwidth.first { $0.window.contains(date, in: timeZone.timeZone) }?.limit ?? bandwidthLimit
  }
}

/// That nothing is to be started for a host for the time being, as declared.
package struct Suspension: Sendable, Hashable, CustomStringConvertible {
  /// What is suspended.
  package enum Extent: Sendable, Hashable {
    case everything, host
    case schedule(ResourceName)
  }

  package let extent: Extent
  package let reason: Remark?

  package init(_ extent: Extent, _ reason: Remark?) {
    self.extent = extent
    self.reason = reason
  }

  /// As part of a sentence: "its schedule nightly is suspended: new disks".
  package var description: String {
    let subject =
      switch extent {
      case .everything: "everything"
      case .host: "the host"
      case .schedule(let name): "its schedule \(name)"
      }
    return "\(subject) is suspended" + (reason.map { ": \($0)" } ?? "")
  }
}

/// A schedule as it holds for a host.
package struct EffectiveSchedule: Sendable, Hashable {
  package let name: ResourceName
  package let declared: Schedule
  package let timeZone: TimeZoneName
  /// When its backups may start.
  package let calendar: BackupCalendar
}

/// A retention policy as it holds for a host.
package struct EffectiveRetention: Sendable, Hashable {
  package let name: ResourceName
  package let policy: RetentionPolicy
  package let timeZone: TimeZoneName

  package init(name: ResourceName, policy: RetentionPolicy, timeZone: TimeZoneName) {
    self.name = name
    self.policy = policy
    self.timeZone = timeZone
  }
}

/// Everything that planning and backing up a host needs to know of the desired state.
package struct EffectiveHost: Sendable, Hashable {
  package let name: HostName
  package let address: HostAddress
  package let sourceRoot: AbsolutePath
  package let includes: [FilterPattern]
  package let excludes: [FilterPattern]
  package let ssh: EffectiveSSH
  package let rsync: EffectiveRsync
  package let schedule: EffectiveSchedule?
  package let retention: EffectiveRetention?
  package let strategy: Strategy
  package let labels: Labels
  /// Whether nothing is to be started for the time being, and why.
  package let suspension: Suspension?
  /// A new text asks for one backup.
  package let runRequested: Remark?
  package let maxShrink: Share
  package let onRemove: RemovalPolicy
  package let preventRemoval: Bool
  /// The age of the newest good snapshot from which on the host is not fresh.
  package let maxAge: TimeSpan?
  /// How long what was removed can be got back.
  package let trashTTL: TimeSpan
  /// With less than this free no backup starts, and the trash is given up.
  package let minFree: ByteSize?
}

extension Spec {
  /// Lays settings, the host's chain of profiles and its own declaration over each other: scalars of a later layer
  /// override, maps merge, `excludes` and `includes` accumulate, and `excludes_replace` starts the excludes afresh.
  ///
  /// - Returns: nil if no such host is declared.
  package func effectiveHost(_ name: HostName) -> EffectiveHost? { effectiveHost(name, noting: nil) }

  /// The same, with note taken of where each value comes from.
  func effectiveHost(_ name: HostName, noting notes: OriginNotes?) -> EffectiveHost? {
    hosts[name].map { effectiveHost(name, $0, over: layers(below: $0.own), noting: notes) }
  }

  /// All declared hosts, by name.
  package var effectiveHosts: [EffectiveHost] {
    // What hosts of one profile have in common is put together once.
    var known: [ResourceName?: [HostLayer]] = [:]
    return hosts.sorted { $0.key < $1.key }.map { name, host in
      let below = known[host.own.profile] ?? layers(below: host.own)
      known[host.own.profile] = below
      return effectiveHost(name, host, over: below, noting: nil)
    }
  }

  /// Settings and the chain of profiles that a declaration builds on, from the lowest to the highest.
  private func layers(below declaration: Profile) -> [HostLayer] {
    var layers: [HostLayer] = []
    if let settings {
      var layer = Profile()
      layer.ssh = settings.ssh
      layer.rsync = settings.rsync
      layer.excludes = settings.excludes
      layers.append(HostLayer(id: .settings, declared: layer))
    }
    return layers + profileChain(of: declaration)
  }

  private func effectiveHost(
    _ name: HostName, _ host: Host, over below: [HostLayer], noting notes: OriginNotes?
  ) -> EffectiveHost {
    let id = ResourceID.host(name)
    let layers = HostLayers(below + [HostLayer(id: id, declared: host.own)], noting: notes)
    func own<Value>(_ path: String, _ value: Value?, orElse builtIn: YAMLValue?) -> Value? {
      if value == nil { notes?.note(path, builtIn: builtIn) } else { notes?.note(path, from: id) }
      return value
    }
    let address = own("address", host.address, orElse: .string(name.description)) ?? HostAddress(name)
    let runRequested = own("run_requested", host.runRequested, orElse: nil)
    _ = own("profile", host.own.profile, orElse: nil)
    let sourceRoot = layers.value("source_root", orElse: .root) { $0.sourceRoot }
    let (includes, excludes) = (layers.includes, layers.excludes)
    let ssh = EffectiveSSH(layers)
    let rsync = EffectiveRsync(layers, timeZone: zone("time_zone", noting: notes))
    let schedule: ResourceName? = layers.value("schedule") { $0.schedule }
    let firing = schedule.flatMap { effectiveSchedule($0, noting: notes) }
    let maxAge = self.maxAge(in: layers, schedule: schedule)
    let policy: ResourceName? = layers.value("retention") { $0.retention }
    let retention = policy.flatMap { effectiveRetention($0, noting: notes) }
    let strategy = layers.value("strategy", orElse: .clone) { $0.strategy }
    let labels = layers.labels
    let suspension = self.suspension(in: layers, schedule: schedule)
    let maxShrink = layers.value("max_shrink", orElse: .half) { $0.maxShrink }
    let onRemove = layers.value("on_remove", orElse: .retain) { $0.onRemove }
    let preventRemoval = layers.value("prevent_removal", orElse: false) { $0.preventRemoval }
    return EffectiveHost(
      name: name, address: address, sourceRoot: sourceRoot, includes: includes, excludes: excludes, ssh: ssh,
      rsync: rsync, schedule: firing, retention: retention, strategy: strategy, labels: labels,
      suspension: suspension, runRequested: runRequested, maxShrink: maxShrink, onRemove: onRemove,
      preventRemoval: preventRemoval, maxAge: maxAge, trashTTL: settings?.trashTTL ?? Settings.defaultTrashTTL,
      minFree: settings?.minFree)
  }

  /// The host's own, with its profiles, or its schedule's.
  private func maxAge(in layers: HostLayers, schedule: ResourceName?) -> TimeSpan? {
    if layers.given({ $0.maxAge }) == nil, let schedule, let age = schedules[schedule]?.maxAge {
      layers.notes?.note("max_age", from: ResourceID(kind: .schedule, name: schedule.description))
      return age
    }
    return layers.value("max_age") { $0.maxAge }
  }

  /// The widest of what suspends a host: the settings, itself with its profiles, or its schedule.
  private func suspension(in layers: HostLayers, schedule: ResourceName?) -> Suspension? {
    func suspended(_ extent: Suspension.Extent, by id: ResourceID, _ reason: Remark?) -> Suspension {
      layers.notes?.note("suspended", from: id)
      if reason != nil { layers.notes?.note("suspended_reason", from: id) }
      return Suspension(extent, reason)
    }
    if let settings, settings.suspended == true {
      return suspended(.everything, by: .settings, settings.suspendedReason)
    }
    let isOwn: Bool = layers.given { $0.suspended }?.value ?? false
    if !isOwn, let schedule, let declared = schedules[schedule], declared.suspended == true {
      let id = ResourceID(kind: .schedule, name: schedule.description)
      return suspended(.schedule(schedule), by: id, declared.suspendedReason)
    }
    guard layers.value("suspended", orElse: false, { $0.suspended }) else { return nil }
    return Suspension(.host, layers.value("suspended_reason") { $0.suspendedReason })
  }

  /// Lays the settings and a schedule's own declaration over each other.
  ///
  /// - Returns: nil if no such schedule is declared.
  package func effectiveSchedule(_ name: ResourceName) -> EffectiveSchedule? { effectiveSchedule(name, noting: nil) }

  private func effectiveSchedule(_ name: ResourceName, noting notes: OriginNotes?) -> EffectiveSchedule? {
    guard let declared = schedules[name] else { return nil }
    let id = ResourceID(kind: .schedule, name: name.description)
    // What the host's own declaration may override is told where it does.
    notes?.note(
      all: id, of: self, below: "schedule", but: ["time_zone", "max_age", "suspended", "suspended_reason"])
    if declared.prune == nil { notes?.note("schedule.prune", builtIn: .bool(false)) }
    if settings?.blackouts != nil { notes?.note("settings.blackouts", from: .settings, field: "blackouts") }
    let zone = self.zone("schedule.time_zone", own: declared.timeZone, of: id, noting: notes)
    return EffectiveSchedule(
      name: name, declared: declared, timeZone: zone,
      calendar: BackupCalendar(
        windows: declared.windows ?? [], blackouts: declared.blackouts ?? [], zone: zone.timeZone,
        settingsBlackouts: settings?.blackouts ?? [], settingsZone: (settings?.timeZone ?? .utc).timeZone))
  }

  private func effectiveRetention(_ name: ResourceName, noting notes: OriginNotes?) -> EffectiveRetention? {
    guard let policy = retention[name] else { return nil }
    let id = ResourceID(kind: .retention, name: name.description)
    notes?.note(all: id, of: self, below: "retention", but: ["time_zone"])
    if policy.minKeep == nil { notes?.note("retention.min_keep", builtIn: .int(1)) }
    let zone = self.zone("retention.time_zone", own: policy.timeZone, of: id, noting: notes)
    return EffectiveRetention(name: name, policy: policy, timeZone: zone)
  }

  /// The zone that a resource names, or that of the settings, or UTC.
  private func zone(
    _ path: String, own: TimeZoneName? = nil, of id: ResourceID = .settings, noting notes: OriginNotes?
  ) -> TimeZoneName {
    if let own {
      notes?.note(path, from: id, field: "time_zone")
      return own
    }
    if let zone = settings?.timeZone {
      notes?.note(path, from: .settings, field: "time_zone")
      return zone
    }
    notes?.note(path, builtIn: .string(TimeZoneName.utc.description))
    return .utc
  }

  /// The profiles that a declaration builds on, the furthest first. A circle, which reading a spec refuses, is cut.
  func profileChain(of declaration: Profile) -> [HostLayer] {
    var chain: [HostLayer] = []
    var seen: Set<ResourceName> = []
    var next = declaration.profile
    while let name = next, seen.insert(name).inserted, let profile = profiles[name] {
      chain.append(HostLayer(id: ResourceID(kind: .profile, name: name.description), declared: profile))
      next = profile.profile
    }
    return chain.reversed()
  }
}

extension EffectiveSSH {
  fileprivate init(_ layers: HostLayers) {
    user = layers.value("ssh.user", orElse: .root) { $0.ssh.user }
    port = layers.value("ssh.port", orElse: 22) { $0.ssh.port }
    identityFile = layers.value("ssh.identity_file") { $0.ssh.identityFile }
    knownHostsFile = layers.value("ssh.known_hosts_file") { $0.ssh.knownHostsFile }
    connectTimeout = layers.value("ssh.connect_timeout", orElse: .seconds(30)) { $0.ssh.connectTimeout }
    keepAlive = layers.value("ssh.keep_alive", orElse: .seconds(30)) { $0.ssh.keepAlive }
    ciphers = layers.value("ssh.ciphers") { $0.ssh.ciphers }
  }
}

extension EffectiveRsync {
  fileprivate init(_ layers: HostLayers, timeZone: TimeZoneName) {
    binary = layers.value("rsync.binary", orElse: .rsync) { $0.rsync.binary }
    remoteBinary = layers.value("rsync.remote_binary") { $0.rsync.remoteBinary }
    extraArgs = layers.value("rsync.extra_args", orElse: []) { $0.rsync.extraArgs }
    timeout = layers.value("rsync.timeout", orElse: .minutes(10)) { $0.rsync.timeout }
    bandwidthLimit = layers.value("rsync.bandwidth_limit") { $0.rsync.bandwidthLimit }
    bandwidth = layers.value("rsync.bandwidth", orElse: []) { $0.rsync.bandwidth }
    self.timeZone = timeZone
    oneFileSystem = layers.value("rsync.one_file_system", orElse: false) { $0.rsync.oneFileSystem }
    compress = layers.value("rsync.compress", orElse: false) { $0.rsync.compress }
  }
}
