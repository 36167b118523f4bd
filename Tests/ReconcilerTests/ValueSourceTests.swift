// Where values were written: in which line of an applied file, or by whom since.

import Engine
import Foundation
import Spec
import Testing

@testable import Reconciler
@testable import Store

struct ValueSourceTests {
  private static let applied = """
    version: 1
    settings: {ssh: {user: backup}}
    hosts:
      web-1:
        address: 192.0.2.1
        excludes: [/a, /b]
        ssh: {port: 22}

    """

  /// The sources of a host's values, by path, in words.
  private func sources(
    of spec: String, edits: [SpecChange] = [], owner: String = "main", files: [SourceText] = []
  ) throws -> [String: [String]] {
    let read = try SpecReader.read([SourceText(name: "spec.yaml", spec)]).spec
    let name = try HostName(text: "web-1")
    let tracer = ValueTracer(
      files: SpecPlaces(files), sets: ["main": SpecPlaces([SourceText(name: "hosts.yaml", Self.applied)])],
      owners: [.host(name): owner, .settings: "main"], changes: [.host(name): edits])
    return Dictionary(grouping: try #require(read.explanation(of: name)), by: \.path)
      .mapValues { $0.map { tracer.source(of: $0).description } }
  }

  private func change(_ source: String, by actor: String, from before: String, to after: String) throws -> SpecChange {
    SpecChange(
      at: try time("2026-05-19 12:00"), origin: ChangeOrigin(source: source, actor: actor),
      resource: .host(try HostName(text: "web-1")), action: .configured, before: before, after: after)
  }

  @Test func `what holds as it was applied is in the file, at its line`() throws {
    let found = try sources(of: Self.applied)
    #expect(found["address"] == ["host, hosts.yaml:5"])
    #expect(found["excludes"] == ["host, hosts.yaml:6", "host, hosts.yaml:6"])
    #expect(found["ssh.port"] == ["host, hosts.yaml:7"])
    #expect(found["ssh.user"] == ["settings, hosts.yaml:2"])
    #expect(found["source_root"] == ["default"])
  }

  @Test(arguments: [
    ("cli", "host, edited by root (cli) at 2026-05-19 12:00:00Z"),
    ("web", "host, edited by root (web) at 2026-05-19 12:00:00Z"),
    ("other", "host, applied by root (other) at 2026-05-19 12:00:00Z"),
  ])
  func `what was changed since is told by who has changed it, value by value`(_ source: String, told: String) throws {
    let edited = Self.applied.replacing("192.0.2.1", with: "192.0.2.7")
    let edit = try change(
      source, by: "root", from: #"{"address":"192.0.2.1"}"#, to: #"{"address":"192.0.2.7"}"#)
    let later = try change("cli", by: "ada", from: #"{"address":"192.0.2.7"}"#, to: #"{"address":"192.0.2.7"}"#)
    for owner in ["main", source] {
      let found = try sources(of: edited, edits: [later, edit], owner: owner)
      #expect(found["address"] == [told])
    }
    #expect(try sources(of: edited, edits: [edit])["ssh.port"] == ["host, hosts.yaml:7"])
  }

  @Test func `what nobody remembers is told by its owner`() throws {
    let edited = Self.applied.replacing("192.0.2.1", with: "192.0.2.7")
    #expect(try sources(of: edited, owner: "cli")["address"] == ["host, declared by cli"])
  }

  @Test func `files that are not applied come before all else`() throws {
    let new = SourceText(name: "new.yaml", "version: 1\nhosts:\n  web-1:\n    address: 192.0.2.1\n")
    let found = try sources(of: "version: 1\nhosts: {web-1: {address: 192.0.2.1}}\n", files: [new])
    #expect(found["address"] == ["host, new.yaml:4"])
  }

  @Test func `profiles, schedules and policies are called by name`() throws {
    let spec = try SpecReader.read([
      SourceText(
        name: "spec.yaml",
        """
        version: 1
        retention: {few: {keep_last: 1}}
        schedules: {nightly: {cron: "@daily"}}
        profiles: {linux: {schedule: nightly, retention: few}}
        hosts: {web-1: {profile: linux}}
        """)
    ])
    let tracer = ValueTracer(files: SpecPlaces([]), sets: [:], owners: [:], changes: [:])
    let values = try #require(spec.spec.explanation(of: try HostName(text: "web-1")))
    let found = values.map { ($0.path, tracer.source(of: $0)) }
    let layers = Dictionary(found.map { ($0.0, $0.1.layer) }) { first, _ in first }
    #expect(layers["schedule.cron"] == "schedule" && layers["retention.keep_last"] == "retention")
    #expect(layers["schedule"] == "profile" && layers["profile"] == "host" && layers["address"] == "default")
    let words = Dictionary(found.map { ($0.0, $0.1.description) }) { first, _ in first }
    #expect(words["schedule"]?.hasPrefix("profile linux, ") == true)
    #expect(words["schedule.cron"]?.hasPrefix("schedule nightly, ") == true)
    #expect(words["retention.keep_last"]?.hasPrefix("retention few, ") == true)
  }
}
