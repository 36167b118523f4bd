// The backup root and its marker, which tells the disk that holds the snapshots from an empty mount point.

package import Foundation
import Glibc
package import Spec

/// The directory that holds all hosts' snapshots, known to be the one it should be.
package struct BackupRoot: Sendable, Hashable {
  package let path: AbsolutePath
  /// The id in the marker file, by which the disk is known again.
  package let id: String

  static let markerName = ".pobsync-root.yaml"

  /// Looks at a backup root, and marks it if it is used for the first time.
  ///
  /// - Parameters:
  ///   - expected: the id that the store remembers for this path; nil if it has never seen it.
  ///   - now: when the marker is made, if it is.
  /// - Throws: `BackupRootError`; then nothing was written.
  package static func open(
    _ path: AbsolutePath, expected: String?, now: Date, using generator: inout some RandomNumberGenerator
  ) throws -> BackupRoot {
    let directory = path.description
    guard Disk.leadsToDirectory(directory) else {
      guard expected == nil else { throw BackupRootError.missing(path) }
      let parent = (directory as NSString).deletingLastPathComponent
      guard Disk.leadsToDirectory(parent) else { throw BackupRootError.parentMissing(path, parent) }
      try Disk.makeDirectory(directory)
      return try mark(path, now: now, using: &generator)
    }
    guard let marker = try Disk.read(markerPath(of: path), limit: 64 << 10) else {
      guard expected == nil else { throw BackupRootError.unmarked(path) }
      return try mark(path, now: now, using: &generator)
    }
    guard let id = markerID(marker) else { throw BackupRootError.markerUnreadable(path) }
    guard expected == nil || expected == id else { throw BackupRootError.another(path) }
    return BackupRoot(path: path, id: id)
  }

  /// Looks at a backup root without ever marking it.
  ///
  /// - Returns: nil if the root has not been used yet.
  package static func peek(_ path: AbsolutePath, expected: String?) throws -> BackupRoot? {
    guard let marker = try Disk.read(markerPath(of: path), limit: 64 << 10) else {
      guard expected == nil else {
        throw Disk.leadsToDirectory(path.description) ? BackupRootError.unmarked(path) : BackupRootError.missing(path)
      }
      return nil
    }
    guard let id = markerID(marker) else { throw BackupRootError.markerUnreadable(path) }
    guard expected == nil || expected == id else { throw BackupRootError.another(path) }
    return BackupRoot(path: path, id: id)
  }

  private static func markerPath(of path: AbsolutePath) -> String { "\(path)/\(markerName)" }

  private static func mark(
    _ path: AbsolutePath, now: Date, using generator: inout some RandomNumberGenerator
  ) throws -> BackupRoot {
    let id = RandomID.make(using: &generator)
    let marker = YAMLValue.map([
      YAMLPair("format", .int(1)), YAMLPair("id", .string(id)), YAMLPair("created", .string(Timestamp.text(now))),
    ])
    if try Disk.createDurably(YAMLWriter.write(marker), at: markerPath(of: path), suffix: id) {
      return BackupRoot(path: path, id: id)
    }
    // Another process was faster: its marker holds.
    guard let root = try peek(path, expected: nil) else { throw BackupRootError.markerUnreadable(path) }
    return root
  }

  /// Takes away the mark by which unfinished snapshots are taken over, of all hosts: after a failed flush nobody knows
  /// whose files lack their content, and the kernel tells it only once.
  func distrustUnfinished() {
    for host in (try? Disk.names(in: path.description)) ?? [] {
      let incomplete = "\(path)/\(host)/.incomplete"
      for name in (try? Disk.names(in: incomplete)) ?? [] { unlink("\(incomplete)/\(name)/meta/\(BootID.fileName)") }
    }
  }

  /// Looks again whether the root is still the disk that it was.
  /// - Throws: `BackupRootError` if it is not.
  package func verify() throws {
    _ = try Self.peek(path, expected: id)
  }

  private static func markerID(_ bytes: [UInt8]) -> String? {
    guard let documents = try? YAML.parse(SourceText(name: markerName, bytes: bytes)),
      let id = documents.first?.value["id"]?.text, !id.isEmpty
    else { return nil }
    return id
  }
}

/// Why a backup root is not used. Nothing is written to it or deleted from it.
package enum BackupRootError: Error, Sendable, Hashable, CustomStringConvertible {
  case missing(AbsolutePath)
  case parentMissing(AbsolutePath, String)
  case unmarked(AbsolutePath)
  case another(AbsolutePath)
  case markerUnreadable(AbsolutePath)

  package var description: String {
    switch self {
    case .missing(let path):
      "the backup root \(path) does not exist any more; mount its disk"
    case .parentMissing(let path, let parent):
      "the backup root \(path) cannot be made because \(parent) does not exist; mount its disk, or create \(parent)"
    case .unmarked(let path):
      "the backup root \(path) lacks its marker \(BackupRoot.markerName): the disk is probably not mounted; "
        + "mount it, or accept the directory as it is with `pobsync configure-global --accept-backup-root`"
    case .another(let path):
      "the backup root \(path) is marked as another disk than before; mount the right one, "
        + "or accept this one with `pobsync configure-global --accept-backup-root`"
    case .markerUnreadable(let path):
      "the marker \(path)/\(BackupRoot.markerName) cannot be understood; restore it from a copy, or remove it and run "
        + "`pobsync configure-global --accept-backup-root`"
    }
  }
}
