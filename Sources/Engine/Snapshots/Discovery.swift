// Discovery: what is in a host's directory, read from the disk alone.

package import Foundation
import Spec

/// What a host's directory holds.
package struct HostInventory: Sendable, Hashable {
  /// Snapshots under their final names, the oldest first.
  package let snapshots: [Snapshot]
  /// Unfinished snapshots, the oldest first.
  package let incomplete: [SnapshotName]
  /// Entries that are nothing of ours, as paths below the host's directory. They are never touched.
  package let unmanaged: [String]

  package init(snapshots: [Snapshot], incomplete: [SnapshotName], unmanaged: [String]) {
    self.snapshots = snapshots
    self.incomplete = incomplete
    self.unmanaged = unmanaged
  }
}

extension HostDirectory {
  /// The snapshots under their final names, by name alone.
  ///
  /// - Parameter known: snapshots that were found to be some before: of these it is enough that a directory bears the
  ///   name. What else bears the name of a snapshot is looked at, which a disk takes its time for.
  package func snapshotIDs(known: Set<SnapshotID> = []) throws(DiskError) -> Set<SnapshotID> {
    var found: [SnapshotID] = []
    var others: [SnapshotID] = []
    for kind in SnapshotKind.allCases {
      try Disk.forEachEntry(of: directory(of: kind)) { entry, isDirectory in
        guard let name = SnapshotName(entry) else { return }
        let id = SnapshotID(kind: kind, name: name)
        if isDirectory, known.contains(id) { found.append(id) } else { others.append(id) }
      }
    }
    // No name is there twice: as many as are known are all that are known.
    var identifiers = found.count == known.count ? known : Set(found)
    for id in others {
      // A link to a snapshot is none.
      if try Disk.isDirectory(directory(of: id)), try Disk.isDirectory(data(of: id)) { identifiers.insert(id) }
    }
    return identifiers
  }

  /// Everything in the directory, with each snapshot's metadata read.
  package func inventory() throws(DiskError) -> HostInventory {
    let identifiers = try snapshotIDs()
    var unmanaged: [String] = []
    for kind in SnapshotKind.allCases {
      let known = Set(identifiers.filter { $0.kind == kind }.map(\.name.description))
      unmanaged += try Disk.names(in: directory(of: kind)).filter { !known.contains($0) }.map {
        "\(kind.rawValue)/\($0)"
      }
    }
    let ours = Set(
      SnapshotKind.allCases.map(\.rawValue) + [".incomplete", ".trash", ".lock", "host.yaml", "host.yaml.new"])
    unmanaged += try Disk.names(in: path).filter { !ours.contains($0) }
    let incomplete = try Disk.names(in: incomplete).compactMap(SnapshotName.init).sorted()
    return HostInventory(
      snapshots: identifiers.sorted().map(snapshot), incomplete: incomplete, unmanaged: unmanaged.sorted())
  }

  /// One snapshot with its metadata, looked for where this and earlier programs put it, and its pin. Metadata that cannot
  /// be read make its status unknown, and leave the other snapshots what they are.
  package func snapshot(_ id: SnapshotID) -> Snapshot {
    var snapshot = withoutPin(id)
    snapshot.pin = pin(of: id)
    return snapshot
  }

  private func withoutPin(_ id: SnapshotID) -> Snapshot {
    let place = directory(of: id)
    do {
      for candidate in ["meta/meta.yaml", "meta.yaml", "meta/meta.json", "meta.json"] {
        if let bytes = try Disk.read("\(place)/\(candidate)") { return .reading(bytes, host: host, id: id) }
      }
      return .reading(nil, host: host, id: id)
    } catch {
      return .unknown("its metadata cannot be read: \(error)", host: host, id: id)
    }
  }

  /// The snapshot that a new one is hard-linked against: the newest good scheduled one, else the newest good manual
  /// one. Read from the disk, so that a base is never a matter of what the store believes. One that is dated after
  /// `now` is none: a clock that was wrong once must not hide what is really the newest.
  package func base(now: Date) throws(DiskError) -> Snapshot? {
    let identifiers = try snapshotIDs().sorted(by: >).filter { $0.name.startedAt <= now }
    for kind in [SnapshotKind.scheduled, .manual] {
      for id in identifiers where id.kind == kind {
        let snapshot = snapshot(id)
        if snapshot.status.isGood { return snapshot }
      }
    }
    return nil
  }

  /// The newest snapshot after the base that is known to be at least partial.
  func partial(after base: Snapshot?, now: Date) throws(DiskError) -> Snapshot? {
    let newer = try snapshotIDs().sorted(by: >).filter { id in
      id.name.startedAt <= now && base.map { id > $0.id } ?? true
    }
    return newer.lazy.map(snapshot).first { $0.status != .unknown }
  }

  /// The unfinished snapshot from which the next backup takes over the files that arrived whole: the newest, if it is
  /// newer than the base and was written since the machine started. After a crash of the machine, a file that was not
  /// flushed may have its size and time but not its content; the same holds after a failed flush, when the mark of the
  /// boot is taken away.
  package func unfinishedToTakeOver(after base: Snapshot?, now: Date) throws(DiskError) -> SnapshotName? {
    let names = try Disk.names(in: incomplete).compactMap(SnapshotName.init).filter { $0.startedAt <= now }
    guard let newest = names.max(), base.map({ newest > $0.id.name }) ?? true,
      try Disk.read("\(incomplete)/\(newest)/meta/\(BootID.fileName)") == Array(BootID.current.utf8)
    else { return nil }
    return newest
  }
}
