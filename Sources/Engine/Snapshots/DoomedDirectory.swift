// A directory that is being removed: opened by its name in the one above, and read in the order of the disk.

import CLinux
import Glibc
import Spec

/// An entry of a directory, as the directory itself tells.
struct DoomedEntry {
  let inode: UInt64
  /// Whether it is a directory for certain; of others it may be that the file system does not tell.
  let isDirectory: Bool
  /// The raw bytes, and the 0 at the end.
  let name: [CChar]
}

/// A directory that is open, and is to be emptied and removed.
final class DoomedDirectory {
  let descriptor: Int32
  /// nil for the one at the top, which stays.
  let parent: DoomedDirectory?
  let name: [CChar]
  /// How far below the top it is.
  let depth: Int
  /// How many removals of something in it are not over yet, its reading included.
  var holders = 1
  /// Whether something in it stays, so that it stays itself.
  var isKept = false
  private let device: dev_t
  private var isRead = false

  /// In entries. So a directory of any size takes no more memory than one of that size.
  private static let batch = 1 << 15
  private static let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC

  private init(_ descriptor: Int32, device: dev_t, name: [CChar], in parent: DoomedDirectory?) {
    self.descriptor = descriptor
    self.device = device
    self.name = name
    self.parent = parent
    depth = (parent?.depth ?? -1) + 1
  }

  /// Opens the directory at the top.
  convenience init(at path: String) throws(DiskError) {
    let descriptor = open(path, Self.flags)
    guard descriptor >= 0 else { throw DiskError("open", path) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let error = DiskError("look at", path)
      Glibc.close(descriptor)
      throw error
    }
    self.init(descriptor, device: status.st_dev, name: Array(path.utf8CString), in: nil)
  }

  func close() { Glibc.close(descriptor) }

  /// Opens a directory in this one, so that it can be emptied, unless it is empty: then it is removed.
  ///
  /// - Returns: nil if it is gone.
  func opened(_ name: [CChar]) throws(DiskError) -> DoomedDirectory? {
    // Tells a mount point, a bind mount of the same disk too, before it is entered.
    if unlinkat(descriptor, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return nil }
    guard errno != EBUSY else { throw mounted(name) }
    var opened = openat(descriptor, name, Self.flags)
    // rsync keeps modes: a directory without permissions is opened up first, which matters when not root.
    if opened < 0, errno == EACCES, fchmodat(descriptor, name, 0o700, 0) == 0 {
      opened = openat(descriptor, name, Self.flags)
    }
    guard opened >= 0 else {
      if errno == ENOENT { return nil }
      throw DiskError("open", path(of: name))
    }
    var status = stat()
    var failure: DiskError?
    if fstat(opened, &status) != 0 {
      failure = DiskError("look at", path(of: name))
    } else if status.st_dev != device {
      failure = mounted(name)
    }
    if let failure {
      Glibc.close(opened)
      throw failure
    }
    if status.st_mode & 0o300 != 0o300 { _ = fchmod(opened, 0o700) }
    return DoomedDirectory(opened, device: device, name: name, in: self)
  }

  private func mounted(_ name: [CChar]) -> DiskError {
    DiskError("delete, for another file system is mounted there,", path(of: name), code: EXDEV)
  }

  // MARK: - Entries

  func holds(_ name: String) -> Bool { faccessat(descriptor, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0 }

  func holdsDirectory(_ name: [CChar]) -> Bool {
    var status = stat()
    return fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Reads a part of its entries: the files first, then the directories, each in the order of their inodes, which is
  /// that of the disk.
  ///
  /// - Returns: nil at the end.
  func nextEntries() throws(DiskError) -> [DoomedEntry]? {
    guard !isRead else { return nil }
    var entries: [DoomedEntry] = []
    let code = withUnsafeTemporaryAllocation(byteCount: 32 << 10, alignment: 8) { buffer -> Int32 in
      while entries.count < Self.batch {
        let length = pobsync_getdents(descriptor, buffer.baseAddress, buffer.count)
        // Somebody else may have removed the directory meanwhile.
        guard length >= 0 || errno == ENOENT else { return errno }
        isRead = length <= 0
        guard !isRead else { break }
        Self.read(UnsafeRawBufferPointer(rebasing: buffer[..<length]), into: &entries)
      }
      return 0
    }
    guard code == 0 else { throw DiskError("list", path, code: code) }
    entries.sort { $0.isDirectory == $1.isDirectory ? $0.inode < $1.inode : $1.isDirectory }
    return entries
  }

  /// Reads records of the form that the kernel writes.
  private static func read(_ records: UnsafeRawBufferPointer, into entries: inout [DoomedEntry]) {
    var offset = 0
    while offset < records.count {
      let length = Int(records.loadUnaligned(fromByteOffset: offset + 16, as: UInt16.self))
      let type = records[offset + 18]
      let name = records[(offset + 19)..<(offset + length)].prefix { $0 != 0 }
      if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) {
        entries.append(
          DoomedEntry(
            inode: records.loadUnaligned(fromByteOffset: offset, as: UInt64.self), isDirectory: type == UInt8(DT_DIR),
            name: name.map { CChar(bitPattern: $0) } + [0]))
      }
      offset += length
    }
  }

  // MARK: - Paths

  /// As it is shown.
  private var path: String {
    guard let parent else { return Self.decoded(name) }
    return parent.path(of: name)
  }

  /// The path of one of its entries, as it is shown.
  func path(of name: [CChar]) -> String { "\(path)/\(Self.decoded(name).printable())" }

  static func decoded(_ name: [CChar]) -> String {
    String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
