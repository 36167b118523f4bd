// Who may ask for what: every route for everybody, and what keeps forms of other sites out.

import HTTPTypes
import Store
import Support
import Testing

@testable import Web

@Suite struct AccessTests {
  /// Who may ask for each route. A route that is not listed here fails the tests: whoever adds one has to say it twice.
  static let expected: [String: Access] = [
    "GET /login": .anyone,
    "POST /login": .anyone,
    "POST /logout": .role(.viewer),
    "GET /assets/style.css": .anyone,
    "GET /assets/pobsync.js": .anyone,
    "GET /favicon.svg": .anyone,
    "GET /healthz": .anyone,
    "GET /readyz": .anyone,
    // Whether a token is needed is decided by an option.
    "GET /metrics": .anyone,
    "GET /api/stream": .role(.viewer),
    "GET /runs": .role(.viewer),
    "GET /runs/:id": .role(.viewer),
    "POST /runs/:id/cancel": .role(.operator),
    "POST /runs/:id/retry": .role(.operator),
    "GET /events": .role(.viewer),
    "GET /purges": .role(.operator),
    "GET /deliveries": .role(.operator),
    "GET /audit": .role(.admin),
    "GET /settings/account": .role(.viewer),
    "POST /settings/account/password": .role(.viewer),
    "POST /settings/account/sessions/end": .role(.viewer),
    "GET /tokens": .role(.admin),
    "POST /tokens": .role(.admin),
    "POST /tokens/:token/revoke": .role(.admin),
    "GET /users": .role(.admin),
    "POST /users": .role(.admin),
    "GET /users/:user": .role(.admin),
    "POST /users/:user/role": .role(.admin),
    "POST /users/:user/password": .role(.admin),
    "POST /users/:user/disable": .role(.admin),
    "POST /users/:user/enable": .role(.admin),
    "POST /users/:user/sessions/end": .role(.admin),
    "GET /hosts/:host/preflight": .role(.operator),
    "POST /hosts/:host/preflight": .role(.operator),
    "GET /hosts/:host/dry-run": .role(.operator),
    "POST /hosts/:host/dry-run": .role(.operator),
    "POST /hosts/:host/host-key/approve": .role(.admin),
    "GET /": .role(.viewer),
    "GET /hosts": .role(.viewer),
    "GET /hosts/:host": .role(.viewer),
    "GET /hosts/:host/values": .role(.operator),
    "GET /hosts/:host/snapshots/:kind/:name": .role(.viewer),
    "GET /hosts/:host/snapshots/:kind/:name/remove": .role(.admin),
    "POST /hosts/:host/backup": .role(.operator),
    "POST /hosts/:host/run-requested": .role(.operator),
    "POST /hosts/:host/discover": .role(.operator),
    "POST /hosts/:host/pause": .role(.operator),
    "POST /hosts/:host/resume": .role(.operator),
    "POST /hosts/:host/accept": .role(.operator),
    "POST /hosts/:host/snapshots/:kind/:name/pin": .role(.operator),
    "POST /hosts/:host/snapshots/:kind/:name/unpin": .role(.operator),
    "POST /hosts/:host/snapshots/:kind/:name/remove": .role(.admin),
    "GET /snapshots": .role(.viewer),
    "GET /download/:host/:kind/:name/**": .role(.operator),
    "GET /snapshots/:host/:kind/:name": .role(.operator),
    "GET /snapshots/:host/:kind/:name/**": .role(.operator),
    "GET /tar/:host/:kind/:name": .role(.operator),
    "GET /tar/:host/:kind/:name/**": .role(.operator),
    "GET /restore/:host/:kind/:name": .role(.operator),
    "POST /restore/:host/:kind/:name": .role(.operator),
    "GET /restore/:host/:kind/:name/**": .role(.operator),
    "POST /restore/:host/:kind/:name/**": .role(.operator),
    "GET /restore-original/:host/:kind/:name": .role(.admin),
    "POST /restore-original/:host/:kind/:name": .role(.admin),
    "GET /restore-original/:host/:kind/:name/**": .role(.admin),
    "POST /restore-original/:host/:kind/:name/**": .role(.admin),
    "GET /ssh-keys": .role(.operator),
    "POST /ssh-keys": .role(.admin),
    "GET /ssh-keys/:host": .role(.operator),
    "POST /ssh-keys/:host/generate": .role(.admin),
    "POST /ssh-keys/:host/use": .role(.operator),
    "GET /hosts/:host/delete": .role(.operator),
    "POST /hosts/:host/delete": .role(.operator),
    "GET /edit/:kind/:name/delete": .role(.operator),
    "POST /edit/:kind/:name/delete": .role(.operator),
    "GET /hosts/new": .role(.operator),
    "POST /hosts/new": .role(.operator),
    "GET /hosts/:host/edit": .role(.operator),
    "POST /hosts/:host/edit": .role(.operator),
    "GET /new/:kind": .role(.operator),
    "POST /new/:kind": .role(.operator),
    "GET /edit/:kind/:name": .role(.operator),
    "POST /edit/:kind/:name": .role(.operator),
    "GET /retention": .role(.operator),
    "GET /hosts/:host/retention": .role(.operator),
    "POST /hosts/:host/retention/apply": .role(.admin),
    "GET /spec": .role(.operator),
    "POST /spec/edit": .role(.operator),
    "POST /spec/diff": .role(.operator),
    "POST /spec/apply": .role(.operator),
    "GET /spec/export": .role(.operator),
    "GET /spec/changes": .role(.operator),
    "GET /settings": .role(.viewer),
    "GET /api/status": .role(.viewer),
    "GET /api/openapi.json": .role(.viewer),
    "GET /api/hosts": .role(.viewer),
    "GET /api/hosts/:host": .role(.viewer),
    "GET /api/hosts/:host/plan": .role(.operator),
    "POST /api/hosts/:host/backup": .role(.operator),
    "POST /api/hosts/:host/discover": .role(.operator),
    "POST /api/hosts/:host/pause": .role(.operator),
    "POST /api/hosts/:host/resume": .role(.operator),
    "POST /api/hosts/:host/snapshots/:kind/:snapshot/pin": .role(.operator),
    "POST /api/hosts/:host/snapshots/:kind/:snapshot/unpin": .role(.operator),
    "GET /api/snapshots": .role(.viewer),
    "GET /api/runs": .role(.viewer),
    "GET /api/runs/:id": .role(.viewer),
    "GET /api/runs/:id/log": .role(.operator),
    "POST /api/runs/:id/cancel": .role(.operator),
    "GET /api/events": .role(.viewer),
    "GET /api/purges": .role(.operator),
    "GET /api/deliveries": .role(.operator),
    "GET /api/settings": .role(.operator),
    "GET /api/schedules": .role(.operator),
    "GET /api/retention": .role(.operator),
    "GET /api/profiles": .role(.operator),
    "GET /api/notifications": .role(.operator),
    "POST /api/apply": .role(.operator),
    "POST /api/diff": .role(.operator),
  ]

  @Test func `every route has the access that is written down for it`() {
    var found: [String: Access] = [:]
    for route in Route.all {
      let name = Self.name(of: route)
      #expect(found[name] == nil, "\(name) is there twice")
      found[name] = route.access
      #expect(Self.expected[name] == route.access, "\(name)")
    }
    for name in Self.expected.keys { #expect(found[name] != nil, "\(name) is written down, and is not there") }
  }

  @Test func `nobody gets further than a route allows`() async throws {
    try await withWeb({ $0.metricsNeedToken = false }) { web in
      var readers: [(role: Role?, isProgram: Bool, reader: WebReader)] = [(nil, false, web.stranger)]
      for role in Role.allCases {
        // Each on its own, for posting to /logout ends a session.
        readers.append((role, false, try await web.reader(role)))
        readers.append((role, true, web.program(role)))
      }
      for route in Route.all {
        for (role, isProgram, reader) in readers {
          let answer = try await Self.ask(for: route, as: reader)
          let what = "\(Self.name(of: route)) as \(isProgram ? "program " : "")\(role?.rawValue ?? "nobody")"
          Self.check(answer, of: route, for: role, isProgram: isProgram, what)
        }
      }
    }
  }

  private static func check(_ answer: WebAnswer, of route: Route, for role: Role?, isProgram: Bool, _ what: String) {
    #expect(answer.status < 500 || answer.status == 503, "\(what): \(answer.status)")
    let isTurnedAway =
      answer.status == 401 || answer.header("location")?.hasPrefix("/login") ?? false
      || (answer.status == 403 && !answer.text.contains("The form was not accepted"))
    guard case .role(let needed) = route.access else {
      #expect(!isTurnedAway, "\(what): \(answer.status)")
      return
    }
    guard let role else {
      #expect(answer.status == (route.isForPrograms ? 401 : 303), "\(what)")
      #expect(route.isForPrograms || isTurnedAway, "\(what)")
      return
    }
    if role < needed {
      #expect(answer.status == 403, "\(what)")
    } else {
      #expect(!isTurnedAway, "\(what): \(answer.status)")
    }
  }

  /// Asks so that nothing is changed by whoever may: a form without its token, a document of no known type.
  private static func ask(for route: Route, as reader: WebReader) async throws -> WebAnswer {
    let path = path(for: route)
    guard route.method != .get else { return try await reader.head(path) }
    let isForm = reader.csrf != nil && route.takes == .form
    return try await reader.post(
      path, body: isForm ? "" : "x", type: isForm ? "application/x-www-form-urlencoded" : "text/none")
  }

  private static func path(for route: Route) -> String {
    let parts = route.path.split(separator: "/").map { part -> String in
      switch part {
      case ":host": "web-1"
      case "**": "etc"
      default: part.hasPrefix(":") ? "1" : String(part)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func name(of route: Route) -> String { "\(route.method.rawValue) \(route.path)" }

  // MARK: - Forms of other sites

  /// A route that changes something, to see whether it is reached.
  private static let change = [
    Route.post("/change", .role(.operator), "Changes something.") { _, _ in .text("changed") },
    Route.post("/api/change", .role(.operator), takes: .json, "Changes something.") { _, _ in .text("changed") },
    Route.get("/form", .role(.viewer), "Shows a form.") { _, _ in .page(Page("Form", in: .none, .csrf, [String]())) },
  ]

  @Test func `a form is taken with the token of its session only`() async throws {
    try await withWeb(routes: Self.change) { web in
      let reader = try await web.reader(.operator)
      let other = try await web.reader(.operator)
      #expect(try await reader.post("/change").text == "changed")
      #expect(try await reader.post("/change", form: [:]).status == 403, "without a token")
      #expect(try await reader.post("/change", csrf: "").status == 403, "with none in it")
      #expect(try await reader.post("/change", csrf: other.csrf).status == 403, "with that of another session")
      let shown = try await reader.get("/form")
      #expect(shown.formToken == reader.csrf)
      #expect(!shown.text.contains("\u{1}"))
      let entries = try await web.store.audit(action: "session.refused", limit: 10)
      #expect(entries.count == 3)
      #expect(entries.allSatisfy { $0.actor == "operator" && $0.subject == "/change" })
    }
  }

  @Test func `a document is taken with the token in a header`() async throws {
    try await withWeb(routes: Self.change) { web in
      let reader = try await web.reader(.operator)
      let token = try #require(reader.csrf)
      let refused = try await reader.post("/api/change", body: "{}", type: "application/json")
      #expect(refused.status == 403)
      #expect(refused.header("content-type") == "application/problem+json")
      let taken = try await reader.post(
        "/api/change", body: "{}", type: "application/json", headers: ["X-CSRF-Token": token])
      #expect(taken.text == "changed")
      let program = try await web.program(.operator).post("/api/change", body: "{}", type: "application/json")
      #expect(program.text == "changed", "a token of the API needs none")
    }
  }

  @Test(
    "what a browser says of where a form comes from is heeded",
    arguments: [
      (["Sec-Fetch-Site": "cross-site"], false), (["Sec-Fetch-Site": "same-site"], false),
      (["Sec-Fetch-Site": "same-origin"], true), (["Origin": "https://evil.example"], false),
      (["Origin": "null"], false),
      // The browser itself is surer than names that a proxy may have changed.
      (["Sec-Fetch-Site": "same-origin", "Origin": "https://backup.example.net"], true),
    ] as [([String: String], Bool)])
  func origin(headers: [String: String], isTaken: Bool) async throws {
    try await withWeb(routes: Self.change) { web in
      let answer = try await web.reader(.operator).post("/change", headers: headers)
      #expect(answer.status == (isTaken ? 200 : 403))
    }
  }

  @Test func `the same origin is told by the name in the address`() async throws {
    try await withWeb(routes: Self.change) { web in
      let reader = try await web.reader(.operator)
      let own = ["Origin": "http://127.0.0.1:\(web.client.port)"]
      #expect(try await reader.post("/change", headers: own).status == 200)
    }
  }

  // MARK: - Being sent to the sign-in page

  @Test func `a page sends strangers to sign in and back`() async throws {
    try await withWeb(routes: Self.change) { web in
      let answer = try await web.stranger.get("/form?a=1&b=%2F")
      #expect(answer.status == 303)
      #expect(answer.header("location") == "/login?next=%2Fform%3Fa%3D1%26b%3D%252F")
      #expect(try await web.stranger.post("/change").header("location") == "/login")
      #expect(try await web.stranger.post("/api/change", body: "{}", type: "application/json").status == 401)
    }
  }

  @Test(
    "only paths of this site are gone to after signing in",
    arguments: [
      ("/hosts?x=1", true), ("/", true), ("//evil.example", false), ("/\\evil.example", false),
      ("https://evil.example", false), ("", false), ("hosts", false), ("/a\nb", false), ("/\tevil", false),
    ])
  func next(path: String, isLocal: Bool) { #expect(Gate.localPath(path) == (isLocal ? path : nil)) }

  @Test func `a token that does not hold is told so rather than taken for nobody`() async throws {
    try await withWeb(routes: Self.change) { web in
      let answer = try await web.stranger.get("/form", headers: ["Authorization": "Bearer wrong"])
      #expect(answer.status == 401)
      #expect(answer.header("www-authenticate") == "Bearer")
    }
  }
}
