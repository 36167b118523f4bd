// The few file system calls that snapshots depend on, with errors that name the path, and with durability spelt out.

import CLinux
import Foundation
import Glibc

/// A file system call that failed.
package struct DiskError: Error, Sendable, Hashable, CustomStringConvertible {
  package let operation: String
  package let path: String
  package let code: Int32

  package init(_ operation: String, _ path: String, code: Int32 = errno) {
    self.operation = operation
    self.path = path
    self.code = code
  }

  package var isOutOfSpace: Bool { code == ENOSPC || code == EDQUOT }

  package var description: String { "cannot \(operation) \(path): \(String(cString: strerror(code)))" }
}

package enum Disk {
  /// Makes a directory that only its owner may enter, if it is not there yet.
  package static func makeDirectory(_ path: String) throws(DiskError) {
    guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
    throw DiskError("create the directory", path)
  }

  /// - Throws: where it cannot be told. That is not the same as "no": a disk that fails has lost nothing by itself.
  package static func isDirectory(_ path: String) throws(DiskError) -> Bool {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return false }
      throw DiskError("look at", path)
    }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  /// True for a directory and for a symbolic link to one.
  package static func leadsToDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0
  }

  /// The names in a directory, sorted. What is not UTF-8 in them is shown as U+FFFD: no name of ours is like that.
  /// A directory that does not exist has no names.
  package static func names(in path: String) throws(DiskError) -> [String] {
    var names: [String] = []
    try forEachEntry(of: path) { name, _ in names.append(String(decoding: name, as: UTF8.self)) }
    return names.sorted()
  }

  /// Hands over the names in a directory, in no order, with what the directory itself tells of each.
  ///
  /// - Parameter body: is told of each whether it is a directory for certain; of others it may be that the file system
  ///   does not say. The name is valid until it returns.
  static func forEachEntry(
    of path: String, _ body: (_ name: UnsafeBufferPointer<UInt8>, _ isDirectory: Bool) -> Void
  ) throws(DiskError) {
    guard let directory = opendir(path) else {
      if errno == ENOENT { return }
      throw DiskError("list", path)
    }
    defer { closedir(directory) }
    errno = 0
    while let entry = readdir(directory) {
      let isDirectory = entry.pointee.d_type == UInt8(DT_DIR)
      withUnsafeBytes(of: &entry.pointee.d_name) { field in
        let name = UnsafeBufferPointer(rebasing: field.assumingMemoryBound(to: UInt8.self).prefix { $0 != 0 })
        if !name.elementsEqual(".".utf8), !name.elementsEqual("..".utf8) { body(name, isDirectory) }
      }
      errno = 0
    }
    guard errno == 0 else { throw DiskError("list", path) }
  }

  /// The content of a small file; nil if there is none.
  ///
  /// - Parameters:
  ///   - limit: how many bytes it may have; a larger one is an error (EFBIG).
  ///   - followingLinks: whether the path may be a symbolic link.
  package static func read(
    _ path: String, limit: Int = 8 << 20, followingLinks: Bool = false
  ) throws(DiskError) -> [UInt8]? {
    let links = followingLinks ? 0 : O_NOFOLLOW
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | links)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw DiskError("open", path)
    }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = Glibc.read(descriptor, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw DiskError("read", path)
      }
      if count == 0 { return bytes }
      bytes.append(contentsOf: chunk.prefix(count))
      guard bytes.count <= limit else { throw DiskError("read", path, code: EFBIG) }
    }
  }

  /// Writes a file so that after a crash it has either its old content or all of the new.
  package static func writeDurably(_ text: String, to path: String) throws(DiskError) {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw DiskError("create", temporary) }
    do {
      defer { close(descriptor) }
      try writeAll(Array(text.utf8), to: descriptor, path: temporary)
      guard fsync(descriptor) == 0 else { throw DiskError("flush", temporary) }
    }
    try move(temporary, to: path)
    try syncDirectory((path as NSString).deletingLastPathComponent)
  }

  /// Puts other content into a file that people look after as well: whole or not at all, with the owner and the mode that
  /// it has, and where a symbolic link leads to it, there. One that is new is its owner's alone.
  static func replaceDurably(_ bytes: [UInt8], at path: String) throws(DiskError) {
    var place = path
    if let resolved = realpath(path, nil) {
      place = String(cString: resolved)
      free(resolved)
    }
    var former = stat()
    let isThere = stat(place, &former) == 0
    let temporary = "\(place).pobsync-new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw DiskError("create", temporary) }
    do throws(DiskError) {
      defer { close(descriptor) }
      if isThere {
        let isOurs = former.st_uid == geteuid() && former.st_gid == getegid()
        guard isOurs || fchown(descriptor, former.st_uid, former.st_gid) == 0 else {
          throw DiskError("keep the owner of", place)
        }
        guard fchmod(descriptor, former.st_mode & 0o7777) == 0 else { throw DiskError("keep the mode of", place) }
      }
      try writeAll(bytes, to: descriptor, path: temporary)
      guard fsync(descriptor) == 0 else { throw DiskError("flush", temporary) }
    } catch {
      unlink(temporary)
      throw error
    }
    try move(temporary, to: place)
    try syncDirectory((place as NSString).deletingLastPathComponent)
  }

  /// Writes a file that must not be there yet, whole or not at all.
  /// - Returns: false if there is one already, by whomever it was made meanwhile.
  package static func createDurably(_ text: String, at path: String, suffix: String) throws(DiskError) -> Bool {
    let temporary = "\(path).\(suffix)"
    try writeDurably(text, to: temporary)
    defer { unlink(temporary) }
    guard link(temporary, path) == 0 else {
      if errno == EEXIST { return false }
      throw DiskError("create", path)
    }
    try syncDirectory((path as NSString).deletingLastPathComponent)
    return true
  }

  /// Writes a file without waiting for the disk.
  package static func write(_ text: String, to path: String) throws(DiskError) {
    try write(bytes: Array(text.utf8), to: path)
  }

  /// The same for what need not be text.
  static func write(bytes: [UInt8], to path: String) throws(DiskError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw DiskError("create", path) }
    defer { close(descriptor) }
    try writeAll(bytes, to: descriptor, path: path)
  }

  /// Adds lines to the end of a file, which is made for its owner alone if it is not there, and waits for the disk.
  /// What was there stays as it is, though a last line that was left open is ended first.
  static func append(lines: String, to path: String) throws(DiskError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw DiskError("open", path) }
    defer { close(descriptor) }
    var last: UInt8 = 0
    let end = lseek(descriptor, 0, SEEK_END)
    let isOpen = end > 0 && pread(descriptor, &last, 1, end - 1) == 1 && last != UInt8(ascii: "\n")
    try writeAll(Array(((isOpen ? "\n" : "") + lines).utf8), to: descriptor, path: path)
    guard fsync(descriptor) == 0 else { throw DiskError("flush", path) }
  }

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32, path: String) throws(DiskError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw DiskError("write", path)
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Renames within one file system.
  package static func move(_ path: String, to target: String) throws(DiskError) {
    guard rename(path, target) == 0 else { throw DiskError("rename \(path) to", target) }
  }

  /// Waits until the directory's entries are on the disk.
  package static func syncDirectory(_ path: String) throws(DiskError) {
    try withDirectory(path) { descriptor throws(DiskError) in
      guard fsync(descriptor) == 0 else { throw DiskError("flush", path) }
    }
  }

  private static func withDirectory(_ path: String, _ body: (Int32) throws(DiskError) -> Void) throws(DiskError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw DiskError("open", path) }
    defer { close(descriptor) }
    try body(descriptor)
  }

  /// How many files and directories the path's file system can hold, and how many more; nil where it sets no limit.
  package static func inodes(at path: String) throws(DiskError) -> DiskSpace? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw DiskError("ask for the free inodes of", path) }
    guard status.f_files > 0 else { return nil }
    return DiskSpace(available: Int64(clamping: status.f_favail), total: Int64(clamping: status.f_files))
  }

  /// What unprivileged users may still write to the path's file system, in bytes.
  package static func availableBytes(at path: String) throws(DiskError) -> Int64 { try space(at: path).available }

  /// The size of the path's file system, and what unprivileged users may still write to it.
  package static func space(at path: String) throws(DiskError) -> DiskSpace {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { throw DiskError("ask for the free space of", path) }
    let unit = UInt64(status.f_frsize)
    return DiskSpace(
      available: Int64(clamping: UInt64(status.f_bavail) &* unit),
      total: Int64(clamping: UInt64(status.f_blocks) &* unit),
      inodes: status.f_files == 0
        ? nil
        : DiskInodes(
          available: Int64(clamping: UInt64(status.f_favail)), total: Int64(clamping: UInt64(status.f_files))))
  }
}

/// How much room a file system has, in bytes or in inodes.
package struct DiskSpace: Sendable, Hashable {
  package let available: Int64
  package let total: Int64
  /// nil for a file system that makes them as they are needed.
  package let inodes: DiskInodes?

  package init(available: Int64, total: Int64, inodes: DiskInodes? = nil) {
    self.available = available
    self.total = total
    self.inodes = inodes
  }
}

/// How many more files a file system has room for, whatever their sizes.
package struct DiskInodes: Sendable, Hashable {
  package let available: Int64
  package let total: Int64

  package init(available: Int64, total: Int64) {
    self.available = available
    self.total = total
  }
}
