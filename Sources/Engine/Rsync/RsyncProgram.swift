// rsync on this machine: where it is, and which version it says it is.

import Foundation
import Glibc
import Spec

/// A found rsync.
struct RsyncProgram: Sendable, Hashable {
  let path: String
  let version: String

  private static let versions = Locked<[String: String]>([:])

  /// Looks the program up in PATH, unless it is a path, and asks it for its version, once for as long as the file is
  /// the same.
  static func find(_ program: ProgramPath) throws -> RsyncProgram {
    guard let path = search(program.description) else {
      throw BackupFailure(
        .rsyncMissingLocal,
        "rsync (\(program)) is not installed on this backup server: `apt-get install rsync`, or correct `rsync: {binary: …}`"
      )
    }
    var status = stat()
    let key = stat(path, &status) == 0 ? "\(path) \(status.st_ino) \(status.st_mtim.tv_sec)" : path
    if let known = versions.with({ $0[key] }) { return RsyncProgram(path: path, version: known) }
    let version = try askVersion(path)
    versions.with { $0[key] = version }
    return RsyncProgram(path: path, version: version)
  }

  private static func search(_ program: String) -> String? {
    if program.hasPrefix("/") { return access(program, X_OK) == 0 ? program : nil }
    let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    return directories.map { "\($0)/\(program)" }.first { access($0, X_OK) == 0 }
  }

  /// The first line is `rsync  version 3.2.7  protocol version 31`.
  private static func askVersion(_ path: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = ["--version"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    try process.run()
    let output = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
    process.waitUntilExit()
    let words =
      String(decoding: output.prefix(4096), as: UTF8.self).split(separator: "\n").first?.split(separator: " ") ?? []
    guard let index = words.firstIndex(of: "version"), words.indices.contains(index + 1) else { return "unknown" }
    return String(words[index + 1])
  }
}
