// Attacks on who one is: forms of other sites, sessions that are planted or stolen, passwords that are guessed, and being
// led elsewhere. The other attacks are in the files beside this one.

import Foundation
import HTTPTypes
import Store
import Support
import Testing

@testable import Web

@Suite struct AttackTests {
  /// Signs in on the page, as a browser does.
  static func signIn(
    _ web: WebFixture, as name: String = "operator", password: String = WebFixture.password, next: String? = nil,
    headers: [String: String] = [:]
  ) async throws -> WebAnswer {
    let page = try await web.stranger.get("/login")
    var form = ["name": name, "password": password, "csrf": page.formToken ?? ""]
    if let next { form["next"] = next }
    let cookie = "\(SiteCookie.signIn.name)=\(page.cookie(SiteCookie.signIn.name) ?? "")"
    return try await web.stranger.post("/login", form: form, headers: ["Cookie": cookie].merging(headers) { $1 })
  }

  static func cookie(_ token: String) -> [String: String] { ["Cookie": "\(SiteCookie.session.name)=\(token)"] }

  /// Everything that a form could have changed.
  private static func state(_ web: WebFixture) async throws -> [String] {
    let done = try await web.store.audit(limit: 1000).filter { $0.action != "session.refused" }
    return [
      "spec \(try await web.store.specRevision())", "runs \(try await web.store.newestRunID())",
      "users \(try await web.store.users())", "tokens \(try await web.store.tokens().map(\.name))",
      "audit \(done.map(\.id))", "pauses \(try await web.store.pauses(at: web.now))",
    ]
  }

  // MARK: - Forms of other sites

  @Test func `no form is taken without its token, with another's, or from another site`() async throws {
    try await withWeb { web in
      try await web.fill()
      let reader = try await web.reader(.admin)
      let other = try await web.reader(.admin)
      let before = try await Self.state(web)
      for route in SitePages.forms where route.access != .anyone {
        let path = SitePages.address(of: route)
        let answers = [
          "none": try await reader.post(path, form: [:]), "empty": try await reader.post(path, csrf: ""),
          "another session's": try await reader.post(path, csrf: other.csrf),
          "a made-up one": try await reader.post(path, csrf: Secret.random()),
          "of another origin": try await reader.post(path, headers: ["Origin": "https://evil.example"]),
          "of no origin": try await reader.post(path, headers: ["Origin": "null"]),
          "cross-site": try await reader.post(path, headers: ["Sec-Fetch-Site": "cross-site"]),
          "same-site": try await reader.post(path, headers: ["Sec-Fetch-Site": "same-site"]),
        ]
        for (token, answer) in answers { #expect(answer.status == 403, "\(path), token \(token): \(answer.status)") }
      }
      #expect(try await Self.state(web) == before)
    }
  }

  @Test func `no document is taken from a browser without the token in its header`() async throws {
    try await withWeb { web in
      try await web.fill()
      let reader = try await web.reader(.admin)
      let before = try await Self.state(web)
      for route in Route.all where route.method == .post && (route.takes == .json || route.takes == .yaml) {
        let path = SitePages.address(of: route)
        // What another site can have a browser send without asking first.
        for type in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"] {
          let answer = try await reader.post(path, body: "{}", type: type)
          #expect([403, 415].contains(answer.status), "\(path), \(type): \(answer.status)")
        }
        let answer = try await reader.post(path, body: "{}", type: route.takes.contentTypes[0])
        #expect(answer.status == 403, "\(path)")
      }
      #expect(try await Self.state(web) == before)
    }
  }

  @Test func `nobody is signed in as somebody else by another site`() async throws {
    try await withWeb { web in
      for headers in [["Sec-Fetch-Site": "cross-site"], ["Origin": "https://evil.example"]] {
        let answer = try await Self.signIn(web, headers: headers)
        #expect(answer.status == 403)
        #expect(answer.cookie(SiteCookie.session.name) == nil)
      }
    }
  }

  @Test func `the token of the sign-in form opens no form of a session`() async throws {
    try await withWeb { web in
      let planted = Secret.random()
      let reader = try await web.reader(.operator)
      let cookies = "\(reader.headers["Cookie"] ?? ""); \(SiteCookie.signIn.name)=\(planted)"
      let answer = try await web.stranger.post("/logout", form: ["csrf": planted], headers: ["Cookie": cookies])
      #expect(answer.status == 403)
    }
  }

  // MARK: - Planted and stolen sessions

  @Test(
    "a session that was planted is none, before signing in and after",
    arguments: [String(repeating: "A", count: 43), "", "x", "../../etc/passwd", String(repeating: "a", count: 4000)])
  func fixation(planted: String) async throws {
    try await withWeb { web in
      #expect(try await web.stranger.get("/settings/account", headers: Self.cookie(planted)).status == 303)
      let page = try await web.stranger.get("/login", headers: Self.cookie(planted))
      let both =
        "\(SiteCookie.session.name)=\(planted); \(SiteCookie.signIn.name)=\(page.cookie(SiteCookie.signIn.name) ?? "")"
      let answer = try await web.stranger.post(
        "/login", form: ["name": "admin", "password": WebFixture.password, "csrf": page.formToken ?? ""],
        headers: ["Cookie": both])
      let token = try #require(answer.cookie(SiteCookie.session.name))
      #expect(token != planted)
      #expect(try await web.stranger.get("/settings/account", headers: Self.cookie(token)).status == 200)
      #expect(try await web.stranger.get("/settings/account", headers: Self.cookie(planted)).status == 303)
    }
  }

  @Test func `a stolen cookie is worth nothing once its owner has signed out`() async throws {
    try await withWeb { web in
      let owner = try await web.reader(.operator)
      #expect(try await owner.get("/settings/account").status == 200)
      #expect(try await owner.post("/logout").status == 303)
      #expect(try await owner.get("/settings/account").status == 303)
      #expect(try await owner.post("/settings/account/sessions/end").header("location") == "/login")
    }
  }

  @Test func `a stolen cookie is worth nothing once the password is changed`() async throws {
    try await withWeb { web in
      let owner = try await web.reader(.operator)
      let thief = try await web.reader(.operator)
      let new = "another horse, another battery"
      let changed = try await owner.post(
        "/settings/account/password", ["present": WebFixture.password, "new": new, "again": new])
      #expect(changed.header("location") == "/settings/account")
      #expect(try await thief.get("/settings/account").status == 303)
      #expect(try await owner.get("/settings/account").status == 200)
      #expect(try await Self.signIn(web).status == 401, "nor is the old password")

      let given = "what an admin has given out"
      let reset = try await web.reader(.admin).post("/users/operator/password", ["new": given, "again": given])
      #expect(reset.status == 303)
      #expect(try await owner.get("/settings/account").status == 303)
    }
  }

  @Test func `what an account may not do any more, its sessions may not`() async throws {
    try await withWeb { web in
      let admin = try await web.reader(.admin)
      let session = try await web.reader(.operator)
      let program = web.program(.operator)
      #expect(try await session.get("/spec").status == 200)
      #expect(try await admin.post("/users/operator/role", ["role": "viewer"]).status == 303)
      #expect(try await session.get("/spec").status == 403)
      #expect(try await admin.post("/users/operator/disable").status == 303)
      #expect(try await session.get("/settings/account").status == 303)
      #expect(try await Self.signIn(web).status == 401)
      #expect(try await admin.post("/users/operator/enable").status == 303)
      #expect(try await session.get("/settings/account").status == 303, "it does not come back")

      #expect(try await program.get("/").status == 200)
      #expect(try await admin.post("/tokens/token-operator/revoke").status == 303)
      #expect(try await program.get("/").status == 401)
    }
  }

  // MARK: - Guessing passwords

  @Test func `an account is protected from many addresses, and others are not shut out`() async throws {
    var options = WebServer.Options()
    options.trustedProxies = Set(["127.0.0.1"].compactMap { NetworkAddress($0) })
    try await withWeb(options) { web in
      func guess(_ number: Int, _ password: String, as name: String = "operator") async throws -> WebAnswer {
        try await Self.signIn(
          web, as: name, password: password, headers: ["X-Forwarded-For": "203.0.113.\(number)"])
      }
      var statuses: [Int] = []
      for number in 1...8 { statuses.append(try await guess(number, "guess number \(number)").status) }
      #expect(statuses.prefix(5).allSatisfy { $0 == 401 })
      #expect(statuses.suffix(3).allSatisfy { $0 == 429 })
      #expect(try await guess(99, WebFixture.password).status == 429, "the right one waits as well, or it would show")
      #expect(try await guess(1, WebFixture.password, as: "admin").status == 303)
      // Five minutes are the longest that anybody can keep another out.
      web.advance(300)
      #expect(try await guess(99, WebFixture.password).status == 303)
    }
  }

  @Test func `an address that goes through the accounts is slowed down, whomever it says it speaks for`() async throws {
    try await withWeb { web in
      var last = 401
      var attempts = 0
      while last == 401, attempts < 40 {
        attempts += 1
        // Nobody trusts this one to say who asks.
        last = try await Self.signIn(
          web, as: "user-\(attempts)", password: "Winter2026!", headers: ["X-Forwarded-For": "203.0.113.\(attempts)"]
        ).status
      }
      #expect(last == 429)
      #expect(attempts <= 21)
    }
  }

  @Test func `an answer does not tell whether there is such an account`() async throws {
    try await withWeb { web in
      func answer(_ name: String) async throws -> (status: Int, headers: [String], text: String) {
        let answer = try await Self.signIn(web, as: name, password: "wrong password")
        let token = answer.formToken ?? ""
        return (
          answer.status, answer.headers.map { $0.name }.filter { $0 != "date" }.sorted(),
          answer.text.replacing(token, with: "").replacing(name, with: "")
        )
      }
      let known = try await answer("operator")
      let unknown = try await answer("somebody")
      #expect(known.status == unknown.status)
      #expect(known.headers == unknown.headers)
      #expect(known.text == unknown.text)
    }
  }

  @Test func `a password of a megabyte is no work`() async throws {
    try await withWeb { web in
      let answer = try await Self.signIn(web, password: String(repeating: "x", count: 1 << 20))
      #expect(answer.status == 413)
    }
  }

  // MARK: - Being led elsewhere

  @Test(
    "signing in leads to no other site, and sets no header of another's",
    arguments: [
      "https://evil.example/", "//evil.example/", "///evil.example/", "/\\evil.example/", "\\\\evil.example",
      "/\t/evil.example", "javascript:alert(1)", "/a\r\nSet-Cookie: evil=1", "/a\u{0}b", " //evil.example",
      "evil.example",
      "/\u{FF0F}evil.example", "data:text/html,x",
    ])
  func openRedirect(next: String) async throws {
    try await withWeb { web in
      let answer = try await Self.signIn(web, next: next)
      #expect(answer.status == 303 || answer.status == 400)
      if answer.status == 303 { #expect(answer.header("location") == "/") }
      let signedIn = try await web.reader(.viewer).get("/login?next=\(PercentEncoding.encoded(next))")
      #expect(signedIn.status == 400 || signedIn.header("location") == "/")
      for answer in [answer, signedIn] {
        #expect(answer.headers("set-cookie").allSatisfy { !$0.contains("evil") })
      }
    }
  }

  @Test func `a path that begins like another site's address leads nowhere`() async throws {
    try await withWeb { web in
      for target in ["//evil.example/hosts", "/%2F/evil.example", "/%5Cevil.example", "/hosts?next=//evil.example"] {
        let answer = try await web.stranger.get(target)
        #expect(answer.header("location")?.hasPrefix("/login?next=%2F") ?? true, "\(target)")
      }
    }
  }

  @Test func `the name by which the site is asked for stands in no answer`() async throws {
    try await withWeb { web in
      try await web.fill()
      let cookie = try await web.reader(.admin).headers["Cookie"] ?? ""
      for route in SitePages.all {
        let answer = try await web.client.exchange(
          """
          GET \(SitePages.address(of: route)) HTTP/1.1\r
          Host: evil.example\r
          X-Forwarded-Host: evil.example\r
          X-Forwarded-Proto: https\r
          Forwarded: host=evil.example\r
          X-Original-URL: /users\r
          X-Rewrite-URL: /users\r
          Cookie: \(cookie)\r
          Connection: close\r
          \r

          """)
        let found = try #require(answer)
        #expect(!found.text.contains("evil.example"), "\(route.path)")
        #expect(found.headers.allSatisfy { !$0.value.contains("evil.example") }, "\(route.path)")
      }
    }
  }
}
