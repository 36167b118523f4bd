// Retention that can be trusted: pins, sources that are not whole, clocks that are wrong, and disks of which the database
// knows nothing. Accidents of others, named after what they were, in which nothing is lost here.

import Foundation
import Support
import Testing

@Suite struct SafetyTests {
  /// Makes so many scheduled snapshots.
  private func backUp(_ installation: Installation, times: Int) async throws {
    for _ in 0..<times { try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check() }
  }

  // MARK: - Pins

  @Test func `a pinned snapshot is kept by prune and by name, outlives the database, and goes once unpinned`()
    async throws
  {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await backUp(installation, times: 4)
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
      try await backUp(installation, times: 4)
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
      try await backUp(installation, times: 1)
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

  @Test func `rsnapshot 351: a source that is not mounted any more costs no old snapshot`() async throws {
    try await withInstallation { installation in
      let tree = try TreeBuilder(at: installation.source)
      try tree.makeDirectory("mounted")
      for number in 0..<40 { try tree.write("file \(number)", to: RawPath("mounted/\(number)")) }
      try await installation.apply(installation.spec())
      try await backUp(installation, times: 3)
      let whole = installation.snapshots()
      try tree.remove("mounted")
      try tree.makeDirectory("mounted")

      // Day by day, empty backups are made, and nothing goes for them.
      for _ in 0..<3 {
        try await backUp(installation, times: 1)
        try await installation.pobsync("reconcile", "--once").check()
      }
      #expect(installation.snapshots().count == 6)
      #expect(Array(installation.snapshots().prefix(3)) == whole)
      let diff = try await installation.pobsync("diff")
      #expect(diff.stdout.contains("nothing is pruned until the source is whole again"), "\(diff)")
      #expect(diff.stdout.contains("pobsync accept web-1"))
      #expect(try await installation.pobsync("describe", "host", "web-1").stdout.contains("Retained    false"))
      let followed = try await installation.pobsync("backup", "web-1", "--kind", "scheduled", "--prune")
      #expect(followed.status == 1, "a prune that nobody has looked at is refused")
      #expect(installation.snapshots().count == 7)

      // The disk is back: so is the pruning.
      for number in 0..<40 { try tree.write("file \(number)", to: RawPath("mounted/\(number)")) }
      try await backUp(installation, times: 1)
      try await installation.pobsync("retention", "web-1", "--apply", "--yes", "--max-delete", "5").check()
      #expect(installation.snapshots().count == 3)
    }
  }

  @Test func `a source that was emptied on purpose is pruned again once that is accepted`() async throws {
    try await withInstallation { installation in
      let tree = try TreeBuilder(at: installation.source)
      try tree.makeDirectory("archive")
      for number in 0..<40 { try tree.write("file \(number)", to: RawPath("archive/\(number)")) }
      try await installation.apply(installation.spec())
      try await backUp(installation, times: 3)
      #expect(try await installation.pobsync("accept", "web-1").check().stdout.hasPrefix("Nothing to accept"))
      try tree.remove("archive")
      try await backUp(installation, times: 1)
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

  // MARK: - Times that are wrong

  @Test func `kopia 3736: a snapshot of 2042 is kept, is not the newest, and keeps nobody from working`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await backUp(installation, times: 1)
      try installation.scratch.makeDirectory("backups/web-1/scheduled/20420101-000000Z__AAAAAAAA/data")
      try installation.scratch.write(
        "status: success\n", to: "backups/web-1/scheduled/20420101-000000Z__AAAAAAAA/meta/meta.yaml")
      try await installation.pobsync("discover-snapshots").check()
      try await backUp(installation, times: 3)
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 4)
      #expect(installation.snapshots().contains("scheduled/20420101-000000Z__AAAAAAAA"))
      let retention = try await installation.pobsync("retention", "web-1").check().stdout
      #expect(retention.contains("dated in the future"))
      #expect(!retention.contains("clock"))
    }
  }

  // MARK: - Disks of which nothing is known

  @Test func `velero 375: a database that is lost takes no snapshot with it, until a person adopts the disk`()
    async throws
  {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await backUp(installation, times: 5)
      let before = installation.snapshots()
      try installation.scratch.makeDirectory("backups/retired/scheduled/20250101-000000Z__AAAAAAAA/data")
      try FileManager.default.removeItem(atPath: installation.scratch.path("state"))
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once").check()
      try await backUp(installation, times: 1)
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 6, "discovered and added to, and nothing removed")
      #expect(Array(installation.snapshots().prefix(5)) == before)

      let diff = try await installation.pobsync("diff")
      #expect(diff.status == 0, "\(diff)")
      #expect(diff.stdout.contains("The backup root is not adopted"))
      #expect(try await installation.pobsync("status").stdout.contains("not adopted: nothing is pruned"))
      let forced = try await installation.pobsync("retention", "web-1", "--apply", "--yes", "--max-delete", "9")
      #expect(forced.status == 1)
      #expect(forced.stderr.contains("`pobsync adopt`"))
      let unasked = try await installation.pobsync("adopt")
      #expect(unasked.status == 1)
      #expect(unasked.stdout.contains("retired"))
      #expect(unasked.stderr.contains("give --yes"))
      #expect(installation.snapshots().count == 6)

      try await installation.pobsync("adopt", "--yes").check()
      #expect(try await installation.pobsync("adopt").check().stdout.contains("is adopted already"))
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 3)
      #expect(installation.snapshots(of: "retired").count == 1)
      #expect(try await !installation.pobsync("diff").stdout.contains("not adopted"))
    }
  }

  @Test func `another disk that is accepted has to be adopted if it holds snapshots`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await backUp(installation, times: 4)
      let accepted = try await installation.pobsync("configure-global", "--accept-backup-root").check()
      #expect(accepted.stdout.contains("nothing of them is pruned until `pobsync adopt`"))
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 4)
      try await installation.pobsync("reconcile", "--once", "--adopt").check()
      #expect(installation.snapshots().count == 3)
    }
  }
}
