// Files of known hosts: one name gets other keys, and every other name keeps what it has.

import Foundation
import Glibc
import Spec
import Support
import Testing

@testable import Engine

@Suite struct KnownHostsEditTests {
  private static func encoded(_ seed: UInt8) -> String {
    let name = Array("ssh-ed25519".utf8)
    return Data([0, 0, 0, UInt8(name.count)] + name + [0, 0, 0, 32] + [UInt8](repeating: seed, count: 32))
      .base64EncodedString()
  }

  private func key(_ seed: UInt8) throws -> SSHPublicKey {
    try #require(SSHPublicKey(algorithm: "ssh-ed25519", encoded: Self.encoded(seed)))
  }

  /// Replaces what a file holds for `web-1`, by the real ssh-keygen.
  private func replace(
    _ text: String, in scratch: ScratchDirectory, name: String = "web-1"
  ) async throws -> String {
    let file = try scratch.write(text, to: "known_hosts", mode: 0o640)
    let path = try SSHFilePath(text: file)
    let tools = SSHTools(
      runner: ProcessRunner(executable: Product.pobsync),
      defaults: SSHDefaults(knownHostsFile: path, identityFile: nil))
    try await tools.replace(name, with: [try key(9)], in: path)
    var status = stat()
    #expect(stat(file, &status) == 0 && status.st_mode & 0o777 == 0o640, "its mode stays")
    #expect(try Disk.names(in: scratch.path) == ["known_hosts"], "nothing is left beside it")
    return try String(contentsOfFile: file, encoding: .utf8)
  }

  @Test func `a line that names several hosts loses the one name`() async throws {
    try await withScratchDirectory { scratch in
      let (old, second, new) = (try key(1).line, try key(2).line, try key(9).line)
      let text = """
        # what we trust
        db,web-1,10.0.0.7 \(old) comment of old
        web-1 \(second)
        web-10 \(old)

        [web-1]:2222 \(old)
        """
      let expected = """
        # what we trust
        db,10.0.0.7 \(old) comment of old
        web-10 \(old)

        [web-1]:2222 \(old)
        web-1 \(new)

        """
      #expect(try await replace(text, in: scratch) == expected)
    }
  }

  @Test func `what is marked stays, and what is hashed goes`() async throws {
    try await withScratchDirectory { scratch in
      let (old, revoked, authority) = (try key(1).line, try key(3).line, try key(4).line)
      let new = try key(9).line
      let plain = try scratch.write("web-1 \(old)\nweb-2 \(old)\n", to: "hashed/known_hosts")
      try await runTool("ssh-keygen", ["-H", "-f", plain]).check()
      let hashed = try String(contentsOfFile: plain, encoding: .utf8).split(separator: "\n").map(String.init)
      try FileManager.default.removeItem(atPath: scratch.path("hashed"))
      let marked = ["@revoked web-1 \(revoked)", "@cert-authority *.example.net \(authority)"]
      let text = (hashed + marked).map { "\($0)\n" }.joined()
      let expected = [hashed[1]] + marked + ["web-1 \(new)"]
      #expect(try await replace(text, in: scratch) == expected.map { "\($0)\n" }.joined())
    }
  }

  @Test func `a pattern is left to a person`() async throws {
    try await withScratchDirectory { scratch in
      let old = try key(1).line
      let text = "web-* \(old)\n"
      let error = await #expect(throws: SSHToolFailure.self) { _ = try await replace(text, in: scratch) }
      #expect(error?.description.contains("line 1 of") == true)
      #expect(error?.description.contains("nothing was changed") == true)
      #expect(try String(contentsOfFile: scratch.path("known_hosts"), encoding: .utf8) == text)
    }
  }

  @Test func `a link to the file stays a link`() async throws {
    try await withScratchDirectory { scratch in
      let file = try scratch.write("old", to: "etc/known_hosts")
      let link = scratch.path("link")
      #expect(symlink(file, link) == 0)
      try Disk.replaceDurably(Array("new".utf8), at: link)
      #expect(try String(contentsOfFile: file, encoding: .utf8) == "new")
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == file)
      let fresh = scratch.path("fresh")
      try Disk.replaceDurably([], at: fresh)
      var status = stat()
      #expect(stat(fresh, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }
  }

  @Test func `trusted keys that are not offered any more are told`() throws {
    let (one, two) = (try key(1), try key(2))
    let known = KnownHostKeys(found: "# Host h found: line 3 \nh \(one.line)\n# Host h found: line 9 REVOKED\n")
    #expect(known.lines == [3])
    #expect(HostKeyComparison(offered: [two], known: known).stale == [one])
    #expect(HostKeyComparison(offered: [one], known: known).stale == [])
  }
}
