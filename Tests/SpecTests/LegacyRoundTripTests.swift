// The predecessor's files there and back: a fixed point for what was imported, and no silent loss for anything else.

import Support
import Testing

@testable import Spec

@Suite("To the predecessor's files and back")
struct LegacyRoundTripTests {
  private func read(_ files: [(path: String, content: String)]) throws -> LegacyReading {
    let sources = LegacyPrefixFixture.sources(of: files)
    let reading = try LegacyReader.read(global: sources.global, hosts: sources.hosts)
    try #require(reading.warnings.isEmpty && reading.leftOut.isEmpty && reading.remarks.isEmpty)
    return reading
  }

  private func checkFixedPoint(_ reading: LegacyReading, _ zone: TimeZoneName) throws {
    let spec = LegacyImport(reading, timeZone: zone).spec
    let checked = try SpecReader.read([SourceText(name: "imported.yaml", SpecWriter.write(spec))])
    try #require(checked.spec == spec)
    let files = LegacyWriter.files(LegacyExport(spec).configuration)
    let again = LegacyImport(try read(files), timeZone: zone)
    try #require(again.spec == spec, "\(files)\n\(SpecWriter.write(again.spec))\n\(SpecWriter.write(spec))")
    try #require(again.remarks.isEmpty)
    let second = LegacyWriter.files(LegacyExport(again.spec).configuration)
    try #require(second.map(\.path) == files.map(\.path) && second.map(\.content) == files.map(\.content))
  }

  @Test func `the prefix of the fixture is a fixed point`() throws {
    let sources = LegacyPrefixFixture.sources
    let reading = try LegacyReader.read(global: sources.global, hosts: sources.hosts)
    try checkFixedPoint(reading, try TimeZoneName(text: "Europe/Amsterdam"))
  }

  @Test func `400 configurations are read as they were written, and are fixed points`() throws {
    var generator = LegacyGenerator(seed: freshSeed("legacy.fixedPoint"))
    for round in 0..<400 {
      let configuration = try generator.configuration()
      let reading = try read(LegacyWriter.files(configuration))
      try #require(reading.configuration == configuration)
      try checkFixedPoint(reading, round.isMultiple(of: 2) ? .utc : try TimeZoneName(text: "America/St_Johns"))
    }
  }

  @Test func `the canonical files hold every usual key`() throws {
    let name = try HostName(text: "web-1")
    var host = Host()
    host.address = try HostAddress(text: "web-1.example.net")
    var spec = Spec()
    spec.hosts[name] = host
    #expect(
      LegacyWriter.files(LegacyExport(spec).configuration).map(\.content) == [
        """
        backup_root: null
        pobsync_home: null
        ssh:
          user: null
          port: null
          options: [-oBatchMode=yes]
        rsync:
          binary: null
          args: [-aHAX, --numeric-ids]
          timeout_seconds: null
          bwlimit_kbps: 0
          extra_args: []
        defaults:
          source_root: /
          destination_subdir: ""
          excludes: []
          includes: []
        excludes_default: []
        retention_defaults: null

        """,
        """
        host: web-1
        address: web-1.example.net
        enabled: true
        ssh: null
        source_root: /
        includes: []
        excludes_add: []
        excludes_replace: null
        rsync:
          extra_args: []
        retention: null
        schedule: null

        """,
      ])
  }

  @Test func `schedules that differ only beyond the longest name are numbered`() throws {
    let minutes = (0..<25).map(String.init).joined(separator: ",")
    let schedules = try ["1", "2"].map { Schedule(cron: try CronExpression(text: "\(minutes) 2 * * \($0)")) }
    let names = LegacyScheduleNames.names(of: Set(schedules))
    let first = try #require(names[schedules[0]]?.description)
    let second = try #require(names[schedules[1]]?.description)
    #expect(first.count == 63 && second == first.prefix(61) + "-2")
  }

  @Test func `ciphers are an option word, and that there are none is told as lost`() throws {
    let name = try HostName(text: "web-1")
    var host = Host()
    host.own.ssh.ciphers = [try SSHCipher(text: "aes256-ctr"), try SSHCipher(text: "aes128-ctr")]
    var spec = Spec()
    spec.hosts[name] = host
    let export = LegacyExport(spec)
    let words = export.configuration.hosts[name]?.ssh.options?.map(\.description)
    #expect(words == ["-oBatchMode=yes", "-oCiphers=aes256-ctr,aes128-ctr"])
    #expect(export.lost.isEmpty)
    let back = LegacyImport(try read(LegacyWriter.files(export.configuration)), timeZone: .utc).spec
    #expect(back.hosts[name]?.own.ssh.ciphers == host.own.ssh.ciphers)

    spec.hosts[name]?.own.ssh.ciphers = []
    let empty = LegacyExport(spec)
    #expect(empty.configuration.hosts[name]?.ssh.options == nil)
    #expect(
      empty.lost.map(\.message) == ["an empty `ssh.ciphers` has no option word: it comes back as not given"])
  }

  // MARK: - Losses

  @Test func `any spec comes back as far as the files can say it, and the rest is told`() throws {
    var generator = SpecGenerator(seed: freshSeed("legacy.losses"))
    for _ in 0..<300 {
      let spec = try generator.spec()
      let export = LegacyExport(spec)
      let reading = try read(LegacyWriter.files(export.configuration))
      let back = LegacyImport(reading, timeZone: spec.settings?.timeZone ?? .utc).spec
      try #require(back.hosts.keys.sorted() == spec.hosts.keys.sorted())
      for name in spec.hosts.keys {
        let before = try #require(spec.effectiveHost(name))
        let after = try #require(back.effectiveHost(name))
        try compare(before, after, isSuspended: spec.settings?.suspended == true)
      }
      try checkLosses(export.lost, of: spec)
    }
  }

  private func compare(_ before: EffectiveHost, _ after: EffectiveHost, isSuspended: Bool) throws {
    try #require(after.address == before.address)
    try #require(after.sourceRoot == before.sourceRoot)
    try #require(after.includes == before.includes)
    try #require(unique(after.excludes) == unique(before.excludes))
    try #require(after.ssh == before.ssh.asItCanComeBack(as: after.ssh))
    try #require(after.rsync.binary == before.rsync.binary)
    try #require(after.rsync.remoteBinary == before.rsync.remoteBinary)
    try #require(after.rsync.extraArgs == before.rsync.extraArgs)
    try #require(after.rsync.timeout == before.rsync.timeout)
    try #require(after.rsync.oneFileSystem == before.rsync.oneFileSystem)
    try #require(after.rsync.compress == before.rsync.compress)
    let limits = [before, after].map { host in host.rsync.bandwidthLimit.map { $0.bytes / 1024 } }
    try #require(limits[0] == limits[1])
    try #require(after.schedule?.declared.cron == before.schedule?.declared.cron)
    try #require((after.schedule?.declared.prune ?? false) == (before.schedule?.declared.prune ?? false))
    let rules = before.retention.flatMap { LegacyRetention($0.policy) }
    let kept = after.retention.flatMap { LegacyRetention($0.policy) }
    try #require(kept.map(counts) == rules.map(counts))
    if !isSuspended {
      try #require(extent(after) == extent(before))
    }
  }

  private func unique(_ patterns: [FilterPattern]) -> [FilterPattern] {
    var seen: Set<FilterPattern> = []
    return patterns.filter { seen.insert($0).inserted }
  }

  private func counts(_ rules: LegacyRetention) -> [Int] {
    [rules.last, rules.hourly, rules.daily, rules.weekly, rules.monthly, rules.yearly].map { $0 ?? 0 }
  }

  private func extent(_ host: EffectiveHost) -> String {
    switch host.suspension?.extent {
    case nil: "none"
    case .everything: "everything"
    case .host: "host"
    case .schedule: "schedule"
    }
  }

  /// What has no key in the predecessor's files, written down apart from the table that the export goes by.
  private static let fields: [ResourceKind: [String]] = [
    .settings: [
      "max_concurrent_backups", "max_concurrent_discoveries", "max_concurrent_prunes", "max_concurrent_verifications",
      "concurrency_groups", "min_free", "time_zone", "blackouts", "trash_ttl", "max_removals", "suspended",
      "suspended_reason", "rsync.bandwidth",
    ],
    .retention: ["keep_within", "keep_oldest", "min_keep", "time_zone", "max_delete", "max_delete_ratio"],
    .schedule: ["time_zone", "jitter", "max_age", "catch_up", "windows", "blackouts", "suspended_reason"],
    .profile: profileFields,
    .host: profileFields + ["run_requested"],
  ]
  private static let profileFields = [
    "max_age", "strategy", "labels", "suspended_reason", "max_shrink", "on_remove", "prevent_removal",
    "rsync.bandwidth",
  ]

  private func checkLosses(_ lost: [LegacyRemark], of spec: Spec) throws {
    for id in spec.identifiers {
      let told = lost.filter { $0.resource == id }.map(\.message)
      if id.kind == .notification {
        try #require(told.count == 1)
        continue
      }
      if told.contains(where: { $0.hasPrefix("no host uses it") }) { continue }
      let values = spec.values(of: id) ?? []
      for field in Self.fields[id.kind] ?? [] {
        let isDeclared = values.value(at: field) != nil
        try #require(told.contains { $0.hasPrefix("`\(field)` has no key") } == isDeclared, "\(id) \(field)")
      }
      let limit = values.value(at: "rsync.bandwidth_limit")?.text
      let isCut = limit == "1GB"
      try #require(told.contains { $0.hasPrefix("`rsync.bandwidth_limit`") } == isCut)
      let isEmpty = values.value(at: "ssh.ciphers") == .list([])
      try #require(told.contains { $0.hasPrefix("an empty `ssh.ciphers`") } == isEmpty)
    }
  }

  // MARK: - Comments

  @Test func `comments stand above their resources, and change nothing`() throws {
    var generator = SpecGenerator(seed: freshSeed("legacy.comments"))
    let texts = [
      "plain", "two\nlines", "\u{1B}[31m", "a: b # c", "", "…\u{2028}hosts: {}", "\u{FFFE}\u{0}", "- x\r\n- y",
    ]
    for _ in 0..<300 {
      let spec = try generator.spec()
      let comments = Dictionary(uniqueKeysWithValues: spec.identifiers.map { ($0, texts) })
      let text = SpecWriter.write(spec, comments: comments)
      try #require(try SpecReader.read([SourceText(name: "written.yaml", text)]).spec == spec, "\(text)")
      let lines = text.split(separator: "\n").filter { $0.drop { $0 == " " }.hasPrefix("#") }
      try #require(lines.count == texts.count * spec.identifiers.count)
    }
  }

  @Test func `a comment is indented like its resource`() throws {
    var spec = Spec()
    spec.hosts[try HostName(text: "a")] = Host()
    spec.hosts[try HostName(text: "b")] = Host()
    spec.settings = Settings()
    spec.settings?.suspended = false
    let comments: [ResourceID: [String]] = [
      .settings: ["one", "two\tlines\n"], .host(try HostName(text: "a")): ["three"],
      .host(try HostName(text: "b")): ["four"],
    ]
    #expect(
      SpecWriter.write(spec, comments: comments) == """
        version: 1
        # one
        # two lines\u{20}
        settings:
          suspended: false
        hosts:
          # three
          a: {}
          # four
          b: {}

        """)
  }
}

extension EffectiveSSH {
  /// An empty list has no option word: it comes back as not given, so that a layer below may give another.
  fileprivate func asItCanComeBack(as after: EffectiveSSH) -> EffectiveSSH {
    guard ciphers == [] else { return self }
    return EffectiveSSH(
      user: user, port: port, identityFile: identityFile, knownHostsFile: knownHostsFile,
      connectTimeout: connectTimeout, keepAlive: keepAlive, ciphers: after.ciphers)
  }
}
