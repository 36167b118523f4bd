// The test support's own tests: a fixture that does not do what it says makes every other test worthless.

import Foundation
import Support
import Testing

@Suite("Test support")
struct TestSupportTests {
  // MARK: - Tools

  @Test("a tool's big outputs, input and exit status arrive whole")
  func toolOutputs() async throws {
    let input = Data(repeating: 0x61, count: 3 << 20)
    let result = try await runTool("sh", ["-c", "tee /dev/stderr; exit 7"], input: input)
    #expect(result.status == 7)
    #expect(result.output == input)
    #expect(result.errorOutput == input)
    #expect(try await runTool("sh", ["-c", "kill -TERM $$"]).status == -15)
    #expect(try await runTool("pwd", [], directory: "/usr").stdout == "/usr\n")
    #expect(try await runTool("/usr/bin/env", [], environment: ["A": "b"]).stdout == "A=b\n")
  }

  @Test("a tool that takes too long is killed with its children, and a missing one is an error")
  func toolErrors() async throws {
    try await withScratchDirectory { scratch in
      let script = "sleep 300 & echo $! >\(scratch.path)/child; wait"
      await #expect(throws: ToolError.self) { try await runTool("sh", ["-c", script], timeout: 0.5) }
      let child = try String(contentsOfFile: scratch.path("child"), encoding: .utf8).dropLast()
      try await poll(until: 5, "the end of the child") { try await runTool("kill", ["-0", "\(child)"]).status != 0 }
      await #expect(throws: ToolError.self) { try await runTool("/no/such/program", []) }
    }
    await #expect(throws: PollTimeout.self) { try await poll(until: 0.05) { false } }
  }

  // MARK: - Trees

  @Test("rsync over the SSH server makes an equal tree")
  func pullOverSSH() async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("source"))
      try tree.build()
      #expect(try allocatedBytes(tree.root.appending("sparse")) < 64 << 10)
      try await withSSHServer(in: scratch) { server in
        #expect(try await runTool("ssh", server.clientArguments + [server.address, "true"]).check().stdout.isEmpty)
        let arguments = [
          "-aHAX", "--numeric-ids", "-e", server.remoteShell, "\(server.address):\(tree.root)/", scratch.path("copy"),
        ]
        try await runTool("rsync", arguments).check()
      }
      let source = try TreeFingerprint(of: scratch.path("source"))
      #expect(source.entries.count > 80)
      #expect(try TreeFingerprint(of: scratch.path("copy")).differences(from: source) == [])
    }
  }

  @Test("random trees and changes are the same for the same seed, and backups of them are equal to their sources")
  func randomTrees() async throws {
    let seed = freshSeed("randomTrees")
    try await withScratchDirectory { scratch in
      let first = try TreeBuilder.random(seed: seed, files: 60, at: scratch.path("first"))
      let second = try TreeBuilder.random(seed: seed, files: 60, at: scratch.path("second"))
      let options = TreeFingerprint.Options.backup.leavingOutDirectoryTimes()
      let before = try TreeFingerprint(of: scratch.path("first"), options)
      #expect(try TreeFingerprint(of: scratch.path("second"), options).differences(from: before) == [])

      let flags = ["-aHAX", "--numeric-ids", "--modify-window=-1"]
      try await runTool("rsync", flags + [scratch.path("first/"), scratch.path("base")]).check()
      let base = try TreeFingerprint(of: scratch.path("base"), .immutable)

      #expect(
        try first.mutate(seed: seed &+ 1, changes: 40, withinTheSecond: true)
          == second.mutate(seed: seed &+ 1, changes: 40, withinTheSecond: true))
      let after = try TreeFingerprint(of: scratch.path("first"), options)
      #expect(try TreeFingerprint(of: scratch.path("second"), options).differences(from: after) == [])
      #expect(after != before)

      let link = ["--link-dest=\(scratch.path("base"))"]
      try await runTool("rsync", flags + link + [scratch.path("first/"), scratch.path("next")]).check()
      let source = try TreeFingerprint(of: scratch.path("first"))
      let next = try TreeFingerprint(of: scratch.path("next")).differences(from: source)
      #expect(next == [])
      #expect(try TreeFingerprint(of: scratch.path("base"), .immutable).differences(from: base) == [])
    }
  }

  /// One change to a tree, and what the fingerprint must say of it.
  struct Change: Sendable, CustomTestStringConvertible {
    let name: String
    let expected: [String]
    var isPrivileged = false
    let apply: @Sendable (TreeBuilder) throws -> Void

    init(
      _ name: String, _ expected: String..., isPrivileged: Bool = false,
      apply: @escaping @Sendable (TreeBuilder) throws -> Void
    ) {
      self.name = name
      self.expected = expected
      self.isPrivileged = isPrivileged
      self.apply = apply
    }

    var testDescription: String { name }
  }

  static let changes = [
    Change("content of the same size and time", "file: content is") {
      try $0.write("efgh", to: "file")
      try $0.setTime("file", seconds: 1_000)
    },
    Change("size", "file: size is 5, expected 4", "file: content is") {
      try $0.write("abcd\0", to: "file")
      try $0.setTime("file", seconds: 1_000)
    },
    Change("mode", "file: mode is 0600, expected 0644") { try $0.chmod("file", 0o600) },
    Change("sticky bit", "directory: mode is 01755, expected 0755") { try $0.chmod("directory", 0o1755) },
    Change("owner", "file: user is 7, expected 0", "file: group is 8, expected 0", isPrivileged: true) {
      try $0.chown("file", user: 7, group: 8)
    },
    Change("owner of a link", "link: user is 7, expected 0", "link: group is 8, expected 0", isPrivileged: true) {
      try $0.chown("link", user: 7, group: 8)
    },
    Change("time", "file: modification time is 1000.000000001, expected 1000.000000000") {
      try $0.setTime("file", seconds: 1_000, nanoseconds: 1)
    },
    Change("time of a link", "link: modification time is 999.000000000, expected 1000.000000000") {
      try $0.setTime("link", seconds: 999)
    },
    Change("time of a directory", "directory: modification time is 999.000000000, expected 1000.000000000") {
      try $0.setTime("directory", seconds: 999)
    },
    Change("attribute", "file: attributes is user.test=two\\x00, expected user.test=one") {
      try $0.setAttribute("user.test", Array("two\0".utf8), on: "file")
    },
    Change("ACL", "directory: attributes is system.posix_acl_default=") {
      let entries: [UInt8] = [
        1, 0, 7, 0, 255, 255, 255, 255, 4, 0, 5, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255,
      ]
      try $0.setAttribute("system.posix_acl_default", [2, 0, 0, 0] + entries, on: "directory")
    },
    Change("link target", "link: target is elsewhere, expected file") {
      try $0.remove("link")
      try $0.makeLink("link", to: "elsewhere")
      try $0.setTime("link", seconds: 1_000)
    },
    Change(
      "hard link broken", "hard-a: hard link is none, expected to hard-a",
      "hard-b: hard link is none, expected to hard-a"
    ) {
      try $0.remove("hard-b")
      try $0.write("one", to: "hard-b")
      try $0.setTime("hard-b", seconds: 1_000)
    },
    Change("hard link made", "file: hard link is to file, expected none", "other: hard link is to file, expected none")
    {
      try $0.remove("other")
      try $0.makeHardLink("other", to: "file")
    },
    Change("type", "file: kind is directory, expected file") {
      try $0.remove("file")
      try $0.makeDirectory("file")
    },
    Change("deletion", "file: missing (file)") { try $0.remove("file") },
    Change("addition", "new\\n\\xff: not expected (fifo)") {
      try $0.makeFifo(RawPath(bytes: Array("new\n".utf8) + [0xff]))
    },
    Change("device", "node: device is 0x105, expected 0x103", isPrivileged: true) {
      try $0.remove("node")
      try $0.makeCharacterDevice("node", minor: 5)
      try $0.setTime("node", seconds: 1_000)
    },
  ]

  @Test("the fingerprint notices each kind of change, and nothing else", arguments: changes)
  func noticesChange(_ change: Change) async throws {
    if change.isPrivileged && !TreeBuilder.isPrivileged { return }
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("tree"))
      try tree.write("abcd", to: "file")
      try tree.write("abcd", to: "other")
      for name: RawPath in ["file", "other"] { try tree.setAttribute("user.test", Array("one".utf8), on: name) }
      try tree.makeDirectory("directory")
      try tree.makeLink("link", to: "file")
      try tree.write("one", to: "hard-a")
      try tree.makeHardLink("hard-b", to: "hard-a")
      if TreeBuilder.isPrivileged { try tree.makeCharacterDevice("node", minor: 3) }
      for path in try tree.paths() + [""] { try tree.setTime(path, seconds: 1_000) }
      let before = try TreeFingerprint(of: scratch.path("tree"))
      #expect(try TreeFingerprint(of: scratch.path("tree")) == before)

      try change.apply(tree)
      try tree.setTime("", seconds: 1_000)
      let found = try TreeFingerprint(of: scratch.path("tree")).differences(from: before)
      #expect(found.count == change.expected.count, "\(found)")
      for (line, expected) in zip(found, change.expected) { #expect(line.hasPrefix(expected)) }
    }
  }

  @Test("the immutable fingerprint notices a file replaced by its equal, and not a new hard link or a read")
  func immutable() async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("tree"))
      try tree.write("abcd", to: "file")
      try tree.setTime("file", seconds: 1_000)
      try tree.setTime("", seconds: 1_000)
      let before = try TreeFingerprint(of: scratch.path("tree"), .immutable)
      try await runTool("ln", [scratch.path("tree/file"), scratch.path("another name")]).check()
      #expect(try TreeFingerprint(of: scratch.path("tree"), .immutable).differences(from: before) == [])
      try TreeBuilder(at: scratch.path("next")).write("new", to: "another")
      try await runTool("ln", [scratch.path("tree/file"), scratch.path("next/file")]).check()
      #expect(try sharedInodes(scratch.path("tree"), scratch.path("next")) == (shared: 1, total: 2))

      try tree.remove("file")
      try tree.write("abcd", to: "file")
      try tree.setTime("file", seconds: 1_000)
      try tree.setTime("", seconds: 1_000)
      let found = try TreeFingerprint(of: scratch.path("tree"), .immutable).differences(from: before)
      #expect(found.count == 1 && found[0].hasPrefix("file: inode is "))
    }
  }

  // MARK: - The SSH server

  @Test("the SSH server refuses strangers and, with a new host key, is refused itself")
  func sshKeys() async throws {
    try await withScratchDirectory { scratch in
      try await withSSHServer(in: scratch) { server in
        let stranger = try await server.makeStrangerKey()
        let asStranger = server.clientArguments.map { $0 == server.identityFile ? stranger : $0 }
        let refused = try await runTool("ssh", asStranger + [server.address, "true"])
        #expect(refused.status == 255 && refused.stderr.contains("Permission denied"))
        try server.authorizeClientKey("\(stranger).pub")
        try await runTool("ssh", asStranger + [server.address, "true"]).check()

        let port = server.port
        try await server.replaceHostKey()
        #expect(server.port == port)
        let changed = try await runTool("ssh", server.clientArguments + [server.address, "true"])
        #expect(changed.status == 255 && changed.stderr.contains("Host key verification failed"))

        try await server.stop()
        let away = try await runTool("ssh", server.clientArguments + [server.address, "true"])
        #expect(away.status == 255 && away.stderr.contains("Connection refused"))
      }
    }
  }

  @Test("the SSH server hides rsync, sets variables and forces commands")
  func sshOptions() async throws {
    try await withScratchDirectory { scratch in
      var options = SSHServer.Options()
      options.hidesRsync = true
      options.environment = ["GREETING": "good day"]
      try await withSSHServer(in: scratch, options) { server in
        let shell = server.clientArguments + [server.address]
        #expect(try await runTool("ssh", shell + ["echo \"$GREETING\" | cat"]).check().stdout == "good day\n")
        #expect(try await runTool("ssh", shell + ["command -v rsync"]).status != 0)
        let pull = ["-a", "-e", server.remoteShell, "\(server.address):/etc/hostname", scratch.path("copy")]
        let result = try await runTool("rsync", pull)
        // The remote shell's 127, or 12 when rsync notices the closed connection first.
        #expect([12, 127].contains(result.status) && result.stderr.contains("not found"), "\(result)")
      }
      options = SSHServer.Options()
      options.forcedCommand = "/bin/echo forced"
      try await withSSHServer(in: scratch, options) { server in
        let result = try await runTool("ssh", server.clientArguments + [server.address, "true"])
        #expect(result.stdout == "forced\n")
      }
    }
  }

  @Test("a held rsync stops in the middle, ends with its client, and goes on when let go", arguments: [nil, 300_000])
  func heldRsync(_ bytes: Int?) async throws {
    try await withScratchDirectory { scratch in
      let tree = try TreeBuilder(at: scratch.path("source"))
      try tree.build()
      try await withSSHServer(in: scratch) { server in
        let held = try HeldRsync(in: scratch, afterBytes: bytes)
        let arguments = [
          "-aHAX", "--numeric-ids", "--rsync-path=\(held.path)", "-e", server.remoteShell,
          "\(server.address):\(tree.root)/", scratch.path("copy"),
        ]
        let killed = try RunningTool("rsync", arguments)
        try await held.waitUntilHolding()
        #expect(killed.isRunning && !server.sessionCommands.isEmpty)
        #expect(held.arguments.first == "--server")
        killed.signal(SIGKILL, group: true)
        #expect(try await killed.wait(timeout: 10).status == -SIGKILL)
        try await poll(until: 10, "the end of the remote rsync") { server.sessionCommands.isEmpty }

        held.reset()
        // What a killed rsync leaves under a temporary name is not taken up again; `--delete` clears it away.
        let finished = try RunningTool("rsync", ["--delete"] + arguments)
        try await held.waitUntilHolding()
        try held.release()
        try await finished.wait().check()

        held.reset()
        let cut = try RunningTool("rsync", arguments.dropLast() + [scratch.path("cut")])
        try await held.waitUntilHolding()
        server.cutSessions()
        #expect(try await cut.wait(timeout: 10).status > 0)
      }
      let source = try TreeFingerprint(of: scratch.path("source"))
      let copy = try TreeFingerprint(of: scratch.path("copy")).differences(from: source)
      #expect(copy == [])
    }
  }

  // MARK: - The rest

  @Test("a scratch directory goes away with everything in it, also when the test fails")
  func scratchDirectory() async throws {
    struct Stop: Error {}
    var path = ""
    await #expect(throws: Stop.self) {
      try await withScratchDirectory { scratch in
        path = scratch.path
        try TreeBuilder(at: scratch.path("tree")).build()
        throw Stop()
      }
    }
    #expect(!path.isEmpty && !FileManager.default.fileExists(atPath: path))
  }

  @Test("a loop file system is full when it should be, and leaves nothing", .enabled(if: LoopFileSystem.isAvailable))
  func loopFileSystem() async throws {
    let mountPoint = try await withLoopFileSystem(.ext4, sizeMiB: 16, options: ["-N", "32"]) { path in
      let tree = try TreeBuilder(at: path)
      let error = #expect(throws: FileError.self) {
        for number in 0..<64 { try tree.write("", to: RawPath("file-\(number)")) }
      }
      #expect(error?.code == ENOSPC)
      return path
    }
    #expect(!FileManager.default.fileExists(atPath: mountPoint))
    let mounts = try String(contentsOfFile: "/proc/mounts", encoding: .utf8)
    #expect(!mounts.contains(mountPoint))
    guard LoopFileSystem.btrfs.isAvailable else { return }
    try await withLoopFileSystem(.btrfs, sizeMiB: 128) { path in
      try TreeBuilder(at: "\(path)/tree").build()
    }
  }

  @Test("the built program is found")
  func product() { #expect(FileManager.default.isExecutableFile(atPath: Product.pobsync)) }

  @Test("the generator is SplitMix64")
  func generator() {
    var generator = SeededGenerator(seed: 1_234_567)
    #expect(
      (0..<3).map { _ in generator.next() } == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
      ])
  }
}
