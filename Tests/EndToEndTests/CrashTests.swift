// Killing: whatever dies, whenever it dies, no completed snapshot is lost or changed, nothing half-made gets a final
// name, nothing is left running, and the next run goes on.

import Foundation
import Glibc
import Support
import Testing

@Suite struct CrashTests {
  @Test func `kill -9 in mid-transfer leaves nothing under a final name, and the next run succeeds`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check()
      let before = try installation.fingerprints()
      let tree = try TreeBuilder(at: installation.source)
      try tree.write([UInt8](repeating: 9, count: 2 << 20), to: "documents/new-photo")

      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      try await installation.apply(
        installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let running = try installation.start("backup", "web-1", "--kind", "scheduled")
      try await held.waitUntilHolding()
      running.signal(SIGKILL)
      try await running.wait()
      try await poll(until: 15, "every process of the transfer to end") { installation.workers.isEmpty }
      #expect(try installation.fingerprints() == before)
      #expect(installation.unfinished().count == 1)
      #expect(try await installation.runStates().first == "running")

      try held.release()
      let next = try await installation.pobsync("backup", "web-1", "--kind", "scheduled")
      #expect(next.status == 0, "\(next)")
      #expect(try await installation.runStates() == ["succeeded", "interrupted", "succeeded"])
      let newest = try #require(installation.snapshots().last)
      let copy = try TreeFingerprint(of: "\(installation.backups)/web-1/\(newest)/data")
      #expect(copy.differences(from: try TreeFingerprint(of: installation.source)) == [])
      #expect(try installation.fingerprints().filter { before.keys.contains($0.key) } == before)
    }
  }

  @Test func `a killed rsync fails its run and leaves nothing behind`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      try await installation.apply(
        installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let running = try installation.start("backup", "web-1")
      try await held.waitUntilHolding()
      _ = try await runTool("pkill", ["-KILL", "-f", "pobsync guard.*\(installation.backups)"])
      let status = try await running.wait().status
      #expect(status == 1)
      #expect(installation.workers == [])
      #expect(installation.snapshots() == [])
      #expect(try await installation.runStates() == ["failed"])
    }
  }

  /// Kills the program at its n-th call of each kind that changes the disk, for every n until it gets through.
  @Test(
    .enabled(if: access("/usr/bin/strace", X_OK) == 0), .timeLimit(.minutes(10)),
    arguments: ["rename,renameat,renameat2", "fsync,fdatasync,syncfs", "mkdir,mkdirat", "unlink,unlinkat"])
  func `kill -9 at every step of a backup and a prune`(_ calls: String) async throws {
    try await withInstallation { installation in
      try await installation.apply(
        installation.spec().replacing("keep_last: 3", with: "keep_last: 1"))
      var history: [String: TreeFingerprint] = [:]
      var kills = 0
      for step in 1...60 {
        let result = try await runTool(
          "/usr/bin/strace",
          [
            "-f", "-qq", "-o", "/dev/null", "-e", "trace=\(calls)", "-e", "inject=\(calls):signal=KILL:when=\(step)",
            Product.pobsync, "backup", "web-1", "--kind", "scheduled", "--prune",
          ], environment: installation.environment, timeout: 60)
        try await poll(until: 15, "every process of the transfer to end") { installation.workers.isEmpty }
        let now = try installation.fingerprints()
        #expect(!now.isEmpty || history.isEmpty, "the newest snapshot is never lost (step \(step))")
        for (id, fingerprint) in history {
          if let found = now[id] { #expect(found == fingerprint, "\(id) after step \(step)") }
        }
        for name in now.keys {
          let meta = "\(installation.backups)/web-1/\(name)/meta/meta.yaml"
          #expect(FileManager.default.fileExists(atPath: meta), "\(name) is complete")
        }
        history = now
        if result.status == 0 { break }
        kills += 1
      }
      #expect(kills > 0)
      let last = try await installation.pobsync("reconcile", "--once")
      #expect(last.status == 0, "\(last)")
      #expect(try await installation.pobsync("backup", "web-1").status == 0)
      #expect(try await !installation.runStates().contains("running"))
    }
  }

  @Test func `SIGTERM stops the loop in mid-transfer, and the run says that it was interrupted`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      try await installation.apply(
        installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let loop = try installation.start("reconcile", "--loop", "--interval", "3600")
      try await held.waitUntilHolding()
      loop.signal(SIGTERM)
      let status = try await loop.wait(timeout: 30).status
      #expect(status == 0, "\(loop.stderr)")
      #expect(installation.workers == [])
      #expect(try await installation.runStates() == ["interrupted"])
      #expect(installation.snapshots() == [])
      try held.release()
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 1)
    }
  }

  @Test func `the loop wakes early when the desired state changes`() async throws {
    try await withInstallation { installation in
      let loop = try installation.start("scheduler", "--loop", "--interval", "3600")
      defer { loop.signal(SIGKILL) }
      try await poll(until: 15, "the loop to be up") { loop.stderr.contains("reconciling") }
      try await installation.apply(installation.spec())
      try await poll(until: 30, "the loop to back up") { installation.snapshots().count == 1 }
      loop.signal(SIGTERM)
      #expect(try await loop.wait(timeout: 30).status == 0)
    }
  }

  @Test func `no more hosts are backed up at a time than the settings allow`() async throws {
    try await withInstallation { installation in
      let first = try HeldRsync(in: installation.scratch)
      let second = try HeldRsync(in: installation.scratch)
      try await installation.apply(
        installation.spec(
          settings: ["max_concurrent_backups: 1"],
          hosts: [
            "a": ["rsync: {remote_binary: \(first.path)}"], "b": ["rsync: {remote_binary: \(second.path)}"],
          ]))
      let running = try installation.start("reconcile", "--once")
      try await first.waitUntilHolding()
      #expect(try await installation.list("runs").count == 1)
      #expect(!second.isHolding)
      try first.release()
      try await second.waitUntilHolding()
      #expect(installation.snapshots(of: "a").count == 1)
      try second.release()
      #expect(try await running.wait(timeout: 30).status == 0)
    }
  }

  @Test func `a host that is being backed up is busy for everyone else`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch)
      try await installation.apply(
        installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let running = try installation.start("backup", "web-1")
      try await held.waitUntilHolding()
      let other = try await installation.pobsync("backup", "web-1")
      #expect(other.status == 1)
      #expect(other.stderr.contains("host web-1 is being worked on by process \(running.pid)"), "\(other)")
      try held.release()
      #expect(try await running.wait(timeout: 30).status == 0)
      #expect(installation.snapshots().count == 1)
    }
  }
}
