// What a survey has found: the paths in which the source differs from the base, in little room. It is made of the lines
// of rsync's dry run, or path by path of a host's own list.

import Glibc
import Spec

/// In what the source differs from the base.
struct Survey: Sendable {
  enum Kind: UInt8, Sendable {
    /// No directory: new, or different in content or in any attribute.
    case entry
    /// A directory: new, or different in an attribute.
    case directory
    /// Another name of a file; `leaders` has which.
    case linked
    case deleted
  }

  /// Why a survey is of no use, whatever else it says.
  enum Fault: Sendable, Hashable {
    /// Something came that is no line of a survey.
    case notUnderstood(String)
    /// There are more paths than are worth it: nearly everything differs.
    case tooLong
  }

  /// Every path that was listed as different, in the order in which rsync came to it, and what it is.
  private(set) var paths = PathList()
  private(set) var kinds: [Kind] = []
  /// Of paths that are linked, by their place in `paths`, the file that they are names of.
  private(set) var leaders: [Int: TreePath] = [:]
  /// Paths, by their places in `paths`, that are names of one file which differs. A dry run does not tell these.
  private(set) var namesakes: [[Int]] = []
  private(set) var fault: Fault?

  /// How long all names together may be.
  let limit: Int
  /// Whether rsync was asked to list what is the same as well.
  let listsEverything: Bool
  /// Whether every path that differs is listed. rsync lists of the names of one file some only, where all differ alike.
  let namesEveryDifference: Bool
  /// If everything is listed: the directories, and hashes of those in which something was listed.
  private var directories = PathList()
  private var filled: Set<Int> = []
  private var pending: [UInt8] = []

  static let usualLimit = 8 << 20

  init(listsEverything: Bool = false, namesEveryDifference: Bool = false, limit: Int = Survey.usualLimit) {
    self.listsEverything = listsEverything
    self.namesEveryDifference = namesEveryDifference
    self.limit = limit
  }

  /// Takes the next bytes of standard output.
  ///
  /// - Returns: the lines among them that are rsync's closing figures.
  mutating func take(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var figures: [UInt8] = []
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      pending.append(contentsOf: rest[..<end])
      rest = rest[rest.index(after: end)...]
      if SurveyLine.isFigure(pending[...]) {
        figures += pending + [UInt8(ascii: "\n")]
      } else if fault == nil {
        take(line: pending[...])
      }
      pending.removeAll(keepingCapacity: true)
    }
    if pending.count + rest.count > SurveyLine.longest {
      fault = fault ?? .notUnderstood(Self.shown(pending + rest.prefix(SurveyLine.longest)))
      // The rest of the line is of no use, but its end has to be found.
      pending.removeAll(keepingCapacity: true)
    } else {
      pending.append(contentsOf: rest)
    }
    return figures
  }

  /// Nothing more comes.
  mutating func finish() {
    guard !pending.isEmpty, fault == nil else { return }
    fault = .notUnderstood(Self.shown(pending))
  }

  private mutating func take(line: ArraySlice<UInt8>) {
    switch SurveyLine(parsing: line) {
    case .differs(let path, isDirectory: let isDirectory):
      add(path, isDirectory ? .directory : .entry)
      note(path, isDirectory: isDirectory)
    case .linked(let path, leader: let leader):
      leaders[paths.count] = leader
      add(path, .linked)
      note(path, isDirectory: false)
    case .deleted(let path): add(path, .deleted)
    case .same(let path, isDirectory: let isDirectory): note(path, isDirectory: isDirectory)
    case nil: fault = .notUnderstood(Self.shown(Array(line)))
    }
  }

  /// Adds a path that was not added before.
  mutating func add(_ path: TreePath, _ kind: Kind) {
    paths.append(path)
    kinds.append(kind)
    if paths.byteCount > limit { fault = fault ?? .tooLong }
  }

  /// Makes a path that was added another name of a file.
  mutating func link(_ index: Int, to leader: TreePath) {
    kinds[index] = .linked
    leaders[index] = leader
  }

  /// Makes paths that were added names of one file.
  mutating func unite(_ indices: [Int]) {
    if indices.count > 1 { namesakes.append(indices) }
  }

  private mutating func note(_ path: TreePath, isDirectory: Bool) {
    guard listsEverything else { return }
    if isDirectory { directories.append(path) }
    if path != .root { filled.insert(path.parent.hashValue) }
  }

  /// If everything is listed: directories in which nothing is, whatever the base has there. rsync sends a mount point as
  /// such a directory, and deletes nothing in it, for it does not look what is there.
  var emptied: [TreePath] { directories.filter { !filled.contains($0.hashValue) } }

  /// Every path that was listed, in order.
  var listed: PathList { paths.ordered() }

  private static func shown(_ line: [UInt8]) -> String { String(decoding: line, as: UTF8.self).printable(limit: 200) }
}

extension Survey {
  /// Directories of the source for which a tree has something else.
  ///
  /// - Parameter sort: what counts; anything that is no directory unless given.
  func replaced(in tree: String, sort: mode_t? = nil) throws(DiskError) -> PathList {
    let descent = try Descent(tree)
    var found = PathList()
    for index in paths.indices where kinds[index] == .directory {
      guard let status = try descent.status(paths[index]) else { continue }
      let present = status.st_mode & S_IFMT
      if present != S_IFDIR, sort.map({ $0 == present }) ?? true { found.append(paths[index]) }
    }
    return found.ordered()
  }
}
