// Attacks by what is to be read: JSON and YAML that are none, that grow, or that hold numbers too large.

import Foundation
import HTTPTypes
import Spec
import Store
import Support
import Testing

@testable import Web

extension AttackTests {
  // MARK: - Documents

  private static let json: [String] = [
    "", "{", "[", "\"", "nul", "{\"a\":}", "{\"a\":1,}", "[1,2", "{'a':1}", "NaN", "[Infinity]", "1e999999", "-",
    "{\"limit\":99999999999999999999}", "{\"limit\":1e400}", "{\"a\":1,\"a\":2}", "\"\\ud800\"", "\"\\u0000\"", "[]",
    "null",
    "{\"kind\":{\"kind\":{}}}", "{\"until\":\"9999999999-01-01\"}", "{\"reason\":[1]}", "true", "\u{FEFF}{}",
    String(repeating: "[", count: 100_000), String(repeating: "{\"a\":", count: 100_000),
    "{\"reason\":\"\(String(repeating: "x", count: 1 << 20))\"}",
  ]

  private static let yaml: [String] = [
    "{", "a: [", "a: b: c", "\t- x", "&a [*a]", "*unknown", "!!python/object:os.system x", "--- a\n--- b",
    "%YAML 9.9\n---\n",
    "version: 99999999999999999999", "version: 0x7fffffffffffffffff", "version: 1\nhosts: 1", "version: 1\nhosts: [a]",
    "version: 1\nhosts: {web-1: {ssh: {port: 99999999999999999999}}}", "\u{1}", "a: \u{FFFE}",
    "version: 1\nretention: {a: {keep_daily: 9223372036854775808}}",
    "version: 1\nschedules: {a: {cron: '@daily', jitter: 99999999999999999999h}}",
    String(repeating: "[", count: 100_000), String(repeating: "a:\n ", count: 20_000),
    String(repeating: "- ", count: 100_000), bomb, wideBomb,
  ]

  /// A billion of nothing, by way of aliases.
  private static let bomb: String = {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 {
      let aliases = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(aliases)]\n"
    }
    return text
  }()

  /// The same by merging.
  private static let wideBomb: String = {
    let keys = (0..<2000).map { "k\($0): 1" }.joined(separator: ", ")
    let merged = (0..<2000).map { "m\($0): {<<: *base}" }.joined(separator: "\n")
    return "base: &base {\(keys)}\n\(merged)\n"
  }()

  /// Whoever waits longer than this for an answer is being kept from others.
  private static let patience = Duration.seconds(20)

  @Test func `documents that are none get an answer, and soon`() async throws {
    try await withWeb { web in
      try await web.fill()
      let program = web.program(.admin)
      for route in Route.all where route.method == .post && (route.takes == .json || route.takes == .yaml) {
        let path = SitePages.address(of: route)
        for text in Self.json + (route.takes == .yaml ? Self.yaml : []) {
          let clock = ContinuousClock()
          let begun = clock.now
          let answer = try await program.post(path, body: text, type: route.takes.contentTypes[0])
          #expect(answer.status < 500, "\(path): \(answer.status) to \(text.prefix(60))")
          #expect(clock.now - begun < Self.patience, "\(path): \(text.prefix(60))")
          guard answer.status >= 400 else { continue }
          #expect(answer.header("content-type") == "application/problem+json", "\(path): \(text.prefix(60))")
        }
      }
    }
  }

  @Test func `specs that are none get an answer on the page, and soon`() async throws {
    try await withWeb { web in
      try await web.fill()
      let reader = try await web.reader(.operator)
      for text in Self.yaml + Self.json {
        for (path, fields) in [
          ("/spec/diff", ["text": text]), ("/hosts/new", ["as": "yaml", "text": text, "step": "review"]),
        ] {
          let clock = ContinuousClock()
          let begun = clock.now
          let answer = try await reader.post(path, fields)
          // A list of nothing may be a spec without anything in it.
          #expect(answer.status < 500, "\(path): \(answer.status) to \(text.prefix(60))")
          #expect(clock.now - begun < Self.patience, "\(path): \(text.prefix(60))")
        }
      }
      #expect(try await web.store.desired().spec.hosts.count == 3)
    }
  }

  @Test func `what is not UTF-8 is refused`() async throws {
    try await withWeb { web in
      let program = web.program(.admin)
      for route in Route.all where route.method == .post && (route.takes == .json || route.takes == .yaml) {
        let path = SitePages.address(of: route)
        let answer = try await web.client.send(
          "POST", path, headers: program.headers.merging(["Content-Type": route.takes.contentTypes[0]]) { $1 },
          body: [0x22, 0xFF, 0xFE, 0x22])
        #expect((400..<500).contains(answer.status), "\(path): \(answer.status)")
      }
      let reader = try await web.reader(.admin)
      let form = try await reader.post(
        "/spec/diff", body: "csrf=\(reader.csrf ?? "")&text=%FF%FE", type: "application/x-www-form-urlencoded")
      #expect(form.status == 400)
    }
  }

  // MARK: - Numbers

  private static let numbers: [String] = [
    "99999999999999999999", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-1", "0", "1e9",
    "0x10",
    "NaN", "Infinity", "1.5", "%2B1", "1%00", "%D9%A1", "1_000", "2147483648", "4294967296", "18446744073709551616",
    "9223372036854775807-9223372036854775807", "253402300799999999-9223372036854775807", "eyJhIjoxfQ", "AAAA", "=",
  ]

  @Test func `numbers too large for paging are answered as well`() async throws {
    try await withWeb { web in
      try await web.fill()
      let reader = try await web.reader(.admin)
      let lists = Route.all.filter {
        $0.method == .get && ($0.isForPrograms || SitePages.all.map(\.path).contains($0.path))
      }
      for route in lists where route.path != "/api/stream" && !route.path.hasSuffix("**") {
        let path = SitePages.address(of: route)
        for name in ["page", "before", "after", "limit", "offset", "years"] {
          for number in Self.numbers.prefix(6) {
            let answer = try await reader.head("\(path)?\(name)=\(number)")
            #expect(answer.status < 500, "\(path)?\(name)=\(number): \(answer.status)")
          }
        }
        // Where each is but another text that no page has given.
        for number in Self.numbers.dropFirst(6) {
          let answer = try await reader.head("\(path)?page=\(number)&before=\(number)&limit=\(number)")
          #expect(answer.status < 500, "\(path), \(number): \(answer.status)")
        }
      }
    }
  }

  @Test func `numbers too large for a path name nothing`() async throws {
    try await withWeb { web in
      try await web.fill()
      let reader = try await web.reader(.admin)
      for number in Self.numbers {
        for path in ["/runs/\(number)", "/api/runs/\(number)", "/api/runs/\(number)/log"] {
          #expect(try await reader.get(path).status == 404, "\(path)")
        }
        #expect(try await reader.post("/runs/\(number)/cancel").status == 404, "\(number)")
      }
    }
  }

  @Test func `ranges of a download are within it`() async throws {
    try await withScratchDirectory("ranges") { scratch in
      try scratch.write("hello", to: "backups/web-1/scheduled/\(WebFixture.snapshotName)/data/greeting")
      try await withWeb { web in
        try await web.fill(SiteContent(backupRoot: scratch.path("backups")))
        let reader = try await web.reader(.operator)
        let path = "/download/web-1/scheduled/\(WebFixture.snapshotName)/greeting"
        for range in [
          "bytes=0-", "bytes=-1", "bytes=4-99999999999999999999", "bytes=99999999999999999999-", "bytes=5-4", "bytes=-",
          "bytes=0-0,1-1", "bytes=--1", "bytes=-9223372036854775808", "bytes=9223372036854775807-", "items=0-1",
          "bytes=0x1-2",
        ] {
          let answer = try await reader.get(path, headers: ["Range": range])
          #expect([200, 206, 416].contains(answer.status), "\(range): \(answer.status)")
          #expect("hello".contains(answer.text) || answer.status == 416, "\(range): \(answer.text)")
        }
      }
    }
  }
}
