// What was fetched while the host listed, and how it comes into the clone.

import Glibc

/// Whole files with all that belongs to them, each with a number for its name.
struct EarlyArrivals: Sendable {
  /// What each is, by its number.
  private(set) var paths = PathList()
  /// The sizes of all of them, in bytes.
  private(set) var size: Int64 = 0
  /// How much of that was taken from the base.
  private(set) var matched: Int64 = 0

  mutating func add(_ path: TreePath, size: Int, matched: Int) {
    paths.append(path)
    self.size += Int64(size)
    self.matched += Int64(matched)
  }

  /// Moves all into a tree of the same file system. Directories keep their times and modes.
  ///
  /// - Parameters:
  ///   - directory: where they are.
  ///   - waste: where directories go that are in the way.
  /// - Returns: those for which there is no directory.
  func move(from directory: String, into tree: String, waste: Waste) throws(DiskError) -> [TreePath] {
    if paths.isEmpty { return [] }
    let source = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard source >= 0 else { throw DiskError("open", directory) }
    defer { close(source) }
    let edit = try TreeEdit(tree)
    var missing: [TreePath] = []
    for (number, path) in paths.enumerated() {
      guard let target = try edit.directory(path.parent) else {
        missing.append(path)
        continue
      }
      let name = path.name.cName
      try waste.remove(name, from: target, place: "\(tree)/\(path)")
      guard renameat(source, "\(number)", target, name) == 0 else {
        throw DiskError("move from \(directory) to", "\(tree)/\(path)")
      }
    }
    try edit.finish()
    return missing
  }
}
