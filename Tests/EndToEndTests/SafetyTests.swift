// Retention that can be trusted: pins, sources that are not whole, and disks of which the database knows nothing.
// AccidentTests has more of it.

import Foundation
import Support
import Testing

@Suite struct SafetyTests {
  // MARK: - Pins

  @Test
  func `A6 restic 3459: a pinned snapshot is kept by prune and by name, outlives the database, and goes once unpinned`()
    async throws
  {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.backUp(times: 4)
      let oldest = installation.snapshots()[0]
      let pinned = try await installation.pobsync("pin", "web-1", oldest, "--reason", "before the upgrade").check()
      #expect(pinned.stdout == "\(oldest) of web-1 pinned until `pobsync unpin web-1 \(oldest)`\n")
      #expect(try await installation.pobsync("diff").status == 0, "nothing is to be pruned")
      #expect(
        try await installation.pobsync("retention", "web-1").check().stdout.contains("pinned: before the upgrade"))
      #expect(
        try await installation.pobsync("get", "snapshots").check().stdout.contains("pinned: before the upgrade"))
      let listed = try await installation.list("snapshots").last
      #expect((listed?["pin"] as? [String: Any])?["reason"] as? String == "before the upgrade")

      let refused = try await installation.pobsync("remove-snapshot", "web-1", oldest, "--yes")
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("`pobsync unpin web-1 \(oldest)` takes the pin out"))

      try FileManager.default.removeItem(atPath: installation.scratch.path("state"))
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once", "--adopt").check()
      #expect(installation.snapshots().first == oldest)
      #expect(installation.snapshots().count == 4)

      try await installation.pobsync("unpin", "web-1", oldest).check()
      #expect(try await installation.pobsync("unpin", "web-1", oldest).check().stdout.contains("was not pinned"))
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 3)
      #expect(installation.snapshots().first != oldest)
    }
  }

  @Test func `a pin that only the disk knows of keeps its snapshot from a prune`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.backUp(times: 4)
      let oldest = installation.snapshots()[0]
      try installation.scratch.write("reason: by hand\n", to: "backups/web-1/\(oldest)/meta/pin.yaml")
      _ = try await installation.pobsync("reconcile", "--once")
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().contains(oldest))
      #expect(try await installation.pobsync("get", "snapshots").check().stdout.contains("pinned: by hand"))
    }
  }

  @Test func `a pin is refused on what is not there, and while somebody works on the host`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch)
      try await installation.apply(installation.spec())
      try await installation.backUp()
      let id = installation.snapshots()[0]
      #expect(try await installation.pobsync("pin", "web-1", "scheduled/20200101-000000Z__AAAAAAAA").status == 1)
      #expect(try await installation.pobsync("pin", "web-2", id).stderr.contains("did you mean `web-1`?"))
      #expect(try await installation.pobsync("pin", "web-1", id, "--until", "2020-01-01").status == 1)
      #expect(try await installation.pobsync("pin", "web-1", id, "--for", "1d", "--until", "2099-01-01").status == 64)
      try await installation.apply(
        installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let running = try installation.start("backup", "web-1")
      try await held.waitUntilHolding()
      let busy = try await installation.pobsync("pin", "web-1", id)
      #expect(busy.status == 1)
      #expect(busy.stderr.contains("is being worked on"))
      try held.release()
      #expect(try await running.wait(timeout: 30).status == 0)
      let pinned = try await installation.pobsync("pin", "web-1", id, "--until", "2099-01-01").check()
      #expect(pinned.stdout.contains("pinned until 2099-01-01 00:00:00Z"))
    }
  }

  // MARK: - Sources that are not whole

  @Test func `a source that was emptied on purpose is pruned again once that is accepted`() async throws {
    try await withInstallation { installation in
      let tree = try TreeBuilder(at: installation.source)
      try tree.makeDirectory("archive")
      for number in 0..<40 { try tree.write("file \(number)", to: RawPath("archive/\(number)")) }
      try await installation.apply(installation.spec())
      try await installation.backUp(times: 3)
      #expect(try await installation.pobsync("accept", "web-1").check().stdout.hasPrefix("Nothing to accept"))
      try tree.remove("archive")
      try await installation.backUp()
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 4)
      let accepted = try await installation.pobsync("accept", "web-1", "--reason", "moved to web-2").check()
      #expect(accepted.stdout.hasSuffix("web-1 accepted as it is: pruning goes on\n"), "\(accepted)")
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 3)
      #expect(try await installation.pobsync("events").stdout.contains("moved to web-2"))
      #expect(try await installation.pobsync("accept", "web-9").status == 1)
    }
  }

  // MARK: - Disks of which nothing is known

  @Test func `another disk that is accepted has to be adopted if it holds snapshots`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.backUp(times: 4)
      let accepted = try await installation.pobsync("configure-global", "--accept-backup-root").check()
      #expect(accepted.stdout.contains("nothing of them is pruned until `pobsync adopt`"))
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 4)
      try await installation.pobsync("reconcile", "--once", "--adopt").check()
      #expect(installation.snapshots().count == 3)
    }
  }
}
