// Owner, mode, times, ACLs and extended attributes of one file, given to another.

import CLinux
import Glibc

/// A file whose extended attributes, ACLs among them, can be read and written.
protocol AttributeHolder {
  func list(_ names: UnsafeMutablePointer<CChar>, _ size: Int) -> Int
  func get(_ name: [CChar], _ value: UnsafeMutableRawPointer, _ size: Int) -> Int
  func set(_ name: [CChar], _ value: UnsafeRawPointer, _ size: Int) -> Int32
  func remove(_ name: [CChar]) -> Int32
}

/// A file that is open.
struct OpenFile: AttributeHolder {
  let descriptor: Int32

  func list(_ names: UnsafeMutablePointer<CChar>, _ size: Int) -> Int { flistxattr(descriptor, names, size) }
  func get(_ name: [CChar], _ value: UnsafeMutableRawPointer, _ size: Int) -> Int {
    fgetxattr(descriptor, name, value, size)
  }
  func set(_ name: [CChar], _ value: UnsafeRawPointer, _ size: Int) -> Int32 {
    fsetxattr(descriptor, name, value, size, 0)
  }
  func remove(_ name: [CChar]) -> Int32 { fremovexattr(descriptor, name) }
}

/// An entry of an open directory, itself and not what it links to. It may be what cannot be opened.
struct NamedFile: AttributeHolder {
  private let path: [CChar]

  init(_ name: UnsafePointer<CChar>, in directory: Int32) {
    // The only link on the way is the kernel's own, to what is open already.
    path = (Array("/proc/self/fd/\(directory)/".utf8) + name.nameBytes).cName
  }

  func list(_ names: UnsafeMutablePointer<CChar>, _ size: Int) -> Int { llistxattr(path, names, size) }
  func get(_ name: [CChar], _ value: UnsafeMutableRawPointer, _ size: Int) -> Int { lgetxattr(path, name, value, size) }
  func set(_ name: [CChar], _ value: UnsafeRawPointer, _ size: Int) -> Int32 { lsetxattr(path, name, value, size, 0) }
  func remove(_ name: [CChar]) -> Int32 { lremovexattr(path, name) }
}

/// Copies attributes, with room for the longest that the kernel hands over. Used by one thread at a time.
final class AttributeCopier {
  private static let capacity = 64 << 10
  private let names = UnsafeMutablePointer<CChar>.allocate(capacity: AttributeCopier.capacity)
  private let value = UnsafeMutableRawPointer.allocate(byteCount: AttributeCopier.capacity, alignment: 8)
  private let other = UnsafeMutableRawPointer.allocate(byteCount: AttributeCopier.capacity, alignment: 8)

  deinit {
    names.deallocate()
    value.deallocate()
    other.deallocate()
  }

  /// The operation of the errors that say that an attribute or ACL cannot be given.
  static let attributes = "give its attributes to"

  /// The permission bits without which the owner of a directory cannot work in it; none for whom they do not bind.
  static let access: mode_t = bindsPermissions ? 0o700 : 0

  /// Whether this process lacks CAP_DAC_OVERRIDE (capabilities(7)), which root has unless it was taken away.
  private static let bindsPermissions: Bool = {
    let status = (try? Disk.read("/proc/self/status")).flatMap { $0.map { String(decoding: $0, as: UTF8.self) } } ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
    let effective = line.flatMap { UInt64($0.dropFirst("CapEff:".count).drop { $0 == "\t" || $0 == " " }, radix: 16) }
    return (effective ?? 0) >> 1 & 1 == 0
  }()

  /// Gives a directory everything that another has: owner, ACLs, attributes, mode and time of modification.
  ///
  /// - Parameters:
  ///   - status: what the model is like, as it was when it was looked at.
  ///   - place: what the directory is called, for messages.
  /// - Returns: its mode, if it lacks `access` and so is to be given last of all; the directory can be worked in till then.
  func complete(
    _ directory: Int32, like model: Int32, _ status: stat, place: @autoclosure () -> String
  ) throws(DiskError) -> mode_t? {
    var own = stat()
    guard fstat(directory, &own) == 0 else { throw DiskError("look at", place()) }
    if own.st_uid != status.st_uid || own.st_gid != status.st_gid {
      guard fchown(directory, status.st_uid, status.st_gid) == 0 else { throw DiskError("give its owner to", place()) }
    }
    if let error = copyExtended(from: OpenFile(descriptor: model), to: OpenFile(descriptor: directory)) {
      throw DiskError(Self.attributes, place(), code: error)
    }
    let mode = status.st_mode & 0o7777
    guard fchmod(directory, mode | Self.access) == 0 else { throw DiskError("give its mode to", place()) }
    guard futimens(directory, Self.times(of: status)) == 0 else { throw DiskError("give its time to", place()) }
    return mode & Self.access == Self.access ? nil : mode
  }

  /// What `futimens` and `utimensat` take to set the time of modification alone.
  static func times(of status: stat) -> [timespec] {
    // UTIME_OMIT, a macro that Swift does not see.
    [timespec(tv_sec: 0, tv_nsec: (1 << 30) - 2), status.st_mtim]
  }

  /// Makes the extended attributes and ACLs of one file those of another.
  /// - Returns: the error number of what could not be done; nil if all was.
  func copyExtended(from model: some AttributeHolder, to file: some AttributeHolder) -> Int32? {
    guard let wanted = list(model) else { return errno }
    guard let present = list(file) else { return errno }
    for name in present where !wanted.contains(name) && !Self.isOfTheSystem(name) {
      guard file.remove(name) == 0 || errno == ENODATA else { return errno }
    }
    for name in wanted {
      let size = model.get(name, value, Self.capacity)
      guard size >= 0 else { return errno }
      let isThere = present.contains(name) && file.get(name, other, Self.capacity) == size
      if isThere, memcmp(value, other, size) == 0 { continue }
      guard file.set(name, value, size) == 0 else { return errno }
    }
    return nil
  }

  /// The names of all attributes; none where the file system has none; nil after an error.
  private func list(_ file: some AttributeHolder) -> [[CChar]]? {
    let length = file.list(names, Self.capacity)
    guard length >= 0 else { return errno == ENOTSUP ? [] : nil }
    return UnsafeBufferPointer(start: names, count: length).split(separator: 0).map { Array($0) + [0] }
  }

  /// Labels that the kernel gives by itself to whatever is made: they are not taken away where the model has none.
  private static func isOfTheSystem(_ name: [CChar]) -> Bool {
    name.starts(with: "security.".utf8.map { CChar(bitPattern: $0) })
  }
}
