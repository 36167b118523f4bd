// Holds what a host lists against the base, directory by directory, as it comes: what differs in content or in any
// attribute, what is new, and what is there no more.

import Glibc
import Spec

/// Makes a survey of a list of files and a tree, by rsync's rules: a file is the same that has the same size and time, and
/// what differs in any attribute differs. Used by one thread.
///
/// No more of the list is kept than what differs, the directories whose content is still to come, and the names of files
/// that have several.
final class BaseComparison {
  /// What was counted on the way.
  struct Count: Sendable {
    /// Entries of the source, by what they are.
    var listed: [mode_t: Int64] = [:]
    /// Entries of the source that the base has not.
    var created: Int64 = 0
    /// The size of all files and links of the source, in bytes.
    var size: Int64 = 0
    /// Entries of the base.
    var inBase = 0
  }

  /// What is found of one entry.
  enum Finding {
    case same
    /// It is another name of a file that the base has.
    case anotherName
    /// It is new, or differs from what the base has there.
    case differs(TreePath, from: stat?)
  }

  /// Names that are of one file in the source.
  private struct LinkGroup {
    /// The file of the base that is the same, and which of `leaders` names it.
    var same: (inode: UInt64, leader: Int)?
    /// Which entries of the survey are names of it that are not in the base as such.
    var others: [Int] = []
  }

  private(set) var survey = Survey(namesEveryDifference: true)
  private(set) var count = Count()

  private let base: String
  private let descent: Descent
  private let scan = DirectoryScan()
  private let attributes = BaseAttributes()
  /// Directories that were listed, and what is in them not yet; whether the base has them too.
  private var awaited: [[UInt8]: Bool] = [:]
  /// In bytes, about what is kept for later.
  private var room = 0
  private var groups: [ListedEntry.LinkedFile: LinkGroup] = [:]
  /// The first name of each file that has several and is the same in the base.
  private var leaders = PathList()

  /// Directories of the base that the source has not, with whatever is in them.
  private var goingTrees = PathList()

  /// The directory whose content is being listed.
  private var current: TreePath?
  /// The same directory of the base, open; nil where the base has none.
  private var directory: Int32?
  /// What the base has in it, and was not listed yet.
  private var unlisted: Set<[UInt8]> = []
  /// What was listed of it, and the base has not.
  private var new: Set<[UInt8]> = []

  private static let mostRoom = 64 << 20
  /// What an entry takes of a table besides its name.
  private static let roomOfEntry = 96

  /// - Parameter base: the tree, which is only read.
  init(base: String) throws(DiskError) {
    self.base = base
    descent = try Descent(base)
  }

  // MARK: - Listing

  /// Takes the next entry of the list.
  ///
  /// - Parameter name: the path of the entry below the top.
  @discardableResult
  func take(_ name: [UInt8], _ entry: ListedEntry, _ told: ListedAttributes) throws -> Finding {
    count.listed[Self.counted(entry.kind), default: 0] += 1
    // Sparse files can be of any size: what is no more to be counted is not.
    if entry.kind == S_IFREG || entry.kind == S_IFLNK {
      let (sum, isTooLarge) = count.size.addingReportingOverflow(entry.size)
      count.size = isTooLarge ? .max : sum
    }
    if name == [UInt8(ascii: ".")] { return try takeTop(entry, told) ? .same : .differs(.root, from: nil) }
    guard let path = TreePath(bytes: name) else {
      throw ListingFault.notUnderstood("the name \(String(decoding: name, as: UTF8.self).quoted)")
    }
    let own = path.name
    try enter(name[..<max(0, own.startIndex - 1)])
    guard let directory, unlisted.remove(Array(own)) != nil else {
      try expectFirst(path)
      count.created += 1
      try add(path, entry, isInBase: false)
      return difference(path, entry, from: nil)
    }
    let cName = own.cName
    var status = stat()
    guard fstatat(directory, cName, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      guard errno == ENOENT else { throw DiskError("look at", "\(base)/\(path)") }
      throw CloneObstacle.baseChanged
    }
    let isDirectory = status.st_mode & S_IFMT == S_IFDIR
    if isDirectory, entry.kind != S_IFDIR { goingTrees.append(path) }
    if try isSame(entry, status, cName, in: directory, told, place: "\(base)/\(path)") {
      try addSame(path, entry, status)
      return .same
    }
    try add(path, entry, isInBase: isDirectory)
    return difference(path, entry, from: status)
  }

  private func difference(_ path: TreePath, _ entry: ListedEntry, from status: stat?) -> Finding {
    let isInBase = entry.linkedFile.map { groups[$0]?.same != nil } ?? false
    return isInBase ? .anotherName : .differs(path, from: status)
  }

  /// - Returns: whether it is the same.
  private func takeTop(_ entry: ListedEntry, _ told: ListedAttributes) throws -> Bool {
    guard entry.kind == S_IFDIR, current == nil, awaited.isEmpty, let top = try descent.directory(.root) else {
      throw ListingFault.notUnderstood("the top of the list")
    }
    var status = stat()
    guard fstat(top, &status) == 0 else { throw DiskError("look at", base) }
    count.inBase += 1
    let own = [CChar(bitPattern: UInt8(ascii: ".")), 0]
    let isSame = try isSame(entry, status, own, in: top, told, place: base)
    if !isSame { survey.add(.root, .directory) }
    try expect(.root, isInBase: true)
    return isSame
  }

  /// A list is at its end, and with it a directory.
  func endList() throws {
    guard let current else { return }
    if !unlisted.isEmpty {
      for name in unlisted { try delete(current.appending(name), from: directory) }
      unlisted = []
    }
    self.current = nil
    directory = nil
    new = []
  }

  /// Nothing more is listed: directories that are still awaited have nothing in them. The host is not kept waiting for
  /// what this takes.
  func finish() throws {
    try endList()
    for (path, isInBase) in awaited where isInBase {
      let path = TreePath(known: path)
      try open(path)
      for name in unlisted { try delete(path.appending(name), from: directory) }
    }
    unlisted = []
    for path in goingTrees { try TreeWalk.visit(base, from: path) { _, _ in count.inBase += 1 } }
    for group in groups.values {
      guard let same = group.same else {
        survey.unite(group.others)
        continue
      }
      let leader = leaders[same.leader]
      for other in group.others { survey.link(other, to: leader) }
    }
    if let fault = survey.fault, fault == .tooLong { throw CloneObstacle.tooMuch }
  }

  /// Begins with what is in a directory, unless that was begun with.
  private func enter(_ path: ArraySlice<UInt8>) throws {
    if let current, current.bytes[...] == path { return }
    try endList()
    let bytes = Array(path)
    guard let isInBase = awaited.removeValue(forKey: bytes) else {
      // It has been there already, or is none.
      throw ListingFault.notUnderstood("the directory \(String(decoding: path, as: UTF8.self).quoted)")
    }
    room -= bytes.count + Self.roomOfEntry
    let directory = TreePath(known: bytes)
    if isInBase { try open(directory) }
    current = directory
  }

  /// Opens a directory of the base and takes its names.
  private func open(_ path: TreePath) throws {
    guard let descriptor = try descent.directory(path) else { throw CloneObstacle.baseChanged }
    scan.begin(descriptor)
    unlisted = []
    while let entry = try scan.next(in: "\(base)/\(path)") { unlisted.insert(entry.name.nameBytes) }
    count.inBase += unlisted.count
    directory = descriptor
  }

  private func expect(_ path: TreePath, isInBase: Bool) throws(ListingFault) {
    try keep(path)
    guard awaited.updateValue(isInBase, forKey: path.bytes) == nil else { throw .notUnderstood("a name told twice") }
  }

  /// Reckons with something that is kept for later.
  private func keep(_ path: TreePath) throws(ListingFault) {
    room += path.bytes.count + Self.roomOfEntry
    guard room <= Self.mostRoom else { throw .tooMuch("directories, or files of several names") }
  }

  // MARK: - What differs

  private func delete(_ path: TreePath, from directory: Int32?) throws {
    survey.add(path, .deleted)
    guard let directory else { return }
    var status = stat()
    guard fstatat(directory, path.name.cName, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
      guard errno == ENOENT else { throw DiskError("look at", "\(base)/\(path)") }
      throw CloneObstacle.baseChanged
    }
    if status.st_mode & S_IFMT == S_IFDIR { goingTrees.append(path) }
  }

  /// Makes sure that a name which is not among those of the base that are still awaited was not listed before. One that is
  /// told twice, perhaps as two things, may be either.
  private func expectFirst(_ path: TreePath) throws {
    let isFirst = new.insert(Array(path.name)).inserted
    var status = stat()
    let isInBase = directory.map { fstatat($0, path.name.cName, &status, AT_SYMLINK_NOFOLLOW) == 0 } ?? false
    guard isFirst, !isInBase else { throw ListingFault.notUnderstood("the name \(path), which is told twice,") }
  }

  /// - Parameter isInBase: whether the base has a directory there.
  private func add(_ path: TreePath, _ entry: ListedEntry, isInBase: Bool) throws {
    if entry.kind == S_IFDIR {
      survey.add(path, .directory)
      try expect(path, isInBase: isInBase)
    } else {
      if let file = entry.linkedFile {
        try keep(path)
        groups[file, default: LinkGroup()].others.append(survey.paths.count)
      }
      survey.add(path, .entry)
    }
    if survey.fault == .tooLong { throw CloneObstacle.tooMuch }
  }

  private func addSame(_ path: TreePath, _ entry: ListedEntry, _ status: stat) throws {
    if entry.kind == S_IFDIR { return try expect(path, isInBase: true) }
    guard let file = entry.linkedFile else { return }
    var group = groups[file] ?? LinkGroup()
    if let same = group.same {
      guard same.inode != UInt64(status.st_ino) else { return }
      group.others.append(survey.paths.count)
      survey.add(path, .entry)
    } else {
      group.same = (UInt64(status.st_ino), leaders.count)
      leaders.append(path)
      try keep(path)
    }
    groups[file] = group
  }

  private func isSame(
    _ entry: ListedEntry, _ status: stat, _ name: [CChar], in directory: Int32, _ told: ListedAttributes,
    place: @autoclosure () -> String
  ) throws -> Bool {
    guard status.st_mode & S_IFMT == entry.kind, status.st_mtim.tv_sec == Int(entry.seconds),
      status.st_mtim.tv_nsec == entry.nanoseconds, status.st_uid == entry.owner, status.st_gid == entry.group
    else { return false }
    switch entry.kind {
    case S_IFREG: guard status.st_size == entry.size else { return false }
    case S_IFLNK: guard try isTarget(entry.target, of: name, in: directory, place: place()) else { return false }
    case S_IFCHR, S_IFBLK:
      guard status.st_rdev == Self.device(entry.deviceMajor, entry.deviceMinor) else { return false }
    default: break
    }
    // A link has no mode of its own.
    guard entry.kind == S_IFLNK || status.st_mode & 0o7777 == entry.mode & 0o7777 else { return false }
    return try attributes.areSame(name, in: directory, entry, told, place: place())
  }

  private func isTarget(
    _ target: [UInt8], of name: [CChar], in directory: Int32, place: @autoclosure () -> String
  ) throws(DiskError) -> Bool {
    // One byte more tells that it is longer.
    var found = [CChar](repeating: 0, count: target.count + 1)
    let length = readlinkat(directory, name, &found, found.count)
    guard length >= 0 else { throw DiskError("read a link in", place()) }
    return length == target.count && zip(found, target).allSatisfy { UInt8(bitPattern: $0) == $1 }
  }

  /// rsync counts devices of both sorts as one, and FIFOs with sockets.
  private static func counted(_ kind: mode_t) -> mode_t {
    switch kind {
    case S_IFBLK: S_IFCHR
    case S_IFSOCK: S_IFIFO
    default: kind
    }
  }

  /// As glibc's makedev puts it together, which Swift does not see.
  private static func device(_ major: UInt32, _ minor: UInt32) -> dev_t {
    let (major, minor) = (dev_t(major), dev_t(minor))
    return (major & 0xffff_f000) << 32 | (major & 0xfff) << 8 | (minor & 0xffff_ff00) << 12 | minor & 0xff
  }
}

extension BaseComparison.Count {
  /// In the words of rsync's `--stats`.
  func figures(_ outcome: HostListing.Outcome, _ arrived: EarlyArrivals) -> String {
    let kinds = [("reg", S_IFREG), ("dir", S_IFDIR), ("link", S_IFLNK), ("dev", S_IFCHR), ("special", S_IFIFO)]
      .map { (name: $0.0, count: listed[$0.1, default: 0]) }
    let shown = kinds.filter { $0.count > 0 }.map { "\($0.name): \($0.count)" }.joined(separator: ", ")
    return """
      Number of files: \(listed.values.reduce(0, +)) (\(shown))
      Number of created files: \(created)
      Number of regular files transferred: \(arrived.fileCount)
      Total file size: \(size) bytes
      Total transferred file size: \(arrived.size) bytes
      Literal data: \(arrived.received - arrived.matched) bytes
      Matched data: \(arrived.matched) bytes
      Total bytes sent: \(outcome.sentBytes)
      Total bytes received: \(outcome.receivedBytes)

      """
  }
}
