// The barrier between a tree being written and it being called complete: everything is on the disk, or it is known that
// something is not.

import CLinux
import Foundation
import Glibc

/// A file system that is watched for write errors.
///
/// The kernel reports an error of writing back once to each descriptor that was open when it happened (Linux 5.8 and
/// later). So the descriptor is opened before anything is written, and each writer has its own: another's `syncfs`
/// cannot take the report away.
final class WriteBarrier: Sendable {
  private let descriptor: Int32
  private let path: String
  private let hasFailed = Locked(false)

  init(watching path: String) throws(DiskError) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    self.path = path
    guard descriptor >= 0 else { throw DiskError("open", path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Waits until everything written so far is on the disk.
  /// - Throws: if anything written since this was made could not be; and again at each further call, although the kernel
  ///   tells it only once.
  func wait() throws(DiskError) {
    guard !hasFailed.with({ $0 }) else { throw DiskError("flush the file system of", path, code: EIO) }
    guard syncfs(descriptor) == 0 else {
      let error = DiskError("flush the file system of", path)
      hasFailed.with { $0 = true }
      throw error
    }
  }
}
