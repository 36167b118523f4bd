// What the clone strategy makes beside the data of an unfinished snapshot, and how the clone becomes the data.

import Glibc

/// The directories of one backup by the clone strategy. `data` is, as with every strategy, a fresh directory into which
/// rsync transfers: what a stopped backup leaves there, the next one takes over.
struct CloneWorkspace: Sendable {
  /// Where rsync puts what it transfers, and where in the end the whole tree is.
  let data: String
  /// Where the clone grows.
  let clone: String
  /// What has left the clone to be fetched again.
  let former: String
  /// What earlier backups that were not completed have of what is to be fetched.
  private let taken: String
  /// What has come while the host listed its files.
  let arrived: String
  /// What the transfer is asked for.
  let list: String
  private let cut: String
  private let spent: String

  /// - Parameter unfinished: the directory of an unfinished snapshot.
  init(in unfinished: String) {
    data = "\(unfinished)/data"
    clone = "\(unfinished)/clone"
    former = "\(unfinished)/former"
    taken = "\(unfinished)/taken"
    arrived = "\(unfinished)/arrived"
    cut = "\(unfinished)/cut"
    spent = "\(unfinished)/spent"
    list = "\(unfinished)/meta/differing"
  }

  func prepare() throws(DiskError) {
    for path in [clone, former, taken, arrived, cut] { try Disk.makeDirectory(path) }
  }

  func waste() throws(DiskError) -> Waste { try Waste(cut) }

  /// Writes the list that the transfer reads: see `RsyncCommand.transferArguments`.
  func write(_ handed: PathList) throws(DiskError) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(handed.byteCount + 3 * handed.count)
    for path in handed {
      bytes.append(contentsOf: "./".utf8)
      bytes.append(contentsOf: path.bytes)
      bytes.append(0)
    }
    try Disk.write(bytes: bytes, to: list)
  }

  /// Gathers what other trees have of some paths. What one of them does not give is fetched instead.
  ///
  /// - Parameter remark: is told of a tree that could not be read to its end.
  /// - Returns: a tree for each of them.
  func take(
    _ paths: PathList, from others: [String], remark: (String) -> Void
  ) throws(DiskError) -> [String] {
    var trees: [String] = []
    for other in others {
      let tree = "\(taken)/\(trees.count + 1)"
      try Disk.makeDirectory(tree)
      do {
        try BasisTree(tree).link(paths, from: Descent(other))
      } catch {
        if error.isOutOfSpace { throw error }
        remark("what an earlier backup has brought could not all be used, and is fetched again: \(error)")
      }
      trees.append(tree)
    }
    return trees
  }

  /// Makes the clone the data.
  func finish() throws(DiskError) {
    try Disk.move(data, to: spent)
    try Disk.move(clone, to: data)
    try discard()
  }

  /// Removes all but the data.
  func discard() throws(DiskError) {
    for path in [clone, former, taken, arrived, cut, spent] { try Self.remove(path) }
    unlink(list)
  }

  /// Removes the data too, which begins as an empty directory again.
  func startAfresh() throws(DiskError) {
    try discard()
    try Self.remove(data)
    try Disk.makeDirectory(data)
  }

  private static func remove(_ path: String) throws(DiskError) {
    guard try Disk.isDirectory(path) else { return }
    try TreeRemoval.removeContents(of: path)
    guard rmdir(path) == 0 else { throw DiskError("delete", path) }
  }
}
