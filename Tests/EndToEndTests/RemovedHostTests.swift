// Hosts that are declared no more, from end to end: nothing is lost until somebody names what is to go.

import Foundation
import Support
import Testing

@Suite struct RemovedHostTests {
  /// Takes `web-2` out of the spec, after both hosts have been backed up.
  private func remove(_ installation: Installation, onRemove: String = "retain") async throws -> ToolResult {
    let both = installation.spec(hosts: ["web-1": [], "web-2": ["on_remove: \(onRemove)"]])
    try await installation.apply(both)
    try await installation.pobsync("reconcile", "--once").check()
    try await installation.pobsync("backup", "web-2").check()
    let path = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
    let diff = try await installation.pobsync("diff", "-f", path, "--prune")
    try await installation.pobsync("apply", "-f", path, "--prune").check()
    return diff
  }

  private func host(_ name: String, in installation: Installation) async throws -> [String: Any]? {
    try await installation.list("hosts").first { $0["name"] as? String == name }
  }

  @Test
  func `A13 BackupPC 469: a removed host is retained, no backups, and every snapshot is kept and shown`() async throws {
    try await withInstallation { installation in
      let diff = try await remove(installation)
      #expect(diff.stdout.contains("host/web-2: its 2 snapshots stay (on_remove: retain)"), "\(diff)")
      let before = try installation.fingerprints(of: "web-2")
      #expect(before.count == 2)

      try await installation.pobsync("reconcile", "--once").check()
      #expect(try installation.fingerprints(of: "web-2") == before)
      let listed = try #require(try await host("web-2", in: installation))
      let retained = try #require(listed["retained"] as? [String: Any])
      #expect(retained["on_remove"] as? String == "retain" && retained["source"] as? String == "test")
      #expect(try await installation.pobsync("get", "hosts").check().stdout.contains("retained: removed "))
      let snapshots = try await installation.list("snapshots").filter { $0["host"] as? String == "web-2" }
      #expect(snapshots.count == 2 && snapshots.allSatisfy { $0["retained"] as? Bool == true })
      #expect(try await installation.pobsync("status").check().stdout.contains("; 1 declared no more"))
      let described = try await installation.pobsync("describe", "host", "web-2").check().stdout
      for part in ["declared no more: removed at ", "snapshots   stay (on_remove: retain)", "Snapshots (2)"] {
        #expect(described.contains(part), "\(part) in \(described)")
      }
      try await installation.pobsync("discover-snapshots", "--host", "web-2").check()
      let backup = try await installation.pobsync("backup", "web-2")
      #expect(backup.status == 1 && backup.stderr.contains("there is no host `web-2`"), "\(backup)")
      let refused = try await installation.pobsync("retention", "web-2", "--apply", "--yes")
      #expect(refused.status == 1 && refused.stderr.contains("is declared no more, and its snapshots stay"))

      // Declared again, it goes on where it was.
      try await installation.apply(installation.spec(hosts: ["web-1": [], "web-2": []]))
      #expect(try await host("web-2", in: installation)?["retained"] == nil)
      try await installation.pobsync("reconcile", "--once").check()
      #expect(try installation.fingerprints(of: "web-2").filter { before.keys.contains($0.key) } == before)
    }
  }

  @Test func `a host whose snapshots expire says so, and keeps its newest good one`() async throws {
    try await withInstallation { installation in
      let diff = try await remove(installation, onRemove: "expire")
      #expect(diff.stdout.contains("its 2 snapshots expire with time (on_remove: expire)"), "\(diff)")
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots(of: "web-2").count == 2)
      let plan = try await installation.pobsync("retention", "web-2").check().stdout
      #expect(plan.contains("the newest good one") && plan.contains("manual: removed only by name"), "\(plan)")
      let described = try await installation.pobsync("describe", "host", "web-2").check().stdout
      #expect(described.contains("snapshots   expire by retention standard (on_remove: expire)"), "\(described)")
    }
  }

  // MARK: - Purging

  @Test func `a host that is declared is not purged`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once").check()
      let before = try installation.fingerprints()
      let result = try await installation.pobsync("purge", "host", "web-1", "--yes-delete-all-data-of", "web-1")
      #expect(result.status == 1)
      #expect(result.stderr.contains("nothing was deleted: host web-1 is declared, by test"), "\(result)")
      #expect(try installation.fingerprints() == before)
    }
  }

  @Test func `purging deletes all of one host when it is named, and of no other`() async throws {
    try await withInstallation { installation in
      _ = try await remove(installation)
      let (others, own) = (try installation.fingerprints(), try installation.fingerprints(of: "web-2"))
      let unasked = try await installation.pobsync("purge", "host", "web-2")
      #expect(unasked.status == 1 && unasked.stderr.contains("give --yes-delete-all-data-of web-2"), "\(unasked)")
      let misnamed = try await installation.pobsync("purge", "host", "web-2", "--yes-delete-all-data-of", "web-1")
      #expect(misnamed.status == 64)
      #expect(try installation.fingerprints(of: "web-2") == own)

      let purged = try await installation.pobsync("purge", "host", "web-2", "--yes-delete-all-data-of", "web-2")
      #expect(purged.status == 0, "\(purged)")
      #expect(purged.stdout.contains("1 scheduled and 1 manual snapshots, about "), "\(purged)")
      #expect(purged.stdout.hasSuffix("host/web-2 purged\n"))
      #expect(!FileManager.default.fileExists(atPath: "\(installation.backups)/web-2"))
      #expect(try installation.fingerprints() == others)
      #expect(try await host("web-2", in: installation) == nil)
      #expect(try await installation.list("snapshots").compactMap { $0["host"] as? String } == ["web-1"])
      let events = try await installation.pobsync("events", "--host", "web-2").check().stdout
      #expect(events.contains("all its snapshots were deleted by "), "\(events)")
      try await installation.pobsync("reconcile", "--once").check()
      #expect(!FileManager.default.fileExists(atPath: "\(installation.backups)/web-2"))
      let again = try await installation.pobsync("purge", "host", "web-2", "--yes-delete-all-data-of", "web-2")
      #expect(again.status == 1 && again.stderr.contains("there is nothing of host `web-2`"), "\(again)")
    }
  }

  @Test func `what is not ours survives a purge, and one that was cut off is finished`() async throws {
    try await withInstallation { installation in
      _ = try await remove(installation)
      let own = installation.snapshots(of: "web-2")
      try installation.scratch.write("mine", to: "backups/web-2/notes/todo")
      try installation.scratch.write("part", to: "backups/web-2/.incomplete/20260101-000000Z__AAAAAAAA/data/file")
      // As if killed after the first snapshot was moved out of sight.
      let first = try #require(own.first)
      try FileManager.default.moveItem(
        atPath: "\(installation.backups)/web-2/\(first)",
        toPath: "\(installation.backups)/web-2/.trash/\(first.replacing("/", with: "-"))")
      let purge = ["purge", "host", "web-2", "--yes-delete-all-data-of", "web-2"]
      let result = try await runTool(Product.pobsync, purge, environment: installation.environment).check()
      for part in [
        "1 unfinished", "1 in the trash", "notes: not a snapshot of this host, left alone", "web-2 stays, for ",
      ] {
        #expect(result.stdout.contains(part), "\(part) in \(result)")
      }
      let left = try TreeFingerprint(of: "\(installation.backups)/web-2").entries.map { "\($0.path)" }
      #expect(left.contains("notes/todo"))
      #expect(!left.contains { $0.contains("greeting") || $0.contains("file") }, "\(left)")
      #expect(try await host("web-2", in: installation) == nil)
      try FileManager.default.removeItem(atPath: "\(installation.backups)/web-2/notes")
      try await runTool(Product.pobsync, purge, environment: installation.environment).check()
      #expect(!FileManager.default.fileExists(atPath: "\(installation.backups)/web-2"))
    }
  }
}
