// Places: the file and line at which each field of a resource has its value.

import Testing

@testable import Spec

@Suite("Places of declarations")
struct SpecPlacesTests {
  private let places = SpecPlaces([
    SourceText(
      name: "a.yaml",
      """
      version: 1
      settings:
        ssh: &login {user: backup,
          port: 22}
        excludes:
        - /a
        - /b
      profiles:
        linux: &linux
          ssh: *login
          labels: {a.b: x, a: y}
        server:
          <<: *linux
          max_age: 24h
      hosts:
        plain:
      ---
      version: 1
      hosts:
        web-1: {profile: linux,
          rsync: {bandwidth: [{window: Mon, limit: 1MiB},
            {window: Tue, limit: 2MiB}]}}
      """),
    SourceText(name: "b.yaml", "version: 1\nhosts:\n  web-2: {address: b}\n  web-1: {address: twice}\n"),
    SourceText(name: "c.yaml", "hosts: ["),
  ])

  @Test(
    "each field is found where its value stands, by way of anchors and merge keys too",
    arguments: [
      ("settings/global", "ssh.user", "a.yaml:3"), ("settings/global", "ssh.port", "a.yaml:4"),
      ("settings/global", "excludes.1", "a.yaml:7"), ("settings/global", "excludes", "a.yaml:6"),
      ("profile/linux", "ssh.user", "a.yaml:3"), ("profile/linux", "ssh", "a.yaml:10"),
      ("profile/linux", "labels.a.b", "a.yaml:11"), ("profile/linux", "labels.a", "a.yaml:11"),
      ("profile/server", "ssh.port", "a.yaml:4"), ("profile/server", "max_age", "a.yaml:14"),
      ("host/web-1", "rsync.bandwidth.1.limit", "a.yaml:22"), ("host/web-1", "profile", "a.yaml:20"),
      ("host/web-2", "address", "b.yaml:3"),
      ("host/web-1", "address", nil), ("host/web-3", "address", nil), ("host/plain", "address", nil),
      ("settings/global", "excludes.2", nil), ("settings/global", "ssh.user.x", nil),
    ] as [(String, String, String?)])
  func place(resource: String, path: String, place: String?) throws {
    #expect(places.place(of: path, in: try id(resource))?.description == place)
  }

  @Test("values are given as they are read, however they are written")
  func values() throws {
    #expect(places.value(of: "max_age", in: try id("profile/server")) == .string("1d"))
    #expect(places.value(of: "excludes.1", in: try id("settings/global")) == .string("/b"))
    #expect(places.value(of: "labels.a.b", in: try id("profile/linux")) == .string("x"))
    #expect(places.value(of: "address", in: try id("host/plain")) == nil)
    #expect(places.value(of: "address", in: try id("host/web-3")) == nil)
  }

  @Test("what a file declares is known, also if nothing stands behind its name")
  func declared() throws {
    for name in ["host/plain", "host/web-1", "profile/linux", "settings/global"] {
      #expect(places.declares(try id(name)), "\(name)")
    }
    #expect(!places.declares(try id("host/web-3")))
    #expect(!SpecPlaces([]).declares(.settings))
  }

  private func id(_ text: String) throws -> ResourceID {
    let parts = text.split(separator: "/").map(String.init)
    return ResourceID(kind: try #require(ResourceKind(rawValue: parts[0])), name: parts[1])
  }
}
