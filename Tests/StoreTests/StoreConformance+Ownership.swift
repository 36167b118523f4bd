// Who owns a resource and who may change it: conflicts, edits by others, drift, take-over, and the guards of removal.

import Foundation
import Spec
import Store
import Support
import Testing

extension ChangeOrigin {
  fileprivate static let carol = ChangeOrigin(source: "databases", actor: "carol")
}

extension Spec {
  /// One host with a port and, if told, an address.
  fileprivate static func web(port: Int?, address: String? = nil) throws -> Spec {
    var spec = Spec()
    var declared = Host()
    declared.own.ssh.port = port
    declared.address = try address.map { try HostAddress(text: $0) }
    spec.hosts[try host("web-1")] = declared
    return spec
  }

  fileprivate static func declaring(_ names: [String]) throws -> Spec {
    var spec = Spec()
    for name in names { spec.hosts[try host(name)] = Host() }
    return spec
  }
}

extension Store {
  fileprivate func owner(_ name: String = "web-1") async throws -> String? {
    try await desired().records[.host(try host(name))]?.source
  }

  /// The port of `web-1`.
  fileprivate func port() async throws -> Int? { try await desired().spec.hosts[try host("web-1")]?.own.ssh.port }

  fileprivate func drift() async throws -> [ResourceDrift] { try await drift(in: try await desired()) }
}

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases)
  func `another set's resource is a conflict that names the owner and the field, and nothing is applied`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      _ = try await store.apply(try .web(port: 22), as: .alice, ApplyOptions(), at: noon)
      var wanted = try Spec.web(port: 2222)
      wanted.hosts[try host("db-1")] = Host()
      let error = await storeError { _ = try await store.apply(wanted, as: .carol, ApplyOptions(), at: later(1)) }
      #expect(error?.code == .conflict)
      #expect(
        error?.message == """
          nothing was applied: 1 resource would be changed that others have declared or edited
            host/web-1 belongs to servers: ssh.port is 22, here 2222
          """)
      #expect(error?.remedy == "declare what holds now, or give --take-over to have all as it is declared here")
      #expect(try await store.desired().spec == .web(port: 22))
      #expect(try await store.specRevision() == 1)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `all conflicts come at once, in the review as in the error`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      var mine = try Spec.web(port: 22)
      mine.schedules[try name("nightly")] = Schedule(cron: .daily)
      _ = try await store.apply(mine, as: .alice, ApplyOptions(), at: noon)
      var theirs = try Spec.web(port: nil, address: "192.0.2.7")
      theirs.schedules[try name("nightly")] = Schedule(cron: .daily)
      theirs.schedules[try name("nightly")]?.prune = true
      let review = try await store.preview(theirs, as: .carol, ApplyOptions())
      #expect(review.conflicts.map(\.id.description) == ["schedule/nightly", "host/web-1"])
      #expect(review.conflicts.map(\.owner) == ["servers", "servers"])
      #expect(review.conflicts.map { $0.fields.map(\.path).sorted() } == [["prune"], ["address", "ssh.port"]])
      #expect(review.refusal?.code == .conflict)
      let error = await storeError { _ = try await store.apply(theirs, as: .carol, ApplyOptions(), at: later(1)) }
      #expect(error == review.refusal)
      #expect(try await store.desired().spec == mine)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `equal values are no conflict, and leave the owner as it is`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let spec = try Spec.web(port: 22)
      _ = try await store.apply(spec, as: .alice, ApplyOptions(), at: noon)
      let review = try await store.apply(spec, as: .carol, ApplyOptions(), at: later(1))
      #expect(review.difference.isEmpty)
      #expect(review.takenOver.isEmpty)
      #expect(try await store.owner() == "servers")
      // Nor does the other remove what it does not own.
      _ = try await store.apply(try .declaring(["db-1"]), as: .carol, ApplyOptions(prune: true), at: later(2))
      #expect(try await store.owner() == "servers")
    }
  }

  @Test(arguments: DatabaseMaker.allCases, [22, 2222])
  func `what is taken over, changed or not, belongs to whoever took it`(
    _ maker: DatabaseMaker, port: Int
  ) async throws {
    try await maker.withStore { store in
      _ = try await store.apply(try .web(port: 22), as: .alice, ApplyOptions(), at: noon)
      let review = try await store.apply(try .web(port: port), as: .carol, ApplyOptions(takeOver: true), at: later(1))
      #expect(review.takenOver == [.host(try host("web-1")): "servers"])
      #expect(try await store.owner() == "databases")
      #expect(try await store.port() == port)
      // Now it is the first owner that would have to take it.
      let error = await storeError {
        _ = try await store.apply(try .web(port: 23), as: .alice, ApplyOptions(), at: later(2))
      }
      #expect(error?.message.contains("belongs to databases") == true)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `an edit leaves the owner, and is drift with who and when`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let id = ResourceID.host(try host("web-1"))
      _ = try await store.apply(try .web(port: 22), as: .alice, ApplyOptions(), at: noon)
      #expect(try await store.drift().isEmpty)
      _ = try await store.apply(try .web(port: 2222), as: .bob, ApplyOptions(), at: later(1))
      _ = try await store.apply(
        try .web(port: 2222, address: "192.0.2.7"), as: ChangeOrigin(source: "web", actor: "eve"), ApplyOptions(),
        at: later(2))
      #expect(try await store.owner() == "servers")
      let drift = try await store.drift()
      #expect(drift.map(\.id) == [id])
      #expect(drift.map(\.owner) == ["servers"])
      let fields = try #require(drift.first).fields
      #expect(Set(fields.map(\.path)) == ["ssh.port", "address"])
      let port = try #require(fields.first { $0.path == "ssh.port" })
      #expect(port.declared == .int(22))
      #expect(port.current == .int(2222))
      #expect(port.edit?.origin == .bob)
      #expect(port.edit?.at == later(1))
      let address = try #require(fields.first { $0.path == "address" })
      #expect(address.declared == nil)
      #expect(address.edit?.origin.actor == "eve")
      #expect(address.edit?.at == later(2))
      // Another set's review does not tell of it.
      #expect(try await store.preview(Spec(), as: .carol, ApplyOptions()).drift.isEmpty)
      #expect(try await store.preview(Spec(), as: .alice, ApplyOptions()).drift == drift)
    }
  }

  /// What the owner declares after an edit of the port from 22 to 2222, and whether that is a conflict.
  static let afterEdit: [(port: Int?, address: String?, isConflict: Bool)] = [
    // As it was declared before: the edit would be undone.
    (22, nil, true),
    // Something else than either.
    (2022, nil, true), (nil, nil, true),
    // As the edit has made it.
    (2222, nil, false),
    // Another field besides.
    (2222, "192.0.2.7", false), (22, "192.0.2.7", true),
  ]

  @Test(arguments: DatabaseMaker.allCases, StoreConformance.afterEdit.indices)
  func `a field that others have edited is a conflict unless it is declared as they made it`(
    _ maker: DatabaseMaker, index: Int
  ) async throws {
    let (port, address, isConflict) = Self.afterEdit[index]
    try await maker.withStore { store in
      _ = try await store.apply(try .web(port: 22), as: .alice, ApplyOptions(), at: noon)
      _ = try await store.apply(try .web(port: 2222), as: .bob, ApplyOptions(), at: later(1))
      let wanted = try Spec.web(port: port, address: address)
      let review = try await store.preview(wanted, as: .alice, ApplyOptions())
      #expect(review.conflicts.isEmpty == !isConflict)
      guard isConflict else {
        _ = try await store.apply(wanted, as: .alice, ApplyOptions(), at: later(2))
        #expect(try await store.desired().spec == wanted)
        #expect(try await store.drift().isEmpty)
        return
      }
      #expect(review.conflicts.map { $0.fields.map(\.path) } == [["ssh.port"]], "the address is the owner's to change")
      let error = await storeError { _ = try await store.apply(wanted, as: .alice, ApplyOptions(), at: later(2)) }
      let line =
        "host/web-1: ssh.port is 2222 since 2026-05-19 12:00:01Z by bob (cli), here "
        + (port.map { "\($0)" } ?? "(not set)")
      #expect(error?.message.contains(line) == true, "\(error?.message ?? "")")
      #expect(try await store.port() == 2222)

      _ = try await store.apply(wanted, as: .alice, ApplyOptions(takeOver: true), at: later(3))
      #expect(try await store.desired().spec == wanted)
      #expect(try await store.drift().isEmpty)
      #expect(try await store.preview(wanted, as: .alice, ApplyOptions()).conflicts.isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `an edit that is taken back, or whose resource is deleted, is drift no more`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let spec = try Spec.web(port: 22)
      _ = try await store.apply(spec, as: .alice, ApplyOptions(), at: noon)
      for port in [2222, 2022, 22] {
        _ = try await store.apply(try .web(port: port), as: .bob, ApplyOptions(), at: later(port))
        let declared = try await store.drift().flatMap(\.fields).map(\.declared)
        let expected: [YAMLValue?] = port == 22 ? [] : [.int(22)]
        #expect(declared == expected)
      }
      _ = try await store.apply(try .web(port: 2222), as: .bob, ApplyOptions(), at: later(3000))
      try await store.delete(.host(try host("web-1")), as: .bob, at: later(3001))
      #expect(try await store.drift().isEmpty)
      // Declared again, it is as declared.
      _ = try await store.apply(spec, as: .alice, ApplyOptions(), at: later(3002))
      #expect(try await store.desired().spec == spec)
      #expect(try await store.drift().isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what no set owns, anybody edits and no one drifts from`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      _ = try await store.apply(try .web(port: 22), as: .bob, ApplyOptions(), at: noon)
      _ = try await store.apply(
        try .web(port: 2222), as: ChangeOrigin(source: "web", actor: "eve"), ApplyOptions(), at: later(1))
      #expect(try await store.owner() == "cli")
      #expect(try await store.drift().isEmpty)
      // A set has to take it all the same.
      let error = await storeError {
        _ = try await store.apply(try .web(port: 22), as: .alice, ApplyOptions(), at: later(2))
      }
      #expect(error?.message.contains("host/web-1 belongs to cli: ssh.port is 2222, here 22") == true)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a conflict shows no more of a URL than its host`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      func spec(_ url: String) throws -> Spec {
        var spec = Spec()
        var target = NotificationTarget(type: .webhook)
        target.url = try WebAddress(text: url)
        spec.notifications[try name("ops")] = target
        return spec
      }
      _ = try await store.apply(try spec("https://a.example.net/s3cret"), as: .alice, ApplyOptions(), at: noon)
      let error = await storeError {
        _ = try await store.apply(
          try spec("https://b.example.net/s3cret"), as: .carol, ApplyOptions(), at: later(1))
      }
      let message = try #require(error?.message)
      #expect(message.contains("url is https://a.example.net/…, here https://b.example.net/…"))
      #expect(!message.contains("s3cret"))
    }
  }

  // MARK: - Guards

  @Test(arguments: DatabaseMaker.allCases)
  func `a prune of too many hosts, or of all, stops until a number is named`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let names = (10..<40).map { "web-\($0)" }
      _ = try await store.apply(try .declaring(names), as: .alice, ApplyOptions(), at: noon)
      _ = try await store.apply(try .declaring(["db-1"]), as: .carol, ApplyOptions(), at: noon)
      let less = try Spec.declaring(Array(names.dropLast(4)))
      let pruning = ApplyOptions(prune: true)

      let error = await storeError { _ = try await store.apply(less, as: .alice, pruning, at: later(1)) }
      #expect(error?.code == .tooManyRemovals)
      #expect(
        error?.description
          == "nothing was applied: 4 of the 30 hosts of set servers would be removed, and at most 3 may go at once: "
          + "web-36, web-37, web-38, web-39; give --max-removals 4 if they are to go")
      let empty = await storeError { _ = try await store.apply(Spec(), as: .alice, pruning, at: later(1)) }
      #expect(empty?.code == .tooManyRemovals)
      #expect(empty?.message.contains("the spec declares no host, and all 30 hosts of set servers") == true)
      #expect(try await store.desired().spec.hosts.count == 31)

      _ = try await store.apply(less, as: .alice, ApplyOptions(prune: true, maxRemovals: 4), at: later(2))
      #expect(try await store.desired().spec.hosts.count == 27)
      _ = try await store.apply(Spec(), as: .alice, ApplyOptions(prune: true, maxRemovals: 26), at: later(3))
      #expect(try await store.desired().spec == .declaring(["db-1"]))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the limit is that of the settings as they are stored`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      var spec = try Spec.declaring(["web-1", "web-2", "web-3"])
      spec.settings = Settings()
      spec.settings?.maxRemovals = 0
      _ = try await store.apply(spec, as: .alice, ApplyOptions(), at: noon)
      spec.hosts[try host("web-3")] = nil
      spec.settings?.maxRemovals = 10
      let error = await storeError { _ = try await store.apply(spec, as: .alice, ApplyOptions(prune: true), at: noon) }
      #expect(error?.code == .tooManyRemovals)
      _ = try await store.apply(spec, as: .alice, ApplyOptions(), at: noon)
      _ = try await store.apply(spec, as: .alice, ApplyOptions(prune: true), at: noon)
      #expect(try await store.desired().spec == spec)
    }
  }

  @Test(arguments: DatabaseMaker.allCases, [true, false])
  func `a host that may not be removed is removed by nobody, whatever number is named`(
    _ maker: DatabaseMaker, byProfile: Bool
  ) async throws {
    try await maker.withStore { store in
      var spec = Spec()
      spec.profiles[try name("careful")] = Profile()
      spec.hosts = try Spec.declaring(["db-1", "web-1"]).hosts
      spec.hosts[try host("db-1")]?.own.profile = try name("careful")
      if byProfile {
        spec.profiles[try name("careful")]?.preventRemoval = true
      } else {
        spec.hosts[try host("db-1")]?.own.preventRemoval = true
      }
      _ = try await store.apply(spec, as: .alice, ApplyOptions(), at: noon)
      var less = spec
      less.hosts[try host("db-1")] = nil
      let pruned = await storeError {
        _ = try await store.apply(less, as: .alice, ApplyOptions(prune: true, maxRemovals: 9), at: later(1))
      }
      #expect(pruned?.code == .removalPrevented)
      #expect(
        pruned?.description
          == "nothing was applied: host db-1 is declared with `prevent_removal: true`, and may not be removed; "
          + "apply `prevent_removal: false` for it first")
      let deleted = await storeError { try await store.delete(.host(try host("db-1")), as: .bob, at: later(1)) }
      #expect(deleted?.code == .removalPrevented)
      #expect(deleted?.message.hasPrefix("nothing was deleted: host db-1") == true)
      #expect(try await store.desired().spec == spec)

      spec.hosts[try host("db-1")]?.own.preventRemoval = false
      _ = try await store.apply(spec, as: .alice, ApplyOptions(), at: later(2))
      _ = try await store.apply(less, as: .alice, ApplyOptions(prune: true), at: later(3))
      #expect(try await store.desired().spec == less)
    }
  }
}
