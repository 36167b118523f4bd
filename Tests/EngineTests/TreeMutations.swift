// Source trees and changes to them of every kind that a backup must notice, drawn by a seed: what happens to a host between
// two backups, or in the middle of one.

import Glibc
import Support

/// The kinds of change.
enum TreeMutation: String, CaseIterable, Sendable {
  // Of one file's content.
  case content, contentWithinTheSecond, size, truncated, sparse
  // Of an entry's attributes.
  case mode, owner, time, nanoseconds, attributeSet, attributeRemoved, capability
  case accessList, accessListRemoved, defaultList, defaultListRemoved, linkTarget, deviceNumber
  // What is new.
  case newFile, newOddName, newDirectory, newLink, newNode
  // What moves.
  case renamedFile, renamedDirectory, renamedOver, exchanged, directoryBehindLink
  // What goes, or becomes something else.
  case removed, removedDirectory, emptiedDirectory, refilledDirectory, retyped
  // Hard links.
  case linked, linkedOver, unlinkedEqual, unlinkedChanged, groupChanged, groupSplit, groupSplitEqual

  /// The kinds that this user can make.
  static var possible: [TreeMutation] {
    allCases.filter { TreeBuilder.isPrivileged || ![.owner, .capability, .deviceNumber].contains($0) }
  }

  /// Whether extended attributes are needed, which not every file system has.
  var isOfAttributes: Bool {
    [.attributeSet, .attributeRemoved, .capability].contains(self) || isOfAccessLists
  }

  private var isOfAccessLists: Bool {
    [.accessList, .accessListRemoved, .defaultList, .defaultListRemoved].contains(self)
  }

  private static let growing: Set<TreeMutation> = [.newFile, .newOddName, .newDirectory, .newLink, .newNode, .linked]
  private static let shrinking: Set<TreeMutation> = [.removed, .removedDirectory, .emptiedDirectory]

  /// The kinds that keep a tree of `count` entries small and not too small.
  static func fitting(_ count: Int) -> [TreeMutation] {
    possible.filter { !(count > 60 && growing.contains($0)) && !(count < 25 && shrinking.contains($0)) }
  }

  /// What there must have been before, where nothing fits.
  fileprivate var preparation: TreeMutation {
    switch self {
    case .attributeRemoved: .attributeSet
    case .accessListRemoved: .accessList
    case .defaultListRemoved: .defaultList
    case .linkTarget: .newLink
    case .deviceNumber: .newNode
    case .groupChanged, .groupSplit, .groupSplitEqual, .unlinkedEqual, .unlinkedChanged: .linked
    case .renamedDirectory, .removedDirectory, .emptiedDirectory, .refilledDirectory, .directoryBehindLink:
      .newDirectory
    default: .newFile
    }
  }
}

/// A tree, and what is still to be drawn for it. The same seed gives the same trees, but for times that the kernel sets.
struct TreeMutations: Sendable {
  let tree: TreeBuilder
  private(set) var generator: SeededGenerator
  /// What was changed last. With `prefersRecent` further changes are mostly made to the same.
  private var recent: Set<RawPath> = []
  private var prefersRecent = false

  init(tree: TreeBuilder, seed: UInt64) {
    self.tree = tree
    generator = SeededGenerator(seed: seed)
  }

  /// An entry as it is before a change.
  fileprivate struct Found {
    let path: RawPath
    let info: stat
    var kind: mode_t { info.st_mode & S_IFMT }
    var mode: mode_t { info.st_mode & 0o7777 }
    var isFile: Bool { kind == S_IFREG }
    var isDirectory: Bool { kind == S_IFDIR }
    var isInGroup: Bool { !isDirectory && info.st_nlink > 1 }
    var depth: Int { path.bytes.count { $0 == UInt8(ascii: "/") } }
  }

  // MARK: - Trees and steps

  /// Fills an empty tree with something of everything.
  mutating func populate() throws {
    for path: RawPath in ["d1/d2", "d2", "d3/d4", "d5"] { try tree.makeDirectory(path) }
    for path: RawPath in ["d1/a.log", "d1/b", "d1/d2/c", "d2/d", "d3/e.tmp", "d3/d4/f"] { try makeFile(path) }
    try make(S_IFIFO, "d3/fifo")
    try make(S_IFSOCK, "d5/socket")
    try make(S_IFLNK, "d5/link")
    if TreeBuilder.isPrivileged {
      try make(S_IFCHR, "d2/character-device")
      try make(S_IFBLK, "d2/block-device")
    }
    let first: [TreeMutation] = [
      .newFile, .newOddName, .newOddName, .newLink, .newNode, .newDirectory, .linked, .linked, .linked, .linked,
      .attributeSet, .attributeSet, .accessList, .defaultList, .capability, .mode, .owner, .sparse, .newOddName,
      .newFile,
    ]
    for kind in first where TreeMutation.possible.contains(kind) { _ = try apply(kind) }
    for found in try all() where found.isDirectory { try setRandomTime(found.path) }
  }

  /// Makes a few changes and says what they were.
  mutating func step(atLeast least: Int = 1) throws -> [String] {
    recent = []
    return try changeAnything(times: Int.random(in: least...(least + 7), using: &generator))
  }

  /// Makes changes of one kind and a few others, mostly to what the last step changed, and says what they were.
  mutating func interfere(_ kind: TreeMutation) throws -> [String] {
    prefersRecent = true
    defer { prefersRecent = false }
    let done = try [apply(kind), apply(kind)].compactMap(\.self)
    return try done + changeAnything(times: Int.random(in: 0...3, using: &generator))
  }

  private mutating func changeAnything(times: Int) throws -> [String] {
    var done: [String] = []
    for _ in 0..<times {
      let kinds = TreeMutation.fitting(try tree.paths().count)
      guard let kind = kinds.randomElement(using: &generator) else { continue }
      if let change = try apply(kind) { done.append(change) }
    }
    return done
  }

  /// Makes one change and says what it was, or nil if there was nothing to make it of; half of the time directories keep
  /// the times that they had.
  mutating func apply(_ kind: TreeMutation) throws -> String? {
    let before = try all(withRoot: true).filter(\.isDirectory)
    var done = try change(kind)
    for preparation in [kind.preparation, .newFile] where done == nil {
      let made = try change(preparation) ?? "nothing"
      done = try change(kind).map { "\(made); \($0)" }
    }
    guard let done else { return nil }
    guard kind.isOfNames, generator.chance(1, in: 2) else { return "\(kind): \(done)" }
    for found in before where try tree.kind(found.path) == S_IFDIR { try setTime(found.path, found.info.st_mtim) }
    return "\(kind): \(done), times of directories set back"
  }

  private mutating func change(_ kind: TreeMutation) throws -> String? {
    switch kind {
    case .content, .contentWithinTheSecond, .size, .truncated, .sparse: try changeContent(kind)
    case .mode, .owner, .time, .nanoseconds: try changeStatus(kind)
    case .attributeSet, .attributeRemoved, .capability: try changeAttributes(kind)
    case .accessList, .accessListRemoved, .defaultList, .defaultListRemoved: try changeAccessList(kind)
    case .linkTarget, .deviceNumber: try changeNode(kind)
    case .newFile, .newOddName, .newDirectory, .newLink, .newNode: try add(kind)
    case .renamedFile, .renamedDirectory: try rename(kind)
    case .renamedOver: try renameOver()
    case .exchanged: try exchange()
    case .directoryBehindLink: try moveBehindLink()
    case .removed, .removedDirectory: try remove(kind)
    case .emptiedDirectory, .refilledDirectory: try empty(refilling: kind == .refilledDirectory)
    case .retyped: try retype()
    case .linked: try link()
    case .linkedOver: try linkOver()
    case .unlinkedEqual, .unlinkedChanged: try breakLink(changing: kind == .unlinkedChanged)
    case .groupChanged: try changeGroup()
    case .groupSplit, .groupSplitEqual: try splitGroup(changing: kind == .groupSplit)
    }
  }

  // MARK: - Drawing

  /// What is in the tree now, in byte order.
  private func all(withRoot: Bool = false) throws -> [Found] {
    try ((withRoot ? [""] : []) + tree.paths()).compactMap { path in
      try status(of: tree.root.appending(path)).map { Found(path: path, info: $0) }
    }
  }

  /// One of the entries that fit, which is then held to be changed.
  private mutating func pick(withRoot: Bool = false, _ fits: (Found) throws -> Bool) throws -> Found? {
    let fitting = try all(withRoot: withRoot).filter(fits)
    let last = fitting.filter { recent.contains($0.path) }
    let usesLast = prefersRecent && !last.isEmpty && generator.chance(2, in: 3)
    let found = (usesLast ? last : fitting).randomElement(using: &generator)
    if let found { recent.insert(found.path) }
    return found
  }

  /// A path that is not taken, in some directory but those within `moved`.
  private mutating func freshPath(isOdd: Bool, outside moved: RawPath? = nil) throws -> RawPath {
    let directories = try all(withRoot: true).filter { found in
      found.isDirectory && found.path.bytes.count < 800 && found.depth < 5
        && !(moved.map { found.path.isWithin($0) } ?? false)
    }
    let directory = directories.randomElement(using: &generator)?.path ?? ""
    while true {
      let path = directory.appending(freshName(isOdd: isOdd))
      if try tree.kind(path) == nil {
        recent.insert(path)
        return path
      }
    }
  }

  /// Plain names of which patterns leave some out, or odd ones, now and then with a number behind them.
  private mutating func freshName(isOdd: Bool) -> RawPath {
    let number = String(Int.random(in: 0..<100_000, using: &generator), radix: 36)
    if isOdd, let odd = Self.oddNames.randomElement(using: &generator) {
      let isNumbered = odd.bytes.count < 240 && generator.chance(1, in: 2)
      return isNumbered ? RawPath(bytes: Array(number.utf8) + odd.bytes) : odd
    }
    let name = ["\(number)", "\(number).log", "\(number).tmp", "cache-\(number)"].randomElement(using: &generator)
    return RawPath(name ?? number)
  }

  static let oddNames = TreeBuilder.oddNames + namesLikeOutput

  /// Names that rsync's lists, its file of names or a careless reader of either could stumble over.
  private static let namesLikeOutput: [RawPath] = [
    " -> ", "a -> b", " -> b", "a -> ", " => ", "a => b", " => b", "a => ", "a -> b => c", "\n", "\nleading",
    "trailing\n", "two\n\nlines", "\t", "trailing\t", " ", "  ", "trailing blank  ", ";semicolon", "#", "#hash", ";",
    "-", "--", "-n", "--files-from=x", "*deleting   x", "*deleting   ", ">f+++++++++ x", ".d..t...... ",
    "hf+++++++++ x => y", "x\n>f+++++++++ y", "x\n*deleting   d1", "x\nhf          d1 => d2", "Number of files: 1",
    "deleting x", "\\", "\\\\", "\\#", "\\#01", "\\#057\\#057", "\\#134#040", "\\n", "x\\", "%n%L", "\u{7f}",
    "\u{1b}[0m", "..x", ".x", "lost+found", ":colon", "a:b", "\r", "x\r\n", RawPath(bytes: [0x80]),
    RawPath(bytes: [0xc3]), RawPath(bytes: [0xff, 0x20, 0x2d, 0x3e, 0x20, 0xfe]),
    RawPath(bytes: [UInt8](repeating: 0x5c, count: 255)), RawPath(bytes: [UInt8](repeating: 0x0a, count: 255)),
    RawPath(bytes: [0x20] + [UInt8](repeating: 0x79, count: 254)),
  ]

  private static let targets: [RawPath] = [
    "nowhere", "/etc/passwd", ".", "..", "d1", "../d1", "a//b", "a//b -> c", "x -> y", "x => y", "two\nlines",
    "back\\slash", "\\#012", " ", "//", RawPath(bytes: [0xfe, 0x2f, 0x0a]),
    RawPath(bytes: [UInt8](repeating: 0x74, count: 700)),
  ]

  private mutating func randomBytes() -> [UInt8] {
    let most = [0, 1, 100, 4_096, 40_000].randomElement(using: &generator) ?? 0
    return TreeBuilder.bytes(Int.random(in: 0...most, using: &generator), &generator)
  }

  /// Modes that keep the tree readable and, for its owner, changeable where root is not at work.
  private mutating func randomMode(_ kind: mode_t) -> mode_t {
    let isRoot = TreeBuilder.isPrivileged
    let forDirectories: [mode_t] = [0o755, 0o700, 0o1777, 0o2775, 0o711] + (isRoot ? [0o555, 0o000, 0o070] : [])
    let forFiles: [mode_t] = [0o644, 0o600, 0o755, 0o664, 0o4755, 0o2711] + (isRoot ? [0o444, 0o000, 0o007] : [])
    return (kind == S_IFDIR ? forDirectories : forFiles).randomElement(using: &generator) ?? 0o755
  }

  private mutating func setRandomTime(_ path: RawPath) throws {
    try tree.setTime(
      path, seconds: Int.random(in: 1_000_000_000..<1_700_000_000, using: &generator),
      nanoseconds: Int.random(in: 0..<1_000_000_000, using: &generator))
  }

  private func setTime(_ path: RawPath, _ time: timespec) throws {
    try tree.setTime(path, seconds: time.tv_sec, nanoseconds: time.tv_nsec)
  }
}

extension TreeMutation {
  /// Whether directories' entries change, and with them the times of directories.
  fileprivate var isOfNames: Bool {
    switch self {
    case .content, .contentWithinTheSecond, .size, .truncated, .sparse, .mode, .owner, .time, .nanoseconds,
      .attributeSet, .attributeRemoved, .capability, .accessList, .accessListRemoved, .defaultList,
      .defaultListRemoved, .groupChanged:
      false
    default: true
    }
  }
}

// MARK: - Content and attributes

extension TreeMutations {
  /// The new content always comes with another size or another time: what has both as before passes for unchanged.
  private mutating func changeContent(_ kind: TreeMutation) throws -> String? {
    guard let found = try pick({ $0.isFile && (kind != .truncated || $0.info.st_size > 0) }) else { return nil }
    let (path, size) = (found.path, Int(found.info.st_size))
    switch kind {
    case .content, .contentWithinTheSecond:
      try tree.write(TreeBuilder.bytes(size, &generator), to: path)
      if kind == .content {
        try setRandomTime(path)
      } else {
        try setTime(path, found.info.st_mtim.moved(by: 1))
      }
    case .sparse:
      let block = TreeBuilder.bytes(4_096, &generator)
      let blocks = Int.random(in: 20...40, using: &generator)
      let offset = Int.random(in: 0..<blocks, using: &generator) * 4_096
      try tree.makeSparseFile(path, size: blocks * 4_096 + 7, block, at: [offset, blocks * 4_096])
      try setRandomTime(path)
    case .truncated:
      try tree.write([], to: path)
      try setTime(path, found.info.st_mtim)
    default:
      let more = Int.random(in: 1...3_000, using: &generator)
      try tree.write(TreeBuilder.bytes(size + more, &generator), to: path)
      try setTime(path, found.info.st_mtim)
    }
    return "\(path), \(size) bytes before"
  }

  private mutating func changeStatus(_ kind: TreeMutation) throws -> String? {
    guard let found = try pick(withRoot: true, { kind != .mode || $0.kind != S_IFLNK }) else { return nil }
    let path = found.path
    switch kind {
    case .mode:
      let mode = randomMode(found.kind)
      try tree.chmod(path, mode)
      return "\(path) to 0\(String(mode, radix: 8))"
    case .owner:
      let (user, group) = (UInt32.random(in: 0..<3, using: &generator), UInt32.random(in: 0..<3, using: &generator))
      try tree.chown(path, user: user * 1_000, group: group * 1_000)
      return "\(path) to \(user * 1_000):\(group * 1_000)"
    // No such change takes back the one that a new content brings: by its size and time the file would be the old one.
    case .nanoseconds: try setTime(path, found.info.st_mtim.moved(by: generator.chance(1, in: 2) ? 7 : -7))
    default: try setRandomTime(path)
    }
    return "\(path)"
  }

  /// Only files and directories: of anything else rsync loses attributes when it makes it anew beside `--link-dest`.
  private mutating func changeAttributes(_ kind: TreeMutation) throws -> String? {
    let names = TreeBuilder.isPrivileged ? ["user.a", "user.b", "trusted.a"] : ["user.a", "user.b"]
    switch kind {
    case .attributeSet:
      guard let found = try pick(withRoot: true, { $0.isFile || $0.isDirectory }) else { return nil }
      let name = names.randomElement(using: &generator) ?? "user.a"
      let value = TreeBuilder.bytes(Int.random(in: 0...40, using: &generator), &generator)
      return try tree.setAttribute(name, value, on: found.path) ? "\(name) of \(found.path)" : nil
    case .attributeRemoved:
      let builder = tree
      let fits = { (found: Found) in try builder.attributeNames(of: found.path).contains(where: names.contains) }
      guard let found = try pick(withRoot: true, fits) else { return nil }
      let name = try tree.attributeNames(of: found.path).first(where: names.contains) ?? ""
      return try tree.removeAttribute(name, from: found.path) ? "\(name) of \(found.path)" : nil
    default:
      guard let found = try pick({ $0.isFile }) else { return nil }
      // Version 2, effective; cap_net_bind_service.
      let value: [UInt8] = [1, 0, 0, 2, 0, 4, 0, 0] + [UInt8](repeating: 0, count: 12)
      return try tree.setAttribute("security.capability", value, on: found.path) ? "\(found.path)" : nil
    }
  }

  private mutating func changeAccessList(_ kind: TreeMutation) throws -> String? {
    let isDefault = kind == .defaultList || kind == .defaultListRemoved
    let name = isDefault ? "system.posix_acl_default" : "system.posix_acl_access"
    let builder = tree
    let isRemoved = kind == .accessListRemoved || kind == .defaultListRemoved
    let fits = { (found: Found) in
      try (isDefault ? found.isDirectory : found.kind != S_IFLNK)
        && (!isRemoved || builder.attributeNames(of: found.path).contains(name))
    }
    guard let found = try pick(withRoot: true, fits) else { return nil }
    if isRemoved { return try tree.removeAttribute(name, from: found.path) ? "\(found.path)" : nil }
    let rights = (0..<3).map { _ in UInt16.random(in: 0...7, using: &generator) }
    let list = TreeBuilder.acl(
      owner: found.isDirectory ? 7 : 6, user: (12_345, rights[0]), group: rights[1], mask: 7, other: rights[2])
    return try tree.setAttribute(name, list, on: found.path) ? "\(found.path)" : nil
  }

  /// A link or a device is made anew with its old time and owner.
  private mutating func changeNode(_ kind: TreeMutation) throws -> String? {
    let isLink = kind == .linkTarget
    let kinds = isLink ? [S_IFLNK] : [S_IFCHR, S_IFBLK]
    guard let found = try pick({ kinds.contains($0.kind) }) else { return nil }
    try tree.remove(found.path)
    if isLink {
      try tree.makeLink(found.path, to: Self.targets.randomElement(using: &generator) ?? "nowhere")
    } else {
      try tree.makeNode(found.path, found.kind, device: randomDevice())
    }
    if TreeBuilder.isPrivileged { try tree.chown(found.path, user: found.info.st_uid, group: found.info.st_gid) }
    try setTime(found.path, found.info.st_mtim)
    return "\(found.path)"
  }

  private mutating func randomDevice() -> UInt64 { 1 << 8 | UInt64.random(in: 3...11, using: &generator) }
}

extension timespec {
  /// Some nanoseconds away, within the same second.
  fileprivate func moved(by nanoseconds: Int) -> timespec {
    timespec(tv_sec: tv_sec, tv_nsec: (tv_nsec + nanoseconds + 1_000_000_000) % 1_000_000_000)
  }
}

// MARK: - Names

extension TreeMutations {
  private mutating func add(_ kind: TreeMutation) throws -> String? {
    let path = try freshPath(isOdd: kind == .newOddName || generator.chance(1, in: 4))
    switch kind {
    case .newOddName: try make(Self.kinds.randomElement(using: &generator) ?? S_IFREG, path)
    case .newDirectory: try make(S_IFDIR, path)
    case .newLink: try make(S_IFLNK, path)
    case .newNode: try make(Self.nodes.randomElement(using: &generator) ?? S_IFIFO, path)
    default: try make(S_IFREG, path)
    }
    return "\(path)"
  }

  /// Every kind of entry that this user can make.
  static let kinds: [mode_t] = [S_IFREG, S_IFDIR, S_IFLNK] + nodes
  private static let nodes: [mode_t] = [S_IFIFO, S_IFSOCK] + (TreeBuilder.isPrivileged ? [S_IFCHR, S_IFBLK] : [])

  /// Makes an entry of a kind; a directory comes with a few files.
  mutating func make(_ kind: mode_t, _ path: RawPath) throws {
    switch kind {
    case S_IFREG: return try makeFile(path)
    case S_IFDIR:
      try tree.makeDirectory(path)
      try fill(path)
      try tree.chmod(path, randomMode(kind))
    case S_IFLNK: try tree.makeLink(path, to: Self.targets.randomElement(using: &generator) ?? "nowhere")
    default:
      let isDevice = kind == S_IFCHR || kind == S_IFBLK
      try tree.makeNode(path, kind, device: isDevice ? randomDevice() : 0)
    }
    try setRandomTime(path)
  }

  private mutating func makeFile(_ path: RawPath) throws {
    try tree.write(randomBytes(), to: path)
    try tree.chmod(path, randomMode(S_IFREG))
    try setRandomTime(path)
  }

  private mutating func fill(_ directory: RawPath) throws {
    for number in 0..<Int.random(in: 0...3, using: &generator) {
      let path = directory.appending(RawPath("within-\(number)"))
      if try tree.kind(path) == nil { try makeFile(path) }
    }
  }

  private mutating func rename(_ kind: TreeMutation) throws -> String? {
    guard let found = try pick({ $0.isDirectory == (kind == .renamedDirectory) }) else { return nil }
    let longest = try tree.paths().filter { $0.isWithin(found.path) }.map(\.bytes.count).max() ?? 0
    let path = try freshPath(isOdd: generator.chance(1, in: 4), outside: found.path)
    guard longest - found.path.bytes.count + path.bytes.count < 1_400 else { return nil }
    try tree.rename(found.path, to: path)
    return "\(found.path) to \(path)"
  }

  private mutating func renameOver() throws -> String? {
    guard let found = try pick({ !$0.isDirectory }),
      let other = try pick({ !$0.isDirectory && $0.info.st_ino != found.info.st_ino })
    else { return nil }
    try tree.rename(found.path, to: other.path)
    return "\(found.path) to \(other.path), which was there"
  }

  /// Two entries of whatever kind, neither within the other, take each other's place.
  private mutating func exchange() throws -> String? {
    guard let found = try pick({ _ in true }),
      let other = try pick({ other in
        !other.path.isWithin(found.path) && !found.path.isWithin(other.path)
          && max(found.path.bytes.count, other.path.bytes.count) < 500
      })
    else { return nil }
    let aside: RawPath = "exchanged"
    guard try tree.kind(aside) == nil else { return nil }
    try tree.rename(found.path, to: aside)
    try tree.rename(other.path, to: found.path)
    try tree.rename(aside, to: other.path)
    return "\(found.path) and \(other.path)"
  }

  /// A directory moves away, and a link takes its place that leads there.
  private mutating func moveBehindLink() throws -> String? {
    guard let found = try pick({ $0.isDirectory && $0.path.bytes.count < 500 }) else { return nil }
    let path = found.path.parent.appending(freshName(isOdd: false))
    guard try tree.kind(path) == nil else { return nil }
    try tree.rename(found.path, to: path)
    let name = path.bytes.split(separator: UInt8(ascii: "/")).last.map { Array($0) } ?? path.bytes
    try tree.makeLink(found.path, to: RawPath(bytes: name))
    try setRandomTime(found.path)
    return "\(found.path), which is \(path) now"
  }

  private mutating func remove(_ kind: TreeMutation) throws -> String? {
    guard let found = try pick({ $0.isDirectory == (kind == .removedDirectory) }) else { return nil }
    try tree.remove(found.path)
    return "\(found.path)"
  }

  /// What comes back has mostly the names that were there before.
  private mutating func empty(refilling: Bool) throws -> String? {
    guard let found = try pick({ $0.isDirectory }) else { return nil }
    let names = try entries(ofDirectory: tree.root.appending(found.path))
    for name in names { try tree.remove(found.path.appending(name)) }
    if refilling {
      for name in names.prefix(4) {
        guard generator.chance(3, in: 4) else { continue }
        try make(Self.kinds.randomElement(using: &generator) ?? S_IFREG, found.path.appending(name))
      }
      try fill(found.path)
    }
    return "\(found.path), which held \(names.count)"
  }

  private mutating func retype() throws -> String? {
    guard let found = try pick({ _ in true }) else { return nil }
    guard let kind = Self.kinds.filter({ $0 != found.kind }).randomElement(using: &generator) else { return nil }
    try tree.remove(found.path)
    try make(kind, found.path)
    return "\(found.path) from 0\(String(found.kind, radix: 8)) to 0\(String(kind, radix: 8))"
  }
}

// MARK: - Hard links

extension TreeMutations {
  private mutating func link() throws -> String? {
    guard let found = try pick({ !$0.isDirectory }) else { return nil }
    let path = try freshPath(isOdd: generator.chance(1, in: 4))
    try tree.makeHardLink(path, to: found.path)
    return "\(path) to \(found.path)"
  }

  private mutating func linkOver() throws -> String? {
    guard let found = try pick({ !$0.isDirectory }),
      let other = try pick({ !$0.isDirectory && $0.info.st_ino != found.info.st_ino })
    else { return nil }
    try tree.remove(other.path)
    try tree.makeHardLink(other.path, to: found.path)
    return "\(other.path) to \(found.path)"
  }

  /// One name of a group gets a file of its own: equal in all that a backup looks at, or not.
  private mutating func breakLink(changing: Bool) throws -> String? {
    guard let found = try pick({ $0.isFile && $0.isInGroup }) else { return nil }
    try replaceByCopy(found, at: [found.path])
    if changing { try changeOneThing(found) }
    return "\(found.path)"
  }

  /// A group changes through one of its names.
  private mutating func changeGroup() throws -> String? {
    guard let found = try pick({ $0.isInGroup }) else { return nil }
    try changeOneThing(found)
    return "\(found.path)"
  }

  /// Some names of a group become another one, equal in all that a backup looks at, or not.
  private mutating func splitGroup(changing: Bool) throws -> String? {
    guard let found = try pick({ $0.isFile && $0.isInGroup }) else { return nil }
    let names = try all().filter { $0.info.st_ino == found.info.st_ino }.map(\.path).shuffled(using: &generator)
    let half = Array(names.prefix(max(1, names.count / 2)))
    try replaceByCopy(found, at: half)
    if changing, let first = try status(of: tree.root.appending(half[0])) {
      try changeOneThing(Found(path: half[0], info: first))
    }
    recent.formUnion(names)
    return "\(half.map(\.description).joined(separator: ", ")) of \(names.count) names"
  }

  /// Gives paths, which are names of one file, a copy of that file instead.
  private func replaceByCopy(_ found: Found, at paths: [RawPath]) throws {
    let content = try tree.read(found.path)
    for path in paths { try tree.remove(path) }
    guard let first = paths.first else { return }
    try tree.write(content, to: first)
    if TreeBuilder.isPrivileged { try tree.chown(first, user: found.info.st_uid, group: found.info.st_gid) }
    try tree.chmod(first, found.mode)
    try setTime(first, found.info.st_mtim)
    for path in paths.dropFirst() { try tree.makeHardLink(path, to: first) }
  }

  private mutating func changeOneThing(_ found: Found) throws {
    switch Int.random(in: 0..<4, using: &generator) {
    case 0 where found.isFile:
      try tree.write(randomBytes() + [1], to: found.path)
      try setRandomTime(found.path)
    case 1 where found.kind != S_IFLNK: try tree.chmod(found.path, found.mode ^ 0o011)
    case 2 where TreeBuilder.isPrivileged: try tree.chown(found.path, user: found.info.st_uid + 1, group: 7)
    default: try setTime(found.path, found.info.st_mtim.moved(by: 1))
    }
  }
}
