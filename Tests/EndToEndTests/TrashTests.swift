// The trash from end to end: what is removed can be got back, and deleting it delays nobody.

import Foundation
import Glibc
import Support
import Testing

@Suite struct TrashTests {
  /// The names in the trash of `web-1`, but for its lock.
  private func trash(_ installation: Installation) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(installation.backups)/web-1/.trash")) ?? []
    return names.filter { $0 != ".lock" }.sorted()
  }

  /// Puts a tree of many files into the trash, of which nothing tells since when it is there.
  private func fillTrash(_ installation: Installation, files: Int) throws {
    let tree = try TreeBuilder(at: "\(installation.backups)/web-1/.trash/scheduled-20260101-000000Z__AAAAAAAA")
    try tree.makeDirectory("data")
    for number in 0..<files { try tree.write("x", to: RawPath("data/\(number)")) }
  }

  private func filesInTrash(_ installation: Installation) -> Int {
    trash(installation).reduce(0) { sum, name in
      let path = "\(installation.backups)/web-1/.trash/\(name)/data"
      return sum + ((try? FileManager.default.contentsOfDirectory(atPath: path).count) ?? 0)
    }
  }

  /// rsbackup#66: backups waited for 25 days while old ones were deleted.
  @Test(.timeLimit(.minutes(5)))
  func `rsbackup#66: a backup does not wait while a large trash of its host is emptied`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(settings: ["min_free: 1kB"]))
      try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check()
      try fillTrash(installation, files: 3000)
      let service = try installation.start("run", "--trash-rate", "20")
      defer { service.signal(SIGKILL) }
      try await poll(until: 60, "the trash to be emptied") { filesInTrash(installation) < 3000 }
      let status = try await installation.pobsync("status").check().stdout
      #expect(status.contains("TRASH\n  web-1"), "\(status)")

      // A transfer that lasts: nothing is deleted meanwhile.
      let held = try HeldRsync(in: installation.scratch)
      try await installation.apply(
        installation.spec(
          settings: ["min_free: 1kB"], hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let backup = try installation.start("backup", "web-1", "--wait")
      defer { backup.signal(SIGKILL) }
      try await held.waitUntilHolding()
      var before = -1
      try await poll(until: 60, every: 2, "the emptying to make way") {
        let now = filesInTrash(installation)
        defer { before = now }
        return before == now
      }
      try held.release()
      #expect(try await backup.wait(timeout: 60).status == 0)
      let manual = installation.snapshots().filter { $0.hasPrefix("manual/") }
      #expect(manual.count == 1)
      #expect(filesInTrash(installation) > 0, "the backup was done before the trash was empty")
      let runs = try await installation.list("runs")
      #expect(runs.contains { $0["kind"] as? String == "empty_trash" && $0["state"] as? String == "running" })

      // A stop is not waited for, and what is left is taken up again.
      service.signal(SIGTERM)
      #expect(try await service.wait(timeout: 30).status == 0)
      #expect(filesInTrash(installation) > 0)
      try await installation.pobsync("reconcile", "--once", "--trash-rate", "1000000").check()
      #expect(trash(installation) == [])
    }
  }

  @Test func `A6 restic 3415: what was pruned can be got back, and is pinned`() async throws {
    try await withInstallation { installation in
      // However full the disk of the tests is, room is not short.
      let spec = installation.spec(settings: ["min_free: 1kB"]).replacing("keep_last: 3", with: "keep_last: 1")
      try await installation.apply(spec)
      for _ in 0..<2 { try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check() }
      let all = installation.snapshots()
      try await installation.pobsync("retention", "web-1", "--apply", "--yes", "--max-delete", "9").check()
      #expect(installation.snapshots() == [all[1]])
      try await installation.pobsync("reconcile", "--once").check()
      #expect(trash(installation).count == 1, "nothing is deleted before its time")

      let listed = try await installation.pobsync("undelete", "web-1").check().stdout
      #expect(listed.contains(all[0]), "\(listed)")
      let removed = try await installation.list("trash")
      #expect(removed.count == 1)
      #expect(removed.first?["snapshot"] as? String == all[0])
      #expect(removed.first?["until"] as? String != nil)
      #expect((removed.first?["reason"] as? String)?.isEmpty == false)
      let page = try await installation.pobsync("describe", "host", "web-1").check().stdout
      #expect(page.contains("\(all[0])  can be got back until "), "\(page)")

      let back = try await installation.pobsync("undelete", "web-1", all[0]).check().stdout
      #expect(back == "web-1: \(all[0]) is back (success), and pinned\n")
      #expect(installation.snapshots() == all)
      let copy = try TreeFingerprint(of: "\(installation.backups)/web-1/\(all[0])/data")
      #expect(copy.differences(from: try TreeFingerprint(of: installation.source)) == [])
      #expect(try await installation.list("snapshots").count == 2)
      #expect(trash(installation) == [])
      let again = try await installation.pobsync("undelete", "web-1", all[0])
      #expect(again.status == 1)
      #expect(again.stderr.contains("is not in the trash; `pobsync undelete web-1` lists"), "\(again)")
    }
  }

  @Test func `with a trash_ttl of nothing what is removed is deleted by the next pass`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(settings: ["trash_ttl: 0s"]))
      try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check()
      try await installation.pobsync("backup", "web-1").check()
      let manual = try #require(installation.snapshots().last)
      let removed = try await installation.pobsync("remove-snapshot", "web-1", manual, "--yes").check()
      #expect(!removed.stderr.contains("undelete"), "\(removed)")
      #expect(trash(installation).count == 1)
      try await installation.pobsync("reconcile", "--once").check()
      #expect(trash(installation) == [])
    }
  }

  /// Kills the program at its n-th deletion of a file or directory, for every n until it gets through.
  @Test(.enabled(if: access("/usr/bin/strace", X_OK) == 0), .timeLimit(.minutes(10)))
  func `kill -9 at every step of emptying the trash`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check()
      let before = try installation.fingerprints()
      var kills = 0
      for step in 1...40 {
        if trash(installation).isEmpty { try fillTrash(installation, files: 4) }
        let result = try await runTool(
          "/usr/bin/strace",
          [
            "-f", "-qq", "-o", "/dev/null", "-e", "trace=unlinkat,renameat,rename", "-e",
            "inject=unlinkat,renameat,rename:signal=KILL:when=\(step)", Product.pobsync, "reconcile", "--once",
          ], environment: installation.environment, timeout: 60)
        #expect(try installation.fingerprints() == before)
        if result.status == 0 { break }
        kills += 1
      }
      #expect(kills > 0)
      try await installation.pobsync("reconcile", "--once").check()
      #expect(trash(installation) == [])
      #expect(try installation.fingerprints() == before)
      #expect(try await !installation.runStates().contains("running"))
    }
  }
}
