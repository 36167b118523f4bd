// Editing by form and as YAML: nothing is lost on the way, complaints are those of spec files, and nothing is saved that
// was not reviewed.

import Foundation
import Spec
import Store
import Support
import Testing

import struct Spec.Host

@testable import Web

@Suite struct EditPageTests {
  private static let spec = """
    schedules:
      nightly: {cron: "15 2 * * *"}
    profiles:
      linux: {ssh: {port: 2222}}
    hosts:
      web-1: {profile: linux, address: web-1.example.net}
    """

  private static func web(_ body: (WebFixture, WebReader) async throws -> Void) async throws {
    try await withWeb(routes: Route.editPages) { web in
      try await web.apply(spec)
      try await body(web, try await web.reader(.operator))
    }
  }

  private static func host(_ web: WebFixture) async throws -> Host? {
    try await web.store.desired().spec.hosts[try HostName(text: "web-1")]
  }

  // MARK: - Forms

  @Test func `every field of every resource comes back from its form as it was`() throws {
    var generator = SpecGenerator(seed: freshSeed("web.form"))
    for _ in 0..<100 {
      let spec = try generator.spec()
      for id in spec.identifiers {
        let values = try #require(spec.values(of: id))
        for shown in [values, SecretMask.values(values, in: id)] {
          let form = ResourceForm(id.kind, showing: shown)
          // As browsers send it.
          var sent: [String: String] = [:]
          for field in id.kind.outline {
            let entry = form.entry(field.path)
            sent[field.controlName] = entry.text.replacing("\n", with: "\r\n")
            if entry.isGivenEmpty { sent[field.emptyName] = "1" }
          }
          let received = ResourceForm(id.kind) { sent[$0] }
          let draft = try ResourceDraft(form: received, named: id.name, for: .existing(id), known: spec)
          try #require(draft.wanted.values(of: id) == values, "\(id): \(draft.text)")
          try #require(
            ResourceForm(id.kind, showing: draft.wanted.values(of: id) ?? []) == ResourceForm(id.kind, showing: values))
        }
      }
    }
  }

  @Test func `the outline has every column that the store keeps`() {
    for kind in ResourceKind.allCases {
      #expect(kind.outline.map(\.path) == kind.columns.map { $0.path.joined(separator: ".") })
      #expect(kind.outline.allSatisfy { !$0.summary.isEmpty })
    }
    let paths = Dictionary(uniqueKeysWithValues: ResourceKind.host.outline.map { ($0.path, $0.shape) })
    #expect(paths["profile"] == .reference(.profile))
    #expect(paths["ssh.port"] == .number(1...65535))
    #expect(paths["suspended"] == .flag)
    #expect(paths["strategy"] == .choice(["clone", "link_dest"]))
    #expect(paths["rsync.bandwidth"] == .records(["window", "limit"]))
    #expect(paths["labels"] == .labels)
    #expect(paths["max_shrink"] == .text)
  }

  @Test(arguments: [
    ("ssh.port", "abc", "must be a whole number from 1 to 65535"), ("labels", "role", "has no `=`"),
    ("excludes", "/proc\n# comment\n", "would be a comment to rsync"),
    ("schedule", "nightyl", "did you mean `nightly`?"),
    ("rsync.bandwidth", "22:00-06:00 10MiB", "is not of the form `window = limit`"),
  ])
  func `what is wrong with a field is said beside it`(path: String, text: String, complaint: String) async throws {
    try await Self.web { _, reader in
      let answer = try await reader.post("/hosts/web-1/edit", ["as": "form", "value.\(path)": text])
      #expect(answer.status == 422)
      let field = try #require(answer.text.range(of: #"<label for="value.\#(path)">"#))
      let rest = answer.text[field.upperBound...]
      let wrong = try #require(rest.range(of: #"<p class="wrong">"#))
      let next = rest.range(of: "<label for=")?.lowerBound ?? rest.endIndex
      #expect(wrong.lowerBound < next)
      let sentence = rest[wrong.upperBound...].prefix { $0 != "\n" }
      #expect(sentence.contains(complaint), "\(sentence)")
    }
  }

  @Test func `what is inherited is shown faintly, with where it comes from`() async throws {
    try await Self.web { _, reader in
      let page = try await reader.get("/hosts/web-1/edit")
      #expect(page.status == 200)
      #expect(page.text.contains(#"placeholder="2222""#))
      #expect(page.text.contains("From profile linux."))
      #expect(page.text.contains("<output>web-1</output>"), "a name cannot be changed")
      #expect(page.text.contains("is declared by tests, whose next apply stops here"))
    }
  }

  // MARK: - Review and saving

  @Test func `a host is edited by form, reviewed, and only then saved`() async throws {
    try await Self.web { web, reader in
      let review = try await reader.post(
        "/hosts/web-1/edit",
        ["as": "form", "value.profile": "linux", "value.address": "web-1.example.net", "value.schedule": "nightly"])
      #expect(review.status == 200)
      #expect(review.text.contains("schedule: nightly"))
      #expect(try await Self.host(web)?.own.schedule == nil)

      let saved = try await reader.post("/hosts/web-1/edit", review.hiddenFields.merging(["step": "save"]) { $1 })
      #expect(saved.status == 303)
      #expect(saved.header("location") == "/hosts/web-1")
      #expect(try await Self.host(web)?.own.schedule?.description == "nightly")
      let record = try await web.store.desired().records[.host(try HostName(text: "web-1"))]
      #expect(record?.source == "tests", "the owner stays")
      let change = try await web.store.specChanges(limit: 1).first
      #expect(change?.origin == ChangeOrigin(source: "web", actor: "operator"))
      let entry = try await web.store.audit(limit: 1).first
      #expect(entry?.action == "host.edit")
      #expect(entry?.subject == "host/web-1")
    }
  }

  @Test func `what was reviewed can be gone back to`() async throws {
    try await Self.web { _, reader in
      let form = ["as": "form", "value.address": "other.example.net", "value.excludes": "/tmp/***\n"]
      let review = try await reader.post("/hosts/web-1/edit", form)
      let again = try await reader.post("/hosts/web-1/edit", review.hiddenFields.merging(["step": "edit"]) { $1 })
      #expect(again.text.contains(#"value="other.example.net""#))
      #expect(again.area("value.excludes") == "/tmp/***\n")
    }
  }

  @Test func `what was reviewed before another changed the spec is shown again`() async throws {
    try await Self.web { web, reader in
      let review = try await reader.post("/hosts/web-1/edit", ["as": "form", "value.address": "other.example.net"])
      try await web.apply("schedules:\n  weekly: {cron: \"15 2 * * 0\"}")
      let save = review.hiddenFields.merging(["step": "save"]) { $1 }
      let stale = try await reader.post("/hosts/web-1/edit", save)
      #expect(stale.status == 409)
      #expect(stale.text.contains("has changed since this was reviewed"))
      #expect(try await Self.host(web)?.address?.description == "web-1.example.net")
      let saved = try await reader.post("/hosts/web-1/edit", stale.hiddenFields.merging(["step": "save"]) { $1 })
      #expect(saved.status == 303)
      #expect(try await Self.host(web)?.address?.description == "other.example.net")
    }
  }

  @Test func `YAML has the complaints of spec files, and declares nothing else`() async throws {
    try await Self.web { web, reader in
      let page = try await reader.get("/hosts/web-1/edit?as=yaml")
      let text = try #require(page.area("text"))
      #expect(text == "version: 1\nhosts:\n  web-1:\n    address: web-1.example.net\n    profile: linux\n")

      func post(_ text: String) async throws -> WebAnswer {
        try await reader.post("/hosts/web-1/edit", ["as": "yaml", "text": text])
      }
      let unknown = try await post("version: 1\nhosts:\n  web-1: {retenton: standard}\n")
      #expect(unknown.status == 422)
      #expect(unknown.text.contains("did you mean `retention`?"))
      #expect(unknown.text.contains(":3:11"))
      let renamed = try await post(text.replacing("web-1:", with: "web-2:"))
      #expect(renamed.status == 422)
      #expect(renamed.text.contains("whose name cannot be changed here"))
      let more = try await post(text + "  web-2: {}\n")
      #expect(more.text.contains("and nothing else"))
      #expect(try await web.store.desired().spec.hosts.count == 1)
      let same = try await post(text)
      #expect(same.status == 303, "nothing differs")
    }
  }

  // MARK: - New ones, secrets, deletion

  @Test func `a new schedule is declared by form, once`() async throws {
    try await Self.web { web, reader in
      let form = ["as": "form", "name": "weekly", "value.cron": "15 2 * * 0", "value.prune": "true"]
      let review = try await reader.post("/new/schedule", form)
      #expect(review.status == 200)
      let saved = try await reader.post("/new/schedule", review.hiddenFields.merging(["step": "save"]) { $1 })
      #expect(saved.status == 303)
      #expect(try await web.store.desired().spec.schedules[try ResourceName(text: "weekly")]?.prune == true)
      let again = try await reader.post("/new/schedule", form)
      #expect(again.status == 422)
      #expect(again.text.contains("There is schedule/weekly already"))
      let nameless = try await reader.post("/new/schedule", form.merging(["name": "not a name"]) { $1 })
      #expect(nameless.status == 422)
      #expect(try await reader.get("/new/settings").status == 404)
      #expect(try await reader.get("/new/planet").status == 404)
    }
  }

  @Test func `a secret is shown masked, and kept if the mask comes back`() async throws {
    try await Self.web { web, _ in
      // Whom pobsync tells, and with which secret, is an admin's to change.
      let reader = try await web.reader(.admin)
      try await web.apply("notifications:\n  ops: {type: webhook, url: \"https://hooks.example.net/s3cret\"}")
      let id = ResourceID(kind: .notification, name: "ops")
      for page in ["/edit/notification/ops", "/edit/notification/ops?as=yaml"] {
        let answer = try await reader.get(page)
        #expect(answer.text.contains("https://hooks.example.net/…"))
        #expect(!answer.text.contains("s3cret"))
      }
      let review = try await reader.post(
        "/edit/notification/ops",
        ["as": "form", "value.type": "webhook", "value.url": "https://hooks.example.net/…", "value.suspended": "true"])
      #expect(review.status == 200)
      #expect(review.text.contains("suspended: true") && !review.text.contains("s3cret"))
      let saved = try await reader.post(
        "/edit/notification/ops", review.hiddenFields.merging(["step": "save"]) { $1 })
      #expect(saved.status == 303)
      let values = try await web.store.desired().spec.values(of: id) ?? []
      #expect(values.value(at: "url") == .string("https://hooks.example.net/s3cret"))
      #expect(values.value(at: "suspended") == .bool(true))
      let entry = try await web.store.audit(limit: 1).first
      #expect(!"\(String(describing: entry))".contains("s3cret"))
    }
  }

  @Test func `deleting says what stands in its way, and takes what nothing uses`() async throws {
    try await Self.web { web, reader in
      let used = try await reader.get("/edit/profile/linux/delete")
      #expect(used.text.contains("profile/linux is still used by host/web-1"))
      #expect(!used.text.contains("Delete profile/linux</button>"))
      let shown = ["revision": "\(try await web.store.desired().revision)"]
      #expect(try await reader.post("/edit/profile/linux/delete", shown).status == 409)
      let ask = try await reader.get("/hosts/web-1/delete")
      #expect(ask.text.contains("Delete host/web-1</button>"))
      #expect(ask.text.contains("declared by tests"))
      #expect(ask.text.contains(#"name="revision" value="\#(shown["revision"] ?? "")""#))
      #expect(try await reader.post("/hosts/web-1/delete").status == 400)
      let done = try await reader.post("/hosts/web-1/delete", shown)
      #expect(done.status == 303)
      let entry = try #require(try await web.store.audit(limit: 1).first)
      #expect(
        entry.action == "host.delete" && entry.before?.contains("web-1.example.net") == true && entry.after == nil)
      #expect(try await web.store.desired().spec.hosts.isEmpty)
      #expect(try await reader.get("/hosts/web-1/edit").status == 404)
      #expect(try await reader.get("/edit/settings/global/delete").status == 404)
    }
  }

  @Test func `what has changed since the page was shown is not deleted`() async throws {
    try await Self.web { web, reader in
      let shown = ["revision": "\(try await web.store.desired().revision)"]
      try await web.apply("hosts:\n  web-1: {on_remove: expire}")
      let answer = try await reader.post("/hosts/web-1/delete", shown)
      #expect(answer.status == 409 && answer.text.contains("has changed since the page was shown"))
      #expect(try await web.store.desired().spec.hosts.count == 1)
      #expect(try await web.store.audit(limit: 10).allSatisfy { $0.action != "host.delete" })
    }
  }

  @Test func `a host that may not be removed is not`() async throws {
    try await Self.web { web, reader in
      try await web.apply("hosts:\n  db-1: {prevent_removal: true}")
      let ask = try await reader.get("/hosts/db-1/delete")
      #expect(ask.text.contains("prevent_removal: true"))
      let shown = ["revision": "\(try await web.store.desired().revision)"]
      #expect(try await reader.post("/hosts/db-1/delete", shown).status == 409)
      #expect(try await web.store.desired().spec.hosts.count == 2)
    }
  }
}
