// Hosts that are declared no more: what is remembered of them, until they are declared again or forgotten.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  /// A spec whose host has snapshots that expire by a policy.
  private func expiring(zone: String? = nil) throws -> Spec {
    let settings = zone.map { "settings: {time_zone: \($0)}\n" } ?? ""
    let text = """
      version: 1
      \(settings)retention: {short: {keep_last: 3, keep_within: 2d}}
      profiles: {base: {retention: short, on_remove: expire}}
      hosts: {web-1: {profile: base}, web-2: {}}
      """
    return try SpecReader.read([SourceText(name: "spec.yaml", text)]).spec
  }

  private func snapshot(of name: String, _ number: Int = 1) throws -> Snapshot {
    Snapshot(host: try host(name), id: try snapshotID(number), status: .success, startedAt: later(number))
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a host that goes is retained as it was declared then`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let (web, other) = (try host("web-1"), try host("web-2"))
      let spec = try expiring(zone: "Europe/Amsterdam")
      _ = try await store.apply(spec, as: .alice, prune: false, at: noon)
      for name in ["web-1", "web-2"] { try await store.record(try snapshot(of: name), at: noon) }
      let policy = try #require(spec.effectiveHost(web)?.retention)

      // The policy that held then is kept, also where it goes in the same step.
      var rest = Spec()
      rest.settings = spec.settings
      _ = try await store.apply(rest, as: .alice, prune: true, at: later(9))
      #expect(try await store.desired().spec == rest)
      let expected = RetainedHost(
        host: web, onRemove: .expire, retention: policy, source: "servers", actor: "alice", removedAt: later(9))
      #expect(try await store.retainedHost(web) == expected)
      #expect(policy.timeZone.description == "Europe/Amsterdam")
      let plain = RetainedHost(
        host: other, onRemove: .retain, retention: nil, source: "servers", actor: "alice", removedAt: later(9))
      #expect(try await store.retainedHosts() == [web: expected, other: plain])
      #expect(try await store.snapshots(of: web).count == 1, "nothing is removed")
      #expect(try await store.statusRecords(at: noon, queued: 1).retained == 2)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a host of which nothing is left is not retained, and one that has only runs is`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1", "web-2")
      _ = try await store.queue(try request(of: "web-2", .cli), at: noon)
      for name in ["web-1", "web-2"] { try await store.delete(.host(try host(name)), as: .bob, at: later(1)) }
      #expect(try await store.retainedHost(try host("web-1")) == nil)
      let kept = try #require(try await store.retainedHost(try host("web-2")))
      #expect(kept.source == "servers" && kept.actor == "bob" && kept.removedAt == later(1))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a host that is declared again is retained no more, and removed again by what it is then`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      _ = try await store.apply(try expiring(), as: .alice, prune: false, at: noon)
      try await store.record(try snapshot(of: "web-1"), at: noon)
      try await store.delete(.host(web), as: .alice, at: later(1))
      #expect(try await store.retainedHost(web)?.onRemove == .expire)
      try await store.declare("web-1")
      #expect(try await store.retainedHost(web) == nil)
      try await store.delete(.host(web), as: .bob, at: later(2))
      #expect(try await store.retainedHost(web)?.onRemove == .retain)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `plans see the runs of retained hosts as those of declared ones`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1", "web-2")
      let names = [try host("web-1"), try host("web-2")]
      let worker = try await store.worker()
      for name in ["web-1", "web-2"] {
        for kind in [RunKind.discover, .prune] {
          let run = try await store.begin(try request(kind, of: name), by: worker)
          try await store.finishRun(run, RunResult(state: .failed), by: worker, at: noon)
        }
        _ = try await store.queue(try request(.discover, of: name), at: noon)
      }
      let before = try await store.recorded(of: names, isRange: true).mapValues { $0.runs.map(\.id) }
      try await store.delete(.host(names[0]), as: .bob, at: noon)
      for isRange in [true, false] {
        let after = try await store.recorded(of: names, isRange: isRange).mapValues { $0.runs.map(\.id) }
        #expect(after == before)
        #expect(after[names[0]]?.count == 3)
      }
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a host is forgotten with all that was said of its snapshots, and its history stays`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store, database in
      let web = try host("web-1")
      try await store.declare("web-1", "web-2")
      for name in ["web-1", "web-2"] {
        try await store.record(try snapshot(of: name), at: noon)
        try await database.write { connection in
          for (table, columns) in [
            ("pins", "host, kind, name, actor, pinned_at"), ("shrinkages", "host, kind, name"),
            ("accepted_shrinkages", "host, name, actor, accepted_at"),
          ] {
            let count = columns.split(separator: ",").count
            let kinded = table == "accepted_shrinkages" ? [SQLValue.text(name)] : [.text(name), "scheduled"]
            // Either is a name and a date.
            let rest = Array(repeating: SQLValue.text("2026-05-18T02:15:00.000000Z"), count: count - kinded.count)
            let marks = Array(repeating: "?", count: count).joined(separator: ", ")
            try connection.execute("INSERT INTO \(table) (\(columns)) VALUES (\(marks))", kinded + rest)
          }
        }
      }
      let queued = try #require(try await store.queue(try request(.discover), at: noon).runID)
      let refusal = await storeError { try await store.forget(web, by: "bob", at: noon) }
      #expect(refusal?.code == .refused)
      #expect(try await store.snapshots(of: web).count == 1)

      try await store.delete(.host(web), as: .bob, at: noon)
      let purge = Purge(
        host: web, kind: .scheduled, name: "n", path: "p", reason: "purge of the host", action: .manual, actor: "bob",
        at: noon)
      try await store.recordPurge(purge)
      let revision = try await store.hostChanges(after: 0).revision
      try await store.forget(web, by: "bob", at: later(1))
      #expect(try await store.snapshots(of: web).isEmpty)
      #expect(try await store.retainedHost(web) == nil)
      #expect(try await store.hostChanges(after: revision).hosts == [web])
      let run = try #require(try await store.run(queued))
      #expect(run.state == .cancelled && run.message == "cancelled by bob")
      #expect(try await store.purges(host: web, limit: 9) == [purge])
      #expect(try await store.events(host: web, limit: 9).contains { $0.reason == "host_purged" })
      for table in ["pins", "shrinkages", "accepted_shrinkages"] {
        let hosts: [String] = try await database.read { connection in
          try connection.query("SELECT host FROM \(table)", []).map { try $0.required("host") }
        }
        #expect(hosts == ["web-2"], "\(table)")
      }
      try await store.forget(web, by: "bob", at: later(2))
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a retained policy that cannot be read is named`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store, database in
      _ = try await store.apply(try expiring(), as: .alice, prune: false, at: noon)
      try await store.record(try snapshot(of: "web-1"), at: noon)
      try await store.delete(.host(try host("web-1")), as: .alice, at: noon)
      try await database.write { connection in
        _ = try connection.execute("UPDATE retained_hosts SET retention_policy = ?", [#"{"keep_last":"many"}"#])
      }
      let error = await storeError { _ = try await store.retainedHosts() }
      #expect(error?.code == .unreadableValue)
      #expect(error?.message.contains("the row `web-1` of the table retained_hosts") == true)
    }
  }
}
