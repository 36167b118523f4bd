// Other programs run by tests: once with their result, or in the background to be watched, signalled and waited for.

package import Foundation
import Glibc
import Synchronization

/// How a program ended, and what it wrote.
package struct ToolResult: Sendable, CustomStringConvertible {
  /// The exit status; or, of a program that a signal ended, the signal's number made negative.
  package let status: Int32
  /// Standard output, as bytes.
  package let output: Data
  /// Standard error, as bytes.
  package let errorOutput: Data

  /// Standard output as text; bytes that are not UTF-8 are replaced.
  package var stdout: String { String(decoding: output, as: UTF8.self) }
  /// Standard error as text; bytes that are not UTF-8 are replaced.
  package var stderr: String { String(decoding: errorOutput, as: UTF8.self) }
  /// Whether the exit status is 0.
  package var succeeded: Bool { status == 0 }

  package var description: String { "status \(status)\nstdout: \(stdout)\nstderr: \(stderr)" }

  /// This result when the program succeeded; throws `ToolError` otherwise.
  @discardableResult
  package func check() throws -> ToolResult {
    guard succeeded else { throw ToolError(message: "the program failed: \(description)") }
    return self
  }
}

/// A program that could not be started, or did not end in time.
package struct ToolError: Error, CustomStringConvertible {
  /// What went wrong.
  package let message: String
  package var description: String { message }

  package init(message: String) { self.message = message }
}

/// A condition that did not come true in time.
package struct PollTimeout: Error, CustomStringConvertible {
  /// What was waited for, and for how long.
  package let description: String
}

/// Asks for `condition` every `interval` seconds until it is true; throws `PollTimeout` once `limit` seconds have gone by.
package func poll(
  until limit: TimeInterval = 10,
  every interval: TimeInterval = 0.01,
  _ what: String = "a condition",
  isolation: isolated (any Actor)? = #isolation,
  _ condition: () async throws -> Bool
) async throws {
  let clock = ContinuousClock()
  let deadline = clock.now + .seconds(limit)
  while true {
    let isLast = clock.now >= deadline
    if try await condition() { return }
    if isLast { throw PollTimeout(description: "waited \(limit) s in vain for: \(what)") }
    try await Task.sleep(for: .seconds(interval))
  }
}

/// Runs a program to its end.
///
/// A name without a slash is looked for in `PATH`. Standard input is `input`, or empty. `environment`, when given, is the
/// program's whole environment. After `timeout` seconds, and on cancellation, its process group is killed and this throws.
package func runTool(
  _ path: String,
  _ arguments: [String],
  environment: [String: String]? = nil,
  input: Data? = nil,
  directory: String? = nil,
  timeout: TimeInterval = 60,
  isolation: isolated (any Actor)? = #isolation
) async throws -> ToolResult {
  let tool = try RunningTool(path, arguments, environment: environment, input: input, directory: directory)
  do {
    return try await tool.wait(timeout: timeout)
  } catch {
    tool.signal(SIGKILL, group: true)
    _ = try? await tool.wait(timeout: 5)
    throw error
  }
}

/// A program in the background, in a session and process group of its own.
///
/// What it writes goes to unnamed files, so it can write any amount, and a grandchild that keeps them open delays nobody.
package final class RunningTool: Sendable {
  /// Its process id, and its group's.
  package let pid: pid_t
  private let commandLine: String
  private let outputFile: Int32
  private let errorFile: Int32
  private let ended = Mutex<Int32?>(nil)

  /// Starts a program; the arguments are those of `runTool`.
  package init(
    _ path: String,
    _ arguments: [String],
    environment: [String: String]? = nil,
    input: Data? = nil,
    directory: String? = nil
  ) throws {
    commandLine = ([path] + arguments).joined(separator: " ")
    let inputFile = try RunningTool.unnamedFile(holding: input ?? Data())
    defer { close(inputFile) }
    let outputFile = try RunningTool.unnamedFile(holding: Data())
    self.outputFile = outputFile
    do {
      errorFile = try RunningTool.unnamedFile(holding: Data())
    } catch {
      close(outputFile)
      throw error
    }
    let values = environment ?? ProcessInfo.processInfo.environment
    let started = RunningTool.spawn(
      [path] + arguments, environment: values.map { "\($0)=\($1)" }, directory: directory,
      descriptors: [inputFile, outputFile, errorFile])
    pid = started.pid
    guard started.code == 0 else {
      close(outputFile)
      close(errorFile)
      ended.withLock { $0 = -1 }
      throw ToolError(message: "cannot start \(commandLine): \(String(cString: strerror(started.code)))")
    }
  }

  deinit {
    if pid > 0 && exitStatus == nil {
      kill(-pid, SIGKILL)
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
    }
    if pid > 0 {
      close(outputFile)
      close(errorFile)
    }
  }

  /// The exit status as in `ToolResult`; nil while the program runs.
  package var exitStatus: Int32? {
    ended.withLock { ended in
      if let ended { return ended }
      var status: Int32 = 0
      guard waitpid(pid, &status, WNOHANG) == pid else { return nil }
      let signal = status & 0x7f
      ended = signal == 0 ? (status >> 8) & 0xff : -signal
      return ended
    }
  }

  /// Whether the program has not ended yet.
  package var isRunning: Bool { exitStatus == nil }

  /// What the program has written to standard output so far.
  package var stdout: String { String(decoding: RunningTool.contents(outputFile), as: UTF8.self) }

  /// What the program has written to standard error so far.
  package var stderr: String { String(decoding: RunningTool.contents(errorFile), as: UTF8.self) }

  /// Sends a signal to the program, or to its whole process group; false when there is nobody left to get it.
  @discardableResult
  package func signal(_ signal: Int32, group: Bool = false) -> Bool {
    // Under the lock nobody can reap the process, so its id cannot have become another's. A group outlives its leader.
    ended.withLock { ended in
      if group { return kill(-pid, signal) == 0 }
      return ended == nil && kill(pid, signal) == 0
    }
  }

  /// Waits for the end; throws `ToolError` after `timeout` seconds, and leaves the program running then.
  @discardableResult
  package func wait(
    timeout: TimeInterval = 60, isolation: isolated (any Actor)? = #isolation
  ) async throws -> ToolResult {
    do {
      try await poll(until: timeout, every: 0.004, "the end of \(commandLine)") { !isRunning }
    } catch let error as PollTimeout {
      throw ToolError(message: "\(error)\nstdout: \(stdout)\nstderr: \(stderr)")
    }
    return ToolResult(
      status: exitStatus ?? -1, output: RunningTool.contents(outputFile), errorOutput: RunningTool.contents(errorFile))
  }

  /// A file without a name that holds `data`, at its beginning.
  private static func unnamedFile(holding data: Data) throws -> Int32 {
    var template = Array("/tmp/pobsync-tool.XXXXXX".utf8CString)
    let file = mkstemp(&template)
    guard file >= 0 else { throw FileError("mkstemp", "/tmp/pobsync-tool.XXXXXX") }
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    unlink(template)
    var offset = 0
    while offset < data.count {
      let count = data.withUnsafeBytes {
        pwrite(file, $0.baseAddress?.advanced(by: offset), data.count - offset, off_t(offset))
      }
      guard count > 0 else {
        let error = FileError("write", "/tmp/pobsync-tool.XXXXXX")
        close(file)
        throw error
      }
      offset += count
    }
    return file
  }

  private static func contents(_ file: Int32) -> Data {
    var result = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = pread(file, &buffer, buffer.count, off_t(result.count))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return result }
      result.append(contentsOf: buffer[..<count])
    }
  }

  private static func spawn(
    _ arguments: [String], environment: [String], directory: String?, descriptors: [Int32]
  ) -> (pid: pid_t, code: Int32) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, source, Int32(target))
    }
    _ = GNU.addCloseFrom(&actions, 3)
    if let directory { _ = GNU.addChdir(&actions, directory) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | GNU.spawnInNewSession)

    let argumentVector = arguments.map { strdup($0) } + [nil]
    let environmentVector = environment.map { strdup($0) } + [nil]
    defer { for text in argumentVector + environmentVector { free(text) } }
    var pid: pid_t = 0
    let code = posix_spawnp(&pid, arguments[0], &actions, &attributes, argumentVector, environmentVector)
    return (code == 0 ? pid : 0, code)
  }
}

/// Programs that this package builds.
package enum Product {
  /// The path of the built `pobsync`: beside the running test bundle, or what `POBSYNC_BINARY` says.
  package static var pobsync: String {
    if let path = ProcessInfo.processInfo.environment["POBSYNC_BINARY"], !path.isEmpty { return path }
    let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    for start in [runner, CommandLine.arguments.first ?? ""] {
      var directory = URL(fileURLWithPath: start).deletingLastPathComponent()
      for _ in 0..<4 {
        let candidate = directory.appendingPathComponent("pobsync").path
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory), !isDirectory.boolValue,
          access(candidate, X_OK) == 0
        {
          return candidate
        }
        directory.deleteLastPathComponent()
      }
    }
    preconditionFailure("no pobsync beside \(runner): build it first, or set POBSYNC_BINARY")
  }
}
