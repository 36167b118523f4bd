// Paths as the bytes the kernel sees, with the few system calls on them that the fixtures share: file names need not be
// UTF-8, and Foundation cannot name those that are not.

import Foundation
package import Glibc

/// A path as raw bytes; it may hold anything but a NUL.
package struct RawPath: Sendable, Hashable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
  /// The bytes, without a terminator.
  package var bytes: [UInt8]

  /// A path from raw bytes.
  package init(bytes: [UInt8]) { self.bytes = bytes }

  /// A path from text, as UTF-8 and without any normalisation.
  package init(_ text: String) { bytes = Array(text.utf8) }

  package init(stringLiteral value: String) { self.init(value) }

  /// Byte order, which is the order of `LC_ALL=C sort`.
  package static func < (left: RawPath, right: RawPath) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  /// This path with one more component (or several, joined by slashes).
  package func appending(_ name: RawPath) -> RawPath {
    if bytes.isEmpty { return name }
    if name.bytes.isEmpty { return self }
    return RawPath(bytes: bytes + [UInt8(ascii: "/")] + name.bytes)
  }

  /// The path without its last component; empty when there is only one.
  package var parent: RawPath {
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "" }
    return RawPath(bytes: Array(bytes[..<slash]))
  }

  /// Whether this path is `other` or lies below it.
  package func isWithin(_ other: RawPath) -> Bool {
    self == other || other.bytes.isEmpty || bytes.starts(with: other.bytes + [UInt8(ascii: "/")])
  }

  /// The path in printable ASCII: everything else is escaped, so that no name can disturb a message.
  package var description: String { bytes.isEmpty ? "." : RawPath.escape(bytes) }

  /// Bytes as printable ASCII, the rest as `\n`, `\t`, `\\` or `\xHH`.
  package static func escape(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\\"): text += "\\\\"
      case UInt8(ascii: "\n"): text += "\\n"
      case UInt8(ascii: "\t"): text += "\\t"
      case 0x20...0x7e: text.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let hex = String(byte, radix: 16)
        text += "\\x" + (hex.count == 1 ? "0" : "") + hex
      }
    }
    return text
  }

  /// Calls `body` with the path as a C string.
  package func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows -> Result {
    var terminated: [CChar] = []
    terminated.reserveCapacity(bytes.count + 1)
    for byte in bytes { terminated.append(CChar(bitPattern: byte)) }
    terminated.append(0)
    return try terminated.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { preconditionFailure("an array with one element has an address") }
      return try body(base)
    }
  }
}

/// A system call that failed, with what it was about.
package struct FileError: Error, CustomStringConvertible {
  /// The call or the step.
  package let operation: String
  /// What it was done to.
  package let path: RawPath
  /// The `errno` it left.
  package let code: Int32

  package init(_ operation: String, _ path: RawPath, code: Int32 = errno) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  package var description: String { "\(operation) \(path): \(String(cString: strerror(code)))" }
}

/// The C functions that Swift's Glibc module does not show (it is built without `_GNU_SOURCE`, and without sys/xattr.h).
enum GNU {
  typealias ListXattr = @convention(c) @Sendable (UnsafePointer<CChar>, UnsafeMutablePointer<CChar>?, Int) -> Int
  typealias GetXattr =
    @convention(c) @Sendable (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeMutableRawPointer?, Int) -> Int
  typealias SetXattr =
    @convention(c) @Sendable (UnsafePointer<CChar>, UnsafePointer<CChar>, UnsafeRawPointer?, Int, Int32) -> Int32
  typealias RemoveXattr = @convention(c) @Sendable (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
  typealias AddCloseFrom =
    @convention(c) @Sendable (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
  typealias AddChdir =
    @convention(c) @Sendable (UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>) -> Int32

  static let llistxattr = symbol("llistxattr", as: ListXattr.self)
  static let lgetxattr = symbol("lgetxattr", as: GetXattr.self)
  static let lsetxattr = symbol("lsetxattr", as: SetXattr.self)
  static let lremovexattr = symbol("lremovexattr", as: RemoveXattr.self)
  static let addCloseFrom = symbol("posix_spawn_file_actions_addclosefrom_np", as: AddCloseFrom.self)
  static let addChdir = symbol("posix_spawn_file_actions_addchdir_np", as: AddChdir.self)
  /// `POSIX_SPAWN_SETSID`.
  static let spawnInNewSession: Int16 = 0x80

  private static func symbol<Function>(_ name: String, as type: Function.Type) -> Function {
    guard let address = dlsym(nil, name) else { preconditionFailure("the C library has no \(name)") }
    return unsafeBitCast(address, to: type)
  }
}

/// `lstat` on a raw path; nil when there is nothing under it.
package func status(of path: RawPath) throws -> stat? {
  var result = stat()
  if path.withCString({ lstat($0, &result) }) == 0 { return result }
  if [ENOENT, ENOTDIR, ELOOP].contains(errno) { return nil }
  throw FileError("lstat", path)
}

/// The names in a directory but `.` and `..`, in byte order.
package func entries(ofDirectory path: RawPath) throws -> [RawPath] {
  let descriptor = path.withCString { open($0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
  guard descriptor >= 0 else { throw FileError("open", path) }
  return try entries(ofDescriptor: descriptor, path: path)
}

/// The names in an open directory, whose descriptor this takes over and closes.
func entries(ofDescriptor descriptor: Int32, path: RawPath) throws -> [RawPath] {
  guard let stream = fdopendir(descriptor) else {
    let error = FileError("fdopendir", path)
    close(descriptor)
    throw error
  }
  defer { closedir(stream) }
  var names: [RawPath] = []
  while true {
    errno = 0
    guard let entry = readdir(stream) else {
      if errno != 0 { throw FileError("readdir", path) }
      break
    }
    let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
      tuple.withMemoryRebound(to: UInt8.self, capacity: 256) { first in
        Array(
          UnsafeBufferPointer(
            start: first, count: strnlen(tuple.withMemoryRebound(to: CChar.self, capacity: 256) { $0 }, 256)))
      }
    }
    if name != [0x2e] && name != [0x2e, 0x2e] { names.append(RawPath(bytes: name)) }
  }
  return names.sorted()
}

/// Removes what lies under `path`, read-only directories too; never follows a symbolic link or enters another file system.
package func removeTree(_ path: RawPath) throws {
  guard let found = try status(of: path) else { return }
  guard found.st_mode & S_IFMT == S_IFDIR else {
    guard path.withCString({ unlink($0) }) == 0 || errno == ENOENT else { throw FileError("unlink", path) }
    return
  }
  if found.st_mode & 0o700 != 0o700 { _ = path.withCString { chmod($0, 0o700) } }
  for name in try entries(ofDirectory: path) {
    let child = path.appending(name)
    if let inner = try status(of: child), inner.st_dev != found.st_dev {
      throw FileError("another file system is still mounted: remove", child, code: EBUSY)
    }
    try removeTree(child)
  }
  guard path.withCString({ rmdir($0) }) == 0 || errno == ENOENT else { throw FileError("rmdir", path) }
}

/// The bytes that a file occupies on its disk, which for a sparse file are fewer than its size.
package func allocatedBytes(_ path: RawPath) throws -> Int {
  guard let found = try status(of: path) else { throw FileError("lstat", path, code: ENOENT) }
  return Int(found.st_blocks) * 512
}
