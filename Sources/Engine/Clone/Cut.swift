// The cut: everything that differs leaves the clone before anything is fetched, so that no file that an older snapshot
// shares is ever written to or given another attribute.

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

  func carryOut(_ differences: Differences) throws(DiskError) {
    let edit = try TreeEdit(clone)
    for path in differences.cut where path != .root {
      guard let directory = try edit.directory(path.parent) else { continue }
      try waste.remove(path.name.cName, from: directory, place: "\(clone)/\(path)")
    }
    try edit.finish()
    try makeWay(for: differences.directories)
    try empty(differences.emptied)
  }

  private func makeWay(for directories: PathList) throws(DiskError) {
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
