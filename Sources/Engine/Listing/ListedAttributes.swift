// ACLs and extended attributes as a list of files has them: each set is told once, and named by its number from then on
// (rsync's acls.c and xattrs.c).

import Crypto
import Glibc

/// What a POSIX ACL says; an access list as far as the mode does not say it.
struct AccessList: Hashable {
  struct Entry: Hashable, Comparable {
    let isUser: Bool
    let id: UInt32
    let permissions: UInt8

    static func < (left: Entry, right: Entry) -> Bool {
      (left.isUser ? 0 : 1, left.id, left.permissions) < (right.isUser ? 0 : 1, right.id, right.permissions)
    }
  }

  var user: UInt8?
  var group: UInt8?
  var mask: UInt8?
  var other: UInt8?
  /// Users and groups that it names, in order.
  var named: [Entry] = []

  /// What is not told, or is not there.
  static let none = AccessList()
}

/// One extended attribute.
struct ExtendedAttribute: Hashable {
  /// Longer values are told by their MD5 alone.
  static let longestTold = 32

  let name: [UInt8]
  let length: Int
  let valueOrDigest: [UInt8]

  func isEqual(to value: UnsafeRawBufferPointer) -> Bool {
    guard value.count == length else { return false }
    return length > Self.longestTold
      ? Insecure.MD5.hash(data: value).elementsEqual(valueOrDigest) : value.elementsEqual(valueOrDigest)
  }
}

/// The sets that one list of files has told so far.
struct ListedAttributes {
  private(set) var accessLists: [AccessList] = []
  private(set) var defaultLists: [AccessList] = []
  /// Each in the order of its names.
  private(set) var extended: [[ExtendedAttribute]] = []
  private var room = 0

  /// In bytes, what all sets may take.
  private static let limit = 32 << 20
  private static let longestValue = 128 << 20

  mutating func nextAccessList(_ stream: ListingStream) throws(ListingFault) -> Int {
    try next(of: \.accessLists, stream) { (stream) throws(ListingFault) in try Self.accessList(stream) }
  }

  mutating func nextDefaultList(_ stream: ListingStream) throws(ListingFault) -> Int {
    try next(of: \.defaultLists, stream) { (stream) throws(ListingFault) in try Self.accessList(stream) }
  }

  mutating func nextExtended(_ stream: ListingStream) throws(ListingFault) -> Int {
    try next(of: \.extended, stream) { (stream) throws(ListingFault) in try Self.extended(stream) }
  }

  /// - Returns: which set is meant, of those told so far and perhaps now.
  private mutating func next<Set>(
    of sets: WritableKeyPath<ListedAttributes, [Set]>, _ stream: ListingStream,
    _ read: (ListingStream) throws(ListingFault) -> (Set, size: Int)
  ) throws(ListingFault) -> Int {
    let number = Int(try stream.number())
    guard number <= self[keyPath: sets].count else { throw .notUnderstood("set \(number) of attributes") }
    guard number == 0 else { return number - 1 }
    let (set, size) = try read(stream)
    room += size
    guard room <= Self.limit else { throw .tooMuch("different ACLs and attributes") }
    self[keyPath: sets].append(set)
    return self[keyPath: sets].count - 1
  }

  // MARK: - ACLs

  private static func accessList(_ stream: ListingStream) throws(ListingFault) -> (AccessList, size: Int) {
    let parts = try stream.byte()
    guard parts < 0x20 else { throw .notUnderstood("an ACL with the parts \(parts)") }
    var list = AccessList()
    if parts & 0x01 != 0 { list.user = try permissions(try stream.number()) }
    if parts & 0x02 != 0 { list.group = try permissions(try stream.number()) }
    if parts & 0x04 != 0 { list.mask = try permissions(try stream.number()) }
    if parts & 0x08 != 0 { list.other = try permissions(try stream.number()) }
    if parts & 0x10 != 0 {
      let count = try stream.number()
      guard count <= 65_536 else { throw .tooMuch("names in an ACL") }
      for _ in 0..<count {
        let (id, access) = (try stream.number(), try stream.number())
        list.named.append(
          AccessList.Entry(isUser: access & 2 != 0, id: id, permissions: try permissions(access >> 2)))
        // The name of the user or group, which numbers alone decide here.
        if access & 1 != 0 {
          var name: [UInt8] = []
          try stream.read(Int(try stream.byte()), into: &name)
        }
      }
      list.named.sort()
    }
    // rsync leaves out a mask that is what the mode says of the group; names never come without one.
    if !list.named.isEmpty, list.mask == nil { list.mask = list.named.reduce(list.group ?? 0) { $0 | $1.permissions } }
    return (list, size: 64 + 16 * list.named.count)
  }

  private static func permissions(_ bits: UInt32) throws(ListingFault) -> UInt8 {
    guard bits < 8 else { throw .notUnderstood("the permissions \(bits)") }
    return UInt8(bits)
  }

  // MARK: - Extended attributes

  private static func extended(_ stream: ListingStream) throws(ListingFault) -> ([ExtendedAttribute], size: Int) {
    let count = try stream.number()
    guard count <= 65_536 else { throw .tooMuch("attributes of one file") }
    var (set, size): ([ExtendedAttribute], Int) = ([], 64)
    for _ in 0..<count {
      let (nameLength, length) = (Int(try stream.number()), Int(try stream.number()))
      guard (2...256).contains(nameLength), length <= longestValue else {
        throw .notUnderstood("an attribute with a name of \(nameLength) and a value of \(length) bytes")
      }
      var (name, value): ([UInt8], [UInt8]) = ([], [])
      try stream.read(nameLength, into: &name)
      guard name.firstIndex(of: 0) == nameLength - 1 else { throw .notUnderstood("the name of an attribute") }
      name.removeLast()
      let digestLength = Insecure.MD5.byteCount
      try stream.read(length > ExtendedAttribute.longestTold ? digestLength : length, into: &value)
      size += 128 + name.count + value.count
      guard size <= limit else { throw .tooMuch("attributes of one file") }
      // What rsync keeps for itself it does not copy.
      if name.starts(with: ownPrefix) { continue }
      set.append(ExtendedAttribute(name: name, length: length, valueOrDigest: value))
    }
    set.sort { $0.name.lexicographicallyPrecedes($1.name) }
    return (set, size)
  }

  private static let ownPrefix = Array("user.rsync.%".utf8)
}

extension AccessList {
  /// A list as the kernel hands it over in an attribute (linux/posix_acl_xattr.h).
  ///
  /// - Returns: nil if it is none.
  init?(attribute: UnsafeRawBufferPointer) {
    guard attribute.count >= 4, attribute.count % 8 == 4, attribute.loadUnaligned(as: UInt32.self) == 2 else {
      return nil
    }
    self.init()
    for start in stride(from: 4, to: attribute.count, by: 8) {
      let tag = attribute.loadUnaligned(fromByteOffset: start, as: UInt16.self)
      let permissions = UInt8(attribute.loadUnaligned(fromByteOffset: start + 2, as: UInt16.self) & 7)
      let id = attribute.loadUnaligned(fromByteOffset: start + 4, as: UInt32.self)
      switch tag {
      case 0x01: user = permissions
      case 0x02: named.append(Entry(isUser: true, id: id, permissions: permissions))
      case 0x04: group = permissions
      case 0x08: named.append(Entry(isUser: false, id: id, permissions: permissions))
      case 0x10: mask = permissions
      case 0x20: other = permissions
      default: return nil
      }
    }
    named.sort()
  }

  /// Whether a file has the access list that it is to have (acls.c, rsync_acl_equal_enough).
  ///
  /// - Parameters:
  ///   - present: what it has beyond its mode; nil for nothing.
  ///   - told: the list that it is to have, without what the mode says.
  ///   - mode: the mode of both.
  static func isAccess(_ present: AccessList?, equalTo told: AccessList, mode: mode_t) -> Bool {
    // With a mask, the mode has that in the group's place, and the list says what the group may do.
    guard told.mask != nil else { return present?.mask == nil && present?.named.isEmpty ?? true }
    guard let present, present.mask != nil else { return false }
    return present.named == told.named && present.group == told.group ?? UInt8(mode >> 3 & 7)
  }
}
