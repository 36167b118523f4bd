// Rarer pieces of source trees: nodes of every kind, extended attributes that go again, sparse files of any shape, and
// what is needed to make one entry like another.

package import Glibc

extension TreeBuilder {
  /// Makes a fifo or a socket; for root also a device with a number.
  package func makeNode(_ path: RawPath, _ kind: mode_t, device: UInt64 = 0) throws {
    try call("mknod", path) { mknod($0, kind | 0o600, dev_t(device)) }
  }

  /// Makes a file of `size` bytes that holds a block of data at each of the offsets, and nothing in between.
  package func makeSparseFile(_ path: RawPath, size: Int, _ block: [UInt8], at offsets: [Int]) throws {
    try withFile(path, O_WRONLY | O_CREAT | O_TRUNC) { file in
      guard ftruncate(file, off_t(size)) == 0 else { throw FileError("ftruncate", path) }
      for offset in offsets { try put(Array(block.prefix(size - offset)), file, at: offset, path) }
    }
  }

  /// The bytes of a file.
  package func read(_ path: RawPath) throws -> [UInt8] {
    var result: [UInt8] = []
    try withFile(path, O_RDONLY) { file in
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = Glibc.read(file, &buffer, buffer.count)
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw FileError("read", path) }
        if count == 0 { break }
        result.append(contentsOf: buffer[..<count])
      }
    }
    return result
  }

  /// Removes an extended attribute; false when there is none of the name.
  @discardableResult
  package func removeAttribute(_ name: String, from path: RawPath) throws -> Bool {
    let code = root.appending(path).withCString { GNU.lremovexattr($0, name) }
    if code == 0 { return true }
    if errno == ENODATA || errno == ENOTSUP { return false }
    throw FileError("lremovexattr \(name)", path)
  }

  /// The names of an entry's extended attributes, sorted.
  package func attributeNames(of path: RawPath) throws -> [String] {
    var names = [CChar](repeating: 0, count: 1 << 14)
    let length = root.appending(path).withCString { GNU.llistxattr($0, &names, names.count) }
    guard length >= 0 else {
      if errno == ENOTSUP { return [] }
      throw FileError("llistxattr", path)
    }
    return names[..<length].split(separator: 0).map { name in
      String(decoding: name.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }.sorted()
  }
}
