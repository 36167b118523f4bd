// The cut: everything that differs leaves the clone before anything comes into it, so that no file that an older snapshot
// shares is ever written to or given another attribute. What is to be fetched again is kept beside the clone, for rsync to
// compare with.

import Glibc

/// Takes names out of a clone. Directories keep their times and modes.
struct Cut {
  private let clone: String
  private let waste: Waste

  /// - Parameters:
  ///   - clone: a tree of which all directories are its own.
  ///   - waste: where directories go.
  init(of clone: String, into waste: Waste) {
    self.clone = clone
    self.waste = waste
  }

  /// Takes out all that differs.
  ///
  /// - Parameter former: an empty directory, which gets under the same paths what is to be fetched again.
  func carryOut(_ differences: Differences, keepingIn former: String) throws(DiskError) {
    let (edit, kept) = (try TreeEdit(clone), try BasisTree(former))
    for path in differences.cut where path != .root {
      guard let directory = try edit.directory(path.parent) else { continue }
      let name = path.name.cName
      if differences.handed.contains(ordered: path), try kept.keep(name, from: directory, path) { continue }
      try waste.remove(name, from: directory, place: "\(clone)/\(path)")
    }
    try edit.finish()
    try makeWay(for: differences.directories)
    try empty(differences.emptied)
  }

  /// Takes out what is in the way of directories.
  func makeWay(for directories: PathList) throws(DiskError) {
    let edit = try TreeEdit(clone)
    for path in directories where path != .root {
      guard let parent = try edit.directory(path.parent) else { continue }
      var status = stat()
      guard fstatat(parent, path.name.cName, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
        if errno == ENOENT { continue }
        throw DiskError("look at", "\(clone)/\(path)")
      }
      guard status.st_mode & S_IFMT != S_IFDIR else { continue }
      try waste.remove(path.name.cName, from: parent, place: "\(clone)/\(path)")
    }
    try edit.finish()
  }

  private func empty(_ directories: [TreePath]) throws(DiskError) {
    let (edit, scan) = (try TreeEdit(clone), DirectoryScan())
    for path in directories {
      guard let directory = try edit.directory(path) else { continue }
      for entry in try scan.all(of: directory, in: "\(clone)/\(path)") {
        try waste.remove(entry.name, from: directory, place: "\(clone)/\(path)")
      }
    }
    try edit.finish()
  }
}
