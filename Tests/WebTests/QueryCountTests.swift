// No page asks the database more for a large site than for a small one.

import Store
import Support
import Testing

@testable import Web

@Suite struct QueryCountTests {
  /// What each page asked, by its route.
  private static func statements(_ content: SiteContent) async throws -> [String: [String]] {
    let database = CountingDatabase(try await TestDatabase.fresh())
    var found: [String: [String]] = [:]
    try await withWeb(on: database) { web in
      try await web.fill(content)
      let reader = try await web.reader(.admin)
      for route in SitePages.all {
        // Nothing that was made for the page before is any longer good.
        web.advance(600)
        _ = database.takeCount()
        let answer = try await reader.get(SitePages.address(of: route))
        #expect(answer.status < 500, "\(route.path): \(answer.status)")
        found[route.path] = database.takeStatements()
      }
    }
    return found
  }

  @Test func `pages ask as often with 200 hosts and snapshots as with 10`() async throws {
    func content(_ number: Int) -> SiteContent {
      SiteContent(hosts: number, snapshots: number, runs: number, events: number, accounts: number)
    }
    let small = try await Self.statements(content(10))
    let large = try await Self.statements(content(200))
    #expect(!large.isEmpty)
    for (path, asked) in large.sorted(by: { $0.key < $1.key }) {
      let before = small[path] ?? []
      #expect(asked.count == before.count, "\(path): \(Self.difference(before, asked))")
      #expect(asked.count <= 100, "\(path) asks \(asked.count) times: \(Self.difference([], asked))")
    }
  }

  /// Which statements came more often, or less.
  private static func difference(_ small: [String], _ large: [String]) -> String {
    var counts: [String: (small: Int, large: Int)] = [:]
    for sql in small { counts[sql, default: (0, 0)].small += 1 }
    for sql in large { counts[sql, default: (0, 0)].large += 1 }
    return counts.filter { $0.value.small != $0.value.large }.sorted { $0.key < $1.key }
      .map { "\($0.value.small) → \($0.value.large) × \($0.key.prefix(200))" }.joined(separator: "\n")
  }
}
