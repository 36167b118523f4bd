// Child processes: started without a shell, in a session of their own, under a guard that ends them when we end.

import Foundation
import Glibc
import Subprocess
import SystemPackage

/// How a child process ended.
package enum ProcessExit: Sendable, Hashable {
  case exited(Int32)
  case signalled(Int32)
}

extension ProcessExit {
  fileprivate init(_ status: TerminationStatus) {
    self =
      switch status {
      case .exited(let code): .exited(code)
      case .signaled(let signal): .signalled(signal)
      }
  }
}

/// Runs children under a guard (see `ProcessGuard`).
package struct ProcessRunner: Sendable {
  /// The pobsync executable, which is also the guard.
  package let executable: String

  package init(executable: String) { self.executable = executable }

  /// How long a child has to end after a SIGTERM, when the task that runs it is cancelled.
  private static let grace = Duration.seconds(10)

  /// The environment without what would change what rsync and ssh do, or the words of their messages, and without what
  /// is pobsync's own: the database's password may be there.
  private static let environment: Environment = {
    var changes: [Environment.Key: String?] = ["LC_ALL": "C", "LANGUAGE": nil]
    for name in ProcessInfo.processInfo.environment.keys where ["RSYNC_", "POBSYNC_"].contains(where: name.hasPrefix) {
      changes[Environment.Key(stringLiteral: name)] = .some(nil)
    }
    return .inherit.updating(changes)
  }()

  /// Runs a command to its end. When the surrounding task is cancelled, the whole process group is asked to end, then
  /// killed; the call returns normally, so callers look at `Task.isCancelled`.
  ///
  /// - Parameters:
  ///   - command: the program and its arguments; nothing in it is interpreted.
  ///   - lock: the lock of the host that the command works for, which the guard holds as well.
  ///   - output: is given the bytes of standard output as they come.
  ///   - error: is given the bytes of standard error as they come.
  package func run(
    _ command: [String],
    holding lock: HostLock? = nil,
    output: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
    error: @escaping @Sendable (UnsafeRawBufferPointer) -> Void
  ) async throws -> ProcessExit {
    let result = try await Subprocess.run(
      .path(FilePath(executable)), arguments: Self.arguments(command), environment: Self.environment,
      platformOptions: Self.options, input: try Self.input(lock), output: .sequence, error: .sequence
    ) { execution in
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await Self.read(execution.standardOutput, output) }
        group.addTask { try await Self.read(execution.standardError, error) }
        try await group.waitForAll()
      }
    }
    Self.endGroup(of: result.processIdentifier)
    return ProcessExit(result.terminationStatus)
  }

  /// Runs a command to its end, and talks to it meanwhile. When the surrounding task is cancelled, or `talk` throws, and
  /// some time after it has returned, the whole process group is asked to end, then killed.
  ///
  /// - Parameters:
  ///   - command: the program and its arguments; nothing in it is interpreted.
  ///   - lock: the lock of the host that the command works for, which the guard holds as well.
  ///   - error: is given the bytes of standard error as they come.
  ///   - talk: is given a socket to the command's standard input and output, and may block; it is run on a thread of its
  ///     own. The socket comes to its end when the task is cancelled.
  /// - Returns: what `talk` gave or threw, and how the command ended.
  func converse<Value: Sendable>(
    _ command: [String], holding lock: HostLock?, error: @escaping @Sendable (UnsafeRawBufferPointer) -> Void,
    talk: @escaping @Sendable (_ socket: Int32) throws -> Value
  ) async throws -> (said: Result<Value, any Error>, exit: ProcessExit) {
    var sockets: [Int32] = [-1, -1]
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &sockets) == 0 else { throw DiskError("create", "a pair of sockets") }
    let (own, other) = (sockets[0], sockets[1])
    defer { close(own) }
    let input: FileDescriptorInput
    do {
      input = try Self.input(lock)
    } catch {
      close(other)
      throw error
    }
    let result = try await Subprocess.run(
      .path(FilePath(executable)), arguments: Self.arguments(command, options: ["--conversing"]),
      environment: Self.environment, platformOptions: Self.options, input: input,
      output: .fileDescriptor(FileDescriptor(rawValue: other), closeAfterSpawningProcess: true), error: .sequence
    ) { execution in
      try await withThrowingTaskGroup(of: Bool.self) { group in
        group.addTask {
          try await Self.read(execution.standardError, error)
          return true
        }
        let said = await Self.said(on: own, talk)
        // It has nothing more to do, and should see that by itself.
        let patience = if case .failure = said { Duration.zero } else { Self.grace }
        group.addTask {
          try? await Task.sleep(for: patience)
          if !Task.isCancelled { await execution.teardown(using: Self.options.teardownSequence) }
          return false
        }
        while let isOver = try await group.next(), !isOver {}
        group.cancelAll()
        return said
      }
    }
    Self.endGroup(of: result.processIdentifier)
    return (result.closureResult, ProcessExit(result.terminationStatus))
  }

  /// What comes of a conversation, which ends with the task.
  private static func said<Value: Sendable>(
    on socket: Int32, _ talk: @escaping @Sendable (Int32) throws -> Value
  ) async -> Result<Value, any Error> {
    defer { shutdown(socket, Int32(SHUT_RDWR)) }
    return await withTaskCancellationHandler {
      do {
        return .success(try await blocking { try talk(socket) })
      } catch {
        return .failure(error)
      }
    } onCancel: {
      shutdown(socket, Int32(SHUT_RDWR))
    }
  }

  private static var options: PlatformOptions {
    var options = PlatformOptions()
    options.createSession = true
    options.teardownSequence = [.send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: grace)]
    return options
  }

  private static func arguments(_ command: [String], options: [String] = []) -> Arguments {
    Arguments([ProcessGuard.commandName, "--parent", "\(getpid())"] + options + ["--"] + command)
  }

  /// The guard's standard input.
  private static func input(_ lock: HostLock?) throws -> FileDescriptorInput {
    .fileDescriptor(
      try lock?.duplicate() ?? FileDescriptor.open("/dev/null", .readOnly, options: .closeOnExec),
      closeAfterSpawningProcess: true)
  }

  /// The leader is gone; whatever of its group is not, ends here.
  private static func endGroup(of leader: ProcessIdentifier) { _ = kill(-leader.value, SIGKILL) }

  /// Less than this at a time is worth waiting for more. A pipe holds 64 KiB, so that nobody waits for us.
  private static let portion = 16 << 10
  private static let pause = Duration.milliseconds(10)

  /// Reads what a child prints in portions: rsync writes a line for every file, and to be woken for one costs more than to
  /// read a hundred.
  private static func read(
    _ stream: SubprocessOutputSequence, _ body: (UnsafeRawBufferPointer) -> Void
  ) async throws {
    for try await buffer in stream {
      buffer.withUnsafeBytes(body)
      // One that is cancelled goes on reading, without pauses, until the child has ended.
      if buffer.count < portion { try? await Task.sleep(for: pause) }
    }
  }
}
