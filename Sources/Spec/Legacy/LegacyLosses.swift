// What an export loses: everything that a spec declares and the predecessor's files have no key for.

/// The losses of a spec, resource by resource.
struct LegacyLosses {
  private(set) var remarks: [LegacyRemark] = []

  /// - Parameter keepingDefaultPolicy: whether the default policy is written, used or not.
  init(of spec: Spec, keepingDefaultPolicy: Bool) {
    var used = spec.usedByHosts
    if keepingDefaultPolicy { used.insert(Self.defaultPolicy) }
    for id in spec.identifiers {
      switch id.kind {
      case .notification:
        lose(id, "the predecessor's files have no notifications")
      case .retention, .schedule, .profile:
        guard used.contains(id) else {
          lose(id, "no host uses it, and the predecessor's files name nothing but hosts")
          continue
        }
        loseFields(of: id, in: spec)
      case .settings, .host: loseFields(of: id, in: spec)
      }
      loseValues(of: id, in: spec)
    }
  }

  private static let defaultPolicy = ResourceID(kind: .retention, name: ResourceName.legacyDefault.description)

  private mutating func loseFields(of id: ResourceID, in spec: Spec) {
    for pair in spec.values(of: id) ?? [] {
      if case .map(let members) = pair.value, ["ssh", "rsync"].contains(pair.key) {
        for member in members { loseField("\(pair.key).\(member.key)", of: id) }
      } else {
        loseField(pair.key, of: id)
      }
    }
  }

  private mutating func loseField(_ path: String, of id: ResourceID) {
    guard !Self.kept(by: id.kind).contains(path) else { return }
    lose(
      id,
      path == "time_zone" && id.kind != .retention
        ? "`time_zone` has no key: the predecessor reads cron lines in the server's local time"
        : "`\(path)` has no key in the predecessor's files")
  }

  /// What has a key, and a value that the key cannot hold.
  private mutating func loseValues(of id: ResourceID, in spec: Spec) {
    let name = try? ResourceName(text: id.name)
    switch id.kind {
    case .settings: loseOptions(spec.settings?.ssh, spec.settings?.rsync, of: id)
    case .profile:
      let profile = name.flatMap { spec.profiles[$0] }
      loseOptions(profile?.ssh, profile?.rsync, of: id)
    case .host:
      let own = (try? HostName(text: id.name)).flatMap { spec.hosts[$0] }?.own
      loseOptions(own?.ssh, own?.rsync, of: id)
    case .retention:
      guard let policy = name.flatMap({ spec.retention[$0] }), LegacyRetention(policy) == nil else { return }
      lose(id, "no rule that the predecessor has keeps anything: it would keep everything of hosts with this policy")
    case .schedule, .notification: break
    }
  }

  private mutating func loseOptions(_ ssh: SSHOptions?, _ rsync: RsyncOptions?, of id: ResourceID) {
    if ssh?.ciphers == [] { lose(id, "an empty `ssh.ciphers` has no option word: it comes back as not given") }
    guard let limit = rsync?.bandwidthLimit else { return }
    let kibibytes = LegacyRsync.bandwidthLimit(of: limit)
    if Int64(kibibytes) * 1024 != limit.bytes {
      lose(id, "`rsync.bandwidth_limit` \(limit) becomes \(kibibytes) KiB in a second")
    }
  }

  private mutating func lose(_ id: ResourceID, _ message: String) { remarks.append(LegacyRemark(id, message)) }

  // MARK: - What the predecessor's files can say

  private static func kept(by kind: ResourceKind) -> Set<String> {
    switch kind {
    case .settings: settings
    case .retention: retention
    case .schedule: ["cron", "prune", "suspended"]
    case .profile, .host: host
    case .notification: []
    }
  }

  private static let transfer: Set<String> = [
    "ssh.user", "ssh.port", "ssh.identity_file", "ssh.known_hosts_file", "ssh.connect_timeout", "ssh.keep_alive",
    "ssh.ciphers", "rsync.binary", "rsync.remote_binary", "rsync.extra_args", "rsync.timeout", "rsync.bandwidth_limit",
    "rsync.one_file_system", "rsync.compress",
  ]
  private static let settings = transfer.union(["backup_root", "excludes"])
  private static let host = transfer.union([
    "address", "profile", "source_root", "includes", "excludes", "excludes_replace", "schedule", "retention",
    "suspended",
  ])
  private static let retention: Set<String> = [
    "keep_last", "keep_hourly", "keep_daily", "keep_weekly", "keep_monthly", "keep_yearly",
  ]
}

extension Spec {
  /// The policies, schedules and profiles by which some host is backed up.
  fileprivate var usedByHosts: Set<ResourceID> {
    var used: Set<ResourceID> = []
    for host in hosts.values {
      used.formUnion(profileChain(of: host.own).map(\.id))
      let declared = merged(host.own)
      if let name = declared.schedule { used.insert(ResourceID(kind: .schedule, name: name.description)) }
      if let name = declared.retention { used.insert(ResourceID(kind: .retention, name: name.description)) }
    }
    return used
  }
}
