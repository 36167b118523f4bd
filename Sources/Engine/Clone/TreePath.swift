// Paths below the top of a tree, as rsync names them and as the kernel takes them: raw bytes, which lead nowhere else.

import Spec

/// A path that cannot leave its tree: it is relative, and holds no empty name, no `.`, no `..` and no NUL.
struct TreePath: Sendable, Hashable {
  /// The path without a slash at either end; empty for the top of the tree.
  let bytes: [UInt8]

  static let root = TreePath(known: [])

  static let slash = UInt8(ascii: "/")
  private static let dot = UInt8(ascii: ".")

  /// In bytes, as long as a path may be that Linux and rsync take.
  static let longest = 4095

  /// A path that was read from a disk, or made of such.
  init(known bytes: [UInt8]) { self.bytes = bytes }

  /// A path from outside; `.` is the top of the tree.
  ///
  /// - Returns: nil for what could lead out of the tree, or is not written the plain way.
  init?(bytes: some Collection<UInt8>) {
    if bytes.elementsEqual(CollectionOfOne(Self.dot)) {
      self.init(known: [])
      return
    }
    guard bytes.count <= Self.longest, !bytes.contains(0) else { return nil }
    for name in bytes.split(separator: Self.slash, omittingEmptySubsequences: false) {
      guard !name.isEmpty, !(name.count <= 2 && name.allSatisfy { $0 == Self.dot }) else { return nil }
    }
    self.init(known: Array(bytes))
  }

  /// The names on the way, from the top of the tree; none for the top itself.
  var components: [ArraySlice<UInt8>] { bytes.split(separator: Self.slash) }

  /// The last name; empty for the top of the tree.
  var name: ArraySlice<UInt8> {
    bytes.lastIndex(of: Self.slash).map { bytes[($0 + 1)...] } ?? bytes[...]
  }

  /// The directory that it is in; of the top of the tree, that itself.
  var parent: TreePath {
    bytes.lastIndex(of: Self.slash).map { TreePath(known: Array(bytes[..<$0])) } ?? .root
  }

  /// An entry of this directory.
  func appending(_ name: some Collection<UInt8>) -> TreePath {
    bytes.isEmpty ? TreePath(known: Array(name)) : TreePath(known: bytes + [Self.slash] + name)
  }

  /// An entry of this directory, by the name that the disk has given.
  func appending(_ name: UnsafePointer<CChar>) -> TreePath { appending(name.nameBytes) }
}

extension TreePath: Comparable {
  static func < (left: TreePath, right: TreePath) -> Bool { precedes(left.bytes[...], right.bytes[...]) }

  /// A directory first, then all that is below it, so that what is in one directory stands together.
  static func precedes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        for index in 0..<min(left.count, right.count) where left[index] != right[index] {
          // No byte of a name sorts before the slash that ends it.
          if left[index] == slash { return true }
          if right[index] == slash { return false }
          return left[index] < right[index]
        }
        return left.count < right.count
      }
    }
  }
}

extension TreePath: CustomStringConvertible {
  /// For people: what is no text in it, or could disturb one, is replaced.
  var description: String { bytes.isEmpty ? "." : String(decoding: bytes, as: UTF8.self).printable() }
}

extension Collection<UInt8> {
  /// The bytes as C takes a name.
  var cName: [CChar] { map { CChar(bitPattern: $0) } + [0] }
}

extension UnsafePointer<CChar> {
  /// The bytes of a name that C has given, up to its NUL.
  var nameBytes: [UInt8] {
    var count = 0
    while self[count] != 0 { count += 1 }
    return (0..<count).map { UInt8(bitPattern: self[$0]) }
  }
}
