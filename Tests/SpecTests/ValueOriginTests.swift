// Where values come from: what is explained is what holds, whatever the layers, and is what the named layer declares.

import Support
import Testing

@testable import Spec

@Suite("Origins of values")
struct ValueOriginTests {
  private static let text = """
    version: 1
    settings:
      time_zone: Europe/Amsterdam
      ssh: {user: backup}
      excludes: [/proc/***, /sys/***]
    retention:
      standard: {keep_daily: 14}
    schedules:
      nightly: {cron: "15 2 * * *", max_age: 26h}
    profiles:
      base:
        ssh: {port: 2222}
        excludes: ["*.tmp"]
        labels: {os: linux, role: any}
      linux:
        profile: base
        schedule: nightly
        retention: standard
        suspended: true
        suspended_reason: new disks
    hosts:
      web-1:
        profile: linux
        labels: {role: web}
        rsync: {extra_args: [-S]}
      web-2: {excludes_replace: []}

    """

  /// The explanation as lines: a path, a value and the resource that gives it.
  private func lines(_ name: String) throws -> [String] {
    let spec = try SpecReader.read([SourceText(name: "hosts.yaml", Self.text)]).spec
    let values = try #require(spec.explanation(of: try HostName(text: name)))
    return values.map { explained in
      let value = explained.value.map(JSONWriter.compact) ?? "-"
      return switch explained.origin {
      case .builtIn: "\(explained.path) \(value) default"
      case .declared(let id, let path): "\(explained.path) \(value) \(id) \(path)"
      }
    }
  }

  @Test("each value is told with the declaration that gives it, and what nobody gives is a default")
  func origins() throws {
    #expect(
      try lines("web-1") == [
        #"address "web-1" default"#,
        "run_requested - default",
        #"profile "linux" host/web-1 profile"#,
        #"source_root "/" default"#,
        "includes [] default",
        #"excludes "/proc/***" settings/global excludes.0"#,
        #"excludes "/sys/***" settings/global excludes.1"#,
        #"excludes "*.tmp" profile/base excludes.0"#,
        #"ssh.user "backup" settings/global ssh.user"#,
        "ssh.port 2222 profile/base ssh.port",
        "ssh.identity_file - default",
        "ssh.known_hosts_file - default",
        #"ssh.connect_timeout "30s" default"#,
        #"ssh.keep_alive "30s" default"#,
        "ssh.ciphers - default",
        #"time_zone "Europe/Amsterdam" settings/global time_zone"#,
        #"rsync.binary "rsync" default"#,
        "rsync.remote_binary - default",
        #"rsync.extra_args ["-S"] host/web-1 rsync.extra_args"#,
        #"rsync.timeout "10m" default"#,
        "rsync.bandwidth_limit - default",
        "rsync.bandwidth [] default",
        "rsync.one_file_system false default",
        "rsync.compress false default",
        #"schedule "nightly" profile/linux schedule"#,
        #"schedule.cron "15 2 * * *" schedule/nightly cron"#,
        "schedule.prune false default",
        #"schedule.time_zone "Europe/Amsterdam" settings/global time_zone"#,
        #"max_age "26h" schedule/nightly max_age"#,
        #"retention "standard" profile/linux retention"#,
        "retention.keep_daily 14 retention/standard keep_daily",
        "retention.min_keep 1 default",
        #"retention.time_zone "Europe/Amsterdam" settings/global time_zone"#,
        #"strategy "clone" default"#,
        #"labels.os "linux" profile/base labels.os"#,
        #"labels.role "web" host/web-1 labels.role"#,
        "suspended true profile/linux suspended",
        #"suspended_reason "new disks" profile/linux suspended_reason"#,
        #"max_shrink "50%" default"#,
        #"on_remove "retain" default"#,
        "prevent_removal false default",
      ])
    #expect(try lines("web-2").contains("excludes [] host/web-2 excludes_replace"))
    #expect(try lines("web-2").contains("suspended false default"))
  }

  @Test("nothing is explained of a host that is not declared")
  func unknown() throws { #expect(Spec().explanation(of: try HostName(text: "web-1")) == nil) }

  @Test("of 300 specs, what is explained is what holds, and no higher layer declares it")
  func agreement() throws {
    var generator = SpecGenerator(seed: freshSeed("spec.origins"))
    for _ in 0..<300 {
      let spec = try generator.spec()
      for host in spec.effectiveHosts {
        let explained = try #require(spec.explanation(of: host.name))
        let values = Dictionary(grouping: explained, by: \.path).mapValues { $0.map(\.value) }
        for (path, expected) in host.expected { try #require(values[path] == expected, "\(host.name) \(path)") }
        for value in explained {
          guard case .declared(let id, let path) = value.origin else { continue }
          try #require(spec.values(of: id)?.value(at: path) == value.value, "\(host.name) \(value)")
          let chain = layers(of: host.name, in: spec)
          guard let place = chain.firstIndex(of: id), !path.hasPrefix("excludes"), !path.hasPrefix("includes") else {
            continue
          }
          for higher in chain[(place + 1)...] {
            let isGiven = spec.values(of: higher)?.value(at: path) != nil
            try #require(!isGiven, "\(host.name) \(value) is also given by \(higher)")
          }
        }
      }
    }
  }

  /// The profiles and the host, from the lowest to the highest.
  private func layers(of name: HostName, in spec: Spec) -> [ResourceID] {
    var chain = [ResourceID.host(name)]
    var next = spec.hosts[name]?.own.profile
    while let profile = next, chain.count < 20 {
      chain.append(ResourceID(kind: .profile, name: profile.description))
      next = spec.profiles[profile]?.profile
    }
    return chain.reversed()
  }
}

extension EffectiveHost {
  /// What an explanation has to say, by path: written from the values that hold.
  fileprivate var expected: [(path: String, values: [YAMLValue?])] {
    var expected: [(path: String, values: [YAMLValue?])] = []
    func add(_ path: String, _ value: YAMLValue?) { expected.append((path, [value])) }
    func add(_ path: String, text: (some CustomStringConvertible)?) {
      add(path, text.map { YAMLValue.string($0.description) })
    }
    func add(_ path: String, each patterns: [FilterPattern]) {
      let values: [YAMLValue?] = patterns.map { YAMLValue.string($0.description) }
      expected.append((path, values.isEmpty ? [YAMLValue.list([])] : values))
    }
    add("address", text: address)
    add("run_requested", text: runRequested)
    add("source_root", text: sourceRoot)
    add("includes", each: includes)
    add("excludes", each: excludes)
    add("ssh.user", text: ssh.user)
    add("ssh.port", .int(Int64(ssh.port)))
    add("ssh.identity_file", text: ssh.identityFile)
    add("ssh.known_hosts_file", text: ssh.knownHostsFile)
    add("ssh.connect_timeout", text: ssh.connectTimeout)
    add("ssh.keep_alive", text: ssh.keepAlive)
    add("ssh.ciphers", ssh.ciphers.map { ciphers in YAMLValue.list(ciphers.map { YAMLValue.string($0.description) }) })
    add("time_zone", text: rsync.timeZone)
    add("rsync.binary", text: rsync.binary)
    add("rsync.remote_binary", text: rsync.remoteBinary)
    add("rsync.extra_args", .list(rsync.extraArgs.map { YAMLValue.string($0.description) }))
    add("rsync.timeout", text: rsync.timeout)
    add("rsync.bandwidth_limit", text: rsync.bandwidthLimit)
    add("rsync.one_file_system", .bool(rsync.oneFileSystem))
    add("rsync.compress", .bool(rsync.compress))
    add("schedule", text: schedule?.name)
    add("retention", text: retention?.name)
    add("max_age", text: maxAge)
    add("strategy", .string(strategy.rawValue))
    add("suspended", .bool(suspension != nil))
    add("max_shrink", text: maxShrink)
    add("on_remove", .string(onRemove.rawValue))
    add("prevent_removal", .bool(preventRemoval))
    if let reason = suspension?.reason { add("suspended_reason", text: reason) }
    if let schedule {
      add("schedule.cron", text: schedule.declared.cron)
      add("schedule.time_zone", text: schedule.timeZone)
      add("schedule.prune", .bool(schedule.declared.prune ?? false))
    }
    if let retention {
      add("retention.time_zone", text: retention.timeZone)
      add("retention.min_keep", .int(Int64(retention.policy.minKeep ?? 1)))
    }
    for (name, value) in labels { add("labels.\(name)", .string(value)) }
    return expected
  }
}
