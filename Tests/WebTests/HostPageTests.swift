// The pages of hosts: what they hold, for whom, and at what cost.

import Engine
import Foundation
import HTTPTypes
import Logging
import Reconciler
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct HostPageTests {
  private static let fleet = """
    schedules: {nightly: {cron: "15 2 * * *", prune: true}}
    retention: {standard: {keep_last: 2, max_delete_ratio: 100%}}
    hosts:
      web-1:
        address: secret-address.example.net
        source_root: /srv/data
        excludes: [/srv/data/cache]
        ssh: {user: backup, port: 2222}
        schedule: nightly
        retention: standard
        labels: {role: "<b>web</b>"}
      db: {}
    """

  private static func snapshot(_ host: String, _ day: Int, note: String? = nil) throws -> Snapshot {
    let text = "202605\(day)-021500Z__K3VQEVH7"
    let name = try #require(SnapshotName(text))
    var stats = SnapshotStats()
    stats.apparentSizeBytes = Int64(day) * 1_000_000
    stats.uniqueApparentSizeBytes = 1000
    stats.durationSeconds = 12
    return Snapshot(
      host: try HostName(text: host), id: SnapshotID(kind: .scheduled, name: name), status: .success,
      startedAt: name.startedAt, stats: stats, note: note)
  }

  /// Gives conditions to a host, all false.
  private static func note(
    _ reasons: [(Condition.Kind, String, String)], of host: String, in store: Store, at now: Date
  )
    async throws
  {
    let leader = try await store.leases().first { $0.name == Lease.controllerName }
    let lease = try await store.acquireLease(
      Lease.controllerName, kind: .controller, process: "a process", duration: 15, replacing: leader, at: now)
    let controller = try #require(lease)
    let conditions = reasons.map { type, reason, message in
      Condition(type, .false, reason: reason, message: message, observedGeneration: 1, changedAt: now)
    }
    try await store.note(
      [HostFinding(host: try HostName(text: host), conditions: conditions, generation: 1)], by: controller)
  }

  private static let snapshotPath = "/hosts/web-1/snapshots/scheduled/20260515-021500Z__K3VQEVH7"

  /// A fleet with snapshots, and a host that has failed with a message full of what is not for everybody.
  private func withFleet(_ body: (WebFixture) async throws -> Void) async throws {
    try await withWeb(routes: Route.signIn + Route.overviewPages + Route.hostPages + Route.hostActions) { web in
      try await web.apply(Self.fleet)
      for day in 15...18 {
        try await web.store.record(try Self.snapshot("web-1", day, note: "/srv/data/secret: denied"), at: web.now)
      }
      let message = "backup@secret-address.example.net, port 2222: <script>alert(1)</script>"
      try await Self.note(
        [(.ready, "LastBackupFailed", message), (.reachable, "KeyRefused", message), (.fresh, "Stale", "too old")],
        of: "web-1", in: web.store, at: web.now)
      let worker = try #require(
        try await web.store.acquireLease(
          "worker/a", kind: .worker, process: "elsewhere", duration: 60, at: web.now))
      var asked = RunRequest(
        host: try HostName(text: "web-1"), kind: .backup, trigger: .schedule, reason: "schedule nightly was due")
      asked.snapshotKind = .scheduled
      let run = try #require(try await web.store.queue(asked, at: web.now).runID)
      let begun = try #require(try await web.store.claimRun(run, by: worker, at: web.now))
      try await web.store.finishRun(
        begun, RunResult(state: .failed, errorCode: "key_refused", message: message), by: worker, at: web.now)
      try await body(web)
    }
  }

  // MARK: - What is shown

  @Test func `an operator sees what is declared and what has become of it`() async throws {
    try await withFleet { web in
      let ann = try await web.reader(.operator)
      let page = try await ann.get("/hosts/web-1")
      #expect(page.status == 200)
      for text in [
        "secret-address.example.net", "15 2 * * *", "/srv/data", "20260518-021500Z__K3VQEVH7", "18.0 MB",
        "kept: the newest good one", "goes with the next prune: no rule of standard keeps it", "key refused",
        #"action="/hosts/web-1/backup""#, "/hosts/web-1/preflight", "/snapshots/web-1/scheduled/",
      ] {
        #expect(page.text.contains(text), "\(text)")
      }
      let list = try await ann.get("/hosts?label=role&sort=newest")
      #expect(list.text.contains("nightly"))
      #expect(list.text.contains(#"href="/hosts/web-1""#))
      #expect(!list.text.contains(#"href="/hosts/db""#))
      let overview = try await ann.get("/")
      #expect(overview.text.contains("key refused"))
      let values = try await ann.get("/hosts/web-1/values")
      #expect(values.text.contains("ssh.port") && values.text.contains("2222"))
    }
  }

  @Test func `a viewer sees neither addresses nor what is declared, and no buttons`() async throws {
    try await withFleet { web in
      let bob = try await web.reader(.viewer)
      for path in ["/", "/hosts", "/hosts/web-1", Self.snapshotPath] {
        let page = try await bob.get(path)
        #expect(page.status == 200, "\(path)")
        #expect(page.text.contains("web-1"), "\(path)")
        for secret in [
          "secret-address", "2222", "/srv/data", "nightly", "alert(1)", "method=\"post\" action=\"/hosts", "/edit",
          "15 2 * * *",
        ] {
          #expect(!page.text.contains(secret), "\(path): \(secret)")
        }
      }
      #expect(try await bob.get("/hosts?q=secret-address").text.contains("No host matches"))
      #expect(try await bob.get("/hosts/web-1").text.contains("20260518-021500Z__K3VQEVH7"))
    }
  }

  @Test func `XSS: labels, messages, reasons and notes are shown, not obeyed`() async throws {
    try await withFleet { web in
      let host = try HostName(text: "web-1")
      let evil = "<img src=x onerror=alert(2)>"
      try await web.store.pause(host, Pause(until: nil, reason: evil, actor: "ann", pausedAt: web.now))
      let id = try Self.snapshot("web-1", 15).id
      try await web.store.pin(
        id, of: host, SnapshotPin(reason: evil, until: nil, actor: "ann", pinnedAt: web.now))
      try await web.store.record(
        NewEvent(host: host, severity: .error, reason: "test", message: evil), at: web.now)
      let ann = try await web.reader(.admin)
      for path in ["/", "/hosts", "/hosts/web-1", Self.snapshotPath, "\(Self.snapshotPath)/remove"] {
        let page = try await ann.get(path)
        #expect(page.status == 200, "\(path)")
        for tag in ["<script>alert", "<img src=x", "<b>web"] { #expect(!page.text.contains(tag), "\(path): \(tag)") }
      }
      let page = try await ann.get("/hosts/web-1").text
      #expect(page.contains("&lt;b&gt;web&lt;/b&gt;"))
      #expect(page.contains("&lt;script&gt;alert(1)"))
    }
  }

  @Test func `a host that is declared no more has a page, and one that never was has none`() async throws {
    try await withFleet { web in
      try await web.store.delete(
        .host(try HostName(text: "web-1")), as: ChangeOrigin(source: "tests", actor: "tests"), at: web.now)
      let ann = try await web.reader(.operator)
      let page = try await ann.get("/hosts/web-1")
      #expect(page.status == 200)
      #expect(page.text.contains("Declared no more"))
      #expect(!page.text.contains(#"action="/hosts/web-1/backup""#))
      #expect(try await ann.get("/hosts?condition=retained").text.contains("/hosts/web-1"))
      let other = try await ann.get("/hosts/dbb")
      #expect(other.status == 404)
      #expect(other.text.contains("did you mean"))
      #expect(try await ann.get("/hosts/web-1/snapshots/scheduled/20200101-000000Z__AAAAAAAA").status == 404)
      #expect(try await ann.get("/hosts/web-1/snapshots/weekly/x").status == 404)
    }
  }

  // MARK: - What is done

  @Test func `a pause is made, shown and ended, and all of it audited`() async throws {
    try await withFleet { web in
      let ann = try await web.reader(.operator)
      let paused = try await ann.post("/hosts/web-1/pause", ["for": "2h", "reason": "new disks"])
      #expect(paused.status == 303)
      #expect(paused.header("location") == "/hosts/web-1")
      let pause = try #require(try await web.store.pauses(at: web.now).hosts[try HostName(text: "web-1")])
      #expect(pause.actor == "operator")
      #expect(pause.until == web.now.addingTimeInterval(7200))
      #expect(try await ann.get("/hosts/web-1").text.contains("new disks"))
      #expect(try await ann.post("/hosts/web-1/resume").status == 303)
      #expect(try await web.store.pauses(at: web.now).hosts.isEmpty)
      let entries = try await web.store.audit(subject: "host/web-1", limit: 10)
      #expect(entries.map(\.action) == ["host.resume", "host.pause"])
      #expect(entries.last?.after?.contains("new disks") == true)
      #expect(entries.last?.before == nil && entries.first?.before == entries.last?.after)
    }
  }

  @Test(arguments: [
    ["for": "soon"], ["until": "yesterday"], ["until": "2020-01-01"], ["for": "1h", "until": "06:00"],
    ["reason": String(repeating: "x", count: 201)],
  ])
  func `a pause that cannot be is refused`(_ fields: [String: String]) async throws {
    try await withFleet { web in
      let ann = try await web.reader(.operator)
      #expect(try await ann.post("/hosts/web-1/pause", fields).status == 400)
      #expect(try await web.store.pauses(at: web.now).hosts.isEmpty)
    }
  }

  @Test func `nothing is queued that cannot be done`() async throws {
    try await withFleet { web in
      let ann = try await web.reader(.operator)
      // There is no backup root.
      #expect(try await ann.post("/hosts/web-1/backup", ["kind": "manual"]).status == 409)
      #expect(try await ann.post("/hosts/web-1/backup", ["kind": "weekly"]).status == 400)
      #expect(try await ann.post("/hosts/unknown/discover").status == 404)
      #expect(try await web.store.queueLength() == 0)
      #expect(try await web.store.audit(action: "host.", limit: 10).isEmpty)
    }
  }

  /// Gives `body` a host with a snapshot on a disk of its own.
  private func withDisk(_ body: (WebFixture, SnapshotID, HostDirectory) async throws -> Void) async throws {
    try await withScratchDirectory { scratch in
      try await withWeb(routes: Route.signIn + Route.hostPages + Route.hostActions) { web in
        try await web.apply("settings: {backup_root: \(scratch.path("backups"))}\nhosts: {web-1: {}}")
        let settings = try await web.store.desired().spec.settings
        let root = try await web.site.environment.backupRoot(of: settings)
        let directory = HostDirectory(try HostName(text: "web-1"), in: root)
        try directory.prepare()
        var generator = SystemRandomNumberGenerator()
        _ = try directory.identity(using: &generator)
        let snapshot = try Self.snapshot("web-1", 15)
        let tree = try TreeBuilder(at: directory.directory(of: snapshot.id))
        try tree.makeDirectory("data")
        try tree.makeDirectory("meta")
        try tree.write("status: success\n", to: "meta/meta.yaml")
        try await web.store.record(snapshot, at: web.now)
        try await body(web, snapshot.id, directory)
      }
    }
  }

  @Test func `a backup is queued ahead of others, and leads to its run`() async throws {
    try await withDisk { web, _, _ in
      let ann = try await web.reader(.operator)
      let first = try await ann.post("/hosts/web-1/backup", ["kind": "manual"])
      #expect(first.status == 303)
      let run = try #require(try await web.store.unfinishedRuns().first)
      #expect(first.header("location") == "/runs/\(run.id)")
      #expect(run.trigger == .web)
      #expect(run.request.requestedBy == "operator")
      #expect(run.request.snapshotKind == .manual)
      #expect(run.rankedAt < run.queuedAt)
      // The same again joins it; another kind is obstructed, and led to what is in the way.
      #expect(try await ann.post("/hosts/web-1/backup", ["kind": "manual"]).header("location") == "/runs/\(run.id)")
      let other = try await ann.post("/hosts/web-1/backup", ["kind": "scheduled"])
      #expect(other.header("location") == "/runs/\(run.id)")
      #expect(try await web.store.queueLength() == 1)
      #expect(try await ann.get("/hosts/web-1").text.contains("Nothing was queued"))
      #expect(try await web.store.audit(action: "host.backup", limit: 10).count == 2)
    }
  }

  @Test func `a snapshot is pinned on the disk as well, and not removed then`() async throws {
    try await withDisk { web, id, directory in
      let ann = try await web.reader(.operator)
      let pinned = try await ann.post("\(Self.snapshotPath)/pin", ["reason": "legal", "until": "2026-12-24"])
      #expect(pinned.header("location") == Self.snapshotPath)
      #expect(directory.pin(of: id)?.actor == "operator")
      #expect(try await ann.get(Self.snapshotPath).text.contains("pinned: legal"))
      let boss = try await web.reader(.admin)
      #expect(try await boss.post("\(Self.snapshotPath)/remove", ["snapshot": id.description]).status == 409)
      #expect(try await ann.post("\(Self.snapshotPath)/unpin").status == 303)
      #expect(directory.pin(of: id) == nil)
      #expect(
        try await web.store.audit(action: "snapshot.", limit: 10).map(\.action) == ["snapshot.unpin", "snapshot.pin"])
    }
  }

  @Test func `a snapshot is removed by an admin who has seen its name`() async throws {
    try await withDisk { web, id, _ in
      let boss = try await web.reader(.admin)
      let page = try await boss.get("\(Self.snapshotPath)/remove")
      #expect(page.text.contains(id.description))
      #expect(try await boss.post("\(Self.snapshotPath)/remove", ["snapshot": "another"]).status == 400)
      #expect(try await boss.post("\(Self.snapshotPath)/remove", ["snapshot": id.description]).status == 303)
      let run = try #require(try await web.store.unfinishedRuns().first)
      #expect(run.kind == .prune)
      #expect(run.request.snapshot == id)
      let ann = try await web.reader(.operator)
      #expect(try await ann.get("\(Self.snapshotPath)/remove").status == 403)
    }
  }

  // MARK: - At what cost

  /// A site without a server, over a database that counts.
  private func makeSite(_ database: any SQLDatabase, at now: Date) async throws -> Site {
    let environment = Reconciler.Environment(
      store: try await Store.open(on: database, at: now), clock: WallClock { now }, elapsed: ElapsedClock { 1000 },
      runner: ProcessRunner(executable: "/nowhere"),
      sshDefaults: SSHDefaults(knownHostsFile: try SSHFilePath(text: "/nowhere/known_hosts"), identityFile: nil),
      actor: "tests")
    let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
    return try Site(environment: environment, options: WebServer.Options(), logger: logger)
  }

  private func request(_ path: String, host: String? = nil) throws -> WebRequest {
    WebRequest(
      method: .get, path: path, headers: [:], remoteAddress: "127.0.0.1", isSecure: false,
      identity: Identity(name: "ann", role: .operator, session: nil, token: nil),
      match: RouteMatch(parameters: host.map { ["host": $0] } ?? [:]), query: FormFields())
  }

  /// Declares hosts, each of which has snapshots and has failed.
  private func fill(_ site: Site, hosts: Int, snapshots: Int) async throws {
    let names = (1...hosts).map { "host-\($0)" }
    let own = names.map { "\($0): {schedule: nightly, retention: standard, labels: {n: \($0)}}" }
    let yaml = """
      version: 1
      schedules: {nightly: {cron: "15 2 * * *", jitter: 3h}}
      retention: {standard: {keep_daily: 7}}
      hosts: {\(own.joined(separator: ", "))}
      """
    let spec = try SpecReader.read([SourceText(name: "spec.yaml", yaml)]).spec
    _ = try await site.store.apply(
      spec, as: ChangeOrigin(source: "tests", actor: "tests"), prune: false, at: site.now)
    for name in names.prefix(60) {
      for day in 0..<snapshots { try await site.store.record(try Self.snapshot(name, 10 + day), at: site.now) }
      try await Self.note(
        [(.ready, "LastBackupFailed", "a message"), (.fresh, "Stale", "too old")], of: name, in: site.store,
        at: site.now
      )
    }
  }

  @Test func `the number of queries of a page does not grow with hosts and snapshots`() async throws {
    let now = try #require(Timestamp.date("2026-05-19 12:00:00Z"))
    var counts: [[Int]] = []
    for (hosts, snapshots) in [(2, 1), (60, 9)] {
      let database = CountingDatabase(try await TestDatabase.fresh())
      let site = try await makeSite(database, at: now)
      try await fill(site, hosts: hosts, snapshots: snapshots)
      _ = database.takeCount()
      var found: [Int] = []
      _ = try await OverviewPage.answer(try request("/"), site)
      found.append(database.takeCount())
      _ = try await HostPages.list(try request("/hosts"), site)
      found.append(database.takeCount())
      _ = try await HostPages.host(try request("/hosts/host-1", host: "host-1"), site)
      found.append(database.takeCount())
      // What was made is shown for a moment to all.
      _ = try await OverviewPage.answer(try request("/"), site)
      _ = try await HostPages.host(try request("/hosts/host-1", host: "host-1"), site)
      #expect(database.takeCount() == 0)
      counts.append(found)
    }
    #expect(counts[0] == counts[1])
    #expect(counts[0].allSatisfy { $0 > 0 && $0 <= 100 }, "\(counts)")
  }

  @Test func `the overview of a thousand hosts weighs no more than 100 KiB`() async throws {
    let now = try #require(Timestamp.date("2026-05-19 12:00:00Z"))
    let site = try await makeSite(try await TestDatabase.fresh(), at: now)
    try await fill(site, hosts: 1000, snapshots: 1)
    let answer = try await OverviewPage.answer(try request("/"), site)
    guard case .page(let page) = answer.body else {
      Issue.record("no page")
      return
    }
    let content = try site.renderer.content(of: page)
    #expect(content.contains("host-1"))
    // The layout around it takes some more.
    #expect(content.utf8.count <= 90 << 10, "\(content.utf8.count)")
  }
}
