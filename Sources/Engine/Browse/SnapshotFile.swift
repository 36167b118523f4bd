// A regular file of a snapshot, opened: it is read to its end whatever becomes of the snapshot meanwhile.

import Foundation
import Spec

/// An open file.
package struct SnapshotFile: Sendable {
  package let path: SnapshotPath
  package let entry: SnapshotEntry
  private let descriptor: OpenDescriptor
  private let tree: SnapshotTree

  /// How much is read at a time, in bytes.
  package static let chunk = 256 << 10

  init(path: SnapshotPath, entry: SnapshotEntry, descriptor: OpenDescriptor, tree: SnapshotTree) {
    self.path = path
    self.entry = entry
    self.descriptor = descriptor
    self.tree = tree
  }

  package var size: Int64 { entry.size }

  /// What is the same only for the same content: the file's number, its size and its time.
  package var tag: String { entry.identity.tag }

  /// Reads some of it.
  ///
  /// - Throws: `SnapshotTreeError.changed` if it is not so long any more, rather than giving less.
  package func bytes(at offset: Int64, count: Int) throws -> [UInt8] {
    let (bytes, now) = try tree.reading(path) { () throws(SystemFailure) in
      (try descriptor.bytes(at: offset, count: count), SnapshotEntry(entry.name, try descriptor.status()).identity)
    }
    guard bytes.count == count, now == entry.identity else { throw SnapshotTreeError.changed(path) }
    return bytes
  }

  /// Its extended attributes: see `OpenDescriptor.attributes`.
  func attributes(limit: Int) throws(SystemFailure) -> [(name: [UInt8], value: [UInt8])]? {
    try descriptor.attributes(limit: limit)
  }

  /// Hands over a part of it, piece by piece, without blocking the tasks' own threads.
  package func read(_ range: Range<Int64>, _ take: ([UInt8]) async throws -> Void) async throws {
    var offset = range.lowerBound
    while offset < range.upperBound {
      try Task.checkCancellation()
      let count = Int(min(Int64(Self.chunk), range.upperBound - offset))
      let bytes = try await blocking { [offset] in try self.bytes(at: offset, count: count) }
      try await take(bytes)
      offset += Int64(count)
    }
  }
}
