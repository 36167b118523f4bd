// Changes of names in the directories of a tree that leave no trace on these: times and modes are afterwards as before.

import Glibc

/// Opens directories for changing names in them, one after the other. Used by one thread at a time.
///
/// What a directory was like is put right when the next is opened, or at `finish`.
final class TreeEdit {
  private struct Opened {
    let path: TreePath
    let descriptor: Int32
    let status: stat
  }

  private let descent: Descent
  private var opened: Opened?

  init(_ path: String) throws(DiskError) { descent = try Descent(path) }

  /// - Returns: the directory's descriptor, valid until the next call; nil if there is no such directory.
  func directory(_ path: TreePath) throws(DiskError) -> Int32? {
    if let opened, opened.path == path { return opened.descriptor }
    try finish()
    guard let descriptor = try descent.directory(path) else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw DiskError("look at", place(path)) }
    if lacksAccess(status) {
      guard fchmod(descriptor, status.st_mode & 0o7777 | AttributeCopier.access) == 0 else {
        throw DiskError("open up", place(path))
      }
    }
    opened = Opened(path: path, descriptor: descriptor, status: status)
    return descriptor
  }

  func finish() throws(DiskError) {
    guard let last = opened else { return }
    opened = nil
    guard futimens(last.descriptor, AttributeCopier.times(of: last.status)) == 0 else {
      throw DiskError("give its time to", place(last.path))
    }
    if lacksAccess(last.status) {
      guard fchmod(last.descriptor, last.status.st_mode & 0o7777) == 0 else {
        throw DiskError("give its mode to", place(last.path))
      }
    }
  }

  private func lacksAccess(_ status: stat) -> Bool {
    status.st_mode & AttributeCopier.access != AttributeCopier.access
  }

  private func place(_ path: TreePath) -> String { "\(descent.path)/\(path)" }
}

/// Where directories go that are in the way: renamed at once, and deleted in the end.
final class Waste {
  let path: String
  private let descriptor: Int32
  private var count = 0

  /// - Parameter path: a directory of nothing else, on the file system of the trees.
  init(_ path: String) throws(DiskError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw DiskError("open", path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Removes whatever a directory has under a name, if there is anything.
  func remove(_ name: [CChar], from directory: Int32, place: @autoclosure () -> String) throws(DiskError) {
    if unlinkat(directory, name, 0) == 0 || errno == ENOENT { return }
    // Linux says EISDIR, POSIX says EPERM.
    guard [EISDIR, EPERM].contains(errno) else { throw DiskError("delete", place()) }
    if unlinkat(directory, name, AT_REMOVEDIR) == 0 { return }
    repeat { count += 1 } while faccessat(descriptor, "\(count)", F_OK, AT_SYMLINK_NOFOLLOW) == 0
    guard renameat(directory, name, descriptor, "\(count)") == 0 else { throw DiskError("move away", place()) }
  }
}
