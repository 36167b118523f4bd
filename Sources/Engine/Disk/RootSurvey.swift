// A survey of a backup root: what is in it before anybody has said that it is ours to remove from.

package import Spec

/// What a backup root holds.
package struct RootSurvey: Sendable, Hashable {
  /// The directory of one host.
  package struct Host: Sendable, Hashable {
    package let name: HostName
    package let snapshots: Int
    /// How many of the snapshots are pinned.
    package let pinned: Int
    package let unfinished: Int
    /// Entries that are nothing of ours, as paths below the host's directory.
    package let unmanaged: [String]
    /// Whether the directory is ours to write to: see `NotAdopted`.
    package let isAdopted: Bool
  }

  /// Hosts that have a directory, by name.
  package let hosts: [Host]
  /// Entries of the root that are no host's directory.
  package let unmanaged: [String]

  /// Looks through all directories, and reads the metadata of all snapshots.
  ///
  /// - Throws: `DiskError` if any of it cannot be looked at: what cannot be seen cannot be accounted for.
  package init(of root: AbsolutePath) throws(DiskError) {
    var hosts: [Host] = []
    var unmanaged: [String] = []
    for name in try Disk.names(in: root.description) where name != BackupRoot.markerName {
      guard try Disk.isDirectory("\(root)/\(name)"), let host = try? HostName(text: name) else {
        unmanaged.append(name)
        continue
      }
      let directory = HostDirectory(host, below: root)
      let inventory = try directory.inventory()
      hosts.append(
        Host(
          name: host, snapshots: inventory.snapshots.count, pinned: inventory.snapshots.count { $0.pin != nil },
          unfinished: inventory.incomplete.count, unmanaged: inventory.unmanaged,
          isAdopted: try directory.notAdopted() == nil))
    }
    self.hosts = hosts
    self.unmanaged = unmanaged
  }

  package var snapshots: Int { hosts.reduce(0) { $0 + $1.snapshots } }
}

extension BackupRoot {
  /// Whether a root has no marker, and holds snapshots all the same: another program has made them.
  /// - Throws: `BackupRootError`, and `DiskError` for what cannot be looked at.
  package static func isOfAnother(_ path: AbsolutePath) throws -> Bool {
    try peek(path, expected: nil) == nil && findSnapshots(in: path, orUnfinished: true)
  }

  /// Whether any directory in a root holds what has the name of a snapshot: a cheap look. What cannot be looked at may
  /// hold some.
  package static func holdsSnapshots(_ path: AbsolutePath) -> Bool {
    (try? findSnapshots(in: path, orUnfinished: false)) ?? true
  }

  private static func findSnapshots(
    in path: AbsolutePath, orUnfinished countsUnfinished: Bool
  ) throws(DiskError) -> Bool {
    for name in try Disk.names(in: path.description) {
      // `lost+found` and the like are nobody's.
      guard let host = try? HostName(text: name), try Disk.isDirectory("\(path)/\(name)") else { continue }
      let directory = HostDirectory(host, below: path)
      let unfinished = countsUnfinished ? [directory.incomplete] : []
      for place in SnapshotKind.allCases.map(directory.directory(of:)) + unfinished {
        guard try Disk.isDirectory(place) else { continue }
        var isFound = false
        try Disk.forEachEntry(of: place) { entry, _ in isFound = isFound || SnapshotName(entry) != nil }
        if isFound { return true }
      }
    }
    return false
  }
}
