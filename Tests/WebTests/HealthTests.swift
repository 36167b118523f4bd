// Health and readiness: what strangers are told, and what is found.

import Foundation
import Reconciler
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct HealthTests {
  private func lead(_ web: WebFixture) async throws {
    _ = try await web.store.acquireLease(
      Lease.controllerName, kind: .controller, process: "a process", duration: 15, at: web.now)
  }

  @Test func `a process that lives says so to anyone`() async throws {
    try await withWeb { web in
      let answer = try await web.stranger.get("/healthz")
      #expect(answer.status == 200 && answer.text == "ok\n")
      #expect(answer.header("cache-control") == "no-store")
    }
  }

  @Test func `it is ready with a backup root and a controller that leads`() async throws {
    try await withScratchDirectory("ready") { scratch in
      let root = scratch.path("backups")
      try await withWeb { web in
        try await web.apply("settings: {backup_root: \(root)}\n")
        try await lead(web)
        let answer = try await web.stranger.get("/readyz")
        #expect(answer.status == 200, "\(answer.text)")
        #expect(
          answer.text
            == #"{"status":"ok","checks":[{"name":"database","status":"ok"},{"name":"backup_root","status":"ok"},"#
            + #"{"name":"controller","status":"ok"}]}"#)
      }
    }
  }

  @Test func `what is wrong is told in words only to those who are known`() async throws {
    try await withWeb { web in
      let stranger = try await web.stranger.get("/readyz")
      #expect(stranger.status == 503)
      #expect(stranger.text.contains(#"{"name":"backup_root","status":"failed"}"#))
      #expect(stranger.text.contains(#"{"name":"controller","status":"failed"}"#))
      #expect(stranger.text.contains(#"{"name":"database","status":"ok"}"#))
      #expect(!stranger.text.contains("detail"))
      let viewer = try await web.program(.operator).get("/readyz")
      #expect(viewer.status == 503)
      #expect(viewer.text.contains("no backup root is set"))
      #expect(viewer.text.contains("no controller leads; start `pobsync run`"))
    }
  }

  @Test func `a controller that is silent for long does not lead`() async throws {
    try await withWeb { web in
      try await lead(web)
      #expect(try await web.stranger.get("/readyz").text.contains(#"{"name":"controller","status":"ok"}"#))
      web.advance(31)
      #expect(try await web.stranger.get("/readyz").text.contains(#"{"name":"controller","status":"failed"}"#))
    }
  }

  @Test func `a token that holds no more keeps nobody from asking`() async throws {
    try await withWeb { web in
      let answer = try await web.stranger.get("/readyz", headers: ["Authorization": "Bearer nonsense"])
      #expect(answer.status == 503)
      #expect(!answer.text.contains("detail"))
    }
  }
}
