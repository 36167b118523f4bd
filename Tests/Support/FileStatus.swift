// What tests ask of one file: which it is, and who may do what with it.

import Glibc

package struct FileStatus: Sendable, Hashable {
  package let inode: UInt64
  /// The bits that `chmod` takes.
  package let permissions: UInt32
  package let isRegular: Bool

  /// Of the file itself, if it is a symbolic link.
  ///
  /// - Throws: `FileError` if there is none, or it cannot be looked at.
  package init(_ path: String) throws {
    let path = RawPath(path)
    guard let status = try status(of: path) else { throw FileError("lstat", path) }
    inode = UInt64(status.st_ino)
    permissions = UInt32(status.st_mode) & 0o7777
    isRegular = status.st_mode & S_IFMT == S_IFREG
  }
}
