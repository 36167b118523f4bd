// The graft: what a transfer has brought into a directory of its own becomes part of the clone, by renaming.
//
// rsync is never let into the clone itself: a host that sends more than it was asked for could have it give other
// attributes to a file there, which older snapshots share. And what it was not asked for is left out.

import Glibc

/// Moves one tree into another of the same file system. What is in the way gives way.
struct Graft {
  private let arrived: String
  private let clone: String
  private let waste: Waste

  /// - Parameters:
  ///   - arrived: what the transfer has made; directories without content are left of it.
  ///   - clone: the tree that it comes into.
  ///   - waste: where directories go that are in the way.
  init(of arrived: String, onto clone: String, waste: Waste) {
    self.arrived = arrived
    self.clone = clone
    self.waste = waste
  }

  private struct Pending {
    var paths = PathList([.root])
    /// What each was like when it was seen from above.
    var modes: [mode_t?] = [nil]
  }

  /// Moves what was asked for, and gives the clone's directories what the arrived ones of the same paths have.
  ///
  /// - Parameter asked: in order; directories on the way to it are asked for too.
  /// - Returns: for each of these directories the mode that it is still to get; nil for those that have theirs.
  func carryOut(asked: PathList) throws -> [TreePath: mode_t?] {
    try leaveOut(besides: asked)
    return try move()
  }

  private func leaveOut(besides asked: PathList) throws {
    var surplus = PathList()
    try TreeWalk.visit(arrived) { directory, entry in
      let path = directory.appending(entry.name)
      if !asked.leads(to: path) { surplus.append(path) }
    }
    let edit = try TreeEdit(arrived)
    for path in surplus {
      // What is in a directory that was left out went with it.
      guard let directory = try edit.directory(path.parent) else { continue }
      try waste.remove(path.name.cName, from: directory, place: "\(arrived)/\(path)")
    }
    try edit.finish()
  }

  private func move() throws(DiskError) -> [TreePath: mode_t?] {
    let (source, target) = (try Descent(arrived), try Descent(clone))
    let (scan, attributes) = (DirectoryScan(), AttributeCopier())
    var settled: [TreePath: mode_t?] = [:]
    var pending = Pending()
    while let path = pending.paths.popLast(), let seen = pending.modes.popLast() {
      guard let from = try source.directory(path), let to = try target.directory(path) else {
        throw DiskError("find again", "\(clone)/\(path)", code: ENOENT)
      }
      var status = stat()
      guard fstat(from, &status) == 0 else { throw DiskError("look at", "\(arrived)/\(path)") }
      if let seen { status.st_mode = seen }
      try openUp(to, "\(clone)/\(path)")
      for entry in try scan.all(of: from, in: "\(arrived)/\(path)") {
        let child = path.appending(entry.name.dropLast().map { UInt8(bitPattern: $0) })
        // A directory that its owner may not write to does not get another parent.
        let mode = entry.isDirectory ? try openedUp(entry.name, in: from, child) : 0
        if try move(entry.name, isDirectory: entry.isDirectory, from: from, to: to, child) {
          guard entry.isDirectory else { continue }
          let isOpen = mode & AttributeCopier.access == AttributeCopier.access
          settled.updateValue(isOpen ? nil : mode & 0o7777, forKey: child)
        } else {
          pending.paths.append(child)
          pending.modes.append(mode)
        }
      }
      let mode = try attributes.complete(to, like: from, status, place: "\(clone)/\(path)")
      settled.updateValue(mode, forKey: path)
    }
    return settled
  }

  /// - Returns: false for a directory that the clone has as well; its entries are moved one by one.
  private func move(
    _ name: [CChar], isDirectory: Bool, from: Int32, to: Int32, _ path: TreePath
  ) throws(DiskError) -> Bool {
    var present = stat()
    if fstatat(to, name, &present, AT_SYMLINK_NOFOLLOW) == 0 {
      let isPresentDirectory = present.st_mode & S_IFMT == S_IFDIR
      if isDirectory, isPresentDirectory { return false }
      try waste.remove(name, from: to, place: "\(clone)/\(path)")
    }
    guard renameat(from, name, to, name) == 0 else { throw DiskError("move from \(arrived) to", "\(clone)/\(path)") }
    return true
  }

  /// Lets the owner, who may not be root, work in a directory of the clone; it gets its mode afterwards.
  private func openUp(_ directory: Int32, _ place: @autoclosure () -> String) throws(DiskError) {
    var status = stat()
    guard fstat(directory, &status) == 0 else { throw DiskError("look at", place()) }
    guard status.st_mode & AttributeCopier.access != AttributeCopier.access else { return }
    guard fchmod(directory, status.st_mode & 0o7777 | AttributeCopier.access) == 0 else {
      throw DiskError("open up", place())
    }
  }

  /// Does the same to an arrived directory that cannot be opened yet.
  /// - Returns: the mode that it had.
  private func openedUp(_ name: [CChar], in directory: Int32, _ path: TreePath) throws(DiskError) -> mode_t {
    var status = stat()
    guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      throw DiskError("look at", "\(arrived)/\(path)")
    }
    if status.st_mode & AttributeCopier.access != AttributeCopier.access {
      guard fchmodat(directory, name, status.st_mode & 0o7777 | AttributeCopier.access, 0) == 0 else {
        throw DiskError("open up", "\(arrived)/\(path)")
      }
    }
    return status.st_mode
  }
}
