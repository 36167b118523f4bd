// Signing in and out, and how long that lasts.

import Store
import Support
import Testing

@testable import Web

@Suite struct SessionTests {
  private static let routes: [Route] =
    Route.signIn + [
      .get("/me", .role(.viewer), "Tells who asks.") { request, _ in .text(request.actor) },
      .post("/notice", .role(.viewer), "Leaves a notice.") { _, _ in .redirect(to: "/page", notice: "Done & dusted.") },
      .get("/page", .role(.viewer), "A page.") { _, _ in .page(Page("Page", in: .none, .csrf, [String]())) },
    ]

  /// Signs in on the page, as a browser does.
  private static func signIn(
    _ web: WebFixture, name: String = "operator", password: String = WebFixture.password, next: String? = nil,
    cookies: String = ""
  ) async throws -> WebAnswer {
    let page = try await web.stranger.get("/login", headers: cookies.isEmpty ? [:] : ["Cookie": cookies])
    let cookie = page.cookie(SiteCookie.signIn.name) ?? ""
    var form = ["name": name, "password": password, "csrf": page.formToken ?? ""]
    if let next { form["next"] = next }
    let all = ["\(SiteCookie.signIn.name)=\(cookie)", cookies].filter { !$0.isEmpty }.joined(separator: "; ")
    return try await web.stranger.post("/login", form: form, headers: ["Cookie": all])
  }

  private static func cookie(_ token: String) -> [String: String] {
    ["Cookie": "\(SiteCookie.session.name)=\(token)"]
  }

  @Test func `signing in gives a session, and signing out ends it`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let answer = try await Self.signIn(web, next: "/me")
      #expect(answer.status == 303)
      #expect(answer.header("location") == "/me")
      let token = try #require(answer.cookie(SiteCookie.session.name))
      let set = try #require(answer.headers("set-cookie").first)
      #expect(set.contains("; HttpOnly") && set.contains("; SameSite=Lax") && set.contains("; Path=/"))
      #expect(!set.contains("Secure"))
      #expect(try await web.stranger.get("/me", headers: Self.cookie(token)).text == "operator")

      let page = try await web.stranger.get("/page", headers: Self.cookie(token))
      let left = try await web.stranger.post(
        "/logout", form: ["csrf": page.formToken ?? ""], headers: Self.cookie(token))
      #expect(left.header("location") == "/login")
      #expect(left.cookie(SiteCookie.session.name) == "")
      let stolen = try await web.stranger.get("/me", headers: Self.cookie(token))
      #expect(stolen.status == 303, "a cookie that somebody has kept is worth nothing")
      let actions = try await web.store.audit(limit: 10).map(\.action)
      #expect(actions == ["session.logout", "session.login"])
    }
  }

  @Test func `the token of a session is not in the database`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let token = try #require(try await Self.signIn(web).cookie(SiteCookie.session.name))
      let sessions = try await web.store.sessions(at: web.now)
      #expect(sessions.count == 1)
      #expect(sessions.allSatisfy { $0.digest.text != token && $0.digest == Secret.digest(token) })
    }
  }

  @Test func `signing in makes a new session and ends the one that was brought along`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let planted = Secret.random()
      let fixed = try await Self.signIn(web, cookies: "\(SiteCookie.session.name)=\(planted)")
      let first = try #require(fixed.cookie(SiteCookie.session.name))
      #expect(first != planted)
      #expect(try await web.stranger.get("/me", headers: Self.cookie(planted)).status == 303)

      let page = try await web.stranger.get("/login")
      let signIn = "\(SiteCookie.signIn.name)=\(page.cookie(SiteCookie.signIn.name) ?? "")"
      let again = try await web.stranger.post(
        "/login", form: ["name": "operator", "password": WebFixture.password, "csrf": page.formToken ?? ""],
        headers: ["Cookie": "\(signIn); \(SiteCookie.session.name)=\(first)"])
      #expect(again.cookie(SiteCookie.session.name) != first)
      #expect(try await web.stranger.get("/me", headers: Self.cookie(first)).status == 303)
    }
  }

  @Test func `an unknown account, a disabled one and a wrong password get the same answer`() async throws {
    try await withWeb(routes: Self.routes) { web in
      try await web.store.setDisabled(true, of: try WebFixture.account(.viewer), at: web.now)
      let answers = [
        try await Self.signIn(web, password: "wrong password"), try await Self.signIn(web, name: "nobody"),
        try await Self.signIn(web, name: "viewer"), try await Self.signIn(web, name: "Not A Name"),
      ]
      for answer in answers {
        #expect(answer.status == 401)
        #expect(answer.text.contains("The name or the password is wrong."))
        #expect(answer.cookie(SiteCookie.session.name) == nil)
      }
    }
  }

  @Test func `the sign-in form needs the token of its page`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let form = ["name": "operator", "password": WebFixture.password]
      #expect(try await web.stranger.post("/login", form: form).status == 403)
      let made = Secret.random()
      let forged = try await web.stranger.post("/login", form: form.merging(["csrf": made]) { $1 })
      #expect(forged.status == 403, "a token without its cookie")
    }
  }

  @Test func `guessing passwords is slowed down, and others are not`() async throws {
    try await withWeb(routes: Self.routes) { web in
      var last = try await Self.signIn(web, password: "wrong 0")
      for attempt in 1..<10 where last.status == 401 { last = try await Self.signIn(web, password: "wrong \(attempt)") }
      #expect(last.status == 429)
      #expect(last.header("retry-after").flatMap { Int($0) } ?? 0 > 0)
      #expect(try await Self.signIn(web).status == 429, "the right password has to wait as well")
      #expect(try await Self.signIn(web, name: "admin").status == 303)
      web.advance(3600)
      #expect(try await Self.signIn(web).status == 303)
    }
  }

  @Test func `a session ends when it is not used, and after two weeks in any case`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let idle = try await web.reader(.viewer)
      let busy = try await web.reader(.operator)
      web.advance(WebSession.idleLimit - 60)
      #expect(try await busy.get("/me").status == 200)
      web.advance(120)
      #expect(try await idle.get("/me").status == 303)
      var hours = 12.0
      while hours < 14 * 24 - 6 {
        #expect(try await busy.get("/me").status == 200)
        web.advance(6 * 3600)
        hours += 6
      }
      web.advance(6 * 3600)
      #expect(try await busy.get("/me").status == 303)
    }
  }

  @Test func `a notice is shown once`() async throws {
    try await withWeb(routes: Self.routes) { web in
      let reader = try await web.reader(.viewer)
      #expect(try await reader.post("/notice").header("location") == "/page")
      #expect(try await reader.get("/page").text.contains("Done &amp; dusted."))
      #expect(try await !reader.get("/page").text.contains("dusted"))
    }
  }

  @Test func `over TLS a session is known by the cookie that no other host can set`() async throws {
    var proxied = WebServer.Options()
    proxied.trustedProxies = Set(["127.0.0.1"].compactMap { NetworkAddress($0) })
    try await withWeb(routes: Self.routes, proxied) { web in
      let https = ["X-Forwarded-Proto": "https", "Sec-Fetch-Site": "same-origin"]
      let page = try await web.stranger.get("/login", headers: https)
      let door = "__Host-\(SiteCookie.signIn.name)"
      let form = ["name": "operator", "password": WebFixture.password, "csrf": page.formToken ?? ""]
      let cookie = ["Cookie": "\(door)=\(page.cookie(door) ?? "")"]
      let answer = try await web.stranger.post("/login", form: form, headers: https.merging(cookie) { $1 })
      let token = try #require(answer.cookie("__Host-\(SiteCookie.session.name)"))
      let own = ["Cookie": "__Host-\(SiteCookie.session.name)=\(token)"]
      #expect(try await web.stranger.get("/me", headers: https.merging(own) { $1 }).text == "operator")
      let planted = Self.cookie(token)
      #expect(try await web.stranger.get("/me", headers: https.merging(planted) { $1 }).status == 303)
    }
  }

  @Test func `cookies are secure where readers come over TLS`() async throws {
    var proxied = WebServer.Options()
    proxied.trustedProxies = Set(["127.0.0.1"].compactMap { NetworkAddress($0) })
    try await withWeb(routes: Self.routes, proxied) { web in
      let https = try await web.stranger.get("/login", headers: ["X-Forwarded-Proto": "https"])
      #expect(https.headers("set-cookie").allSatisfy { $0.hasSuffix("; Secure") && $0.hasPrefix("__Host-") })
      #expect(https.header("strict-transport-security") != nil)
      let plain = try await web.stranger.get("/login")
      #expect(plain.headers("set-cookie").allSatisfy { !$0.contains("Secure") })
    }
    try await withWeb(routes: Self.routes) { web in
      let claimed = try await web.stranger.get("/login", headers: ["X-Forwarded-Proto": "https"])
      #expect(claimed.headers("set-cookie").allSatisfy { !$0.contains("Secure") }, "nobody trusts this one")
    }
  }
}
