// The way to a host: a key made and authorised for reading only, host keys shown before they are trusted.

import Foundation
import Glibc
import Support
import Testing

@Suite struct SSHKeyTests {
  private static let rrsync = "/usr/bin/rrsync"

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

  private func mode(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  /// The restricted lines that `show` prints.
  private func lines(_ text: String) -> [String] {
    text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("restrict") }
  }

  @Test func `a key is made once, for its owner alone, and replaced only by force`() async throws {
    try await withInstallation { installation in
      let path = installation.scratch.path("state/ssh/id_ed25519")
      let none = try await installation.pobsync("ssh-key", "show")
      #expect(none.status == 1 && none.stderr.contains("`pobsync ssh-key generate` makes one"), "\(none)")
      let made = try await installation.pobsync("ssh-key", "generate").check()
      #expect(made.stdout.hasPrefix("\(path) made\n"))
      #expect(try mode(path) == 0o600)
      let first = try String(contentsOfFile: "\(path).pub", encoding: .utf8)
      let again = try await installation.pobsync("ssh-key", "generate")
      #expect(again.status == 1 && again.stderr.contains("there is a key already at \(path)"), "\(again)")
      #expect(try String(contentsOfFile: "\(path).pub", encoding: .utf8) == first)
      let shown = try await installation.pobsync("ssh-key", "show").check()
      #expect(shown.stdout.hasPrefix(first), "\(shown)")
      #expect(!shown.stdout.contains("PRIVATE"))
      try await installation.pobsync("ssh-key", "generate", "--force").check()
      #expect(try String(contentsOfFile: "\(path).pub", encoding: .utf8) != first)
      #expect(try mode(path) == 0o600)
      let former = try await runTool("ssh-keygen", ["-y", "-P", "", "-f", "\(path).old"]).check()
      #expect(first.hasPrefix(former.stdout.split(separator: "\n").first ?? "nothing"), "the former key is kept")
      #expect(try mode("\(path).old") == 0o600)
    }
  }

  @Test func `a key of one host is shown for it, and said to be unused until it is declared`() async throws {
    try await withInstallation { installation in
      try await declare(installation)
      try await installation.pobsync("ssh-key", "generate").check()
      let made = try await installation.pobsync("ssh-key", "generate", "--host", "web-1").check()
      let path = installation.scratch.path("state/ssh/hosts/web-1/id_ed25519")
      #expect(made.stdout.contains("`ssh: {identity_file: \(path)}`"), "\(made)")
      let shown = try await installation.pobsync("ssh-key", "show", "--host", "web-1").check()
      #expect(shown.stdout.hasPrefix(try String(contentsOfFile: "\(path).pub", encoding: .utf8)))
      #expect(shown.stderr.contains("does not use this key yet"), "\(shown)")
      let unknown = try await installation.pobsync("ssh-key", "show", "--host", "web-2")
      #expect(unknown.status == 1 && unknown.stderr.contains("did you mean `web-1`?"), "\(unknown)")
    }
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: rrsync), "rsync here brings no rrsync"),
    arguments: [0, 1])
  func `a backup runs with a key that is restricted by the line shown`(line: Int) async throws {
    try await withInstallation { installation in
      try await declare(installation)
      try await installation.pobsync("ssh-key", "generate").check()
      let restricted = lines(try await installation.pobsync("ssh-key", "show", "--host", "web-1").check().stdout)
      #expect(restricted.count == 2)
      let help = try await runTool(Self.rrsync, ["-h"])
      // The narrow line is for an rrsync that has the option, as it says.
      guard line == 0 || help.stdout.contains("-absolute") else { return }
      let file = try installation.scratch.write(restricted[line] + "\n", to: "authorized")
      try installation.server.authorizeClientKey(file)
      try await installation.pobsync("ssh-key", "trust", "web-1", "--yes").check()
      try await installation.backUp()
      #expect(installation.snapshots().count == 1)
      let path = installation.scratch.path("state/ssh/id_ed25519")
      let shell = try await runTool(
        "ssh",
        [
          "-F", "none", "-p", "\(installation.server.port)", "-i", path, "-o", "IdentitiesOnly=yes", "-o",
          "BatchMode=yes", "-o", "UserKnownHostsFile=\(installation.server.knownHostsFile)",
          "\(installation.server.user)@127.0.0.1", "echo a shell",
        ])
      #expect(!shell.stdout.contains("a shell"), "the key opens none")
    }
  }

  @Test func `a key that is made while a service runs is used by it`() async throws {
    try await withInstallation { installation in
      try await declare(installation)
      let service = try installation.start("run")
      defer { service.signal(SIGKILL) }
      try await poll(until: 30, "the service to run") { try await installation.pobsync("health").status == 0 }
      try await installation.pobsync("ssh-key", "generate").check()
      try installation.server.authorizeClientKey(installation.scratch.path("state/ssh/id_ed25519.pub"))
      try await installation.pobsync("ssh-key", "trust", "web-1", "--yes").check()
      try await installation.pobsync("backup", "web-1", "--wait").check()
      #expect(installation.snapshots().count == 1)
    }
  }

  @Test func `host keys are shown, and trusted only once somebody has agreed`() async throws {
    try await withInstallation { installation in
      try await declare(installation)
      let file = installation.scratch.path("state/ssh/known_hosts")
      let asked = try await installation.pobsync("ssh-key", "trust", "web-1")
      #expect(asked.status == 1 && asked.stderr.contains("give --yes"), "\(asked)")
      #expect(asked.stdout.contains("  SHA256:"))
      #expect(!FileManager.default.fileExists(atPath: file))

      let fingerprint = try await runTool("ssh-keygen", ["-lf", installation.server.knownHostsFile]).check()
        .stdout.split(separator: " ")[1]
      let trusted = try await installation.pobsync("ssh-key", "trust", "web-1", "--yes").check()
      #expect(trusted.stdout.contains("\(fingerprint) (ED25519)  new"), "\(trusted)")
      #expect(try mode(file) == 0o600)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      #expect(text == (try String(contentsOfFile: installation.server.knownHostsFile, encoding: .utf8)))
      let again = try await installation.pobsync("ssh-key", "trust", "web-1").check()
      #expect(again.stdout.contains("is trusted already"))
      #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }
  }

  @Test func `a changed host key is shown as such and refused, until it is to replace the old`() async throws {
    try await withInstallation { installation in
      try await declare(installation)
      let file = installation.scratch.path("state/ssh/known_hosts")
      try await installation.pobsync("ssh-key", "trust", "web-1", "--yes").check()
      let before = try String(contentsOfFile: file, encoding: .utf8)
      try await installation.server.replaceHostKey()
      let refused = try await installation.pobsync("ssh-key", "trust", "web-1", "--yes")
      #expect(refused.status == 1 && refused.stderr.contains("someone may be posing as the host"), "\(refused)")
      #expect(refused.stdout.contains("NOT the key that is trusted"))
      #expect(try String(contentsOfFile: file, encoding: .utf8) == before)
      try await installation.pobsync("ssh-key", "trust", "web-1", "--yes", "--replace").check()
      let after = try String(contentsOfFile: file, encoding: .utf8)
      #expect(after != before)
      #expect(after.split(separator: "\n").count == 1)
    }
  }

  @Test func `other hosts keep the line that they shared with one whose key is replaced`() async throws {
    try await withInstallation { installation in
      try await declare(installation)
      let name = "[127.0.0.1]:\(installation.server.port)"
      try await installation.pobsync("ssh-key", "trust", "web-1", "--yes").check()
      let file = installation.scratch.path("state/ssh/known_hosts")
      let key = try String(contentsOfFile: file, encoding: .utf8).split(separator: " ").dropFirst().joined(
        separator: " ")
      try "db,\(name),10.0.0.7 \(key)".write(toFile: file, atomically: true, encoding: .utf8)
      try await installation.server.replaceHostKey()
      let replaced = try await installation.pobsync("ssh-key", "trust", "web-1", "--yes", "--replace").check()
      #expect(replaced.stdout.contains("It offers no more:\n  SHA256:"), "\(replaced)")
      #expect(replaced.stdout.contains("in the place of the former keys"))
      let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
      #expect(lines.count == 2)
      #expect(lines.first.map { "\($0)\n" } == "db,10.0.0.7 \(key)")
      #expect(lines.last?.hasPrefix("\(name) ssh-ed25519 ") == true)
    }
  }

  @Test func `a trusted key that is offered no more is shown, and goes with --replace`() async throws {
    try await withInstallation { installation in
      try await declare(installation)
      let file = installation.scratch.path("state/ssh/known_hosts")
      try await installation.pobsync("ssh-key", "trust", "web-1", "--yes").check()
      let trusted = try String(contentsOfFile: file, encoding: .utf8)
      let other = installation.scratch.path("old_rsa")
      try await runTool("ssh-keygen", ["-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", other]).check()
      let words = try String(contentsOfFile: "\(other).pub", encoding: .utf8).split(separator: " ")
      let stale = "[127.0.0.1]:\(installation.server.port) \(words[0]) \(words[1])\n"
      try (trusted + stale).write(toFile: file, atomically: true, encoding: .utf8)
      let shown = try await installation.pobsync("ssh-key", "trust", "web-1").check()
      #expect(shown.stdout.contains("(RSA)  still trusted; --replace takes it out"), "\(shown)")
      #expect(shown.stdout.contains("is trusted already"))
      try await installation.pobsync("ssh-key", "trust", "web-1", "--yes", "--replace").check()
      #expect(try String(contentsOfFile: file, encoding: .utf8) == trusted)
    }
  }

  @Test func `where nobody answers, nothing is trusted`() async throws {
    try await withInstallation { installation in
      try await declare(installation)
      try await installation.server.stop()
      let result = try await installation.pobsync("ssh-key", "trust", "web-1", "--yes")
      #expect(result.status == 1)
      #expect(result.stderr.contains("no host key could be had from 127.0.0.1 port \(installation.server.port)"))
      #expect(!FileManager.default.fileExists(atPath: installation.scratch.path("state/ssh/known_hosts")))
    }
  }
}
