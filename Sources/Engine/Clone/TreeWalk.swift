// Walks through trees by their directories alone: no entry is looked at.

import Glibc

enum TreeWalk {
  /// Hands over every entry of a tree, the entries of one directory one after the other.
  ///
  /// - Parameters:
  ///   - start: the directory to begin with.
  ///   - body: is given the directory that an entry is in, and what that tells of it, which is valid until it returns.
  static func visit(
    _ top: String, from start: TreePath = .root,
    _ body: (_ directory: TreePath, _ entry: DirectoryEntry) throws -> Void
  ) throws {
    let (descent, scan) = (try Descent(top), DirectoryScan())
    var pending = PathList([start])
    while let path = pending.popLast() {
      guard let directory = try descent.directory(path) else {
        throw DiskError("find again", "\(top)/\(path)", code: ENOENT)
      }
      scan.begin(directory)
      while let entry = try scan.next(in: "\(top)/\(path)") {
        if entry.isDirectory(in: directory) { pending.append(path.appending(entry.name)) }
        try body(path, entry)
      }
    }
  }
}
