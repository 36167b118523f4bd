// Trees of files for rsync to compare with. It follows symbolic links on the way to these, whoever has made them; here all
// directories are our own, and there are none to follow.

import Glibc

/// Fills a tree with files of others, under the same paths. Used by one thread.
final class BasisTree {
  private let descent: Descent

  /// - Parameter path: an empty directory.
  init(_ path: String) throws(DiskError) { descent = try Descent(path) }

  /// Moves a file in from a directory of another tree.
  ///
  /// - Returns: false if there is nothing of that name there, or a directory.
  func keep(_ name: [CChar], from directory: Int32, _ path: TreePath) throws(DiskError) -> Bool {
    var status = stat()
    guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      return false
    }
    let home = try home(of: path.parent)
    guard renameat(directory, name, home, name) == 0 else { throw DiskError("move to", "\(descent.path)/\(path)") }
    return true
  }

  /// Links to what another tree has of some paths: regular files that have room for another link.
  func link(_ paths: PathList, from other: Descent) throws(DiskError) {
    for path in paths {
      guard let directory = try other.directory(path.parent) else { continue }
      let name = path.name.cName
      var status = stat()
      guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG else {
        continue
      }
      let home = try home(of: path.parent)
      guard linkat(directory, name, home, name, 0) == 0 || errno == EMLINK else {
        throw DiskError("hard-link to", "\(descent.path)/\(path)")
      }
    }
  }

  /// Opens a directory, and makes those that are missing.
  private func home(of path: TreePath) throws(DiskError) -> Int32 {
    if let directory = try descent.directory(path) { return directory }
    let parent = try home(of: path.parent)
    guard mkdirat(parent, path.name.cName, 0o700) == 0, let directory = try descent.directory(path) else {
      throw DiskError("create the directory", "\(descent.path)/\(path)")
    }
    return directory
  }
}
