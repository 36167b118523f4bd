// Snapshot names: the directory names under which snapshots are kept, each beginning with the time of its start.

package import Foundation
import Spec

/// The name of a snapshot's directory.
///
/// Ours are the UTC start time, two underscores and eight characters of Crockford's base 32
/// (`20260519-021500Z__K3VQEVH7`). Names of snapshots that were made by others only have to begin with a timestamp.
package struct SnapshotName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// When the snapshot was begun, as far as the name tells.
  package let startedAt: Date
  private let form: Form

  /// What a name is made of besides its time. Of a large fleet there are millions: ours take no memory of their own.
  private enum Form: Sendable {
    /// Of our own form; the eight characters behind the underscores.
    case ours(suffix: UInt64)
    /// The whole name.
    case other(String)
  }

  package var description: String {
    switch form {
    case .ours(let suffix):
      Timestamp.compact(startedAt) + "__" + withUnsafeBytes(of: suffix) { String(decoding: $0, as: UTF8.self) }
    case .other(let text): text
    }
  }

  /// Makes the name of a new snapshot. Of two that are begun within one second, the later one sorts behind.
  ///
  /// - Parameter newest: the newest name that the host has.
  package init(startedAt: Date, after newest: SnapshotName?, using generator: inout some RandomNumberGenerator) {
    let prefix = Timestamp.compact(startedAt) + "__"
    var text = prefix + RandomID.make(length: 8, using: &generator)
    if let newest, newest.description.hasPrefix(prefix) {
      // Random as well, but behind as many Zs as the other begins with, of which there are more than seven hardly ever.
      let head = newest.description.dropFirst(prefix.count).prefix { $0 == "Z" }
      for _ in 0..<1000 where text <= newest.description {
        text = prefix + head + RandomID.make(length: max(1, 8 - head.count), using: &generator)
      }
      // The other may be a name that another program made, behind which no such name sorts.
      if text <= newest.description { text = newest.description + RandomID.make(length: 8, using: &generator) }
    }
    let begun = Date(timeIntervalSince1970: startedAt.timeIntervalSince1970.rounded(.down))
    self = text.withBytes { SnapshotName(bytes: $0, startedAt: begun) }
  }

  /// Takes a name found on disk or typed by someone.
  ///
  /// - Returns: nil if it does not begin with a timestamp, or could not be a directory's name.
  package init?(_ text: String) {
    guard let name = text.withBytes(SnapshotName.init(_:)) else { return nil }
    self = name
  }

  /// Takes a name as the disk or the store hands it over.
  package init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    var highest: UInt8 = 0
    for byte in bytes {
      highest = max(highest, byte)
      if byte < 0x20 || byte == 0x7F || byte == UInt8(ascii: "/") { return nil }
    }
    guard bytes.count <= 255, let (begun, _) = Timestamp.prefix(of: bytes) else { return nil }
    // The controls beyond ASCII are looked for only where there is anything beyond it.
    if highest >= 0x80, String(decoding: bytes, as: UTF8.self).hasControlCharacters { return nil }
    self.init(bytes: bytes, startedAt: begun)
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, startedAt: Date) {
    self.startedAt = startedAt
    form =
      if Self.isOurs(bytes) {
        .ours(suffix: UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: 18, as: UInt64.self))
      } else {
        .other(String(decoding: bytes, as: UTF8.self))
      }
  }

  /// Whether a name that begins with a timestamp is `20260519-021500Z__` and eight characters of ASCII.
  private static func isOurs(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    bytes.count == 26 && bytes[8] == UInt8(ascii: "-") && bytes[15] == UInt8(ascii: "Z")
      && bytes[16] == UInt8(ascii: "_") && bytes[17] == UInt8(ascii: "_")
      && bytes.dropFirst(18).allSatisfy { $0 < 0x80 }
  }

  // Names are told apart as the file system does, byte by byte; strings of Swift are equal also where only the
  // normalisation differs.

  package static func == (left: SnapshotName, right: SnapshotName) -> Bool {
    guard left.startedAt == right.startedAt else { return false }
    return switch (left.form, right.form) {
    case (.ours(let left), .ours(let right)): left == right
    case (.other(let left), .other(let right)): left.utf8.elementsEqual(right.utf8)
    default: false
    }
  }

  /// The time alone: hardly ever do two snapshots of a host begin within one second.
  package func hash(into hasher: inout Hasher) { hasher.combine(startedAt) }

  package static func < (left: SnapshotName, right: SnapshotName) -> Bool {
    left.startedAt != right.startedAt
      ? left.startedAt < right.startedAt : left.description.utf8.lexicographicallyPrecedes(right.description.utf8)
  }
}

/// Where a snapshot belongs: in the retention chain, or outside of it.
package enum SnapshotKind: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Takes part in retention.
  case scheduled
  /// Made on request; removed only by name.
  case manual

  package static func < (left: SnapshotKind, right: SnapshotKind) -> Bool { left.rawValue > right.rawValue }
}

/// A snapshot among those of its host: `scheduled/20260519-021500Z__K3VQEVH7`.
package struct SnapshotID: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let kind: SnapshotKind
  package let name: SnapshotName

  package init(kind: SnapshotKind, name: SnapshotName) {
    self.kind = kind
    self.name = name
  }

  /// Reads `scheduled/20261123-021500Z__1a2b3c4d`, as `description` writes it.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let kind = SnapshotKind(rawValue: String(parts[0])),
      let name = SnapshotName(String(parts[1]))
    else { return nil }
    self.init(kind: kind, name: name)
  }

  package var description: String { "\(kind.rawValue)/\(name)" }

  /// The name alone: hardly ever do two snapshots of different kinds begin within one second.
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }

  package static func < (left: SnapshotID, right: SnapshotID) -> Bool {
    (left.name, left.kind) < (right.name, right.kind)
  }
}

/// How good a snapshot is.
package enum SnapshotStatus: String, Sendable, Hashable, CaseIterable {
  /// Everything was copied.
  case success
  /// Everything was copied but for files that vanished from the source meanwhile.
  case warning
  /// Some files could not be copied. Never counts as a good snapshot.
  case partial
  /// The metadata is missing or cannot be read.
  case unknown

  /// Good snapshots count in retention, serve as base, and keep a host fresh.
  package var isGood: Bool { self == .success || self == .warning }
}
