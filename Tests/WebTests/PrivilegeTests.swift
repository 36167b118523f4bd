// What a role must not become: operators do not get at the backup server by way of a spec or a run, and programs with a
// token do not make themselves accounts.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct PrivilegeTests {
  private func apply(_ spec: String, as reader: WebReader) async throws -> WebAnswer {
    try await reader.post("/api/apply?set=main", body: "version: 1\n\(spec)\n", type: "application/yaml")
  }

  @Test(arguments: [
    "notifications: {x: {type: command, command: [/bin/true], on: [failure]}}",
    "notifications: {x: {type: webhook, url: 'https://example.net/', token_file: /etc/pobsync/token}}",
    "settings: {backup_root: /srv/elsewhere}", "settings: {rsync: {binary: /srv/rsync}}",
    "profiles: {p: {rsync: {remote_binary: /srv/rsync}}}", "hosts: {web-9: {ssh: {identity_file: /root/.ssh/id}}}",
    "hosts: {web-9: {ssh: {known_hosts_file: /srv/known}}}",
  ])
  func `an operator's spec does not reach into the backup server`(_ spec: String) async throws {
    try await withWeb { web in
      let refused = try await apply(spec, as: web.program(.operator))
      #expect(refused.status == 403, "\(refused.text)")
      #expect(refused.text.contains("needs_admin"))
      #expect(try await web.store.desired().spec == Spec())
      let taken = try await apply(spec, as: web.program(.admin))
      #expect(taken.status == 200, "\(taken.text)")
    }
  }

  @Test func `an operator declares hosts all the same`() async throws {
    try await withWeb { web in
      let answer = try await apply("hosts: {web-9: {address: 127.0.0.1}}", as: web.program(.operator))
      #expect(answer.status == 200, "\(answer.text)")
    }
  }

  @Test func `an operator edits nothing that is an admin's by page either`() async throws {
    try await withWeb { web in
      try await web.apply("hosts: {web-1: {address: 127.0.0.1}}")
      let fields = [
        "as": "yaml", "step": "review",
        "text": "version: 1\nhosts:\n  web-1: {address: 127.0.0.1, ssh: {known_hosts_file: /srv/known}}\n",
      ]
      let reader = try await web.reader(.operator)
      let refused = try await reader.post("/hosts/web-1/edit", fields)
      #expect(refused.status == 403, "\(refused.text)")
    }
  }

  @Test(arguments: [(RestoreOrder.Target.original, 403), (.remote(try! AbsolutePath(text: "/var/lib/side")), 303)])
  func `an operator does not have an admin's restore done again`(
    _ target: RestoreOrder.Target, _ status: Int
  ) async throws {
    try await withWeb { web in
      try await web.apply("hosts: {web-1: {address: 127.0.0.1}}")
      let name = try #require(SnapshotName("20260519-021500Z__AAAAAAAA"))
      let order = RestoreOrder(
        snapshot: SnapshotID(kind: .scheduled, name: name), path: Array("a".utf8), target: target)
      var wanted = RunRequest(host: try HostName(text: "web-1"), kind: .restore, trigger: .web, reason: "asked for")
      wanted.parameters = .restore(order)
      let id = try #require(try await web.store.queue(wanted, at: web.now).runID)
      _ = try await web.store.cancelRun(id, by: "ann", at: web.now)
      let reader = try await web.reader(.operator)
      let answer = try await reader.post("/runs/\(id)/retry", [:])
      #expect(answer.status == status, "\(answer.text)")
    }
  }

  @Test func `a token makes no account`() async throws {
    try await withWeb { web in
      let program = web.program(.admin)
      let fields = ["name": "mallory", "role": "admin", "password": "a long password", "again": "a long password"]
      let answer = try await program.post("/users", fields)
      #expect(answer.status == 403, "\(answer.text)")
      #expect(try await web.store.users().contains { $0.name.description == "mallory" } == false)
    }
  }

  @Test func `a stranger's form may be but small`() async throws {
    try await withWeb { web in
      let body = String(repeating: "a&", count: 20_000)
      let answer = try await web.stranger.post("/login", body: body, type: "application/x-www-form-urlencoded")
      #expect(answer.status == 413, "\(answer.text)")
    }
  }
}
