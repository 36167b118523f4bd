// Reading specs: what files of every shape declare, as typed values.

import Testing

@testable import Spec

@Suite("Reading specs")
struct SpecReaderTests {
  /// The example of the design.
  static let example = """
    version: 1
    settings:
      backup_root: /mnt/backups/pobsync
      max_concurrent_backups: 4
    retention:
      standard: {keep_daily: 14, keep_weekly: 8, keep_monthly: 12, keep_yearly: 5}
    schedules:
      nightly: {cron: "15 2 * * *", time_zone: Europe/Amsterdam, jitter: 20m, prune: true}
    profiles:
      linux:
        excludes: [/proc/***, /sys/***, /dev/***, /run/***, /tmp/***]
        ssh: {user: root, port: 22}
    hosts:
      web-1:
        profile: linux
        address: web-1.example.net
        schedule: nightly
        retention: standard
        labels: {role: web}

    """

  @Test("the example gives the values that it shows")
  func design() throws {
    var expected = Spec()
    var settings = Settings()
    settings.backupRoot = try AbsolutePath(text: "/mnt/backups/pobsync")
    settings.maxConcurrentBackups = 4
    expected.settings = settings
    var standard = RetentionPolicy()
    standard.keepDaily = 14
    standard.keepWeekly = 8
    standard.keepMonthly = 12
    standard.keepYearly = 5
    expected.retention[try name("standard")] = standard
    var nightly = Schedule(cron: try CronExpression(text: "15 2 * * *"))
    nightly.timeZone = try TimeZoneName(text: "Europe/Amsterdam")
    nightly.jitter = .minutes(20)
    nightly.prune = true
    expected.schedules[try name("nightly")] = nightly
    var linux = Profile()
    linux.excludes = try ["/proc/***", "/sys/***", "/dev/***", "/run/***", "/tmp/***"].map(FilterPattern.init(text:))
    linux.ssh.user = .root
    linux.ssh.port = 22
    expected.profiles[try name("linux")] = linux
    var host = Host()
    host.address = try HostAddress(text: "web-1.example.net")
    host.own.profile = try name("linux")
    host.own.schedule = try name("nightly")
    host.own.retention = try name("standard")
    host.own.labels = [try name("role"): "web"]
    expected.hosts[try HostName(text: "web-1")] = host

    let loaded = try read(Self.example)
    #expect(loaded.spec == expected)
    #expect(loaded.set == nil)
    #expect(
      loaded.spec.identifiers.map(\.description) == [
        "settings/global", "retention/standard", "schedule/nightly", "profile/linux", "host/web-1",
      ])
  }

  @Test("every key of every resource is read")
  func allKeys() throws {
    let spec = try read(
      """
      version: 1
      set: office
      settings:
        backup_root: /mnt//backups/./pobsync/
        max_concurrent_backups: 8
        max_concurrent_discoveries: 5
        max_concurrent_prunes: 6
        max_concurrent_verifications: 7
        concurrency_groups: {hypervisor: 1, rack: 3}
        min_free: 1.5GiB
        time_zone: UTC
        blackouts: [2026-12-24..2027-01-02, Fri 16:00-20:00]
        ssh:
          {user: backup, port: 2222, identity_file: /k, known_hosts_file: /h, connect_timeout: 5s, keep_alive: 1m,
           ciphers: [aes256-gcm@openssh.com, aes128-ctr]}
        rsync:
          binary: /opt/rsync
          remote_binary: sudo  -n rsync
          extra_args: [--checksum, --max-size=1G, -S]
          timeout: 1h30m
          bandwidth_limit: 10MB
          bandwidth:
          - {window: Mon-Fri 08:00-18:00, limit: 2MiB}
          - {limit: 20MiB, window: "Sat,Sun"}
          one_file_system: true
          compress: false
        excludes: [/a]
        trash_ttl: 36h
        max_removals: 0
        suspended: true
        suspended_reason: the disks are moved
      retention:
        all:
          {keep_last: 1, keep_hourly: 2, keep_daily: 3, keep_weekly: 4, keep_monthly: 5, keep_yearly: 6, keep_within: 2w,
           keep_oldest: 8, min_keep: 7, time_zone: Asia/Kolkata, max_delete: 0, max_delete_ratio: 0.25}
      schedules:
        all:
          {cron: "@daily", time_zone: UTC, jitter: 0s, prune: false, max_age: 26h, catch_up: 12h, windows: [22:00-06:00],
           blackouts: [2026-12-24], suspended: true, suspended_reason: no electricity}
      hosts:
        web-1:
          source_root: /srv/a b
          includes: [/x]
          excludes: [/y]
          excludes_replace: []
          strategy: link_dest
          labels: {rack: 12, on: yes, note: "", tilde: ~}
          suspended: false
          suspended_reason: 2026-12-01
          run_requested: "2026-11-23 before upgrade"
          max_shrink: 0.2
          on_remove: expire
          prevent_removal: true
      """)
    #expect(spec.set == (try name("office")))
    let settings = try #require(spec.spec.settings)
    #expect(settings.backupRoot?.description == "/mnt/backups/pobsync")
    #expect(settings.maxConcurrentBackups == 8)
    #expect(settings.maxConcurrentDiscoveries == 5)
    #expect(settings.maxConcurrentPrunes == 6)
    #expect(settings.maxConcurrentVerifications == 7)
    #expect(settings.concurrencyGroups == [try name("hypervisor"): 1, try name("rack"): 3])
    #expect(settings.blackouts?.map(\.description) == ["2026-12-24..2027-01-02", "Fri 16:00-20:00"])
    #expect(settings.minFree?.bytes == 1_610_612_736)
    #expect(settings.timeZone == .utc)
    #expect(settings.ssh.user?.description == "backup")
    #expect(settings.ssh.port == 2222)
    #expect(settings.ssh.identityFile?.description == "/k")
    #expect(settings.ssh.knownHostsFile?.description == "/h")
    #expect(settings.ssh.connectTimeout == .seconds(5))
    #expect(settings.ssh.keepAlive == .minutes(1))
    #expect(settings.ssh.ciphers?.map(\.description) == ["aes256-gcm@openssh.com", "aes128-ctr"])
    #expect(settings.rsync.binary?.description == "/opt/rsync")
    #expect(settings.rsync.remoteBinary?.description == "sudo -n rsync")
    #expect(settings.rsync.extraArgs?.map(\.description) == ["--checksum", "--max-size=1G", "-S"])
    #expect(settings.rsync.timeout == .minutes(90))
    #expect(settings.rsync.bandwidthLimit?.bytes == 10_000_000)
    #expect(settings.rsync.bandwidth?.map(\.window.description) == ["Mon-Fri 08:00-18:00", "Sat,Sun"])
    #expect(settings.rsync.bandwidth?.map(\.limit.bytes) == [2 << 20, 20 << 20])
    #expect(settings.rsync.oneFileSystem == true)
    #expect(settings.rsync.compress == false)
    #expect(settings.excludes?.map(\.description) == ["/a"])
    #expect(settings.trashTTL == .hours(36))
    #expect(settings.maxRemovals == 0)
    #expect(settings.suspended == true)
    #expect(settings.suspendedReason?.description == "the disks are moved")

    let policy = try #require(spec.spec.retention[try name("all")])
    let counts = [
      policy.keepLast, policy.keepHourly, policy.keepDaily, policy.keepWeekly, policy.keepMonthly, policy.keepYearly,
      policy.minKeep, policy.keepOldest,
    ]
    #expect(counts == [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(policy.keepWithin == .days(14))
    #expect(policy.timeZone?.description == "Asia/Kolkata")
    #expect(policy.maxDelete == 0)
    #expect(policy.maxDeleteRatio?.description == "25%")

    let schedule = try #require(spec.spec.schedules[try name("all")])
    #expect(schedule.cron == .daily)
    #expect(schedule.timeZone == .utc)
    #expect(schedule.jitter == .seconds(0))
    #expect(schedule.prune == false)
    #expect(schedule.maxAge == .hours(26))
    #expect(schedule.catchUp == .hours(12))
    #expect(schedule.windows?.map(\.description) == ["22:00-06:00"])
    #expect(schedule.blackouts?.map(\.description) == ["2026-12-24"])
    #expect(schedule.suspended == true)
    #expect(schedule.suspendedReason?.description == "no electricity")

    let declared = try #require(spec.spec.hosts[try HostName(text: "web-1")])
    #expect(declared.runRequested?.description == "2026-11-23 before upgrade")
    let host = declared.own
    #expect(host.sourceRoot?.description == "/srv/a b")
    #expect(host.includes?.map(\.description) == ["/x"])
    #expect(host.excludes?.map(\.description) == ["/y"])
    #expect(host.excludesReplace == [])
    #expect(host.strategy == .linkDest)
    #expect(host.suspended == false)
    #expect(host.suspendedReason?.description == "2026-12-01")
    #expect(host.maxShrink?.description == "20%")
    #expect(host.onRemove == .expire)
    #expect(host.preventRemoval == true)
    let labels = try ["rack": "12", "on": "yes", "note": "", "tilde": "~"].map { (try name($0), $1) }
    #expect(host.labels == Dictionary(uniqueKeysWithValues: labels))
  }

  @Test(
    "a file that declares nothing is no error",
    arguments: [
      "", "\n", "# only a comment\n", "---\n", "---\n---\n", "--- # nothing\n...\n", "~\n", "null\n", "version: 1\n",
      "version: 1\nsettings:\nretention:\nschedules: ~\nprofiles: {}\nhosts: null\n", "\u{FEFF}version: 1\n",
    ])
  func nothing(text: String) throws {
    #expect(try read(text).spec == Spec())
  }

  @Test("no file at all is an empty spec")
  func noFile() throws {
    #expect(try SpecReader.read([]).spec == Spec())
  }

  @Test("a host with nothing behind its name is declared, and so are empty settings")
  func blankResources() throws {
    let spec = try read("version: 1\nsettings: {}\nprofiles:\n  linux: ~\nhosts:\n  web-1:\n  web-2: {}\n").spec
    #expect(spec.settings == Settings())
    #expect(spec.profiles == [try name("linux"): Profile()])
    #expect(spec.hosts == [try HostName(text: "web-1"): Host(), try HostName(text: "web-2"): Host()])
  }

  @Test("a key with nothing behind it is not given")
  func blankKeys() throws {
    let spec = try read("version: 1\nhosts:\n  web-1:\n    address:\n    excludes: ~\n    ssh:\n    suspended: null\n")
      .spec
    #expect(spec.hosts == [try HostName(text: "web-1"): Host()])
  }

  @Test("documents of one file form one spec")
  func documents() throws {
    let spec = try read(
      """
      version: 1
      set: office
      hosts:
        web-1: {schedule: nightly}
      ---
      # Nothing but a comment.
      ---
      version: 1
      set: office
      schedules:
        nightly: {cron: "@daily"}
      hosts:
        web-2: {}
      """)
    #expect(spec.set == (try name("office")))
    #expect(spec.spec.identifiers.map(\.description) == ["schedule/nightly", "host/web-1", "host/web-2"])
  }

  @Test("references cross files, whatever their order")
  func files() throws {
    let sources = [
      SourceText(name: "hosts.yaml", "version: 1\nhosts:\n  web-1: {profile: linux, retention: standard}\n"),
      SourceText(
        name: "profiles.yaml", "version: 1\nprofiles:\n  linux: {profile: base, schedule: nightly}\n  base:\n"),
      SourceText(
        name: "rest.yaml",
        "version: 1\nschedules:\n  nightly: {cron: '@daily'}\nretention:\n  standard: {keep_last: 1}\n"),
    ]
    let spec = try SpecReader.read(sources).spec
    #expect(try SpecReader.read(sources.reversed()).spec == spec)
    #expect(
      spec.identifiers.map(\.description) == [
        "retention/standard", "schedule/nightly", "profile/base", "profile/linux", "host/web-1",
      ])
  }

  @Test("references may mean what is known already, which is not part of the spec that is read")
  func known() throws {
    let known = try read(Self.example).spec
    let text = "version: 1\nhosts:\n  web-2: {profile: linux, schedule: nightly, retention: standard}\n"
    #expect(throws: Diagnostics.self) { try read(text) }
    let spec = try read(text, known: known).spec
    #expect(spec.identifiers.map(\.description) == ["host/web-2"])
  }

  @Test("a circle through a known profile is refused")
  func knownCircle() throws {
    let known = try read("version: 1\nprofiles:\n  a: {}\n  b: {profile: a}\n").spec
    let error = try #require(throws: Diagnostics.self) {
      try read("version: 1\nprofiles:\n  a: {profile: b}\n", known: known)
    }
    #expect(
      error.items.map(\.message) == ["profile `a` builds on itself: a → b → a"])
  }

  @Test("anchors, aliases and merge keys")
  func anchors() throws {
    let spec = try read(
      """
      version: 1
      profiles:
        linux: &linux
          ssh: &ssh {user: root, port: 22}
          excludes: &common [/proc/***, /sys/***]
          labels: {os: linux}
        db:
          <<: *linux
          ssh: {<<: *ssh, port: 2222}
        other: {excludes: *common}
      """
    ).spec
    let linux = try #require(spec.profiles[try name("linux")])
    var db = linux
    db.ssh.port = 2222
    #expect(spec.profiles[try name("db")] == db)
    #expect(spec.profiles[try name("other")]?.excludes == linux.excludes)
    #expect(linux.excludes?.count == 2)
  }

  @Test("flow style, comments, quotes and CR LF line ends make no difference")
  func styles() throws {
    let spec = try read(Self.example).spec
    let flow = """
      {"version": 1, 'settings': {backup_root: /mnt/backups/pobsync, max_concurrent_backups: 4}, # The server
       retention: {standard: {keep_daily: 14, keep_weekly: 8, keep_monthly: 12, keep_yearly: 5}},
       schedules: {nightly: {cron: '15 2 * * *', time_zone: "Europe/Amsterdam", jitter: 20m, prune: True}},
       profiles: {linux: {excludes: ["/proc/***", '/sys/***', /dev/***, /run/***, /tmp/***,], ssh: {user: root, port: 0x16}}},
       hosts: {web-1: {profile: linux, address: web-1.example.net, schedule: nightly, retention: standard,
         labels: {role: web}}}}
      """
    #expect(try read(flow).spec == spec)
    #expect(try read(Self.example.replacing("\n", with: "\r\n")).spec == spec)
    #expect(try read("# A comment\n\n\u{20}\n" + Self.example.replacing("\n", with: " # x\n")).spec == spec)
  }

  @Test("one resource is read by itself into a spec")
  func insert() throws {
    var spec = try read(Self.example).spec
    let source = SourceText(name: "web", "address: web-9.example.net\nprofile: none\n")
    let node = try #require(try YAML.parse(source).first)
    try spec.insert(ResourceID(kind: .host, name: "web-9"), decoding: node, from: source)
    let host = try #require(spec.hosts[try HostName(text: "web-9")])
    #expect(host.address?.description == "web-9.example.net")
    #expect(host.own.profile == (try name("none")))
    #expect(spec.removing([ResourceID(kind: .host, name: "web-9")]) == (try read(Self.example).spec))

    let before = spec
    let bad = SourceText(name: "web", "adress: a\nssh: {port: 0}\n")
    let badNode = try #require(try YAML.parse(bad).first)
    let error = try #require(throws: Diagnostics.self) {
      try spec.insert(ResourceID(kind: .host, name: "web-9"), decoding: badNode, from: bad)
    }
    #expect(error.items.count == 2)
    #expect(throws: Diagnostics.self) {
      try spec.insert(ResourceID(kind: .host, name: "../x"), decoding: node, from: source)
    }
    #expect(spec == before)
  }

  private func read(_ text: String, known: Spec = Spec()) throws -> LoadedSpec {
    try SpecReader.read([SourceText(name: "hosts.yaml", text)], known: known)
  }

  private func name(_ text: String) throws -> ResourceName { try ResourceName(text: text) }
}
