// Removal: trees are deleted entirely, whatever they are made of, and never by way of a link.

import Foundation
import Glibc
import Spec

/// Deletes trees by directory descriptors: no path is resolved twice, no symbolic link is followed, and no other file
/// system is entered.
package enum TreeRemoval {
  /// Deletes everything in a directory, but not the directory itself. What cannot be deleted does not keep the other
  /// entries from it; the first such failure is thrown in the end.
  ///
  /// - Parameters:
  ///   - isMeant: whether an entry of this name is to go, if not all are. What is no UTF-8 in a name is U+FFFD here.
  ///   - goingOn: asked before each file and directory; once it says no, the rest is left.
  package static func removeContents(
    of path: String, only isMeant: (String) -> Bool = { _ in true }, while goingOn: () -> Bool = { true }
  ) throws(DiskError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw DiskError("open", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = DiskError("look at", path)
      close(descriptor)
      throw error
    }
    var walk = Walk(top: descriptor, device: status.st_dev, path: path)
    defer { close(descriptor) }
    repeat {
      walk.lifted = 0
      for name in try Walk.entries(of: descriptor, path: path) where isMeant(Walk.decoded(name)) && goingOn() {
        do throws(DiskError) {
          try walk.remove(name, in: descriptor, path: path, depth: 0, while: goingOn)
        } catch {
          walk.failure = walk.failure ?? error
        }
      }
    } while walk.lifted > 0 && goingOn()
    if let failure = walk.failure { throw failure }
  }

  /// Whether a name is that of something which lay too deep for the open descriptors, and was moved up.
  static func isMovedUp(_ name: String) -> Bool { name.hasPrefix(Walk.movedUpPrefix) }

  private struct Walk {
    let top: Int32
    let device: dev_t
    let path: String
    /// How many directories were moved up because they lay too deep for the open descriptors.
    var lifted = 0
    var failure: DiskError?
    private var serial = 0
    private static let maximumDepth = 200

    init(top: Int32, device: dev_t, path: String) {
      self.top = top
      self.device = device
      self.path = path
    }

    /// Removes one entry of an open directory, and all below it.
    mutating func remove(
      _ name: [CChar], in directory: Int32, path: String, depth: Int, while goingOn: () -> Bool
    ) throws(DiskError) {
      if unlinkat(directory, name, 0) == 0 || errno == ENOENT { return }
      let code = errno
      let path = "\(path)/\(Self.text(name))"
      guard [EISDIR, EPERM, EACCES].contains(code), Self.isDirectory(name, in: directory) else {
        throw DiskError("delete", path, code: code)
      }
      try removeDirectory(name, in: directory, path: path, depth: depth, while: goingOn)
    }

    private mutating func removeDirectory(
      _ name: [CChar], in parent: Int32, path: String, depth: Int, while goingOn: () -> Bool
    ) throws(DiskError) {
      // Removes an empty directory, and tells a mount point, a bind mount of the same disk too, before it is entered.
      if unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return }
      guard errno != EBUSY else { throw Self.mounted(path) }
      // rsync keeps modes: a directory without write permission is opened up first, which matters when not root.
      var status = stat()
      guard fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw DiskError("look at", path) }
      if status.st_mode & 0o700 != 0o700 { _ = fchmodat(parent, name, status.st_mode & 0o7777 | 0o700, 0) }
      guard depth < Self.maximumDepth else {
        repeat { serial += 1 } while faccessat(top, Self.movedUp(serial), F_OK, AT_SYMLINK_NOFOLLOW) == 0
        guard renameat(parent, name, top, Self.movedUp(serial)) == 0 else { throw DiskError("move up", path) }
        lifted += 1
        return
      }
      let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { throw DiskError("open", path) }
      defer { close(descriptor) }
      guard fstat(descriptor, &status) == 0 else { throw DiskError("look at", path) }
      guard status.st_dev == device else { throw Self.mounted(path) }
      for name in try Self.entries(of: descriptor, path: path) where goingOn() {
        try remove(name, in: descriptor, path: path, depth: depth + 1, while: goingOn)
      }
      guard goingOn() else { return }
      guard unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT else { throw DiskError("delete", path) }
    }

    private static func mounted(_ path: String) -> DiskError {
      DiskError("delete, for another file system is mounted there,", path, code: EXDEV)
    }

    private static func isDirectory(_ name: [CChar], in directory: Int32) -> Bool {
      var status = stat()
      return fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// All names in a directory, as the raw bytes that they are.
    static func entries(of directory: Int32, path: String) throws(DiskError) -> [[CChar]] {
      let duplicate = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      guard duplicate >= 0, let stream = fdopendir(duplicate) else { throw DiskError("list", path) }
      defer { closedir(stream) }
      var names: [[CChar]] = []
      errno = 0
      while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
            Array(UnsafeBufferPointer(start: $0, count: strlen($0) + 1))
          }
        }
        if name != [46, 0], name != [46, 46, 0] { names.append(name) }
        errno = 0
      }
      guard errno == 0 else { throw DiskError("list", path) }
      return names
    }

    static let movedUpPrefix = ".deep-"

    private static func movedUp(_ serial: Int) -> String { "\(movedUpPrefix)\(serial)" }

    static func decoded(_ name: [CChar]) -> String {
      String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func text(_ name: [CChar]) -> String { decoded(name).printable() }
  }
}
