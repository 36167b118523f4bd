// Which hosts a list shows, and in which order.

import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store
import Testing

@testable import Web

@Suite struct HostListingTests {
  private func line(_ name: String, _ state: HostState = .ready, _ change: (inout HostLine) throws -> Void = { _ in })
    throws -> HostLine
  {
    var line = HostLine(try HostName(text: name), HostStanding(state))
    line.address = "\(name).example.net"
    try change(&line)
    return line
  }

  private func names(_ lines: [HostLine], _ change: (inout HostQuery) -> Void) -> [String] {
    var query = HostQuery()
    change(&query)
    return HostListing(lines, query).rows.map(\.host.description)
  }

  private func fleet() throws -> [HostLine] {
    let (role, site) = (try ResourceName(text: "role"), try ResourceName(text: "site"))
    return [
      try line("db-1", .failed) {
        $0.labels = [role: "db"]
        $0.schedule = try ResourceName(text: "weekly")
        $0.newestSize = 10
        $0.newestGood = Date(timeIntervalSince1970: 100)
      },
      try line("web-1", .ready) {
        $0.labels = [role: "web", site: "a=b"]
        $0.schedule = try ResourceName(text: "nightly")
        $0.newestSize = 30
        $0.newestGood = Date(timeIntervalSince1970: 300)
      },
      try line("web-2", .late) {
        $0.labels = [role: "web"]
        $0.schedule = try ResourceName(text: "nightly")
        $0.newestSize = 20
        $0.newestGood = Date(timeIntervalSince1970: 200)
      },
      try line("gone", .retained) { $0.address = nil },
    ]
  }

  @Test func `all filters have to fit`() throws {
    let fleet = try fleet()
    #expect(names(fleet) { $0.text = "WEB" } == ["web-1", "web-2"])
    #expect(names(fleet) { $0.text = "example.net" } == ["db-1", "web-1", "web-2"])
    #expect(names(fleet) { $0.labels = ["role=web"] } == ["web-1", "web-2"])
    #expect(names(fleet) { $0.labels = ["role=web", "site"] } == ["web-1"])
    #expect(names(fleet) { $0.labels = ["site=a=b"] } == ["web-1"])
    #expect(names(fleet) { $0.labels = ["no name!"] } == [])
    #expect(names(fleet) { $0.schedule = "nightly" } == ["web-1", "web-2"])
    #expect(names(fleet) { $0.state = .retained } == ["gone"])
    #expect(
      names(fleet) {
        $0.text = "web"
        $0.state = .late
      } == ["web-2"])
  }

  @Test func `who may not see declarations finds nothing by them`() throws {
    let fleet = try fleet()
    let found = names(fleet) { query in
      query.seesDeclarations = false
      query.text = "example.net"
    }
    #expect(found == [])
    #expect(
      names(fleet) { query in
        query.seesDeclarations = false
        query.schedule = "nightly"
      }.count == 4)
  }

  @Test(arguments: [
    (HostQuery.Sort.name, false, ["db-1", "gone", "web-1", "web-2"]),
    (.name, true, ["web-2", "web-1", "gone", "db-1"]),
    (.state, false, ["db-1", "web-2", "web-1", "gone"]),
    (.newest, false, ["gone", "db-1", "web-2", "web-1"]),
    (.size, true, ["web-1", "web-2", "db-1", "gone"]),
    // Where all are alike, by name whichever way.
    (.next, true, ["db-1", "gone", "web-1", "web-2"]),
  ])
  func `hosts are sorted`(_ sort: HostQuery.Sort, _ isDescending: Bool, _ expected: [String]) throws {
    let fleet = try fleet()
    let found = names(fleet) { query in
      query.sort = sort
      query.isDescending = isDescending
    }
    #expect(found == expected)
  }

  @Test func `the counts are of what matches but for the state`() throws {
    var query = HostQuery()
    query.labels = ["role"]
    query.state = .late
    let listing = HostListing(try fleet(), query)
    #expect(listing.counts == [.failed: 1, .ready: 1, .late: 1])
    #expect(listing.total == 1)
    #expect(listing.places == 1...1)
  }

  @Test func `thousands are paged through`() throws {
    let fleet = try (1...1234).map { try line("web-\($0)") }
    var query = HostQuery()
    var seen: Set<String> = []
    for page in 1...25 {
      query.page = page
      let listing = HostListing(fleet, query)
      #expect(listing.pages == 25)
      seen.formUnion(listing.rows.map(\.host.description))
    }
    #expect(seen.count == 1234)
    query.page = .max
    let last = HostListing(fleet, query)
    #expect(last.page == 25)
    #expect(last.places == 1201...1234)
    #expect(HostListing([], query).places == nil)
  }

  // MARK: - Addresses

  private func request(_ query: String, as role: Role = .operator) throws -> WebRequest {
    WebRequest(
      method: .get, path: "/hosts", headers: [:], remoteAddress: "127.0.0.1", isSecure: false,
      identity: Identity(name: "ann", role: role, session: nil, token: nil), match: RouteMatch(),
      query: try FormFields(decoding: query.utf8, of: "the query"))
  }

  @Test(arguments: [
    "", "q=a%26b", "label=role%3Dweb&label=site", "condition=failed", "schedule=nightly", "sort=-size", "sort=state",
    "q=x&condition=late&sort=newest&page=7",
  ])
  func `what was asked for comes back as an address`(_ query: String) throws {
    let read = try HostQuery(try request(query))
    #expect(read.path == (query.isEmpty ? "/hosts" : "/hosts?\(query)"))
  }

  @Test(arguments: ["condition=broken", "sort=colour", "page=x"])
  func `what cannot be asked for is refused`(_ query: String) throws {
    let request = try request(query)
    #expect(throws: WebProblem.self) { try HostQuery(request) }
  }

  @Test func `a viewer does not filter by schedule`() throws {
    #expect(try HostQuery(try request("schedule=nightly", as: .viewer)).schedule == nil)
    #expect(try HostQuery(try request("label=%20role%3Dweb,%20site%20")).labels == ["role=web", "site"])
  }

  @Test func `a column is sorted the other way round the second time`() {
    var query = HostQuery()
    query.page = 3
    query = query.sorted(by: .size)
    #expect(query.isDescending)
    #expect(query.page == 1)
    query = query.sorted(by: .size)
    #expect(!query.isDescending)
    #expect(!query.sorted(by: .newest).isDescending)
  }
}
