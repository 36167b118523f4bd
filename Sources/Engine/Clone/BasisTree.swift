// Trees of files for rsync to compare with. It follows symbolic links on the way to these, whoever has made them; here all
// directories are our own, and no link leads out.

import Glibc

/// Fills a tree with files of others, under the same paths. Used by one thread.
final class BasisTree {
  private let descent: Descent

  /// - Parameter path: an empty directory.
  init(_ path: String) throws(DiskError) { descent = try Descent(path) }

  /// Moves a file in from a directory of another tree.
  ///
  /// - Returns: false if there is nothing of that name there, or what would be on the way out of the tree to whatever a host
  ///   sends below it: a directory, or a symbolic link that does not plainly stay within.
  func keep(_ name: [CChar], from directory: Int32, _ path: TreePath) throws(DiskError) -> Bool {
    var status = stat()
    guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return false }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: return false
    case S_IFLNK where !Self.staysWithin(name, directory): return false
    default: break
    }
    let home = try home(of: path.parent)
    guard renameat(directory, name, home, name) == 0 else { throw DiskError("move to", "\(descent.path)/\(path)") }
    return true
  }

  /// Whether a link leads down only. Where it leads is not looked at: that may be a mount that hangs.
  private static func staysWithin(_ name: [CChar], _ directory: Int32) -> Bool {
    let target = withUnsafeTemporaryAllocation(byteCount: Int(PATH_MAX), alignment: 1) { buffer -> [UInt8]? in
      guard let start = buffer.baseAddress else { return nil }
      let length = readlinkat(directory, name, start, buffer.count)
      return (1..<buffer.count).contains(length) ? Array(buffer.prefix(length)) : nil
    }
    guard let target, target.first != TreePath.slash else { return false }
    return !target.split(separator: TreePath.slash).contains { $0.elementsEqual("..".utf8) }
  }

  /// Links to what another tree has of some paths: regular files that can be linked. The others are fetched whole.
  func link(_ paths: PathList, from other: Descent) throws(DiskError) {
    for path in paths {
      guard let directory = try other.directory(path.parent) else { continue }
      let name = path.name.cName
      var status = stat()
      guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0, status.st_mode & S_IFMT == S_IFREG else {
        continue
      }
      let home = try home(of: path.parent)
      guard linkat(directory, name, home, name, 0) == 0 || [EMLINK, EPERM, EXDEV].contains(errno) else {
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
