// Specs made at random: every field of every resource, given or not, with references that hold.

package import Spec

/// Makes valid specs.
package struct SpecGenerator {
  private var random: SeededGenerator

  package init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// A spec with up to so many resources of each kind.
  package mutating func spec(upTo limit: Int = 5) throws -> Spec {
    var spec = Spec()
    if random.chance(4, in: 5) { spec.settings = try settings() }
    for name in try names("keep", limit) { spec.retention[name] = try retentionPolicy() }
    for name in try names("times", limit) { spec.schedules[name] = try schedule() }
    for name in try names("base", limit) { spec.profiles[name] = try profile(in: spec) }
    for name in try names("web", limit) {
      var host = Host()
      host.own = try profile(in: spec)
      host.address = try text("192.0.2.7", "2001:db8::7", "web-7.example.net", "fe80::1%eth0")
      host.runRequested = try remark()
      spec.hosts[try HostName(text: name.description + ".example.net")] = host
    }
    for name in try names("tell", limit) { spec.notifications[name] = try notification() }
    return spec
  }

  /// A spec in which some resources of another are gone, changed or new.
  package mutating func variation(of spec: Spec) throws -> Spec {
    let other = try self.spec()
    var varied = other.identifiers.reduce(spec.merging(other)) { rest, id in
      id.kind == .host && random.chance(1, in: 2) ? rest.removing([id]) : rest
    }
    // Taking over another's profiles may have closed a circle.
    for name in varied.profiles.keys { varied.profiles[name]?.profile = nil }
    return varied
  }

  private mutating func settings() throws -> Settings {
    var settings = Settings()
    settings.backupRoot = try text("/mnt/backups", "/srv/weird path/é")
    settings.maxConcurrentBackups = number(1...1000)
    settings.maxConcurrentDiscoveries = number(1...1000)
    settings.maxConcurrentPrunes = number(1...1000)
    settings.maxConcurrentVerifications = number(1...1000)
    settings.concurrencyGroups = try concurrencyGroups()
    settings.minFree = try text("50GiB", "0B", "1500kB", "123456789")
    settings.timeZone = try timeZone()
    settings.blackouts = try blackouts()
    settings.ssh = try ssh()
    settings.rsync = try rsync()
    settings.excludes = try patterns()
    settings.trashTTL = try text("0s", "3d", "3660d")
    settings.maxRemovals = number(0...100_000)
    settings.suspended = flag()
    settings.suspendedReason = try remark()
    return settings
  }

  private mutating func retentionPolicy() throws -> RetentionPolicy {
    var policy = RetentionPolicy()
    policy.keepLast = number(0...100_000)
    policy.keepHourly = number(0...48)
    policy.keepDaily = number(0...31)
    policy.keepWeekly = number(0...53)
    policy.keepMonthly = number(0...24)
    policy.keepYearly = number(0...10)
    policy.keepWithin = try span()
    policy.keepOldest = number(0...9)
    policy.minKeep = number(1...9)
    policy.timeZone = try timeZone()
    policy.maxDelete = number(0...100_000)
    policy.maxDeleteRatio = try text("50%", "0.5", "100%", "0.000001", "12.5%", "1")
    // A policy that keeps nothing is refused.
    if !policy.keepsSomething { policy.keepDaily = 7 }
    return policy
  }

  private mutating func schedule() throws -> Schedule {
    let crons = ["15 2 * * *", "@hourly", "*/10 1-5 * jan-mar mon", "0 0 29 2 *"]
    var schedule = Schedule(cron: try CronExpression(text: pick(crons)))
    schedule.timeZone = try timeZone()
    schedule.jitter = try text("0s", "20m", "1d")
    schedule.prune = flag()
    schedule.maxAge = try span()
    schedule.catchUp = try text("5m", "26h", "2w", "366d")
    // Windows that are too far from every firing are refused.
    if schedule.catchUp == nil { schedule.windows = try windows() }
    schedule.blackouts = try blackouts()
    schedule.suspended = flag()
    schedule.suspendedReason = try remark()
    return schedule
  }

  private mutating func profile(in spec: Spec) throws -> Profile {
    var profile = Profile()
    profile.profile = reference(spec.profiles.keys)
    profile.sourceRoot = try text("/", "/home", "/srv/a b/ü")
    profile.includes = try patterns()
    profile.excludes = try patterns()
    profile.excludesReplace = try patterns()
    profile.ssh = try ssh()
    profile.rsync = try rsync()
    profile.schedule = reference(spec.schedules.keys)
    profile.retention = reference(spec.retention.keys)
    profile.strategy = given(Strategy.allCases)
    profile.labels = try labels()
    profile.suspended = flag()
    profile.suspendedReason = try remark()
    profile.maxShrink = try text("50%", "0.15", "100%")
    profile.onRemove = given(RemovalPolicy.allCases)
    profile.preventRemoval = flag()
    profile.maxAge = try span()
    return profile
  }

  private mutating func notification() throws -> NotificationTarget {
    let type = NotificationType.allCases[Int.random(in: NotificationType.allCases.indices, using: &random)]
    var target = NotificationTarget(type: type)
    switch type {
    case .webhook, .ntfy:
      target.url = try text("https://ntfy.example.net/backups", "http://192.0.2.7:8080/a/b")
      if target.url == nil { target.urlFile = try AbsolutePath(text: "/etc/pobsync/hook url") }
      target.tokenFile = try text("/etc/pobsync/token")
      if target.tokenFile == nil { target.tokenEnv = try text("TOKEN", "_t2") }
    case .slack, .discord, .healthchecks:
      target.urlEnv = try text("SLACK_URL")
      if target.urlEnv == nil { target.urlFile = try AbsolutePath(text: "/run/secrets/slack") }
    case .email:
      target.to = [try MailAddress(text: "ops@example.net"), try MailAddress(text: "root")]
      target.from = try MailAddress(text: "pobsync@example.net")
      target.sendmail = try text("/usr/bin/msmtp")
    case .command:
      target.command = [try CommandWord(text: "/usr/local/bin/tell")]
      target.command? += try list("", "--level=3", "a b", "$(id)", "'", "ü") ?? []
    }
    if type != .healthchecks { target.on = given([[.failure], [.stale, .recovery], NotificationTrigger.allCases]) }
    target.labels = try labels()
    target.suspended = flag()
    return target
  }

  private mutating func ssh() throws -> SSHOptions {
    var ssh = SSHOptions()
    ssh.user = try text("root", "backup", "_rsync", "123")
    ssh.port = number(1...65535)
    ssh.identityFile = try text("/etc/pobsync/id_ed25519", "/root/.ssh/id")
    ssh.knownHostsFile = try text("/etc/pobsync/known_hosts")
    ssh.connectTimeout = try text("1s", "30s", "1h")
    ssh.keepAlive = try text("15s", "2m")
    ssh.ciphers = try list("chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr")
    return ssh
  }

  private mutating func rsync() throws -> RsyncOptions {
    var rsync = RsyncOptions()
    rsync.binary = try text("rsync", "/usr/local/bin/rsync")
    rsync.remoteBinary = try text("sudo -n rsync", "/opt/rsync")
    rsync.extraArgs = try list("--checksum", "-S", "--max-size=1G", "--no-acls")
    rsync.timeout = try text("0s", "10m", "7d")
    rsync.bandwidthLimit = try text("10MiB", "1GB")
    rsync.bandwidth = try bandwidth()
    rsync.oneFileSystem = flag()
    rsync.compress = flag()
    return rsync
  }

  private mutating func labels() throws -> Labels? {
    guard random.chance(1, in: 2) else { return nil }
    let values = ["web", "", "true", "22", "null", "~", "a: b # c", "\"quoted\" \\ 'both'", "naïve – ☂ 🗄", " led "]
    return Dictionary(try names("label", 4).map { ($0, pick(values)) }) { $1 }
  }

  private mutating func concurrencyGroups() throws -> ConcurrencyGroups? {
    guard random.chance(1, in: 2) else { return nil }
    return Dictionary(try names("label", 3).map { ($0, Int.random(in: 1...1000, using: &random)) }) { $1 }
  }

  private mutating func bandwidth() throws -> [BandwidthRule]? {
    try windows()?.map { BandwidthRule(window: $0, limit: try ByteSize(text: pick(["1MiB", "500kB", "7B"]))) }
  }

  // MARK: - Parts

  private mutating func windows() throws -> [TimeWindow]? {
    try list(
      "22:00-06:00", "Mon-Fri 22:00-06:00", "Fri-Mon", "sat,sun 0:00-24:00", "tue,thu 12:30-00:00", "00:00-24:00",
      "monday 01:00-02:00")
  }

  /// Blackouts that leave every window some time, since a schedule that can never be met is refused.
  private mutating func blackouts() throws -> [TimeWindow]? {
    try list("2026-12-24", "2026-12-24..2027-01-02", "2027-02-28..2027-03-01 08:00-18:30", "Wed 23:59-00:01")
  }

  private mutating func patterns() throws -> [FilterPattern]? {
    try list(
      "/proc/***", "*.tmp", " leading and trailing ", "\"quoted\"", "back\\slash", "[#]x", "true", "0", "~", "null",
      "{a: b}", "-", "ünïcödé/🗄", "'", "@x", "%y", "a: b", "*", "&anchor", "|", ">")
  }

  private mutating func remark() throws -> Remark? {
    try text("new disks", "2026-11-23 before the upgrade", "true", "42", "~", "a: b # c", " \"é\" ☂ ")
  }

  private mutating func timeZone() throws -> TimeZoneName? { try text("UTC", "Europe/Amsterdam", "America/St_Johns") }

  private mutating func span() throws -> TimeSpan? { try text("0s", "90s", "26h", "2w", "1h30m", "36525d") }

  private mutating func names(_ stem: String, _ limit: Int) throws -> [ResourceName] {
    try (0..<Int.random(in: 0...limit, using: &random)).map { try ResourceName(text: "\(stem)-\($0)") }
  }

  private mutating func number(_ bounds: ClosedRange<Int>) -> Int? {
    random.chance(1, in: 2) ? Int.random(in: bounds, using: &random) : nil
  }

  private mutating func flag() -> Bool? { given([true, false]) }

  private mutating func reference(_ names: some Sequence<ResourceName>) -> ResourceName? { given(names.sorted()) }

  private mutating func text<Value: TextValue>(_ choices: String...) throws -> Value? {
    try given(choices).map { try Value(text: $0) }
  }

  /// A list of any length, none included, which is not the same as no list.
  private mutating func list<Value: TextValue>(_ choices: String...) throws -> [Value]? {
    guard random.chance(1, in: 2) else { return nil }
    return try (0..<Int.random(in: 0...4, using: &random)).map { _ in try Value(text: pick(choices)) }
  }

  private mutating func given<Value>(_ choices: [Value]) -> Value? {
    random.chance(1, in: 2) ? choices.randomElement(using: &random) : nil
  }

  private mutating func pick(_ choices: [String]) -> String {
    choices[Int.random(in: choices.indices, using: &random)]
  }
}

extension RetentionPolicy {
  fileprivate var keepsSomething: Bool {
    let rules = [
      keepLast, keepHourly, keepDaily, keepWeekly, keepMonthly, keepYearly, keepWithin?.seconds, keepOldest,
    ]
    return rules.contains { ($0 ?? 0) > 0 }
  }
}
