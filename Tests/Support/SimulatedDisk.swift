// A simulated backup root: the snapshots and the trash of each host, locks, and a disk that may not be mounted.

package import Engine
import Foundation
package import Reconciler
package import Spec
package import Store

/// The disk of the backup server, as controllers and workers see it.
package final class SimulatedDisk: DiskObserver {
  private struct Tree {
    var snapshots: [SnapshotID: Snapshot] = [:]
    var trash: [TrashEntry] = []
    var stamp: DirectoryStamp?
  }

  private struct State {
    var trees: [HostName: Tree] = [:]
    var isMounted = true
    /// Who holds the lock of a host.
    var locks: [HostName: String] = [:]
    var changes = 0
    var changesWithoutRoot = 0
  }

  private let state = Locked(State())
  private let time: SimulatedTime

  package init(_ time: SimulatedTime) { self.time = time }

  // MARK: - Looking

  package static let unmounted = "the marker file of the backup root is missing"

  package var isMounted: Bool {
    get { state.with { $0.isMounted } }
    set { state.with { $0.isMounted = newValue } }
  }

  /// Grows with each change of what is on the disk.
  package var changes: Int { state.with { $0.changes } }

  /// How often something was changed while the root was not mounted.
  package var changesWithoutRoot: Int { state.with { $0.changesWithoutRoot } }

  /// The snapshots of a host, the oldest first.
  package func snapshots(of host: HostName) -> [Snapshot] {
    state.with { $0.trees[host]?.snapshots.values.sorted { $0.id < $1.id } ?? [] }
  }

  package func snapshot(_ id: SnapshotID, of host: HostName) -> Snapshot? {
    state.with { $0.trees[host]?.snapshots[id] }
  }

  package func root(of settings: Settings?) -> RootState {
    guard let path = settings?.backupRoot else { return .unset }
    return isMounted ? .unused(path) : .unusable(Self.unmounted)
  }

  package func look(
    at hosts: [HostName], recorded: [HostName: RecordedHost], root: RootState
  ) -> [HostName: DiskLook] {
    if case .unusable(let problem) = root {
      return Dictionary(uniqueKeysWithValues: hosts.map { ($0, DiskLook(.unreadable(problem), stamp: nil)) })
    }
    return state.with { state in
      Dictionary(
        uniqueKeysWithValues: hosts.map { host in
          let tree = state.trees[host] ?? Tree()
          return (
            host, DiskLook(.seen(Set(tree.snapshots.keys), trash: tree.trash), stamp: tree.stamp ?? Self.untouched)
          )
        })
    }
  }

  package func stamps(of hosts: [HostName], root: RootState) -> [HostName: DirectoryStamp] {
    state.with { state in
      Dictionary(uniqueKeysWithValues: hosts.map { ($0, state.trees[$0]?.stamp ?? Self.untouched) })
    }
  }

  private static let untouched = DirectoryStamp(changedAt: .distantPast, change: 0)

  // MARK: - Changing

  package func publish(_ snapshot: Snapshot) {
    change(snapshot.host) { $0.snapshots[snapshot.id] = snapshot }
  }

  /// Moves a snapshot to the trash.
  package func discard(_ id: SnapshotID, of host: HostName) {
    let now = time.now
    change(host) { tree in
      guard tree.snapshots.removeValue(forKey: id) != nil else { return }
      var entry = TrashEntry(TrashEntry.Kind(id.kind), id.name, trashedAt: now)
      while tree.trash.contains(entry), let date = entry.trashedAt {
        entry = TrashEntry(TrashEntry.Kind(id.kind), id.name, trashedAt: date.addingTimeInterval(1))
      }
      tree.trash.append(entry)
    }
  }

  /// What is in the trash of a host.
  package func trash(of host: HostName) -> [TrashEntry] { state.with { $0.trees[host]?.trash ?? [] } }

  /// Deletes something in the trash for good.
  package func delete(_ entry: TrashEntry, of host: HostName) {
    change(host) { $0.trash.removeAll { $0 == entry } }
  }

  private func change(_ host: HostName, _ body: (inout Tree) -> Void) {
    let now = time.now
    state.with { state in
      state.changes += 1
      if !state.isMounted { state.changesWithoutRoot += 1 }
      var tree = state.trees[host] ?? Tree()
      body(&tree)
      tree.stamp = DirectoryStamp(changedAt: now, change: state.changes)
      state.trees[host] = tree
    }
  }

  // MARK: - Locks

  /// Takes the lock of a host.
  /// - Returns: who has it, if another does.
  package func lock(_ host: HostName, by holder: String) -> String? {
    state.with { state in
      if let other = state.locks[host] { return other }
      state.locks[host] = holder
      return nil
    }
  }

  package func unlock(_ host: HostName, by holder: String) {
    state.with { if $0.locks[host] == holder { $0.locks[host] = nil } }
  }

  /// Releases what a process held that has ended, as the kernel does.
  package func unlockAll(of holder: String) {
    state.with { $0.locks = $0.locks.filter { $0.value != holder } }
  }
}
