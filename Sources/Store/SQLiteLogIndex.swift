// The index of SQLite's write-ahead log: a disk that has no room for it is an error, and not the end of the process.

import GRDBSQLite
import Glibc

/// SQLite's own ways to files, but that what it maps of a log's index (`…-shm`) has its room on the disk.
///
/// SQLite writes the index through memory. It writes one byte of each 4 KiB to the file first, so that a full disk is
/// told; but where blocks are smaller than that, or get new places when they are written again, the rest finds that
/// there is no room when it is written in memory, and that is a SIGBUS. So the kernel is asked for all of it beforehand
/// (`MADV_POPULATE_WRITE`, from Linux 5.14 on; an older kernel refuses, and then it is as SQLite has it).
enum SQLiteLogIndex {
  /// Whether every database that is opened from now on has its index so. Reading it makes it so, once for the process.
  static let isGivenRoom: Bool = {
    guard let usual = sqlite3_vfs_find(nil) else { return false }
    var vfs = usual.pointee
    vfs.pNext = nil
    vfs.zName = UnsafePointer(strdup("pobsync"))
    vfs.szOsFile += Int32(MemoryLayout<Methods>.size)
    vfs.xOpen = open
    // SQLite keeps it for as long as the process lives.
    let files = UnsafeMutablePointer<Files>.allocate(capacity: 1)
    files.initialize(to: Files(vfs: vfs, usual: usual))
    return files.withMemoryRebound(to: sqlite3_vfs.self, capacity: 1) { sqlite3_vfs_register($0, 1) } == SQLITE_OK
  }()

  /// What SQLite takes for its ways to files, and behind it those that it would have by itself.
  private struct Files {
    var vfs: sqlite3_vfs
    let usual: UnsafeMutablePointer<sqlite3_vfs>
  }

  /// The same of the ways to one open file, in the memory that SQLite keeps for it, behind its own.
  private struct Methods {
    var methods: sqlite3_io_methods
    let usual: UnsafePointer<sqlite3_io_methods>
  }

  private static let open:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_vfs>?, UnsafePointer<CChar>?, UnsafeMutablePointer<sqlite3_file>?, Int32,
      UnsafeMutablePointer<Int32>?
    ) -> Int32 = { vfs, name, file, flags, opened in
      guard let vfs, let file else { return SQLITE_MISUSE }
      let usual = UnsafeRawPointer(vfs).assumingMemoryBound(to: Files.self).pointee.usual
      let result = usual.pointee.xOpen(vfs, name, file, flags, opened)
      guard result == SQLITE_OK, flags & SQLITE_OPEN_MAIN_DB != 0, let methods = file.pointee.pMethods,
        methods.pointee.iVersion >= 2
      else { return result }
      let own = (UnsafeMutableRawPointer(file) + Int(usual.pointee.szOsFile)).bindMemory(to: Methods.self, capacity: 1)
      own.initialize(to: Methods(methods: methods.pointee, usual: methods))
      own.pointee.methods.xShmMap = map
      file.pointee.pMethods = UnsafeRawPointer(own).assumingMemoryBound(to: sqlite3_io_methods.self)
      return SQLITE_OK
    }

  private static let map:
    @convention(c) (
      UnsafeMutablePointer<sqlite3_file>?, Int32, Int32, Int32, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
    ) -> Int32 = { file, region, size, extends, address in
      guard let file, let methods = file.pointee.pMethods else { return SQLITE_MISUSE }
      let usual = UnsafeRawPointer(methods).assumingMemoryBound(to: Methods.self).pointee.usual
      let result = usual.pointee.xShmMap(file, region, size, extends, address)
      guard result == SQLITE_OK, let start = address?.pointee else { return result }
      guard madvise(start, Int(size), MADV_POPULATE_WRITE) != 0, errno == EFAULT else { return SQLITE_OK }
      address?.pointee = nil
      return SQLITE_FULL
    }
}
