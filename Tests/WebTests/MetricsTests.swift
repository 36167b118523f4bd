// Metrics: the text format whatever stands in labels, what is told of hosts and runs, and what promtool says.

import Engine
import Foundation
import Reconciler
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct ExpositionTests {
  @Test(arguments: [
    ("plain", "plain"), ("", ""), ("a\"b", "a\\\"b"), ("a\\b", "a\\\\b"), ("a\nb", "a\\nb"), ("\\n", "\\\\n"),
    ("é \u{1F5C4}\t{}=,", "é \u{1F5C4}\t{}=,"), ("\"} 1\nevil 2\n#", "\\\"} 1\\nevil 2\\n#"),
  ])
  func `a label may hold anything`(_ value: String, _ written: String) {
    var family = MetricFamily("pobsync_test", .gauge, "A test.")
    family.add(1, MetricLabel("host", value))
    let expected = "# HELP pobsync_test A test.\n# TYPE pobsync_test gauge\npobsync_test{host=\"\(written)\"} 1\n"
    #expect(Exposition.text([family]) == expected)
  }

  private static let numbers: [(Double, String)] = [
    (0.0, "0"), (1, "1"), (-3, "-3"), (0.5, "0.5"), (1e20, "1e+20"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
    (.nan, "NaN"), (1_779_192_000.25, "1779192000.25"), (9_007_199_254_740_991, "9007199254740991"),
  ]

  @Test(arguments: numbers)
  func `a number is written as Prometheus reads it`(_ value: Double, _ written: String) {
    #expect(Exposition.number(value) == written)
  }

  @Test func `no series is told twice, and no family that is empty`() {
    var family = MetricFamily("pobsync_test", .gauge, "With a \\ and a\nbreak.")
    family.add(1, MetricLabel("host", "a"))
    family.add(2, MetricLabel("host", "b"))
    family.add(3, MetricLabel("host", "a"))
    let empty = MetricFamily("pobsync_empty", .gauge, "Empty.")
    let lines = Exposition.text([empty, family, family]).split(separator: "\n")
    #expect(
      lines == [
        "# HELP pobsync_test With a \\\\ and a\\nbreak.", "# TYPE pobsync_test gauge", "pobsync_test{host=\"a\"} 1",
        "pobsync_test{host=\"b\"} 2",
      ])
  }

  @Test func `a histogram has its buckets, sum and count`() {
    var durations = DurationHistogram(bounds: [0.25, 1])
    for seconds in [0.125, 0.25, 0.5, 7] { durations.note(seconds) }
    var family = MetricFamily("pobsync_test_seconds", .histogram, "A test.")
    family.add(MetricHistogram(durations), MetricLabel("route", "/"))
    let lines = Exposition.text([family]).split(separator: "\n").dropFirst(2)
    #expect(
      Array(lines) == [
        "pobsync_test_seconds_bucket{route=\"/\",le=\"0.25\"} 2", "pobsync_test_seconds_bucket{route=\"/\",le=\"1\"} 3",
        "pobsync_test_seconds_bucket{route=\"/\",le=\"+Inf\"} 4", "pobsync_test_seconds_sum{route=\"/\"} 7.875",
        "pobsync_test_seconds_count{route=\"/\"} 4",
      ])
  }
}

@Suite struct RunTallyTests {
  private func mark(_ id: Int64, _ state: RunState) -> RunMark { RunMark(id: id, kind: .backup, state: state) }

  @Test func `each end is counted once, also of runs that are forgotten`() {
    let failed = RunTally.Outcome(kind: .backup, state: .failed)
    let succeeded = RunTally.Outcome(kind: .backup, state: .succeeded)
    var tally = RunTally(next: 10)
    tally.take([mark(8, .running)])
    #expect(tally.ended.isEmpty && tally.unfinished == [8] && tally.next == 10)
    tally.take([mark(8, .failed), mark(10, .succeeded), mark(11, .queued)])
    #expect(tally.ended == [failed: 1, succeeded: 1])
    #expect(tally.unfinished == [11] && tally.next == 12)
    tally.take([mark(8, .failed), mark(10, .succeeded), mark(11, .queued)])
    #expect(tally.ended == [failed: 1, succeeded: 1], "what was counted is not counted again")
    tally.take([])
    #expect(tally.ended == [failed: 1, succeeded: 1], "what is forgotten stays counted")
    tally.take([mark(12, .failed)])
    #expect(tally.ended == [failed: 2, succeeded: 1])
  }
}

/// Checks metrics and rules as Prometheus does.
private enum Promtool {
  static let path = "/usr/bin/promtool"
  /// Where tests have to be complete, its absence is a failure.
  static let isThere =
    FileManager.default.isExecutableFile(atPath: path) || ProcessInfo.processInfo.environment["CI"] == "true"
}

@Suite struct MetricsTests {
  private static let spec = """
    settings: {backup_root: /nowhere/backups, min_free: 10GiB}
    schedules:
      nightly: {cron: "15 2 * * *"}
    profiles:
      off: {suspended: true}
    hosts:
      web-1: {address: web-1.example.net, schedule: nightly, max_age: 26h}
      db: {address: db.example.net, schedule: nightly}
      old: {address: old.example.net, profile: off}

    """

  private func name(_ text: String) throws -> HostName { try HostName(text: text) }

  /// A fleet with a snapshot, a run at work and one in the queue, and conditions.
  private func fill(_ web: WebFixture) async throws {
    try await web.apply(Self.spec)
    let (store, now) = (web.store, web.now)
    let started = now.addingTimeInterval(-13 * 3600)
    var stats = SnapshotStats()
    stats.durationSeconds = 90
    stats.literalDataBytes = 1 << 30
    stats.apparentSizeBytes = 1 << 40
    let snapshotName = try #require(SnapshotName("20260518-230000Z__K3VQEVH7"))
    try await store.record(
      Snapshot(
        host: try name("web-1"), id: SnapshotID(kind: .scheduled, name: snapshotName), status: .success,
        startedAt: started, finishedAt: started.addingTimeInterval(90), stats: stats), at: started)
    let grant = try await store.acquireLease(
      Lease.controllerName, kind: .controller, process: "a process", duration: 15, at: now)
    let controller = try #require(grant)
    let stale = Condition(
      .fresh, .false, reason: "Stale", message: "too \"old\"", observedGeneration: 1, changedAt: now)
    let ready = Condition(.ready, .false, reason: "Stale", message: "", observedGeneration: 1, changedAt: now)
    try await store.note(
      [HostFinding(host: try name("db"), conditions: [ready, stale], generation: 1)], by: controller)
    try await store.pause(try name("db"), Pause(until: nil, reason: nil, actor: "ann", pausedAt: now))
    for host in ["web-1", "db"] {
      let request = RunRequest(host: try name(host), kind: .backup, trigger: .web, reason: "asked")
      _ = try await store.queue(request, at: now.addingTimeInterval(-60))
    }
  }

  private func metrics(_ web: WebFixture) async throws -> Set<String> {
    let answer = try await web.program(.viewer).get("/metrics")
    #expect(answer.status == 200)
    #expect(answer.header("content-type") == "text/plain; version=0.0.4; charset=utf-8")
    return Set(answer.text.split(separator: "\n").map(String.init))
  }

  @Test func `metrics tell of hosts, the queue, the disk and requests`() async throws {
    try await withWeb { web in
      try await fill(web)
      _ = try await web.stranger.get("/healthz")
      _ = try await web.stranger.get("/made/up")
      let found = try await metrics(web)
      let expected = [
        "pobsync_host_last_success_timestamp_seconds{host=\"web-1\"} 1779145290",
        "pobsync_host_last_success_duration_seconds{host=\"web-1\"} 90",
        "pobsync_host_last_success_transferred_bytes{host=\"web-1\"} 1073741824",
        "pobsync_host_last_success_size_bytes{host=\"web-1\"} 1099511627776",
        "pobsync_host_snapshots{host=\"web-1\",kind=\"scheduled\"} 1",
        "pobsync_host_snapshots{host=\"db\",kind=\"manual\"} 0",
        "pobsync_host_max_age_seconds{host=\"web-1\"} 93600",
        "pobsync_host_max_age_seconds{host=\"db\"} 121500",
        "pobsync_host_staleness_ratio{host=\"web-1\"} 0.5",
        "pobsync_host_condition{host=\"db\",type=\"Fresh\",status=\"false\"} 1",
        "pobsync_host_late{host=\"db\"} 1", "pobsync_host_late{host=\"web-1\"} 0",
        "pobsync_host_paused{host=\"db\"} 1", "pobsync_host_suspended{host=\"old\"} 1",
        "pobsync_queue_runs{kind=\"backup\",state=\"queued\"} 2",
        "pobsync_queue_runs{kind=\"prune\",state=\"running\"} 0",
        "pobsync_queue_oldest_age_seconds 60", "pobsync_runs_queued_total 2",
        "pobsync_runs_total{kind=\"backup\",outcome=\"failed\"} 0", "pobsync_workers 0",
        "pobsync_controller_alive 1", "pobsync_controller_lease_age_seconds 0",
        "pobsync_storage_reserve_bytes 10737418240",
        "pobsync_http_requests_total{route=\"/healthz\",method=\"GET\",status=\"2xx\"} 1",
        "pobsync_http_requests_total{route=\"none\",method=\"other\",status=\"4xx\"} 1",
        "pobsync_build_info{version=\"\(PobsyncVersion.current)\"} 1",
      ]
      #expect(expected.filter { !found.contains($0) } == [])
      #expect(!found.contains { $0.contains("/made/up") }, "what anybody can make up is no label")
      #expect(!found.contains { $0.contains("example.net") || $0.contains("/nowhere") })
    }
  }

  @Test func `scrapes cost one look in five seconds`() async throws {
    try await withWeb { web in
      #expect(try await metrics(web).contains("pobsync_runs_queued_total 0"))
      try await fill(web)
      #expect(try await metrics(web).contains("pobsync_runs_queued_total 0"))
      web.advance(5)
      #expect(try await metrics(web).contains("pobsync_runs_queued_total 2"))
    }
  }

  @Test func `runs are counted as they end`() async throws {
    try await withWeb { web in
      _ = try await metrics(web)
      try await fill(web)
      let lease = try await web.store.acquireLease(
        "worker/a", kind: .worker, process: "a process", duration: 60, at: web.now)
      let worker = try #require(lease)
      let run = try #require(try await web.store.claimRun(1, by: worker, at: web.now))
      _ = try await web.store.finishRun(run, RunResult(state: .failed, message: "no"), by: worker, at: web.now)
      web.advance(5)
      #expect(try await metrics(web).contains("pobsync_runs_total{kind=\"backup\",outcome=\"failed\"} 1"))
      let request = RunRequest(host: run.host, kind: .backup, trigger: .web, reason: "again")
      let id = try #require(try await web.store.queue(request, at: web.now).runID)
      let good = try #require(try await web.store.claimRun(id, by: worker, at: web.now))
      _ = try await web.store.finishRun(good, RunResult(state: .succeeded), by: worker, at: web.now)
      while try await web.store.forgetHistory(before: web.now.addingTimeInterval(60)) > 0 {}
      #expect(try await web.store.run(run.id) == nil)
      web.advance(5)
      #expect(try await metrics(web).contains("pobsync_runs_total{kind=\"backup\",outcome=\"failed\"} 1"))
    }
  }

  @Test func `metrics are for those who have a token, unless they are open`() async throws {
    try await withWeb { web async throws in
      #expect(try await web.stranger.get("/metrics").status == 401)
      #expect(try await web.reader(.viewer).get("/metrics").status == 200)
    }
    try await withWeb({ $0.metricsNeedToken = false }) { web async throws in
      #expect(try await web.stranger.get("/metrics").status == 200)
    }
  }

  @Test(.enabled(if: Promtool.isThere, "promtool is not installed"))
  func `promtool has nothing to say of the metrics`() async throws {
    try await withWeb({ $0.ticks = TickFigures() }) { web in
      try await fill(web)
      _ = try await web.stranger.get("/healthz")
      let text = try await web.program(.viewer).get("/metrics").body
      let result = try await runTool(Promtool.path, ["check", "metrics"], input: Data(text))
      #expect(result.status == 0 && result.stdout.isEmpty && result.stderr.isEmpty, "\(result)")
    }
  }

  @Test(.enabled(if: Promtool.isThere, "promtool is not installed"))
  func `promtool takes the alert rules`() async throws {
    let result = try await runTool(Promtool.path, ["check", "rules", Examples.path("prometheus/alerts.yaml")])
    #expect(result.status == 0, "\(result)")
  }

  @Test func `rules and dashboard speak only of metrics that there are`() async throws {
    let rules = try String(contentsOfFile: Examples.path("prometheus/alerts.yaml"), encoding: .utf8)
    let dashboard = try Data(contentsOf: URL(fileURLWithPath: Examples.path("grafana/pobsync.json")))
    let panels = try JSONSerialization.jsonObject(with: dashboard) as? [String: Any]
    #expect((panels?["panels"] as? [Any])?.isEmpty == false)
    let words = (rules + String(decoding: dashboard, as: UTF8.self)).matches(of: #/pobsync_[a-z_]+/#)
    let used = Set(words.map { String($0.output) })
    #expect(used.count > 15)
    try await withWeb({ $0.ticks = TickFigures() }) { web in
      try await fill(web)
      let known = try await families(web)
      for name in used {
        let family = name.hasSuffix("_bucket") ? String(name.dropLast("_bucket".count)) : name
        #expect(known.contains(family), "\(name)")
      }
    }
  }

  /// All families, also those that have no figures here, as of the disk.
  private func families(_ web: WebFixture) async throws -> Set<String> {
    let reader = MetricsReader(web.site.environment, ticks: TickFigures())
    var metrics = try await reader.read()
    metrics.report.backupRoot.space = DiskSpace(
      available: 1, total: 2, inodes: DiskInodes(available: 1, total: 2))
    return Set(metrics.families.map(\.name))
  }
}

/// The examples of the repository.
private enum Examples {
  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("examples/\(name)").path
  }
}
