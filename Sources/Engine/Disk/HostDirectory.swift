// A host's directory below the backup root: where its snapshots, its lock and its id are.

import Foundation
import Glibc
package import Spec

/// The layout of one host's directory.
package struct HostDirectory: Sendable, Hashable {
  package let host: HostName
  package let path: String

  package init(_ host: HostName, in root: BackupRoot) { self.init(host, below: root.path) }

  /// The directory below a root that has not been taken into use: for looking only.
  package init(_ host: HostName, below root: AbsolutePath) {
    self.host = host
    path = "\(root)/\(host)"
  }

  package var incomplete: String { "\(path)/.incomplete" }
  package var trash: String { "\(path)/.trash" }
  var lockFile: String { "\(path)/.lock" }
  var idFile: String { "\(path)/host.yaml" }

  package func directory(of kind: SnapshotKind) -> String { "\(path)/\(kind.rawValue)" }
  package func directory(of snapshot: SnapshotID) -> String { "\(path)/\(snapshot)" }
  package func data(of snapshot: SnapshotID) -> String { "\(path)/\(snapshot)/data" }

  /// Makes sure that what is there of the host's own directories is directories: a link in place of one could lead to
  /// another host's snapshots.
  package func checkLayout() throws(DiskError) {
    for directory in [path, incomplete, trash] + SnapshotKind.allCases.map(directory(of:)) where Disk.exists(directory)
    {
      guard try Disk.isDirectory(directory) else { throw DiskError("use the directory", directory, code: ENOTDIR) }
    }
  }

  /// Makes the directories that are missing.
  package func prepare() throws(DiskError) {
    for directory in [path, incomplete, trash] + SnapshotKind.allCases.map(directory(of:)) {
      try Disk.makeDirectory(directory)
      // A link in place of a directory could lead out of the host's root.
      guard try Disk.isDirectory(directory) else { throw DiskError("use the directory", directory, code: ENOTDIR) }
    }
  }

  /// The host's stable id, made on first use.
  package func identity(using generator: inout some RandomNumberGenerator) throws(DiskError) -> String {
    if let id = try knownID() { return id }
    // Where the file was lost, the snapshots still name the id: with another they would be taken for another host's.
    let id = try idOfSnapshots() ?? RandomID.make(using: &generator)
    let own = [YAMLPair("id", .string(id)), YAMLPair("name", .string(host.description))]
    // What others have written there stays.
    let others: [YAMLPair] = if case .map(let pairs) = try idDocument() { pairs } else { [] }
    let document = YAMLValue.map(own + others.filter { pair in !own.contains { $0.key == pair.key } })
    try Disk.writeDurably(YAMLWriter.write(document), to: idFile)
    return id
  }

  /// The host's id; nil if there is none yet, or if the file says nothing.
  package func knownID() throws(DiskError) -> String? {
    try idDocument()?["id"]?.text.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether the host has an id. A plan asks this of every host, so that files as pobsync writes them are not parsed.
  func hasID() throws(DiskError) -> Bool {
    guard let bytes = try Disk.read(idFile, limit: 64 << 10) else { return false }
    let key = Array("id: ".utf8)
    if bytes.starts(with: key), RandomID.isOne(bytes.dropFirst(key.count).prefix { $0 != UInt8(ascii: "\n") }) {
      return true
    }
    return try knownID() != nil
  }

  /// The host's id, told from its snapshots where its file was lost.
  func ownID() throws(DiskError) -> String? {
    if let id = try knownID() { return id }
    return try idOfSnapshots()
  }

  /// Makes sure that the directory does not say of itself that it is another host's.
  /// - Throws: `DirectoryOfAnother` if it does.
  package func checkOwner() throws {
    guard let name = try idDocument()?["name"]?.text, name != host.description else { return }
    throw DirectoryOfAnother(path: path, name: name)
  }

  func idDocument() throws(DiskError) -> YAMLValue? {
    guard let bytes = try Disk.read(idFile, limit: 64 << 10) else { return nil }
    return (try? YAML.parse(SourceText(name: "host.yaml", bytes: bytes)))?.first?.value
  }

  /// The id that the newest of the snapshots give: of those that name this host, or else that which most give, for the
  /// host may have had another name, or the newest of as many.
  func idOfSnapshots() throws(DiskError) -> String? {
    var counts: [(id: String, count: Int)] = []
    for id in try snapshotIDs().sorted(by: >).prefix(10) {
      let snapshot = snapshotTakenAsOwn(id)
      guard let hostID = snapshot.hostID, !hostID.isEmpty else { continue }
      if snapshot.namedHost == host.description { return hostID }
      if let place = counts.firstIndex(where: { $0.id == hostID }) {
        counts[place].count += 1
      } else {
        counts.append((hostID, 1))
      }
    }
    let most = counts.map(\.count).max()
    return counts.first { $0.count == most }?.id
  }
}

extension Snapshot {
  /// The host that its metadata name.
  fileprivate var namedHost: String? {
    guard let metadata,
      let documents = try? YAML.parse(SourceText(name: "metadata", bytes: Array(metadata.utf8)))
    else { return nil }
    return documents.first?.value["host"]?.text
  }
}

/// A host's directory says of itself that it is another host's.
package struct DirectoryOfAnother: Error, Sendable, Hashable, CustomStringConvertible {
  package let path: String
  package let name: String

  package init(path: String, name: String) {
    self.path = path
    self.name = name
  }

  package var description: String {
    "\(path) is the directory of host \(name.quoted), as its host.yaml says; nothing was done. Put the directories back under "
      + "their own names, or declare `moved: [{from: …, to: …}]` where a host has got another name"
  }
}
