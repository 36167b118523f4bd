// Accidents on the disk: whose a snapshot is, what shares its files, and what is being made.

import Foundation
import Glibc
import Support
import Testing

extension AccidentTests {
  // MARK: - What belongs to others

  @Test func `A7 backrest 247: a prune of one host takes nothing of another`() async throws {
    try await withInstallation { installation in
      let spec = installation.spec(hosts: ["web": [], "web-1": []], schedule: Self.rarely)
      try await installation.apply(spec.replacing("keep_last: 3", with: "keep_last: 1"))
      try await installation.backUp("web", times: 2)
      try await installation.backUp("web-1", times: 2)
      let others = try installation.fingerprints(of: "web")
      // One that says of itself that it is another host's, in the directory of this one.
      let oldest = try #require(installation.snapshots().first)
      let path = "\(installation.backups)/web-1/\(oldest)/meta/meta.yaml"
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let id = try #require(text.split(separator: "\n").first { $0.hasPrefix("host_id: ") })
      try text.replacing(id, with: "host_id: ANOTHER").write(toFile: path, atomically: true, encoding: .utf8)
      let before = try installation.fingerprints()

      let refused = try await installation.pobsync("retention", "web-1", "--apply", "--yes", "--max-delete", "9")
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("name another host, so that it is not ours to remove"), "\(refused)")
      try await installation.pobsync("discover-snapshots", "--host", "web-1").check()
      try await installation.pobsync("retention", "web-1", "--apply", "--yes", "--max-delete", "9").check()
      #expect(try installation.fingerprints() == before)
      #expect(try await installation.list("unmanaged").count == 1)

      // What goes by name is looked for at its host alone.
      let stranger = try #require(installation.snapshots(of: "web").first)
      #expect(try await installation.pobsync("remove-snapshot", "web-1", stranger, "--yes").status == 1)
      #expect(try installation.fingerprints(of: "web") == others)
    }
  }

  @Test func `A8 zrepl 540: what pobsync has not made is named, and stays`() async throws {
    try await withInstallation { installation in
      let spec = installation.spec(schedule: Self.rarely).replacing("keep_last: 3", with: "keep_last: 1")
      try await installation.apply(spec)
      try await installation.backUp(times: 2)
      let names = installation.snapshots()
      let strange = ["lost+found", "web-1/notes", "web-1/scheduled/my-notes", "zrepl"]
      // The last one looks like a snapshot, and says nothing about itself.
      let all = strange + ["web-1/scheduled/20200101-000000Z-zrepl"]
      for path in all { try installation.scratch.write("mine", to: "backups/\(path)/data/file") }
      func marks() throws -> [TreeFingerprint] {
        try all.map { try TreeFingerprint(of: "\(installation.backups)/\($0)", .immutable) }
      }
      let before = try marks()

      try await installation.pobsync("discover-snapshots").check()
      let paths = try await installation.list("unmanaged").compactMap { $0["path"] as? String }
      #expect(paths == strange.map { "\(installation.backups)/\($0)" })
      let one = try await installation.pobsync("get", "unmanaged", "--host", "web-1").check().stdout
      #expect(!one.contains("lost+found") && one.contains("my-notes"))

      try await installation.pobsync("retention", "web-1", "--apply", "--yes", "--max-delete", "9").check()
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots() == ["scheduled/20200101-000000Z-zrepl", names[1], "scheduled/my-notes"])
      #expect(try marks() == before)
      #expect(try await installation.pobsync("retention", "web-1").check().stdout.contains("unknown"))
    }
  }

  // MARK: - Shared files

  @Test func `A9 rsnapshot 344: a backup changes nothing that older snapshots share`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      let tree = try TreeBuilder(at: installation.source)
      for name: RawPath in ["mode", "owner", "time", "content"] { try tree.write("12345678", to: name) }
      try await installation.apply(installation.spec())
      try await installation.backUp()
      let before = try installation.fingerprints()

      // Modes, owners and times alone, content of the same size, and much that is new.
      try tree.chmod("mode", 0o600)
      try tree.chmod("documents", 0o700)
      if TreeBuilder.isPrivileged { try tree.chown("owner", user: 12345, group: 23456) }
      try tree.setTime("time", seconds: 1_000_000_000)
      try tree.write("87654321", to: "content")
      try tree.write([UInt8](repeating: 9, count: 3 << 20), to: "documents/photo")

      // One that is cut off, one that takes over what has arrived, and one more.
      try await installation.apply(installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]]))
      let running = try installation.start("backup", "web-1", "--kind", "scheduled")
      try await held.waitUntilHolding()
      running.signal(SIGKILL)
      try await running.wait()
      try await poll(until: 15, "every process of the transfer to end") { installation.workers.isEmpty }
      #expect(try installation.fingerprints() == before)
      try held.release()
      try await installation.backUp(times: 2)
      let after = try installation.fingerprints()
      #expect(after.count == 3)
      #expect(after.filter { before.keys.contains($0.key) } == before)
      let newest = try #require(installation.snapshots().last)
      let copy = try TreeFingerprint(of: "\(installation.backups)/web-1/\(newest)/data")
      #expect(copy.differences(from: try TreeFingerprint(of: installation.source)) == [])

      for option in ["--inplace", "--append", "--write-devices"] {
        let path = try installation.scratch.write(
          installation.spec(hosts: ["web-1": ["rsync: {extra_args: [\(option)]}"]]), to: "in-place.yaml")
        let refused = try await installation.pobsync("apply", "-f", path)
        #expect(refused.status == 1)
        #expect(refused.stderr.contains("would change what earlier snapshots share"), "\(refused)")
      }
    }
  }

  @Test func `A10 zrepl 659: a prune takes neither the base in use nor what was just made`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch)
      let spec = installation.spec(
        hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]], schedule: Self.rarely)
      try held.release()
      try await installation.apply(spec.replacing("keep_last: 3", with: "keep_last: 1, max_delete_ratio: 100%"))
      try await installation.backUp(times: 2)
      let names = installation.snapshots()
      let base = try #require(try installation.fingerprints()[names[1]])

      // A prune that is asked for while the base is in use.
      held.reset()
      let backup = try installation.start("backup", "web-1", "--kind", "scheduled")
      try await held.waitUntilHolding()
      let prune = try installation.start("retention", "web-1", "--apply", "--yes")
      try await poll(until: 30, every: 0.1, "the prune to be queued") {
        try await installation.runStates().contains("queued")
      }
      #expect(installation.snapshots() == names)
      try held.release()
      #expect(try await backup.wait().status == 0)
      let pruned = try await prune.wait()
      #expect(pruned.status == 0, "\(pruned)")
      let left = installation.snapshots()
      try #require(left.count == 2)
      #expect(left[0] == names[1], "only what was shown goes")
      #expect(try installation.fingerprints()[names[1]] == base)
      let linked = try sharedInodes(
        "\(installation.backups)/web-1/\(left[0])/data", "\(installation.backups)/web-1/\(left[1])/data")
      #expect(linked.shared == linked.total && linked.total == 2)

      // One that follows its backup leaves that.
      try await installation.pobsync("backup", "web-1", "--kind", "scheduled", "--prune").check()
      let last = installation.snapshots()
      #expect(last.count == 1 && !left.contains(last[0]))
      let copy = try TreeFingerprint(of: "\(installation.backups)/web-1/\(last[0])/data")
      #expect(copy.differences(from: try TreeFingerprint(of: installation.source)) == [])
    }
  }

  // MARK: - What is being made

  @Test func `A11 BackupPC 268: an interrupted first backup is cleaned away by nobody`() async throws {
    try await withInstallation { installation in
      let tree = try TreeBuilder(at: installation.source)
      try tree.write([UInt8](repeating: 5, count: 200_000), to: "backlog")
      let held = try HeldRsync(in: installation.scratch, afterBytes: 300_000)
      try await installation.apply(
        installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"]], schedule: Self.rarely))
      let running = try installation.start("backup", "web-1", "--kind", "scheduled")
      try await held.waitUntilHolding()
      let name = try #require(installation.unfinished().first)
      let data = "\(installation.backups)/web-1/.incomplete/\(name)/data"
      try await poll(until: 15, "the first files to arrive whole") {
        FileManager.default.fileExists(atPath: "\(data)/greeting")
          && FileManager.default.fileExists(atPath: "\(data)/backlog")
      }
      running.signal(SIGKILL)
      try await running.wait()
      try await poll(until: 15, "every process of the transfer to end") { installation.workers.isEmpty }
      let arrived = try TreeFingerprint(of: data, .immutable)

      // Night after night the host is away, and all that cleans up has its turn.
      try await installation.apply(
        installation.spec(
          settings: ["trash_ttl: 0s"], hosts: ["web-1": ["ssh: {port: 1}"]], schedule: Self.rarely))
      for _ in 0..<2 { #expect(try await installation.pobsync("reconcile", "--once").status == 1) }
      try await installation.pobsync("discover-snapshots").check()
      let unasked = try await installation.pobsync("cleanup-incomplete", "web-1")
      #expect(unasked.status == 1)
      #expect(unasked.stderr.contains("nothing was removed: give --yes"), "\(unasked)")
      #expect(installation.unfinished() == [name])
      #expect(try TreeFingerprint(of: data, .immutable) == arrived)

      // What had arrived is not transferred again, and stays until somebody says otherwise.
      try await installation.apply(installation.spec(settings: ["trash_ttl: 0s"], schedule: Self.rarely))
      try await installation.backUp()
      let stats = try #require(try await installation.list("snapshots").first?["stats"] as? [String: Any])
      let transfer = try #require(stats["rsync"] as? [String: Any])
      #expect(transfer["literal_data_bytes"] as? Int == 3 << 20)
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.unfinished() == [name])
      #expect(installation.snapshots().count == 1)
    }
  }
}
