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

  init(_ extent: Extent, _ reason: Remark?) {
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
  package func effectiveHost(_ name: HostName) -> EffectiveHost? {
    hosts[name].map { effectiveHost(name, $0, over: layers(below: $0.own)) }
  }

  /// All declared hosts, by name.
  package var effectiveHosts: [EffectiveHost] {
    // What hosts of one profile have in common is worked out once.
    var known: [ResourceName?: Profile] = [:]
    return hosts.sorted { $0.key < $1.key }.map { name, host in
      let below = known[host.own.profile] ?? layers(below: host.own)
      known[host.own.profile] = below
      return effectiveHost(name, host, over: below)
    }
  }

  /// Settings and the chain of profiles that a declaration builds on, laid over each other.
  private func layers(below declaration: Profile) -> Profile {
    var layer = Profile()
    if let settings {
      layer.ssh = settings.ssh
      layer.rsync = settings.rsync
      layer.excludes = settings.excludes
    }
    for next in profileChain(of: declaration) { layer = next.over(layer) }
    return layer
  }

  private func effectiveHost(_ name: HostName, _ host: Host, over below: Profile) -> EffectiveHost {
    let layer = host.own.over(below)
    let zone = settings?.timeZone ?? .utc
    return EffectiveHost(
      name: name,
      address: host.address ?? HostAddress(name),
      sourceRoot: layer.sourceRoot ?? .root,
      includes: layer.includes ?? [],
      excludes: layer.excludes ?? [],
      ssh: EffectiveSSH(layer.ssh),
      rsync: EffectiveRsync(layer.rsync, timeZone: zone),
      schedule: layer.schedule.flatMap(effectiveSchedule),
      retention: layer.retention.flatMap { name in
        retention[name].map { EffectiveRetention(name: name, policy: $0, timeZone: $0.timeZone ?? zone) }
      },
      strategy: layer.strategy ?? .linkDest,
      labels: layer.labels ?? [:],
      suspension: suspension(of: layer),
      runRequested: host.runRequested,
      maxShrink: layer.maxShrink ?? .half,
      onRemove: layer.onRemove ?? .retain,
      preventRemoval: layer.preventRemoval ?? false,
      maxAge: layer.maxAge ?? layer.schedule.flatMap { schedules[$0]?.maxAge },
      trashTTL: settings?.trashTTL ?? Settings.defaultTrashTTL,
      minFree: settings?.minFree)
  }

  /// The widest of what suspends a host: the settings, itself with its profiles, or its schedule.
  private func suspension(of layer: Profile) -> Suspension? {
    if settings?.suspended == true { return Suspension(.everything, settings?.suspendedReason) }
    if layer.suspended == true { return Suspension(.host, layer.suspendedReason) }
    guard let name = layer.schedule, let schedule = schedules[name], schedule.suspended == true else { return nil }
    return Suspension(.schedule(name), schedule.suspendedReason)
  }

  /// Lays the settings and a schedule's own declaration over each other.
  ///
  /// - Returns: nil if no such schedule is declared.
  package func effectiveSchedule(_ name: ResourceName) -> EffectiveSchedule? {
    guard let declared = schedules[name] else { return nil }
    let settings = settings ?? Settings()
    let settingsZone = settings.timeZone ?? .utc
    let zone = declared.timeZone ?? settingsZone
    return EffectiveSchedule(
      name: name, declared: declared, timeZone: zone,
      calendar: BackupCalendar(
        windows: declared.windows ?? [], blackouts: declared.blackouts ?? [], zone: zone.timeZone,
        settingsBlackouts: settings.blackouts ?? [], settingsZone: settingsZone.timeZone))
  }

  /// The profiles that a declaration builds on, the furthest first. A circle, which reading a spec refuses, is cut.
  func profileChain(of declaration: Profile) -> [Profile] {
    var chain: [Profile] = []
    var seen: Set<ResourceName> = []
    var next = declaration.profile
    while let name = next, seen.insert(name).inserted, let profile = profiles[name] {
      chain.append(profile)
      next = profile.profile
    }
    return chain.reversed()
  }
}

extension Profile {
  /// This declaration over a lower layer. The result's `excludes` are the accumulated ones.
  fileprivate func over(_ lower: Profile) -> Profile {
    var merged = self
    merged.sourceRoot = sourceRoot ?? lower.sourceRoot
    merged.includes = (lower.includes ?? []) + (includes ?? [])
    merged.excludes = (excludesReplace ?? lower.excludes ?? []) + (excludes ?? [])
    merged.excludesReplace = nil
    merged.ssh = ssh.over(lower.ssh)
    merged.rsync = rsync.over(lower.rsync)
    merged.schedule = schedule ?? lower.schedule
    merged.retention = retention ?? lower.retention
    merged.strategy = strategy ?? lower.strategy
    merged.labels = (lower.labels ?? [:]).merging(labels ?? [:]) { $1 }
    merged.suspended = suspended ?? lower.suspended
    merged.suspendedReason = suspendedReason ?? lower.suspendedReason
    merged.maxShrink = maxShrink ?? lower.maxShrink
    merged.onRemove = onRemove ?? lower.onRemove
    merged.preventRemoval = preventRemoval ?? lower.preventRemoval
    merged.maxAge = maxAge ?? lower.maxAge
    return merged
  }
}

extension EffectiveSSH {
  fileprivate init(_ options: SSHOptions) {
    self.init(
      user: options.user ?? .root, port: options.port ?? 22, identityFile: options.identityFile,
      knownHostsFile: options.knownHostsFile, connectTimeout: options.connectTimeout ?? .seconds(30),
      keepAlive: options.keepAlive ?? .seconds(30))
  }
}

extension EffectiveRsync {
  fileprivate init(_ options: RsyncOptions, timeZone: TimeZoneName) {
    self.init(
      binary: options.binary ?? .rsync, remoteBinary: options.remoteBinary, extraArgs: options.extraArgs ?? [],
      timeout: options.timeout ?? .minutes(10), bandwidthLimit: options.bandwidthLimit,
      bandwidth: options.bandwidth ?? [], timeZone: timeZone,
      oneFileSystem: options.oneFileSystem ?? false, compress: options.compress ?? false)
  }
}
