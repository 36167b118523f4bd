// Children under the guard: their output, their ends, and that none of them outlives pobsync.

import Foundation
import Glibc
import Support
import Testing

@testable import Engine

@Suite("Process runner", .timeLimit(.minutes(2)))
struct ProcessRunnerTests {
  private struct Ended: Sendable {
    let exit: ProcessExit
    let output: String
    let error: String
  }

  private func run(_ command: String...) async throws -> Ended {
    let output = Locked<[UInt8]>([])
    let error = Locked<[UInt8]>([])
    let exit = try await ProcessRunner(executable: Product.pobsync).run(command) { bytes in
      output.with { $0.append(contentsOf: bytes) }
    } error: { bytes in
      error.with { $0.append(contentsOf: bytes) }
    }
    return Ended(
      exit: exit, output: output.with { String(decoding: $0, as: UTF8.self) },
      error: error.with { String(decoding: $0, as: UTF8.self) })
  }

  /// Whether a process is there and has not ended; one that nobody has waited for yet has ended.
  private func isAlive(_ pid: pid_t) -> Bool {
    guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let state = stat.split(separator: ")").last?.split(separator: " ").first
    else { return false }
    return state != "Z" && state != "X"
  }

  /// Whether anyone of a process group is alive.
  private func isGroupAlive(_ group: pid_t) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.contains { getpgid($0) == group && isAlive($0) }
  }

  /// The process id that a script writes into a file.
  private func processID(in file: String) async throws -> pid_t {
    var found: pid_t?
    try await poll(until: 20, "a process id in \(file)") {
      guard let text = try? String(contentsOfFile: file, encoding: .utf8), text.hasSuffix("\n") else { return false }
      found = pid_t(text.dropLast())
      return found != nil
    }
    return try #require(found)
  }

  // MARK: - Output and ends

  @Test("output and error come whole and apart, whatever their size")
  func outputs() async throws {
    let small = try await run("sh", "-c", "echo out; echo err >&2")
    #expect(small.exit == .exited(0))
    #expect(small.output == "out\n")
    #expect(small.error == "err\n")
    let big = try await run(
      "sh", "-c", "head -c 5000000 /dev/zero | tr '\\0' o; head -c 4000000 /dev/zero | tr '\\0' e >&2")
    #expect(big.output.utf8.count == 5_000_000)
    #expect(big.error.utf8.count == 4_000_000)
  }

  @Test("output comes while the child runs")
  func streaming() async throws {
    try await withScratchDirectory { scratch in
      let seen = Locked<[UInt8]>([])
      async let exit = ProcessRunner(executable: Product.pobsync).run([
        "sh", "-c", "echo first; while [ ! -e \(scratch.path)/go ]; do :; done; echo second",
      ]) { bytes in
        seen.with { $0.append(contentsOf: bytes) }
      } error: { _ in
      }
      try await poll(until: 20, "the first line") { seen.with { $0 == Array("first\n".utf8) } }
      try scratch.write("", to: "go")
      #expect(try await exit == .exited(0))
      #expect(seen.with { $0 == Array("first\nsecond\n".utf8) })
    }
  }

  @Test("exit statuses", arguments: [0, 1, 12, 23, 24, 126, 127, 137, 255] as [Int32])
  func statuses(status: Int32) async throws {
    #expect(try await run("sh", "-c", "exit \(status)").exit == .exited(status))
  }

  @Test("a child that a signal ends", arguments: [SIGKILL, SIGTERM, SIGINT, SIGHUP, SIGSEGV, SIGPIPE])
  func signals(signal: Int32) async throws {
    #expect(try await run("sh", "-c", "kill -\(signal) $$").exit == .exited(128 + signal))
  }

  @Test("a command that is not there, or is no program")
  func notFound() async throws {
    let missing = try await run("/no/such/program", "x")
    #expect(missing.exit == .exited(127))
    #expect(missing.error == "pobsync: cannot start /no/such/program: No such file or directory\n")
    #expect(try await run("no-such-program").exit == .exited(127))
    let directory = try await run("/etc")
    #expect(directory.exit == .exited(127))
    #expect(directory.error == "pobsync: cannot start /etc: Permission denied\n")
  }

  @Test("words reach the child as they are, options and blanks included")
  func words() async throws {
    let words = ["--help", "-x", "--", "a b", "", "$(touch x)", "'", "\"", "*", "é", "\n", "guard"]
    let arguments = ["printf", "<%s>"] + words
    let output = Locked<[UInt8]>([])
    let exit = try await ProcessRunner(executable: Product.pobsync).run(arguments) { bytes in
      output.with { $0.append(contentsOf: bytes) }
    } error: { _ in
    }
    #expect(exit == .exited(0))
    #expect(output.with { String(decoding: $0, as: UTF8.self) } == words.map { "<\($0)>" }.joined())
  }

  @Test("a child reads nothing, speaks the plain language, and leads no group of its own")
  func surroundings() async throws {
    #expect(try await run("cat").output == "")
    let environment = try await run("env").output.split(separator: "\n")
    #expect(environment.contains("LC_ALL=C"))
    #expect(!environment.contains { $0.hasPrefix("LANGUAGE=") || $0.hasPrefix("RSYNC_") })
    let ids = try await run("sh", "-c", "cut -d' ' -f4,5,6 /proc/$$/stat").output.split(separator: "\n").last
    let numbers = try #require(ids).split(separator: " ").compactMap { pid_t($0) }
    #expect(numbers.count == 3)
    #expect(Set(numbers).count == 1, "the guard is the parent, and leads group and session: \(numbers)")
    #expect(numbers.first != getpgrp())
  }

  @Test("a child's children that hold its output do not hold up the end, and do not outlive it")
  func lingering() async throws {
    try await withScratchDirectory { scratch in
      let file = scratch.path("pid")
      let ended = try await run("sh", "-c", "sleep 1000 & echo $! >\(file); echo done")
      #expect(ended.exit == .exited(0))
      #expect(ended.output == "done\n")
      let pid = try await processID(in: file)
      try await poll(until: 10, "the end of the grandchild") { !isAlive(pid) }
    }
  }

  // MARK: - Nobody stays

  @Test("cancelling ends the whole group, with a grandchild that ignores SIGTERM")
  func cancel() async throws {
    try await withScratchDirectory { scratch in
      let file = scratch.path("pid")
      let script = "(trap '' TERM; sleep 1000 & echo $! >\(file).new; mv \(file).new \(file); wait) & wait"
      let task = Task { try await run("sh", "-c", script) }
      let pid = try await processID(in: file)
      let group = getpgid(pid)
      #expect(isGroupAlive(group))
      task.cancel()
      #expect(try await task.value.exit == .exited(128 + SIGTERM))
      try await poll(until: 10, "the end of the group") { !isGroupAlive(group) }
    }
  }

  @Test("cancelling ends a child that ignores SIGTERM, after its time of grace")
  func cancelStubborn() async throws {
    try await withScratchDirectory { scratch in
      let file = scratch.path("pid")
      let script = "trap '' TERM; echo $$ >\(file).new; mv \(file).new \(file); while :; do sleep 1000; done"
      let task = Task { try await run("sh", "-c", script) }
      let pid = try await processID(in: file)
      let group = getpgid(pid)
      task.cancel()
      #expect(try await task.value.exit == .signalled(SIGKILL))
      try await poll(until: 10, "the end of the group") { !isGroupAlive(group) }
    }
  }

  @Test("when the guard is killed, the call returns and nobody of its group is left")
  func killedGuard() async throws {
    try await withScratchDirectory { scratch in
      let file = scratch.path("pid")
      let script = "trap '' TERM; echo $$ >\(file).new; mv \(file).new \(file); sleep 1000; sleep 1000"
      let task = Task { try await run("sh", "-c", script) }
      let group = getpgid(try await processID(in: file))
      #expect(kill(group, SIGKILL) == 0)
      #expect(try await task.value.exit == .signalled(SIGKILL))
      try await poll(until: 10, "the end of the group") { !isGroupAlive(group) }
    }
  }

  @Test(
    "a process that runs a child through the guard and is killed with -9 leaves no child",
    arguments: [
      "", "trap '' TERM; ", "(trap '' TERM; exec sleep 1000) & ",
    ])
  func killedParent(trap: String) async throws {
    try await withScratchDirectory { scratch in
      let file = scratch.path("pid")
      let script = "\(trap)echo $$ >\(file).new; mv \(file).new \(file); sleep 1000 & sleep 1000"
      let parent = """
        import signal, subprocess, sys
        guard = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, start_new_session=True)
        signal.pause()
        """
      let tool = try RunningTool(
        "python3", ["-c", parent, Product.pobsync, ProcessGuard.commandName, "--", "sh", "-c", script])
      let group = getpgid(try await processID(in: file))
      #expect(group != tool.pid)
      #expect(isGroupAlive(group))
      tool.signal(SIGKILL)
      try await tool.wait()
      try await poll(until: 10, "the end of the group") { !isGroupAlive(group) }
    }
  }
}
