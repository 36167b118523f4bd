// Directories and symbolic links that differ, and of which a host's list says all there is to say: they are made from it,
// and no transfer has to bring them.
//
// Wherever a file is made, renamed or deleted, the time of its directory changes. So there would hardly be a night without
// a transfer, whatever else comes with the list.

import CLinux
import Glibc

/// What is to be made. It is not much, and what is not taken is for the transfer.
struct ToldNodes: Sendable {
  private struct Node: Sendable {
    let mode: mode_t
    let owner: uid_t
    let group: gid_t
    let time: timespec
    /// Where a symbolic link leads; nil for a directory.
    let target: [UInt8]?
  }

  /// What was made of it.
  struct Made: Sendable {
    /// Everything that is as it is to be, in order.
    var paths = PathList()
    /// What of that is new.
    var created = PathList()
    /// Of each directory, the mode that it is to get when all else is done; nil if it has its mode.
    var modes: [TreePath: mode_t?] = [:]
  }

  /// The directory before what is in it, as hosts list them.
  private var paths = PathList()
  private var nodes: [Node] = []
  /// What names and targets may still take, in bytes.
  private var room = 4 << 20
  private static let most = 10_000

  /// - Parameter entry: a directory or link without ACL and extended attributes.
  mutating func add(_ path: TreePath, _ entry: ListedEntry) {
    let target = entry.kind == S_IFLNK ? entry.target : nil
    let size = path.bytes.count + (target?.count ?? 0)
    guard nodes.count < Self.most, size <= room, target.map({ !$0.isEmpty && !$0.contains(0) }) ?? true else { return }
    room -= size
    paths.append(path)
    nodes.append(
      Node(
        mode: entry.mode & 0o7777, owner: entry.owner, group: entry.group,
        time: timespec(tv_sec: Int(entry.seconds), tv_nsec: entry.nanoseconds), target: target))
  }

  /// Makes all in a clone after the cut. What cannot be made what it is to be is not among what was made, and a transfer
  /// tells why.
  func make(in tree: String) throws(DiskError) -> Made {
    var made = Made()
    let new = try makeNames(in: tree, &made)
    try complete(in: tree, new: new, &made)
    made.paths = made.paths.ordered()
    return made
  }

  /// - Returns: the directories that were not there.
  private func makeNames(in tree: String, _ made: inout Made) throws(DiskError) -> Set<TreePath> {
    let edit = try TreeEdit(tree)
    var new: Set<TreePath> = []
    for (path, node) in zip(paths, nodes) where path != .root {
      // Its directory may be one that the transfer brings.
      guard let parent = try edit.directory(path.parent) else { continue }
      let name = path.name.cName
      if let target = node.target {
        guard symlinkat(target.cName, parent, name) == 0 else {
          try Self.check("create", "\(tree)/\(path)")
          continue
        }
        if fchownat(parent, name, node.owner, node.group, AT_SYMLINK_NOFOLLOW) == 0,
          utimensat(parent, name, [node.time, node.time], AT_SYMLINK_NOFOLLOW) == 0
        {
          made.paths.append(path)
          made.created.append(path)
        } else {
          guard unlinkat(parent, name, 0) == 0 else { throw DiskError("delete", "\(tree)/\(path)") }
        }
      } else if mkdirat(parent, name, 0o700) == 0 {
        // One that could not be completed would be in the way of noticing that the transfer has not brought it.
        if fchownat(parent, name, node.owner, node.group, AT_SYMLINK_NOFOLLOW) == 0, Self.isBare(name, in: parent) {
          new.insert(path)
        } else {
          guard unlinkat(parent, name, AT_REMOVEDIR) == 0 else { throw DiskError("delete", "\(tree)/\(path)") }
        }
      } else if errno != EEXIST {
        try Self.check("create", "\(tree)/\(path)")
      }
    }
    try edit.finish()
    return new
  }

  /// Gives directories what belongs to them. Nothing is done to what is in them any more that would leave a trace on them.
  private func complete(in tree: String, new: Set<TreePath>, _ made: inout Made) throws(DiskError) {
    let descent = try Descent(tree)
    for (path, node) in zip(paths, nodes) where node.target == nil {
      guard let directory = try descent.directory(path), flistxattr(directory, nil, 0) <= 0,
        fchown(directory, node.owner, node.group) == 0
      else { continue }
      let place = "\(tree)/\(path)"
      guard fchmod(directory, node.mode | AttributeCopier.access) == 0 else {
        throw DiskError("give its mode to", place)
      }
      guard futimens(directory, [node.time, node.time]) == 0 else { throw DiskError("give its time to", place) }
      made.paths.append(path)
      if new.contains(path) { made.created.append(path) }
      made.modes.updateValue(
        node.mode & AttributeCopier.access == AttributeCopier.access ? nil : node.mode, forKey: path)
    }
  }

  /// Whether something has neither an ACL, as it may have got from its directory, nor a label.
  private static func isBare(_ name: [CChar], in directory: Int32) -> Bool {
    // With no room given, the length is told.
    var nothing: CChar = 0
    return name.withUnsafeBufferPointer { name in
      name.baseAddress.map { NamedFile($0, in: directory).list(&nothing, 0) <= 0 } ?? false
    }
  }

  /// - Throws: if the error is one that a transfer would meet as well.
  private static func check(_ operation: String, _ place: @autoclosure () -> String) throws(DiskError) {
    let error = DiskError(operation, place())
    if error.isOutOfSpace || error.code == EIO { throw error }
  }
}
