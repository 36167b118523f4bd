// The pages of runs and of what has happened: what they show to whom, and what is done there.

import Engine
import Foundation
import HTTPTypes
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct RunPageTests {
  private static let hostile = "<script>alert(1)</script> & \"quoted\" \u{1B}[31m"

  private func request(_ kind: RunKind = .backup, of host: String = "web-1") throws -> RunRequest {
    var request = RunRequest(host: try HostName(text: host), kind: kind, trigger: .schedule, reason: "due at 02:15")
    request.scheduledFor = Date(timeIntervalSince1970: 1_779_156_900)
    return request
  }

  private func worker(_ web: WebFixture) async throws -> LeaseGrant {
    let grant = try await web.store.acquireLease(
      "worker/a", kind: .worker, process: "a process", duration: 60, at: web.now)
    return try #require(grant)
  }

  private func begin(_ request: RunRequest, _ web: WebFixture, by worker: LeaseGrant) async throws -> Run {
    let id = try #require(try await web.store.queue(request, at: web.now).runID)
    return try #require(try await web.store.claimRun(id, by: worker, at: web.now))
  }

  @Test func `an empty list says so, and one that is filtered as well`() async throws {
    try await withWeb { web in
      let reader = try await web.reader(.operator)
      for path in ["/runs", "/events", "/purges", "/deliveries"] {
        let answer = try await reader.get(path)
        #expect(answer.status == 200 && answer.text.contains("class=\"empty\""), "\(path)")
        let filtered = try await reader.get("\(path)?host=web-1")
        #expect(filtered.text.contains("value=\"web-1\"") && filtered.text.contains(">Clear</a>"), "\(path)")
      }
    }
  }

  @Test func `what stands in runs and events is text`() async throws {
    try await withWeb { web in
      let worker = try await worker(web)
      let run = try await begin(try request(), web, by: worker)
      let result = RunResult(
        state: .failed, exitCode: 12, errorCode: "rsync_failed", message: Self.hostile, log: "one\n\(Self.hostile)\n")
      _ = try await web.store.finishRun(run, result, by: worker, at: web.now)
      let reader = try await web.reader(.operator)
      for path in ["/runs", "/runs/\(run.id)", "/events"] {
        let text = try await reader.get(path).text
        #expect(text.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp;"), "\(path)")
        #expect(!text.contains("<script>alert") && !text.contains("\u{1B}"), "\(path)")
      }
    }
  }

  @Test func `viewers see no logs and no workers, and may do nothing`() async throws {
    try await withWeb { web in
      let worker = try await worker(web)
      let run = try await begin(try request(), web, by: worker)
      _ = try await web.store.renew(worker, progress: [:], logs: [run.id: "secret log\n"], at: web.now)
      let path = "/runs/\(run.id)"
      let viewer = try await web.reader(.viewer).get(path).text
      #expect(!viewer.contains("secret log") && !viewer.contains("worker/a") && !viewer.contains("/cancel"))
      let seen = try await web.reader(.operator).get(path).text
      #expect(seen.contains("secret log") && seen.contains("worker/a") && seen.contains("action=\"\(path)/cancel\""))
      #expect(seen.contains("data-log=\"/api/runs/\(run.id)/log\" data-offset=\"11\""))
    }
  }

  @Test func `progress is shown, and what a queued run waits for`() async throws {
    try await withWeb { web in
      let worker = try await worker(web)
      let run = try await begin(try request(), web, by: worker)
      let progress = TransferProgress(
        bytes: 1 << 30, percent: 42, rate: "10.52MB/s", remainingFiles: 25, knownFiles: 100)
      _ = try await web.store.renew(worker, progress: [run.id: progress], at: web.now)
      let reader = try await web.reader(.operator)
      let text = try await reader.get("/runs/\(run.id)").text
      #expect(text.contains("<progress max=\"100\" value=\"42\">"))
      #expect(text.contains("10.52MB/s, 75 of 100 files"))
      let queued = try #require(try await web.store.queue(try request(.prune), at: web.now).runID)
      #expect(try await reader.get("/runs/\(queued)").text.contains("Waits for run \(run.id) of the same host."))
    }
  }

  @Test func `a run is cancelled by whoever may, and that is recorded`() async throws {
    try await withWeb { web in
      let id = try #require(try await web.store.queue(try request(), at: web.now).runID)
      #expect(try await web.reader(.viewer).post("/runs/\(id)/cancel").status == 403)
      #expect(try await web.store.run(id)?.state == .queued)
      let reader = try await web.reader(.operator)
      let answer = try await reader.post("/runs/\(id)/cancel")
      #expect(answer.status == 303 && answer.header("location") == "/runs/\(id)")
      #expect(try await web.store.run(id)?.message == "cancelled by operator")
      #expect(try await web.store.audit(limit: 1).map(\.action) == ["run.cancel"])
      _ = try await reader.post("/runs/\(id)/cancel")
      #expect(try await reader.get("/runs/\(id)").text.contains("had ended already: cancelled"))
      #expect(try await reader.post("/runs/99/cancel").status == 404)
    }
  }

  @Test func `a run that failed is queued again, and one that went well is not`() async throws {
    try await withWeb { web in
      let worker = try await worker(web)
      let run = try await begin(try request(), web, by: worker)
      let reader = try await web.reader(.operator)
      #expect(try await reader.post("/runs/\(run.id)/retry").status == 409, "it has not ended")
      _ = try await web.store.finishRun(run, RunResult(state: .failed, message: "no"), by: worker, at: web.now)
      let answer = try await reader.post("/runs/\(run.id)/retry")
      #expect(answer.header("location") == "/runs/\(run.id + 1)")
      let again = try #require(try await web.store.run(run.id + 1))
      #expect(again.trigger == .web && again.request.requestedBy == "operator" && again.state == .queued)
      let claimed = try #require(try await web.store.claimRun(again.id, by: worker, at: web.now))
      _ = try await web.store.finishRun(claimed, RunResult(state: .succeeded), by: worker, at: web.now)
      #expect(try await reader.post("/runs/\(again.id)/retry").status == 409)
    }
  }

  @Test func `a prune is asked for again by admins only`() async throws {
    try await withWeb { web in
      let worker = try await worker(web)
      let run = try await begin(try request(.prune), web, by: worker)
      _ = try await web.store.finishRun(run, RunResult(state: .failed), by: worker, at: web.now)
      let reader = try await web.reader(.operator)
      #expect(try await !reader.get("/runs/\(run.id)").text.contains("/retry"))
      #expect(try await reader.post("/runs/\(run.id)/retry").status == 403)
      #expect(try await web.reader(.admin).post("/runs/\(run.id)/retry").status == 303)
    }
  }

  @Test func `attempts for one time are listed together`() async throws {
    try await withWeb { web in
      let worker = try await worker(web)
      var ids: [Int64] = []
      for _ in 0..<2 {
        let run = try await begin(try request(), web, by: worker)
        _ = try await web.store.finishRun(run, RunResult(state: .failed), by: worker, at: web.now)
        ids.append(run.id)
      }
      let text = try await web.reader(.viewer).get("/runs/\(ids[1])").text
      #expect(text.contains("Attempts for this time") && text.contains("href=\"/runs/\(ids[0])\""))
    }
  }

  @Test func `a list is paged through, with its filters`() async throws {
    try await withWeb { web in
      for number in 0..<60 { _ = try await web.store.queue(try request(of: "web-\(number)"), at: web.now) }
      let reader = try await web.reader(.viewer)
      let newest = try await reader.get("/runs?state=queued").text
      #expect(newest.contains("href=\"/runs?state=queued&amp;before=11\"") && !newest.contains("rel=\"prev\""))
      let older = try await reader.get("/runs?state=queued&before=11").text
      #expect(older.contains("href=\"/runs?state=queued&amp;after=10\"") && !older.contains("rel=\"next\""))
      #expect(older.contains("href=\"/runs/1\"") && !older.contains("href=\"/runs/11\""))
    }
  }

  @Test(arguments: [
    "/runs?before=0", "/runs?before=-1", "/runs?before=99999999999999999999", "/runs?after=x", "/runs?state=busy",
    "/runs?host=a%20b", "/events?before=1", "/events?before=1-1-1", "/events?after=999999999999999999-1",
    "/events?before=-5-1", "/events?since=tomorrow", "/events?severity=bad", "/purges?before=x",
    "/deliveries?state=lost",
  ])
  func `a query that makes no sense is refused`(_ path: String) async throws {
    try await withWeb { web async throws in
      #expect(try await web.reader(.operator).get(path).status == 400)
    }
  }

  @Test(arguments: ["/runs/0", "/runs/x", "/runs/99", "/runs/9223372036854775808"])
  func `a run that is not there is not found`(_ path: String) async throws {
    try await withWeb { web async throws in
      #expect(try await web.reader(.viewer).get(path).status == 404)
    }
  }

  @Test func `the place of an event reads back as it was written`() throws {
    let time = try #require(Timestamp.date("2026-05-19T02:15:00.123457Z"))
    let key = EventKey(lastAt: time, id: 17)
    let read = try #require(EventKey(cursor: key.cursor))
    #expect(Timestamp.text(read.lastAt) == "2026-05-19T02:15:00.123457Z" && read.id == 17)
  }

  @Test func `purges and notifications are shown to operators`() async throws {
    try await withWeb { web in
      try await web.store.recordPurge(
        Purge(
          host: try HostName(text: "web-1"), kind: .incomplete, name: "20260519-021500Z__K3VQEVH7", path: "/b/web-1/x",
          reason: "left behind", action: .incompleteCleanup, actor: Self.hostile, at: web.now))
      try await web.store.record(
        NewDelivery(notification: try ResourceName(text: "chat"), host: nil, notice: "not JSON"), endedAs: .failed,
        error: Self.hostile, at: web.now)
      let reader = try await web.reader(.operator)
      let purges = try await reader.get("/purges").text
      #expect(purges.contains("left behind") && purges.contains("incomplete cleanup") && purges.contains("/b/web-1/x"))
      let deliveries = try await reader.get("/deliveries").text
      #expect(deliveries.contains("chat") && deliveries.contains("a notice") && deliveries.contains("badge failed"))
      for text in [purges, deliveries] { #expect(!text.contains("<script>alert")) }
      #expect(try await web.reader(.viewer).get("/purges").status == 403)
    }
  }

  @Test func `a log is given piece by piece, as text that does no harm`() throws {
    var run = Run(id: 17, try request(), state: .running, queuedAt: Date(timeIntervalSince1970: 0))
    run.log = "one\n\u{1B}[2Jtwo\tthree\n"
    let answer = WebResponse.log(of: run, from: 0)
    guard case .bytes(let bytes) = answer.body else {
      Issue.record("it has no bytes")
      return
    }
    #expect(String(decoding: bytes, as: UTF8.self) == "one\n\u{FFFD}[2Jtwo    three\n")
    let names = answer.headers.map { "\($0.name): \($0.value)" }
    #expect(names.contains("X-Log-Offset: 18") && names.contains("X-Log-Ended: false"))
    run.state = .failed
    let last = WebResponse.log(of: run, from: 18)
    #expect(last.headers.map { "\($0.name): \($0.value)" }.contains("X-Log-Ended: true"))
  }
}
