// Reading directories as the kernel hands them over: many names at a time, each with its inode number and kind, and none
// of them looked at.

import CLinux
import Glibc

/// One name in a directory. It is valid until the next is read.
struct DirectoryEntry {
  let inode: UInt64
  /// What the directory itself says of its kind: DT_DIR and the like, or DT_UNKNOWN.
  let type: UInt8
  let name: UnsafePointer<CChar>

  /// Whether it is a directory.
  ///
  /// - Parameter descriptor: the directory that it is in, for file systems that do not keep kinds in their directories.
  func isDirectory(in descriptor: Int32) -> Bool {
    guard type == UInt8(DT_UNKNOWN) else { return type == UInt8(DT_DIR) }
    var status = stat()
    return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  fileprivate var isDot: Bool { name[0] == 46 && (name[1] == 0 || (name[1] == 46 && name[2] == 0)) }
}

/// Reads one directory after the other, with one buffer for all. Used by one thread at a time.
final class DirectoryScan {
  private let records: UnsafeMutableRawPointer
  private var filled = 0
  private var offset = 0
  private var descriptor: Int32 = -1
  private static let capacity = 64 << 10

  init() { records = .allocate(byteCount: Self.capacity, alignment: 8) }

  deinit { records.deallocate() }

  /// Begins with the first name of an open directory that was not read before.
  func begin(_ descriptor: Int32) {
    self.descriptor = descriptor
    filled = 0
    offset = 0
  }

  /// - Parameter place: what the directory is called, should it not be readable.
  /// - Returns: the next name, in no order; nil at the end.
  func next(in place: @autoclosure () -> String) throws(DiskError) -> DirectoryEntry? {
    while true {
      if offset >= filled {
        let count = pobsync_getdents(descriptor, records, Self.capacity)
        guard count >= 0 else { throw DiskError("list", place()) }
        guard count > 0 else { return nil }
        filled = count
        offset = 0
      }
      // struct linux_dirent64: the inode, a cookie, the length of the record, the kind, and the name with its NUL.
      let record = records.advanced(by: offset)
      offset += Int(record.load(fromByteOffset: 16, as: UInt16.self))
      let entry = DirectoryEntry(
        inode: record.load(fromByteOffset: 0, as: UInt64.self), type: record.load(fromByteOffset: 18, as: UInt8.self),
        name: UnsafePointer(record.advanced(by: 19).assumingMemoryBound(to: CChar.self)))
      if !entry.isDot { return entry }
    }
  }

  /// All names of an open directory that was not read before, with whether each is a directory's.
  func all(
    of descriptor: Int32, in place: @autoclosure () -> String
  ) throws(DiskError) -> [(name: [CChar], isDirectory: Bool)] {
    begin(descriptor)
    var entries: [(name: [CChar], isDirectory: Bool)] = []
    while let entry = try next(in: place()) {
      entries.append((entry.name.nameBytes.cName, entry.isDirectory(in: descriptor)))
    }
    return entries
  }
}
