// Another pobsync, asked over its API from the command line: the real server on loopback, a token in a file, and the same
// output and exit statuses as with a database of one's own.

import Foundation
import Glibc
import Support
import Testing

/// A machine with nothing on it but the program, and a token for a pobsync elsewhere.
private struct Elsewhere: Sendable {
  let installation: Installation
  let server: String
  let tokenFile: String

  /// There is no database: the program would make one in a place of its own.
  private var environment: [String: String] {
    var environment = ProcessInfo.processInfo.environment
    environment["POBSYNC_DATABASE"] = installation.scratch.path("elsewhere/pobsync.sqlite3")
    environment["POBSYNC_STATE_DIRECTORY"] = installation.scratch.path("elsewhere")
    environment["POBSYNC_SERVER"] = server
    environment["POBSYNC_TOKEN_FILE"] = tokenFile
    environment["NO_COLOR"] = "1"
    return environment
  }

  /// Starts the program there.
  func start(_ arguments: String...) throws -> RunningTool {
    try RunningTool(Product.pobsync, arguments, environment: environment)
  }

  /// Runs the program there to its end.
  func callAsFunction(
    _ arguments: String..., server other: String? = nil, input: String? = nil
  ) async throws -> ToolResult {
    var environment = environment
    if let other { environment["POBSYNC_SERVER"] = other }
    let result = try await runTool(
      Product.pobsync, arguments, environment: environment, input: input.map { Data($0.utf8) }, timeout: 120)
    let token = try String(contentsOfFile: tokenFile, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(!result.description.contains(token), "a token is never shown")
    #expect(!FileManager.default.fileExists(atPath: installation.scratch.path("elsewhere")), "nothing is made here")
    return result
  }
}

@Suite struct RemoteTests {
  /// Gives `body` a service, and a machine elsewhere with a token of a role.
  private func withElsewhere(
    _ role: String = "admin", serving command: String = "run", _ body: (Elsewhere) async throws -> Void
  ) async throws {
    try await withInstallation { installation in
      let (service, elsewhere) = try await serve(installation, to: role, command)
      defer { service.signal(SIGKILL) }
      try await body(elsewhere)
      service.signal(SIGTERM)
      #expect(try await service.wait(timeout: 30).status == 0, "\(service.stderr)")
    }
  }

  /// Starts a service, and waits until it serves its API.
  private func serve(
    _ installation: Installation, to role: String, _ command: String
  ) async throws -> (RunningTool, Elsewhere) {
    let tokenFile = installation.scratch.path("token")
    try await installation.pobsync("token", "create", "ci", "--role", role, "--output-file", tokenFile).check()
    let service = try installation.start(command, "--listen", "127.0.0.1:0")
    var site: String?
    try await poll(until: 30, "the service to serve its API") {
      site = service.stderr.firstMatch(of: /http:\/\/127\.0\.0\.1:\d+/).map { String($0.output) }
      return site != nil
    }
    return (service, Elsewhere(installation: installation, server: try #require(site), tokenFile: tokenFile))
  }

  @Test func `a spec is compared, applied and carried out from elsewhere`() async throws {
    try await withElsewhere { elsewhere in
      let installation = elsewhere.installation
      let file = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
      let planned = try await elsewhere("diff", "-f", file)
      #expect(planned.status == 1, "\(planned)")
      #expect(planned.stdout.contains("+ host/web-1\n"))
      #expect(planned.stdout.contains("web-1: would back up"), "\(planned)")
      let dry = try await elsewhere("apply", "-f", file, "--dry-run").check()
      #expect(dry.stdout.contains("host/web-1 created (dry run)"))
      #expect(try await installation.list("hosts").isEmpty)

      let applied = try await elsewhere("apply", "-f", file, "--wait", "--timeout", "2m")
      #expect(applied.status == 0, "\(applied)")
      #expect(applied.stdout.contains("host/web-1 created\n"))
      #expect(applied.stdout.hasSuffix("1 of 1 host is as declared.\n"), "\(applied)")
      #expect(installation.snapshots().count == 1)
      let settled = try await elsewhere("diff")
      #expect(settled.status == 0, "\(settled)")
      #expect(settled.stdout.hasPrefix("Nothing to do: 1 host is as declared"), "\(settled)")
      // What was applied from elsewhere is the spec set's, here as there.
      #expect(try await installation.pobsync("diff", "-f", file).status == 0)
    }
  }

  @Test func `a backup is followed, and its log read, from elsewhere`() async throws {
    try await withElsewhere { elsewhere in
      let installation = elsewhere.installation
      try await installation.apply(installation.spec(schedule: "{cron: '@yearly', suspended: true}"))
      let left = try await elsewhere("backup", "web-1")
      #expect(left.status == 0, "\(left)")
      let match = try #require(left.stdout.firstMatch(of: /^web-1: run (\d+) \(backup\) is (?:queued|running)/))
      let run = String(match.output.1)
      let followed = try await elsewhere("logs", run, "--follow")
      #expect(followed.status == 0, "\(followed)")
      #expect(followed.stdout.contains("run \(run): backup of web-1, succeeded\n"), "\(followed)")

      let waited = try await elsewhere("backup", "web-1", "--kind", "scheduled", "--wait")
      #expect(waited.status == 0, "\(waited)")
      #expect(waited.stderr.contains("web-1: backup succeeded: scheduled/"), "\(waited)")
      #expect(installation.snapshots().count == 2)
      let log = try await elsewhere("logs", run).check().stdout
      #expect(log == (try await installation.pobsync("logs", run).check().stdout))
      #expect(log.contains("Number of files"))

      try await installation.apply(
        installation.spec(
          hosts: ["web-1": ["source_root: /does/not/exist"]], schedule: "{cron: '@yearly', suspended: true}"))
      let failed = try await elsewhere("backup", "web-1", "--wait")
      #expect(failed.status == 1, "\(failed)")
      #expect(failed.stderr.contains("the source root /does/not/exist does not exist"))
      #expect(try await elsewhere("backup", "web-9").status == 1)
      #expect(try await elsewhere("logs", "999").status == 1)
    }
  }

  @Test func `a run is followed on when the server is there again`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(schedule: "{cron: '@yearly', suspended: true}"))
      let (first, elsewhere) = try await serve(installation, to: "operator", "serve")
      defer { first.signal(SIGKILL) }
      let follower = try elsewhere.start("backup", "web-1", "--wait")
      defer { follower.signal(SIGKILL) }
      try await poll(until: 30, "the run to wait for a worker") { follower.stderr.contains("web-1: backup waits: ") }
      first.signal(SIGTERM)
      try await first.wait(timeout: 30)
      try await poll(until: 30, "the silence to be noticed") { follower.stderr.contains("the server does not answer") }

      let second = try installation.start("run", "--listen", String(elsewhere.server.dropFirst("http://".count)))
      defer { second.signal(SIGKILL) }
      let followed = try await follower.wait(timeout: 60)
      #expect(followed.status == 0, "\(followed)")
      for word in ["the server does not answer", "the server answers again", "web-1: backup succeeded: manual/"] {
        #expect(followed.stderr.components(separatedBy: word).count == 2, "\(word) in \(followed)")
      }
      #expect(installation.snapshots().count == 1)
      second.signal(SIGTERM)
      #expect(try await second.wait(timeout: 30).status == 0, "\(second.stderr)")
    }
  }

  @Test func `lists and pages from elsewhere are those of the server`() async throws {
    try await withElsewhere(serving: "serve") { elsewhere in
      let installation = elsewhere.installation
      try await installation.apply(installation.spec(hosts: ["web-1": ["labels: {role: web}"], "web-2": []]))
      try await installation.backUp(times: 3)
      try await installation.pobsync("pause", "web-2", "--reason", "new disks").check()
      for subject in ["settings", "retention", "schedules", "profiles", "hosts", "snapshots", "runs", "deliveries"] {
        for format in ["table", "json", "yaml"] {
          let there = try await installation.pobsync("get", subject, "-o", format).check().stdout
          #expect(try await elsewhere("get", subject, "-o", format).check().stdout == there, "\(subject) as \(format)")
        }
      }
      for arguments in [["--host", "web-1"], ["--host", "web-2"], ["--state", "failed"], ["--limit", "2"]] {
        let subject = "runs"
        let there = try await installation.pobsync("get", subject, arguments[0], arguments[1]).check().stdout
        #expect(try await elsewhere("get", subject, arguments[0], arguments[1]).check().stdout == there)
      }
      let page = try await elsewhere("describe", "host", "web-1").check().stdout
      for part in [
        "host/web-1", "declared    by test, generation 1", "label       role=web", "Snapshots (3)", "Recent runs",
      ] {
        #expect(page.contains(part), "\(part) in \(page)")
      }
      let json = try await elsewhere("describe", "host", "web-1", "-o", "json").check()
      let host = try #require(try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
      #expect((host["snapshots"] as? [String: Any])?["count"] as? Int == 3)
      #expect(try await elsewhere("get", "trash").status == 1)
      let unknown = try await elsewhere("describe", "host", "web-3")
      #expect(unknown.status == 1)
      #expect(unknown.stderr.contains("did you mean `web-1`?"), "\(unknown)")
    }
  }

  @Test func `the status from elsewhere is that of the server`() async throws {
    try await withElsewhere(serving: "serve") { elsewhere in
      let installation = elsewhere.installation
      try await installation.apply(installation.spec())
      let table = try await elsewhere("status").check().stdout
      #expect(table.contains("hosts     1: "), "\(table)")
      #expect(table.contains("service   not running"), "\(table)")
      let json = try await elsewhere("status", "-o", "json").check()
      let report = try #require(try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
      #expect((report["hosts"] as? [String: Any])?["declared"] as? Int == 1)
      let checked = try await elsewhere("status", "--check")
      #expect(checked.status == 1)
      #expect(checked.stdout.hasPrefix("PROBLEM: "), "\(checked)")
    }
  }

  @Test func `what is wrong is told in the words and with the statuses of the command line`() async throws {
    try await withElsewhere(serving: "serve") { elsewhere in
      let installation = elsewhere.installation
      let wrong = try installation.scratch.write(
        "version: 1\nset: test\nhosts:\n  web-1: {retenton: x}\n", to: "wrong.yaml")
      let here = try await installation.pobsync("apply", "-f", wrong)
      let there = try await elsewhere("apply", "-f", wrong)
      #expect(there.status == 1 && there.stderr == here.stderr, "\(there)")
      #expect(there.stderr.contains("wrong.yaml:4:11: error:") && there.stderr.contains("^~~~"))
      #expect(try await elsewhere("diff", "-f", wrong).status == 2)

      try await installation.apply(installation.spec())
      let other = try installation.scratch.write(
        "version: 1\nset: other\nhosts: {web-1: {address: b}}\n", to: "other.yaml")
      let conflict = try await elsewhere("apply", "-f", other)
      #expect(conflict.status == 1)
      #expect(conflict.stderr.contains("host/web-1 belongs to test"), "\(conflict)")
      #expect(conflict.stderr.contains("--take-over"), "\(conflict)")

      let nameless = try installation.scratch.write("version: 1\nhosts: {web-9: {}}\n", to: "nameless.yaml")
      let unnamed = try await elsewhere("apply", "-f", nameless)
      #expect(unnamed.status == 1 && unnamed.stderr.contains("name the spec set"), "\(unnamed)")
      #expect(try await elsewhere("apply", "-f", nameless, "--set", "mine").status == 0)
    }
  }

  @Test func `a token may do what its role may, and nothing without one that holds`() async throws {
    try await withElsewhere("viewer", serving: "serve") { elsewhere in
      let installation = elsewhere.installation
      try await installation.apply(installation.spec())
      #expect(try await elsewhere("status").status == 0)
      #expect(try await elsewhere("get", "hosts").check().stdout.contains("web-1"))
      let forbidden = try await elsewhere("get", "schedules")
      #expect(forbidden.status == 1 && forbidden.stderr.contains("This is for operators"), "\(forbidden)")
      #expect(try await elsewhere("backup", "web-1").status == 1)
      #expect(try await elsewhere("diff").status == 2)
      try await installation.pobsync("token", "revoke", "ci").check()
      let revoked = try await elsewhere("status")
      #expect(revoked.status == 1 && revoked.stderr.contains("The token is not known"), "\(revoked)")
    }
  }

  // MARK: - Without a server

  private func run(_ arguments: String..., token: String = "abcdef\n") async throws -> ToolResult {
    try await withScratchDirectory("remote") { scratch in
      let file = try scratch.write(token, to: "token", mode: 0o600)
      var environment = ProcessInfo.processInfo.environment
      environment["POBSYNC_DATABASE"] = scratch.path("state/pobsync.sqlite3")
      environment["POBSYNC_TOKEN_FILE"] = file
      return try await runTool(Product.pobsync, arguments, environment: environment)
    }
  }

  @Test(arguments: [
    "backup.example.net", "ftp://backup.example.net", "https://", "https://ann:secret@backup.example.net",
    "https://backup.example.net/path", "https://backup.example.net?x=1", "http://backup.example.net",
    "http://192.0.2.1",
    "http://127.0.0.1.example.net", "http://localhost.example.net", "http://[2001:db8::1]:8000",
    "https://[::1]:8443", "https://[fe80::1%25eth0]",
  ])
  func `an address that is none, or that would give the token away, is refused`(address: String) async throws {
    let result = try await run("status", "--server", address)
    #expect(result.status == 64, "\(result)")
    #expect(!result.stderr.contains("secret"), "\(result)")
  }

  // FoundationNetworking takes no address of IPv6 that is written out.
  @Test(arguments: ["http://127.0.0.1:1", "http://localhost:1", "https://127.0.0.1:1"])
  func `a server that does not answer is said so`(address: String) async throws {
    let result = try await run("status", "--server", address)
    #expect(result.status == 1, "\(result)")
    #expect(result.stderr.contains("\(address): nothing answers there"), "\(result)")
    #expect(try await run("diff", "--server", address).status == 2)
  }

  @Test func `options that do not go together are told apart`() async throws {
    #expect(try await run("status", "--server", "http://127.0.0.1:1", "--database", "/tmp/none").status == 64)
    #expect(try await run("status", "--token-file", "/dev/null").status == 64)
    #expect(try await run("status", "--server", "http://127.0.0.1:1", token: "two words\n").status == 1)
    #expect(try await run("status", "--server", "http://127.0.0.1:1", token: "\n").status == 1)
  }

  @Test func `what is no pobsync is not believed, and a redirect not followed`() async throws {
    let elsewhere = try HookServer(.status(200))
    defer { elsewhere.stop() }
    let leading = try HookServer(.redirect("http://127.0.0.1:\(elsewhere.port)/api/status"))
    defer { leading.stop() }
    let led = try await run("status", "--server", "http://127.0.0.1:\(leading.port)")
    #expect(led.status == 1 && led.stderr.contains("leads elsewhere"), "\(led)")
    #expect(elsewhere.requests.isEmpty)
    #expect(leading.requests.first?.headers["authorization"] == "Bearer abcdef")
    let strange = try await run("status", "--server", "http://127.0.0.1:\(elsewhere.port)")
    #expect(strange.status == 1 && strange.stderr.contains("is it a pobsync"), "\(strange)")
    let failing = try HookServer(.status(502))
    defer { failing.stop() }
    let failed = try await run("status", "--server", "http://127.0.0.1:\(failing.port)")
    #expect(failed.status == 1 && failed.stderr.contains("HTTP status 502"), "\(failed)")
  }
}
