// Waiting for another pobsync that falls silent meanwhile: what is asked again, when, for how long, and what is said of it.
// A server on loopback drops connections; nobody sleeps but the clock of the test.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import pobsync

/// A patience whose time passes only in its pauses.
private struct TestTime: Sendable {
  private let state = Locked((now: 0.0, pauses: [Double]()))

  var patience: Patience {
    var patience = Patience()
    patience.clock = ElapsedClock { [state] in state.with { $0.now } }
    patience.sleep = { [state] pause in
      let seconds = pause / .seconds(1)
      state.with { state in
        state.now += seconds
        state.pauses.append(seconds)
      }
    }
    return patience
  }

  /// In seconds.
  var pauses: [Double] { state.with { $0.pauses } }
}

@Suite(.timeLimit(.minutes(1)))
struct RemoteWaitTests {
  private static let silence = ServerSilence("no answer")

  // MARK: - Pauses

  @Test func `pauses grow up to a limit, and end with the time that there is`() async throws {
    let time = TestTime()
    var told: [String] = []
    var limits: [Duration] = []
    let failure = await #expect(throws: ServerSilence.self) {
      try await time.patience.ask(telling: { told.append($0) }) { limit in
        limits.append(limit)
        throw Self.silence
      }
    }
    #expect(time.pauses == [1, 2, 4, 8] + Array(repeating: 15, count: 19))
    #expect(limits.prefix(3) == [.seconds(300), .seconds(299), .seconds(297)] && limits.last == .seconds(10))
    #expect(told == ["the server does not answer, and is asked again (no answer)"])
    #expect(failure?.description == "no answer (asked 24 times in 5m 00s)")
  }

  @Test(
    arguments: [
      (1, 0, 1), (2, 1, 2), (3, 3, 4), (4, 7, 8), (5, 15, 15), (6, 30, 15), (40, 100, 15),
      // Each attempt may itself have taken long.
      (1, 90, 1), (3, 200, 4), (1, 298, 1), (1, 299, 1), (3, 296, 4), (3, 299, 1), (9, 285, 15), (9, 290, 10),
      (1, 300, nil), (9, 1000, nil),
    ] as [(Int, Int, Int?)])
  func `the pause after so many attempts`(attempts: Int, silence: Int, pause: Int?) {
    #expect(Patience().pause(after: attempts, silence: .seconds(silence)) == pause.map { Duration.seconds($0) })
  }

  @Test func `silence and its end are told once each`() async throws {
    let time = TestTime()
    var told: [String] = []
    var attempts = 0
    let answer = try await time.patience.ask(telling: { told.append($0) }) { _ in
      attempts += 1
      if attempts < 5 { throw Self.silence }
      return "here"
    }
    #expect(answer == "here" && time.pauses == [1, 2, 4, 8])
    #expect(told == ["the server does not answer, and is asked again (no answer)", "the server answers again"])
    told = []
    let again = try await time.patience.ask(telling: { told.append($0) }) { _ in "there" }
    #expect(again == "there" && told == [])
  }

  // MARK: - Runs

  private static func run(_ state: String) -> HookServer.Answer {
    .text(
      #"{"id":17,"host":"web-1","kind":"backup","state":"\#(state)","queued_at":"2026-05-19T02:15:00.000000Z"}"#)
  }

  private func api(_ server: HookServer) throws -> RemoteServer {
    RemoteServer(try RemoteAddress(server.url(""), allowingPlainHTTP: false), token: "abcdef")
  }

  @Test(arguments: [HookServer.Answer.close, .status(502), .status(503), .status(504), .cut("{")])
  func `a run is followed on after a silence`(silence: HookServer.Answer) async throws {
    let server = try HookServer(Self.run("running"), silence, silence, Self.run("succeeded"))
    defer { server.stop() }
    let time = TestTime()
    let ended = try await RemoteRun(17, at: api(server), patience: time.patience).follow()
    #expect(ended.state == .succeeded)
    // A second between two looks, and then what the silence takes.
    #expect(time.pauses == [1, 1, 2])
    #expect(server.requests.map(\.line) == Array(repeating: "GET /api/runs/17 HTTP/1.1", count: 4))
  }

  @Test func `a log goes on where it was cut off, with each line once`() async throws {
    let server = try HookServer(
      Self.run("running"), .text("a\nb\n", headers: ["X-Log-Offset": "4"]),
      Self.run("running"), .close, .cut("c\n"), .status(502), .text("c\nd\n", headers: ["X-Log-Offset": "8"]),
      .close, Self.run("succeeded"), .text("e\n", headers: ["X-Log-Offset": "10"]))
    defer { server.stop() }
    var pieces: [String] = []
    let ended = try await RemoteRun(17, at: api(server), patience: TestTime().patience).follow { pieces.append($0) }
    #expect(ended.state == .succeeded)
    #expect(pieces == ["a\nb\n", "c\nd\n", "e\n"])
    let places = server.requests.compactMap { $0.target.split(separator: "=").dropFirst().last }
    #expect(places == ["0", "4", "4", "4", "4", "8"])
  }

  @Test func `a server that stays away is given up, and the run is not`() async throws {
    let server = try HookServer(Self.run("queued"), .close)
    defer { server.stop() }
    let remote = try api(server)
    let failure = await #expect(throws: CommandFailure.self) {
      try await RemoteRun(17, at: remote, patience: TestTime().patience).follow()
    }
    #expect(
      failure?.description == """
        http://127.0.0.1:\(server.port): the connection broke (asked 24 times in 5m 00s); run 17 is left to the server: \
        once it answers, ask with `pobsync logs 17 --follow --server http://127.0.0.1:\(server.port)`
        """)
    #expect(server.requests.count == 25)
  }

  @Test(arguments: [400, 401, 403, 404, 409, 422, 500, 501, 505])
  func `any other answer ends the wait at once`(status: Int) async throws {
    let server = try HookServer(Self.run("running"), .status(status), Self.run("succeeded"))
    defer { server.stop() }
    let remote = try api(server)
    let time = TestTime()
    await #expect(throws: CommandFailure.self) {
      try await RemoteRun(17, at: remote, patience: time.patience).follow()
    }
    #expect(server.requests.count == 2 && time.pauses == [1])
  }

  // MARK: - What was applied

  @Test func `what was applied is waited for after a silence`() async throws {
    let server = try HookServer(.close, .status(503), .text(#"{"plan": []}"#))
    defer { server.stop() }
    let time = TestTime()
    var convergence = RemoteConvergence(
      try api(server), hosts: [try HostName(text: "web-1")], timeout: nil, patience: time.patience)
    let isGood = try await convergence.wait()
    #expect(isGood)
    #expect(time.pauses == [1, 2])
    #expect(server.requests.map(\.line) == Array(repeating: "POST /api/diff HTTP/1.1", count: 3))
    #expect(server.requests.map(\.body) == ["", "", ""])
  }

  @Test func `a server that stays away is told how to be asked for what was applied`() async throws {
    let server = try HookServer(.close)
    defer { server.stop() }
    var convergence = RemoteConvergence(
      try api(server), hosts: [try HostName(text: "web-1")], timeout: nil, patience: TestTime().patience)
    do {
      _ = try await convergence.wait()
      Issue.record("nobody was there")
    } catch let failure as CommandFailure {
      #expect(
        failure.description.hasSuffix(
          "the spec is applied, and its backups are left to the server: once it answers, ask with "
            + "`pobsync status --server http://127.0.0.1:\(server.port)`"), "\(failure)")
    }
  }

  // MARK: - From the command line

  @Test func `a request is sent once, whatever becomes of it`() async throws {
    try await withScratchDirectory("wait") { scratch in
      let token = try scratch.write("abcdef\n", to: "token", mode: 0o600)
      var environment = ProcessInfo.processInfo.environment
      environment["POBSYNC_DATABASE"] = scratch.path("state/pobsync.sqlite3")
      environment["POBSYNC_TOKEN_FILE"] = token
      func backUp(at server: HookServer) async throws -> ToolResult {
        try await runTool(
          Product.pobsync, ["backup", "web-1", "--wait", "--server", server.url("")], environment: environment)
      }
      for (silence, mayBeDone) in [(HookServer.Answer.close, true), (.status(504), true), (.status(503), false)] {
        let server = try HookServer(silence)
        defer { server.stop() }
        let result = try await backUp(at: server)
        #expect(result.status == 1, "\(result)")
        #expect(result.stderr.contains("; look whether it was done before you ask again") == mayBeDone, "\(result)")
        #expect(server.requests.map(\.line) == ["POST /api/hosts/web-1/backup HTTP/1.1"])
      }
      let run = #"{"id":17,"host":"web-1","kind":"backup","state":"queued","queued_at":"2026-05-19T02:15:00.000000Z"}"#
      let server = try HookServer(.text(#"{"run":\#(run),"joined":false}"#), .close, Self.run("succeeded"))
      defer { server.stop() }
      let result = try await backUp(at: server)
      #expect(result.status == 0, "\(result)")
      #expect(
        result.stderr.hasPrefix(
          "the server does not answer, and is asked again (\(server.url("")): the connection broke)\n"
            + "the server answers again\n"), "\(result)")
      #expect(server.requests.map { $0.line.prefix(4) } == ["POST", "GET ", "GET "])
    }
  }
}
