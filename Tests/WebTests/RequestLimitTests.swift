// What a request may be: its size and time, its form, and the answers to those that are none.

import Engine
import HTTPTypes
import Store
import Support
import Testing

@testable import Web

@Suite struct RequestLimitTests {
  private static let routes = [
    Route.get("/plain", .anyone, "A text.") { request, _ in .text(request.query("q") ?? "plain") },
    Route.get("/files/:host/**", .anyone, "A path.") { request, _ in
      .text(([request.parameter("host") ?? ""] + request.catchAll).joined(separator: "|"))
    },
    Route.get("/files/:host/special", .anyone, "A word.") { _, _ in .text("special") },
    Route.post("/api/echo", .role(.viewer), takes: .yaml, "The size of what was sent.") { request, _ in
      .text("\(request.body.count)")
    },
    Route.get("/slow", .anyone, "Takes its time.") { _, _ in
      try await Task.sleep(for: .seconds(3600))
      return .text("done")
    },
    Route.get("/broken", .anyone, "Fails.") { _, _ in throw ToolError(message: "secret path /etc/shadow") },
    Route.get("/three", .anyone, "A stream of three parts.") { _, _ in
      .stream(type: "text/plain") { sink in
        for part in ["one ", "two ", "three"] { try await sink.write(Array(part.utf8)) }
      }
    },
  ]

  // MARK: - Finding routes

  @Test(
    "paths are read strictly",
    arguments: [
      ("/files/web-1/a/b%20c", 200, "web-1|a|b c"), ("/files/web-1/special", 200, "special"),
      ("/files/web-1/special/", 200, "special"), ("/files/web-1/a%2Fb", 404, ""), ("/files/web-1/../etc", 404, ""),
      ("/files/web-1/%2E%2e/etc", 404, ""), ("/files/web-1//etc", 404, ""), ("/files/web-1/a%00b", 404, ""),
      ("/files/web-1/a%zz", 400, ""), ("/files/web-1/a%2", 400, ""), ("/files/web-1", 404, ""), ("/nowhere", 404, ""),
      ("/plain?q=a+b%26&q=c", 200, "a b&"), ("/plain?q=%ff", 400, ""), ("/plain?q=%0", 400, ""), ("/plain?q", 200, ""),
    ])
  func path(target: String, status: Int, text: String) async throws {
    try await withWeb(routes: Self.routes) { web in
      let answer = try await web.stranger.get(target)
      #expect(answer.status == status)
      if status == 200 { #expect(answer.text == text) }
    }
  }

  @Test func `another method is told which there are`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let answer = try await web.client.send("DELETE", "/plain")
      #expect(answer.status == 405)
      #expect(answer.header("allow") == "GET, HEAD")
      #expect(try await web.client.send("GET", "/api/echo").header("allow") == "POST")
    }
  }

  @Test func `HEAD is answered as GET is, without the body`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let answer = try await web.stranger.head("/plain")
      #expect(answer.status == 200)
      #expect(answer.header("content-length") == "5")
      #expect(answer.body.isEmpty)
    }
  }

  @Test func `a thousand fields are taken, and not one more`() throws {
    let many = Array(repeating: "a=1", count: FormFields.most).joined(separator: "&")
    #expect(try FormFields(decoding: many.utf8, of: "the form").all("a").count == FormFields.most)
    #expect(throws: WebProblem.self) { try FormFields(decoding: "\(many)&b=1".utf8, of: "the form") }
  }

  // MARK: - Sizes

  @Test func `a body as large as is taken is taken, and a larger one is not`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let program = web.program(.viewer)
      let most = Intake.yaml.limit
      let full = try await program.post("/api/echo", body: String(repeating: "x", count: most), type: "text/yaml")
      #expect(full.text == "\(most)")
      let over = try await program.post("/api/echo", body: String(repeating: "x", count: most + 1), type: "text/yaml")
      #expect(over.status == 413)
      #expect(over.header("content-type") == "application/problem+json")
    }
  }

  @Test func `a huge body is not waited for`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let declared = try await web.client.exchange(
        "POST /api/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n")
      #expect(declared?.status == 401, "who asks is looked at first")
      #expect(declared?.header("connection") == "close")
      let given = try await web.client.send("GET", "/plain", body: Array(repeating: 0x78, count: 1 << 16))
      #expect(given.status == 413, "nothing is taken here")
    }
  }

  @Test func `what is no request gets 400 at most`() async throws {
    try await withWeb(routes: Self.routes) { web in
      for text in ["\r\n\r\nnonsense\r\n\r\n", "GET\r\n\r\n", "\u{16}\u{3}\u{1}", "GET / HTTP/9.9\r\n\r\n"] {
        let socket = try WebSocket(web.client.port)
        defer { socket.close() }
        socket.send(Array(text.utf8))
        // What is not even a line yet is waited for.
        guard text.hasSuffix("\r\n\r\n") else { continue }
        let received = try await blocking { try socket.readToEnd() }
        #expect(received.isEmpty || received.starts(with: Array("HTTP/1.1 4".utf8)), "\(text)")
      }
      let long = String(repeating: "x", count: 100_000)
      let answer = try await web.client.exchange("GET /plain HTTP/1.1\r\nHost: x\r\nX-Long: \(long)\r\n\r\n")
      #expect(answer == nil || answer?.status == 400 || answer?.status == 431)
      #expect(try await web.stranger.get("/plain").status == 200, "the server goes on")
    }
  }

  @Test func `another type of content than a route takes is refused`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let answer = try await web.program(.viewer).post("/api/echo", body: "x", type: "text/html")
      #expect(answer.status == 415)
      #expect(answer.text.contains("application/yaml"))
    }
  }

  // MARK: - Times

  @Test func `a head that does not come to its end is not waited for`() async throws {
    var options = WebServer.Options()
    options.idleSeconds = 0.3
    try await withWeb(routes: Self.routes, options) { web in
      let port = web.client.port
      let received = try await blocking {
        let socket = try WebSocket(port)
        defer { socket.close() }
        socket.send(Array("GET /plain HTTP/1.1\r\nHost: x\r\n".utf8))
        return try socket.readToEnd()
      }
      #expect(received.isEmpty)
    }
  }

  @Test func `a body that does not come to its end is not waited for`() async throws {
    var options = WebServer.Options()
    options.bodySeconds = 0.3
    try await withWeb(routes: Self.routes, options) { web in
      let token = web.program(.viewer).headers["Authorization"] ?? ""
      let answer = try await web.client.exchange(
        "POST /api/echo HTTP/1.1\r\nHost: x\r\nAuthorization: \(token)\r\nContent-Type: text/yaml\r\n"
          + "Content-Length: 100\r\n\r\nhalf")
      #expect(answer == nil || answer?.status == 408)
    }
  }

  @Test func `an answer that takes too long is given up`() async throws {
    var options = WebServer.Options()
    options.handlingSeconds = 0.2
    try await withWeb(routes: Self.routes, options) { web in
      let answer = try await web.stranger.get("/slow")
      #expect(answer.status == 503)
    }
  }

  @Test func `a reader who takes nothing is let go of`() async throws {
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    let endless = Route.get("/stream", .anyone, "Goes on and on.") { _, _ in
      .stream(type: "text/plain") { sink in
        defer { end.finish() }
        while true { try await sink.write(Array(repeating: 0x78, count: 1 << 16)) }
      }
    }
    var options = WebServer.Options()
    options.stalledSeconds = 0.5
    try await withWeb(routes: [endless], options) { web in
      let socket = try WebSocket(web.client.port)
      defer { socket.close() }
      socket.send(Array("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
      for await _ in ends {}
    }
  }

  @Test func `a stream does not hold up the end of the server`() async throws {
    let (begins, begin) = AsyncStream.makeStream(of: Void.self)
    let quiet = Route.get("/stream", .anyone, "Says one thing, and waits.") { _, _ in
      .stream(type: "text/plain") { sink in
        try await sink.write(Array("begun".utf8))
        begin.finish()
        try await Task.sleep(for: .seconds(3600))
      }
    }
    // Its end must not be that of the reader.
    var held: WebSocket?
    defer { held?.close() }
    try await withWeb(routes: [quiet]) { web in
      let socket = try WebSocket(web.client.port)
      held = socket
      socket.send(Array("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
      for await _ in begins {}
    }
  }

  // MARK: - Answers

  @Test func `a stream comes whole`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let answer = try await web.stranger.get("/three")
      #expect(answer.text == "one two three")
    }
  }

  @Test func `what fails inside is told to the log only`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let answer = try await web.stranger.get("/broken")
      #expect(answer.status == 500)
      #expect(!answer.text.contains("shadow"))
    }
  }

  @Test func `every answer has the header fields that make browsers strict`() async throws {
    try await withWeb { web in
      for target in ["/login", "/nowhere", "/assets/style.css", "/api/nowhere"] {
        let answer = try await web.stranger.get(target)
        #expect(answer.header("content-security-policy")?.hasPrefix("default-src 'none'; ") ?? false, "\(target)")
        #expect(answer.header("x-content-type-options") == "nosniff")
        #expect(answer.header("x-frame-options") == "DENY")
        #expect(answer.header("referrer-policy") == "same-origin")
        #expect(answer.header("cross-origin-opener-policy") == "same-origin")
        #expect(answer.header("server") == nil)
      }
      #expect(try await web.stranger.get("/login").header("cache-control") == "no-store")
    }
  }

  @Test func `assets are kept by their version, and asked about by their tag`() async throws {
    try await withWeb { web in
      let versioned = try await web.stranger.get(AssetFile.style.url)
      #expect(versioned.header("cache-control")?.contains("immutable") ?? false)
      let tag = try #require(versioned.header("etag"))
      let again = try await web.stranger.get("/assets/style.css", headers: ["If-None-Match": tag])
      #expect(again.status == 304)
      #expect(again.body.isEmpty)
    }
  }

  @Test func `all templates can be read`() throws { _ = try Renderer(Template.all) }
}
