// Versions of a file: which of a host's snapshots hold it, and which of them hold the same.

import Spec

/// A file as it is in some snapshots.
package struct FileVersion: Sendable, Hashable {
  /// As the newest of them has it.
  package let entry: SnapshotEntry
  /// The snapshots that hold it like this, the newest first.
  package fileprivate(set) var snapshots: [SnapshotID]
}

/// What a host's snapshots hold under one path.
package struct FileVersions: Sendable, Hashable {
  /// The newest first.
  package fileprivate(set) var versions: [FileVersion] = []
  /// Snapshots that hold nothing under the path.
  package fileprivate(set) var without: [SnapshotID] = []
  /// How many snapshots, the oldest, were not looked at.
  package fileprivate(set) var unseen = 0

  /// How many snapshots are looked at.
  package static let most = 2000
}

extension HostDirectory {
  /// Looks a path up in snapshots of the host.
  ///
  /// What is one file in several snapshots is one version. A directory is another in each snapshot, and a version of it
  /// goes by what it says of itself.
  ///
  /// - Parameter ids: those that are known; one that is gone meanwhile is left out.
  package func versions(of path: SnapshotPath, in ids: some Collection<SnapshotID>) throws -> FileVersions {
    let newestFirst = ids.sorted(by: >)
    var found = FileVersions()
    found.unseen = max(0, ids.count - FileVersions.most)
    var places: [VersionKey: Int] = [:]
    for id in newestFirst.prefix(FileVersions.most) {
      do {
        let entry = try SnapshotTree(opening: id, of: self).entry(at: path)
        let key = VersionKey(entry)
        if let place = places[key] {
          found.versions[place].snapshots.append(id)
        } else {
          places[key] = found.versions.count
          found.versions.append(FileVersion(entry: entry, snapshots: [id]))
        }
      } catch let error as SnapshotTreeError {
        switch error {
        case .noSnapshot, .deleted: continue
        default: found.without.append(id)
        }
      }
    }
    return found
  }
}

/// What is equal for the same version.
private struct VersionKey: Hashable {
  let identity: SnapshotEntry.Identity?
  let kind: SnapshotEntry.Kind
  let mode: UInt32
  let owners: [UInt32]
  let modified: SnapshotEntry.Time
  let target: [UInt8]?

  init(_ entry: SnapshotEntry) {
    identity = entry.kind == .file ? entry.identity : nil
    kind = entry.kind
    mode = entry.mode
    owners = [entry.user, entry.group]
    modified = entry.modified
    target = entry.target
  }
}
