// The API: lists and their pages, what is told to whom, and what is done.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct ApiTests {
  /// All items of a list, page by page, and how many pages there were.
  private static func all(
    _ path: String, by cursor: String, as reader: WebReader
  ) async throws -> (items: [YAMLValue], pages: Int) {
    var items: [YAMLValue] = []
    var (pages, next) = (0, "")
    repeat {
      let joint = path.contains("?") ? "&" : "?"
      let answer = try await reader.get(next.isEmpty ? path : "\(path)\(joint)\(cursor)=\(next)")
      #expect(answer.status == 200, "\(answer.text)")
      let page = try answer.json()
      items += page["items"]?.items ?? []
      pages += 1
      next = page["next"]?.text ?? ""
    } while !next.isEmpty && pages < 100
    return (items, pages)
  }

  // MARK: - Lists

  @Test(arguments: [
    ("/api/hosts?limit=7", "after", 20), ("/api/snapshots?limit=7", "after", 31), ("/api/runs?limit=7", "before", 31),
    ("/api/events?severity=warning&limit=7", "before", 30), ("/api/purges?limit=7", "before", 30),
  ])
  func `each item of a list is on one page`(path: String, cursor: String, count: Int) async throws {
    try await withWeb { web in
      try await web.fill(SiteContent(hosts: 20, snapshots: 30, runs: 30, events: 30))
      let (items, pages) = try await Self.all(path, by: cursor, as: web.program(.operator))
      #expect(items.count == count)
      #expect(pages == (count + 6) / 7)
      let keys = items.map { item in
        item["id"].map { "\($0.shown)" } ?? "\(item["host"]?.text ?? "")/\(item["name"]?.text ?? "")"
      }
      #expect(Set(keys).count == count, "\(keys)")
      #expect(
        try await web.program(.operator).get(path.replacing("limit=7", with: "limit=500")).json()["next"] == .null)
    }
  }

  @Test(arguments: [
    "x", "=", "AAAA", "aG9zdHM6", "aG9zdHM6d2ViLTE", "%00", "cnVuczoxNw", "cnVuczotMQ", "ZXZlbnRzOjE3",
    String(repeating: "A", count: 2000),
  ])
  func `a cursor that no page of the list has given is refused`(text: String) async throws {
    // That of one list is none of another: `hosts:web-1` and `runs:17` are among these.
    let hosts: HostName? = PageCursor.key(in: text, of: "hosts")
    let runs: Int64? = PageCursor.key(in: text, of: "runs")
    try await withWeb { web async throws in
      let program = web.program(.operator)
      #expect(try await program.get("/api/hosts?after=\(text)").status == (hosts == nil ? 400 : 200))
      #expect(try await program.get("/api/runs?before=\(text)").status == (runs == nil ? 400 : 200))
      #expect(try await program.get("/api/events?before=\(text)").status == 400)
      #expect(try await program.get("/api/snapshots?after=\(text)").status == 400)
    }
  }

  @Test func `lists are filtered`() async throws {
    try await withWeb { web in
      try await web.fill(SiteContent(hosts: 12, snapshots: 4, runs: 4, events: 4))
      let program = web.program(.operator)
      for (path, count) in [
        ("/api/hosts?text=WEB-1", 4), ("/api/hosts?text=example.net", 12), ("/api/hosts?label=role", 12),
        ("/api/hosts?label=role=db", 0), ("/api/hosts?schedule=nightly&limit=5", 5), ("/api/hosts?schedule=weekly", 0),
        ("/api/hosts?condition=unknown", 11), ("/api/hosts?condition=retained", 0),
        ("/api/snapshots?host=web-1", 5), ("/api/snapshots?host=web-2", 0), ("/api/snapshots?kind=manual", 1),
        ("/api/snapshots?kind=manual&kind=scheduled", 5), ("/api/snapshots?status=success", 2),
        ("/api/snapshots?since=2026-05-17", 2), ("/api/runs?state=failed", 4),
        ("/api/runs?state=queued&kind=discover", 1),
        ("/api/runs?state=failed&state=queued", 5), ("/api/runs?trigger=web", 4), ("/api/runs?host=web-2", 0),
        ("/api/events?severity=warning", 4), ("/api/events?severity=info&host=web-2", 0),
        ("/api/events?since=2026-05-19T11:59:00Z&severity=warning", 2), ("/api/purges?host=web-1", 4),
        ("/api/schedules", 1),
        ("/api/retention", 1), ("/api/profiles", 1), ("/api/notifications", 0),
      ] {
        let items = try await program.get(path).json()["items"]?.items
        #expect(items?.count == count, "\(path): \(items?.count ?? -1)")
      }
    }
  }

  @Test(arguments: [
    "/api/hosts?limit=0", "/api/hosts?limit=501", "/api/hosts?limit=-1", "/api/hosts?limit=1e2",
    "/api/hosts?limit=99999999999999999999", "/api/hosts?condition=odd", "/api/hosts?limits=1", "/api/runs?state=odd",
    "/api/runs?host=a%20b", "/api/events?since=yesterday", "/api/runs/1/log?offset=-1",
    "/api/runs/1/log?offset=9223372036854775808",
  ])
  func `what cannot be asked is refused`(path: String) async throws {
    try await withWeb { web in
      try await web.fill()
      let answer = try await web.program(.operator).get(path)
      #expect(answer.status == 400)
      #expect(try answer.json()["code"]?.text == "bad_request")
    }
  }

  @Test func `an answer that has not changed is not sent again`() async throws {
    try await withWeb { web in
      try await web.fill()
      let first = try await web.program(.operator).get("/api/runs")
      let tag = try #require(first.header("etag"))
      #expect(try await web.program(.operator).get("/api/runs", headers: ["If-None-Match": tag]).status == 304)
      _ = try await web.store.cancelRun(6, by: "ann", at: web.now)
      #expect(try await web.program(.operator).get("/api/runs", headers: ["If-None-Match": tag]).status == 200)
    }
  }

  // MARK: - For whom

  @Test(arguments: ["/api/status", "/api/hosts/web-1"])
  func `a document that says when it was made is the same where only that has changed`(path: String) async throws {
    try await withWeb { web in
      try await web.fill()
      let first = try await web.program(.operator).get(path)
      let tag = try #require(first.header("etag"))
      web.advance(1)
      let later = try await web.program(.operator).get(path, headers: ["If-None-Match": tag])
      #expect(later.status == 304)
      try await web.apply("hosts:\n  web-1: {suspended: true}")
      #expect(try await web.program(.operator).get(path, headers: ["If-None-Match": tag]).status == 200)
    }
  }

  @Test func `those who may only watch see nothing of what is declared, and no messages`() async throws {
    try await withWeb { web in
      try await web.fill(SiteContent(text: { "secret-\($0)" }))
      try await web.apply("hosts: {web-1: {address: secret-address, excludes: [/secret-exclude]}}")
      let watcher = web.program(.viewer)
      for path in [
        "/api/status", "/api/hosts", "/api/hosts/web-1", "/api/snapshots", "/api/runs", "/api/runs/1", "/api/events",
      ] {
        let text = try await watcher.get(path).text
        for secret in [
          "address", "exclude", "message", "note", "log", "event", "condition", "process", "reason", "requester",
          "pinner",
          "pauser",
        ] {
          #expect(!text.contains("secret-\(secret)"), "\(secret) in \(path)")
        }
        #expect(!text.contains("/nowhere/backups") && !text.contains("15 2 * * *"), "\(path)")
      }
      #expect(try await watcher.get("/api/hosts?text=secret-address").json()["items"] == .list([]))
      let seen = try await web.program(.operator).get("/api/hosts/web-1").text
      #expect(seen.contains("secret-address") && seen.contains("secret-exclude") && seen.contains("secret-event"))
    }
  }

  @Test func `what is told of notifications is masked`() async throws {
    try await withWeb { web in
      try await web.apply("notifications: {ops: {type: ntfy, url: 'https://ntfy.example.net/secret-topic'}}")
      let text = try await web.program(.admin).get("/api/notifications").text
      #expect(text.contains("https://ntfy.example.net/") && !text.contains("secret-topic"), "\(text)")
    }
  }

  @Test func `what is told is what the command line prints`() async throws {
    try await withWeb { web in
      try await web.fill()
      let (program, store) = (web.program(.operator), web.store)
      let runs = try await store.runs(limit: 50).map { $0.value() }
      #expect(try await program.get("/api/runs").json()["items"] == .list(runs))
      let events = try await store.events(limit: 50).map { $0.value() }
      #expect(try await program.get("/api/events").json()["items"] == .list(events))
      let status = try await web.site.environment.status().value
      #expect(try await program.get("/api/status").json() == status)
      let host = try HostName(text: "web-1")
      let report = try await web.site.environment.hostReport(of: host, lookingAtDisk: false)
      #expect(try await program.get("/api/hosts/web-1").json() == report?.value())
      let spec = try await store.desired().spec
      #expect(try await program.get("/api/settings").json() == spec.settingsValue)
      #expect(try await program.get("/api/schedules").json()["items"] == .list(spec.resourceValues(.schedule)))
    }
  }

  // MARK: - Logs

  @Test func `a log is read from a place on`() async throws {
    try await withWeb { web in
      try await web.fill(SiteContent(text: { "some \($0)" }))
      let program = web.program(.operator)
      let whole = try await program.get("/api/runs/1/log")
      #expect(whole.text == "some log\n")
      #expect(whole.header("x-log-offset") == "9")
      #expect(whole.header("x-log-ended") == "true")
      #expect(try await program.get("/api/runs/1/log?offset=5").text == "log\n")
      #expect(try await program.get("/api/runs/1/log?offset=9223372036854775807").text.isEmpty)
      #expect(try await program.get("/api/runs/6/log").header("x-log-ended") == "false")
      #expect(try await program.get("/api/runs/99/log").status == 404)
    }
  }

  // MARK: - What is done

  /// Gives `body` a host with a snapshot on a disk of its own.
  private func withDisk(_ body: (WebFixture, SnapshotID, HostDirectory) async throws -> Void) async throws {
    try await withScratchDirectory("api") { scratch in
      try await withWeb { web in
        try await web.apply("settings: {backup_root: \(scratch.path("backups"))}\nhosts: {web-1: {}, web-2: {}}")
        let root = try await web.site.environment.backupRoot(of: try await web.store.desired().spec.settings)
        let host = try HostName(text: "web-1")
        let directory = HostDirectory(host, in: root)
        try directory.prepare()
        var generator = SystemRandomNumberGenerator()
        _ = try directory.identity(using: &generator)
        let name = try #require(SnapshotName(WebFixture.snapshotName))
        let id = SnapshotID(kind: .scheduled, name: name)
        let tree = try TreeBuilder(at: directory.directory(of: id))
        try tree.makeDirectory("data")
        try tree.makeDirectory("meta")
        try tree.write("status: success\n", to: "meta/meta.yaml")
        try await web.store.record(
          Snapshot(host: host, id: id, status: .success, startedAt: name.startedAt), at: web.now)
        try await body(web, id, directory)
      }
    }
  }

  private static func post(_ path: String, _ body: String = "", as reader: WebReader) async throws -> WebAnswer {
    try await reader.post(path, body: body, type: "application/json")
  }

  @Test func `a backup is queued once, and asked for again it is joined`() async throws {
    try await withDisk { web, _, _ in
      let program = web.program(.operator)
      let first = try await Self.post("/api/hosts/web-1/backup", "{\"kind\": \"scheduled\"}", as: program)
      #expect(first.status == 202)
      let run = try #require(try first.json()["run"])
      #expect(try first.json()["joined"] == .bool(false))
      #expect(first.header("location") == "/api/runs/\(run["id"]?.integer ?? 0)")
      #expect(run["trigger"] == .string("web") && run["requested_by"] == .string("token-operator"))
      let again = try await Self.post("/api/hosts/web-1/backup", "{\"kind\": \"scheduled\"}", as: program)
      #expect(again.status == 200)
      #expect(try again.json()["joined"] == .bool(true))
      #expect(again.header("location") == first.header("location"))
      let other = try await Self.post("/api/hosts/web-1/backup", as: program)
      #expect(other.status == 409)
      #expect(try other.json()["code"] == .string("run_in_the_way"))
      let pruning = try await Self.post("/api/hosts/web-2/backup", "{\"prune\": true}", as: program)
      #expect(pruning.status == 409, "there is no policy to prune by")
      #expect(try await Self.post("/api/hosts/nobody/backup", as: program).status == 404)
      #expect(try await web.store.queueLength() == 1)
      #expect(try await web.store.audit(action: "host.backup", limit: 10).count == 2)
    }
  }

  @Test func `a run is cancelled once`() async throws {
    try await withWeb { web in
      try await web.fill()
      let program = web.program(.operator)
      let cancelled = try await Self.post("/api/runs/6/cancel", as: program)
      #expect(cancelled.status == 200)
      #expect(try cancelled.json()["state"] == .string("cancelled"))
      let again = try await Self.post("/api/runs/6/cancel", as: program)
      #expect(again.status == 409)
      #expect(try again.json()["code"] == .string("run_over"))
      #expect(try await Self.post("/api/runs/99/cancel", as: program).status == 404)
      #expect(try await web.store.audit(action: "run.cancel", limit: 10).map(\.subject) == ["run/6"])
    }
  }

  @Test func `a host is paused and resumed`() async throws {
    try await withDisk { web, _, _ in
      let program = web.program(.operator)
      let paused = try await Self.post(
        "/api/hosts/web-1/pause", "{\"for\": \"2h\", \"reason\": \"new disks \\ud83d\\ude00\"}", as: program)
      #expect(paused.status == 200)
      #expect(try paused.json()["until"]?.time == web.now.addingTimeInterval(7200))
      let pause = try #require(try await web.store.pauses(at: web.now).hosts[try HostName(text: "web-1")])
      #expect(pause.reason == "new disks 😀" && pause.actor == "token-operator")
      let resumed = try await Self.post("/api/hosts/web-1/resume", as: program)
      #expect(try resumed.json() == .map([YAMLPair("changed", .bool(true))]))
      #expect(try await Self.post("/api/hosts/web-1/resume", "{}", as: program).json()["changed"] == .bool(false))
      for body in [
        "{\"for\": \"2h\", \"until\": \"06:00\"}", "{\"for\": \"soon\"}", "{\"until\": \"2001-01-01\"}",
        "{\"reason\": \"\(String(repeating: "x", count: 201))\"}",
      ] {
        #expect(try await Self.post("/api/hosts/web-1/pause", body, as: program).status == 400, "\(body)")
      }
      #expect(
        try await web.store.audit(action: "host.", limit: 10).map(\.action) == ["host.resume", "host.pause"])
    }
  }

  @Test func `a snapshot is pinned on the disk, and let go`() async throws {
    try await withDisk { web, id, directory in
      let program = web.program(.operator)
      let path = "/api/hosts/web-1/snapshots/\(id)"
      let pinned = try await Self.post("\(path)/pin", "{\"reason\": \"legal\", \"until\": \"2026-12-24\"}", as: program)
      #expect(pinned.status == 200)
      #expect(try pinned.json()["by"] == .string("token-operator"))
      #expect(directory.pin(of: id)?.reason == "legal")
      let listed = try await program.get("/api/snapshots").json()["items"]?.items.first
      #expect(listed?["pin"]?["reason"] == .string("legal"))
      #expect(try await Self.post("\(path)/unpin", as: program).json()["changed"] == .bool(true))
      #expect(directory.pin(of: id) == nil)
      for other in ["weekly/\(id.name)", "scheduled/none", "manual/\(id.name)"] {
        let answer = try await Self.post("/api/hosts/web-1/snapshots/\(other)/pin", as: program)
        #expect(answer.status == 404, "\(other)")
      }
    }
  }

  @Test func `discovery is queued for hosts that are known`() async throws {
    try await withDisk { (web, _, _) async throws in
      let program = web.program(.operator)
      #expect(try await Self.post("/api/hosts/web-2/discover", as: program).status == 202)
      #expect(try await Self.post("/api/hosts/web-2/discover", as: program).status == 200)
      #expect(try await Self.post("/api/hosts/nobody/discover", as: program).status == 404)
    }
  }

  @Test func `a plan tells of every snapshot why it stays`() async throws {
    try await withDisk { web, id, _ in
      try await web.apply("retention: {standard: {keep_last: 1}}\nhosts: {web-1: {retention: standard}}")
      let plan = try await web.program(.operator).get("/api/hosts/web-1/plan").json()
      let decision = plan["retention"]?.items.first
      #expect(decision?["snapshot"] == .string(id.description))
      #expect(decision?["keep"] == .bool(true))
      #expect(decision?["reasons"]?.items.isEmpty == false)
    }
  }
}
