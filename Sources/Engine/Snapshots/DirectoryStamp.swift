// Stamps: whether a host's snapshots on disk may have changed since they were listed, told without listing them.

package import Foundation
import Glibc

/// What changes whenever a snapshot is added, removed or renamed: the times of the directories that hold them.
package struct DirectoryStamp: Sendable, Hashable {
  private struct Directory: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
    let seconds: Int
    let nanoseconds: Int
  }

  /// nil for a directory that is not there.
  private let directories: [Directory?]

  /// True if a change may still come that has the same stamp: file systems count time in steps, so a listing made just
  /// after a change cannot be trusted to be the last word.
  package func isFresh(at now: Date) -> Bool {
    directories.contains { directory in
      guard let directory else { return false }
      return abs(now.timeIntervalSince1970 - Double(directory.seconds)) < 3
    }
  }

  /// The stamp of one directory that is on no real disk.
  ///
  /// - Parameter change: differs from that of every other state of the directory.
  package init(changedAt date: Date, change: Int) {
    directories = [
      Directory(device: 0, inode: 0, seconds: Int(date.timeIntervalSince1970.rounded(.down)), nanoseconds: change)
    ]
  }

  fileprivate init(of paths: [String]) throws(DiskError) {
    var found: [Directory?] = []
    for path in paths {
      var status = stat()
      guard lstat(path, &status) == 0 else {
        guard errno == ENOENT || errno == ENOTDIR else { throw DiskError("look at", path) }
        found.append(nil)
        continue
      }
      found.append(
        Directory(
          device: UInt64(status.st_dev), inode: UInt64(status.st_ino), seconds: status.st_mtim.tv_sec,
          nanoseconds: status.st_mtim.tv_nsec))
    }
    directories = found
  }
}

extension HostDirectory {
  /// The stamp of what `snapshotIDs()` and the trash tell. To be taken before they are listed.
  package func stamp() throws(DiskError) -> DirectoryStamp {
    try DirectoryStamp(of: SnapshotKind.allCases.map(directory(of:)) + [trash])
  }
}
