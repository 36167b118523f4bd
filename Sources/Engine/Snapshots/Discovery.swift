// Discovery: what is in a host's directory, read from the disk alone.

package import Foundation
import Spec

/// What a host's directory holds.
package struct HostInventory: Sendable, Hashable {
  /// Snapshots under their final names, the oldest first.
  package let snapshots: [Snapshot]
  /// Unfinished snapshots, the oldest first.
  package let incomplete: [SnapshotName]
  /// Snapshots whose metadata name another host's id, the oldest first: their status counts as unknown, so that they
  /// are kept, and never a base.
  package let foreign: [Snapshot]
  /// What was removed and is not deleted yet, in the order in which it will be.
  package let trash: [TrashEntry]
  /// Entries that are nothing of ours, as paths below the host's directory. They are never touched.
  package let unmanaged: [String]

  package init(
    snapshots: [Snapshot], incomplete: [SnapshotName], foreign: [Snapshot] = [], trash: [TrashEntry] = [],
    unmanaged: [String]
  ) {
    self.snapshots = snapshots
    self.incomplete = incomplete
    self.foreign = foreign
    self.trash = trash
    self.unmanaged = unmanaged
  }

  /// All that is never touched: what is nothing of ours, and what is another host's.
  package var leftAlone: [String] { (unmanaged + foreign.map(\.id.description)).sorted() }
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
    unmanaged += try Disk.names(in: path).filter { !Self.ownNames.contains($0) }
    let unfinished = try Disk.names(in: incomplete).map { (text: $0, name: SnapshotName($0)) }
    unmanaged += unfinished.filter { $0.name == nil }.map { ".incomplete/\($0.text)" }
    let ownID = try ownID()
    let found = identifiers.sorted().map { snapshot($0, at: directory(of: $0), ownID: ownID) }
    return HostInventory(
      snapshots: found.filter { !$0.isForeign(to: ownID) }, incomplete: unfinished.compactMap { $0.name }.sorted(),
      foreign: found.filter { $0.isForeign(to: ownID) }, trash: try trashEntries(), unmanaged: unmanaged.sorted())
  }

  /// The names of what pobsync itself makes in a host's directory.
  static let ownNames = Set(
    SnapshotKind.allCases.map(\.rawValue) + [".incomplete", ".trash", ".lock", "host.yaml", "host.yaml.new"])

  /// One snapshot with its metadata, looked for where this and earlier programs put it, and its pin. Metadata that cannot
  /// be read make its status unknown, and leave the other snapshots what they are.
  package func snapshot(_ id: SnapshotID) -> Snapshot { snapshot(id, at: directory(of: id)) }

  /// The same for a snapshot wherever it is.
  func snapshot(_ id: SnapshotID, at place: String) -> Snapshot {
    snapshot(id, at: place, ownID: try? ownID())
  }

  /// The same, whatever host it names.
  func snapshotTakenAsOwn(_ id: SnapshotID) -> Snapshot { withoutPin(id, at: directory(of: id), ownID: nil) }

  private func snapshot(_ id: SnapshotID, at place: String, ownID: String?) -> Snapshot {
    var snapshot = withoutPin(id, at: place, ownID: ownID)
    snapshot.pin = pin(at: place)
    return snapshot
  }

  private func withoutPin(_ id: SnapshotID, at place: String, ownID: String?) -> Snapshot {
    do {
      for candidate in ["meta/meta.yaml", "meta.yaml", "meta/meta.json", "meta.json"] {
        guard let bytes = try Disk.read("\(place)/\(candidate)") else { continue }
        let found = Snapshot.reading(bytes, host: host, id: id)
        return found.isForeign(to: ownID) ? found.asForeign : found
      }
      return .reading(nil, host: host, id: id)
    } catch {
      return .unknown("its metadata cannot be read: \(error)", host: host, id: id)
    }
  }

  /// The snapshot that a new one is hard-linked against: the newest good scheduled one, else the newest good manual
  /// one; one of which a person has said so counts as good. Read from the disk, so that a base is never a matter of what
  /// the store believes. One that is dated after `now` is none: a clock that was wrong once must not hide what is really
  /// the newest.
  package func base(now: Date) throws(DiskError) -> Snapshot? {
    let identifiers = try snapshotIDs().sorted(by: >).filter { $0.name.startedAt <= now }
    let (trusted, ownID) = (try trustedBases(), try ownID())
    for kind in [SnapshotKind.scheduled, .manual] {
      for id in identifiers where id.kind == kind {
        let snapshot = snapshot(id)
        let isTrusted = trusted.contains(id) && snapshot.status == .unknown && !snapshot.isForeign(to: ownID)
        if snapshot.status.isGood || isTrusted { return snapshot }
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

  /// The unfinished snapshot from which the next backup takes over the files that arrived whole: the newest in
  /// which there are any, if it is newer than the base and was written since the machine started. After a crash of the machine, a file that was not
  /// flushed may have its size and time but not its content; the same holds after a failed flush, when the mark of the
  /// boot is taken away.
  package func unfinishedToTakeOver(after base: Snapshot?, now: Date) throws(DiskError) -> SnapshotName? {
    let names = try Disk.names(in: incomplete).compactMap(SnapshotName.init).filter { $0.startedAt <= now }
    var newest: SnapshotName?
    // One that was stopped before anything came hides none in which there is something.
    for name in names.sorted(by: >) where newest == nil {
      if try !Disk.names(in: "\(incomplete)/\(name)/data").isEmpty { newest = name }
    }
    guard let newest, base.map({ newest > $0.id.name }) ?? true,
      try Disk.read("\(incomplete)/\(newest)/meta/\(BootID.fileName)") == Array(BootID.current.utf8)
    else { return nil }
    return newest
  }
}

extension Snapshot {
  /// Whether it says of itself that it is of another host than the one with an id.
  func isForeign(to ownID: String?) -> Bool {
    guard let ownID, let hostID, !hostID.isEmpty else { return false }
    return hostID != ownID
  }

  /// The same as a snapshot that is kept and shown, and of no use.
  fileprivate var asForeign: Snapshot {
    Snapshot(
      host: host, id: id, status: .unknown, startedAt: startedAt, finishedAt: finishedAt, base: base, stats: stats,
      note: "its metadata name another host, of the id \(hostID ?? "")", hostID: hostID, metadata: metadata)
  }
}
