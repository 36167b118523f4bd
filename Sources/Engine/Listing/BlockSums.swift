// The sums of a file's blocks, by which the other side finds what it need not send (rsync's checksum.c, generator.c).

import Crypto
import Glibc

/// What a host's rsync mixes into the sums of blocks.
struct ChecksumSeed {
  let value: UInt32
  /// Before the block, and not behind it (compat.c, CF_CHKSUM_SEED_FIX).
  let comesFirst: Bool
}

/// A file's blocks as they are told.
struct BlockSums {
  /// How the file is divided.
  struct Head: Equatable {
    let count: UInt32
    /// In bytes.
    let blockLength: UInt32
    /// How many bytes are told of the digest of each block.
    let digestLength: UInt32
    /// The length of the last block; 0 if it is as long as the others.
    let remainder: UInt32

    /// What the bytes of a block are; nil if there is no such block.
    func range(of block: Int) -> Range<Int>? {
      guard block < count else { return nil }
      let start = block * Int(blockLength)
      let isShort = remainder != 0 && block == Int(count) - 1
      return start..<(start + Int(isShort ? remainder : blockLength))
    }
  }

  let head: Head
  /// The head and the sums, as they are sent.
  let bytes: [UInt8]

  /// In bytes, of all but large files (rsync.h, BLOCK_SIZE).
  private static let usualLength = 700
  /// With the sum of four bytes beside it enough for small files: what is taken for equal and is not makes the whole file
  /// have another digest.
  private static let digestLength = 4

  /// - Parameter content: the whole file; nothing where there is none to compare with.
  init(of content: [UInt8], seed: ChecksumSeed) {
    guard !content.isEmpty else {
      head = Head(count: 0, blockLength: 0, digestLength: 0, remainder: 0)
      bytes = head.bytes
      return
    }
    // The root of the length, as rsync has it, so that there are no more blocks than bytes in each.
    let length = max(Self.usualLength, Int(Double(content.count).squareRoot()) / 8 * 8)
    head = Head(
      count: UInt32((content.count + length - 1) / length), blockLength: UInt32(length),
      digestLength: UInt32(Self.digestLength), remainder: UInt32(content.count % length))
    var bytes = head.bytes
    for start in stride(from: 0, to: content.count, by: length) {
      let block = content[start..<min(start + length, content.count)]
      bytes.append(littleEndian: Self.rollingSum(of: block))
      bytes.append(contentsOf: Self.digest(of: block, seed).prefix(Self.digestLength))
    }
    self.bytes = bytes
  }

  /// The sum that is moved on byte by byte (get_checksum1); bytes count as signed.
  private static func rollingSum(of block: ArraySlice<UInt8>) -> UInt32 {
    var (low, high): (UInt32, UInt32) = (0, 0)
    for byte in block {
      low &+= UInt32(bitPattern: Int32(Int8(bitPattern: byte)))
      high &+= low
    }
    return low & 0xffff | high << 16
  }

  private static func digest(of block: ArraySlice<UInt8>, _ seed: ChecksumSeed) -> Insecure.MD5Digest {
    var digest = Insecure.MD5()
    var mixed: [UInt8] = []
    if seed.value != 0 { mixed.append(littleEndian: seed.value) }
    if seed.comesFirst { digest.update(data: mixed) }
    block.withUnsafeBytes { digest.update(bufferPointer: $0) }
    if !seed.comesFirst { digest.update(data: mixed) }
    return digest.finalize()
  }
}

extension BlockSums.Head {
  init(from stream: ListingStream) throws(ListingFault) {
    self.init(
      count: try stream.integer(), blockLength: try stream.integer(), digestLength: try stream.integer(),
      remainder: try stream.integer())
  }

  /// As it is sent.
  var bytes: [UInt8] {
    [count, blockLength, digestLength, remainder].reduce(into: []) { $0.append(littleEndian: $1) }
  }
}

extension [UInt8] {
  /// A number of four bytes, the lowest first.
  mutating func append(littleEndian value: UInt32) {
    for place in 0..<4 { append(UInt8(truncatingIfNeeded: value >> (8 * place))) }
  }
}
