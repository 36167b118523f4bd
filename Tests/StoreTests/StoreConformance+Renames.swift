// Renames: a host under another name has all that it had, at once or not at all.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  private func move(_ from: String, _ to: String) throws -> HostMove {
    HostMove(from: try host(from), to: try host(to))
  }

  /// A spec that declares a host, with a label so that it is not like any other.
  private func declaring(_ name: String) throws -> Spec {
    var spec = Spec()
    spec.hosts[try host(name)] = Host()
    spec.hosts[try host(name)]?.own.labels = [try StoreTests.name("role"): "web"]
    return spec
  }

  private func rename(
    _ store: Store, as origin: ChangeOrigin = .alice, at now: Date = later(60)
  ) async throws -> SpecDifference {
    try await store.apply(
      try declaring("web-1"), as: origin, prune: true, moved: [try move("web1", "web-1")], at: now)
  }

  private func snapshot(of name: String, _ number: Int = 1) throws -> Snapshot {
    Snapshot(host: try host(name), id: try snapshotID(number), status: .success, startedAt: later(number))
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a renamed host keeps its generation, its source and everything that is recorded of it`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let (old, new) = (try host("web1"), try host("web-1"))
      _ = try await store.apply(try declaring("web1"), as: .alice, prune: false, at: noon)
      try await store.record(try snapshot(of: "web1"), at: noon)
      let worker = try await store.worker()
      let ended = try await store.begin(try request(.discover, of: "web1"), by: worker)
      try await store.finishRun(ended, RunResult(state: .failed, message: "no"), by: worker, at: noon)
      let queued = try #require(try await store.queue(try request(.backup, of: "web1"), at: noon).runID)
      let ready = Condition(.ready, .true, reason: "Ready", message: "", observedGeneration: 1, changedAt: noon)
      try await store.note(
        [HostFinding(host: old, conditions: [ready], generation: 1)], by: try await store.controller())
      try await store.pause(old, Pause(until: nil, reason: "r", actor: "alice", pausedAt: noon))
      let known = try await store.desired()

      let planned = try await store.preview(
        try declaring("web-1"), as: .alice, ApplyOptions(prune: true, moved: [try move("web1", "web-1")])
      ).difference
      #expect(try await store.desired().spec == known.spec)
      let difference = try await rename(store)
      #expect(difference == planned)
      #expect(difference.moves == [try move("web1", "web-1")] && !difference.isEmpty)
      #expect(difference.changes.map { "\($0.id) \($0.kind.rawValue)" } == ["host/web-1 unchanged"])

      let stored = try await store.desired()
      #expect(stored.spec == (try declaring("web-1")))
      let record = try #require(stored.records[.host(new)])
      #expect(record.generation == 1 && record.source == "servers" && record.createdAt == noon)
      #expect(record.observedGeneration == 1)
      let (updated, changed) = try await store.update(known)
      #expect(updated.spec == stored.spec && changed == [.host(old), .host(new)])

      #expect(try await store.snapshots(of: new).map(\.id) == [try snapshotID(1)])
      #expect(try await store.runs(of: new, limit: 9).map(\.id) == [queued, ended.id])
      #expect(try await store.events(host: new, limit: 9).map(\.reason) == ["host_renamed", "discover_failed"])
      #expect(try await store.conditions(of: new) == [ready])
      #expect(try await store.pauses(at: later(60)).hosts.keys.map(\.description) == ["web-1"])
      #expect(try await store.snapshots(of: old).isEmpty)
      #expect(try await store.runs(of: old, limit: 9).isEmpty)
      #expect(try await store.hostChanges(after: 0).hosts.isSuperset(of: [old, new]))

      // The key by which a host has one unfinished run of a kind is the new one's.
      #expect(try await store.queue(try request(.backup, of: "web-1"), at: later(61)) == .joined(queued))
      #expect(try await store.queue(try request(.backup, of: "web1"), at: later(61)).runID != queued)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `until its directory has followed, a rename is pending`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let (old, new) = (try host("web1"), try host("web-1"))
      _ = try await store.apply(try declaring("web1"), as: .alice, prune: false, at: noon)
      _ = try await rename(store)
      let pending = HostRename(from: old, to: new, actor: "alice", at: later(60))
      for isRange in [true, false] {
        let recorded = try await store.recorded(of: [new, old], isRange: isRange)
        #expect(recorded[new]?.rename == pending && recorded[old]?.rename == pending)
      }
      #expect(try await store.renames(concerning: old) == [pending])
      #expect(try await store.renames(concerning: try host("web-2")) == [])
      let revision = try await store.hostChanges(after: 0).revision
      try await store.finish(pending)
      #expect(try await store.renames(concerning: new) == [])
      #expect(try await store.hostChanges(after: revision).hosts == [old, new])
      #expect(try await store.recorded(of: [new], isRange: false)[new]?.rename == nil)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a move that was made is none any more`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let first = try await rename(store)
      #expect(first.moves == [], "of a host that never was there")
      #expect(try await store.desired().spec.hosts.count == 1)
      #expect(try await rename(store, at: later(61)).isEmpty)
      #expect(try await store.renames(concerning: try host("web-1")) == [])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a retained host comes back under its new name`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let (old, new) = (try host("web1"), try host("web-1"))
      _ = try await store.apply(try declaring("web1"), as: .alice, prune: false, at: noon)
      try await store.record(try snapshot(of: "web1"), at: noon)
      try await store.delete(.host(old), as: .alice, at: later(1))
      let difference = try await rename(store)
      #expect(difference.changes.map { "\($0.id) \($0.kind.rawValue)" } == ["host/web-1 created"])
      #expect(try await store.retainedHosts().isEmpty)
      #expect(try await store.snapshots(of: new).count == 1)
      #expect(try await store.renames(concerning: new).count == 1)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a retained host of another source comes back under its new name only if it is taken over`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let (old, new) = (try host("web1"), try host("web-1"))
      _ = try await store.apply(try declaring("web1"), as: .bob, prune: false, at: noon)
      try await store.record(try snapshot(of: "web1"), at: noon)
      try await store.delete(.host(old), as: .bob, at: later(1))
      let error = await storeError { _ = try await rename(store) }
      #expect(error?.code == .refused)
      #expect(error?.message.hasSuffix("and host/web1 belongs to cli") == true)
      #expect(try await store.retainedHosts().keys.map(\.description) == ["web1"])
      #expect(try await store.snapshots(of: old).count == 1)

      var options = ApplyOptions(prune: true, moved: [try move("web1", "web-1")])
      let refused = await storeError { _ = try await store.preview(try declaring("web-1"), as: .alice, options) }
      #expect(refused == error)
      options.takeOver = true
      let review = try await store.apply(try declaring("web-1"), as: .alice, options, at: later(60))
      #expect(review.difference.moves == options.moved)
      #expect(try await store.retainedHosts().isEmpty)
      #expect(try await store.snapshots(of: new).count == 1)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `an edit of a host that is to be renamed stays that of its author, whoever tries to rename it`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let old = try host("web1")
      _ = try await store.apply(try declaring("web1"), as: .alice, prune: false, at: noon)
      var edited = try declaring("web1")
      edited.hosts[old]?.own.ssh.port = 2222
      _ = try await store.apply(edited, as: .bob, prune: false, at: later(1))
      let options = ApplyOptions(prune: true, moved: [try move("web1", "web-1")])
      for _ in 0..<2 {
        let review = try await store.preview(try declaring("web-1"), as: .alice, options)
        #expect(review.conflicts.map(\.id.description) == ["host/web-1"])
        #expect(review.conflicts.flatMap(\.fields).compactMap { $0.edit?.origin } == [ChangeOrigin.bob])
        let error = await storeError {
          _ = try await store.apply(try declaring("web-1"), as: .alice, options, at: later(60))
        }
        #expect(error?.code == .conflict)
        #expect(error == review.refusal)
        #expect(error?.message.contains("by bob (cli)") == true)
        #expect(try await store.desired().spec == edited)
      }
    }
  }

  /// What is there besides a host `web1` with a snapshot, and why it cannot become `web-1`.
  private typealias Obstacle = (problem: String, prepare: @Sendable (Store) async throws -> Void)

  private var obstacles: [Obstacle] {
    [
      (
        "and host/web-1 is there already, declared by cli",
        { store in
          var spec = Spec()
          spec.hosts[try host("web-1")] = Host()
          _ = try await store.apply(spec, as: .bob, prune: false, at: noon)
        }
      ),
      (
        "and web-1 has 1 snapshot of its own",
        { store in
          try await store.record(
            Snapshot(host: try host("web-1"), id: try snapshotID(2), status: .success, startedAt: noon), at: noon)
        }
      ),
      (
        "and run 1 (backup) of web1 is running",
        { store in _ = try await store.begin(try request(of: "web1"), by: try await store.worker()) }
      ),
      (
        "and run 1 (backup) of web-1 is queued",
        { store in _ = try await store.queue(try request(of: "web-1"), at: noon) }
      ),
    ]
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a host is not renamed to where something is, or while it is worked on`(_ maker: DatabaseMaker) async throws {
    for (problem, prepare) in obstacles {
      try await maker.withStore { store in
        _ = try await store.apply(try declaring("web1"), as: .alice, prune: false, at: noon)
        try await store.record(try snapshot(of: "web1"), at: noon)
        try await prepare(store)
        let before = try await store.desired().spec
        let error = await storeError { _ = try await rename(store) }
        #expect(error?.code == .refused)
        #expect(error?.message == "nothing was applied: `moved` makes host web1 web-1, \(problem)")
        #expect(try await store.desired().spec == before)
        #expect(try await store.snapshots(of: try host("web1")).count == 1)
        #expect(await storeError { _ = try await rename(store) } == error)
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a host of another source is not renamed, nor one whose directory is still to follow`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      _ = try await store.apply(try declaring("web1"), as: .bob, prune: false, at: noon)
      let foreign = await storeError { _ = try await rename(store) }
      #expect(foreign?.message.hasSuffix("and host/web1 belongs to cli") == true)
      _ = try await rename(store, as: .bob)
      let again = await storeError {
        _ = try await store.apply(
          try declaring("www"), as: .bob, prune: true, moved: [try move("web-1", "www"), try move("web1", "www")],
          at: later(90))
      }
      #expect(
        again?.message.hasSuffix("and the directory of web1 has not got its new name, web-1, yet") == true)
      for rename in try await store.renames(concerning: try host("web1")) { try await store.finish(rename) }
      let chained = try await store.apply(
        try declaring("www"), as: .bob, prune: true, moved: [try move("web-1", "www"), try move("web1", "www")],
        at: later(99))
      #expect(chained.moves == [try move("web-1", "www")])
    }
  }
}
