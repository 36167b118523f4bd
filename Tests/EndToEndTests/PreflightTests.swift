// Looking before the first backup, as an operator does it: what is in the way is said with what mends it, step by step.

import Foundation
import Glibc
import Support
import Testing

@Suite struct PreflightTests {
  /// A spec whose host is reached with pobsync's own files.
  private func declare(_ installation: Installation, root: String? = nil) async throws {
    try await installation.apply(
      """
      version: 1
      set: test
      settings:
        backup_root: \(installation.backups)
        ssh: {user: \(installation.server.user), port: \(installation.server.port)}
      hosts:
        web-1: {address: 127.0.0.1, source_root: \(root ?? installation.source)}

      """)
  }

  private func report(_ installation: Installation) async throws -> [String: Any] {
    let output = try await installation.pobsync("preflight", "web-1", "--wait", "-o", "json").output
    return try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
  }

  private func failed(_ report: [String: Any]) -> [String] {
    (report["checks"] as? [[String: Any]] ?? []).filter { $0["outcome"] as? String == "failed" }
      .compactMap { $0["name"] as? String }
  }

  @Test func `a backup asks for AES first where this machine is made for it`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once").check()
      let snapshot = try #require(installation.snapshots().first)
      let log = try String(
        contentsOfFile: "\(installation.backups)/web-1/\(snapshot)/meta/rsync.log", encoding: .utf8)
      let processor = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
      let isMadeForIt = processor.contains(/(?:flags|Features)\t*:.* aes\b/)
      // A system's own policy may have it first already, or not at all.
      let offered = try await runTool("ssh", ["-G", "127.0.0.1"]).check().stdout
      let isBehind = offered.contains(/\nciphers (?!aes\d+-gcm).*,aes\d+-gcm@openssh.com/)
      #expect(log.contains(/Ciphers=aes\d+-gcm@openssh.com,/) == (isMadeForIt && isBehind), "\(log)")
    }
  }

  @Test func `a new host is brought to its first backup by what preflights say`() async throws {
    try await withInstallation { installation in
      try await declare(installation)
      let first = try await installation.pobsync("preflight", "web-1")
      #expect(first.status == 1, "\(first)")
      #expect(first.stdout.contains("`pobsync ssh-key trust web-1`") && first.stdout.contains("Not trusted yet:"))
      #expect(first.stdout.contains("`pobsync ssh-key generate` makes one"))
      #expect(!FileManager.default.fileExists(atPath: installation.backups), "looking makes no backup root")
      #expect(!FileManager.default.fileExists(atPath: installation.scratch.path("state/ssh/known_hosts")))

      try await installation.pobsync("ssh-key", "trust", "web-1", "--yes").check()
      try await installation.pobsync("ssh-key", "generate").check()
      #expect(failed(try await report(installation)) == ["connection"])
      try installation.server.authorizeClientKey(installation.scratch.path("state/ssh/id_ed25519.pub"))
      let well = try await installation.pobsync("preflight", "web-1").check()
      #expect(well.stdout.contains("Source root") && !well.stdout.contains("failed"), "\(well)")
      try await installation.backUp()
      let disk = try await report(installation)["disk"] as? [String: Any]
      #expect(disk?["scheduled"] as? Int == 1 && disk?["base"] as? String == installation.snapshots().first)
    }
  }

  @Test func `what blocks backups only is told apart`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(settings: ["min_free: 900000TiB"]))
      let found = try await report(installation)
      #expect(failed(found) == ["space"])
      #expect(found["blocks_backup"] as? Bool == true && found["blocks_dry_run"] as? Bool == false)
      let shown = try await installation.pobsync("preflight", "web-1")
      #expect(shown.status == 1 && shown.stderr.contains("no backup, but a dry run, of web-1 can be made"), "\(shown)")
      #expect(try await installation.pobsync("backup", "web-1", "--dry-run").status == 0)
    }
  }

  @Test func `a dry run tells what a backup would do, and does nothing`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      let first = try await installation.pobsync("backup", "web-1", "--dry-run").check()
      #expect(first.stdout.contains(">f+++++++++ greeting"), "\(first)")
      #expect(first.stderr.contains("a backup would transfer 2 files"))
      #expect(!FileManager.default.fileExists(atPath: installation.backups))
      try await installation.backUp()
      let before = try installation.fingerprints()
      let tree = try TreeBuilder(at: installation.source)
      try tree.write("hello again", to: "greeting")
      try tree.remove("documents/photo")
      let second = try await installation.pobsync("backup", "web-1", "--dry-run").check()
      #expect(second.stdout.contains("*deleting   documents/photo"), "\(second)")
      #expect(second.stderr.contains("a backup would transfer 1 file (11 B)"))
      #expect(try installation.fingerprints() == before)
      #expect(installation.snapshots().count == 1)
      let both = try await installation.pobsync("backup", "web-1", "--dry-run", "--prune")
      #expect(both.status == 64, "\(both)")
    }
  }

  @Test func `a dry run of what cannot be backed up fails in the same words`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(hosts: ["web-1": ["source_root: /does/not/exist"]]))
      let result = try await installation.pobsync("backup", "web-1", "--dry-run")
      #expect(
        result.status == 1 && result.stderr.contains("the source root /does/not/exist does not exist"), "\(result)")
      let unknown = try await installation.pobsync("preflight", "web-2")
      #expect(unknown.status == 1 && unknown.stderr.contains("did you mean `web-1`?"), "\(unknown)")
    }
  }

  @Test func `with a service there they are queued, go on beside a backup, and disturb no plan`() async throws {
    try await withInstallation { installation in
      let held = try HeldRsync(in: installation.scratch, afterBytes: 1 << 20)
      try await installation.apply(
        installation.spec(hosts: ["web-1": ["rsync: {remote_binary: \(held.path)}"], "web-2": []]))
      let service = try installation.start("run", "--interval", "1", "--grace", "0")
      defer { service.signal(SIGKILL) }
      try await held.waitUntilHolding()
      let waited = try await installation.pobsync("preflight", "web-2", "--wait")
      #expect(waited.status == 0, "\(waited)")
      let queued = try await installation.pobsync("backup", "web-1", "--dry-run")
      #expect(queued.status == 0 && queued.stdout.contains("(dry_run) is"), "\(queued)")
      try await poll(until: 30, "the dry run to go on beside the backup of the same host") {
        let running = try await installation.list("runs").filter { $0["state"] as? String == "running" }
        return Set(running.compactMap { $0["kind"] as? String }).isSuperset(of: ["backup", "dry_run"])
      }
      try held.release()
      try await poll(until: 60, "both to end well") {
        let states = try await installation.list("runs").filter { $0["host"] as? String == "web-1" }
          .compactMap { $0["state"] as? String }
        return states == ["succeeded", "succeeded"]
      }
    }
  }
}
