// A directory of a snapshot as a tar archive, made while it is read: no more of it is held than one piece, however large
// the directory is.

import Foundation
import Glibc
import Spec

/// The bytes of an archive, one piece after the other. Where it cannot be made whole it fails, and never just ends.
package final class TarStream: Sendable {
  /// What is not in the archive.
  package struct Omissions: Sendable, Hashable {
    /// Which only a running program can make anew.
    package var sockets = 0
    /// Files and directories whose extended attributes were too many.
    package var attributes = 0

    package init(sockets: Int = 0, attributes: Int = 0) {
      self.sockets = sockets
      self.attributes = attributes
    }
  }

  private let walk: Locked<TarWalk>

  init(_ walk: TarWalk) { self.walk = Locked(walk) }

  /// - Returns: the next piece; nil after the last.
  package func next() async throws -> [UInt8]? {
    try Task.checkCancellation()
    return try await blocking { [walk] in try walk.with { try $0.next() } }
  }

  /// So far.
  package var omissions: Omissions { walk.with { $0.omissions } }
}

/// The walk through the directory, which stands still between two pieces.
struct TarWalk {
  private struct Level {
    let directory: OpenDescriptor
    let reader: DirectoryReader
    let path: SnapshotPath
    /// The directory's path in the archive, with a slash at its end.
    let name: [UInt8]
  }

  private let tree: SnapshotTree
  /// The directories on the way to where the walk stands.
  private var levels: [Level] = []
  /// The file whose content comes next, and from where on.
  private var open: (file: SnapshotFile, offset: Int64)?
  /// What was made when the walk began.
  private var pending: [UInt8] = []
  private var links = LinkMemory()
  private var isOver = false
  private(set) var omissions = TarStream.Omissions()

  /// In bytes, about.
  private static let piece = 256 << 10
  /// Each level is an open descriptor or two.
  private static let maximumDepth = 200
  /// In bytes, of one file.
  private static let mostAttributes = 1 << 20

  init(of directory: OpenDescriptor, at path: SnapshotPath, named name: [UInt8], in tree: SnapshotTree) throws {
    self.tree = tree
    pending = try enter(directory, at: path, named: name)
  }

  mutating func next() throws -> [UInt8]? {
    guard !isOver else { return nil }
    var piece = pending
    pending = []
    while piece.count < Self.piece, !isOver {
      if let (file, offset) = open {
        piece += try content(of: file, from: offset)
      } else if let level = levels.last {
        if let (name, _) = try tree.reading(level.path, { () throws(SystemFailure) in try level.reader.next() }) {
          piece += try entry(name, of: level)
        } else {
          levels.removeLast()
        }
      } else {
        // What was deleted before it was read has not been missed by anybody so far.
        try tree.checkWhole()
        piece += [UInt8](repeating: 0, count: 2 * TarHeader.block)
        isOver = true
      }
    }
    return piece
  }

  private mutating func content(of file: SnapshotFile, from offset: Int64) throws -> [UInt8] {
    let count = min(file.size - offset, Int64(SnapshotFile.chunk))
    var bytes = try file.bytes(at: offset, count: Int(count))
    if offset + count < file.size {
      open = (file, offset + count)
    } else {
      open = nil
      bytes += TarHeader.padding(after: file.size)
    }
    return bytes
  }

  private mutating func entry(_ name: [UInt8], of level: Level) throws -> [UInt8] {
    let path = level.path.appending(name)
    let found = try tree.reading(path) { () throws(SystemFailure) in
      try SnapshotTree.entry(name, in: level.directory)
    }
    let archived = level.name + name
    if found.links > 1, ![.directory, .socket].contains(found.kind),
      let first = links.firstName(of: found, orFrom: archived)
    {
      var header = TarHeader(archived, .hardLink, of: found)
      header.target = first
      return header.bytes
    }
    switch found.kind {
    case .directory:
      guard levels.count < Self.maximumDepth else { throw SnapshotTreeError.tooDeep(path) }
      let directory = try tree.reading(path) { () throws(SystemFailure) in
        try level.directory.directory(named: name)
      }
      return try enter(directory, at: path, named: archived)
    case .file: return try file(found, named: archived, of: level, at: path)
    case .link:
      var header = TarHeader(archived, .link, of: found)
      header.target = found.target ?? []
      return header.bytes
    case .fifo: return TarHeader(archived, .fifo, of: found).bytes
    case .characterDevice, .blockDevice:
      var header = TarHeader(archived, found.kind == .blockDevice ? .blockDevice : .characterDevice, of: found)
      header.device = found.device
      return header.bytes
    case .socket:
      omissions.sockets += 1
      return []
    }
  }

  private mutating func enter(
    _ directory: OpenDescriptor, at path: SnapshotPath, named name: [UInt8]
  ) throws -> [UInt8] {
    let (found, reader, attributes) = try tree.reading(path) { () throws(SystemFailure) in
      let reader = try directory.reader()
      return (
        SnapshotEntry(name, try directory.status()), reader, try reader.attributes(limit: Self.mostAttributes)
      )
    }
    let name = name + [UInt8(ascii: "/")]
    levels.append(Level(directory: directory, reader: reader, path: path, name: name))
    var header = TarHeader(name, .directory, of: found)
    header.attributes = counted(attributes)
    return header.bytes
  }

  private mutating func file(
    _ found: SnapshotEntry, named name: [UInt8], of level: Level, at path: SnapshotPath
  ) throws -> [UInt8] {
    let file = try tree.file(found.name, in: level.directory, at: path)
    var header = TarHeader(name, .file, of: file.entry)
    header.size = file.size
    header.attributes = counted(
      try tree.reading(path) { () throws(SystemFailure) in try file.attributes(limit: Self.mostAttributes) })
    if file.size > 0 { open = (file, 0) }
    return header.bytes
  }

  private mutating func counted(
    _ attributes: [(name: [UInt8], value: [UInt8])]?
  ) -> [(name: [UInt8], value: [UInt8])] {
    if attributes == nil { omissions.attributes += 1 }
    return attributes ?? []
  }
}

/// The names under which files were archived that have more names than one: nearly all have, in other snapshots. There is
/// room for some hundred thousand; files beyond that are archived again under each name.
private struct LinkMemory {
  private var names: [SnapshotEntry.Identity: [UInt8]] = [:]
  /// In bytes.
  private var room = 32 << 20
  /// In bytes, about what one costs besides the name.
  private static let cost = 100

  /// - Returns: the name that a file has in the archive already; nil if it is to be archived under this one.
  mutating func firstName(of file: SnapshotEntry, orFrom name: [UInt8]) -> [UInt8]? {
    if let first = names[file.identity] { return first }
    let cost = name.count + Self.cost
    if cost <= room {
      room -= cost
      names[file.identity] = name
    }
    return nil
  }
}

extension TarHeader {
  fileprivate init(_ path: [UInt8], _ kind: Kind, of entry: SnapshotEntry) {
    self.init(path, kind)
    mode = entry.mode
    user = entry.user
    group = entry.group
    modified = entry.modified
  }
}
