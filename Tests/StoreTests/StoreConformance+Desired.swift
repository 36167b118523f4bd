// The desired state: what is applied is what is read, generations, sources, prune, references and the record of changes.

import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases) func `a new store holds nothing`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let stored = try await store.desired()
      #expect(stored.spec == Spec())
      #expect(stored.records.isEmpty)
      #expect(stored.revision == 0)
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `what is applied is what is read`(_ maker: DatabaseMaker) async throws {
    var generator = SpecGenerator(seed: freshSeed("apply"))
    for _ in 0..<20 {
      let spec = try generator.spec().removable
      let next = try generator.variation(of: spec).removable
      try await maker.withStore { store in
        let first = try await store.apply(spec, as: .alice, prune: false, at: noon)
        #expect(first.changes.allSatisfy { $0.kind == .created })
        #expect(try await store.desired().spec == spec)
        #expect(try await store.apply(spec, as: .alice, prune: true, at: noon).isEmpty)

        let planned = try await store.preview(next, as: .alice, ApplyOptions(prune: true, maxRemovals: .max))
        #expect(try await store.desired().spec == spec)
        #expect(try await store.apply(next, as: .alice, prune: true, at: noon) == planned.difference)
        #expect(try await store.desired().spec == next)
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `only a change raises the generation and the revision`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1", "web-2")
      let id = ResourceID.host(try host("web-1"))
      let revision = try await store.specRevision()
      #expect(revision == 2)

      var spec = Spec()
      spec.hosts[try host("web-1")] = Host()
      _ = try await store.apply(spec, as: .bob, prune: false, at: later(60))
      var record = try #require(try await store.desired().records[id])
      #expect(record.source == "servers")
      #expect(record.generation == 1)
      #expect(record.updatedAt == noon)
      #expect(try await store.specRevision() == revision)

      spec.hosts[try host("web-1")]?.own.suspended = true
      _ = try await store.apply(spec, as: .bob, prune: false, at: later(90))
      record = try #require(try await store.desired().records[id])
      #expect(record.source == "servers")
      #expect(record.generation == 2)
      #expect(record.createdAt == noon)
      #expect(record.updatedAt == later(90))
      #expect(try await store.specRevision() == revision + 1)
      #expect(try await store.desired().records[.host(try host("web-2"))]?.generation == 1)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `prune deletes only what the same source applied before`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      var other = Spec()
      other.hosts[try host("other")] = Host()
      _ = try await store.apply(other, as: .bob, prune: false, at: noon)
      var mine = Spec()
      mine.settings = Settings()
      mine.schedules[try name("nightly")] = Schedule(cron: .daily)
      mine.hosts[try host("web-1")] = Host()
      _ = try await store.apply(mine, as: .alice, prune: true, at: noon)
      #expect(try await store.desired().spec.hosts.count == 2)

      let unpruned = try await store.apply(Spec(), as: .alice, prune: false, at: noon)
      #expect(unpruned.changes.isEmpty)
      let pruned = try await store.apply(Spec(), as: .alice, prune: true, at: noon)
      #expect(pruned.changes.map(\.id.description) == ["host/web-1", "schedule/nightly"])
      #expect(pruned.changes.allSatisfy { $0.kind == .deleted })
      other.settings = Settings()
      #expect(try await store.desired().spec == other)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what is still used is not deleted`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      var base = Spec()
      base.schedules[try name("nightly")] = Schedule(cron: .daily)
      _ = try await store.apply(base, as: .alice, prune: false, at: noon)
      var users = Spec()
      for user in ["web-2", "web-1"] {
        var declared = Host()
        declared.own.schedule = try name("nightly")
        users.hosts[try host(user)] = declared
      }
      _ = try await store.apply(users, as: .bob, prune: false, at: noon)
      let before = try await store.desired()
      let nightly = ResourceID(kind: .schedule, name: "nightly")
      let expected = StoreError(
        .stillReferenced, "nothing was deleted: schedule/nightly is still used by host/web-1, host/web-2",
        remedy: "change or delete what uses it first, or in the same step")

      await #expect(throws: expected) { try await store.delete(nightly, as: .alice, at: noon) }
      await #expect(throws: expected) { try await store.apply(Spec(), as: .alice, prune: true, at: noon) }
      await #expect(throws: expected) {
        _ = try await store.preview(Spec(), as: .alice, ApplyOptions(prune: true))
      }
      #expect(try await store.desired().spec == before.spec)
      #expect(try await store.specRevision() == before.revision)

      // In one step with its users it may go.
      users.hosts = users.hosts.mapValues { _ in Host() }
      _ = try await store.apply(users, as: .bob, prune: false, at: noon)
      try await store.delete(nightly, as: .alice, at: noon)
      #expect(try await store.desired().spec == users)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a reference to what is not there is refused`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      var spec = Spec()
      spec.hosts[try host("web-1")] = Host()
      spec.hosts[try host("web-1")]?.own.retention = try name("standard")
      let error = await storeError { _ = try await store.apply(spec, as: .alice, prune: false, at: noon) }
      #expect(error?.code == .missingReference)
      #expect(
        error?.message == "nothing was applied: retention/standard does not exist, but is named by host/web-1")
      #expect(try await store.desired().spec == Spec())
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `one resource is deleted`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1", "web-2")
      try await store.delete(.host(try host("web-1")), as: .bob, at: noon)
      #expect(try await store.desired().spec.hosts.keys.map(\.description) == ["web-2"])

      let unknown = await storeError { try await store.delete(.host(try host("web-3")), as: .bob, at: noon) }
      #expect(unknown?.description == "there is no host `web-3`; did you mean `web-2`?")
      let settings = await storeError { try await store.delete(.settings, as: .bob, at: noon) }
      #expect(settings?.code == .refused)
    }
  }

  @Test(arguments: DatabaseMaker.allCases) func `changes are recorded`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      var spec = Spec()
      let id = ResourceID(kind: .schedule, name: "nightly")
      spec.schedules[try name("nightly")] = Schedule(cron: .daily)
      _ = try await store.apply(spec, as: .alice, prune: false, at: noon)
      spec.schedules[try name("nightly")]?.prune = true
      _ = try await store.apply(spec, as: .bob, prune: false, at: later(1))
      // Whoever declares what an edit has made of it changes nothing.
      _ = try await store.apply(spec, as: .alice, prune: false, at: later(2))
      try await store.delete(id, as: .alice, at: later(3))

      let changes = try await store.specChanges(limit: 10)
      #expect(changes.map(\.action) == [.deleted, .configured, .created])
      #expect(changes.map(\.at) == [later(3), later(1), noon])
      #expect(changes.map(\.origin) == [.alice, .bob, .alice])
      #expect(changes.allSatisfy { $0.resource == id })
      #expect(changes.map(\.after).map { $0 == nil } == [true, false, false])
      #expect(changes.map(\.before) == [changes[1].after, changes[2].after, nil])
      #expect(changes[1].after?.contains("prune") == true)
      #expect(try await store.specChanges(limit: 1) == [changes[0]])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the generation acted on only grows`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1")
      let web = try host("web-1")
      let controller = try await store.controller()
      for generation: Int64 in [3, 2] {
        try await store.note([HostFinding(host: web, conditions: [], generation: generation)], by: controller)
      }
      #expect(try await store.desired().records[.host(web)]?.observedGeneration == 3)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a stored value that is none is named`(_ maker: DatabaseMaker) async throws {
    let spoilt: [(column: String, value: SQLValue, problem: String)] = [
      ("ssh_port", 99_999, "is not what it should be: `ssh.port` of host `web-1` must be"),
      ("excludes", "[1, ", "holds `[1, `"),
      ("excludes", "[\"\"]", "is not what it should be: `excludes.0` of host `web-1` is not an rsync pattern"),
      ("updated_at", "yesterday", "holds `yesterday`"),
    ]
    for (column, value, problem) in spoilt {
      try await maker.withStore { store, database in
        try await store.declare("web-1")
        try await database.write { _ = try $0.execute("UPDATE hosts SET \(column) = ?", [value]) }
        let error = await storeError { _ = try await store.desired() }
        #expect(error?.code == .unreadableValue)
        let start = "the row `web-1` of the table hosts cannot be read: its column \(column) \(problem)"
        #expect(error?.message.hasPrefix(start) == true, "\(error?.message ?? "")")
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a table has the columns of its fields`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store, database in
      // A row of each table, so that a query shows its columns.
      var spec = Spec()
      spec.settings = Settings()
      spec.retention[try name("a")] = RetentionPolicy()
      spec.schedules[try name("a")] = Schedule(cron: .daily)
      spec.profiles[try name("a")] = Profile()
      spec.hosts[try host("a")] = Host()
      spec.notifications[try name("a")] = NotificationTarget(type: .webhook)
      _ = try await store.apply(spec, as: .alice, prune: false, at: noon)
      let tables: [ResourceKind: String] = [
        .settings: "settings", .retention: "retention_policies", .schedule: "schedules", .profile: "profiles",
        .host: "hosts", .notification: "notifications",
      ]
      for kind in ResourceKind.allCases {
        let table = try #require(tables[kind])
        let columns = try await database.read { try $0.query("SELECT * FROM \(table)", []).flatMap(\.columns) }
        let bookkeeping =
          [kind == .settings ? "id" : "name", "source", "generation", "created_at", "updated_at"]
          + (kind == .host ? ["observed_generation", "run_request_done"] : [])
        #expect(columns.sorted() == (kind.columns.map(\.name) + bookkeeping).sorted())
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a desired state brought up to date is that which is stored`(_ maker: DatabaseMaker) async throws {
    let seed = freshSeed("update")
    for index in 0..<5 {
      var generator = SpecGenerator(seed: seed &+ UInt64(index))
      var random = SeededGenerator(seed: seed &+ UInt64(index))
      try await maker.withStore { store in
        var known = try await store.desired()
        var edits = 0
        for step in 0..<12 {
          edits += 1
          try await edit(store, using: &generator, &random, at: later(step))
          // Several edits between two looks as well.
          if random.chance(1, in: 3) { continue }
          let whole = try await store.desired()
          let (updated, changed) = try await store.update(known)
          let comment: Comment = "step \(step) of case \(index) of seed \(seed), \(edits) edits"
          #expect(updated.spec == whole.spec, comment)
          #expect(updated.revision == whole.revision, comment)
          #expect(updated.records.mapValues(Versions.init) == whole.records.mapValues(Versions.init), comment)
          let touched = Set(known.records.keys).union(whole.records.keys).filter {
            known.records[$0].map(Versions.init) != whole.records[$0].map(Versions.init)
          }
          #expect(touched.isSubset(of: changed), comment)
          #expect(try await store.update(updated).changed.isEmpty, comment)
          known = updated
          edits = 0
        }
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the part of the desired state that is read for a host decides about it as the whole does`(
    _ maker: DatabaseMaker
  ) async throws {
    let seed = freshSeed("desired-of-host")
    for index in 0..<20 {
      var generator = SpecGenerator(seed: seed &+ UInt64(index))
      let spec = try generator.spec(upTo: 8)
      try await maker.withStore { store in
        _ = try await store.apply(spec, as: .alice, prune: false, at: noon)
        for name in spec.hosts.keys {
          let part = try await store.desired(of: name)
          let comment: Comment = "\(name) of case \(index) of seed \(seed)"
          #expect(part.spec.effectiveHost(name) == spec.effectiveHost(name), comment)
          #expect(part.spec.settings == spec.settings, comment)
          #expect(part.spec.hosts.count == 1, comment)
        }
        let unknown = try await store.desired(of: try host("unknown"))
        #expect(unknown.spec.hosts.isEmpty)
      }
    }
  }

  /// Applies a variation of what is stored, as one of two who prune now and then, or deletes a host.
  private func edit(
    _ store: Store, using generator: inout SpecGenerator, _ random: inout SeededGenerator, at now: Date
  ) async throws {
    let spec = try await store.desired().spec
    let origin = random.chance(1, in: 2) ? ChangeOrigin.alice : .bob
    if random.chance(1, in: 4), let name = spec.hosts.keys.sorted().randomElement(using: &random) {
      try await store.delete(.host(name), as: origin, at: now)
      return
    }
    let next = try generator.variation(of: spec).removable
    let options = ApplyOptions(prune: random.chance(1, in: 2), takeOver: true, maxRemovals: .max)
    do {
      _ = try await store.apply(next, as: origin, options, at: now)
    } catch let error as StoreError where error.code == .stillReferenced {
      // What the other uses of this one's stays, and nothing has changed.
    }
  }
}

extension Spec {
  /// The same without what keeps hosts from being removed.
  fileprivate var removable: Spec {
    var spec = self
    for name in spec.hosts.keys { spec.hosts[name]?.own.preventRemoval = nil }
    for name in spec.profiles.keys { spec.profiles[name]?.preventRemoval = nil }
    return spec
  }
}

/// What is known of a resource's changes. Who applied it last may change without any.
private struct Versions: Equatable {
  let generation: Int64
  let createdAt: Date
  let updatedAt: Date

  init(_ record: ResourceRecord) {
    (generation, createdAt, updatedAt) = (record.generation, record.createdAt, record.updatedAt)
  }
}
