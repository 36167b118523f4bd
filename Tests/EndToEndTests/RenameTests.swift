// Hosts under other names, from end to end: the next backup goes on from the snapshots that were made under the former.

import Foundation
import Support
import Testing

@Suite struct RenameTests {
  private func spec(_ installation: Installation, _ name: String, moved: String? = nil) -> String {
    installation.spec(hosts: [name: []]) + (moved.map { "moved: [{from: \($0), to: \(name)}]\n" } ?? "")
  }

  @Test func `A15 flux2 3316: a renamed host goes on from its snapshots`() async throws {
    try await withInstallation { installation in
      try await installation.apply(spec(installation, "web1"))
      try await installation.pobsync("reconcile", "--once").check()
      let before = try installation.fingerprints(of: "web1")
      let id = try String(contentsOfFile: "\(installation.backups)/web1/host.yaml", encoding: .utf8)
        .split(separator: "\n").first { $0.hasPrefix("id: ") }

      let path = try installation.scratch.write(spec(installation, "web-1", moved: "web1"), to: "hosts.yaml")
      let diff = try await installation.pobsync("diff", "-f", path)
      #expect(diff.status == 1 && diff.stdout.contains("host/web1 → host/web-1 renamed"), "\(diff)")
      #expect(!diff.stdout.contains("would back up"), "it has its snapshots: \(diff)")
      let applied = try await installation.pobsync("apply", "-f", path, "--prune").check().stdout
      #expect(applied.hasPrefix("host/web1 → host/web-1 renamed\n") && applied.contains("host/web-1 unchanged"))

      try await installation.pobsync("reconcile", "--once").check()
      #expect(!FileManager.default.fileExists(atPath: "\(installation.backups)/web1"))
      #expect(try installation.fingerprints() == before)
      let file = try String(contentsOfFile: "\(installation.backups)/web-1/host.yaml", encoding: .utf8)
      #expect(file.contains(try #require(id)) && file.contains("name: web-1"))
      #expect(try await installation.list("snapshots").compactMap { $0["host"] as? String } == ["web-1"])

      try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check()
      let names = installation.snapshots()
      #expect(names.count == 2)
      let photos = try names.map { try FileStatus("\(installation.backups)/web-1/\($0)/data/documents/photo").inode }
      #expect(Set(photos).count == 1, "hard-linked")
      let newest = try #require(try await installation.list("snapshots").first)
      let stats = try #require((newest["stats"] as? [String: Any])?["rsync"] as? [String: Any])
      #expect(stats["literal_data_bytes"] as? Int == 0)

      // The entry may stay, and says nothing any more.
      let again = try await installation.pobsync("apply", "-f", path, "--prune").check().stdout
      #expect(again.split(separator: "\n").allSatisfy { $0.hasSuffix(" unchanged") }, "\(again)")
      #expect(try await installation.pobsync("diff", "-f", path).status == 0)
    }
  }

  @Test func `a rename that was cut off on the disk is finished by whatever is done next`() async throws {
    try await withInstallation { installation in
      try await installation.apply(spec(installation, "web1"))
      try await installation.pobsync("reconcile", "--once").check()
      let before = try installation.fingerprints(of: "web1")
      try await installation.apply(spec(installation, "web-1", moved: "web1"))
      try FileManager.default.moveItem(
        atPath: "\(installation.backups)/web1", toPath: "\(installation.backups)/web-1")
      try await installation.pobsync("backup", "web-1").check()
      let file = try String(contentsOfFile: "\(installation.backups)/web-1/host.yaml", encoding: .utf8)
      #expect(file.contains("name: web-1"))
      #expect(try installation.fingerprints().filter { before.keys.contains($0.key) } == before)
      #expect(try await installation.pobsync("diff").status == 0)
    }
  }

  @Test func `what was removed under the former name can be got back under the new one at once`() async throws {
    try await withInstallation { installation in
      try await installation.apply(spec(installation, "web1"))
      try await installation.backUp("web1", times: 2)
      let all = installation.snapshots(of: "web1")
      try await installation.pobsync("remove-snapshot", "web1", all[0], "--yes").check()
      #expect(installation.snapshots(of: "web1") == [all[1]])
      try await installation.apply(spec(installation, "web-1", moved: "web1"))
      // Before anything has been done about the directory.
      let back = try await installation.pobsync("undelete", "web-1", all[0]).check().stdout
      #expect(back.hasPrefix("web-1: \(all[0]) is back "), "\(back)")
      #expect(installation.snapshots(of: "web-1") == all)
      #expect(!FileManager.default.fileExists(atPath: "\(installation.backups)/web1"))
    }
  }

  @Test func `a new host of the former name gets a directory of its own`() async throws {
    try await withInstallation { installation in
      try await installation.apply(spec(installation, "web1"))
      try await installation.pobsync("reconcile", "--once").check()
      let before = try installation.fingerprints(of: "web1")
      try await installation.apply(spec(installation, "web-1", moved: "web1"))
      // Before anything has been done about the directory.
      try await installation.apply(installation.spec(hosts: ["web1": []]))
      try await installation.pobsync("backup", "web1", "--kind", "scheduled").check()
      #expect(try installation.fingerprints(of: "web-1") == before)
      #expect(installation.snapshots(of: "web1").count == 1)
      let photos = try ["web-1", "web1"].map { host in
        try FileStatus("\(installation.backups)/\(host)/\(installation.snapshots(of: host)[0])/data/documents/photo")
          .inode
      }
      #expect(Set(photos).count == 2)
    }
  }

  @Test func `where the new name is taken, the rename waits for a person and nothing is lost`() async throws {
    try await withInstallation { installation in
      try await installation.apply(spec(installation, "web1"))
      try await installation.pobsync("reconcile", "--once").check()
      let before = try installation.fingerprints(of: "web1")
      try installation.scratch.write("x", to: "backups/web-1/notes")
      try await installation.apply(spec(installation, "web-1", moved: "web1"))
      let result = try await installation.pobsync("reconcile", "--once")
      #expect(result.status == 1, "\(result)")
      #expect(try installation.fingerprints(of: "web1") == before)
      let described = try await installation.pobsync("describe", "host", "web-1").check().stdout
      #expect(described.contains("because there is something in that already"), "\(described)")
      #expect(try await installation.list("snapshots").count == 1, "the store still knows them")
      try FileManager.default.removeItem(atPath: "\(installation.backups)/web-1/notes")
      try await installation.pobsync("discover-snapshots", "--host", "web-1").check()
      #expect(try installation.fingerprints() == before)
    }
  }

  @Test func `diff says what looks like a rename`() async throws {
    try await withInstallation { installation in
      try await installation.apply(spec(installation, "web1"))
      try await installation.pobsync("reconcile", "--once").check()
      let path = try installation.scratch.write(spec(installation, "web-1"), to: "hosts.yaml")
      let diff = try await installation.pobsync("diff", "-f", path)
      #expect(diff.stdout.contains("declare `moved: [{from: web1, to: web-1}]`"), "\(diff)")
      let json = try await installation.pobsync("diff", "-f", path, "-o", "json")
      let object = try #require(try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
      #expect(object["likely_moves"] as? [[String: String]] == [["from": "web1", "to": "web-1"]])
      #expect((object["moves"] as? [Any])?.isEmpty == true)
    }
  }
}
