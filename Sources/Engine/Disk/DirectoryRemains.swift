// What is left of a host's directory once its snapshots are gone: it goes as well, unless others have put something there.

import Foundation
import Glibc
import Spec

extension HostDirectory {
  /// Removes the directory if nothing is in it but what pobsync makes for itself: no snapshot, finished or not, nothing in
  /// the trash, and nothing of others. Whoever calls this holds the lock, which is on no file any more afterwards.
  ///
  /// - Returns: false if something is there, which is left alone.
  package func removeIfEmpty() throws(DiskError) -> Bool {
    let contents = try inventory()
    let trashed = try Disk.names(in: trash).filter { $0 != ".lock" }
    guard contents.snapshots.isEmpty, contents.incomplete.isEmpty, contents.unmanaged.isEmpty, trashed.isEmpty else {
      return false
    }
    unlink("\(trash)/.lock")
    // What bears a name that no unfinished snapshot has keeps its directory, and with it all.
    for directory in SnapshotKind.allCases.map(directory(of:)) + [incomplete, trash] {
      guard try Self.removeEmpty(directory) else { return false }
    }
    for file in [idFile, "\(idFile).new", lockFile] { unlink(file) }
    guard try Self.removeEmpty(path) else { return false }
    try Disk.syncDirectory(parent)
    return true
  }

  /// The backup root.
  var parent: String { (path as NSString).deletingLastPathComponent }

  /// - Returns: false if the directory is not empty.
  private static func removeEmpty(_ directory: String) throws(DiskError) -> Bool {
    if rmdir(directory) == 0 || errno == ENOENT { return true }
    guard errno == ENOTEMPTY || errno == EEXIST else { throw DiskError("remove", directory) }
    return false
  }
}
