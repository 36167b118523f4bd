// The entries of a list of files, each told by what is different from the one before it (rsync's flist.c,
// recv_file_entry): protocol 31 with the options -lHogDtpAXr and --numeric-ids.

import Glibc

/// One entry of a list of files, but for its name.
struct ListedEntry {
  var mode: mode_t = 0
  var size: Int64 = 0
  var seconds: Int64 = 0
  var nanoseconds = 0
  var owner: UInt32 = 0
  var group: UInt32 = 0
  var deviceMajor: UInt32 = 0
  var deviceMinor: UInt32 = 0
  /// Where a symbolic link leads.
  var target: [UInt8] = []
  /// Files with the same number are names of one; nil where there is only one name.
  var linkGroup: Int32?
  /// Places in `ListedAttributes`; nil for what has no ACL.
  var accessList: Int?
  var defaultList: Int?
  var extended = 0

  /// What names are of one file. Those of one number that differ in size or time are of the file before and after it was
  /// written to, or of another that got its inode while the host listed.
  struct LinkedFile: Hashable {
    let group: Int32
    let kind: mode_t
    let size: Int64
    let seconds: Int64
    let nanoseconds: Int
  }

  /// The file of which this is one name of several; nil where there is only one.
  var linkedFile: LinkedFile? {
    linkGroup.map { LinkedFile(group: $0, kind: kind, size: size, seconds: seconds, nanoseconds: nanoseconds) }
  }

  var kind: mode_t { mode & S_IFMT }
  var isDevice: Bool { kind == S_IFCHR || kind == S_IFBLK }
}

/// Reads lists one after the other.
struct FileListDecoder {
  private let stream: ListingStream
  private(set) var attributes = ListedAttributes()
  /// The whole path of the entry that was read last.
  private(set) var name: [UInt8] = []
  /// The entry that was read last.
  private(set) var entry = ListedEntry()
  /// What the list that was read last has told at its end, bits of `HostErrors`.
  private(set) var errors: UInt32 = 0
  /// The number of the next entry. Numbers begin with 1, and each list leaves one out.
  private var number: Int32 = 0
  /// That of the first entry of the list that is being read. Whoever asks for files counts on from it in their order.
  private(set) var firstNumber: Int32 = 0
  /// The first names of files in the list that is being read.
  private var firstNames: [Int32: ListedEntry] = [:]

  /// In bytes, about what they take.
  private var room = 0
  private static let mostRoom = 32 << 20

  // rsync.h, XMIT_*.
  private static let sameMode: UInt16 = 1 << 1
  private static let moreFlags: UInt16 = 1 << 2
  private static let sameOwner: UInt16 = 1 << 3
  private static let sameGroup: UInt16 = 1 << 4
  private static let sameName: UInt16 = 1 << 5
  private static let longName: UInt16 = 1 << 6
  private static let sameTime: UInt16 = 1 << 7
  private static let sameDeviceMajor: UInt16 = 1 << 8
  private static let linked: UInt16 = 1 << 9
  private static let ownerNameFollows: UInt16 = 1 << 10
  private static let groupNameFollows: UInt16 = 1 << 11
  private static let firstLink: UInt16 = 1 << 12
  private static let errorsFollow: UInt16 = 1 << 12
  private static let nanosecondsFollow: UInt16 = 1 << 13
  private static let known: UInt16 = (1 << 14) - 1

  init(_ stream: ListingStream) { self.stream = stream }

  mutating func beginList() throws(ListingFault) {
    guard number < Int32.max - 1 else { throw .tooMuch("lists") }
    number += 1
    firstNumber = number
    firstNames.removeAll(keepingCapacity: true)
    room = 0
  }

  /// Reads the next entry of a list.
  ///
  /// - Returns: false at its end.
  mutating func next() throws(ListingFault) -> Bool {
    var flags = UInt16(try stream.byte())
    if flags & Self.moreFlags != 0 { flags |= UInt16(try stream.byte()) << 8 }
    if flags == 0 { return false }
    if flags == Self.moreFlags | Self.errorsFollow {
      errors = try stream.number()
      return false
    }
    guard flags & ~Self.known == 0 else { throw .notUnderstood("an entry with the flags \(flags)") }
    try readName(flags)
    if let first = try readLink(flags) {
      let (link, major) = (entry.linkGroup, entry.deviceMajor)
      entry = first
      entry.linkGroup = link
      // What later devices are held against is the last one.
      if !entry.isDevice { entry.deviceMajor = major }
    } else {
      try readStatus(flags)
    }
    entry.accessList = entry.kind == S_IFLNK ? nil : try attributes.nextAccessList(stream)
    entry.defaultList = entry.kind == S_IFDIR ? try attributes.nextDefaultList(stream) : nil
    entry.extended = try attributes.nextExtended(stream)
    if flags & Self.linked != 0, flags & Self.firstLink != 0 {
      room += MemoryLayout<ListedEntry>.size + entry.target.count
      guard room <= Self.mostRoom else { throw .tooMuch("files of several names in one directory") }
      firstNames[number] = entry
    }
    guard number < Int32.max - 1 else { throw .tooMuch("files") }
    number += 1
    return true
  }

  private mutating func readName(_ flags: UInt16) throws(ListingFault) {
    let kept = flags & Self.sameName == 0 ? 0 : Int(try stream.byte())
    let added = flags & Self.longName == 0 ? Int(try stream.byte()) : Int(try stream.number())
    guard kept <= name.count, kept + added <= TreePath.longest else { throw .notUnderstood("the length of a name") }
    name.removeSubrange(kept...)
    try stream.read(added, into: &name)
  }

  /// - Returns: what the file is, if another name of it was told in this list.
  private mutating func readLink(_ flags: UInt16) throws(ListingFault) -> ListedEntry? {
    entry.linkGroup = nil
    guard flags & Self.linked != 0 else { return nil }
    guard flags & Self.firstLink == 0 else {
      entry.linkGroup = number
      return nil
    }
    let group = try stream.number()
    guard group < number else { throw .notUnderstood("a name of file \(group)") }
    entry.linkGroup = Int32(group)
    guard Int32(group) >= firstNumber else { return nil }
    guard let first = firstNames[Int32(group)] else { throw .notUnderstood("another name of file \(group)") }
    return first
  }

  private mutating func readStatus(_ flags: UInt16) throws(ListingFault) {
    entry.size = try stream.longNumber(least: 3)
    guard entry.size >= 0 else { throw .notUnderstood("a negative size") }
    if flags & Self.sameTime == 0 { entry.seconds = try stream.longNumber(least: 4) }
    entry.nanoseconds = flags & Self.nanosecondsFollow == 0 ? 0 : Int(try stream.number())
    if flags & Self.sameMode == 0 { entry.mode = try stream.integer() }
    if flags & Self.sameOwner == 0 {
      entry.owner = try stream.number()
      if flags & Self.ownerNameFollows != 0 { try skipName() }
    }
    if flags & Self.sameGroup == 0 {
      entry.group = try stream.number()
      if flags & Self.groupNameFollows != 0 { try skipName() }
    }
    entry.target = []
    switch entry.kind {
    case S_IFREG, S_IFDIR, S_IFIFO, S_IFSOCK: break
    case S_IFCHR, S_IFBLK:
      if flags & Self.sameDeviceMajor == 0 { entry.deviceMajor = try stream.number() }
      entry.deviceMinor = try stream.number()
    case S_IFLNK:
      let length = Int(try stream.number())
      guard (1...TreePath.longest).contains(length) else { throw .notUnderstood("the length of a link's target") }
      try stream.read(length, into: &entry.target)
    default: throw .notUnderstood("a file of mode \(String(entry.mode, radix: 8))")
    }
  }

  /// The name of a user or group, which numbers alone decide here.
  private func skipName() throws(ListingFault) {
    var name: [UInt8] = []
    try stream.read(Int(try stream.byte()), into: &name)
  }
}
