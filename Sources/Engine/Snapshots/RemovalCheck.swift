// The last look before a snapshot is removed: what the plan says is checked against the disk, whoever has planned it.

package import Foundation
import Glibc
package import Spec

extension HostDirectory {
  /// Makes sure that a snapshot is this host's own, whole and on its disk, not pinned, and not the one that the next backup
  /// is linked against. To be called by whoever holds the host's lock, so that no backup links against any of them just now.
  ///
  /// - Parameters:
  ///   - status: what the plan takes it to be; nil where a person has named it, whatever it is.
  ///   - now: tells which snapshots are of the future.
  /// - Returns: the snapshot as it is on the disk.
  /// - Throws: `RemovalObjection`; `DiskError` where it cannot be told.
  package func checkRemoval(of id: SnapshotID, as status: SnapshotStatus?, now: Date) throws -> Snapshot {
    let places = [path, directory(of: id.kind), directory(of: id)]
    let devices = try places.map(device)
    guard devices.allSatisfy({ $0 != nil }), Set(devices).count == 1, try Disk.isDirectory(data(of: id)) else {
      throw RemovalObjection.misplaced(id)
    }
    try checkOwner()
    let found = snapshot(id)
    if found.isForeign(to: try ownID()) { throw RemovalObjection.foreign(id) }
    if let status, found.status != status {
      throw RemovalObjection.changed(id, expected: status, found: found.status)
    }
    if let pin = found.pin, pin.holds(at: now) { throw RemovalObjection.pinned(id, of: host, pin) }
    if try base(now: now)?.id == id { throw RemovalObjection.base(id) }
    return found
  }

  /// The device that a directory is on; nil for what is none, a link to one too.
  private func device(_ path: String) throws(DiskError) -> dev_t? {
    var status = stat()
    guard lstat(path, &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw DiskError("look at", path)
    }
    return status.st_mode & S_IFMT == S_IFDIR ? status.st_dev : nil
  }
}

/// Why a snapshot is not removed.
package enum RemovalObjection: Error, Sendable, Hashable, CustomStringConvertible {
  /// It is not there, or no snapshot, or it or what leads to it is a link or on another disk.
  case misplaced(SnapshotID)
  case foreign(SnapshotID)
  case changed(SnapshotID, expected: SnapshotStatus, found: SnapshotStatus)
  case pinned(SnapshotID, of: HostName, SnapshotPin)
  case base(SnapshotID)

  package var description: String {
    switch self {
    case .misplaced(let id): "\(id) is not there any more, or is no snapshot on the disk of its host"
    case .foreign(let id): "the metadata of \(id) name another host, so that it is not ours to remove"
    case .changed(let id, let expected, let found):
      "\(id) is \(found.rawValue) on the disk, and not \(expected.rawValue) as the plan supposed"
    case .pinned(let id, let host, let pin): "\(id) is \(pin); `pobsync unpin \(host) \(id)` takes the pin out"
    case .base(let id):
      "\(id) is the snapshot that the next backup is linked against; it stays until there is a newer one; "
        + "of a host that is declared no more, `pobsync purge host` removes all"
    }
  }
}
