// The description of the API against the routes, and against what they answer.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct OpenAPITests {
  private static let document = ApiDescription.whole
  private static let checker = SchemaChecker(document: document)
  private static let routes = Route.all.filter(\.isForPrograms)

  /// What the description says of a route.
  private static func description(of route: Route) -> YAMLValue? {
    document["paths"]?[ApiDescription.templated(route.path)]?[route.method.rawValue.lowercased()]
  }

  // MARK: - The routes

  @Test func `every route of the API is described, and nothing else is`() {
    for route in Self.routes {
      #expect(Self.description(of: route) != nil, "\(route.method) \(route.path)")
    }
    let described = (document["paths"]?.members ?? []).flatMap { $0.value.members }
    #expect(described.count == Self.routes.count)
    #expect(Route.all.allSatisfy { $0.operation == nil || $0.isForPrograms })
  }

  private var document: YAMLValue { Self.document }

  @Test func `every operation is told apart, and says who may ask for it`() {
    let operations = Self.routes.compactMap { Self.description(of: $0) }
    let names = operations.compactMap { $0["operationId"]?.text }
    #expect(Set(names).count == Self.routes.count)
    for route in Self.routes {
      let operation = Self.description(of: route)
      #expect(operation?["summary"]?.text?.hasSuffix(".") ?? false, "\(route.path)")
      guard case .role(let role) = route.access else {
        Issue.record("\(route.path) is for anyone")
        continue
      }
      #expect(operation?["x-role"]?.text == role.rawValue)
      let hasBody = operation?["requestBody"] != nil
      #expect(hasBody == (route.takes != .nothing), "\(route.path)")
    }
  }

  @Test func `what stands in a path is described, and what is described stands there`() {
    for route in Self.routes {
      let open = route.path.split(separator: "/").filter { $0.hasPrefix(":") }.map { String($0.dropFirst()) }
      let read = (route.operation?.reads ?? []).filter { $0.place == .path }.map(\.name)
      #expect(Set(open) == Set(read), "\(route.path)")
      let names = (route.operation?.reads ?? []).map { "\($0.place) \($0.name)" }
      #expect(Set(names).count == names.count, "\(route.path)")
    }
  }

  @Test func `every reference leads somewhere`() {
    func references(in value: YAMLValue) -> [String] {
      switch value {
      case .map(let members):
        members.flatMap { $0.key == "$ref" ? [$0.value.text ?? ""] : references(in: $0.value) }
      case .list(let items): items.flatMap { references(in: $0) }
      default: []
      }
    }
    let all = references(in: Self.document)
    #expect(all.count > 20)
    for reference in Set(all) { #expect(Self.checker.resolve(reference) != nil, "\(reference)") }
    #expect(Set(ApiSchemas.all.map(\.name)).count == ApiSchemas.all.count)
  }

  // MARK: - What is asked

  @Test func `every parameter that is described is read`() async throws {
    try await withWeb { web in
      try await web.fill()
      let program = web.program(.admin)
      for route in Self.routes where route.method == .get && route.path != "/api/stream" {
        let path = SitePages.address(of: route)
        #expect(try await program.get(path).status == 200, "\(path)")
        for parameter in route.operation?.reads ?? [] where parameter.place == .query {
          // A text may be anything; what is anything else is complained of.
          let isText = ["text", "label", "schedule"].contains(parameter.name)
          let answer = try await program.get("\(path)?\(parameter.name)=%20%21")
          #expect(answer.status == (isText ? 200 : 400), "\(path)?\(parameter.name): \(answer.status)")
          guard !parameter.isRepeated else { continue }
          let twice = try await program.get("\(path)?\(parameter.name)=1&\(parameter.name)=1")
          #expect(twice.status == 400, "\(path)?\(parameter.name) twice")
        }
        let unknown = try await program.get("\(path)?colour=red")
        #expect(unknown.status == 400, "\(path)")
        #expect(try unknown.json()["detail"]?.text?.contains("`colour` is no parameter of this") ?? false)
      }
    }
  }

  @Test func `what is not described cannot be read`() async throws {
    let route = Route.api(
      .get, "/api/forgetful", .viewer, "Reads what it does not name.",
      Operation(id: "forget", tag: "Tests", answers: [.ok("Changed", "Never")])
    ) { call in .json(.int(Int64(try call(Ask.limit)))) }
    try await withWeb(routes: [route]) { web async throws in
      #expect(try await web.program(.viewer).get("/api/forgetful").status == 500)
    }
  }

  // MARK: - What is answered

  @Test(arguments: [Role.viewer, .admin])
  func `real answers are as described`(role: Role) async throws {
    try await withWeb { web in
      try await web.fill()
      let host = try HostName(text: "web-9")
      try await web.apply("hosts: {web-9: {}}")
      try await web.store.delete(.host(host), as: ChangeOrigin(source: "tests", actor: "tests"), at: web.now)
      for route in Self.routes where route.method == .get && route.path != "/api/stream" {
        guard case .role(let needed) = route.access, needed <= role else { continue }
        for path in [SitePages.address(of: route)] + Self.more(of: route) {
          let answer = try await web.program(role).get(path)
          #expect(answer.status == 200, "\(path): \(answer.status) \(answer.text.prefix(200))")
          try Self.check(answer, of: route, path)
        }
      }
    }
  }

  /// Further addresses of a route, of things of other sorts.
  private static func more(of route: Route) -> [String] {
    switch route.path {
    case "/api/hosts/:host": ["/api/hosts/web-2"]
    case "/api/runs/:id": ["/api/runs/6"]
    case "/api/hosts": ["/api/hosts?limit=1", "/api/hosts?condition=retained"]
    default: []
    }
  }

  @Test func `answers to what changes something are as described`() async throws {
    try await withScratchDirectory("api") { scratch in
      let snapshot = "backups/web-1/scheduled/\(WebFixture.snapshotName)"
      try scratch.write("hello", to: "\(snapshot)/data/greeting")
      try scratch.write("status: success\n", to: "\(snapshot)/meta/meta.yaml")
      try await withWeb { web in
        try await web.fill(SiteContent(backupRoot: scratch.path("backups")))
        let program = web.program(.admin)
        var good = 0
        for route in Self.routes where route.method == .post {
          let path = SitePages.address(of: route)
          let body = route.takes == .yaml ? "version: 1\nset: more\nhosts: {db-1: {}}\n" : "{}"
          for body in [body, "", "[]", "{\"nothing\": 1}"] {
            let answer = try await program.post(path, body: body, type: route.takes.contentTypes[0])
            try Self.check(answer, of: route, "\(path) \(body)")
            if answer.status < 300 { good += 1 }
          }
        }
        #expect(good > 6)
      }
    }
  }

  @Test func `problems are as described, those of specs with their places`() async throws {
    try await withWeb { web in
      try await web.fill()
      let route = try #require(Self.routes.first { $0.path == "/api/apply" })
      for (body, status) in [
        ("version: 1\nhosts: {web-1: {retenton: x}}\n", 422), ("", 400), ("version: 1\nhosts: {web-1: {}}\n", 200),
        ("version: 1\nset: other\nhosts: {web-1: {profile: linux}}\n", 409),
      ] {
        let answer = try await web.program(.operator).post("/api/apply", body: body, type: "application/yaml")
        #expect(answer.status == status, "\(body): \(answer.text)")
        try Self.check(answer, of: route, body)
      }
      for answer in [
        try await web.stranger.get("/api/status"), try await web.program(.viewer).get("/api/settings"),
        try await web.program(.viewer).get("/api/nowhere"), try await web.program(.viewer).get("/api/hosts/nobody"),
      ] {
        #expect(Self.checker.complaints(try answer.json(), Schema.named("Problem")) == [])
      }
    }
  }

  /// Holds an answer against what is described for its status.
  private static func check(_ answer: WebAnswer, of route: Route, _ what: String) throws {
    let responses = description(of: route)?["responses"]
    let range = "\(answer.status / 100)XX"
    guard var response = responses?["\(answer.status)"] ?? responses?[range] else {
      Issue.record("\(what): \(answer.status) is not described")
      return
    }
    if let reference = response["$ref"]?.text { response = try #require(checker.resolve(reference)) }
    let type = answer.header("content-type")?.split(separator: ";").first.map(String.init) ?? ""
    guard let schema = response["content"]?[type]?["schema"] else {
      Issue.record("\(what): \(type) is not described for \(answer.status)")
      return
    }
    for header in response["headers"]?.members ?? [] {
      #expect(answer.header(header.key.lowercased()) != nil, "\(what): \(header.key)")
    }
    guard type != "text/plain" else { return }
    let complaints = checker.complaints(try answer.json(), schema)
    #expect(complaints == [], "\(what): \(complaints.prefix(5))")
  }
}
