// Notices sent for real: to a server on loopback, through a program in sendmail's place, and through a command.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

@Suite(.timeLimit(.minutes(2)))
struct NotificationSenderTests {
  @Test func `each service gets its own shape, and the token that it wants`() async throws {
    try await withNotifications { fixture in
      let server = try HookServer(.status(204))
      try fixture.scratch.write("\(server.url("/slack/\(canary)"))\n", to: "slack")
      try fixture.scratch.write("  token-\(canary) \r\nsecond line\n", to: "token")
      try await fixture.declare(
        """
          a: {type: webhook, url: "\(server.url("/plain"))", token_file: \(fixture.scratch.path("token"))}
          b: {type: slack, url_file: \(fixture.scratch.path("slack"))}
          c: {type: discord, url_env: DISCORD}
          d: {type: ntfy, url: "\(server.url("/base/backups"))", token_env: NTFY}
        """)
      let secrets = ["DISCORD": server.url("/api?wait=\(canary)"), "NTFY": "tk_\(canary)"]
      try await fixture.queue("a", "b", "c", "d")
      #expect(try await fixture.dispatcher(secrets).deliverDue(now: fixture.clock.now) == 4)
      #expect(try await fixture.outcomes() == Array(repeating: "delivered 1 -", count: 4))

      let requests = server.requests.sorted { $0.target < $1.target }
      #expect(requests.map(\.target) == ["/api?wait=\(canary)", "/base/", "/plain", "/slack/\(canary)"])
      #expect(requests.allSatisfy { $0.line.hasPrefix("POST ") && $0.headers["content-type"] == "application/json" })
      #expect(requests.allSatisfy { $0.headers["user-agent"]?.hasPrefix("pobsync/") == true })
      #expect(
        requests.map { $0.headers["authorization"] } == [nil, "Bearer tk_\(canary)", "Bearer token-\(canary)", nil])
      let keys = try requests.map { request in
        try #require(try JSONSerialization.jsonObject(with: Data(request.body.utf8)) as? [String: Any]).keys.sorted()
      }
      #expect(
        keys == [
          ["allowed_mentions", "content"], ["message", "priority", "tags", "title", "topic"],
          ["at", "host", "kind", "message", "reason", "subject", "version"], ["text"],
        ])
    }
  }

  @Test func `a check is pinged for its own host at start, success and failure`() async throws {
    try await withNotifications { fixture in
      let server = try HookServer(.status(200))
      try await fixture.declare(
        """
          checks: {type: healthchecks, url_env: PING, labels: {role: web}}
          late: {type: healthchecks, url_env: PING, suspended: true}
          ops: {type: webhook, url: "\(server.url("/ops"))"}
        """)
      let dispatcher = fixture.dispatcher(["PING": server.url("/ping/\(canary)/{host}?create=1")])
      let environment = try fixture.environment()
      let spec = try await fixture.store.desired().spec
      let hosts = ["web-1", "db"].compactMap { try? HostName(text: $0) }.compactMap(spec.effectiveHost)
      for (state, message) in [(RunState.succeeded, "done"), (.failed, "lost"), (.interrupted, "stopped")] {
        for host in hosts {
          try await environment.announceStart(of: host, reason: "due", to: spec.notifications)
          try await dispatcher.deliverDue(now: fixture.clock.now)
          let request = RunRequest(host: host.name, kind: .backup, trigger: .schedule, reason: "due")
          let run = Run(id: 1, request, state: .running, queuedAt: fixture.clock.now)
          let outcome = RunOutcome(run: run, result: RunResult(state: state, message: message))
          try await environment.announceEnd(of: outcome, host: host, to: spec.notifications)
          try await dispatcher.deliverDue(now: fixture.clock.now)
        }
      }
      let path = "/ping/\(canary)/web-1"
      #expect(
        server.requests.map(\.target)
          == ["/start", "", "/start", "/fail", "/start"].map { "\(path)\($0)?create=1" })
      #expect(server.requests[1].body == "pobsync: the backup of web-1 succeeded\ndone\n")
      let web = try HostName(text: "web-1")
      let tested = try await dispatcher.sendTest(
        to: ResourceName(text: "checks"), host: web, among: spec.notifications, now: fixture.clock.now)
      #expect(tested == "http://127.0.0.1:\(server.port) took it (status 200)")
      #expect(server.requests.last?.target == "\(path)/log?create=1")
    }
  }

  @Test func `mail is handed to sendmail, with addresses behind the options`() async throws {
    try await withNotifications { fixture in
      let sendmail = try fixture.script(
        "for word; do echo \"$word\"; done > \(fixture.scratch.path("words")); cat > \(fixture.scratch.path("mail"))",
        to: "sendmail")
      try await fixture.declare(
        "  ops: {type: email, to: [ops@example.net, root], from: pobsync@example.net, sendmail: \(sendmail)}")
      try await fixture.queue("ops")
      try await fixture.dispatcher().deliverDue(now: fixture.clock.now)
      #expect(try await fixture.outcomes() == ["delivered 1 -"])
      #expect(try fixture.contents("words") == "-i\n-f\npobsync@example.net\n--\nops@example.net\nroot\n")
      let mail = try fixture.contents("mail")
      #expect(mail.contains("\nSubject: it failed\n") && mail.hasSuffix("\n\nno route to host\n"))
      #expect(mail.contains("\nMessage-ID: <pobsync.1.20260519-120000Z@example.net>\n"))
    }
  }

  @Test func `a command gets the notice, its words as they are, and no secrets`() async throws {
    // Of this process, for that is whose environment the command would get.
    setenv("POBSYNC_TEST_SECRET", canary, 1)
    setenv("POBSYNC_DATABASE", "mariadb://user:\(canary)@example.net/db", 1)
    defer {
      unsetenv("POBSYNC_TEST_SECRET")
      unsetenv("POBSYNC_DATABASE")
    }
    try await withNotifications { fixture in
      let program = try fixture.script(
        "cat > \(fixture.scratch.path("notice")); env > \(fixture.scratch.path("env")); echo \"$*\" > "
          + fixture.scratch.path("words"), to: "tell")
      try await fixture.declare(
        """
          a: {type: command, command: ["\(program)", "$(id)", "a b;c", "--x"]}
          b: {type: slack, url_env: POBSYNC_TEST_SECRET}
        """)
      try await fixture.queue("a")
      try await fixture.dispatcher().deliverDue(now: fixture.clock.now)
      #expect(try await fixture.outcomes() == ["delivered 1 -"])
      #expect(try fixture.contents("words") == "$(id) a b;c --x\n")
      let notice = try #require(Notice(json: try fixture.contents("notice")))
      #expect(notice.kind == .failure && notice.message == "no route to host")
      let environment = try fixture.contents("env")
      for line in [
        "POBSYNC_KIND=failure", "POBSYNC_HOST=web-1", "POBSYNC_REASON=Unreachable", "POBSYNC_SUBJECT=it failed",
      ] {
        #expect(environment.contains("\(line)\n"))
      }
      #expect(!environment.contains(canary))
    }
  }

  @Test func `a program that hangs is ended with what it has started`() async throws {
    try await withNotifications { fixture in
      let program = try fixture.script(
        "sleep 300 & echo $! > \(fixture.scratch.path("pid")); wait", to: "hang")
      try await fixture.declare("  a: {type: command, command: [\"\(program)\"]}")
      try await fixture.queue("a")
      try await fixture.dispatcher(timeLimit: .seconds(2)).deliverDue(now: fixture.clock.now)
      #expect(try await fixture.outcomes() == ["pending 1 \(program) took longer than 2 s and was ended"])
      let pid = try #require(Int32(try fixture.contents("pid").trimmingCharacters(in: .newlines)))
      try await poll(until: 20, "the end of what was started") {
        !FileManager.default.fileExists(atPath: "/proc/\(pid)")
      }
    }
  }

  // MARK: - Failures

  /// Every way to fail, with the words for it; `PORT` stands for the server's.
  private static let failures: [(answer: HookServer.Answer, error: String)] = [
    (.status(500), "http://127.0.0.1:PORT did not take the message (status 500)"),
    (.status(404), "http://127.0.0.1:PORT does not know this URL (status 404); correct it, or make the hook anew"),
    (.status(401), "http://127.0.0.1:PORT refused the message (status 401); correct the token, or the URL"),
    (.status(429), "http://127.0.0.1:PORT has had too many messages for now (status 429)"),
    (
      .redirect("http://localhost:1/\(canary)"),
      "http://127.0.0.1:PORT answered with a redirect (status 307), which is not followed; give the URL it leads to"
    ),
    (.hang, "http://127.0.0.1:PORT did not answer within 1 s"),
    (.close, "http://127.0.0.1:PORT closed the connection before it had answered"),
  ]

  @Test(arguments: failures.indices)
  func `a service that does not take a message is told of without its URL`(_ index: Int) async throws {
    let failure = Self.failures[index]
    try await withNotifications { fixture in
      let server = try HookServer(failure.answer)
      try await fixture.declare("  a: {type: webhook, url_env: HOOK, token_env: TOKEN}")
      try await fixture.queue("a")
      let secrets = ["HOOK": server.url("/\(canary)?key=\(canary)"), "TOKEN": canary]
      try await fixture.dispatcher(
        secrets, timeLimit: failure.error.hasSuffix("within 1 s") ? .seconds(1) : .seconds(30)
      ).deliverDue(now: fixture.clock.now)
      let error = failure.error.replacing("PORT", with: "\(server.port)")
      #expect(try await fixture.outcomes() == ["pending 1 \(error)"])
      #expect(server.requests.count == 1)
    }
  }

  @Test func `redirects are not followed on the same server either`() async throws {
    try await withNotifications { fixture in
      let server = try HookServer(.redirect("/elsewhere"), .status(200))
      try await fixture.declare("  a: {type: webhook, url: \"\(server.url())\"}")
      try await fixture.queue("a")
      try await fixture.dispatcher().deliverDue(now: fixture.clock.now)
      #expect(server.requests.map(\.target) == ["/hook"])
    }
  }

  @Test func `an answer without end is cut off, and counts by its status`() async throws {
    try await withNotifications { fixture in
      let server = try HookServer(.endless)
      try await fixture.declare("  a: {type: webhook, url: \"\(server.url())\"}")
      try await fixture.queue("a")
      try await fixture.dispatcher().deliverDue(now: fixture.clock.now)
      #expect(try await fixture.outcomes() == ["delivered 1 -"])
    }
  }

  @Test func `nothing that goes wrong shows a secret, wherever it is written down`() async throws {
    try await withNotifications { fixture in
      let server = try HookServer(.status(403))
      let gone = try HookServer(.close)
      gone.stop()
      let failing = try fixture.script("echo \(canary) >&2; echo \(canary); exit 3", to: "failing")
      let sendmail = try fixture.script("echo 'no such user' >&2; exit 67", to: "sendmail")
      try fixture.scratch.write("not a URL \(canary)\n", to: "blank")
      try fixture.scratch.write("https://user:\(canary)@example.net/\n", to: "user")
      try fixture.scratch.write("\n", to: "empty")
      try fixture.scratch.makeDirectory("directory")
      func path(_ name: String) -> String { fixture.scratch.path(name) }
      let cases: [(name: String, target: String, error: String)] = [
        ("a", "{type: slack, url_env: REFUSED}", "http://127.0.0.1:\(server.port) refused the message (status 403); "),
        ("b", "{type: slack, url_env: GONE}", "no connection to http://127.0.0.1:\(gone.port); "),
        ("c", "{type: slack, url_env: UNKNOWN}", "the address of https://nowhere.invalid could not be found; "),
        ("d", "{type: slack, url_env: UNSET}", "the environment variable UNSET is not set; "),
        ("e", "{type: slack, url_env: WRONG}", "the environment variable WRONG does not hold a URL such as "),
        ("f", "{type: slack, url_file: \(path("blank"))}", "the file \(path("blank")) holds blanks or "),
        ("g", "{type: slack, url_file: \(path("user"))}", "the file \(path("user")) does not hold a URL such as "),
        ("h", "{type: slack, url_file: \(path("empty"))}", "the file \(path("empty")) is empty"),
        ("i", "{type: slack, url_file: \(path("missing"))}", "cannot open \(path("missing")): No such file or "),
        ("j", "{type: slack, url_file: \(path("directory"))}", "cannot read \(path("directory")): Is a directory; "),
        (
          "k", "{type: webhook, url: \"\(server.url())\", token_env: BROKEN}",
          "the environment variable BROKEN holds blanks or "
        ),
        ("l", "{type: ntfy, url_env: BARE}", "the URL at https://ntfy.invalid names no topic; "),
        ("m", "{type: healthchecks, url_env: WRONG}", "the environment variable WRONG does not hold a URL such as "),
        ("n", "{type: command, command: [\"\(failing)\", x]}", "\(failing) ended with status 3; "),
        ("o", "{type: command, command: [\"\(path("missing"))\"]}", "\(path("missing")) cannot be started; "),
        (
          "p", "{type: email, to: [ops@example.net], from: root, sendmail: \(sendmail)}",
          "\(sendmail) ended with status 67 (no such user)"
        ),
      ]
      let secrets = [
        "REFUSED": server.url("/\(canary)"), "GONE": gone.url("/\(canary)"),
        "UNKNOWN": "https://nowhere.invalid/\(canary)", "WRONG": "ftp://example.net/\(canary)",
        "BROKEN": "two words \(canary)", "BARE": "https://ntfy.invalid/?auth=\(canary)",
      ]
      try await fixture.declare(cases.map { "  \($0.name): \($0.target)\n" }.joined())
      let dispatcher = fixture.dispatcher(secrets)
      let targets = try await fixture.targets()
      let web = try HostName(text: "web-1")
      for target in cases {
        try await fixture.queue(target.name)
        try await dispatcher.deliverDue(now: fixture.clock.now)
        let outcome = try #require(try await fixture.outcomes().last)
        #expect(outcome.hasPrefix("pending 1 \(target.error)"), "\(target.name): \(outcome)")
        let failure = await #expect(throws: DeliveryFailure.self) {
          _ = try await dispatcher.sendTest(
            to: ResourceName(text: target.name), host: web, among: targets, now: fixture.clock.now)
        }
        #expect(failure?.description.hasPrefix(target.error) == true, "\(target.name)")
      }
      // Until all are given up.
      fixture.clock.advance(86_400)
      for _ in cases { try await dispatcher.deliverDue(now: fixture.clock.now) }

      let deliveries = try await fixture.store.deliveries(limit: 1000)
      #expect(deliveries.count == 2 * cases.count && deliveries.allSatisfy { $0.state == .failed })
      let events = try await fixture.store.events(limit: 1000)
      #expect(events.count == cases.count && events.allSatisfy { $0.reason == "notification_failed" })
      let changes = try await fixture.store.specChanges(limit: 1000)
      let exported = SpecWriter.write(try await fixture.store.desired().spec)
      for text in ["\(deliveries)", "\(events)", "\(changes)", exported] { #expect(!text.contains(canary)) }
    }
  }
}
