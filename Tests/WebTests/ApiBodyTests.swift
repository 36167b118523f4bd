// What the API is sent: documents that are none, keys that are none, and specs with all that may be wrong with them.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct ApiBodyTests {
  // MARK: - Members

  @Test(arguments: [
    ("{\"pruen\": true}", "$.pruen is no member of this; did you mean `prune`?"),
    ("{\"kind\": \"manual\", \"colour\": 1}", "$.colour is no member of this; there are kind, prune"),
    ("{\"kind\": \"weekly\"}", "$.kind is `weekly`; it takes manual or scheduled"),
    ("{\"kind\": 1}", "$.kind is `1`; it takes manual or scheduled"),
    ("{\"kind\": [\"manual\"]}", "$.kind is"), ("{\"prune\": \"yes\"}", "$.prune is `yes`; it takes whether"),
    ("{\"prune\": 1}", "$.prune is `1`"), ("[]", "its body is no JSON object"), ("null", "its body is no JSON object"),
    ("{\"kind\": \"manual\", \"kind\": \"manual\"}", "the key `kind` stands twice"),
    ("{\"prune\": tru", "its body is not JSON: line 1, column 11"),
    ("{\"prune\": 99999999999999999999}", "is too large a number"), ("{\"prune\": NaN}", "this is no value"),
  ])
  func `what a body may not hold is told by its place`(body: String, words: String) async throws {
    try await withWeb { web in
      try await web.fill()
      let answer = try await web.program(.operator).post(
        "/api/hosts/web-1/backup", body: body, type: "application/json")
      #expect(answer.status == 400)
      let detail = try answer.json()["detail"]?.text ?? ""
      #expect(detail.contains(words), "\(detail)")
      #expect(try await web.store.queueLength() == 1, "nothing was queued")
    }
  }

  @Test func `a member that is null is left out, and so is an empty body`() async throws {
    try await withWeb { web in
      try await web.fill()
      for body in ["", "{}", "{\"for\": null, \"reason\": null}"] {
        let answer = try await web.program(.operator).post(
          "/api/hosts/web-1/pause", body: body, type: "application/json")
        #expect(answer.status == 200, "\(body)")
        #expect(try answer.json()["until"] == .null)
      }
    }
  }

  @Test func `a body of members is small, and not deep`() async throws {
    try await withWeb { web async throws in
      let program = web.program(.admin)
      let long = "{\"reason\": \"\(String(repeating: "x", count: 70_000))\"}"
      #expect(try await program.post("/api/hosts/web-1/pause", body: long, type: "application/json").status == 413)
      let deep = String(repeating: "[", count: 1000)
      #expect(try await program.post("/api/hosts/web-1/pause", body: deep, type: "application/json").status == 400)
      let wide = "{\"reason\": [\(Array(repeating: "1", count: 2000).joined(separator: ","))]}"
      #expect(try await program.post("/api/hosts/web-1/pause", body: wide, type: "application/json").status == 400)
    }
  }

  // MARK: - Specs

  private static let root = "settings: {backup_root: /nowhere/backups}"

  private static func apply(
    _ body: String, _ query: String = "", type: String = "application/yaml", in web: WebFixture
  ) async throws -> WebAnswer {
    try await web.program(.admin).post("/api/apply\(query)", body: body, type: type)
  }

  private static func bundle(_ files: [(String, String)]) -> String {
    JSONWriter.compact(
      .map([
        YAMLPair(
          "files",
          .list(files.map { .map([YAMLPair("file", .string($0.0)), YAMLPair("content", .string($0.1))]) }))
      ]))
  }

  @Test func `a spec is applied, and its text kept`() async throws {
    try await withWeb { web in
      let text = "version: 1\nset: fleet\n\(Self.root)\nhosts: {web-1: {}, web-2: {}}\n"
      let planned = try await Self.apply(text, "?dry_run=true", in: web)
      #expect(try planned.json()["dry_run"] == .bool(true))
      #expect(try await web.store.desired().spec.hosts.isEmpty)
      let applied = try await Self.apply(text, in: web)
      #expect(applied.status == 200, "\(applied.text)")
      let resources = try applied.json()["resources"]?.items ?? []
      #expect(resources.compactMap { $0["resource"]?.text } == ["settings/global", "host/web-1", "host/web-2"])
      #expect(resources.allSatisfy { $0["change"] == .string("created") })
      #expect(try await web.store.specFiles(of: "fleet").map(\.content) == [text])
      let again = try await Self.apply(text, in: web).json()["resources"]?.items ?? []
      #expect(again.allSatisfy { $0["change"] == .string("unchanged") })
      let entries = try await web.store.audit(action: "spec.apply", limit: 10)
      #expect(entries.map(\.subject) == ["spec/fleet", "spec/fleet"])
      #expect(entries.map { $0.after?.contains("\"host/web-2\":") } == [false, true])
    }
  }

  @Test func `a spec without a set is an edit, which deletes nothing`() async throws {
    try await withWeb { web async throws in
      let text = "version: 1\nhosts: {web-1: {}}\n"
      #expect(try await Self.apply(text, "?prune=true", in: web).status == 400)
      #expect(try await Self.apply(text, "?take_over=true", in: web).status == 400)
      #expect(try await Self.apply(text, "?max_removals=1", in: web).status == 400)
      #expect(try await Self.apply(text, "?set=cli", in: web).status == 400)
      #expect(try await Self.apply(text, in: web).json()["set"] == .string("web"))
      #expect(try await Self.apply(text, "?set=mine&take_over=true", in: web).json()["set"] == .string("mine"))
    }
  }

  @Test func `what is wrong with files is told by their names, lines and columns`() async throws {
    try await withWeb { web in
      let files = [
        ("/etc/pobsync/a.yaml", "version: 1\nset: fleet\nhosts:\n  web-1: {retenton: x}\n"),
        ("b.yaml", "version: 1\nschedules: {nightly: {cron: 'never'}}\n"),
      ]
      let answer = try await Self.apply(Self.bundle(files), type: SpecUpload.bundleType, in: web)
      #expect(answer.status == 422)
      let problem = try answer.json()
      #expect(problem["code"] == .string("invalid_spec"))
      let diagnostics = (problem["diagnostics"]?.items ?? []).compactMap { Diagnostic(reading: $0) }
      #expect(diagnostics.map(\.file) == ["/etc/pobsync/a.yaml", "b.yaml"])
      #expect(diagnostics.first?.range.start == SourcePosition(line: 4, column: 11))
      #expect(diagnostics.first?.excerpt == "  web-1: {retenton: x}")
      #expect(diagnostics.first?.hint?.contains("retention") ?? false)
    }
  }

  @Test(arguments: [
    "{}", "[]", "{\"files\": []}", "{\"files\": [1]}", "{\"files\": [{\"file\": \"a\"}]}",
    "{\"files\": [{\"file\": \"\", \"content\": \"\"}]}", "{\"files\": [{\"file\": 1, \"content\": \"\"}]}",
    "{\"files\": [{\"file\": \"a\\nb\", \"content\": \"\"}]}",
    "{\"files\": [{\"file\": \"a\", \"content\": \"\", \"more\": 1}]}",
    "{\"files\": [{\"file\": \"a\", \"content\": \"\"}, {\"file\": \"a\", \"content\": \"\"}]}",
    "{\"files\": [{\"file\": \"a\", \"content\": \"\"}], \"more\": 1}",
  ])
  func `files that are none are refused`(body: String) async throws {
    try await withWeb { web async throws in
      #expect(try await Self.apply(body, type: SpecUpload.bundleType, in: web).status == 400)
    }
  }

  @Test func `many complaints about long lines do not make a longer answer`() async throws {
    try await withWeb { web in
      let keys = (0..<90).map { "k\($0): 1" }.joined(separator: ", ")
      let long = "version: 1\nhosts: {web-1: {\(keys)}} # \(String(repeating: "x", count: 15_000))\n"
      let files = (0..<40).map { ("\($0).yaml", long.replacing("web-1", with: "web-\($0)")) }
      let answer = try await Self.apply(Self.bundle(files), type: SpecUpload.bundleType, in: web)
      #expect(answer.status == 422)
      #expect(answer.body.count < 1 << 20, "\(answer.body.count)")
    }
  }

  @Test func `what others own, and what would remove too much, is a conflict with a remedy`() async throws {
    try await withWeb { web in
      let hosts = (1...30).map { "web-\($0): {}" }.joined(separator: ", ")
      #expect(try await Self.apply("version: 1\nset: fleet\nhosts: {\(hosts)}\n", in: web).status == 200)
      let other = try await Self.apply("version: 1\nset: other\nhosts: {web-1: {address: a}}\n", in: web)
      #expect(other.status == 409)
      #expect(try other.json()["code"] == .string("conflict"))
      #expect(try other.json()["remedy"]?.text?.contains("take") ?? false)
      let fewer = "version: 1\nset: fleet\nhosts: {web-1: {}}\n"
      let guarded = try await Self.apply(fewer, "?prune=true", in: web)
      #expect(guarded.status == 409)
      #expect(try guarded.json()["code"] == .string("too_many_removals"))
      #expect(try guarded.json()["remedy"]?.text?.contains("29") ?? false)
      #expect(try await Self.apply(fewer, "?prune=true&dry_run=true", in: web).status == 409)
      #expect(try await web.store.desired().spec.hosts.count == 30)
      #expect(try await Self.apply(fewer, "?prune=true&max_removals=29", in: web).status == 200)
      #expect(try await web.store.desired().spec.hosts.count == 1)
    }
  }

  // MARK: - Differences

  @Test func `a difference changes nothing, and tells all`() async throws {
    try await withScratchDirectory("api") { scratch in
      try await withWeb { web in
        let root = "settings: {backup_root: \(scratch.path("backups"))}"
        let text = "version: 1\nset: fleet\n\(root)\nhosts: {web-1: {}, web-2: {}}\n"
        #expect(try await Self.apply(text, in: web).status == 200)
        let program = web.program(.admin)
        let changed = text.replacing("web-2: {}", with: "web-3: {address: b}")
        let answer = try await program.post("/api/diff?prune=true", body: changed, type: "application/yaml")
        #expect(answer.status == 200, "\(answer.text)")
        let report = try answer.json()
        let changes = (report["changes"]?.items ?? []).map {
          "\($0["resource"]?.text ?? "") \($0["change"]?.text ?? "")"
        }
        #expect(changes == ["host/web-3 created", "host/web-2 deleted"])
        #expect(report["differs"] == .bool(true))
        #expect(try await web.store.desired().spec.hosts.count == 2)
        let left = try await program.post("/api/diff", body: changed, type: "application/yaml").json()
        #expect(left["undeclared"] == .texts(["host/web-2"]))
        let asIs = try await program.post("/api/diff", body: "", type: "application/yaml").json()
        #expect(asIs["changes"] == .list([]))
        #expect(try await program.post("/api/diff?prune=true", body: "", type: "application/yaml").status == 400)
        let stored = try await web.store.desired()
        let own = try await DiffReport(of: nil, to: stored, in: web.site.environment)
        #expect(asIs == .map(own.members))
      }
    }
  }
}
