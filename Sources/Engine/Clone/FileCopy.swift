// Copies of single files, for what cannot be hard-linked any more because the file system's limit of links is reached.

import CLinux
import Glibc

/// Copies what is no directory, whatever it is, with all its attributes. Used by one thread at a time.
struct FileCopy {
  private let attributes: AttributeCopier

  init(_ attributes: AttributeCopier) { self.attributes = attributes }

  /// Makes a copy under the same name in another directory, where there is nothing of that name.
  ///
  /// - Parameters:
  ///   - status: what the file is like.
  ///   - place: what the copy is called, for messages.
  func copy(
    _ name: UnsafePointer<CChar>, _ status: stat, from directory: Int32, to target: Int32,
    place: @autoclosure () -> String
  ) throws(DiskError) {
    let isMade =
      switch status.st_mode & S_IFMT {
      case S_IFREG: copyContent(of: name, status, from: directory, to: target)
      case S_IFLNK: copyLink(name, from: directory, to: target)
      default: mknodat(target, name, status.st_mode & S_IFMT | 0o600, status.st_rdev) == 0
      }
    guard isMade else { throw DiskError("copy", place()) }
    guard fchownat(target, name, status.st_uid, status.st_gid, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw DiskError("give its owner to", place())
    }
    if let error = attributes.copyExtended(from: NamedFile(name, in: directory), to: NamedFile(name, in: target)) {
      throw DiskError("give its attributes to", place(), code: error)
    }
    let isLink = status.st_mode & S_IFMT == S_IFLNK
    guard isLink || fchmodat(target, name, status.st_mode & 0o7777, 0) == 0 else {
      throw DiskError("give its mode to", place())
    }
    guard utimensat(target, name, AttributeCopier.times(of: status), AT_SYMLINK_NOFOLLOW) == 0 else {
      throw DiskError("give its time to", place())
    }
  }

  private func copyLink(_ name: UnsafePointer<CChar>, from directory: Int32, to target: Int32) -> Bool {
    var text = [CChar](repeating: 0, count: TreePath.longest + 2)
    let length = readlinkat(directory, name, &text, text.count - 1)
    return length >= 0 && symlinkat(text, target, name) == 0
  }

  private func copyContent(
    of name: UnsafePointer<CChar>, _ status: stat, from directory: Int32, to target: Int32
  ) -> Bool {
    let source = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
    guard source >= 0 else { return false }
    defer { close(source) }
    let copy = openat(target, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard copy >= 0 else { return false }
    defer { close(copy) }
    guard ftruncate(copy, status.st_size) == 0 else { return false }
    var offset: off_t = 0
    while offset < status.st_size {
      // Holes stay holes.
      let data = lseek(source, offset, pobsync_seek_data())
      if data < 0, errno == ENXIO { return true }
      let hole = data < 0 ? -1 : lseek(source, data, pobsync_seek_hole())
      // Where the file system does not tell holes, all is data.
      let range = hole > data ? data..<min(hole, status.st_size) : offset..<status.st_size
      guard copyRange(from: source, to: copy, range) else { return false }
      offset = range.upperBound
    }
    return true
  }

  /// Copies a part of a file to where it is in the other. File systems that can share it, do.
  private func copyRange(from source: Int32, to copy: Int32, _ range: Range<off_t>) -> Bool {
    var (from, to) = (range.lowerBound, range.lowerBound)
    while from < range.upperBound {
      let count = copy_file_range(source, &from, copy, &to, Int(range.upperBound - from), 0)
      if count < 0 {
        if errno == EINTR { continue }
        return copyBytes(from: source, to: copy, from..<range.upperBound)
      }
      // A file that has become shorter.
      if count == 0 { return false }
    }
    return true
  }

  private func copyBytes(from source: Int32, to copy: Int32, _ range: Range<off_t>) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    var offset = range.lowerBound
    while offset < range.upperBound {
      let count = pread(source, &buffer, min(buffer.count, Int(range.upperBound - offset)), offset)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      var done = 0
      while done < count {
        let written = buffer.withUnsafeBytes { bytes in
          pwrite(copy, bytes.baseAddress?.advanced(by: done), count - done, offset + off_t(done))
        }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return false }
        done += written
      }
      offset += off_t(count)
    }
    return true
  }
}
