// How many hosts an apply may remove at once, and which none may.

import Testing

@testable import Spec

@Suite("The removal guard")
struct RemovalGuardTests {
  /// Hosts `h1` and so on, of which the last of so many go.
  private func removal(
    _ gone: Int, of owned: Int, settings: Int? = nil, allowed: Int? = nil, protecting: [Int] = [],
    declaresHosts: Bool? = nil
  ) throws -> RemovalGuard {
    var spec = Spec()
    for number in 0..<owned {
      var host = Host()
      if protecting.contains(number) { host.own.preventRemoval = true }
      spec.hosts[try HostName(text: "h\(100 + number)")] = host
    }
    if let settings {
      spec.settings = Settings()
      spec.settings?.maxRemovals = settings
    }
    let removed = spec.hosts.keys.sorted().suffix(gone).map(ResourceID.host)
    return RemovalGuard(
      removing: removed + [ResourceID(kind: .schedule, name: "nightly")], of: owned, in: spec,
      declaresHosts: declaresHosts ?? (gone < owned), allowed: allowed)
  }

  @Test(
    "lets a tenth go at once, and two always",
    arguments: [
      (0, 0, true), (1, 2, true), (2, 3, true), (3, 4, false), (2, 19, true), (3, 19, false), (2, 29, true),
      (3, 29, false), (3, 30, true), (4, 39, false), (100, 1000, true), (101, 1000, false),
    ])
  func share(gone: Int, owned: Int, mayGo: Bool) throws {
    let removal = try removal(gone, of: owned)
    #expect(removal.removed.count == gone)
    #expect(removal.refusal == (mayGo ? nil : .tooMany))
    #expect((removal.complaint(about: "main") == nil) == mayGo)
  }

  @Test(
    "is told by the settings, and by a person's number above all",
    arguments: [
      (5, 10, 5, nil, true), (6, 10, 5, nil, false), (1, 10, 0, nil, false), (1, 10, 0, 1, true),
      (6, 10, 5, 6, true), (6, 10, 5, 4, false), (2, 10, nil, 1, false), (1, 10, nil, 0, false),
    ] as [(Int, Int, Int?, Int?, Bool)])
  func numbers(gone: Int, owned: Int, settings: Int?, allowed: Int?, mayGo: Bool) throws {
    #expect(try removal(gone, of: owned, settings: settings, allowed: allowed).refusal == (mayGo ? nil : .tooMany))
  }

  @Test(
    "stops a spec that declares no host, unless a person names a number",
    arguments: [(1, nil, false), (2, nil, false), (2, 1, false), (2, 2, true), (0, nil, true)] as [(Int, Int?, Bool)])
  func empty(owned: Int, allowed: Int?, mayGo: Bool) throws {
    let removal = try removal(owned, of: owned, settings: 100, allowed: allowed, declaresHosts: false)
    let expected: RemovalGuard.Refusal? = mayGo ? nil : allowed == nil ? .everyHost : .tooMany
    #expect(removal.refusal == expected)
    // All hosts may be replaced by others.
    let others = try self.removal(owned, of: owned, settings: 100, declaresHosts: true)
    #expect(others.refusal == nil)
  }

  @Test("keeps a host that prevents its removal, whatever number is named")
  func prevented() throws {
    let removal = try removal(3, of: 4, allowed: 100, protecting: [0, 1, 3])
    // The first is not among those that go.
    let kept = try [101, 103].map { try HostName(text: "h\($0)") }
    #expect(removal.refusal == .prevented(kept))
    #expect(
      removal.complaint(about: "main")?.message
        == "hosts h101, h103 are declared with `prevent_removal: true`, and may not be removed")
    #expect(removal.complaint(about: "main")?.remedy == "apply `prevent_removal: false` for them first")
  }

  @Test("names twenty hosts, and says how many more there are")
  func list() throws {
    let message = try #require(try removal(27, of: 40).complaint(about: "main")?.message)
    let start = "27 of the 40 hosts of set main would be removed, and at most 4 may go at once: h113, h114,"
    #expect(message.hasPrefix(start))
    #expect(message.hasSuffix(", h132 and 7 more"))
  }
}
