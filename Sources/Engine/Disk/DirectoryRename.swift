// Renaming a host's directory, in steps each of which may be the last: whoever comes next goes on.

import Foundation
import Glibc
import Spec

extension HostDirectory {
  /// Makes the directory that a host had under its former name the one that it has now, with everything in it. The host
  /// keeps its id, and no snapshot is touched. What was done before is not done again; without a directory of the former
  /// name there is nothing to do but that.
  ///
  /// - Returns: false if there is no directory of either name.
  /// - Throws: `HostBusy` if another process works on either; `DirectoryOccupied` if there is something under the new name
  ///   already; `DiskError`.
  @discardableResult
  package func takeOver(_ former: HostDirectory) throws -> Bool {
    guard try Disk.isDirectory(former.path) else {
      guard try Disk.isDirectory(path) else { return false }
      let lock = try HostLock.take(self)
      defer { withExtendedLifetime(lock) {} }
      // Whoever renamed it may have got no further.
      try Disk.syncDirectory(parent)
      try bearName()
      return true
    }
    let lock = try HostLock.take(former)
    defer { withExtendedLifetime(lock) {} }
    if try Disk.isDirectory(path) {
      let own = try HostLock.take(self)
      defer { withExtendedLifetime(own) {} }
      // A backup that failed under the new name has left a directory with nothing in it.
      guard try removeIfEmpty() else { throw DirectoryOccupied(path: path, former: former.path) }
    }
    try Disk.move(former.path, to: path)
    try Disk.syncDirectory(parent)
    try bearName()
    return true
  }

  /// Writes the host's name into its id file, which keeps all else.
  private func bearName() throws {
    guard let bytes = try Disk.read(idFile, limit: 64 << 10),
      let documents = try? YAML.parse(SourceText(name: "host.yaml", bytes: bytes)),
      let value = documents.first?.value, case .map(let pairs) = value, value["id"]?.text?.isEmpty == false,
      value["name"]?.text != host.description
    else { return }
    let others = pairs.filter { $0.key != "name" }
    let named = YAMLValue.map(others + [YAMLPair("name", .string(host.description))])
    try Disk.writeDurably(YAMLWriter.write(named), to: idFile)
  }
}

/// There is no directory of either of a host's names, though it has snapshots: the disk may not be that which they are on.
package struct DirectoryMissing: Error, Sendable, Hashable, CustomStringConvertible {
  package let path: String
  package let former: String

  package init(path: String, former: String) {
    self.path = path
    self.former = former
  }

  package var description: String {
    "neither \(former) nor \(path) is there, though the host has snapshots; nothing was done. Is the backup root that of "
      + "before the rename?"
  }
}

/// A host's directory cannot get the host's new name.
package struct DirectoryOccupied: Error, Sendable, Hashable, CustomStringConvertible {
  package let path: String
  package let former: String

  package init(path: String, former: String) {
    self.path = path
    self.former = former
  }

  package var description: String {
    "\(former) cannot become \(path), because there is something in that already; nothing was changed. Look at both, "
      + "and move what does not belong there out of the way"
  }
}
