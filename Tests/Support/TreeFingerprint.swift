// The oracle of the backup tests: all that a backup must keep of a tree, read without the code under test.

import Foundation
package import Glibc

/// What a tree holds, entry by entry in byte order of the paths; two equal fingerprints mean two equal trees.
///
/// The walk is relative to open directories, never follows a symbolic link and never opens a fifo or a device. Left out for
/// good are access times, change times and link counts, which a later snapshot's hard links change.
package struct TreeFingerprint: Sendable, Equatable {
  /// What to look at.
  package struct Options: Sendable, Equatable {
    /// Modification times of directories.
    package var directoryTimes = true
    /// Modification times of symbolic links.
    package var linkTimes = true
    /// Modification times of everything else.
    package var fileTimes = true
    /// User and group ids.
    package var owners = true
    /// Extended attributes, POSIX ACLs among them.
    package var extendedAttributes = true
    /// Which paths of the tree are the same file.
    package var hardLinks = true
    /// Device and inode numbers.
    package var inodes = false

    /// Everything but inode numbers.
    package init() {}

    /// For "the backup equals the source": everything but inode numbers.
    package static let backup = Options()
    /// For "no earlier snapshot changed in any way": inode numbers too.
    package static let immutable = Options().includingInodes()

    /// These options with inode numbers.
    package func includingInodes() -> Options {
      var changed = self
      changed.inodes = true
      return changed
    }

    /// These options without the modification times of directories.
    package func leavingOutDirectoryTimes() -> Options {
      var changed = self
      changed.directoryTimes = false
      return changed
    }
  }

  /// The kinds of directory entry.
  package enum Kind: String, Sendable {
    case file, directory, link, fifo, socket, characterDevice, blockDevice, unknown
  }

  /// One entry of the tree; what the options leave out is nil.
  package struct Entry: Sendable, Equatable {
    /// The path below the root of the tree; empty for the root itself.
    package let path: RawPath
    package let kind: Kind
    /// Permission bits with set-id and sticky bits.
    package let mode: mode_t
    package var user: uid_t?
    package var group: gid_t?
    /// Bytes in a file; nil for other kinds.
    package var size: Int64?
    /// Modification time in nanoseconds since 1970.
    package var modified: Int64?
    /// Where a symbolic link points.
    package var target: RawPath?
    /// A device node's number.
    package var device: UInt64?
    /// A hash of a file's bytes, or why they cannot be read.
    package var content: String?
    /// Extended attributes, `name=value` with both escaped, sorted.
    package var attributes: [String]?
    /// The first path of the tree that is the same file; nil when no other is.
    package var sameAs: RawPath?
    /// Device and inode number.
    package var inode: String?
  }

  /// The entries in byte order of their paths, the root of the tree first.
  package let entries: [Entry]

  /// Reads the tree under `root`, but for the given paths relative to it and what lies below them.
  package init(of root: String, _ options: Options = .backup, leavingOut: Set<RawPath> = []) throws {
    var walker = Walker(options: options, leavingOut: leavingOut)
    try walker.read(root: RawPath(root))
    entries = walker.finished()
  }

  private init(_ entries: [Entry]) { self.entries = entries }

  /// The same without inode numbers, to be compared to another tree's.
  package var withoutInodes: TreeFingerprint { changed { $0.inode = nil } }

  /// The same without the knowledge of which paths are the same file.
  package var withoutLinks: TreeFingerprint { changed { $0.sameAs = nil } }

  private func changed(_ change: (inout Entry) -> Void) -> TreeFingerprint {
    TreeFingerprint(
      entries.map { entry in
        var entry = entry
        change(&entry)
        return entry
      })
  }

  /// The entries by their paths.
  package var byPath: [RawPath: Entry] {
    Dictionary(entries.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The paths, but for those of directories, under which there is the very same file in `other`; both were read with
  /// inode numbers.
  package func shared(with other: TreeFingerprint) -> Set<RawPath> {
    let theirs = other.byPath
    return Set(
      entries.filter { entry in
        entry.kind != .directory && entry.inode != nil && theirs[entry.path]?.inode == entry.inode
      }.map(\.path))
  }

  /// Paths that are one file in `source` and are not one file here, a line each.
  package func splitLinks(of source: TreeFingerprint) -> [String] {
    let ours = byPath
    func leader(_ path: RawPath) -> RawPath? { ours[path].map { $0.sameAs ?? path } }
    return source.entries.compactMap { entry in
      guard let first = entry.sameAs, leader(entry.path) != leader(first) else { return nil }
      return "\(entry.path): no hard link to \(first)"
    }
  }

  /// The entry at a path of the tree.
  package subscript(path: RawPath) -> Entry? { entries.first { $0.path == path } }

  /// What is otherwise here than in `expected`, a line each with names escaped; empty when the two are equal.
  package func differences(from expected: TreeFingerprint) -> [String] {
    let (ours, theirs) = (byPath, expected.byPath)
    var lines: [String] = []
    for path in Set(ours.keys).union(theirs.keys).sorted() {
      switch (ours[path], theirs[path]) {
      case (nil, let theirs?): lines.append("\(path): missing (\(theirs.kind.rawValue))")
      case (let ours?, nil): lines.append("\(path): not expected (\(ours.kind.rawValue))")
      case (let ours?, let theirs?): lines += ours.differences(from: theirs).map { "\(path): \($0)" }
      case (nil, nil): break
      }
    }
    return lines
  }
}

extension TreeFingerprint.Entry {
  fileprivate func differences(from expected: Self) -> [String] {
    if kind != expected.kind { return ["kind is \(kind.rawValue), expected \(expected.kind.rawValue)"] }
    var lines: [String] = []
    func compare<Value: Equatable>(_ name: String, _ ours: Value?, _ theirs: Value?, _ show: (Value) -> String) {
      if ours != theirs {
        lines.append("\(name) is \(ours.map(show) ?? "none"), expected \(theirs.map(show) ?? "none")")
      }
    }
    compare("mode", mode, expected.mode) { "0" + String($0, radix: 8) }
    compare("user", user, expected.user) { "\($0)" }
    compare("group", group, expected.group) { "\($0)" }
    compare("size", size, expected.size) { "\($0)" }
    compare("content", content, expected.content) { $0 }
    compare("modification time", modified, expected.modified, Self.time)
    compare("target", target, expected.target) { "\($0)" }
    compare("device", device, expected.device) { "0x" + String($0, radix: 16) }
    compare("attributes", attributes, expected.attributes) { $0.joined(separator: " ") }
    compare("hard link", sameAs, expected.sameAs) { "to \($0)" }
    compare("inode", inode, expected.inode) { $0 }
    return lines
  }

  private static func time(_ nanoseconds: Int64) -> String {
    let seconds = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let digits = String(abs(seconds.remainder))
    return "\(seconds.quotient).\(String(repeating: "0", count: 9 - digits.count))\(digits)"
  }
}

/// The number of regular files that `second` has, and how many of them are the same inode as the file at the same path
/// below `first`.
package func sharedInodes(_ first: String, _ second: String) throws -> (shared: Int, total: Int) {
  let options = TreeFingerprint.Options().includingInodes()
  var walker = Walker(options: options, leavingOut: [], readsContent: false)
  try walker.read(root: RawPath(first))
  let before = Dictionary(walker.finished().map { ($0.path, $0.inode) }, uniquingKeysWith: { first, _ in first })
  walker = Walker(options: options, leavingOut: [], readsContent: false)
  try walker.read(root: RawPath(second))
  let files = walker.finished().filter { $0.kind == .file }
  return (files.count { before[$0.path] == $0.inode }, files.count)
}

/// The walk over one tree.
private struct Walker {
  let options: TreeFingerprint.Options
  let leavingOut: Set<RawPath>
  var readsContent = true
  private var found: [TreeFingerprint.Entry] = []
  private var firstPaths: [String: (path: RawPath, count: Int)] = [:]
  private var inodes: [RawPath: String] = [:]
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)

  init(options: TreeFingerprint.Options, leavingOut: Set<RawPath>, readsContent: Bool = true) {
    self.options = options
    self.leavingOut = leavingOut
    self.readsContent = readsContent
  }

  mutating func read(root: RawPath) throws {
    let descriptor = root.withCString { open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
    guard descriptor >= 0 else { throw FileError("open", root) }
    defer { close(descriptor) }
    try read(".", in: descriptor, as: "")
  }

  /// Reads the entry `name` of an open directory, known in the tree as `path`, and all below it.
  private mutating func read(_ name: RawPath, in parent: Int32, as path: RawPath) throws {
    if leavingOut.contains(path) { return }
    var info = stat()
    guard name.withCString({ fstatat(parent, $0, &info, AT_SYMLINK_NOFOLLOW) }) == 0 else {
      throw FileError("fstatat", path)
    }
    let kind = TreeFingerprint.Kind(info.st_mode)
    let inode = "\(info.st_dev):\(info.st_ino)"
    var entry = TreeFingerprint.Entry(path: path, kind: kind, mode: info.st_mode & 0o7777)
    if options.owners { (entry.user, entry.group) = (info.st_uid, info.st_gid) }
    if options.keepsTime(of: kind) {
      entry.modified = Int64(info.st_mtim.tv_sec) * 1_000_000_000 + Int64(info.st_mtim.tv_nsec)
    }
    if options.inodes { entry.inode = inode }
    switch kind {
    case .file:
      entry.size = Int64(info.st_size)
      if readsContent { entry.content = hash(name, in: parent) }
    case .link: entry.target = try target(of: name, in: parent, path: path)
    case .characterDevice, .blockDevice: entry.device = UInt64(info.st_rdev)
    default: break
    }
    // The l… calls on a path through the open directory look at the entry itself, of whatever kind it is.
    if options.extendedAttributes {
      entry.attributes = try attributes(of: RawPath("/proc/self/fd/\(parent)").appending(name), path: path)
    }
    found.append(entry)
    guard kind == .directory else {
      inodes[path] = inode
      firstPaths[inode, default: (path, 0)].count += 1
      if path < firstPaths[inode]?.path ?? path { firstPaths[inode]?.path = path }
      return
    }
    let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
    let descriptor = name.withCString { openat(parent, $0, flags) }
    guard descriptor >= 0 else { throw FileError("openat", path) }
    defer { close(descriptor) }
    let listing = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard listing >= 0 else { throw FileError("dup", path) }
    for child in try Support.entries(ofDescriptor: listing, path: path) {
      try read(child, in: descriptor, as: path.appending(child))
    }
  }

  func finished() -> [TreeFingerprint.Entry] {
    var result = found.sorted { $0.path < $1.path }
    if options.hardLinks {
      for index in result.indices {
        guard let inode = inodes[result[index].path], let first = firstPaths[inode], first.count > 1 else { continue }
        result[index].sameAs = first.path
      }
    }
    return result
  }

  private func target(of name: RawPath, in parent: Int32, path: RawPath) throws -> RawPath {
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = name.withCString { readlinkat(parent, $0, &bytes, bytes.count) }
    guard count >= 0 else { throw FileError("readlinkat", path) }
    return RawPath(bytes: bytes[..<count].map { UInt8(bitPattern: $0) })
  }

  private func attributes(of place: RawPath, path: RawPath) throws -> [String] {
    var names = [CChar](repeating: 0, count: 1 << 16)
    let length = place.withCString { GNU.llistxattr($0, &names, names.count) }
    guard length >= 0 else {
      if errno == ENOTSUP { return [] }
      throw FileError("llistxattr", path)
    }
    return try names[..<length].split(separator: 0).map { name in
      var value = [UInt8](repeating: 0, count: 1 << 16)
      let size = place.withCString { GNU.lgetxattr($0, Array(name) + [0], &value, value.count) }
      guard size >= 0 else { throw FileError("lgetxattr", path) }
      let text = RawPath.escape(name.map { UInt8(bitPattern: $0) })
      return "\(text)=\(RawPath.escape(value[..<size]))"
    }.sorted()
  }

  /// A 64-bit hash of the file's bytes, eight at a time: every step can be undone, so one changed word always shows.
  private mutating func hash(_ name: RawPath, in parent: Int32) -> String {
    let descriptor = name.withCString { openat(parent, $0, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) }
    guard descriptor >= 0 else { return "unreadable: \(String(cString: strerror(errno)))" }
    defer { close(descriptor) }
    var state: UInt64 = 0xcbf2_9ce4_8422_2325
    var length = 0
    while true {
      var filled = 0
      while filled < buffer.count {
        let count = buffer.withUnsafeMutableBytes { bytes in
          Glibc.read(descriptor, bytes.baseAddress?.advanced(by: filled), bytes.count - filled)
        }
        if count < 0 && errno == EINTR { continue }
        if count < 0 { return "unreadable: \(String(cString: strerror(errno)))" }
        if count == 0 { break }
        filled += count
      }
      if filled == 0 { break }
      let isLast = filled < buffer.count
      let padded = (filled + 7) & ~7
      for index in filled..<padded { buffer[index] = 0 }
      buffer.withUnsafeBytes { bytes in
        var offset = 0
        while offset < padded {
          state = (state ^ bytes.load(fromByteOffset: offset, as: UInt64.self)) &* 0x0000_0100_0000_01b3
          state ^= state >> 29
          offset += 8
        }
      }
      length += filled
      if isLast { break }
    }
    return String((state ^ UInt64(length)) &* 0x0000_0100_0000_01b3, radix: 16)
  }
}

extension TreeFingerprint.Kind {
  fileprivate init(_ mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .directory
    case S_IFLNK: self = .link
    case S_IFIFO: self = .fifo
    case S_IFSOCK: self = .socket
    case S_IFCHR: self = .characterDevice
    case S_IFBLK: self = .blockDevice
    default: self = .unknown
    }
  }
}

extension TreeFingerprint.Options {
  fileprivate func keepsTime(of kind: TreeFingerprint.Kind) -> Bool {
    switch kind {
    case .directory: directoryTimes
    case .link: linkTimes
    default: fileTimes
    }
  }
}
