// The predecessor's files as they are read: spellings, warnings, what is left out, and what is refused.

import Support
import Testing

@testable import Spec

extension Diagnostic {
  /// The complaint on one line.
  fileprivate var headline: String {
    "\(file):\(range.start.line):\(range.start.column): \(severity): \(message)" + (hint.map { "; \($0)" } ?? "")
  }
}

extension LegacyRemark {
  fileprivate var line: String { "\(resource) \(place?.description ?? "-"): \(message)" }
}

@Suite("The predecessor's files")
struct LegacyReaderTests {
  private func read(_ global: String? = nil, _ hosts: [String: String]) throws -> LegacyReading {
    try LegacyReader.read(
      global: global.map { SourceText(name: "global.yaml", $0) },
      hosts: hosts.sorted { $0.key < $1.key }.map { SourceText(name: $0.key, $0.value) })
  }

  // MARK: - A whole prefix

  @Test func `a prefix is read with exactly these complaints`() throws {
    let sources = LegacyPrefixFixture.sources
    let reading = try LegacyReader.read(global: sources.global, hosts: sources.hosts)
    #expect(reading.configuration.hosts.count == 13)
    let record = "it is left out, and kept in the record"
    #expect(
      reading.warnings.map(\.headline) == [
        "config/hosts/unknown.yaml:2:1: warning: unknown key `colour` in host `unknown`; \(record)",
        "config/hosts/unknown.yaml:3:1: warning: unknown key `excludes_ad` in host `unknown`; \(record); "
          + "did you mean `excludes_add`?",
        "config/hosts/unknown.yaml:4:19: warning: unknown key `cipher` in `ssh` of host `unknown`; \(record)",
      ])
    #expect(
      reading.leftOut.map(\.headline) == [
        "config/hosts/broken.yaml:1:6: error: `{` without its closing `}`",
        "config/hosts/empty.yaml:1:1: error: the file holds nothing, and its host is left out; "
          + "write `host: NAME` to take it with defaults only",
      ])
  }

  @Test func `an import tells what has no equal, and where it stands`() throws {
    let sources = LegacyPrefixFixture.sources
    let reading = try LegacyReader.read(global: sources.global, hosts: sources.hosts)
    let lines = LegacyImport(reading, timeZone: .utc).remarks.map(\.line)
    let options = "host/options config/hosts/options.yaml"
    #expect(lines.prefix(3).allSatisfy { $0.hasPrefix("host/unknown config/hosts/unknown.yaml:") })
    let state = "where pobsync keeps its state is told by its options"
    let inPlace = "it writes into files in place, and would change what earlier snapshots share"
    let account = "write it into ssh_config of the account that runs pobsync, for this address"
    let order = "comes before every exclude here: see whether it lets in what was left out"
    let known = "pobsync connects only to hosts whose key it knows; put the key into the file of known hosts"
    let gamma = "host/gamma config/hosts/gamma.yaml"
    let expected: [String] = [
      "settings/global config/global.yaml:2: `pobsync_home` has no equal: \(state)",
      "\(gamma):9: `destination_subdir` `trees` has no equal: the tree goes to the top of a snapshot",
      "\(options):6: rsync option `--inplace` is left out: `--inplace` is refused: \(inPlace)",
      "\(options):6: `--include=/tmp/keep` came after `--exclude=/tmp/***`, and \(order)",
      "\(options):3: ssh option `-oProxyJump=gate` is left out: there is no field for it; \(account)",
      "\(options):3: ssh option `-4` is left out: there is no field for it; \(account)",
      "\(options):3: ssh option `-oStrictHostKeyChecking=no` is left out: \(known)",
    ]
    #expect(Array(lines.dropFirst(3)) == expected)
  }

  @Test func `an import means what the prefix meant`() throws {
    let sources = LegacyPrefixFixture.sources
    let reading = try LegacyReader.read(global: sources.global, hosts: sources.hosts)
    let spec = LegacyImport(reading, timeZone: try TimeZoneName(text: "Europe/Amsterdam")).spec
    let chosen: [ResourceID] = [
      .settings, .host(try HostName(text: "alpha")), .host(try HostName(text: "gamma")),
      .host(try HostName(text: "options")),
    ]
    #expect(
      SpecWriter.write(spec.picking(chosen)) == """
        version: 1
        settings:
          backup_root: /mnt/backups/pobsync
          time_zone: Europe/Amsterdam
          ssh:
            user: root
            port: 22
            connect_timeout: 20s
            keep_alive: 15s
          rsync:
            binary: rsync
            extra_args: [--checksum]
            timeout: 0s
          excludes: [/proc/***, /sys/***, "*.tmp"]
        hosts:
          alpha:
            address: alpha.example.net
            excludes: [/var/cache/***]
            ssh:
              user: root
              port: 22
            schedule: daily-0215-prune
            retention: default
          gamma:
            source_root: /srv
            excludes: [/var/tmp/***]
            ssh:
              user: backup
              port: 2200
            rsync:
              extra_args: [--checksum, -S, --max-size=1G]
            schedule: daily-prune
            retention: daily-3-weekly-8-monthly-2
          options:
            includes: [/tmp/keep]
            excludes: [/tmp/***]
            ssh:
              identity_file: /etc/pobsync/id
              connect_timeout: 20s
            rsync:
              remote_binary: sudo rsync
              extra_args: [--checksum, -S]
              bandwidth_limit: 4MiB
              one_file_system: true
              compress: true
            retention: default

        """)
    #expect(
      spec.retention.keys.sorted().map(\.description) == [
        "daily-14-weekly-8-monthly-24", "daily-3-weekly-8-monthly-2", "daily-7-weekly-8-monthly-12-yearly-2", "default",
      ])
    #expect(
      spec.schedules.keys.sorted().map(\.description) == [
        "cron-x--30_x_x_x_x", "daily-0215", "daily-0215-prune", "daily-0215-prune-suspended", "daily-prune",
      ])
    #expect(spec.profiles.isEmpty)
    #expect(spec.hosts[try HostName(text: "disabled")]?.own.suspended == true)
    _ = try SpecReader.read([SourceText(name: "imported.yaml", SpecWriter.write(spec))])
  }

  @Test(
    arguments: [
      ("replace-null-list", nil, ["/a"]), ("replace-null-empty", nil, nil), ("replace-list", ["/only"], ["/a"]),
      ("replace-empty", [], ["/a"]),
    ] as [(String, [String]?, [String]?)])
  func `no list to replace the excludes is not an empty one`(name: String, replace: [String]?, add: [String]?) throws {
    let sources = LegacyPrefixFixture.sources
    let reading = try LegacyReader.read(global: sources.global, hosts: sources.hosts)
    let host = try #require(LegacyImport(reading, timeZone: .utc).spec.hosts[HostName(text: name)])
    #expect(host.own.excludesReplace?.map(\.description) == replace)
    #expect(host.own.excludes?.map(\.description) == add)
  }

  @Test func `a prefix on disk is found and read in the order of its names`() async throws {
    try await withScratchDirectory { scratch in
      for (path, content) in LegacyPrefixFixture.files { try scratch.write(content, to: "prefix/\(path)") }
      try scratch.write("host: hidden", to: "prefix/config/hosts/.hidden.yaml")
      try scratch.write("host: other", to: "prefix/config/hosts/notes.txt")
      let found = try LegacyPrefix.read(scratch.path("prefix"))
      #expect(found.global?.name == scratch.path("prefix/config/global.yaml"))
      #expect(
        found.hosts.map(\.name) == LegacyPrefixFixture.files.dropFirst().map { scratch.path("prefix/\($0.path)") })
      let empty = try scratch.makeDirectory("empty")
      #expect(throws: SpecSourceError.self) { _ = try LegacyPrefix.read(empty) }
      try scratch.write("", to: "prefix/config/global.yml")
      #expect(throws: SpecSourceError.self) { _ = try LegacyPrefix.read(scratch.path("prefix")) }
    }
  }

  // MARK: - Spellings

  @Test(arguments: [
    ("ssh_user: a", "ssh: {user: a}"), ("sshUser: a", "ssh: {user: a}"), ("user: a", "ssh: {user: a}"),
    ("SSH User: a", "ssh: {user: a}"), ("ssh.user: a", "ssh: {user: a}"), ("ssh-port: '22'", "ssh: {port: 22}"),
    ("port: 22", "ssh: {port: 22}"), ("ssh_options: -o A=b", "ssh: {options: [-o, A=b]}"),
    ("ssh_key: /k", "ssh: {identity_file: /k}"), ("key_file: /k", "ssh: {identity_file: /k}"),
    ("ssh: {key: /k}", "ssh: {identity_file: /k}"), ("rsync_binary: r", "rsync: {binary: r}"),
    ("rsync_args: -a -x", "rsync: {args: [-a, -x]}"), ("extra_args: -x", "rsync: {extra_args: [-x]}"),
    ("extra_rsync_args: []", "rsync: {extra_args: []}"), ("rsyncExtraArgs: [-x]", "rsync: {extra_args: [-x]}"),
    ("timeout: 5", "rsync: {timeout_seconds: 5}"), ("rsync: {timeout: 5}", "rsync: {timeout_seconds: 5}"),
    ("bandwidth_limit_kbps: 5", "rsync: {bwlimit_kbps: 5}"), ("rsync: {bwlimit: '5'}", "rsync: {bwlimit_kbps: 5}"),
    ("source: /a", "source_root: /a"), ("source: {root: /a}", "source_root: /a"), ("root: /a", "source_root: /a"),
    ("exclude: a b", "excludes_add: [a b]"), ("excludes: [a]", "excludes_add: [a]"),
    ("exclude_add: a", "excludes_add: [a]"), ("exclude_replace: []", "excludes_replace: []"),
    ("include: a", "includes: [a]"), ("includes_add: a", "includes: [a]"),
    ("keep_daily: 7", "retention: {daily: 7}"), ("keep: {days: 7}", "retention: {daily: 7}"),
    ("retention: {keep-weekly: 7}", "retention: {weekly: 7}"), ("keepLast: 3", "retention: {last: 3}"),
    ("cron: '@daily'", "schedule: {cron: '@daily'}"), ("schedule: '@daily'", "schedule: {cron: '@daily'}"),
    ("schedule_cron: '@daily'", "schedule: {cron: '@daily'}"), ("prune: yes", "schedule: {prune: true}"),
    ("auto_prune: 0", "schedule: {prune: false}"), ("schedulePrune: 'on'", "schedule: {prune: true}"),
    ("schedule_enabled: Off", "schedule: {enabled: false}"), ("active: no", "enabled: false"),
    ("enabled: 'true'", "enabled: true"), ("name: h", "host: h"), ("hostname: h", "host: h"),
    ("destination: d", "destination_subdir: d"), ("retention: null", "{}"), ("ssh: ~", "{}"), ("schedule:", "{}"),
  ])
  func `a host's key means the same in every spelling`(spelt: String, canonical: String) throws {
    let reading = try read(nil, ["h.yaml": spelt])
    #expect(reading.configuration == (try read(nil, ["h.yaml": canonical])).configuration)
    #expect(reading.remarks.isEmpty)
  }

  @Test(arguments: [
    ("backupRoot: /a", "backup_root: /a"), ("home: /a", "pobsync_home: /a"), ("ssh_user: a", "ssh: {user: a}"),
    ("source: {root: /a}", "defaults: {source_root: /a}"), ("source_root: /a", "defaults: {source_root: /a}"),
    ("defaults: {root: /a}", "defaults: {source_root: /a}"), ("include: a", "defaults: {includes: [a]}"),
    ("excludes: a", "excludes_default: [a]"), ("exclude: [a]", "excludes_default: [a]"),
    ("default_excludes: [a]", "excludes_default: [a]"),
    ("retention: {keep_daily: 7}", "retention_defaults: {daily: 7}"),
    ("keep: {years: 7}", "retention_defaults: {yearly: 7}"), ("keep_monthly: 7", "retention_defaults: {monthly: 7}"),
    ("destination_subdir: d", "defaults: {destination_subdir: d}"),
  ])
  func `a global key means the same in every spelling`(spelt: String, canonical: String) throws {
    let reading = try read(spelt, [:])
    #expect(reading.configuration == (try read(canonical, [:])).configuration)
    #expect(reading.warnings.isEmpty)
  }

  @Test func `a missing or empty global file is a warning where there are hosts`() throws {
    let hint = "hosts are taken without a backup root, excludes and retention of their own"
    #expect(
      try read(nil, ["a.yaml": "host: a"]).warnings.map(\.headline)
        == ["config/global.yaml:1:1: warning: the global configuration is missing; \(hint)"])
    #expect(
      try read("# nothing", ["a.yaml": "host: a"]).warnings.map(\.headline)
        == ["global.yaml:1:1: warning: the global configuration holds nothing; \(hint)"])
  }

  // MARK: - Left out and refused

  @Test(arguments: [
    ("- a\n", "a.yaml:1:1: error: the file must be a map of keys and values, not a list; write `key: value` lines"),
    (
      "text\n",
      "a.yaml:1:1: error: the file must be a map of keys and values, not a plain value; "
        + "write `key: value` lines"
    ),
    ("a: 1\n---\nb: 2\n", "a.yaml:3:1: error: the file holds 2 documents, and may hold one; remove the others"),
    ("host: \"a\n", "a.yaml:1:7: error: quoted text without its closing quote"),
    (
      "# nothing\n",
      "a.yaml:1:1: error: the file holds nothing, and its host is left out; "
        + "write `host: NAME` to take it with defaults only"
    ),
  ])
  func `a host file that is no map is left out, and the others are taken`(text: String, complaint: String) throws {
    let reading = try read("ssh: {user: root}", ["a.yaml": text, "b.yaml": "port: 22"])
    #expect(reading.configuration.hosts.keys.map(\.description) == ["b"])
    #expect(reading.leftOut.map(\.headline) == [complaint])
  }

  struct Refused: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var global: String?
    var hosts: [String: String] = [:]
    let complaints: [String]
  }

  private static let keepsNothing =
    "keeps nothing; set one of daily, weekly, monthly and yearly above 0, or leave all out"

  static let refused: [Refused] = [
    Refused(
      testDescription: "a port that is none", hosts: ["a.yaml": "ssh: {port: 70000}"],
      complaints: [
        "a.yaml:1:13: error: `ssh.port` of host `a` must be a whole number from 1 to 65535, not `70000`"
      ]),
    Refused(
      testDescription: "a cron expression that cannot be read", hosts: ["a.yaml": "cron: \"@reboot\""],
      complaints: [
        "a.yaml:1:7: error: `schedule.cron` of host `a` is not a cron expression: `@reboot` names no time; "
          + "a schedule needs one, such as `@daily`"
      ]),
    Refused(
      testDescription: "a host name that is no directory", hosts: ["a.yaml": "host: ../etc"],
      complaints: [
        "a.yaml:1:7: error: `host` of host `../etc` is not a host name: `../etc` must begin with a letter or a digit"
      ]),
    Refused(
      testDescription: "a file name that is no host name", hosts: ["config/hosts/größe.yaml": "address: x"],
      complaints: [
        "config/hosts/größe.yaml:1:1: error: the file's name gives no host name: `größe` holds `ö`; a name is made of "
          + "letters, digits, `.`, `_` and `-`; name the host in the file: `host: NAME`"
      ]),
    Refused(
      testDescription: "an address like an option", hosts: ["a.yaml": "address: -oProxyCommand=x"],
      complaints: [
        "a.yaml:1:10: error: `address` of host `a` is not an address: `-oProxyCommand=x` begins with `-`, which ssh "
          + "would take for an option"
      ]),
    Refused(
      testDescription: "a host's retention that keeps nothing", hosts: ["a.yaml": "retention: {daily: 0}"],
      complaints: ["a.yaml:1:12: error: `retention` of host `a` \(keepsNothing)"]),
    Refused(
      testDescription: "a retention that keeps nothing with the defaults", global: "retention: {daily: 7, weekly: 0}",
      hosts: ["a.yaml": "keep_daily: 0"],
      complaints: ["a.yaml:1:13: error: `retention` of host `a` \(keepsNothing)"]),
    Refused(
      testDescription: "defaults that keep nothing", global: "retention_defaults: {daily: 0, weekly: 0}",
      complaints: [
        "global.yaml:1:21: error: `retention_defaults` of the global configuration \(keepsNothing)"
      ]),
    Refused(
      testDescription: "two files for one host", hosts: ["a.yaml": "host: web", "b.yaml": "address: x\nname: web"],
      complaints: [
        "b.yaml:2:7: error: host `web` has two files, the first at a.yaml:1:7; remove or rename one of them"
      ]),
    Refused(
      testDescription: "one thing said twice", hosts: ["a.yaml": "user: root\nssh_user: backup"],
      complaints: [
        "a.yaml:2:1: error: `ssh_user` means the same as `user` at a.yaml:1:1, `ssh.user` of host `a`; "
          + "keep one of them"
      ]),
    Refused(
      testDescription: "a list where a map belongs", global: "ssh: [1]",
      complaints: [
        "global.yaml:1:6: error: `ssh` of the global configuration must be a map of keys and values, not a list"
      ]),
    Refused(
      testDescription: "a global file that is no YAML", global: "backup_root: \"/mnt\n", hosts: ["a.yaml": "host: a"],
      complaints: ["global.yaml:1:14: error: quoted text without its closing quote"]),
    Refused(
      testDescription: "a global file that is no map", global: "- a",
      complaints: [
        "global.yaml:1:1: error: the file must be a map of keys and values, not a list; write `key: value` lines"
      ]),
    Refused(
      testDescription: "everything at once", global: "ssh: 1",
      hosts: ["a.yaml": "port: 0", "b.yaml": "- b", "c.yaml": "timeout: x"],
      complaints: [
        "global.yaml:1:6: error: `ssh` of the global configuration must be a map of keys and values, not a plain value",
        "a.yaml:1:7: error: `ssh.port` of host `a` must be a whole number from 1 to 65535, not `0`",
        "b.yaml:1:1: error: the file must be a map of keys and values, not a list; write `key: value` lines",
        "c.yaml:1:10: error: `rsync.timeout_seconds` of host `c` must be a whole number from 0 to 604800, not `x`",
      ]),
  ]

  @Test(arguments: refused)
  func `a wrong value refuses all`(case: Refused) throws {
    let error = try #require(throws: Diagnostics.self) { _ = try read(`case`.global, `case`.hosts) }
    #expect(error.items.map(\.headline) == `case`.complaints)
  }
}
