// A directory of a test's own, removed when the test is done with it.

package import Foundation
import Glibc

/// A unique directory under the system's temporary directory (`TMPDIR` is honoured).
package struct ScratchDirectory: Sendable {
  /// Its absolute path, which holds no symbolic link.
  package let path: String

  /// Its place as a URL.
  package var url: URL { URL(fileURLWithPath: path, isDirectory: true) }

  /// Makes the directory, mode 0700.
  package init(_ name: String = "test") throws {
    let parent = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
    let plain = String(
      name.unicodeScalars.filter { $0.isASCII && $0.properties.isAlphabetic }.prefix(40).map(Character.init))
    var template = Array("\(parent)/pobsync-\(plain).XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil, let resolved = realpath(template, nil) else {
      throw FileError("mkdtemp", RawPath("\(parent)/pobsync-\(plain).XXXXXX"))
    }
    path = String(cString: resolved)
    free(resolved)
  }

  /// The path of something inside, which need not exist.
  package func path(_ relative: String) -> String { "\(path)/\(relative)" }

  /// The place of something inside as a URL.
  package func url(_ relative: String) -> URL { url.appendingPathComponent(relative) }

  /// Makes a directory inside, with its parents, and gives its path.
  @discardableResult
  package func makeDirectory(_ relative: String) throws -> String {
    try FileManager.default.createDirectory(atPath: path(relative), withIntermediateDirectories: true)
    return path(relative)
  }

  /// Writes a text file inside, with the directories above it, and gives its path.
  @discardableResult
  package func write(_ text: String, to relative: String, mode: mode_t = 0o644) throws -> String {
    let file = path(relative)
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    guard chmod(file, mode) == 0 else { throw FileError("chmod", RawPath(file)) }
    if mode & 0o111 != 0 { try waitUntilNobodyWrites(to: file) }
    return file
  }

  /// A program that another test starts at the same moment has our open files till its own text takes over, and what is
  /// open for writing cannot be run (ETXTBSY). The kernel gives a lease on a file for reading when nobody writes to it.
  private func waitUntilNobodyWrites(to file: String) throws {
    let descriptor = open(file, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError("open", RawPath(file)) }
    defer { close(descriptor) }
    // F_SETLEASE of fcntl(2), a GNU extension.
    let setLease: Int32 = 1024
    for _ in 0..<10_000 {
      if fcntl(descriptor, setLease, Int32(F_RDLCK)) == 0 {
        _ = fcntl(descriptor, setLease, Int32(F_UNLCK))
        return
      }
      guard errno == EAGAIN else { return }
      usleep(1000)
    }
    throw FileError("wait for the writers of", RawPath(file))
  }

  /// Removes the directory and all in it, read-only subtrees too.
  package func remove() throws { try removeTree(RawPath(path)) }
}

/// Gives `body` a scratch directory and removes it afterwards, however `body` ends.
///
/// With `POBSYNC_KEEP_SCRATCH=1` in the environment the directory stays, and its path is printed.
@discardableResult
package func withScratchDirectory<Result>(
  _ name: String = #function,
  isolation: isolated (any Actor)? = #isolation,
  _ body: (ScratchDirectory) async throws -> Result
) async throws -> Result {
  let scratch = try ScratchDirectory(name)
  let result: Result
  do {
    result = try await body(scratch)
  } catch {
    try? discard(scratch)
    throw error
  }
  try discard(scratch)
  return result
}

private func discard(_ scratch: ScratchDirectory) throws {
  if ProcessInfo.processInfo.environment["POBSYNC_KEEP_SCRATCH"] == "1" {
    print("scratch directory kept: \(scratch.path)")
  } else {
    try scratch.remove()
  }
}
