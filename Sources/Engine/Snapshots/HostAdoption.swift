// Adoption: snapshots that another program has made come to be a host's own, to which pobsync adds and of which it prunes.

package import Spec

/// Snapshots that another program has made, and of which nobody has said yet that pobsync may add to them.
package struct NotAdopted: Error, Sendable, Hashable, CustomStringConvertible {
  /// What is to be adopted.
  package enum Extent: Sendable, Hashable {
    /// The directory of one host.
    case host(HostName)
    /// A backup root that has no marker.
    case root
  }

  package let extent: Extent
  package let path: String

  package init(_ extent: Extent, at path: String) {
    self.extent = extent
    self.path = path
  }

  package var description: String {
    switch extent {
    case .host(let host):
      "\(path) holds snapshots that another program has made: nothing is written there until `pobsync adopt \(host)` has "
        + "shown them to you and you have said that they are this host's"
    case .root:
      "the backup root \(path) holds snapshots that another program has made: nothing is written to it until "
        + "`pobsync adopt` has shown them to you and you have said that they are the declared hosts'"
    }
  }
}

extension HostDirectory {
  /// What tells that the directory is not ours to write to: it holds snapshots, finished or not, it has no id, and
  /// none of the snapshots is one that pobsync has made.
  ///
  /// - Parameter identifiers: the snapshots in it, if they are known; they are looked for otherwise.
  package func notAdopted(holding identifiers: Set<SnapshotID>? = nil) throws(DiskError) -> NotAdopted? {
    guard try !hasID() else { return nil }
    let found = if let identifiers { identifiers } else { try snapshotIDs() }
    if found.isEmpty {
      // The id file is there before the first snapshot is begun.
      guard try Disk.names(in: incomplete).contains(where: { SnapshotName($0) != nil }) else { return nil }
    } else {
      for id in found.sorted(by: >).prefix(10) where snapshotTakenAsOwn(id).isOfOurMaking { return nil }
    }
    return NotAdopted(.host(host), at: path)
  }

  /// Makes sure that the directory is ours to write to, or not there yet.
  /// - Throws: `NotAdopted` if it is not.
  package func checkAdopted() throws {
    if let notAdopted = try notAdopted() { throw notAdopted }
  }

  /// Writes the id file that makes the directory the host's own. Nothing else in it is touched, and what the file says
  /// already stays.
  ///
  /// - Parameter bases: snapshots of unknown status that may be a base all the same, besides those that may already.
  package func adopt(
    trusting bases: Set<SnapshotID> = [], using generator: inout some RandomNumberGenerator
  ) throws(DiskError) {
    _ = try identity(using: &generator)
    let trusted = try trustedBases()
    guard !bases.isSubset(of: trusted), case .map(let pairs) = try idDocument() else { return }
    let names = trusted.union(bases).sorted().map { YAMLValue.string($0.description) }
    let document = YAMLValue.map(pairs.filter { $0.key != Self.basesKey } + [YAMLPair(Self.basesKey, .list(names))])
    try Disk.writeDurably(YAMLWriter.write(document), to: idFile)
  }

  /// Snapshots of which a person has said that they may be a base although nothing tells how they ended.
  package func trustedBases() throws(DiskError) -> Set<SnapshotID> {
    guard case .list(let items) = try idDocument()?[Self.basesKey] else { return [] }
    return Set(items.compactMap { $0.text.flatMap { SnapshotID($0) } })
  }

  private static let basesKey = "bases"
}

extension BackupRoot {
  /// Whether any host's directory below a root holds snapshots, and is one that pobsync has written to.
  package static func holdsOwnHosts(_ path: AbsolutePath) throws(DiskError) -> Bool {
    for name in try Disk.names(in: path.description) {
      guard let host = try? HostName(text: name), try Disk.isDirectory("\(path)/\(name)") else { continue }
      let directory = HostDirectory(host, below: path)
      let snapshots = try directory.snapshotIDs()
      if !snapshots.isEmpty, try directory.notAdopted(holding: snapshots) == nil { return true }
    }
    return false
  }
}

extension Snapshot {
  /// Whether its metadata are such as pobsync writes, with the id that it gives a host: others have ids of their own.
  fileprivate var isOfOurMaking: Bool {
    guard let hostID, RandomID.isOne(hostID.utf8), let metadata,
      let value = (try? YAML.parse(SourceText(name: "metadata", metadata)))?.first?.value
    else { return false }
    return value["format"]?.integer == Int64(SnapshotMetadata.format)
  }
}
