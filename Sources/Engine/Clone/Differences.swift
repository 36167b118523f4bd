// What follows from a survey: what goes from the clone, what is linked within it, and what the transfer is to fetch.

import Glibc

/// What has to be done to a clone of the base to make it the source's tree.
struct Differences: Sendable {
  struct Link: Sendable, Hashable {
    let path: TreePath
    let leader: TreePath
  }

  /// Whatever the clone has under these paths goes. In order.
  let cut: PathList
  /// Whatever the clone has under these paths goes, unless it is a directory. In order.
  let directories: PathList
  /// Directories of the clone in which everything goes.
  let emptied: [TreePath]
  /// New names of files that are the same on both sides.
  let links: [Link]
  /// What the transfer is asked for, in order: all that is cut and not deleted or linked, and the directories. The top of
  /// the tree is not among it, and neither is what is here already.
  private(set) var handed: PathList
  /// Whether the transfer is to bring the attributes of the top of the tree.
  private(set) var includesTop: Bool

  /// - Parameters:
  ///   - survey: what differs.
  ///   - base: the tree of which there is a clone already.
  ///   - arrived: files that were fetched with the survey, in order.
  /// - Throws: `CloneObstacle`, `DiskError`.
  init(_ survey: Survey, base: String, arrived: PathList) throws {
    let listed = survey.listed
    let mates = try Self.mates(in: survey, listed: listed, base: base)
    let (links, followers) = try Self.links(in: survey, mates: mates)
    var (cut, directories, handed) = (PathList(), PathList(), PathList())
    for (path, kind) in zip(survey.paths, survey.kinds) {
      switch kind {
      case .entry:
        cut.append(path)
        if !arrived.contains(ordered: path) { handed.append(path) }
      case .directory:
        directories.append(path)
        if path != .root { handed.append(path) }
      case .linked, .deleted: cut.append(path)
      }
    }
    for path in mates {
      cut.append(path)
      handed.append(path)
    }
    for path in followers { handed.append(path) }
    self.cut = cut.ordered()
    self.directories = directories.ordered()
    self.links = links
    self.handed = handed.ordered()
    try Self.checkNothingIsBelowFiles(self.handed, files: self.cut)
    includesTop = self.directories.first == .root
    emptied = survey.emptied
  }

  /// Leaves out of the transfer what is there without it.
  ///
  /// - Parameter made: in order.
  mutating func leaveOut(_ made: PathList) {
    guard !made.isEmpty else { return }
    handed = PathList(handed.lazy.filter { !made.contains(ordered: $0) })
    includesTop = includesTop && !made.contains(ordered: .root)
  }

  /// Makes sure that nothing is to be fetched below what is no directory. rsync would look for it in an earlier tree,
  /// where a symbolic link of that name could lead to any file of this machine.
  private static func checkNothingIsBelowFiles(_ handed: PathList, files: PathList) throws(BackupFailure) {
    var file: TreePath?
    for path in handed {
      if let file, path.bytes.starts(with: file.bytes + [TreePath.slash]) {
        throw BackupFailure(
          .protocolMismatch,
          "the host says of \(file) that it is no directory, and that \(path) is below it. Nothing was fetched: an "
            + "rsync there does not say so, and who has put another in its place may want files of this server")
      }
      // In order, all that is below a path follows it.
      if files.contains(ordered: path) { file = path }
    }
  }

  // MARK: - Hard links

  /// What is the same file in the base as something that differs, and was not listed itself. Of the names of one file,
  /// rsync lists in a dry run only some where all differ alike; and where only one differs, the others are to become
  /// names of the same file again.
  private static func mates(in survey: Survey, listed: PathList, base: String) throws -> PathList {
    guard !survey.namesEveryDifference else { return PathList() }
    var wanted: Set<UInt64> = []
    let descent = try Descent(base)
    for index in survey.paths.indices where survey.kinds[index] == .entry {
      guard let status = try descent.status(survey.paths[index]), status.st_mode & S_IFMT != S_IFDIR else { continue }
      // One name in the base and one in the clone.
      if status.st_nlink != 2 { wanted.insert(UInt64(status.st_ino)) }
    }
    guard !wanted.isEmpty else { return PathList() }
    var met: Set<UInt64> = []
    var mates = PathList()
    let emptied = Set(survey.emptied)
    try TreeWalk.visit(base) { directory, entry in
      guard wanted.contains(entry.inode) else { return }
      met.insert(entry.inode)
      let path = directory.appending(entry.name)
      if !listed.contains(ordered: path), !isBelow(emptied, path) { mates.append(path) }
    }
    guard met.count == wanted.count else { throw CloneObstacle.inodesUntold }
    return mates
  }

  private static func isBelow(_ directories: Set<TreePath>, _ path: TreePath) -> Bool {
    guard !directories.isEmpty else { return false }
    var path = path
    while path != .root {
      path = path.parent
      if directories.contains(path) { return true }
    }
    return false
  }

  /// New names of files: where the file is the same on both sides they are made in the clone, and else the transfer makes
  /// them together with it.
  private static func links(in survey: Survey, mates: PathList) throws -> (links: [Link], followers: [TreePath]) {
    guard !survey.leaders.isEmpty else { return ([], []) }
    func paths(_ kinds: Survey.Kind...) -> PathList {
      var list = PathList()
      for (path, kind) in zip(survey.paths, survey.kinds) where kinds.contains(kind) { list.append(path) }
      return list.ordered()
    }
    let (differing, others, mates) = (paths(.entry), paths(.linked, .deleted, .directory), mates.ordered())
    var links: [Link] = []
    var followers: [TreePath] = []
    for (index, leader) in survey.leaders {
      let path = survey.paths[index]
      if differing.contains(ordered: leader) || mates.contains(ordered: leader) {
        followers.append(path)
      } else {
        guard !others.contains(ordered: leader) else { throw CloneObstacle.leaderUnclear(leader) }
        links.append(Link(path: path, leader: leader))
      }
    }
    return (links.sorted { $0.path < $1.path }, followers)
  }
}
