// What was fetched while the host listed, and how it comes into the clone.

import Glibc

/// Whole files with all that belongs to them, each with a number for its name.
struct EarlyArrivals: Sendable {
  private struct Link: Sendable {
    let path: TreePath
    let number: Int
  }

  /// What each is, by its number: one name of it.
  private(set) var files = PathList()
  /// More names of files.
  private var links: [Link] = []
  /// Files that have turned out to be in the base.
  private var surplus: Set<Int> = []
  private var sizes: [Int64] = []
  /// The size of all that have come, in bytes.
  private(set) var received: Int64 = 0
  /// The size of those that are not surplus, in bytes.
  private(set) var size: Int64 = 0
  /// How much of what has come was taken from the base, in bytes.
  private(set) var matched: Int64 = 0

  mutating func add(_ path: TreePath, size: Int, matched: Int) {
    files.append(path)
    sizes.append(Int64(size))
    received += Int64(size)
    self.size += Int64(size)
    self.matched += Int64(matched)
  }

  /// Takes in what is known at the end of the list of files that have several names.
  mutating func settle(_ survey: Survey) {
    // Most files have one name.
    var several = PathList()
    for index in survey.leaders.keys { several.append(survey.paths[index]) }
    for index in survey.namesakes.joined() { several.append(survey.paths[index]) }
    several = several.ordered()
    guard !several.isEmpty else { return }
    var numbers: [TreePath: Int] = [:]
    for (number, path) in files.enumerated() where several.contains(ordered: path) { numbers[path] = number }
    for index in survey.leaders.keys {
      if let number = numbers[survey.paths[index]] { leaveOut(number) }
    }
    for names in survey.namesakes {
      guard let first = names.first(where: { numbers[survey.paths[$0]] != nil }),
        let number = numbers[survey.paths[first]]
      else { continue }
      // A file system may not have room for all, which the transfer can say.
      guard names.count <= Self.mostNames else {
        leaveOut(number)
        continue
      }
      for name in names where name != first { links.append(Link(path: survey.paths[name], number: number)) }
    }
  }

  private mutating func leaveOut(_ number: Int) {
    if surplus.insert(number).inserted { size -= sizes[number] }
  }

  private static let mostNames = 1_000

  /// How many files there are to give names to.
  var fileCount: Int { files.count - surplus.count }

  /// How many names there are to give.
  var count: Int { fileCount + links.count }

  /// All names, in order.
  var paths: PathList {
    var all = PathList()
    for (number, path) in files.enumerated() where !surplus.contains(number) { all.append(path) }
    for link in links { all.append(link.path) }
    return all.ordered()
  }

  /// Moves all into a tree of the same file system. Directories keep their times and modes.
  ///
  /// - Parameters:
  ///   - directory: where they are.
  ///   - waste: where directories go that are in the way.
  /// - Returns: those for which there is no directory.
  func move(from directory: String, into tree: String, waste: Waste) throws(DiskError) -> [TreePath] {
    if files.isEmpty { return [] }
    let source = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard source >= 0 else { throw DiskError("open", directory) }
    defer { close(source) }
    let edit = try TreeEdit(tree)
    var missing: [TreePath] = []
    func place(
      _ path: TreePath, by operation: String, _ give: (_ directory: Int32, _ name: [CChar]) -> Int32
    ) throws(DiskError) {
      guard let target = try edit.directory(path.parent) else {
        missing.append(path)
        return
      }
      let name = path.name.cName
      try waste.remove(name, from: target, place: "\(tree)/\(path)")
      guard give(target, name) == 0 else { throw DiskError(operation, "\(tree)/\(path)") }
    }
    for link in links {
      try place(link.path, by: TreeClone.linking) { linkat(source, "\(link.number)", $0, $1, 0) }
    }
    for (number, path) in files.enumerated() where !surplus.contains(number) {
      try place(path, by: "move from \(directory) to") { renameat(source, "\(number)", $0, $1) }
    }
    try edit.finish()
    return missing
  }
}
