// Watching and steering: status, events, logs, cancel, pauses, and applying until all is as declared.

import Foundation
import Glibc
import Support
import Testing

@Suite struct StatusTests {
  /// Runs `body` beside a service, which is stopped afterwards.
  private func withService(
    _ installation: Installation, _ body: (RunningTool) async throws -> Void
  ) async throws {
    let service = try installation.start("run", "--interval", "1", "--grace", "0")
    try await body(service)
    service.signal(SIGTERM)
    #expect(try await service.wait(timeout: 60).status == 0)
  }

  private func status(_ installation: Installation) async throws -> [String: Any] {
    let output = try await installation.pobsync("status", "-o", "json").check().output
    return try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
  }

  private func hosts(_ status: [String: Any], _ list: String) -> [String] {
    (status[list] as? [[String: Any]] ?? []).compactMap { $0["host"] as? String }
  }

  @Test func `apply --wait follows a service until all is as declared`() async throws {
    try await withInstallation { installation in
      let path = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
      let alone = try await installation.pobsync("apply", "-f", path, "--wait")
      #expect(alone.status == 1)
      #expect(alone.stderr.contains("no service is there to carry it out: start `pobsync run`"))
      try await withService(installation) { _ in
        let waited = try await installation.pobsync("apply", "-f", path, "--wait", "--timeout", "90s")
        #expect(waited.status == 0, "\(waited)")
        #expect(waited.stdout.hasSuffix("1 of 1 host is as declared.\n"))
        #expect(installation.snapshots().count == 1)
        let well = try await installation.pobsync("status", "--check")
        #expect(well.status == 0, "\(well)")
        #expect(well.stdout == "OK: 1 of 1 hosts are ready\n")
        _ = try await installation.pobsync("pause", "--all", "--reason", "new disks")
        let paused = try await installation.pobsync("status", "--check").stdout
        #expect(paused.contains("everything is paused by") && paused.contains("new disks"), "\(paused)")
      }
    }
  }

  @Test func `what fails makes apply --wait fail, and is seen in status, check, events and logs`() async throws {
    try await withInstallation { installation in
      let spec = installation.spec(hosts: ["web-1": [], "broken": ["source_root: /does/not/exist"]])
      let path = try installation.scratch.write(spec, to: "hosts.yaml")
      try await withService(installation) { _ in
        let waited = try await installation.pobsync("apply", "-f", path, "--wait", "--timeout", "90s")
        #expect(waited.status == 1)
        #expect(waited.stderr.contains("broken: failed: the backup of "))
        #expect(waited.stdout.hasSuffix("1 of 2 hosts are as declared.\n"))
        try await poll(until: 30, "the controller to judge the host") {
          try await self.hosts(self.status(installation), "failed") == ["broken"]
        }
        let check = try await installation.pobsync("status", "--check")
        #expect(check.status == 1)
        #expect(check.stdout.contains("1 failed: broken"))
        let events = try await installation.pobsync("events", "--host", "broken").stdout
        #expect(events.contains("backup_failed"))
        let unknown = try await installation.pobsync("events", "--host", "brokn")
        #expect(unknown.status != 0 && unknown.stderr.contains("did you mean `broken`?"), "\(unknown)")
        let failed = try await installation.pobsync(
          "get", "runs", "--state", "failed", "--kind", "backup", "-o", "json")
        let runs = try #require(try JSONSerialization.jsonObject(with: failed.output) as? [[String: Any]])
        #expect(runs.compactMap { $0["host"] as? String } == ["broken"])
        let log = try await installation.pobsync("logs", "\(try #require(runs.first?["id"] as? Int))", "--follow")
        #expect(log.stdout.contains("backup of broken, failed"))
      }
      let stopped = try await installation.pobsync("status").stdout
      #expect(stopped.contains("service   not running: start `pobsync run`"))
    }
  }

  @Test func `a running backup is seen, followed and cancelled`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      try await installation.apply(installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      try await withService(installation) { _ in
        try await held.waitUntilHolding()
        let seen = try await status(installation)
        #expect(hosts(seen, "running") == ["web-1"])
        #expect(hosts(seen, "late") == [], "a backup on its way is no lateness")
        let id = try #require((seen["running"] as? [[String: Any]])?.first?["id"] as? Int)
        let follower = try installation.start("logs", "\(id)", "--follow")
        let cancelled = try await installation.pobsync("cancel", "\(id)", "--wait")
        #expect(cancelled.status == 0, "\(cancelled)")
        let followed = try await follower.wait(timeout: 60)
        #expect(followed.stdout.contains("run \(id): backup of web-1, cancelled"))
        #expect(try await installation.runStates() == ["cancelled"])
        let again = try await installation.pobsync("cancel", "\(id)")
        #expect(again.status == 1)
        #expect(again.stderr.contains("run \(id) had ended already: cancelled"))
      }
    }
  }

  @Test func `a paused host waits, and is backed up once it is resumed`() async throws {
    try await withInstallation { installation in
      let path = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
      try await installation.apply(installation.spec())
      let paused = try await installation.pobsync("pause", "web-1", "--for", "2h", "--reason", "new disks").check()
      #expect(paused.stdout.hasPrefix("web-1 paused until "))
      try await withService(installation) { _ in
        let waited = try await installation.pobsync("apply", "-f", path, "--wait", "--timeout", "60s")
        #expect(waited.status == 0, "\(waited)")
        #expect(waited.stderr.contains("web-1: waits: paused by "))
        #expect(installation.snapshots() == [])
        #expect(hosts(try await status(installation), "pauses") == ["web-1"])
        try await installation.pobsync("resume", "web-1").check()
        try await poll(until: 60, "the backup") { installation.snapshots().count == 1 }
      }
      #expect(try await installation.pobsync("resume", "web-1").stdout == "web-1 was not paused\n")
      let unknown = try await installation.pobsync("pause", "web-2")
      #expect(unknown.stderr.contains("there is no host `web-2`; did you mean `web-1`?"))
    }
  }

  @Test func `status --watch goes on until it is interrupted, and ends in order`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      let watching = try installation.start("status", "--watch")
      try await poll(until: 30, "two pages") { watching.stdout.components(separatedBy: "hosts ").count > 2 }
      watching.signal(SIGINT)
      let ended = try await watching.wait(timeout: 30)
      #expect(ended.status == 0)
      #expect(!ended.stdout.contains("\u{1B}"), "no terminal, no control sequences")
    }
  }
}
