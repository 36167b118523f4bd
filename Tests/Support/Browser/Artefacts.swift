// What a run of the tests leaves for people to look at.

package import Foundation

package enum Artefacts {
  /// `.artefacts` in the package, which git ignores, or what `POBSYNC_ARTEFACTS` says.
  package static let directory: URL = {
    if let path = ProcessInfo.processInfo.environment["POBSYNC_ARTEFACTS"], !path.isEmpty {
      return URL(fileURLWithPath: path, isDirectory: true)
    }
    // This file is Tests/Support/Browser/Artefacts.swift.
    var package = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { package.deleteLastPathComponent() }
    return package.appendingPathComponent(".artefacts", isDirectory: true)
  }()

  /// Writes a file, in place of one that an earlier run has left.
  ///
  /// - Parameter name: may hold directories.
  package static func write(_ data: Data, to name: String) throws {
    let file = directory.appendingPathComponent(name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: file)
  }
}
