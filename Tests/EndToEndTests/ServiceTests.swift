// Controllers and workers as processes of their own: who does what, and what becomes of it when one of them dies, freezes,
// or loses its database.

import Foundation
import Glibc
import Support
import Testing

@Suite struct ServiceTests {
  // MARK: - Dividing the work

  @Test func `a controller plans, a worker carries out, and neither does the other's work`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      let controller = try installation.start("controller")
      defer { controller.signal(SIGKILL) }
      try await poll(until: 30, "a run to be queued") { try await installation.runStates() == ["queued"] }
      #expect(installation.snapshots() == [])
      let worker = try installation.start("worker", "--concurrency", "2")
      defer { worker.signal(SIGKILL) }
      try await poll(until: 30, "the backup") { installation.snapshots().count == 1 }
      try await poll(until: 30, "its record") { try await installation.runStates() == ["succeeded"] }
      for process in [worker, controller] {
        process.signal(SIGTERM)
        #expect(try await process.wait(timeout: 30).status == 0)
      }
      #expect(try await installation.pobsync("diff").status == 0)
    }
  }

  @Test func `a request is left to the service, and followed on request`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      let service = try installation.start("run")
      defer { service.signal(SIGKILL) }
      try await poll(until: 30, "the scheduled backup") { try await installation.runStates() == ["succeeded"] }

      let left = try await installation.pobsync("backup", "web-1")
      #expect(left.status == 0)
      #expect(left.stdout.hasPrefix("web-1: run 2 (backup) is queued; "), "\(left)")
      try await poll(until: 30, "the manual backup") { installation.snapshots().last?.hasPrefix("manual/") == true }

      let followed = try await installation.pobsync("backup", "web-1", "--wait")
      #expect(followed.status == 0)
      #expect(followed.stderr.contains("web-1: backup succeeded: manual/"), "\(followed)")
      #expect(installation.snapshots().count == 3)

      try await installation.apply(installation.spec(hosts: ["web-1": ["source_root: /does/not/exist"]]))
      let failed = try await installation.pobsync("backup", "web-1", "--wait")
      #expect(failed.status == 1)
      #expect(failed.stderr.contains("web-1: backup failed: the source root /does/not/exist does not exist"))
      service.signal(SIGTERM)
      #expect(try await service.wait(timeout: 30).status == 0)
    }
  }

  @Test func `a transfer that ends within its time of grace is not cut off`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      try await installation.apply(installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let service = try installation.start("run", "--grace", "60")
      defer { service.signal(SIGKILL) }
      try await held.waitUntilHolding()
      service.signal(SIGTERM)
      let late = try await installation.pobsync("get", "runs", "-o", "json")
      #expect(late.stdout.contains("running"))
      try held.release()
      #expect(try await service.wait(timeout: 60).status == 0)
      #expect(try await installation.runStates() == ["succeeded"])
      #expect(installation.snapshots().count == 1)
    }
  }

  @Test func `one controller leads, and another takes over when it dies`() async throws {
    try await withInstallation { installation in
      let first = try installation.start("controller")
      defer { first.signal(SIGKILL) }
      try await poll(until: 30, "the first to lead") { first.stderr.contains("leading") }
      let second = try installation.start("run")
      defer { second.signal(SIGKILL) }
      try await poll(until: 30, "the second to be up") { second.stderr.contains("running") }
      let pass = try await installation.pobsync("reconcile", "--once")
      #expect(pass.status == 1)
      #expect(pass.stderr.contains("another controller leads, process \(first.pid) on "), "\(pass)")
      #expect(!second.stderr.contains("leading"))
      first.signal(SIGKILL)
      try await first.wait()
      try await poll(until: 30, "the second to lead") { second.stderr.contains("leading") }
      try await installation.apply(installation.spec())
      try await poll(until: 30, "the backup") { installation.snapshots().count == 1 }
    }
  }

  // MARK: - Dying and freezing

  @Test func `what a dead worker was doing is taken up by another`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      try await installation.apply(installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let controller = try installation.start("controller")
      defer { controller.signal(SIGKILL) }
      let first = try installation.start("worker")
      defer { first.signal(SIGKILL) }
      try await held.waitUntilHolding()
      let second = try installation.start("worker")
      defer { second.signal(SIGKILL) }
      first.signal(SIGKILL)
      try await first.wait()
      try held.release()
      try await poll(until: 60, "the second worker's backup") {
        try await installation.runStates() == ["succeeded", "interrupted"]
      }
      #expect(installation.snapshots().count == 1)
    }
  }

  @Test func `a frozen worker is given up, and stops its transfer when it wakes`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      try await installation.apply(installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let controller = try installation.start("controller")
      defer { controller.signal(SIGKILL) }
      let frozen = try installation.start("worker", "--lease", "3")
      defer { frozen.signal(SIGKILL) }
      try await held.waitUntilHolding()
      frozen.signal(SIGSTOP)
      // Its rsync, which is not frozen, comes to its end, but nobody is there to give the snapshot its name.
      try held.release()
      try await poll(until: 60, "the worker to be given up") {
        try await installation.runStates().contains("interrupted")
      }
      #expect(installation.snapshots() == [])
      frozen.signal(SIGCONT)
      try await poll(until: 30, "the worker to notice") { frozen.stderr.contains("this worker was given up") }
      #expect(installation.snapshots() == [], "what is no longer its own to publish is not published")
      try await poll(until: 60, "the run to be taken up again") {
        try await installation.runStates() == ["succeeded", "interrupted"]
      }
      #expect(installation.snapshots().count == 1)
    }
  }

  // MARK: - The database

  @Test(.enabled(if: !TestDatabase.usesMariaDB, "it locks the SQLite file"))
  func `the end of a run is recorded when a locked database is free again`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      try await installation.apply(installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let service = try installation.start("run")
      defer { service.signal(SIGKILL) }
      try await held.waitUntilHolding()
      let lock = """
        import signal, sqlite3, sys
        database = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
        database.execute("BEGIN EXCLUSIVE")
        print("locked", flush=True)
        signal.pause()
        """
      let locker = try RunningTool("/usr/bin/python3", ["-c", lock, installation.database])
      defer { locker.signal(SIGKILL) }
      try await poll(until: 30, "the database to be locked") { locker.stdout.contains("locked") }
      try held.release()
      try await poll(until: 60, "the service to say that it waits") {
        service.stderr.contains("cannot go on; waiting") && service.stderr.contains("is locked by another process")
      }
      try await poll(until: 60, "the snapshot, which needs no database") { installation.snapshots().count == 1 }
      locker.signal(SIGKILL)
      try await locker.wait()
      try await poll(until: 60, "the record") { try await installation.runStates() == ["succeeded"] }
      #expect(try await installation.list("snapshots").count == 1)
      service.signal(SIGTERM)
      #expect(try await service.wait(timeout: 30).status == 0)
    }
  }

  @Test(.enabled(if: LoopFileSystem.isAvailable))
  func `a service whose database has no room waits, and goes on when it has`() async throws {
    try await withInstallation { installation in
      try await withLoopFileSystem(.ext4, sizeMiB: 16) { mountPoint in
        let database = "\(mountPoint)/pobsync.sqlite3"
        var environment = installation.environment
        environment["POBSYNC_DATABASE"] = "sqlite://\(database)"
        let spec = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
        try await runTool(Product.pobsync, ["apply", "-f", spec], environment: environment).check()
        // What the index of the database's log needs, and as much again.
        let filler = try await fillFileSystem(at: mountPoint, butFor: 2 * 32_768)
        let service = try RunningTool(Product.pobsync, ["run"], environment: environment)
        defer { service.signal(SIGKILL) }
        try await poll(until: 60, "the service to say that it waits") {
          try #require(service.exitStatus == nil, "\(service.stderr)")
          return service.stderr.contains("cannot go on; waiting")
        }
        #expect(service.stderr.contains("its disk is full"))
        try FileManager.default.removeItem(atPath: filler)
        try await poll(until: 60, "the backup") { installation.snapshots().count == 1 }
        try await poll(until: 60, "its record") {
          try await runTool(Product.pobsync, ["get", "runs"], environment: environment).stdout.contains("succeeded")
        }
        service.signal(SIGTERM)
        #expect(try await service.wait(timeout: 30).status == 0, "\(service.stderr)")
      }
    }
  }
}
