// What can be seen of a directory of specs without reading them: enough to tell whether it has changed.

import Glibc

/// A spec file as the file system describes it. Whoever writes a file, replaces it or sets its times back changes this.
package struct SpecFileStamp: Sendable, Hashable {
  package let path: String
  private let device: UInt64
  private let inode: UInt64
  /// In bytes; nil if the file cannot be looked at.
  private let size: Int64?
  private let modified: [Int]
  private let changed: [Int]

  init(of path: String) {
    self.path = path
    var status = stat()
    let isThere = stat(path, &status) == 0
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    size = isThere ? Int64(status.st_size) : nil
    modified = [Int(status.st_mtim.tv_sec), Int(status.st_mtim.tv_nsec)]
    changed = [Int(status.st_ctim.tv_sec), Int(status.st_ctim.tv_nsec)]
  }
}

package enum SpecDirectorySight: Sendable, Hashable {
  case files([SpecFileStamp])
  /// There is nothing to read, in words.
  case unreadable(String)

  /// Looks at the files that `SpecSources` would read; symbolic links are followed.
  package init(of directory: String) {
    do throws(SpecSourceError) {
      self = .files(try SpecSources.specFiles(in: directory).map { SpecFileStamp(of: $0) })
    } catch {
      self = .unreadable(error.description)
    }
  }
}
