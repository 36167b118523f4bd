// A whole spec by page: what it would change is shown, and only that is applied.

import Foundation
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct SpecPageTests {
  private static let text = """
    version: 1
    hosts:
      web-1: {address: web-1.example.net}
      web-2: {}

    """

  private static func web(_ body: (WebFixture, WebReader) async throws -> Void) async throws {
    try await withWeb(routes: Route.specPages) { web in try await body(web, try await web.reader(.operator)) }
  }

  @Test func `a spec is compared, then applied in the name of its set`() async throws {
    try await Self.web { web, reader in
      let diff = try await reader.post("/spec/diff", ["text": Self.text.replacing("\n", with: "\r\n"), "set": "fleet"])
      #expect(diff.status == 200)
      #expect(diff.text.contains("host/web-1 is created"))
      #expect(diff.text.contains("address: web-1.example.net"))
      #expect(diff.text.contains("in the name of spec set fleet"))
      #expect(try await web.store.desired().spec.hosts.isEmpty)

      let applied = try await reader.post("/spec/apply", diff.hiddenFields)
      #expect(applied.status == 303)
      let stored = try await web.store.desired()
      #expect(stored.spec.hosts.count == 2)
      #expect(stored.records.values.allSatisfy { $0.source == "fleet" })
      #expect(try await web.store.specFiles(of: "fleet").map(\.content) == [Self.text])
      #expect(try await web.store.audit(limit: 1).first?.action == "spec.apply")

      let changes = try await reader.get("/spec/changes")
      #expect(changes.text.contains("host/web-1") && changes.text.contains("by operator (fleet)"))
      let one = try await reader.get("/spec/changes?resource=host/web-2")
      #expect(!one.text.contains("host/web-1") && one.text.contains("host/web-2"))
    }
  }

  @Test func `without a set it is an edit, which keeps owners`() async throws {
    try await Self.web { web, reader in
      try await web.apply("hosts:\n  web-1: {address: old.example.net}")
      let diff = try await reader.post("/spec/diff", ["text": Self.text])
      #expect(diff.text.contains("as an edit: owners stay"))
      #expect(try await reader.post("/spec/apply", diff.hiddenFields).status == 303)
      let records = try await web.store.desired().records
      #expect(records[.host(try HostName(text: "web-1"))]?.source == "tests")
      #expect(records[.host(try HostName(text: "web-2"))]?.source == "web")
    }
  }

  @Test func `a spec that is wrong is shown with its places, and kept`() async throws {
    try await Self.web { _, reader in
      let text = "version: 1\nhosts:\n  web-1: {adress: x}\n"
      for path in ["/spec/diff", "/spec/apply"] {
        let answer = try await reader.post(path, ["text": text])
        #expect(answer.status == 422)
        #expect(answer.text.contains("hosts.yaml:3:11"))
        #expect(answer.text.contains("did you mean `address`?"))
        #expect(answer.area("text") == text)
      }
    }
  }

  @Test(arguments: [
    (["set": "web"], "is reserved"), (["set": "not a name"], "a name is made of"),
    (["prune": "1"], "Name the spec set"),
    (["set": "fleet", "max_removals": "3"], "goes with"),
    (["set": "fleet", "prune": "1", "max_removals": "-1"], "takes a number from 0"),
  ])
  func `options that make no sense are told`(fields: [String: String], words: String) async throws {
    try await Self.web { _, reader in
      let answer = try await reader.post("/spec/diff", fields.merging(["text": Self.text]) { $1 })
      #expect(answer.status == 422)
      #expect(answer.text.contains(words))
    }
  }

  @Test func `conflicts are shown and refused, unless it is taken over`() async throws {
    try await Self.web { web, reader in
      try await web.apply("hosts:\n  web-1: {address: old.example.net}")
      let fields = ["text": Self.text, "set": "fleet"]
      let diff = try await reader.post("/spec/diff", fields)
      #expect(diff.text.contains("Conflict: host/web-1, which belongs to tests"))
      #expect(!diff.text.contains(">Apply</button>"))
      #expect(try await reader.post("/spec/apply", diff.hiddenFields).status == 409)
      #expect(try await web.store.desired().spec.hosts.count == 1)
      let taking = try await reader.post("/spec/diff", fields.merging(["take_over": "1"]) { $1 })
      #expect(taking.text.contains("host/web-1 is taken over from tests"))
      #expect(try await reader.post("/spec/apply", taking.hiddenFields).status == 303)
    }
  }

  @Test func `what is pruned is named, and too many removals are refused`() async throws {
    try await Self.web { web, reader in
      let first = try await reader.post("/spec/diff", ["text": Self.text, "set": "fleet"])
      _ = try await reader.post("/spec/apply", first.hiddenFields)
      let less = ["text": "version: 1\n", "set": "fleet"]
      let plain = try await reader.post("/spec/diff", less)
      #expect(plain.text.contains("deleted only on request: host/web-2, host/web-1."))
      let pruning = try await reader.post("/spec/diff", less.merging(["prune": "1"]) { $1 })
      #expect(pruning.text.contains("the spec declares no host"))
      #expect(!pruning.text.contains(">Apply</button>"))
      let meant = try await reader.post("/spec/diff", less.merging(["prune": "1", "max_removals": "2"]) { $1 })
      #expect(meant.text.contains("host/web-1 is deleted"))
      #expect(try await reader.post("/spec/apply", meant.hiddenFields).status == 303)
      #expect(try await web.store.desired().spec.hosts.isEmpty)
    }
  }

  @Test func `what was altered since the review, or rests on another state, is shown again`() async throws {
    try await Self.web { web, reader in
      let diff = try await reader.post("/spec/diff", ["text": Self.text, "set": "fleet"])
      let altered = diff.hiddenFields.merging(["text": Self.text + "  web-3: {}\n"]) { $1 }
      #expect(try await reader.post("/spec/apply", altered).status == 409)
      try await web.apply("schedules:\n  weekly: {cron: \"15 2 * * 0\"}")
      let stale = try await reader.post("/spec/apply", diff.hiddenFields)
      #expect(stale.status == 409)
      #expect(stale.text.contains("has changed since this was reviewed"))
      #expect(try await web.store.desired().spec.hosts.isEmpty)
      #expect(try await reader.post("/spec/apply", stale.hiddenFields).status == 303)
    }
  }

  @Test func `the export is masked, and applies to no difference`() async throws {
    try await Self.web { web, reader in
      try await web.apply(
        "notifications:\n  ops: {type: webhook, url: \"https://hooks.example.net/s3cret\"}\nhosts:\n  web-1: {}")
      let export = try await reader.get("/spec/export")
      #expect(export.header("content-disposition") == #"attachment; filename="hosts.yaml""#)
      #expect(!export.text.contains("s3cret") && export.text.contains("https://hooks.example.net/…"))
      let diff = try await reader.post("/spec/diff", ["text": export.text, "set": "tests"])
      #expect(diff.text.contains("Nothing differs."))
      #expect(!diff.text.contains(">Apply</button>"))
      let current = try await reader.get("/spec?current=1")
      #expect(current.area("text") == export.text)
    }
  }

  @Test func `settings are for operators; others see what runs`() async throws {
    try await Self.web { web, reader in
      try await web.apply("settings: {backup_root: /mnt/backups, ssh: {user: backup}}")
      let page = try await reader.get("/settings")
      #expect(page.text.contains("/mnt/backups") && page.text.contains("/edit/settings/global"))
      let viewer = try await web.reader(.viewer).get("/settings")
      #expect(viewer.status == 200)
      #expect(!viewer.text.contains("/mnt/backups") && !viewer.text.contains("/edit/settings"))
    }
  }
}
