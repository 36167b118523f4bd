// Following a directory of specs: when it is read, and what becomes of what it holds.

import Engine
import Foundation
import Logging
import Spec
import Support
import Testing

@testable import Reconciler
@testable import Store

struct SpecDirectoryTests {
  private static let host = "version: 1\nhosts: {web-1: {}}\n"

  private func withFollower(
    set: String? = nil, prune: Bool = false,
    _ body: (Site, ScratchDirectory, inout SpecDirectoryFollower) async throws -> Void
  ) async throws {
    try await withScratchDirectory("specs") { scratch in
      let site = try await Site()
      let directory = SpecDirectory(
        path: try scratch.makeDirectory("spec.d"), set: try set.map { try ResourceName(text: $0) }, prune: prune)
      var follower = SpecDirectoryFollower(
        directory, environment: try site.environment(),
        logger: Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() })
      try await body(site, scratch, &follower)
    }
  }

  private func look(_ follower: inout SpecDirectoryFollower, times: Int = 2) async {
    for _ in 0..<times { await follower.look(isLeading: true) }
  }

  private func hosts(_ site: Site) async throws -> [String] {
    try await site.store.desired().spec.hosts.keys.map(\.description).sorted()
  }

  private func events(_ site: Site) async throws -> [Event] {
    try await site.store.events(limit: 50).filter { $0.reason.hasPrefix("spec_") }
  }

  // MARK: - When

  @Test func `what two looks in a row have seen alike is read, once`() throws {
    let (one, other) = (SpecDirectorySight.unreadable("one"), SpecDirectorySight.unreadable("other"))
    var watch = SpecDirectoryWatch()
    var seen = [watch.see(one), watch.see(one), watch.see(one)]
    #expect(seen == [false, true, true], "until it is taken")
    watch.take()
    seen = [watch.see(one), watch.see(other), watch.see(one), watch.see(one)]
    #expect(seen == [false, false, false, true], "back again is a change as well")
    watch.take()
    watch.takeAgain()
    let isSeen = watch.see(one)
    #expect(isSeen)
  }

  @Test func `a rewrite of the same size with its times set back is seen`() async throws {
    try await withScratchDirectory("sight") { scratch in
      let file = try scratch.write("aaaa", to: "spec.d/hosts.yaml")
      let directory = scratch.path("spec.d")
      let old = Date(timeIntervalSince1970: 1_000_000_000)
      try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file)
      let before = SpecDirectorySight(of: directory)
      #expect(SpecDirectorySight(of: directory) == before)
      // The kernel's stamps are as coarse as its ticks: the next one is waited for by writing until it shows.
      try await poll(until: 10, "another stamp") {
        try scratch.write("bbbb", to: "spec.d/hosts.yaml")
        try FileManager.default.setAttributes([.modificationDate: old], ofItemAtPath: file)
        return SpecDirectorySight(of: directory) != before
      }
      let hidden = SpecDirectorySight(of: directory)
      try scratch.write("x", to: "spec.d/.hosts.yaml.swp")
      try scratch.write("x", to: "spec.d/README.md")
      #expect(SpecDirectorySight(of: directory) == hidden, "only spec files count")
    }
  }

  @Test func `a file that changes from look to look waits until it stands still`() async throws {
    try await withFollower { site, scratch, follower in
      for names in ["web-1: {}", "web-1: {}, web-2: {}", "web-1: {}, web-2: {}, web-3: {}"] {
        try scratch.write("version: 1\nhosts: {\(names)}\n", to: "spec.d/hosts.yaml")
        await look(&follower, times: 1)
        #expect(try await hosts(site) == [])
      }
      await look(&follower, times: 1)
      #expect(try await hosts(site) == ["web-1", "web-2", "web-3"])
    }
  }

  @Test func `only the leader applies, and who comes to lead begins anew`() async throws {
    try await withFollower { site, scratch, follower in
      try scratch.write(Self.host, to: "spec.d/hosts.yaml")
      for _ in 0..<5 { await follower.look(isLeading: false) }
      #expect(try await hosts(site) == [])
      await look(&follower)
      #expect(try await hosts(site) == ["web-1"])
    }
  }

  // MARK: - What

  @Test func `a change is applied as the spec set, with an event, and a touch is not`() async throws {
    try await withFollower { site, scratch, follower in
      try scratch.write(Self.host, to: "spec.d/hosts.yaml")
      await look(&follower)
      let id = ResourceID(kind: .host, name: "web-1")
      #expect(try await site.store.desired().records[id]?.source == "spec.d")
      let first = try await events(site)
      #expect(first.map(\.reason) == ["spec_applied"])
      #expect(first.first?.message.hasSuffix("spec.d is applied as set spec.d: 1 created") == true)
      let revision = try await site.store.specRevision()
      try scratch.write(Self.host, to: "spec.d/hosts.yaml")
      await look(&follower, times: 4)
      #expect(try await site.store.specRevision() == revision)
      #expect(try await events(site).map(\.count) == [1])

      try scratch.write("version: 1\nhosts: {web-2: {}}\n", to: "spec.d/more.yml")
      await look(&follower)
      #expect(try await hosts(site) == ["web-1", "web-2"])
    }
  }

  @Test(arguments: [(nil, "named"), ("given", "given")] as [(String?, String)])
  func `the set is the one that is given, else the files' own`(given: String?, expected: String) async throws {
    try await withFollower(set: given) { site, scratch, follower in
      try scratch.write("set: named\n\(Self.host)", to: "spec.d/hosts.yaml")
      await look(&follower)
      #expect(try await site.store.desired().records[.host(try HostName(text: "web-1"))]?.source == expected)
    }
  }

  @Test(arguments: [false, true])
  func `what is declared no more goes only with prune`(prune: Bool) async throws {
    try await withFollower(prune: prune) { site, scratch, follower in
      try scratch.write("version: 1\nhosts: {a: {}, b: {}, c: {}, d: {}, e: {}}\n", to: "spec.d/hosts.yaml")
      await look(&follower)
      try scratch.write("version: 1\nhosts: {a: {}, b: {}, c: {}, d: {}}\n", to: "spec.d/hosts.yaml")
      await look(&follower)
      #expect(try await hosts(site) == ["a", "b", "c", "d"] + (prune ? [] : ["e"]))
    }
  }

  @Test func `an emptied directory removes nothing`() async throws {
    try await withFollower(prune: true) { site, scratch, follower in
      try scratch.write(Self.host, to: "spec.d/hosts.yaml")
      await look(&follower)
      try FileManager.default.removeItem(atPath: scratch.path("spec.d/hosts.yaml"))
      await look(&follower)
      #expect(try await hosts(site) == ["web-1"])
      #expect(try await events(site).first?.reason == "spec_refused")
      try FileManager.default.removeItem(atPath: scratch.path("spec.d"))
      await look(&follower)
      #expect(try await hosts(site) == ["web-1"])
    }
  }

  @Test func `a wrong spec changes nothing, is told once in full, and again when it changes`() async throws {
    try await withFollower { site, scratch, follower in
      try scratch.write("version: 1\nhosts: {web-1: {adress: x}}\n", to: "spec.d/a.yaml")
      try scratch.write("version: 2\nhosts: {web-2: {}}\n", to: "spec.d/b.yaml")
      await look(&follower, times: 6)
      #expect(try await hosts(site) == [])
      let told = try await events(site)
      #expect(told.map(\.count) == [1])
      let message = try #require(told.first).message
      #expect(message.contains("a.yaml:1") || message.contains("a.yaml:2"), "\(message)")
      #expect(message.contains("b.yaml:1"), "\(message)")

      try scratch.write("version: 3\nhosts: {web-2: {}}\n", to: "spec.d/b.yaml")
      await look(&follower)
      #expect(try await events(site).count == 2)

      try scratch.write(Self.host, to: "spec.d/a.yaml")
      try scratch.write("version: 1\nhosts: {web-2: {}}\n", to: "spec.d/b.yaml")
      await look(&follower)
      #expect(try await hosts(site) == ["web-1", "web-2"])
      #expect(try await events(site).first?.reason == "spec_applied")
    }
  }

  @Test func `a conflict is refused, and applied once the other has gone`() async throws {
    try await withFollower { site, scratch, follower in
      try await site.apply("hosts: {web-1: {address: elsewhere}}")
      try scratch.write("version: 1\nhosts: {web-1: {address: here}}\n", to: "spec.d/hosts.yaml")
      await look(&follower, times: 4)
      #expect(try await events(site).map(\.reason) == ["spec_refused"])
      #expect(try await site.store.desired().spec.hosts.values.first?.address?.description == "elsewhere")
      try await site.store.delete(
        .host(try HostName(text: "web-1")), as: ChangeOrigin(source: "tests", actor: "tests"), at: site.time.clock.now)
      await look(&follower)
      #expect(try await site.store.desired().spec.hosts.values.first?.address?.description == "here")
      #expect(try await events(site).count == 2)
    }
  }
}
