// Getting files back: found, listed and restored with the program, from a real sshd and with a real rsync.

import Foundation
import Glibc
import Support
import Testing

@Suite struct RestoreTests {
  private static let rrsync = "/usr/bin/rrsync"

  /// Gives `body` an installation with one snapshot, and makes sure that nothing in it changes.
  private func withSnapshot(
    _ build: (TreeBuilder) throws -> Void, _ body: (Installation, _ snapshot: String) async throws -> Void
  ) async throws {
    try await withInstallation { installation in
      try build(try TreeBuilder(at: installation.source))
      try await installation.apply(installation.spec())
      try await installation.backUp()
      let snapshot = try #require(installation.snapshots().first)
      let before = try installation.fingerprints()
      try await body(installation, snapshot)
      #expect(try installation.fingerprints() == before, "a restore changes no snapshot")
    }
  }

  private func withSnapshot(_ body: (Installation, _ snapshot: String) async throws -> Void) async throws {
    try await withSnapshot({ _ in }, body)
  }

  private func newestRun(_ installation: Installation) async throws -> [String: Any] {
    let runs = try await installation.list("runs")
    return try #require(runs.first)
  }

  // MARK: - Here

  @Test func `a part of a snapshot is restored into a directory of this machine, under its path`() async throws {
    try await withSnapshot {
      try $0.makeHardLink("documents/copy", to: "documents/photo")
      try $0.setTime("documents", seconds: 1_500_000_000, nanoseconds: 7)
    } _: { installation, snapshot in
      let source = try TreeFingerprint(of: installation.source)
      let out = installation.scratch.path("out")
      let asked = ["restore", "web-1", snapshot, "/documents", "--to-directory", out]
      let shown = try await runTool(
        Product.pobsync, asked + ["--dry-run"], environment: installation.environment
      ).check()
      #expect(shown.stdout.contains("documents/photo"), "\(shown)")
      #expect(!FileManager.default.fileExists(atPath: out), "a dry run does nothing")

      let done = try await runTool(Product.pobsync, asked, environment: installation.environment).check()
      #expect(done.stderr.contains("/documents of \(snapshot) to \(out) on the backup server is restored"), "\(done)")
      let restored = try TreeFingerprint(of: out)
      #expect(restored["greeting"] == nil)
      for path: RawPath in ["documents", "documents/photo", "documents/copy"] {
        #expect(restored[path] == source[path], "\(path)")
      }
      let run = try await newestRun(installation)
      #expect(run["kind"] as? String == "restore" && run["state"] as? String == "succeeded")
    }
  }

  @Test func `a snapshot is restored whole`() async throws {
    try await withSnapshot {
      _ = try $0.build()
    } _: { installation, snapshot in
      let out = installation.scratch.path("out")
      try await installation.pobsync("restore", "web-1", snapshot, "/", "--to-directory", out).check()
      let data = "\(installation.backups)/web-1/\(snapshot)/data"
      #expect(try TreeFingerprint(of: out).differences(from: TreeFingerprint(of: data)).isEmpty)
    }
  }

  @Test func `beside a service the command restores into a directory by itself`() async throws {
    try await withSnapshot { installation, snapshot in
      let service = try installation.start("run")
      defer { service.signal(SIGKILL) }
      try await poll(until: 30, "the service to run") { try await installation.pobsync("health").status == 0 }
      let out = installation.scratch.path("out")
      try await installation.pobsync("restore", "web-1", snapshot, "/greeting", "--to-directory", out).check()
      #expect(try String(contentsOfFile: "\(out)/greeting", encoding: .utf8) == "hello")
      let side = installation.scratch.path("side")
      try await installation.pobsync(
        "restore", "web-1", snapshot, "/greeting", "--to-host", "--target", side, "--wait"
      ).check()
      #expect(try String(contentsOfFile: "\(side)/greeting", encoding: .utf8) == "hello")
      service.signal(SIGTERM)
      try await service.wait()
    }
  }

  @Test func `no name is taken for anything else`() async throws {
    try await withSnapshot { tree in
      for name in TreeBuilder.oddNames { try tree.write(Array("name: ".utf8) + name.bytes, to: name) }
    } _: { installation, snapshot in
      for name in TreeBuilder.oddNames {
        let out = "out-\(UUID().uuidString)"
        let encoded = name.bytes.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        try await installation.pobsync(
          "restore", "web-1", snapshot, encoded, "--encoded", "--to-directory", installation.scratch.path(out)
        ).check()
        let found = try TreeBuilder(at: installation.scratch.path(out)).paths()
        #expect(found == [name])
      }
      #expect(!FileManager.default.fileExists(atPath: "pwned"))
    }
  }

  @Test func `what cannot be restored is said, and nothing is done`() async throws {
    try await withSnapshot {
      try $0.makeLink("documents/link", to: "/etc")
    } _: { installation, snapshot in
      let out = installation.scratch.path("out")
      let cases: [(path: String, target: String, message: String)] = [
        ("/none", out, "there is no /none in the snapshot"),
        ("/documents/link/passwd", out, "is a symbolic link, which is not followed"),
        ("/greeting", "\(installation.backups)/web-1/\(snapshot)/data", "lie within each other"),
        ("/greeting", installation.backups, "lie within each other"),
        ("/greeting", "/", "lie within each other"),
        ("/greeting", "\(installation.scratch.path("no"))/such/directory", "rsync could not write to the directory"),
      ]
      for (path, target, message) in cases {
        let refused = try await installation.pobsync("restore", "web-1", snapshot, path, "--to-directory", target)
        #expect(refused.status == 1 && refused.stderr.contains(message), "\(path) to \(target): \(refused)")
      }
      // Through a link too.
      symlink(installation.backups, installation.scratch.path("way"))
      let around = try await installation.pobsync(
        "restore", "web-1", snapshot, "/greeting", "--to-directory", installation.scratch.path("way/new"))
      #expect(around.status == 1 && around.stderr.contains("lie within each other"), "\(around)")
      #expect(!FileManager.default.fileExists(atPath: out))
      for arguments in [["--to-host", "--to-original"], [], ["--target", "/srv", "--to-original"]] {
        let wrong = try await runTool(
          Product.pobsync, ["restore", "web-1", snapshot, "/greeting"] + arguments,
          environment: installation.environment)
        #expect(wrong.status == 64, "\(wrong)")
      }
    }
  }

  // MARK: - To the host

  @Test func `what is restored to the host goes beside what is there`() async throws {
    try await withSnapshot { installation, snapshot in
      let source = try TreeFingerprint(of: installation.source)
      let side = installation.scratch.path("side")
      try TreeBuilder(at: installation.source).write("spoilt", to: "greeting")
      try await installation.pobsync(
        "restore", "web-1", snapshot, "/greeting", "--to-host", "--target", side
      ).check()
      #expect(try String(contentsOfFile: "\(side)/greeting", encoding: .utf8) == "hello")
      #expect(try TreeFingerprint(of: side)["greeting"] == source["greeting"])
      #expect(try String(contentsOfFile: "\(installation.source)/greeting", encoding: .utf8) == "spoilt")

      let usual = try await installation.pobsync(
        "restore", "web-1", snapshot, "/greeting", "--to-host", "--dry-run"
      ).check()
      #expect(usual.stderr.contains("/var/lib/pobsync-restore-2"), "\(usual)")
    }
  }

  @Test func `what is restored in its own place replaces what differs, and removes nothing`() async throws {
    try await withSnapshot { installation, snapshot in
      let source = try TreeFingerprint(of: installation.source)
      let tree = try TreeBuilder(at: installation.source)
      try tree.write("spoilt", to: "documents/photo")
      try tree.write("new", to: "documents/new")
      try tree.write("changed", to: "greeting")
      let unasked = try await installation.pobsync("restore", "web-1", snapshot, "/documents", "--to-original")
      #expect(unasked.status == 1 && unasked.stderr.contains("give --yes"), "\(unasked)")
      try await installation.pobsync("restore", "web-1", snapshot, "/documents", "--to-original", "--yes").check()
      let restored = try TreeFingerprint(of: installation.source)
      #expect(restored["documents/photo"] == source["documents/photo"])
      #expect(restored["documents/new"]?.size == 3 && restored["greeting"]?.size == 7)
    }
  }

  @Test func `the directories above what is restored in its own place stay as they are`() async throws {
    try await withSnapshot {
      try $0.makeDirectory("above/below")
      try $0.write("old", to: "above/below/file")
    } _: { installation, snapshot in
      let tree = try TreeBuilder(at: installation.source)
      try tree.chmod("above", 0o700)
      try tree.remove("above/below/file")
      try await installation.pobsync(
        "restore", "web-1", snapshot, "/above/below/file", "--to-original", "--yes"
      ).check()
      let restored = try TreeFingerprint(of: installation.source)
      #expect(restored["above"].map { $0.mode & 0o7777 } == 0o700)
      #expect(restored["above/below/file"]?.size == 3)
    }
  }

  @Test func `a host that is not declared any more is restored here only`() async throws {
    try await withSnapshot { installation, snapshot in
      try await installation.pobsync("delete", "host", "web-1").check()
      let there = try await installation.pobsync("restore", "web-1", snapshot, "/greeting", "--to-host")
      #expect(there.status == 1 && there.stderr.contains("there is no host"), "\(there)")
      let out = installation.scratch.path("out")
      try await installation.pobsync("restore", "web-1", snapshot, "/greeting", "--to-directory", out).check()
      #expect(try String(contentsOfFile: "\(out)/greeting", encoding: .utf8) == "hello")
    }
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: rrsync), "rsync here brings no rrsync"))
  func `a key that may only read is told as that`() async throws {
    try await withScratchDirectory("e2e") { scratch in
      var options = SSHServer.Options()
      options.forcedCommand = "\(Self.rrsync) -ro /"
      try await withSSHServer(in: scratch, options) { server in
        let installation = Installation(
          scratch: scratch, server: server, source: try scratch.makeDirectory("source"),
          databaseURL: try await TestDatabase.freshURL(file: Installation.database(in: scratch)))
        try TreeBuilder(at: installation.source).write("hello", to: "greeting")
        try await installation.apply(installation.spec())
        try await installation.backUp()
        let snapshot = try #require(installation.snapshots().first)
        let source = try TreeFingerprint(of: installation.source)
        for target in [["--to-original", "--yes"], ["--to-host", "--target", scratch.path("side")]] {
          let refused = try await runTool(
            Product.pobsync, ["restore", "web-1", snapshot, "/greeting"] + target,
            environment: installation.environment)
          #expect(refused.status == 1 && refused.stderr.contains("may only read there"), "\(refused)")
          #expect(refused.stderr.contains("`--to-directory`"))
          let run = try await newestRun(installation)
          #expect(run["error_code"] as? String == "read_only_key")
        }
        #expect(try TreeFingerprint(of: installation.source) == source)
        #expect(!FileManager.default.fileExists(atPath: scratch.path("side")))
      }
    }
  }

  @Test func `a host that cannot be reached is told as that`() async throws {
    try await withSnapshot { installation, snapshot in
      try await installation.server.stop()
      let refused = try await installation.pobsync("restore", "web-1", snapshot, "/greeting", "--to-original", "--yes")
      #expect(refused.status == 1 && refused.stderr.contains("cannot be reached"), "\(refused)")
    }
  }

  // MARK: - Finding

  @Test func `a directory of a snapshot is listed, whatever is in it`() async throws {
    try await withSnapshot {
      try $0.makeFifo("fifo")
      try $0.makeLink("link", to: "/etc/passwd")
      try $0.write("x", to: RawPath(bytes: [0xff]))
      try $0.write("x", to: "two\nlines")
    } _: { installation, snapshot in
      let listed = try await installation.pobsync("ls", "web-1", snapshot).check().stdout.split(separator: "\n")
      #expect(listed.first?.hasPrefix("MODE") ?? false)
      #expect(listed.dropFirst().first?.hasSuffix(" documents/") ?? false, "\(listed)")
      #expect(listed.count == 7)
      let link = listed.first { $0.hasSuffix(" link -> /etc/passwd") }
      #expect(link?.hasPrefix("l") ?? false, "\(listed)")
      let output = try await installation.pobsync("ls", "web-1", snapshot, "-o", "json").check().output
      let entries = try #require(try JSONSerialization.jsonObject(with: output) as? [[String: Any]])
      let encoded = entries.compactMap { $0["path_encoded"] as? String }
      #expect(encoded.contains("%FF") && encoded.contains("two%0Alines"))
      let one = try await installation.pobsync("ls", "web-1", snapshot, "%FF", "--encoded").check()
      #expect(one.stdout.split(separator: "\n").count == 2)
      let below = try await installation.pobsync("ls", "web-1", snapshot, "/link/x")
      #expect(below.status == 1 && below.stderr.contains("is not followed"), "\(below)")
    }
  }

  @Test func `the versions of a file are found`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.backUp(times: 2)
      try TreeBuilder(at: installation.source).write("hello again", to: "greeting")
      try await installation.backUp()
      let output = try await installation.pobsync("find", "web-1", "/greeting", "-o", "json").check().output
      let versions = try #require(try JSONSerialization.jsonObject(with: output) as? [[String: Any]])
      let holders = versions.compactMap { $0["snapshots"] as? [String] }
      let all = installation.snapshots()
      #expect(holders == [[all[2]], [all[1], all[0]]])
      let none = try await installation.pobsync("find", "web-1", "/none").check()
      #expect(none.stdout.contains("No snapshot of web-1 holds /none."))
    }
  }
}
