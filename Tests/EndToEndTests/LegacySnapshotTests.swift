// Snapshots of the original pobsync: found, listed and judged as they lie, and hard-linked against once they are adopted.

import Foundation
import Support
import Testing

@Suite struct LegacySnapshotTests {
  /// What the original has left of `web-1`: two good snapshots that share what is equal, one that failed, one without
  /// metadata, one that was never finished, and a note of somebody's.
  private struct Tree {
    static let good = ["20260517-021500Z__1", "20260518-021500Z__2"]
    static let failed = "20260519-021500Z__3"
    static let bare = "2026-05-16T02:15:00"

    static func make(in installation: Installation) async throws {
      let scratch = installation.scratch
      let host = "backups/web-1"
      func copy(to name: String, linkedTo base: String? = nil) async throws {
        let data = try scratch.makeDirectory("\(host)/scheduled/\(name)/data")
        let link = base.map { ["--link-dest=\(scratch.path("\(host)/scheduled/\($0)/data"))"] } ?? []
        _ = try await runTool("rsync", ["-aHAX", "--numeric-ids"] + link + ["\(installation.source)/", "\(data)/"])
          .check()
      }
      try await copy(to: bare)
      try await copy(to: good[0])
      try await copy(to: good[1], linkedTo: good[0])
      try await copy(to: failed, linkedTo: good[1])
      try scratch.write(
        #"{"status": "success", "base": {"path": "/gone/web-1/scheduled/20260101-021500Z__0/data"}}"#,
        to: "\(host)/scheduled/\(good[0])/meta.json")
      try scratch.write(
        """
        status: success
        started_at: 2026-05-18T02:15:00+00:00
        ended_at: 2026-05-18T02:16:00+00:00
        base: \(scratch.path("\(host)/scheduled/\(good[0])/data"))
        stats: {rsync: {literal_data_bytes: 0}, storage: {allocated_size_bytes: 4096}, duration_seconds: 60}

        """, to: "\(host)/scheduled/\(good[1])/meta/meta.yaml")
      try scratch.write("status: failed\n", to: "\(host)/scheduled/\(failed)/meta.yaml")
      try scratch.write("half", to: "\(host)/.incomplete/20260520-021500Z__4/data/greeting")
      try scratch.write("do not touch", to: "\(host)/README")
    }
  }

  /// The whole backup root, as it must stay.
  private func fingerprint(_ installation: Installation) throws -> TreeFingerprint {
    try TreeFingerprint(of: installation.backups, .immutable)
  }

  /// The inode of each regular file below a directory, by its path.
  private func inodes(below directory: String) throws -> [String: UInt64] {
    var inodes: [String: UInt64] = [:]
    let paths = try #require(FileManager.default.enumerator(atPath: directory)).compactMap { $0 as? String }
    for path in paths {
      let status = try FileStatus("\(directory)/\(path)")
      if status.isRegular { inodes[path] = status.inode }
    }
    return inodes
  }

  @Test func `they are found, listed and judged by retention, and not a byte is written beside them`() async throws {
    try await withInstallation { installation in
      try await Tree.make(in: installation)
      let before = try fingerprint(installation)
      let keepsOne = installation.spec().replacing("keep_last: 3", with: "keep_last: 1")
      try await installation.apply(keepsOne)
      let once = try await installation.pobsync("reconcile", "--once")
      #expect(once.stdout.contains("`pobsync adopt`") || once.stderr.contains("`pobsync adopt`"))

      let found = try await installation.list("snapshots")
      #expect(
        found.compactMap { $0["name"] as? String } == [Tree.failed, Tree.good[1], Tree.good[0], Tree.bare])
      #expect(found.compactMap { $0["status"] as? String } == ["unknown", "success", "success", "unknown"])
      let notes = found.map { $0["note"] as? String }
      #expect(notes[0] == "its metadata says that the backup ended as `failed`")
      #expect(notes[3] == "no metadata was found beside its data")
      let bases = found.map { $0["base"] as? String }
      #expect(bases == [nil, "scheduled/\(Tree.good[0])", "scheduled/20260101-021500Z__0", nil])

      let plan = try await installation.pobsync("retention", "web-1").check().stdout
      let verdicts = plan.split(separator: "\n").dropFirst().map { line in
        line.split(separator: " ", omittingEmptySubsequences: true).prefix(3).map(String.init)
      }
      #expect(
        verdicts == [
          ["scheduled/\(Tree.failed)", "unknown", "yes"], ["scheduled/\(Tree.good[1])", "success", "yes"],
          ["scheduled/\(Tree.good[0])", "success", "no"], ["scheduled/\(Tree.bare)", "unknown", "yes"],
        ])

      for refused in [
        ["backup", "web-1"], ["retention", "web-1", "--apply", "--yes"], ["pin", "web-1", "scheduled/\(Tree.good[0])"],
        ["remove-snapshot", "web-1", "scheduled/\(Tree.bare)", "--yes"], ["cleanup-incomplete", "web-1", "--yes"],
      ] {
        let result = try await runTool(Product.pobsync, refused, environment: installation.environment)
        #expect(result.status == 1, "\(refused)")
        #expect(result.stderr.contains("`pobsync adopt`"), "\(refused): \(result.stderr)")
      }
      #expect(try await installation.pobsync("status", "--check").stdout.contains("adopt"))
      #expect(try await installation.pobsync("adopt", "web-1").stderr.contains("give --yes"))
      #expect(try fingerprint(installation) == before)
    }
  }

  @Test func `an adopted one is the base of a backup that copies nothing and shares every file`() async throws {
    try await withInstallation { installation in
      try await Tree.make(in: installation)
      let before = try installation.fingerprints()
      try await installation.apply(installation.spec())
      let shown = try await installation.pobsync("adopt", "web-1", "--yes").check().stdout
      #expect(shown.contains("20260101-021500Z__0 (not there)"))
      #expect(shown.contains(".incomplete/20260520-021500Z__4: unfinished, left alone"))
      #expect(shown.contains("README: not a snapshot, left alone"))
      let written = try FileManager.default.contentsOfDirectory(atPath: installation.backups).sorted()
      #expect(written == [".pobsync-root.yaml", "web-1"])
      let inHost = try FileManager.default.contentsOfDirectory(atPath: "\(installation.backups)/web-1").sorted()
      #expect(inHost == [".incomplete", "README", "host.yaml", "scheduled"])
      #expect(try await installation.pobsync("adopt", "web-1").check().stdout.contains("already"))

      try await installation.pobsync("reconcile", "--once").check()
      let newest = try #require(installation.snapshots().last)
      #expect(!before.keys.contains(newest))
      let recorded = try #require(
        try await installation.list("snapshots").first { "scheduled/\($0["name"] as? String ?? "")" == newest })
      #expect(recorded["base"] as? String == "scheduled/\(Tree.good[1])")
      let stats = try #require(recorded["stats"] as? [String: Any])
      let transfer = try #require(stats["rsync"] as? [String: Any])
      #expect(transfer["literal_data_bytes"] as? Int == 0)
      #expect(transfer["transferred_files"] as? Int == 0)
      let data = "\(installation.backups)/web-1/\(newest)/data"
      let base = "\(installation.backups)/web-1/scheduled/\(Tree.good[1])/data"
      let shared = try inodes(below: data)
      #expect(shared.count == 2)
      #expect(try shared == inodes(below: base))
      let after = try installation.fingerprints()
      for (snapshot, fingerprint) in before { #expect(after[snapshot] == fingerprint) }
      #expect(installation.unfinished() == ["20260520-021500Z__4"], "what others have begun is theirs")
    }
  }

  @Test func `one of unknown status is a base once its name is given`() async throws {
    try await withInstallation { installation in
      try await Tree.make(in: installation)
      for name in Tree.good + [Tree.failed] {
        try FileManager.default.removeItem(atPath: "\(installation.backups)/web-1/scheduled/\(name)")
      }
      try await installation.apply(installation.spec())
      let known = try await installation.pobsync("adopt", "web-1", "--base", "scheduled/20200101-000000", "--yes")
      #expect(known.status == 1)
      #expect(known.stderr.contains("has no snapshot scheduled/20200101-000000 of its own"))
      #expect(try await installation.pobsync("adopt", "--base", "scheduled/\(Tree.bare)").status == 64)
      let bare = "scheduled/\(Tree.bare)"
      let shown = try await installation.pobsync("adopt", "web-1", "--base", bare, "--yes").check().stdout
      #expect(shown.contains("may be a base"))
      try await installation.pobsync("reconcile", "--once").check()
      let newest = try #require(installation.snapshots().last)
      #expect(
        try inodes(below: "\(installation.backups)/web-1/\(newest)/data")
          == inodes(below: "\(installation.backups)/web-1/\(bare)/data"))
      let refused = try await installation.pobsync("adopt", "web-1", "--base", newest, "--yes")
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("is known to be success"))
    }
  }

  @Test func `a host that is given another name is adopted before its directory is renamed`() async throws {
    try await withInstallation { installation in
      try await Tree.make(in: installation)
      try await installation.apply(installation.spec())
      // Another host's, by which the root comes to be marked.
      try installation.scratch.write("x", to: "backups/web-9/scheduled/20260518-021500/data/file")
      try await installation.pobsync("adopt", "web-9", "--yes").check()
      let before = try fingerprint(installation)
      try await installation.apply(
        installation.spec(hosts: ["web-2": []]) + "moved: [{from: web-1, to: web-2}]\n")
      let refused = try await installation.pobsync("reconcile", "--once")
      #expect((refused.stdout + refused.stderr).contains("`pobsync adopt web-1`"))
      #expect(try fingerprint(installation) == before)
      try await installation.pobsync("adopt", "web-1", "--yes").check()
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots(of: "web-2").count == 5)
    }
  }

  @Test func `a service that waits goes on once everything is adopted`() async throws {
    try await withInstallation { installation in
      try installation.scratch.write("x", to: "backups/web-9/scheduled/20260518-021500/data/file")
      try await installation.apply(installation.spec())
      let service = try installation.start("run")
      try await poll(until: 60, every: 0.2, "the host to wait for adoption") {
        let events = try await installation.pobsync("status").stdout
        return events.contains("`pobsync adopt`")
      }
      try await installation.pobsync("adopt", "--yes").check()
      try await poll(until: 60, every: 0.1, "the first backup") { installation.snapshots().count == 1 }
      service.signal(SIGTERM)
      #expect(try await service.wait(timeout: 30).status == 0)
    }
  }

  @Test func `adopting everything makes the declared hosts' directories their own, and no other`() async throws {
    try await withInstallation { installation in
      try await Tree.make(in: installation)
      let scratch = installation.scratch
      try scratch.write("x", to: "backups/web-2/scheduled/20260518-021500/data/file")
      try await installation.apply(installation.spec())
      let shown = try await installation.pobsync("adopt", "--yes").check().stdout
      #expect(shown.contains("web-2") && shown.contains("adopted"))
      #expect(FileManager.default.fileExists(atPath: "\(installation.backups)/web-1/host.yaml"))
      #expect(!FileManager.default.fileExists(atPath: "\(installation.backups)/web-2/host.yaml"))
      try await installation.pobsync("reconcile", "--once").check()
      #expect(try await installation.pobsync("adopt").check().stdout.contains("adopted already"))

      // Declared later, the other waits for the same.
      try await installation.apply(installation.spec(hosts: ["web-1": [], "web-2": []]))
      let waits = try await installation.pobsync("reconcile", "--once")
      #expect((waits.stdout + waits.stderr).contains("`pobsync adopt web-2`"))
      #expect(try await installation.pobsync("get", "snapshots", "--host", "web-2").check().stdout.contains("unknown"))
      try await installation.pobsync("adopt", "web-2", "--yes").check()
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots(of: "web-2").count == 2)
    }
  }
}
