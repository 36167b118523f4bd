// Entries of a snapshot's tree, as values: what there is of a name, whatever that is.

package import Foundation
import Glibc

/// Something in a snapshot.
package struct SnapshotEntry: Sendable, Hashable {
  package enum Kind: String, Sendable, Hashable, CaseIterable {
    case directory, file, link, fifo, socket
    case characterDevice = "character_device"
    case blockDevice = "block_device"
  }

  /// A time as the file system keeps it.
  package struct Time: Sendable, Hashable {
    package let seconds: Int64
    package let nanoseconds: Int

    /// As a date from year 1 to 9999: a file's time may be any number, and is nobody's promise.
    package var date: Date {
      let shown = min(max(seconds, -62_135_596_800), 253_402_300_798)
      return Date(timeIntervalSince1970: Double(shown) + Double(nanoseconds) / 1e9)
    }
  }

  /// What tells a file from every other: no two files of a disk have the same at a time.
  package struct Identity: Sendable, Hashable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let modified: Time

    /// One word.
    package var tag: String {
      let parts = [inode, UInt64(bitPattern: size), UInt64(bitPattern: modified.seconds), UInt64(modified.nanoseconds)]
      return parts.map { String($0, radix: 36) }.joined(separator: "-")
    }
  }

  /// Empty for the tree itself.
  package let name: [UInt8]
  package let kind: Kind
  package let size: Int64
  /// The permissions, with the bits for another user, another group, and stickiness.
  package let mode: UInt32
  package let user: UInt32
  package let group: UInt32
  package let modified: Time
  /// How many names the file has, in all snapshots together.
  package let links: Int
  /// What a link says; it is never followed.
  package let target: [UInt8]?
  /// Of a device, its numbers.
  let device: (major: UInt32, minor: UInt32)
  private let place: UInt64
  private let inode: UInt64

  init(_ name: [UInt8], _ status: stat, target: [UInt8]? = nil) {
    self.name = name
    kind = Kind(status)
    size = Int64(status.st_size)
    mode = UInt32(status.st_mode) & 0o7777
    user = status.st_uid
    group = status.st_gid
    modified = Time(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: status.st_mtim.tv_nsec)
    links = Int(status.st_nlink)
    self.target = target
    let number = UInt64(status.st_rdev)
    device = (
      UInt32(truncatingIfNeeded: (number >> 8) & 0xFFF | (number >> 32) & ~0xFFF),
      UInt32(truncatingIfNeeded: number & 0xFF | (number >> 12) & ~0xFF)
    )
    place = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }

  package var identity: Identity { Identity(device: place, inode: inode, size: size, modified: modified) }

  package var isDirectory: Bool { kind == .directory }

  /// As `ls` writes it: `drwxr-xr-x`.
  package var modeText: String {
    let type: Character =
      switch kind {
      case .directory: "d"
      case .file: "-"
      case .link: "l"
      case .fifo: "p"
      case .socket: "s"
      case .characterDevice: "c"
      case .blockDevice: "b"
      }
    func triple(_ shift: UInt32, _ special: UInt32, _ letter: String) -> String {
      let bits = mode >> shift
      let isSpecial = mode & special != 0
      let last = bits & 1 != 0 ? (isSpecial ? letter : "x") : (isSpecial ? letter.uppercased() : "-")
      return (bits & 4 != 0 ? "r" : "-") + (bits & 2 != 0 ? "w" : "-") + last
    }
    return String(type) + triple(6, 0o4000, "s") + triple(3, 0o2000, "s") + triple(0, 0o1000, "t")
  }

  package static func == (left: SnapshotEntry, right: SnapshotEntry) -> Bool {
    left.name == right.name && left.kind == right.kind && left.mode == right.mode && left.user == right.user
      && left.group == right.group && left.links == right.links && left.target == right.target
      && left.device == right.device && left.identity == right.identity
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(identity)
  }
}

extension SnapshotEntry.Kind {
  init(_ status: stat) {
    self =
      switch status.st_mode & S_IFMT {
      case S_IFDIR: .directory
      case S_IFLNK: .link
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      default: .file
      }
  }

  /// What it is, in words.
  package var noun: String {
    switch self {
    case .directory: "a directory"
    case .file: "a file"
    case .link: "a symbolic link"
    case .fifo: "a FIFO"
    case .socket: "a socket"
    case .characterDevice: "a character device"
    case .blockDevice: "a block device"
    }
  }
}
