// Open files and directories of a snapshot. Whatever is looked for is looked for below an open directory, by one name,
// and never through a symbolic link: a path could have changed its meaning meanwhile, and a link may lead anywhere.

import CLinux
import Glibc

/// A system call that failed; whoever made it knows on what.
struct SystemFailure: Error {
  let code: Int32

  var isAbsence: Bool { [ENOENT, ENOTDIR, ELOOP, ENAMETOOLONG].contains(code) }
}

/// Something that is open, and is closed when nobody holds it any more.
final class OpenDescriptor: Sendable {
  private let number: Int32

  private init(_ number: Int32) { self.number = number }

  deinit { close(number) }

  /// Opens a directory by a path of the operator's, who may have put links into it.
  static func directory(_ path: String) throws(SystemFailure) -> OpenDescriptor {
    let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | pobsync_o_path())
    guard number >= 0 else { throw SystemFailure(code: errno) }
    return OpenDescriptor(number)
  }

  /// A directory within this one.
  func directory(named name: [UInt8]) throws(SystemFailure) -> OpenDescriptor {
    try opened(name, O_DIRECTORY | pobsync_o_path())
  }

  /// Whatever there is of a name in this directory, to be looked at. A device is not opened by this, nor is a FIFO waited
  /// for.
  func entry(named name: [UInt8]) throws(SystemFailure) -> OpenDescriptor { try opened(name, pobsync_o_path()) }

  private func opened(_ name: [UInt8], _ flags: Int32) throws(SystemFailure) -> OpenDescriptor {
    let number = openat(self.number, name.terminated, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags)
    guard number >= 0 else { throw SystemFailure(code: errno) }
    return OpenDescriptor(number)
  }

  /// The same file, opened for reading. Whoever calls this has seen that it is a regular one.
  func openedForReading() throws(SystemFailure) -> OpenDescriptor {
    // The only link that is ever followed: the kernel's own, to what is open already.
    let opened = open("/proc/self/fd/\(number)", O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
    guard opened >= 0 else { throw SystemFailure(code: errno) }
    return OpenDescriptor(opened)
  }

  func status() throws(SystemFailure) -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw SystemFailure(code: errno) }
    return status
  }

  /// The status of an entry of this directory; of a link, its own.
  func status(of name: [UInt8]) throws(SystemFailure) -> stat {
    var status = stat()
    guard fstatat(number, name.terminated, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw SystemFailure(code: errno)
    }
    return status
  }

  /// What a link in this directory says.
  func target(of name: [UInt8]) throws(SystemFailure) -> [UInt8] {
    var buffer = [CChar](repeating: 0, count: 4097)
    let count = readlinkat(number, name.terminated, &buffer, buffer.count)
    guard count >= 0 else { throw SystemFailure(code: errno) }
    return buffer.prefix(count).map { UInt8(bitPattern: $0) }
  }

  /// Reads from a place in the file.
  /// - Returns: fewer bytes only at its end.
  func bytes(at offset: Int64, count: Int) throws(SystemFailure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
      let length = bytes.withUnsafeMutableBytes {
        pread(number, $0.baseAddress?.advanced(by: done), count - done, off_t(offset) + off_t(done))
      }
      if length < 0 {
        if errno == EINTR { continue }
        throw SystemFailure(code: errno)
      }
      if length == 0 { break }
      done += length
    }
    if done < count { bytes.removeLast(count - done) }
    return bytes
  }

  /// The extended attributes of a file that is open for reading, ACLs among them.
  ///
  /// - Parameter limit: in bytes, for all of them.
  /// - Returns: nil if there are more; none where the file system knows of none.
  func attributes(limit: Int) throws(SystemFailure) -> [(name: [UInt8], value: [UInt8])]? {
    try extendedAttributes(of: number, limit: limit)
  }

  /// Reads the names in this directory.
  func reader() throws(SystemFailure) -> DirectoryReader {
    let copy = openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard copy >= 0 else { throw SystemFailure(code: errno) }
    guard let stream = fdopendir(copy) else {
      let failure = SystemFailure(code: errno)
      close(copy)
      throw failure
    }
    return DirectoryReader(stream)
  }
}

/// The names in a directory, one after the other and in no order. Used by one thread at a time.
final class DirectoryReader {
  private let stream: OpaquePointer

  fileprivate init(_ stream: OpaquePointer) { self.stream = stream }

  deinit { closedir(stream) }

  /// - Returns: the next name, and whether it is a directory's as far as the file system tells; nil at the end.
  func next() throws(SystemFailure) -> (name: [UInt8], isDirectory: Bool?)? {
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        guard errno == 0 else { throw SystemFailure(code: errno) }
        return nil
      }
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { field in Array(field.prefix { $0 != 0 }) }
      if name == Array(".".utf8) || name == Array("..".utf8) { continue }
      let type = entry.pointee.d_type
      return (name, type == UInt8(DT_UNKNOWN) ? nil : type == UInt8(DT_DIR))
    }
  }

  /// The extended attributes of the directory: see `OpenDescriptor.attributes`.
  func attributes(limit: Int) throws(SystemFailure) -> [(name: [UInt8], value: [UInt8])]? {
    try extendedAttributes(of: dirfd(stream), limit: limit)
  }
}

private func extendedAttributes(
  of number: Int32, limit: Int
) throws(SystemFailure) -> [(name: [UInt8], value: [UInt8])]? {
  // As much as the kernel hands over.
  var buffer = [CChar](repeating: 0, count: 64 << 10)
  let length = flistxattr(number, &buffer, buffer.count)
  guard length >= 0 else {
    if errno == ENOTSUP { return [] }
    if errno == E2BIG || errno == ERANGE { return nil }
    throw SystemFailure(code: errno)
  }
  var attributes: [(name: [UInt8], value: [UInt8])] = []
  var total = 0
  for name in buffer.prefix(length).split(separator: 0) {
    var value = [UInt8](repeating: 0, count: 64 << 10)
    let count = fgetxattr(number, Array(name) + [0], &value, value.count)
    // One that went meanwhile, or is not for this account to see.
    guard count >= 0 else { continue }
    total += name.count + count
    guard total <= limit else { return nil }
    attributes.append((name.map { UInt8(bitPattern: $0) }, Array(value.prefix(count))))
  }
  return attributes
}

extension [UInt8] {
  /// The bytes as C takes a name.
  fileprivate var terminated: [CChar] { map { CChar(bitPattern: $0) } + [0] }
}
