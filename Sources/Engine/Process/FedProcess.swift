// Short-lived programs that are given something to read: sendmail, and what operators have called for notices.

package import Foundation
import Glibc
import Subprocess
import SystemPackage

/// Runs a program with a text on its standard input. It runs in a session of its own, without a shell and without the
/// guard that transfers have: it holds no lock, and when pobsync dies it may come to its end.
package struct FedProcess: Sendable {
  /// What came of a program.
  package struct Ended: Sendable {
    package let exit: ProcessExit
    /// The beginning and the end of its standard error.
    package let errors: String
  }

  private let environment: Subprocess.Environment
  private let timeLimit: Duration

  /// How long a program that took too long has to end after a SIGTERM.
  private static let grace = Duration.seconds(2)

  /// - Parameters:
  ///   - adding: variables for the program besides those of this process.
  ///   - withholding: variables of this process that the program is not given.
  package init(adding: [String: String] = [:], withholding: [String] = [], timeLimit: Duration) {
    var changes: [Subprocess.Environment.Key: String?] = [:]
    for name in withholding { changes[Subprocess.Environment.Key(stringLiteral: name)] = .some(nil) }
    for (name, value) in adding { changes[Subprocess.Environment.Key(stringLiteral: name)] = value }
    environment = .inherit.updating(changes)
    self.timeLimit = timeLimit
  }

  /// Runs a command to its end.
  ///
  /// - Returns: nil if it took too long, and was ended.
  package func run(_ command: [String], input: Data) async throws -> Ended? {
    try await withTimeLimit(timeLimit) {
      var options = PlatformOptions()
      options.createSession = true
      options.teardownSequence = [
        .send(signal: .terminate, toProcessGroup: true, allowedDurationToNextStep: Self.grace)
      ]
      let errors = Locked(BoundedText(limit: 4 << 10))
      let result = try await Subprocess.run(
        .path(FilePath(command.first ?? "")), arguments: Arguments(Array(command.dropFirst())),
        environment: environment, platformOptions: options,
        input: .fileDescriptor(try Self.unnamedFile(holding: input), closeAfterSpawningProcess: true),
        output: .sequence, error: .sequence
      ) { execution in
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { for try await _ in execution.standardOutput {} }
          group.addTask {
            for try await buffer in execution.standardError {
              buffer.withUnsafeBytes { bytes in errors.with { $0.append(bytes) } }
            }
          }
          try await group.waitForAll()
        }
      }
      // What it has left running ends here.
      _ = kill(-result.processIdentifier.value, SIGKILL)
      let exit: ProcessExit =
        switch result.terminationStatus {
        case .exited(let code): .exited(code)
        case .signaled(let signal): .signalled(signal)
        }
      return Ended(exit: exit, errors: errors.with { $0.text })
    }
  }

  /// A file and not a pipe: a program that does not read what it is given ends as it likes, and nobody gets a SIGPIPE.
  private static func unnamedFile(holding data: Data) throws -> FileDescriptor {
    guard let file = tmpfile() else { throw DiskError("create", "a temporary file") }
    defer { fclose(file) }
    let isWritten = data.withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
    guard isWritten, fflush(file) == 0 else { throw DiskError("write", "a temporary file") }
    rewind(file)
    let copy = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { throw DiskError("open", "a temporary file") }
    return FileDescriptor(rawValue: copy)
  }
}
