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

  @Test(.enabled(if: access("/usr/bin/strace", X_OK) == 0))
  func `a failed flush fails the backup, and the next one takes nothing over`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      let failed = try await runTool(
        "/usr/bin/strace",
        [
          "-f", "-qq", "-o", "/dev/null", "-e", "trace=syncfs", "-e", "inject=syncfs:error=EIO:when=1", Product.pobsync,
          "backup", "web-1", "--kind", "scheduled",
        ], environment: installation.environment)
      #expect(failed.status == 1)
      #expect(failed.stderr.contains("cannot flush the file system of"))
      #expect(installation.snapshots() == [])
      #expect(installation.unfinished().count == 1, "what has arrived is there to be looked at")
      // Size and time of a file say nothing about its content once writing back has failed.
      try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check()
      let stats = try #require(try await installation.list("snapshots").first?["stats"] as? [String: Any])
      let transfer = try #require(stats["rsync"] as? [String: Any])
      #expect(transfer["literal_data_bytes"] as? Int == (3 << 20) + 5)
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
      try await poll(until: 15, "the loop to be up") { loop.stderr.contains("running") }
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
      #expect(try await installation.runStates().sorted() == ["queued", "running"])
      #expect(!second.isHolding)
      try first.release()
      try await second.waitUntilHolding()
      #expect(installation.snapshots(of: "a").count == 1)
      try second.release()
      #expect(try await running.wait(timeout: 30).status == 0)
    }
  }

  @Test func `a second wish for a backup that is being made joins the first`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch)
      try await installation.apply(
        installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let running = try installation.start("backup", "web-1")
      try await held.waitUntilHolding()
      let other = try installation.start("backup", "web-1")
      try await poll(until: 15, "the second one to join") {
        other.stderr.contains("web-1: run 1 (backup) is running already; this request joins it")
      }
      try held.release()
      #expect(try await running.wait(timeout: 30).status == 0)
      #expect(try await other.wait(timeout: 30).status == 0)
      #expect(other.stderr.contains("web-1: backup succeeded"), "\(other.stderr)")
      #expect(installation.snapshots().count == 1)
    }
  }

  @Test func `SIGTERM stops a single pass, which says so and fails`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      try await installation.apply(
        installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let pass = try installation.start("reconcile", "--once")
      try await held.waitUntilHolding()
      pass.signal(SIGTERM)
      #expect(try await pass.wait(timeout: 30).status == 1)
      #expect(pass.stdout == "1 run done.\n")
      #expect(try await installation.runStates() == ["interrupted"])
      #expect(installation.workers == [])
    }
  }

  @Test func `after kill -9, diff tells what is left to do and not that a dead run is under way`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      try await installation.apply(
        installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let pass = try installation.start("reconcile", "--once")
      try await held.waitUntilHolding()
      let alive = try await installation.pobsync("diff")
      #expect(alive.stdout.contains("web-1: waits: run 1 (backup) is under way since "))
      pass.signal(SIGKILL)
      try await pass.wait()
      try await poll(until: 15, "every process of the transfer to end") { installation.workers.isEmpty }
      let dead = try await installation.pobsync("diff")
      #expect(dead.status == 1)
      #expect(dead.stdout.contains("web-1: would back up"))
    }
  }

  @Test func `nobody works on a host while children of a dead pobsync are ending`() async throws {
    try await withInstallation { installation in
      // An rsync that ignores SIGTERM keeps the group alive for some of the guard's time of grace.
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      let stubborn = try installation.scratch.write(
        "#!/bin/sh\ntrap '' TERM HUP\nrsync \"$@\"\nsleep 3\n", to: "stubborn-rsync", mode: 0o755)
      try await installation.apply(
        installation.spec(hosts: [
          "web-1": ["rsync: {binary: \(stubborn), remote_binary: \(held.path)}"]
        ]))
      let running = try installation.start("backup", "web-1")
      try await held.waitUntilHolding()
      running.signal(SIGKILL)
      try await running.wait()
      held.reset()
      let other = try installation.start("backup", "web-1")
      try await poll(until: 15, "the second one to wait") { other.stderr.contains("is being worked on") }
      #expect(installation.snapshots() == [])
      try await held.waitUntilHolding()
      try held.release()
      #expect(try await other.wait(timeout: 30).status == 0)
      #expect(installation.snapshots().count == 1)
      #expect(try await installation.runStates() == ["succeeded", "interrupted"])
    }
  }

  @Test func `what an earlier version left in the trash is deleted by the next pass`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(settings: ["min_free: 1kB"]))
      try await installation.pobsync("reconcile", "--once").check()
      try installation.scratch.makeDirectory("backups/web-1/.trash/scheduled-20260101-000000Z__AAAAAAAA/data/deep")
      #expect(
        try await installation.pobsync("diff").stdout.contains("web-1: would empty the trash: 1 of 1 removed before"))
      try await installation.pobsync("reconcile", "--once").check()
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(installation.backups)/web-1/.trash") == [".lock"])
      #expect(try await installation.pobsync("diff").status == 0)
    }
  }

  @Test func `one host's broken directory does not stop the others`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(hosts: ["bad": [], "good": []]))
      try await installation.pobsync("reconcile", "--once").check()
      try FileManager.default.removeItem(atPath: "\(installation.backups)/bad/scheduled")
      try installation.scratch.write("no directory", to: "backups/bad/scheduled")
      try await installation.pobsync("remove-snapshot", "good", "scheduled/none", "--yes")
      let diff = try await installation.pobsync("diff")
      #expect(diff.stdout.contains("bad: waits: the snapshots on disk cannot be looked at"), "\(diff)")
      #expect(try await installation.pobsync("reconcile", "--once").status == 1)
      #expect(try await installation.pobsync("describe", "host", "good").stdout.contains("Ready       true"))
      #expect(installation.snapshots(of: "good").count == 1)
      #expect(try await installation.list("snapshots").count == 2, "nothing is forgotten that cannot be seen")
    }
  }

  @Test func `another backup root in mid-transfer neither ends the run nor starts a second one`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch)
      let spec = installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]])
      try await installation.apply(spec)
      let running = try installation.start("backup", "web-1", "--kind", "scheduled")
      try await held.waitUntilHolding()
      let elsewhere = installation.scratch.path("new-disk")
      try await installation.apply(spec.replacing(installation.backups, with: elsewhere))
      let pass = try await installation.pobsync("reconcile", "--once")
      #expect(pass.stdout == "Nothing to do.\n", "\(pass)")
      let other = try installation.start("backup", "web-1", "--kind", "scheduled")
      try await poll(until: 15, "the second one to join") { other.stderr.contains("is running already") }
      #expect(try await installation.runStates() == ["running"])
      try held.release()
      #expect(try await running.wait(timeout: 30).status == 0)
      #expect(try await other.wait(timeout: 30).status == 0)
      #expect(try await installation.runStates() == ["succeeded"])
    }
  }

  @Test func `processes that take a backup root into use at once agree on it`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      for round in 0..<4 {
        try? FileManager.default.removeItem(atPath: installation.backups)
        try await installation.apply(
          installation.spec().replacing(installation.backups, with: "\(installation.backups)-\(round)"))
        let results = try await withThrowingTaskGroup(of: ToolResult.self) { group in
          for _ in 0..<5 { group.addTask { try await installation.pobsync("discover-snapshots") } }
          return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results.contains { $0.status == 0 }, "\(results)")
        #expect(try await installation.pobsync("discover-snapshots").status == 0, "round \(round): \(results)")
      }
    }
  }

  @Test func `a full disk behind the output, or a reader that went away, ends no work`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      let full = try await runTool(
        "/bin/sh", ["-c", "exec '\(Product.pobsync)' backup web-1 --kind scheduled >/dev/full 2>/dev/full"],
        environment: installation.environment)
      #expect(full.status == 0)
      let lost = try await runTool(
        "/bin/sh", ["-c", "exec '\(Product.pobsync)' export >/dev/full"], environment: installation.environment)
      #expect(lost.status == 1)
      #expect(lost.stderr.contains("the output could not be written"))
      let gone = try await runTool(
        "/bin/sh",
        [
          "-c",
          "{ '\(Product.pobsync)' backup web-1 --kind scheduled 2>&1; echo $? >'\(installation.scratch.path)/status'; } | true",
        ],
        environment: installation.environment)
      #expect(gone.status == 0)
      #expect(try String(contentsOfFile: installation.scratch.path("status"), encoding: .utf8) == "0\n")
      #expect(installation.snapshots().count == 2)
    }
  }
}
