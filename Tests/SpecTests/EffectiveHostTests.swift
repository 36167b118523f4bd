// What holds for a host: settings, profiles and its own declaration laid over each other.

import Foundation
import Testing

@testable import Spec

@Suite("Effective hosts")
struct EffectiveHostTests {
  @Test("a host that declares nothing has the defaults")
  func defaults() throws {
    let host = try effective("version: 1\nhosts:\n  web-1:\n")
    #expect(host.name.description == "web-1")
    #expect(host.address.description == "web-1")
    #expect(host.sourceRoot == .root)
    #expect(host.includes.isEmpty)
    #expect(host.excludes.isEmpty)
    #expect(host.ssh.user == .root)
    #expect(host.ssh.port == 22)
    #expect(host.ssh.identityFile == nil)
    #expect(host.ssh.knownHostsFile == nil)
    #expect(host.ssh.connectTimeout == .seconds(30))
    #expect(host.ssh.keepAlive == .seconds(30))
    #expect(host.ssh.ciphers == nil)
    #expect(host.rsync.binary == .rsync)
    #expect(host.rsync.remoteBinary == nil)
    #expect(host.rsync.extraArgs.isEmpty)
    #expect(host.rsync.timeout == .minutes(10))
    #expect(host.rsync.bandwidthLimit == nil)
    #expect(host.rsync.bandwidth.isEmpty)
    #expect(!host.rsync.oneFileSystem)
    #expect(!host.rsync.compress)
    #expect(host.schedule == nil)
    #expect(host.retention == nil)
    #expect(host.strategy == .clone)
    #expect(host.labels.isEmpty)
    #expect(host.suspension == nil)
    #expect(host.runRequested == nil)
    #expect(host.maxShrink == .half)
    #expect(host.onRemove == .retain)
    #expect(!host.preventRemoval)
    #expect(host.maxAge == nil)
  }

  @Test("of each option the last layer that gives it wins, key by key")
  func layers() throws {
    // What is given first by: the settings, the lower profile, the upper profile, the host.
    let host = try effective(
      """
      version: 1
      settings:
        ssh: {user: a, port: 1, identity_file: /a, keep_alive: 1s, ciphers: [aes128-ctr, aes192-ctr]}
        rsync: {binary: /a, remote_binary: a, extra_args: [-S], timeout: 1s, bandwidth_limit: 1B, compress: true,
                bandwidth: [{window: Mon, limit: 1B}, {window: Tue, limit: 2B}]}
      profiles:
        base:
          source_root: /base
          ssh: {port: 2, identity_file: /b, keep_alive: 2s}
          rsync: {remote_binary: b, extra_args: [-x, -z], timeout: 2s, one_file_system: true, compress: false}
          suspended: true
        linux:
          profile: base
          source_root: /linux
          ssh: {identity_file: /c, keep_alive: 3s, ciphers: [aes256-ctr]}
          rsync: {extra_args: [], timeout: 3s, bandwidth_limit: 3B, bandwidth: [{window: Wed, limit: 3B}]}
          suspended: true
      hosts:
        web-1:
          profile: linux
          address: 192.0.2.1
          ssh: {keep_alive: 4s, connect_timeout: 4s}
          rsync: {timeout: 4s}
          suspended: false
      """)
    #expect(host.address.description == "192.0.2.1")
    #expect(host.sourceRoot.description == "/linux")
    #expect(host.ssh.user.description == "a")
    #expect(host.ssh.port == 2)
    #expect(host.ssh.identityFile?.description == "/c")
    #expect(host.ssh.keepAlive == .seconds(4))
    #expect(host.ssh.connectTimeout == .seconds(4))
    #expect(host.ssh.ciphers?.map(\.description) == ["aes256-ctr"])
    #expect(host.rsync.binary.description == "/a")
    #expect(host.rsync.remoteBinary?.description == "b")
    #expect(host.rsync.extraArgs.isEmpty)
    #expect(host.rsync.timeout == .seconds(4))
    #expect(host.rsync.bandwidthLimit?.bytes == 3)
    #expect(host.rsync.bandwidth.map(\.window.description) == ["Wed"])
    #expect(host.rsync.oneFileSystem)
    #expect(!host.rsync.compress)
    #expect(host.suspension == nil)
  }

  @Test("schedule and retention come from the nearest layer")
  func references() throws {
    let text = """
      version: 1
      retention: {few: {keep_last: 1}, many: {keep_last: 9}}
      schedules: {nightly: {cron: "@daily"}, hourly: {cron: "@hourly"}}
      profiles:
        base: {schedule: nightly, retention: few}
        linux: {profile: base, retention: many}
      hosts:
        web-1: {profile: linux, schedule: hourly}
        web-2: {profile: linux}
      """
    let first = try effective(text)
    #expect(first.schedule?.name.description == "hourly")
    #expect(first.retention?.name.description == "many")
    #expect(first.retention?.policy.keepLast == 9)
    let second = try effective(text, "web-2")
    #expect(second.schedule?.name.description == "nightly")
    #expect(second.schedule?.declared.cron == .daily)
  }

  @Test("labels merge name by name")
  func labels() throws {
    let host = try effective(
      """
      version: 1
      profiles:
        base: {labels: {os: linux, role: any, site: a}}
        linux: {profile: base, labels: {role: server}}
        unlabelled: {profile: linux, labels: {}}
      hosts:
        web-1: {profile: unlabelled, labels: {role: web, rack: "7"}}
      """)
    let labels = Dictionary(uniqueKeysWithValues: host.labels.map { ($0.key.description, $0.value) })
    #expect(labels == ["os": "linux", "role": "web", "site": "a", "rack": "7"])
  }

  @Test("includes and excludes accumulate from the settings to the host, in order")
  func patterns() throws {
    let host = try effective(
      """
      version: 1
      settings: {excludes: [/s1, /s2]}
      profiles:
        base: {includes: [/b], excludes: [/b1]}
        plain: {profile: base}
        linux: {profile: plain, includes: [/l], excludes: [/l1, /s1]}
      hosts:
        web-1: {profile: linux, includes: [/h], excludes: [/h1]}
      """)
    #expect(host.includes.map(\.description) == ["/b", "/l", "/h"])
    #expect(host.excludes.map(\.description) == ["/s1", "/s2", "/b1", "/l1", "/s1", "/h1"])
  }

  @Test(
    "excludes_replace starts afresh at its level; null does not",
    arguments: [
      ("", "", "", ["/s", "/b", "/l", "/h"]),
      ("excludes_replace: [/x]", "", "", ["/x", "/b", "/l", "/h"]),
      ("", "excludes_replace: [/x, /y]", "", ["/x", "/y", "/l", "/h"]),
      ("", "", "excludes_replace: [/x]", ["/x", "/h"]),
      ("", "", "excludes_replace: []", ["/h"]),
      ("excludes_replace: []", "", "", ["/b", "/l", "/h"]),
      ("", "excludes_replace: []", "", ["/l", "/h"]),
      ("excludes_replace: ~", "excludes_replace:", "excludes_replace: null", ["/s", "/b", "/l", "/h"]),
      ("excludes_replace: [/x]", "excludes_replace: [/y]", "", ["/y", "/l", "/h"]),
      ("excludes_replace: [/x]", "", "excludes_replace: [/z]", ["/z", "/h"]),
      ("excludes_replace: [/x]", "", "excludes_replace: ~", ["/x", "/b", "/l", "/h"]),
    ])
  func replaced(base: String, linux: String, web: String, excludes: [String]) throws {
    let host = try effective(
      """
      version: 1
      settings:
        excludes: [/s]
      profiles:
        base:
          excludes: [/b]
          \(base)
        linux:
          profile: base
          excludes: [/l]
          \(linux)
      hosts:
        web-1:
          profile: linux
          excludes: [/h]
          \(web)
      """)
    #expect(host.excludes.map(\.description) == excludes)
  }

  @Test("excludes_replace leaves the includes alone")
  func replacedExcludesOnly() throws {
    let host = try effective(
      "version: 1\nprofiles:\n  p: {includes: [/i]}\nhosts:\n  web-1: {profile: p, excludes_replace: []}\n")
    #expect(host.includes.map(\.description) == ["/i"])
  }

  @Test(
    "a time zone comes from the schedule or policy, else from the settings, else it is UTC",
    arguments: [
      ("", "", "UTC"), ("time_zone: Asia/Tokyo", "", "Asia/Tokyo"),
      ("", "time_zone: America/New_York", "America/New_York"),
      ("time_zone: Asia/Tokyo", "time_zone: America/New_York", "America/New_York"),
    ])
  func timeZones(settings: String, own: String, zone: String) throws {
    let host = try effective(
      """
      version: 1
      settings: {\(settings)}
      retention:
        standard:
          keep_last: 1
          \(own)
      schedules:
        nightly:
          cron: "@daily"
          \(own)
      hosts:
        web-1: {schedule: nightly, retention: standard}
      """)
    #expect(host.schedule?.timeZone.description == zone)
    #expect(host.retention?.timeZone.description == zone)
  }

  @Test("windows are read in the schedule's zone, and the settings' blackouts in that of the settings")
  func calendar() throws {
    let text = """
      version: 1
      settings: {time_zone: Asia/Tokyo, blackouts: [2026-05-19]}
      schedules:
        nightly: {cron: "@daily", time_zone: America/New_York, windows: [20:00-06:00], blackouts: [Mon 22:00-23:00]}
        plain: {cron: "@daily"}
      hosts: {web-1: {schedule: nightly}, web-2: {schedule: plain}}
      """
    // 20:00 in New York is 00:00 UTC; the 19th begins in Tokyo at 15:00 UTC on the 18th.
    let nightly = try #require(try effective(text).schedule).calendar
    #expect(try nightly.nextChange(after: instant("2026-05-17T12:00:00Z")) == instant("2026-05-18T00:00:00Z"))
    #expect(try nightly.nextChange(after: instant("2026-05-18T00:00:00Z")) == instant("2026-05-18T10:00:00Z"))
    #expect(try nightly.nextOpening(atOrAfter: instant("2026-05-18T10:00:00Z")) == instant("2026-05-20T00:00:00Z"))
    #expect(try nightly.nextChange(after: instant("2026-05-26T00:00:00Z")) == instant("2026-05-26T02:00:00Z"))
    // Without windows of its own, only the settings close it.
    let plain = try #require(try effective(text, "web-2").schedule).calendar
    #expect(try plain.nextChange(after: instant("2026-05-01T00:00:00Z")) == instant("2026-05-18T15:00:00Z"))
    #expect(try plain.nextChange(after: instant("2026-05-18T15:00:00Z")) == instant("2026-05-19T15:00:00Z"))
    #expect(try plain.nextChange(after: instant("2026-05-19T15:00:00Z")) == nil)
  }

  @Test("the bandwidth limit is that of the first rule whose window holds the time, in the settings' zone")
  func bandwidth() throws {
    let rsync = try effective(
      """
      version: 1
      settings: {time_zone: Asia/Tokyo}
      profiles:
        slow: {rsync: {bandwidth: [{window: 08:00-18:00, limit: 1MiB}, {window: Mon, limit: 2MiB}]}}
      hosts:
        web-1: {profile: slow, rsync: {bandwidth_limit: 3MiB}}
      """
    ).rsync
    #expect(try rsync.bandwidthLimit(at: instant("2026-05-17T23:00:00Z"))?.bytes == 1 << 20)
    #expect(try rsync.bandwidthLimit(at: instant("2026-05-17T22:59:59Z"))?.bytes == 2 << 20)
    #expect(try rsync.bandwidthLimit(at: instant("2026-05-18T15:00:00Z"))?.bytes == 3 << 20)
  }

  @Test("what guards a host's snapshots comes from the nearest layer; what asks for a backup is the host's own")
  func guards() throws {
    let text = """
      version: 1
      profiles:
        base: {max_shrink: 10%, on_remove: expire, prevent_removal: true}
        linux: {profile: base, max_shrink: 20%}
      hosts:
        web-1: {profile: linux, run_requested: before the upgrade}
        web-2: {profile: linux, max_shrink: 30%, on_remove: retain, prevent_removal: false}
      """
    let first = try effective(text)
    #expect(first.maxShrink.description == "20%")
    #expect(first.onRemove == .expire)
    #expect(first.preventRemoval)
    #expect(first.runRequested?.description == "before the upgrade")
    let second = try effective(text, "web-2")
    #expect(second.maxShrink.description == "30%")
    #expect(second.onRemove == .retain)
    #expect(!second.preventRemoval)
    #expect(second.runRequested == nil)
  }

  @Test(
    "a host is suspended by everything's suspension, else its own or its profile's, else its schedule's",
    arguments: [
      // The settings, the profile, the host, the schedule.
      ("", "", "", "", nil),
      (
        "suspended: true, suspended_reason: s", "suspended: true", "suspended: true, suspended_reason: h",
        "suspended: true", "everything is suspended: s"
      ),
      ("suspended: true", "", "suspended: false, suspended_reason: h", "", "everything is suspended"),
      ("suspended: false, suspended_reason: s", "", "", "", nil),
      ("", "suspended: true, suspended_reason: p", "", "suspended: true", "the host is suspended: p"),
      ("", "suspended: true, suspended_reason: p", "suspended_reason: h", "", "the host is suspended: h"),
      ("", "suspended: true, suspended_reason: p", "suspended: false", "", nil),
      ("", "suspended_reason: p", "suspended: true", "", "the host is suspended: p"),
      (
        "", "suspended: true", "suspended: false", "suspended: true, suspended_reason: n",
        "its schedule nightly is suspended: n"
      ),
      ("", "", "suspended_reason: h", "suspended: true", "its schedule nightly is suspended"),
    ] as [(String, String, String, String, String?)])
  func suspensions(settings: String, profile: String, own: String, schedule: String, suspension: String?) throws {
    let host = try effective(
      """
      version: 1
      settings: {\(settings)}
      schedules:
        nightly: {\(["cron: '@daily'", schedule].filter { !$0.isEmpty }.joined(separator: ", "))}
      profiles:
        linux: {\(profile)}
      hosts:
        web-1: {\(["profile: linux, schedule: nightly", own].filter { !$0.isEmpty }.joined(separator: ", "))}
      """)
    #expect(host.suspension?.description == suspension)
  }

  private func instant(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

  @Test("hosts come by name, and one that is not declared is none")
  func all() throws {
    let spec = try read("version: 1\nhosts: {web-2: {}, db: {}, web-10: {}}\n")
    #expect(spec.effectiveHosts.map(\.name.description) == ["db", "web-10", "web-2"])
    #expect(spec.effectiveHost(try HostName(text: "web-1")) == nil)
  }

  @Test("a circle of profiles, which only a damaged store can hold, is cut")
  func circle() throws {
    var spec = Spec()
    let (first, second) = (try ResourceName(text: "a"), try ResourceName(text: "b"))
    spec.profiles[first] = Profile()
    spec.profiles[first]?.profile = second
    spec.profiles[first]?.excludes = [try FilterPattern(text: "/a")]
    spec.profiles[second] = Profile()
    spec.profiles[second]?.profile = first
    spec.profiles[second]?.excludes = [try FilterPattern(text: "/b")]
    let name = try HostName(text: "web-1")
    var host = Host()
    host.own.profile = first
    spec.hosts[name] = host
    #expect(spec.effectiveHost(name)?.excludes.map(\.description) == ["/b", "/a"])
  }

  private func effective(_ text: String, _ name: String = "web-1") throws -> EffectiveHost {
    try #require(try read(text).effectiveHost(try HostName(text: name)))
  }

  private func read(_ text: String) throws -> Spec {
    try SpecReader.read([SourceText(name: "hosts.yaml", text)]).spec
  }
}
