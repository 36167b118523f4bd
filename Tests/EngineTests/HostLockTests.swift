// The host's lock between processes: who holds it is told, and who dies lets go of it.

import Foundation
import Glibc
import Support
import Testing

@testable import Engine

@Suite("Host lock")
struct HostLockTests {
  /// A process that takes the lock as another pobsync would, and holds it.
  private func holder(_ directory: HostDirectory, _ scratch: ScratchDirectory) async throws -> RunningTool {
    let script = """
      import fcntl, os, signal, sys
      file = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT, 0o600)
      fcntl.flock(file, fcntl.LOCK_EX)
      os.pwrite(file, b"%d\\n" % os.getpid(), 0)
      print("held", flush=True)
      signal.pause()
      """
    let tool = try RunningTool("python3", ["-c", script, directory.lockFile])
    try await poll(until: 20, "the lock to be held") { tool.stdout == "held\n" }
    return tool
  }

  @Test("a taken lock holds against other processes, and names its holder")
  func takes() async throws {
    try await withHostDirectory { directory, _ in
      let lock = try HostLock.take(directory)
      #expect(try String(contentsOfFile: directory.lockFile, encoding: .utf8) == "\(getpid())\n")
      #expect(try await runTool("flock", ["--nonblock", directory.lockFile, "true"]).status == 1)
      #expect(throws: HostBusy(host: directory.host, holder: getpid())) { try HostLock.take(directory) }
      withExtendedLifetime(lock) {}
    }
  }

  @Test("the lock goes with the value")
  func releases() async throws {
    try await withHostDirectory { directory, _ in
      for _ in 0..<3 { _ = try HostLock.take(directory) }
      #expect(try await runTool("flock", ["--nonblock", directory.lockFile, "true"]).status == 0)
    }
  }

  @Test("a second taker is refused with the holder's process id, and the lock is free when the holder is killed")
  func otherProcess() async throws {
    try await withHostDirectory { directory, scratch in
      let tool = try await holder(directory, scratch)
      let busy = #expect(throws: HostBusy.self) { try HostLock.take(directory) }
      #expect(busy == HostBusy(host: directory.host, holder: tool.pid))
      #expect(busy?.description == "host web-1 is being worked on by process \(tool.pid); wait for it to finish")
      tool.signal(SIGKILL)
      try await tool.wait()
      let lock = try HostLock.take(directory)
      #expect(try String(contentsOfFile: directory.lockFile, encoding: .utf8) == "\(getpid())\n")
      withExtendedLifetime(lock) {}
    }
  }

  @Test("a holder that cannot be told is another process", arguments: ["", "nonsense\n", "99999999999999\n"])
  func unknownHolder(text: String) async throws {
    try await withHostDirectory { directory, scratch in
      let tool = try await holder(directory, scratch)
      try text.write(toFile: directory.lockFile, atomically: false, encoding: .utf8)
      let busy = #expect(throws: HostBusy.self) { try HostLock.take(directory) }
      #expect(busy?.description == "host web-1 is being worked on by another process; wait for it to finish")
      tool.signal(SIGKILL)
    }
  }

  @Test("children do not inherit the lock")
  func children() async throws {
    try await withHostDirectory { directory, _ in
      var lock: HostLock? = try HostLock.take(directory)
      let child = Process()
      child.executableURL = URL(fileURLWithPath: "/bin/sleep")
      child.arguments = ["60"]
      child.standardOutput = FileHandle.nullDevice
      child.standardError = FileHandle.nullDevice
      try child.run()
      #expect(lock != nil)
      lock = nil
      #expect(throws: Never.self) { try HostLock.take(directory) }
      #expect(kill(child.processIdentifier, SIGKILL) == 0)
    }
  }

  @Test("a lock file that is a link, or a directory that is missing, is an error")
  func unusable() async throws {
    try await withHostDirectory { directory, scratch in
      try scratch.write("outside", to: "outside")
      let tree = try TreeBuilder(at: directory.path)
      try tree.makeLink(".lock", to: RawPath(scratch.path("outside")))
      #expect(throws: DiskError("open the lock", directory.lockFile, code: ELOOP)) { try HostLock.take(directory) }
      #expect(try String(contentsOfFile: scratch.path("outside"), encoding: .utf8) == "outside")
      try tree.remove("")
      #expect(throws: DiskError("open the lock", directory.lockFile, code: ENOENT)) { try HostLock.take(directory) }
    }
  }
}
