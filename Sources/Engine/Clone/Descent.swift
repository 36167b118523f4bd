// Ways down a tree, by descriptors: no path is resolved twice, no symbolic link is followed, and what neighbours have in
// common is opened once.

import Glibc

/// Opens directories of one tree, one after the other. Used by one thread at a time.
final class Descent {
  private struct Level {
    let name: [UInt8]
    /// -1 if it was closed for want of descriptors.
    var descriptor: Int32
  }

  /// The directory that the tree is in, for messages.
  let path: String
  private let top: Int32
  private var levels: [Level] = []
  /// What was in the way when there was no such directory: the mode of a file that is none, or 0 if there was nothing.
  private(set) var obstacle: mode_t = 0

  /// Trees may be deeper than a process may have files open.
  private static let mostOpen = 16

  init(_ path: String) throws(DiskError) {
    self.path = path
    top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard top >= 0 else { throw DiskError("open", path) }
  }

  deinit {
    forget()
    if top >= 0 { close(top) }
  }

  /// Opens a directory of the tree anew, so that it can be read from its beginning. The descriptor is valid until the
  /// next call.
  ///
  /// - Returns: nil if there is no such directory; see `obstacle`.
  func directory(_ wanted: TreePath) throws(DiskError) -> Int32? {
    obstacle = 0
    let names = wanted.components
    var kept = 0
    while kept < levels.count, kept < names.count, levels[kept].name.elementsEqual(names[kept]) { kept += 1 }
    while levels.count > kept { closeLast() }
    var known = kept
    while known > 0, levels[known - 1].descriptor < 0 { known -= 1 }
    var descriptor = known > 0 ? levels[known - 1].descriptor : top
    for index in known..<names.count {
      let next = openat(descriptor, names[index].cName, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard next >= 0 else {
        let code = errno
        guard [ENOENT, ENOTDIR, ELOOP].contains(code) else {
          throw DiskError("open", "\(path)/\(wanted)", code: code)
        }
        var status = stat()
        if fstatat(descriptor, names[index].cName, &status, AT_SYMLINK_NOFOLLOW) == 0 { obstacle = status.st_mode }
        return nil
      }
      if index < levels.count {
        levels[index].descriptor = next
      } else {
        levels.append(Level(name: Array(names[index]), descriptor: next))
      }
      descriptor = next
      closeSurplus(above: index)
    }
    guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw DiskError("read", "\(path)/\(wanted)") }
    return descriptor
  }

  /// What there is at a path, itself and not what it links to; nil if there is nothing.
  func status(_ wanted: TreePath) throws(DiskError) -> stat? {
    guard let directory = try directory(wanted.parent) else { return nil }
    var status = stat()
    let isThere =
      wanted == .root
      ? fstat(directory, &status) == 0 : fstatat(directory, wanted.name.cName, &status, AT_SYMLINK_NOFOLLOW) == 0
    if isThere { return status }
    if [ENOENT, ENAMETOOLONG].contains(errno) { return nil }
    throw DiskError("look at", "\(path)/\(wanted)")
  }

  /// Closes what is open below the top: names may have got another meaning.
  func forget() {
    while !levels.isEmpty { closeLast() }
  }

  private func closeLast() {
    let level = levels.removeLast()
    if level.descriptor >= 0 { close(level.descriptor) }
  }

  /// Closes what lies furthest above a level that was just opened, perhaps again: those below it are not open.
  private func closeSurplus(above opened: Int) {
    let index = opened - Self.mostOpen
    guard index >= 0, levels[index].descriptor >= 0 else { return }
    close(levels[index].descriptor)
    levels[index].descriptor = -1
  }
}
