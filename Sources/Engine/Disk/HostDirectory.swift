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
    let document = YAMLValue.map([YAMLPair("id", .string(id)), YAMLPair("name", .string(host.description))])
    try Disk.writeDurably(YAMLWriter.write(document), to: idFile)
    return id
  }

  /// The host's id; nil if there is none yet, or if the file says nothing.
  package func knownID() throws(DiskError) -> String? {
    guard let bytes = try Disk.read(idFile, limit: 64 << 10),
      let documents = try? YAML.parse(SourceText(name: "host.yaml", bytes: bytes)),
      let id = documents.first?.value["id"]?.text, !id.isEmpty
    else { return nil }
    return id
  }

  /// The id that the newest of the snapshots give this host, as far as any does.
  private func idOfSnapshots() throws(DiskError) -> String? {
    for id in try snapshotIDs().sorted(by: >).prefix(10) {
      let snapshot = snapshot(id)
      guard let hostID = snapshot.hostID, !hostID.isEmpty, let metadata = snapshot.metadata,
        let documents = try? YAML.parse(SourceText(name: "metadata", bytes: Array(metadata.utf8))),
        documents.first?.value["host"]?.text == host.description
      else { continue }
      return hostID
    }
    return nil
  }
}
