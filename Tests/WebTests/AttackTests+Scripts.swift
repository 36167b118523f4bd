// Attacks by what is shown: text that would be markup or script if it were not escaped, wherever a text may be anything.

import Engine
import Foundation
import HTTPTypes
import Spec
import Store
import Support
import Testing

@testable import Web

extension AttackTests {
  /// A text that would begin an element, leave an attribute, and fill in a template, wherever it is not escaped.
  @Sendable static func hostile(_ place: String) -> String {
    "<xss-\(place)>\"onx=\"'onx='&{{xss}}"
  }

  /// What of it stands in a page as markup, or nil.
  static func markup(in page: WebAnswer) -> String? {
    let text = page.text.lowercased()
    for sign in ["<xss", "\"onx=", "'onx=", "\u{1}csrf"] {
      guard let found = text.range(of: sign) else { continue }
      let start = text.index(found.lowerBound, offsetBy: -80, limitedBy: text.startIndex) ?? text.startIndex
      return String(text[start...].prefix(200))
    }
    return nil
  }

  // MARK: - What is stored

  @Test(arguments: Role.allCases)
  func `what a spec, a remote or a person wrote is shown as text on every page`(_ role: Role) async throws {
    try await withWeb { web in
      try await web.fill(SiteContent(text: Self.hostile))
      // Where somebody signed in from stands on pages too.
      _ = try await web.reader(.viewer, address: Self.hostile("from"))
      let reader = try await web.reader(role, address: Self.hostile("from"))
      var shown = ""
      for route in SitePages.all {
        if case .role(let needed) = route.access, role < needed { continue }
        let answer = try await reader.get(SitePages.address(of: route))
        #expect(answer.status < 500, "\(route.path): \(answer.status)")
        #expect(Self.markup(in: answer) == nil, "\(route.path)")
        shown += answer.text
      }
      // It would prove nothing if the texts had not been there.
      var places = ["label"]
      if role >= .operator {
        places += ["event", "condition", "log", "message", "reason", "note", "pin", "pause", "purge", "remark", "name"]
      }
      if role >= .admin { places += ["actor", "address", "subject", "before", "after", "token", "from"] }
      for place in places { #expect(shown.contains("&lt;xss-\(place)&gt;"), "no page shows \(place)") }
    }
  }

  @Test func `a viewer is shown no config, no log and nothing to do`() async throws {
    try await withWeb { web in
      try await web.fill(SiteContent(text: { "secret-\($0)-secret" }))
      let reader = try await web.reader(.viewer)
      for route in SitePages.all where route.access == .role(.viewer) {
        let answer = try await reader.get(SitePages.address(of: route))
        for place in ["exclude", "log", "path", "note", "pinner", "event", "message", "reason"] {
          #expect(!answer.text.contains("secret-\(place)-secret"), "\(route.path) shows \(place)")
        }
        #expect(!answer.text.contains("web-1.example.net"), "\(route.path) shows an address")
        #expect(!answer.text.contains("/nowhere/backups"), "\(route.path) shows where backups are")
        let actions = answer.text.components(separatedBy: #"method="post" action=""#).dropFirst()
          .map { String($0.prefix { $0 != "\"" }) }
        #expect(
          actions.allSatisfy { $0 == "/logout" || $0.hasPrefix("/settings/account/") }, "\(route.path): \(actions)")
      }
    }
  }

  @Test func `a host cannot be called by markup`() async throws {
    for name in ["<b>", "a\"b", "a'b", "a&b", "a b", "a/b", "..", "\u{1}", "a\nb", "Ä"] {
      #expect(throws: InvalidText.self) { try HostName(text: name) }
      #expect(throws: InvalidText.self) { try AccountName(text: name) }
    }
    try await withWeb { web in
      let reader = try await web.reader(.admin)
      for target in ["/hosts/%3Cxss-a%3E", "/hosts/%3Cxss-a%3E/edit", "/users/%22onx=%22", "/%3Cxss%3E/%22onx=%22"] {
        let answer = try await reader.get(target)
        #expect(answer.status == 404, "\(target)")
        #expect(Self.markup(in: answer) == nil, "\(target)")
      }
    }
  }

  // MARK: - What comes back

  /// Names by which pages take something from their readers.
  private static let fieldNames = [
    "q", "host", "label", "condition", "schedule", "sort", "page", "state", "kind", "trigger", "severity", "since",
    "before", "after", "policy", "keys", "pace", "years", "next", "as", "current", "actor", "action", "subject",
    "versions", "status", "name", "role", "password", "present", "new", "again", "expires", "text", "set",
    "max_removals", "max_delete", "revision", "digest", "snapshots", "snapshot", "reason", "for", "until",
    "fingerprint", "replace", "confirm", "step", "prune", "value.cron", "value.address", "value.labels",
    "value.excludes", "value.keep_daily", "value.profile", "value.ssh.port", "empty.excludes",
  ]

  @Test func `what was searched for comes back as text`() async throws {
    try await withWeb { web in
      try await web.fill()
      let reader = try await web.reader(.admin)
      let text = PercentEncoding.encoded(Self.hostile("query"))
      let query = Self.fieldNames.map { "\($0)=\(text)" }.joined(separator: "&")
      for route in SitePages.all {
        let path = SitePages.address(of: route)
        let all = try await reader.get("\(path)?\(query)")
        #expect(all.status < 500, "\(path): \(all.status)")
        #expect(Self.markup(in: all) == nil, "\(path)")
        // Where the first that is wrong is all that is told, the others are not looked at.
        for name in Self.fieldNames.prefix(22) {
          let answer = try await reader.get("\(path)?\(name)=\(text)")
          #expect(answer.status < 500, "\(path)?\(name): \(answer.status)")
          #expect(Self.markup(in: answer) == nil, "\(path)?\(name)")
        }
      }
    }
  }

  @Test(arguments: ["form", "yaml", AttackTests.hostile("as")])
  func `what was written into a form comes back as text`(_ way: String) async throws {
    try await withWeb { web in
      try await web.fill()
      for route in SitePages.forms {
        // Some of them end the session.
        let reader = route.access == .anyone ? web.stranger : try await web.reader(.admin)
        let path = SitePages.address(of: route)
        var fields = Dictionary(uniqueKeysWithValues: Self.fieldNames.map { ($0, Self.hostile($0)) })
        fields["as"] = way
        if way == "yaml" { fields["step"] = "save" }
        if way == "form" { fields["text"] = nil }
        let answer = try await reader.post(path, fields)
        #expect(answer.status < 500, "\(path): \(answer.status)")
        #expect(Self.markup(in: answer) == nil, "\(path)")
        guard let next = answer.header("location") else { continue }
        #expect(next.hasPrefix("/") && !next.hasPrefix("//"), "\(path) leads to \(next)")
        // What was done is told on the page after it.
        let told = try await reader.get(next)
        #expect(Self.markup(in: told) == nil, "\(path), then \(next)")
      }
    }
  }

  @Test func `what is wrong with a spec is quoted as text`() async throws {
    try await withWeb { web in
      let reader = try await web.reader(.operator)
      let hostile = Self.hostile("spec").replacing("'", with: "''")
      for text in [
        "version: 1\nhosts:\n  '\(hostile)': {}\n", "version: 1\n'\(hostile)': 1\n",
        "version: 1\nhosts: {web-1: {address: '\(hostile)'}}\n",
        "version: 1\nhosts: {web-1: {profile: '\(hostile)'}}\n",
        "version: '\(hostile)'\n", "version: 1\nschedules: {a: {cron: '\(hostile)'}}\n", "version: 1\n\(hostile)\n",
      ] {
        let answer = try await reader.post("/spec/diff", ["text": text])
        #expect(answer.status == 422, "\(text)")
        #expect(answer.text.contains("&lt;xss-spec&gt;"), "\(text)")
        #expect(Self.markup(in: answer) == nil, "\(text)")
      }
    }
  }

  @Test func `a problem told to a program is JSON, whatever was in the request`() async throws {
    try await withWeb { web in
      let text = PercentEncoding.encoded(Self.hostile("path"))
      for answer in [
        try await web.program(.admin).get("/api/\(text)"), try await web.program(.admin).get("/hosts/\(text)"),
        try await web.stranger.get("/api/hosts?limit=\(text)"),
      ] {
        #expect(answer.header("content-type") == "application/problem+json")
        #expect(answer.header("x-content-type-options") == "nosniff")
      }
    }
  }
}
