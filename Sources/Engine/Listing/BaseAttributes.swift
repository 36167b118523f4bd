// ACLs and extended attributes of the base, held against those of a list.

import Glibc

/// Compares with room for the longest attribute that the kernel hands over. Used by one thread at a time.
final class BaseAttributes {
  private static let capacity = 64 << 10
  private let names = UnsafeMutablePointer<CChar>.allocate(capacity: BaseAttributes.capacity)
  private let value = UnsafeMutableRawPointer.allocate(byteCount: BaseAttributes.capacity, alignment: 8)

  private static let system = Array("system.".utf8)
  private static let accessList = Array("system.posix_acl_access".utf8)
  private static let defaultList = Array("system.posix_acl_default".utf8)

  deinit {
    names.deallocate()
    value.deallocate()
  }

  /// Whether an entry of an open directory has the ACLs and extended attributes that it was told to have.
  func areSame(
    _ name: [CChar], in directory: Int32, _ entry: ListedEntry, _ told: ListedAttributes,
    place: @autoclosure () -> String
  ) throws(DiskError) -> Bool {
    let file = name.withUnsafeBufferPointer { name in
      name.baseAddress.map { NamedFile($0, in: directory) }
    }
    guard let file else { return false }
    let length = file.list(names, Self.capacity)
    guard length >= 0 || errno == ENOTSUP else { throw DiskError("read the attributes of something in", place()) }
    let wanted = told.extended[entry.extended]
    var found = 0
    var (access, byDefault): (AccessList?, AccessList?) = (nil, nil)
    for name in UnsafeBufferPointer(start: names, count: max(0, length)).split(separator: 0) {
      let bytes = name.map { UInt8(bitPattern: $0) }
      if bytes.starts(with: Self.system), bytes != Self.accessList, bytes != Self.defaultList { continue }
      let size = file.get(Array(name) + [0], value, Self.capacity)
      guard size >= 0 else { throw DiskError("read the attributes of something in", place()) }
      let content = UnsafeRawBufferPointer(start: value, count: size)
      switch bytes {
      case Self.accessList:
        access = AccessList(attribute: content)
        if access == nil { return false }
      case Self.defaultList:
        byDefault = AccessList(attribute: content)
        if byDefault == nil { return false }
      default:
        guard let attribute = Self.attribute(bytes, in: wanted), attribute.isEqual(to: content) else { return false }
        found += 1
      }
    }
    guard found == wanted.count else { return false }
    if let told = entry.accessList.map({ told.accessLists[$0] }) {
      guard AccessList.isAccess(access, equalTo: told, mode: entry.mode) else { return false }
    }
    if let told = entry.defaultList.map({ told.defaultLists[$0] }) {
      guard told == (byDefault ?? .none) else { return false }
    }
    return true
  }

  /// Searches a set, which is in the order of its names.
  private static func attribute(_ name: [UInt8], in set: [ExtendedAttribute]) -> ExtendedAttribute? {
    var (low, high) = (0, set.count)
    while low < high {
      let middle = (low + high) / 2
      if set[middle].name.lexicographicallyPrecedes(name) { low = middle + 1 } else { high = middle }
    }
    return low < set.count && set[low].name == name ? set[low] : nil
  }
}
