// Accidents of operators: wrong arguments, specs that were cut short, new names, lost databases, restores.

import Foundation
import Support
import Testing

extension AccidentTests {
  @Test func `A12 BackupPC 519: a wrong argument of a command that deletes deletes nothing`() async throws {
    try await withInstallation { installation in
      let spec = installation.spec(hosts: ["web-1": [], "web-2": []])
      try await installation.apply(spec.replacing("keep_last: 3", with: "keep_last: 1"))
      try await installation.backUp("web-1", times: 2)
      try await installation.backUp("web-2")
      let before = (try installation.fingerprints(), try installation.fingerprints(of: "web-2"))
      let oldest = try #require(installation.snapshots().first)
      let name = String(oldest.dropFirst("scheduled/".count))

      let cases: [(arguments: [String], status: Int32, words: String?)] = [
        (["remove-snapshot", "web-1", "--yes"], 64, nil),
        (["remove-snapshot", "web-1", name, "--yes"], 64, "write scheduled/NAME or manual/NAME"),
        (["remove-snapshot", "web-1", "scheduled/", "--yes"], 64, "write scheduled/NAME or manual/NAME"),
        (["remove-snapshot", "web-1", String(oldest.dropLast(11)), "--yes"], 1, "host web-1 has no snapshot"),
        (["remove-snapshot", "web-1", "manual/\(name)", "--yes"], 1, "host web-1 has no snapshot"),
        (["remove-snapshot", "web-2", oldest, "--yes"], 1, "host web-2 has no snapshot"),
        (["remove-snapshot", "web-3", oldest, "--yes"], 1, "there is no host `web-3`"),
        (["remove-snapshot", "web-1", oldest, oldest, "--yes"], 64, nil),
        (["remove-snapshot", "web-1", oldest], 1, "nothing was removed: give --yes"),
        (["retention", "web-1", "--apply"], 1, "nothing was removed: give --yes"),
        (["retention", "web-1", "--apply", "--yes", "--max-delete", "0"], 1, "and --max-delete allows 0"),
        (["retention", "web-1", "--apply", "--yes", "--max-delete=-1"], 64, "takes a number from 0"),
        (["retention", "--apply", "--yes"], 64, nil),
        (["retention", "web-*", "--apply", "--yes"], 64, nil),
        (["cleanup-incomplete", "web-*", "--yes"], 64, nil),
        (["cleanup-incomplete", "web-3", "--yes"], 1, "there is no host `web-3`"),
        (["purge", "web-1"], 64, nil),
        (["purge", "host", "web-1"], 1, "nothing was deleted: host web-1 is declared"),
        (["purge", "host", "web-1", "--yes-delete-all-data-of", "web-2"], 64, "names web-2, and not web-1"),
        (["purge", "host", "web-3", "--yes-delete-all-data-of", "web-3"], 1, "there is nothing of host `web-3`"),
        (["delete", "web-1"], 64, nil),
        (["delete", "host", "web-3"], 1, nil),
      ]
      for (arguments, status, words) in cases {
        let result = try await runTool(Product.pobsync, arguments, environment: installation.environment)
        #expect(result.status == status, "\(arguments): \(result)")
        #expect(!result.stderr.isEmpty, "\(arguments)")
        if let words { #expect(result.stderr.contains(words), "\(arguments): \(result)") }
      }
      #expect(try installation.fingerprints() == before.0)
      #expect(try installation.fingerprints(of: "web-2") == before.1)
      #expect(try await installation.list("trash").isEmpty)
      #expect(try await installation.list("hosts").count == 2)
    }
  }

  @Test func `A14 argo-cd 3484 and 23645: a spec that was cut short or emptied retires no fleet`() async throws {
    try await withInstallation { installation in
      let names = (10..<30).map { "web-\($0)" }
      func spec(_ names: [String]) -> String {
        installation.spec(hosts: Dictionary(uniqueKeysWithValues: names.map { ($0, [String]()) }))
      }
      try await installation.apply(spec(names))
      try await installation.backUp("web-10")
      let before = try installation.fingerprints(of: "web-10")
      for (rest, words) in [
        (Array(names.suffix(5)), "15 of the 20 hosts of set test would be removed, and at most 2 may go at once"),
        ([], "the spec declares no host, and all 20 hosts of set test would be removed: web-10, "),
      ] as [([String], String)] {
        let path = try installation.scratch.write(spec(rest), to: "hosts.yaml")
        let diff = try await installation.pobsync("diff", "-f", path, "--prune")
        #expect(diff.stdout.contains("! apply refuses this: \(words)"), "\(diff)")
        let refused = try await installation.pobsync("apply", "-f", path, "--prune")
        #expect(refused.status == 1)
        #expect(refused.stderr.contains(words), "\(refused)")
        #expect(refused.stderr.contains("give --max-removals \(names.count - rest.count)"), "\(refused)")
        #expect(try await installation.list("hosts").count == 20)
        // Without --prune nothing is removed anyway.
        try await installation.pobsync("apply", "-f", path).check()
        #expect(try await installation.list("hosts").count == 20)
      }
      // Meant so, it is the fleet that is retired, and not its data.
      let path = installation.scratch.path("hosts.yaml")
      try await installation.pobsync("apply", "-f", path, "--prune", "--max-removals", "20").check()
      #expect(try await installation.list("hosts").compactMap { $0["name"] as? String } == ["web-10"])
      try await installation.pobsync("reconcile", "--once").check()
      #expect(try installation.fingerprints(of: "web-10") == before)
    }
  }

  @Test func `A15 flux2 3316: a new name without a word about the former loses nothing`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(hosts: ["web1": []]))
      try await installation.backUp("web1")
      let before = try installation.fingerprints(of: "web1")
      let path = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
      let diff = try await installation.pobsync("diff", "-f", path, "--prune")
      #expect(diff.stdout.contains("declare `moved: [{from: web1, to: web-1}]`"), "\(diff)")
      #expect(diff.stdout.contains("host/web1: its snapshot stays (on_remove: retain)"), "\(diff)")
      try await installation.pobsync("apply", "-f", path, "--prune").check()
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 1)
      #expect(try installation.fingerprints(of: "web1") == before)
    }
  }

  @Test(.enabled(if: !TestDatabase.usesMariaDB, "it loses the SQLite file"))
  func `A16 velero 375: a database that is lost takes no snapshot with it, until a person adopts the disk`()
    async throws
  {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.backUp(times: 5)
      let before = installation.snapshots()
      try installation.scratch.makeDirectory("backups/retired/scheduled/20250101-000000Z__AAAAAAAA/data")
      try FileManager.default.removeItem(atPath: installation.scratch.path("state"))
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once").check()
      try await installation.backUp()
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

  // Without the program, for which RestoreTests have the same: what the handbook tells people to do by hand is played.
  @Test func `A17 BackupPC 356: what is restored by the book removes no other file`() async throws {
    try await withInstallation { installation in
      let source = try TreeFingerprint(of: installation.source)
      try await installation.apply(installation.spec())
      try await installation.backUp()
      #expect(try TreeFingerprint(of: installation.source) == source, "a backup changes nothing at its source")
      let before = try installation.fingerprints()
      let data = "\(installation.backups)/web-1/\(installation.snapshots()[0])/data"

      let book = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("docs/operations.md").path
      let lines = try String(contentsOfFile: book, encoding: .utf8).components(separatedBy: "\n")
      let start = try #require(lines.firstIndex { $0.hasPrefix("rsync -") })
      let command = lines[start...].prefix { !$0.hasPrefix("```") }
      #expect(!command.joined(separator: "\n").contains("--delete"), "\(command)")
      // Without those by which the handbook first looks, and with this installation's ssh.
      let options = lines[start].split(separator: " ").dropFirst().map(String.init).prefix { $0.hasPrefix("-") }
        .filter { !["-n", "-v", "-e"].contains($0) }
      #expect(options.contains("-aHAX"), "\(options)")

      // Since the backup a file was lost, one was spoilt, and one is new.
      let tree = try TreeBuilder(at: installation.source)
      try tree.remove("greeting")
      try tree.write("spoilt", to: "documents/photo")
      try tree.write("new", to: "documents/new")
      let there = "\(installation.server.user)@127.0.0.1:\(installation.source)"
      for (from, to) in [("\(data)/greeting", "\(there)/"), ("\(data)/documents/", "\(there)/documents/")] {
        try await runTool("rsync", options + ["-e", installation.server.remoteShell, from, to]).check()
        let paths = try tree.paths().map(\.description)
        #expect(paths == ["documents", "documents/new", "documents/photo", "greeting"])
      }
      let restored = try TreeFingerprint(of: installation.source)
      for path: RawPath in ["greeting", "documents/photo"] { #expect(restored[path] == source[path]) }
      #expect(restored["documents/new"]?.size == 3)
      #expect(try installation.fingerprints() == before)
    }
  }
}
