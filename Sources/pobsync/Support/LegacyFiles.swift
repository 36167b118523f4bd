// Exported legacy files on disk: nothing is overwritten but what an export has written and nobody has changed since.

import Engine
import Foundation
import Glibc
import Reconciler
import Spec

/// The files of one export, below a prefix.
struct LegacyFiles {
  /// Paths below the prefix, each with its text.
  let files: [(path: String, content: String)]
  let prefix: String

  /// Writes all files, each durably; nothing is written if one of them may not be.
  ///
  /// - Parameter force: overwrite regular files whoever has written them.
  func write(force: Bool) throws {
    for file in files { try checkReplaceable(place(of: file.path), force: force) }
    for file in files {
      try makeDirectories(above: file.path)
      try Disk.writeDurably(Self.signed(file.content), to: place(of: file.path))
    }
  }

  /// Files of an earlier export, which nobody has changed, of hosts that are declared no more.
  func leftovers() throws -> [String] {
    let written = Set(files.map(\.path))
    let directory = "config/hosts"
    return try Disk.names(in: place(of: directory)).map { "\(directory)/\($0)" }.filter { path in
      // What cannot be read is nothing that an export has left.
      path.hasSuffix(".yaml") && !written.contains(path) && Self.isSigned((try? Disk.read(place(of: path))) ?? nil)
    }
  }

  private func place(of path: String) -> String { "\(prefix)/\(path)" }

  private func makeDirectories(above path: String) throws {
    var place = prefix
    if !Disk.leadsToDirectory(place) { try Disk.makeDirectory(place) }
    for component in path.split(separator: "/").dropLast() {
      place += "/\(component)"
      if !Disk.leadsToDirectory(place) { try Disk.makeDirectory(place) }
    }
  }

  private func checkReplaceable(_ path: String, force: Bool) throws {
    let other = (path as NSString).deletingPathExtension + ".yml"
    guard !Disk.exists(other) else {
      throw CommandFailure("\(other) is there, which means the same as \(path): nothing was written; move it away")
    }
    for place in [path, path + ".new"] {
      var status = stat()
      guard lstat(place, &status) == 0 else { continue }
      guard status.st_mode & S_IFMT == S_IFREG else {
        throw CommandFailure("\(place) is there and is no regular file: nothing was written")
      }
      guard !force else { continue }
      guard try Self.isSigned(Disk.read(place)) else {
        throw CommandFailure(
          "\(place) was not written by an export, or has been changed since: nothing was written; name another prefix, or "
            + "give --force to overwrite it")
      }
    }
  }

  // MARK: - Signatures

  private static let mark = "# Written by `pobsync export legacy`: "

  /// The text below a line by which it is known again.
  private static func signed(_ content: String) -> String { "\(mark)\(hash(of: content))\n\(content)" }

  private static func isSigned(_ bytes: [UInt8]?) -> Bool {
    guard let bytes, case let text = String(decoding: bytes, as: UTF8.self), text.hasPrefix(mark),
      let end = text.firstIndex(of: "\n")
    else { return false }
    return text[..<end] == mark + hash(of: String(text[text.index(after: end)...]))
  }

  /// Tells an edit from none; no seal against somebody who means it.
  private static func hash(of content: String) -> String { String(StableHash.value(of: content), radix: 16) }
}
