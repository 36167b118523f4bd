// The tree of a finished snapshot, for looking into it. It holds what a machine has put there that nobody here vouches
// for, so everything is reached from the snapshot's own directory, name by name, and through no symbolic link; only
// directories and regular files are opened.

import Foundation
import Glibc
package import Spec

/// A snapshot that is looked into. It may be pruned meanwhile: what is read is read from its own directory, wherever that
/// has been moved, and once its deletion has begun, that is an error.
package struct SnapshotTree: Sendable {
  package let host: HostName
  package let id: SnapshotID
  private let hostDirectory: OpenDescriptor
  private let snapshot: OpenDescriptor
  private let data: OpenDescriptor

  /// - Throws: `SnapshotTreeError.noSnapshot` if there is none of that name.
  package init(opening id: SnapshotID, of directory: HostDirectory) throws {
    host = directory.host
    self.id = id
    do throws(SystemFailure) {
      // The operator may have linked the backup root itself to elsewhere; below it all is pobsync's own.
      let root = try OpenDescriptor.directory(directory.parent)
      hostDirectory = try root.directory(named: Array(directory.host.description.utf8))
      snapshot = try hostDirectory.directory(named: Array(id.kind.rawValue.utf8))
        .directory(named: Array(id.name.description.utf8))
      data = try snapshot.directory(named: Array("data".utf8))
    } catch {
      guard error.isAbsence else { throw DiskError("open", directory.data(of: id), code: error.code) }
      throw SnapshotTreeError.noSnapshot(directory.host, id)
    }
  }

  // MARK: - Looking

  /// What there is under a path; of a link, the link itself.
  package func entry(at path: SnapshotPath) throws -> SnapshotEntry {
    guard let name = path.name, let parent = path.parent else {
      return try reading(path) { () throws(SystemFailure) in SnapshotEntry([], try data.status()) }
    }
    let directory = try directory(at: parent)
    return try reading(path) { () throws(SystemFailure) in try Self.entry(name, in: directory) }
  }

  /// A directory's entries in their order, which is that of their bytes, with directories first.
  ///
  /// - Parameters:
  ///   - place: as the listing before has given it: what comes after.
  ///   - limit: how many at most. There may be more in a directory than there is memory for.
  package func list(
    _ path: SnapshotPath, after place: SnapshotListing.Place? = nil, limit: Int = SnapshotListing.most
  ) throws -> SnapshotListing {
    let directory = try directory(at: path)
    var first = FirstPlaces(limit + 1)
    var total = 0
    let reader = try reading(path) { () throws(SystemFailure) in try directory.reader() }
    while let (name, isKnown) = try reading(path, { () throws(SystemFailure) in try reader.next() }) {
      total += 1
      let isDirectory = isKnown ?? ((try? directory.status(of: name)).map { SnapshotEntry.Kind($0) } == .directory)
      let found = SnapshotListing.Place(isDirectory: isDirectory, name: name)
      if place.map({ $0 < found }) ?? true { first.add(found) }
    }
    let places = first.sorted
    let entries = try places.prefix(limit).map { place in
      try reading(path.appending(place.name)) { () throws(SystemFailure) in try Self.entry(place.name, in: directory) }
    }
    try checkWhole()
    return SnapshotListing(
      entries: entries, total: total, next: places.count > limit ? places.prefix(limit).last : nil)
  }

  /// Opens a regular file.
  /// - Throws: `SnapshotTreeError.notAFile` for anything else, which is not opened.
  package func file(at path: SnapshotPath) throws -> SnapshotFile {
    guard let name = path.name, let parent = path.parent else { throw SnapshotTreeError.notAFile(path, .directory) }
    let directory = try directory(at: parent)
    return try file(name, in: directory, at: path)
  }

  /// A directory with everything in it, as the bytes of a tar archive.
  /// - Parameter name: what the directory is called in the archive.
  package func tar(of path: SnapshotPath, named name: [UInt8]) throws -> TarStream {
    TarStream(try TarWalk(of: try directory(at: path), at: path, named: name, in: self))
  }

  // MARK: - Steps

  /// A directory, to be looked into.
  func directory(at path: SnapshotPath) throws -> OpenDescriptor {
    var current = data
    for (index, name) in path.components.enumerated() {
      do throws(SystemFailure) {
        current = try current.directory(named: name)
      } catch {
        let place = path.prefix(index + 1)
        guard error.isAbsence, let kind = (try? current.status(of: name)).map({ SnapshotEntry.Kind($0) }) else {
          throw failure(error, at: place)
        }
        throw kind == .link ? SnapshotTreeError.behindLink(place) : SnapshotTreeError.notADirectory(place, kind)
      }
    }
    return current
  }

  func file(_ name: [UInt8], in directory: OpenDescriptor, at path: SnapshotPath) throws -> SnapshotFile {
    try reading(path) { () throws(SystemFailure) -> Swift.Result<SnapshotFile, SnapshotTreeError> in
      // First looked at without being opened: to open a device may do things, and a FIFO waits.
      let found = try directory.entry(named: name)
      let entry = SnapshotEntry(name, try found.status())
      guard entry.kind == .file else { return .failure(.notAFile(path, entry.kind)) }
      return .success(SnapshotFile(path: path, entry: entry, descriptor: try found.openedForReading(), tree: self))
    }.get()
  }

  static func entry(_ name: [UInt8], in directory: OpenDescriptor) throws(SystemFailure) -> SnapshotEntry {
    let status = try directory.status(of: name)
    let isLink = SnapshotEntry.Kind(status) == .link
    return SnapshotEntry(name, status, target: isLink ? try directory.target(of: name) : nil)
  }

  /// Does something, and words what goes wrong.
  func reading<Result>(_ path: SnapshotPath, _ body: () throws(SystemFailure) -> Result) throws -> Result {
    do throws(SystemFailure) {
      return try body()
    } catch {
      throw failure(error, at: path)
    }
  }

  private func failure(_ error: SystemFailure, at path: SnapshotPath) -> any Error {
    guard error.isAbsence || error.code == ESTALE else {
      return DiskError("read", "\(path) of \(host) \(id)", code: error.code)
    }
    do {
      try checkWhole()
      return SnapshotTreeError.notFound(path)
    } catch {
      return error
    }
  }

  // MARK: - Wholeness

  /// Makes sure that nothing of the snapshot has been deleted so far. Deletion begins with a mark in its name in the
  /// trash, so that what was read before this has been read whole.
  ///
  /// - Throws: `SnapshotTreeError.deleted`.
  package func checkWhole() throws {
    // It may come back out of the trash between the two looks.
    for _ in 0..<2 {
      if try isInPlace() { return }
      if try isWholeInTrash() { return }
    }
    throw SnapshotTreeError.deleted(host, id)
  }

  private func isInPlace() throws -> Bool {
    guard let directory = try? hostDirectory.directory(named: Array(id.kind.rawValue.utf8)),
      let status = try? directory.status(of: Array(id.name.description.utf8))
    else { return false }
    return try isSame(status)
  }

  private func isWholeInTrash() throws -> Bool {
    guard let trash = try? hostDirectory.directory(named: Array(".trash".utf8)), let reader = try? trash.reader() else {
      return false
    }
    while let (name, _) = try? reader.next() {
      guard let status = try? trash.status(of: name), try isSame(status) else { continue }
      return !TrashEntry(fileName: String(decoding: name, as: UTF8.self)).isBeingDeleted
    }
    return false
  }

  private func isSame(_ status: stat) throws -> Bool {
    do throws(SystemFailure) {
      let own = try snapshot.status()
      return own.st_dev == status.st_dev && own.st_ino == status.st_ino
    } catch {
      throw DiskError("look at", "\(host) \(id)", code: error.code)
    }
  }
}

/// Why something of a snapshot is not read.
package enum SnapshotTreeError: Error, Sendable, Hashable, CustomStringConvertible {
  case noSnapshot(HostName, SnapshotID)
  case notFound(SnapshotPath)
  case notADirectory(SnapshotPath, SnapshotEntry.Kind)
  case notAFile(SnapshotPath, SnapshotEntry.Kind)
  /// What comes after this in a path lies where a symbolic link leads, which is nowhere within the snapshot.
  case behindLink(SnapshotPath)
  /// Its deletion has begun while it was read.
  case deleted(HostName, SnapshotID)
  /// A file is not any more what it was when it was opened.
  case changed(SnapshotPath)
  case tooDeep(SnapshotPath)

  package var description: String {
    switch self {
    case .noSnapshot(let host, let id): "host \(host) has no snapshot \(id)"
    case .notFound(let path): "there is no \(path) in the snapshot"
    case .notADirectory(let path, let kind): "\(path) is no directory, but \(kind.noun)"
    case .notAFile(let path, let kind): "\(path) is no regular file, but \(kind.noun)"
    case .behindLink(let path): "\(path) is a symbolic link, which is not followed: look up where it leads by itself"
    case .deleted(let host, let id):
      "snapshot \(id) of \(host) is being deleted, so that what was read of it is not whole; take another snapshot"
    case .changed(let path): "\(path) has changed while it was read; nothing may change a snapshot: check the disk"
    case .tooDeep(let path): "\(path) lies too deep for one archive; take a directory further down"
    }
  }
}
