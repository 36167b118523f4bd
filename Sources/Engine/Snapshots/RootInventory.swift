// The inventory of a backup root: every directory below it is accounted for, and what is nothing of ours is named.

package import Spec

/// What a backup root holds.
package struct RootInventory: Sendable, Hashable {
  /// What an entry is to pobsync.
  package enum Sort: String, Sendable, Hashable, CaseIterable {
    case snapshot, incomplete, trash
    /// Nothing of ours, or another host's. It is never touched.
    case unmanaged
    /// What pobsync itself keeps there besides: markers, locks, ids, and the directories that hold the rest.
    case bookkeeping
    /// A host's directory that could not be looked at.
    case unreadable
  }

  /// One entry, as a path below the root.
  package struct Entry: Sendable, Hashable {
    package let path: String
    package let sort: Sort
  }

  package let hosts: [HostName: HostInventory]
  /// Hosts whose directories cannot be looked at, and why.
  package let unreadable: [HostName: DiskError]
  /// Every entry of the root, of the hosts' directories, and of the directories within these that hold snapshots: each
  /// once, sorted by path.
  package let entries: [Entry]

  /// The paths of what is never touched.
  package var unmanaged: [String] { entries.filter { $0.sort == .unmanaged }.map(\.path) }
}

extension BackupRoot {
  /// Looks at everything. A host's directory is one that bears a possible name and holds anything that pobsync makes in
  /// one; it does not matter whether the host is declared.
  package func inventory() throws(DiskError) -> RootInventory {
    var hosts: [HostName: HostInventory] = [:]
    var unreadable: [HostName: DiskError] = [:]
    var entries: [RootInventory.Entry] = []
    func note(_ paths: [String], _ sort: RootInventory.Sort) {
      entries += paths.map { RootInventory.Entry(path: $0, sort: sort) }
    }
    for name in try Disk.names(in: path.description) {
      guard !name.hasPrefix(Self.markerName) else {
        note([name], .bookkeeping)
        continue
      }
      guard let host = try? HostName(text: name) else {
        note([name], .unmanaged)
        continue
      }
      let directory = HostDirectory(host, in: self)
      do throws(DiskError) {
        let own = try directory.ownEntries()
        guard !own.isEmpty else {
          note([name], .unmanaged)
          continue
        }
        let inventory = try directory.inventory()
        note([name] + own.map { "\(name)/\($0)" }, .bookkeeping)
        note(inventory.snapshots.map { "\(name)/\($0.id)" }, .snapshot)
        note(inventory.incomplete.map { "\(name)/.incomplete/\($0)" }, .incomplete)
        note(inventory.trash.map { "\(name)/.trash/\($0.fileName)" }, .trash)
        note(inventory.leftAlone.map { "\(name)/\($0)" }, .unmanaged)
        hosts[host] = inventory
      } catch {
        note([name], .unreadable)
        unreadable[host] = error
      }
    }
    return RootInventory(hosts: hosts, unreadable: unreadable, entries: entries.sorted { $0.path < $1.path })
  }
}

extension HostDirectory {
  /// What pobsync itself keeps in the directory besides snapshots, as paths below it; nothing if it is no directory.
  fileprivate func ownEntries() throws(DiskError) -> [String] {
    guard try Disk.isDirectory(path) else { return [] }
    var entries = try Disk.names(in: path).filter { Self.ownNames.contains($0) }
    if try Disk.isDirectory(trash), Disk.exists(trashLockFile) { entries.append(".trash/\(Self.trashLockName)") }
    return entries
  }
}
