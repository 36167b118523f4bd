// Retention by page: what goes is named before it goes, only that goes, and playing a policy ends in time.

import Engine
import Foundation
import Reconciler
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct RetentionPageTests {
  private static let names = ["20260517-021500Z__K3VQEVH7", "20260518-021500Z__K3VQEVH7", "20260519-021500Z__K3VQEVH7"]

  /// A host with three snapshots, on disk and recorded, of which its policy keeps one.
  private static func web(_ body: (WebFixture, HostName) async throws -> Void) async throws {
    try await withScratchDirectory("retention") { scratch in
      try await withWeb(routes: Route.retentionPages) { web in
        try await web.apply(
          """
          settings: {backup_root: \(scratch.path("backups"))}
          retention:
            tight: {keep_last: 1}
          hosts:
            web-1: {retention: tight}
          """)
        let host = try HostName(text: "web-1")
        let environment = web.site.environment
        let root = try await environment.backupRoot(of: try await web.store.settings())
        try HostDirectory(host, in: root).prepare()
        _ = try await environment.adopt(HostDirectory(host, in: root))
        for name in names {
          try scratch.makeDirectory("backups/web-1/scheduled/\(name)/data")
          let id = try #require(SnapshotID("scheduled/\(name)"))
          let snapshot = Snapshot(host: host, id: id, status: .success, startedAt: id.name.startedAt)
          try await web.store.record(snapshot, at: web.now)
        }
        try await body(web, host)
      }
    }
  }

  @Test func `the plan names every snapshot, and what keeps it`() async throws {
    try await Self.web { web, _ in
      let page = try await web.reader(.operator).get("/hosts/web-1/retention")
      #expect(page.status == 200)
      for name in Self.names { #expect(page.text.contains(name)) }
      #expect(page.text.contains("last 1 of 1") && page.text.contains("no rule of tight keeps it"))
      #expect(page.text.contains("2 snapshots would go, which is more than 1"))
      #expect(!page.text.contains("Apply…"), "an operator may look")
      #expect(try await web.reader(.admin).get("/hosts/web-1/retention").text.contains("Apply…"))
      #expect(try await web.reader(.operator).get("/hosts/web-9/retention").status == 404)
      #expect(try await web.reader(.operator).post("/hosts/web-1/retention/apply").status == 403)
    }
  }

  @Test func `applying it names what goes, asks for the number, and queues just that`() async throws {
    try await Self.web { web, _ in
      let admin = try await web.reader(.admin)
      let ask = try await admin.post("/hosts/web-1/retention/apply")
      #expect(ask.status == 200)
      #expect(ask.text.contains("Remove 2 snapshots of web-1?"))
      #expect(ask.text.contains(Self.names[0]) && ask.text.contains(Self.names[1]) && !ask.text.contains(Self.names[2]))
      #expect(try await web.store.unfinishedRuns().isEmpty)

      let unnamed = try await admin.post("/hosts/web-1/retention/apply", ask.hiddenFields)
      #expect(unnamed.status == 409, "more than the policy allows at once")
      let done = try await admin.post(
        "/hosts/web-1/retention/apply", ask.hiddenFields.merging(["max_delete": "2"]) { $1 })
      #expect(done.status == 303)
      let run = try #require(try await web.store.unfinishedRuns().first)
      #expect(done.header("location") == "/runs/\(run.id)")
      let request = try #require(try await web.store.run(run.id)).request
      #expect(request.kind == .prune && request.trigger == .web && request.requestedBy == "admin")
      #expect(request.maxDelete == 2)
      #expect(Set(request.onlySnapshots ?? []).map(\.name.description).sorted() == Array(Self.names.prefix(2)))
      #expect(try await web.store.audit(limit: 1).first?.action == "retention.apply")
    }
  }

  @Test func `what has changed since it was shown is shown again`() async throws {
    try await Self.web { web, host in
      let admin = try await web.reader(.admin)
      let ask = try await admin.post("/hosts/web-1/retention/apply")
      let pin = SnapshotPin(reason: nil, until: nil, actor: "ann", pinnedAt: web.now)
      try await web.store.pin(try #require(SnapshotID("scheduled/\(Self.names[0])")), of: host, pin)
      let stale = try await admin.post(
        "/hosts/web-1/retention/apply", ask.hiddenFields.merging(["max_delete": "2"]) { $1 })
      #expect(stale.status == 409)
      #expect(stale.text.contains("Remove 1 snapshot of web-1?"))
      #expect(try await web.store.unfinishedRuns().isEmpty)
      let forged = try await admin.post(
        "/hosts/web-1/retention/apply", ["step": "apply", "snapshots": "scheduled/../../etc"])
      #expect(forged.status == 400)
    }
  }

  // MARK: - The simulator

  @Test func `a policy is played, be it declared or written out`() async throws {
    try await withWeb(routes: Route.retentionPages) { web in
      try await web.apply(
        """
        retention:
          standard: {keep_daily: 14, keep_weekly: 8}
        schedules:
          nightly: {cron: "15 2 * * *"}
        """)
      let reader = try await web.reader(.operator)
      let plain = try await reader.get("/retention")
      #expect(plain.text.contains("keep_daily 14, keep_weekly 8") && !plain.text.contains("<svg"))
      let played = try await reader.get("/retention?policy=standard&pace=daily&years=2")
      #expect(played.status == 200)
      #expect(played.text.contains("<svg") && played.text.contains("<b>730</b><span>made</span>"))
      let written = try await reader.get(
        "/retention?keys=keep_last%3A+3%2C+keep_weekly%3A+2&pace=schedule%3Anightly&years=1")
      #expect(written.status == 200)
      #expect(written.text.contains("keep_last 3, keep_weekly 2"))
      for wrong in ["policy=other", "keys=keep_dayly%3A+3", "policy=standard&pace=never", "policy=standard&years=x"] {
        let answer = try await reader.get("/retention?\(wrong)")
        #expect(answer.status == 422 || answer.status == 400, "\(wrong)")
      }
      #expect(try await reader.get("/retention?keys=keep_dayly%3A+3").text.contains("did you mean `keep_daily`?"))
    }
  }

  @Test func `playing is bounded, whatever is asked for`() throws {
    let spec = try SpecReader.read([SourceText(name: "spec.yaml", "version: 1\n")]).spec
    let now = try #require(Timestamp.date("2026-05-19 12:00:00Z"))
    for (keys, pace) in [
      ("keep_last: 100000", "daily"), ("keep_hourly: 100000", "hourly"), ("keep_within: 3650d", "hourly"),
      ("keep_daily: 14", "hourly"), ("keep_yearly: 5", "monthly"),
    ] {
      let request = try SimulationRequest(
        policyName: "", keys: keys, pace: pace, years: 99, in: spec, endingAt: now)
      #expect(request.times.count <= 30_000)
      #expect(request.times.last.map { now.timeIntervalSince($0) < 32 * 86_400 } ?? false, "the end is played")
      let most = ["daily": 3653, "hourly": 87_660, "monthly": 121][pace] ?? 0
      #expect(request.isCut == (request.times.count < most - 1))
    }
  }
}
