// The lock that lets one process at a time work on a host. The kernel releases it when its holder dies.

import Foundation
import Glibc
package import Spec
import SystemPackage

/// Holds a host's lock for as long as the value lives.
package final class HostLock: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit {
    // A child that another task is just starting holds a copy of the descriptor until its exec, so closing alone would
    // release the lock only then.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// What a lock is of.
  package enum Part: Sendable, Hashable {
    case host
    /// The trash of a host, which is emptied while others work on the host.
    case trash
  }

  /// Takes the lock of a host, or of its trash, whose directory exists.
  ///
  /// - Throws: `HostBusy` if another process works on it, `DiskError` if the lock file cannot be used.
  package static func take(_ directory: HostDirectory, _ part: Part = .host) throws -> HostLock {
    let path = part == .host ? directory.lockFile : directory.trashLockFile
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else { throw DiskError("open the lock", path) }
    // Whoever only looks whether the lock is free holds it for a moment.
    var tries = 0
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let code = errno
      tries += 1
      if code == EINTR || (code == EWOULDBLOCK && tries < 5) {
        usleep(20_000)
        continue
      }
      close(descriptor)
      guard code == EWOULDBLOCK else { throw DiskError("take the lock", path, code: code) }
      throw HostBusy(host: directory.host, holder: try Disk.read(path, limit: 4096).flatMap(holder), part: part)
    }
    // A lock file that someone has removed meanwhile keeps nobody out.
    var (held, named) = (stat(), stat())
    guard fstat(descriptor, &held) == 0, lstat(path, &named) == 0, held.st_ino == named.st_ino else {
      close(descriptor)
      return try take(directory, part)
    }
    // Only for the message that another process shows; the lock itself is the kernel's.
    let note = "\(getpid())\n"
    if ftruncate(descriptor, 0) == 0 { _ = note.withCString { pwrite(descriptor, $0, strlen($0), 0) } }
    return HostLock(descriptor: descriptor)
  }

  /// A further descriptor of the same lock, which holds until all of them are closed or the lock is given up.
  func duplicate() throws -> FileDescriptor {
    try FileDescriptor(rawValue: descriptor).duplicate()
  }

  /// Whether nobody holds the lock of a host. Nothing is made for it where there is no lock yet.
  package static func isFree(_ directory: HostDirectory) throws(DiskError) -> Bool {
    let descriptor = open(directory.lockFile, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return true }
      throw DiskError("open the lock", directory.lockFile)
    }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) == 0 else { return false }
    flock(descriptor, LOCK_UN)
    return true
  }

  private static func holder(_ bytes: [UInt8]) -> Int32? {
    Int32(String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
  }
}

/// Another process holds the lock of the host, or of its trash.
package struct HostBusy: Error, Sendable, Hashable, CustomStringConvertible {
  package let host: HostName
  package let holder: Int32?
  package let part: HostLock.Part

  package init(host: HostName, holder: Int32?, part: HostLock.Part = .host) {
    self.host = host
    self.holder = holder
    self.part = part
  }

  package var description: String {
    let who = holder.map { "process \($0)" } ?? "another process"
    return switch part {
    case .host: "host \(host) is being worked on by \(who); wait for it to finish"
    case .trash: "the trash of host \(host) is being emptied by \(who); wait for it to finish"
    }
  }
}
