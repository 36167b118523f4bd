// Whose a resource is: sets that declare the same, edits by hand, and specs that would remove a fleet.

import Foundation
import Support
import Testing

@Suite struct OwnershipTests {
  /// A spec of bare hosts of a set.
  private func spec(_ set: String, _ hosts: [String]) -> String {
    "version: 1\nset: \(set)\nhosts:\n" + hosts.map { "  \($0)\n" }.joined()
  }

  @Test func `two sets that declare the same resource otherwise do not overwrite each other`() async throws {
    try await withInstallation { installation in
      try await installation.apply(spec("servers", ["web-1: {ssh: {port: 22}}"]))
      let other = try installation.scratch.write(
        spec("databases", ["db-1: ", "web-1: {ssh: {port: 2222}}"]), to: "databases.yaml")
      let conflict = "host/web-1 belongs to servers: ssh.port is 22, here 2222"

      let diff = try await installation.pobsync("diff", "-f", other, "-o", "json")
      let object = try #require(try JSONSerialization.jsonObject(with: diff.output) as? [String: Any])
      #expect(object["refused"] as? String == "conflict")
      let conflicts = try #require(object["conflicts"] as? [[String: Any]])
      #expect(conflicts.map { $0["owner"] as? String } == ["servers"])

      let refused = try await installation.pobsync("apply", "-f", other)
      #expect(refused.status == 1)
      #expect(refused.stderr.contains(conflict), "\(refused)")
      #expect(refused.stderr.contains("give --take-over"))
      let dry = try await installation.pobsync("apply", "-f", other, "--dry-run")
      #expect(dry.status == 1)
      #expect(try await installation.list("hosts").count == 1)

      let taken = try await installation.pobsync("apply", "-f", other, "--take-over").check().stdout
      #expect(taken.contains("host/web-1 configured, taken over from servers\n"), "\(taken)")
      let described = try await installation.pobsync("describe", "host", "web-1").check().stdout
      #expect(described.contains("declared    by databases, generation 2"), "\(described)")
    }
  }

  @Test func `--set names the set, whatever the files say, but not one that is reserved`() async throws {
    try await withInstallation { installation in
      let path = try installation.scratch.write(spec("servers", ["web-1: "]), to: "hosts.yaml")
      try await installation.pobsync("apply", "-f", path, "--set", "mine").check()
      let described = try await installation.pobsync("describe", "host", "web-1").check().stdout
      #expect(described.contains("declared    by mine, generation 1"), "\(described)")
      // For another set, the same files prune nothing of it.
      let none = try installation.scratch.write(spec("servers", ["web-2: "]), to: "hosts.yaml")
      try await installation.pobsync("apply", "-f", none, "--prune").check()
      #expect(try await installation.list("hosts").count == 2)
      for name in ["cli", "web", "legacy", "a b"] {
        let refused = try await installation.pobsync("apply", "-f", path, "--set", name)
        #expect(refused.status == 64, "\(refused)")
      }
    }
  }

  @Test func `an edit by hand is drift, and is not undone by the next apply`() async throws {
    try await withInstallation { installation in
      let path = try installation.scratch.write(
        installation.spec(hosts: ["web-1": ["suspended: true"]]), to: "hosts.yaml")
      try await installation.pobsync("apply", "-f", path).check()
      let edited = try await installation.pobsync("configure-host", "web-1", "--address", "192.0.2.77").check()
      #expect(edited.stdout == "host/web-1 configured\n")
      #expect(edited.stderr.contains("note: host/web-1 is declared by test"), "\(edited)")

      let diff = try await installation.pobsync("diff")
      #expect(diff.status == 0, "drift is the desired state until it is changed: \(diff)")
      #expect(
        diff.stdout.contains(
          "≠ host/web-1, declared by test\n    drift: address 127.0.0.1 → 192.0.2.77 since "), "\(diff)")
      #expect(diff.stdout.contains(" (cli)\n"))
      let compared = try await installation.pobsync("diff", "-f", path)
      #expect(compared.status == 1)
      #expect(compared.stdout.contains("! conflict: host/web-1\n    address is 192.0.2.77 since "), "\(compared)")

      let refused = try await installation.pobsync("apply", "-f", path)
      #expect(refused.status == 1)
      #expect(refused.stderr.contains("host/web-1: address is 192.0.2.77 since "), "\(refused)")
      #expect(try await installation.pobsync("export").check().stdout.contains("192.0.2.77"))

      // Declared as it is, there is no difference; and from then on it is the set's own.
      let declared = installation.spec(hosts: ["web-1": ["suspended: true"]])
      try await installation.apply(declared.replacing("address: 127.0.0.1", with: "address: 192.0.2.77"))
      #expect(try await !installation.pobsync("diff").check().stdout.contains("drift"))
      try await installation.apply(declared)
      #expect(try await !installation.pobsync("export").check().stdout.contains("192.0.2.77"))
    }
  }

  @Test func `an edit by hand is undone with --take-over`() async throws {
    try await withInstallation { installation in
      let path = try installation.scratch.write(
        installation.spec(hosts: ["web-1": ["suspended: true"]]), to: "hosts.yaml")
      try await installation.pobsync("apply", "-f", path).check()
      try await installation.pobsync("configure-host", "web-1", "--address", "192.0.2.77").check()
      try await installation.pobsync("apply", "-f", path, "--take-over").check()
      #expect(try await !installation.pobsync("export").check().stdout.contains("192.0.2.77"))
      #expect(try await !installation.pobsync("diff").check().stdout.contains("drift"))
    }
  }

  @Test func `a host that somebody has deleted by hand comes back only after diff has said so`() async throws {
    try await withInstallation { installation in
      let path = try installation.scratch.write(
        installation.spec(hosts: ["web-1": [], "web-2": []]), to: "hosts.yaml")
      let new = try await installation.pobsync("diff", "-f", path)
      #expect(!new.stdout.contains("comes back"), "\(new)")
      try await installation.pobsync("apply", "-f", path).check()
      try await installation.pobsync("delete", "host", "web-2").check()
      let diff = try await installation.pobsync("diff", "-f", path)
      #expect(diff.status == 1)
      let line = diff.stdout.split(separator: "\n").first { $0.hasPrefix("≠ host/web-2 was deleted since ") }
      #expect(line?.hasSuffix(" (cli), and comes back") == true, "\(diff)")
      let json = try await installation.pobsync("diff", "-f", path, "-o", "json")
      let object = try #require(try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
      let restored = try #require(object["restored"] as? [[String: Any]])
      #expect(restored.map { $0["resource"] as? String } == ["host/web-2"])
      #expect(restored.first?["deleted_through"] as? String == "cli")
      try await installation.pobsync("apply", "-f", path).check()
      #expect(try await !installation.pobsync("diff", "-f", path).stdout.contains("comes back"))
    }
  }

  @Test func `a host that may not be removed is not, by prune or by name`() async throws {
    try await withInstallation { installation in
      try await installation.apply(spec("servers", ["db-1: {prevent_removal: true}", "web-1: "]))
      let path = try installation.scratch.write(spec("servers", ["web-1: "]), to: "hosts.yaml")
      let pruned = try await installation.pobsync("apply", "-f", path, "--prune", "--max-removals", "9")
      #expect(pruned.status == 1)
      #expect(pruned.stderr.contains("host db-1 is declared with `prevent_removal: true`"), "\(pruned)")
      let deleted = try await installation.pobsync("delete", "host", "db-1")
      #expect(deleted.status == 1)
      #expect(deleted.stderr.contains("apply `prevent_removal: false` for it first"), "\(deleted)")
      #expect(try await installation.list("hosts").count == 2)
    }
  }
}
