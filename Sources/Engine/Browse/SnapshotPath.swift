// Paths within a snapshot: bytes and not text, for on the machine that was backed up a name may be anything.

package import Spec

/// A path within a snapshot's tree, which leads nowhere else: it holds no `..`, no NUL, and no empty name.
package struct SnapshotPath: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The names on the way, from the top of the tree; none for the tree itself.
  package let components: [[UInt8]]

  package static let root = SnapshotPath(known: [])

  /// In bytes, as long as a path may be that rsync takes.
  package static let longest = 4096

  private init(known components: [[UInt8]]) { self.components = components }

  /// - Throws: `InvalidText` for what is no path within a tree.
  package init(components: [[UInt8]]) throws(InvalidText) {
    var length = 0
    for name in components {
      guard !name.isEmpty else { throw InvalidText("the path holds an empty name") }
      guard name != Array(".".utf8), name != Array("..".utf8) else {
        throw InvalidText("the path holds `\(String(decoding: name, as: UTF8.self))`")
      }
      guard !name.contains(0), !name.contains(Self.slash) else {
        throw InvalidText("the path holds a name with a slash or a NUL in it")
      }
      length += name.count + 1
    }
    guard length <= Self.longest else { throw InvalidText("the path is longer than \(Self.longest) bytes") }
    self.components = components
  }

  /// Reads what `bytes` gives.
  package init(bytes: [UInt8]) throws(InvalidText) {
    guard !bytes.isEmpty else {
      self = .root
      return
    }
    try self.init(components: bytes.split(separator: Self.slash, omittingEmptySubsequences: false).map(Array.init))
  }

  /// Reads a path as a person types it: with or without a slash at its start, at its end, or a second one within.
  package init(typed text: String) throws(InvalidText) {
    let names = Array(text.utf8).split(separator: Self.slash).map(Array.init)
    try self.init(components: names.filter { $0 != Array(".".utf8) })
  }

  /// Reads what `percentEncoded` gives, for names that are no text.
  package init(percentEncoded text: String) throws(InvalidText) {
    var names: [[UInt8]] = []
    for part in Array(text.utf8).split(separator: Self.slash) {
      guard let name = Self.decoded(part) else {
        throw InvalidText("a percent sign in \(text.quoted) is not followed by two hexadecimal digits")
      }
      names.append(name)
    }
    try self.init(components: names)
  }

  /// The path without a slash at its start; empty for the tree itself.
  package var bytes: [UInt8] { Array(components.joined(separator: [Self.slash])) }

  /// The last name; nil for the tree itself.
  package var name: [UInt8]? { components.last }

  /// The directory that it is in; nil for the tree itself.
  package var parent: SnapshotPath? {
    components.isEmpty ? nil : SnapshotPath(known: Array(components.dropLast()))
  }

  /// The path of an entry, whose name the disk has given.
  func appending(_ name: [UInt8]) -> SnapshotPath { SnapshotPath(known: components + [name]) }

  /// The way to the so-manieth name.
  package func prefix(_ count: Int) -> SnapshotPath { SnapshotPath(known: Array(components.prefix(count))) }

  /// For an address: all but letters, digits and `-._~` is encoded. Without a slash at its start.
  package var percentEncoded: String { components.map(Self.encoded).joined(separator: "/") }

  /// For people, with a slash at its start: what is no text in it, or could disturb one, is replaced.
  package var description: String { "/" + String(decoding: bytes, as: UTF8.self).printable() }

  /// A single name for people.
  package static func shown(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self).printable() }

  /// Byte by byte, name by name.
  package static func < (left: SnapshotPath, right: SnapshotPath) -> Bool {
    left.components.lexicographicallyPrecedes(right.components) { $0.lexicographicallyPrecedes($1) }
  }

  // MARK: - Percent-encoding

  private static let slash = UInt8(ascii: "/")

  static func encoded(_ name: [UInt8]) -> String {
    var text = ""
    for byte in name {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        text.unicodeScalars.append(Unicode.Scalar(byte))
      default: text += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
    return text
  }

  /// - Returns: nil if a percent sign is not followed by two hexadecimal digits.
  static func decoded(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var name: [UInt8] = []
    var bytes = text.makeIterator()
    while let byte = bytes.next() {
      guard byte == UInt8(ascii: "%") else {
        name.append(byte)
        continue
      }
      guard let high = bytes.next().flatMap(digit), let low = bytes.next().flatMap(digit) else { return nil }
      name.append(high << 4 | low)
    }
    return name
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
