// Attacks below HTTP's surface: requests within requests, odd methods, endless and slow ones, and what browsers are told.

import Engine
import Foundation
import HTTPTypes
import Store
import Support
import Testing

@testable import Web

extension AttackTests {
  /// Short times, so that a test sees them pass.
  private static var impatient: WebServer.Options {
    var options = WebServer.Options()
    options.idleSeconds = 0.5
    options.bodySeconds = 0.5
    options.stalledSeconds = 0.5
    return options
  }

  private static let echo = [
    Route.get("/first", .anyone, "What is asked for.") { _, _ in .text("first") },
    Route.get("/smuggled", .anyone, "What is not.") { _, _ in .text("smuggled") },
    Route.post("/form", .role(.viewer), "Takes a form.") { request, _ in .text("\(request.fieldNames.count) fields") },
    Route.post("/anyone", .anyone, "Takes a form of anyone.") { _, _ in .text("taken") },
    Route.post("/document", .role(.viewer), takes: .yaml, "Takes a document.") { request, _ in
      .text("\(request.body.count) bytes")
    },
  ]

  /// What comes back to these bytes until the connection is closed.
  private static func raw(_ web: WebFixture, _ text: String) async throws -> String {
    let port = web.client.port
    let bytes = try await blocking {
      let socket = try WebSocket(port, patience: 10)
      defer { socket.close() }
      socket.send(Array(text.utf8))
      return try socket.readToEnd()
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  // MARK: - Requests within requests

  @Test(
    "where a request ends is not to be argued about",
    arguments: [
      "Content-Length: 5\r\nContent-Length: 6", "Content-Length: 0\r\nTransfer-Encoding: chunked",
      "Transfer-Encoding: chunked\r\nContent-Length: 44", "Transfer-Encoding: identity, chunked, identity",
      "Transfer-Encoding: xchunked", "Transfer-Encoding : chunked", "Content-Length: +5", "Content-Length: -1",
      "Content-Length: 0x10", "Content-Length: 5 6", "Content-Length: 99999999999999999999", "Content-Length: 5, 6",
      "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "X: a\u{0}b", "Content-Length : 44", "\u{0B}X: y",
    ])
  func smuggling(fields: String) async throws {
    try await withWeb(routes: Self.echo, Self.impatient) { web in
      let within = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
      let received = try await Self.raw(
        web, "POST /anyone HTTP/1.1\r\nHost: x\r\n\(fields)\r\n\r\n0\r\n\r\n\(within)")
      #expect(!received.contains("smuggled"))
      #expect(!received.contains("taken"))
      let answers = received.components(separatedBy: "HTTP/1.1 ").dropFirst()
      #expect(answers.count <= 1)
      #expect(answers.allSatisfy { $0.hasPrefix("4") }, "\(received.prefix(60))")
      #expect(try await web.stranger.get("/first").text == "first", "the server goes on")
    }
  }

  @Test(
    "a body in chunks that are none is no body",
    arguments: [
      "zz\r\n", "5\r\nab\r\n0\r\n\r\n", "ffffffffffffffff\r\n", "-1\r\nx\r\n", "5;\u{0}\r\nabcde\r\n0\r\n\r\n",
    ])
  func chunks(body: String) async throws {
    try await withWeb(routes: Self.echo, Self.impatient) { web in
      let token = web.program(.viewer).headers["Authorization"] ?? ""
      let received = try await Self.raw(
        web,
        "POST /document HTTP/1.1\r\nHost: x\r\nAuthorization: \(token)\r\nContent-Type: text/yaml\r\n"
          + "Transfer-Encoding: chunked\r\n\r\n\(body)")
      #expect(received.isEmpty || received.hasPrefix("HTTP/1.1 4"), "\(received.prefix(60))")
      #expect(try await web.stranger.get("/first").text == "first")
    }
  }

  @Test func `a refused body is not the next request`() async throws {
    try await withWeb(routes: Self.echo, Self.impatient) { web in
      let within = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
      for path in ["/document", "/nowhere", "/first", "/form"] {
        let received = try await Self.raw(
          web, "POST \(path) HTTP/1.1\r\nHost: x\r\nContent-Length: \(within.utf8.count)\r\n\r\n\(within)")
        #expect(!received.contains("smuggled"), "\(path)")
        #expect(received.components(separatedBy: "HTTP/1.1 ").count == 2, "\(path)")
      }
    }
  }

  // MARK: - Too much

  @Test func `a body in chunks without end is cut off`() async throws {
    try await withWeb(routes: Self.echo) { web in
      let (port, token) = (web.client.port, web.program(.viewer).headers["Authorization"] ?? "")
      let (sent, received) = try await blocking {
        let socket = try WebSocket(port)
        defer { socket.close() }
        socket.send(
          Array(
            ("POST /document HTTP/1.1\r\nHost: x\r\nAuthorization: \(token)\r\nContent-Type: text/yaml\r\n"
              + "Transfer-Encoding: chunked\r\n\r\n").utf8))
        let chunk = Array("100000\r\n".utf8) + Array(repeating: UInt8(ascii: "x"), count: 1 << 20) + Array("\r\n".utf8)
        var sent = 0
        while sent < 64, socket.send(chunk) { sent += 1 }
        return (sent, String(decoding: (try? socket.readToEnd()) ?? [], as: UTF8.self))
      }
      #expect(sent < 64, "all was taken")
      #expect(received.isEmpty || received.hasPrefix("HTTP/1.1 413"), "\(received.prefix(60))")
      #expect(try await web.stranger.get("/first").text == "first")
    }
  }

  @Test func `a form of more fields than any has is refused`() async throws {
    try await withWeb(routes: Self.echo) { web in
      let reader = try await web.reader(.viewer)
      let type = "application/x-www-form-urlencoded"
      let many = (0..<200_000).map { "a\($0)=" }.joined(separator: "&")
      #expect(try await reader.post("/form", body: many, type: type).status == 400)
      let query = (0..<5000).map { "a\($0)" }.joined(separator: "&")
      let answer = try await web.client.exchange("GET /first?\(query) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
      #expect(answer.map { [400, 414, 431].contains($0.status) } ?? true)
    }
  }

  @Test func `headers without end are not taken in`() async throws {
    try await withWeb(routes: Self.echo, Self.impatient) { web in
      let many = (0..<5000).map { "X-\($0): y\r\n" }.joined()
      let long = "Cookie: \(String(repeating: "a=b; ", count: 40_000))\r\n"
      for fields in [many, long] {
        let received = try await Self.raw(web, "GET /first HTTP/1.1\r\nHost: x\r\n\(fields)\r\n")
        #expect(received.isEmpty || received.hasPrefix("HTTP/1.1 4"), "\(received.prefix(60))")
      }
    }
  }

  // MARK: - Too slow

  /// Sends a piece again and again, for so long as the other end takes it and at most for ten seconds.
  /// - Returns: in seconds, after which the connection was closed.
  private static func drip(_ web: WebFixture, _ head: String, _ piece: String) async throws -> Double {
    let port = web.client.port
    return try await blocking {
      let socket = try WebSocket(port, patience: 1)
      defer { socket.close() }
      socket.send(Array(head.utf8))
      let begun = Date()
      while Date().timeIntervalSince(begun) < 10 {
        // Waiting for what is not to come is the time between two pieces.
        guard !socket.hasNews(within: 0.1), socket.send(Array(piece.utf8)) else { break }
      }
      return Date().timeIntervalSince(begun)
    }
  }

  @Test func `a head that comes line by line without end is not waited for`() async throws {
    try await withWeb(routes: Self.echo, Self.impatient) { web async throws in
      #expect(try await Self.drip(web, "GET /first HTTP/1.1\r\nHost: x\r\n", "X: y\r\n") < 5)
      #expect(try await Self.drip(web, "", "G") < 5)
    }
  }

  @Test func `a body that comes byte by byte without end is not waited for`() async throws {
    try await withWeb(routes: Self.echo, Self.impatient) { web async throws in
      let token = web.program(.viewer).headers["Authorization"] ?? ""
      let head =
        "POST /document HTTP/1.1\r\nHost: x\r\nAuthorization: \(token)\r\nContent-Type: text/yaml\r\n"
        + "Content-Length: 1000000\r\n\r\n"
      #expect(try await Self.drip(web, head, "x") < 5)
      #expect(try await Self.drip(web, "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n", "x") < 5)
    }
  }

  @Test func `many who are slow do not keep out one who is not`() async throws {
    try await withWeb(routes: Self.echo) { web in
      let port = web.client.port
      let sockets = try await blocking {
        try (0..<200).map { _ in
          let socket = try WebSocket(port)
          socket.send(Array("GET /first HTTP/1.1\r\nHost: x\r\n".utf8))
          return socket
        }
      }
      defer { sockets.forEach { $0.close() } }
      #expect(try await web.stranger.get("/first").text == "first")
    }
  }

  // MARK: - Methods

  @Test(
    "odd methods do nothing, and echo nothing",
    arguments: ["TRACE", "TRACK", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "get", "POSTX", "CONNECT"])
  func method(word: String) async throws {
    try await withWeb(Self.impatient) { web in
      try await web.fill()
      let cookie = try await web.reader(.admin).headers["Cookie"] ?? ""
      let before = try await web.store.newestRunID()
      for target in ["/", "/hosts/web-1", "/hosts/web-1/backup", "/api/hosts", "/login"] {
        let received = try await Self.raw(
          web,
          "\(word) \(target) HTTP/1.1\r\nHost: x\r\nCookie: \(cookie)\r\nX-Echo: parrot\r\nConnection: close\r\n\r\n")
        let status = received.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        #expect(["", "400", "403", "404", "405", "501"].contains(status), "\(word) \(target): \(status)")
        #expect(!received.contains("parrot"), "\(word) \(target)")
      }
      #expect(try await web.store.newestRunID() == before)
    }
  }

  @Test func `one method does not pass for another`() async throws {
    try await withWeb { web in
      try await web.fill()
      let reader = try await web.reader(.admin)
      let before = try await web.store.newestRunID()
      for name in ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"] {
        let answer = try await reader.get("/hosts/web-1/backup?_method=POST", headers: [name: "POST"])
        #expect([404, 405].contains(answer.status))
        let posted = try await reader.post("/hosts/web-1", ["_method": "DELETE"], headers: [name: "DELETE"])
        #expect(posted.status == 405)
      }
      #expect(try await web.store.newestRunID() == before)
    }
  }

  // MARK: - What browsers are told

  @Test func `no page can be framed, kept or guessed at by a browser`() async throws {
    try await withWeb { web in
      try await web.fill()
      let reader = try await web.reader(.admin)
      for route in SitePages.all {
        let answer = try await reader.get(SitePages.address(of: route))
        let policy = answer.header("content-security-policy") ?? ""
        for rule in ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"] {
          #expect(policy.contains(rule), "\(route.path): \(rule)")
        }
        #expect(!policy.contains("unsafe"), "\(route.path)")
        #expect(answer.header("x-frame-options") == "DENY", "\(route.path)")
        #expect(answer.header("x-content-type-options") == "nosniff", "\(route.path)")
        #expect(answer.header("cache-control") == "no-store", "\(route.path)")
        #expect(answer.header("etag") == nil, "\(route.path)")
        #expect(answer.header("access-control-allow-origin") == nil, "\(route.path)")
        #expect(!answer.text.contains(" style=") && !answer.text.contains(" onclick="), "\(route.path)")
      }
    }
  }

  @Test func `no other site may read what the API answers`() async throws {
    try await withWeb { web in
      try await web.fill()
      let reader = try await web.reader(.admin)
      for path in ["/api/hosts", "/api/status"] {
        let answer = try await reader.get(path, headers: ["Origin": "https://evil.example"])
        #expect(answer.header("access-control-allow-origin") == nil)
        #expect(answer.header("cross-origin-resource-policy") == "same-origin")
        #expect(answer.header("cache-control")?.contains("private") ?? false)
      }
    }
  }

  @Test func `cookies are for this site and no script, and over TLS for nothing else`() async throws {
    for isSecure in [false, true] {
      var options = WebServer.Options()
      options.hasSecureCookies = isSecure
      try await withWeb(options) { web in
        let page = try await web.stranger.get("/login")
        let answer = try await Self.signIn(web)
        for cookie in page.headers("set-cookie") + answer.headers("set-cookie") {
          #expect(cookie.contains("; HttpOnly") && cookie.contains("; SameSite=Lax") && cookie.contains("; Path=/"))
          #expect(!cookie.contains("Domain"))
          #expect(cookie.contains("; Secure") == isSecure)
        }
      }
    }
  }
}
