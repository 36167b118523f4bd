// Source trees with all that a backup must keep.

import Foundation
package import Glibc

/// Makes files of every kind below one directory, through raw byte paths.
package struct TreeBuilder: Sendable {
  /// The directory that holds the tree.
  package let root: RawPath

  /// A builder below `root`, which is made when it does not exist.
  package init(at root: String) throws {
    self.root = RawPath(root)
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
  }

  /// Whether owners, device nodes and files that nobody may read can be made here.
  package static var isPrivileged: Bool { geteuid() == 0 }

  /// Names that a careless program trips over; each is the name of one file in `names/` of the full tree.
  package static let oddNames: [RawPath] = [
    "with blank", " leading blank", "trailing blank ", "trailing dot.", "...", "-rf", "--delete", "-e sh", "two\nlines",
    "tab\there", "carriage\rreturn", "'single'", "\"double\"", "back\\slash", "\\#012", "$(touch pwned)",
    "`touch pwned`",
    "$HOME", "*", "?", "[a-z]", "***", "{a,b}", "; touch pwned", "a|b", "a&b", "a>b", "!", "#comment", "~", "%s%n",
    "host:path", "::module", "+ rule", "- rule", "name=value", "caf\u{e9}", "cafe\u{301}", "\u{1f4be}", "\u{202e}txt",
    RawPath(bytes: [0xff, 0xfe, 0x80]), RawPath(bytes: [0x63, 0x61, 0x66, 0xe9]),
    RawPath(bytes: [0x01, 0x1b, 0x5b, 0x33]),
    RawPath(bytes: [UInt8](repeating: 0x78, count: 255)), RawPath(bytes: [UInt8](repeating: 0xe9, count: 255)),
  ]

  // MARK: - The full tree

  /// Builds the full tree and gives the features that this machine or user does not allow: a subset of `unprivileged`
  /// (owners, device nodes, mode 0000), `xattr` and `acl`.
  @discardableResult
  package func build() throws -> Set<String> {
    var missing: Set<String> = TreeBuilder.isPrivileged ? [] : ["unprivileged"]
    try makeFiles()
    try makeLinks()
    try makeSparseFile("sparse")
    try makeFifo("fifo")
    try makeDirectory("names")
    for name in TreeBuilder.oddNames {
      try write(Array("name: ".utf8) + name.bytes, to: RawPath("names").appending(name))
    }
    try makeDirectory("names/odd dir; *")
    try write("inside", to: "names/odd dir; */-file")
    try makeModes()
    if TreeBuilder.isPrivileged { try makeOwnersAndNodes() }
    if try !makeAttributes() { missing.insert("xattr") }
    if try !makeACLs() { missing.insert("acl") }
    try setTimes()
    return missing
  }

  private func makeFiles() throws {
    try write("", to: "empty")
    try write("small\n", to: "small")
    var generator = SeededGenerator(seed: 1)
    try write(TreeBuilder.bytes(1 << 20, &generator), to: "mebibyte")
    try makeDirectory("deep/er/and/deeper/still")
    try write("at the bottom", to: "deep/er/and/deeper/still/file")
    try makeDirectory("empty-directory")
  }

  private func makeLinks() throws {
    try makeDirectory("links/inner")
    try makeLink("links/relative", to: "../small")
    try makeLink("links/dangling", to: "no/such/file")
    try makeLink("links/absolute", to: "/etc/passwd")
    try makeLink("links/to-directory", to: "inner")
    try makeLink("links/loop", to: "loop")
    try makeLink("links/upwards", to: "../../../../../../../../etc")
    try makeLink("links/raw", to: RawPath(bytes: [0xff, 0x20, 0x0a]))
    try write("one file, three names", to: "links/hard-a")
    try makeHardLink("links/hard-b", to: "links/hard-a")
    try makeHardLink("links/inner/hard-c", to: "links/hard-a")
    try write("across", to: "across")
    try makeHardLink("deep/across", to: "across")
    try makeHardLink("links/second-name-of-a-link", to: "links/dangling")
  }

  private func makeModes() throws {
    try makeDirectory("modes/read-only/below")
    try write("private", to: "modes/0400")
    try chmod("modes/0400", 0o400)
    try write("#!/bin/sh\n", to: "modes/4755")
    try chmod("modes/4755", 0o4755)
    try write("#!/bin/sh\n", to: "modes/2755")
    try chmod("modes/2755", 0o2755)
    try write("for all", to: "modes/0666")
    try chmod("modes/0666", 0o666)
    try makeDirectory("modes/sticky")
    try chmod("modes/sticky", 0o1777)
    try makeDirectory("modes/set-group-id")
    try chmod("modes/set-group-id", 0o2750)
    try write("in a read-only directory", to: "modes/read-only/file")
    try write("further down", to: "modes/read-only/below/file")
    if TreeBuilder.isPrivileged {
      try write("nobody may read this", to: "modes/0000")
      try chmod("modes/0000", 0)
    }
    try chmod("modes/read-only/below", 0o555)
    try chmod("modes/read-only", 0o555)
  }

  private func makeOwnersAndNodes() throws {
    try makeDirectory("owners/directory")
    try write("of somebody else", to: "owners/file")
    try write("set-user-id of somebody else", to: "owners/4755")
    try makeLink("owners/link", to: "file")
    for name: RawPath in ["owners/directory", "owners/file", "owners/link", "owners/4755"] {
      try chown(name, user: 12345, group: 23456)
    }
    try chmod("owners/4755", 0o4755)
    try makeDirectory("nodes")
    try makeCharacterDevice("nodes/null", minor: 3)
    // 7:200, a loop device that nobody has: a small device number is major * 256 + minor.
    try call("mknod", "nodes/block") { mknod($0, S_IFBLK | 0o600, 7 << 8 | 200) }
    try call("mknod", "nodes/socket") { mknod($0, S_IFSOCK | 0o600, 0) }
  }

  private func makeAttributes() throws -> Bool {
    try makeDirectory("attributes/directory")
    try write("with attributes", to: "attributes/file")
    try write("with an empty attribute", to: "attributes/empty")
    guard try setAttribute("user.test", Array("value".utf8), on: "attributes/file") else { return false }
    try setAttribute("user.binary", [0, 1, 0xff, 0x0a], on: "attributes/file")
    try setAttribute("user.empty", [], on: "attributes/empty")
    try setAttribute("user.test", Array("of a directory".utf8), on: "attributes/directory")
    if TreeBuilder.isPrivileged {
      try makeLink("attributes/link", to: "file")
      try setAttribute("trusted.test", Array("of a link".utf8), on: "attributes/link")
    }
    return true
  }

  private func makeACLs() throws -> Bool {
    try makeDirectory("acl/directory")
    try write("with an ACL", to: "acl/file")
    try chmod("acl/file", 0o640)
    let access = TreeBuilder.acl(owner: 6, user: (12345, 4), group: 4, mask: 6, other: 0)
    guard try setAttribute("system.posix_acl_access", access, on: "acl/file") else { return false }
    let open = TreeBuilder.acl(owner: 7, user: (12345, 5), group: 5, mask: 7, other: 0)
    try setAttribute("system.posix_acl_access", open, on: "acl/directory")
    let inherited = TreeBuilder.acl(owner: 7, user: (12345, 7), group: 5, mask: 7, other: 5)
    try setAttribute("system.posix_acl_default", inherited, on: "acl/directory")
    return true
  }

  /// A POSIX ACL as the kernel's attribute holds it: version 2, then tag, permissions and id of each entry.
  package static func acl(owner: UInt16, user: (id: UInt32, UInt16), group: UInt16, mask: UInt16, other: UInt16)
    -> [UInt8]
  {
    func little(_ value: some FixedWidthInteger) -> [UInt8] { withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    let none = UInt32.max
    let entries: [(UInt16, UInt16, UInt32)] = [
      (0x01, owner, none), (0x02, user.1, user.id), (0x04, group, none), (0x10, mask, none), (0x20, other, none),
    ]
    return entries.reduce(into: little(UInt32(2))) { $0 += little($1.0) + little($1.1) + little($1.2) }
  }

  /// Gives every entry a time of its own in the past, with nanoseconds; directories last.
  private func setTimes() throws {
    var seconds = 1_500_000_000
    for path in try paths().reversed() {
      seconds += 86_413
      try setTime(path, seconds: seconds % 1_700_000_000, nanoseconds: (seconds &* 7_919) % 1_000_000_000)
    }
    try setTime("small", seconds: -1_000, nanoseconds: 1)
  }

  // MARK: - Pieces

  /// Every path below the root, in byte order; links are not followed.
  package func paths() throws -> [RawPath] {
    var result: [RawPath] = []
    func walk(_ directory: RawPath) throws {
      for name in try entries(ofDirectory: root.appending(directory)) {
        let path = directory.appending(name)
        result.append(path)
        if try kind(path) == S_IFDIR { try walk(path) }
      }
    }
    try walk("")
    return result.sorted()
  }

  /// The file type bits of an entry; nil when there is none.
  package func kind(_ path: RawPath) throws -> mode_t? {
    try status(of: root.appending(path)).map { $0.st_mode & S_IFMT }
  }

  /// Writes a text file, truncating what is there in place.
  package func write(_ text: String, to path: RawPath) throws { try write(Array(text.utf8), to: path) }

  /// Writes a file, truncating what is there in place (its other hard links change with it).
  package func write(_ bytes: [UInt8], to path: RawPath) throws {
    try withFile(path, O_WRONLY | O_CREAT | O_TRUNC) { file in try put(bytes, file, at: 0, path) }
  }

  /// Makes a directory and those above it.
  package func makeDirectory(_ path: RawPath) throws {
    if path.bytes.isEmpty { return }
    if try kind(path) == S_IFDIR { return }
    try makeDirectory(path.parent)
    try call("mkdir", path) { mkdir($0, 0o755) }
  }

  /// Makes a symbolic link.
  package func makeLink(_ path: RawPath, to target: RawPath) throws {
    try target.withCString { target in try call("symlink", path) { symlink(target, $0) } }
  }

  /// Gives an existing entry of the tree another name.
  package func makeHardLink(_ path: RawPath, to existing: RawPath) throws {
    try root.appending(existing).withCString { existing in try call("link", path) { link(existing, $0) } }
  }

  /// Makes a file of 8 MiB with 4 KiB of data at the beginning, in the middle and at the end.
  package func makeSparseFile(_ path: RawPath) throws {
    let size = 8 << 20
    var generator = SeededGenerator(seed: 2)
    try withFile(path, O_WRONLY | O_CREAT | O_TRUNC) { file in
      guard ftruncate(file, off_t(size)) == 0 else { throw FileError("ftruncate", path) }
      for offset in [0, size / 2, size - 4096] { try put(TreeBuilder.bytes(4096, &generator), file, at: offset, path) }
    }
  }

  /// Makes a fifo.
  package func makeFifo(_ path: RawPath) throws { try call("mkfifo", path) { mkfifo($0, 0o620) } }

  /// Makes a character device with major number 1 (3: null, 5: zero); for root only.
  package func makeCharacterDevice(_ path: RawPath, minor: UInt8) throws {
    try call("mknod", path) { mknod($0, S_IFCHR | 0o600, 1 << 8 | dev_t(minor)) }
  }

  /// Sets permission bits.
  package func chmod(_ path: RawPath, _ mode: mode_t) throws { try call("chmod", path) { Glibc.chmod($0, mode) } }

  /// Sets the owner; of a link itself, not of what it points to.
  package func chown(_ path: RawPath, user: uid_t, group: gid_t) throws {
    try call("lchown", path) { lchown($0, user, group) }
  }

  /// Sets the modification time; of a link itself, not of what it points to.
  package func setTime(_ path: RawPath, seconds: Int, nanoseconds: Int = 0) throws {
    let time = timespec(tv_sec: seconds, tv_nsec: nanoseconds)
    try call("utimensat", path) { utimensat(AT_FDCWD, $0, [time, time], AT_SYMLINK_NOFOLLOW) }
  }

  /// Sets an extended attribute; false when the file system or the kernel has none such.
  @discardableResult
  package func setAttribute(_ name: String, _ value: [UInt8], on path: RawPath) throws -> Bool {
    let code = root.appending(path).withCString { GNU.lsetxattr($0, name, value, value.count, 0) }
    if code == 0 { return true }
    if errno == ENOTSUP || errno == EPERM { return false }
    throw FileError("lsetxattr \(name)", path)
  }

  /// Removes an entry and all below it.
  package func remove(_ path: RawPath) throws { try removeTree(root.appending(path)) }

  /// Gives an entry another name.
  package func rename(_ path: RawPath, to other: RawPath) throws {
    try root.appending(other).withCString { other in try call("rename", path) { Glibc.rename($0, other) } }
  }

  /// Random bytes.
  package static func bytes(_ count: Int, _ generator: inout SeededGenerator) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(count + 8)
    while result.count < count { withUnsafeBytes(of: generator.next()) { result.append(contentsOf: $0) } }
    result.removeLast(result.count - count)
    return result
  }

  func call(_ name: String, _ path: RawPath, _ body: (UnsafePointer<CChar>) throws -> Int32) throws {
    guard try root.appending(path).withCString(body) == 0 else { throw FileError(name, path) }
  }

  func withFile(_ path: RawPath, _ flags: Int32, _ body: (Int32) throws -> Void) throws {
    let file = root.appending(path).withCString { open($0, flags | O_NOFOLLOW | O_CLOEXEC, 0o644) }
    guard file >= 0 else { throw FileError("open", path) }
    defer { close(file) }
    try body(file)
  }

  func put(_ bytes: [UInt8], _ file: Int32, at offset: Int, _ path: RawPath) throws {
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(file, $0.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset + done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw FileError("write", path) }
      done += count
    }
  }
}
